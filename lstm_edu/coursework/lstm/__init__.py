"""Exercises of the page "The LSTM cell"."""

from lstm_edu.coursework.lstm.gates import SPLIT_GATES, STARTING_BIAS
from lstm_edu.coursework.lstm.parameters import FORGET_HALF_LIFE, PARAMETER_COUNT
from lstm_edu.coursework.lstm.state import CELL_STATE_GRADIENT, FORGET_GATE_GRADIENT, NEW_STATE

__all__ = [
    "CELL_STATE_GRADIENT",
    "FORGET_GATE_GRADIENT",
    "FORGET_HALF_LIFE",
    "NEW_STATE",
    "PARAMETER_COUNT",
    "SPLIT_GATES",
    "STARTING_BIAS",
]
