"""The fused layer computes, and learns, what the plain loop does."""

import copy

import numpy as np
import pytest
import torch

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

B, T, D, H = 4, 6, 3, 5
CELLS = [lth.RNNCell, lth.LSTMCell, lth.GRUCell]
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


def pair(cell):
    """A plain layer with all its biases drawn, and its fused twin."""
    rng = torch.Generator().manual_seed(0)
    plain = lth.Unroll(cell(D, H, rng=rng, dtype=torch.float64))
    with torch.no_grad():
        for name, parameter in plain.named_parameters():
            if "bias" in name:
                parameter.normal_(generator=rng)
    return plain, lth.Fused(plain)


def draw(*shape, seed=1):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("lengths", [None, torch.tensor([2, 6, 1, 4])])
@pytest.mark.parametrize("given_state", [False, True])
def test_values_states_and_gradients_are_those_of_the_loop(cell, lengths, given_state):
    plain, fused = pair(cell)
    seen = []
    for layer in (plain, fused):
        x = draw(B, T, D).requires_grad_()
        fields = plain.cell.State._fields
        state = plain.cell.State(*(draw(B, H, seed=k) for k in range(len(fields)))) if given_state else None
        h, after, _ = layer(x, state, lengths)
        (h * draw(B, T, H, seed=9)).sum().backward(retain_graph=True)
        sum(part.square().sum() for part in after).backward()
        seen.append([h.detach(), *(part.detach() for part in after), x.grad])
    for ours, theirs in zip(*seen, strict=True):
        torch.testing.assert_close(theirs, ours, **CLOSE)
    assert fused(draw(B, T, D))[1]._fields == plain.cell.State._fields


@pytest.mark.parametrize("cell", CELLS)
def test_training_follows_the_same_curve_and_comes_back(cell):
    plain, fused = (lth.ManyToOne(layer, 2, dtype=torch.float64) for layer in pair(cell))
    fused.head.load_state_dict(copy.deepcopy(plain.head.state_dict()))
    histories = [
        lth.fit(
            model,
            torch.nn.functional.mse_loss,
            (draw(20, T, D), draw(20, 2, seed=2)),
            optimizer=torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
            epochs=5,
            batch_size=8,
            rng=np.random.default_rng(0),
            progress=False,
        )
        for model in (plain, fused)
    ]
    np.testing.assert_allclose(histories[1].train_loss, histories[0].train_loss, **CLOSE)
    back = dict(fused.layer.unfused().named_parameters())
    for name, parameter in plain.layer.named_parameters():
        torch.testing.assert_close(back[name], parameter, **CLOSE)


def test_what_cannot_be_fused_is_refused():
    cell = lth.LSTMCell(D, H)
    with pytest.raises(TypeError, match="should be an Unroll but is a Bidirectional"):
        lth.Fused(lth.Bidirectional(cell, lth.LSTMCell(D, H)))
    with pytest.raises(ValueError, match="only reads backwards"):
        lth.Fused(lth.Unroll(cell, reverse=True))
    fused = lth.Fused(lth.Unroll(cell))
    with pytest.raises(ValueError, match="`truncate` needs a step in the middle"):
        fused(torch.zeros(B, T, D), truncate=2)
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        fused(torch.zeros(T, D))
    with pytest.raises(TypeError, match="float64"):
        fused(torch.zeros(B, T, D, dtype=torch.float64))
    with pytest.raises(ValueError, match="lengths"):
        fused(torch.zeros(B, T, D), lengths=torch.tensor([0, 1, 1, 1]))
