"""The same layer, its loop written for speed."""

import copy
from typing import NamedTuple

import numpy as np

from lstm_edu.numpy import fused_gru, fused_lstm, fused_rnn
from lstm_edu.numpy.gru import GRUCell
from lstm_edu.numpy.lstm import LSTMCell
from lstm_edu.numpy.module import prefixed
from lstm_edu.numpy.rnn import RNNCell
from lstm_edu.numpy.tiles import Summed, Tiled
from lstm_edu.numpy.unroll import Unroll, blank
from lstm_edu.shapes import check_dtype, check_shape, check_state

STEPS = {LSTMCell: fused_lstm, GRUCell: fused_gru, RNNCell: fused_rnn}


class Tape(NamedTuple):
    """What one pass along the sequence leaves behind, in the order of the steps."""

    seen: np.ndarray  # (T + 1, B, H + D + 1) what a step multiplies: the old h, x and a one
    kept: np.ndarray  # (T + 1, blocks, B, H) what a step computes
    real: np.ndarray | None  # (B, T, 1) False in the padding; None: there is none
    joined: np.ndarray | None  # (B, T, 1) False where the state's gradient is cut; None: nowhere
    by_time: tuple  # all that once more, seen as the cell's own tape with an axis of time, (B, T, ...)

    @property
    def size(self):
        """B and T."""
        return self.by_time.x.shape[:2]

    @property
    def steps(self):
        """The T tapes of the cell, in the order of time."""
        _, T = self.size
        return tuple(type(self.by_time)(*(field[:, t] for field in self.by_time)) for t in range(T))

    def over_time(self, field):
        """Copy one field of the steps, such as ``"f"``, to (B, T, H), with zeros in the padding."""
        return blank(self.real, getattr(self.by_time, field).copy())


class Fused(Unroll):
    """An ``Unroll`` that takes its steps in one go: same numbers, far less time.

    ``Stacked``, ``ManyToOne`` and the two sides of a ``Bidirectional`` take it for an ``Unroll``.

    Parameters
    ----------
    layer : Unroll
        Around an RNN, LSTM or GRU cell, in either direction. Its weights are copied.

    Attributes
    ----------
    cell, reverse
        Those of the layer; the cell holds the copies.
    input_size, output_size : int
        D and H.
    stretch : int
        Rows (B times steps) of one product on the way back.

    Raises
    ------
    TypeError
        If ``layer`` is not such an ``Unroll``.

    Notes
    -----
    Where the time goes, and what is done about it:

    1. One product a step: h, x and a one (for the bias) lie side by side, as do their weights.
    2. Blocks: every gate is an array (B, H) in one piece, never a slice of (B, 4H).
    3. Tiles: that product is cut so that the BLAS multiplies it where it lies (``tiles.py``).
    4. One tanh for all gates: the sigmoid is a tanh, shifted, once its weights are halved.
    5. Results are written where they will be read; nothing is copied to a tape.
    6. Views of all steps are made at once, and a constant is an array: a small call is mostly overhead.
    7. What does not depend on the gradient is computed ahead of the way back, for a stretch of steps.
    8. So are the gradients of the weights and of x after it: one product for the stretch, still in the cache.
    """

    stretch = 512  # enough for an efficient product, few enough for the cache

    def __init__(self, layer):
        if not isinstance(layer, Unroll):
            raise TypeError(
                f"`layer` should be an Unroll but is a {type(layer).__name__}. "
                "Fuse the layers inside a Stacked, and the two sides of a Bidirectional, one by one."
            )
        if type(layer.cell) not in STEPS:
            names = ", ".join(cell.__name__ for cell in STEPS)
            raise TypeError(
                f"`layer` should be built from one of {names} but is built from {type(layer.cell).__name__}. "
                "Other cells run in Unroll."
            )
        super().__init__(copy.deepcopy(layer.cell), reverse=layer.reverse)

    def unfused(self):
        """Return the ``Unroll`` with the weights as they are now."""
        return Unroll(copy.deepcopy(self.cell), reverse=self.reverse)

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``; arguments, results and errors are those of ``Unroll.forward``."""
        hint = "A single sequence needs a batch axis: x[None]."
        B, T, D = check_shape("x", x, hint, B=..., T=..., D=self.input_size)
        check_dtype("x", x, self.cell.weight_ih)
        state = self.zero_state(B) if state is None else state
        check_state("state", state, self.cell, B)
        real, joined = self._masks(lengths, truncate, B, T)
        cell, H, steps = self.cell, self.output_size, STEPS[type(self.cell)]

        seen = np.zeros((T + 1, B, H + D + 1), x.dtype)
        seen[0, :, :H] = state.h
        seen[:-1, :, H:-1] = self._by_step(blank(real, x))
        seen[:, :, -1] = 1  # for the bias
        kept = np.empty((T + 1, steps.KEPT, B, H), x.dtype)
        weights = steps.pack(cell)
        weights[: steps.SIGMOIDS] /= 2
        still = None if real is None else ~self._by_step(real)
        product = Tiled(weights.swapaxes(1, 2), B)
        after = steps.forward(cell, product, seen, kept, state, still)

        fields = {"x": seen[:-1, :, H:-1], "h_prev": seen[:-1, :, :H], **steps.fields(seen, kept)}
        by_time = steps.Tape(**{name: self._by_time(array) for name, array in fields.items()})
        h = np.array(self._by_time(seen[1:, :, :H]), order="C")
        return blank(real, h), after, Tape(seen, kept, real, joined, by_time)

    def backward(self, dh, d_state, tape):
        """Undo ``forward``; arguments, results and errors are those of ``Unroll.backward``."""
        seen, kept, real, joined, _ = tape
        (B, T), D, H = tape.size, self.input_size, self.output_size
        nothing = self.zero_state(B)
        dh = np.broadcast_to(nothing.h[:, None], (B, T, H)) if dh is None else dh
        d_state = nothing if d_state is None else d_state
        check_shape("dh", dh, B=B, T=T, H=H)
        check_dtype("dh", dh, nothing.h)
        check_state("d_state", d_state, self.cell, B)
        d_state = type(d_state)(*(part.copy() for part in d_state))  # changes in place, step by step
        up = self._by_step(blank(real, dh))
        real, joined = (None if mask is None else self._by_step(mask) for mask in (real, joined))

        cell, steps = self.cell, STEPS[type(self.cell)]
        weights = steps.pack(cell)
        G, n = len(weights), min(T, max(1, self.stretch // B))
        to_h, to_x = weights[: steps.READ_H, :, :H], weights[:, :, H:-1]
        product = Summed(to_h, B)
        d_weights, dx = np.zeros_like(weights), np.empty((B, T, D), seen.dtype)
        room = product.make_room(G, n, B, H, seen.dtype)
        slopes = np.empty((steps.SLOPES, n, B, H), seen.dtype)
        for stop in range(T, 0, -n):  # a stretch at a time, so that what is computed is still in the cache
            start = max(stop - n, 0)
            now, da, slope = slice(start, stop), room[:, : stop - start], slopes[:, : stop - start]
            still, carries = (None if real is None else ~real[now]), (None if joined is None else joined[now])
            carry = steps.slopes(cell, seen[start : stop + 1], kept[now], slope)
            if carry is not None and joined is not None:
                carry = carry * carries
            if real is not None:
                slope *= real[now]
                carry = None if carry is None else np.where(real[now], carry, 1)
            steps.backward(product, up[now], slope, carry, da, d_state, still, carries)

            rows_da, rows_seen = da.reshape(G, -1, H), seen[now].reshape(-1, H + D + 1)
            d_weights += rows_da.swapaxes(1, 2) @ rows_seen  # of all steps of the stretch in one product
            self._by_step(dx)[now] = (rows_da @ to_x).sum(axis=0).reshape(-1, B, D)
        return dx, d_state, prefixed("cell", steps.unpack(d_weights))

    def _by_step(self, array):
        """View (B, T, ...) as (T, B, ...), in the order in which the steps are taken."""
        return array.swapaxes(0, 1)[:: -1 if self.reverse else 1]

    def _by_time(self, array):
        """Undo ``_by_step``."""
        return array[:: -1 if self.reverse else 1].swapaxes(0, 1)
