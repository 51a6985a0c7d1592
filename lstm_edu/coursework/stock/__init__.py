"""Exercises of the page on stock prices: scores and scaling that do not flatter."""

from lstm_edu.coursework.stock.preparation import LOG_RETURNS, SCALE_HONESTLY
from lstm_edu.coursework.stock.scores import DIRECTION, ECHO, MASE

__all__ = ["DIRECTION", "ECHO", "LOG_RETURNS", "MASE", "SCALE_HONESTLY"]
