"""Whether forecast intervals hold what they promise: how often they miss, and whether misses come in runs."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite


class Coverage(NamedTuple):
    """How often intervals held what came, by ``coverage``."""

    share: float  #: of the rows
    low: float  #: lower end of the Wilson interval
    high: float  #: upper end
    n: int  #: rows judged


class Violations(NamedTuple):
    """What is wrong with the violations of a promised rate, by ``violations``."""

    rate: float  #: share of rows that are violations
    p_rate: float  #: Kupiec: how likely a rate this far off, if the promise is kept
    p_runs: float  #: Christoffersen: how likely such runs, if a violation says nothing of the next row
    p_both: float  #: both at once


def coverage(low, high, actual, *, confidence=0.95):
    """Return the share of rows whose ``actual`` lies between ``low`` and ``high``, with its Wilson interval.

    An end counts as inside. A high share alone is cheap: wide intervals have it. Compare with the promised
    share, and compare losses.

    Parameters
    ----------
    low, high, actual : ndarray of shape (N,), floats
    confidence : float, default=0.95

    Returns
    -------
    Coverage

    Raises
    ------
    TypeError, ValueError
        If the arrays are not finite floats of one shape (N,), a low lies above its high, or ``confidence``
        is no probability.

    References
    ----------
    Wilson (1927). The interval takes the rows as independent; ``violations`` asks whether they are.
    """
    with data_extra():
        from statsmodels.stats.proportion import proportion_confint

    if not 0 < confidence < 1:
        raise ValueError(f"`confidence` should lie between 0 and 1 but is {confidence}.")
    for name, array in (("low", low), ("high", high), ("actual", actual)):
        if check_finite(name, array).ndim != 1 or array.shape != actual.shape or array.size == 0:
            raise ValueError(
                f"`{name}` should have shape (N,), not empty and as `actual`, but has shape {array.shape} "
                f"beside {np.shape(actual)}."
            )
    crossed = np.flatnonzero(low > high)
    if crossed.size:
        row = crossed[0]
        raise ValueError(
            f"`low` lies above `high` at row {row}: {low[row]:.6g} and {high[row]:.6g} (such rows in all: "
            f"{crossed.size}). Quantiles that cross are put in order by np.sort(quantiles, axis=1)."
        )
    inside = (low <= actual) & (actual <= high)
    ends = proportion_confint(inside.sum(), inside.size, alpha=1 - confidence, method="wilson")
    return Coverage(float(inside.mean()), *(float(end) for end in ends), inside.size)


def violations(hit, rate):
    r"""Test whether violations come as often as promised, and whether one makes the next more likely.

    With n rows, x violations and the promise p, the rate is tested by the likelihood ratio

    .. math:: -2 \ln \frac{(1 - p)^{n - x}\, p^x}{(1 - x/n)^{n - x}\, (x/n)^x}

    against chi-squared of one degree of freedom; the runs in the same way, by a chain in which the chance of
    a violation may depend on whether the row before was one, against one in which it does not; both
    together by the chain against the promise, with two degrees of freedom, over rows 1 to n - 1.

    Parameters
    ----------
    hit : ndarray of shape (N,), bool
        Whether each row is a violation, in the order of time: ``actual < low``, for example.
    rate : float
        p, the promised share of violations: 0.05 for the 5 % quantile.

    Returns
    -------
    Violations
        p values: a small one speaks against the promise. They hold for many rows, and few violations leave
        them little to go by.

    Raises
    ------
    TypeError, ValueError
        If ``hit`` does not hold truth values of shape (N,), N at least 2, or ``rate`` is not between 0 and 1.

    References
    ----------
    Kupiec (1995) for the rate; Christoffersen (1998) for runs and both.
    """
    with data_extra():
        from scipy.stats import chi2

    if not isinstance(hit, np.ndarray) or hit.dtype != bool:
        came = f"an array of {hit.dtype}" if isinstance(hit, np.ndarray) else f"a {type(hit).__name__}"
        raise TypeError(f"`hit` should be an array of truth values but is {came}: actual < low, for example.")
    if hit.ndim != 1 or hit.size < 2:
        raise ValueError(f"`hit` should have shape (N,), N at least 2, but has shape {hit.shape}.")
    if not 0 < rate < 1:
        raise ValueError(f"`rate` should lie between 0 and 1 but is {rate}: 0.05 for the 5 % quantile.")

    before, now = hit[:-1], hit[1:]
    free = _likelihood(hit, hit.mean())
    alike = _likelihood(now, now.mean())
    chain = sum(_likelihood(part, part.mean()) for part in (now[before], now[~before]) if part.size)
    ratios = (free - _likelihood(hit, rate), 1), (chain - alike, 1), (chain - _likelihood(now, rate), 2)
    p_values = (float(chi2.sf(max(2 * ratio, 0), freedom)) for ratio, freedom in ratios)
    return Violations(float(hit.mean()), *p_values)


def _likelihood(hit, p):
    """Return the log likelihood of independent violations with probability p; 0 log 0 counts as 0."""
    x, n = int(hit.sum()), hit.size
    return (x * np.log(p) if x else 0.0) + ((n - x) * np.log1p(-p) if n > x else 0.0)
