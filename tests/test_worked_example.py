"""The numbers of the page "An LSTM on paper", worked out without arrays, and how answers by hand are read."""

from math import exp, tanh

import numpy as np
import pytest

from lstm_edu.coursework import check, worked_example
from lstm_edu.coursework.worked_example.cells import TARGET6, X6, both_ways

BY_HAND = [
    worked_example.SIXTH_FORGET_GATE,
    worked_example.SIXTH_CELL_STATE,
    worked_example.THREE_ARRIVALS,
    worked_example.WITHOUT_THE_FIRST_LOSS,
]
W, U, b = (
    dict(zip("ifgo", array.ravel().tolist(), strict=True))
    for _, array in worked_example.one_unit().named_parameters()
)


def sigma(a):
    return 1 / (1 + exp(-a))


def loss(x, targets, b):
    """Return f and c of the last step and the loss, in plain numbers."""
    h = c = total = 0.0
    for t, x_t in enumerate(x, start=1):
        a = {gate: W[gate] * x_t + U[gate] * h + b[gate] for gate in "ifgo"}
        f = sigma(a["f"])
        c = f * c + sigma(a["i"]) * tanh(a["g"])
        h = sigma(a["o"]) * tanh(c)
        total += 0.5 * (h - targets[t]) ** 2 if t in targets else 0.0
    return f, c, total


def test_the_sixth_step():
    f, c, _ = loss((*worked_example.X, X6), {}, b)
    assert worked_example.SIXTH_FORGET_GATE.reference == pytest.approx(f, rel=1e-12)
    assert worked_example.SIXTH_CELL_STATE.reference == pytest.approx(c, rel=1e-12)


def test_the_gradient_with_one_loss_less():
    up, down = (
        loss(worked_example.X, {5: worked_example.TARGETS[5]}, b | {"f": b["f"] + step})[2]
        for step in (1e-6, -1e-6)
    )
    assert worked_example.WITHOUT_THE_FIRST_LOSS.reference == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_three_arrivals_by_nudging_c():
    """Restart at step 5 from a c that is a little different."""

    def after(nudge):
        values, _ = both_ways((*worked_example.X, X6), {})
        c = values["c"][4] + nudge
        h = values["o"][4] * tanh(c)
        total = 0.5 * (h - worked_example.TARGETS[5]) ** 2
        a = {gate: W[gate] * X6 + U[gate] * h + b[gate] for gate in "ifgo"}
        c = sigma(a["f"]) * c + sigma(a["i"]) * tanh(a["g"])
        return total + 0.5 * (sigma(a["o"]) * tanh(c) - TARGET6) ** 2

    numeric = (after(1e-6) - after(-1e-6)) / 2e-6
    assert worked_example.THREE_ARRIVALS.reference == pytest.approx(numeric, rel=1e-6)


def test_the_two_units_contain_the_one():
    one, two = worked_example.one_unit(), worked_example.two_units()
    np.testing.assert_array_equal(two.weight_ih[::2], one.weight_ih)
    np.testing.assert_array_equal(two.weight_hh[::2, :1], one.weight_hh)
    np.testing.assert_array_equal(two.bias[::2], one.bias)
    for cell in (one, two):
        for _, array in cell.named_parameters():
            np.testing.assert_array_equal(array, array.round(1))  # one decimal: they are for pencils


def test_the_example_forgets_once_and_shuts_its_input_once():
    values, _ = both_ways(worked_example.X, worked_example.TARGETS)
    assert list(np.flatnonzero(values["f"] < 0.1)) == [3]
    assert list(np.flatnonzero(values["i"] < 0.2)) == [2]


@pytest.mark.parametrize("exercise", BY_HAND, ids=lambda exercise: exercise.title)
def test_answers_by_hand_may_be_rounded_and_off_by_one_in_the_sixth_decimal(exercise):
    for digits in (exercise.decimals, 5, 6):
        for miss in (0, 1e-6, -1e-6):
            answer = round(exercise.reference, digits) + (miss if digits == 6 else 0)
            assert check(exercise, answer).passed is True, answer
            assert check(exercise, np.float64(answer)).passed is True
            assert check(exercise, np.array(answer)).passed is True
    assert check(exercise, exercise.reference + 1e-3).passed is False
    assert check(exercise, round(exercise.reference, 2)).passed is False
    assert check(exercise, "0.5").passed is False
    assert check(exercise, True).passed is False


def test_a_miss_says_on_which_side_it_lies():
    feedback = check(worked_example.SIXTH_FORGET_GATE, 0.7)
    assert str(feedback) == "✗ a sixth forget gate: `f` = 0.7 is too large."
