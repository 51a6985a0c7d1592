"""The upper rungs of the ladder: time first, and a block for every gate."""

from typing import NamedTuple

import numpy as np

from lstm_edu.bench.ladder_rows import da_of_step
from lstm_edu.numpy.functional import sigmoid

SWAP = [0, 1, 3, 2]  # from the gates i, f, g, o to the sigmoids first, i, f, o, g; and back again


class Blocks(NamedTuple):
    """What a forward pass keeps."""

    x: np.ndarray  # (T, B, D)
    h: np.ndarray  # (T + 1, B, H)
    c: np.ndarray  # (T + 1, B, H)
    tanh_c: np.ndarray  # (T, B, H)
    gates: np.ndarray  # (4, T, B, H) i, f, o, g


def blocks(cell, x, dh):
    """Time first and a block for each gate: nothing that a step touches has gaps."""
    kept = blocks_forward(cell, x)
    _, U, _ = blocks_of(cell)
    da, dh, d_h, d_c = np.empty_like(kept.gates), dh.swapaxes(0, 1).copy(), 0, 0
    for t in reversed(range(len(dh))):
        i, f, o, g = kept.gates[:, t]
        d = d_h + dh[t]
        da_i, da_f, da_g, da_o, d_c = da_of_step(d, d_c, i, f, g, o, kept.c[t], kept.tanh_c[t])
        for k, gate in enumerate((da_i, da_f, da_o, da_g)):
            da[k, t] = gate
        d_h = (da[:, t] @ U).sum(axis=0)
    return blocks_result(cell, kept, da)


def in_place(cell, x, dh):
    """No temporaries: every result goes to an array that is there already."""
    kept = in_place_forward(cell, x)
    return blocks_result(cell, kept, in_place_backward(cell, kept, dh))


def one_tanh(cell, x, dh):
    """One tanh for all gates: a sigmoid is a tanh, shifted, of half its argument."""
    kept = in_place_forward(cell, x, halved=True)
    return blocks_result(cell, kept, in_place_backward(cell, kept, dh))


def make_room(cell, x):
    """A ``Blocks`` with x and zeros, but for the gates: those hold what does not wait for a step."""
    (B, T, D), H = x.shape, cell.hidden_size
    W, _, b = blocks_of(cell)
    x = x.swapaxes(0, 1).copy()
    gates = (x.reshape(-1, D) @ W.swapaxes(1, 2)).reshape(4, T, B, H)
    gates += b
    h, c, tanh_c = (np.zeros_like(x, shape=(steps, B, H)) for steps in (T + 1, T + 1, T))
    return Blocks(x, h, c, tanh_c, gates)


def blocks_of(cell):
    """The weights as blocks, i, f, o, g: (4, H, D), (4, H, H) and (4, 1, 1, H)."""
    H = cell.hidden_size
    W, U, b = (array.reshape(4, H, -1)[SWAP] for array in (cell.weight_ih, cell.weight_hh, cell.bias))
    return W, U, b.reshape(4, 1, 1, H)


def blocks_forward(cell, x):
    kept = make_room(cell, x)
    _, h, c, tanh_c, gates = kept
    U = blocks_of(cell)[1].swapaxes(1, 2).copy()
    for t in range(len(tanh_c)):
        a = gates[:, t] + h[t] @ U
        gates[:3, t], gates[3, t] = sigmoid(a[:3]), np.tanh(a[3])
        i, f, o, g = gates[:, t]
        c[t + 1] = f * c[t] + i * g
        tanh_c[t] = np.tanh(c[t + 1])
        h[t + 1] = o * tanh_c[t]
    return kept


def in_place_forward(cell, x, halved=False):
    """As above, with ``out=``; ``halved``: one tanh, of half the argument in a sigmoid."""
    kept = make_room(cell, x)
    _, h, c, tanh_c, gates = kept
    U = blocks_of(cell)[1].swapaxes(1, 2).copy()
    if halved:
        U[:3] /= 2
        gates[:3] /= 2
    a = np.empty_like(x, shape=gates[:, 0].shape)
    for t in range(len(tanh_c)):
        i, f, o, g = gate = gates[:, t]
        np.matmul(h[t], U, out=a)
        np.add(a, gate, out=gate)
        if halved:
            np.tanh(gate, out=gate)
        else:
            gate[:3] *= 0.5
            np.tanh(gate[:3], out=gate[:3])
            np.tanh(g, out=g)
        gate[:3] += 1
        gate[:3] *= 0.5
        np.multiply(f, c[t], out=c[t + 1])
        np.multiply(i, g, out=tanh_c[t])  # room for a moment
        c[t + 1] += tanh_c[t]
        np.tanh(c[t + 1], out=tanh_c[t])
        np.multiply(o, tanh_c[t], out=h[t + 1])
    return kept


def in_place_backward(cell, kept, dh):
    """Return the gradients of all pre-activations, (4, T, B, H)."""
    _, _, c, tanh_c, gates = kept
    _, U, _ = blocks_of(cell)
    da, dh = np.empty_like(gates), dh.swapaxes(0, 1).copy()
    d, d_h, d_c, room = (np.zeros_like(dh[0]) for _ in range(4))
    parts = np.empty_like(gates[:, 0])
    for t in reversed(range(len(dh))):
        (i, f, o, g), to = gates[:, t], da[:, t]
        np.add(d_h, dh[t], out=d)
        np.multiply(tanh_c[t], tanh_c[t], out=room)
        np.subtract(1, room, out=room)
        room *= o
        room *= d
        d_c += room
        np.subtract(1, gates[:3, t], out=to[:3])
        to[:3] *= gates[:3, t]  # the slope of a sigmoid
        np.multiply(g, g, out=to[3])
        np.subtract(1, to[3], out=to[3])  # that of tanh
        to[0] *= g
        to[1] *= c[t]
        to[3] *= i
        to[:2] *= d_c
        to[3] *= d_c
        to[2] *= tanh_c[t]
        to[2] *= d
        d_c *= f
        np.matmul(to, U, out=parts)
        np.add.reduce(parts, axis=0, out=d_h)
    return da


def blocks_result(cell, kept, da):
    """What is left once all ``da`` (4, T, B, H) are known: products over all steps."""
    H, D = cell.hidden_size, cell.input_size
    W, _, _ = blocks_of(cell)
    rows = da.reshape(4, -1, H)
    grads = {
        "weight_ih": rows.swapaxes(1, 2) @ kept.x.reshape(-1, D),
        "weight_hh": rows.swapaxes(1, 2) @ kept.h[:-1].reshape(-1, H),
        "bias": rows.sum(axis=1),
    }
    dx = (rows @ W).sum(axis=0).reshape(kept.x.shape)
    grads = {name: grad[SWAP].reshape(getattr(cell, name).shape) for name, grad in grads.items()}
    return kept.h[1:].swapaxes(0, 1).copy(), dx.swapaxes(0, 1).copy(), grads
