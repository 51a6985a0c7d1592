"""What several processes measure together; `torchrun` starts it, the first process writes what it saw.

``torchrun --standalone --nproc-per-node 2 -m lstm_edu.bench.exchange FILE PLAN``
"""

import json
import sys
import time
from functools import partial
from pathlib import Path

import torch
from torch import distributed
from torch.nn.functional import mse_loss
from torch.nn.parallel import DistributedDataParallel

from lstm_edu import torch as lth


def fastest(work, repeat, before):
    """Return the time of the fastest call: what else the machine does can only add to it.

    Parameters
    ----------
    work : callable
    repeat : int
        How often it is called.
    before : callable
        What comes before every call and is not timed: waiting for the other processes, for example.
    """
    seconds = []
    for _ in range(repeat):
        before()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return float(f"{min(seconds):.4g}")


def network(D, H):
    """Return a fresh LSTM with a head, the same in every process."""
    torch.manual_seed(0)
    return lth.ManyToOne(lth.Fused(lth.Unroll(lth.LSTMCell(D, H))), 1)


def training_step(model, examples, T, D):
    """Return a function that computes the gradients of so many examples, and takes a step."""
    optimizer = torch.optim.SGD(model.parameters(), 1e-6)
    x, y = torch.randn(examples, T, D), torch.randn(examples, 1)

    def step():
        optimizer.zero_grad()
        mse_loss(model(x)[0], y).backward()
        optimizer.step()

    return step


def measure(group, plan):
    """Time exchanges of several sizes, and training steps alone, on shares, and together.

    Alone means alone: the first process computes, the others wait, so that none takes another's memory
    bandwidth or cache. What they take shows where all compute the whole batch at once.

    Parameters
    ----------
    group : Group
    plan : dict
        ``"T"``, ``"D"``, ``"sizes"`` (of the hidden state), ``"batch_size"``, ``"numbers"`` (float32 in one
        exchange) and ``"repeat"``.
    """
    T, D, batch, repeat = (plan[name] for name in ("T", "D", "batch_size", "repeat"))
    seen = {"exchange": {}, "alone": {}, "at once": {}, "together": {}, "parameters": {}}
    for n in plan["numbers"]:
        buffer = torch.ones(n)
        seen["exchange"][4 * n] = fastest(
            partial(distributed.all_reduce, buffer), repeat, distributed.barrier
        )
    for H in plan["sizes"]:
        model = network(D, H)
        seen["parameters"][H] = sum(parameter.numel() for parameter in model.parameters())
        if group.rank == 0:
            shares = [batch >> k for k in range(batch.bit_length())]
            steps = {n: training_step(model, n, T, D) for n in shares}
            seen["alone"][H] = {n: fastest(step, repeat, nothing) for n, step in steps.items()}
        distributed.barrier()
        seen["at once"][H] = fastest(training_step(model, batch, T, D), repeat, distributed.barrier)
        step = training_step(DistributedDataParallel(network(D, H)), batch // group.size, T, D)
        seen["together"][H] = fastest(step, repeat, distributed.barrier)
    return seen


def nothing():
    """Before a call that nobody else takes part in."""


def main(path, plan):
    """Measure what the plan, in JSON, says, and let the first process write."""
    torch.set_num_threads(1)
    with lth.data_parallel() as group:
        seen = measure(group, json.loads(plan))
        if group.rank == 0:
            Path(path).write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
