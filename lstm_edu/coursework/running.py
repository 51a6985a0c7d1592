"""Runs somebody else's function for a limited time, whatever it does."""

import ctypes
import threading
import warnings
from typing import NamedTuple


class Returned(NamedTuple):
    value: object
    warning: str  # the first RuntimeWarning on the way, such as NumPy's of an overflow; "" if none


class Raised(NamedTuple):
    error: BaseException


class Late(NamedTuple):
    stopped: bool  # False: it could not be stopped and still runs


class _TimeIsUp(SystemExit):
    """Raised inside the running function. A thread that ends by a ``SystemExit`` ends silently."""


def run(function, arguments, seconds):
    """Call ``function(*arguments)`` in a thread of its own, for at most ``seconds``.

    Where there are no threads, as in a browser, it is called directly and without a limit.

    Returns
    -------
    Returned, Raised or Late
    """
    outcome = []

    def work():
        try:
            outcome.append(function(*arguments))
        except _TimeIsUp:
            return
        except BaseException as error:  # even exit(): it is part of the answer
            outcome.append(Raised(error))

    worker = threading.Thread(target=work, daemon=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            late = _wait(worker, seconds)
        finally:
            stopped = _stop(worker)
    if late:
        return Late(stopped)
    if isinstance(outcome[0], Raised):
        return outcome[0]
    heard = [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]
    return Returned(outcome[0], heard[0] if heard else "")


def _wait(worker, seconds):
    """Start the worker and return whether it is still at work when the time is up."""
    try:
        worker.start()
    except RuntimeError:  # no threads here
        worker.run()
        return False
    worker.join(seconds)
    return worker.is_alive()


def _stop(worker):
    """Raise ``_TimeIsUp`` inside the worker until it ends, for at most a second; return whether it did."""
    for _ in range(20):
        if not worker.is_alive():
            return True
        thread = ctypes.c_ulong(worker.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TimeIsUp))
        worker.join(0.05)
    return not worker.is_alive()
