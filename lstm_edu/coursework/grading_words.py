"""What a student reads when an exercise could not be judged as usual."""

import difflib
from typing import NamedTuple

LONGEST = 2000  # characters of one feedback


class Verdict(NamedTuple):
    status: str  # "passed", "failed", "not written", "not found" or "stopped"
    text: str

    @classmethod
    def of(cls, message):
        """Return the verdict that the process has sent."""
        status = {True: "passed", False: "failed", None: "not written"}[message["passed"]]
        return cls(status, cut(message["text"]))


def missing(exercise, attempt, file, names, troubles):
    """Say under which name an attempt was looked for, and what comes near it."""
    near = difflib.get_close_matches(attempt, names, n=1)
    guess = f" Did you mean `{near[0]}`?" if near else ""
    why = " The file did not run to its end, which may be why." if troubles else ""
    kind = "function" if exercise.asks_for_function else "variable"
    text = (
        f"{exercise.title}: nothing in {file} is called `{attempt}`. Give your {kind} that name.{guess}{why}"
    )
    return Verdict("not found", cut(f"… {text}"))


def stopped(exercise, ended):
    """Say how the process ended while this exercise was judged."""
    return Verdict("stopped", f"✗ {exercise.title}: your answer {ended}")


def unjudged(exercise, file, outcome):
    """Say that the file came to no end, so that nothing was judged."""
    return Verdict("stopped", f"✗ {exercise.title}: not judged. {file} {outcome.ended}")


def cut(text):
    """Shorten a text that a student's file has made long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
