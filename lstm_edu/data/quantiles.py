"""Forecasts of the quantiles of tomorrow's return that need no network, and what quantile forecasts cost.

As in ``forecast``, all are of rows ``start`` to N - 1 of a series, each from the rows before it alone.
"""

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite
from lstm_edu.data.forecast import check_start
from lstm_edu.data.garch import FEWEST, fit_garch, garch_filter
from lstm_edu.data.volatility import MONTH, periods


def historical_quantiles(returns, start, levels, *, days=250):
    """Forecast the quantiles of the last ``days`` returns.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        The oldest first.
    start : int
        First row to forecast, at least ``days``.
    levels : sequence of K floats
        Each between 0 and 1, increasing.
    days : int, default=250
        About a year.

    Returns
    -------
    ndarray of shape (N - start, K)

    Raises
    ------
    TypeError, ValueError
        If ``returns`` is no finite series, ``start`` is too early or too late, or the levels are none.
    """
    levels, days = check_levels(levels), check_count("days", days)
    start = check_start(returns, start, days, "returns")
    past = np.lib.stride_tricks.sliding_window_view(returns[start - days : -1], days)  # (N - start, days)
    return np.quantile(past, levels, axis=1).T


def garch_quantiles(returns, start, levels, *, asymmetric=False, dist="t", refit_every=MONTH):
    """Forecast by a GARCH(1, 1), or by the GJR model: mean, plus deviation times quantile of the residuals.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        The oldest first.
    start : int
        First row to forecast, at least 100.
    levels : sequence of K floats
        Each between 0 and 1, increasing.
    asymmetric, dist, refit_every
        As in ``garch``.

    Returns
    -------
    ndarray of shape (N - start, K)

    Raises
    ------
    ImportError
        If arch is not installed.
    TypeError, ValueError
        If ``returns`` is no finite series, ``start`` is too early or too late, the levels are none, or a fit
        fails.
    """
    with data_extra():
        from scipy.stats import norm, t

    levels = check_levels(levels)
    start = check_start(returns, start, FEWEST, "returns")
    forecast = np.empty((returns.size, len(levels)))
    for begin, end in periods(start, returns.size, check_count("refit_every", refit_every)):
        model = fit_garch(returns[:begin], asymmetric=asymmetric, dist=dist)
        deviation = np.sqrt(garch_filter(returns[: end - 1], model)[begin:])
        if dist == "t":
            unit = t.ppf(levels, model.nu) * np.sqrt((model.nu - 2) / model.nu)  # of variance 1
        else:
            unit = norm.ppf(levels)
        forecast[begin:end] = model.mu + deviation[:, None] * unit
    return forecast[start:].astype(returns.dtype, copy=False)


def pinball_losses(forecast, actual, levels):
    r"""Charge each row's quantiles for what came, the mean over the levels.

    .. math:: \frac1K \sum_k \max\left( q_k e_k,\; (q_k - 1)\, e_k \right)

    Here q is the level and e the actual value minus the forecast. On average it is least at the true
    quantiles. For a test give ``diebold_mariano`` the roots, as with ``qlike_losses``.

    Parameters
    ----------
    forecast : ndarray of shape (N, K), floats
        Sort each row first if a model may cross its quantiles: sorting never costs anything.
    actual : ndarray of shape (N,), floats
    levels : sequence of K floats
        Each between 0 and 1, increasing.

    Returns
    -------
    ndarray of shape (N,)
        Their mean is the mean over the levels of scikit-learn's ``mean_pinball_loss``.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not finite floats of these shapes, or the levels are none.

    References
    ----------
    Koenker and Bassett (1978); sorting: Chernozhukov, Fernández-Val and Galichon (2010).
    """
    q = np.array(check_levels(levels))
    check_finite("forecast", forecast)
    check_finite("actual", actual)
    if actual.ndim != 1 or actual.size == 0 or forecast.shape != (actual.size, q.size):
        raise ValueError(
            f"`forecast` should have shape (N, K={q.size}) and `actual` (N,), not empty, but they have "
            f"{forecast.shape} and {actual.shape}."
        )
    error = actual[:, None] - forecast
    return np.maximum(q * error, (q - 1) * error).mean(axis=1)


def check_levels(levels):
    """Return the levels as a list of floats, or raise ``ValueError``: between 0 and 1, increasing."""
    levels = [float(level) for level in levels]
    if not levels or not all(0 < level < 1 for level in levels) or levels != sorted(set(levels)):
        raise ValueError(
            f"`levels` should be increasing numbers between 0 and 1 but is {levels}. "
            "Five per cent is 0.05, the median 0.5."
        )
    return levels
