"""Forecasts of two stock indices, year by year: windows, layers, inputs, scalers, leaks, a control."""

import time
from typing import NamedTuple

import numpy as np

from lstm_edu import data
from lstm_edu.runs.forecasters import BUDGET, table
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import one_thread
from lstm_edu.runs.walking import TREES, by_network, by_trees, join, walk

TEST, VALIDATION = (2015, 2016, 2017, 2018), (2013, 2014)
WINDOWS = 5, 10, 20, 60, 120, 250
H, HALF = 16, 11  # two directions of 11 units have about as many weights as one of 16
TREES_GROWN, DAYS_OF_TREES = 25, 60


def epochs(n):
    """Return a budget of so many epochs, the last fifth of them, but one at least, at a tenth of the rate."""
    slow = max(1, n // 5)
    return (0.01, n - slow), (0.001, slow)


class Variant(NamedTuple):
    """One way to forecast; what is not said is as in the plain LSTM."""

    inputs: str = "returns"
    window: int = 60
    layers: int = 1
    hidden: int = H
    both: bool = False
    every_step: bool = False
    shuffled: bool = False
    scaler: str = "standard"
    everything: bool = False
    budget: tuple = BUDGET
    trees: int = 0  # of gradient boosting in the network's place
    dear: bool = False  # gets three fifths of the seeds


LEVELS = Variant(inputs="levels", scaler="min-max", budget=epochs(10), dear=True)
GROWN = Variant(window=DAYS_OF_TREES, trees=TREES_GROWN)
VARIANTS = {
    "plain": Variant(),
    **{f"window {days}": Variant(window=days, dear=days > 60) for days in WINDOWS if days != 60},
    **{f"2 layers, window {days}": Variant(window=days, layers=2, dear=True) for days in (5, 20, 60, 250)},
    "indicators": Variant(inputs="indicators"),
    "indicators, 2 layers": Variant(inputs="indicators", layers=2, dear=True),
    "shuffled targets": Variant(shuffled=True),
    "returns, min-max": Variant(scaler="min-max", dear=True),
    "levels, standard": LEVELS._replace(scaler="standard"),
    "levels, min-max": LEVELS,
    "levels, min-max, all data": LEVELS._replace(everything=True),
    "both directions": Variant(both=True, hidden=HALF, dear=True),
    "every step": Variant(every_step=True, dear=True),
    "every step, both directions": Variant(every_step=True, both=True, hidden=HALF, dear=True),
    "centred mean": Variant(inputs="centred", dear=True),
    "boosting": GROWN,
    "boosting, indicators": GROWN._replace(inputs="indicators"),
}
ON_NASDAQ = "plain", "indicators", "shuffled targets", "boosting"

# What was tried on the years of VALIDATION before anything above was settled, by the mean of MASE.
CHOICES = (
    {f"returns, {units} units, 2 epochs": Variant(hidden=units, dear=True) for units in (8, H, 32)}
    | {f"returns, {H} units, 4 epochs": Variant(budget=epochs(4), dear=True)}
    | {f"levels, {n} epochs": LEVELS._replace(budget=epochs(n)) for n in (4, 10)}
    | {
        f"{trees} trees, {days} days": Variant(window=days, trees=trees)
        for trees in (25, 50, 100)
        for days in (5, 20, 60)
    }
)


def forecast(part, index, name, seed):
    """Forecast one index in one way, from one seed, and return the run.

    Parameters
    ----------
    part : {"choice", "test"}
        A choice is judged on the years of ``VALIDATION``, and only its errors are kept.
    index : {"sp500", "nasdaq"}
    name : str
        Of ``CHOICES`` or of ``VARIANTS``.
    seed : int

    Returns
    -------
    dict
        Of a test: ``said``, every day's forecast relative to yesterday's close, in basis points;
        ``once``, of levels, what was learned before the first year, used for all of them; ``inside``, of what
        forecasts at every step, what it says of the day half-way through a window, ``None`` near the end.
    """
    started = time.process_time()
    variant = (VARIANTS if part == "test" else CHOICES)[name]
    years = TEST if part == "test" else VALIDATION
    days, said = walked(data.load_stocks(index), variant, seed, years)
    run = {"part": part, "index": index, "variant": name, "seed": seed}
    if part == "choice":
        run |= errors(days, join(days.date, said, years))
    else:
        run["said"] = basis_points(join(days.date, said, years))
        if variant.inputs == "levels":
            run["once"] = basis_points(said[0][:, 0])
        if variant.every_step:
            inside = join(days.date, [answers[:, 1:] for answers in said], years)
            inside[inside.size - (variant.window - variant.window // 2) :] = np.nan
            run["inside"] = basis_points(inside)
    return run | {"seconds": round(time.process_time() - started, 1)}


def walked(stocks, variant, seed, years):
    """Walk a variant through the years of any stocks; return the ``Table`` and what ``walk`` gives."""
    days = table(stocks, variant.inputs)
    said = walk(
        days,
        years,
        variant.window,
        learner(variant, seed),
        scaler=min_max if variant.scaler == "min-max" else None,
        everything=variant.everything,
    )
    return days, said


def learner(variant, seed):
    """Return the ``learn`` of a variant for ``walk``."""
    if variant.trees:
        return by_trees(variant.window, variant.trees)
    return by_network(
        seed,
        window=variant.window,
        hidden=variant.hidden,
        layers=variant.layers,
        both=variant.both,
        every_step=variant.every_step,
        shuffled=variant.shuffled,
        budget=variant.budget,
    )


def min_max():
    """Return scikit-learn's scaler to between 0 and 1."""
    from sklearn.preprocessing import MinMaxScaler

    return MinMaxScaler()


def errors(days, said):
    """Return the mean absolute and root mean squared error on ``VALIDATION``, persistence being 1."""
    folds = data.yearly_folds(days.date, VALIDATION, window=1)
    rows = slice(folds[0].targets.start, folds[-1].targets.stop)
    before, actual = days.close[rows.start - 1 : rows.stop - 1], days.close[rows]
    predicted = before * (1 + said)
    ratio = data.rmse(actual, predicted) / data.rmse(actual, before)
    return rounded({"mase": data.mase(actual, predicted, before), "rmse": ratio}, digits=6)


def basis_points(said):
    """Return relative changes in hundredths of a per cent, to four digits."""
    return rounded(1e4 * said, digits=4)


def wanted(seeds):
    """Return the key of every run, one seed after the other: the longer it runs, the more seeds there are.

    The plain LSTM gets twice as many seeds, so that its averages have something to be compared with;
    what is dear gets three fifths of them, and trees, which draw nothing, one.
    """

    def of(variant):
        fewer = max(1, seeds * 3 // 5)
        return 1 if variant.trees else fewer if variant.dear else seeds

    keys = [("choice", "sp500", name, seed) for name, v in CHOICES.items() for seed in range(of(v))]
    keys += [("test", "sp500", name, seed) for name, v in VARIANTS.items() for seed in range(of(v))]
    keys += [("test", "nasdaq", name, seed) for name in ON_NASDAQ for seed in range(of(VARIANTS[name]))]
    keys += [("test", "sp500", "plain", seed) for seed in range(seeds, 2 * seeds)]
    return sorted(keys, key=lambda key: key[3])


def run(path, *, seeds=5, progress=True):
    """Forecast in every way, from ``seeds`` seeds, and write each run to the record.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    seeds : int, default=5
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "years": TEST,
        "years of choice": VALIDATION,
        "optimizer": "Adam",
        "batch_size": 32,
        "clip_norm": 1.0,
        "trees": TREES,
        "variants": {name: variant._asdict() for name, variant in VARIANTS.items()},
        "choices": {name: variant._asdict() for name, variant in CHOICES.items()},
        "threads": 1,
    }
    keys = "part", "index", "variant", "seed"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run stock")
    with one_thread():
        record.complete(wanted(seeds), forecast, progress=progress)
    return record
