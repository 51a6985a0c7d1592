"""A day's prices give its variance without bias where they should, and scores are what their papers say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import data

PROPERTY = settings(deadline=None, derandomize=True, max_examples=100)
RANGES = {
    "parkinson": lambda o, h, l, c: data.parkinson(h, l),
    "garman_klass": data.garman_klass,
    "rogers_satchell": data.rogers_satchell,
}


def days(seed, n=7, scale=0.01):
    """Open, high, low and close, each (n,), such as can be."""
    rng = np.random.default_rng(seed)
    o, c = 100 * np.exp(scale * rng.normal(size=(2, n)))
    up, down = np.exp(scale * rng.exponential(size=(2, n)))
    return o, np.maximum(o, c) * up, np.minimum(o, c) / down, c


# Measures


def test_one_day_by_hand():
    o, h, l, c = (np.array([np.exp(x)]) for x in (0.00, 0.03, -0.01, 0.02))
    ln2 = 0.6931471805599453
    assert data.parkinson(h, l)[0] == pytest.approx(0.04**2 / (4 * ln2))
    assert data.parkinson(h, l)[0] == pytest.approx(5.7707801636e-4)
    assert data.garman_klass(o, h, l, c)[0] == pytest.approx(0.0008 - (2 * ln2 - 1) * 0.0004)
    assert data.garman_klass(o, h, l, c)[0] == pytest.approx(6.4548225556e-4)
    assert data.rogers_satchell(o, h, l, c)[0] == pytest.approx(0.03 * 0.01 + 0.01 * 0.03)


def test_squared_returns_by_hand():
    close = np.exp([0.0, 0.02, -0.01, -0.01])
    np.testing.assert_allclose(data.squared_returns(close), [4e-4, 9e-4, 0], rtol=1e-12, atol=1e-30)


@pytest.fixture(scope="module")
def walks():
    """Return a function: the four prices of days cut into equal steps, with variance 1 and some drift."""

    def make(n_days, steps, drift=0.0):
        rng = np.random.default_rng(0)
        path = rng.normal(drift / steps, steps**-0.5, size=(n_days, steps)).cumsum(axis=1)
        path = np.exp(np.column_stack([np.zeros(n_days), path]))
        return path[:, 0], path.max(axis=1), path.min(axis=1), path[:, -1]

    return make


# Seen only at n moments, a maximum of Brownian motion is low by 0.5826 / √n (Broadie, Glasserman and Kou
# 1997), so the range is low by twice that: to first order these shares of the variance are lost.
SHORT = 0.5826
LOST = {
    "parkinson": 2 * 2 * SHORT * np.sqrt(8 / np.pi) / (4 * np.log(2)),
    "garman_klass": 2 * 2 * SHORT * np.sqrt(8 / np.pi) / 2,
    "rogers_satchell": 4 * SHORT * np.sqrt(2 / np.pi),
}


@pytest.mark.parametrize("steps", [100, 400])
@pytest.mark.parametrize("name", RANGES)
def test_a_range_is_unbiased_but_for_the_steps(walks, name, steps):
    variance = RANGES[name](*walks(16_000, steps))
    standard_error = variance.std() / np.sqrt(variance.size)
    expected = 1 - LOST[name] / np.sqrt(steps)
    assert abs(variance.mean() - expected) < 4 * standard_error + 3 / steps


def test_ranges_are_less_noisy_than_squared_returns(walks):
    prices = walks(16_000, 400)
    squares = np.log(prices[-1] / prices[0]) ** 2
    assert squares.mean() == pytest.approx(1, abs=4 * np.sqrt(2 / 16_000))
    noise = {name: (m := measure(*prices)).var() / m.mean() ** 2 for name, measure in RANGES.items()}
    gain = {name: squares.var() / squares.mean() ** 2 / x for name, x in noise.items()}
    assert 4.4 < gain["parkinson"] < 5.4  # 4.9 with a price that is always quoted
    assert 6.2 < gain["garman_klass"] < 8.0  # 7.4
    assert 5.2 < gain["rogers_satchell"] < 6.8  # 6.0


def test_only_rogers_satchell_does_not_take_a_drift_for_variance(walks):
    still, drifting = walks(16_000, 400), walks(16_000, 400, drift=1.0)
    ratio = {name: f(*drifting).mean() / f(*still).mean() for name, f in RANGES.items()}
    assert ratio["rogers_satchell"] == pytest.approx(1, abs=0.03)
    assert ratio["parkinson"] > 1.2
    assert ratio["garman_klass"] > 1.05


@PROPERTY
@given(st.integers(0, 2**31), st.floats(1e-3, 1e3), st.floats(0.1, 5))
def test_a_measure_knows_no_currency_and_squares_the_scale(seed, currency, stretch):
    prices = days(seed)
    for measure in RANGES.values():
        variance = measure(*prices)
        assert variance.shape == (7,)
        assert (variance >= 0).all()
        np.testing.assert_allclose(measure(*(currency * p for p in prices)), variance, rtol=1e-6, atol=1e-12)
        stretched = (100 * (p / 100) ** stretch for p in prices)
        np.testing.assert_allclose(measure(*stretched), stretch**2 * variance, rtol=1e-6, atol=1e-12)
        o, h, l, c = prices
        mirrored = measure(1 / o, 1 / l, 1 / h, 1 / c)  # falls for rises
        np.testing.assert_allclose(mirrored, variance, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(measure(c, h, l, o), variance, rtol=1e-6, atol=1e-12)  # time reversed
    close = prices[-1]
    np.testing.assert_allclose(
        data.squared_returns(currency * close), data.squared_returns(close), rtol=1e-6, atol=1e-12
    )


def test_a_day_without_a_move_has_no_variance():
    still = [np.full(3, 7.0)] * 4
    for measure in RANGES.values():
        np.testing.assert_array_equal(measure(*still), 0)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            1,
            1.0,
            r"`high` lies below `low` at row 2: high 1, low .*such rows in all: 1.*columns may be swapped",
        ),
        (2, 1e6, "`high` lies below `low` at row 2"),
        (0, 1e6, "`open` lies above `high` at row 2"),
        (0, 1e-6, "`open` lies below `low` at row 2"),
        (3, 1e6, "`close` lies above `high` at row 2"),
        (3, 1e-6, "`close` lies below `low` at row 2"),
        (2, 0.0, "`low` is not positive at row 2"),
        (2, -5.0, "`low` is not positive at row 2"),
        (3, np.nan, "`close` has nan at row 2"),
        (1, np.inf, "`high` has inf at row 2"),
    ],
)
@pytest.mark.parametrize("name", RANGES)
def test_a_day_that_cannot_be_is_refused(name, column, value, message):
    prices = [price.copy() for price in days(0)]
    prices[column][2] = value
    if name == "parkinson" and column in (0, 3):  # it never sees them
        np.testing.assert_array_equal(RANGES[name](*prices), RANGES[name](*days(0)))
        return
    with pytest.raises(ValueError, match=message):
        RANGES[name](*prices)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda p: data.parkinson(p[1], p[2][:-1]),
            ValueError,
            r"`low` should have shape .N,.* \(6,\) beside",
        ),
        (
            lambda p: data.parkinson(p[1][:, None], p[2][:, None]),
            ValueError,
            r"`high` should have shape \(N,\)",
        ),
        (lambda p: data.garman_klass(*(list(x) for x in p)), TypeError, "`high` should be a NumPy array"),
        (lambda p: data.parkinson(p[1].astype(int), p[2]), TypeError, "`high` should hold floats"),
        (
            lambda p: data.squared_returns(p[3][:1]),
            ValueError,
            "`close` should have two rows or more .* has 1",
        ),
        (lambda p: data.squared_returns(-p[3]), ValueError, "`close` is not positive at row 0: close -"),
        (lambda p: data.squared_returns(np.r_[1.0, np.nan]), ValueError, "`close` has nan at row 1"),
        (
            lambda p: data.squared_returns(p[3], date=np.arange(6)),
            ValueError,
            r"`date` should have shape \(7,\)",
        ),
        (
            lambda p: data.squared_returns(p[3], date=np.array([0, 1, 3, 2, 4, 4, 5])),
            ValueError,
            r"`date` should increase, but row 3 is 2 after 3 .such rows in all: 2.. Sort the rows",
        ),
    ],
)
def test_prices_that_cannot_be_are_explained(call, error, message):
    with pytest.raises(error, match=message):
        call(days(0))


def test_days_in_order_are_accepted():
    close, date = days(0)[3], np.arange("2020-01-01", "2020-01-08", dtype="datetime64[D]")
    np.testing.assert_array_equal(data.squared_returns(close, date=date), data.squared_returns(close))


# Scores

POSITIVE = st.floats(1e-6, 1e3)


def test_scores_by_hand():
    forecast, realised = np.array([1.0, 2.0]), np.array([2.0, 1.0])
    expected = [2 - np.log(2) - 1, 0.5 + np.log(2) - 1]
    np.testing.assert_allclose(data.qlike_losses(forecast, realised), expected, rtol=1e-12)
    assert data.qlike(forecast, realised) == pytest.approx(0.25)
    assert data.mse(forecast, realised) == 1
    assert data.mse(np.array([0.0, 4.0]), np.array([3.0, 4.0])) == 4.5


@PROPERTY
@given(POSITIVE, POSITIVE)
def test_qlike_is_least_where_the_forecast_is_right(f, r):
    def loss(x):
        return data.qlike(np.array([x]), np.array([r]))

    assert loss(r) == 0
    assert loss(f) >= 0
    step = 1e-5 * f
    slope = (loss(f + step) - loss(f - step)) / (2 * step)
    assert slope == pytest.approx((f - r) / f**2, rel=1e-5, abs=1e-4 / f)  # d/df: zero at f = r alone


@PROPERTY
@given(st.lists(POSITIVE, min_size=2, max_size=20))
def test_noise_does_not_move_the_best_forecast(values):
    """Both scores are least at the mean of what was measured, not at its median or its mean logarithm."""
    realised = np.array(values)
    best = realised.mean()
    for score in (data.qlike, data.mse):
        at = {x: score(np.full_like(realised, x * best), realised) for x in (0.98, 1.0, 1.02)}
        assert at[1.0] < min(at[0.98], at[1.02])


@PROPERTY
@given(POSITIVE, POSITIVE, st.floats(1e-3, 1e3))
def test_qlike_knows_no_unit(f, r, unit):
    f, r = np.array([f]), np.array([r])
    assert data.qlike(unit * f, unit * r) == pytest.approx(data.qlike(f, r), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_leaves_no_negative_loss_whose_root_is_no_number(dtype):
    forecast = (1 + np.geomspace(1e-16, 0.1, 500)).astype(dtype)
    realised = np.ones_like(forecast)
    assert (data.qlike_losses(forecast, realised) >= 0).all()
    assert (data.qlike_losses(realised, forecast) >= 0).all()


def test_too_low_costs_more_than_too_high():
    realised = np.ones(1)
    assert data.qlike(realised / 2, realised) > data.qlike(2 * realised, realised)


def test_a_test_of_two_forecasts_takes_the_roots():
    rng = np.random.default_rng(0)
    a, b, realised = rng.exponential(size=(3, 60)) + 0.1
    la, lb = data.qlike_losses(a, realised), data.qlike_losses(b, realised)
    result = data.diebold_mariano(np.sqrt(la), np.sqrt(lb))
    assert result.difference == pytest.approx(data.qlike(a, realised) - data.qlike(b, realised))


@pytest.mark.parametrize(
    ("forecast", "realised", "error", "message"),
    [
        (
            [1.0, 0.0],
            [1.0, 1.0],
            ValueError,
            r"`forecast` should be positive.* is 0.0 at row 1 .*: 1.. Forecast",
        ),
        (
            [-1.0, -2.0],
            [1.0, 1.0],
            ValueError,
            r"`forecast` should be positive.* is -1.0 at row 0 .*in all: 2",
        ),
        ([1.0, 1.0], [1.0, 0.0], ValueError, r"`realised` should be positive.* at row 1 .*Choose a measure"),
        ([np.nan, 1.0], [1.0, 1.0], ValueError, "`forecast` has nan at row 0"),
        ([1.0, 1.0], [1.0, np.inf], ValueError, "`realised` has inf at row 1"),
        ([1.0], [1.0, 1.0], ValueError, r"should have one shape, not empty, but have \(1,\) and \(2,\)"),
        ([], [], ValueError, r"should have one shape, not empty, but have \(0,\) and \(0,\)"),
        ([1, 2], [1.0, 1.0], TypeError, "`forecast` should hold floats"),
    ],
)
def test_scores_that_cannot_be_are_explained(forecast, realised, error, message):
    for score in (data.qlike, data.qlike_losses):
        with pytest.raises(error, match=message):
            score(np.array(forecast), np.array(realised))


def test_mse_takes_what_qlike_refuses_and_nothing_broadcast():
    assert data.mse(np.array([-1.0]), np.array([0.0])) == 1
    with pytest.raises(ValueError, match=r"should have one shape, not empty, but have \(3,\) and \(3, 1\)"):
        data.mse(np.ones(3), np.ones((3, 1)))


# Real days


@pytest.mark.data
def test_the_sp500_has_a_variance_every_day():
    s = data.load_stocks("sp500")
    squares = data.squared_returns(s.close, date=s.date)
    for name, measure in RANGES.items():
        variance = measure(s.open, s.high, s.low, s.close)
        assert variance.shape == s.close.shape
        assert (variance > 0).all() == (name != "rogers_satchell")
        assert 0.5 < variance[1:].mean() / squares.mean() < 0.8  # the hours of trading, not the night
