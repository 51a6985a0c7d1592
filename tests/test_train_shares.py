"""A batch in parts: the sum of their gradients is the gradient of the batch, however they are cut."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from train_together import D, EveryStep, T, make_model, masked_loss, masked_task, steps, task, train

from lstm_edu.torch.evaluate import predict
from lstm_edu.torch.shares import examples, shares

N = 23
LAST_STEP, EVERY_STEP = make_model(), EveryStep()
FROZEN = {"clip_norm": 1e-300}


def gradients(model):
    return {name: parameter.grad.clone() for name, parameter in model.named_parameters()}


def whole_gradient(model, loss, batch):
    model.zero_grad()
    loss(predicted(model, batch), batch[1]).backward()
    return gradients(model)


def predicted(model, batch):
    x, _, *lengths = batch
    return predict(model, x, *lengths)


@settings(derandomize=True, database=None, deadline=None, max_examples=30)
@given(parts=st.integers(1, 9), size=st.integers(1, 4), n=st.integers(1, N), masked=st.booleans())
def test_the_shares_of_all_processes_average_to_the_gradient_of_the_batch(parts, size, n, masked):
    batch = tuple(tensor[:n] for tensor in (masked_task(N) if masked else task(N)))
    model = EVERY_STEP if masked else LAST_STEP
    loss, count = (masked_loss, steps) if masked else (torch.nn.functional.mse_loss, examples)
    expected = whole_gradient(model, loss, batch)
    model.zero_grad()
    for rank in range(size):
        mine = list(shares(batch, count, parts, rank, size))
        assert 1 <= len(mine) <= parts  # at least one: every process takes part in the exchange
        assert [last for _, _, last in mine] == [False] * (len(mine) - 1) + [True]
        for part, weight, _ in mine:
            (weight / size * loss(predicted(model, part), part[1])).backward()
    for name, gradient in gradients(model).items():
        torch.testing.assert_close(gradient, expected[name], rtol=1e-10, atol=1e-13, msg=name)


def test_a_mean_of_means_is_another_gradient():
    """The bug that the weights are there for: 5 examples in parts of 3 and 2."""
    batch = task(5)
    expected = whole_gradient(LAST_STEP, torch.nn.functional.mse_loss, batch)
    LAST_STEP.zero_grad()
    parts = list(shares(batch, examples, 2))
    for part, _, _ in parts:
        (torch.nn.functional.mse_loss(predicted(LAST_STEP, part), part[1]) / len(parts)).backward()
    wrong = gradients(LAST_STEP)
    assert max((wrong[name] - expected[name]).norm() / expected[name].norm() for name in wrong) > 0.01


def test_each_example_is_in_one_share():
    x = torch.arange(7.0)
    seen = [list(shares((x, x), examples, 2, rank, 2)) for rank in range(2)]
    assert sorted(torch.cat([part[0] for mine in seen for part, _, _ in mine]).tolist()) == x.tolist()
    assert sum(weight for mine in seen for _, weight, _ in mine) == pytest.approx(2)


def test_a_part_without_terms_is_left_out():
    y = torch.tensor([0, 0, 1, 1])
    mine = list(shares((torch.zeros(4, T, D), y), lambda y: y.sum(), 2))
    assert [(part[1].tolist(), weight) for part, weight, _ in mine] == [([1, 1], 1.0)]


def test_a_process_without_terms_works_on_a_part_of_weight_zero():
    x = torch.arange(1.0)
    assert [weight for _, weight, _ in shares((x, x), examples, 1, 0, 2)] == [2.0]
    ((part, weight, last),) = shares((x, x), examples, 1, 1, 2)
    assert (part[0].tolist(), weight, last) == ([0.0], 0.0, True)


def test_a_batch_without_terms_is_refused():
    with pytest.raises(ValueError, match=r"gave 0 for a whole batch. Leave out the examples without any"):
        list(shares((torch.zeros(3, T, D), torch.zeros(3)), lambda y: y.sum()))


@pytest.mark.parametrize("accumulate", [2, 3, 5, 7])  # batches of 5, the last one of 3
@pytest.mark.parametrize("case", ["as it comes", "lengths", "clipped and validated", "means over real steps"])
def test_fit_follows_the_same_curve_in_parts(case, accumulate):
    whole, parts = train(case, accumulate=1), train(case, accumulate=accumulate)
    for name in ("train_loss", "validation_loss", "grad_norm"):
        np.testing.assert_allclose(parts["history"][name], whole["history"][name], rtol=1e-10, err_msg=name)
    for name, tensor in whole["weights"].items():
        torch.testing.assert_close(parts["weights"][name], tensor, rtol=1e-10, atol=1e-12, msg=name)


def test_losses_of_an_epoch_are_means_over_the_terms_that_were_counted():
    """Without moving: the mean over all real steps, whatever the batches."""
    curves = [
        train("means over real steps", batch_size=size, epochs=1, **FROZEN)["history"] for size in (5, 23)
    ]
    for name in ("train_loss", "validation_loss"):
        np.testing.assert_allclose(curves[0][name], curves[1][name], rtol=1e-12)
