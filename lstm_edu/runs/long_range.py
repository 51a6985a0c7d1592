"""Which network learns to remember for how long: two toy tasks, seven models, several seeds."""

import math
import time
from functools import partial

import numpy as np

from lstm_edu import data
from lstm_edu import numpy as lnp
from lstm_edu.runs.networks import MODELS, H, build, by_hand
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import by_norm, descend, one_thread, shares_above, summary

TASKS = {"adding": data.adding, "recall": data.recall, "recall, tenfold": data.recall}
CONSTANT = {"adding": 1 / 6, "recall": 1 / 12, "recall, tenfold": 1 / 12}  # error of the best constant answer
SOLVED = 0.06  # of the constant answer's error: 0.01 for adding
BUDGET = {"adding": 1500, "recall": 800, "recall, tenfold": 8000}  # steps of the optimiser, at most
LENGTHS = 25, 50, 100, 200
PATIENCE = "LSTM", "LSTM bias 1"  # get a tenfold budget at the shortest length
B, CLIP = 32, 1.0
DISTANCES = 0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200  # at which gradients are measured
THRESHOLDS = 0.1, 0.5, 1.0, 5.0  # of the gradient norm: how often it is above


def measured(network, x):
    """Return gradient norms against distance, medians over a batch, and how much the gates keep.

    The loss enters along the weights of the head; the norms are relative to their length. ``keep``
    is the geometric mean over time and batch of f or z: the largest of all units, and the median.
    """
    layer, d_h = by_hand(network.layer), network.head.weight.detach().double().numpy()
    flow = lnp.gradient_flow(layer, x, np.repeat(d_h, len(x), axis=0))
    distances = sorted({k for k in DISTANCES if k < x.shape[1]} | {x.shape[1] - 1})
    seen = {"distance": distances}
    for part, norms in zip(flow._fields, flow, strict=True):
        seen[part] = rounded(np.median(norms[:, distances], axis=0) / np.linalg.norm(d_h))
    gate = {"LSTMCell": "f", "GRUCell": "z"}.get(type(layer.cell).__name__)
    if gate:
        share = np.exp(np.log(layer(x)[2].over_time(gate)).mean(axis=(0, 1)))  # (H,)
        seen["keep"] = rounded([share.max(), np.median(share)], 5)
    return seen


def train(task, length, model, seed):
    """Train one network until it has solved its task or spent its budget; return its run."""
    started = time.process_time()
    network, draw = build(model, length, seed), partial(TASKS[task], length=length)
    x, _ = draw(16, rng=np.random.default_rng([length, 2]))
    before, goal = measured(network, x), SOLVED * CONSTANT[task]
    norms, errors = descend(
        network,
        draw,
        lr=MODELS[model].lr,
        steps=BUDGET[task],
        batch_size=B,
        rng=np.random.default_rng([seed, length]),
        judge=draw(500, rng=np.random.default_rng([length, 1])),
        goal=goal,
        clip=by_norm(CLIP),
    )
    diverged = not math.isfinite(norms[-1])
    return {
        "task": task,
        "length": length,
        "model": model,
        "seed": seed,
        "solved": bool(errors) and errors[-1] < goal,
        "diverged": diverged,
        "steps": len(norms),
        "errors": rounded(errors),
        "norm": rounded(summary(norms)),
        "above": rounded(shares_above(norms, THRESHOLDS)),
        "before": before,
        "after": None if diverged else measured(network, x),
        "seconds": round(time.process_time() - started, 1),
    }


def run(path, *, seeds=5, progress=True):
    """Train every model on every task at every length, ``seeds`` times, and write each run to the record.

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
        "hidden_size": H,
        "batch_size": B,
        "optimizer": "Adam",
        "lr": {name: model.lr for name, model in MODELS.items()},
        "clip_norm": CLIP,
        "budget": BUDGET,
        "solved_below": rounded({task: SOLVED * error for task, error in CONSTANT.items()}),
        "threads": 1,
    }
    keys = "task", "length", "model", "seed"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run long-range")
    cells = [(task, length, model) for length in LENGTHS for task in ("adding", "recall") for model in MODELS]
    cells += [("recall, tenfold", LENGTHS[0], model) for model in PATIENCE]
    wanted = [(*cell, seed) for cell in cells for seed in range(seeds)]
    with one_thread():
        record.complete(wanted, train, progress=progress)
    return record
