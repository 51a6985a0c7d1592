"""Exercises of the page "The LSTM cell"."""

from lstm_edu.coursework.lstm.drawing import FORGET_ROW, ROUTES
from lstm_edu.coursework.lstm.gates import SPLIT_GATES, STARTING_BIAS
from lstm_edu.coursework.lstm.parameters import FORGET_HALF_LIFE, PARAMETER_COUNT
from lstm_edu.coursework.lstm.state import CELL_STATE_GRADIENT, FORGET_GATE_GRADIENT, NEW_STATE

__all__ = [
    "CELL_STATE_GRADIENT",
    "FORGET_GATE_GRADIENT",
    "FORGET_HALF_LIFE",
    "FORGET_ROW",
    "NEW_STATE",
    "PARAMETER_COUNT",
    "ROUTES",
    "SPLIT_GATES",
    "STARTING_BIAS",
]
