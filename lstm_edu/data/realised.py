"""What a day's prices say about its variance, and scores for those who forecast it.

Every measure estimates the variance of log returns over one day, in 1 / day: 0.0001 is a standard deviation
of one percent. Parkinson, Garman–Klass and Rogers–Satchell look at the hours of trading alone: they leave
out the move overnight, and lie below squared returns for it. All three are also a little low because a
price is quoted at moments, not always: the true high and low fall between two of them.
"""

import numpy as np

from lstm_edu.data.finite import check_finite


def squared_returns(close, *, date=None):
    r"""Square the log return from each close to the next: unbiased without drift, and very noisy.

    .. math:: r_t^2 = \left( \ln C_t - \ln C_{t-1} \right)^2

    Parameters
    ----------
    close : ndarray of shape (N,), floats
        Prices, the oldest first.
    date : ndarray of shape (N,), default=None
        The days, where they are known: they must increase.

    Returns
    -------
    ndarray of shape (N - 1,)
        Entry 0 belongs to row 1 of ``close``: compare it with ``garman_klass(...)[1:]``.

    Raises
    ------
    TypeError, ValueError
        If ``close`` is no series of finite positive floats, or has fewer than two; if ``date`` does not
        increase, or has another length.
    """
    _check_prices(close=close)
    if close.size < 2:
        raise ValueError(f"`close` should have two rows or more for a return but has {close.size}.")
    if date is not None:
        if np.shape(date) != close.shape:
            raise ValueError(f"`date` should have shape {close.shape}, as `close`, but has {np.shape(date)}.")
        late = np.flatnonzero(date[1:] <= date[:-1])
        if late.size:
            row = int(late[0]) + 1
            raise ValueError(
                f"`date` should increase, but row {row} is {date[row]} after {date[row - 1]} "
                f"(such rows in all: {late.size}). Sort the rows, the oldest first, each day once."
            )
    return np.diff(np.log(close)) ** 2


def parkinson(high, low):
    r"""Estimate each day's variance from its range.

    .. math:: \sigma_t^2 = \frac{\left( \ln H_t - \ln L_t \right)^2}{4 \ln 2}

    Without drift, and with a price that is always quoted, it is unbiased and its variance a fifth of that of
    the squared return. A drift counts as variance.

    Parameters
    ----------
    high, low : ndarray of shape (N,), floats
        Prices.

    Returns
    -------
    ndarray of shape (N,)
        Zero where high equals low.

    Raises
    ------
    TypeError, ValueError
        If the prices are not finite positive floats of one shape (N,), or a low lies above its high.

    References
    ----------
    Parkinson (1980).
    """
    _check_prices(high=high, low=low)
    return (np.log(high) - np.log(low)) ** 2 / (4 * np.log(2))


def garman_klass(open, high, low, close):
    r"""Estimate each day's variance from its range and its move from open to close.

    .. math:: \sigma_t^2 = \tfrac12 \left( \ln H_t - \ln L_t \right)^2
              - \left( 2 \ln 2 - 1 \right) \left( \ln C_t - \ln O_t \right)^2

    Without drift, and with a price that is always quoted, it is unbiased and its variance about a seventh of
    that of the squared return. It is never negative.

    Parameters
    ----------
    open, high, low, close : ndarray of shape (N,), floats
        Prices.

    Returns
    -------
    ndarray of shape (N,)
        Zero where high equals low.

    Raises
    ------
    TypeError, ValueError
        If the prices are not finite positive floats of one shape (N,), or one lies outside low to high.

    References
    ----------
    Garman and Klass (1980), the estimator that they recommend for use.
    """
    _check_prices(high=high, low=low, open=open, close=close)
    span, move = np.log(high) - np.log(low), np.log(close) - np.log(open)
    return span**2 / 2 - (2 * np.log(2) - 1) * move**2


def rogers_satchell(open, high, low, close):
    r"""Estimate each day's variance from how far high and low lie from both open and close.

    .. math:: \sigma_t^2 = \ln\frac{H_t}{O_t} \ln\frac{H_t}{C_t} + \ln\frac{L_t}{O_t} \ln\frac{L_t}{C_t}

    With a price that is always quoted it is unbiased whatever the drift, and its variance a sixth of that of
    the squared return. It is never negative.

    Parameters
    ----------
    open, high, low, close : ndarray of shape (N,), floats
        Prices.

    Returns
    -------
    ndarray of shape (N,)
        Zero where open and close are the day's extremes, which happens on days with a clear direction.

    Raises
    ------
    TypeError, ValueError
        If the prices are not finite positive floats of one shape (N,), or one lies outside low to high.

    References
    ----------
    Rogers and Satchell (1991).
    """
    _check_prices(high=high, low=low, open=open, close=close)
    o, h, l, c = (np.log(price) for price in (open, high, low, close))
    return (h - o) * (h - c) + (l - o) * (l - c)


def qlike_losses(forecast, realised):
    r"""Charge each forecast of a variance for the ratio by which it misses.

    .. math:: \frac{r_t}{f_t} - \ln\frac{r_t}{f_t} - 1

    It is zero at f = r and grows faster below than above. The average over noisy but unbiased measures r
    is least at the mean of r, so noise in the measure does not change which forecast is best.

    For a test of two forecasts give ``diebold_mariano`` the roots, which it squares:
    ``diebold_mariano(np.sqrt(qlike_losses(a, r)), np.sqrt(qlike_losses(b, r)))``.

    Parameters
    ----------
    forecast, realised : ndarray of shape (N,), floats
        Variances, in one unit. The order matters.

    Returns
    -------
    ndarray of shape (N,)

    Raises
    ------
    TypeError, ValueError
        If the arrays are not finite positive floats of one shape, not empty.

    References
    ----------
    Patton (2011), the loss of the family with b = -2.
    """
    _check_pair(forecast, realised)
    for name, array, advice in (
        ("forecast", forecast, "Forecast the logarithm of the variance, or put a floor under the forecast."),
        ("realised", realised, "Choose a measure that is positive every day, such as garman_klass."),
    ):
        bad = np.flatnonzero(array <= 0)
        if bad.size:
            raise ValueError(
                f"`{name}` should be positive, as variances are, but is {array.flat[bad[0]]} at row {bad[0]} "
                f"(such rows in all: {bad.size}). {advice}"
            )
    ratio = realised / forecast
    return ratio - np.log(ratio) - 1


def qlike(forecast, realised):
    """Average ``qlike_losses`` over the rows: 0 is perfect, lower is better."""
    return float(qlike_losses(forecast, realised).mean())


def mse(forecast, realised):
    """Mean squared error of two arrays of the same shape; of variances, in 1 / day².

    It too is least at the mean of the measures, but a handful of wild days decides, and between two imperfect
    forecasts it need not agree with ``qlike``. A forecast that is not positive is refused there, not here.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not finite floats of one shape, not empty.
    """
    _check_pair(forecast, realised)
    return float(((realised - forecast) ** 2).mean())


def _check_pair(forecast, realised):
    check_finite("forecast", forecast)
    check_finite("realised", realised)
    if forecast.shape != realised.shape or forecast.size == 0:
        raise ValueError(
            f"`forecast` and `realised` should have one shape, not empty, but have {forecast.shape} and "
            f"{realised.shape}."
        )


def _check_prices(**prices):
    """Check shape and sign of named prices and, where there is a high and a low, that all lie between."""
    shape = None
    for name, price in prices.items():
        shape = check_finite(name, price).shape if shape is None else shape
        if check_finite(name, price).ndim != 1 or price.shape != shape:
            raise ValueError(
                f"`{name}` should have shape (N,), and every price the same, but has shape {price.shape} "
                f"beside {shape}."
            )
    high, low = prices.get("high", np.inf), prices.get("low", -np.inf)
    faults = {}
    for name, price in prices.items():
        faults[f"`{name}` is not positive"] = price <= 0
        faults[f"`{name}` lies above `high`"] = price > high
        faults[f"`{name}` lies below `low`"] = price < low
    for fault, rows in faults.items():
        if rows.any():
            first = np.argmax(rows)
            day = ", ".join(f"{name} {price[first]:g}" for name, price in prices.items())
            raise ValueError(
                f"{fault} at row {first}: {day} (such rows in all: {rows.sum()}). Look at the source: "
                "columns may be swapped, or one adjusted for splits and dividends and another not."
            )
