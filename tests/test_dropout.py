"""Dropout between layers: where it acts, when, how much, and what it does to the gradient."""

import numpy as np
import pytest
import torch
from proofs import assert_close, prove_dropout_by_autograd
from table import CELLS, LENGTHS, B, D, H, T

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

WIDE = 60


def make_stack(half, dropout=0.25, **settings):
    """Three layers, so that there are two places for dropout."""
    sizes = [(D, WIDE), (WIDE, WIDE), (WIDE, H)]
    return half.Stacked([half.Unroll(half.RNNCell(*pair, **settings)) for pair in sizes], dropout=dropout)


def run_both(dropout=0.25):
    x = np.random.default_rng(0).normal(size=(B, T, D))
    _, _, tape = make_stack(lnp, dropout)(x, rng=np.random.default_rng(1))
    twin = make_stack(lth, dropout, dtype=torch.float64)
    _, _, twin_tape = twin(torch.tensor(x), rng=torch.Generator().manual_seed(1))
    return tape, twin_tape


def test_it_acts_between_layers_only():
    for tape in run_both():
        assert [mask is None for mask in tape.masks] == [True, False, False]
        assert [tuple(mask.shape) for mask in tape.masks[1:]] == [(B, T, WIDE)] * 2


def test_it_drops_a_share_and_scales_the_rest():
    for tape in run_both(dropout=0.25):
        for mask in tape.masks[1:]:
            assert set(np.unique(mask)) == {0, 1 / 0.75}
            assert abs(np.mean(np.asarray(mask) == 0) - 0.25) < 0.04


def test_what_a_layer_reads_is_what_the_mask_left():
    for tape in run_both():
        for below, above, mask in zip(tape.layers[:-1], tape.layers[1:], tape.masks[1:], strict=True):
            assert_close(above.over_time("x"), below.over_time("h") * mask)


def test_in_numpy_it_acts_only_with_a_generator():
    x = np.ones((B, T, D))
    stack = make_stack(lnp)
    plain = make_stack(lnp, dropout=0.0)
    plain.layers = stack.layers
    assert_close(stack(x)[:2], plain(x)[:2], "exactly")
    assert_close(plain(x, rng=np.random.default_rng(0))[:2], plain(x)[:2], "exactly")
    once, again = (stack(x, rng=np.random.default_rng(0))[0] for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert abs(once - stack(x)[0]).max() > 0.001


def test_in_torch_it_acts_only_in_training():
    x = torch.ones(B, T, D)
    stack = make_stack(lth)
    once, again = (stack(x, rng=torch.Generator().manual_seed(0))[0] for _ in range(2))
    assert torch.equal(once, again)
    torch.manual_seed(0)
    drawn_globally = stack(x)[0]
    assert not torch.equal(stack(x)[0], drawn_globally)
    stack.eval()
    assert stack(x)[2].masks == (None, None, None)
    assert torch.equal(stack(x, rng=torch.Generator().manual_seed(0))[0], stack(x)[0])


def test_it_reaches_layers_that_are_stacks_themselves():
    x = np.ones((B, T, D))
    nested = lnp.Stacked([make_stack(lnp)])
    _, _, tape = nested(x, rng=np.random.default_rng(0))
    assert [mask is None for mask in tape.layers[0].masks] == [True, False, False]


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("row", CELLS)
def test_its_gradient_agrees_with_autograd(row, lengths):
    prove_dropout_by_autograd(row, lengths)
