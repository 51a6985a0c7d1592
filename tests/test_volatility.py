"""Forecasts of variance look at the past only, and are those of pandas, statsmodels and arch."""

import sys
import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import statsmodels.api as sm
from arch import arch_model
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lstm_edu import data


def simulate(n, seed, *, alpha=0.08, gamma=0.0, beta=0.88, nu=8.0):
    """Returns (n,) of a GARCH with Student's t and variance 0.0001."""
    rng = np.random.default_rng(seed)
    returns, variance = np.empty(n), 1e-4
    omega = 1e-4 * (1 - alpha - gamma / 2 - beta)
    for t, z in enumerate(rng.standard_t(nu, size=n) * np.sqrt((nu - 2) / nu)):
        returns[t] = np.sqrt(variance) * z
        variance = omega + (alpha + gamma * (z < 0)) * returns[t] ** 2 + beta * variance
    return returns


def log_har(n, seed, noise=0.5):
    """Realised variances (n,) that follow the HAR in logarithms."""
    rng = np.random.default_rng(seed)
    v = np.full(n, 1e-4)
    for t in range(22, n):
        means = [v[t - days : t].mean() for days in (1, 5, 22)]
        v[t] = np.exp(-0.5 + np.log(means) @ [0.35, 0.35, 0.25] + noise * rng.normal())
    return v


def moved(v):
    """Returns (n,) of days with these variances, down where the variance fell."""
    return np.sqrt(v) * np.sign(v - np.append(v[0], v[:-1]))


# Causality

START, N = 130, 170
FORECASTERS = {  # what it is called with, how, examples
    "ewma": (simulate, lambda r: data.ewma(r, START), 60),
    "har": (log_har, lambda v: data.har(v, START, refit_every=7), 60),
    "har with returns": (log_har, lambda v: data.har(v, START, returns=moved(v), refit_every=7), 60),
    "garch": (simulate, lambda r: data.garch(r, START, refit_every=25), 8),
    "gjr": (simulate, lambda r: data.garch(r, START, asymmetric=True, refit_every=25), 8),
    "normal": (simulate, lambda r: data.garch(r, START, dist="normal", refit_every=25), 8),
}


def prove_causal(forecaster, make, examples):
    """The forecast of a row stays the same whatever happens from that row on, even if nothing does."""

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=examples,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(st.integers(0, 999), st.integers(START, N - 1), st.floats(0.5, 5))
    def check(seed, row, size):
        series = make(N, seed)
        known = row - START + 1  # forecasts that may not change
        forecast = forecaster(series)
        assert forecast.shape == (N - START,)
        changed = np.append(series[:row], size * make(N, seed + 1000)[row:])
        np.testing.assert_array_equal(forecaster(changed)[:known], forecast[:known])
        np.testing.assert_allclose(forecaster(series[: row + 1]), forecast[:known], rtol=1e-10)

    check()


@pytest.mark.parametrize("name", FORECASTERS)
def test_forecasts_look_at_the_past_only(name):
    make, forecaster, examples = FORECASTERS[name]
    prove_causal(forecaster, make, examples)


def today_included(returns):
    return data.ewma(np.append(returns, 0.0), START + 1)


def centred(returns):
    return (np.convolve(returns**2, np.ones(5), "same") / 5)[START:]


def returns_of_the_day_itself(realised):
    return data.har(realised, START, returns=np.append(moved(realised)[1:], 0.0))


def weighted_backwards(returns):
    return data.ewma(returns[::-1].copy(), 1)[::-1][START - 1 :]


def har_coefficients_of_all_rows(realised):
    last = data.har(realised, realised.size - 1)  # fitted to every row but the last
    return data.har(realised, START) + 1e-3 * last


def garch_parameters_of_all_rows(returns):
    return data.garch_filter(returns[:-1], data.fit_garch(returns))[START:]


def in_units_of_all_rows(returns):
    return data.ewma(returns - returns.mean(), START)


@pytest.mark.parametrize(
    ("leaky", "make"),
    [
        (today_included, simulate),
        (centred, simulate),
        (weighted_backwards, simulate),
        (in_units_of_all_rows, simulate),
        (har_coefficients_of_all_rows, log_har),
        (returns_of_the_day_itself, log_har),
        (garch_parameters_of_all_rows, simulate),
    ],
)
def test_the_proof_finds_a_forecast_that_peeks(leaky, make):
    with pytest.raises(AssertionError):
        prove_causal(leaky, make, 8)


# Exponential weights


def test_exponential_weights_by_hand():
    returns = np.array([3.0, -1.0, 2.0, 7.0])
    expected = [9, (1 + 0.5 * 9) / 1.5, (4 + 0.5 * 1 + 0.25 * 9) / 1.75]
    np.testing.assert_allclose(data.ewma(returns, decay=0.5), expected, rtol=1e-14)
    np.testing.assert_allclose(data.ewma(returns, 3, decay=0.5), expected[2:], rtol=1e-14)


@pytest.mark.parametrize("decay", [0.94, 0.7])
def test_exponential_weights_are_those_of_pandas(decay):
    returns = simulate(60, 0)
    expected = pd.Series(returns**2).ewm(alpha=1 - decay, adjust=True).mean().to_numpy()[:-1]
    np.testing.assert_allclose(data.ewma(returns, decay=decay), expected, rtol=1e-10)


# HAR


@pytest.mark.parametrize("leverage", [False, True])
@pytest.mark.parametrize(("start", "refit_every"), [(60, 1000), (36, 9)])
def test_har_is_the_regression_of_statsmodels(start, refit_every, leverage):
    realised, returns = log_har(90, 0), 0.01 * np.random.default_rng(1).normal(size=90)
    frame = pd.Series(realised)
    means = [np.log(frame.rolling(days).mean().shift(1)) for days in (1, 5, 22)]
    if leverage:
        means += [pd.Series(returns).rolling(days).mean().shift(1).clip(upper=0) for days in (1, 5, 22)]
    x = sm.add_constant(np.column_stack(means)[22:])
    y = np.log(realised[22:])
    expected = np.empty(90)
    for t in range(start, 90):
        fitted = (t - start) // refit_every * refit_every + start
        model = sm.OLS(y[: fitted - 22], x[: fitted - 22]).fit()
        expected[t] = np.exp(model.predict(x[[t - 22]])[0] + model.mse_resid / 2)
    forecast = data.har(realised, start, returns=returns if leverage else None, refit_every=refit_every)
    np.testing.assert_allclose(forecast, expected[start:], rtol=1e-7)


def test_only_with_returns_does_har_hear_a_fall():
    realised, returns = log_har(400, 2), 0.01 * np.random.default_rng(2).normal(size=400)
    realised[1:] *= np.exp(40 * np.maximum(-returns[:-1], 0))  # the day after a fall is wilder
    fall, rise = (np.append(returns[:-2], [move, 0.0]) for move in (-0.03, 0.03))
    after_fall, after_rise = (data.har(realised, 399, returns=r)[0] for r in (fall, rise))
    assert after_fall > 1.5 * after_rise


def test_har_is_right_on_average_and_not_only_in_logarithms():
    realised = log_har(4000, 1, noise=0.8)
    forecast = data.har(realised, 1000)
    ratio = realised[1000:] / forecast
    assert ratio.mean() == pytest.approx(1, abs=4 * ratio.std() / np.sqrt(ratio.size))
    assert (ratio * np.exp(0.8**2 / 2)).mean() > 1.3  # what leaving out s² / 2 would give


# GARCH


@pytest.mark.parametrize("asymmetric", [False, True])
def test_the_filter_is_archs_conditional_variance_in_sample(asymmetric):
    returns = 100 * simulate(600, 2, gamma=0.06 * asymmetric)
    mu, omega, alpha, gamma, beta, nu, first = model = data.fit_garch(returns, asymmetric=asymmetric)
    parameters = [mu, omega, alpha, gamma, beta, nu] if asymmetric else [mu, omega, alpha, beta, nu]
    theirs = arch_model(returns, o=int(asymmetric), dist="t", rescale=False).fix(parameters)
    variance = data.garch_filter(returns, model)
    assert variance.shape == (601,)
    assert variance[0] == first
    np.testing.assert_allclose(variance[:-1], theirs.conditional_volatility**2, rtol=1e-9)
    np.testing.assert_allclose(variance[-1], theirs.forecast(horizon=1).variance.iloc[-1, 0], rtol=1e-9)


def test_normal_residuals_are_archs_and_have_no_degrees_of_freedom():
    returns = 100 * simulate(600, 2)
    mu, omega, alpha, _, beta, nu, _ = model = data.fit_garch(returns, dist="normal")
    theirs = arch_model(returns, dist="normal", rescale=False).fix([mu, omega, alpha, beta])
    np.testing.assert_allclose(
        data.garch_filter(returns, model)[:-1], theirs.conditional_volatility**2, rtol=1e-9
    )
    assert nu == np.inf
    assert data.fit_garch(returns).omega != omega


@pytest.mark.parametrize("asymmetric", [False, True])
def test_forecasts_between_fits_are_archs_with_fixed_parameters(asymmetric):
    returns, start, end = simulate(420, 3, gamma=0.06 * asymmetric), 300, 360
    forecast = data.garch(returns, start, asymmetric=asymmetric, refit_every=end - start)
    for begin, stop in ((start, end), (end, 420)):
        unit = returns[:begin].std()
        model = arch_model(returns / unit, o=int(asymmetric), dist="t", rescale=False)
        with warnings.catch_warnings():
            result = model.fit(last_obs=begin, disp="off")
        theirs = result.forecast(horizon=1, start=begin - 1).variance.to_numpy()[: stop - begin, 0]
        np.testing.assert_allclose(forecast[begin - start : stop - start], unit**2 * theirs, rtol=1e-6)


def test_garch_finds_what_was_planted():
    symmetric = data.fit_garch(simulate(6000, 4))
    assert symmetric.alpha == pytest.approx(0.08, abs=0.03)
    assert symmetric.beta == pytest.approx(0.88, abs=0.06)
    assert symmetric.nu == pytest.approx(8, abs=2)
    assert symmetric.gamma == 0
    gjr = data.fit_garch(simulate(6000, 4, alpha=0.02, gamma=0.12), asymmetric=True)
    assert gjr.gamma == pytest.approx(0.12, abs=0.04)
    assert gjr.alpha == pytest.approx(0.02, abs=0.02)


def test_only_the_asymmetric_model_hears_the_sign():
    returns = simulate(300, 5, alpha=0.02, gamma=0.15)
    plain, gjr = data.fit_garch(returns), data.fit_garch(returns, asymmetric=True)
    fall, rise = (np.append(returns, change) for change in (-0.03, 0.03))
    assert data.garch_filter(fall, gjr)[-1] > 1.2 * data.garch_filter(rise, gjr)[-1]
    centred_fall, centred_rise = (np.append(returns, plain.mu + x) for x in (-0.03, 0.03))
    np.testing.assert_allclose(
        data.garch_filter(centred_fall, plain)[-1], data.garch_filter(centred_rise, plain)[-1], rtol=1e-12
    )


def test_a_fit_leaves_the_warning_filters_as_they_were():
    before = list(warnings.filters)
    data.fit_garch(simulate(150, 0))
    assert warnings.filters == before


def test_a_fit_that_does_not_converge_is_reported(monkeypatch):
    def one_step(*args, options, **kwargs):
        return scipy.optimize.minimize(*args, options=options | {"maxiter": 1}, **kwargs)

    monkeypatch.setattr("arch.univariate.base.minimize", one_step)
    with pytest.raises(
        ValueError, match=r"fit to 150 returns did not converge: Iteration limit.* Give it more"
    ):
        data.fit_garch(simulate(150, 0))


@pytest.mark.parametrize("call", [data.fit_garch, partial(data.garch, start=100)])
def test_a_missing_arch_is_named_with_its_extra(monkeypatch, call):
    monkeypatch.setitem(sys.modules, "arch", None)
    with pytest.raises(ImportError, match=r'`arch` is not installed. .* pip install "lstm_edu\[data\]"'):
        call(simulate(150, 0))


# All of them


@pytest.mark.parametrize("name", FORECASTERS)
def test_the_unit_of_the_series_is_the_unit_of_the_forecast(name):
    make, forecaster, _ = FORECASTERS[name]
    series = make(N, 6)
    power = 1 if name.startswith("har") else 2
    unit = 128  # exact in binary: a fit to few rows moves with the last bit of its data
    np.testing.assert_allclose(forecaster(unit * series), unit**power * forecaster(series), rtol=1e-9)


@pytest.mark.parametrize("name", FORECASTERS)
def test_forecasts_keep_the_dtype_and_are_positive(name):
    make, forecaster, _ = FORECASTERS[name]
    forecast = forecaster(make(N, 7).astype(np.float32))
    assert forecast.dtype == np.float32
    assert (forecast > 0).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda r: data.ewma(r, 0), ValueError, "`start` should be at least 1 but is 0"),
        (lambda r: data.ewma(r, 150), ValueError, "`start` is row 150, but `returns` ends with row 149"),
        (lambda r: data.ewma(r, decay=1.0), ValueError, "`decay` should lie between 0 and 1 but is 1.0"),
        (lambda r: data.ewma(r, decay=0), ValueError, "`decay` should lie between 0 and 1 but is 0"),
        (
            lambda r: data.ewma(r[:, None]),
            ValueError,
            r"`returns` should have shape \(N,\) but has .*\(150, 1\)",
        ),
        (lambda r: data.ewma(r.tolist()), TypeError, "`returns` should be a NumPy array"),
        (lambda r: data.ewma(np.append(r, np.nan)), ValueError, "`returns` has nan at row 150"),
        (lambda r: data.har(r**2, 29), ValueError, "`start` should be at least 30 but is 29"),
        (lambda r: data.har(r**2, 35, returns=r), ValueError, "`start` should be at least 36 but is 35"),
        (
            lambda r: data.har(r**2, 40, returns=r[1:]),
            ValueError,
            r"`returns` should have shape \(150,\), as `realised`, but has shape \(149,\)",
        ),
        (lambda r: data.har(r**2, 40, returns=r.tolist()), TypeError, "`returns` should be a NumPy array"),
        (lambda r: data.har(r, 40), ValueError, "`realised` should be positive for its logarithm but is -"),
        (lambda r: data.har(r**2, 150), ValueError, "`start` is row 150, but `realised` ends with row 149"),
        (lambda r: data.har(r**2, 40, refit_every=0), ValueError, "`refit_every` should be at least 1"),
        (lambda r: data.garch(r, 99), ValueError, "`start` should be at least 100 but is 99"),
        (lambda r: data.garch(r, 120, refit_every=2.0), TypeError, "`refit_every` should be an integer"),
        (
            lambda r: data.fit_garch(r[:99]),
            ValueError,
            "`returns` should be 100 or more .* are 99 of deviation",
        ),
        (
            lambda r: data.garch(r, 120, dist="cauchy"),
            ValueError,
            "`dist` should be 't' or 'normal' but is 'cauchy'",
        ),
        (lambda r: data.fit_garch(0 * r), ValueError, "100 or more that vary but are 150 of deviation 0"),
        (lambda r: data.fit_garch(np.append(r, np.inf)), ValueError, "`returns` has inf at row 150"),
        (lambda r: data.garch_filter(r[:, None], None), ValueError, r"`returns` should have shape \(N,\)"),
    ],
)
def test_forecasts_that_cannot_be_are_explained(call, error, message):
    with pytest.raises(error, match=message):
        call(simulate(150, 0))


# What they score on the S&P 500 of 2015 to 2018, against Garman–Klass


@pytest.fixture(scope="module")
def sp500():
    s = data.load_stocks("sp500")
    realised = data.garman_klass(s.open, s.high, s.low, s.close)[1:]
    start = int(np.searchsorted(s.date[1:], np.datetime64("2015-01-01")))
    return np.diff(np.log(s.close)), realised, start


@pytest.mark.data
def test_scores_of_simple_forecasts(sp500):
    """Percent, and the logarithmic form of QLIKE: the numbers of the reference page."""
    returns, realised, start = sp500
    returns, realised = 100 * returns, 1e4 * realised
    forecasts = {
        "constant": np.full(realised[start:].shape, (returns[:start] ** 2).mean()),
        "ewma": data.ewma(returns, start),
        "gjr": data.garch(returns, start, asymmetric=True, refit_every=2000),
    }
    scores = {name: np.mean(np.log(f) + realised[start:] / f) for name, f in forecasts.items()}
    assert realised[start:].size == 1006
    assert round(scores["constant"], 4) == 0.7639
    assert round(scores["ewma"], 4) == -0.0559
    assert scores["gjr"] == pytest.approx(-0.0168, abs=0.003)


@pytest.mark.data
def test_the_level_of_the_hours_of_trading_and_what_is_learnt_beyond_it(sp500):
    returns, realised, start = sp500
    level = realised[:start].mean() / (returns[:start] ** 2).mean()
    assert level == pytest.approx(0.602, abs=0.001)
    judged = realised[start:]
    har = data.har(realised, start)
    ewma = level * data.ewma(returns, start)
    gjr = level * data.garch(returns, start, asymmetric=True, refit_every=250)
    assert data.qlike(har, judged) == pytest.approx(0.401, abs=0.002)
    assert data.qlike(gjr, judged) == pytest.approx(0.404, abs=0.004)
    assert data.qlike(ewma, judged) == pytest.approx(0.461, abs=0.001)
    yesterday = realised[start - 1 : -1]
    assert data.qlike(yesterday, judged) > data.qlike(ewma, judged)
