"""Channels of progress: told after every epoch, by one process, what the history will say."""

import numpy as np
import pytest
import torch
from train_together import make_model, task

from lstm_edu import torch as lth


def train(report, epochs=3, **settings):
    model = make_model()
    return lth.fit(
        model,
        torch.nn.functional.mse_loss,
        task(23),
        optimizer=torch.optim.SGD(model.parameters(), 0.1),
        epochs=epochs,
        batch_size=5,
        rng=np.random.default_rng(0),
        progress=False,
        report=report,
        **settings,
    )


def test_every_channel_hears_of_every_epoch():
    first, second = [], []
    history = train([first.append, second.append], validation=task(7))
    assert first == second
    assert [numbers["epoch"] for numbers in first] == [0, 1, 2]
    assert [numbers["loss"] for numbers in first] == history.train_loss
    assert [numbers["validation_loss"] for numbers in first] == history.validation_loss
    by_epoch = np.reshape(history.grad_norm, (3, 5))  # 23 examples: five steps
    assert [numbers["gradient_norm"] for numbers in first] == by_epoch.max(axis=1).tolist()
    assert all(numbers["sequences/s"] > 0 for numbers in first)


def test_a_resumed_run_reports_only_what_it_adds(tmp_path):
    heard = []
    train([heard.append], epochs=2, checkpoint=tmp_path / "state.pt")
    train([heard.append], epochs=3, checkpoint=tmp_path / "state.pt")
    assert [numbers["epoch"] for numbers in heard] == [0, 1, 2]


def test_a_channel_that_fails_loses_nothing(tmp_path):
    path = tmp_path / "state.pt"

    def broken(numbers):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        train([broken], checkpoint=path)
    assert len(train([], checkpoint=path).train_loss) == 3


@pytest.mark.parametrize("report", [print, [3], "loss"])
def test_what_cannot_be_called_is_refused(report):
    with pytest.raises(TypeError, match=r"`report` should be a list of functions .* write report=\[print\]"):
        train(report)
