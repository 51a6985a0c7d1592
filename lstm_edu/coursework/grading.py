"""Grades a student's file: each exercise judged in a process of its own, with limits of time and memory.

The plain result, a dict that JSON takes:

``file``
    The name of the file.
``score``, ``max_score``
    The sums over the exercises.
``exercises``
    One dict each, in the order asked for: ``exercise`` (page.NAME), ``title``, ``attempt`` (the name
    under which it was looked up), ``status``, ``score``, ``max_score``, and ``feedback``, the paragraph
    that the student would have read on the page. The status is ``passed``, ``failed``, ``not written``
    (the attempt is ``None`` or ``...``), ``not found`` (nothing has that name), or ``stopped`` (too
    slow, or the process ended). Only ``passed`` scores; each exercise gives all of its points or none.
``troubles``
    What went wrong while the file itself ran, one sentence each; what was defined before is judged.
``printed``
    The beginning of what the file printed. No part of the verdict.
``limits``
    ``seconds`` (for the file, and again for each exercise) and ``memory_mib``, ``None`` if this
    platform cannot limit memory.
``notes``
    What whoever grades should know, such as a limit that this platform does not have.
"""

import json
import math
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lstm_edu.coursework.grading_names import GradingError, attempt_names, find_exercise
from lstm_edu.coursework.grading_process import run_file
from lstm_edu.coursework.grading_source import read_pieces
from lstm_edu.coursework.grading_words import Verdict, cut, missing, stopped, unjudged

SECONDS = 10.0
MEMORY = 2048  # MiB
LEAST_MEMORY = 256  # MiB: Python and NumPy need about half of it


@dataclass(frozen=True)
class Grade:
    """What came of a file; ``plain`` and ``gradescope`` write it down.

    Attributes
    ----------
    file : str
    verdicts : dict of str to Verdict
        One for each exercise, in the order asked for.
    points : dict of str to float
        What each exercise is worth.
    attempts : dict of str to str
        Under which name each attempt was looked up.
    troubles, notes : tuple of str
    printed : str
    seconds : float
    memory : int or None
        In MiB; ``None`` where memory cannot be limited.
    duration : float
        Seconds that grading took.
    """

    file: str
    verdicts: dict
    points: dict
    attempts: dict
    troubles: tuple
    notes: tuple
    printed: str
    seconds: float
    memory: int | None
    duration: float

    def score(self, name):
        """Return the points reached in an exercise."""
        return self.points[name] if self.verdicts[name].status == "passed" else 0.0


def grade(path, exercises, *, points=None, renamed=None, seconds=SECONDS, memory=MEMORY):
    """Grade a student's file.

    The file runs in a folder of its own that is removed afterwards, alone: files beside it are not
    there. A process that ends, or is stopped, while one exercise is judged costs that exercise only;
    the others are judged in a new one. All this keeps accidents from doing harm. It is no sandbox: a
    file that means harm has the rights of whoever grades it, so grade in a container.

    Parameters
    ----------
    path : str or Path
        A ``.py``, or an ``.ipynb`` whose code cells run one after the other.
    exercises : sequence of str
        Such as ``"lstm.FORGET_GATE_GRADIENT"``.
    points : sequence of float, default=None
        What each exercise is worth, or one number for all; by default 1 each.
    renamed : mapping of str to str, default=None
        Exercise to the name of its attempt, where it is not that of ``attempt_name``.
    seconds : float, default=10
        How long the file may run, and again how long each exercise may take.
    memory : int, default=2048
        MiB of addresses for the process, Python and NumPy included.

    Returns
    -------
    Grade

    Raises
    ------
    GradingError
        For everything that the one who grades has to mend: an unknown exercise, a file that is not there.
    """
    names = list(exercises)
    attempts = attempt_names(names, renamed or {})
    worth = _worth(names, points)
    if not (math.isfinite(seconds) and seconds > 0):
        raise GradingError(f"the limit of time has to be a positive number of seconds, not {seconds:g}.")
    if memory < LEAST_MEMORY:
        raise GradingError(f"the limit of memory has to be at least {LEAST_MEMORY} MiB, not {memory}.")
    pieces = read_pieces(path)
    file, began = Path(path).name, time.monotonic()

    verdicts, first, left = {}, None, names
    while left:
        outcome = run_file(pieces, {name: attempts[name] for name in left}, seconds=seconds, memory=memory)
        first = first or outcome
        for name, message in outcome.judged.items():
            known = outcome.names, outcome.troubles
            found = message["found"]
            verdicts[name] = (
                Verdict.of(message) if found else missing(find_exercise(name), attempts[name], file, *known)
            )
        if outcome.ended and outcome.under_way:
            verdicts[outcome.under_way] = stopped(find_exercise(outcome.under_way), outcome.ended)
        elif outcome.ended or not outcome.ran:
            rest = [name for name in left if name not in verdicts]
            verdicts |= {name: unjudged(find_exercise(name), file, outcome) for name in rest}
        left = [name for name in left if name not in verdicts]

    ended = [f"{file} {first.ended}"] if first.ended and not first.ran else []
    return Grade(
        file=file,
        verdicts={name: verdicts[name] for name in names},
        points=worth,
        attempts=attempts,
        troubles=tuple(cut(trouble) for trouble in [*first.troubles, *ended]),
        notes=tuple(_notes(first.memory_limited)),
        printed=first.printed,
        seconds=seconds,
        memory=memory if first.memory_limited else None,
        duration=time.monotonic() - began,
    )


def plain(grade):
    """Return a ``Grade`` as the dict that the head of this file describes."""
    exercises = [
        {
            "exercise": name,
            "title": find_exercise(name).title,
            "attempt": grade.attempts[name],
            "status": verdict.status,
            "score": grade.score(name),
            "max_score": grade.points[name],
            "feedback": verdict.text,
        }
        for name, verdict in grade.verdicts.items()
    ]
    return {
        "file": grade.file,
        "score": sum(exercise["score"] for exercise in exercises),
        "max_score": sum(grade.points.values()),
        "exercises": exercises,
        "troubles": list(grade.troubles),
        "printed": grade.printed,
        "limits": {"seconds": grade.seconds, "memory_mib": grade.memory},
        "notes": list(grade.notes),
    }


def gradescope(grade):
    """Return a ``Grade`` as Gradescope reads it from ``results/results.json``.

    Students see ``output``; what the file printed is in it, so that they can tell where it stopped.

    References
    ----------
    https://gradescope-autograders.readthedocs.io/en/latest/specs/
    """
    tests = [
        {
            "name": f"{name}: {find_exercise(name).title}",
            "score": grade.score(name),
            "max_score": grade.points[name],
            "status": "passed" if verdict.status == "passed" else "failed",
            "output": verdict.text,
            "output_format": "text",
        }
        for name, verdict in grade.verdicts.items()
    ]
    said = [*grade.troubles, *grade.notes]
    if grade.printed:
        said.append(f"{grade.file} printed:\n{grade.printed}")
    return {
        "output": "\n".join(said),
        "output_format": "text",
        "execution_time": math.ceil(grade.duration),
        "tests": tests,
    }


FORMATS = {"plain": plain, "gradescope": gradescope}


def pairs(texts):
    """Return ``{"lstm.PARAMETER_COUNT": "answer"}`` for ``["lstm.PARAMETER_COUNT=answer"]``."""
    for text in texts:
        if text.count("=") != 1:
            raise GradingError(f"the name of an attempt is given as EXERCISE=NAME, not as {text}.")
    return dict(text.split("=") for text in texts)


def write(result, path=None):
    """Write a result as JSON to a file, whole or not at all; to standard output if there is no path."""
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    text = text.encode("utf-8", errors="replace")  # a lone surrogate is no text
    if path is None:
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
        return
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            draft.write_bytes(text)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise GradingError(f"cannot write {path}: {error.strerror}.") from error


def _worth(names, points):
    points = [1.0] if points is None or not list(points) else [float(number) for number in points]
    if len(points) == 1:
        points *= len(names)
    if len(points) != len(names):
        raise GradingError(f"{len(points)} numbers of points came for {len(names)} exercises.")
    if not all(math.isfinite(number) and number >= 0 for number in points):
        raise GradingError("points are numbers from 0 on.")
    return dict(zip(names, points, strict=True))


def _notes(memory_limited):
    if not memory_limited:
        yield "This platform does not limit the memory of a process: --memory had no effect."
    if os.name != "posix":
        yield "This platform has no process groups: what a file starts and leaves behind keeps running."
