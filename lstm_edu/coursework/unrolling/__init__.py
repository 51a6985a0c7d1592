"""Exercises of the page "From cell to layer": directions, layers, chunks, truncation, two biases."""

from lstm_edu.coursework.unrolling.layouts import BOTH_ENDS, BY_LAYER, EFFECTIVE_FORGET_BIAS
from lstm_edu.coursework.unrolling.reach import AVERAGE_REACH, CHUNK, REACH

__all__ = ["AVERAGE_REACH", "BOTH_ENDS", "BY_LAYER", "CHUNK", "EFFECTIVE_FORGET_BIAS", "REACH"]
