"""What every contestant gets: the same weights, the same input, the same gradient from above."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth


class Work(NamedTuple):
    """One LSTM layer, or a stack of them, over one batch.

    ``T``, ``B``, ``D``, ``H``: steps, sequences, features, units of every layer. ``train``: with the way
    back, to the gradients of the input and of all weights, from a gradient at every hidden state; without:
    forwards only.
    """

    T: int
    B: int
    D: int
    H: int
    train: bool = True
    dtype: str = "float32"
    device: str = "cpu"
    layers: int = 1

    def widths(self):
        """Return how many features each layer reads."""
        return [self.D, *[self.H] * (self.layers - 1)]

    def flops(self):
        """Return the floating-point operations of the matrix products, the bulk of the work.

        Every weight takes part in one multiplication and one addition per step and sequence on the way
        forward, and in twice as many on the way back: once for the input's gradient, once for its own.
        """
        forward = sum(2 * 4 * self.H * (D + self.H) * self.T * self.B for D in self.widths())
        return forward * (3 if self.train else 1)

    def least_bytes(self):
        """Return the bytes that have to move whatever the program: every array of the layer once.

        Forwards x is read and h written. Training also reads the gradient of h, writes that of x, and
        writes and reads back what has to be remembered of a step: four gates and the cell state.
        """
        numbers = sum(D + self.H + (self.train and D + self.H + 2 * 5 * self.H) for D in self.widths())
        arrays = self.T * self.B * numbers * np.dtype(self.dtype).itemsize
        return arrays + self.bytes_of_weights() * (2 if self.train else 1)

    def bytes_of_weights(self):
        """Return the size of the weights, which a step has to have at hand, in bytes."""
        return sum(4 * self.H * (D + self.H + 1) for D in self.widths()) * np.dtype(self.dtype).itemsize


class Given(NamedTuple):
    layer: lnp.Unroll  # around an LSTMCell, in the dtype of the work; of several layers, a Stacked
    x: np.ndarray  # (B, T, D)
    dh: np.ndarray  # (B, T, H)


def draw(work, seed=0):
    """Return what every contestant of this work is given; the same seed gives the same numbers."""
    rng = np.random.default_rng(seed)
    layer = joined(lnp, [lnp.LSTMCell(D, work.H, rng=rng, dtype=work.dtype) for D in work.widths()])
    x = rng.normal(size=(work.B, work.T, work.D)).astype(work.dtype)
    dh = rng.normal(size=(work.B, work.T, work.H)).astype(work.dtype)
    return Given(layer, x, dh)


def twin_of(given, work):
    """Return the layer in PyTorch, on the processor, with the same weights."""
    kind = getattr(torch, work.dtype)
    twin = joined(lth, [lth.LSTMCell(D, work.H, dtype=kind) for D in work.widths()])
    twin.load_state_dict({name: torch.tensor(array) for name, array in given.layer.named_parameters()})
    return twin


def joined(half, cells):
    """Return cells as one layer of a half of this package: an ``Unroll``, or several in a ``Stacked``."""
    layers = [half.Unroll(cell) for cell in cells]
    return layers[0] if len(layers) == 1 else half.Stacked(layers)


def names_of_results(train, layers=1):
    """Return the names of what a contestant must hand over to be compared."""
    weights = [named(name, k) for k in range(layers) for name in ("weight_ih", "weight_hh", "bias")]
    return ("h", "dx", *weights) if train else ("h",)


def named(name, k):
    """Return the name of a parameter of layer k: that of the first layer is plain."""
    return f"{name}_l{k}" if k else name
