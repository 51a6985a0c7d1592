"""A proof that cannot fail proves nothing: small faults in the source of ``backward``, each to be caught."""

import inspect
import textwrap
from functools import partial
from typing import NamedTuple

import pytest
from proofs import (
    prove_cell_by_autograd,
    prove_cell_by_differences,
    prove_dropout_by_autograd,
    prove_embedding_by_autograd,
    prove_layer_by_autograd,
    prove_layer_by_differences,
    prove_linear_by_autograd,
    prove_model_by_autograd,
    prove_padding,
    prove_truncation,
)
from table import LENGTHS, B, S, T

from lstm_edu import numpy as lnp


class Fault(NamedTuple):
    owner: object  # a class, or a module with functions
    right: str  # stands exactly once in the source of the method
    wrong: str
    proofs: list  # each must fail
    method: str = "backward"


def cell(row):
    return [partial(prove_cell_by_autograd, row), partial(prove_cell_by_differences, row)]


def layer(*arguments):
    return [partial(prove_layer_by_autograd, *arguments), partial(prove_layer_by_differences, *arguments)]


PADDED = [*layer("LSTM", "ahead", LENGTHS), partial(prove_padding, "GRU", "reversed", LENGTHS)]
TRUNCATED = [
    partial(prove_truncation, "LSTM", False),
    partial(prove_truncation, "GRU", True),
    partial(prove_layer_by_autograd, "RNN tanh", "reversed", LENGTHS, S),
]
DROPPED = [
    partial(prove_dropout_by_autograd, "GRU"),
    partial(prove_layer_by_differences, "RNN tanh", "stacked"),
]

FAULTS = {
    # LSTM
    "gate blocks swapped": Fault(lnp.LSTMCell, "[da_i, da_f,", "[da_f, da_i,", cell("LSTM")),
    "carried dc lost": Fault(lnp.LSTMCell, "dc = dc + dh * o", "dc = dh * o", cell("LSTM")),
    "dc through h lost": Fault(lnp.LSTMCell, "dc + dh * o * (1 - tanh_c**2)", "dc", cell("LSTM")),
    "slope of a gate missing": Fault(lnp.LSTMCell, "c_prev * f * (1 - f)", "c_prev", cell("LSTM")),
    "slope half written": Fault(lnp.LSTMCell, "o * (1 - o)", "(1 - o)", cell("LSTM")),
    "slope of tanh at c": Fault(lnp.LSTMCell, "(1 - tanh_c**2)", "(1 - c**2)", cell("LSTM")),
    "new c in place of the old": Fault(lnp.LSTMCell, "dc * c_prev * f", "dc * c * f", cell("LSTM")),
    "c handed back past its gate": Fault(lnp.LSTMCell, "c=dc * f", "c=dc", cell("LSTM")),
    "dc overwritten too early": Fault(lnp.LSTMCell, "da_i = dc", "dc = dc * f; da_i = dc", cell("LSTM")),
    "bias averaged over the batch": Fault(lnp.LSTMCell, "da.sum(axis=0)", "da.mean(axis=0)", cell("LSTM")),
    # GRU
    "path past the weights lost": Fault(lnp.GRUCell, "dh * z + da_h", "da_h", cell("GRU")),
    "update gate the wrong way round": Fault(lnp.GRUCell, "(h_prev - n)", "(n - h_prev)", cell("GRU")),
    "reset gate not undone": Fault(lnp.GRUCell, "du = da_n * r", "du = da_n", cell("GRU")),
    "reset gate before the product": Fault(lnp.GRUCell, "da_n * u * r", "da_n * h_prev * r", cell("GRU")),
    "sides mixed up": Fault(lnp.GRUCell, "da_h.T @ h_prev", "da_x.T @ h_prev", cell("GRU")),
    "inner bias not silenced": Fault(lnp.GRUCell, "du.sum(axis=0)", "da_n.sum(axis=0)", cell("GRU")),
    # RNN
    "weight transposed": Fault(lnp.RNNCell, "da @ self.weight_hh", "da @ self.weight_hh.T", cell("RNN tanh")),
    "slope missing": Fault(lnp.RNNCell, "dh * slope(h)", "dh", cell("RNN relu")),
    "slope at the old state": Fault(lnp.RNNCell, "slope(h)", "slope(h_prev)", cell("RNN tanh")),
    "new h in place of the old": Fault(lnp.RNNCell, "da.T @ h_prev", "da.T @ h", cell("RNN relu")),
    # Unroll
    "carried dh lost": Fault(lnp.Unroll, "d_state.h + dh[:, t]", "dh[:, t]", layer("RNN tanh", "ahead")),
    "dh of the output lost": Fault(lnp.Unroll, "d_state.h + dh[:, t]", "d_state.h", layer("GRU", "reversed")),
    "dh a step late": Fault(lnp.Unroll, "+ dh[:, t]", "+ dh[:, t - 1]", layer("LSTM", "ahead")),
    "time walked the wrong way": Fault(
        lnp.Unroll, "reversed(self._times(T))", "self._times(T)", layer("LSTM", "reversed")
    ),
    "only one step counted": Fault(
        lnp.Unroll, "grads[name] += grad", "grads[name] = grad", layer("LSTM", "ahead")
    ),
    "gradient let into the padding": Fault(
        lnp.Unroll, "d_after = choose(real, t, d_state, nothing)", "d_after = d_state", PADDED
    ),
    "gradient lost in the padding": Fault(
        lnp.Unroll, "choose(real, t, d_before, d_state)", "d_before", PADDED
    ),
    "padding of the output not blanked": Fault(lnp.Unroll, "dh = blank(real, dh)", "pass", PADDED),
    "truncation forgotten": Fault(lnp.Unroll, "choose(joined, t, d_before, nothing)", "d_before", TRUNCATED),
    "truncation a step early": Fault(lnp.Unroll, "taken %", "(taken + 1) %", TRUNCATED, "_masks"),
    "first step cut off": Fault(lnp.Unroll, "(taken == 0) | ", "", TRUNCATED, "_masks"),
    "truncation by time, not by step": Fault(
        lnp.Unroll, "ends - 1 - t if self.reverse else t", "t", TRUNCATED[1:], "_masks"
    ),
    # Bidirectional
    "one direction forgotten": Fault(
        lnp.Bidirectional, "dx_ahead + dx_back", "dx_ahead", layer("GRU", "bidirectional")
    ),
    "final state of one direction forgotten": Fault(
        lnp.Bidirectional, "d_state.back,", "None,", layer("LSTM", "bidirectional")
    ),
    # Stacked
    "dropout mask not applied again": Fault(lnp.Stacked, "dh * tape.masks[k]", "dh", DROPPED),
    "states of the layers forgotten": Fault(lnp.Stacked, "d_state[k]", "None", layer("RNN tanh", "stacked")),
    # ManyToOne, Linear, Embedding
    "final state forgotten": Fault(
        lnp.ManyToOne, "(None, d_state", "(None, None", [partial(prove_model_by_autograd, "LSTM", "stacked")]
    ),
    "bias averaged over the steps": Fault(
        lnp.Linear, "rows_dy.sum(axis=0)", "rows_dy.mean(axis=0)", [partial(prove_linear_by_autograd, B, T)]
    ),
    "a repeated word counted once": Fault(
        lnp.Embedding,
        "np.add.at(d_weight, x, dy)",
        "d_weight[x] += dy",
        [partial(prove_embedding_by_autograd, B, T)],
    ),
}


def with_fault(fault):
    """The method, compiled again with the fault in it."""
    method = getattr(fault.owner, fault.method)
    source = textwrap.dedent(inspect.getsource(method))
    if source.count(fault.right) != 1:
        raise LookupError(f"{fault.right!r} stands {source.count(fault.right)} times in:\n{source}")
    namespace = dict(vars(inspect.getmodule(method)))
    exec(source.replace(fault.right, fault.wrong), namespace)
    return namespace[fault.method]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught(name, monkeypatch):
    fault = FAULTS[name]
    for prove in fault.proofs:
        prove()
    monkeypatch.setattr(fault.owner, fault.method, with_fault(fault))
    for prove in fault.proofs:
        with pytest.raises(AssertionError):
            prove()


def test_a_fault_that_does_not_fit_the_source_is_reported():
    with pytest.raises(LookupError, match="'no such line' stands 0 times"):
        with_fault(Fault(lnp.LSTMCell, "no such line", "", []))
    with pytest.raises(LookupError, match="'da_i' stands 2 times"):
        with_fault(Fault(lnp.LSTMCell, "da_i", "", []))
