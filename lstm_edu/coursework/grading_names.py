"""Under which names exercises and the attempts at them are found."""

import difflib
import importlib
import pkgutil
import re

from lstm_edu import coursework
from lstm_edu.coursework.exercise import Exercise


class GradingError(ValueError):
    """Something that whoever grades has to mend; nothing that a student can do raises it."""


def exercise_names():
    """Return the names of all exercises, ``["bug_museum.FLOOR", …]``, page by page."""
    pages = [module.name for module in pkgutil.iter_modules(coursework.__path__)]
    return [f"{page}.{name}" for page in pages for name in _exercises_of(page)]


def find_exercise(name):
    """Return the ``Exercise`` called ``page.NAME``, such as ``lstm.FORGET_GATE_GRADIENT``.

    Raises
    ------
    GradingError
        If there is none; the message says which are near.
    """
    page, _, own = name.partition(".")
    if page in {module.name for module in pkgutil.iter_modules(coursework.__path__)}:
        found = _exercises_of(page).get(own)
        if found is not None:
            return found
    raise GradingError(f"there is no exercise {name}. {_near(name)}")


def attempt_name(name):
    """Return what the attempt at an exercise is called in a student's file.

    A function is called as its prompt calls it: ``da_f`` for ``lstm.FORGET_GATE_GRADIENT``, which says
    "Write `da_f(dc, c_prev, f)`". A value has the exercise's own name in small letters:
    ``parameter_count`` for ``lstm.PARAMETER_COUNT``.
    """
    exercise = find_exercise(name)
    if not exercise.asks_for_function:
        return name.partition(".")[2].lower()
    arguments = ", ".join(exercise.arguments()[0])
    return re.search(rf"`(\w+)\({re.escape(arguments)}\)`", exercise.prompt)[1]


def attempt_names(names, renamed):
    """Return ``{"page.NAME": "name in the student's file"}`` for exercises that are graded together.

    Parameters
    ----------
    names : sequence of str
        The exercises.
    renamed : mapping of str to str
        For some of the exercises, another name than that of ``attempt_name``.

    Raises
    ------
    GradingError
        If an exercise is unknown or named twice, if ``renamed`` names one that is not graded or something
        that no variable can be called, and if two exercises ask for one name.
    """
    if not names:
        raise GradingError("name at least one exercise.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GradingError(f"{twice[0]} is named twice.")
    found = {name: attempt_name(name) for name in names}
    for name, own in renamed.items():
        if name not in found:
            raise GradingError(f"the attempt at {name} is named, but that exercise is not graded.")
        if not own.isidentifier():
            raise GradingError(
                f"the attempt at {name} cannot be called {own!r}: that is not a name in Python."
            )
        found[name] = own
    owners = {}
    for name, own in found.items():
        if own in owners:
            raise GradingError(
                f"{owners[own]} and {name} are both looked up as `{own}`. Say under which other name "
                f"students write one of them: --attempt {name}={own}_2, for example."
            )
        owners[own] = name
    return found


def _exercises_of(page):
    module = importlib.import_module(f"{coursework.__name__}.{page}")
    return {name: value for name, value in vars(module).items() if isinstance(value, Exercise)}


def _near(name):
    """Say which exercises a wrong name may have meant: those spelt alike, those of its page, or any."""
    known = exercise_names()
    page, _, own = name.partition(".")
    plain = {full.casefold(): full for full in known}
    alike = [plain[key] for key in difflib.get_close_matches(name.casefold(), plain, n=3)] if own else []
    near = alike or [
        full for full in known if page == full.partition(".")[0] or own == full.partition(".")[2]
    ]
    if near:
        return f"Near it: {', '.join(near)}."
    pages = dict.fromkeys(full.partition(".")[0] for full in known)
    return f"A name is page.NAME; the pages are {', '.join(pages)}."
