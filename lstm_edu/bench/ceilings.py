"""What the machine can do at best, measured: operations per second and bytes per second."""

import time

import numpy as np


def ceilings(device="cpu", dtype="float32", *, size=None, seconds=0.5, clock=time.perf_counter):
    """Measure the two ceilings of a device.

    Parameters
    ----------
    device : str
        ``"cpu"`` or ``"cuda"``.
    dtype : str
        Of the matrix product.
    size : int, default=None
        Rows of the square matrices; by default 1024 on a processor, 8192 on a GPU.
    seconds : float
        How long each measurement is repeated; the best of it counts.
    clock : callable
        Seconds; ``time.process_time`` leaves out what other programs take.

    Returns
    -------
    dict
        ``"flops"`` of one large matrix product, with the library that was fastest, and ``"bytes"`` read
        and written by copying an array far larger than any cache, both per second.
    """
    import torch

    size = size or (8192 if device == "cuda" else 1024)
    kind = getattr(torch, dtype)
    a, b = (torch.rand(size, size, dtype=torch.float32).to(device, kind) for _ in range(2))
    out = torch.empty_like(a)
    tries = {"torch": lambda: torch.mm(a, b, out=out)}
    if device == "cpu" and dtype in ("float32", "float64"):
        numbers = a.numpy(), b.numpy()
        tries["numpy"] = lambda: np.matmul(*numbers, out=out.numpy())
    synchronise = torch.cuda.synchronize if device == "cuda" else (lambda: None)
    flops = {name: 2 * size**3 / best_of(work, synchronise, seconds, clock) for name, work in tries.items()}
    library = max(flops, key=flops.get)
    source = torch.ones((2**28 if device == "cuda" else 2**25), device=device)
    target = torch.empty_like(source)
    copied = 2 * source.numel() * source.element_size()
    rate = copied / best_of(lambda: target.copy_(source), synchronise, seconds, clock)
    return {"flops": flops[library], "library": library, "bytes": rate}


def best_of(work, synchronise, seconds, clock=time.perf_counter):
    """Return the shortest time of one call, in seconds, after one that does not count."""
    work()
    taken, end = [], time.perf_counter() + seconds
    while not taken or time.perf_counter() < end:
        synchronise()
        start = clock()
        work()
        synchronise()
        taken.append(clock() - start)
    return min(taken)
