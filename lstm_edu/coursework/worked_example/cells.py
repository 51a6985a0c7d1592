"""The numbers of the worked example, written once: for the page and for its exercises."""

import numpy as np

from lstm_edu.numpy.lstm import LSTMCell
from lstm_edu.numpy.unroll import Unroll

X = 0.5, 0.8, 2.0, -2.0, 0.4  # x at steps 1 to 5
TARGETS = {3: 0.8, 5: 0.5}  # step: what h should have been there
X6, TARGET6 = -0.5, 0.1  # the step that the exercises add


def one_unit():
    """Return the cell of the page: one input, one unit, twelve numbers."""
    cell = LSTMCell(1, 1)
    cell.weight_ih[:] = [[-1.5], [1.6], [1.4], [0.6]]  # W, rows i, f, g, o
    cell.weight_hh[:] = [[0.4], [-0.9], [0.7], [-0.5]]  # U
    cell.bias[:] = [0.8, 1.0, 0.1, -0.2]  # b
    return cell


def two_units():
    """Return that unit and a second one; each reads the h of both."""
    cell = LSTMCell(1, 2)
    W_U_b = [
        [-1.5, 0.4, 0.3, 0.8],  # i of unit 1: W, U on h1, U on h2, b
        [1.3, -0.6, 0.2, 0.2],  # i of unit 2
        [1.6, -0.9, 0.8, 1.0],  # f of unit 1
        [-1.4, 0.5, -0.4, 0.9],
        [1.4, 0.7, -1.1, 0.1],  # g
        [-1.1, 0.9, 0.3, 0.3],
        [0.6, -0.5, 0.6, -0.2],  # o
        [-0.4, -0.2, 0.8, 0.5],
    ]
    cell.weight_ih[:], cell.weight_hh[:], bias = np.split(W_U_b, [1, 3], axis=1)
    cell.bias[:] = bias[:, 0]
    return cell


def both_ways(x, targets):
    """Take the one unit along ``x`` and back from the losses ½ (h - y)².

    Returns
    -------
    values : dict of str to ndarray of shape (T,)
        i, f, g, o, c, h.
    gradients : dict of str to ndarray of shape (T,)
        dh and dc, both complete, and da_f; ``da`` holds all four, (T, 4).
    """
    cell = one_unit()
    h, _, tape = Unroll(cell)(np.reshape(x, (1, -1, 1)))
    d_state, back = cell.zero_state(1), []
    for t in range(len(x), 0, -1):
        error = h[:, t - 1] - targets[t] if t in targets else 0.0
        d_after = d_state._replace(h=d_state.h + error)
        _, d_state, grads = cell.backward(d_after, tape.steps[t - 1])
        dc = d_state.c / tape.steps[t - 1].f  # what went back was dc · f
        back.append((d_after.h.item(), dc.item(), grads["bias"]))
    dh, dc, da = (np.array(parts) for parts in zip(*reversed(back), strict=True))
    values = {name: tape.over_time(name).ravel() for name in "ifgoc"} | {"h": h.ravel()}
    return values, {"dh": dh, "dc": dc, "da": da, "da_f": da[:, 1]}
