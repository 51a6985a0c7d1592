"""A layer that remembers little has the gradients of one that remembers all."""

from functools import partial

import numpy as np
import pytest
import torch
from proofs import as_tensors, assert_close, autograd, make_case
from table import CELLS, LENGTHS, B, D, H, S, T, nest_map, random_state
from test_mutations import Fault, with_fault

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.numpy import checkpoint
from lstm_edu.shapes import ShapeError

each_cell = pytest.mark.parametrize("row", CELLS)
both_directions = pytest.mark.parametrize("layer", ["ahead", "reversed"])
full_or_padded = pytest.mark.parametrize("lengths", [None, LENGTHS, LENGTHS.clip(max=2)])
stretches = pytest.mark.parametrize("every", [None, 1, 2, T, T + 1])


def run(layer, x, before, dh, d_after, lengths=None):
    h, after, tape = layer(x, before, lengths)
    dx, d_before, grads = layer.backward(dh, d_after, tape)
    return h, after, dx, d_before, {name.removeprefix("layer."): grad for name, grad in grads.items()}


def prove_checkpointed(row, layer, every=None, lengths=None, fused=False):
    """A NumPy layer has the values and the gradients of the one inside it."""
    plain, _, x, before, dh, d_after = make_case(row, layer, seed=0)
    if lengths is not None:
        x[np.arange(T) >= lengths[:, None]] = np.nan  # the padding may hold anything
    expected = run(plain, x, before, dh, d_after, lengths)
    layer = lnp.Checkpointed(lnp.Fused(plain) if fused else plain, every=every)
    assert_close(run(layer, x, before, dh, d_after, lengths), expected)
    zeros = run(layer, x, None, None, None, lengths)
    assert_close(zeros, run(plain, x, None, None, None, lengths))


@pytest.mark.parametrize("fused", [False, True], ids=["plain", "fused"])
@full_or_padded
@stretches
@both_directions
@each_cell
def test_values_and_gradients_are_the_full_ones(row, layer, every, lengths, fused):
    prove_checkpointed(row, layer, every, lengths, fused)


@full_or_padded
@stretches
@both_directions
@each_cell
def test_so_they_are_in_torch(row, layer, every, lengths):
    _, twin, *arguments = make_case(row, layer, seed=1)
    x, before, dh, d_after = arguments
    lengths = None if lengths is None else torch.tensor(lengths)
    results = []
    for part in (twin, lth.Checkpointed(twin, every=every)):
        tx, t_before = as_tensors(x), as_tensors(before)
        h, after, _ = part(tx, t_before, lengths)
        gradients = autograd((h, after), (dh, d_after), tx, t_before, dict(twin.named_parameters()))
        results.append((h, after, gradients))
    assert_close(results[1], results[0])


@each_cell
def test_it_stands_inside_other_layers(row):
    rng = np.random.default_rng(0)
    plain, _, x, *_ = make_case(row, "stacked", seed=2)
    before, d_after = random_state(plain, rng), random_state(plain, rng)
    dh = rng.normal(size=(B, T, plain.output_size))
    h, after, tape = plain(x, before, LENGTHS)
    dx, d_before, grads = plain.backward(dh, d_after, tape)
    both = plain.layers[1]
    both.ahead, both.back = lnp.Checkpointed(both.ahead), lnp.Checkpointed(both.back, every=S)
    plain.layers[::2] = [lnp.Checkpointed(layer) for layer in plain.layers[::2]]
    h_again, after_again, tape = plain(x, before, LENGTHS)
    dx_again, d_before_again, grads_again = plain.backward(dh, d_after, tape)
    assert_close((h_again, after_again, dx_again, d_before_again), (h, after, dx, d_before))
    assert_close({name.replace(".layer.", "."): grad for name, grad in grads_again.items()}, grads)


def test_arguments_stay_and_a_tape_serves_twice():
    plain, _, *arguments = make_case("LSTM", "ahead", seed=3)
    untouched = nest_map(np.copy, tuple(arguments))
    layer = lnp.Checkpointed(plain)
    x, before, dh, d_after = arguments
    _, _, tape = layer(x, before, LENGTHS)
    first = layer.backward(dh, d_after, tape)
    assert_close(layer.backward(dh, d_after, tape), first, "exactly")
    assert_close(tuple(arguments), untouched, "exactly")


def test_it_keeps_a_state_for_each_root_of_the_length():
    layer = lnp.Checkpointed(lnp.Unroll(lnp.LSTMCell(D, H)))
    for steps, kept in [(1, 1), (2, 1), (9, 3), (100, 10), (101, 10)]:
        assert len(layer(np.ones((1, steps, D)))[2].states) == kept


@pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])
def test_what_does_not_fit_is_refused(half):
    with pytest.raises(TypeError, match="should be an Unroll but is a Stacked"):
        half.Checkpointed(half.Stacked([half.Unroll(half.LSTMCell(D, H))]))
    plain = half.Unroll(half.LSTMCell(D, H))
    with pytest.raises(ValueError, match="`every` should be a whole number of at least 1 but is 0"):
        half.Checkpointed(plain, every=0)
    layer = half.Checkpointed(plain)
    x = np.ones((B, T, D)) if half is lnp else torch.ones(B, T, D)
    with pytest.raises(ValueError, match="`truncate` gives up gradients"):
        layer(x, truncate=S)
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        layer(x[0])
    with pytest.raises(
        TypeError, match="`x` has dtype float16" if half is lnp else "`x` has dtype torch.float16"
    ):
        layer(x.astype(np.float16) if half is lnp else x.half())
    with pytest.raises(ShapeError, match=r"`state\.h`"):
        layer(x, layer.zero_state(B + 1))
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7"):
        layer(x, None, LENGTHS * 0 if half is lnp else torch.tensor(LENGTHS * 0))


def test_gradients_that_do_not_fit_are_refused():
    layer = lnp.Checkpointed(lnp.Unroll(lnp.LSTMCell(D, H)))
    x = np.ones((B, T, D))
    tape = layer(x)[2]
    with pytest.raises(ShapeError, match="`dh` should have shape"):
        layer.backward(x, None, tape)
    with pytest.raises(TypeError, match="`dh` has dtype float32"):
        layer.backward(np.ones((B, T, H), np.float32), None, tape)
    with pytest.raises(ShapeError, match=r"`d_state\.h`"):
        layer.backward(None, layer.zero_state(1), tape)


FULL = [partial(prove_checkpointed, "LSTM", layer, 2) for layer in ("ahead", "reversed")]
PADDED = [partial(prove_checkpointed, "GRU", layer, 2, LENGTHS) for layer in ("ahead", "reversed")]
FAULTS = {
    "gradient of the state not handed on": Fault(
        lnp.Checkpointed, "d_state = put(d_state, rows, d_before)", "pass", FULL
    ),
    "one stretch counted": Fault(lnp.Checkpointed, "grads[name] += grad", "grads[name] = grad", FULL),
    "started from the last state": Fault(lnp.Checkpointed, "take(state, rows), ends)", "None, ends)", FULL),
    "stretches in the order of time": Fault(
        lnp.Checkpointed, "if self.layer.reverse", "if False", FULL[1:], "_stretches"
    ),
    "kept states overwritten": Fault(checkpoint, "part.copy()", "part", [*FULL, *PADDED], "put"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught(name, monkeypatch):
    fault = FAULTS[name]
    for prove in fault.proofs:
        prove()
    monkeypatch.setattr(fault.owner, fault.method, with_fault(fault))
    for prove in fault.proofs:
        with pytest.raises(AssertionError):
            prove()
