"""Explains an exception that a student's function raised: which, where, and what it usually means."""

import inspect
import linecache
import textwrap
import traceback

import numpy as np

_MEANINGS = {
    # what the exception says: what to do about it
    "must be Tensor, not": "The arguments are NumPy arrays: use np. where torch. stands.",
    "has no attribute 'detach'": "The arguments are NumPy arrays already: there is nothing to detach.",
    "to Python scalars": "Functions of `math` take a single number: use the one of np. with the same name.",
    "truth value of an array": "`if` decides once, not for each number of an array: use `np.where`.",
    "mismatch in its core dimension": "`@` is a matrix product; element by element it is `*`.",
    "could not be broadcast": "Print the two shapes: which axis is missing, or in the wrong place?",
    "division by zero": "Ask what the divisor means, and when it can be zero.",
}


def explained(error, function, case):
    """Say which exception it is, in which line of the function, for which arguments.

    Parameters
    ----------
    error : BaseException
        With the traceback of the call.
    function : callable
        What the student wrote.
    case : dict
        The arguments by name.
    """
    what = textwrap.shorten(traceback.format_exception_only(error)[-1], 300)
    meaning = next((advice for sign, advice in _MEANINGS.items() if sign in what), "")
    return f"{_line(error, function)} raised {what.rstrip('.')}. {_called_with(case)} {meaning}".rstrip()


def _line(error, function):
    """Return ``line 2, `return f / 0`,`` of the function, or ``it`` if no line of it was reached."""
    function = getattr(function, "func", function)  # of a functools.partial
    written = inspect.unwrap(function if hasattr(function, "__code__") else type(function).__call__)
    code = getattr(written, "__code__", None)
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_code is code:
            source = linecache.getline(code.co_filename, number).strip()
            quoted = f", `{source}`," if source else ""
            return f"line {number - code.co_firstlineno + 1}{quoted}"
    return "it"


def _called_with(case):
    told = [
        f"`{name}` of shape {value.shape}" if isinstance(value, np.ndarray) else f"`{name}` = {value!r}"
        for name, value in case.items()
    ]
    return f"It was called with {', '.join(told)}."
