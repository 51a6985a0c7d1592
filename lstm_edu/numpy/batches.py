"""A data set in portions."""

import numpy as np


def batches(data, size, rng=None):
    """Yield the rows of a data set in portions, each row once.

    Parameters
    ----------
    data : tuple of ndarray
        Arrays whose first axis counts the same N examples.
    size : int
        Examples in a portion; the last one may be smaller, and none is left out.
    rng : numpy.random.Generator, default=None
        Draws the order; ``None`` keeps that of the data.

    Yields
    ------
    tuple of ndarray
    """
    N = len(data[0])
    order = np.arange(N) if rng is None else rng.permutation(N)
    for start in range(0, N, size):
        rows = order[start : start + size]
        yield tuple(array[rows] for array in data)


def check_data(name, data):
    """Raise unless ``data`` is (x, y) or (x, y, lengths): arrays of N finite examples, N at least 1."""
    parts = getattr(data, "_fields", ("x", "y", "lengths")[: len(data)] if isinstance(data, tuple) else ())
    if parts not in (("x", "y"), ("x", "y", "lengths")):
        came = f"{type(data).__name__}({', '.join(parts)})" if parts else f"a {type(data).__name__}"
        raise TypeError(f"`{name}` should be a tuple (x, y) or (x, y, lengths) but is {came}.")
    for part, array in zip(parts, data, strict=False):
        where = f"{part} of `{name}`"
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f"{where} should be a NumPy array but is a {type(array).__name__}. "
                "Convert it first, for example with np.asarray(...) or tensor.numpy()."
            )
        if array.ndim == 0 or len(array) == 0:
            raise ValueError(f"{where} has shape {array.shape}: there is no example in it.")
        if len(array) != len(data[0]):
            raise ValueError(f"{where} holds {len(array)} examples but x holds {len(data[0])}.")
        if np.issubdtype(array.dtype, np.inexact) and not np.isfinite(array).all():
            places = np.argwhere(~np.isfinite(array))
            raise ValueError(
                f"{where} holds {len(places)} values that are not finite, the first at {places[0].tolist()}. "
                "Fill the gaps, or leave those examples out."
            )
