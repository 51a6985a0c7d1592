"""The simple recurrent cell, forwards and backwards."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.cell import Cell
from lstm_edu.numpy.functional import relu, relu_slope, tanh_slope
from lstm_edu.shapes import check_choice, check_count, check_state, check_step

NONLINEARITIES = {"tanh": (np.tanh, tanh_slope), "relu": (relu, relu_slope)}


class State(NamedTuple):
    h: np.ndarray  # (B, H) all that the cell remembers, and all that the rest of the network sees


class Tape(NamedTuple):
    """What one step leaves behind: enough to differentiate it."""

    x: np.ndarray  # (B, D)
    h_prev: np.ndarray  # (B, H)
    h: np.ndarray  # (B, H)


class RNNCell(Cell):
    """One time step of a simple recurrent network; equation numbers follow its chapter.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    nonlinearity : {"tanh", "relu"}, default="tanh"
        What squashes the new state.
    rng : numpy.random.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` draws fresh ones each time.
    dtype : dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means float64.

    Attributes
    ----------
    weight_ih : ndarray of shape (H, D)
    weight_hh : ndarray of shape (H, H)
    bias : ndarray of shape (H,)

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or the nonlinearity is unknown.

    References
    ----------
    Elman (1990).
    """

    State = State
    parameter_names = "weight_ih", "weight_hh", "bias"

    def __init__(self, input_size, hidden_size, *, nonlinearity="tanh", rng=None, dtype=None):
        check_count(input_size=input_size, hidden_size=hidden_size)
        check_choice("nonlinearity", nonlinearity, NONLINEARITIES)
        rng = np.random.default_rng() if rng is None else rng
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size, self.nonlinearity = D, H, nonlinearity
        self.weight_ih = (rng.uniform(-1, 1, (H, D)) / np.sqrt(H)).astype(dtype)
        self.weight_hh = (rng.uniform(-1, 1, (H, H)) / np.sqrt(H)).astype(dtype)
        self.bias = np.zeros(H, dtype)

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        (h_prev,) = state
        squash, _ = NONLINEARITIES[self.nonlinearity]

        a = x @ self.weight_ih.T + h_prev @ self.weight_hh.T + self.bias  # (1)
        h = squash(a)  # (2)
        return State(h), Tape(x, h_prev, h)

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        check_state("d_state", d_state, self, B=len(tape.h))
        (dh,) = d_state
        x, h_prev, h = tape
        _, slope = NONLINEARITIES[self.nonlinearity]

        da = dh * slope(h)  # (2)

        dx = da @ self.weight_ih  # (1), as are all the lines below
        d_prev = State(h=da @ self.weight_hh)  # through the weights at every step
        grads = {
            "weight_ih": da.T @ x,
            "weight_hh": da.T @ h_prev,
            "bias": da.sum(axis=0),
        }
        return dx, d_prev, grads
