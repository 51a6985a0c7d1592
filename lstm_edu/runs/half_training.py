"""What fewer digits do to training: one network, five ways to compute it, a loss made ever smaller."""

import math

import numpy as np
import torch

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import one_thread, single
from lstm_edu.torch.precision import autocast, loss_scaler

LENGTH, B, H, STEPS, SHOWN_EVERY = 10, 32, 16, 400, 20
LR, MOMENTUM, CLIP = 0.1, 0.9, 1.0
FORMATS = "float32", "bfloat16", "float16 scaled", "float16", "bfloat16 weights"
UNITS = 0, 10, 20, 30  # the loss is multiplied by 2 to the power of minus this
CPU = torch.device("cpu")


def train(numbers, unit, seed):
    """Train an LSTM on the adding problem and return its run.

    In units that are :math:`2^{-u}` of the first, the loss, its gradient and the bound on its norm are so
    much smaller, and the learning rate so much larger: on paper, and bit for bit in float32, the same run.

    Parameters
    ----------
    numbers : str
        Of ``FORMATS``: the first half of the name is the format of the products; weights are float32, but
        for ``"bfloat16 weights"``. Only ``"float16 scaled"`` has a loss scaler.
    unit : int
        Of ``UNITS``.
    seed : int

    Returns
    -------
    dict
    """
    factor, precision = 2.0**-unit, numbers.split()[0]
    rng = torch.Generator().manual_seed(seed)
    model = lth.ManyToOne(lth.Unroll(lth.LSTMCell(2, H, rng=rng)), 1, rng=rng)
    if numbers.endswith("weights"):
        model, precision = model.bfloat16(), "float32"
    dtype = next(model.parameters()).dtype
    optimizer = torch.optim.SGD(model.parameters(), LR / factor, momentum=MOMENTUM)
    scaler = loss_scaler(precision if numbers.endswith("scaled") else "float32", CPU)
    draw = np.random.default_rng([seed, 1])
    losses, lost, skipped = [], [], 0
    for _ in range(STEPS):
        x, y = single(data.adding(B, LENGTH, rng=draw))
        optimizer.zero_grad()
        with autocast(precision, CPU):
            prediction, _ = model(x.to(dtype))
            loss = factor * torch.nn.functional.mse_loss(prediction.float(), y)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        gradient = torch.cat([parameter.grad.flatten() for parameter in model.parameters()]).float()
        lost.append((gradient == 0).float().mean().item())
        norm = gradient.norm().item()
        skipped += not math.isfinite(norm)
        if norm > CLIP * factor:  # by hand: PyTorch adds 1e-6 to the norm, which is much in small units
            for parameter in model.parameters():
                parameter.grad.mul_(CLIP * factor / norm)
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item() / factor)
    return {
        "format": numbers,
        "unit": unit,
        "seed": seed,
        "losses": rounded(np.reshape(losses, (-1, SHOWN_EVERY)).mean(axis=1)),
        "zeros": rounded(np.mean(lost)),
        "skipped": skipped,
    }


def run(path, *, seeds=5, progress=True):
    """Train in every format and every unit, ``seeds`` times, and write each run to the record.

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
        "steps": STEPS,
        "losses": f"means over {SHOWN_EVERY} steps",
        "optimizer": "SGD",
        "lr": LR,
        "momentum": MOMENTUM,
        "clip_norm": CLIP,
        "threads": 1,
    }
    record = Record(
        path, settings=settings, keys=("format", "unit", "seed"), command="lstm-edu run half-training"
    )
    wanted = [(numbers, unit, seed) for seed in range(seeds) for unit in UNITS for numbers in FORMATS]
    with one_thread():
        record.complete(wanted, train, progress=progress)
    return record
