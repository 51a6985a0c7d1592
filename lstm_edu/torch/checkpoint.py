"""A layer for sequences too long to remember: it remembers a few states, and computes the rest again."""

from math import isqrt

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from lstm_edu.shapes import check_count, check_dtype, check_lengths, check_shape, check_state
from lstm_edu.torch.unroll import Unroll


class Checkpointed(nn.Module):
    """An ``Unroll`` that keeps a state now and then, and repeats the steps between on its way back.

    Its gradients are the full ones. With stretches of √T steps it keeps about 2√T steps where
    ``Unroll`` keeps T, and pays with one more forward pass.

    Parameters
    ----------
    layer : Unroll
        Its weights are shared, not copied.
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

    def __init__(self, layer, *, every=None):
        super().__init__()
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

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``; see ``Unroll.forward``. The tape is ``None``: autograd keeps it.

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
            lengths = lengths.to(x.device)
        every = self.every or isqrt(T - 1) + 1
        stretches = [slice(start, min(start + every, T)) for start in range(0, T, every)]
        pieces = []
        for stretch in stretches[::-1] if self.layer.reverse else stretches:
            rows = (
                torch.arange(B, device=x.device)
                if lengths is None
                else (lengths > stretch.start).nonzero()[:, 0]
            )
            ends = None if lengths is None else lengths[rows].clamp(max=stretch.stop) - stretch.start
            piece = x.new_zeros(B, stretch.stop - stretch.start, self.output_size)
            if len(rows):
                before = (part[rows] for part in state)
                h, *after = checkpoint(self._take, x[:, stretch], rows, ends, *before, use_reentrant=False)
                piece = piece.index_copy(0, rows, h)
                parts = zip(state, after, strict=True)
                state = type(state)(*(part.index_copy(0, rows, new) for part, new in parts))
            pieces.append(piece)
        return torch.cat(pieces[::-1] if self.layer.reverse else pieces, dim=1), state, None

    def _take(self, x, rows, ends, *before):
        """The steps of one stretch, for some rows: what autograd forgets and calls for again."""
        h, after, _ = self.layer(x[rows], self.layer.cell.State(*before), ends)
        return h, *after
