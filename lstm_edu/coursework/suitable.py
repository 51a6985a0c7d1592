"""Whether an attempt can be tried at all."""

import inspect

from lstm_edu.coursework.comparing import described


def unsuited(exercise, attempt):
    """Say why an attempt cannot be tried, before anything of it runs; ``None`` if it can."""
    if not exercise.asks_for_function:
        return "a value is asked for; what came is a function." if callable(attempt) else None
    if not callable(attempt):
        came = described(attempt)
        return f"hand in the function itself, by its name and without brackets; what came is {came}."
    try:
        signature = inspect.signature(attempt)
    except (TypeError, ValueError):  # written in C: only a call can tell
        return None
    asked, own = list(exercise.arguments()[0]), list(signature.parameters)
    called = f"your function is called with {_counted(len(asked))}, {', '.join(asked)}"
    try:
        signature.bind(*asked)
    except TypeError:
        return f"{called}; yours takes {', '.join(own) or 'none'}."
    if asked != own[: len(asked)] and sorted(asked) == sorted(own[: len(asked)]):
        return f"{called}, in this order; yours are in the order {', '.join(own)}."
    return None


def _counted(n):
    return "one argument" if n == 1 else f"{n} arguments"
