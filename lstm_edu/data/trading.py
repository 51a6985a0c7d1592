"""From positions to what is left of them: turnover, costs, and how sure one can be of the result."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.bootstrap import Estimate, block_bootstrap
from lstm_edu.data.finite import check_finite
from lstm_edu.data.forecast import check_series

TRADING_DAYS = 252  # a year


class Traded(NamedTuple):
    """Every day of a strategy, by ``trade``."""

    net: np.ndarray  #: (N,) log return of the day after costs
    turnover: np.ndarray  #: (N,) share of the wealth that was bought or sold to hold the day's position


class Performance(NamedTuple):
    """What daily returns come to, by ``performance``."""

    mean: Estimate  #: log return a year
    volatility: Estimate  #: standard deviation of the log return a year
    sharpe: Estimate  #: mean divided by volatility, with no interest on cash
    drawdown: Estimate  #: largest loss from a peak of the wealth to a later day, as a share of the peak


def trade(positions, returns, *, cost, before=0.0):
    """Follow a strategy day by day and pay for every change of position.

    The position of a day is chosen, and paid for, at the close of the day before. The wealth is multiplied
    by :math:`1 - c\\,|p_t - p_{t-1}|` for the change and by :math:`1 + p_t r_t` for the day.

    Parameters
    ----------
    positions : ndarray of shape (N,), floats
        Share of the wealth held over each day: 1 all of it, 0 nothing, −1 sold short.
    returns : ndarray of shape (N,), floats
        Simple return of each day, close to close: 0.01 for one per cent.
    cost : float
        In basis points, hundredths of a per cent, of what is bought or sold; spread, fees and tax together.
    before : float, default=0.0
        Position before the first day; 0 means that the first purchase is paid for.

    Returns
    -------
    Traded

    Raises
    ------
    TypeError
        If an array does not hold floats.
    ValueError
        If the arrays are not finite, of one shape (N,); if the cost does not lie in [0, 10000); if a
        day takes all the wealth.
    """
    for name, array in (("positions", positions), ("returns", returns)):
        check_series(name, array)
    if positions.shape != returns.shape or positions.size == 0:
        raise ValueError(
            "`positions` and `returns` should have one shape, not empty, but have "
            f"{positions.shape} and {returns.shape}."
        )
    if not 0 <= cost < 10_000:
        raise ValueError(f"`cost` should lie in [0, 10000) basis points but is {cost}.")
    turnover = np.abs(np.diff(positions, prepend=before))
    kept, grown = 1 - cost / 10_000 * turnover, 1 + positions * returns
    ruin = (kept <= 0) | (grown <= 0)
    if ruin.any():
        raise ValueError(
            f"Row {int(np.argmax(ruin))} takes all the wealth. "
            "Are the returns in per cent? They should be shares."
        )
    return Traded(np.log(kept) + np.log(grown), turnover)


def performance(net, *, rng, **options):
    """Return mean, volatility, Sharpe ratio and largest drawdown of daily log returns, with intervals.

    Parameters
    ----------
    net : ndarray of shape (N,), floats
        Log returns, such as ``trade(...).net``; or the difference of two strategies on the same
        days, whose ``mean`` then tells by how much the first grew faster.
    rng : numpy.random.Generator
    **options
        Of ``block_bootstrap``: ``confidence``, ``block`` and ``repetitions``.

    Returns
    -------
    Performance

    Raises
    ------
    TypeError, ValueError
        If ``net`` is no finite series of two days or more, or never changes; and as ``block_bootstrap``.
    """
    check_series("net", net)
    if net.size < 2 or np.ptp(net) == 0:
        raise ValueError(
            f"`net` has {net.size} days and {'none' if net.size < 2 else 'never a change'} to take a "
            "volatility from. Judge more days, or a strategy that holds something."
        )
    return Performance(*block_bootstrap(measures, net, rng=rng, **options))


def measures(net):
    """Return mean and volatility a year, Sharpe ratio and largest drawdown of daily log returns, (4,)."""
    mean, volatility = TRADING_DAYS * net.mean(), np.sqrt(TRADING_DAYS) * net.std()
    wealth = np.append(0, np.cumsum(net))  # its logarithm, from the start
    lost = (np.maximum.accumulate(wealth) - wealth).max()
    return np.array([mean, volatility, mean / volatility if volatility > 0 else 0.0, -np.expm1(-lost)])


def positions_of(said, *, short=False):
    """Return the position of each day that follows the sign of its forecast.

    Parameters
    ----------
    said : ndarray of shape (N,), floats
        Forecast change of the price.
    short : bool, default=False
        Whether a forecast fall is sold short (−1) instead of held in cash (0).

    Returns
    -------
    ndarray of shape (N,)
        1 where the forecast rises.

    Raises
    ------
    TypeError, ValueError
        If ``said`` is no array of finite floats.
    """
    check_finite("said", said)
    return np.where(said > 0, 1.0, -1.0 if short else 0.0)
