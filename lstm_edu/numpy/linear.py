"""A linear map of the last axis."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.module import Module
from lstm_edu.shapes import check_count, check_dtype, check_shape


class Tape(NamedTuple):
    """What one call leaves behind."""

    x: np.ndarray  # (B, D) or (B, T, D)


class Linear(Module):
    """y = W x + b, for each sequence or for each of its steps; the twin of ``torch.nn.Linear``.

    Parameters
    ----------
    input_size, output_size : int
        D and K.
    rng : numpy.random.Generator, default=None
        Draws the parameters, uniform within ±1/√D; ``None`` draws fresh ones each time.
    dtype : dtype, default=None
        Of the parameters, and so of everything computed; ``None`` means float64.

    Attributes
    ----------
    weight : ndarray of shape (K, D)
    bias : ndarray of shape (K,)
    """

    parameter_names = "weight", "bias"

    def __init__(self, input_size, output_size, *, rng=None, dtype=None):
        check_count(input_size=input_size, output_size=output_size)
        rng = np.random.default_rng() if rng is None else rng
        D, K = input_size, output_size
        self.input_size, self.output_size = D, K
        self.weight = (rng.uniform(-1, 1, (K, D)) / np.sqrt(D)).astype(dtype)
        self.bias = (rng.uniform(-1, 1, K) / np.sqrt(D)).astype(dtype)

    def forward(self, x):
        """Map ``x`` of shape (B, D) or (B, T, D) to ``y`` (B, K) or (B, T, K), and the tape."""
        leading = dict.fromkeys("BT" if np.ndim(x) == 3 else "B", ...)
        check_shape("x", x, **leading, D=self.input_size)
        check_dtype("x", x, self.weight)
        return x @ self.weight.T + self.bias, Tape(x)

    def backward(self, dy, tape):
        """Turn the gradient of ``y`` into those of ``x`` and of the parameters."""
        (x,) = tape
        check_shape("dy", dy, **dict(zip("BT", x.shape[:-1], strict=False)), K=self.output_size)
        check_dtype("dy", dy, self.weight)
        rows_x, rows_dy = x.reshape(-1, self.input_size), dy.reshape(-1, self.output_size)
        return dy @ self.weight, {"weight": rows_dy.T @ rows_x, "bias": rows_dy.sum(axis=0)}
