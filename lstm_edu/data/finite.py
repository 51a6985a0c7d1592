"""A NaN that enters a recurrence stays in it for ever, so it is stopped at the door."""

import numpy as np


def check_finite(name, array):
    """Return ``array`` unchanged if every value is a finite float.

    Raises
    ------
    TypeError
        If ``array`` is no NumPy array, or holds integers, booleans or objects.
    ValueError
        If a value is NaN or infinite; the message says where the first one is.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"`{name}` should be a NumPy array of floats but is a {type(array).__name__}. "
            "Convert it first: np.asarray(..., dtype=float)."
        )
    if not np.issubdtype(array.dtype, np.floating):
        raise TypeError(
            f"`{name}` should hold floats but has dtype {array.dtype}. Convert it first: .astype(float)."
        )
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(np.argwhere(bad)[0].tolist())
        where = {1: "row {}", 2: "row {}, column {}"}.get(array.ndim, f"index {first}").format(*first)
        raise ValueError(
            f"`{name}` has {array[first]} at {where} (such values in all: {bad.sum()}). "
            "Fill or drop them before windows are cut: one poisons every state after it."
        )
    return array
