"""The run on wrong gradients, made short: the same start for all, only the backward pass differs."""

import numpy as np
import pytest

from lstm_edu import numpy as lnp
from lstm_edu.runs import wrong_backward
from lstm_edu.runs.record import read_record
from lstm_edu.runs.wrong_backward import WAYS, build, echo, train


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(wrong_backward, "SIZES", {"adding": (4,), "echo": (1,)})
    monkeypatch.setattr(wrong_backward, "N", 64)
    monkeypatch.setattr(wrong_backward, "EPOCHS", 2)


def test_echo_asks_for_the_number_so_many_steps_before_the_last():
    x, y = echo(5, 3, rng=np.random.default_rng(0))
    assert x.shape == (5, 20, 1)
    np.testing.assert_array_equal(y, x[:, 16])
    x, y = echo(100_000, 1, rng=np.random.default_rng(0))
    assert (y**2).mean() == pytest.approx(wrong_backward.CONSTANT["echo"], rel=0.01)


@pytest.mark.parametrize("task", ["adding", "echo"])
def test_every_way_starts_from_the_same_weights(task):
    models = {way: dict(build(way, task, 4, seed=0).named_parameters()) for way in WAYS}
    for way, parameters in models.items():
        for name, array in parameters.items():
            alone = way == "c alone" and name.endswith("weight_hh")
            np.testing.assert_array_equal(array, 0 if alone else models["right"][name])
            assert array.dtype == np.float32


def test_only_the_trained_weights_move(monkeypatch):
    moved = {}
    for way in WAYS:
        model = build(way, "adding", 4, seed=0)
        before = {name: array.copy() for name, array in model.named_parameters()}
        monkeypatch.setattr(wrong_backward, "build", lambda *_, model=model: model)
        train("adding", 4, way, 0)
        moved[way] = {name for name, array in model.named_parameters() if (array != before[name]).any()}
    head, cell = {"head.weight", "head.bias"}, {f"layer.cell.{name}" for name in lnp.LSTMCell.parameter_names}
    assert moved == dict.fromkeys(WAYS, head | cell) | {
        "head only": head,
        "c alone": head | cell - {"layer.cell.weight_hh"},
    }


def test_a_run_repeats():
    first, again = (train("adding", 4, "overwritten", 1) for _ in range(2))
    other = train("adding", 4, "head only", 1)
    assert first["errors"] == again["errors"] != other["errors"]
    assert len(first["errors"]) == wrong_backward.EPOCHS


def test_what_is_not_finite_has_diverged(monkeypatch):
    monkeypatch.setattr(wrong_backward, "LR", 1e38)
    run = train("adding", 4, "right", 0)
    assert run["diverged"] is True
    assert run["errors"] is None


def test_the_record_holds_every_run_and_is_taken_up(tmp_path, monkeypatch):
    path = tmp_path / "wrong_backward.json"
    wrong_backward.run(path, seeds=1, progress=False)
    record = read_record(path)
    assert record["command"] == "lstm-edu run wrong-backward"
    assert len(record["runs"]) == 2 * len(WAYS)
    monkeypatch.setattr(wrong_backward, "train", None)  # nothing is left to train
    wrong_backward.run(path, seeds=1, progress=False)
