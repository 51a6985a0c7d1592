"""Exercises of the page "Backpropagation through an LSTM"."""

from lstm_edu.coursework.lstm_gradient.faults import FIND_THE_BUG, STEPS_TO_CHECK, suspect
from lstm_edu.coursework.lstm_gradient.one_step import ONE_STEP
from lstm_edu.coursework.lstm_gradient.over_time import DC_OVER_TIME, RECURRENT_WEIGHTS

__all__ = ["DC_OVER_TIME", "FIND_THE_BUG", "ONE_STEP", "RECURRENT_WEIGHTS", "STEPS_TO_CHECK", "suspect"]
