"""Forecasts of tomorrow's variance and quantiles by small LSTMs, trained anew every January."""

from functools import partial
from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.data import yearly_folds
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import fit_or_stop, one_thread, single

INDICES = "sp500", "nasdaq"
CHOOSE, JUDGE = range(2011, 2015), range(2015, 2019)  # years that choose among models; years that judge
CHOOSING_SEEDS = 3  # at most
FIRST = 260  # rows that only HAR learns from, so that it has forecast every row a network learns from
H, BATCH, CLIP = 16, 256, 1.0
SCHEDULE = (0.02, 6), (0.002, 2)  # learning rate of Adam, epochs
LEVELS = 0.05, 0.25, 0.5, 0.75, 0.95


class Model(NamedTuple):
    """What a network is asked for."""

    loss: str  # "log": squared error of the log variance; "QLIKE"; "pinball": quantiles of the return
    window: int  # days that it sees
    unit: str = "mean"  # what it forecasts is in this unit: that of the training days, or HAR's forecast


MODELS = {
    "log, 5 days": Model("log", 5),
    "log, 22 days": Model("log", 22),
    "log, 66 days": Model("log", 66),
    "log, 132 days": Model("log", 132),
    "QLIKE, 22 days": Model("QLIKE", 22),
    "log over HAR, 22 days": Model("log", 22, "HAR"),
    "quantiles, 22 days": Model("pinball", 22),
}
QUANTILES = "quantiles, 22 days"


def inputs(moves):
    """What a network sees of each day: log variance, return, its size, the part overnight; (N, D=4)."""
    return np.column_stack([np.log(moves.variance), moves.returns, np.abs(moves.returns), moves.overnight])


def unit_of(moves, model, begin):
    """Return what counts as 1 on each day, (N,): known the day before, and from the rows before ``begin``."""
    if model.loss == "pinball":
        return np.full(moves.date.size, moves.returns[:begin].std())
    if model.unit == "HAR":
        return np.append(np.ones(FIRST), data.har(moves.variance, FIRST))
    return np.full(moves.date.size, moves.variance[:begin].mean())


def cut(moves, model, year):
    """Cut what a model learns from before a year, and what it is shown during it.

    Parameters
    ----------
    moves : Moves
    model : Model
    year : int

    Returns
    -------
    x, y : ndarray of shape (B, T, D) and (B, 1)
        To learn from: every row is older than the year.
    shown : ndarray of shape (M, T, D)
        The window before each of the year's M days.
    unit : ndarray of shape (M,)
        Of the forecasts of these days.
    """
    (fold,) = yearly_folds(moves.date, [year], window=model.window)
    unit = unit_of(moves, model, fold.targets.start)
    target = (moves.returns if model.loss == "pinball" else moves.variance) / unit
    rows = inputs(moves)
    scaler = data.fit_scaler(rows[FIRST : fold.train.stop])
    series = np.column_stack([data.scale(scaler, rows), np.log(target) if model.loss == "log" else target])
    learnt = data.sliding_windows(series[FIRST : fold.train.stop], model.window, target=4)
    shown = data.sliding_windows(series[fold.test], model.window, target=4)
    return learnt.x[:, :, :4], learnt.y, shown.x[:, :, :4], unit[fold.targets]


LOSSES = {
    "log": torch.nn.functional.mse_loss,
    "QLIKE": lth.qlike_loss,
    "pinball": partial(lth.pinball_loss, levels=LEVELS),
}


def forecast(moves, model, year, seed):
    """Train a network on the days before a year and forecast each day of it from the days before that day.

    Parameters
    ----------
    moves : Moves
    model : Model
    year, seed : int

    Returns
    -------
    ndarray of shape (M,), or (M, K) for quantiles
        Variances, in 1 / day; or the quantiles of each day's return at the K ``LEVELS``.
    """
    *learnt, shown, unit = cut(moves, model, year)
    (x, y), (shown,) = single(learnt), single([shown])
    rng = torch.Generator().manual_seed(seed)
    layer = lth.Fused(lth.Unroll(lth.LSTMCell(x.shape[2], H, rng=rng)))
    network = lth.ManyToOne(layer, len(LEVELS) if model.loss == "pinball" else 1, rng=rng)
    shuffle = np.random.default_rng(seed)
    for lr, epochs in SCHEDULE:
        fit_or_stop(
            network,
            LOSSES[model.loss],
            (x, y),
            optimizer=torch.optim.Adam(network.parameters(), lr=lr),
            epochs=epochs,
            rng=shuffle,
            batch_size=BATCH,
            clip_norm=CLIP,
            progress=False,
        )
    with torch.no_grad():
        said, error = network(shown)[0].double().numpy(), network(x)[0] - y
    if model.loss == "pinball":
        return unit[:, None] * said
    spread = error.square().mean().item() if model.loss == "log" else 0.0
    return unit * np.exp(said[:, 0] + spread / 2)  # the mean of a log-normal lies above its median


def train(index, model, year, seed):
    """Forecast a year of an index and return the run: its days in the years that judge, else its score."""
    moves = data.daily_moves(data.load_stocks(index))
    said = forecast(moves, MODELS[model], year, seed)
    run = {"index": index, "model": model, "year": year, "seed": seed}
    if year in CHOOSE:
        (fold,) = yearly_folds(moves.date, [year], window=1)
        return run | {"qlike": rounded(data.qlike(said, moves.variance[fold.targets]), 4)}
    if MODELS[model].loss == "pinball":
        return run | {"returns, %": np.round(100 * said, 3).tolist()}
    return run | {"log variance": np.round(np.log(said), 4).tolist()}


def run(path, *, seeds=5, progress=True):
    """Let every model forecast every year of both indices, ``seeds`` times, and write each run to the record.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    seeds : int, default=5
        Of the years that judge; those that choose take 3 at most.
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "inputs": "log Garman-Klass, return, its size, overnight return",
        "models": {name: model._asdict() for name, model in MODELS.items()},
        "hidden_size": H,
        "batch_size": BATCH,
        "optimizer": "Adam",
        "schedule": SCHEDULE,
        "clip_norm": CLIP,
        "levels": LEVELS,
        "choose": list(CHOOSE),
        "judge": list(JUDGE),
        "first_row": FIRST,
        "threads": 1,
    }
    record = Record(
        path,
        settings=settings,
        keys=("index", "model", "year", "seed"),
        command="lstm-edu run volatility",
    )
    wanted = [
        (index, name, year, seed)
        for seed in range(seeds)
        for index in INDICES
        for name in MODELS
        for year in ([*CHOOSE] if seed < CHOOSING_SEEDS and name != QUANTILES else []) + [*JUDGE]
    ]
    with one_thread():
        record.complete(wanted, train, progress=progress)
    return record
