"""One batch for several hands: processes that train together, and parts taken one after the other."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch.nn.functional import mse_loss

from lstm_edu.bench.exchange import network
from lstm_edu.torch.shares import examples, shares

PROCESSES = {  # of the plan for `exchange.measure`
    "T": 30,
    "D": 32,
    "sizes": (32, 256),
    "batch_size": 64,
    "numbers": tuple(4**k for k in range(4, 12)),  # float32 in one exchange: 1 KiB to 16 MiB
    "repeat": 15,
}
QUICK_PROCESSES = {"T": 3, "D": 2, "sizes": (4,), "batch_size": 4, "numbers": (16, 2**20), "repeat": 2}
ACCUMULATION = {"T": 60, "D": 32, "H": 256, "batch_size": 256, "calls": 5}
QUICK_ACCUMULATION = {"T": 60, "D": 2, "H": 64, "batch_size": 128, "calls": 2}
PARTS, QUICK_PARTS = (1, 2, 4, 8, 16), (1, 4)
WARM_UP = 2  # time steps: enough to load every library, too few to count


def suite(device, quick):
    """Let two processes train together, and one take a large batch in ever more parts."""
    plan = QUICK_PROCESSES if quick else PROCESSES
    whole, parts = (QUICK_ACCUMULATION, QUICK_PARTS) if quick else (ACCUMULATION, PARTS)
    jobs = {("processes", 2): {"job": "scaling", "processes": 2, "plan": plan, "threads": 0}}
    jobs |= {("parts", n): {"job": "scaling", "parts": n, "plan": whole} for n in parts}
    settings = {
        "layer": "torch.nn.LSTM and a head",
        "processes": plan | {"each time": "the fastest", "exchange": "gloo"},
        "parts": whole | {"clock": "processor time"},
        "threads": 1,
    }
    return settings, ("way", "n"), jobs


def measure(*, plan, seed, say, wait, processes=None, parts=None):
    """Measure processes that train together, or one that takes its batch in parts.

    Parameters
    ----------
    plan : dict
        Sizes; see ``PROCESSES`` and ``ACCUMULATION``.
    seed : int
        Of the examples in parts.
    say, wait : callable
        Tell the watching process when, and wait until it has looked.
    processes, parts : int
        One of them.

    Returns
    -------
    dict
        Of processes: seconds of an ``"exchange"`` by its bytes; of a training step ``"alone"`` by hidden
        size and examples; by hidden size ``"at once"``, where every process computes the whole batch, and
        ``"together"``, where it is shared out; the number of ``"parameters"``. Of parts: the ``"seconds"``
        of the processor for every call.
    """
    if processes:
        return together(processes, plan)
    step, short = (accumulating(plan | {"T": T}, parts, seed) for T in (plan["T"], min(WARM_UP, plan["T"])))
    short()
    say({"watch": "start"})
    wait()
    step()
    say({"watch": "end"})
    wait()
    seconds = []
    for _ in range(plan["calls"]):
        start = time.process_time()
        step()
        seconds.append(float(f"{time.process_time() - start:.4g}"))
    return {"seconds": seconds}


def accumulating(plan, parts, seed=0):
    """Return a training step over a batch in parts, as ``fit`` does it; it returns the gradient."""
    T, D, H, batch = (plan[name] for name in ("T", "D", "H", "batch_size"))
    model, draw = network(D, H), torch.Generator().manual_seed(seed)
    x, y = torch.randn(batch, T, D, generator=draw), torch.randn(batch, 1, generator=draw)
    optimizer = torch.optim.SGD(model.parameters(), 1e-6)

    def step():
        optimizer.zero_grad()
        for (x_part, y_part), weight, _ in shares((x, y), examples, parts):
            (weight * mse_loss(model(x_part)[0], y_part)).backward()
        optimizer.step()
        return [parameter.grad for parameter in model.parameters()]

    return step


def together(processes, plan):
    """Start processes by ``torchrun`` and return what they measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seen.json"
        torchrun(processes, "-m", "lstm_edu.bench.exchange", path, json.dumps(plan))
        return json.loads(path.read_text(encoding="utf-8"))


def torchrun(processes, *script):
    """Start a script several times with PyTorch's launcher, one thread each, and wait for the end.

    Parameters
    ----------
    processes : int
    *script : str or Path
        Its path and arguments, or ``"-m"``, the name of a module, and arguments.

    Returns
    -------
    str
        What all of them printed.

    Raises
    ------
    RuntimeError
        If one of them fails; the message is what they wrote to standard error.
    """
    launcher = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        f"--nproc-per-node={processes}",
    ]
    done = subprocess.run(
        [*launcher, *map(str, script)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, script))} failed in {processes} processes:\n{done.stderr}")
    return done.stdout
