"""Taking turns: every contestant once per round, so that a slow minute is slow for all of them."""

import gc
import time

WARM_UP = 2  # calls that are not timed: caches, code that is compiled on first use
LEAST = 0.01  # seconds a measurement should last; shorter steps are repeated within it


def take_turns(steps, *, rounds, synchronise=lambda: None, clock=time.perf_counter):
    """Time callables in turns.

    Parameters
    ----------
    steps : dict of str to callable
    rounds : int
        How often each is measured. The order rotates from round to round.
    synchronise : callable
        Waits until the device has done what it was asked to.
    clock : callable
        Seconds.

    Returns
    -------
    dict of str to list of float
        Seconds for one call, per round.
    """

    def measure(step, repeat):
        synchronise()
        start = clock()
        for _ in range(repeat):
            step()
        synchronise()
        return (clock() - start) / repeat

    repeats = {}
    for name, step in steps.items():
        seconds = [measure(step, 1) for _ in range(WARM_UP)]
        repeats[name] = max(1, round(LEAST / max(min(seconds), 1e-7)))
    taken = {name: [] for name in steps}
    names = list(steps)
    gc.collect()
    gc.disable()
    try:
        for k in range(rounds):
            first = k % len(names)
            for name in names[first:] + names[:first]:
                taken[name].append(measure(steps[name], repeats[name]))
    finally:
        gc.enable()
    return taken
