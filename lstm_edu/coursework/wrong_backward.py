"""Backward passes of an LSTM that are wrong and train all the same, after two that were published.

Forwards, each of these cells is an ``LSTMCell``; only its gradient is not. Use them wherever an
``LSTMCell`` may stand, to see what a wrong gradient does and which check finds it.
"""

import numpy as np

from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.lstm import LSTMCell, State


def sigmoid_slope(a):
    """Return the slope of the sigmoid at the pre-activation ``a``."""
    return sigmoid(a) * (1 - sigmoid(a))


def tanh_slope(a):
    """Return the slope of tanh at ``a``, before squashing."""
    return 1 - np.tanh(a) ** 2


class SquashedTwice(LSTMCell):
    """An LSTM cell whose slopes are taken at the wrong place.

    ``sigmoid_slope`` and ``tanh_slope`` want what stands before the squashing. They get i, f, g, o and
    tanh(c), which are squashed already; and the forget gate is multiplied by a sigmoid where its slope
    belongs. Every factor is positive, as the right one is, but none has the right size.

    Attributes
    ----------
    WRONG : str
        What is wrong, in one sentence.
    """

    WRONG = (
        "The slopes are taken of values that are squashed already, and the forget gate has no slope at all."
    )

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        tanh_c = np.tanh(c)

        dc = dc + dh * o * tanh_slope(tanh_c)
        da_i = dc * g * sigmoid_slope(i)
        da_f = dc * c_prev * sigmoid(f)
        da_g = dc * i * tanh_slope(g)
        da_o = dh * tanh_c * sigmoid_slope(o)
        da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)

        grads = {"weight_ih": da.T @ x, "weight_hh": da.T @ h_prev, "bias": da.sum(axis=0)}
        return da @ self.weight_ih, State(h=da @ self.weight_hh, c=dc * f), grads


class NoCarry(SquashedTwice):
    """A ``SquashedTwice`` that keeps its gradient to itself: the step before gets nothing.

    Each step learns from its own loss alone, as if ``Unroll`` cut the gradient after every step.

    Attributes
    ----------
    WRONG : str
        What is wrong, in one sentence.

    References
    ----------
    After a notebook of a university course, https://github.com/nicklashansen/rnn_lstm_from_scratch,
    revision f5b56e1; issue 1 of that repository reports that the gradient check fails.
    """

    WRONG = (
        "Nothing is handed to the step before, and the slopes are taken of values that are squashed already."
    )

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dx, _, grads = super().backward(d_state, tape)
        return dx, self.zero_state(len(dx)), grads


class Overwritten(LSTMCell):
    """An LSTM cell in whose backward pass two neighbouring lines have changed places.

    The gradient of the old c is computed from the gradient of h, but from that of the *old* h, since
    ``dh`` was overwritten one line before.

    Attributes
    ----------
    WRONG : str
        What is wrong, in one sentence.

    References
    ----------
    After "Sentiment Analysis on notable speeches of the last decade", a tutorial of the NumPy project
    from November 2021 to November 2025: https://github.com/numpy/numpy-tutorials, before revision c1afea5.
    """

    WRONG = (
        "`dh` is overwritten by the gradient of the old h before the gradient of the old c is made from it."
    )

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        shown = o * (1 - np.tanh(c) ** 2)

        da_i = (dc + dh * shown) * g * i * (1 - i)
        da_f = (dc + dh * shown) * c_prev * f * (1 - f)
        da_g = (dc + dh * shown) * i * (1 - g**2)
        da_o = dh * np.tanh(c) * o * (1 - o)
        da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)

        grads = {"weight_ih": da.T @ x, "weight_hh": da.T @ h_prev, "bias": da.sum(axis=0)}
        dx = da @ self.weight_ih
        dh = da @ self.weight_hh
        dc = (dc + dh * shown) * f
        return dx, State(dh, dc), grads
