"""Exercises of the page on stock prices: scores, scaling, features and costs that do not flatter."""

from lstm_edu.coursework.stock.preparation import LOG_RETURNS, SCALE_HONESTLY
from lstm_edu.coursework.stock.scores import DIRECTION, ECHO, MASE
from lstm_edu.coursework.stock.trading import BELOW_PEAK, LUCK, NET_RETURNS

__all__ = [
    "BELOW_PEAK",
    "DIRECTION",
    "ECHO",
    "LOG_RETURNS",
    "LUCK",
    "MASE",
    "NET_RETURNS",
    "SCALE_HONESTLY",
]
