"""What a wrong gradient costs: two tasks that need memory, four ways back, several seeds."""

import time
from typing import NamedTuple

import numpy as np

from lstm_edu import data
from lstm_edu import numpy as lnp
from lstm_edu.coursework import wrong_backward
from lstm_edu.runs.record import Record, rounded

SIZES = {"adding": (10, 50, 200), "echo": (1, 2, 4, 6)}  # of adding T, of echo the lag
CONSTANT = {"adding": 1 / 6, "echo": 1 / 3}  # mean squared error of the best constant answer
ECHO_STEPS = 20  # T of echo
H, B, LR, CLIP, N = 16, 32, 0.01, 1.0, 3200
EPOCHS = 10  # of 100 steps each


class Way(NamedTuple):
    """A cell, and which of its weights are trained beside the head."""

    cell: type
    trained: tuple = ("weight_ih", "weight_hh", "bias")


WAYS = {
    "right": Way(lnp.LSTMCell),
    "overwritten": Way(wrong_backward.Overwritten),
    "no carry": Way(wrong_backward.NoCarry),
    "carry repaired": Way(wrong_backward.SquashedTwice),
    "head only": Way(lnp.LSTMCell, ()),
    "c alone": Way(lnp.LSTMCell, ("weight_ih", "bias")),  # its weight_hh is and stays zero
}


def echo(n, lag, *, rng):
    """Draw ``n`` sequences of numbers uniform on [-1, 1); the target stands ``lag`` steps before the last."""
    x = rng.uniform(-1, 1, (n, ECHO_STEPS, 1))
    return x, x[:, -1 - lag].copy()


def drawn(task, size, n, rng):
    """Return ``n`` examples of a task as float32."""
    x, y = data.adding(n, size, rng=rng) if task == "adding" else echo(n, size, rng=rng)
    return x.astype(np.float32), y.astype(np.float32)


def build(way, task, size, seed):
    """Return a network before training: the same weights for every way back."""
    rng = np.random.default_rng(seed)
    D, steps = (2, size) if task == "adding" else (1, ECHO_STEPS)
    cell = WAYS[way].cell(D, H, rng=rng, dtype=np.float32)
    lnp.initialise.chrono(cell, steps, rng=rng)
    if way == "c alone":
        cell.weight_hh[...] = 0
    return lnp.ManyToOne(lnp.Unroll(cell), 1, rng=rng)


def train(task, size, way, seed):
    """Train one network and return its run: the error on fresh examples after every epoch."""
    started = time.process_time()
    model = build(way, task, size, seed)
    moved = {f"layer.cell.{name}" for name in WAYS[way].trained} | {"head.weight", "head.bias"}
    parameters = {name: array for name, array in model.named_parameters() if name in moved}
    rng = np.random.default_rng([seed, size])
    train_set, fresh = drawn(task, size, N, rng), drawn(task, size, 1000, rng)
    errors = None
    try:
        with np.errstate(all="ignore"):  # what overflows is found by `fit`
            history = lnp.fit(
                model,
                lnp.mse_loss,
                train_set,
                optimizer=lnp.Adam(parameters, LR),
                epochs=EPOCHS,
                rng=rng,
                validation=fresh,
                batch_size=B,
                clip_norm=CLIP,
                progress=False,
            )
        errors = rounded(history.validation_loss)
    except FloatingPointError:
        pass  # it diverged, which is a result
    return {
        "task": task,
        "size": size,
        "way": way,
        "seed": seed,
        "diverged": errors is None,
        "errors": errors,
        "seconds": round(time.process_time() - started, 1),
    }


def run(path, *, seeds=5, progress=True):
    """Train in every way on every task of every size, ``seeds`` times, and write each run to the record.

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
    from tqdm import tqdm

    settings = {
        "hidden_size": H,
        "batch_size": B,
        "optimizer": "Adam",
        "lr": LR,
        "clip_norm": CLIP,
        "examples": N,
        "epochs": EPOCHS,
        "start": "chrono",
        "echo_steps": ECHO_STEPS,
        "constant": rounded(CONSTANT),
    }
    keys = "task", "size", "way", "seed"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run wrong-backward")
    wanted = [
        (task, size, way, seed)
        for seed in range(seeds)
        for task, sizes in SIZES.items()
        for size in sizes
        for way in WAYS
    ]
    with tqdm(wanted, unit="run", disable=not progress) as bar:
        for task, size, way, seed in bar:
            bar.set_postfix_str(f"{task} {size}, {way}, seed {seed}")
            if (task, size, way, seed) not in record:
                record.add(train(task, size, way, seed))
    return record
