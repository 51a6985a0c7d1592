"""The long short-term memory cell, forwards; autograd knows the way back."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_edu.shapes import check_count, check_step
from lstm_edu.torch.cell import Cell


class State(NamedTuple):
    h: Tensor  # (B, H) what the rest of the network sees
    c: Tensor  # (B, H) what the cell remembers


class Tape(NamedTuple):
    """What one step leaves behind: its gates, to plot."""

    x: Tensor  # (B, D)
    h_prev: Tensor  # (B, H), as are all the fields below
    c_prev: Tensor
    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor


class LSTMCell(Cell):
    """One time step of an LSTM; equation numbers follow the chapter "The LSTM cell".

    The rows of every packed parameter are stacked in the order i, f, g, o.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    forget_bias : float, default=1.0
        Start value of the forget gate's bias; 0 forgets half of c at every step.
    rng : torch.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` uses PyTorch's global one.
    dtype : torch.dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means PyTorch's default.

    Attributes
    ----------
    weight_ih : Parameter of shape (4H, D)
    weight_hh : Parameter of shape (4H, H)
    bias : Parameter of shape (4H,)

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    References
    ----------
    Hochreiter and Schmidhuber (1997); forget gate: Gers, Schmidhuber and Cummins (2000).
    """

    State = State

    def __init__(self, input_size, hidden_size, *, forget_bias=1.0, rng=None, dtype=None):
        super().__init__()
        check_count(input_size=input_size, hidden_size=hidden_size)
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size = D, H
        self.weight_ih = nn.Parameter(torch.empty(4 * H, D, dtype=dtype))
        self.weight_hh = nn.Parameter(torch.empty(4 * H, H, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(4 * H, dtype=dtype))
        with torch.no_grad():
            self.weight_ih.uniform_(-1, 1, generator=rng).div_(H**0.5)
            self.weight_hh.uniform_(-1, 1, generator=rng).div_(H**0.5)
            self.bias[H : 2 * H] = forget_bias  # start by remembering

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        h_prev, c_prev = state

        a = x @ self.weight_ih.T + h_prev @ self.weight_hh.T + self.bias  # (B, 4H)
        a_i, a_f, a_g, a_o = a.chunk(4, dim=1)  # (B, H) each
        i = torch.sigmoid(a_i)  # (1) how much to write
        f = torch.sigmoid(a_f)  # (2) how much to keep
        g = torch.tanh(a_g)  # (3) what to write
        o = torch.sigmoid(a_o)  # (4) how much to show
        c = f * c_prev + i * g  # (5)
        h = o * torch.tanh(c)  # (6)
        return State(h, c), Tape(x, h_prev, c_prev, i, f, g, o, c)
