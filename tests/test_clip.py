"""Clipping against ``torch.nn.utils``."""

import numpy as np
import pytest
import torch

from lstm_edu import numpy as lnp

SHAPES = {"weight": (3, 4), "bias": (5,)}


def draw(scale=1.0):
    rng = np.random.default_rng(0)
    return {name: scale * rng.normal(size=shape) for name, shape in SHAPES.items()}


def in_torch(clip, grads, bound):
    parameters = [torch.nn.Parameter(torch.zeros(grad.shape, dtype=torch.float64)) for grad in grads.values()]
    for parameter, grad in zip(parameters, grads.values(), strict=True):
        parameter.grad = torch.tensor(grad)
    norm = clip(parameters, bound)
    return dict(zip(grads, (parameter.grad.numpy() for parameter in parameters), strict=True)), norm


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e3])
@pytest.mark.parametrize("max_norm", [0.25, 2.0, 1e5, np.inf])
def test_norm_is_clipped_as_torch_does(max_norm, scale):
    grads = draw(scale)
    clipped, norm = lnp.clip_grad_norm(grads, max_norm)
    expected, expected_norm = in_torch(torch.nn.utils.clip_grad_norm_, grads, max_norm)
    np.testing.assert_allclose(norm, expected_norm.item(), rtol=1e-14)
    for name in grads:
        np.testing.assert_allclose(clipped[name], expected[name], rtol=1e-14)


def test_norm_is_of_all_gradients_together_and_before_clipping():
    grads = {"a": np.array([3.0]), "b": np.array([[4.0]])}
    clipped, norm = lnp.clip_grad_norm(grads, 1.0)
    assert norm == 5
    after = np.hypot(clipped["a"].item(), clipped["b"].item())
    assert 1 - 1e-6 < after < 1
    assert clipped["b"].item() / clipped["a"].item() == pytest.approx(4 / 3, rel=1e-15)


@pytest.mark.parametrize("limit", [0.25, 100.0])
def test_values_are_clipped_as_torch_does(limit):
    grads = draw()
    clipped = lnp.clip_grad_value(grads, limit)
    expected, _ = in_torch(torch.nn.utils.clip_grad_value_, grads, limit)
    for name in grads:
        np.testing.assert_array_equal(clipped[name], expected[name])


@pytest.mark.parametrize(
    "clip", [lambda grads: lnp.clip_grad_norm(grads, 0.1)[0], lambda g: lnp.clip_grad_value(g, 0.1)]
)
def test_gradients_that_came_in_are_left_alone_and_keep_their_dtype(clip):
    grads = {name: grad.astype(np.float32) for name, grad in draw().items()}
    before = {name: grad.copy() for name, grad in grads.items()}
    clipped = clip(grads)
    for name in grads:
        np.testing.assert_array_equal(grads[name], before[name])
        assert clipped[name].dtype == np.float32
        assert np.abs(clipped[name]).max() <= 0.1


@pytest.mark.parametrize("bound", [0, -1.0, np.nan])
def test_bounds_are_positive(bound):
    with pytest.raises(ValueError, match=f"`max_norm` should be greater than 0 but is {bound}"):
        lnp.clip_grad_norm(draw(), bound)
    with pytest.raises(ValueError, match=f"`limit` should be greater than 0 but is {bound}"):
        lnp.clip_grad_value(draw(), bound)
