"""The broken cells of the coursework are broken where they say, and nowhere else."""

import inspect
import textwrap

import numpy as np
import pytest

from lstm_edu import data
from lstm_edu import numpy as lnp
from lstm_edu.coursework import bugs, lstm_gradient, wrong_backward
from lstm_edu.coursework.wrong_backward import NoCarry, Overwritten, SquashedTwice

B, T, D, H = 3, 4, 2, 5
BROKEN = [SquashedTwice, NoCarry, Overwritten]
WEIGHTS = {"cell.weight_ih", "cell.weight_hh", "cell.bias"}
EVERYTHING = WEIGHTS | {"x", "h", "c"}

REPAIRS = {
    SquashedTwice: {
        "tanh_slope(tanh_c)": "tanh_slope(c)",
        "sigmoid_slope(i)": "i * (1 - i)",
        "sigmoid(f)": "f * (1 - f)",
        "tanh_slope(g)": "(1 - g**2)",
        "sigmoid_slope(o)": "o * (1 - o)",
    },
    Overwritten: {
        "    dh = da @ self.weight_hh\n    dc = (dc + dh * shown) * f": (
            "    dc = (dc + dh * shown) * f\n    dh = da @ self.weight_hh"
        )
    },
}


def wrong(cell_type, **settings):
    report = bugs.gradient_report(cell_type, B=B, D=D, H=H, **{"T": T} | settings)
    return {row.name for row in report.comparisons if row.wrong}


@pytest.mark.parametrize("cell_type", BROKEN)
def test_every_gradient_of_several_steps_is_wrong(cell_type):
    assert wrong(lnp.LSTMCell) == set()
    assert wrong(cell_type) == EVERYTHING


def test_one_step_overwritten_is_wrong_in_one_array_only():
    assert wrong(Overwritten, T=1) == {"c"}


def test_the_weights_show_it_from_the_second_step_on_from_zeros_one_of_them_from_the_third():
    seen = [WEIGHTS & wrong(Overwritten, T=steps, from_zeros=True) for steps in (1, 2, 3)]
    assert seen == [set(), WEIGHTS - {"cell.weight_hh"}, WEIGHTS]
    seen = ["cell.weight_hh" in wrong(Overwritten, T=steps) for steps in (1, 2, 3)]
    assert seen.index(True) + 1 == lstm_gradient.STEPS_TO_CHECK.reference == 2


def test_squashed_twice_is_wrong_in_one_step_but_keeps_every_sign():
    rng = np.random.default_rng(1)
    right, broken = (cell_type(4 * H, H) for cell_type in (lnp.LSTMCell, SquashedTwice))
    for cell in (right, broken):
        cell.weight_ih[:] = np.eye(4 * H)  # so that dx is the gradient of the pre-activations
    _, tape = right(rng.normal(size=(B, 4 * H)), right.State(*rng.normal(size=(2, B, H))))
    d_after = right.State(rng.normal(size=(B, H)), np.zeros((B, H)))
    da, da_broken = (cell.backward(d_after, tape)[0] for cell in (right, broken))
    assert not np.isclose(da, da_broken).any()
    np.testing.assert_array_equal(np.sign(da), np.sign(da_broken))


def test_no_carry_is_squashed_twice_cut_after_every_step():
    rng = np.random.default_rng(2)
    x, dh = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H))
    cut, whole = (
        lnp.Unroll(cell_type(D, H, rng=np.random.default_rng(3))) for cell_type in (SquashedTwice, NoCarry)
    )
    dx, _, grads = cut.backward(dh, None, cut(x, truncate=1)[2])
    dx_too, d_before, grads_too = whole.backward(dh, None, whole(x)[2])
    np.testing.assert_array_equal(dx, dx_too)
    for name, grad in grads.items():
        np.testing.assert_array_equal(grad, grads_too[name])
    assert not any(part.any() for part in d_before)


@pytest.mark.parametrize("cell_type", REPAIRS)
def test_repaired_it_is_right(cell_type, monkeypatch):
    """So nothing else is wrong; and no part of the repair can be left out."""
    repairs = REPAIRS[cell_type]
    for left_out in [*repairs, None]:
        made = {old: new for old, new in repairs.items() if old != left_out}
        with monkeypatch.context() as patch:
            patch.setattr(cell_type, "backward", rewritten(cell_type, made))
            assert (wrong(cell_type) == set()) == (left_out is None)


def rewritten(cell_type, changes):
    """Return ``backward``, compiled again with pieces of its source replaced."""
    source = textwrap.dedent(inspect.getsource(cell_type.backward))
    for old, new in changes.items():
        if source.count(old) != 1:
            raise LookupError(f"{old!r} stands {source.count(old)} times in:\n{source}")
        source = source.replace(old, new)
    namespace = dict(vars(wrong_backward))
    exec(source, namespace)
    return namespace["backward"]


def test_a_repair_that_does_not_fit_the_source_is_reported():
    with pytest.raises(LookupError, match="'no such line' stands 0 times"):
        rewritten(Overwritten, {"no such line": ""})


@pytest.mark.parametrize("cell_type", BROKEN)
def test_it_is_an_lstm_forwards_and_says_what_is_wrong_backwards(cell_type):
    assert cell_type.forward is lnp.LSTMCell.forward
    assert cell_type.WRONG.endswith(".")
    assert "WRONG" in cell_type.__doc__
    assert cell_type.WRONG not in inspect.getsource(cell_type.backward)


@pytest.mark.parametrize("cell_type", [NoCarry, Overwritten])
def test_it_trains_all_the_same(cell_type):
    rng = np.random.default_rng(4)
    model = lnp.ManyToOne(lnp.Unroll(cell_type(2, 8, rng=rng)), 1, rng=rng)
    adam = lnp.Adam(model.named_parameters(), 0.01)
    history = lnp.fit(
        model, lnp.mse_loss, data.adding(640, 5, rng=rng), optimizer=adam, epochs=20, rng=rng, progress=False
    )
    assert history.train_loss[-1] < 0.5 / 6  # of 1/6, the best without memory


def test_the_suspect_is_wrong_in_the_line_that_the_exercise_asks_for():
    rng = np.random.default_rng(5)
    cell = lnp.LSTMCell(D, H, rng=rng)
    x, d_after = rng.normal(size=(B, D)), cell.State(*rng.normal(size=(2, B, H)))
    after, tape = cell(x, cell.State(*rng.normal(size=(2, B, H))))
    right = cell.backward(d_after, tape)
    right = [right[0], *right[1], *right[2].values()]
    known = tape._asdict() | {"dh": d_after.h, "dc": d_after.c, "h": after.h}
    known |= {"weight_ih": cell.weight_ih, "weight_hh": cell.weight_hh}

    line = next(k for k in inspect.getsource(lstm_gradient.suspect).splitlines() if k.endswith("# line 9"))
    assert line.split()[0] == "d_weight_hh"
    assert agreeing(lstm_gradient.suspect, known, right) == [True, True, True, True, False, True]

    namespace = {"np": np}
    exec(inspect.getsource(lstm_gradient.suspect).replace("da.T @ h ", "da.T @ h_prev "), namespace)
    assert all(agreeing(namespace["suspect"], known, right))
    assert lstm_gradient.FIND_THE_BUG.reference == 9


def agreeing(suspect, known, right):
    got = suspect(**{name: known[name] for name in inspect.signature(suspect).parameters})
    return [np.allclose(a, b, rtol=1e-12) for a, b in zip(got, right, strict=True)]
