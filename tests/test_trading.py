"""What is left of positions: worked by hand, ruled by identities, refused where it makes no sense."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_edu.data import block_bootstrap, mase, mase_interval, performance, positions_of, trade
from lstm_edu.data.trading import measures

PROPERTY = settings(deadline=None, derandomize=True, max_examples=100)
NET = np.random.default_rng(0).normal(0.0005, 0.01, 500)


def rng():
    return np.random.default_rng(1)


# By hand


def test_three_days_worked_by_hand():
    positions, returns = np.array([1.0, 1.0, -1.0]), np.array([0.10, -0.05, 0.02])
    net, turnover = trade(positions, returns, cost=100)  # one per cent
    np.testing.assert_array_equal(turnover, [1, 0, 2])
    np.testing.assert_allclose(np.exp(net), [0.99 * 1.10, 0.95, 0.98 * 0.98], rtol=1e-14)


def test_nothing_is_paid_for_what_was_held_before():
    positions, returns = np.ones(2), np.array([0.1, 0.1])
    np.testing.assert_allclose(trade(positions, returns, cost=100, before=1.0).net, np.log(1.1), rtol=1e-14)
    assert trade(positions, returns, cost=100, before=-1.0).turnover[0] == 2


def test_what_is_measured_by_hand():
    net = np.log([1.25, 0.8, 0.5, 2.0])  # wealth 1, 1.25, 1, 0.5, 1
    mean, volatility, sharpe, drawdown = measures(net)
    np.testing.assert_allclose([mean, drawdown], [0, 0.6], atol=1e-13)
    assert volatility == pytest.approx(np.sqrt(252 * (np.log(1.25) ** 2 + np.log(2) ** 2) / 2))
    assert sharpe == pytest.approx(0, abs=1e-12)


def test_the_first_loss_counts_as_a_drawdown():
    assert measures(np.log([0.9, 1.5]))[3] == pytest.approx(0.1)
    assert measures(np.log([1.1, 1.5]))[3] == 0


def test_a_position_follows_the_sign_of_its_forecast():
    said = np.array([0.3, -0.2, 0.0])
    np.testing.assert_array_equal(positions_of(said), [1, 0, 0])
    np.testing.assert_array_equal(positions_of(said, short=True), [1, -1, -1])


# Identities

returns_and_positions = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        arrays(float, n, elements=st.floats(-0.2, 0.2)), arrays(float, n, elements=st.floats(-1, 1))
    )
)


@PROPERTY
@given(returns_and_positions, st.floats(0, 100), st.floats(0.5, 100))
def test_cost_never_helps_and_hurts_by_turnover_alone(drawn, cost, more):
    returns, positions = drawn
    free, paid, dear = (trade(positions, returns, cost=c) for c in (0, cost, cost + more))
    np.testing.assert_allclose(free.net, np.log1p(positions * returns), atol=1e-15)
    assert (dear.net <= paid.net).all()
    np.testing.assert_allclose(free.net - paid.net, -np.log1p(-cost / 1e4 * free.turnover), atol=1e-14)
    resting = free.turnover == 0
    np.testing.assert_array_equal(dear.net[resting], free.net[resting])


@PROPERTY
@given(returns_and_positions, st.floats(0, 100))
def test_holding_throughout_pays_once(drawn, cost):
    returns, _ = drawn
    net, turnover = trade(np.ones_like(returns), returns, cost=cost)
    assert turnover.sum() == 1
    assert net.sum() == pytest.approx(np.log1p(returns).sum() + np.log1p(-cost / 1e4), abs=1e-12)


@PROPERTY
@given(returns_and_positions, st.floats(0, 100), st.data())
def test_tomorrow_changes_nothing_today(drawn, cost, data):
    returns, positions = drawn
    cut = data.draw(st.integers(0, len(returns) - 1))
    other, moved = returns.copy(), positions.copy()
    other[cut:] = -other[cut:] / 2
    moved[cut:] = -moved[cut:]
    before, after = (trade(p, r, cost=cost).net[:cut] for p, r in ((positions, returns), (moved, other)))
    np.testing.assert_array_equal(before, after)


# Intervals


def test_a_value_lies_in_its_interval_and_the_seed_decides():
    one, again, other = (performance(NET, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == again != other
    for estimate in (one.mean, one.volatility, one.sharpe):
        assert estimate.low < estimate.value < estimate.high
    np.testing.assert_allclose([part.value for part in one], measures(NET))


def test_the_interval_of_the_mean_is_the_textbooks_where_days_are_independent():
    estimate = performance(NET, rng=rng(), block=1, repetitions=4000).mean
    half = 1.96 * 252 * NET.std() / np.sqrt(NET.size)
    np.testing.assert_allclose(
        [estimate.low, estimate.high], [estimate.value - half, estimate.value + half], atol=0.1 * half
    )


def test_days_that_go_together_widen_the_interval():
    together = np.repeat(NET[:25], 20) / 5
    width = {}
    for block in (1, 20):
        mean = performance(together, rng=rng(), block=block).mean
        width[block] = mean.high - mean.low
    assert width[20] > 2 * width[1]


def test_more_confidence_is_a_wider_interval():
    wide, narrow = (performance(NET, rng=rng(), confidence=c).sharpe for c in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_measure_of_several_series_draws_the_same_days_of_each():
    twice = block_bootstrap(lambda a, b: np.abs(b - 2 * a).max(), NET, 2 * NET, rng=rng(), repetitions=50)
    assert twice == (0, 0, 0)


def test_the_interval_of_mase_holds_it_and_persistence_has_none():
    price = 100 * np.exp(np.cumsum(NET))
    actual, naive = price[1:], price[:-1]
    found = mase_interval(actual, naive * 1.001, naive, rng=rng())
    assert found.value == mase(actual, naive * 1.001, naive)
    assert found.low < found.value < found.high
    assert mase_interval(actual, naive, naive, rng=rng()) == (1, 1, 1)
    with pytest.raises(ValueError, match="`naive` is never wrong"):
        mase_interval(actual, naive, actual, rng=rng())


# What is refused

ONES = np.ones(3)


@pytest.mark.parametrize(
    ("positions", "returns", "cost", "error", "message"),
    [
        (ONES, ONES[:2], 0, ValueError, r"should have one shape, not empty, but have \(3,\) and \(2,\)"),
        (ONES[:0], ONES[:0], 0, ValueError, r"but have \(0,\) and \(0,\)"),
        (ONES[:, None], ONES[:, None], 0, ValueError, r"`positions` should have shape \(N,\)"),
        (ONES, ONES.astype(int), 0, TypeError, "`returns` should hold floats"),
        (np.array([1, np.nan, 1]), ONES, 0, ValueError, "`positions` has nan at row 1"),
        (ONES, ONES, -1, ValueError, r"`cost` should lie in \[0, 10000\) basis points but is -1"),
        (ONES, ONES, 10_000, ValueError, "`cost` should lie"),
        (ONES, np.array([0, -1.0, 0]), 0, ValueError, "Row 1 takes all the wealth. Are the returns in"),
        (ONES * -1, np.array([0, 0.1, 2.0]), 0, ValueError, "Row 2 takes all the wealth"),
        (np.array([1, -1.0, 1]), 0 * ONES, 5000, ValueError, "Row 1 takes all the wealth"),
    ],
)
def test_what_cannot_be_traded_is_explained(positions, returns, cost, error, message):
    with pytest.raises(error, match=message):
        trade(positions, returns, cost=cost)


@pytest.mark.parametrize(
    ("net", "options", "error", "message"),
    [
        (NET[:1], {}, ValueError, "`net` has 1 days and none to take a volatility from"),
        (np.zeros(5), {}, ValueError, "`net` has 5 days and never a change"),
        (NET[:, None], {}, ValueError, r"`net` should have shape \(N,\)"),
        (NET, {"confidence": 1}, ValueError, "`confidence` should lie between 0 and 1 but is 1"),
        (NET, {"block": 0}, ValueError, "`block` should be at least 1"),
        (NET, {"repetitions": 0}, ValueError, "`repetitions` should be at least 1"),
        (NET, {"rng": 0}, TypeError, "`rng` should be a numpy.random.Generator but is 0"),
    ],
)
def test_what_has_no_performance_is_explained(net, options, error, message):
    with pytest.raises(error, match=message):
        performance(net, **({"rng": rng()} | options))


def test_series_of_different_lengths_are_not_drawn_together():
    with pytest.raises(ValueError, match=r"one shape, not empty, but they have \[\(500,\), \(499,\)\]"):
        block_bootstrap(lambda a, b: a.mean(), NET, NET[1:], rng=rng())


def test_a_forecast_that_is_none_has_no_position():
    with pytest.raises(ValueError, match="`said` has nan at row 0"):
        positions_of(np.array([np.nan]))
