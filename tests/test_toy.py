"""Toy tasks follow their definitions, and their stated baselines are the scores of those baselines."""

import numpy as np
import pytest

from lstm_edu.data import adding, anbn, copy_memory, noisy_sine
from lstm_edu.data.toy import END, START, A, B

TASKS = {
    "noisy_sine": lambda rng: (noisy_sine(50, rng=rng),),
    "adding": lambda rng: adding(5, 9, rng=rng),
    "copy_memory": lambda rng: copy_memory(5, 9, rng=rng),
    "anbn": lambda rng: anbn(5, 9, rng=rng),
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_the_generator_alone_decides(task):
    first, again, other = (task(np.random.default_rng(seed)) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


# Noisy sine


def test_sine_without_noise(rng):
    series = noisy_sine(9, period=8, noise=0, phase=np.pi / 2, rng=rng)
    assert series.shape == (9,)
    np.testing.assert_allclose(series[[0, 2, 4, 6, 8]], [1, 0, -1, 0, 1], atol=1e-12)


def test_sine_baselines(rng):
    period, noise, n = 20, 0.3, 200_000  # whole periods
    series = noisy_sine(n, period=period, noise=noise, rng=rng)
    sine = noisy_sine(n, period=period, noise=0, rng=rng)
    assert np.mean(series**2) == pytest.approx(1 / 2 + noise**2, rel=0.01)
    assert np.mean(np.diff(series) ** 2) == pytest.approx(
        2 * np.sin(np.pi / period) ** 2 + 2 * noise**2, rel=0.01
    )
    assert np.mean((series - sine) ** 2) == pytest.approx(noise**2, rel=0.01)


# Adding


@pytest.mark.parametrize("length", [2, 9, 50])
def test_adding_marks_one_number_in_each_half(rng, length):
    x, y = adding(300, length, rng=rng)
    values, marks = x[..., 0], x[..., 1]
    assert x.shape == (300, length, 2)
    assert y.shape == (300, 1)
    assert set(np.unique(marks)) <= {0.0, 1.0}
    np.testing.assert_array_equal(marks[:, : length // 2].sum(axis=1), 1)
    np.testing.assert_array_equal(marks[:, length // 2 :].sum(axis=1), 1)
    assert (marks.sum(axis=0) > 0).all() or length > 9  # every step can be marked
    assert values.min() >= 0
    assert values.max() < 1
    np.testing.assert_allclose(
        y[:, 0], [row[mark == 1].sum() for row, mark in zip(values, marks, strict=True)]
    )


def test_answering_one_scores_a_sixth(rng):
    _, y = adding(200_000, 4, rng=rng)
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.01)
    assert y.mean() == pytest.approx(1, abs=0.005)  # so no other constant does better


# Copy


def test_copy_shows_waits_asks_and_expects(rng):
    x, y = copy_memory(400, 7, rng=rng, symbols=5, length=3)
    assert x.shape == y.shape == (400, 13)
    np.testing.assert_array_equal(np.unique(x[:, :3]), [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(x[:, 3:9], 0)
    np.testing.assert_array_equal(x[:, 9], 6)
    np.testing.assert_array_equal(x[:, 10:], 0)
    np.testing.assert_array_equal(y[:, :10], 0)
    np.testing.assert_array_equal(y[:, 10:], x[:, :3])


def test_copy_signal_follows_the_last_symbol_by_the_delay(rng):
    for delay in (1, 30):
        x, _ = copy_memory(2, delay, rng=rng)
        assert x.shape == (2, delay + 20)
        np.testing.assert_array_equal(np.argwhere(x == 9), [[0, 9 + delay], [1, 9 + delay]])


@pytest.mark.parametrize(("delay", "nats"), [(100, 0.1733), (500, 0.0400), (1000, 0.0204)])
def test_copy_without_memory(rng, delay, nats):
    _, y = copy_memory(50, delay, rng=rng)
    probability = np.where(y == 0, 1.0, 1 / 8)  # blank while nothing is asked, then any symbol
    loss = -np.log(probability).mean()
    assert loss == pytest.approx(10 * np.log(8) / (delay + 20), rel=1e-12)
    assert loss == pytest.approx(nats, abs=5e-5)


def test_copy_symbols_are_equally_likely(rng):
    x, _ = copy_memory(20_000, 1, rng=rng)
    np.testing.assert_allclose(np.bincount(x[:, :10].ravel())[1:9] / 200_000, 1 / 8, atol=0.003)


# a^n b^n


def test_anbn_reads_as_the_language(rng):
    x, y, _, lengths = anbn(200, 4, rng=rng)
    assert x.shape == y.shape == (200, 9)
    letters = {START: "", A: "a", B: "b", END: "."}
    for tokens, following, length in zip(x, y, lengths, strict=True):
        k = (length - 1) // 2
        assert tokens[0] == START
        assert "".join(letters[t] for t in tokens) == "a" * k + "b" * k + "." * (8 - 2 * k)
        np.testing.assert_array_equal(following[:-1], tokens[1:])
        assert following[length - 1] == END
        assert following[-1] == END
    np.testing.assert_array_equal(np.unique(lengths), [3, 5, 7, 9])


def test_anbn_can_ask_for_longer_strings_than_seen(rng):
    assert set(anbn(200, 7, min_n=5, rng=rng).lengths) == {11, 13, 15}


def test_anbn_allows_what_the_language_allows(rng):
    x, _, allowed, lengths = anbn(200, 4, rng=rng)
    for tokens, sets, length in zip(x, allowed, lengths, strict=True):
        k = (length - 1) // 2
        expected = [{A}, *[{A, B}] * k, *[{B}] * (k - 1), {END}, *[{END}] * (9 - length)]
        assert [set(np.flatnonzero(s)) for s in sets] == expected
        assert len(tokens) == len(expected)


def test_anbn_without_memory_accepts_only_the_shortest(rng):
    x, _, allowed, _ = anbn(20_000, 5, rng=rng)
    best = 0.0
    for after_b in ([False, False, True, False], [False, False, False, True], [False, False, True, True]):
        rule = np.array([[0, 1, 0, 0], [0, 1, 1, 0], after_b, [0, 0, 0, 1]], bool)  # by current token
        best = max(best, (rule[x] == allowed).all(axis=(1, 2)).mean())
    assert best == pytest.approx(1 / 5, abs=0.01)


def test_anbn_cross_entropies(rng):
    N, n = 6, 100_000
    x, y, _, lengths = anbn(n, N, rng=rng)
    real = np.arange(x.shape[1]) < lengths[:, None]

    after = np.zeros((4, 4))  # estimated frequencies: the best that the current token alone can do
    np.add.at(after, (x[real], y[real]), 1)
    memoryless = (
        -np.log((after / np.maximum(after.sum(axis=1, keepdims=True), 1))[x[real], y[real]]).sum() / n
    )
    m = (N + 1) / 2
    h = -np.log(1 / m) / m - (1 - 1 / m) * np.log(1 - 1 / m)
    assert memoryless == pytest.approx(2 * m * h, rel=0.01)

    seen = np.cumsum(x == A, axis=1)  # after k a's: k is the last with probability 1 / (N - k + 1)
    stop = 1 / (N - seen + 1)
    surprise = np.where(x == A, -np.log(np.where(y == B, stop, np.maximum(1 - stop, 1e-300))), 0)
    assert surprise[real].sum() / n == pytest.approx(np.log(N), rel=1e-6)


# Refusals


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda rng: noisy_sine(0, rng=rng), ValueError, "`n` should be at least 1 but is 0"),
        (lambda rng: noisy_sine(9, period=0, rng=rng), ValueError, "`period` should be a positive number"),
        (lambda rng: noisy_sine(9, noise=-1, rng=rng), ValueError, "`noise` is a standard deviation"),
        (lambda rng: adding(2, 1, rng=rng), ValueError, "`length` should be at least 2 but is 1"),
        (lambda rng: adding(2.0, 5, rng=rng), TypeError, "`n` should be an integer"),
        (lambda rng: copy_memory(2, 0, rng=rng), ValueError, "`delay` should be at least 1 but is 0"),
        (lambda rng: copy_memory(2, 5, symbols=0, rng=rng), ValueError, "`symbols` should be at least 1"),
        (lambda rng: copy_memory(2, 5, length=0, rng=rng), ValueError, "`length` should be at least 1"),
        (lambda rng: anbn(2, 0, rng=rng), ValueError, "`max_n` should be at least 1 but is 0"),
        (lambda rng: anbn(2, 3, min_n=4, rng=rng), ValueError, "`max_n` should be at least 4 but is 3"),
    ],
)
def test_impossible_tasks_are_explained(rng, draw, error, message):
    with pytest.raises(error, match=message):
        draw(rng)
