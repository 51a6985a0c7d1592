"""Every exhibit of the bug museum: its check finds the broken version and passes the right one."""

import inspect
import warnings
from difflib import ndiff

import numpy as np
import pytest
import torch
from torch import nn

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.coursework import bugs

B, T, D, H = 4, 6, 3, 5
LENGTHS = torch.tensor([6, 2, 4, 3])


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def lstm(**settings):
    return nn.LSTM(D, H, **({"batch_first": True} | settings))


def sequences():
    return torch.randn(B, T, D)


@pytest.mark.parametrize(
    ("cell_type", "wrong"),
    [
        (lnp.LSTMCell, set()),
        (bugs.TakenApart, set()),
        (bugs.SquashedOnce, set()),
        (bugs.InOrder, set()),
        (bugs.SwappedBlocks, {"cell.weight_ih", "cell.weight_hh", "cell.bias", "x", "h", "c"}),
        (bugs.SquashedTwice, {"cell.weight_ih", "cell.weight_hh", "cell.bias", "x", "h", "c"}),
        (bugs.Overwritten, {"cell.weight_ih", "cell.weight_hh", "cell.bias", "x", "h", "c"}),
        (bugs.NoCellCarry, {"cell.weight_ih", "cell.weight_hh", "cell.bias", "x", "h", "c"}),
        (bugs.NoHiddenCarry, {"cell.weight_ih", "cell.weight_hh", "cell.bias", "x", "h", "c"}),
        (bugs.MeanBias, {"cell.bias"}),
    ],
)
def test_the_gradient_check_finds_a_wrong_backward(cell_type, wrong):
    report = bugs.gradient_report(cell_type)
    assert {row.name for row in report.comparisons if row.wrong} == wrong
    assert report.ok == (not wrong)
    assert cell_type.forward is lnp.LSTMCell.forward


@pytest.mark.parametrize("cell_type", [bugs.TakenApart, bugs.SquashedOnce])
def test_the_right_version_is_an_lstm_cell_to_the_last_bit(cell_type):
    assert str(bugs.gradient_report(cell_type)) == str(bugs.gradient_report(lnp.LSTMCell))


@pytest.mark.parametrize(
    ("wrong", "right", "lines"),
    [(bugs.SquashedTwice, bugs.SquashedOnce, 5), (bugs.Overwritten, bugs.InOrder, 1)],
)
def test_wrong_and_right_differ_in_the_lines_of_the_bug_alone(wrong, right, lines):
    sources = [inspect.getsource(cell_type.backward).splitlines() for cell_type in (wrong, right)]
    added = [line for line in ndiff(*sources) if line.startswith("+ ")]
    assert len(added) == lines


@pytest.mark.parametrize("cell_type", [bugs.SwappedBlocks, bugs.NoCellCarry, bugs.NoHiddenCarry])
def test_one_step_hides_what_several_steps_show(cell_type):
    """Why the check takes several steps: with T = 1 the two lost carries leave every weight right."""
    report = bugs.gradient_report(cell_type, T=1)
    weights = [row for row in report.comparisons if "cell." in row.name]
    assert any(row.wrong for row in weights) == (cell_type is bugs.SwappedBlocks)


@pytest.mark.parametrize(
    ("read", "right"),
    [(bugs.padding_as_data, False), (bugs.last_column, False), (bugs.last_of_each, True)],
)
def test_a_sequence_answers_alone_as_in_company(read, right):
    layer = lstm()
    assert (bugs.alone(lambda x, n: read(layer, x, n), sequences(), LENGTHS) < 1e-6) == right


@pytest.mark.parametrize(
    ("read", "batch_first", "right"),
    [
        (bugs.viewed, False, False),
        (bugs.time_first, False, True),
        (bugs.carried_on, True, False),
        (bugs.started_afresh, True, True),
    ],
)
def test_a_changed_sequence_answers_for_itself_only(read, batch_first, right):
    layer = lstm(batch_first=batch_first)
    who = bugs.influence(lambda x: read(layer, x), sequences())
    assert (who.diagonal() > 0).all()
    assert (who[~np.eye(B, dtype=bool)] == 0).all() == right


@pytest.mark.parametrize(("read", "heard"), [(bugs.last_of_bidirectional, 1), (bugs.last_of_both, T)])
def test_both_directions_hear_every_step(read, heard):
    layer = lstm(bidirectional=True)
    assert (bugs.reach(lambda x: read(layer, x)[:, H:], sequences()) > 0).sum() == heard
    assert (bugs.reach(lambda x: read(layer, x)[:, :H], sequences()) > 0).all()


def test_a_state_that_is_turned_is_refused_unless_sizes_agree_and_then_wrong():
    layer, x = lstm(num_layers=2), sequences()
    states = torch.randn(2, B, 2, H)  # of h and c: batch first, as somebody may expect it
    with pytest.raises(RuntimeError, match=r"Expected hidden\[0\] size"):
        bugs.state_batch_first(layer, x, *states)
    row = [bugs.state_layers_first(layer, x[[b]], *states[:, [b]]) for b in range(2)]
    two = bugs.state_layers_first(layer, x[:2], *states[:, :2])
    torch.testing.assert_close(torch.cat(row), two)
    assert not torch.allclose(bugs.state_batch_first(layer, x[:2], *states[:, :2]), two)


def test_blocks_of_onnx_are_brought_into_order():
    layer = lth.Unroll(lth.LSTMCell(D, H, rng=torch.Generator()))
    stored = torch.tensor(lth.to_onnx(layer)["W"][0])
    assert torch.equal(bugs.blocks_in_order(stored), layer.cell.weight_ih)
    assert not torch.equal(bugs.blocks_as_stored(stored), layer.cell.weight_ih)


@pytest.mark.parametrize(("start", "acts"), [(bugs.forget_bias_twice, 2.0), (bugs.forget_bias_once, 1.0)])
def test_the_bias_that_acts_is_the_sum(start, acts):
    layer = lstm()
    start(layer, 1.0)
    assert ((layer.bias_ih_l0 + layer.bias_hh_l0)[H : 2 * H] == acts).all()


@pytest.mark.parametrize("classes", [2, 4])
def test_a_perfect_answer_costs_nothing(classes):
    target = torch.arange(classes)
    perfect = 1000.0 * torch.eye(classes)
    assert bugs.logits_loss(perfect, target) == 0
    floor = np.log(np.e + classes - 1) - 1
    assert float(bugs.softmax_twice_loss(perfect, target)) == pytest.approx(floor, abs=1e-6)


@pytest.mark.parametrize(("leave", "right"), [(bugs.h_alone_detached, False), (bugs.detached, True)])
def test_a_carried_state_has_no_history(leave, right):
    _, state = lstm()(sequences())
    assert all(part.grad_fn is None for part in leave(state)) == right


def test_dropout_of_one_layer_warns_and_drops_nothing():
    x = sequences()
    with pytest.warns(UserWarning, match="dropout option adds dropout after all but last"):
        wrong = bugs.one_layer_dropout(D, H, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right = bugs.own_dropout(D, H, 0.5)
    assert torch.equal(wrong(x), wrong(x))
    assert not torch.equal(right(x), right(x))


def test_clipping_by_norm_keeps_the_direction():
    rng = np.random.default_rng(0)
    grads = {"a": rng.normal(size=(3, 4)), "b": 10 * rng.normal(size=5)}
    assert bugs.angle(grads, bugs.clipped_by_norm(grads, 0.5)) < 1e-4
    assert bugs.angle(grads, bugs.clipped_by_value(grads, 0.5)) > 10


@pytest.mark.parametrize(
    ("prepare", "right"),
    [
        (lambda s, cut: bugs.scaled_on_all(s, cut)[0], False),
        (lambda s, cut: bugs.scaled_on_train(s, cut)[0], True),
        (lambda s, cut: bugs.split_at_random(s, 5, cut, np.random.default_rng(0))[0], False),
        (lambda s, cut: bugs.split_in_time(s, 5, cut, np.random.default_rng(0))[0], True),
    ],
)
def test_the_future_moves_no_training_data(prepare, right):
    series = np.random.default_rng(1).normal(size=60).cumsum()
    assert (bugs.moved_by_the_future(prepare, series, 40) == 0) == right


@pytest.mark.parametrize(("error", "right"), [(bugs.shifted_error, False), (bugs.aligned_error, True)])
def test_only_a_perfect_forecast_has_no_error(error, right):
    series = np.random.default_rng(2).normal(size=60).cumsum()
    today, tomorrow = series[:-1], series[1:]
    assert (error(tomorrow, tomorrow) == 0) == right
    assert (error(today, tomorrow) > 0) == right


@pytest.mark.parametrize(("scale", "right"), [(bugs.promoted, False), (bugs.precision_kept, True)])
def test_float32_in_float32_out(scale, right):
    x = np.ones((2, 3), np.float32)
    out = scale(x, np.float64(0.5), np.float64(2.0))
    np.testing.assert_array_equal(out, 0.25)
    assert (out.dtype == x.dtype) == right


def test_every_bug_says_that_it_is_one():
    """A docstring begins with Wrong or Right; those of the published backward passes say it in WRONG."""
    for name in bugs.__all__:
        thing = getattr(bugs, name)
        source = inspect.getmodule(thing).__name__.rpartition(".")[2]
        if source in {"uses", "reading", "data"}:
            assert inspect.getdoc(thing).startswith(("Wrong", "Right")), name
        if source == "cells" and thing is not bugs.TakenApart:
            assert inspect.getdoc(thing).startswith(("Wrong: ", "Right: ")), name
        if source == "wrong_backward":
            assert thing.WRONG
