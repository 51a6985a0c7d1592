"""All the steps of a gated recurrent unit in one go; equation numbers are those of its cell."""

import numpy as np

from lstm_edu.numpy.fused_rnn import backward as backward  # the state is h alone here too
from lstm_edu.numpy.gru import State
from lstm_edu.numpy.gru import Tape as Tape

SIGMOIDS = 2  # the blocks stand in the order r, z, u, and the part of n that reads x
READ_H = 3  # blocks that read h
SLOPES = 4  # arrays that ``slopes`` fills: one for each block
KEPT = 4  # blocks kept of a step: r, z, u, n


def pack(cell):
    """The parameters as (4, H, H + D + 1), to be multiplied with h, x and a one, side by side."""
    D, H = cell.input_size, cell.hidden_size
    packed = np.zeros((4, H, H + D + 1), cell.bias.dtype)
    packed[:3, :, :H] = cell.weight_hh.reshape(3, H, H)
    packed[[0, 1, 3], :, H:-1] = cell.weight_ih.reshape(3, H, D)
    packed[[0, 1, 3], :, -1] = cell.bias.reshape(3, H)
    packed[2, :, -1] = cell.bias_hn
    return packed


def unpack(packed):
    """Undo ``pack``, for the gradients of the parameters."""
    H = packed.shape[1]
    reads_x = packed[[0, 1, 3]].reshape(3 * H, -1)
    return {
        "weight_ih": reads_x[:, H:-1].copy(),
        "weight_hh": packed[:3, :, :H].reshape(3 * H, H),
        "bias": reads_x[:, -1].copy(),
        "bias_hn": packed[2, :, -1].copy(),
    }


def fields(seen, kept):
    """What of a step has a name on the tape of the cell; ``x`` and ``h_prev`` all cells have."""
    r, z, u, n = kept[:-1].swapaxes(0, 1)
    return {"r": r, "z": z, "u": u, "n": n}


def forward(cell, product, seen, kept, state, still):
    """Take all steps: fill ``kept``, and in ``seen`` the h that each step hands to the next."""
    H = kept.shape[-1]
    kept[-1] = 0
    half = np.array(0.5, kept.dtype)
    between = np.empty_like(state.h)
    read, written = product.cut(seen[:-1]), product.cut_out(kept[:-1])
    views = zip(read, written, kept[:-1], seen[:-1, :, :H], seen[1:, :, :H], strict=True)
    for t, (h_x_1, out, step, h_prev, h) in enumerate(views):
        product.multiply(h_x_1, product.weights, out)  # (3), and what stands inside (1), (2), (4)
        sigmoids, (r, z, u, n) = step[:2], step
        np.tanh(sigmoids, sigmoids)  # their weights are halved: sigmoid(a) = (1 + tanh(a / 2)) / 2
        np.multiply(sigmoids, half, sigmoids)
        np.add(sigmoids, half, sigmoids)  # (1), (2)
        np.multiply(r, u, between)
        np.add(n, between, n)
        np.tanh(n, n)  # (4)
        np.subtract(h_prev, n, between)
        np.multiply(between, z, between)
        np.add(n, between, h)  # (5)
        if still is not None:
            np.copyto(h, h_prev, where=still[t])
    return State(seen[-1, :, :H].copy())


def slopes(cell, seen, kept, slope):
    """For a stretch of steps at once, what does not depend on the gradient but multiplies it."""
    h_prev = seen[:-1, :, : kept.shape[-1]]
    r, z, u, n = kept.swapaxes(0, 1)
    at_r, at_z, at_u, at_n = slope
    np.multiply(1 - z, 1 - n * n, at_n)  # (5) then (4)
    np.multiply((h_prev - n) * z, 1 - z, at_z)  # (5) then (2)
    np.multiply(at_n, r, at_u)  # (4), then (3) passes it on
    np.multiply(at_u * u, 1 - r, at_r)  # (4) then (1)
    return z  # (5): z carries h past the weights
