"""The ladder, timed: every rung, the products alone, the library; and what a call and a number cost."""

import time
from dataclasses import dataclass

import numpy as np

from lstm_edu.bench.ceilings import best_of, ceilings
from lstm_edu.bench.contest import expected
from lstm_edu.bench.contestants import CONTESTANTS, PEER
from lstm_edu.bench.equal import UnequalResults as UnequalResults
from lstm_edu.bench.equal import check_equal
from lstm_edu.bench.ladder import RUNGS
from lstm_edu.bench.rounds import take_turns
from lstm_edu.bench.work import Work, draw

SIZES = (60, 32, 5, 64), (200, 32, 100, 128), (100, 1, 32, 64)  # T, B, D, H
FLOOR = "products alone"


def suite(device, quick):
    """Time every rung at a few sizes, in float32 on one thread."""
    rounds = 2 if quick else 15
    sizes = ((7, 3, 2, 5),) if quick else SIZES
    jobs = {size: {"job": "ladder", "work": Work(*size)._asdict(), "rounds": rounds} for size in sizes}
    settings = {"rounds": rounds, "threads": 1, "dtype": "float32", "clock": "processor time"}
    return settings, ("T", "B", "D", "H"), jobs


def measure(*, work, rounds, seed, say, wait):
    """Check that all rungs agree, count what they ask of NumPy, and time them in turns.

    Returns
    -------
    dict
        ``"seconds"`` of the processor in every round by name, with the products alone and the library:
        what other programs take in between does not count. ``"counts"`` by rung; the ``"prices"`` and
        the ``"ceilings"`` of the machine.

    Raises
    ------
    UnequalResults
        If a rung computes something else.
    """
    work = Work(**work)
    given = draw(work, seed)
    right, steps = expected(given, work), {}
    for name, rung in RUNGS.items():
        steps[name] = lambda rung=rung: rung(given.layer.cell, given.x, given.dh)
        h, dx, grads = steps[name]()
        check_equal(name, {"h": h, "dx": dx} | grads, right, work.dtype)
    steps[FLOOR] = products_alone(given, work, given.x)
    steps[PEER], read = CONTESTANTS[PEER](given, work)
    check_equal(PEER, read(steps[PEER]()), right, work.dtype)
    taken = take_turns(steps, rounds=rounds, clock=time.process_time)
    return {
        "seconds": {name: [float(f"{one:.4g}") for one in seconds] for name, seconds in taken.items()},
        "counts": {name: counts(RUNGS[name], given) for name in RUNGS if name != "lnp.Fused"},
        "prices": {name: float(f"{price:.4g}") for name, price in prices(work.dtype).items()},
        "ceilings": ceilings(dtype=work.dtype, clock=time.process_time),
    }


def products_alone(given, work, x):
    """Return a step that does the matrix products of a training step and nothing else."""
    T, B, D, H = work[:4]
    W, U = given.layer.cell.weight_ih, given.layer.cell.weight_hh
    rows = x.swapaxes(0, 1).reshape(T * B, D)
    a, h = np.empty_like(rows, shape=(T, B, 4 * H)), np.zeros_like(rows, shape=(T, B, H))
    a_rows, h_rows, dx, back = (
        a.reshape(T * B, -1),
        h.reshape(T * B, H),
        np.empty_like(rows),
        np.empty_like(h),
    )
    a_step, dW, dU = np.empty_like(a[0]), np.empty_like(W), np.empty_like(U)

    def step():
        np.matmul(rows, W.T, out=a_rows)
        for t in range(T):
            np.matmul(h[t], U.T, out=a_step)
        for t in range(T):
            np.matmul(a[t], U, out=back[t])
        np.matmul(a_rows, W, out=dx)
        np.matmul(a_rows.T, rows, out=dW)
        np.matmul(a_rows.T, h_rows, out=dU)

    return step


@dataclass
class Count:
    """What was asked of NumPy: calls, indices, numbers made one by one, those by tanh, the products."""

    calls: int = 0
    indices: int = 0
    elements: int = 0
    tanhs: int = 0
    flops: int = 0


class Counting(np.ndarray):
    """An array that counts what is computed with it and with what comes of it."""

    def __array_finalize__(self, parent):
        self.counter = getattr(parent, "counter", None)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        plain = [np.asarray(array) if isinstance(array, Counting) else array for array in inputs]
        if out is not None:
            options["out"] = tuple(np.asarray(array) for array in out)
        result = getattr(ufunc, method)(*plain, **options)
        counter = self.counter
        counter.calls += 1
        if ufunc is np.matmul:
            counter.flops += 2 * np.size(result) * np.shape(plain[0])[-1]
        elif ufunc is np.tanh:
            counter.tanhs += np.size(result)
        else:
            counter.elements += np.size(plain[0]) if method == "reduce" else np.size(result)
        return counting(counter, result) if out is None else out[0]

    def __getitem__(self, index):
        self.counter.indices += 1
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        self.counter.indices += 1
        np.asarray(self)[index] = value

    def __array_function__(self, function, types, arguments, options):
        result = super().__array_function__(function, types, arguments, options)
        return counting(self.counter, result) if isinstance(result, np.ndarray) else result


def counting(counter, array):
    """Return the array as one that adds to this counter."""
    array = np.asarray(array).view(Counting)
    array.counter = counter
    return array


def counts(rung, given):
    """Return what one rung asks of NumPy, as a dict."""
    counter = Count()
    rung(given.layer.cell, *(counting(counter, array) for array in (given.x, given.dh)))
    return vars(counter)


def prices(dtype, seconds=0.2):
    """Measure what a call of NumPy costs, an index, a number, and four products, apart or stacked.

    Returns
    -------
    dict of str to float
        In seconds. ``"call"`` and ``"index"`` each; ``"element"`` and ``"tanh"`` per number, multiplied or
        squashed, and ``"strided"``, multiplied in a slice of longer rows; ``"apart"`` and ``"stacked"``: four
        products of 32 rows with weights (128, 128), and the same as one with (128, 512).
    """
    rng = np.random.default_rng(0)
    row, gates = np.ones((1, 1), dtype), np.ones((4, 9, 1, 1), dtype)
    h = rng.normal(size=(32, 128)).astype(dtype)
    small, large = (np.array(list(ways_at(columns, dtype, seconds))) for columns in (128, 512))
    per_number = (large - small) / (32 * (512 - 128))
    U = [rng.normal(size=(128, 128)).astype(dtype).T for _ in range(4)]
    stacked = np.concatenate([part.T for part in U]).T
    return {
        "call": of_hundred(lambda: np.multiply(row, row, out=row), seconds),
        "index": of_hundred(lambda: gates[:3, 5], seconds),
        **dict(zip(("element", "tanh", "strided"), per_number.tolist(), strict=True)),
        "apart": of_hundred(lambda: [h @ part for part in U], seconds),
        "stacked": of_hundred(lambda: h @ stacked, seconds),
    }


def ways_at(columns, dtype, seconds):
    """Yield the seconds of a product, a tanh, and a product of a slice, of 32 rows of so many columns."""
    wide = np.random.default_rng(0).normal(size=(32, 4 * columns)).astype(dtype)
    a, b, out = (np.ascontiguousarray(wide[:, :columns]) for _ in range(3))
    part = wide[:, columns : 2 * columns]
    for way in (
        lambda: np.multiply(a, b, out=out),
        lambda: np.tanh(a, out=out),
        lambda: np.multiply(part, b, out=out),
    ):
        yield of_hundred(way, seconds)


def of_hundred(way, seconds):
    """Return the seconds of one of a hundred calls, at best."""

    def hundred():
        for _ in range(100):
            way()

    return best_of(hundred, lambda: None, seconds, time.process_time) / 100
