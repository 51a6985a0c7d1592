"""Weights to and from Keras: the same outputs and final states."""

import numpy as np
import pytest
import torch
from table import D, H
from test_convert import shake

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

B, T = 4, 6
CLOSE = {"rtol": 1e-5, "atol": 1e-6}  # Keras multiplies matrices in float32, even those of float64
PEERS = {
    "tanh": (lth.RNNCell, {}, "SimpleRNN", {}),
    "relu": (lth.RNNCell, {"nonlinearity": "relu"}, "SimpleRNN", {"activation": "relu"}),
    "LSTM": (lth.LSTMCell, {}, "LSTM", {}),
    "GRU": (lth.GRUCell, {}, "GRU", {"reset_after": True}),
}
ROWS = pytest.mark.parametrize("row", PEERS)

# Keras reads its own variables through np.array(tensor), which PyTorch 2.13 does not fully support.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


@pytest.fixture(scope="module")
def keras():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "torch")
        import keras

        assert keras.backend.backend() == "torch"
        yield keras


def make_keras(keras, row, **settings):
    _, _, name, own = PEERS[row]
    settings = {"return_sequences": True, "return_state": True, "dtype": "float64"} | own | settings
    layer = getattr(keras.layers, name)(H, **settings)
    layer.build((None, T, D))
    return layer


def make_cell(row):
    kind, own, _, _ = PEERS[row]
    return shake(kind(D, H, **own, dtype=torch.float64))


def draw(array):
    return np.random.default_rng(array.size).uniform(-0.8, 0.8, array.shape)


def inputs():
    return np.random.default_rng(0).normal(size=(B, T, D))


def assert_agree(cell, layer):
    h, state, _ = lth.Unroll(cell)(torch.from_numpy(inputs()))
    expected = layer(inputs())
    for ours, theirs in zip((h, *state), expected, strict=True):
        torch.testing.assert_close(ours, theirs, **CLOSE)


@ROWS
def test_keras_layer_computes_what_the_cell_does(keras, row):
    cell, layer = make_cell(row), make_keras(keras, row)
    layer.set_weights(lth.to_keras(cell))
    assert_agree(cell, layer)


@pytest.mark.parametrize("use_bias", [True, False])
@ROWS
def test_cell_computes_what_the_keras_layer_does(keras, row, use_bias):
    kind, own, _, _ = PEERS[row]
    layer = make_keras(keras, row, use_bias=use_bias)
    layer.set_weights([draw(array) for array in layer.get_weights()])
    assert_agree(lth.from_keras(kind, layer.get_weights(), **own), layer)


@ROWS
def test_two_directions_are_two_lists(keras, row):
    kind, own, _, _ = PEERS[row]
    peer = keras.layers.Bidirectional(make_keras(keras, row, return_state=False), dtype="float64")
    peer.build((None, T, D))
    peer.set_weights([draw(array) for array in peer.get_weights()])
    weights = peer.get_weights()
    layer = lth.Bidirectional(
        lth.from_keras(kind, weights[:3], **own), lth.from_keras(kind, weights[3:], **own)
    )
    h, _, _ = layer(torch.from_numpy(inputs()))
    torch.testing.assert_close(h, peer(inputs()), **CLOSE)
    peer.set_weights([0 * array for array in weights])
    peer.set_weights(lth.to_keras(layer.ahead.cell) + lth.to_keras(layer.back.cell))
    torch.testing.assert_close(h, peer(inputs()), **CLOSE)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@ROWS
def test_there_and_back_is_where_it_began(row, dtype):
    kind, own, _, _ = PEERS[row]
    cell = make_cell(row).to(dtype)
    arrays = lth.to_keras(cell)
    back = lth.from_keras(kind, arrays, **own).state_dict()
    for name, tensor in cell.state_dict().items():
        assert torch.equal(back[name], tensor), name
    for array in arrays:
        array[...] = 0  # they are copies
    assert all(parameter.abs().min() > 0 for parameter in cell.parameters())


@pytest.mark.parametrize(
    ("kind", "shapes", "error", "message"),
    [
        (lth.LSTMCell, [(2, 12)], ValueError, "kernel, recurrent kernel and bias but holds 1 arrays"),
        (
            lth.LSTMCell,
            [(2, 12), (3, 12), (12,)] * 2,
            ValueError,
            r"holds 6 arrays.*get_weights\(\)\[:3\] reads ahead",
        ),
        (
            lth.GRUCell,
            [(2, 12), (3, 12), (12,)],
            ShapeError,
            r"`recurrent kernel` should have shape \(H, 3H=9\)",
        ),
        (
            lth.LSTMCell,
            [(2, 9), (3, 12), (12,)],
            ShapeError,
            r"`kernel` should have shape \(D, 4H=12\) but.*\(2, 9\)",
        ),
        (lth.LSTMCell, [(2, 12), (3, 12), (2, 12)], ShapeError, r"`bias` should have shape \(4H=12\)"),
        (
            lth.GRUCell,
            [(2, 9), (3, 9), (9,)],
            ShapeError,
            r"`bias` should have shape \(sides=2, 3H=9\) but has.*Build the layer with reset_after=True",
        ),
        (
            "LSTM",
            [(2, 12), (3, 12)],
            TypeError,
            "counterpart for RNNCell, LSTMCell, GRUCell, but none for 'LSTM'",
        ),
        (lth.Unroll, [(2, 12), (3, 12)], TypeError, "but none for Unroll"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(kind, shapes, error, message):
    with pytest.raises(error, match=message):
        lth.from_keras(kind, [np.zeros(shape) for shape in shapes])


def test_unknown_nonlinearity_and_unknown_cells_are_refused():
    with pytest.raises(ValueError, match="`nonlinearity` should be 'tanh' or 'relu' but is 'selu'"):
        lth.from_keras(lth.RNNCell, [np.zeros((2, 3)), np.zeros((3, 3))], nonlinearity="selu")
    with pytest.raises(TypeError, match="but none for Unroll"):
        lth.to_keras(lth.Unroll(make_cell("LSTM")))
