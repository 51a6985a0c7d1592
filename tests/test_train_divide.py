"""Batches by length: every example once an epoch, nothing but padding cut, and a run that can go on."""

from functools import partial

import numpy as np
import pytest
import torch
from encoders import make_layer

from lstm_edu import torch as lth
from lstm_edu.data import buckets
from lstm_edu.torch.batches import batches
from lstm_edu.torch.evaluate import evaluate

N, T, V, B = 23, 9, 12, 5


def task(n=N, seed=0):
    """Does word 3 occur in the text?"""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, T + 1, n)
    lengths[0] = T - 1  # no text fills the array: there is padding to cut in every batch
    lengths = np.minimum(lengths, T - 1)
    x = rng.integers(1, V, (n, T)) * (np.arange(T) < lengths[:, None])
    y = (x == 3).any(axis=1, keepdims=True).astype(float)
    return torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(lengths)


def make(dropout=0.3):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        embedding = torch.nn.Embedding(V, 3, dtype=torch.float64)
    layer = lth.Encoder(make_layer("LSTM", True))
    rng = torch.Generator().manual_seed(2)
    return lth.TextClassifier(embedding, layer, lth.MeanMaxPool(), word_dropout=dropout, rng=rng)


class Loss:
    """Cross-entropy that breaks off at its n-th call."""

    __name__ = "cross_entropy"

    def __init__(self, at=10**9, error=ZeroDivisionError):
        self.left, self.error = at, error

    def __call__(self, prediction, y):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return torch.nn.functional.binary_cross_entropy_with_logits(prediction, y)


def run(
    path=None, *, divide=buckets, broken_at=10**9, error=ZeroDivisionError, seed=3, decay=0.8, **settings
):
    model = make()
    optimizer = lth.keep_average(torch.optim.Adam(model.parameters(), 0.02), decay)
    arguments = {"epochs": 4, "batch_size": B, "progress": False, "validation": task(8, seed=4)} | settings
    history = lth.fit(
        model,
        Loss(broken_at, error),
        task(),
        optimizer=optimizer,
        rng=np.random.default_rng(seed),
        checkpoint=path,
        divide=divide,
        **arguments,
    )
    last = {name: p.detach().clone() for name, p in model.named_parameters()}
    lth.use_average(optimizer)
    average = {name: p.detach().clone() for name, p in model.named_parameters()}
    return history, last, average


def check_same_bits(a, b):
    assert a[0] == b[0]
    for ours, theirs in zip(a[1:], b[1:], strict=True):
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(tensor, theirs[name]) for name, tensor in ours.items())


def test_every_example_comes_once_and_each_batch_ends_with_its_longest():
    x, y, lengths = task()
    marks = torch.arange(N)[:, None]
    rng, orders = np.random.default_rng(5), []
    for _ in range(3):
        seen = []
        for x_part, mark, n in batches((x, marks, lengths), B, rng, buckets):
            rows = mark[:, 0]
            assert x_part.shape == (len(rows), n.max())
            assert torch.equal(x_part, x[rows, : n.max()])
            assert torch.equal(n, lengths[rows])
            seen.append(rows)
        assert torch.cat(seen).sort()[0].tolist() == list(range(N))
        assert [len(rows) for rows in seen].count(B) == N // B
        orders.append(torch.cat(seen).tolist())
    assert orders[0] != orders[1] != orders[2]
    assert next(iter(batches((x, y, lengths), B)))[0].shape[1] == T  # undivided: nothing is cut


def test_without_rng_the_portions_repeat():
    a, b = (list(batches(task(), B, divide=buckets)) for _ in range(2))
    assert all(
        torch.equal(p, q)
        for ours, theirs in zip(a, b, strict=True)
        for p, q in zip(ours, theirs, strict=True)
    )


def test_the_weights_are_those_of_the_same_batches_by_hand():
    model, by_hand = make(0.0), make(0.0)
    x, y, lengths = task()
    history = lth.fit(
        model,
        Loss(),
        (x, y, lengths),
        optimizer=torch.optim.Adam(model.parameters(), 0.02),
        epochs=3,
        batch_size=B,
        rng=np.random.default_rng(6),
        progress=False,
        divide=buckets,
    )
    optimizer = torch.optim.Adam(by_hand.parameters(), 0.02)
    rng = np.random.default_rng(6)
    rng.spawn(1)  # fit's dropout; the stream of rng stays as it is
    losses = []
    for _ in range(3):
        total = 0.0
        for rows in buckets(lengths.numpy(), B, rng=rng):
            loss = Loss()(by_hand(x[rows, : lengths[rows].max()], lengths[rows])[0], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / N)
    np.testing.assert_allclose(history.train_loss, losses, rtol=1e-13)
    for p, q in zip(model.parameters(), by_hand.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-14)
    assert history.train_loss[-1] < history.train_loss[0]


@pytest.mark.parametrize("size", [1, B, 100])
def test_a_loss_over_divided_data_is_that_over_all_of_it(size):
    model, data = make(), task()
    whole = Loss()(model.eval()(data[0], data[2])[0], data[1]).item()
    for divide in (None, buckets):
        assert evaluate(model, Loss(), data, size, divide=divide) == pytest.approx(whole, rel=1e-13)


def test_the_validation_loss_is_that_of_the_undivided_data():
    losses = []
    for divide in (None, buckets):
        model = make()
        still = torch.optim.SGD(model.parameters(), 0.0)
        history = lth.fit(
            model,
            Loss(),
            task(),
            optimizer=still,
            epochs=1,
            batch_size=B,
            rng=np.random.default_rng(0),
            validation=task(8, seed=4),
            progress=False,
            divide=divide,
        )
        losses.append(history.validation_loss)
    assert losses[1] == pytest.approx(losses[0], rel=1e-13)


@pytest.mark.parametrize("at", [7 * 2, 7 * 2 + 3, 7 * 2 + 6])  # between epochs, training, validating
def test_an_interrupted_run_goes_on_bit_for_bit_average_and_all(at, tmp_path):
    """Five batches and two for validation make seven calls of the loss in an epoch."""
    path = tmp_path / "run.checkpoint"
    whole = run()
    assert len(whole[0].train_loss) == 4
    assert any(not torch.equal(tensor, whole[2][name]) for name, tensor in whole[1].items())
    with pytest.raises(ZeroDivisionError):
        run(path, broken_at=at)
    check_same_bits(run(path, seed=99), whole)


def test_the_average_continues_too_where_no_weights_are_restored(tmp_path):
    path = tmp_path / "run.checkpoint"
    assert (
        run(path, broken_at=5 * 2 + 1, error=KeyboardInterrupt, validation=None)[0].stopped == "interrupted"
    )
    check_same_bits(run(path, validation=None), run(validation=None))


def test_another_division_is_another_run(tmp_path):
    path = tmp_path / "run.checkpoint"
    run(path, epochs=1)
    with pytest.raises(ValueError, match="divide is buckets there and None here"):
        run(path, divide=None)


def test_a_division_without_a_name_goes_on_from_its_checkpoint(tmp_path):
    """The address of a partial differs from one process to the next."""
    path = tmp_path / "run.checkpoint"
    whole = run(divide=partial(buckets))
    run(path, divide=partial(lambda *a, **k: buckets(*a, **k)), epochs=2)
    check_same_bits(run(path, divide=partial(buckets)), whole)


def test_what_cannot_be_divided_is_refused():
    x, y, lengths = task()
    model = make()
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    settings = {"optimizer": torch.optim.Adam(model.parameters()), "epochs": 1, "progress": False}
    settings["rng"] = np.random.default_rng(0)
    with pytest.raises(
        TypeError, match=r"`divide` should be a function such as lstm_edu\.data\.buckets but is a"
    ):
        lth.fit(model, Loss(), (x, y, lengths), divide="buckets", **settings)
    with pytest.raises(ValueError, match=r"`train` has no lengths\. Give train=\(x, y, lengths\)"):
        lth.fit(model, Loss(), (x, y), divide=buckets, **settings)
    with pytest.raises(ValueError, match=r"`validation` has no lengths\. Give validation=\(x, y, lengths\)"):
        lth.fit(model, Loss(), (x, y, lengths), validation=(x, y), divide=buckets, **settings)
    assert all(torch.equal(before[name], p) for name, p in model.named_parameters())
