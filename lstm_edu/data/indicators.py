"""Technical indicators of a price, from TA-Lib, in forms that stay in one range while prices grow.

Every indicator of a day is computed from that day and those before it. The first days have none:
a function says how many, its warm-up, and returns no row for them.
"""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite
from lstm_edu.data.stocks import Stocks


class Indicators(NamedTuple):
    """Several indicators of the same days, by ``indicators``."""

    values: np.ndarray  #: (N - warm_up, D) row 0 belongs to day ``warm_up`` of the series
    names: tuple  #: one a column
    warm_up: int  #: first days, which have no row


def macd(close, *, fast=12, slow=26, signal=9):
    """Moving average convergence/divergence, relative to the price.

    The difference of a fast and a slow exponential moving average, its own average over ``signal`` days,
    and the difference of these two, the histogram; each divided by the day's price, so that a
    number means the same at 100 points and at 2000.

    Parameters
    ----------
    close : ndarray of shape (N,), floats
        Positive prices, the oldest first.
    fast, slow, signal : int
        Days; at least 2, 3 and 1, ``fast`` below ``slow``.

    Returns
    -------
    ndarray of shape (N - warm_up, 3)
        Columns line, signal, histogram; ``warm_up`` is ``slow + signal - 2``.

    Raises
    ------
    TypeError, ValueError
        If ``close`` is no series of finite positive floats, or is not longer than the warm-up; if
        the days do not fit.

    References
    ----------
    Appel (2005); the averages are those of TA-Lib.
    """
    if not (2 <= fast < slow and signal >= 1):
        raise ValueError(
            "`fast`, `slow`, `signal` should be days with 2 <= fast < slow and signal >= 1 but are "
            f"{fast}, {slow}, {signal}."
        )
    talib, close = _ready(close, slow + signal - 2)
    return _after(slow + signal - 2, *(part / close for part in talib.MACD(close, fast, slow, signal)))


def rsi(close, *, days=14):
    """Relative strength index, from 0 (only falls) to 1 (only rises), shape (N - days,).

    Wilder's smoothed gains divided by smoothed gains plus losses; 0 where nothing has moved yet.

    Raises
    ------
    TypeError, ValueError
        As ``macd``; ``days`` is at least 2.

    References
    ----------
    Wilder (1978).
    """
    _check_days(days)
    talib, close = _ready(close, days)
    return _after(days, talib.RSI(close, days) / 100)[:, 0]


def bollinger(close, *, days=20, width=2.0):
    """Bollinger bands as %b and bandwidth, shape (N - days + 1, 2).

    The bands lie ``width`` standard deviations on both sides of the mean over ``days``. %b tells where the
    price stands between them, 0 on the lower and 1 on the upper one (0.5 where they coincide);
    the bandwidth is their distance divided by the mean.

    Raises
    ------
    TypeError, ValueError
        As ``macd``; ``days`` is at least 2 and ``width`` positive.

    References
    ----------
    Bollinger (2001).
    """
    _check_days(days)
    if not width > 0:
        raise ValueError(f"`width` should be positive, in standard deviations, but is {width}.")
    talib, close = _ready(close, days - 1)
    upper, middle, lower = talib.BBANDS(close, days, float(width), float(width))
    open_bands = upper - lower > 1e-9 * middle
    place = np.divide(close - lower, upper - lower, out=np.full(close.size, 0.5), where=open_bands)
    return _after(days - 1, place, (upper - lower) / middle)


def true_range(stocks, *, days=14):
    """Wilder's average true range divided by the close, shape (N - days,).

    The true range is the day's high minus low, widened to yesterday's close where that lies outside.

    Raises
    ------
    TypeError, ValueError
        As ``macd``; ``days`` is at least 2.

    References
    ----------
    Wilder (1978).
    """
    _check_days(days)
    talib, close = _ready(stocks.close, days)
    high, low = (_ready(side, days)[1] for side in (stocks.high, stocks.low))
    return _after(days, talib.ATR(high, low, close, days) / close)[:, 0]


def indicators(stocks):
    """Return MACD, RSI, Bollinger bands and average true range of every day that has them all.

    Parameters
    ----------
    stocks : Stocks

    Returns
    -------
    Indicators
        Seven columns; the warm-up, 33 days, is that of MACD.

    Raises
    ------
    TypeError, ValueError
        As the indicators themselves.
    """
    if not isinstance(stocks, Stocks):
        raise TypeError(f"`stocks` should be Stocks but is a {type(stocks).__name__}.")
    parts = macd(stocks.close), rsi(stocks.close), bollinger(stocks.close), true_range(stocks)
    rows = min(len(part) for part in parts)
    names = "MACD", "MACD signal", "MACD histogram", "RSI", "%b", "bandwidth", "true range"
    return Indicators(
        np.column_stack([part[len(part) - rows :] for part in parts]), names, stocks.close.size - rows
    )


def _check_days(days):
    if not days >= 2:
        raise ValueError(f"`days` should be at least 2 but is {days}.")


def _ready(price, warm_up):
    """Return TA-Lib and the price as it wants it, or explain what is wrong with it."""
    with data_extra():
        import talib
    check_finite("price", price)
    if price.ndim != 1 or price.size <= warm_up:
        raise ValueError(
            f"`price` should have shape (N,) with N above {warm_up}, the days without a value, but has shape "
            f"{price.shape}. Use more days, or a shorter indicator."
        )
    if not (price > 0).all():
        raise ValueError(f"`price` has {price.min():g}: a price is positive.")
    return talib, np.ascontiguousarray(price, dtype=float)


def _after(warm_up, *columns):
    """Return the columns without their first rows, (N - warm_up, D)."""
    rows = np.column_stack(columns)
    return check_finite("indicator", rows[warm_up:])
