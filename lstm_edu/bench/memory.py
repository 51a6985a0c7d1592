"""How much memory one training step takes, seen from outside the process, and how long."""

import ctypes
import gc
import time

from lstm_edu.bench.strategies import STRATEGIES
from lstm_edu.bench.work import Work, draw

WARM_UP = 20  # time steps: enough to load every library, too few to count


def measure(*, work, strategy, calls, seed, say, wait):
    """Take one training step in this process while another watches its memory.

    Parameters
    ----------
    work : dict
        The fields of a ``Work``.
    strategy : str
        Of ``STRATEGIES``.
    calls : int
        Further calls whose time is taken after that.
    seed : int
    say, wait : callable
        Tell the watching process when, and wait until it has looked.

    Returns
    -------
    dict
        ``"seconds"`` of every further call.
    """
    work = Work(**work)
    short = work._replace(T=min(WARM_UP, work.T))
    STRATEGIES[strategy](draw(short, seed), short)()
    step = STRATEGIES[strategy](draw(work, seed), work)
    give_back_freed_memory()
    say({"watch": "start"})
    wait()
    kept = step()
    say({"watch": "end"})
    wait()
    del kept
    seconds = []
    for _ in range(calls):
        start = time.perf_counter()
        step()
        seconds.append(float(f"{time.perf_counter() - start:.4g}"))
    return {"seconds": seconds}


def give_back_freed_memory():
    """Return to the system what has been freed, or the step would take it again unseen."""
    gc.collect()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):  # of GNU's C library
        libc.malloc_trim(0)
