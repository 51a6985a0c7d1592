"""How far a loss reaches back: both halves, against each other and against what the words say."""

import numpy as np
import pytest
import torch
from table import CELLS, CLOSE, B, D, H, T, make_cell, make_twins

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.numpy import gradflow


def make_case(row, reverse=False):
    rng = np.random.default_rng(0)
    ours, twin = make_twins(lambda half: half.Unroll(make_cell(half, row), reverse=reverse), rng)
    return ours, twin, rng.normal(size=(B, T, D)), rng.normal(size=(B, H))


def prove_halves_agree(row, reverse=False):
    ours, twin, x, d_h = make_case(row, reverse)
    flow = lnp.gradient_flow(ours, x, d_h)
    by_autograd = lth.gradient_flow(twin, torch.tensor(x), torch.tensor(d_h))
    assert flow._fields == by_autograd._fields == ours.cell.State._fields
    for part, expected in zip(flow, by_autograd, strict=True):
        assert part.shape == (B, T + 1)
        np.testing.assert_allclose(part, expected, **CLOSE["float64"])


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("row", CELLS)
def test_the_halves_agree(row, reverse):
    prove_halves_agree(row, reverse)


def along_c_alone(d_state, step, h):
    return d_state


def without_the_output_gate(d_state, step, h):
    return d_state._replace(c=d_state.c + d_state.h * (1 - np.tanh(step.c) ** 2))


def with_the_slope_of_c(d_state, step, h):
    return d_state._replace(c=d_state.c + d_state.h * step.o * (1 - step.c**2))


@pytest.mark.parametrize("fault", [along_c_alone, without_the_output_gate, with_the_slope_of_c])
def test_a_lost_path_is_noticed(monkeypatch, fault):
    monkeypatch.setattr(gradflow, "complete", fault)
    with pytest.raises(AssertionError):
        prove_halves_agree("LSTM")


def test_a_gradient_is_the_product_of_the_jacobians():
    ours, _, x, d_h = make_case("RNN tanh")
    h, _, _ = ours(x)
    flow = lnp.gradient_flow(ours, x, d_h)
    for b in range(B):
        d = d_h[b]
        for k in range(T):
            np.testing.assert_allclose(flow.h[b, k], np.linalg.norm(d), **CLOSE["float64"])
            d = d @ ((1 - h[b, T - 1 - k] ** 2)[:, None] * ours.cell.weight_hh)
        np.testing.assert_allclose(flow.h[b, T], np.linalg.norm(d), **CLOSE["float64"])


def test_the_gradient_of_c_counts_the_h_made_from_it():
    """Move c at one step, h with it as h = o tanh(c) demands, and watch the loss."""
    ours, _, x, d_h = make_case("LSTM")
    _, _, tape = ours(x)
    k = 3
    made, o = tape.steps[T - 1 - k].c.copy(), tape.steps[T - 1 - k].o

    def loss():
        _, last, _ = ours(x[:, T - k :], ours.cell.State(h=o * np.tanh(made), c=made))
        return float((last.h * d_h).sum())

    dc = lnp.numeric_gradient(loss, made)
    flow = lnp.gradient_flow(ours, x, d_h)
    np.testing.assert_allclose(flow.c[:, k], np.linalg.norm(dc, axis=1), **CLOSE["differences"])


@pytest.mark.parametrize("row", CELLS)
def test_the_first_column_is_the_loss_itself(row):
    ours, _, x, d_h = make_case(row)
    np.testing.assert_allclose(lnp.gradient_flow(ours, x, d_h).h[:, 0], np.linalg.norm(d_h, axis=1))


def test_torch_leaves_the_gradients_of_the_parameters_alone():
    _, twin, x, d_h = make_case("LSTM")
    lth.gradient_flow(twin, torch.tensor(x), torch.tensor(d_h))
    assert all(parameter.grad is None for parameter in twin.parameters())


def test_a_cell_that_makes_h_otherwise_is_refused():
    class Doubled(lnp.LSTMCell):
        def forward(self, x, state):
            after, tape = super().forward(x, state)
            return after._replace(h=2 * after.h), tape

    with pytest.raises(ValueError, match=r"this one makes h from c in another way.*torch\.gradient_flow"):
        lnp.gradient_flow(lnp.Unroll(Doubled(D, H)), np.ones((B, T, D)), np.ones((B, H)))


def test_what_does_not_fit_is_refused():
    ours, twin, x, d_h = make_case("LSTM")
    with pytest.raises(ValueError, match=r"`d_h` should have shape \(B=4, H=3\) but has shape \(4, 2\)"):
        lnp.gradient_flow(ours, x, d_h[:, :2])
    with pytest.raises(TypeError, match="`d_h` has dtype float32"):
        lnp.gradient_flow(ours, x, d_h.astype(np.float32))
    with pytest.raises(ValueError, match=r"`d_h` should have shape \(B=4, H=3\)"):
        lth.gradient_flow(twin, torch.tensor(x), torch.tensor(d_h[:2]))
    with pytest.raises(TypeError, match=r"`d_h` has dtype torch\.float32"):
        lth.gradient_flow(twin, torch.tensor(x), torch.tensor(d_h).float())
    with pytest.raises(ValueError, match=r"`x` should have shape \(B, T, D=2\)"):
        lth.gradient_flow(twin, torch.ones(B, T, D + 1), torch.tensor(d_h))
