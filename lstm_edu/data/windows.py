"""A long series cut into short examples, and split in time so that no example sees its exam."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite


class Windows(NamedTuple):
    """Examples cut from a series by ``sliding_windows``."""

    x: np.ndarray  #: (B, T, D) what the model sees
    y: np.ndarray  #: (B, K) what it should say
    start: np.ndarray  #: (B,) row of the series in which each window begins


class Fold(NamedTuple):
    """One split of ``walk_forward``."""

    train: slice  #: rows to cut training windows from
    test: slice  #: rows to cut test windows from, all later than those of train
    targets: slice  #: the last rows of test: those that its windows forecast


def sliding_windows(series, window, *, horizon=1, stride=1, target=None):
    """Cut every window of ``window`` rows out of a series, each with the value to forecast.

    Window b shows rows ``start[b]`` to ``start[b] + window - 1``; its target is row
    ``start[b] + window - 1 + horizon``. Windows are copies: writing into one changes no other.

    Scale and split the rows first, then cut windows from each part: a window cut before the
    split may lie on both sides of it. To forecast *every* row from ``cut`` on, begin that part
    ``window - 1 + horizon`` rows earlier; what is known of the past may be looked at:
    ``sliding_windows(series[cut - (window - 1 + horizon):], window, horizon=horizon)``.

    Parameters
    ----------
    series : ndarray of shape (N, D) or (N,), floats
        One row a time step, the oldest first; (N,) is read as D = 1.
    window : int
        T, the number of rows that a model sees.
    horizon : int, default=1
        How many rows after the window's last row its target stands.
    stride : int, default=1
        Rows from the start of one window to the start of the next.
    target : int, default=None
        Column to forecast (K = 1); ``None`` forecasts all of them (K = D).

    Returns
    -------
    Windows
        ``x`` (B, T, D), ``y`` (B, K), ``start`` (B,), with
        B = (N - window - horizon) // stride + 1 and x, y in the dtype of ``series``.

    Raises
    ------
    TypeError
        If ``series`` holds no floats, or a count is no integer.
    ValueError
        If ``series`` has another number of axes, is shorter than one window and its target,
        or has a value that is not finite; if a count is below 1; if there is no column ``target``.
    """
    check_finite("series", series)
    if series.ndim not in (1, 2):
        raise ValueError(
            f"`series` should have shape (N,) or (N, D) but has shape {series.shape}. "
            "Cut the windows of one series at a time."
        )
    window = check_count("window", window)
    horizon = check_count("horizon", horizon)
    stride = check_count("stride", stride)
    rows = series[:, None] if series.ndim == 1 else series  # (N, D)
    N, D = rows.shape
    if D == 0:
        raise ValueError(f"`series` has shape {series.shape}: there is no column to cut windows from.")
    if window + horizon > N:
        raise ValueError(
            f"`series` has {N} rows, but a window of {window} with its target {horizon} "
            f"further on needs {window + horizon}. Use a shorter window, or more rows."
        )
    columns = slice(None) if target is None else [check_count("target", target, minimum=0)]
    if target is not None and target >= D:
        raise ValueError(f"`target` is column {target}, but `series` has the columns 0 to {D - 1}.")

    start = np.arange(0, N - window - horizon + 1, stride)  # (B,)
    x = rows[start[:, None] + np.arange(window)]  # (B, T, D)
    y = rows[start + window - 1 + horizon][:, columns]  # (B, K)
    return Windows(x, y, start)


def split_in_time(n, *fractions):
    """Split ``n`` rows into consecutive parts, the oldest first; nothing is shuffled.

    Parameters
    ----------
    n : int
        Number of rows, not of windows: cut the windows from each part afterwards.
    *fractions : float
        The share of each part, such as ``0.7, 0.15, 0.15``; two or more, of sum 1.

    Returns
    -------
    tuple of slice
        One for each fraction; together they cover rows 0 to n - 1, each once.

    Raises
    ------
    ValueError
        If the fractions are fewer than two, not all positive, or do not sum to 1;
        if a part would be empty.
    """
    n = check_count("n", n)
    if len(fractions) < 2 or not all(f > 0 for f in fractions) or abs(sum(fractions) - 1) > 1e-9:
        raise ValueError(
            f"`fractions` should be two or more positive shares that sum to 1 but are {fractions}. "
            "Write each part's share, for example 0.7, 0.15, 0.15."
        )
    edges = [0, *np.rint(np.cumsum(fractions) * n).astype(int).tolist()]
    parts = tuple(slice(*edge) for edge in pairwise(edges))
    if any(part.start == part.stop for part in parts):
        raise ValueError(f"{n} rows cannot be split by {fractions}: a part would be empty. Use more rows.")
    return parts


def walk_forward(n, folds, *, window, horizon=1, test_size=None):
    """Split ``n`` rows again and again, the training part growing towards the present.

    Fit scalers and models on the windows cut from ``series[fold.train]``, and judge them on those
    cut from ``series[fold.test]``. Then, counting the inputs of a window and its target alike:

    1. no row of a training window is a row of a test window, and every one is older, so no window
       straddles the split and no training window touches the test's target period;
    2. at stride 1 the test windows forecast ``fold.targets``, ``test_size`` rows, each once;
    3. the target periods of successive folds follow each other without gap or overlap and end
       with row n - 1.

    The price is a gap of ``window - 1 + horizon`` rows in which no training target lies.

    Parameters
    ----------
    n : int
        Number of rows of the series.
    folds : int
        At least 2; for a single split see ``split_in_time``.
    window, horizon : int
        As they will be given to ``sliding_windows``.
    test_size : int, default=None
        Rows to forecast in each fold; ``None`` means ``n // (folds + 1)``.

    Returns
    -------
    list of Fold

    Raises
    ------
    TypeError
        If a count is no integer.
    ValueError
        If a count is too small, or the first training part would hold no window.

    Notes
    -----
    The arithmetic is that of scikit-learn's ``TimeSeriesSplit`` on target rows, with
    ``gap = window - 1 + horizon``; the gap's rows are the inputs of the first test window.
    """
    with data_extra():
        from sklearn.model_selection import TimeSeriesSplit

    n = check_count("n", n)
    folds = check_count("folds", folds, minimum=2)
    gap = check_count("window", window) - 1 + check_count("horizon", horizon)
    test_size = n // (folds + 1) if test_size is None else check_count("test_size", test_size)
    first = n - folds * test_size - gap
    if test_size < 1 or first < gap + 1:
        raise ValueError(
            f"{folds} folds of {test_size} rows to forecast leave {max(first, 0)} of {n} rows for the first "
            f"training part; one window of {window} with its target {horizon} further on needs {gap + 1}. "
            "Use fewer folds, a smaller test_size, or a shorter window."
        )
    splitter = TimeSeriesSplit(n_splits=folds, test_size=test_size, gap=gap)
    periods = [(int(rows[0]), int(rows[-1]) + 1) for _, rows in splitter.split(np.empty(n))]
    return [
        Fold(train=slice(0, begin - gap), test=slice(begin - gap, end), targets=slice(begin, end))
        for begin, end in periods
    ]
