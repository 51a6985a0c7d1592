"""What someone reads who passes the wrong thing: what was expected, what came, what to do."""

import re

import numpy as np
import pytest
import torch
from table import CELLS, B, D, G, H, K, T, V, make_cell, make_layer

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

both_halves = pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])
each_cell = pytest.mark.parametrize("row", CELLS)


def zeros(half, *shape, dtype="float"):
    """Zeros of the half's own kind, in the dtype that its modules have by default, or another."""
    if half is lnp:
        return np.zeros(shape, dtype)
    return torch.zeros(
        shape, dtype={"float": torch.float32, "float32": torch.float64, "int": torch.int64}[dtype]
    )


def integers(half, numbers):
    return np.array(numbers) if half is lnp else torch.tensor(numbers)


def refuses(error, message):
    return pytest.raises(error, match=re.escape(message))


# One step


@each_cell
@both_halves
def test_a_missing_batch_axis(half, row):
    cell = make_cell(half, row)
    with refuses(
        ShapeError,
        "`x` should have shape (B, D=2) but has shape (2,). A single example needs a batch axis: x[None].",
    ):
        cell(zeros(half, D), cell.zero_state(B))


@each_cell
@both_halves
def test_a_wrong_number_of_features(half, row):
    cell = make_cell(half, row)
    with refuses(ShapeError, "`x` should have shape (B, D=2) but has shape (4, 6)."):
        cell(zeros(half, B, G), cell.zero_state(B))


@each_cell
@both_halves
def test_a_state_of_another_batch_or_another_size(half, row):
    cell, x = make_cell(half, row), zeros(half, B, D)
    with refuses(ShapeError, "`state.h` should have shape (B=4, H=3) but has shape (1, 3)."):
        cell(x, cell.zero_state(1))
    with refuses(ShapeError, "`state.h` should have shape (B=4, H=3) but has shape (4, 6)."):
        cell(x, make_cell(half, row, D, G).zero_state(B))


@both_halves
def test_a_memory_of_another_size(half):
    cell, x = half.LSTMCell(D, H), zeros(half, B, D)
    with refuses(ShapeError, "`state.c` should have shape (B=4, H=3) but has shape (4, 6)."):
        cell(x, cell.State(h=zeros(half, B, H), c=zeros(half, B, G)))


@both_halves
def test_a_state_without_names(half):
    cell, x = half.LSTMCell(D, H), zeros(half, B, D)
    message = "`state` should be LSTMCell.State(h, c) but is a tuple. Name its parts"
    with refuses(TypeError, message):
        cell(x, (zeros(half, B, H), zeros(half, B, H)))
    with refuses(TypeError, message):
        half.Unroll(cell)(x[:, None], (zeros(half, B, H), zeros(half, B, H)))


@both_halves
def test_the_state_of_another_cell(half):
    x = zeros(half, B, D)
    with refuses(TypeError, "`state` should be LSTMCell.State(h, c) but is a State."):
        half.LSTMCell(D, H)(x, half.GRUCell(D, H).zero_state(B))
    with refuses(TypeError, "`state` should be GRUCell.State(h) but is a State."):
        half.GRUCell(D, H)(x, half.LSTMCell(D, H).zero_state(B))


@each_cell
@both_halves
def test_another_precision(half, row):
    cell, x = make_cell(half, row), zeros(half, B, D)
    other = zeros(half, B, D, dtype="float32")
    with refuses(
        TypeError, f"`x` has dtype {other.dtype} but the parameters are {x.dtype}. Convert the data"
    ):
        cell(other, cell.zero_state(B))
    state = cell.zero_state(B)._replace(h=zeros(half, B, H, dtype="float32"))
    with refuses(TypeError, f"`state.h` has dtype {other.dtype} but the parameters are {x.dtype}."):
        cell(x, state)


@each_cell
@both_halves
def test_integers_in_place_of_numbers(half, row):
    cell = make_cell(half, row)
    with refuses(TypeError, "int64 but the parameters are"):
        cell(zeros(half, B, D, dtype="int"), cell.zero_state(B))


def test_objects_in_place_of_numbers():
    cell = lnp.RNNCell(D, H)
    with refuses(TypeError, "`x` has dtype object but the parameters are float64."):
        cell(np.full((B, D), None), cell.zero_state(B))


@each_cell
@both_halves
def test_a_list(half, row):
    cell = make_cell(half, row)
    with refuses(TypeError, "`x` should be an array of shape (B, D=2) but is a list. Convert it first"):
        cell([[0.0, 0.0]], cell.zero_state(1))


def test_an_array_of_the_other_half():
    cell, twin = lnp.RNNCell(D, H), lth.RNNCell(D, H)
    with refuses(TypeError, "`x` is a Tensor from torch but the parameters are from numpy. Convert it first"):
        cell(zeros(lth, B, D), cell.zero_state(B))
    with refuses(
        TypeError, "`x` is a ndarray from numpy but the parameters are from torch. Convert it first"
    ):
        twin(zeros(lnp, B, D), twin.zero_state(B))


@each_cell
@both_halves
def test_an_empty_batch(half, row):
    cell = make_cell(half, row)
    with refuses(ShapeError, "`x` has shape (0, 2): an axis of size 0 holds nothing to compute with."):
        cell(zeros(half, 0, D), cell.zero_state(0))


@both_halves
def test_an_unknown_nonlinearity(half):
    with refuses(ValueError, "`nonlinearity` should be 'tanh' or 'relu' but is 'sine'."):
        half.RNNCell(D, H, nonlinearity="sine")


@pytest.mark.parametrize("size", [0, -1, 2.5, "3", None])
@each_cell
@both_halves
def test_a_size_that_is_none(half, row, size):
    with refuses(ValueError, f"`hidden_size` should be a whole number of at least 1 but is {size!r}."):
        make_cell(half, row, D, size)
    with refuses(ValueError, f"`input_size` should be a whole number of at least 1 but is {size!r}."):
        make_cell(half, row, size, H)


@each_cell
def test_a_gradient_that_would_broadcast(row):
    cell, x = make_cell(lnp, row), zeros(lnp, B, D)
    _, tape = cell(x, cell.zero_state(B))
    with refuses(ShapeError, "`d_state.h` should have shape (B=4, H=3) but has shape (1, 3)."):
        cell.backward(cell.zero_state(1), tape)
    with refuses(TypeError, "`d_state` should be"):
        cell.backward(tuple(cell.zero_state(B)), tape)


# Many steps


@both_halves
def test_a_sequence_without_a_batch(half):
    message = "`x` should have shape (B, T, D=2) but has shape (7, 2). A single sequence needs a batch axis"
    for layer in ("ahead", "bidirectional", "stacked"):
        with refuses(ShapeError, message):
            make_layer(half, "LSTM", layer)(zeros(half, T, D))


@both_halves
def test_a_sequence_of_something_else(half):
    layer = half.Unroll(half.LSTMCell(D, H))
    with refuses(ShapeError, "`x` should have shape (B, T, D=2) but has shape (4, 7, 6)."):
        layer(zeros(half, B, T, G))
    with refuses(ShapeError, "`x` has shape (0, 7, 2): an axis of size 0 holds nothing to compute with."):
        layer(zeros(half, 0, T, D))
    with refuses(ShapeError, "`x` has shape (4, 0, 2): an axis of size 0 holds nothing to compute with."):
        layer(zeros(half, B, 0, D))
    with refuses(TypeError, "int64 but the parameters are"):
        layer(zeros(half, B, T, D, dtype="int"), None, integers(half, [1, 2, 3, 4]))
    with refuses(TypeError, "`x` should be an array of shape (B, T, D=2) but is a list."):
        layer([[[0.0, 0.0]]])


@pytest.mark.parametrize(
    ("lengths", "extremes"), [([1, 2, 3, 0], (0, 3)), ([1, -2, 3, 7], (-2, 7)), ([1, 2, 3, 8], (1, 8))]
)
@pytest.mark.parametrize("layer", ["ahead", "reversed", "bidirectional", "stacked"])
@both_halves
def test_lengths_that_do_not_fit_the_sequence(half, layer, lengths, extremes):
    message = "`lengths` should lie between 1 and T=7 but run from {} to {}.".format(*extremes)
    with refuses(ValueError, message):
        make_layer(half, "GRU", layer)(zeros(half, B, T, D), None, integers(half, lengths))
    with refuses(ValueError, message):
        half.ManyToOne(make_layer(half, "GRU", layer), K)(zeros(half, B, T, D), integers(half, lengths))


@both_halves
def test_lengths_that_do_not_count(half):
    layer, x = half.Unroll(half.LSTMCell(D, H)), zeros(half, B, T, D)
    with refuses(ShapeError, "`lengths` should have shape (B=4) but has shape (3,). One length for each"):
        layer(x, None, integers(half, [1, 2, 3]))
    with refuses(ShapeError, "`lengths` should have shape (B=4) but has shape (4, 1)."):
        layer(x, None, integers(half, [[1], [2], [3], [4]]))
    with refuses(TypeError, "`lengths` should be an array of shape (B=4) but is a list."):
        layer(x, None, [1, 2, 3, 4])
    for lengths in ([1.0, 2.0, 3.0, 4.0], [True, True, True, True]):
        lengths = integers(half, lengths)
        with refuses(TypeError, f"`lengths` should hold integers but has dtype {lengths.dtype}."):
            layer(x, None, lengths)


@pytest.mark.parametrize("truncate", [0, -1, 2.5])
@both_halves
def test_a_stretch_of_no_steps(half, truncate):
    with refuses(ValueError, f"`truncate` should be a whole number of at least 1 but is {truncate}."):
        make_layer(half, "GRU", "stacked")(zeros(half, B, T, D), truncate=truncate)


@both_halves
def test_layers_that_do_not_fit(half):
    layers = [half.Unroll(half.LSTMCell(D, H)), half.Unroll(half.LSTMCell(G, H))]
    with refuses(
        ValueError,
        "Layer 1 has input_size=6 but layer 0 puts out vectors of size 3. Build layer 1 with input_size=3.",
    ):
        half.Stacked(layers)
    with refuses(ValueError, "`layers` should hold at least one layer but is empty."):
        half.Stacked([])


@both_halves
def test_layers_that_share_their_weights(half):
    cell = half.GRUCell(H, H)
    layer = half.Unroll(cell)
    message = "Two of the layers share their weights. Build a new cell for each of them."
    for build in (
        lambda: half.Stacked([layer] * 2),
        lambda: half.Stacked([layer, half.Unroll(cell)]),
        lambda: half.Bidirectional(cell, cell),
    ):
        with refuses(ValueError, message):
            build()


@both_halves
def test_directions_that_do_not_fit(half):
    with refuses(ValueError, "`cell` has input_size=2 and `reverse_cell` has input_size=3."):
        half.Bidirectional(half.LSTMCell(D, H), half.LSTMCell(H, H))


@pytest.mark.parametrize("dropout", [-0.1, 1, float("nan")])
@both_halves
def test_a_dropout_that_is_no_share(half, dropout):
    with refuses(ValueError, f"`dropout` should be at least 0 and less than 1 but is {dropout}."):
        half.Stacked([half.Unroll(half.LSTMCell(D, H))], dropout=dropout)


@both_halves
def test_the_state_of_another_layer(half):
    x = zeros(half, B, T, D)
    ahead, bidirectional, stacked = (
        make_layer(half, "LSTM", layer) for layer in ("ahead", "bidirectional", "stacked")
    )
    with refuses(TypeError, "`state` should be Bidirectional.State(ahead, back) but is a State."):
        bidirectional(x, ahead.zero_state(B))
    with refuses(TypeError, "`state` should be a tuple of 3 states, one for each layer, but is a State."):
        stacked(x, ahead.zero_state(B))
    with refuses(TypeError, "`state` should be a tuple of 3 states, one for each layer, but is a list."):
        stacked(x, list(stacked.zero_state(B)))
    with refuses(TypeError, "`state` should be a tuple of 3 states, one for each layer, but is one of 2."):
        stacked(x, stacked.zero_state(B)[:2])
    with refuses(TypeError, "`state` should be LSTMCell.State(h, c) but is a State."):
        ahead(x, bidirectional.zero_state(B))


@pytest.mark.parametrize("layer", ["ahead", "reversed", "bidirectional", "stacked"])
def test_a_gradient_of_another_shape(layer):
    ours = make_layer(lnp, "LSTM", layer)
    h, _, tape = ours(zeros(lnp, B, T, D))
    expected = f"`dh` should have shape (B=4, T=7, H={ours.output_size}) but has shape"
    with refuses(ShapeError, expected):
        ours.backward(h[:, 0], None, tape)
    with refuses(ShapeError, expected):
        ours.backward(h[:1], None, tape)
    with refuses(TypeError, "`dh` has dtype float32 but the parameters are float64."):
        ours.backward(h.astype("float32"), None, tape)
    with refuses(TypeError, "`d_state` should be"):
        ours.backward(h, [None, None], tape)


# Linear and Embedding


def test_a_linear_map_of_something_else():
    linear = lnp.Linear(D, K)
    with refuses(ShapeError, "`x` should have shape (B, D=2) but has shape (2,)."):
        linear(zeros(lnp, D))
    with refuses(ShapeError, "`x` should have shape (B, T, D=2) but has shape (4, 7, 3)."):
        linear(zeros(lnp, B, T, H))
    with refuses(TypeError, "`x` has dtype float32 but the parameters are float64."):
        linear(zeros(lnp, B, D, dtype="float32"))
    with refuses(TypeError, "`x` should be an array of shape (B, D=2) but is a list."):
        linear([[1.0, 2.0]])
    _, tape = linear(zeros(lnp, B, T, D))
    with refuses(ShapeError, "`dy` should have shape (B=4, T=7, K=10) but has shape (1, 1, 10)."):
        linear.backward(zeros(lnp, 1, 1, K), tape)
    with refuses(TypeError, "`dy` has dtype float32 but the parameters are float64."):
        linear.backward(zeros(lnp, B, T, K, dtype="float32"), tape)


@pytest.mark.parametrize("tokens", [[0, -1], [0, V]])
def test_words_that_are_not_in_the_vocabulary(tokens):
    message = (
        f"`x` should lie between 0 and 10, for V=11 words, but runs from {min(tokens)} to {max(tokens)}."
    )
    with refuses(ValueError, message):
        lnp.Embedding(V, D)(np.array(tokens))


def test_words_that_are_not_numbered():
    embedding = lnp.Embedding(V, D)
    with refuses(TypeError, "`x` should hold integers but has dtype float64."):
        embedding(np.array([1.0]))
    with refuses(ShapeError, "`x` should have shape (B, T) but has shape (1, 1, 1)."):
        embedding(np.array([[[1]]]))
    with refuses(TypeError, "`x` should be an array of shape (B, T) but is a list."):
        embedding([1])
    _, tape = embedding(np.array([1, 2]))
    with refuses(ShapeError, "`dy` should have shape (B=2, D=2) but has shape (1, 2)."):
        embedding.backward(zeros(lnp, 1, D), tape)


@pytest.mark.parametrize("size", [0, 1.5])
def test_parts_of_no_size(size):
    for build, name in (
        (lambda: lnp.Linear(D, size), "output_size"),
        (lambda: lnp.Linear(size, D), "input_size"),
        (lambda: lnp.Embedding(size, D), "vocabulary_size"),
        (lambda: lnp.Embedding(V, size), "embedding_size"),
        (lambda: lnp.ManyToOne(lnp.Unroll(lnp.RNNCell(D, H)), size), "output_size"),
        (lambda: lth.ManyToOne(lth.Unroll(lth.RNNCell(D, H)), size), "output_size"),
    ):
        with refuses(ValueError, f"`{name}` should be a whole number of at least 1 but is {size}."):
            build()
