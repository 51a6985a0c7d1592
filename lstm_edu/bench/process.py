"""Starts a measurement in a process of its own and reads its memory from outside."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LIBRARIES = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"


class MeasurementFailed(RuntimeError):
    """The process that measures ended without an answer."""


def measured(job, *, threads=1, **settings):
    """Let a process of its own measure, and return what it answers.

    Parameters
    ----------
    job : str
        One of ``child.JOBS``.
    threads : int, default=1
        For every library in it; 0 leaves them as they are: all cores.
    **settings
        For the ``measure`` of that job.

    Returns
    -------
    dict
        The result. With ``"peak"``, the most memory that the process held while it worked beyond what it
        held before, in bytes, if the job asked to be watched.

    Raises
    ------
    MeasurementFailed
        With the end of what the process wrote to standard error.
    """
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    if threads:
        environment |= dict.fromkeys(LIBRARIES, str(threads))
    command = [sys.executable, "-m", "lstm_edu.bench.child"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(command, text=True, env=environment, stderr=complaints, **pipes) as child,
    ):
        child.stdin.write(json.dumps({"job": job, "threads": threads} | settings) + "\n")
        child.stdin.flush()
        peak = None
        for line in child.stdout:
            answer = json.loads(line)
            if "result" in answer:
                return answer["result"] | ({} if peak is None else {"peak": peak})
            peak = watch(child, answer["watch"], peak)
        child.wait()
        complaints.seek(0)
        raise MeasurementFailed(f"{job} {settings} gave no answer.\n{complaints.read()[-2000:]}")


def watch(child, moment, before):
    """Read the memory of a process at the ``start`` or the ``end`` of its work, then let it go on."""
    folder = Path(f"/proc/{child.pid}")
    if moment == "start":
        (folder / "clear_refs").write_text("5")  # forget the peak so far
        held = memory_of(folder, "VmRSS")
    else:
        held = memory_of(folder, "VmHWM") - before
    child.stdin.write("go on\n")
    child.stdin.flush()
    return held


def memory_of(folder, entry):
    """Return an entry of ``status``, in bytes."""
    return 1024 * int(re.search(rf"{entry}:\s+(\d+) kB", (folder / "status").read_text())[1])
