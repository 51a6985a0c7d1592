"""Forecasts of tomorrow's variance that need no network: exponential weights and HAR.

As in ``forecast``, all are of rows ``start`` to N - 1 of a series, each from the rows before it alone: what
is fitted is fitted again on the way, each time on the whole past.
"""

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.forecast import check_series, check_start
from lstm_edu.data.windows import sliding_windows

DAY, WEEK, MONTH = 1, 5, 22  # trading days


def ewma(returns, start=1, *, decay=0.94):
    r"""Forecast the exponentially weighted mean of past squared returns, the mean return taken as zero.

    .. math:: \sigma_t^2 = \sum_{k \ge 1} \lambda^{k-1} r_{t-k}^2 \Big/ \sum_{k \ge 1} \lambda^{k-1}

    The sums end with row 0. Far from it this is the recursion λ σ² + (1 - λ) r², with no value to start from.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        The oldest first.
    start : int, default=1
        First row to forecast.
    decay : float, default=0.94
        λ, between 0 and 1; 0.94 is what RiskMetrics uses for daily returns.

    Returns
    -------
    ndarray of shape (N - start,)
        Variances, in the squared unit of ``returns``.

    Raises
    ------
    TypeError, ValueError
        If ``returns`` is no finite series, has no such row after row 0, or ``decay`` is not in (0, 1).

    References
    ----------
    J.P. Morgan and Reuters (1996), RiskMetrics Technical Document, 4th edition.
    """
    start = check_start(returns, start, 1, "returns")
    if not 0 < decay < 1:
        raise ValueError(f"`decay` should lie between 0 and 1 but is {decay}.")
    total = weight = 0.0
    forecast = np.empty(returns.size + 1)
    for t, square in enumerate(returns.astype(float) ** 2):
        total, weight = decay * total + square, decay * weight + 1
        forecast[t + 1] = total / weight
    return forecast[start:-1].astype(returns.dtype, copy=False)


def har(realised, start, *, returns=None, refit_every=MONTH):
    r"""Forecast by a linear map, in logarithms, of the last day and the means of the last week and month.

    .. math:: \ln v_t = b_0 + b_1 \ln v_{t-1} + b_2 \ln \overline{v}_{t-5:t-1}
              + b_3 \ln \overline{v}_{t-22:t-1} + e_t

    Each mean is taken of variances, its logarithm afterwards. The coefficients are fitted by least squares
    to all rows before the one forecast, and again every ``refit_every`` rows. The forecast is of
    the mean, exp(fit + s² / 2) with the residual variance s²: right if the residuals are normal.

    With ``returns``, the last day and the means of the last week and month of these enter too, where they are
    negative: falls raise the variance more than rises do, and go on doing so.

    Parameters
    ----------
    realised : ndarray of shape (N,), floats
        A measure of each day's variance, such as ``garman_klass``: positive.
    start : int
        First row to forecast, at least 30: 22 rows to look back on, and two equations an unknown; with
        ``returns`` at least 36.
    returns : ndarray of shape (N,), floats, default=None
        Of the same days.
    refit_every : int, default=22

    Returns
    -------
    ndarray of shape (N - start,)
        Variances, in the unit of ``realised``.

    Raises
    ------
    TypeError, ValueError
        If ``realised`` is no finite positive series, ``returns`` none of its length, or ``start`` is too
        early or too late.

    References
    ----------
    Corsi (2009), who regresses volatilities, not their logarithms; with returns, Corsi and Renò (2012).
    """
    start = check_start(realised, start, MONTH + (8 if returns is None else 14), "realised")
    refit_every = check_count("refit_every", refit_every)
    bad = np.flatnonzero(realised <= 0)
    if bad.size:
        raise ValueError(
            f"`realised` should be positive for its logarithm but is {realised[bad[0]]} at row {bad[0]} "
            f"(such rows in all: {bad.size}). Choose a measure that is positive every day."
        )
    past, now, _ = sliding_windows(realised.astype(float), MONTH)  # row t of the series is row t - MONTH here
    columns, y = [np.ones(len(now)), *np.log(_means(past))], np.log(now[:, 0])
    if returns is not None:
        check_series("returns", returns)
        if returns.shape != realised.shape:
            raise ValueError(
                f"`returns` should have shape {realised.shape}, as `realised`, but has shape {returns.shape}."
            )
        columns += list(np.minimum(_means(sliding_windows(returns.astype(float), MONTH).x), 0))
    x = np.column_stack(columns)
    forecast = np.empty(realised.size)
    for begin, end in periods(start, realised.size, refit_every):
        known = slice(0, begin - MONTH)
        b, *_ = np.linalg.lstsq(x[known], y[known])
        residual = y[known] - x[known] @ b
        variance = residual @ residual / (residual.size - b.size)
        forecast[begin:end] = np.exp(x[begin - MONTH : end - MONTH] @ b + variance / 2)
    return forecast[start:].astype(realised.dtype, copy=False)


def periods(start, n, every):
    """Cut rows ``start`` to n - 1 into periods of ``every`` rows, the last perhaps shorter."""
    return [(begin, min(begin + every, n)) for begin in range(start, n, every)]


def _means(past):
    """Return the last day and the means of the last week and month of windows (B, T, 1), each (B,)."""
    return [past[:, -days:, 0].mean(axis=1) for days in (DAY, WEEK, MONTH)]
