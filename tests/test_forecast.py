"""Baselines look at the past only, scores are what their papers say, and a test of skill finds skill."""

import numpy as np
import pytest
from scipy.stats import t as student_t
from statsmodels.tsa.ar_model import AutoReg

from lstm_edu import data

FORECASTERS = {
    "persistence": data.persistence,
    "drift": data.drift,
    "autoregression": lambda series, start: data.autoregression(series, start, 3),
}


@pytest.fixture
def series():
    return np.random.default_rng(0).normal(0.1, 1, 60).cumsum()


# Forecasts


def prove_causal(forecaster, series, start):
    """The forecast of a row may depend on the rows before it and on no other."""
    forecast = forecaster(series, start)
    assert forecast.shape == (len(series) - start,)
    for row in range(start, len(series)):
        changed = series.copy()
        changed[row:] += np.linspace(5, 50, len(series) - row)
        np.testing.assert_array_equal(
            forecaster(changed, start)[: row - start + 1], forecast[: row - start + 1]
        )


@pytest.mark.parametrize("name", FORECASTERS)
def test_forecasts_look_at_the_past_only(name, series):
    prove_causal(FORECASTERS[name], series, 40)


def centred(series, start):
    return (series[start - 1 : -1] + series[start:]) / 2


def fitted_on_everything(series, start):
    return series[start - 1 : -1] + np.diff(series).mean()


@pytest.mark.parametrize("leaky", [centred, fitted_on_everything])
def test_the_proof_finds_a_forecast_that_peeks(leaky, series):
    with pytest.raises(AssertionError):
        prove_causal(leaky, series, 40)


def test_persistence_and_drift_by_hand():
    series = np.array([1.0, 3.0, 7.0, 4.0, 5.0])
    np.testing.assert_array_equal(data.persistence(series, 3), [7, 4])
    np.testing.assert_array_equal(data.drift(series, 3), [7 + 3, 4 + 3])  # (7 - 1) / 2 a step


@pytest.mark.parametrize("lags", [1, 4])
def test_autoregression_is_that_of_statsmodels(series, lags):
    start = 40
    fitted = AutoReg(series[:start], lags, trend="c").fit()
    expected = AutoReg(series, lags, trend="c").predict(fitted.params, start=start, end=len(series) - 1)
    np.testing.assert_allclose(data.autoregression(series, start, lags), expected, rtol=1e-8)


def test_autoregression_finds_a_recursion():
    series = np.zeros(50)
    series[:2] = 1, 2
    for t in range(2, 50):
        series[t] = 0.5 + 1.2 * series[t - 1] - 0.6 * series[t - 2]
    np.testing.assert_allclose(data.autoregression(series, 20, 2), series[20:], rtol=1e-9)


@pytest.mark.parametrize("name", FORECASTERS)
def test_forecasts_keep_the_dtype(name, series):
    assert FORECASTERS[name](series.astype(np.float32), 40).dtype == np.float32


def test_a_forecast_is_not_a_view_of_the_series(series):
    data.persistence(series, 40)[:] = 0
    assert (series[39:] != 0).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: data.persistence(s, 0), ValueError, "`start` should be at least 1 but is 0"),
        (lambda s: data.persistence(s, 60), ValueError, "`start` is row 60, but `series` ends with row 59"),
        (lambda s: data.persistence(s, 4.0), TypeError, "`start` should be an integer"),
        (
            lambda s: data.persistence(s[:, None], 4),
            ValueError,
            r"shape \(N,\) but has shape \(60, 1\). Choose one",
        ),
        (lambda s: data.persistence(s.astype(int), 4), TypeError, "`series` should hold floats"),
        (lambda s: data.drift(s, 1), ValueError, "`start` should be at least 2 but is 1"),
        (lambda s: data.autoregression(s, 10, 5), ValueError, "`start` should be at least 11 but is 10"),
        (lambda s: data.autoregression(s, 40, 0), ValueError, "`lags` should be at least 1 but is 0"),
    ],
)
def test_forecasts_that_cannot_be_are_explained(series, call, error, message):
    with pytest.raises(error, match=message):
        call(series)


# Scores


def test_errors_by_hand():
    actual, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.0, 5.0, 0.0])
    assert data.mae(actual, predicted) == pytest.approx(7 / 3)
    assert data.rmse(actual, predicted) == pytest.approx(np.sqrt(25 / 3))
    assert data.mase(actual, predicted, naive=np.array([0.0, 3.0, 3.0])) == pytest.approx(7 / 3)


@pytest.mark.parametrize("score", [data.mae, data.rmse, data.direction_accuracy])
def test_a_column_is_not_broadcast_against_a_row(score):
    with pytest.raises(ValueError, match=r"should have one shape, not empty, but have \(3,\) and \(3, 1\)"):
        score(np.ones(3), np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"not empty, but have \(0,\) and \(0,\)"):
        score(np.ones(0), np.ones(0))


def test_a_naive_forecast_that_is_never_wrong_is_no_scale():
    with pytest.raises(ValueError, match="`naive` is never wrong"):
        data.mase(np.ones(3), np.zeros(3), naive=np.ones(3))


def test_direction_accuracy_counts_signs():
    actual = np.array([1.0, -1.0, 2.0, 0.0, -3.0])
    predicted = np.array([0.1, -9.0, -1.0, 0.0, 0.0])  # the last names no direction
    result = data.direction_accuracy(actual, predicted)
    assert (result.accuracy, result.n) == (0.6, 5)


@pytest.mark.parametrize(
    ("right", "n", "confidence", "z"), [(525, 1006, 0.95, 1.959964), (3, 9, 0.9, 1.644854)]
)
def test_the_interval_is_wilsons(right, n, confidence, z):
    actual, predicted = np.ones(n), np.where(np.arange(n) < right, 1.0, -1.0)
    p, low, high, _ = data.direction_accuracy(actual, predicted, confidence=confidence)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)  # Wilson (1927)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert (low, high) == pytest.approx((centre - half, centre + half), abs=1e-6)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_probability(confidence):
    with pytest.raises(ValueError, match=f"`confidence` should lie between 0 and 1 but is {confidence}"):
        data.direction_accuracy(np.ones(3), np.ones(3), confidence=confidence)


# Diebold and Mariano


def diebold_mariano_by_hand(d, h):
    """The formulas of the two papers, with loops."""
    n = len(d)
    gamma = [sum((d[t] - d.mean()) * (d[t - k] - d.mean()) for t in range(k, n)) / n for k in range(h)]
    statistic = d.mean() / np.sqrt((gamma[0] + 2 * sum(gamma[1:])) / n)
    statistic *= np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return statistic, 2 * student_t.cdf(-abs(statistic), n - 1)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize(("loss", "function"), [("squared", np.square), ("absolute", np.abs)])
def test_diebold_mariano_follows_the_papers(horizon, loss, function):
    a, b = np.random.default_rng(1).normal(size=(2, 50))
    result = data.diebold_mariano(a, b, loss=loss, horizon=horizon)
    expected = diebold_mariano_by_hand(function(a) - function(b), horizon)
    assert (result.statistic, result.p_value) == pytest.approx(expected, rel=1e-10)
    assert result.difference == pytest.approx(function(a).mean() - function(b).mean())
    assert result.n == 50


@pytest.mark.parametrize("horizon", [1, 3])
def test_swapping_the_forecasts_swaps_the_sign(horizon):
    a, b = np.random.default_rng(2).normal(size=(2, 80))
    ab, ba = data.diebold_mariano(a, b, horizon=horizon), data.diebold_mariano(b, a, horizon=horizon)
    assert (ab.statistic, ab.p_value, ab.difference) == (-ba.statistic, ba.p_value, -ba.difference)


def rejections(horizon, scale_b, runs=1000, n=200):
    """Share of runs with p < 0.05, errors being moving averages as horizon-step forecasts' are."""
    rng = np.random.default_rng(3)
    p = []
    for _ in range(runs):
        shocks = rng.normal(size=(2, n + horizon - 1))
        a, b = (np.convolve(s, np.ones(horizon), "valid") for s in shocks)
        p.append(data.diebold_mariano(a, scale_b * b, horizon=horizon).p_value)
    return np.mean(np.array(p) < 0.05)


@pytest.mark.parametrize(("horizon", "low", "high"), [(1, 0.035, 0.065), (2, 0.035, 0.075)])
def test_equal_forecasts_are_called_different_in_one_run_of_twenty(horizon, low, high):
    assert low < rejections(horizon, 1.0) < high


def test_a_planted_difference_is_found():
    assert rejections(1, 1.4, runs=200) > 0.9


def test_the_window_must_reach_the_horizon():
    """Errors three steps ahead, judged as if one step ahead, reject far too often."""
    rng = np.random.default_rng(4)
    p = []
    for _ in range(300):
        a, b = (np.convolve(s, np.ones(3), "valid") for s in rng.normal(size=(2, 202)))
        p.append(data.diebold_mariano(a, b, horizon=1).p_value)
    assert np.mean(np.array(p) < 0.05) > 0.1


NEGATIVE = np.tile([2.0, 1.0], 10)  # losses that alternate: the lag-1 covariance outweighs the variance


@pytest.mark.parametrize(
    ("a", "b", "options", "error", "message"),
    [
        (np.ones(9), np.zeros(9), {}, ValueError, "The losses differ by 1 in every row: nothing varies"),
        (
            np.full(9, 0.7),
            np.full(9, 0.1),
            {"loss": "absolute"},
            ValueError,
            "The losses differ by 0.6 in every",
        ),
        (np.ones(9), np.ones(8), {}, ValueError, r"`errors_a` and `errors_b` should have one shape"),
        (np.ones((9, 1)), np.zeros((9, 1)), {}, ValueError, r"shape \(n,\) with n above 2 .* shape \(9, 1\)"),
        (
            np.arange(4.0),
            np.zeros(4),
            {"horizon": 2},
            ValueError,
            r"with n above 4 at horizon 2 but has shape \(4,\)",
        ),
        (np.arange(4.0), np.zeros(4), {"horizon": 0}, ValueError, "`horizon` should be at least 1"),
        (
            np.arange(4.0),
            np.zeros(4),
            {"loss": "huber"},
            ValueError,
            "`loss` should be 'squared' or 'absolute'",
        ),
        (NEGATIVE, np.zeros(20), {"horizon": 2}, ValueError, "variance of the mean difference came out as -"),
        (np.arange(4), np.zeros(4), {}, TypeError, "`errors_a` should hold floats"),
    ],
)
def test_what_cannot_be_tested_is_explained(a, b, options, error, message):
    with pytest.raises(error, match=message):
        data.diebold_mariano(a, b, **options)
