"""The one table of cells, and what is built from each; a new cell is a new row here, in both halves."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

# All different, so that no transposed axis can hide. G is a second hidden size, S the steps of a stretch.
B, T, D, H, G, K, V, S = 4, 7, 2, 3, 6, 10, 11, 3

LENGTHS = np.array([4, 7, 1, 6])  # not sorted; full, shortest, and a multiple of S

CLOSE = {
    "exactly": {"rtol": 0, "atol": 0},
    "float64": {"rtol": 1e-10, "atol": 1e-12},  # the same mathematics in another order
    "differences": {"rtol": 1e-6, "atol": 1e-7},  # what a central difference can resolve
}


class Row(NamedTuple):
    name: str  # of the class, in both halves
    settings: dict = {}


CELLS = {
    "LSTM": Row("LSTMCell"),
    "GRU": Row("GRUCell"),
    "RNN tanh": Row("RNNCell", {"nonlinearity": "tanh"}),
    "RNN relu": Row("RNNCell", {"nonlinearity": "relu"}),
}

LAYERS = {
    "ahead": lambda half, cell: half.Unroll(cell(D, H)),
    "reversed": lambda half, cell: half.Unroll(cell(D, H), reverse=True),
    "bidirectional": lambda half, cell: half.Bidirectional(cell(D, H), cell(D, G)),
    "stacked": lambda half, cell: half.Stacked(
        [half.Unroll(cell(D, H)), half.Bidirectional(cell(H, G), cell(H, D)), half.Unroll(cell(G + D, H))],
        dropout=0.4,
    ),
}


def make_cell(half, row, input_size=D, hidden_size=H, **settings):
    """The cell of a row of the table."""
    name, own = CELLS[row]
    return getattr(half, name)(input_size, hidden_size, **own, **settings)


def make_layer(half, row, layer, **settings):
    """A layer of the table, built from the cell of a row."""
    return LAYERS[layer](half, lambda *sizes: make_cell(half, row, *sizes, **settings))


def make_twins(build, rng):
    """``build`` for both halves, with the same random number in every parameter, biases included."""
    ours, twin = build(lnp), build(lth).double().eval()
    for _, array in ours.named_parameters():
        array[...] = rng.normal(scale=0.6, size=array.shape)
    twin.load_state_dict({name: torch.tensor(array) for name, array in ours.named_parameters()})
    return ours, twin


def nest_map(function, nest):
    """Apply ``function`` to every array in a nest of states and tapes; ``None`` stays."""
    if nest is None:
        return None
    if isinstance(nest, tuple):
        parts = [nest_map(function, part) for part in nest]
        return type(nest)(*parts) if hasattr(nest, "_fields") else tuple(parts)
    if isinstance(nest, dict):
        return {name: nest_map(function, part) for name, part in nest.items()}
    return function(nest)


def leaves(nest, name="value"):
    """Yield ``(name, array)`` for every array in a nest of states, tapes and dicts."""
    if isinstance(nest, tuple):
        for key, part in zip(getattr(nest, "_fields", range(len(nest))), nest, strict=True):
            yield from leaves(part, f"{name}.{key}")
    elif isinstance(nest, dict):
        for key, part in nest.items():
            yield from leaves(part, f"{name}.{key}")
    elif nest is not None:
        yield name, nest


def random_state(layer, rng, batch_size=B):
    """A state of the layer (or cell) with random numbers in every part."""
    return nest_map(lambda a: rng.normal(size=a.shape), layer.zero_state(batch_size))
