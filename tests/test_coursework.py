"""Every exercise there is: its reference passes, and each slip is told from it and from the others."""

import dataclasses
import itertools
import re
from collections import Counter

import numpy as np
import pytest
from coursework_walk import exercises

from lstm_edu.coursework import Slip, check, hint
from lstm_edu.coursework.comparing import same
from lstm_edu.coursework.difference import AXES

ALL = exercises()
every_exercise = pytest.mark.parametrize("exercise", [pytest.param(e, id=name) for name, e in ALL.items()])
every_slip = pytest.mark.parametrize(
    ("exercise", "slip"),
    [
        pytest.param(e, slip, id=f"{name} {k}")
        for name, e in ALL.items()
        for k, slip in enumerate(e.slips, start=1)
    ],
)


def test_every_page_has_at_least_three_exercises():
    counts = Counter(name.partition(".")[0] for name in ALL)
    assert set(counts) >= {"intro", "notation", "lstm", "sine", "stock"}
    assert min(counts.values()) >= 3, counts


@every_exercise
def test_the_reference_passes(exercise):
    feedback = check(exercise, exercise.reference)
    assert feedback.passed is True, feedback
    assert exercise.lesson in str(feedback)


@every_slip
def test_a_slip_gets_its_own_advice(exercise, slip):
    feedback = check(exercise, slip.answer)
    assert feedback.passed is False
    words = rf"✗ {re.escape(exercise.title)}: (off by up to [0-9.e+]+\. )?{re.escape(slip.advice)}"
    assert re.fullmatch(words, str(feedback)), feedback


def indistinguishable(exercise):
    """Return the pairs of answers, 0 being the reference, that agree in all cases."""
    answers = [exercise.reference, *(slip.answer for slip in exercise.slips)]
    numbered = enumerate(exercise.results(answer) for answer in answers)
    return [
        (j, k)
        for (j, a), (k, b) in itertools.combinations(numbered, 2)
        if all(same(exercise, *pair) or same(exercise, *pair[::-1]) for pair in zip(a, b, strict=True))
    ]


@every_exercise
def test_no_two_answers_look_alike(exercise):
    assert indistinguishable(exercise) == []


@pytest.mark.parametrize(
    "blank", [None, ..., (None, 1), lambda *_: None, lambda *_: ..., lambda *_: (1, ...)]
)
@every_exercise
def test_what_is_not_written_yet_is_not_wrong(exercise, blank):
    if callable(blank) and not exercise.asks_for_function:
        blank = blank()
    feedback = check(exercise, blank)
    assert feedback.passed is None
    assert str(feedback).startswith(f"… not written yet: {exercise.title}. ")


@every_exercise
def test_an_exercise_says_all_that_a_student_needs(exercise):
    assert exercise.prompt[-1] in ".?"
    assert exercise.lesson.endswith(".")
    assert not exercise.title.endswith(".")
    assert len(exercise.hints) >= 1
    assert str(hint(exercise)).endswith(exercise.hints[-1])
    assert len(exercise.slips) >= 2
    for slip in exercise.slips:
        assert slip.advice[-1] in ".?", slip.advice
        assert slip.advice.count("`") % 2 == 0, slip.advice
    advice = [slip.advice for slip in exercise.slips]
    assert len(set(advice)) == len(advice)


@every_exercise
def test_the_prompt_names_the_arguments_in_the_order_of_the_call(exercise):
    for case in exercise.arguments():
        if case:
            assert re.search(rf"`\w+\({', '.join(case)}\)`", exercise.prompt), (list(case), exercise.prompt)


@every_exercise
def test_the_shapes_are_those_announced_and_no_two_axes_are_alike(exercise):
    for result in exercise.results(exercise.reference):
        results = result if len(exercise.returns) > 1 else (result,)
        for (name, axes), part in zip(exercise.returns.items(), results, strict=True):
            shape = np.shape(part)
            assert len(shape) == len(axes), name
            assert len(set(shape)) == len(shape), f"{name}: a transposed axis could hide in {shape}"
            assert all(axis in AXES or axis == f"{len(exercise.blocks)}H" for axis in axes)


@every_exercise
def test_the_cases_are_always_the_same_and_always_fresh(exercise):
    for before, after in zip(exercise.arguments(), exercise.arguments(), strict=True):
        assert list(before) == list(after)
        for one, other in zip(before.values(), after.values(), strict=True):
            np.testing.assert_array_equal(one, other)
            assert not isinstance(one, np.ndarray) or not np.shares_memory(one, other)


def test_two_slips_that_look_alike_are_found():
    keep = ALL["intro.KEEP"]
    twice = dataclasses.replace(keep, slips=(*keep.slips, keep.slips[0]))
    assert indistinguishable(twice) == [(1, 1 + len(keep.slips))]


def test_a_slip_that_is_right_is_found():
    keep = ALL["intro.KEEP"]
    right = dataclasses.replace(keep, slips=(Slip(lambda f, c: c * f, "Wrong."),))
    assert indistinguishable(right) == [(0, 1)]


def test_an_exercise_spells_its_question():
    assert repr(ALL["intro.KEEP"]).startswith("Keep a share. A forget gate `f` keeps a share of `c`")
