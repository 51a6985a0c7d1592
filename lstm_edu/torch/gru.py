"""The gated recurrent unit, forwards; autograd knows the way back."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_edu.shapes import check_count, check_step
from lstm_edu.torch.cell import Cell


class State(NamedTuple):
    h: Tensor  # (B, H) what the cell remembers, and what the rest of the network sees


class Tape(NamedTuple):
    """What one step leaves behind: its gates, to plot."""

    x: Tensor  # (B, D)
    h_prev: Tensor  # (B, H), as are all the fields below
    r: Tensor
    z: Tensor
    u: Tensor
    n: Tensor


class GRUCell(Cell):
    """One time step of a gated recurrent unit; equation numbers follow its chapter.

    The rows of every packed parameter are stacked in the order r, z, n. The reset
    gate acts after the product with ``weight_hh``, as in PyTorch and cuDNN; the
    printed paper resets the state before it.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    rng : torch.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` uses PyTorch's global one.
    dtype : torch.dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means PyTorch's default.

    Attributes
    ----------
    weight_ih : Parameter of shape (3H, D)
    weight_hh : Parameter of shape (3H, H)
    bias : Parameter of shape (3H,)
    bias_hn : Parameter of shape (H,)
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

    def __init__(self, input_size, hidden_size, *, rng=None, dtype=None):
        super().__init__()
        check_count(input_size=input_size, hidden_size=hidden_size)
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size = D, H
        self.weight_ih = nn.Parameter(torch.empty(3 * H, D, dtype=dtype))
        self.weight_hh = nn.Parameter(torch.empty(3 * H, H, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(3 * H, dtype=dtype))
        self.bias_hn = nn.Parameter(torch.zeros(H, dtype=dtype))
        with torch.no_grad():
            self.weight_ih.uniform_(-1, 1, generator=rng).div_(H**0.5)
            self.weight_hh.uniform_(-1, 1, generator=rng).div_(H**0.5)

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        (h_prev,) = state

        x_r, x_z, x_n = (x @ self.weight_ih.T + self.bias).chunk(3, dim=1)  # (B, H) each
        h_r, h_z, h_n = (h_prev @ self.weight_hh.T).chunk(3, dim=1)  # (B, H) each
        r = torch.sigmoid(x_r + h_r)  # (1) how much of the old state to consult
        z = torch.sigmoid(x_z + h_z)  # (2) how much of the old state to keep
        u = h_n + self.bias_hn  # (3) what the old state proposes
        n = torch.tanh(x_n + r * u)  # (4) what to write
        h = (1 - z) * n + z * h_prev  # (5)
        return State(h), Tape(x, h_prev, r, z, u, n)
