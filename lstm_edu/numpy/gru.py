"""The gated recurrent unit, forwards and backwards."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.cell import Cell
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.shapes import check_count, check_state, check_step


class State(NamedTuple):
    h: np.ndarray  # (B, H) what the cell remembers, and what the rest of the network sees


class Tape(NamedTuple):
    """What one step leaves behind: enough to differentiate it, or to plot its gates."""

    x: np.ndarray  # (B, D)
    h_prev: np.ndarray  # (B, H), as are all the fields below
    r: np.ndarray
    z: np.ndarray
    u: np.ndarray
    n: np.ndarray


class GRUCell(Cell):
    """One time step of a gated recurrent unit; equation numbers follow its chapter.

    The rows of every packed parameter are stacked in the order r, z, n. The reset
    gate acts after the product with ``weight_hh``, as in PyTorch and cuDNN; the
    printed paper resets the state before it.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    rng : numpy.random.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` draws fresh ones each time.
    dtype : dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means float64.

    Attributes
    ----------
    weight_ih : ndarray of shape (3H, D)
    weight_hh : ndarray of shape (3H, H)
    bias : ndarray of shape (3H,)
    bias_hn : ndarray of shape (H,)
        The bias that the reset gate can silence, inside the product with r.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    References
    ----------
    Cho et al. (2014); the place of the reset gate: ``torch.nn.GRU``.
    """

    State = State
    parameter_names = "weight_ih", "weight_hh", "bias", "bias_hn"

    def __init__(self, input_size, hidden_size, *, rng=None, dtype=None):
        check_count(input_size=input_size, hidden_size=hidden_size)
        rng = np.random.default_rng() if rng is None else rng
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size = D, H
        self.weight_ih = (rng.uniform(-1, 1, (3 * H, D)) / np.sqrt(H)).astype(dtype)
        self.weight_hh = (rng.uniform(-1, 1, (3 * H, H)) / np.sqrt(H)).astype(dtype)
        self.bias = np.zeros(3 * H, dtype)
        self.bias_hn = np.zeros(H, dtype)

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        (h_prev,) = state

        x_r, x_z, x_n = np.split(x @ self.weight_ih.T + self.bias, 3, axis=1)  # (B, H) each
        h_r, h_z, h_n = np.split(h_prev @ self.weight_hh.T, 3, axis=1)  # (B, H) each
        r = sigmoid(x_r + h_r)  # (1) how much of the old state to consult
        z = sigmoid(x_z + h_z)  # (2) how much of the old state to keep
        u = h_n + self.bias_hn  # (3) what the old state proposes
        n = np.tanh(x_n + r * u)  # (4) what to write
        h = (1 - z) * n + z * h_prev  # (5)
        return State(h), Tape(x, h_prev, r, z, u, n)

    def backward(self, d_state, tape):
        """Turn the gradient of the new state into those of ``x``, old state, parameters."""
        check_state("d_state", d_state, self, B=len(tape.n))
        (dh,) = d_state
        x, h_prev, r, z, u, n = tape

        da_n = dh * (1 - z) * (1 - n**2)  # (5) then (4)
        da_z = dh * (h_prev - n) * z * (1 - z)  # (5) then (2)
        da_r = da_n * u * r * (1 - r)  # (4) then (1)
        du = da_n * r  # (4), then (3) passes it on
        da_x = np.concatenate([da_r, da_z, da_n], axis=1)  # (B, 3H) for the side of x
        da_h = np.concatenate([da_r, da_z, du], axis=1)  # (B, 3H) for the side of h_prev

        dx = da_x @ self.weight_ih
        d_prev = State(h=dh * z + da_h @ self.weight_hh)  # (5) past the weights, (1) to (3) through them
        grads = {
            "weight_ih": da_x.T @ x,
            "weight_hh": da_h.T @ h_prev,
            "bias": da_x.sum(axis=0),
            "bias_hn": du.sum(axis=0),
        }
        return dx, d_prev, grads
