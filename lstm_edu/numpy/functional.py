"""The squashing functions of the gates, and what their slope is."""

import numpy as np


def sigmoid(a):
    """Logistic function 1 / (1 + exp(-a)), through tanh so that no exponential overflows."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def relu(a):
    """The positive part of ``a``."""
    return np.maximum(a, 0)


def tanh_slope(h):
    """Slope of tanh, written with its value ``h``."""
    return 1 - h**2


def relu_slope(h):
    """Slope of relu, written with its value ``h``: one where it let something through, else zero."""
    return (h > 0).astype(h.dtype)
