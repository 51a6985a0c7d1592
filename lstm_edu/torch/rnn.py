"""The simple recurrent cell, forwards; autograd knows the way back."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_edu.shapes import check_choice, check_count, check_step
from lstm_edu.torch.cell import Cell

NONLINEARITIES = {"tanh": torch.tanh, "relu": torch.relu}


class State(NamedTuple):
    h: Tensor  # (B, H) all that the cell remembers, and all that the rest of the network sees


class Tape(NamedTuple):
    """What one step leaves behind: its states, to plot."""

    x: Tensor  # (B, D)
    h_prev: Tensor  # (B, H)
    h: Tensor  # (B, H)


class RNNCell(Cell):
    """One time step of a simple recurrent network; equation numbers follow its chapter.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    nonlinearity : {"tanh", "relu"}, default="tanh"
        What squashes the new state.
    rng : torch.Generator, default=None
        Draws the weights, uniform within ±1/√H; ``None`` uses PyTorch's global one.
    dtype : torch.dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means PyTorch's default.

    Attributes
    ----------
    weight_ih : Parameter of shape (H, D)
    weight_hh : Parameter of shape (H, H)
    bias : Parameter of shape (H,)

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or the nonlinearity is unknown.

    References
    ----------
    Elman (1990).
    """

    State = State

    def __init__(self, input_size, hidden_size, *, nonlinearity="tanh", rng=None, dtype=None):
        super().__init__()
        check_count(input_size=input_size, hidden_size=hidden_size)
        check_choice("nonlinearity", nonlinearity, NONLINEARITIES)
        D, H = input_size, hidden_size
        self.input_size, self.hidden_size, self.nonlinearity = D, H, nonlinearity
        self.weight_ih = nn.Parameter(torch.empty(H, D, dtype=dtype))
        self.weight_hh = nn.Parameter(torch.empty(H, H, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(H, dtype=dtype))
        with torch.no_grad():
            self.weight_ih.uniform_(-1, 1, generator=rng).div_(H**0.5)
            self.weight_hh.uniform_(-1, 1, generator=rng).div_(H**0.5)

    def forward(self, x, state):
        """Map ``x`` of shape (B, D) and the old state to the new state and its tape."""
        check_step(self, x, state)
        (h_prev,) = state
        squash = NONLINEARITIES[self.nonlinearity]

        a = x @ self.weight_ih.T + h_prev @ self.weight_hh.T + self.bias  # (1)
        h = squash(a)  # (2)
        return State(h), Tape(x, h_prev, h)
