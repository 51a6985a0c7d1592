"""Forecasts one step ahead that need no network, and scores that a network must stand up to.

Every forecast here is of rows ``start`` to N - 1 of a series, each from the rows before it alone.
"""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite
from lstm_edu.data.windows import sliding_windows


class Direction(NamedTuple):
    """How often the sign was right, by ``direction_accuracy``."""

    accuracy: float  #: share of forecasts
    low: float  #: lower end of the Wilson interval
    high: float  #: upper end
    n: int  #: forecasts judged


class DieboldMariano(NamedTuple):
    """Which of two forecasts is better, by ``diebold_mariano``."""

    statistic: float  #: negative where a is the better forecast
    p_value: float  #: two-sided
    difference: float  #: mean loss of a minus mean loss of b
    n: int  #: forecasts compared


def persistence(series, start):
    """Forecast that nothing changes: for rows ``start`` to N - 1 of ``series`` (N,), the row before."""
    start = check_start(series, start, 1)
    return series[start - 1 : -1].copy()


def drift(series, start):
    """Forecast the row before plus the mean step of the rows before ``start``, shape (N - start,)."""
    start = check_start(series, start, 2)
    return series[start - 1 : -1] + (series[start - 1] - series[0]) / (start - 1)


def autoregression(series, start, lags):
    """Forecast by a linear map of the last ``lags`` rows and a constant, fitted once, by least squares.

    Only rows before ``start`` are used for the fit; row t is then forecast from rows t - lags to t - 1.

    Parameters
    ----------
    series : ndarray of shape (N,), floats
    start : int
        First row to forecast, at least 2 · lags + 1, so that there are as many equations as unknowns.
    lags : int

    Returns
    -------
    ndarray of shape (N - start,)

    Raises
    ------
    TypeError, ValueError
        If ``series`` is no finite series of one feature, a count is none, or ``start`` is too early.
    """
    lags = check_count("lags", lags)
    start = check_start(series, start, 2 * lags + 1)
    x, y, _ = sliding_windows(series[:start], lags)
    coefficients, *_ = np.linalg.lstsq(_with_constant(x), y[:, 0])
    x, _, _ = sliding_windows(series[start - lags :], lags)
    return (_with_constant(x) @ coefficients).astype(series.dtype, copy=False)


def mae(actual, predicted):
    """Mean absolute error of two arrays of the same shape."""
    return float(np.abs(_errors(actual, predicted)).mean())


def rmse(actual, predicted):
    """Root of the mean squared error of two arrays of the same shape."""
    return float(np.sqrt((_errors(actual, predicted) ** 2).mean()))


def mase(actual, predicted, naive):
    """Mean absolute error in units of the naive forecast's, on the same rows.

    Below 1 beats ``naive``. With ``naive = persistence(series, start)``, persistence itself scores
    1 by definition. The original (Hyndman and Koehler 2006) divides by the naive error of the
    *training* rows instead: where prices have risen since, that makes every forecast look worse.

    Raises
    ------
    ValueError
        If the shapes differ, or the naive forecast is never wrong.
    """
    scale = mae(actual, naive)
    if scale == 0:
        raise ValueError("`naive` is never wrong, so there is no scale to measure in.")
    return mae(actual, predicted) / scale


def direction_accuracy(actual_change, predicted_change, *, confidence=0.95):
    """Share of forecasts with the right sign, with its Wilson interval.

    A forecast of no change at all names no direction: it is right only where nothing changed.
    Compare with "always up" on the same days, not with one half.

    Parameters
    ----------
    actual_change, predicted_change : ndarray of shape (N,), floats
        From the last known value to the value forecast.
    confidence : float, default=0.95

    Returns
    -------
    Direction

    Raises
    ------
    TypeError, ValueError
        If the arrays are not finite floats of one shape, or ``confidence`` is no probability.

    References
    ----------
    Wilson (1927). The interval takes the days as independent.
    """
    with data_extra():
        from statsmodels.stats.proportion import proportion_confint

    if not 0 < confidence < 1:
        raise ValueError(f"`confidence` should lie between 0 and 1 but is {confidence}.")
    _errors(actual_change, predicted_change)
    right = np.sign(actual_change) == np.sign(predicted_change)
    low, high = proportion_confint(right.sum(), right.size, alpha=1 - confidence, method="wilson")
    return Direction(float(right.mean()), float(low), float(high), right.size)


def diebold_mariano(errors_a, errors_b, *, loss="squared", horizon=1):
    """Test whether two forecasts of the same rows are equally good.

    The mean difference of their losses is divided by its standard error, which allows for the
    correlation that forecasts ``horizon`` steps ahead have up to lag ``horizon`` - 1, corrected for small
    samples and compared with Student's t of n - 1 degrees of freedom.

    Parameters
    ----------
    errors_a, errors_b : ndarray of shape (n,), floats
        Actual minus predicted, in the same order.
    loss : {"squared", "absolute"}, default="squared"
    horizon : int, default=1

    Returns
    -------
    DieboldMariano

    Raises
    ------
    TypeError, ValueError
        If the errors are not finite floats of one shape (n,); if n is not above 2 · ``horizon``; if the
        losses never differ, or differ by a constant; if the variance estimate is not positive,
        which the rectangular window allows at ``horizon`` > 1.

    References
    ----------
    Diebold and Mariano (1995), equation of S1; small samples: Harvey, Leybourne and Newbold (1997).
    """
    with data_extra():
        from scipy.stats import t
        from statsmodels.regression.linear_model import OLS

    losses = {"squared": np.square, "absolute": np.abs}
    if loss not in losses:
        raise ValueError(f"`loss` should be 'squared' or 'absolute' but is {loss!r}.")
    h = check_count("horizon", horizon)
    _errors(errors_a, errors_b, "errors_a", "errors_b")
    if errors_a.ndim != 1 or errors_a.size <= 2 * h:
        raise ValueError(
            f"`errors_a` should have shape (n,) with n above {2 * h} at horizon {h} but has shape "
            f"{errors_a.shape}. Judge more rows, and one series at a time."
        )
    loss_a, loss_b = losses[loss](errors_a), losses[loss](errors_b)
    d = (loss_a - loss_b).astype(float)  # (n,)
    n = d.size
    if np.ptp(d) <= 8 * np.finfo(loss_a.dtype).eps * max(loss_a.max(), loss_b.max()):
        raise ValueError(f"The losses differ by {d[0]:.6g} in every row: nothing varies to be tested.")

    fit = OLS(d, np.ones(n)).fit(
        cov_type="HAC", cov_kwds={"maxlags": h - 1, "kernel": "uniform", "use_correction": False}
    )
    variance = fit.cov_params()[0, 0]
    if not variance > 0:
        raise ValueError(
            f"The variance of the mean difference came out as {variance:.3g} from {n} rows at horizon {h}. "
            "Judge more rows, or a shorter horizon."
        )
    small_sample = np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    statistic = small_sample * d.mean() / np.sqrt(variance)
    return DieboldMariano(float(statistic), float(2 * t.sf(abs(statistic), n - 1)), float(d.mean()), n)


def check_start(series, start, earliest, name="series"):
    """Return ``start`` if it is a row of a finite series, (N,), with enough rows before it."""
    check_series(name, series)
    start = check_count("start", start, minimum=earliest)
    if start >= series.size:
        raise ValueError(f"`start` is row {start}, but `{name}` ends with row {series.size - 1}.")
    return start


def check_series(name, series):
    """Raise ``ValueError`` unless an array is finite and has one axis."""
    check_finite(name, series)
    if series.ndim != 1:
        raise ValueError(f"`{name}` should have shape (N,) but has shape {series.shape}. Choose one column.")


def _with_constant(windows):
    x = windows[:, :, 0]
    return np.column_stack([np.ones(len(x)), x])


def _errors(actual, predicted, first="actual", second="predicted"):
    """Return the difference of two arrays of one shape; (N,) and (N, 1) would broadcast to (N, N)."""
    check_finite(first, actual)
    check_finite(second, predicted)
    if actual.shape != predicted.shape or actual.size == 0:
        raise ValueError(
            f"`{first}` and `{second}` should have one shape, not empty, but have "
            f"{actual.shape} and {predicted.shape}."
        )
    return actual - predicted
