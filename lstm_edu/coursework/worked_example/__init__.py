"""The cells of the page "An LSTM on paper", and its exercises."""

from lstm_edu.coursework.worked_example.backward import (
    CROSS_TERMS_BACK,
    THREE_ARRIVALS,
    WITHOUT_THE_FIRST_LOSS,
)
from lstm_edu.coursework.worked_example.cells import TARGETS, X, one_unit, two_units
from lstm_edu.coursework.worked_example.forward import SIXTH_CELL_STATE, SIXTH_FORGET_GATE

__all__ = [
    "CROSS_TERMS_BACK",
    "SIXTH_CELL_STATE",
    "SIXTH_FORGET_GATE",
    "TARGETS",
    "THREE_ARRIVALS",
    "WITHOUT_THE_FIRST_LOSS",
    "X",
    "one_unit",
    "two_units",
]
