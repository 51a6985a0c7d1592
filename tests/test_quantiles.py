"""Quantile forecasts look at the past only; coverage and its tests have the answers that are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, t
from sklearn.metrics import mean_pinball_loss

from lstm_edu import data

LEVELS = (0.05, 0.5, 0.95)
START, N = 130, 170
PROPERTY = settings(deadline=None, derandomize=True, database=None)


def returns_of(n, seed):
    rng = np.random.default_rng(seed)
    return 0.01 * np.exp(np.sin(np.arange(n) / 20)) * rng.standard_t(6, size=n)


# Forecasts

FORECASTERS = {
    "historical": lambda r: data.historical_quantiles(r, START, LEVELS, days=60),
    "garch": lambda r: data.garch_quantiles(r, START, LEVELS, refit_every=25),
    "normal": lambda r: data.garch_quantiles(r, START, LEVELS, dist="normal", refit_every=25),
}


def prove_causal(forecaster):
    @settings(PROPERTY, max_examples=12)
    @given(st.integers(0, 999), st.integers(START, N - 1))
    def check(seed, row):
        returns, known = returns_of(N, seed), row - START + 1
        forecast = forecaster(returns)
        assert forecast.shape == (N - START, 3)
        assert (np.diff(forecast, axis=1) > 0).all()
        changed = np.append(returns[:row], 3 * returns_of(N, seed + 1000)[row:])
        np.testing.assert_array_equal(forecaster(changed)[:known], forecast[:known])

    check()


@pytest.mark.parametrize("name", FORECASTERS)
def test_quantiles_look_at_the_past_only(name):
    prove_causal(FORECASTERS[name])


@pytest.mark.parametrize(
    "leaky",
    [
        lambda r: data.historical_quantiles(np.append(r, 0.0), START + 1, LEVELS, days=60),
        lambda r: np.tile(np.quantile(r, LEVELS), (N - START, 1)),
        lambda r: r.std() * FORECASTERS["historical"](r),
    ],
)
def test_the_proof_finds_quantiles_that_peek(leaky):
    with pytest.raises(AssertionError):
        prove_causal(leaky)


def test_historical_quantiles_by_hand():
    returns = np.array([5.0, 1.0, 2.0, 3.0, 9.0, 4.0])
    np.testing.assert_allclose(data.historical_quantiles(returns, 4, [0.5], days=3), [[2.0], [3.0]])
    np.testing.assert_allclose(data.historical_quantiles(returns, 4, [0.25, 0.5], days=4)[0], [1.75, 2.5])


@pytest.mark.parametrize("dist", ["t", "normal"])
def test_garch_quantiles_are_those_of_its_distribution(dist):
    returns = returns_of(300, 0)
    model = data.fit_garch(returns[:200], dist=dist)
    deviation = np.sqrt(data.garch_filter(returns[:-1], model)[200:])
    forecast = data.garch_quantiles(returns, 200, LEVELS, dist=dist, refit_every=100)
    residual = (forecast - model.mu) / deviation[:, None]
    residuals = t(model.nu, scale=np.sqrt((model.nu - 2) / model.nu)) if dist == "t" else norm()
    np.testing.assert_allclose(residuals.cdf(residual), np.tile(LEVELS, (100, 1)), rtol=1e-9)
    if dist == "t":
        assert residuals.var() == pytest.approx(1)  # the deviation is that of the return


def test_pinball_losses_are_scikit_learns():
    rng = np.random.default_rng(0)
    forecast, actual = rng.normal(size=(50, 3)), rng.normal(size=50)
    losses = data.pinball_losses(forecast, actual, LEVELS)
    expected = [mean_pinball_loss(actual, forecast[:, k], alpha=q) for k, q in enumerate(LEVELS)]
    assert losses.shape == (50,)
    assert losses.mean() == pytest.approx(np.mean(expected), rel=1e-12)
    assert data.pinball_losses(np.array([[2.0]]), np.array([5.0]), [0.9]) == pytest.approx(2.7)


@settings(PROPERTY, max_examples=200)
@given(st.integers(0, 10**6))
def test_sorting_quantiles_that_cross_never_costs(seed):
    rng = np.random.default_rng(seed)
    forecast, actual = rng.normal(size=(4, 3)), rng.normal(size=4)
    crossed = data.pinball_losses(forecast, actual, LEVELS)
    assert (data.pinball_losses(np.sort(forecast, axis=1), actual, LEVELS) <= crossed + 1e-12).all()


# Coverage


def test_coverage_by_hand():
    actual = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    seen = data.coverage(np.full(5, 1.0), np.full(5, 3.0), actual)
    assert (seen.share, seen.n) == (0.6, 5)  # an end is inside
    z, p, n = norm.ppf(0.975), 0.6, 5
    centre, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert seen.low == pytest.approx((centre - half) / (1 + z**2 / n))
    assert seen.high == pytest.approx((centre + half) / (1 + z**2 / n))


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_coverage_covers(confidence):
    n, p = 300, 0.9
    caught = 0.0
    for x in range(n + 1):  # every count there is, by its probability
        actual = np.where(np.arange(n) < x, 0.0, 2.0)
        seen = data.coverage(np.full(n, -1.0), np.ones(n), actual, confidence=confidence)
        caught += binom.pmf(x, n, p) * (seen.low <= p <= seen.high)
    assert caught == pytest.approx(confidence, abs=0.03)


def hits(pattern):
    return np.array([letter == "x" for letter in pattern])


def test_the_rate_by_hand():
    """Kupiec's ratio for 8 of 100 where 5 were promised."""
    hit = np.arange(100) % 12 == 0
    assert hit.sum() == 9
    ratio = -2 * (91 * np.log(0.95 / 0.91) + 9 * np.log(0.05 / 0.09))
    found = data.violations(hit, 0.05)
    assert found.rate == 0.09
    assert found.p_rate == pytest.approx(2 * norm.sf(np.sqrt(ratio)))
    assert data.violations(hit, 0.09).p_rate == 1.0


def test_runs_by_hand():
    """From no violation 3 times to none and 2 to one; from one once to one and 2 to none."""
    found = data.violations(hits(".xx.x...."), 0.3)
    to_one, to_none = {".": 2, "x": 1}, {".": 3, "x": 2}
    chain = sum(
        to_one[a] * np.log(to_one[a] / (to_one[a] + to_none[a]))
        + to_none[a] * np.log(to_none[a] / (to_one[a] + to_none[a]))
        for a in ".x"
    )
    alike = 3 * np.log(3 / 8) + 5 * np.log(5 / 8)
    assert found.p_runs == pytest.approx(2 * norm.sf(np.sqrt(2 * (chain - alike))))
    promised = 3 * np.log(0.3) + 5 * np.log(0.7)
    assert found.p_both == pytest.approx(np.exp(-(chain - promised)))  # chi-squared of two degrees


@pytest.mark.parametrize("pattern", ["........", "xxxxxxxx", ".......x", "x.......", "xx", ".x"])
def test_extreme_patterns_have_finite_answers(pattern):
    found = data.violations(hits(pattern), 0.1)
    assert np.isfinite(found).all()
    assert all(0 <= p <= 1 for p in found[1:])


def rejections(draw, n=1000, times=400):
    rng = np.random.default_rng(0)
    found = [data.violations(draw(rng, n), 0.1) for _ in range(times)]
    return np.mean(np.array(found)[:, 1:] < 0.05, axis=0)


def test_a_promise_that_is_kept_is_rejected_as_often_as_said():
    np.testing.assert_allclose(rejections(lambda rng, n: rng.uniform(size=n) < 0.1), 0.05, atol=0.03)


def test_a_wrong_rate_and_runs_are_each_found_by_their_own_test():
    rate, runs, both = rejections(lambda rng, n: rng.uniform(size=n) < 0.15)
    assert rate > 0.9 > 0.15 > runs
    assert both > 0.9

    def in_runs(rng, n):  # the right rate: the chance to stay is 0.46, to begin 0.06
        hit = np.zeros(n, bool)
        for k, u in enumerate(rng.uniform(size=n - 1), start=1):
            hit[k] = u < (0.46 if hit[k - 1] else 0.06)
        return hit

    rate, runs, both = rejections(in_runs)
    assert runs > 0.95 > rate
    assert both > 0.9


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda r: data.historical_quantiles(r, 100, LEVELS),
            ValueError,
            "`start` should be at least 250 but is",
        ),
        (
            lambda r: data.historical_quantiles(r, 400, LEVELS),
            ValueError,
            "`start` is row 400, but `returns` ends",
        ),
        (
            lambda r: data.historical_quantiles(r, 300, LEVELS, days=0),
            ValueError,
            "`days` should be at least",
        ),
        (
            lambda r: data.garch_quantiles(r, 99, LEVELS),
            ValueError,
            "`start` should be at least 100 but is 99",
        ),
        (
            lambda r: data.garch_quantiles(r, 300, LEVELS, dist="cauchy"),
            ValueError,
            "`dist` should be 't' or",
        ),
        (
            lambda r: data.garch_quantiles(r, 300, (0.5, 0.05)),
            ValueError,
            r"`levels` should be increasing numbers between 0 and 1 but is \[0.5, 0.05\]",
        ),
        (
            lambda r: data.historical_quantiles(r, 300, (5, 95)),
            ValueError,
            "increasing numbers between 0 and 1",
        ),
        (
            lambda r: data.pinball_losses(r[:, None], r, LEVELS),
            ValueError,
            r"`forecast` should have shape \(N, K=3\) and `actual` \(N,\), .*\(400, 1\) and \(400,\)",
        ),
        (
            lambda r: data.pinball_losses(r[:, None], np.append(r[1:], np.nan), [0.5]),
            ValueError,
            "`actual` has nan at row 399",
        ),
        (
            lambda r: data.coverage(r, r, r, confidence=95),
            ValueError,
            "`confidence` should lie between 0 and 1 but is 95",
        ),
        (
            lambda r: data.coverage(r, r[1:], r),
            ValueError,
            r"`high` should have shape \(N,\), not empty and as `actual`, but .* \(399,\) beside \(400,\)",
        ),
        (
            lambda r: data.coverage(r + 1, r, r),
            ValueError,
            r"`low` lies above `high` at row 0: .*in all: 400\). Quantiles that cross",
        ),
        (
            lambda r: data.violations(r, 0.1),
            TypeError,
            "`hit` should be an array of truth values but is an array of float64: actual < low",
        ),
        (lambda r: data.violations([True], 0.1), TypeError, "truth values but is a list"),
        (
            lambda r: data.violations(r[:1] > 0, 0.1),
            ValueError,
            r"shape \(N,\), N at least 2, but has .*\(1,\)",
        ),
        (
            lambda r: data.violations(r > 0, 5),
            ValueError,
            "`rate` should lie between 0 and 1 but is 5: 0.05 for",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(returns_of(400, 0))
