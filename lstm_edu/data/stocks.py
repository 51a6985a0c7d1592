"""Twenty years of two stock indices, shipped with the package arch: no download."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite

NAMES = "sp500", "nasdaq"


class Stocks(NamedTuple):
    """Daily values of one index; every array has one entry a trading day, the oldest first."""

    name: str  #: "sp500" or "nasdaq"
    date: np.ndarray  #: (N,) datetime64[D]
    open: np.ndarray  #: (N,) float64, index points
    high: np.ndarray  #: (N,) float64, index points
    low: np.ndarray  #: (N,) float64, index points
    close: np.ndarray  #: (N,) float64, index points
    volume: np.ndarray  #: (N,) float64, shares; 0 where none was recorded
    source: str  #: the package that ships the data
    terms: str  #: of its use

    def ohlcv(self):
        """Return open, high, low, close and volume as the columns of one matrix (N, D=5)."""
        return np.stack([self.open, self.high, self.low, self.close, self.volume], axis=1)


def load_stocks(name):
    """Load ``"sp500"`` or ``"nasdaq"``: 5,031 trading days, 1999-01-04 to 2018-12-31.

    Returns
    -------
    Stocks

    Raises
    ------
    ImportError
        If arch is not installed.
    ValueError
        If there is no index of that name, or what arch ships fails ``check_stocks``.
    """
    if name not in NAMES:
        raise ValueError(f"`name` should be one of {', '.join(map(repr, NAMES))} but is {name!r}.")
    with data_extra():
        import arch
        from arch.data import nasdaq, sp500

    frame = {"sp500": sp500, "nasdaq": nasdaq}[name].load()
    columns = (frame[c].to_numpy(dtype=float) for c in ("Open", "High", "Low", "Close", "Volume"))
    return check_stocks(
        Stocks(
            name,
            frame.index.to_numpy().astype("datetime64[D]"),
            *columns,
            source=f"package arch {arch.__version__}, arch.data.{name}",
            terms="arch is published under the University of Illinois/NCSA licence",
        )
    )


def check_stocks(stocks):
    """Return ``stocks`` unchanged if its days and prices can be true.

    Raises
    ------
    ValueError
        If a value is not finite, a day is out of order or there twice, a price is not positive,
        a volume is negative, or open or close lies outside low to high; with the first such day.
    """
    for field in ("open", "high", "low", "close", "volume"):
        check_finite(f"{stocks.name}.{field}", getattr(stocks, field))
    date, low, high = stocks.date, stocks.low, stocks.high
    faults = {
        "is not later than the day before": np.append(False, date[1:] <= date[:-1]),
        "has a price that is not positive": low <= 0,
        "has a negative volume": stocks.volume < 0,
        "has an open outside low to high": (stocks.open < low) | (stocks.open > high),
        "has a close outside low to high": (stocks.close < low) | (stocks.close > high),
    }
    for fault, days in faults.items():
        if days.any():
            first = stocks.date[days][0]
            raise ValueError(
                f"{stocks.name}: {first} {fault} (such days in all: {days.sum()}). "
                "The copy is damaged or not what it says; reinstall the package arch."
            )
    return stocks
