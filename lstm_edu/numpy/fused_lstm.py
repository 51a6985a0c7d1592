"""All the steps of an LSTM in one go; equation numbers are those of its cell."""

import numpy as np

from lstm_edu.numpy.lstm import State
from lstm_edu.numpy.lstm import Tape as Tape

SIGMOIDS = 3  # the gates stand in the order o, i, f, g: the sigmoids first
READ_H = 4  # gates that read h
SLOPES = 5  # arrays that ``slopes`` fills: one for each gate, and how dh reaches c
KEPT = 6  # blocks kept of a step: o, i, f, g, the old c, tanh of the new c


def pack(cell):
    """The parameters as (4, H, H + D + 1), to be multiplied with h, x and a one, side by side."""
    rows = np.concatenate([cell.weight_hh, cell.weight_ih, cell.bias[:, None]], axis=1)
    i, f, g, o = rows.reshape(4, cell.hidden_size, -1)
    return np.stack([o, i, f, g])


def unpack(packed):
    """Undo ``pack``, for the gradients of the parameters."""
    o, i, f, g = packed
    rows, H = np.concatenate([i, f, g, o]), len(i)
    return {"weight_ih": rows[:, H:-1].copy(), "weight_hh": rows[:, :H].copy(), "bias": rows[:, -1].copy()}


def fields(seen, kept):
    """What of a step has a name on the tape of the cell."""
    o, i, f, g, c, _ = kept.swapaxes(0, 1)
    return {"i": i[:-1], "f": f[:-1], "g": g[:-1], "o": o[:-1], "c_prev": c[:-1], "c": c[1:]}


def forward(cell, product, seen, kept, state, still):
    """Take all steps: fill ``kept``, and in ``seen`` the h that each step hands to the next."""
    T, H = len(kept) - 1, kept.shape[-1]
    kept[0, 4], kept[T, :4], kept[T, 5] = state.c, 0, 0
    half = np.array(0.5, kept.dtype)  # an array, as a number would be converted at every step
    products = np.empty_like(kept[0, :2])
    ig, fc = products
    multiply, weights, add, mul, tanh = product.multiply, product.weights, np.add, np.multiply, np.tanh
    views = zip(  # of all steps at once: to slice an array costs as much as to multiply it
        product.cut(seen[:-1]),
        product.cut_out(kept[:-1, :4]),
        kept[:-1, :4],
        kept[:-1, :3],
        kept[:-1, 1:3],
        kept[:-1, 3:5],
        kept[:-1, 0],
        kept[:-1, 5],
        kept[1:, 4],
        seen[1:, :, :H],
        strict=True,
    )
    for t, (h_x_1, out, a, sigmoids, i_f, g_c, o, tanh_c, c, h) in enumerate(views):
        multiply(h_x_1, weights, out)  # x, h and bias of all gates in one product
        tanh(a, a)  # (3), and the sigmoids, whose weights are halved: sigmoid(a) = (1 + tanh(a / 2)) / 2
        mul(sigmoids, half, sigmoids)
        add(sigmoids, half, sigmoids)  # (1), (2), (4)
        mul(i_f, g_c, products)
        add(ig, fc, c)  # (5)
        tanh(c, tanh_c)
        mul(o, tanh_c, h)  # (6)
        if still is not None:
            np.copyto(c, kept[t, 4], where=still[t])
            np.copyto(h, seen[t, :, :H], where=still[t])
    return State(seen[T, :, :H].copy(), kept[T, 4].copy())


def slopes(cell, seen, kept, slope):
    """For a stretch of steps at once, all that does not depend on the gradient but multiplies it."""
    h = seen[1:, :, : kept.shape[-1]]
    o, i, f, g, _, tanh_c = kept.swapaxes(0, 1)
    at_o, at_i, at_f, at_g, at_c = slope
    np.subtract(1, kept[:, :3].swapaxes(0, 1), slope[:3])
    np.multiply(at_o, h, at_o)  # (6) then (4): tanh(c) o (1 - o)
    ig, fc = (kept[:, 1:3] * kept[:, 3:5]).swapaxes(0, 1)
    np.multiply(at_i, ig, at_i)  # (5) then (1): g i (1 - i)
    np.multiply(at_f, fc, at_f)  # (5) then (2): c_prev f (1 - f)
    np.multiply(ig, g, at_g)
    np.subtract(i, at_g, at_g)  # (5) then (3): i (1 - g²)
    np.multiply(h, tanh_c, at_c)
    np.subtract(o, at_c, at_c)  # (6): o (1 - tanh(c)²)
    return f


def backward(product, up, slope, f, da, d_state, still, joined):
    """Undo a stretch of steps, last first: fill ``da``, carry ``d_state`` to the start of the stretch."""
    dh, dc = d_state
    d, through_h = np.empty_like(dh), np.empty_like(dh)
    parts = product.parts(dh)
    multiply, weights, parts_cut = product.multiply, product.weights, product.cut_out(parts)
    add, mul, several, collect = np.add, np.multiply, len(parts) > 1, np.add.reduce
    last_first = [array[::-1] for array in (up, *slope, f, *da, product.cut(da))]
    t = len(f)
    for dh_t, at_o, at_i, at_f, at_g, at_c, f_t, da_o, da_i, da_f, da_g, da_t in zip(
        *last_first, strict=True
    ):
        t -= 1
        add(dh, dh_t, d)  # h went to the output and to the next step
        mul(d, at_c, through_h)
        add(dc, through_h, dc)  # (6) joins what arrives along c itself
        mul(d, at_o, da_o)
        mul(dc, at_i, da_i)
        mul(dc, at_f, da_f)
        mul(dc, at_g, da_g)
        mul(dc, f_t, dc)  # (5)
        multiply(da_t, weights, parts_cut)
        if several:
            collect(parts, 0, None, dh)  # h reached every gate
        if joined is not None:
            mul(dh, joined[t], dh)
        if still is not None:
            np.copyto(dh, d, where=still[t])
