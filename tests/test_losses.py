"""The losses against ``torch.nn.functional``: values and gradients, and what they refuse."""

import numpy as np
import pytest
import torch

from lstm_edu import numpy as lnp
from lstm_edu.shapes import ShapeError

B, T, K = 5, 3, 4
CLOSE = {"rtol": 1e-12, "atol": 1e-15}


def labels(rng, shape):
    return rng.integers(0, K, shape)


def chances(rng, shape):
    return rng.uniform(size=shape)


LOSSES = {
    "mse_loss": ((B, K), lambda rng: rng.normal(size=(B, K))),
    "binary_cross_entropy_with_logits": ((B, K), lambda rng: chances(rng, (B, K))),
    "cross_entropy": ((B, K), lambda rng: labels(rng, B)),
}


def in_torch(name, prediction, target):
    leaf = torch.tensor(prediction, requires_grad=True)
    loss = getattr(torch.nn.functional, name)(leaf, torch.tensor(target))
    loss.backward()
    return loss.item(), leaf.grad.numpy()


@pytest.mark.parametrize("scale", [1, 30, 1e3])
@pytest.mark.parametrize("name", LOSSES)
def test_value_and_gradient_are_torchs(name, scale):
    rng = np.random.default_rng(0)
    shape, draw = LOSSES[name]
    prediction, target = scale * rng.normal(size=shape), draw(rng)
    loss, gradient = getattr(lnp, name)(prediction, target)
    expected, expected_gradient = in_torch(name, prediction, target)
    np.testing.assert_allclose(loss, expected, **CLOSE)
    np.testing.assert_allclose(gradient, expected_gradient, **CLOSE)


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_is_the_slope_of_the_value(name):
    rng = np.random.default_rng(1)
    shape, draw = LOSSES[name]
    prediction, target = rng.normal(size=shape), draw(rng)
    loss = getattr(lnp, name)
    report = lnp.gradcheck(
        lambda: loss(prediction, target)[0],
        {"prediction": prediction},
        {"prediction": loss(prediction, target)[1]},
    )
    assert report, report


@pytest.mark.parametrize("name", LOSSES)
def test_float32_stays_float32_and_nothing_that_came_in_changes(name):
    rng = np.random.default_rng(2)
    shape, draw = LOSSES[name]
    prediction, target = rng.normal(size=shape).astype(np.float32), draw(rng)
    target = target if target.dtype.kind == "i" else target.astype(np.float32)
    before = prediction.copy(), target.copy()
    loss, gradient = getattr(lnp, name)(prediction, target)
    assert loss.dtype == gradient.dtype == np.float32
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize("size", [-1e4, 1e4])
def test_huge_logits_overflow_nowhere(size):
    loss, gradient = lnp.binary_cross_entropy_with_logits(np.array([[size]]), np.array([[1.0]]))
    assert loss == max(-size, 0)
    assert gradient == (0 if size > 0 else -1)
    loss, gradient = lnp.cross_entropy(np.array([[size, 0.0]]), np.array([0]))
    assert loss == max(-size, 0)
    np.testing.assert_array_equal(gradient, [[0, 0] if size > 0 else [-1, 1]])


def test_one_class_per_time_step_is_the_flattened_loss():
    rng = np.random.default_rng(3)
    logits, target = rng.normal(size=(B, T, K)), labels(rng, (B, T))
    loss, gradient = lnp.cross_entropy(logits, target)
    flat_loss, flat_gradient = lnp.cross_entropy(logits.reshape(B * T, K), target.reshape(B * T))
    np.testing.assert_allclose(loss, flat_loss, **CLOSE)
    np.testing.assert_allclose(gradient.reshape(B * T, K), flat_gradient, **CLOSE)


@pytest.mark.parametrize("name", ["mse_loss", "binary_cross_entropy_with_logits"])
@pytest.mark.parametrize(
    ("prediction", "target", "error", "message"),
    [
        (
            np.ones((B, 1)),
            np.ones(B),
            ShapeError,
            r"has shape \(5, 1\) but `target` has shape \(5,\).*broadcast",
        ),
        (
            np.ones(B),
            np.ones(B, np.float32),
            TypeError,
            r"float64 but `target` has float32.*target.astype\(np.float64",
        ),
        (
            np.ones(B),
            np.ones(B, int),
            TypeError,
            "`target` should be an array of floats but is an array of int64",
        ),
        ([1.0], np.ones(1), TypeError, "should be an array of floats but is a list"),
        (
            np.ones((0, K)),
            np.ones((0, K)),
            ShapeError,
            r"has shape \(0, 4\): there is nothing to take the mean of",
        ),
    ],
)
def test_pairs_that_do_not_fit_are_refused(name, prediction, target, error, message):
    with pytest.raises(error, match=message):
        getattr(lnp, name)(prediction, target)


@pytest.mark.parametrize("value", [-0.1, 1.5, np.nan])
def test_binary_targets_are_probabilities(value):
    target = np.ones((B, K))
    target[3, 1] = value
    with pytest.raises(ValueError, match=rf"within 0 and 1 but target\[3, 1\] is {value}"):
        lnp.binary_cross_entropy_with_logits(np.zeros((B, K)), target)


@pytest.mark.parametrize(
    ("logits", "target", "error", "message"),
    [
        (np.ones((B, K)), np.eye(B, K), TypeError, r"integers\) but is float64.*argmax\(axis=-1\)"),
        (np.ones((B, K)), [0] * B, TypeError, r"integers\) but is a list"),
        (
            np.ones((B, K)),
            np.zeros((B, 1), int),
            ShapeError,
            r"shape \(5,\), one class for each row.*\(5, 4\), but",
        ),
        (np.ones((B, K)), np.array([0, 1, 2, 4, -1]), ValueError, r"classes 0 to 3 but target\[3\] is 4"),
        (np.ones((B, K)), np.array([0, 1, 2, 3, -1]), ValueError, r"classes 0 to 3 but target\[4\] is -1"),
        (
            np.ones((B, K), int),
            np.zeros(B, int),
            TypeError,
            "`logits` should be an array of floats but is an array",
        ),
        (
            np.ones(()),
            np.zeros((), int),
            ShapeError,
            r"`logits` should have a last axis of classes but has shape \(\)",
        ),
    ],
)
def test_classes_that_do_not_fit_are_refused(logits, target, error, message):
    with pytest.raises(error, match=message):
        lnp.cross_entropy(logits, target)
