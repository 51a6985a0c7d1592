"""How far a number computed from days could have come out otherwise: stretches of days drawn again."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.forecast import check_series, mase


class Estimate(NamedTuple):
    """A number and its interval."""

    value: float
    low: float
    high: float


def block_bootstrap(measure, *series, rng, confidence=0.95, block=20, repetitions=1000):
    """Return a measure of one series or several, with percentile intervals.

    Days that follow each other stay together: the series are put together anew from stretches of random
    length (stationary bootstrap), the same for all. The interval says what other draws of such days
    would have given, and nothing about days of another kind.

    Parameters
    ----------
    measure : callable
        ``measure(*series)`` gives a number, or an array (K,).
    *series : ndarray of shape (N,), floats
        One row a day, in order.
    rng : numpy.random.Generator
        Draws the stretches.
    confidence : float, default=0.95
    block : int, default=20
        Mean length of a stretch in days.
    repetitions : int, default=1000

    Returns
    -------
    Estimate or tuple of Estimate
        A tuple where the measure has several numbers.

    Raises
    ------
    TypeError, ValueError
        If a series is not finite, or is not of the first one's shape, (N,); if ``confidence`` is no
        probability, a count is none, or ``rng`` is no generator.

    References
    ----------
    Politis and Romano (1994), in the package arch.
    """
    for one in series:
        check_series("series", one)
        if one.shape != series[0].shape or one.size == 0:
            raise ValueError(
                f"Every series should have one shape, not empty, but they have {[s.shape for s in series]}."
            )
    if not 0 < confidence < 1:
        raise ValueError(f"`confidence` should lie between 0 and 1 but is {confidence}.")
    block, repetitions = check_count("block", block), check_count("repetitions", repetitions)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"`rng` should be a numpy.random.Generator but is {rng!r}. Try np.random.default_rng(0)."
        )
    with data_extra():
        from arch.bootstrap import StationaryBootstrap

    drawn = StationaryBootstrap(block, *series, seed=rng).apply(measure, repetitions)  # (repetitions, K)
    tail = (1 - confidence) / 2
    edges = np.quantile(drawn, [tail, 1 - tail], axis=0)
    found = [
        Estimate(*map(float, part)) for part in zip(np.atleast_1d(measure(*series)), *edges, strict=True)
    ]
    return found[0] if len(found) == 1 else tuple(found)


def mase_interval(actual, predicted, naive, *, rng, **options):
    """Return ``mase`` with its interval by ``block_bootstrap``, which takes the options.

    Raises
    ------
    TypeError, ValueError
        As the two.
    """
    mase(actual, predicted, naive)  # explains what does not fit
    errors, naive_errors = np.abs(actual - predicted), np.abs(actual - naive)
    return block_bootstrap(lambda a, b: a.mean() / b.mean(), errors, naive_errors, rng=rng, **options)
