"""The average of the weights, against the formula written out, and across a checkpoint."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import torch as lth

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "AdamW, fused": lambda p: torch.optim.AdamW(p, lr=0.1, fused=True),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.1),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
}


def parameter(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return torch.nn.Parameter(torch.tensor(rng.normal(size=shape)))


def step(optimizer, parameters, k):
    """One step towards a target of its own."""
    optimizer.zero_grad()
    sum((p - (-1.5) ** k).square().sum() for p in parameters).backward()
    optimizer.step()
    return [p.detach().clone() for p in parameters]


def by_hand(path, decay):
    """The average of the weights along their path."""
    average = torch.zeros_like(path[0])
    for n, weights in enumerate(path, start=1):
        d = min(decay, (n - 1) / (n + 8))
        average = d * average + (1 - d) * weights
    return average


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(
    kind=st.sampled_from(sorted(OPTIMIZERS)),
    decay=st.sampled_from([0.05, 0.3, 0.998]),
    steps=st.integers(1, 15),
)
def test_the_average_is_that_of_the_formula(kind, decay, steps):
    parameters = [parameter(2, 3), parameter(4, seed=1)]
    optimizer = OPTIMIZERS[kind](parameters)
    assert lth.keep_average(optimizer, decay) is optimizer
    path = [step(optimizer, parameters, k) for k in range(steps)]
    plain = [parameter(2, 3), parameter(4, seed=1)]
    unwatched = OPTIMIZERS[kind](plain)
    for k in range(steps):
        step(unwatched, plain, k)
    assert all(torch.equal(p, q) for p, q in zip(parameters, plain, strict=True))  # it only watches
    lth.use_average(optimizer)
    for k, p in enumerate(parameters):
        expected = by_hand([weights[k] for weights in path], decay)
        torch.testing.assert_close(p.detach(), expected, rtol=1e-12, atol=1e-12)


def test_the_first_steps_are_forgotten_soon():
    d = [min(0.998, (n - 1) / (n + 8)) for n in (1, 2, 10, 10**6)]
    assert d == [0, 0.1, 0.5, 0.998]
    weights = parameter(1)
    optimizer = lth.keep_average(torch.optim.SGD([weights], lr=0.1))
    (first,) = step(optimizer, [weights], 0)
    lth.use_average(optimizer)
    assert torch.equal(weights, first)  # of one step, it is that step


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_parameter_that_gets_its_first_gradient_late(kind):
    """Some words of a language model do not occur in the first batch; a frozen weight never moves."""
    early, late, never = parameter(3), parameter(2, seed=1), parameter(2, seed=2)
    start, frozen = late.detach().clone(), never.detach().clone()
    optimizer = lth.keep_average(OPTIMIZERS[kind]([early, late, never]), 0.3)
    path = [step(optimizer, [early], k) for k in range(3)]
    assert torch.equal(late, start)
    both = [step(optimizer, [early, late], k) for k in range(3, 7)]
    rest = [step(optimizer, [early], 7)]
    late_path = [weights[1] for weights in both] + [late.detach().clone()]
    path = [weights[0] for weights in path + both + rest]
    lth.use_average(optimizer)
    torch.testing.assert_close(early.detach(), by_hand(path, 0.3), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(late.detach(), by_hand(late_path, 0.3), rtol=1e-12, atol=1e-12)
    assert torch.equal(never, frozen)


@pytest.mark.parametrize("decay", [0, 1, -0.1, 1.5, float("nan")])
def test_a_decay_that_makes_no_sense_is_refused(decay):
    with pytest.raises(ValueError, match=f"`decay` should lie between 0 and 1 but is {decay!r}"):
        lth.keep_average(torch.optim.SGD([parameter(1)], lr=0.1), decay)


def test_without_an_average_there_is_nothing_to_use():
    weights = parameter(2)
    optimizer = torch.optim.Adam([weights], lr=0.1)
    step(optimizer, [weights], 0)
    before = weights.detach().clone()
    for kept in (optimizer, lth.keep_average(torch.optim.Adam([weights], lr=0.1))):
        with pytest.raises(ValueError, match=r"holds no average: call keep_average\(optimizer\) before"):
            lth.use_average(kept)
    assert torch.equal(weights, before)
    step(optimizer, [weights], 1)  # and the optimiser still works
