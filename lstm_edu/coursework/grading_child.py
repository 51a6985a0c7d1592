"""What runs in the process of its own in which a student's file is graded.

The verdicts leave on a copy of standard output that is made before the student's file runs; what the
file prints goes elsewhere. Each verdict carries a word that the file does not know. This keeps a file
from grading itself by accident. It does not keep out a file that means to: it shares this process.
"""

import copy
import json
import linecache
import mmap
import os
import sys
import threading
import traceback
import types
from pathlib import Path

from lstm_edu.coursework.checking import check
from lstm_edu.coursework.grading_names import find_exercise

MODULE = "handed_in"  # what a student's file sees as its __name__: not "__main__", so it is not "run"


def main():
    """Read the job from standard input, run the student's file, judge exercise after exercise."""
    job = json.loads(sys.stdin.buffer.read())
    send = _private_line(job["word"])
    exercises = {name: copy.deepcopy(find_exercise(name)) for name in job["attempts"]}
    os.chdir(job["folder"])
    send(event="ready", memory_limited=_limit_memory(job["memory"] << 20))

    namespace, troubles = _run_pieces(job["pieces"])
    send(event="ran", troubles=troubles, names=_own_names(namespace))
    for name, exercise in exercises.items():
        send(event="started", exercise=name)
        attempt = job["attempts"][name]
        if attempt not in namespace:
            send(event="judged", exercise=name, found=False, passed=None, text="")
        else:
            passed, text = _judged(exercise, namespace[attempt])
            send(event="judged", exercise=name, found=True, passed=passed, text=text)
    send(event="done")  # and the parent ends this process, whatever threads and exit handlers it has


def _private_line(word):
    """Return a function that sends one message; from now on, printing goes to standard error."""
    private = os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    dumps, write = json.dumps, os.write

    def send(**message):
        data = f"{dumps({'word': word, **message})}\n".encode()
        while data:
            data = data[write(private, data) :]

    return send


def _limit_memory(size):
    """Limit the addresses of this process, and the files it writes, to ``size`` bytes.

    Return whether the limit holds, found by asking for more: some systems accept one and forget it.
    """
    try:
        import resource
    except ImportError:  # not a POSIX system
        return False
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    except (ValueError, OSError):
        return False
    try:
        mmap.mmap(-1, size).close()
    except OSError:
        return True
    return False


def _run_pieces(pieces):
    """Run every piece in one namespace; return it and what went wrong, one sentence for each piece."""
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module  # where dataclasses and pickle look for it
    troubles = []
    for label, source in pieces:
        path = Path(label.replace(" ", "_")).with_suffix(".py").absolute()
        path.write_text(source, encoding="utf-8")
        module.__file__ = str(path)
        linecache.cache[str(path)] = len(source), None, source.splitlines(keepends=True), str(path)
        try:
            exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
        except BaseException as error:  # even exit(): the names defined so far are judged
            troubles.append(f"{label}: {_what_happened(error, str(path))}")
    return module.__dict__, troubles


def _what_happened(error, path):
    """Say which exception it is, and in which line of the file."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"line {error.lineno} is not Python: {error.msg}."
    numbers = [number for frame, number in traceback.walk_tb(error.__traceback__) if _is_of(frame, path)]
    where = f"line {numbers[-1]}" if numbers else "it"
    if isinstance(error, SystemExit):
        return f"{where} ends the program ({type(error).__name__}); nothing after it ran."
    what = " ".join(traceback.format_exception_only(error)[-1].split())
    return f"{where} raised {what.rstrip('.')}; nothing after it ran."


def _is_of(frame, path):
    return frame.f_code.co_filename == path


def _own_names(namespace):
    return [name for name in namespace if isinstance(name, str) and not name.startswith("__")]


def _judged(exercise, attempt):
    """Return ``(passed, text)``: the feedback on an attempt, whatever the attempt is."""
    try:
        feedback = check(exercise, attempt, seconds=threading.TIMEOUT_MAX)  # the parent keeps the time
        wrong = check(exercise, exercise.slips[0].answer, seconds=threading.TIMEOUT_MAX)
        verdict = feedback.passed, str(feedback)
    except BaseException as error:  # raised by looking at it: an odd __array__, a patched NumPy
        return False, f"✗ {exercise.title}: looking at the answer raised {type(error).__name__}."
    if wrong.passed:
        return (
            False,
            f"✗ {exercise.title}: the file changes what it is judged by; a known mistake passes too.",
        )
    return verdict


if __name__ == "__main__":
    main()
