"""Compares results with the right ones, from the outside in: kind, shape, dtype, values."""

import numpy as np

from lstm_edu.coursework.difference import differing, first_difference, size_of_miss
from lstm_edu.shapes import ShapeError, check_shape


def complaint(exercise, got, expected):
    """Say how ``got`` differs from ``expected``, the right result of one case; ``None`` if it does not."""
    returns = exercise.returns
    names = ", ".join(f"`{name}`" for name in returns)
    if len(returns) == 1:
        if isinstance(got, tuple) and any(isinstance(part, np.ndarray) and part.ndim for part in got):
            return f"{names} alone is asked for, but {described(got)} came. Is there a comma after it?"
        got, expected = (got,), (expected,)
    elif not _unpacks(got, expected):
        return f"{len(returns)} results are asked for, in this order: {names}. What came is {described(got)}."
    for (name, axes), part, right in zip(returns.items(), got, expected, strict=True):
        text = _complaint_about(exercise, name, axes, part, right)
        if text:
            return text
    return None


def same(exercise, got, expected):
    """Whether two results agree in kind, shape and values: how an attempt is recognised as a slip."""
    if isinstance(expected, tuple | list):
        pairs = zip(got, expected, strict=True) if _unpacks(got, expected) else [(None, 0)]
        return all(same(exercise, *pair) for pair in pairs)
    if isinstance(expected, str):
        return isinstance(got, str) and _plain(got) == _plain(expected)
    array, expected = as_numbers(got), np.asarray(expected)
    if array is None or array.shape != expected.shape:
        return False
    return not differing(array, expected, exercise.decimals).any()


def worst_miss(got, expected):
    """Return the largest difference between a result and the right one, or ``None`` if shapes differ."""
    if not isinstance(expected, tuple):
        got, expected = (got,), (expected,)
    elif not _unpacks(got, expected):
        return None
    pairs = [(as_numbers(a), np.asarray(b)) for a, b in zip(got, expected, strict=True)]
    if any(a is None or a.shape != b.shape for a, b in pairs):
        return None
    worst = max(float(np.abs(a - b).max()) for a, b in pairs)
    return worst if np.isfinite(worst) else None


def described(value):
    """Return what kind of thing a value is: ``an array of shape (2, 3)``, ``a list of 3``, ``a str``."""
    if _is_tensor(value):
        return "a PyTorch tensor"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    kind = type(value).__name__
    article = "an" if kind[0] in "aeioAEIO" else "a"
    return f"{article} {kind}" + (f" of {len(value)}" if isinstance(value, tuple | list) else "")


def as_numbers(value):
    """Return a value as an array of numbers or truth values, or ``None`` if it is nothing of the kind."""
    if _is_tensor(value):
        return None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # a ragged list
        return None
    return array if array.dtype.kind in "biufc" else None


def _complaint_about(exercise, name, axes, got, expected):
    if _is_tensor(got):
        return (
            f"`{name}` is a PyTorch tensor; this exercise works in NumPy. "
            "Compute it with np., or hand back `tensor.detach().numpy()`."
        )
    if isinstance(expected, str):
        if not isinstance(got, str):
            return f"`{name}` should be a text in quotes but is {described(got)}."
        return None if _plain(got) == _plain(expected) else f"'{got}' is not it."
    array, expected = as_numbers(got), np.asarray(expected)
    sizes = dict(zip(axes, expected.shape, strict=True))
    if array is None or (array.ndim == 0 and array.dtype.kind in "bc"):
        spelled = ", ".join(f"{axis}={size}" for axis, size in sizes.items())
        kind = f"an array of shape ({spelled})" if axes else "a number"
        return f"`{name}` should be {kind} but is {described(got)}."
    if array.ndim and not axes:
        return f"`{name}` should be a single number but has shape {array.shape}."
    try:
        check_shape(name, array, _about_shape(array, expected), **sizes)
    except ShapeError as error:
        return str(error)
    if array.ndim and (array.dtype.kind in "bc" or (array is got and array.dtype.kind in "iu")):
        return (
            f"`{name}` should hold floating-point numbers but has dtype {array.dtype}. "
            "Start from floats: `0.0` instead of `0`, or `dtype=float`."
        )
    if exercise.asks_for_function:
        return first_difference(name, axes, exercise.blocks, array, expected)
    return size_of_miss(name, array, expected, exercise.decimals)


def _about_shape(array, expected):
    """Return what can be said of an array whose numbers may be right although its shape is not."""
    if array.size == expected.size and np.allclose(array.ravel(), expected.ravel()):
        return "The numbers are right and in the right order; only the axes differ."
    if array.T.shape == expected.shape and np.allclose(array.T, expected):
        return "Transposed, it is right."
    return ""


def _plain(text):
    """Return a text without what does not count in it: case, spaces, commas."""
    return text.casefold().replace(" ", "").replace(",", "")


def _unpacks(value, results):
    """Whether a value is as many results as these: a tuple, a list, an array with one axis more."""
    if isinstance(value, np.ndarray) and value.ndim != np.ndim(results[0]) + 1:
        return False
    return isinstance(value, tuple | list | np.ndarray) and len(value) == len(results)


def _is_tensor(value):
    """Whether this is, or holds, a tensor of PyTorch, which need not be installed to find out."""
    parts = value if isinstance(value, tuple | list) else (value,)
    return any(
        cls.__name__ == "Tensor" and cls.__module__.partition(".")[0] == "torch"
        for part in parts
        for cls in type(part).__mro__
    )
