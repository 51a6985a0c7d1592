"""Walking forward by the year: learn on all days before it, forecast its days, and so on."""

import numpy as np

from lstm_edu import data
from lstm_edu.runs.forecasters import BUDGET, network, predict, train

TREES = {"learning_rate": 0.05, "max_leaf_nodes": 8, "early_stopping": False}


def walk(days, years, window, learn, *, scaler=None, everything=False):
    """Forecast the close of every day of some years, by what was learned before each year.

    Parameters
    ----------
    days : Table
    years : sequence of int
    window : int
        T, the days that a forecast may look back.
    learn : callable
        Given the scaled training rows, (N, D), and the column to forecast, returns a function from scaled
        rows (N, D) to its forecasts of those from row ``window`` on, (N - window, K): K answers to each.
    scaler : callable, default=None
        Makes the scaler of every year, such as ``MinMaxScaler``; ``None`` means standardising.
    everything : bool, default=False
        Whether the scaler is fitted on all rows. That is a leak.

    Returns
    -------
    list of ndarray
        For each year, the forecasts (n, K) from its first day to the end of the series, relative to the
        close of the day before: 0.01 means one per cent higher.
    """
    said = []
    for fold in data.yearly_folds(days.date, years, window=window):
        known = days.rows if everything else days.rows[fold.train]
        scaled = data.fit_scaler(known, scaler and scaler())
        forecast = learn(data.scale(scaled, days.rows[fold.train]), days.column)
        raw = forecast(data.scale(scaled, days.rows[fold.test.start :]))
        raw = data.unscale(scaled, raw[:, :, None], column=days.column)[:, :, 0]
        before = days.close[fold.targets.start - 1 : -1, None]
        said.append(np.expm1(raw) if days.returns else raw / before - 1)
    return said


def join(date, said, years):
    """Keep of what was forecast before each year the first answer for the days of that year, (n,)."""
    folds = data.yearly_folds(date, years, window=1)
    sizes = [fold.targets.stop - fold.targets.start for fold in folds]
    return np.concatenate([part[:size, 0] for part, size in zip(said, sizes, strict=True)])


def by_network(
    seed, *, window, hidden, layers=1, both=False, every_step=False, shuffled=False, budget=BUDGET
):
    """Return a ``learn`` for ``walk`` that trains an LSTM; it gives one answer, K = 1.

    At every step it gives two: what it says at the end of the window before a day, and what it says of
    that day half-way through a window that goes on, or the first again where there is no such window.

    Parameters
    ----------
    seed : int
    window, hidden : int
        T and H.
    layers, both, every_step
        As in ``network``.
    shuffled : bool, default=False
        Whether the targets of the training windows are dealt out anew: the control, with nothing to learn.
    budget : sequence of (float, int)
        As in ``train``.

    Returns
    -------
    callable
    """
    T = window

    def learn(rows, column):
        windows = data.sliding_windows(rows, T, target=column)
        if every_step:
            follows = np.lib.stride_tricks.sliding_window_view(rows[1:, column], T)  # (B, T)
            windows = windows._replace(y=follows.copy())
        if shuffled:
            windows = windows._replace(y=np.random.default_rng([seed, 1]).permutation(windows.y))
        model = network(rows.shape[1], hidden, seed, layers=layers, both=both, every_step=every_step)
        train(model, windows, seed, budget)

        def forecast(seen):
            said = predict(model, data.sliding_windows(seen, T, target=column))  # (B, 1), or (B, T)
            if not every_step:
                return said
            inside = said[:, -1].copy()
            later = T - T // 2
            inside[: len(said) - later] = said[later:, T // 2 - 1]
            return np.column_stack([said[:, -1], inside])

        return forecast

    return learn


def by_trees(window, iterations):
    """Return a ``learn`` for ``walk`` that boosts so many small trees on the last ``window`` rows, K = 1."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    def flat(rows, column):
        x, y, _ = data.sliding_windows(rows, window, target=column)
        return x.reshape(len(x), -1), y[:, 0]

    def learn(rows, column):
        trees = HistGradientBoostingRegressor(max_iter=iterations, **TREES).fit(*flat(rows, column))
        return lambda seen: trees.predict(flat(seen, column)[0])[:, None]

    return learn
