"""Indicators are what their inventors wrote, never silent about days without a value, and causal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu.data import Stocks, bollinger, indicators, load_stocks, macd, rsi, true_range
from lstm_edu.runs.forecasters import table

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)


def stocks_of(close, rng):
    """Build days around closes: open, high, low and volume drawn so that they can be true."""
    around = close * np.exp(rng.normal(scale=0.01, size=(3, close.size)))
    days = np.datetime64("2001-01-01") + np.arange(close.size)
    low, high = np.minimum(around.min(axis=0), close), np.maximum(around.max(axis=0), close)
    return Stocks("x", days, around[0], high, low, close, rng.uniform(1, 2, close.size), "test", "none")


def walk(seed, N):
    rng = np.random.default_rng(seed)
    return stocks_of(100 * np.exp(np.cumsum(rng.normal(scale=0.02, size=N))), rng)


def cut(stocks, stop):
    return Stocks(*(part[:stop] if isinstance(part, np.ndarray) else part for part in stocks))


# By hand


def exponential(values, days):
    """Start with the mean of the first days, then move by 2 / (days + 1) of the difference."""
    mean = [values[:days].mean()]
    for value in values[days:]:
        mean.append(mean[-1] + 2 / (days + 1) * (value - mean[-1]))
    return np.array(mean)


def test_macd_is_the_difference_of_two_averages():
    close = walk(0, 80).close
    slow = exponential(close, 26)
    fast = exponential(close[14:], 12)  # TA-Lib starts both on the same day
    line = fast - slow
    signal = exponential(line, 9)
    expected = np.column_stack([line[8:], signal, line[8:] - signal]) / close[33:, None]
    np.testing.assert_allclose(macd(close), expected, rtol=1e-9, atol=1e-12)


def test_rsi_is_the_share_of_wilders_gains():
    close = walk(1, 60).close
    steps = np.diff(close)
    gain, loss = np.maximum(steps, 0), np.maximum(-steps, 0)
    up, down = gain[:14].mean(), loss[:14].mean()
    expected = [up / (up + down)]
    for more, less in zip(gain[14:], loss[14:], strict=True):
        up, down = (13 * up + more) / 14, (13 * down + less) / 14
        expected.append(up / (up + down))
    np.testing.assert_allclose(rsi(close), expected, rtol=1e-10)


def test_bollinger_bands_are_two_deviations_from_the_mean():
    close = walk(2, 50).close
    parts = np.lib.stride_tricks.sliding_window_view(close, 20)
    mean, deviation = parts.mean(axis=1), parts.std(axis=1)
    expected = np.column_stack([(close[19:] - mean + 2 * deviation) / (4 * deviation), 4 * deviation / mean])
    np.testing.assert_allclose(bollinger(close), expected, rtol=1e-6, atol=1e-9)


def test_true_range_is_wilders_mean_of_the_widest_move():
    stocks = walk(3, 40)
    before = stocks.close[:-1]
    moved = np.maximum(stocks.high[1:], before) - np.minimum(stocks.low[1:], before)
    mean = [moved[:14].mean()]
    for value in moved[14:]:
        mean.append((13 * mean[-1] + value) / 14)
    np.testing.assert_allclose(true_range(stocks), mean / stocks.close[14:], rtol=1e-10)


def test_a_price_that_rises_only_or_rests():
    assert (rsi(np.arange(1.0, 40)) == 1).all()
    assert (rsi(np.full(40, 5.1)) == 0).all()  # nothing has moved yet
    resting = bollinger(np.full(40, 5.1))
    assert (resting[:, 0] == 0.5).all()
    assert np.abs(resting[:, 1]).max() < 1e-6


# All together


def test_days_without_a_value_have_no_row():
    stocks = load_stocks("sp500")
    found = indicators(stocks)
    assert found.warm_up == 33
    assert found.values.shape == (5031 - 33, len(found.names))
    assert np.isfinite(found.values).all()
    np.testing.assert_array_equal(found.values[:, found.names.index("RSI")], rsi(stocks.close)[33 - 14 :])
    np.testing.assert_array_equal(found.values[:, found.names.index("%b")], bollinger(stocks.close)[14:, 0])
    np.testing.assert_array_equal(found.values[:, found.names.index("true range")], true_range(stocks)[19:])


@PROPERTY
@given(st.integers(0, 10_000), st.floats(0.1, 1000))
def test_a_dearer_share_has_the_same_indicators(seed, factor):
    stocks = walk(seed, 60)
    prices = {name: factor * getattr(stocks, name) for name in ("open", "high", "low", "close")}
    dearer = stocks._replace(**prices)
    np.testing.assert_allclose(indicators(dearer).values, indicators(stocks).values, rtol=1e-4, atol=1e-6)


# Causal: whatever comes later changes nothing


def prove_causal(features_of, seed, N, cut_at):
    """Change every day from ``cut_at`` on, and cut them off: the features before must not move."""
    stocks, other = walk(seed, N), walk(seed + 1, N)
    changed = Stocks(
        *(
            np.concatenate([one[:cut_at], another[cut_at:]]) if isinstance(one, np.ndarray) else one
            for one, another in zip(stocks, other, strict=True)
        )
    )
    before = features_of(stocks)
    warm_up = N - len(before)
    assert cut_at > warm_up
    np.testing.assert_array_equal(features_of(changed)[: cut_at - warm_up], before[: cut_at - warm_up])
    np.testing.assert_array_equal(features_of(cut(stocks, cut_at)), before[: cut_at - warm_up])


HONEST = {
    "indicators": lambda stocks: indicators(stocks).values,
    "macd": lambda stocks: macd(stocks.close),
    "rsi": lambda stocks: rsi(stocks.close),
    "bollinger": lambda stocks: bollinger(stocks.close),
    "true range": true_range,
    "table of returns": lambda stocks: table(stocks, "returns").rows,
    "table of indicators": lambda stocks: table(stocks, "indicators").rows,
    "table of levels": lambda stocks: table(stocks, "levels").rows,
}


def centred(stocks):
    """A moving average that is drawn through the middle of its days."""
    padded = np.pad(stocks.close, 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 5).mean(axis=1)


def filled_backwards(stocks):
    """The first days get the first value that there is."""
    found = rsi(stocks.close)
    return np.concatenate([np.full(stocks.close.size - found.size, found[0]), found])


def standardised(stocks):
    """By mean and deviation of all days."""
    return (stocks.close - stocks.close.mean()) / stocks.close.std()


LEAKY = {
    "centred": centred,
    "standardised": standardised,
    "table with a centred mean": lambda stocks: table(stocks, "centred").rows,
}


@PROPERTY
@given(st.sampled_from(sorted(HONEST)), st.integers(0, 10_000), st.integers(36, 70), st.integers(0, 20))
def test_the_future_changes_no_feature_of_the_past(name, seed, cut_at, later):
    prove_causal(HONEST[name], seed, cut_at + 1 + later, cut_at)


@pytest.mark.parametrize("name", LEAKY)
@settings(deadline=None, derandomize=True, max_examples=30)
@given(seed=st.integers(0, 10_000), cut_at=st.integers(36, 70), later=st.integers(0, 20))
def test_the_proof_finds_a_feature_that_looks_ahead(name, seed, cut_at, later):
    with pytest.raises(AssertionError):
        prove_causal(LEAKY[name], seed, cut_at + 1 + later, cut_at)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(seed=st.integers(0, 10_000), cut_at=st.integers(3, 13))
def test_the_proof_finds_a_warm_up_that_is_filled_backwards(seed, cut_at):
    with pytest.raises((AssertionError, ValueError)):  # cut before the first value, it has none to fill with
        prove_causal(filled_backwards, seed, 40, cut_at)


# What is refused


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: macd(p[:33]), ValueError, r"N above 33, .* but has shape \(33,\). Use more days"),
        (lambda p: rsi(p[:14]), ValueError, "N above 14"),
        (lambda p: bollinger(p[:19]), ValueError, "N above 19"),
        (lambda p: macd(p, fast=26), ValueError, "2 <= fast < slow and signal >= 1 but are 26, 26, 9"),
        (lambda p: macd(p, signal=0), ValueError, "but are 12, 26, 0"),
        (lambda p: rsi(p, days=1), ValueError, "`days` should be at least 2 but is 1"),
        (lambda p: bollinger(p, days=1), ValueError, "`days` should be at least 2 but is 1"),
        (lambda p: bollinger(p, width=0), ValueError, "`width` should be positive, .* but is 0"),
        (lambda p: rsi(-p), ValueError, "`price` has -.*: a price is positive"),
        (lambda p: rsi(np.append(p, np.nan)), ValueError, "`price` has nan at row 50"),
        (lambda p: rsi(p.astype(int)), TypeError, "`price` should hold floats but has dtype int64"),
        (lambda p: rsi(p[:, None]), ValueError, r"but has shape \(50, 1\)"),
        (lambda p: indicators(p), TypeError, "`stocks` should be Stocks but is a ndarray"),
    ],
)
def test_what_has_no_indicator_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call(walk(5, 50).close)


@pytest.mark.parametrize("N", [34, 35, 60])
def test_the_warm_up_is_what_it_says(N):
    stocks = walk(6, N)
    assert len(macd(stocks.close)) == N - 33
    assert len(rsi(stocks.close)) == N - 14 == len(true_range(stocks))
    assert len(bollinger(stocks.close)) == N - 19
    assert len(indicators(stocks).values) == N - 33
