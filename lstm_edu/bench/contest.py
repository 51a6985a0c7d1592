"""Times contestants against each other on one piece of work, after checking that they agree."""

import torch

from lstm_edu import numpy as lnp
from lstm_edu.bench.ceilings import ceilings
from lstm_edu.bench.contestants import CONTESTANTS, numpy_unroll
from lstm_edu.bench.equal import check_equal
from lstm_edu.bench.rounds import take_turns
from lstm_edu.bench.work import Given, Work, draw, joined, names_of_results


def measure(*, work, names, rounds, seed, say, wait):
    """Time every named contestant.

    Parameters
    ----------
    work : dict
        The fields of a ``Work``.
    names : list of str
        Of ``CONTESTANTS``.
    rounds : int
    seed : int
        Of weights and input.
    say, wait : callable
        Not needed here.

    Returns
    -------
    dict
        ``"seconds"`` of every round by name, ``"peak_memory"`` of each on a GPU, in bytes, who was
        ``"left_out"`` for want of memory, and the ``"ceilings"`` of the machine.

    Raises
    ------
    UnequalResults
        If a contestant computes something else.
    """
    work = Work(**work)
    given = draw(work, seed)
    right = expected(given, work)
    on_gpu = work.device == "cuda"
    if on_gpu:  # cuDNN would round the factors of a product to ten bits: another computation
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    steps, peak_memory, left_out = {}, {}, {}
    for name in names:
        try:
            step, read = CONTESTANTS[name](given, work)
            results, peak_memory[name] = watched(step, on_gpu)
        except torch.OutOfMemoryError as error:
            left_out[name] = str(error).partition(".")[0]
            continue
        check_equal(name, read(results), right, work.dtype)
        steps[name] = step
    wait_for_device = torch.cuda.synchronize if on_gpu else (lambda: None)
    taken = take_turns(steps, rounds=rounds, synchronise=wait_for_device)
    return {
        "seconds": {name: [float(f"{one:.4g}") for one in seconds] for name, seconds in taken.items()},
        "peak_memory": peak_memory if on_gpu else {},
        "left_out": left_out,
        "ceilings": ceilings(work.device, work.dtype),
    }


def watched(step, on_gpu):
    """Return the results of a step and the most memory that it took on the GPU, in bytes."""
    if not on_gpu:
        return step(), None
    step()  # libraries allocate for themselves at their first call
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    held = torch.cuda.memory_allocated()
    results = step()
    torch.cuda.synchronize()
    return results, torch.cuda.max_memory_allocated() - held


def expected(given, work):
    """Return the right results: our own loop, step by step, in float64."""
    layer = joined(lnp, [lnp.LSTMCell(D, work.H) for D in work.widths()])
    for (_, ours), (_, theirs) in zip(layer.named_parameters(), given.layer.named_parameters(), strict=True):
        ours[...] = theirs
    exact = Given(layer, given.x.astype(float), given.dh.astype(float))
    step, read = numpy_unroll(exact, work)
    results = read(step())
    return {name: results[name] for name in names_of_results(work.train, work.layers)}
