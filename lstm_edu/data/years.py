"""Walking forward by the calendar: one fold a year, fitted on everything before its first day."""

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.windows import Fold


def yearly_folds(date, years, *, window, horizon=1):
    """Split daily rows by calendar year, the training part growing towards the present.

    Fit scalers and models on ``series[fold.train]`` and the windows cut from it; forecast
    ``fold.targets`` from the windows cut from ``series[fold.test]``. Then

    1. no row of a training window, input or target, is a row to forecast, or later than one;
    2. at stride 1 the test windows forecast ``fold.targets``, every trading day of the year, each once.

    In contrast to ``walk_forward`` there is no gap: the first test windows look back on the last
    training rows, which are known by then.

    Parameters
    ----------
    date : ndarray of shape (N,), datetime64
        One a row, each later than the one before.
    years : iterable of int
        Calendar years to forecast, the earliest first.
    window, horizon : int
        As they will be given to ``sliding_windows``.

    Returns
    -------
    list of Fold
        One for each year.

    Raises
    ------
    TypeError
        If ``date`` holds no dates, or a count is no integer.
    ValueError
        If the dates do not increase, the years do not, a year has no row, or too few rows lie before
        it for one training window and its target.
    """
    window, horizon = check_count("window", window), check_count("horizon", horizon)
    years = [check_count("years", year, minimum=1) for year in years]
    if not np.issubdtype(np.asarray(date).dtype, np.datetime64):
        raise TypeError(f"`date` should hold dates but has dtype {np.asarray(date).dtype}. Use datetime64.")
    if (np.diff(date) <= np.timedelta64(0)).any():
        late = date[1:][np.diff(date) <= np.timedelta64(0)][0]
        raise ValueError(f"`date` has {late} on or after a later row. Sort the rows, each day once.")
    if not years or years != sorted(set(years)):
        raise ValueError(f"`years` should name one year or more, the earliest first, but is {years}.")
    year_of = date.astype("datetime64[Y]").astype(int) + 1970
    folds = []
    for year in years:
        begin, end = (int(edge) for edge in np.searchsorted(year_of, [year, year + 1]))
        if begin == end:
            raise ValueError(f"`date` has no day in {year}: it goes from {date[0]} to {date[-1]}.")
        if begin < window + horizon:
            raise ValueError(
                f"{begin} rows lie before {year}, but one training window of {window} with its target "
                f"{horizon} further on needs {window + horizon}. "
                "Begin with a later year, or a shorter window."
            )
        first_input = begin - (window - 1 + horizon)
        folds.append(Fold(slice(0, begin), slice(first_input, end), slice(begin, end)))
    return folds
