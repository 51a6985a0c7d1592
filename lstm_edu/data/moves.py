"""What each day of a stock index did: its return, the part of it overnight, and its variance."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.realised import garman_klass


class Moves(NamedTuple):
    """Days of an index by ``daily_moves``; every array has one entry a day, the oldest first."""

    date: np.ndarray  #: (N,) datetime64[D]
    returns: np.ndarray  #: (N,) log return from the close before to this day's close
    overnight: np.ndarray  #: (N,) the part of it from the close before to this day's open
    variance: np.ndarray  #: (N,) Garman–Klass: of the hours of trading alone, in 1 / day


def daily_moves(stocks):
    """Turn prices into moves, for every day but the first, which has no close before it.

    Row t is known at the close of day t: it may teach or inform a forecast of day t + 1, not of day t.

    Parameters
    ----------
    stocks : Stocks
        Of N + 1 days.

    Returns
    -------
    Moves
        Of N days. The variance leaves out the move overnight, and lies below squared returns for it.

    Raises
    ------
    TypeError, ValueError
        If the prices are not finite positive floats of one shape, each within its day's low and high.
    """
    variance = garman_klass(stocks.open, stocks.high, stocks.low, stocks.close)
    before = np.log(stocks.close[:-1])
    return Moves(
        stocks.date[1:], np.log(stocks.close[1:]) - before, np.log(stocks.open[1:]) - before, variance[1:]
    )
