"""The lower rungs of the ladder: a row for every sequence, and in it the gates side by side."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.functional import sigmoid


class Rows(NamedTuple):
    """What a forward pass keeps."""

    h: np.ndarray  # (B, T + 1, H) from before the first step on
    c: np.ndarray  # (B, T + 1, H)
    gates: np.ndarray  # (B, T, 4H) i, f, g, o


def naive(cell, x, dh):
    """Two products for every gate, a list and a new array for everything."""
    (B, T, _), H = x.shape, cell.hidden_size
    W, U, b = (np.split(array, 4) for array in (cell.weight_ih, cell.weight_hh, cell.bias))
    h, c, gates = [np.zeros_like(x, shape=(B, H))], [np.zeros_like(x, shape=(B, H))], []
    for t in range(T):
        a = [x[:, t] @ W[k].T + h[t] @ U[k].T + b[k] for k in range(4)]
        gates.append((sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])))
        i, f, g, o = gates[t]
        c.append(f * c[t] + i * g)
        h.append(o * np.tanh(c[t + 1]))

    dW, dU, db = ([np.zeros_like(part) for part in parts] for parts in (W, U, b))
    dx, d_h, d_c = [None] * T, 0, 0
    for t in reversed(range(T)):
        d = d_h + dh[:, t]
        *da, d_c = da_of_step(d, d_c, *gates[t], c[t], np.tanh(c[t + 1]))
        for k in range(4):
            dW[k] += da[k].T @ x[:, t]
            dU[k] += da[k].T @ h[t]
            db[k] += da[k].sum(axis=0)
        dx[t] = sum(da[k] @ W[k] for k in range(4))
        d_h = sum(da[k] @ U[k] for k in range(4))
    grads = {"weight_ih": dW, "weight_hh": dU, "bias": db}
    joined = {name: np.concatenate(parts) for name, parts in grads.items()}
    return np.stack(h[1:], axis=1), np.stack(dx, axis=1), joined


def input_at_once(cell, x, dh):
    """What does not wait for a step: W x of all steps before the loop, the gradient of x after it."""
    kept = rows_forward(cell, x)
    da, d_h, d_c = np.empty_like(kept.gates), 0, 0
    grads = {name: np.zeros_like(array) for name, array in cell.named_parameters()}
    for t in reversed(range(x.shape[1])):
        d_h, d_c = rows_step_back(cell, kept, t, d_h + dh[:, t], d_c, da)
        grads["weight_ih"] += da[:, t].T @ x[:, t]
        grads["weight_hh"] += da[:, t].T @ kept.h[:, t]
        grads["bias"] += da[:, t].sum(axis=0)
    return kept.h[:, 1:].copy(), da @ cell.weight_ih, grads


def weights_at_once(cell, x, dh):
    """The gradient of the weights is a sum over steps: one product of all."""
    kept = rows_forward(cell, x)
    da, d_h, d_c = np.empty_like(kept.gates), 0, 0
    for t in reversed(range(x.shape[1])):
        d_h, d_c = rows_step_back(cell, kept, t, d_h + dh[:, t], d_c, da)
    rows = da.reshape(-1, da.shape[2])
    grads = {
        "weight_ih": rows.T @ x.reshape(len(rows), -1),
        "weight_hh": rows.T @ kept.h[:, :-1].reshape(len(rows), -1),
        "bias": rows.sum(axis=0),
    }
    return kept.h[:, 1:].copy(), (rows @ cell.weight_ih).reshape(x.shape), grads


def rows_forward(cell, x):
    (B, T, _), H = x.shape, cell.hidden_size
    gates = x @ cell.weight_ih.T + cell.bias  # all steps; h comes in its turn
    h, c = (np.zeros_like(x, shape=(B, T + 1, H)) for _ in range(2))
    for t in range(T):
        a = gates[:, t] + h[:, t] @ cell.weight_hh.T
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), sigmoid(a[:, 3 * H :])
        g = np.tanh(a[:, 2 * H : 3 * H])
        gates[:, t] = np.concatenate([i, f, g, o], axis=1)
        c[:, t + 1] = f * c[:, t] + i * g
        h[:, t + 1] = o * np.tanh(c[:, t + 1])
    return Rows(h, c, gates)


def rows_step_back(cell, kept, t, d, d_c, da):
    """Fill ``da[:, t]``; return the gradients of h and c before the step."""
    gates = np.split(kept.gates[:, t], 4, axis=1)
    *parts, d_c = da_of_step(d, d_c, *gates, kept.c[:, t], np.tanh(kept.c[:, t + 1]))
    da[:, t] = np.concatenate(parts, axis=1)
    return da[:, t] @ cell.weight_hh, d_c


def da_of_step(d, d_c, i, f, g, o, c_prev, tanh_c):
    """Gradients of the pre-activations of i, f, g, o and, as the fifth, of the cell state before."""
    d_c = d_c + d * o * (1 - tanh_c**2)
    da_i = d_c * g * i * (1 - i)
    da_f = d_c * c_prev * f * (1 - f)
    da_g = d_c * i * (1 - g**2)
    da_o = d * tanh_c * o * (1 - o)
    return da_i, da_f, da_g, da_o, d_c * f
