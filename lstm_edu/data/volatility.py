"""Forecasts of tomorrow's variance that need no network: exponential weights, HAR and GARCH.

As in ``forecast``, all are of rows ``start`` to N - 1 of a series, each from the rows before it alone: what
is fitted is fitted again on the way, each time on the whole past.
"""

import warnings
from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.forecast import check_series, check_start
from lstm_edu.data.windows import sliding_windows

DAY, WEEK, MONTH = 1, 5, 22  # trading days
FEWEST = 100  # returns that a GARCH is fitted to


class Garch(NamedTuple):
    """Parameters of ``garch_filter``, in the unit of the returns they were fitted to."""

    mu: float  #: mean return
    omega: float  #: constant of the variance
    alpha: float  #: weight of the last squared residual
    gamma: float  #: further weight of it where it was negative; 0 in a symmetric model
    beta: float  #: weight of the last variance
    nu: float  #: degrees of freedom of Student's t
    first: float  #: variance of row 0, with which the recursion starts


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


def har(realised, start, *, refit_every=MONTH):
    r"""Forecast by a linear map, in logarithms, of the last day and the means of the last week and month.

    .. math:: \ln v_t = b_0 + b_1 \ln v_{t-1} + b_2 \ln \overline{v}_{t-5:t-1}
              + b_3 \ln \overline{v}_{t-22:t-1} + e_t

    Each mean is taken of variances, its logarithm afterwards. The coefficients are fitted by least squares
    to all rows before the one forecast, and again every ``refit_every`` rows. The forecast is of
    the mean, exp(fit + s² / 2) with the residual variance s²: right if the residuals are normal.

    Parameters
    ----------
    realised : ndarray of shape (N,), floats
        A measure of each day's variance, such as ``garman_klass``: positive.
    start : int
        First row to forecast, at least 30: 22 rows to look back on, and two equations an unknown.
    refit_every : int, default=22

    Returns
    -------
    ndarray of shape (N - start,)
        Variances, in the unit of ``realised``.

    Raises
    ------
    TypeError, ValueError
        If ``realised`` is no finite positive series, or ``start`` is too early or too late.

    References
    ----------
    Corsi (2009), who regresses volatilities, not their logarithms.
    """
    start = check_start(realised, start, MONTH + 8, "realised")
    refit_every = check_count("refit_every", refit_every)
    bad = np.flatnonzero(realised <= 0)
    if bad.size:
        raise ValueError(
            f"`realised` should be positive for its logarithm but is {realised[bad[0]]} at row {bad[0]} "
            f"(such rows in all: {bad.size}). Choose a measure that is positive every day."
        )
    past, now, _ = sliding_windows(realised.astype(float), MONTH)  # row t of the series is row t - MONTH here
    means = [past[:, -days:, 0].mean(axis=1) for days in (DAY, WEEK, MONTH)]
    x, y = np.column_stack([np.ones(len(now)), *np.log(means)]), np.log(now[:, 0])
    forecast = np.empty(realised.size)
    for begin, end in _periods(start, realised.size, refit_every):
        known = slice(0, begin - MONTH)
        b, *_ = np.linalg.lstsq(x[known], y[known])
        residual = y[known] - x[known] @ b
        variance = residual @ residual / (residual.size - b.size)
        forecast[begin:end] = np.exp(x[begin - MONTH : end - MONTH] @ b + variance / 2)
    return forecast[start:].astype(realised.dtype, copy=False)


def garch(returns, start, *, asymmetric=False, refit_every=MONTH):
    """Forecast by a GARCH(1, 1) with Student's t, or by the GJR model, fitted again and again.

    Every ``refit_every`` rows ``fit_garch`` sees all rows before; between, ``garch_filter`` goes on with
    fixed parameters.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        The oldest first.
    start : int
        First row to forecast, at least 100.
    asymmetric : bool, default=False
        Whether a fall may raise the variance more than a rise: the GJR model.
    refit_every : int, default=22

    Returns
    -------
    ndarray of shape (N - start,)
        Variances, in the squared unit of ``returns``.

    Raises
    ------
    ImportError
        If arch is not installed.
    TypeError, ValueError
        If ``returns`` is no finite series, ``start`` is too early or too late, or a fit fails.
    """
    start = check_start(returns, start, FEWEST, "returns")
    refit_every = check_count("refit_every", refit_every)
    forecast = np.empty(returns.size)
    for begin, end in _periods(start, returns.size, refit_every):
        model = fit_garch(returns[:begin], asymmetric=asymmetric)
        forecast[begin:end] = garch_filter(returns[: end - 1], model)[begin:]
    return forecast[start:].astype(returns.dtype, copy=False)


def fit_garch(returns, *, asymmetric=False):
    """Fit mean, GARCH(1, 1) and Student's t by maximum likelihood, through the package arch.

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
        At least 100, in any unit: they are brought to standard deviation 1 for the fit.
    asymmetric : bool, default=False
        Whether to fit ``gamma``: the GJR model.

    Returns
    -------
    Garch

    Raises
    ------
    ImportError
        If arch is not installed.
    TypeError, ValueError
        If ``returns`` is no finite series of 100 or more, never varies, or the optimiser gives up.

    References
    ----------
    Bollerslev (1987), GARCH with Student's t; Glosten, Jagannathan and Runkle (1993).
    """
    with data_extra():
        from arch import arch_model

    check_series("returns", returns)
    scale = float(returns.std(dtype=float))
    if returns.size < FEWEST or scale == 0:
        raise ValueError(
            f"`returns` should be {FEWEST} or more that vary but are {returns.size} of deviation {scale:.3g}."
        )
    unit = returns.astype(float) / scale
    model = arch_model(unit, mean="Constant", p=1, o=int(asymmetric), q=1, dist="t", rescale=False)
    with warnings.catch_warnings():  # arch changes the filters for good
        result = model.fit(disp="off", show_warning=False)
    if result.convergence_flag != 0:
        raise ValueError(
            f"The GARCH fit to {returns.size} returns did not converge: "
            f"{result.optimization_result.message}. Give it more rows, or start later."
        )
    found = result.params
    return Garch(
        mu=float(found["mu"]) * scale,
        omega=float(found["omega"]) * scale**2,
        alpha=float(found["alpha[1]"]),
        gamma=float(found["gamma[1]"]) if asymmetric else 0.0,
        beta=float(found["beta[1]"]),
        nu=float(found["nu"]),
        first=float(result.conditional_volatility[0] * scale) ** 2,
    )


def garch_filter(returns, model):
    r"""Run the variance recursion with fixed parameters.

    .. math:: \sigma_{t+1}^2 = \omega + \left( \alpha + \gamma [e_t < 0] \right) e_t^2 + \beta \sigma_t^2,
              \qquad e_t = r_t - \mu

    Parameters
    ----------
    returns : ndarray of shape (N,), floats
    model : Garch

    Returns
    -------
    ndarray of shape (N + 1,)
        Entry t is the variance of row t given the rows before it; the last is the forecast of row N.
    """
    check_series("returns", returns)
    variance = np.empty(returns.size + 1)
    variance[0] = model.first
    for t, e in enumerate((returns.astype(float) - model.mu).tolist()):
        slope = model.alpha + model.gamma * (e < 0)
        variance[t + 1] = model.omega + slope * e**2 + model.beta * variance[t]
    return variance


def _periods(start, n, every):
    """Cut rows ``start`` to n - 1 into periods of ``every`` rows, the last perhaps shorter."""
    return [(begin, min(begin + every, n)) for begin in range(start, n, every)]
