"""What a bound on the gradient does to training: thresholds of the norm, and limits of every element."""

import math
from functools import partial

import numpy as np

from lstm_edu import data
from lstm_edu.runs.networks import MODELS, H, build
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import by_norm, by_value, descend, one_thread, shares_above, summary

LENGTH, B, JUDGE_EVERY = 50, 32, 50
THRESHOLDS = 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0  # of the norm
BUDGET = {"RNN identity": 600, "LSTM": 1000}  # steps, all of them taken
RULES = (
    ("none", None),
    *(("norm", threshold) for threshold in THRESHOLDS),
    *(("value", limit) for limit in (1.0, 0.1, 0.01, 0.001)),
)


def train(model, rule, bound, seed):
    """Train one network on the adding problem under one rule; return its run."""
    draw = partial(data.adding, length=LENGTH)
    clip = {"none": by_norm(math.inf), "norm": by_norm(bound), "value": by_value(bound)}[rule]
    norms, errors = descend(
        build(model, LENGTH, seed),
        draw,
        lr=MODELS[model].lr,
        steps=BUDGET[model],
        batch_size=B,
        rng=np.random.default_rng([seed, LENGTH]),
        judge=draw(500, rng=np.random.default_rng([LENGTH, 1])),
        clip=clip,
        judge_every=JUDGE_EVERY,
    )
    return {
        "model": model,
        "rule": rule,
        "bound": bound,
        "seed": seed,
        "diverged": not math.isfinite(norms[-1]),
        "errors": rounded(errors),
        "norm": rounded(summary(norms)),
        "above": rounded(shares_above(norms, THRESHOLDS)),
    }


def run(path, *, seeds=5, progress=True):
    """Train both models under every rule, ``seeds`` times, and write each run to the record.

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
        "task": "adding",
        "length": LENGTH,
        "hidden_size": H,
        "batch_size": B,
        "optimizer": "Adam",
        "lr": {model: MODELS[model].lr for model in BUDGET},
        "budget": BUDGET,
        "judged_every": JUDGE_EVERY,
        "threads": 1,
    }
    keys = "model", "rule", "bound", "seed"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run clipping")
    wanted = [(model, *rule, seed) for seed in range(seeds) for model in BUDGET for rule in RULES]
    with one_thread():
        record.complete(wanted, train, progress=progress)
    return record
