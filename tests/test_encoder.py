"""An encoder gives the numbers and the gradients of the layer that it was made from."""

import copy

import pytest
import torch
from encoders import CLOSE, KINDS, LENGTHS, B, D, G, H, T, draw, fill, make_layer
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

PADDED = pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
EVERY = pytest.mark.parametrize(("cell", "both"), KINDS)


def back_to_layer(encoder):
    """The layer with the weights that the encoder holds now, as a dict by the names of the layer."""
    parts = {"ahead": encoder.ahead} | ({} if encoder.back is None else {"back": encoder.back})
    cells = {name: lth.from_torch_nn(part).cell for name, part in parts.items()}
    if encoder.back is None:
        return lth.Unroll(cells["ahead"])
    return lth.Bidirectional(cells["ahead"], cells["back"])


def weights(layer):
    return {name: parameter.detach().clone() for name, parameter in layer.named_parameters()}


def learn(module, x, lengths, target):
    """What one pass gives, its gradient at ``x``, and the module one step of descent later."""
    x = x.clone().requires_grad_()
    h = module(x, None, lengths)[0]
    optimizer = torch.optim.SGD(module.parameters(), lr=0.3)
    (h * target).sum().backward()
    optimizer.step()
    return h.detach(), x.grad


@EVERY
@PADDED
def test_values_gradients_and_a_step_are_those_of_the_layer(cell, both, lengths):
    layer = make_layer(cell, both)
    encoder = lth.Encoder(layer)
    x, target = draw(B, T, D), draw(B, T, layer.output_size, seed=2)
    before = weights(layer)
    h, dx = learn(layer, x, lengths, target)
    h_encoder, dx_encoder = learn(encoder, x, lengths, target)
    assert h_encoder.shape == (B, T, encoder.output_size) == (B, T, H + G if both else H)
    torch.testing.assert_close(h_encoder, h, **CLOSE)
    torch.testing.assert_close(dx_encoder, dx, **CLOSE)
    after = weights(back_to_layer(encoder))
    assert after.keys() == before.keys()
    for name, parameter in layer.named_parameters():  # one step of plain descent is the gradient
        assert not torch.equal(parameter, before[name]), name
        torch.testing.assert_close(after[name], parameter.detach(), rtol=1e-11, atol=1e-13)


@EVERY
def test_only_our_bias_learns_even_in_a_copy(cell, both):
    for encoder in (original := lth.Encoder(make_layer(cell, both)), copy.deepcopy(original)):
        before = encoder.ahead.bias_hh_l0.detach().clone()
        learn(encoder, draw(B, T, D), LENGTHS, draw(B, T, encoder.output_size, seed=2))
        moved = encoder.ahead.bias_hh_l0 != before
        assert moved.tolist() == ([False] * 2 * H + [True] * H if cell == "GRU" else [False] * len(before))


@EVERY
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -1e300])
def test_the_padding_may_hold_anything(cell, both, value):
    target = draw(B, T, H + G if both else H, seed=2)
    seen = []
    for x in (fill(draw(B, T, D), LENGTHS, 0), fill(draw(B, T, D), LENGTHS, value)):
        encoder = lth.Encoder(make_layer(cell, both))
        seen.append([*learn(encoder, x, LENGTHS, target), *weights(encoder).values()])
    for zeros, anything in zip(*seen, strict=True):
        assert torch.equal(zeros, anything)
    h, dx, *_ = seen[1]
    assert torch.equal(h, fill(h, LENGTHS, 0))
    assert torch.equal(dx, fill(dx, LENGTHS, 0))


@settings(derandomize=True, database=None, deadline=None, max_examples=30)
@given(
    kind=st.sampled_from(KINDS),
    lengths=st.lists(st.integers(1, T), min_size=1, max_size=6),
    extra=st.integers(0, 3),
)
def test_any_lengths_give_what_each_sequence_gives_alone(kind, lengths, extra):
    layer = make_layer(*kind)
    encoder, lengths = lth.Encoder(layer), torch.tensor(lengths)
    x = fill(draw(len(lengths), T + extra, D), lengths, torch.nan)
    h = encoder(x, None, lengths)[0]
    torch.testing.assert_close(h, layer(x, None, lengths)[0], **CLOSE)
    for b, length in enumerate(lengths.tolist()):
        alone = encoder(x[b : b + 1, :length])[0]
        torch.testing.assert_close(h[b : b + 1, :length], alone, **CLOSE)


@PADDED
def test_encoders_stack_as_layers_do(lengths):
    first = make_layer("LSTM", True)
    second = make_layer("GRU", True, input_size=H + G)
    x = draw(B, T, D)
    plain = lth.Stacked([first, second], dropout=0.4)
    fast = lth.Stacked([lth.Encoder(first), lth.Encoder(second)], dropout=0.4)
    h, fast_h = (m(x, None, lengths, rng=torch.Generator().manual_seed(3))[0] for m in (plain, fast))
    torch.testing.assert_close(fast_h, h, **CLOSE)
    assert not torch.equal(h, plain.eval()(x, None, lengths)[0])


@EVERY
def test_half_precision_stays_close(cell, both):
    encoder = lth.Encoder(make_layer(cell, both, dtype=torch.float32))
    x = draw(B, T, D).float()
    exact = encoder(x, None, LENGTHS)[0]
    with torch.autocast("cpu", torch.bfloat16):
        h = encoder(x, None, LENGTHS)[0]
    torch.testing.assert_close(h.float(), exact, rtol=0, atol=1e-2)


def test_it_copies_and_leaves_no_state():
    layer = make_layer("LSTM", True)
    encoder = lth.Encoder(layer)
    assert encoder(draw(B, T, D))[1:] == (None, None)
    assert (encoder.input_size, encoder.output_size) == (D, H + G)
    before = weights(layer)
    learn(encoder, draw(B, T, D), None, draw(B, T, H + G, seed=2))
    assert all(torch.equal(before[name], tensor) for name, tensor in weights(layer).items())


def test_what_cannot_be_encoded_is_refused():
    cell = lth.LSTMCell(D, H)
    with pytest.raises(TypeError, match=r"but is a Unroll that reads backwards\. Put several encoders"):
        lth.Encoder(lth.Unroll(cell, reverse=True))
    with pytest.raises(TypeError, match=r"but is a Stacked\. Put several encoders into a Stacked"):
        lth.Encoder(lth.Stacked([lth.Unroll(cell)]))
    encoder, x = lth.Encoder(lth.Unroll(cell)), torch.zeros(B, T, D)
    for argument in ({"state": cell.zero_state(B)}, {"truncate": 2}):
        with pytest.raises(ValueError, match="starts from zeros and takes all steps at once"):
            encoder(x, **argument)
    with pytest.raises(ShapeError, match=r"`x` should have shape \(B, T, D=3\)"):
        encoder(x[0])
    with pytest.raises(ValueError, match="dtype"):
        encoder(x.double())
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7 but run from 0 to 7"):
        encoder(x, lengths=torch.tensor([0, 1, 7, 1]))
