"""Windows are what they say, and no example sees its exam."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu.data import sliding_windows, split_in_time, walk_forward

PROPERTY = settings(deadline=None, derandomize=True, max_examples=200)


@st.composite
def splits(draw):
    """Sizes for which ``walk_forward`` has just enough rows, or some more."""
    folds, window, horizon = draw(st.integers(2, 5)), draw(st.integers(1, 7)), draw(st.integers(1, 4))
    test_size, spare = draw(st.integers(1, 6)), draw(st.integers(0, 12))
    n = folds * test_size + 2 * (window - 1 + horizon) + 1 + spare
    return n, folds, window, horizon, test_size


# What a window is


@PROPERTY
@given(
    st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(0, 9), st.data()
)
def test_windows_follow_their_definition(window, horizon, stride, D, spare, data):
    N = window + horizon + spare
    target = data.draw(st.none() | st.integers(0, D - 1))
    series = np.arange(float(N * D)).reshape(N, D)

    x, y, start = sliding_windows(series, window, horizon=horizon, stride=stride, target=target)

    assert len(x) == len(y) == len(start) == (N - window - horizon) // stride + 1
    for k, first in enumerate(range(0, N - window - horizon + 1, stride)):  # one by one, the slow way
        last = first + window - 1
        assert start[k] == first
        np.testing.assert_array_equal(x[k], series[first : last + 1])
        expected = series[last + horizon] if target is None else series[last + horizon, [target]]
        np.testing.assert_array_equal(y[k], expected)


def test_a_single_series_has_one_feature():
    x, y, _ = sliding_windows(np.arange(6.0), 4)
    np.testing.assert_array_equal(x, np.array([[0, 1, 2, 3], [1, 2, 3, 4]])[:, :, None])
    np.testing.assert_array_equal(y, [[4], [5]])


def test_every_row_from_a_cut_on_can_be_forecast():
    series, cut, window, horizon = np.arange(20.0), 13, 4, 3
    windows = sliding_windows(series[cut - (window - 1 + horizon) :], window, horizon=horizon)
    np.testing.assert_array_equal(windows.y[:, 0], series[cut:])
    assert (windows.x.max(axis=(1, 2)) + horizon == windows.y[:, 0]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_are_writable_copies_in_the_dtype_of_the_series(dtype):
    series = np.arange(8, dtype=dtype)
    x, y, _ = sliding_windows(series, 3)
    assert x.dtype == y.dtype == dtype
    x[0], y[0] = 99, 99
    np.testing.assert_array_equal(series, np.arange(8))
    np.testing.assert_array_equal(x[1, :, 0], [1, 2, 3])


@pytest.mark.parametrize(
    ("series", "options", "error", "message"),
    [
        (np.zeros(9), {"window": 9}, ValueError, "`series` has 9 rows, but a window of 9 with its target 1"),
        (np.zeros(9), {"window": 5, "horizon": 5}, ValueError, "further on needs 10. Use a shorter window"),
        (np.zeros(0), {"window": 1}, ValueError, "`series` has 0 rows"),
        (np.zeros((9, 0)), {"window": 1}, ValueError, "there is no column"),
        (
            np.zeros((9, 2, 2)),
            {"window": 1},
            ValueError,
            r"shape \(N,\) or \(N, D\) but has shape \(9, 2, 2\)",
        ),
        (np.zeros(()), {"window": 1}, ValueError, r"shape \(N,\) or \(N, D\) but has shape \(\)"),
        (np.zeros(9), {"window": 0}, ValueError, "`window` should be at least 1 but is 0"),
        (np.zeros(9), {"window": 2, "horizon": 0}, ValueError, "`horizon` should be at least 1 but is 0"),
        (np.zeros(9), {"window": 2, "stride": -1}, ValueError, "`stride` should be at least 1 but is -1"),
        (np.zeros(9), {"window": 2.0}, TypeError, "`window` should be an integer but is 2.0, a float"),
        (np.zeros(9), {"window": 2, "horizon": 1.5}, TypeError, "`horizon` should be an integer"),
        (np.zeros(9), {"window": 2, "stride": True}, TypeError, "`stride` should be an integer"),
        (
            np.zeros((9, 3)),
            {"window": 2, "target": 3},
            ValueError,
            r"`target` is column 3, but .* columns 0 to 2",
        ),
        (np.zeros((9, 3)), {"window": 2, "target": -1}, ValueError, "`target` should be at least 0"),
        (np.zeros((9, 3)), {"window": 2, "target": "y"}, TypeError, "`target` should be an integer"),
        (np.arange(9), {"window": 2}, TypeError, "`series` should hold floats but has dtype int64"),
        (np.array([0.0, np.nan, 0.0]), {"window": 1}, ValueError, "`series` has nan at row 1"),
    ],
)
def test_what_cannot_be_cut_is_explained(series, options, error, message):
    with pytest.raises(error, match=message):
        sliding_windows(series, **options)


# Splitting once


@PROPERTY
@given(st.integers(40, 300), st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_parts_are_consecutive_and_cover_every_row_once(n, shares):
    fractions = [share / sum(shares) for share in shares]
    parts = split_in_time(n, *fractions)
    rows = np.arange(n)
    np.testing.assert_array_equal(np.concatenate([rows[part] for part in parts]), rows)
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(rows[part]) - fraction * n) <= 1


@pytest.mark.parametrize(
    "fractions", [(), (1.0,), (0.5, 0.4), (0.8, 0.3), (1.2, -0.2), (1.0, 0), (np.nan, 0.5)]
)
def test_fractions_that_are_no_split(fractions):
    with pytest.raises(ValueError, match="`fractions` should be two or more positive shares that sum to 1"):
        split_in_time(100, *fractions)


def test_no_part_may_be_empty():
    with pytest.raises(ValueError, match=r"3 rows cannot be split by .*: a part would be empty"):
        split_in_time(3, 0.9, 0.05, 0.05)
    with pytest.raises(ValueError, match="`n` should be at least 1"):
        split_in_time(0, 0.5, 0.5)


# Splitting again and again: the promise, its proof, and splitters that break it


def honest(series, folds, window, horizon, test_size):
    for fold in walk_forward(len(series), folds, window=window, horizon=horizon, test_size=test_size):
        yield tuple(
            sliding_windows(series[rows], window, horizon=horizon) for rows in (fold.train, fold.test)
        )


def shuffled(series, folds, window, horizon, test_size):
    """Windows first, then a random split: what ``train_test_split`` does by default."""
    x, y, start = sliding_windows(series, window, horizon=horizon)
    for fold in range(folds):
        order = np.random.default_rng(fold).permutation(len(x))
        train, test = order[test_size:], order[:test_size]
        yield (x[train], y[train], start[train]), (x[test], y[test], start[test])


def windows_first(series, folds, window, horizon, test_size):
    """Windows first, then a split in time without a gap: the windows around it lie on both sides."""
    x, y, start = sliding_windows(series, window, horizon=horizon)
    for k in range(folds, 0, -1):
        cut = len(x) - k * test_size
        test = slice(cut, cut + test_size)
        yield (x[:cut], y[:cut], start[:cut]), (x[test], y[test], start[test])


def one_row_late(series, folds, window, horizon, test_size):
    """The training part ends one row too late."""
    for fold in walk_forward(len(series), folds, window=window, horizon=horizon, test_size=test_size):
        parts = slice(0, fold.train.stop + 1), fold.test
        yield tuple(sliding_windows(series[rows], window, horizon=horizon) for rows in parts)


def backwards(series, folds, window, horizon, test_size):
    """Trained on the future, tested on the past."""
    for train, test in honest(series, folds, window, horizon, test_size):
        yield test, train


def peeking(series, folds, window, horizon, test_size):
    """The training part runs on into the rows to forecast."""
    for fold in walk_forward(len(series), folds, window=window, horizon=horizon, test_size=test_size):
        parts = slice(0, fold.targets.start + 1), fold.test
        yield tuple(sliding_windows(series[rows], window, horizon=horizon) for rows in parts)


def prove_no_leak(splitter, n, folds, window, horizon, test_size):
    """Cut windows from a series whose values are its row numbers, and see who touches which row."""
    series = np.arange(float(n))
    pairs = list(splitter(series, folds, window, horizon, test_size))
    assert len(pairs) == folds
    for (x_train, y_train, _), (x_test, y_test, _) in pairs:
        assert len(x_train) > 0
        touched_by_train = np.concatenate([x_train.ravel(), y_train.ravel()])
        touched_by_test = np.concatenate([x_test.ravel(), y_test.ravel()])
        assert not np.isin(touched_by_train, y_test).any()  # nor, by the next line, any other test row
        assert touched_by_train.max() < touched_by_test.min()
        assert len(y_test) == test_size
    forecast = np.concatenate([y_test[:, 0] for _, (_, y_test, _) in pairs])
    np.testing.assert_array_equal(forecast, series[-folds * test_size :])  # each once, in order, to the end


@PROPERTY
@given(splits())
def test_walking_forward_leaks_nothing(sizes):
    prove_no_leak(honest, *sizes)


@pytest.mark.parametrize("leaky", [shuffled, windows_first, one_row_late, backwards, peeking])
@settings(deadline=None, derandomize=True, max_examples=50)
@given(sizes=splits())
def test_the_proof_finds_a_planted_leak(leaky, sizes):
    with pytest.raises(AssertionError):
        prove_no_leak(leaky, *sizes)


@PROPERTY
@given(splits())
def test_folds_name_the_rows_that_they_forecast(sizes):
    n, folds, window, horizon, test_size = sizes
    series = np.arange(float(n))
    stops = []
    for fold in walk_forward(n, folds, window=window, horizon=horizon, test_size=test_size):
        y = sliding_windows(series[fold.test], window, horizon=horizon).y
        np.testing.assert_array_equal(y[:, 0], series[fold.targets])
        assert fold.train == slice(0, fold.test.start)
        stops.append(fold.train.stop)
    assert stops == sorted(set(stops))  # the training part grows


def test_test_size_defaults_to_scikit_learns():
    assert [fold.targets for fold in walk_forward(47, 3, window=2)] == [
        slice(14, 25),
        slice(25, 36),
        slice(36, 47),
    ]


@PROPERTY
@given(splits())
def test_one_row_fewer_than_needed_is_refused(sizes):
    _, folds, window, horizon, test_size = sizes
    least = folds * test_size + 2 * (window - 1 + horizon) + 1
    assert len(walk_forward(least, folds, window=window, horizon=horizon, test_size=test_size)) == folds
    with pytest.raises(ValueError, match=f"leave .* of {least - 1} rows for the first training part"):
        walk_forward(least - 1, folds, window=window, horizon=horizon, test_size=test_size)


@pytest.mark.parametrize(
    ("n", "folds", "options", "error", "message"),
    [
        (20, 30, {"window": 2}, ValueError, r"30 folds of 0 rows .* Use fewer folds"),
        (20, 5, {"window": 9}, ValueError, "5 folds of 3 rows to forecast leave 0 of 20 rows"),
        (20, 1, {"window": 2}, ValueError, "`folds` should be at least 2 but is 1"),
        (20, 2.0, {"window": 2}, TypeError, "`folds` should be an integer"),
        (0, 2, {"window": 2}, ValueError, "`n` should be at least 1"),
        (20, 2, {"window": 0}, ValueError, "`window` should be at least 1"),
        (20, 2, {"window": 2, "horizon": 0}, ValueError, "`horizon` should be at least 1"),
        (20, 2, {"window": 2, "test_size": 0}, ValueError, "`test_size` should be at least 1"),
    ],
)
def test_folds_that_cannot_be_are_explained(n, folds, options, error, message):
    with pytest.raises(error, match=message):
        walk_forward(n, folds, **options)
