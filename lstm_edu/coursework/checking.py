"""Judges an attempt: against the reference, then against every known slip."""

import copy

import numpy as np

from lstm_edu.coursework.comparing import complaint, same, worst_miss
from lstm_edu.coursework.crash import explained
from lstm_edu.coursework.exercise import Exercise
from lstm_edu.coursework.feedback import Feedback
from lstm_edu.coursework.running import Late, Raised, Returned, run
from lstm_edu.coursework.suitable import unsuited


def check(exercise, attempt, *, seconds=5.0):
    """Say whether an attempt is right and, if not, what is wrong with it.

    Nothing that an attempt does is raised here: a mistake gets an answer.

    Parameters
    ----------
    exercise : Exercise
        Such as ``lstm.FORGET_GATE_GRADIENT``.
    attempt : callable or value
        The function itself, not what it returns; or the value that is asked for.
    seconds : float, default=5.0
        How long the attempt may take in each case.

    Returns
    -------
    Feedback
        Its ``passed`` is ``None`` for an attempt that is ``None`` or ``...``, or gives either.
    """
    if not isinstance(exercise, Exercise):
        exchanged = " Exchange the two." if isinstance(attempt, Exercise) else ""
        return Feedback(False, f"`check` takes an exercise first, then the attempt.{exchanged}")
    if _is_blank(attempt):
        return _not_written(exercise, "Put your answer in its place.")
    trouble = unsuited(exercise, attempt)
    if trouble:
        return _wrong(exercise, trouble)
    if not exercise.asks_for_function:
        return _compared(exercise, [Returned(attempt, warning="")])
    outcomes = []
    for case in exercise.arguments():
        outcome = _tried(exercise, attempt, case, seconds)
        if isinstance(outcome, Feedback):
            return outcome
        outcomes.append(outcome)
    return _compared(exercise, outcomes)


def _tried(exercise, attempt, case, seconds):
    """Call the attempt in one case; return a ``Returned``, or the feedback if it did not come to that."""
    given = copy.deepcopy(case)
    outcome = run(attempt, given.values(), seconds)
    if isinstance(outcome, Late):
        stopped = "was stopped" if outcome.stopped else "cannot be stopped from here: restart the kernel"
        return _wrong(
            exercise, f"took longer than {seconds:g} s and {stopped}. Is there a loop that never ends?"
        )
    if isinstance(outcome, Raised):
        if isinstance(outcome.error, NotImplementedError):
            return _not_written(exercise, "The function raises `NotImplementedError`.")
        return _wrong(exercise, explained(outcome.error, attempt, case))
    if _is_blank(outcome.value):
        return _not_written(exercise, "The function gives nothing back yet; it should end with `return`.")
    changed = [f"`{name}`" for name in case if not _equal(case[name], given[name])]
    if changed:
        return _wrong(
            exercise,
            f"your function changes {' and '.join(changed)}, which whoever called it may still need. "
            "Work on a copy, or write `a = a * b` instead of `a *= b`.",
        )
    return outcome


@np.errstate(all="ignore")
def _compared(exercise, outcomes):
    """Compare what came in every case with the reference and, where it differs, with the slips."""
    results = [outcome.value for outcome in outcomes]
    expected = exercise.results(exercise.reference)
    complaints = [complaint(exercise, *pair) for pair in zip(results, expected, strict=True)]
    if not any(complaints):
        cases = " in every case" if exercise.asks_for_function else ""
        warning = next((outcome.warning for outcome in outcomes if outcome.warning), "")
        warned = f" On the way NumPy warned: {warning}." if warning else ""
        return Feedback(True, f"{exercise.title}: right{cases}. {exercise.lesson}{warned}")
    for slip in exercise.slips:
        pairs = zip(results, exercise.results(slip.answer), strict=True)
        if all(same(exercise, *pair) for pair in pairs):
            return _wrong(exercise, f"{_off_by(exercise, results, expected)}{slip.advice}")
    k, text = next((k, text) for k, text in enumerate(complaints) if text)
    return _wrong(exercise, f"{_which_case(exercise, k)}{text}{_right_before(k)}")


def _wrong(exercise, text):
    return Feedback(False, f"{exercise.title}: {text}")


def _not_written(exercise, advice):
    return Feedback(None, f"not written yet: {exercise.title}. {advice}")


def _is_blank(value):
    """Whether a result, or one of several, is still ``None`` or the dots of the page."""
    parts = value if isinstance(value, tuple | list) else (value,)
    return any(part is None or part is ... for part in parts)


def _equal(before, after):
    if not isinstance(before, np.ndarray):
        return before == after
    return np.array_equal(before, after, equal_nan=True)


def _off_by(exercise, results, expected):
    """Return ``off by up to 0.9. ``, or nothing where shapes differ or it would give the answer away."""
    misses = [worst_miss(*pair) for pair in zip(results, expected, strict=True)]
    if not exercise.asks_for_function or None in misses:
        return ""
    return f"off by up to {max(misses):.3g}. "


def _which_case(exercise, k):
    """Return what case k was called with, ``for H = 3, ``; else which it was, if the first was right."""
    cases = exercise.arguments()
    numbers = [f"{name} = {value!r}" for name, value in cases[k].items() if np.ndim(value) == 0]
    if numbers:
        return f"for {', '.join(numbers)}, "
    return f"in case {k + 1} of {len(cases)}, " if k else ""


def _right_before(k):
    """Return what can be said of an attempt that is right in the k cases before, whose sizes are others."""
    if not k:
        return ""
    before = "The case before is" if k == 1 else f"The {k} cases before are"
    return f" {before} right: is a number from there, such as a size, written into your code?"
