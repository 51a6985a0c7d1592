"""The NumPy layer written for speed is the plain one in all but speed."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import as_tensors, assert_close, autograd, make_case
from table import CELLS, LAYERS, LENGTHS, B, D, H, K, S, T, leaves, make_cell, make_layer, nest_map

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.numpy.tiles import LARGEST, tile_shape

TWO_STEPS, ALL_STEPS = 2 * B, 10**6  # rows in a stretch of the way back

each_cell = pytest.mark.parametrize("row", CELLS)
each_layer = pytest.mark.parametrize("layer", LAYERS)


def fuse(layer):
    """The layer with every loop in it written for speed, its weights copied."""
    layer = copy.deepcopy(layer)
    if isinstance(layer, lnp.Stacked):
        layer.layers = [fuse(part) for part in layer.layers]
    elif isinstance(layer, lnp.Bidirectional):
        layer.ahead, layer.back = lnp.Fused(layer.ahead), lnp.Fused(layer.back)
    else:
        layer = lnp.Fused(layer)
    return layer


def run(layer, x, before, dh, d_after, lengths=None, truncate=None):
    """All that a layer computes, forwards and backwards."""
    h, after, tape = layer(x, before, lengths, truncate=truncate, rng=np.random.default_rng(1))
    return h, after, layer.backward(dh, d_after, tape)


def prove_fused(row, layer, lengths=None, truncate=None, stretch=TWO_STEPS, batch_size=B):
    """A fused layer has the values and the gradients of the plain one."""
    plain, _, *arguments = make_case(row, layer, seed=0)
    x, before, dh, d_after = nest_map(lambda a: a[:batch_size], tuple(arguments))
    if lengths is not None:
        lengths = lengths[:batch_size]
        x[np.arange(T) >= lengths[:, None]] = np.nan  # the padding may hold anything
        dh[np.arange(T) >= lengths[:, None]] = np.nan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lnp.Fused, "stretch", stretch)
        results = [run(part, x, before, dh, d_after, lengths, truncate) for part in (plain, fuse(plain))]
    assert_close(results[1], results[0])


@pytest.mark.parametrize("batch_size", [1, B])
@pytest.mark.parametrize("truncate", [None, 1, S])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@each_layer
@each_cell
def test_values_and_gradients_are_those_of_the_plain_layer(row, layer, lengths, truncate, batch_size):
    prove_fused(row, layer, lengths, truncate, TWO_STEPS, batch_size)
    prove_fused(row, layer, lengths, truncate, ALL_STEPS, batch_size)


@settings(derandomize=True, database=None, deadline=None, max_examples=30)
@given(
    row=st.sampled_from(sorted(CELLS)),
    layer=st.sampled_from(sorted(LAYERS)),
    lengths=st.lists(st.integers(1, T), min_size=B, max_size=B),
    truncate=st.none() | st.integers(1, T + 1),
    stretch=st.integers(1, B * (T + 1)),
)
def test_so_they_are_for_any_lengths_truncation_and_stretch(row, layer, lengths, truncate, stretch):
    prove_fused(row, layer, np.array(lengths), truncate, stretch)


@each_cell
def test_what_is_not_given_means_zeros(row):
    plain, _, x, _, dh, d_after = make_case(row, "reversed", seed=1)
    for arguments in [(None, None, d_after), (None, dh, None), (None, None, None)]:
        assert_close(run(fuse(plain), x, *arguments), run(plain, x, *arguments))


@each_cell
def test_products_that_are_cut_into_tiles_add_up(row):
    """Wide enough that a step's product is cut along both axes, as it is in practice."""
    wide, many, hidden = 1999, 16, 32
    rng = np.random.default_rng(0)
    plain = lnp.Unroll(make_cell(lnp, row, wide, hidden, rng=rng))
    rows, columns = tile_shape(many, hidden, wide + hidden + 1)
    assert (rows, columns) != (many, hidden)
    assert rows * columns * (wide + hidden + 1) <= LARGEST
    x, dh = rng.normal(size=(many, 2, wide)), rng.normal(size=(many, 2, hidden))
    assert_close(run(fuse(plain), x, None, dh, None), run(plain, x, None, dh, None))


@each_cell
def test_gradients_agree_with_differences(row):
    plain, _, x, before, dh, d_after = make_case(row, "reversed", seed=2)
    layer = fuse(plain)

    def loss():
        h, after, _ = layer(x, before, LENGTHS)
        return (h * dh).sum() + sum((d * a).sum() for d, a in zip(d_after, after, strict=True))

    _, _, tape = layer(x, before, LENGTHS)
    dx, _, grads = layer.backward(dh, d_after, tape)
    arrays = {"x": x, **dict(layer.named_parameters())}
    assert lnp.gradcheck(loss, arrays, {"x": dx, **grads}).ok


@each_cell
def test_the_library_agrees(row):
    ours, twin, x, before, dh, d_after = make_case(row, "ahead", seed=3)
    library, tx, t_before = lth.to_torch_nn(twin), as_tensors(x), as_tensors(before)
    given_state = tuple(part[None] for part in t_before)
    t_h, t_after = library(tx, given_state if len(given_state) > 1 else given_state[0])
    t_after = ours.cell.State(*(part[0] for part in (t_after if isinstance(t_after, tuple) else (t_after,))))
    h, after, (dx, d_before, _) = run(fuse(ours), x, before, dh, d_after)
    assert_close(
        (h, after, dx, d_before), (t_h, t_after, *autograd((t_h, t_after), (dh, d_after), tx, t_before))
    )


@each_cell
def test_it_trains_under_a_head_like_the_plain_layer(row):
    plain = lnp.ManyToOne(make_layer(lnp, row, "stacked"), K)
    fused = copy.deepcopy(plain)
    fused.layer = fuse(plain.layer)
    assert dict(fused.named_parameters()).keys() == dict(plain.named_parameters()).keys()
    rng = np.random.default_rng(4)
    train = rng.normal(size=(10, T, D)), rng.normal(size=(10, K)), rng.integers(1, T + 1, 10)
    histories = [
        lnp.fit(
            model,
            lnp.mse_loss,
            train,
            optimizer=lnp.SGD(model.named_parameters(), lr=0.1, momentum=0.9),
            epochs=3,
            batch_size=B,
            rng=np.random.default_rng(0),
            progress=False,
        )
        for model in (plain, fused)
    ]
    np.testing.assert_allclose(histories[1].train_loss, histories[0].train_loss, rtol=1e-10)
    assert_close(dict(fused.named_parameters()), dict(plain.named_parameters()))


@each_cell
def test_the_weights_are_copied_and_come_back(row):
    plain, _, x, *_ = make_case(row, "reversed", seed=5)
    expected = plain(x)[0]
    fused = lnp.Fused(plain)
    for _, array in plain.named_parameters():
        array[...] = 0
    np.testing.assert_allclose(fused(x)[0], expected, rtol=1e-10)
    back = fused.unfused()
    assert type(back) is lnp.Unroll
    for _, array in fused.named_parameters():
        array[...] = 0
    np.testing.assert_array_equal(back(x)[0], make_case(row, "reversed", seed=5)[0](x)[0])


@pytest.mark.parametrize("batch_size", [1, B])
@each_layer
@each_cell
def test_float32_stays_float32(row, layer, batch_size):
    fused = fuse(make_layer(lnp, row, layer, dtype=np.float32))
    plain = make_layer(lnp, row, layer, dtype=np.float32)
    for (_, ours), (_, theirs) in zip(fused.named_parameters(), plain.named_parameters(), strict=True):
        theirs[...] = ours
    x, lengths = np.ones((batch_size, T, D), np.float32), LENGTHS[:batch_size]
    results = []
    for part in (plain, fused):
        h, after, tape = part(x, part.zero_state(batch_size), lengths, truncate=S)
        results.append((h, after, part.backward(h, after, tape), part.backward(None, None, tape)))
    assert {str(array.dtype) for _, array in leaves((results[1], tape))} == {
        "float32",
        "bool",
    }  # bool: the masks
    for (name, theirs), (_, ours) in zip(*(leaves(tuple(result)) for result in results), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("layer", ["ahead", "reversed"])
@each_cell
def test_the_tape_reads_like_the_plain_one(row, layer):
    plain, _, x, before, *_ = make_case(row, layer, seed=6)
    tape, fused_tape = plain(x, before, LENGTHS)[2], lnp.Fused(plain)(x, before, LENGTHS)[2]
    assert_close(lnp.Fused(plain)(x, before)[2].steps, plain(x, before)[2].steps)
    for field in tape.steps[0]._fields:
        np.testing.assert_allclose(fused_tape.over_time(field), tape.over_time(field), rtol=1e-10, atol=1e-12)
        fused_tape.over_time(field)[...] = np.nan  # a copy
    assert all(np.isfinite(array).all() for _, array in leaves(fused_tape))


@each_layer
@each_cell
def test_a_tape_is_its_own_and_serves_twice(row, layer):
    plain, _, x, before, dh, d_after = make_case(row, layer, seed=7)
    untouched = nest_map(np.copy, (x, before, dh, d_after))
    fused = fuse(plain)
    h, after, tape = fused(x, before, LENGTHS, truncate=S)
    first = nest_map(np.copy, fused.backward(dh, d_after, tape))
    assert_close((x, before, dh, d_after), untouched, "exactly")

    h_again, after_again, tape_again = fused(2 * x, before, LENGTHS, truncate=S)
    fused.backward(dh, d_after, tape_again)
    for _, array in leaves((h, after, h_again, after_again, x, before)):
        array[...] = np.nan  # what was handed out, or in, is not what the tape reads
    assert_close(fused.backward(dh, d_after, tape), first, "exactly")


CALLS = {
    "no batch axis": lambda layer, x: layer(x[0]),
    "a list": lambda layer, x: layer(x.tolist()),
    "wrong features": lambda layer, x: layer(x[:, :, :1]),
    "empty": lambda layer, x: layer(x[:0]),
    "other dtype": lambda layer, x: layer(x.astype(np.float32)),
    "a bare tuple": lambda layer, x: layer(x, (x[:, 0],)),
    "state of another batch": lambda layer, x: layer(x, layer.zero_state(B + 1)),
    "length 0": lambda layer, x: layer(x, None, LENGTHS * 0),
    "lengths of another batch": lambda layer, x: layer(x, None, LENGTHS[1:]),
    "truncate 0": lambda layer, x: layer(x, truncate=0),
    "dh of another shape": lambda layer, x: layer.backward(x, None, layer(x)[2]),
    "dh of another dtype": lambda layer, x: layer.backward(np.ones((B, T, H), np.float32), None, layer(x)[2]),
    "d_state of another batch": lambda layer, x: layer.backward(None, layer.zero_state(1), layer(x)[2]),
}


@pytest.mark.parametrize("call", CALLS)
def test_what_does_not_fit_is_refused_in_the_same_words(call):
    plain = lnp.Unroll(lnp.LSTMCell(D, H))
    messages = []
    for layer in (plain, lnp.Fused(plain)):
        with pytest.raises((TypeError, ValueError)) as refusal:
            CALLS[call](layer, np.ones((B, T, D)))
        messages.append((refusal.type, str(refusal.value)))
    assert messages[0] == messages[1]


def test_what_cannot_be_fused_is_refused():
    cell = lnp.LSTMCell(D, H)
    with pytest.raises(
        TypeError, match=r"should be an Unroll but is a Bidirectional\. Fuse the layers inside"
    ):
        lnp.Fused(lnp.Bidirectional(cell, lnp.LSTMCell(D, H)))

    class Another(lnp.LSTMCell):
        """Its equations might be others."""

    with pytest.raises(TypeError, match="one of LSTMCell, GRUCell, RNNCell but is built from Another"):
        lnp.Fused(lnp.Unroll(Another(D, H)))
