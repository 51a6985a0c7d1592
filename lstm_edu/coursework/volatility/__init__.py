"""Exercises of the page on volatility: variances forecast, scored and brought to one level; quantiles."""

from lstm_edu.coursework.volatility.forecasts import EWMA, LOG_MEAN
from lstm_edu.coursework.volatility.judging import LEVEL, PINBALL, QLIKE

__all__ = ["EWMA", "LEVEL", "LOG_MEAN", "PINBALL", "QLIKE"]
