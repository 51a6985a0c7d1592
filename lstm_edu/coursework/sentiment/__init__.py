"""Exercises of the page on sentiment: pools that know where a text ends, counts, and what a word is worth."""

from lstm_edu.coursework.sentiment.counting import LOG_COUNT_RATIO, WILSON
from lstm_edu.coursework.sentiment.pools import MASKED_MAX, MASKED_MEAN
from lstm_edu.coursework.sentiment.reading import OCCLUSION

__all__ = ["LOG_COUNT_RATIO", "MASKED_MAX", "MASKED_MEAN", "OCCLUSION", "WILSON"]
