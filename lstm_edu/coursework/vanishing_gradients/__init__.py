"""Exercises of the page "Vanishing gradients"."""

from lstm_edu.coursework.vanishing_gradients.clipping import JOINT_CLIPPING
from lstm_edu.coursework.vanishing_gradients.gates import BIAS_THAT_KEEPS, TWO_PATHS
from lstm_edu.coursework.vanishing_gradients.jacobians import BOUND

__all__ = ["BIAS_THAT_KEEPS", "BOUND", "JOINT_CLIPPING", "TWO_PATHS"]
