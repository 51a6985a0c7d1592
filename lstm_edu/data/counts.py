"""Whole numbers are checked where they enter."""

import operator


def check_count(name, value, minimum=1):
    """Return ``value`` as an int, or explain why it does not count anything.

    Raises
    ------
    TypeError
        If ``value`` is no integer (``3.0`` and ``True`` are none).
    ValueError
        If it is smaller than ``minimum``.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(
            f"`{name}` should be an integer but is {value!r}, a {type(value).__name__}. Round it first."
        )
    count = operator.index(value)
    if count < minimum:
        raise ValueError(f"`{name}` should be at least {minimum} but is {count}.")
    return count
