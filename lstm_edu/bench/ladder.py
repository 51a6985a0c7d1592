"""The rungs between the naive loop and the fused one: on each, one idea more and the same numbers.

A rung is a function of an ``LSTMCell``, x (B, T, D) and dh (B, T, H), the gradient of every hidden state.
It returns h (B, T, H), dx (B, T, D) and the gradients of the parameters.
"""

from lstm_edu import numpy as lnp
from lstm_edu.bench.ladder_blocks import blocks, in_place, one_tanh
from lstm_edu.bench.ladder_rows import input_at_once, naive, weights_at_once


def packed(cell, x, dh):
    """The package's own loop: one product for the four gates, their weights stacked."""
    return _of_layer(lnp.Unroll(cell), x, dh)


def fused(cell, x, dh):
    """The package's own: all of this, tiles, and the way back in stretches that fit the cache."""
    return _of_layer(lnp.Fused(lnp.Unroll(cell)), x, dh)


def _of_layer(layer, x, dh):
    h, _, tape = layer(x)
    dx, _, grads = layer.backward(dh, None, tape)
    return h, dx, {name.removeprefix("cell."): grad for name, grad in grads.items()}


RUNGS = {
    "naive": naive,
    "packed weights": packed,
    "input at once": input_at_once,
    "weight gradients at once": weights_at_once,
    "blocks": blocks,
    "no temporaries": in_place,
    "one tanh": one_tanh,
    "lnp.Fused": fused,
}
