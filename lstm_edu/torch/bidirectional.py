"""Two cells that read the same sequence from both ends."""

from typing import NamedTuple

import torch
from torch import nn

from lstm_edu.shapes import check_parts, check_separate, check_twin_inputs
from lstm_edu.torch.unroll import Tape as UnrollTape
from lstm_edu.torch.unroll import Unroll


class State(NamedTuple):
    ahead: tuple  # state of the cell that reads from the start
    back: tuple  # state of the cell that reads from the end


class Tape(NamedTuple):
    """What the two directions leave behind."""

    ahead: UnrollTape
    back: UnrollTape


class Bidirectional(nn.Module):
    """A layer of two directions; at each time its output knows the past and the future.

    Parameters
    ----------
    cell, reverse_cell : Cell
        The first reads from the start, the second from the end; of any kind and
        hidden size, but with the same ``input_size`` and with weights of their own.

    Attributes
    ----------
    ahead, back : Unroll
        The two directions.
    input_size, output_size : int
        D, and the sum of the two hidden sizes (2H).

    Raises
    ------
    ValueError
        If the cells read inputs of different sizes, or share their weights.

    References
    ----------
    Schuster and Paliwal (1997).
    """

    State = State

    def __init__(self, cell, reverse_cell):
        super().__init__()
        check_twin_inputs(cell, reverse_cell)
        check_separate([cell, reverse_cell])
        self.ahead, self.back = Unroll(cell), Unroll(reverse_cell, reverse=True)
        self.input_size = self.ahead.input_size
        self.output_size = self.ahead.output_size + self.back.output_size

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        return State(self.ahead.zero_state(batch_size), self.back.zero_state(batch_size))

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, 2H): where each direction ended."""
        return torch.cat([self.ahead.final_h(state.ahead), self.back.final_h(state.back)], dim=1)

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Read ``x`` of shape (B, T, D) from both ends: ``h`` (B, T, 2H), final state, tape.

        The arguments are those of ``Unroll.forward``; ``state`` has two parts, ``ahead`` and ``back``.
        """
        state = State(None, None) if state is None else state
        check_parts("state", state, "Bidirectional", State._fields)
        h_ahead, ahead, tape_ahead = self.ahead(x, state.ahead, lengths, truncate=truncate)
        h_back, back, tape_back = self.back(x, state.back, lengths, truncate=truncate)
        h = torch.cat([h_ahead, h_back], dim=2)
        return h, State(ahead, back), Tape(tape_ahead, tape_back)
