"""A run that was broken off and goes on: the same bits as one that was not."""

import numpy as np
import pytest
import torch
from train_together import D, H, K, make_model, task

from lstm_edu import torch as lth
from lstm_edu.torch import resume


class Library(torch.nn.Module):
    """Dropout from PyTorch's global generator."""

    def __init__(self):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(1)
            self.lstm = torch.nn.LSTM(D, H, num_layers=2, dropout=0.4, batch_first=True, dtype=torch.float64)
            self.head = torch.nn.Linear(H, K, dtype=torch.float64)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Breaking:
    """A mean squared error that breaks off at its n-th call."""

    __name__ = "mse_loss"

    def __init__(self, at=10**9, error=ZeroDivisionError):
        self.left, self.error = at, error

    def __call__(self, prediction, y):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return torch.nn.functional.mse_loss(prediction, y)


def build(kind, lr=0.05):
    model = {
        "dropout": lambda: make_model(0.4),
        "library": Library,
        "float16": lambda: make_model(0.4).float(),
    }
    model = model[kind]()
    return model, torch.optim.Adam(model.parameters(), lr)


def run(kind, path=None, *, broken_at=10**9, error=ZeroDivisionError, epochs=5, lr=0.05, seed=2, **settings):
    """Train in batches of 5 (7 calls of the loss in an epoch, 2 of them for validation)."""
    if path is None or not path.exists():
        torch.manual_seed(0)  # afterwards it is the file that has to know
    model, optimizer = build(kind, lr)
    data = {"train": task(23), "validation": task(8, seed=3)}
    if kind == "float16":
        data = {name: tuple(part.float() for part in parts) for name, parts in data.items()}
        settings |= {"precision": "float16"}
    settings = data | {"clip_norm": 1.0, "batch_size": 5, "progress": False} | settings
    train = settings.pop("train")
    history = lth.fit(
        model,
        Breaking(broken_at, error),
        train,
        optimizer=optimizer,
        epochs=epochs,
        rng=np.random.default_rng(seed),
        checkpoint=path,
        **settings,
    )
    return history, model.state_dict(), optimizer.state_dict()["state"]


def check_same_bits(a, b):
    assert a[0] == b[0]
    for name, tensor in a[1].items():
        assert torch.equal(tensor, b[1][name]), name
    for k, state in a[2].items():
        assert all(torch.equal(value, b[2][k][name]) for name, value in state.items())


@pytest.mark.parametrize("kind", ["dropout", "library", "float16"])
def test_a_run_that_broke_off_continues_bit_for_bit(kind, tmp_path):
    whole = run(kind)
    path = tmp_path / "run.checkpoint"
    with pytest.raises(ZeroDivisionError):
        run(kind, path, broken_at=7 * 2 + 3)  # in epoch 2, counted from 0
    torch.manual_seed(12345)  # as in another process
    check_same_bits(run(kind, path, seed=99), whole)


@pytest.mark.parametrize(
    "at", [7 * 3, 7 * 3 + 4, 7 * 3 + 6]
)  # between epochs, while training, while validating
def test_an_interrupted_run_continues_bit_for_bit(at, tmp_path):
    path = tmp_path / "run.checkpoint"
    assert run("dropout", path, broken_at=at, error=KeyboardInterrupt)[0].stopped == "interrupted"
    check_same_bits(run("dropout", path), run("dropout"))


def test_a_longer_run_continues_a_shorter_one(tmp_path):
    path = tmp_path / "run.checkpoint"
    for epochs in (1, 3, 5):
        history = run("dropout", path, epochs=epochs)[0]
        assert len(history.train_loss) == epochs
    check_same_bits(run("dropout", path), run("dropout"))


def test_a_finished_run_is_not_run_again(tmp_path):
    path = tmp_path / "run.checkpoint"
    whole = run("dropout", path)
    check_same_bits(run("dropout", path, broken_at=0), whole)


def test_a_run_that_stopped_early_has_stopped(tmp_path):
    path = tmp_path / "run.checkpoint"
    settings = {"lr": 0.5, "epochs": 40, "patience": 1}
    whole = run("dropout", path, **settings)
    assert whole[0].stopped == "early"
    again = run("dropout", path, broken_at=0, **settings)
    assert again[0] == whole[0]
    assert all(torch.equal(tensor, again[1][name]) for name, tensor in whole[1].items())


def test_the_best_weights_are_those_of_before_and_after(tmp_path):
    """The best epoch lies before the break; the weights that are restored come from the file."""
    path = tmp_path / "run.checkpoint"
    settings = {"lr": 0.3, "epochs": 8}
    whole = run("dropout", **settings)
    best = whole[0].best_epoch
    assert best < 6
    with pytest.raises(ZeroDivisionError):
        run("dropout", path, broken_at=7 * 6 + 1, **settings)
    check_same_bits(run("dropout", path, **settings), whole)


def test_a_failed_write_leaves_the_file_of_the_epoch_before(tmp_path, monkeypatch):
    path = tmp_path / "run.checkpoint"
    run("dropout", path, epochs=2)
    before = path.read_bytes()

    def fail(source, target):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        run("dropout", path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["run.checkpoint"]


def test_a_generator_of_another_kind_is_restored_too(tmp_path):
    path = tmp_path / "run.checkpoint"
    states = []
    for _ in range(2):
        model, optimizer = build("dropout")
        rng = np.random.Generator(np.random.MT19937(2))
        settings = {"epochs": 2, "rng": rng, "progress": False, "checkpoint": path}
        lth.fit(model, Breaking(), task(23), optimizer=optimizer, **settings)
        states.append(resume.state_of(rng))
    assert states[0] == states[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 4}, "batch_size is 5 there and 4 here"),
        ({"clip_norm": None}, "clip_norm is 1.0 there and None here"),
        ({"accumulate": 2}, "accumulate is 1 there and 2 here"),
        ({"patience": 3}, "patience is None there and 3 here"),
        ({"lr": 0.1}, "optimizer is Adam .*'lr': 0.05.* there and Adam .*'lr': 0.1"),
        ({"train": task(22)}, r"train is \[\(23, 6, 2\), \(23, 1\)\] there and \[\(22, 6, 2\)"),
        (
            {"kind": "float16"},
            r"precision is None there and float16 here; parameter layer.*weight_ih is .*float64",
        ),
        (
            {"kind": "library"},
            r"parameter lstm.weight_ih_l0 is absent there and \(20, 2\) torch.float64 here.*"
            r"parameter layer.layers.0.cell.weight_ih is \(20, 2\) torch.float64 there and absent here",
        ),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(settings, message, tmp_path):
    path = tmp_path / "run.checkpoint"
    run("dropout", path, epochs=1)
    settings = {"kind": "dropout"} | settings
    with pytest.raises(
        ValueError, match=rf"run.checkpoint is the checkpoint of another run: .*{message}"
    ) as error:
        run(path=path, **settings)
    assert "Move it away to start anew" in str(error.value)


def test_files_that_are_no_checkpoints_are_refused(tmp_path):
    path, weights = tmp_path / "run.checkpoint", make_model().state_dict()
    for content in (b"", b"something else", b"PK\x05\x06" + bytes(18)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"run.checkpoint is not a checkpoint of `fit`. Move it away"):
            run("dropout", path)
    torch.save(weights, path)
    with pytest.raises(ValueError, match="is not a checkpoint"):
        run("dropout", path)


class Opened:
    """What a file could run while it is unpickled."""

    def __reduce__(self):
        return print, ("this ran",)


def test_a_file_that_would_run_something_is_refused(tmp_path, capsys):
    path = tmp_path / "run.checkpoint"
    torch.save({"settings": Opened()}, path)
    with pytest.raises(ValueError, match="is not a checkpoint"):
        run("dropout", path)
    assert capsys.readouterr().out == ""


def test_a_folder_that_does_not_exist_is_refused_before_training(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere does not exist. Create it first"):
        run("dropout", tmp_path / "nowhere" / "run.checkpoint", broken_at=0)
