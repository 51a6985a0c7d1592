"""Runs a student's file in a process of its own, with limits, and collects what was judged."""

import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

KEPT = 2000  # characters of what a file prints
START = 120  # seconds that Python and NumPy may take to start
GRACE = 0.5  # seconds to collect what has been said by a process that has ended
_POSIX = os.name == "posix"
_SETTINGS = {
    "MPLBACKEND": "Agg",  # a window would wait to be closed
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",  # what was printed before a crash is kept
}


@dataclass
class Outcome:
    """What came of one run: messages of the process until its end, and why it ended.

    Attributes
    ----------
    judged : dict
        Exercise to its message, in the order in which they were judged.
    under_way : str or None
        The exercise that was being judged at the end; ``None`` if none was.
    ended : str
        ``""`` if the process came to its end, else why it did not, as the end of a sentence.
    """

    judged: dict = field(default_factory=dict)
    under_way: str | None = None
    ended: str = ""
    ready: bool = False
    ran: bool = False
    memory_limited: bool = False
    troubles: list = field(default_factory=list)
    names: list = field(default_factory=list)
    printed: str = ""


def run_file(pieces, attempts, *, seconds, memory):
    """Run a student's file and judge the exercises, in one process.

    Parameters
    ----------
    pieces : list of (str, str)
        From ``read_pieces``.
    attempts : dict
        Exercise to the name of its attempt in the file.
    seconds : float
        For the file, and again for each exercise.
    memory : int
        In MiB.

    Returns
    -------
    Outcome

    Raises
    ------
    RuntimeError
        If the process did not even start: nothing that a student's file can do.
    """
    word = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="lstm-edu-", ignore_cleanup_errors=True) as folder:
        job = {"word": word, "folder": folder, "pieces": pieces, "attempts": attempts, "memory": memory}
        command = [sys.executable, "-P", "-m", "lstm_edu.coursework.grading_child"]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = os.environ | _SETTINGS
        process = subprocess.Popen(command, **pipes, env=environment, start_new_session=_POSIX)
        messages, printed = queue.Queue(), _Printed()
        readers = [
            threading.Thread(target=_collect, args=(process.stdout, word, messages), daemon=True),
            threading.Thread(target=printed.read, args=(process.stderr,), daemon=True),
        ]
        for reader in readers:
            reader.start()
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps(job).encode())
        try:
            outcome = _follow(process, messages, seconds)
        finally:
            _end(process)
            for reader in readers:
                reader.join(GRACE)
        for message in _waiting(messages):  # said just before the end
            _note(outcome, message)
        _close(process, readers)
    outcome.printed = printed.text()
    if not outcome.ready:
        raise RuntimeError(f"the process that grades did not start: {outcome.printed or outcome.ended}")
    return outcome


def _follow(process, messages, seconds):
    """Take in message after message until the last one, the end of the process, or the end of its time."""
    outcome = Outcome()
    limit = START
    since = time.monotonic()
    while time.monotonic() - since < limit:
        try:
            message = messages.get(timeout=0.02)
        except queue.Empty:
            if process.poll() is not None:
                outcome.ended = _how_it_ended(process.returncode)
                return outcome
            continue
        if message["event"] == "done":
            return outcome
        _note(outcome, message)
        limit, since = seconds, time.monotonic()
    outcome.ended = f"took longer than {limit:g} s and was stopped. Is there a loop that never ends?"
    return outcome


def _note(outcome, message):
    event = message["event"]
    if event == "ready":
        outcome.ready, outcome.memory_limited = True, message["memory_limited"]
    elif event == "ran":
        outcome.ran, outcome.troubles, outcome.names = True, message["troubles"], message["names"]
    elif event == "started":
        outcome.under_way = message["exercise"]
    elif event == "judged":
        outcome.judged[message["exercise"]] = message
        outcome.under_way = None
    elif event == "done":
        outcome.ended = ""


def _how_it_ended(code):
    if code < 0:
        names = {number.value: number.name for number in signal.Signals}
        return f"ended the whole process (signal {names.get(-code, -code)})."
    return f"ended the whole process (exit code {code})."


def _end(process):
    """Kill the process and, where there are process groups, every process that it left behind."""
    if _POSIX:
        with suppress(ProcessLookupError, PermissionError):  # none of the group is left
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _close(process, readers):
    """Close the pipes, but for one that somebody outside the group still holds: its reader ends with it."""
    for reader, pipe in zip(readers, (process.stdout, process.stderr), strict=True):
        if not reader.is_alive():
            pipe.close()


def _collect(pipe, word, messages):
    """Hand on the lines that carry the word; others did not come from the one that judges."""
    for line in iter(lambda: pipe.readline(1 << 20), b""):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get("word") == word:
            messages.put(message)


def _waiting(messages):
    while not messages.empty():
        yield messages.get()


class _Printed:
    """The beginning of what a file prints, however much that is."""

    def __init__(self):
        self.kept, self.size = b"", 0

    def read(self, pipe):
        for chunk in iter(lambda: pipe.read1(1 << 16), b""):
            self.kept += chunk[: 4 * KEPT - len(self.kept)]
            self.size += len(chunk)

    def text(self):
        """Return at most ``KEPT`` characters, and how much was left out."""
        text = self.kept.decode("utf-8", errors="replace")
        left_out = self.size - len(text[:KEPT].encode())
        return f"{text[:KEPT]}\n… and {left_out:,} bytes more" if len(text) > KEPT else text
