"""The long short-term memory cell, forwards and backwards."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.cell import Cell
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.shapes import check_count, check_state, check_step


class State(NamedTuple):
    h: np.ndarray  # (B, H) what the rest of the network sees
    c: np.ndarray  # (B, H) what the cell remembers


class Tape(NamedTuple):
    """What one step leaves behind: enough to differentiate it, or to plot its gates."""

    x: np.ndarray  # (B, D)
    h_prev: np.ndarray  # (B, H), as are all the fields below
    c_prev: np.ndarray
    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray
    c: np.ndarray


class LSTMCell(Cell):
    """One time step of an LSTM; equation numbers follow the chapter "The LSTM cell".

    The rows of every packed parameter are stacked in the order i, f, g, o.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    forget_bias : float, default=1.0
        Start value of the forget gate's bias; 0 forgets half of c at every step.
    rng : numpy.random.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` draws fresh ones each time.
    dtype : dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means float64.

    Attributes
    ----------
    weight_ih : ndarray of shape (4H, D)
    weight_hh : ndarray of shape (4H, H)
    bias : ndarray of shape (4H,)

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    References
    ----------
    Hochreiter and Schmidhuber (1997); forget gate: Gers, Schmidhuber and Cummins (2000).
    """

    State = State
    parameter_names = "weight_ih", "weight_hh", "bias"

    def __init__(self, input_size, hidden_size, *, forget_bias=1.0, rng=None, dtype=None):
        check_count(input_size=input_size, hidden_size=hidden_size)
        rng = np.random.default_rng() if rng is None else rng
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size = D, H
        self.weight_ih = (rng.uniform(-1, 1, (4 * H, D)) / np.sqrt(H)).astype(dtype)
        self.weight_hh = (rng.uniform(-1, 1, (4 * H, H)) / np.sqrt(H)).astype(dtype)
        self.bias = np.zeros(4 * H, dtype)
        self.bias[H : 2 * H] = forget_bias  # start by remembering

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        h_prev, c_prev = state

        a = x @ self.weight_ih.T + h_prev @ self.weight_hh.T + self.bias  # (B, 4H)
        a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)  # (B, H) each
        i = sigmoid(a_i)  # (1) how much to write
        f = sigmoid(a_f)  # (2) how much to keep
        g = np.tanh(a_g)  # (3) what to write
        o = sigmoid(a_o)  # (4) how much to show
        c = f * c_prev + i * g  # (5)
        h = o * np.tanh(c)  # (6)
        return State(h, c), Tape(x, h_prev, c_prev, i, f, g, o, c)

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        check_state("d_state", d_state, self, B=len(tape.c))
        dh, dc = d_state
        x, h_prev, c_prev, i, f, g, o, c = tape
        tanh_c = np.tanh(c)

        dc = dc + dh * o * (1 - tanh_c**2)  # (6) joins what arrives along c itself
        da_i = dc * g * i * (1 - i)  # (5) then (1)
        da_f = dc * c_prev * f * (1 - f)  # (5) then (2)
        da_g = dc * i * (1 - g**2)  # (5) then (3)
        da_o = dh * tanh_c * o * (1 - o)  # (6) then (4)
        da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)  # (B, 4H)

        dx = da @ self.weight_ih
        d_prev = State(h=da @ self.weight_hh, c=dc * f)  # c: one product, no weights
        grads = {
            "weight_ih": da.T @ x,
            "weight_hh": da.T @ h_prev,
            "bias": da.sum(axis=0),
        }
        return dx, d_prev, grads
