"""Start values: each function sets what it says, as its paper says, and nothing else."""

import numpy as np
import pytest
from table import CELLS, D, H, make_cell

from lstm_edu import numpy as lnp
from lstm_edu.numpy import initialise

LARGE = 60


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def copied(cell):
    return {name: array.copy() for name, array in cell.named_parameters()}


def changed(cell, before):
    return {name for name, array in cell.named_parameters() if not np.array_equal(array, before[name])}


SETTERS = {
    "xavier": (lambda cell, rng: initialise.xavier(cell, rng=rng), {"weight_ih", "weight_hh"}),
    "orthogonal": (lambda cell, rng: initialise.orthogonal(cell, rng=rng), {"weight_hh"}),
}


@pytest.mark.parametrize("setter", SETTERS)
@pytest.mark.parametrize("row", CELLS)
def test_it_sets_the_matrices_it_names_and_returns_the_cell(row, setter, rng):
    call, names = SETTERS[setter]
    cell = make_cell(lnp, row)
    before, live = copied(cell), cell.weight_hh
    assert call(cell, rng) is cell
    assert cell.weight_hh is live
    assert changed(cell, before) == names


@pytest.mark.parametrize("setter", SETTERS)
def test_the_generator_alone_decides(setter):
    call, _ = SETTERS[setter]
    first, again = (call(lnp.LSTMCell(D, H), np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first.weight_hh, again.weight_hh)


@pytest.mark.parametrize("row", CELLS)
def test_xavier_counts_the_outputs_of_one_gate(row, rng):
    cell = initialise.xavier(make_cell(lnp, row, LARGE // 2, LARGE), gain=1.5, rng=rng)
    for weight, fans in ((cell.weight_ih, 1.5 * LARGE), (cell.weight_hh, 2 * LARGE)):
        limit = 1.5 * np.sqrt(6 / fans)
        assert 0.99 * limit < np.abs(weight).max() <= limit
        np.testing.assert_allclose(weight.var(), limit**2 / 3, rtol=0.05)


def test_xavier_keeps_the_length_of_a_vector_on_average(rng):
    cell = initialise.xavier(lnp.LSTMCell(D, LARGE), rng=rng)
    v = rng.normal(size=(1000, LARGE))
    for block in np.split(cell.weight_hh, 4):
        kept = np.mean(np.sum((v @ block) ** 2, axis=1) / np.sum(v**2, axis=1))
        np.testing.assert_allclose(kept, 1, rtol=0.05)


@pytest.mark.parametrize("row", CELLS)
def test_orthogonal_makes_each_gate_a_rotation(row, rng):
    cell = initialise.orthogonal(make_cell(lnp, row), gain=2.0, rng=rng)
    for block in np.split(cell.weight_hh, len(cell.weight_hh) // H):
        np.testing.assert_allclose(block @ block.T, 4 * np.eye(H), atol=1e-12)


def test_orthogonal_prefers_no_direction(rng):
    draws = [initialise.orthogonal(lnp.RNNCell(D, 2), rng=rng).weight_hh.copy() for _ in range(2000)]
    assert np.abs(np.mean(draws, axis=0)).max() < 0.06  # QR alone would favour one sign


def test_identity_repeats_the_state():
    cell = lnp.RNNCell(D, H, nonlinearity="relu")
    cell.bias[:] = 1
    before = copied(cell)
    assert initialise.identity(cell, gain=0.5) is cell
    assert changed(cell, before) == {"weight_hh", "bias"}
    state = cell.State(h=np.arange(2.0 * H).reshape(2, H))
    np.testing.assert_array_equal(cell(np.zeros((2, D)), state)[0].h, state.h / 2)


@pytest.mark.parametrize("kind", [lnp.LSTMCell, lnp.GRUCell])
def test_identity_is_for_cells_without_gates(kind):
    with pytest.raises(ValueError, match=f"without gates, but a {kind.__name__} has several"):
        initialise.identity(kind(D, H))


@pytest.mark.parametrize("bias", [3.0, np.arange(1.0, H + 1)])
@pytest.mark.parametrize(("kind", "gate"), [(lnp.LSTMCell, "f"), (lnp.GRUCell, "z")])
def test_keep_bias_opens_the_gate_that_keeps(kind, gate, bias):
    cell = kind(D, H)
    before = copied(cell)
    assert initialise.keep_bias(cell, bias) is cell
    assert changed(cell, before) == {"bias"}
    _, tape = cell(np.zeros((1, D)), cell.zero_state(1))
    np.testing.assert_allclose(getattr(tape, gate)[0], np.broadcast_to(lnp.sigmoid(bias), H))
    others = {"f": "igo", "z": "r"}[gate]
    _, tape_before = kind(D, H)(np.zeros((1, D)), cell.zero_state(1))
    for other in others:
        np.testing.assert_array_equal(getattr(tape, other), getattr(tape_before, other))


@pytest.mark.parametrize(
    "setter", [initialise.keep_bias, lambda cell, n: initialise.chrono(cell, n, rng=None)]
)
def test_a_cell_without_a_gate_that_keeps_is_refused(setter):
    with pytest.raises(TypeError, match=r"should be an LSTMCell or a GRUCell.*but is a RNNCell"):
        setter(lnp.RNNCell(D, H), 5)


def test_chrono_spreads_the_memories_of_an_lstm(rng):
    cell = lnp.LSTMCell(D, 1000)
    before = copied(cell)
    assert initialise.chrono(cell, 51, rng=rng) is cell
    assert changed(cell, before) == {"bias"}
    b_i, b_f, b_g, b_o = np.split(cell.bias, 4)
    lasting = np.exp(b_f)
    assert 1 <= lasting.min() < 2
    assert 49 < lasting.max() <= 50
    np.testing.assert_allclose(lasting.mean(), 25.5, rtol=0.05)
    np.testing.assert_array_equal(b_i, -b_f)
    assert not b_g.any()
    assert not b_o.any()


def test_chrono_of_a_gru_sets_its_one_gate(rng):
    cell = lnp.GRUCell(D, 100)
    initialise.chrono(cell, 51, rng=rng)
    b_r, b_z, b_n = np.split(cell.bias, 3)
    assert 0 <= b_z.min() < b_z.max() <= np.log(50)
    assert not b_r.any()
    assert not b_n.any()


@pytest.mark.parametrize("longest", [2, 1, 0, 2.5])
def test_chrono_needs_something_to_spread(longest, rng):
    with pytest.raises(ValueError, match="`longest` should be"):
        initialise.chrono(lnp.LSTMCell(D, H), longest, rng=rng)


@pytest.mark.parametrize("setter", [initialise.xavier, initialise.orthogonal])
def test_a_gain_is_positive(setter, rng):
    with pytest.raises(ValueError, match="`gain` should be greater than 0 but is 0"):
        setter(lnp.RNNCell(D, H), gain=0, rng=rng)
    with pytest.raises(ValueError, match="`gain` should be greater than 0 but is -1"):
        initialise.identity(lnp.RNNCell(D, H), gain=-1)


@pytest.mark.parametrize(("share", "steps"), [(0.6, 100), (0.5, 1), (0.01, 30)])
def test_the_bias_keeps_the_share(share, steps):
    np.testing.assert_allclose(
        lnp.sigmoid(initialise.bias_that_keeps(share, steps)) ** steps, share, rtol=1e-9
    )


def test_sixty_per_cent_after_a_hundred_steps():
    assert round(initialise.bias_that_keeps(0.6, 100), 2) == 5.27


@pytest.mark.parametrize("share", [0, 1, -0.5, 60, np.nan])
def test_a_share_lies_between_nothing_and_all(share):
    with pytest.raises(ValueError, match="`share` should lie between 0 and 1 but is"):
        initialise.bias_that_keeps(share, 10)


def test_steps_are_counted():
    with pytest.raises(ValueError, match="`steps` should be a whole number of at least 1 but is 0"):
        initialise.bias_that_keeps(0.5, 0)
