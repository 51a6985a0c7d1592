"""The optimisers against ``torch.optim``: the same weights after each of many steps."""

import numpy as np
import pytest
import torch

from lstm_edu import numpy as lnp
from lstm_edu.shapes import ShapeError

STEPS = 60
SHAPES = {"weight": (3, 4), "bias": (5,)}
SETTINGS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "weight_decay": 0.3}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.2}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.5, 0.9)}),
    ("Adam", {"lr": 0.1, "betas": (0.0, 0.9), "eps": 0.1}),
    ("Adam", {"lr": 0.02, "weight_decay": 0.3}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.5}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-2, "weight_decay": 0.0}),
]


def draw(rng):
    return {name: rng.normal(size=shape) for name, shape in SHAPES.items()}


@pytest.mark.parametrize(("name", "settings"), SETTINGS)
def test_every_step_is_torchs(name, settings):
    rng = np.random.default_rng(0)
    parameters = draw(rng)
    twins = {key: torch.nn.Parameter(torch.tensor(array)) for key, array in parameters.items()}
    ours = getattr(lnp, name)(parameters, **settings)
    theirs = getattr(torch.optim, name)(twins.values(), **settings)
    for step in range(STEPS):
        grads = {key: grad * 10.0 ** (step % 5 - 2) for key, grad in draw(rng).items()}  # of all sizes
        for key, twin in twins.items():
            twin.grad = torch.tensor(grads[key])
        ours.step(grads)
        theirs.step()
        for key, twin in twins.items():
            np.testing.assert_allclose(
                parameters[key], twin.detach(), rtol=1e-10, atol=1e-13, err_msg=f"{key}, step {step}"
            )


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_learning_rate_may_change_between_steps(name):
    rng = np.random.default_rng(1)
    parameters = draw(rng)
    twins = {key: torch.nn.Parameter(torch.tensor(array)) for key, array in parameters.items()}
    ours = getattr(lnp, name)(parameters, 0.1)
    theirs = getattr(torch.optim, name)(twins.values(), 0.1)
    for lr in (0.1, 0.01, 0.5):
        ours.lr = theirs.param_groups[0]["lr"] = lr
        grads = draw(rng)
        for key, twin in twins.items():
            twin.grad = torch.tensor(grads[key])
        ours.step(grads)
        theirs.step()
        for key, twin in twins.items():
            np.testing.assert_allclose(parameters[key], twin.detach(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_steps_move_the_modules_own_arrays_and_keep_their_dtype(name):
    module = lnp.Linear(3, 2, rng=np.random.default_rng(2), dtype=np.float32)
    before = module.weight.copy(), module.bias.copy()
    grads = {"weight": np.ones((2, 3), np.float32), "bias": np.full(2, -1, np.float32)}
    kept = {key: grad.copy() for key, grad in grads.items()}
    getattr(lnp, name)(module.named_parameters(), 0.1, weight_decay=0.01).step(grads)
    assert (module.weight < before[0]).all()
    assert (module.bias > before[1]).all()
    assert module.weight.dtype == np.float32
    for key in grads:
        np.testing.assert_array_equal(grads[key], kept[key])


def test_what_the_optimiser_does_not_hold_is_frozen():
    module = lnp.Linear(3, 2, rng=np.random.default_rng(3))
    weight, bias = module.weight.copy(), module.bias.copy()
    lnp.SGD({"bias": module.bias}, 1.0).step({"weight": np.ones((2, 3)), "bias": np.ones(2)})
    np.testing.assert_array_equal(module.weight, weight)
    np.testing.assert_array_equal(module.bias, bias - 1)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
@pytest.mark.parametrize(
    ("grads", "error", "message"),
    [
        ({"bias": np.ones(2)}, ValueError, "`grads` lacks weight; it holds bias"),
        ({}, ValueError, "`grads` lacks weight, bias; it holds nothing"),
        (
            {"weight": np.ones((2, 3)), "bias": np.ones(3)},
            ShapeError,
            r"`bias` should have shape \(2,\) but has.*\(3,\)",
        ),
    ],
)
def test_gradients_that_do_not_fit_move_nothing(name, grads, error, message):
    module = lnp.Linear(3, 2, rng=np.random.default_rng(4))
    before = module.weight.copy()
    optimiser = getattr(lnp, name)(module.named_parameters(), 0.1)
    with pytest.raises(error, match=message):
        optimiser.step(grads)
    np.testing.assert_array_equal(module.weight, before)
    assert optimiser.steps == 0


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("SGD", {"lr": 0.0}, "`lr` should be greater than 0 but is 0.0"),
        ("Adam", {"lr": np.nan}, "`lr` should be greater than 0 but is nan"),
        ("SGD", {"lr": 0.1, "momentum": 1.0}, "`momentum` should be at least 0 and below 1 but is 1.0"),
        ("AdamW", {"weight_decay": -0.1}, "`weight_decay` should be 0 or greater but is -0.1"),
        ("Adam", {"betas": (0.9, 1.0)}, r"`betas\[1\]` should be at least 0 and below 1 but is 1.0"),
        ("Adam", {"betas": (-0.1, 0.9)}, r"`betas\[0\]` should be at least 0 and below 1 but is -0.1"),
        ("Adam", {"eps": 0}, "`eps` should be greater than 0 but is 0"),
    ],
)
def test_settings_out_of_range_are_refused(name, settings, message):
    with pytest.raises(ValueError, match=message):
        getattr(lnp, name)({"weight": np.ones(2)}, **settings)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({}, ValueError, r"`parameters` is empty.*Pass model.named_parameters\(\)"),
        (
            {"count": np.ones(2, int)},
            TypeError,
            "parameter `count` should be an array of floats but is int64",
        ),
        (
            {"weight": torch.ones(2)},
            TypeError,
            "parameter `weight` should be an array of floats but is torch.float32",
        ),
        ({"weight": [1.0]}, TypeError, "parameter `weight` should be an array of floats but is list"),
    ],
)
def test_parameters_that_cannot_be_trained_are_refused(parameters, error, message):
    with pytest.raises(error, match=message):
        lnp.SGD(parameters, 0.1)
