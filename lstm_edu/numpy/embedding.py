"""A vector for each word."""

from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.module import Module
from lstm_edu.shapes import check_count, check_dtype, check_shape, check_tokens


class Tape(NamedTuple):
    """What one call leaves behind."""

    x: np.ndarray  # (B,) or (B, T) integers


class Embedding(Module):
    """A table with one row of numbers for each word; the twin of ``torch.nn.Embedding``.

    Parameters
    ----------
    vocabulary_size, embedding_size : int
        V and D.
    rng : numpy.random.Generator, default=None
        Draws the table, standard normal; ``None`` draws a fresh one each time.
    dtype : dtype, default=None
        Of the table; ``None`` means float64.

    Attributes
    ----------
    weight : ndarray of shape (V, D)
    """

    parameter_names = ("weight",)

    def __init__(self, vocabulary_size, embedding_size, *, rng=None, dtype=None):
        check_count(vocabulary_size=vocabulary_size, embedding_size=embedding_size)
        rng = np.random.default_rng() if rng is None else rng
        self.vocabulary_size, self.embedding_size = vocabulary_size, embedding_size
        self.weight = rng.normal(size=(vocabulary_size, embedding_size)).astype(dtype)

    def forward(self, x):
        """Map integers ``x`` of shape (B,) or (B, T), each below V, to their rows, (…, D), and the tape."""
        check_tokens("x", x, self.vocabulary_size)
        return self.weight[x], Tape(x)

    def backward(self, dy, tape):
        """Turn the gradient of the rows into that of the table; integers have none, so ``dx`` is None."""
        (x,) = tape
        check_shape("dy", dy, **dict(zip("BT", x.shape, strict=False)), D=self.embedding_size)
        check_dtype("dy", dy, self.weight)
        d_weight = np.zeros_like(self.weight)
        np.add.at(d_weight, x, dy)  # a word that occurs twice collects from both places
        return None, {"weight": d_weight}
