"""Two cells that read the same sequence from both ends."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.module import Module, prefixed
from lstm_edu.numpy.unroll import Tape as UnrollTape
from lstm_edu.numpy.unroll import Unroll
from lstm_edu.shapes import check_parts, check_separate, check_shape, check_twin_inputs


class State(NamedTuple):
    ahead: tuple  # state of the cell that reads from the start
    back: tuple  # state of the cell that reads from the end


class Tape(NamedTuple):
    """What the two directions leave behind."""

    ahead: UnrollTape
    back: UnrollTape


class Bidirectional(Module):
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
    part_names = "ahead", "back"

    def __init__(self, cell, reverse_cell):
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
        return np.concatenate([self.ahead.final_h(state.ahead), self.back.final_h(state.back)], axis=1)

    def state_from_h(self, h):
        """Return the state that is zero but for its final ``h``: the way back from ``final_h``."""
        h_ahead, h_back = np.split(h, [self.ahead.output_size], axis=1)
        return State(self.ahead.state_from_h(h_ahead), self.back.state_from_h(h_back))

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Read ``x`` of shape (B, T, D) from both ends: ``h`` (B, T, 2H), final state, tape.

        The arguments are those of ``Unroll.forward``; ``state`` has two parts, ``ahead`` and ``back``.
        """
        state = State(None, None) if state is None else state
        check_parts("state", state, "Bidirectional", State._fields)
        h_ahead, ahead, tape_ahead = self.ahead(x, state.ahead, lengths, truncate=truncate)
        h_back, back, tape_back = self.back(x, state.back, lengths, truncate=truncate)
        h = np.concatenate([h_ahead, h_back], axis=2)
        return h, State(ahead, back), Tape(tape_ahead, tape_back)

    def backward(self, dh, d_state, tape):
        """Undo ``forward``: the gradients of ``x``, of the state before, of the parameters.

        ``dh`` (B, T, 2H) and ``d_state`` are the gradients of the output and of the
        final state; ``None`` means zeros.
        """
        d_state = State(None, None) if d_state is None else d_state
        check_parts("d_state", d_state, "Bidirectional", State._fields)
        dh_ahead, dh_back = None, None
        if dh is not None:
            B, T = tape.ahead.size
            check_shape("dh", dh, B=B, T=T, H=self.output_size)
            dh_ahead, dh_back = np.split(dh, [self.ahead.output_size], axis=2)
        dx_ahead, d_ahead, grads_ahead = self.ahead.backward(dh_ahead, d_state.ahead, tape.ahead)
        dx_back, d_back, grads_back = self.back.backward(dh_back, d_state.back, tape.back)
        grads = prefixed("ahead", grads_ahead) | prefixed("back", grads_back)
        return dx_ahead + dx_back, State(d_ahead, d_back), grads  # both directions read x
