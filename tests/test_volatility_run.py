"""The long run on volatility, made short: it repeats, and nothing in it knows a day before it has come."""

import json

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lstm_edu import data
from lstm_edu.data import Moves
from lstm_edu.runs import volatility as run
from lstm_edu.runs.record import read_record
from lstm_edu.runs.volatility import Model

YEARS, DAYS = (2001, 2002, 2003, 2004), 40  # a small calendar
MODELS = {
    "log": Model("log", 5),
    "QLIKE over HAR": Model("QLIKE", 7, "HAR"),
    "quantiles": Model("pinball", 4),
}
every_model = pytest.mark.parametrize("name", MODELS)


def moves_of(seed):
    rng = np.random.default_rng(seed)
    n = DAYS * len(YEARS)
    date = np.concatenate(
        [np.datetime64(f"{y}-03-01") + np.arange(DAYS).astype("timedelta64[D]") for y in YEARS]
    )
    variance = 1e-4 * np.exp(np.convolve(rng.normal(size=n + 9), np.ones(10) / 3, "valid"))
    overnight, hours = np.sqrt(variance) * rng.normal(size=(2, n)) * [[0.5], [1.0]]
    return Moves(date, overnight + hours, overnight, variance)


def changed_from(moves, row, other):
    parts = (np.append(mine[:row], theirs[row:]) for mine, theirs in zip(moves[1:], other[1:], strict=True))
    return Moves(moves.date, *parts)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(run, "FIRST", 40)
    monkeypatch.setattr(run, "H", 3)
    monkeypatch.setattr(run, "SCHEDULE", ((0.02, 1),))


# Time


def prove_causal(model, examples=6):
    """Whatever happens from a row on, forecasts up to that row and all that was learnt stay the same."""

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=examples,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(st.integers(0, 99), st.integers(80, 159))
    def check(seed, row):
        moves = moves_of(seed)
        changed = changed_from(moves, row, moves_of(seed + 1000))
        for year, begin in ((2003, 80), (2004, 120)):
            known = max(min(row + 1 - begin, DAYS), 0)
            before, after = (run.forecast(m, model, year, seed) for m in (moves, changed))
            assert before.shape[0] == DAYS
            np.testing.assert_array_equal(after[:known], before[:known])
            if row >= begin:
                for mine, theirs in zip(
                    run.cut(moves, model, year)[:2], run.cut(changed, model, year)[:2], strict=True
                ):
                    np.testing.assert_array_equal(mine, theirs)

    check()


@every_model
def test_no_forecast_and_no_training_row_knows_the_future(small, name):
    prove_causal(MODELS[name])


def tomorrow_among_the_inputs(moves):
    return np.roll(honest_inputs(moves), -1, axis=0)


def scaled_on_all_days(moves):
    rows = honest_inputs(moves)
    return rows / rows.std(axis=0) * np.abs(rows).max()


def in_units_of_all_days(moves, model, begin):
    return np.full(moves.date.size, moves.variance.mean())


def smoothed(moves):
    rows = honest_inputs(moves)
    rows[:, 0] = np.convolve(rows[:, 0], np.ones(5) / 5, "same")
    return rows


honest_inputs = run.inputs


@pytest.mark.parametrize(
    ("part", "leak"),
    [
        ("inputs", tomorrow_among_the_inputs),
        ("inputs", scaled_on_all_days),
        ("inputs", smoothed),
        ("unit_of", in_units_of_all_days),
    ],
)
def test_the_proof_finds_a_planted_leak(small, monkeypatch, part, leak):
    monkeypatch.setattr(run, part, leak)
    with pytest.raises(AssertionError):
        prove_causal(MODELS["log"], examples=3)


def test_a_training_window_that_ends_in_the_year_is_found(small, monkeypatch):
    def late(date, years, window):
        return [
            fold._replace(train=slice(0, fold.train.stop + 1))
            for fold in honest_folds(date, years, window=window)
        ]

    honest_folds = data.yearly_folds
    monkeypatch.setattr(run, "yearly_folds", late)
    with pytest.raises(AssertionError):
        prove_causal(MODELS["log"], examples=3)


@every_model
def test_windows_are_of_the_days_before(small, name):
    model, moves = MODELS[name], moves_of(0)
    x, y, shown, unit = run.cut(moves, model, 2004)
    rows = run.inputs(moves)
    rows = (rows - rows[40:120].mean(axis=0)) / rows[40:120].std(axis=0)
    T = model.window
    assert x.shape == (120 - 40 - T, T, 4)
    assert shown.shape == (DAYS, T, 4)
    np.testing.assert_allclose(x[0], rows[40 : 40 + T])
    np.testing.assert_allclose(shown[0], rows[120 - T : 120])
    np.testing.assert_allclose(shown[-1], rows[159 - T : 159])
    target = {"log": np.exp(y), "QLIKE over HAR": y, "quantiles": y}[name][:, 0]
    whole = run.unit_of(moves, model, 120)
    truth = moves.returns if name == "quantiles" else moves.variance
    np.testing.assert_allclose(target * whole[40 + T : 120], truth[40 + T : 120])
    np.testing.assert_array_equal(unit, whole[120:])


def test_units_are_what_they_are_called(small):
    moves = moves_of(1)
    mean, over, spread = (run.unit_of(moves, MODELS[name], 120) for name in MODELS)
    assert (mean == moves.variance[:120].mean()).all()
    np.testing.assert_array_equal(over[40:], data.har(moves.variance, 40))
    assert (spread == moves.returns[:120].std()).all()


# Runs


@every_model
def test_a_forecast_repeats_and_the_seed_alone_decides(small, name):
    first, again, other = (run.forecast(moves_of(0), MODELS[name], 2004, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert first.shape == ((DAYS, 5) if name == "quantiles" else (DAYS,))


def test_a_forecast_from_logarithms_is_of_the_mean(small, monkeypatch):
    """Half the residual variance lifts the median to the mean, and without noise it lifts nothing."""
    monkeypatch.setattr(run, "SCHEDULE", ((0.02, 60),))
    ratios = []
    for seed in range(4):
        moves = moves_of(seed)
        noise = np.exp(np.random.default_rng(seed + 50).normal(size=moves.variance.size))
        noisy = moves._replace(variance=1e-4 * noise)
        ratios.append(np.mean(noisy.variance[120:]) / run.forecast(noisy, Model("log", 2), 2004, 0).mean())
    assert np.mean(ratios) == pytest.approx(1, abs=0.2)  # exp(-1/2) = 0.61 if it were the median


def test_a_year_that_chooses_keeps_its_score_and_one_that_judges_its_days(monkeypatch):
    monkeypatch.setattr(run, "H", 2)
    monkeypatch.setattr(run, "SCHEDULE", ((0.02, 1),))
    moves = data.daily_moves(data.load_stocks("nasdaq"))
    chosen = run.train("nasdaq", "log, 5 days", 2011, 0)
    said = run.forecast(moves, run.MODELS["log, 5 days"], 2011, 0)
    in_year = moves.date.astype("datetime64[Y]") == np.datetime64("2011")
    assert set(chosen) == {"index", "model", "year", "seed", "qlike"}
    assert chosen["qlike"] == pytest.approx(data.qlike(said, moves.variance[in_year]), rel=1e-3)
    judged = run.train("nasdaq", "log, 5 days", 2015, 1)
    said = run.forecast(moves, run.MODELS["log, 5 days"], 2015, 1)
    np.testing.assert_allclose(judged["log variance"], np.log(said), atol=6e-5)
    quantiles = run.train("nasdaq", run.QUANTILES, 2015, 0)
    assert np.shape(quantiles["returns, %"]) == (252, 5)
    json.dumps([chosen, judged, quantiles], allow_nan=False)


def test_the_record_holds_every_run_once(monkeypatch, tmp_path):
    monkeypatch.setattr(
        run, "train", lambda *key: dict(zip(("index", "model", "year", "seed"), key, strict=True))
    )
    run.run(tmp_path / "v.json", seeds=5, progress=False)
    record = read_record(tmp_path / "v.json")
    keys = {(r["index"], r["model"], r["year"], r["seed"]) for r in record["runs"]}
    assert len(keys) == len(record["runs"]) == 2 * (6 * (4 * 3 + 4 * 5) + 4 * 5)
    assert {year for _, _, year, seed in keys if seed > 2} == set(run.JUDGE)
    assert record["settings"]["models"]["log over HAR, 22 days"] == {
        "loss": "log",
        "window": 22,
        "unit": "HAR",
    }


def test_years_that_choose_lie_before_those_that_judge():
    assert max(run.CHOOSE) < min(run.JUDGE)


def test_daily_moves_by_hand():
    stocks = data.load_stocks("sp500")
    moves = data.daily_moves(stocks)
    assert len({array.shape for array in moves}) == 1
    assert moves.date[0] == stocks.date[1]
    assert moves.returns[0] == pytest.approx(np.log(stocks.close[1] / stocks.close[0]))
    assert moves.overnight[6] == pytest.approx(np.log(stocks.open[7] / stocks.close[6]), abs=1e-12)
    hours = np.log(stocks.close[1:] / stocks.open[1:])
    np.testing.assert_allclose(moves.overnight + hours, moves.returns, atol=1e-12)
    np.testing.assert_array_equal(
        moves.variance, data.garman_klass(stocks.open, stocks.high, stocks.low, stocks.close)[1:]
    )
