"""Half the digits: what stays float32, what a loss scaler does, and what is refused."""

import math

import numpy as np
import pytest
import torch
from train_together import D, H, K, make_model, task, train

from lstm_edu import torch as lth
from lstm_edu.torch import precision as precisions
from lstm_edu.torch.evaluate import evaluate

HALVES = ["bfloat16", "float16"]


def single(n=23, scale=1.0):
    x, y = task(n)
    return x.float(), scale * y.float()


def fit(model, data, *, loss=torch.nn.functional.mse_loss, lr=0.05, epochs=3, **settings):
    return lth.fit(
        model,
        loss,
        data,
        optimizer=torch.optim.SGD(model.parameters(), lr),
        epochs=epochs,
        rng=np.random.default_rng(2),
        **{"batch_size": 5, "progress": False} | settings,
    )


class Watching(torch.nn.Module):
    """A model that notes the dtype of what it predicts."""

    def __init__(self, cell):
        super().__init__()
        self.model, self.dtypes = lth.ManyToOne(lth.Unroll(cell), K), set()

    def forward(self, x):
        prediction, tape = self.model(x)
        self.dtypes.add(prediction.dtype)
        return prediction, tape


@pytest.mark.parametrize("precision", HALVES)
@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
def test_products_are_halves_and_weights_and_losses_are_not(kind, precision):
    model = Watching(getattr(lth, kind)(D, H))
    optimizer = torch.optim.Adam(model.parameters())
    losses = []

    def loss(prediction, y):
        losses.append(torch.nn.functional.mse_loss(prediction, y))
        return losses[-1]

    settings = {"epochs": 1, "rng": np.random.default_rng(0), "progress": False, "validation": single(7)}
    lth.fit(model, loss, single(), optimizer=optimizer, precision=precision, **settings)
    half = getattr(torch, precision)
    assert model.dtypes == {half}  # in training and in validation
    assert {value.dtype for value in losses} == {torch.float32}
    kept = [*model.parameters(), *(p.grad for p in model.parameters())]
    kept += [state["exp_avg"] for state in optimizer.state.values()]
    assert {tensor.dtype for tensor in kept} == {torch.float32}


@pytest.mark.parametrize("precision", HALVES)
def test_half_precision_follows_the_curve_of_full_precision(precision):
    small = {"loss": lambda prediction, y: torch.nn.functional.mse_loss(prediction, y) / 100, "lr": 2.0}
    whole = fit(make_model().float(), single(), epochs=20, **small)
    half = fit(make_model().float(), single(), epochs=20, precision=precision, **small)
    assert whole.train_loss[-1] < 0.5 * whole.train_loss[0]
    assert half.train_loss != whole.train_loss
    np.testing.assert_allclose(half.train_loss, whole.train_loss, rtol=0.05)
    assert all(math.isfinite(norm) for norm in half.grad_norm)


def test_float32_is_what_happens_without_being_asked():
    data = tuple(part.float() for part in task(23))
    plain, asked = (train("float32", train=data, precision=precision) for precision in (None, "float32"))
    assert plain["history"] == asked["history"]


def test_gradients_that_underflow_are_saved_by_the_scaler():
    """Targets so close that float16 without a scaler sees no gradient at all."""
    tiny = {"loss": lambda prediction, y: 1e-7 * torch.nn.functional.mse_loss(prediction, y)}
    model = make_model().float()
    x, y = single(5)
    with precisions.autocast("float16", torch.device("cpu")):
        value = tiny["loss"](model(x)[0], y)
    value.backward()
    lost = sum((parameter.grad == 0).sum() for parameter in model.parameters())
    whole = fit(make_model().float(), single(5), epochs=1, **tiny)
    half = fit(make_model().float(), single(5), epochs=12, precision="float16", **tiny)
    assert lost > 0.5 * sum(parameter.numel() for parameter in model.parameters())
    np.testing.assert_allclose(half.grad_norm[-1], whole.grad_norm[0], rtol=0.02)


def test_steps_that_overflow_are_skipped_and_reported():
    """The scaler starts at 65536 and halves until the gradients fit."""
    model = make_model().float()
    start = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    settings = {"batch_size": 23, "epochs": 20, "lr": 1e-5, "precision": "float16"}
    history = fit(model, single(scale=100.0), **settings)
    skipped = [norm == math.inf for norm in history.grad_norm]
    assert skipped[0]
    assert skipped == sorted(skipped, reverse=True)  # first those, then none
    assert not skipped[-1]
    assert all(torch.isfinite(tensor).all() for tensor in model.state_dict().values())
    assert any(not torch.equal(tensor, start[name]) for name, tensor in model.state_dict().items())


def test_a_gradient_that_no_scale_helps_ends_training():
    model = make_model().float()
    start = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def loss(prediction, y):  # its value is finite, its slope is not
        return torch.nn.functional.mse_loss(prediction, y) + (0 * prediction.sum()).sqrt()

    with pytest.raises(FloatingPointError, match=r"loss scaler is below 1.*precision='bfloat16'"):
        fit(model, single(), loss=loss, epochs=9, precision="float16")
    assert all(torch.equal(tensor, start[name]) for name, tensor in model.state_dict().items())


def test_validation_is_computed_as_training_is():
    model, data = make_model().float(), single(7)
    whole, half = (
        evaluate(model, torch.nn.functional.mse_loss, data, precision=p) for p in (None, "bfloat16")
    )
    assert half != whole
    assert half == pytest.approx(whole, rel=0.05)


def test_a_precision_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"`precision` should be None or 'float32' or .* but is 'half'"):
        fit(make_model().float(), single(), precision="half")


@pytest.mark.parametrize("precision", ["float32", *HALVES])
def test_weights_of_another_dtype_are_refused(precision):
    with pytest.raises(ValueError, match=r"keeps its weights in float32, but .* are torch.float64. Build it"):
        fit(make_model(), task(23), precision=precision)


def test_an_lstm_of_the_library_in_float16_is_refused_where_the_processor_has_none(monkeypatch):
    def missing(*arguments, **settings):
        raise RuntimeError("could not create a primitive descriptor")

    class Around(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(D, 1, batch_first=True)

        def forward(self, x):
            return self.lstm(x)[1][0][-1]

    model = Around()
    monkeypatch.setattr(torch.nn.LSTM, "forward", missing)
    with pytest.raises(ValueError, match=r"no torch.nn.LSTM in float16. Use precision='bfloat16'"):
        fit(model, single(), precision="float16")
    monkeypatch.undo()
    history = fit(model, single(), precision="bfloat16")
    assert history.train_loss[-1] < history.train_loss[0]
