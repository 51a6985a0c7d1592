"""All the steps of a simple recurrent network in one go; equation numbers are those of its cell."""

import numpy as np

from lstm_edu.numpy.rnn import NONLINEARITIES, State
from lstm_edu.numpy.rnn import Tape as Tape

SIGMOIDS, READ_H = 0, 1  # no gates; one block, which reads h
SLOPES = 1  # arrays that ``slopes`` fills
KEPT = 0  # blocks kept of a step: none, h says it all


def pack(cell):
    """The parameters as (1, H, H + D + 1), to be multiplied with h, x and a one, side by side."""
    return np.concatenate([cell.weight_hh, cell.weight_ih, cell.bias[:, None]], axis=1)[None]


def unpack(packed):
    """Undo ``pack``, for the gradients of the parameters."""
    (rows,) = packed
    H = len(rows)
    return {"weight_ih": rows[:, H:-1].copy(), "weight_hh": rows[:, :H].copy(), "bias": rows[:, -1].copy()}


def fields(seen, kept):
    """What of a step has a name on the tape of the cell; ``x`` and ``h_prev`` all cells have."""
    return {"h": seen[1:, :, : kept.shape[-1]]}


def forward(cell, product, seen, kept, state, still):
    """Take all steps: fill in ``seen`` the h that each step hands to the next."""
    H = kept.shape[-1]
    squash, _ = NONLINEARITIES[cell.nonlinearity]
    a = np.empty((1, *state.h.shape), state.h.dtype)
    a_cut = product.cut_out(a)
    for t, (h_x_1, h) in enumerate(zip(product.cut(seen[:-1]), seen[1:, :, :H], strict=True)):
        product.multiply(h_x_1, product.weights, a_cut)  # (1)
        h[...] = squash(a[0])  # (2)
        if still is not None:
            np.copyto(h, seen[t, :, :H], where=still[t])
    return State(seen[-1, :, :H].copy())


def slopes(cell, seen, kept, slope):
    """For a stretch of steps at once, what does not depend on the gradient but multiplies it."""
    _, slope_at = NONLINEARITIES[cell.nonlinearity]
    slope[0] = slope_at(seen[1:, :, : kept.shape[-1]])


def backward(product, up, slope, carry, da, d_state, still, joined):
    """Undo a stretch of steps, last first, of any cell whose state is h alone.

    Such a cell has a slope for each block of ``da``, and may ``carry`` h past the weights.
    """
    (dh,) = d_state
    d, past = np.empty_like(dh), np.empty_like(dh)
    da_cut, parts = product.cut(da), product.parts(dh)
    multiply, weights, parts_cut = product.multiply, product.weights, product.cut_out(parts)
    for t in reversed(range(len(up))):
        np.add(dh, up[t], d)  # h went to the output and to the next step
        np.multiply(slope[:, t], d, da[:, t])
        multiply(da_cut[t], weights, parts_cut)
        if len(parts) > 1:
            np.add.reduce(parts, 0, None, dh)
        if carry is not None:
            np.add(dh, np.multiply(d, carry[t], past), dh)
        if joined is not None:
            np.multiply(dh, joined[t], dh)
        if still is not None:
            np.copyto(dh, d, where=still[t])
