"""A script for `torchrun`: train in every way that `fit` knows, and write down what each process saw.

``torchrun --nproc-per-node 2 tests/train_together.py FOLDER``; ``test_parallel.py`` starts it, and runs
the same cases in one process.
"""

import contextlib
import io
import sys
from pathlib import Path

import numpy as np
import torch
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook

from lstm_edu import torch as lth
from lstm_edu.torch import resume
from lstm_edu.torch.parallel import Group

T, D, H, K = 6, 2, 5, 1
LR = 0.05


def make_model(dropout=0.0):
    rng = torch.Generator().manual_seed(1)
    layers = [lth.Unroll(lth.LSTMCell(D, H, rng=rng)), lth.Unroll(lth.GRUCell(H, H + 1, rng=rng))]
    return lth.ManyToOne(lth.Stacked(layers, dropout=dropout), K, rng=rng).double()


def task(n, seed=0, lengths=False):
    rng = np.random.default_rng(seed)
    x = torch.tensor(rng.normal(size=(n, T, D)))
    y = x[..., :1].sum(dim=1)
    return (x, y, torch.tensor(rng.integers(1, T + 1, n))) if lengths else (x, y)


class EveryStep(torch.nn.Module):
    """Predict at every step: the loss is then a mean over the real ones."""

    def __init__(self):
        super().__init__()
        rng = torch.Generator().manual_seed(1)
        self.layer, self.head = lth.Unroll(lth.LSTMCell(D, H, rng=rng)), torch.nn.Linear(H, K)
        with torch.no_grad():
            self.head.weight.uniform_(-1, 1, generator=rng)
            self.head.bias.zero_()
        self.double()

    def forward(self, x, lengths):
        h, _, _ = self.layer(x, None, lengths)
        return self.head(h)


def masked_task(n, seed=0):
    x, _, lengths = task(n, seed, lengths=True)
    y = x.cumsum(dim=1)[..., :1]
    y[torch.arange(T) >= lengths[:, None]] = 1e6  # a loss that looks here shows it
    return x, y, lengths


def masked_loss(prediction, y):
    real = y < 1e6
    return torch.nn.functional.mse_loss(prediction[real], y[real])


def steps(y, lengths):
    return lengths.sum()


CASES = {
    "as it comes": {"train": task(23)},
    "a process without examples in the last batch": {"train": task(21)},
    "lengths": {"train": task(23, lengths=True), "validation": task(7, 3, lengths=True)},
    "clipped and validated": {"train": task(20), "validation": task(8, 3), "clip_norm": 0.1},
    "accumulated": {"train": task(23), "accumulate": 3},
    "float32": {"train": tuple(part.float() for part in task(23)), "precision": "bfloat16"},
    "means over real steps": {
        "train": masked_task(23),
        "validation": masked_task(12, 3),
        "loss": masked_loss,
        "count": steps,
        "accumulate": 2,
    },
}


def train(case, epochs=3, seed=2, **settings):
    """Run one case and return its history and weights."""
    settings = CASES[case] | settings if case else settings
    data, loss = settings.pop("train"), settings.pop("loss", torch.nn.functional.mse_loss)
    model = EveryStep() if loss is masked_loss else make_model(settings.pop("dropout", 0.0))
    model.to(data[0].dtype)
    settings = {"batch_size": 5, "progress": False} | settings
    optimizer = torch.optim.SGD(model.parameters(), LR, momentum=0.5)  # plain: Adam would hide a factor
    history = lth.fit(
        model, loss, data, optimizer=optimizer, epochs=epochs, rng=np.random.default_rng(seed), **settings
    )
    return {"history": history._asdict(), "weights": model.state_dict()}


def stop_after(epochs):
    """A loss that breaks off in the epoch after so many (of 5 steps, in one share each)."""
    left = iter(range(5 * epochs + 2))

    def mse_loss(prediction, y):
        if next(left, None) is None:
            raise ZeroDivisionError
        return torch.nn.functional.mse_loss(prediction, y)

    return mse_loss


def exchanges(case, **settings):
    """Train, and count how often gradients travelled."""
    seen, wrap = [], Group.wrap

    def hook(state, bucket):
        seen.append(bucket.index())
        return allreduce_hook(state, bucket)

    def watched(group, model):
        network = wrap(group, model)
        network.register_comm_hook(None, hook)
        return network

    Group.wrap = watched
    train(case, **settings)
    Group.wrap = wrap
    return len(seen)


def main(folder):
    with lth.data_parallel() as group:
        seen = {case: train(case) for case in CASES}

        settings = {"train": task(23), "dropout": 0.4, "epochs": 4}
        seen["whole"] = train(None, **settings)
        written = []
        write = resume.write
        resume.write = lambda path, content: (written.append(path.name), write(path, content))
        settings |= {"checkpoint": folder / "run.checkpoint"}
        with contextlib.suppress(ZeroDivisionError):
            train(None, **settings, loss=stop_after(2))
        seen["written"] = len(written)
        seen["continued"] = train(None, **settings)

        seen["exchanges"] = exchanges("clipped and validated", epochs=1, accumulate=2)  # 4 steps of 5
        with contextlib.redirect_stderr(io.StringIO()) as err:
            heard = []
            train("as it comes", progress=True, report=[heard.append])
        seen["bar"], seen["heard"] = err.getvalue(), len(heard)
        try:
            train("as it comes", seed=group.rank)
        except ValueError as error:
            seen["refused"] = str(error)
        seen["group"] = group.rank, group.size, str(group.device)
        torch.save(seen, folder / f"rank_{group.rank}.pt")
    assert not torch.distributed.is_initialized()


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
