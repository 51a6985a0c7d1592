"""How a cell starts, what it is called, and what its first step must give."""

import numpy as np
import pytest
import torch
from proofs import assert_close
from table import CELLS, LAYERS, B, D, H, K, V, leaves, make_cell, make_layer, random_state

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth


@pytest.mark.parametrize("row", CELLS)
def test_weights_start_uniform_in_both_halves(row):
    hidden_size = 100
    for cell in (make_cell(lnp, row, D, hidden_size), make_cell(lth, row, D, hidden_size)):
        bound = 1 / np.sqrt(hidden_size)
        for weight in (cell.weight_ih, cell.weight_hh):
            assert 0.95 * bound < weight.max() <= bound
            assert -bound <= weight.min() < -0.95 * bound
            assert abs(weight.mean()) < 0.1 * bound


@pytest.mark.parametrize("row", CELLS)
def test_the_same_generator_draws_the_same_cell_and_none_draws_another(row):
    for half, rng in ((lnp, np.random.default_rng), (lth, torch.Generator().manual_seed)):
        first, again = (make_cell(half, row, rng=rng(0)) for _ in range(2))
        fresh, other = (make_cell(half, row) for _ in range(2))
        assert (first.weight_ih == again.weight_ih).all()
        assert (first.weight_hh == again.weight_hh).all()
        assert (fresh.weight_ih != other.weight_ih).any()


@pytest.mark.parametrize("row", ["GRU", "RNN tanh"])
def test_biases_start_at_zero(row):
    for half in (lnp, lth):
        parameters = dict(make_cell(half, row).named_parameters())
        assert all((array == 0).all() for name, array in parameters.items() if name.startswith("bias"))


def test_only_the_forget_gate_starts_open():
    for half in (lnp, lth):
        np.testing.assert_array_equal(
            half.LSTMCell(D, 2).bias.tolist(), [0, 0, 1, 1, 0, 0, 0, 0]
        )  # i, f, g, o
        assert (half.LSTMCell(D, H, forget_bias=-2.0).bias[H : 2 * H] == -2).all()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("row", CELLS)
def test_parameters_have_the_names_and_shapes_that_torch_gives_them(row, layer):
    ours = lnp.ManyToOne(make_layer(lnp, row, layer), K)
    twin = lth.ManyToOne(make_layer(lth, row, layer), K)
    shapes = {name: array.shape for name, array in ours.named_parameters()}
    assert shapes == {name: tuple(tensor.shape) for name, tensor in twin.state_dict().items()}


def test_named_parameters_are_live():
    model = lnp.ManyToOne(lnp.Stacked([lnp.Unroll(lnp.RNNCell(D, H))]), K)
    dict(model.named_parameters())["layer.layers.0.cell.bias"][...] = 7
    assert (model.layer.layers[0].cell.bias == 7).all()


@pytest.mark.parametrize("row", CELLS)
def test_zero_state_is_zero(row):
    for half in (lnp, lth):
        cell = make_cell(half, row)
        state = cell.zero_state(B)
        assert type(state) is cell.State
        assert all(tuple(a.shape) == (B, H) and (a == 0).all() for _, a in leaves(state))


@pytest.mark.parametrize("row", CELLS)
def test_a_step_leaves_its_arguments_as_they_were(row):
    rng = np.random.default_rng(0)
    cell = make_cell(lnp, row, rng=rng)
    x, state, d_state = rng.normal(size=(B, D)), random_state(cell, rng), random_state(cell, rng)
    before = [a.copy() for _, a in leaves((x, state, d_state))]
    _, tape = cell(x, state)
    cell.backward(d_state, tape)
    assert_close(tuple(a for _, a in leaves((x, state, d_state))), tuple(before))


def test_extreme_inputs_do_not_overflow():
    for row in ("LSTM", "GRU", "RNN tanh"):
        cell = make_cell(lnp, row)
        for x in (np.full((B, D), 1e6), np.full((B, D), -1e6)):
            after, _ = cell(x, cell.zero_state(B))
            assert all(np.isfinite(a).all() and (abs(a) <= 1).all() for _, a in leaves(after))


def test_one_step_by_hand():
    """All weights zero, so every gate is σ(bias): numbers anyone can check."""
    lstm = lnp.LSTMCell(1, 1, forget_bias=0.0)
    lstm.weight_ih[...], lstm.weight_hh[...] = 0, 0
    lstm.bias[2] = np.arctanh(0.5)  # so g = 1/2, and i = f = o = 1/2
    after, _ = lstm(np.ones((1, 1)), lstm.State(h=np.ones((1, 1)), c=np.ones((1, 1))))
    np.testing.assert_allclose(after.c, [[0.5 * 1 + 0.5 * 0.5]], rtol=1e-15)
    np.testing.assert_allclose(after.h, [[0.5 * np.tanh(0.75)]], rtol=1e-15)

    gru = lnp.GRUCell(1, 1)
    gru.weight_ih[...], gru.weight_hh[...] = 0, 0
    gru.bias_hn[...] = 2 * np.arctanh(0.5)  # r = 1/2 halves it, so n = 1/2, and z = 1/2
    after, _ = gru(np.ones((1, 1)), gru.State(h=np.ones((1, 1))))
    np.testing.assert_allclose(after.h, [[0.5 * 0.5 + 0.5 * 1]], rtol=1e-15)


def test_embedding_starts_standard_normal():
    table = lnp.Embedding(100 * V, D, rng=np.random.default_rng(0)).weight
    assert abs(table.mean()) < 0.1
    assert abs(table.std() - 1) < 0.1


def test_linear_starts_as_in_torch():
    linear = lnp.Linear(100, 100, rng=np.random.default_rng(0))
    for array in (linear.weight, linear.bias):
        assert 0.09 < array.max() <= 0.1
        assert -0.1 <= array.min() < -0.09


def test_a_head_follows_the_precision_of_its_layer():
    assert lnp.ManyToOne(lnp.Unroll(lnp.RNNCell(D, H, dtype=np.float32)), K).head.weight.dtype == np.float32
    layer = lth.Unroll(lth.RNNCell(D, H, dtype=torch.float64))
    assert lth.ManyToOne(layer, K).head.weight.dtype == torch.float64
    first, again = (lth.ManyToOne(layer, K, rng=torch.Generator().manual_seed(0)).head for _ in range(2))
    assert (first.weight == again.weight).all()
    assert (first.bias == again.bias).all()
