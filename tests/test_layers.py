"""What a layer must be, whatever the cell: a loop, blind to its padding, the same row by row."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import (
    as_tensors,
    assert_close,
    autograd,
    make_case,
    prove_padding,
    prove_truncation,
    row_of,
)
from table import CELLS, LAYERS, LENGTHS, B, D, G, H, K, S, T, make_cell, make_layer, make_twins, random_state

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

each_cell = pytest.mark.parametrize("row", CELLS)
each_layer = pytest.mark.parametrize("layer", LAYERS)
both_directions = pytest.mark.parametrize("reverse", [False, True], ids=["ahead", "reversed"])


@both_directions
@each_cell
def test_a_layer_is_a_loop_of_cells(row, reverse):
    ours, _, x, before, _, _ = make_case(row, "reversed" if reverse else "ahead", seed=0)
    h, after, tape = ours(x, before)

    state, steps = before, {}
    for t in reversed(range(T)) if reverse else range(T):
        state, steps[t] = ours.cell(x[:, t], state)
        np.testing.assert_array_equal(h[:, t], state.h)
    assert_close(after, state)
    for field in steps[0]._fields:
        by_hand = np.stack([getattr(steps[t], field) for t in range(T)], axis=1)
        np.testing.assert_array_equal(tape.over_time(field), by_hand)


def test_over_time_holds_zeros_in_the_padding():
    for half, array in ((lnp, np.array), (lth, torch.tensor)):
        layer = half.Unroll(half.LSTMCell(D, H))
        x = np.ones((B, T, D), np.float64 if half is lnp else np.float32)
        _, _, tape = layer(array(x), None, array(LENGTHS))
        f = tape.over_time("f")
        assert tuple(f.shape) == (B, T, H)
        for b, length in enumerate(LENGTHS):
            assert (f[b, :length] > 0).all()
            assert (f[b, length:] == 0).all()


@each_cell
def test_reversing_twice_changes_nothing(row):
    """Read a sequence that stands on its head from its end: it is the sequence read from its start."""
    ahead, _, x, before, dh, d_after = make_case(row, "ahead", seed=1)
    back = lnp.Unroll(ahead.cell, reverse=True)
    expected, expected_after, tape = ahead(x, before, LENGTHS)
    expected_dx, *expected_grads = ahead.backward(dh, d_after, tape)

    h, after, tape = back(on_its_head(x), before, LENGTHS)
    dx, *grads = back.backward(on_its_head(dh), d_after, tape)
    got = on_its_head(h), after, on_its_head(dx), tuple(grads)
    assert_close(got, (expected, expected_after, expected_dx, tuple(expected_grads)))


def on_its_head(x):
    """Each row back to front, its padding left where it is."""
    flipped = x.copy()
    for b, length in enumerate(LENGTHS):
        flipped[b, :length] = x[b, :length][::-1]
    return flipped


@each_layer
@each_cell
def test_a_row_of_a_batch_is_a_batch_of_one(row, layer):
    ours, _, x, before, dh, d_after = make_case(row, layer, seed=2)
    h, after, tape = ours(x, before)
    dx, d_before, _ = ours.backward(dh, d_after, tape)
    for b in range(B):
        h_b, after_b, tape = ours(row_of(x, b), row_of(before, b))
        dx_b, d_before_b, _ = ours.backward(row_of(dh, b), row_of(d_after, b), tape)
        assert_close(row_of((h, after, dx, d_before), b), (h_b, after_b, dx_b, d_before_b))


@pytest.mark.parametrize("truncate", [None, S])
@each_layer
@each_cell
def test_a_padded_batch_gives_what_each_sequence_gives_alone(row, layer, truncate):
    prove_padding(row, layer, LENGTHS, truncate)


@settings(derandomize=True, database=None, deadline=None, max_examples=20)
@given(
    row=st.sampled_from(sorted(CELLS)),
    layer=st.sampled_from(sorted(LAYERS)),
    lengths=st.lists(st.integers(1, T), min_size=B, max_size=B),
    truncate=st.none() | st.integers(1, T + 1),
)
def test_so_it_does_for_any_lengths(row, layer, lengths, truncate):
    prove_padding(row, layer, np.array(lengths), truncate)


@pytest.mark.parametrize("junk", [1e300, np.inf, np.nan])
@each_layer
@each_cell
def test_what_stands_in_the_padding_changes_nothing(row, layer, junk):
    ours, twin, x, before, dh, d_after = make_case(row, layer, seed=3)
    padding = np.arange(T) >= LENGTHS[:, None]
    results, twin_results = [], []
    for content in (0.0, junk):
        x[padding], dh[padding] = content, content
        h, after, tape = ours(x, before, LENGTHS)
        results.append((h, after, tape, ours.backward(dh, d_after, tape)))

        tx, t_before = as_tensors(x), as_tensors(before)
        twin_h, twin_after, _ = twin(tx, t_before, torch.tensor(LENGTHS))
        outputs, d_outputs = (twin_h[~padding], twin_after), (dh[~padding], d_after)
        twin_results.append((twin_h, *autograd(outputs, d_outputs, tx, dict(twin.named_parameters()))))
    assert_close(*results, "exactly")
    assert_close(*twin_results, "exactly")
    assert (results[0][0][padding] == 0).all()
    assert (results[0][3][0][padding] == 0).all()


@both_directions
@each_cell
def test_truncation_is_stretches_with_the_state_carried(row, reverse):
    prove_truncation(row, reverse)


@both_directions
@each_cell
def test_so_it_is_with_the_state_detached_in_torch(row, reverse):
    _, twin, x, before, dh, d_after = make_case(row, "reversed" if reverse else "ahead", seed=4)
    x, before, parameters = as_tensors(x), as_tensors(before), dict(twin.named_parameters())
    h, after, _ = twin(x, before, truncate=S)
    expected = h, after, autograd((h, after), (dh, d_after), x, before, parameters)

    state, parts = before, []
    for start in range(0, T, S):
        state = type(state)(*(part.detach() for part in state)) if start else state
        stretch = slice(max(T - start - S, 0), T - start) if reverse else slice(start, start + S)
        h, state, _ = twin(x[:, stretch], state)
        parts.append(h)
    h = torch.cat(parts[::-1] if reverse else parts, dim=1)
    assert_close((h, state, autograd((h, state), (dh, d_after), x, before, parameters)), expected)


@each_layer
def test_truncation_leaves_the_values_and_changes_the_gradients(layer):
    ours, _, x, before, dh, d_after = make_case("LSTM", layer, seed=5)
    h, after, tape = ours(x, before)
    h_cut, after_cut, tape_cut = ours(x, before, truncate=S)
    np.testing.assert_array_equal(h_cut, h)
    assert_close(after_cut, after, "exactly")
    dx, dx_cut = ours.backward(dh, d_after, tape)[0], ours.backward(dh, d_after, tape_cut)[0]
    assert abs(dx_cut - dx).max() > 0.01
    longer_than_the_sequence = ours.backward(dh, d_after, ours(x, before, truncate=T)[2])[0]
    np.testing.assert_array_equal(longer_than_the_sequence, dx)


@each_layer
@each_cell
def test_no_state_and_no_gradient_mean_zeros(row, layer):
    ours, twin, x, _, dh, d_after = make_case(row, layer, seed=6)
    h, after, tape = ours(x)
    zeros = ours.zero_state(B)
    assert_close((h, after), ours(x, zeros)[:2], "exactly")
    assert_close(ours.backward(dh, None, tape), ours.backward(dh, zeros, tape), "exactly")
    assert_close(
        ours.backward(None, d_after, tape), ours.backward(np.zeros_like(dh), d_after, tape), "exactly"
    )

    x = torch.tensor(x)
    assert_close(twin(x)[:2], twin(x, twin.zero_state(B))[:2], "exactly")


@each_layer
@each_cell
def test_a_layer_leaves_its_arguments_as_they_were(row, layer):
    ours, _, *arguments = make_case(row, layer, seed=7)
    _, _, *untouched = make_case(row, layer, seed=7)
    x, before, dh, d_after = arguments
    _, _, tape = ours(x, before, LENGTHS, truncate=S)
    ours.backward(dh, d_after, tape)
    assert_close(tuple(arguments), tuple(untouched), "exactly")


def test_a_bidirectional_layer_is_a_layer_from_each_end():
    layer = lnp.Bidirectional(lnp.LSTMCell(D, H), lnp.GRUCell(D, G))
    x = np.random.default_rng(0).normal(size=(B, T, D))
    h, state, _ = layer(x, None, LENGTHS)
    h_ahead, ahead, _ = lnp.Unroll(layer.ahead.cell)(x, None, LENGTHS)
    h_back, back, _ = lnp.Unroll(layer.back.cell, reverse=True)(x, None, LENGTHS)
    np.testing.assert_array_equal(h, np.concatenate([h_ahead, h_back], axis=2))
    assert_close(state, layer.State(ahead, back), "exactly")


@each_cell
def test_a_model_reads_where_each_direction_of_the_last_layer_ends(row):
    rng = np.random.default_rng(0)
    ours, _ = make_twins(lambda half: half.ManyToOne(make_layer(half, row, "stacked"), K), rng)
    ours.layer.layers.append(lnp.Bidirectional(make_cell(lnp, row, H, G), make_cell(lnp, row, H, D)))
    ours.head = lnp.Linear(G + D, K)
    x = rng.normal(size=(B, T, D))
    h, _, _ = ours.layer(x, None, LENGTHS)
    ends = np.concatenate([h[np.arange(B), LENGTHS - 1, :G], h[:, 0, G:]], axis=1)
    np.testing.assert_allclose(ours(x, LENGTHS)[0], ours.head(ends)[0], rtol=1e-12)


@each_layer
def test_state_from_h_undoes_final_h(layer):
    ours = make_layer(lnp, "LSTM", layer)
    h = np.random.default_rng(0).normal(size=ours.final_h(ours.zero_state(B)).shape)
    state = ours.state_from_h(h)
    np.testing.assert_array_equal(ours.final_h(state), h)
    state_without = ours.state_from_h(np.zeros_like(h))
    assert_close(state_without, ours.zero_state(B), "exactly")


def test_the_generator_of_a_layer_is_for_dropout_alone():
    for row in CELLS:
        ours = make_layer(lnp, row, "ahead")
        x = np.ones((B, T, D))
        assert_close(ours(x, rng=np.random.default_rng(0))[0], ours(x)[0], "exactly")


@each_cell
def test_random_states_reach_the_output(row):
    ours = make_layer(lnp, row, "stacked")
    x = np.zeros((B, T, D))
    h = [ours(x, random_state(ours, np.random.default_rng(seed)))[0] for seed in (0, 1)]
    assert abs(h[0] - h[1]).max() > 0.01


@each_layer
def test_everything_stays_on_the_device_of_the_weights(layer):
    """On the device "meta", which has shapes but no memory: to mix it with the CPU is an error."""
    model = lth.ManyToOne(make_layer(lth, "LSTM", layer), K).to("meta")
    x = torch.zeros(B, T, D, device="meta", requires_grad=True)
    lengths = torch.tensor(LENGTHS)  # may stay behind, as may the generator
    h, _, _ = model.layer(x, None, lengths, truncate=S)
    prediction, _ = model(x, lengths, rng=torch.Generator())
    (h.sum() + prediction.sum() + model(x)[0].sum()).backward()
    assert (h.device, prediction.device, x.grad.device) == (torch.device("meta"),) * 3
