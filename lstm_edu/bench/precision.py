"""Number formats: time and memory of a training step, and on a GPU where the loss goes."""

import re
import time
from pathlib import Path

import numpy as np
import torch

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.torch.precision import autocast, loss_scaler

LAYERS = {
    "torch.nn.LSTM": lambda D, H: torch.nn.LSTM(D, H, batch_first=True),
    "lth.LSTMCell": lambda D, H: lth.Unroll(lth.LSTMCell(D, H)),
}
FORMATS = {
    ("cpu", "torch.nn.LSTM"): ("float32", "bfloat16"),  # few processors have it in float16
    ("cpu", "lth.LSTMCell"): ("float32", "bfloat16", "float16"),
    ("cuda", "torch.nn.LSTM"): ("float32", "tf32", "bfloat16", "float16"),
    ("cuda", "lth.LSTMCell"): ("float32", "tf32", "bfloat16", "float16"),
}
FLOAT32 = "float32", "tf32"  # one format in memory; tf32 rounds the factors of a product on the way
COST = {"cpu": {"T": 50, "B": 32, "steps": 5}, "cuda": {"T": 50, "B": 256, "steps": 30}}  # D = H
QUICK_COST = {"T": 50, "B": 16, "steps": 2}
SIZES = {"cpu": (64, 512), "cuda": (64, 512, 1024)}
CURVE = {"length": 50, "batch_size": 64, "steps": 400, "lr": 0.01, "clip_norm": 1.0}  # the adding problem
TENTHS = 10
WARM_UP = 2  # time steps: enough to load every library, too few to count


def suite(device, quick):
    """Take training steps with every layer in every format that the device has, at several sizes."""
    cost = QUICK_COST if quick else COST[device]
    curve = CURVE | ({"length": 10, "steps": 20} if quick else {})
    settings = cost | {"threads": 1, "instructions": instructions()}
    if device == "cuda":
        settings |= {"curve": {"task": "adding"} | curve}
    else:
        settings |= {"clock": "processor time"}
    jobs = {
        (layer, precision, H): {
            "job": "precision",
            "layer": layer,
            "precision": precision,
            "size": H,
            "cost": cost,
            "device": device,
            "curve": curve if device == "cuda" else None,
        }
        for H in ((32,) if quick else SIZES[device])
        for layer in LAYERS
        for precision in FORMATS[device, layer]
    }
    return settings, ("layer", "precision", "H"), jobs


def measure(*, layer, precision, size, cost, device, curve, seed, say, wait):
    """Measure one layer in one format.

    Parameters
    ----------
    layer : str
        Of ``LAYERS``.
    precision : str
        Of ``FORMATS``.
    size : int
        Features and hidden units.
    cost, curve : dict
        ``"T"``, ``"B"`` and ``"steps"`` that are timed; as ``CURVE``, or None for no training.
    device : {"cpu", "cuda"}
    seed : int
    say, wait : callable
        Tell the watching process when, and wait until it has looked.

    Returns
    -------
    dict
        ``"seconds"`` of every step, on a processor those that it worked for us; ``"peak"``, on a GPU, the
        most memory that one step held beyond what was there before, in bytes; with a curve, ``"losses"``,
        the mean over every tenth of the steps, and ``"skipped"``, steps that the loss scaler refused.
    """
    place = torch.device(device)
    if device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    half = None if precision in FLOAT32 else precision
    torch.manual_seed(seed)
    model = LAYERS[layer](size, size).to(place)
    optimizer, scaler = torch.optim.SGD(model.parameters(), 1e-6), loss_scaler(half, place)

    def step(x):
        optimizer.zero_grad()
        with autocast(half, place):
            loss = model(x)[0].float().square().mean()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    x = torch.randn(cost["B"], cost["T"], size).to(place)
    step(x[:, :WARM_UP])
    seen = watched(lambda: step(x), place, say, wait)
    seen["seconds"] = timed(lambda: step(x), cost["steps"], place)
    return seen | (training(layer, half, place, size, seed, **curve) if curve else {})


def watched(step, place, say, wait):
    """Take a step whose memory is seen: by the GPU's own account, or from outside the process."""
    if place.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
        held = torch.cuda.memory_allocated()
        step()
        return {"peak": torch.cuda.max_memory_allocated() - held}
    say({"watch": "start"})
    wait()
    step()
    say({"watch": "end"})
    wait()
    return {}


def timed(step, steps, place):
    """Return the seconds of every step: on a GPU until it is done, on a processor those at work for us."""
    clock = time.perf_counter if place.type == "cuda" else time.process_time
    seconds = []
    for _ in range(steps):
        finish(place)
        start = clock()
        step()
        finish(place)
        seconds.append(float(f"{clock() - start:.4g}"))
    return seconds


def training(layer, half, place, size, seed, *, length, batch_size, steps, lr, clip_norm):
    """Train a network on the adding problem and return its losses and the steps that were skipped."""
    torch.manual_seed(seed)
    model = Summing(LAYERS[layer](2, size), size).to(place)
    optimizer, scaler = torch.optim.Adam(model.parameters(), lr=lr), loss_scaler(half, place)
    rng, losses, skipped = np.random.default_rng(seed), [], 0
    for _ in range(steps):
        x, y = (
            torch.tensor(part, dtype=torch.float32, device=place)
            for part in data.adding(batch_size, length, rng=rng)
        )
        optimizer.zero_grad()
        with autocast(half, place):
            prediction = model(x)
        loss = torch.nn.functional.mse_loss(prediction.float(), y)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
        before = scaler.get_scale()
        scaler.step(optimizer)
        scaler.update()
        skipped += scaler.get_scale() < before
        losses.append(loss.item())
    tenths = [float(f"{part.mean():.4g}") for part in np.array_split(losses, TENTHS)]
    return {"losses": [loss if np.isfinite(loss) else None for loss in tenths], "skipped": int(skipped)}


class Summing(torch.nn.Module):
    """A layer and a head on its last hidden state."""

    def __init__(self, layer, size):
        super().__init__()
        self.layer, self.head = layer, torch.nn.Linear(size, 1)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


def finish(place):
    """Wait until the device has done what it was asked to."""
    if place.type == "cuda":
        torch.cuda.synchronize()


def instructions(cpuinfo="/proc/cpuinfo"):
    """Return which 16-bit formats this processor multiplies itself, by the names that Linux gives them.

    None are known where there is no such file.
    """
    if not Path(cpuinfo).exists():
        return []
    return sorted(set(re.findall(r"\b(?:avx512|amx)_(?:bf16|fp16)\b", Path(cpuinfo).read_text("utf-8"))))
