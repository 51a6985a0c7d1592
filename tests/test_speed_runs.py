"""The runs of the chapter on speed, made short: what they hold, that they repeat, what they refuse."""

import pytest

from lstm_edu.runs import half_training
from lstm_edu.runs.record import read_record


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(half_training, "STEPS", 40)


@pytest.mark.parametrize("numbers", ["float32", "bfloat16"])
def test_with_enough_range_the_unit_of_the_loss_changes_no_bit(short, numbers):
    losses = [half_training.train(numbers, unit, 0)["losses"] for unit in half_training.UNITS]
    assert len(losses[0]) == 2
    assert all(curve == losses[0] for curve in losses)


def test_float16_loses_its_gradient_in_small_units_and_a_scaler_keeps_it(short):
    runs = {numbers: half_training.train(numbers, 20, 0) for numbers in half_training.FORMATS}
    assert runs["float16"]["zeros"] > 0.9
    assert runs["float16 scaled"]["zeros"] < 0.1
    assert runs["float16"]["losses"] != runs["float32"]["losses"] != runs["bfloat16"]["losses"]
    assert half_training.train("float16 scaled", 0, 0)["skipped"] > 0  # the scale starts too high


def test_the_record_of_training_holds_every_run_once(short, monkeypatch, tmp_path):
    monkeypatch.setattr(half_training, "UNITS", (0, 10))
    path = tmp_path / "half_training.json"
    half_training.run(path, seeds=1, progress=False)
    runs = read_record(path)["runs"]
    assert len(runs) == len({(run["format"], run["unit"], run["seed"]) for run in runs}) == 10
