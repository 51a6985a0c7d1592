"""The gradient check itself: it passes what is right and names what is wrong."""

import numpy as np
import pytest

from lstm_edu import numpy as lnp
from lstm_edu.shapes import ShapeError

B, D, H = 3, 2, 4


def lstm_step():
    """A loss of one LSTM step, all that it depends on, and the gradients by hand."""
    rng = np.random.default_rng(0)
    cell = lnp.LSTMCell(D, H, rng=rng)
    x, target = rng.normal(size=(B, D)), rng.normal(size=(B, H))
    state = cell.State(*rng.normal(size=(2, B, H)))

    def loss():
        return lnp.mse_loss(cell.forward(x, state)[0].h, target)[0]

    after, tape = cell.forward(x, state)
    _, dh = lnp.mse_loss(after.h, target)
    dx, d_before, grads = cell.backward(cell.State(dh, np.zeros((B, H))), tape)
    arrays = dict(cell.named_parameters()) | {"x": x, "h": state.h, "c": state.c}
    return loss, arrays, grads | {"x": dx, "h": d_before.h, "c": d_before.c}


def test_numeric_gradient_of_a_polynomial():
    array = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
    before = array.copy()
    numeric = lnp.numeric_gradient(lambda: (array**3).sum(), array)
    np.testing.assert_allclose(numeric, 3 * before**2, rtol=1e-8, atol=1e-8)
    np.testing.assert_array_equal(array, before)


def test_numeric_gradient_of_a_number_and_of_no_copy():
    array = np.array(2.0)
    assert lnp.numeric_gradient(lambda: array**2, array) == pytest.approx(4, rel=1e-8)
    matrix = np.arange(6.0).reshape(2, 3)
    numeric = lnp.numeric_gradient(lambda: (matrix**2).sum(), matrix.T)  # a view counts, too
    np.testing.assert_allclose(numeric, 2 * matrix.T, atol=1e-8)


def test_array_is_left_as_it_was_even_if_the_loss_breaks():
    array = np.ones(3)

    def loss():
        if array[1] != 1:
            raise FloatingPointError("broken")
        return array.sum()

    with pytest.raises(FloatingPointError, match="broken"):
        lnp.numeric_gradient(loss, array)
    np.testing.assert_array_equal(array, 1)


def test_right_gradients_pass():
    loss, arrays, grads = lstm_step()
    before = {name: array.copy() for name, array in arrays.items()}
    report = lnp.gradcheck(loss, arrays, grads)
    assert report.ok
    assert bool(report)
    assert [row.name for row in report.comparisons] == list(arrays)
    assert all(row.error < 1e-7 and row.wrong == 0 and row.note == "" for row in report.comparisons)
    assert str(report).startswith("6 of 6 gradients agree with central differences (tolerance 1e-06)")
    assert "✗" not in str(report)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, before[name])


def test_one_wrong_element_is_named_with_both_numbers():
    loss, arrays, grads = lstm_step()
    right = grads["weight_hh"][13, 2]
    grads["weight_hh"][13, 2] += 1e-4
    report = lnp.gradcheck(loss, arrays, grads)
    assert not report
    assert [row.name for row in report.comparisons if row.wrong] == ["weight_hh"]
    row = report.comparisons[1]
    assert (row.wrong, row.size, row.index) == (1, 4 * H * H, (13, 2))
    assert row.expected == pytest.approx(right, abs=1e-8)
    assert row.got == right + 1e-4
    assert row.error == pytest.approx(1e-4 / np.abs(grads["weight_hh"]).max(), rel=1e-3)
    (line,) = (line for line in str(report).splitlines() if line.startswith("✗"))
    assert line.split() == [
        *("✗", "weight_hh", f"{row.error:.1e}", "1", "of", "64", "[13,", "2]"),
        *(f"{row.expected:+.6e}", f"{row.got:+.6e}"),
    ]
    assert str(report).startswith("5 of 6 gradients agree")


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (lambda grad: -grad, "bias: given = -1 × numeric, everywhere: a factor or a sign."),
        (lambda grad: 3 * grad, "bias: given = 3 × numeric, everywhere: a factor or a sign."),
        (lambda grad: 0 * grad, "bias: the given gradient is zero everywhere."),
        (lambda grad: grad * np.repeat([1, 1.5, 1, 1], H), "bias: only rows 4 to 7 (of 0 to 15) disagree"),
        (lambda grad: np.where(grad == grad[5], np.nan, grad), "bias: the given gradient is not finite."),
    ],
)
def test_notes_say_what_a_fault_looks_like(fault, note):
    loss, arrays, grads = lstm_step()
    report = lnp.gradcheck(loss, arrays, grads | {"bias": fault(grads["bias"])})
    assert [row.name for row in report.comparisons if row.wrong] == ["bias"]
    assert note in str(report)
    assert note in report._repr_html_()


def test_a_fault_without_a_pattern_has_no_note():
    loss, arrays, grads = lstm_step()
    swapped = np.roll(grads["bias"], H)
    report = lnp.gradcheck(loss, arrays, grads | {"bias": swapped})
    assert not report
    assert report.comparisons[2].note == ""


def test_array_that_the_loss_does_not_read_is_pointed_out():
    array, copy = np.ones(3), np.ones(3)
    report = lnp.gradcheck(lambda: (copy**2).sum(), {"array": array}, {"array": 2 * array})
    assert not report
    assert "array: the loss does not change with this array; does it read the array" in str(report)


@pytest.mark.parametrize(("digits", "passes"), [(1, True), (10, True), (40, False)])
def test_gradient_that_is_zero_is_not_judged_by_rounding(digits, passes):
    """A loss of 8 that wobbles in its last digits is as good as flat."""
    array = np.zeros(1)

    def loss():
        return 8 + digits * np.spacing(8.0) * (array[0] > 0)

    report = lnp.gradcheck(loss, {"array": array}, {"array": np.zeros(1)})
    assert report.comparisons[0].expected > 0
    assert report.ok == passes, report


def test_small_gradients_are_judged_by_their_own_size():
    a, b = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    grads = {"a": 2 * a, "b": 2e-3 * b * (1 + 1e-4)}
    report = lnp.gradcheck(lambda: (a**2).sum() + 1e-3 * (b**2).sum(), {"a": a, "b": b}, grads)
    assert [row.wrong for row in report.comparisons] == [0, 2]


def test_tolerance_and_step_are_settings():
    a = np.array([1.0, 2.0])
    off = {"a": 2 * a * (1 + 1e-4)}
    assert not lnp.gradcheck(lambda: (a**2).sum(), {"a": a}, off)
    assert lnp.gradcheck(lambda: (a**2).sum(), {"a": a}, off, tolerance=1e-3)
    assert not lnp.gradcheck(lambda: (a**4).sum(), {"a": a}, {"a": 4 * a**3}, step=0.1)


def test_html_is_a_table_with_a_caption_and_escapes_names():
    a = np.ones(2)
    html = lnp.gradcheck(lambda: (a**2).sum(), {"<a>": a}, {"<a>": 2 * a})._repr_html_()
    assert "<caption>1 of 1 gradients agree" in html
    assert "<td>&lt;a&gt;</td>" in html
    assert html.count('<th scope="col">') == 7


@pytest.mark.parametrize(
    ("arrays", "grads", "error", "message"),
    [
        ({}, {}, ValueError, "`arrays` is empty: there is nothing to check"),
        ({"a": np.ones(2), "b": np.ones(2)}, {"a": np.ones(2)}, ValueError, "`grads` lacks b"),
        (
            {"a": np.ones(2)},
            {"a": np.ones(2), "b": np.ones(2)},
            ValueError,
            "`arrays` lacks b.*goes unchecked",
        ),
        (
            {"a": np.ones((2, 3))},
            {"a": np.ones((3, 2))},
            ShapeError,
            r"`a` should have shape \(2, 3\) but.*\(3, 2\)",
        ),
        (
            {"a": np.ones(2, np.float32)},
            {"a": np.ones(2)},
            TypeError,
            "`a` should be an array of float64.*is float32",
        ),
        ({"a": [1.0]}, {"a": np.ones(1)}, TypeError, "`a` should be an array of float64.*but is list"),
    ],
)
def test_what_cannot_be_checked_is_refused(arrays, grads, error, message):
    with pytest.raises(error, match=message):
        lnp.gradcheck(lambda: 0.0, arrays, grads)


@pytest.mark.parametrize(
    ("value", "kind"),
    [((1.0, np.ones(2)), "tuple"), ([1.0], "list"), (np.ones(1), "ndarray"), (None, "NoneType")],
)
def test_loss_that_is_not_a_number_is_refused(value, kind):
    a = np.ones(2)
    with pytest.raises(TypeError, match=f"one number but returns a {kind}.*take the first"):
        lnp.gradcheck(lambda: value, {"a": a}, {"a": a})


def test_loss_that_is_random_is_refused():
    rng, a = np.random.default_rng(0), np.ones(2)
    with pytest.raises(ValueError, match=r"gives .* and then .* for the same arrays.*dropout"):
        lnp.gradcheck(rng.normal, {"a": a}, {"a": a})


def test_numeric_gradient_wants_float64():
    with pytest.raises(TypeError, match=r"`array` should be an array of float64.*but is float32"):
        lnp.numeric_gradient(lambda: 0.0, np.ones(2, np.float32))
