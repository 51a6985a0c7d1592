"""Weights to and from ``torch.nn``: the same outputs, final states and gradients."""

import numpy as np
import pytest
import torch
from table import CELLS, D, H, K, make_cell
from torch import nn

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

B, T = 4, 6
CLOSE = {"rtol": 1e-12, "atol": 1e-12}
PEERS = {"LSTM": nn.LSTM, "GRU": nn.GRU, "RNN tanh": nn.RNN, "RNN relu": nn.RNN}
STACKS = pytest.mark.parametrize("bidirectional", [False, True], ids=["ahead", "both"])
LEVELS = pytest.mark.parametrize("levels", [1, 2, 3])
ROWS = pytest.mark.parametrize("row", CELLS)


def shake(module):
    """Random numbers in every parameter, biases included, so that none can be overlooked."""
    draws = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.8, 0.8, generator=draws)
    return module


def make_layer(row, levels, bidirectional, dropout=0.0):
    def cell(k):
        D_k = D if k == 0 else H * (1 + bidirectional)
        return make_cell(lth, row, D_k, H, dtype=torch.float64)

    layers = [
        lth.Bidirectional(cell(k), cell(k)) if bidirectional else lth.Unroll(cell(k)) for k in range(levels)
    ]
    return shake(layers[0] if levels == 1 else lth.Stacked(layers, dropout=dropout))


def make_module(row, levels=1, bidirectional=False, **settings):
    settings |= {"nonlinearity": row[4:]} if row.startswith("RNN") else {}
    sizes = {
        "num_layers": levels,
        "bidirectional": bidirectional,
        "batch_first": True,
        "dtype": torch.float64,
    }
    return shake(PEERS[row](D, H, **sizes | settings))


def names(layer):
    """Pairs of prefix and suffix: what our layer and ``torch.nn`` call the cells, in the order of states."""
    parts = [("", layer)] if not isinstance(layer, lth.Stacked) else layer.layers.named_children()
    for k, (name, part) in enumerate(parts):
        prefix = f"layers.{name}." if name else ""
        if isinstance(part, lth.Bidirectional):
            yield f"{prefix}ahead.cell.", f"_l{k}"
            yield f"{prefix}back.cell.", f"_l{k}_reverse"
        else:
            yield f"{prefix}cell.", f"_l{k}"


def cell_states(layer, state):
    """The states of the cells, in the order of ``names``."""
    states = state if isinstance(layer, lth.Stacked) else [state]
    return [
        cell for part in states for cell in ([part.ahead, part.back] if hasattr(part, "ahead") else [part])
    ]


def our_state(layer, parts):
    """The state of our layer, filled with those of the cells in the order of ``names``."""
    parts = iter(parts)

    def fill(part):
        if isinstance(part, lth.Bidirectional):
            return part.State(fill(part.ahead), fill(part.back))
        return part.cell.State(*next(parts))

    return tuple(map(fill, layer.layers)) if isinstance(layer, lth.Stacked) else fill(layer)


def run(layer, module):
    """Both on the same input and initial state, with the gradients of the same random loss."""
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(B, T, D)))
    fields = 2 if isinstance(module, nn.LSTM) else 1
    before = torch.from_numpy(rng.normal(size=(fields, len(list(names(layer))), B, H)))
    weight = torch.from_numpy(rng.normal(size=(B, T, layer.output_size)))
    results = []
    for ours in (True, False):
        leaf, start = x.clone().requires_grad_(), before.clone().requires_grad_()
        if ours:
            h, state, _ = layer(leaf, our_state(layer, start.transpose(0, 1)))
            after = torch.stack([torch.stack(tuple(part)) for part in cell_states(layer, state)], dim=1)
        else:
            h, state = module(leaf, tuple(start) if fields == 2 else start[0])
            after = torch.stack(state) if fields == 2 else state[None]
        ((weight * h).sum() + (after**2).sum()).backward()
        results.append({"h": h, "state": after, "dx": leaf.grad, "d_before": start.grad})
    return results


def assert_agree(layer, module):
    ours, theirs = run(layer, module)
    for name, value in ours.items():
        torch.testing.assert_close(
            value, theirs[name], **CLOSE, msg=lambda text, name=name: f"{name}: {text}"
        )
    grads = {name: parameter.grad for name, parameter in layer.named_parameters()}
    for prefix, suffix in names(layer):
        peer = {name: getattr(module, f"{name}{suffix}").grad for name in ("weight_ih", "weight_hh")}
        if module.bias:
            peer["bias"] = getattr(module, f"bias_ih{suffix}").grad
            if isinstance(module, nn.GRU):
                peer["bias_hn"] = getattr(module, f"bias_hh{suffix}").grad[-H:]
        for name, expected in peer.items():
            torch.testing.assert_close(grads[prefix + name], expected, **CLOSE)


@STACKS
@LEVELS
@ROWS
def test_torch_module_computes_what_the_layer_does(row, levels, bidirectional):
    layer = make_layer(row, levels, bidirectional)
    module = lth.to_torch_nn(layer)
    assert type(module) is PEERS[row]
    assert module.batch_first
    assert_agree(layer, module)


@STACKS
@LEVELS
@ROWS
def test_layer_computes_what_the_torch_module_does(row, levels, bidirectional):
    module = make_module(row, levels, bidirectional)
    layer = lth.from_torch_nn(module)
    kind = lth.Stacked if levels > 1 else lth.Bidirectional if bidirectional else lth.Unroll
    assert type(layer) is kind
    assert_agree(layer, module)


@STACKS
@LEVELS
@ROWS
def test_there_and_back_is_where_it_began(row, levels, bidirectional):
    layer = make_layer(row, levels, bidirectional)
    back = lth.from_torch_nn(lth.to_torch_nn(layer)).state_dict()
    assert back.keys() == layer.state_dict().keys()
    for name, tensor in layer.state_dict().items():
        assert torch.equal(back[name], tensor), name


@ROWS
def test_module_without_bias_and_with_time_first(row):
    module = make_module(row, 2, bias=False)
    assert_agree(lth.from_torch_nn(module), module)
    module = make_module(row, 2, batch_first=False)
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(B, T, D)))
    h, _, _ = lth.from_torch_nn(module)(x)
    torch.testing.assert_close(h, module(x.transpose(0, 1))[0].transpose(0, 1), **CLOSE)


@ROWS
def test_stack_of_one_layer(row):
    layer = lth.Stacked([make_layer(row, 1, False)], dropout=0.3)
    assert_agree(layer, lth.to_torch_nn(layer))


def test_training_through_torch_nn_is_training_the_layer():
    """The bias learns twice in ``torch.nn``; with one of the two held still, plain descent is the same."""
    layer = make_layer("LSTM", 2, False)
    module = lth.to_torch_nn(layer)
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(not name.startswith("bias_hh"))
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(B, T, D)))
    for trained in (layer, module):
        optimiser = torch.optim.SGD([p for p in trained.parameters() if p.requires_grad], lr=0.1)
        for _ in range(5):
            optimiser.zero_grad()
            (trained(x)[0] ** 2).sum().backward()
            optimiser.step()
    for name, tensor in lth.from_torch_nn(module).state_dict().items():
        torch.testing.assert_close(tensor, layer.state_dict()[name], **CLOSE)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("training", [False, True])
def test_dropout_mode_and_dtype_are_kept(dtype, training):
    layer = make_layer("GRU", 2, True, dropout=0.3).to(dtype).train(training)
    module = lth.to_torch_nn(layer)
    back = lth.from_torch_nn(module)
    assert module.dropout == back.dropout == 0.3
    assert module.training == back.training == training
    assert {p.dtype for p in module.parameters()} == {p.dtype for p in back.parameters()} == {dtype}


def test_device_is_kept():
    """A device that every machine has: tensors on it have a shape and no numbers."""
    module = lth.to_torch_nn(make_layer("GRU", 2, True).to("meta"))
    back = lth.from_torch_nn(module)
    assert (
        {p.device.type for p in module.parameters()} == {p.device.type for p in back.parameters()} == {"meta"}
    )


def test_weights_are_copies_and_nothing_is_drawn_from_the_global_generator():
    layer, module = make_layer("LSTM", 2, True), make_module("GRU", 2, True)
    before = torch.get_rng_state()
    converted, back = lth.to_torch_nn(layer), lth.from_torch_nn(module)
    assert torch.equal(torch.get_rng_state(), before)
    pointers = {p.data_ptr() for p in (*layer.parameters(), *module.parameters())}
    assert pointers.isdisjoint(p.data_ptr() for p in (*converted.parameters(), *back.parameters()))


def lstm(D=2, H=3, **settings):
    return lth.LSTMCell(D, H, **settings)


class OwnCell(lth.LSTMCell):
    """A variant that torch.nn knows nothing of."""


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        (lstm(), TypeError, r"Unroll or a Bidirectional but is a LSTMCell. Put a cell into Unroll\(cell\)"),
        (lth.ManyToOne(lth.Unroll(lstm()), K), TypeError, "is a ManyToOne.*take the `layer` of a ManyToOne"),
        (lnp.Unroll(lnp.LSTMCell(D, H)), TypeError, "should be an Unroll or a Bidirectional but is a Unroll"),
        (
            lth.Unroll(OwnCell(2, 3)),
            TypeError,
            "counterpart for RNNCell, LSTMCell, GRUCell, but none for OwnCell",
        ),
        (lth.Unroll(lstm(), reverse=True), ValueError, "no layer that only reads backwards. Flip the input"),
        (
            lth.Stacked([lth.Unroll(lstm()), lth.Unroll(lstm(3), reverse=True)]),
            ValueError,
            "no layer that only reads backwards",
        ),
        (
            lth.Stacked([lth.Unroll(lstm()), lth.Bidirectional(lstm(3), lstm(3))]),
            ValueError,
            "every layer in one direction, or every layer in two",
        ),
        (
            lth.Stacked([lth.Unroll(lstm()), lth.Unroll(lstm(3, 4))]),
            ValueError,
            "hidden_size=3 .*hidden_size=4",
        ),
        (lth.Bidirectional(lstm(), lth.GRUCell(2, 3)), ValueError, "one is LSTMCell .* and one GRUCell"),
        (
            lth.Bidirectional(lth.RNNCell(2, 3), lth.RNNCell(2, 3, nonlinearity="relu")),
            ValueError,
            r"one is RNNCell \(tanh\) .* and one RNNCell \(relu\)",
        ),
        (
            lth.Bidirectional(lstm(), lstm(dtype=torch.float64)),
            ValueError,
            "dtype=torch.float32 and one .*dtype=torch.float64",
        ),
    ],
)
def test_layers_without_counterpart_are_refused(layer, error, message):
    with pytest.raises(error, match=message):
        lth.to_torch_nn(layer)


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        (
            nn.LSTMCell(2, 3),
            TypeError,
            "torch.nn.RNN, LSTM or GRU but is a LSTMCell. Pass the recurrent module",
        ),
        (nn.Sequential(nn.LSTM(2, 3)), TypeError, "but is a Sequential"),
        (
            nn.LSTM(2, 3, proj_size=1),
            ValueError,
            "projects its state to proj_size=1.*Build it with proj_size=0",
        ),
    ],
)
def test_modules_without_counterpart_are_refused(module, error, message):
    with pytest.raises(error, match=message):
        lth.from_torch_nn(module)
