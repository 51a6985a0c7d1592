"""Weights to and from ONNX, run by onnxruntime: the same outputs and final states."""

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from table import D, H
from test_convert import shake

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

B, T = 4, 6
CLOSE = {"rtol": 1e-5, "atol": 1e-6}  # onnxruntime has these nodes in float32 only
PEERS = {
    "tanh": (lth.RNNCell, {}, "RNN", {}),
    "relu": (lth.RNNCell, {"nonlinearity": "relu"}, "RNN", {"activations": ["Relu"]}),
    "LSTM": (lth.LSTMCell, {}, "LSTM", {}),
    "GRU": (lth.GRUCell, {}, "GRU", {"linear_before_reset": 1}),
}
ROWS = pytest.mark.parametrize("row", PEERS)
DIRECTIONS = pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])


def make_layer(row, direction):
    kind, own, _, _ = PEERS[row]
    cells = [kind(D, H, **own, dtype=torch.float32) for _ in range(1 + (direction == "bidirectional"))]
    layer = (
        lth.Bidirectional(*cells) if len(cells) == 2 else lth.Unroll(*cells, reverse=direction == "reverse")
    )
    return shake(layer)


def draw(row, direction):
    """Arrays as an exporter might leave them."""
    rng, gates = np.random.default_rng(0), {"LSTM": 4, "GRU": 3}.get(row, 1)
    n = 1 + (direction == "bidirectional")
    shapes = {"W": (n, gates * H, D), "R": (n, gates * H, H), "B": (n, 2 * gates * H)}
    return {name: rng.uniform(-0.8, 0.8, shape).astype(np.float32) for name, shape in shapes.items()}


def run_onnx(row, direction, arrays, x):
    """A model of one node; Y (T, directions, B, H) and the final states (directions, B, H)."""
    _, _, name, own = PEERS[row]
    n = len(arrays["W"])
    settings = {key: value * n if key == "activations" else value for key, value in own.items()}
    states = ["Y_h", "Y_c"][: 1 + (row == "LSTM")]
    node = helper.make_node(
        name, ["X", "W", "R", *(["B"] if "B" in arrays else [])], ["Y", *states],
        hidden_size=H, direction=direction, **settings,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "one_node",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, (T, B, D))],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, (T, n, B, H))]
        + [helper.make_tensor_value_info(state, TensorProto.FLOAT, (n, B, H)) for state in states],
        [
            helper.make_tensor(key, TensorProto.FLOAT, array.shape, array.ravel())
            for key, array in arrays.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"X": x.transpose(1, 0, 2)})


def assert_agree(layer, row, direction, arrays):
    x = np.random.default_rng(1).normal(size=(B, T, D)).astype(np.float32)
    h, state, _ = layer(torch.from_numpy(x))
    y, *expected = run_onnx(row, direction, arrays, x)
    np.testing.assert_allclose(h.detach(), y.transpose(2, 0, 1, 3).reshape(B, T, -1), **CLOSE)
    states = [state.ahead, state.back] if direction == "bidirectional" else [state]
    for field, value in enumerate(expected):
        np.testing.assert_allclose(torch.stack([part[field] for part in states]).detach(), value, **CLOSE)


@DIRECTIONS
@ROWS
def test_onnx_node_computes_what_the_layer_does(row, direction):
    layer = make_layer(row, direction)
    assert_agree(layer, row, direction, lth.to_onnx(layer))


@pytest.mark.parametrize("bias", [True, False])
@DIRECTIONS
@ROWS
def test_layer_computes_what_the_onnx_node_does(row, direction, bias):
    kind, own, _, _ = PEERS[row]
    arrays = draw(row, direction)
    if not bias:
        del arrays["B"]
    layer = lth.from_onnx(kind, arrays, reverse=direction == "reverse", **own)
    assert_agree(layer, row, direction, arrays)


@DIRECTIONS
@ROWS
def test_there_and_back_is_where_it_began(row, direction):
    kind, own, _, _ = PEERS[row]
    layer = make_layer(row, direction).double()
    back = lth.from_onnx(kind, lth.to_onnx(layer), reverse=direction == "reverse", **own)
    assert back.state_dict().keys() == layer.state_dict().keys()
    for name, tensor in layer.state_dict().items():
        assert torch.equal(back.state_dict()[name], tensor), name


def zeros(**shapes):
    return {name: np.zeros(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("arrays", "settings", "error", "message"),
    [
        (zeros(W=(1, 12, 2)), {}, ValueError, "W, R and perhaps B but holds W"),
        ({}, {}, ValueError, "but holds nothing"),
        (
            zeros(W=(1, 12, 2), R=(1, 12, 3), P=(1, 9)),
            {},
            ValueError,
            r"holds W, R, P. Peepholes \(P\) have no place",
        ),
        (
            zeros(W=(1, 12, 2), R=(1, 9, 3)),
            {},
            ShapeError,
            r"`R` should have shape \(directions, 4H=12, H\) but",
        ),
        (
            zeros(W=(1, 9, 2), R=(1, 12, 3)),
            {},
            ShapeError,
            r"`W` should have shape \(directions=1, 4H=12, D\) but",
        ),
        (
            zeros(W=(1, 12, 2), R=(1, 12, 3), B=(1, 12)),
            {},
            ShapeError,
            r"`B` should have shape \(directions=1, 8H=24\)",
        ),
        (zeros(W=(3, 12, 2), R=(3, 12, 3)), {}, ShapeError, "`R` has 3 directions; a node has 1 or 2"),
        (
            zeros(W=(2, 12, 2), R=(2, 12, 3)),
            {"reverse": True},
            ValueError,
            "two directions, so `reverse` should be left",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays, settings, error, message):
    with pytest.raises(error, match=message):
        lth.from_onnx(lth.LSTMCell, arrays, **settings)


def test_layers_that_are_no_single_node_are_refused():
    layer = make_layer("LSTM", "forward")
    with pytest.raises(TypeError, match=r"but is a Stacked.*take the `layers` of a Stacked one by one"):
        lth.to_onnx(lth.Stacked([layer]))
    with pytest.raises(ValueError, match="The cells should all be alike"):
        lth.to_onnx(lth.Bidirectional(lth.LSTMCell(D, H), lth.LSTMCell(D, H + 1)))
    with pytest.raises(TypeError, match="but none for LSTM"):
        lth.from_onnx(torch.nn.LSTM, zeros(W=(1, 12, 2), R=(1, 12, 3)))
