"""A layer for sequences too long to remember: it remembers a few states, and computes the rest again."""

from math import isqrt
from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.module import Module, prefixed
from lstm_edu.numpy.unroll import Unroll
from lstm_edu.shapes import check_count, check_dtype, check_lengths, check_shape, check_state


class Tape(NamedTuple):
    """What one pass along the sequence leaves behind: far less than a tape for every step."""

    x: np.ndarray  # (B, T, D) as it was given
    lengths: np.ndarray | None  # (B,) as they were given
    states: tuple  # before each stretch, in the order in which they are taken

    @property
    def size(self):
        """B and T."""
        return self.x.shape[:2]


class Checkpointed(Module):
    """An ``Unroll`` that keeps a state now and then, and repeats the steps between on its way back.

    Its gradients are the full ones. With stretches of √T steps it keeps about 2√T steps where
    ``Unroll`` keeps T, and pays with one more forward pass.

    Parameters
    ----------
    layer : Unroll
        Or a ``Fused`` one. Its weights are shared, not copied.
    every : int, default=None
        Steps from one kept state to the next; ``None`` means √T: as many states kept as steps taken again.

    Attributes
    ----------
    layer, every
        As given.
    input_size, output_size : int
        D and H.

    Raises
    ------
    TypeError
        If ``layer`` is not an ``Unroll``.
    ValueError
        If ``every`` is not a whole number of at least 1.

    References
    ----------
    Chen, Xu, Zhang and Guestrin (2016), "Training deep nets with sublinear memory cost".
    """

    part_names = ("layer",)

    def __init__(self, layer, *, every=None):
        if not isinstance(layer, Unroll):
            raise TypeError(
                f"`layer` should be an Unroll but is a {type(layer).__name__}. "
                "Wrap the layers inside a Stacked, and the two sides of a Bidirectional, one by one."
            )
        if every is not None:
            check_count(every=every)
        self.layer, self.every = layer, every
        self.input_size, self.output_size = layer.input_size, layer.output_size

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        return self.layer.zero_state(batch_size)

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, H)."""
        return self.layer.final_h(state)

    def state_from_h(self, h):
        """Return the state that is zero but for its final ``h``: the way back from ``final_h``."""
        return self.layer.state_from_h(h)

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``; see ``Unroll.forward``. The tape keeps ``x`` itself, not a copy.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array or an argument does not fit; if ``truncate`` is asked for.
        """
        if truncate is not None:
            raise ValueError(
                "`truncate` gives up gradients to save memory, and this layer saves it without. "
                "Leave `truncate` out, or use Unroll."
            )
        hint = "A single sequence needs a batch axis: x[None]."
        B, T, _ = check_shape("x", x, hint, B=..., T=..., D=self.input_size)
        state = self.zero_state(B) if state is None else state
        check_dtype("x", x, state[0])
        check_state("state", state, self.layer.cell, B)
        if lengths is not None:
            check_lengths(lengths, B, T)
        h, states = np.zeros((B, T, self.output_size), x.dtype), []
        for stretch in self._stretches(T):
            states.append(state)
            rows, ends = self._reach(lengths, stretch, B)
            if len(rows):
                h[rows, stretch], after, part = self.layer(x[rows, stretch], take(state, rows), ends)
                state = put(state, rows, after)
                del part  # before the next stretch makes its own
        return h, state, Tape(x, lengths, tuple(states))

    def backward(self, dh, d_state, tape):
        """Undo ``forward``, last stretch first; see ``Unroll.backward``."""
        x, lengths, states = tape
        B, T = tape.size
        d_state = self.zero_state(B) if d_state is None else d_state
        dh = np.broadcast_to(np.zeros((), x.dtype), (B, T, self.output_size)) if dh is None else dh
        check_shape("dh", dh, B=B, T=T, H=self.output_size)
        check_dtype("dh", dh, x)
        check_state("d_state", d_state, self.layer.cell, B)
        dx = np.zeros(x.shape, x.dtype)
        grads = {name: np.zeros_like(array) for name, array in self.layer.named_parameters()}
        for stretch, state in reversed(list(zip(self._stretches(T), states, strict=True))):
            rows, ends = self._reach(lengths, stretch, B)
            if len(rows):
                _, _, part = self.layer(x[rows, stretch], take(state, rows), ends)  # once more, to be undone
                dx[rows, stretch], d_before, d_weights = self.layer.backward(
                    dh[rows, stretch], take(d_state, rows), part
                )
                del part
                d_state = put(d_state, rows, d_before)
                for name, grad in d_weights.items():
                    grads[name] += grad
        return dx, d_state, prefixed("layer", grads)

    def _stretches(self, T):
        """The stretches of time, in the order in which they are taken."""
        every = self.every or isqrt(T - 1) + 1
        stretches = [slice(start, min(start + every, T)) for start in range(0, T, every)]
        return stretches[::-1] if self.layer.reverse else stretches

    def _reach(self, lengths, stretch, B):
        """Which rows have something real in the stretch, and how much."""
        if lengths is None:
            return np.arange(B), None
        rows = np.flatnonzero(lengths > stretch.start)
        return rows, np.minimum(lengths[rows], stretch.stop) - stretch.start


def take(state, rows):
    """Some rows of a state."""
    return type(state)(*(part[rows] for part in state))


def put(state, rows, new):
    """The state with some of its rows replaced; the old one stays as it was."""
    parts = [part.copy() for part in state]
    for part, new_part in zip(parts, new, strict=True):
        part[rows] = new_part
    return type(state)(*parts)
