"""Exercises that say what is wrong with an attempt, not only that something is."""

from lstm_edu.coursework.checking import check
from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.coursework.feedback import Feedback, Hints, hint

__all__ = ["Exercise", "Feedback", "Hints", "Slip", "check", "hint"]
