"""The training loops of both halves: what they learn, what they promise, what they refuse."""

import inspect
from functools import partial

import numpy as np
import pytest
import torch
from table import make_twins

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.data import Windows
from lstm_edu.numpy.batches import batches as numpy_batches
from lstm_edu.numpy.train import evaluate as numpy_evaluate
from lstm_edu.torch.batches import batches as torch_batches
from lstm_edu.torch.train import evaluate as torch_evaluate

N, T, D, H, K = 23, 6, 2, 5, 1
BOTH = pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])


def task(seed=0, n=N):
    """Sum up the first feature where the second one is positive."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, T, D))
    return x, (x[..., 0] * (x[..., 1] > 0)).sum(axis=1, keepdims=True)


def twins(dropout=0.0, cell="LSTMCell"):
    def build(half):
        first, second = getattr(half, cell)(D, H), getattr(half, cell)(H, H + 1)
        return half.ManyToOne(half.Stacked([half.Unroll(first), half.Unroll(second)], dropout=dropout), K)

    return make_twins(build, np.random.default_rng(1))


def make_model(half, **settings):
    return twins(**settings)[[lnp, lth].index(half)]


def to(half, data):
    return data if half is lnp else tuple(torch.from_numpy(array) for array in data)


def mse(half):
    return lnp.mse_loss if half is lnp else torch.nn.functional.mse_loss


def make_adam(half, model, lr=0.01):
    return lnp.Adam(model.named_parameters(), lr) if half is lnp else torch.optim.Adam(model.parameters(), lr)


def weights(half, model):
    arrays = model.named_parameters() if half is lnp else model.state_dict().items()
    return {name: np.asarray(array).copy() for name, array in arrays}


def fit(
    half, model, train, *, lr=0.01, loss=None, epochs=3, seed=2, validation=None, optimizer=None, **settings
):
    return half.fit(
        model,
        loss or mse(half),
        to(half, train) if isinstance(train, tuple) else train,
        optimizer=optimizer or make_adam(half, model, lr),
        epochs=epochs,
        rng=np.random.default_rng(seed),
        validation=None if validation is None else to(half, validation),
        **{"batch_size": 5, "progress": False} | settings,
    )


def same(a, b):
    return all(np.array_equal(a[name], b[name]) for name in a)


class Interrupting:
    """A loss that breaks off at its n-th call."""

    def __init__(self, half, at, error=KeyboardInterrupt):
        self.loss, self.left, self.error = mse(half), at, error

    def __call__(self, prediction, y):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return self.loss(prediction, y)


def spoil(half, at, value):
    """A loss that is ``value`` at its n-th call."""
    calls = iter(range(10**6))

    def loss(prediction, y):
        out, bad = mse(half)(prediction, y), next(calls) == at
        if half is lth:
            return out * value if bad else out
        return (out[0] * value, out[1]) if bad else out

    return loss


# What only the torch half's fit can do.
SPEED_AND_SIZE = ["count", "accumulate", "precision", "checkpoint", "report", "divide"]


@pytest.mark.parametrize("name", ["save_weights", "load_weights", "History"])
def test_halves_share_their_signatures(name):
    assert inspect.signature(getattr(lnp, name)) == inspect.signature(getattr(lth, name))


def test_fit_of_the_torch_half_adds_arguments_about_speed_and_size_and_nothing_else():
    ours, twin = (list(inspect.signature(half.fit).parameters.values()) for half in (lnp, lth))
    added = twin[len(ours) :]
    assert twin[: len(ours)] == ours
    assert [argument.name for argument in added] == SPEED_AND_SIZE
    assert all(argument.kind is argument.KEYWORD_ONLY for argument in added)


# What they learn


@BOTH
def test_loss_falls(half):
    model = make_model(half)
    history = fit(half, model, task(), epochs=60)
    assert history.train_loss[-1] < 0.1 * history.train_loss[0]
    assert history.stopped == "finished"
    assert len(history.train_loss) == 60
    assert history.validation_loss == []


@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("cell", ["RNNCell", "LSTMCell", "GRUCell"])
def test_both_halves_follow_the_same_curve(cell, lengths, clip_norm):
    ours, twin = twins(cell=cell)
    train, validation = task(), task(seed=3, n=8)
    if lengths:
        rng = np.random.default_rng(4)
        train, validation = ((*data, rng.integers(1, T + 1, len(data[0]))) for data in (train, validation))
    settings = {"validation": validation, "epochs": 8, "clip_norm": clip_norm}
    history, expected = fit(lnp, ours, train, **settings), fit(lth, twin, train, **settings)
    for field in ("train_loss", "validation_loss", "grad_norm"):
        np.testing.assert_allclose(
            getattr(history, field), getattr(expected, field), rtol=1e-10, err_msg=field
        )
    assert history.best_epoch == expected.best_epoch
    for name, array in weights(lth, twin).items():
        np.testing.assert_allclose(weights(lnp, ours)[name], array, rtol=1e-8, atol=1e-10, err_msg=name)


@BOTH
def test_lengths_reach_the_model(half):
    x, y = task()
    lengths = np.random.default_rng(5).integers(1, T + 1, N)
    polluted = x.copy()
    polluted[np.arange(T) >= lengths[:, None]] = 100.0
    histories = [fit(half, make_model(half), (data, y, lengths)) for data in (x, polluted)]
    assert histories[0] == histories[1]
    assert histories[0] != fit(half, make_model(half), (x, y))


@BOTH
def test_same_seed_same_history_and_another_seed_another(half):
    histories = [fit(half, make_model(half, dropout=0.5), task(), seed=seed) for seed in (0, 0, 1)]
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


def test_nothing_is_drawn_from_pytorchs_global_generator():
    model = make_model(lth, dropout=0.5)
    before = torch.get_rng_state()
    fit(lth, model, task())
    assert torch.equal(torch.get_rng_state(), before)


# What they count


@pytest.mark.parametrize("size", [1, 5, 23, 100])
@pytest.mark.parametrize("batches", [numpy_batches, torch_batches], ids=["numpy", "torch"])
def test_batches_partition_the_data(batches, size):
    rows, twice = np.arange(N), 2 * np.arange(N)
    data = (rows, twice) if batches is numpy_batches else (torch.from_numpy(rows), torch.from_numpy(twice))
    for rng in (None, np.random.default_rng(0)):
        portions = [tuple(np.asarray(a) for a in portion) for portion in batches(data, size, rng)]
        x, y = (np.concatenate(arrays) for arrays in zip(*portions, strict=True))
        np.testing.assert_array_equal(2 * x, y)
        np.testing.assert_array_equal(np.sort(x), rows)
        assert (x == rows).all() == (rng is None)
        assert [len(portion[0]) for portion in portions] == [size] * (N // size) + [N % size] * (N % size > 0)


def test_both_halves_draw_the_same_order():
    rows = np.arange(N)
    ours = numpy_batches((rows,), 4, np.random.default_rng(0))
    theirs = torch_batches((torch.from_numpy(rows),), 4, np.random.default_rng(0))
    for (a,), (b,) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@BOTH
def test_each_epoch_sees_each_example_once_in_a_new_order(half):
    seen = []

    def loss(prediction, y):
        seen.append(np.asarray(y))
        return mse(half)(prediction, y)

    x, y = task()
    fit(half, make_model(half), (x, y), loss=loss, epochs=2)
    first, second = np.concatenate(seen[:5]), np.concatenate(seen[5:])
    np.testing.assert_array_equal(np.sort(first, axis=0), np.sort(y, axis=0))
    np.testing.assert_array_equal(np.sort(second, axis=0), np.sort(y, axis=0))
    assert not np.array_equal(first, second)


def test_order_depends_on_the_seed_alone():
    orders = []
    for half, dropout in ((lnp, 0.0), (lnp, 0.5), (lth, 0.0), (lth, 0.5)):
        seen = []

        def loss(prediction, y, half=half, seen=seen):
            seen.append(np.asarray(y))
            return mse(half)(prediction, y)

        fit(half, make_model(half, dropout=dropout), task(), loss=loss)
        orders.append(np.concatenate(seen))
    for order in orders[1:]:
        np.testing.assert_array_equal(order, orders[0])


@BOTH
def test_losses_are_means_over_examples_though_the_last_batch_is_smaller(half):
    model = make_model(half)
    evaluate = numpy_evaluate if half is lnp else torch_evaluate
    train, validation = task(), task(seed=3, n=8)
    whole = evaluate(model, mse(half), to(half, train), batch_size=100)
    history = fit(half, model, train, lr=1e-300, epochs=1, validation=validation)  # the weights stay
    np.testing.assert_allclose(history.train_loss, [whole], rtol=1e-12)
    whole = evaluate(model, mse(half), to(half, validation), batch_size=100)
    np.testing.assert_allclose(history.validation_loss, [whole], rtol=1e-12)


@BOTH
def test_gradient_norms_are_those_before_clipping(half):
    free = fit(half, make_model(half), task(), epochs=1)
    clipped = fit(half, make_model(half), task(), epochs=1, clip_norm=1e-3)
    assert len(free.grad_norm) == len(clipped.grad_norm) == 5
    assert clipped.grad_norm[0] == free.grad_norm[0] > 1e-3
    assert clipped.grad_norm != free.grad_norm


@BOTH
def test_dropout_acts_in_training_only(half):
    train, validation = task(), task(seed=3, n=8)
    plain, dropping = (
        fit(half, make_model(half, dropout=p), train, lr=1e-300, epochs=2, validation=validation)
        for p in (0, 0.5)
    )
    np.testing.assert_allclose(dropping.validation_loss, plain.validation_loss, rtol=1e-12)
    assert dropping.train_loss != plain.train_loss
    assert dropping.train_loss[0] != dropping.train_loss[1]


@pytest.mark.parametrize("training", [True, False])
def test_mode_of_a_torch_module_is_what_it_was(training):
    model = make_model(lth).train(training)
    fit(lth, model, task(), epochs=1, validation=task(seed=3))
    assert model.training == training
    with pytest.raises(KeyboardInterrupt):
        torch_evaluate(model, Interrupting(lth, 0), to(lth, task()))
    assert model.training == training


def test_torch_half_trains_plain_modules():
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(T * D, K)).double()
    history = fit(lth, model, task(), epochs=40, lr=0.05, validation=task(seed=3))
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]


def test_numpy_half_trains_models_that_know_of_no_rng():
    linear = lnp.Linear(D, K, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(N, D))
    history = fit(lnp, linear, (x, x.sum(axis=1, keepdims=True)), epochs=40, lr=0.1)
    assert history.train_loss[-1] < 1e-2 * history.train_loss[0]


# How they stop


@BOTH
def test_the_best_weights_are_restored(half):
    train, validation = task(), task(seed=3, n=8)
    model = make_model(half)
    history = fit(half, model, train, epochs=40, lr=0.1, validation=validation)
    assert history.best_epoch == np.argmin(history.validation_loss) < 39
    evaluate = numpy_evaluate if half is lnp else torch_evaluate
    value = evaluate(model, mse(half), to(half, validation), batch_size=5)
    np.testing.assert_allclose(value, min(history.validation_loss), rtol=1e-12)


@BOTH
def test_early_stopping_waits_as_long_as_it_was_told(half):
    train, validation = task(), task(seed=3, n=8)
    full = fit(half, make_model(half), train, epochs=40, lr=0.1, validation=validation).validation_loss
    for patience in (1, 3):
        history = fit(
            half, make_model(half), train, epochs=40, lr=0.1, validation=validation, patience=patience
        )
        epochs = len(history.validation_loss)
        assert history.stopped == "early"
        assert history.best_epoch == epochs - 1 - patience
        assert history.validation_loss == full[:epochs]
        best_before = np.minimum.accumulate(full)
        waits = [k for k in range(patience, 40) if best_before[k] == best_before[k - patience]]
        assert epochs - 1 == waits[0]


@BOTH
def test_without_validation_the_last_weights_stay(half):
    model, after_step = make_model(half), []
    optimizer = make_adam(half, model, lr=0.3)
    step = optimizer.step

    def watched_step(*grads):
        step(*grads)
        after_step.append(weights(half, model))

    optimizer.step = watched_step
    history = fit(half, model, task(), epochs=6, optimizer=optimizer)
    assert history.best_epoch == np.argmin(history.train_loss) < 5
    assert same(weights(half, model), after_step[-1])


@BOTH
def test_interruption_keeps_the_best_and_returns(half):
    train, validation = task(), task(seed=3, n=8)  # an epoch calls the loss 5 + 2 times
    model, settings = make_model(half), {"lr": 0.1, "validation": validation}
    history = fit(half, model, train, loss=Interrupting(half, 5 * 7 + 3), epochs=40, **settings)
    assert history.stopped == "interrupted"
    assert len(history.train_loss) == len(history.validation_loss) == 5
    assert len(history.grad_norm) == 5 * 5 + 3
    other = make_model(half)
    assert history.best_epoch == fit(half, other, train, epochs=5, **settings).best_epoch
    assert same(weights(half, model), weights(half, other))


@BOTH
@pytest.mark.parametrize("at", [3, 6])  # in the first epoch: while training, while validating
def test_interruption_of_the_first_epoch_keeps_what_was_learnt(half, at):
    model = make_model(half)
    start = weights(half, model)
    history = fit(half, model, task(), loss=Interrupting(half, at), validation=task(seed=3, n=8))
    assert history[:2] == ([], [])
    assert (history.best_epoch, history.stopped) == (None, "interrupted")
    assert not same(weights(half, model), start)


@BOTH
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("validated", [False, True])
def test_loss_that_is_not_finite_restores_the_best_and_says_where(half, value, validated):
    settings = {"lr": 0.05, "validation": task(seed=3, n=8) if validated else None}
    calls = 7 if validated else 5
    model = make_model(half)
    with pytest.raises(
        FloatingPointError, match=rf"loss is {value} in epoch 2, batch 3 \(counted from 0\).*clip_norm"
    ):
        fit(half, model, task(), loss=spoil(half, 2 * calls + 3, value), epochs=5, **settings)
    other = make_model(half)
    assert fit(half, other, task(), epochs=2, **settings).best_epoch == 1
    assert same(weights(half, model), weights(half, other))


@BOTH
def test_validation_loss_that_is_not_finite_says_so(half):
    model = make_model(half)
    start = weights(half, model)
    with pytest.raises(FloatingPointError, match="The validation loss is nan after epoch 0"):
        fit(half, model, task(), loss=spoil(half, 6, np.nan), validation=task(seed=3, n=8))
    assert same(weights(half, model), start)


def test_gradient_that_is_not_finite_moves_nothing():
    model = make_model(lnp)
    start = weights(lnp, model)

    def loss(prediction, y):
        value, gradient = lnp.mse_loss(prediction, y)
        return value, gradient * np.nan

    optimizer = make_adam(lnp, model)
    with pytest.raises(FloatingPointError, match="The gradient norm is nan in epoch 0, batch 0"):
        fit(lnp, model, task(), loss=loss, optimizer=optimizer)
    assert same(weights(lnp, model), start)
    assert optimizer.steps == 0  # so its running means are clean, too


@BOTH
def test_other_errors_pass_through(half):
    with pytest.raises(ZeroDivisionError):
        fit(half, make_model(half), task(), loss=Interrupting(half, 7, ZeroDivisionError))


# What they show


@BOTH
def test_progress_is_silent_when_told(half, capsys):
    fit(half, make_model(half), task(), progress=False)
    assert capsys.readouterr() == ("", "")


@BOTH
def test_progress_counts_batches_and_shows_losses(half, capsys):
    fit(half, make_model(half), task(), epochs=2, validation=task(seed=3), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "10/10" in err
    assert "loss=" in err
    assert "validation_loss=" in err


# What they refuse


@BOTH
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "`epochs` should be a whole number of at least 1 but is 0"),
        ({"batch_size": 0}, ValueError, "`batch_size` should be a whole number of at least 1 but is 0"),
        ({"batch_size": 2.5}, ValueError, "`batch_size` should be a whole number of at least 1 but is 2.5"),
        ({"patience": 0}, ValueError, "`patience` should be a whole number of at least 1 but is 0"),
        (
            {"patience": 2},
            ValueError,
            r"`patience` counts epochs.*no validation data. Give validation=\(x, y\)",
        ),
        ({"clip_norm": 0.0}, ValueError, "`clip_norm` should be greater than 0 but is 0.0"),
        (
            {"rng": 0},
            TypeError,
            r"`rng` should be a numpy.random.Generator but is a int. Pass np.random.default_rng",
        ),
    ],
)
def test_options_that_make_no_sense_are_refused(half, options, error, message):
    model = make_model(half)
    settings = {
        "optimizer": make_adam(half, model),
        "epochs": 1,
        "rng": np.random.default_rng(0),
        "progress": False,
    }
    with pytest.raises(error, match=message):
        half.fit(model, mse(half), to(half, task()), **settings | options)


def holed(array, *places):
    array = array.copy()
    for place in places:
        array[place] = np.nan
    return array


X, Y = task()


@BOTH
@pytest.mark.parametrize("name", ["train", "validation"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((X[:0], Y[:0]), r"x of `{}` has shape \(0, 6, 2\): there is no example"),
        ((X, Y[:7]), "y of `{}` holds 7 examples but x holds 23"),
        ((X, Y, np.ones(5, int)), "lengths of `{}` holds 5 examples but x holds 23"),
        ((X, Y[0, 0]), r"y of `{}` has shape \(\): there is no example"),
        (
            (holed(X, (12, 4, 1), (13, 0, 0)), Y),
            r"x of `{}` holds 2 values that are not finite, the first at \[12, 4, 1\]",
        ),
        (
            (X, holed(Y, (3, 0))),
            r"y of `{}` holds 1 values that are not finite, the first at \[3, 0\].*Fill the gaps",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused(half, name, data, message):
    data = tuple(np.asarray(array) for array in data)
    chosen = {"train": task(), "validation": task()} | {name: data}
    with pytest.raises(ValueError, match=message.format(name)):
        fit(half, make_model(half), chosen["train"], validation=chosen["validation"])


@BOTH
@pytest.mark.parametrize(
    ("data", "came"),
    [
        (X, "a ndarray"),
        ([X, Y], "a list"),
        ((X,), r"tuple\(x\)"),
        (Windows(X, Y, np.arange(N)), r"Windows\(x, y, start\)"),
    ],
)
def test_data_of_another_form_are_refused(half, data, came):
    model = make_model(half)
    with pytest.raises(
        TypeError, match=rf"`train` should be a tuple \(x, y\) or \(x, y, lengths\) but is {came}\."
    ):
        half.fit(
            model, mse(half), data, optimizer=make_adam(half, model), epochs=1, rng=np.random.default_rng(0)
        )


def test_arrays_of_the_other_half_are_refused():
    start = partial(lth.fit, epochs=1, rng=np.random.default_rng(0))
    model = make_model(lth)
    with pytest.raises(
        TypeError, match=r"x of `train` should be a tensor but is a ndarray.*torch.from_numpy"
    ):
        start(model, mse(lth), (X, Y), optimizer=make_adam(lth, model))
    start = partial(lnp.fit, epochs=1, rng=np.random.default_rng(0))
    model = make_model(lnp)
    with pytest.raises(
        TypeError, match=r"x of `train` should be a NumPy array but is a Tensor.*tensor.numpy\(\)"
    ):
        start(model, mse(lnp), to(lth, (X, Y)), optimizer=make_adam(lnp, model))


def test_optimiser_of_another_model_is_refused():
    model, other = make_model(lnp), make_model(lnp)
    with pytest.raises(
        ValueError, match=r"moves layer.layers.0.cell.weight_ih, .*which this model does not hold"
    ):
        fit(lnp, model, task(), optimizer=make_adam(lnp, other))
    model.head.bias = model.head.bias.copy()  # the optimiser below holds the old array
    late, stale = make_adam(lnp, model), make_adam(lnp, other)
    other.head.bias = other.head.bias.copy()
    fit(lnp, model, task(), optimizer=late, epochs=1)
    with pytest.raises(ValueError, match=r"The optimiser moves head.bias, which.*after the model"):
        fit(lnp, other, task(), optimizer=stale)
    model, other = make_model(lth), make_model(lth)
    with pytest.raises(ValueError, match=r"parameters of shape \(20, 2\), .*which this model does not hold"):
        fit(lth, model, task(), optimizer=make_adam(lth, other))
