"""Does the advice name the slip? Asked of attempts whose authors had seen the prompts and nothing else."""

import re

import pytest
from attempts import first_set, second_set
from coursework_walk import exercises

from lstm_edu.coursework import check

EXERCISES = exercises()
SETS = {"first": first_set, "second": second_set}
ENOUGH = 0.9  # of the wrong attempts get advice that names their slip


def judged(attempt):
    return check(EXERCISES[attempt.exercise], attempt.answer, seconds=1.0)


def named(attempt):
    advice = str(judged(attempt)).partition(":")[2]  # the title, before the colon, is no advice
    return re.search(attempt.named_by, advice, re.IGNORECASE) is not None


def cases(kind):
    return [
        pytest.param(attempt, id=f"{name}-{k}-{attempt.exercise}")
        for name, attempts in SETS.items()
        for k, attempt in enumerate(getattr(attempts, kind))
    ]


@pytest.mark.parametrize("attempt", cases("WRONG"))
def test_a_wrong_attempt_is_not_accepted(attempt):
    assert judged(attempt).passed is not True, attempt.slip


@pytest.mark.parametrize("attempt", cases("RIGHT"))
def test_a_right_attempt_is_accepted_however_it_is_written(attempt):
    feedback = judged(attempt)
    assert feedback.passed, str(feedback)


@pytest.mark.parametrize("name", SETS)
def test_nearly_all_advice_names_the_slip(name):
    attempts = SETS[name].WRONG
    missed = [
        f"{attempt.exercise}: {attempt.slip}\n  {judged(attempt)}"
        for attempt in attempts
        if not named(attempt)
    ]
    assert len(attempts) >= 30
    assert len(missed) <= (1 - ENOUGH) * len(attempts), "\n".join(missed)
