"""Losses of variances and quantiles: the halves agree, gradients are slopes, minima lie where they should."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss

from lstm_edu import data
from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

B, K = 5, 3
LEVELS = (0.05, 0.5, 0.9)
CLOSE = {"rtol": 1e-12, "atol": 1e-15}
PROPERTY = settings(deadline=None, derandomize=True, database=None, max_examples=100)


def variances(rng, dtype=float):
    return rng.normal(size=(B, 1)).astype(dtype), rng.exponential(size=(B, 1)).astype(dtype)


def quantiles(rng, dtype=float):
    return rng.normal(size=(B, K)).astype(dtype), rng.normal(size=(B, 1)).astype(dtype), LEVELS


LOSSES = {"qlike_loss": variances, "pinball_loss": quantiles}
every_loss = pytest.mark.parametrize("name", LOSSES)


def in_torch(name, prediction, target, *levels):
    leaf = torch.tensor(prediction, requires_grad=True)
    loss = getattr(lth, name)(leaf, torch.tensor(target), *levels)
    loss.backward()
    return loss.item(), leaf.grad.numpy()


# Values and gradients


@pytest.mark.parametrize("seed", range(5))
@every_loss
def test_the_halves_agree(name, seed):
    given_to = LOSSES[name](np.random.default_rng(seed))
    loss, gradient = getattr(lnp, name)(*given_to)
    expected, expected_gradient = in_torch(name, *given_to)
    np.testing.assert_allclose(loss, expected, **CLOSE)
    np.testing.assert_allclose(gradient, expected_gradient, **CLOSE)


@every_loss
def test_the_gradient_is_the_slope_of_the_value(name):
    prediction, *others = LOSSES[name](np.random.default_rng(1))
    loss = getattr(lnp, name)
    report = lnp.gradcheck(
        lambda: loss(prediction, *others)[0],
        {"prediction": prediction},
        {"prediction": loss(prediction, *others)[1]},
    )
    assert report, report


@pytest.mark.parametrize(
    "fault",
    [
        lambda f, r: (1 + r * np.exp(-f)) / f.size,  # the sign of the first term
        lambda f, r: 1 - r * np.exp(-f),  # the mean forgotten
        lambda f, r: (1 - r * np.exp(f)) / f.size,
        lambda f, r: (1 - np.exp(-f)) / f.size,
    ],
)
def test_the_check_finds_a_wrong_gradient(fault):
    f, r = variances(np.random.default_rng(1))
    assert not lnp.gradcheck(lambda: lnp.qlike_loss(f, r)[0], {"f": f}, {"f": fault(f, r)})


def test_where_forecast_and_value_meet_both_halves_take_the_left_slope():
    prediction, target = np.array([[1.0, 2.0, 2.0]]), np.array([[2.0]])
    loss, gradient = lnp.pinball_loss(prediction, target, LEVELS)
    assert loss == pytest.approx(0.05 / 3)
    np.testing.assert_allclose(gradient, [[-0.05 / 3, -0.5 / 3, -0.9 / 3]], **CLOSE)
    np.testing.assert_allclose(in_torch("pinball_loss", prediction, target, LEVELS)[1], gradient, **CLOSE)


@every_loss
def test_float32_stays_float32_and_nothing_that_came_in_changes(name):
    prediction, target, *levels = LOSSES[name](np.random.default_rng(2), np.float32)
    before = prediction.copy(), target.copy()
    loss, gradient = getattr(lnp, name)(prediction, target, *levels)
    assert loss.dtype == gradient.dtype == np.float32
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])
    twin = getattr(lth, name)(torch.tensor(prediction), torch.tensor(target), *levels)
    assert twin.dtype == torch.float32


@every_loss
def test_twins_share_their_signatures(name):
    assert inspect.signature(getattr(lnp, name)) == inspect.signature(getattr(lth, name))


# What they measure


@PROPERTY
@given(st.integers(0, 10**6), st.floats(-3, 3))
def test_qlike_loss_is_qlike_but_for_a_term_without_the_forecast(seed, shift):
    f, r = variances(np.random.default_rng(seed))
    here, there = (lnp.qlike_loss(g, r)[0] for g in (f, f + shift))
    expected = data.qlike(np.exp(f), r) - data.qlike(np.exp(f + shift), r)
    assert here - there == pytest.approx(expected, abs=1e-9)


def test_qlike_loss_is_least_at_the_mean_of_what_is_measured():
    r = np.random.default_rng(3).exponential(size=(500, 1))
    f = np.full_like(r, np.log(r.mean()))
    loss, gradient = lnp.qlike_loss(f, r)
    assert gradient.sum() == pytest.approx(0, abs=1e-12)
    for shift in (-0.1, 0.1):
        assert lnp.qlike_loss(f + shift, r)[0] > loss


def test_qlike_loss_takes_a_day_without_any_move():
    loss, gradient = lnp.qlike_loss(np.array([0.5]), np.array([0.0]))
    assert (loss, gradient) == (0.5, 1.0)


def test_pinball_loss_is_scikit_learns():
    rng = np.random.default_rng(4)
    prediction, target, _ = quantiles(rng)
    expected = [
        mean_pinball_loss(target[:, 0], prediction[:, k], alpha=level) for k, level in enumerate(LEVELS)
    ]
    np.testing.assert_allclose(lnp.pinball_loss(prediction, target, LEVELS)[0], np.mean(expected), **CLOSE)


@pytest.mark.parametrize("level", [0.05, 0.3, 0.5, 0.95])
def test_pinball_loss_is_least_at_the_quantile(level):
    target = np.random.default_rng(5).normal(size=(999, 1))
    candidates = np.sort(target[:, 0])
    losses = [lnp.pinball_loss(np.full_like(target, c), target, [level])[0] for c in candidates]
    best = candidates[np.argmin(losses)]
    assert best == pytest.approx(np.quantile(target, level), abs=0.05)


def test_training_moves_each_column_to_its_quantile():
    rng = np.random.default_rng(6)
    y = torch.tensor(rng.normal(size=(2000, 1)))
    column = torch.zeros(1, K, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([column], lr=0.02)
    for _ in range(400):
        optimizer.zero_grad()
        lth.pinball_loss(column.expand(2000, K), y, LEVELS).backward()
        optimizer.step()
    np.testing.assert_allclose(column[0].detach(), np.quantile(y, LEVELS), atol=0.05)


# What they refuse


@pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda half, a: half.qlike_loss(a(np.ones((B, 1))), a(np.ones(B))),
            ShapeError,
            r"has shape \(5, 1\) but `\w+` has shape \(5,\). Give both the same shape: broadcasting",
        ),
        (
            lambda half, a: half.qlike_loss(a(np.zeros(3)), a(np.array([1.0, -0.5, -2.0]))),
            ValueError,
            r"`realised` should be zero or more, as variances are, but is -0.5 .* in all: 2\)",
        ),
        (
            lambda half, a: half.qlike_loss(a(np.zeros(2)), a(np.array([1.0, np.nan]))),
            ValueError,
            "`realised` should be zero or more, as variances are, but is nan in one place",
        ),
        (
            lambda half, a: half.pinball_loss(a(np.ones((B, 2))), a(np.ones((B, 1))), LEVELS),
            ShapeError,
            r"`prediction` should have shape \(B, K=3\) but has shape \(5, 2\). One column a level",
        ),
        (
            lambda half, a: half.pinball_loss(a(np.ones((B, K))), a(np.ones((B, K))), LEVELS),
            ShapeError,
            r"`target` should have shape \(B=5, K=1\) but has shape \(5, 3\). One value a row",
        ),
        (
            lambda half, a: half.pinball_loss(a(np.ones((B, K))), a(np.ones((B, 1))), (5, 50, 95)),
            ValueError,
            r"`levels` should be one or more numbers between 0 and 1 but is \[5.0, 50.0, 95.0\]. Five per",
        ),
        (
            lambda half, a: half.pinball_loss(a(np.ones((B, K))), a(np.ones((B, 1))), ()),
            ValueError,
            r"`levels` should be one or more numbers between 0 and 1 but is \[\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(half, call, error, message):
    with pytest.raises(error, match=message):
        call(half, np.asarray if half is lnp else torch.tensor)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lnp.qlike_loss(np.ones(2, int), np.ones(2)), "`log_variance` should be an array of floats"),
        (
            lambda: lnp.qlike_loss(np.ones(2), np.ones(2, np.float32)),
            "dtype float64 but `target` has float32",
        ),
        (lambda: lnp.pinball_loss(np.ones((B, 1), int), np.ones((B, 1)), [0.5]), "`prediction` should be an"),
        (
            lambda: lnp.pinball_loss(np.ones((B, 1)), [[1.0]] * B, [0.5]),
            "`target` should be an array of floats",
        ),
    ],
)
def test_numpy_wants_floats_of_one_kind(call, message):
    with pytest.raises(TypeError, match=message):
        call()
