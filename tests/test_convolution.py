"""Filters over words against a loop that takes each window by hand."""

import pytest
import torch
from encoders import CLOSE, LENGTHS, B, D, H, T, draw, fill, make_layer
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

WIDTHS, CHANNELS = (1, 3, 4), 2
PADDED = pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])


def make(widths=WIDTHS, input_size=D):
    return lth.Convolution(input_size, CHANNELS, widths, rng=torch.Generator().manual_seed(4)).double()


def by_hand(layer, x):
    """What the filters make of one sequence (T, D): at each place, each filter times its words."""
    T, rows = len(x), []
    for t in range(T):
        row = []
        for conv in layer.filters:
            w = conv.kernel_size[0]
            first = t - (w - 1) // 2
            for weight, bias in zip(conv.weight, conv.bias, strict=True):  # (D, w) each
                places = [k for k in range(w) if 0 <= first + k < T]
                total = bias + sum(weight[:, k] @ x[first + k] for k in places)
                row.append(max(total, torch.zeros_like(total)))
        rows.append(torch.stack(row))
    return torch.stack(rows)


@PADDED
def test_it_is_what_a_loop_over_the_words_gives(lengths):
    layer, x = make(), draw(B, T, D)
    h, state, tape = layer(x, None, lengths)
    assert (state, tape) == (None, None)
    assert h.shape == (B, T, layer.output_size) == (B, T, CHANNELS * len(WIDTHS))
    for b, end in enumerate([T] * B if lengths is None else lengths.tolist()):
        torch.testing.assert_close(h[b, :end], by_hand(layer, x[b, :end]), **CLOSE)
        assert not h[b, end:].any()
    assert 0.2 < (h > 0).double().mean() < 0.8


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(
    lengths=st.lists(st.integers(1, T), min_size=1, max_size=5).map(torch.tensor),
    value=st.sampled_from([torch.nan, torch.inf, -1e300, 7.0]),
)
def test_the_padding_may_hold_anything(lengths, value):
    seen = []
    for filling in (0, value):
        layer, x = make(), fill(draw(len(lengths), T, D), lengths, filling).requires_grad_()
        h = layer(x, None, lengths)[0]
        h.square().sum().backward()
        assert torch.equal(x.grad, fill(x.grad, lengths, 0))
        seen.append([h, x.grad, *(parameter.grad for parameter in layer.parameters())])
    for zeros, anything in zip(*seen, strict=True):
        assert torch.equal(zeros, anything)


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("word", range(T))
def test_a_filter_sees_its_words_and_no_other(width, word):
    layer, x = make((width,)), draw(1, T, D)
    with torch.no_grad():
        layer.filters[0].bias.fill_(50)  # above zero everywhere: no change is hidden
        other = x.clone()
        other[0, word] += 1
        changed = (layer(other)[0] != layer(x)[0]).any(dim=2)[0]
    before = (width - 1) // 2
    seen = [t for t in range(T) if t - before <= word < t - before + width]
    assert changed.nonzero()[:, 0].tolist() == seen


@PADDED
def test_it_takes_the_place_of_a_first_layer(lengths):
    phrases = make()
    layer = make_layer("LSTM", True, input_size=phrases.output_size)
    stack = lth.Stacked([phrases, lth.Encoder(layer)], dropout=0.3).eval()
    x = draw(B, T, D)
    expected = layer(phrases(x, None, lengths)[0], None, lengths)[0]
    torch.testing.assert_close(stack(x, None, lengths)[0], expected, **CLOSE)
    assert stack.input_size == D


def test_its_weights_come_from_rng_alone():
    torch.manual_seed(1)
    first = make()
    torch.manual_seed(2)
    for a, b in zip(first.parameters(), make().parameters(), strict=True):
        assert torch.equal(a, b)
    for conv, width in zip(first.filters, WIDTHS, strict=True):
        assert conv.weight.abs().max() <= (D * width) ** -0.5
        assert conv.bias.abs().max() <= (D * width) ** -0.5


def test_what_does_not_fit_is_refused():
    for arguments, name in [
        ((0, H), "input_size"),
        ((D, 0), "channels"),
        ((D, H, (3, 0)), r"widths\[1\]"),
    ]:
        with pytest.raises(ValueError, match=f"`{name}` should be a whole number of at least 1 but is 0"):
            lth.Convolution(*arguments)
    with pytest.raises(ValueError, match="`widths` should hold at least one width but is empty"):
        lth.Convolution(D, H, ())
    with pytest.raises(ShapeError, match=r"`x` should have shape \(B, T, D=3\)"):
        make()(draw(B, T, H))
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7"):
        make()(draw(B, T, D), lengths=torch.tensor([0, 1, 7, 1]))
