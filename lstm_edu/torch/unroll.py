"""A cell along a sequence; autograd knows the way back through time."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_edu.shapes import check_count, check_dtype, check_lengths, check_shape, check_state


class Tape(NamedTuple):
    """What one pass along the sequence leaves behind."""

    steps: tuple  # the T tapes of the cell, in the order of time
    real: Tensor | None  # (B, T, 1) False in the padding; None: there is none
    joined: Tensor | None  # (B, T, 1) False where the state's gradient is cut; None: nowhere

    def over_time(self, field):
        """Stack one field of the steps, such as ``"f"``, to (B, T, H), with zeros in the padding."""
        return blank(self.real, torch.stack([getattr(step, field) for step in self.steps], dim=1))


class Unroll(nn.Module):
    """A layer: one cell, applied at every time step. It knows nothing about gates.

    Sequences of different lengths share a batch: each row's state stands still in
    its padding, and what the padding holds changes nothing.

    Parameters
    ----------
    cell : Cell
        The same weights serve every step.
    reverse : bool, default=False
        Read from the end to the start, each row from its last real element.

    Attributes
    ----------
    cell, reverse
        As given.
    input_size, output_size : int
        D and H.

    References
    ----------
    Backpropagation through time: Werbos (1990); its truncation: Williams and Peng (1990).
    """

    def __init__(self, cell, *, reverse=False):
        super().__init__()
        self.cell, self.reverse = cell, reverse
        self.input_size, self.output_size = cell.input_size, cell.hidden_size

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        return self.cell.zero_state(batch_size)

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, H)."""
        return state.h

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``.

        Parameters
        ----------
        x : Tensor of shape (B, T, D)
        state : State, default=None
            Of the cell, before the first step; ``None`` means zeros.
        lengths : Tensor of shape (B,), default=None
            How many elements of each sequence are real, from 1 to T; ``None`` means all.
        truncate : int, default=None
            Cut the state's gradient after every so many steps, as if each stretch had
            been given on its own with the state of the one before. The values stay.
        rng : torch.Generator, default=None
            Unused: one layer draws nothing (``Stacked`` does).

        Returns
        -------
        h : Tensor of shape (B, T, H)
            Zeros in the padding.
        state : State
            After the last step of each row.
        tape : Tape

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array or an argument does not fit; the message says which.
        """
        hint = "A single sequence needs a batch axis: x[None]."
        B, T, _ = check_shape("x", x, hint, B=..., T=..., D=self.input_size)
        check_dtype("x", x, self.cell.weight_ih)
        state = self.zero_state(B) if state is None else state
        check_state("state", state, self.cell, B)
        real, joined = self._masks(lengths, truncate, B, T, x.device)
        x = blank(real, x)

        h, steps = [None] * T, [None] * T
        for t in self._times(T):
            after, steps[t] = self.cell(x[:, t], cut(joined, t, state))
            state = choose(real, t, after, state)  # a row in its padding stands still
            h[t] = state.h
        return blank(real, torch.stack(h, dim=1)), state, Tape(tuple(steps), real, joined)

    def _times(self, T):
        """The time steps, in the order in which they are taken."""
        return range(T)[::-1] if self.reverse else range(T)

    def _masks(self, lengths, truncate, B, T, device):
        """The two masks of the tape."""
        t = torch.arange(T, device=device).reshape(1, T, 1)
        real, joined, ends = None, None, T
        if lengths is not None:
            check_lengths(lengths, B, T)
            ends = lengths.to(device).reshape(B, 1, 1)
            real = t < ends
        if truncate is not None:
            check_count(truncate=truncate)
            taken = ends - 1 - t if self.reverse else t  # how many steps the row has behind it
            joined = (taken == 0) | (taken % truncate != 0)
        return real, joined


def choose(mask, t, state, other):
    """Row by row: ``state`` where the mask holds at time t, else ``other``. No mask: ``state``."""
    if mask is None:
        return state
    return type(state)(*(torch.where(mask[:, t], a, b) for a, b in zip(state, other, strict=True)))


def cut(joined, t, state):
    """The same state; but in the rows that are not joined at time t, no gradient flows into it."""
    if joined is None:
        return state
    return choose(joined, t, state, type(state)(*(part.detach() for part in state)))


def blank(real, array):
    """Replace by zeros whatever stands in the padding, even if it is not a number."""
    return array if real is None else array.masked_fill(~real, 0)
