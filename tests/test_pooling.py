"""Each pool against a loop over single sequences, and against its own derivative."""

import pytest
import torch
from encoders import CLOSE, LENGTHS, B, D, G, H, T, draw, fill, make_layer
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

PADDED = pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])


def attention():
    pool = lth.AttentionPool(H, 4, rng=torch.Generator().manual_seed(5)).double()
    return pool.requires_grad_(False)


def attend(h):
    """The weighted mean of one sequence (T, H), from the equations."""
    pool = attention()
    score = [pool.outer.weight[0] @ torch.tanh(pool.inner.weight @ step + pool.inner.bias) for step in h]
    share = torch.stack([s.exp() for s in score])
    share = share / share.sum()
    return sum(w * step for w, step in zip(share, h, strict=True))


# Each pool, and what it makes of one sequence (T, H) without padding.
POOLS = {
    "last": (lambda: lth.LastPool(), lambda h: h[-1]),
    "last of both": (lambda: lth.LastPool(back=G), lambda h: torch.cat([h[-1, : H - G], h[0, H - G :]])),
    "mean": (lambda: lth.MeanPool(), lambda h: sum(h) / len(h)),
    "max": (lambda: lth.MaxPool(), lambda h: torch.stack([max(unit) for unit in h.T])),
    "mean and max": (
        lambda: lth.MeanMaxPool(),
        lambda h: torch.cat([sum(h) / len(h), torch.stack([max(unit) for unit in h.T])]),
    ),
    "attention": (attention, attend),
}
EVERY = pytest.mark.parametrize("name", POOLS)


@EVERY
@PADDED
def test_a_pool_is_what_a_loop_over_single_sequences_gives(name, lengths):
    make, of_one = POOLS[name]
    h = draw(B, T, H) - 3  # negative: zeros in the padding would be the largest
    ends = [T] * B if lengths is None else lengths.tolist()
    expected = torch.stack([of_one(row[:end]) for row, end in zip(h, ends, strict=True)])
    pooled, _ = make()(h, lengths)
    torch.testing.assert_close(pooled, expected, **CLOSE)
    assert pooled.shape == (B, H * getattr(make(), "factor", 1))


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(
    name=st.sampled_from(sorted(POOLS)),
    lengths=st.lists(st.integers(1, T), min_size=1, max_size=5).map(torch.tensor),
    value=st.sampled_from([torch.nan, torch.inf, -1e300, 7.0]),
)
def test_the_padding_may_hold_anything(name, lengths, value):
    seen = []
    for filling in (0, value):
        pool = POOLS[name][0]().requires_grad_()
        h = fill(draw(len(lengths), T, H), lengths, filling).requires_grad_()
        pooled, weights = pool(h, lengths)
        pooled.square().sum().backward()
        assert torch.equal(h.grad, fill(h.grad, lengths, 0))
        seen.append([pooled, h.grad, *(parameter.grad for parameter in pool.parameters())])
        seen[-1] += [] if weights is None else [weights]
    for zeros, anything in zip(*seen, strict=True):
        assert torch.equal(zeros, anything)


@EVERY
@PADDED
def test_the_gradient_is_the_derivative(name, lengths):
    pool = POOLS[name][0]()
    assert torch.autograd.gradcheck(lambda h: pool(h, lengths)[0], draw(B, T, H).requires_grad_())


@PADDED
def test_attention_divides_one_among_the_real_steps(lengths):
    _, weights = attention()(draw(B, T, H), lengths)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(B, dtype=torch.float64), **CLOSE)
    real = torch.ones(B, T, dtype=torch.bool) if lengths is None else fill(weights, lengths, -1) >= 0
    assert torch.equal(weights > 0, real)
    assert weights[0, :3].std() > 1e-3


def test_attention_learns_all_its_weights():
    pool = attention().requires_grad_()
    inputs = [draw(B, T, H).requires_grad_(), *pool.parameters()]
    names = [name for name, _ in pool.named_parameters()]

    def pooled(h, *parameters):
        return torch.func.functional_call(pool, dict(zip(names, parameters, strict=True)), (h, LENGTHS))[0]

    assert torch.autograd.gradcheck(pooled, inputs)


@pytest.mark.parametrize("A", [1, 6])
def test_attention_draws_each_matrix_by_what_enters_it(A):
    a, b = (lth.AttentionPool(400, A, rng=torch.Generator().manual_seed(1)) for _ in range(2))
    assert all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))
    draws = [lth.AttentionPool(400, A, rng=torch.Generator().manual_seed(k)) for k in range(40)]
    largest = max(pool.outer.weight.abs().max().item() for pool in draws)
    assert 0.8 * A**-0.5 < largest <= A**-0.5
    largest = max(pool.inner.weight.abs().max().item() for pool in draws)
    assert 0.9 / 20 < largest <= 1 / 20


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
@EVERY
def test_the_dtype_stays(name, dtype):
    pool, h = POOLS[name][0]().to(dtype), draw(B, T, H).to(dtype)
    assert pool(h, LENGTHS)[0].dtype == pool(h)[0].dtype == dtype


def test_equal_steps_share_the_gradient_of_the_largest():
    h = torch.tensor([[[2.0], [1.0], [2.0], [9.0]]], requires_grad=True)
    lth.MaxPool()(h, torch.tensor([3]))[0].sum().backward()
    assert h.grad[0, :, 0].tolist() == [0.5, 0, 0.5, 0]


@PADDED
def test_the_last_of_both_directions_is_their_final_state(lengths):
    layer = make_layer("LSTM", True)
    h, state, _ = layer(draw(B, T, D), None, lengths)
    pooled, weights = lth.LastPool(back=G)(h, lengths)
    assert torch.equal(pooled, layer.final_h(state))
    assert weights is None


@EVERY
def test_what_does_not_fit_is_refused(name):
    pool = POOLS[name][0]()
    with pytest.raises(ShapeError, match=r"`h` should have shape \(B, T, H"):
        pool(draw(B, H))
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7 but run from 0 to 8"):
        pool(draw(B, T, H), torch.tensor([0, 1, 8, 1]))


def test_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="`attention_size` should be a whole number of at least 1 but is 0"):
        lth.AttentionPool(H, 0)
    with pytest.raises(ValueError, match="`hidden_size` should be a whole number"):
        lth.AttentionPool(0)
    with pytest.raises(ShapeError, match=r"\(B, T, H=5\) but has shape \(4, 7, 3\)"):
        attention()(draw(B, T, D))
    for back in (-1, H + 1, 1.5):
        with pytest.raises(ValueError, match=rf"`back` should be a whole number from 0 to H=5 but is {back}"):
            lth.LastPool(back)(draw(B, T, H))
