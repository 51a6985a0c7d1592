"""`lstm-edu bench`: a suite of measurements, its record and its table."""

from pathlib import Path

import torch

from lstm_edu.bench import ladder_suite, precision, scaling, suites
from lstm_edu.bench.process import measured
from lstm_edu.bench.table import table
from lstm_edu.runs.record import Record

SUITES = {
    "cpu": suites.cpu,
    "gpu": suites.gpu,
    "ladder": ladder_suite.suite,
    "memory": suites.memory,
    "precision": precision.suite,
    "scaling": scaling.suite,
}


def bench(suite, path, *, device="cpu", repetitions=3, quick=False, progress=True):
    """Measure a suite, writing every measurement to a record at once; a record that exists is taken up.

    Parameters
    ----------
    suite : {"cpu", "gpu", "ladder", "memory", "precision", "scaling"}
    path : str or Path
        Of the record.
    device : {"cpu", "cuda"}, default="cpu"
    repetitions : int, default=3
        Fresh processes for every measurement; the spread between them is part of the result.
    quick : bool, default=False
        Small sizes and few rounds: seconds, to see that everything works. Its figures are no evidence.
    progress : bool, default=True

    Returns
    -------
    str
        The table.

    Raises
    ------
    ValueError
        If there is no such suite, or it does not run on such a device.
    """
    if suite not in SUITES:
        raise ValueError(f"There is no suite {suite!r}; there are {', '.join(SUITES)}.")
    check_device(suite, device)
    settings, keys, jobs = SUITES[suite](device, quick)
    if device == "cuda":
        settings |= {"gpu": torch.cuda.get_device_name()}
    command = f"lstm-edu bench --suite {suite} --device {device}"
    record = Record(path, settings=settings | {"quick": quick}, keys=(*keys, "repetition"), command=command)

    def measure(*key):
        return dict(zip((*keys, "repetition"), key, strict=True)) | measured(**jobs[key[:-1]], seed=key[-1])

    wanted = [(*key, repetition) for repetition in range(repetitions) for key in jobs]
    record.complete(wanted, measure, progress=progress)
    return table(suite, record.runs)


def check_device(suite, device, clear_refs="/proc/self/clear_refs"):
    """Raise ``ValueError`` unless the device is there and the suite is one for it."""
    on = {"cpu": ("cpu",), "gpu": ("cuda",), "ladder": ("cpu",), "memory": ("cpu",), "scaling": ("cpu",)}
    fits = on.get(suite, ("cpu", "cuda"))
    if device not in fits:
        raise ValueError(f"The suite {suite} runs on {' or '.join(fits)}, not on {device}.")
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "PyTorch sees no CUDA device here. Run this where there is one; the record it writes can be "
            "read anywhere."
        )
    watches = suite in ("memory", "scaling") or (suite, device) == ("precision", "cpu")
    if watches and not Path(clear_refs).exists():
        raise ValueError(f"The suite {suite} reads a process's memory from /proc, which only Linux has.")
