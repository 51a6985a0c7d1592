"""The two halves against each other: same weights, same values, same gradients, same signatures."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import (
    prove_cell_by_autograd,
    prove_embedding_by_autograd,
    prove_layer_by_autograd,
    prove_linear_by_autograd,
    prove_model_by_autograd,
)
from table import CELLS, LAYERS, LENGTHS, B, D, K, S, T, leaves, make_cell, make_layer

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

NAMES = [
    *sorted({name for name, _ in CELLS.values()}),
    "Unroll",
    "Bidirectional",
    "Stacked",
    "ManyToOne",
    "Fused",
    "Checkpointed",
]


@pytest.mark.parametrize("row", CELLS)
def test_a_step_agrees_with_autograd(row):
    prove_cell_by_autograd(row)


@pytest.mark.parametrize("truncate", [None, 1, S])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("row", CELLS)
def test_a_layer_agrees_with_autograd(row, layer, lengths, truncate):
    prove_layer_by_autograd(row, layer, lengths, truncate)


@settings(derandomize=True, database=None, deadline=None, max_examples=40)
@given(
    row=st.sampled_from(sorted(CELLS)),
    layer=st.sampled_from(sorted(LAYERS)),
    lengths=st.lists(st.integers(1, T), min_size=B, max_size=B),
    truncate=st.none() | st.integers(1, T + 1),
)
def test_any_lengths_and_any_truncation_agree_with_autograd(row, layer, lengths, truncate):
    prove_layer_by_autograd(row, layer, np.array(lengths), truncate)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("row", CELLS)
def test_a_model_agrees_with_autograd(row, layer, lengths):
    prove_model_by_autograd(row, layer, lengths)


@pytest.mark.parametrize("leading", [(B,), (B, T)], ids=["B", "B,T"])
def test_linear_agrees_with_autograd(leading):
    prove_linear_by_autograd(*leading)


@pytest.mark.parametrize("leading", [(B,), (B, T)], ids=["B", "B,T"])
def test_embedding_agrees_with_autograd(leading):
    prove_embedding_by_autograd(*leading)


@pytest.mark.parametrize("name", NAMES)
def test_twins_share_their_signatures(name):
    ours, twin = getattr(lnp, name), getattr(lth, name)
    assert inspect.signature(ours) == inspect.signature(twin)
    for method in {"forward", "zero_state", "final_h"} & set(dir(twin)):
        assert inspect.signature(getattr(ours, method)) == inspect.signature(getattr(twin, method)), method


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("row", CELLS)
def test_float32_stays_float32(row, layer):
    x, dh, d_prediction = (np.ones(shape, np.float32) for shape in [(B, T, D), (B, T, 1), (B, K)])
    ours = lnp.ManyToOne(make_layer(lnp, row, layer, dtype=np.float32), K)
    twin = lth.ManyToOne(make_layer(lth, row, layer, dtype=torch.float32), K)

    rng = np.random.default_rng(0)
    h, after, tape = ours.layer(x, ours.layer.zero_state(B), LENGTHS, truncate=S, rng=rng)
    dh = np.repeat(dh, ours.layer.output_size, axis=2)
    gradients = ours.layer.backward(dh, after, tape), ours.layer.backward(None, None, tape)
    prediction, model_tape = ours(x, LENGTHS, rng=rng)
    everything = (h, after, tape, gradients, prediction, ours.backward(d_prediction, model_tape))
    assert dtypes(everything) == {"float32", "bool"}  # bool: the masks

    lengths = torch.tensor(LENGTHS)
    everything = (twin(torch.tensor(x), lengths), twin.layer(torch.tensor(x), None, lengths, truncate=S))
    assert dtypes(everything) == {"torch.float32", "torch.bool"}


@pytest.mark.parametrize("row", CELLS)
def test_a_step_in_float32_stays_float32(row):
    cell = make_cell(lnp, row, dtype=np.float32)
    after, tape = cell(np.ones((B, D), np.float32), cell.zero_state(B))
    assert dtypes((after, tape, cell.backward(after, tape))) == {"float32"}


def test_linear_and_embedding_in_float32_stay_float32():
    linear, embedding = lnp.Linear(D, K, dtype=np.float32), lnp.Embedding(K, D, dtype=np.float32)
    x, embedding_tape = embedding(np.arange(K))
    y, linear_tape = linear(x)
    dx, grads = linear.backward(y, linear_tape)
    assert dtypes((x, y, dx, grads, embedding.backward(dx, embedding_tape))) == {"float32"}


def dtypes(nest):
    return {str(array.dtype) for _, array in leaves(nest)}
