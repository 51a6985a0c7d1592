"""The run on stock indices, made short: who sees what, what is kept, and that a planted leak is found."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import data
from lstm_edu.runs import forecasters, stock, walking
from lstm_edu.runs.forecasters import Table, network, table
from lstm_edu.runs.record import read_record
from lstm_edu.runs.walking import by_network, by_trees, join, walk

YEARS = 2017, 2018


@pytest.fixture(scope="module")
def sp500():
    return data.load_stocks("sp500")


def last(stocks, days):
    return stocks._replace(
        **{name: part[-days:] for name, part in stocks._asdict().items() if isinstance(part, np.ndarray)}
    )


@pytest.fixture
def short(monkeypatch, sp500):
    """Two years to forecast, one to choose by, small networks, one epoch."""
    stocks = last(sp500, 900)
    monkeypatch.setattr(stock.data, "load_stocks", lambda name: stocks)
    monkeypatch.setattr(stock, "TEST", YEARS)
    monkeypatch.setattr(stock, "VALIDATION", (2016,))
    small = {"hidden": 2, "budget": ((0.01, 1),)}
    for table_of in (stock.VARIANTS, stock.CHOICES):
        for name, variant in table_of.items():
            window = min(variant.window, 6 if variant.every_step else 4)
            monkeypatch.setitem(
                table_of, name, variant._replace(window=window, trees=min(variant.trees, 3), **small)
            )


# What is read


def test_a_table_holds_what_it_says(sp500):
    levels, returns, more, ahead = (
        table(sp500, inputs) for inputs in ("levels", "returns", "indicators", "centred")
    )
    np.testing.assert_array_equal(levels.rows, sp500.ohlcv())
    np.testing.assert_allclose(returns.rows[:, 3], np.diff(np.log(sp500.close)))
    np.testing.assert_array_equal(more.rows[:, :5], returns.rows[32:])
    np.testing.assert_array_equal(more.rows[:, 5:], data.indicators(sp500).values)
    np.testing.assert_allclose(ahead.rows[2:-2, 5], [returns.rows[k : k + 5, 3].mean() for k in range(5026)])
    for days in (levels, returns, more, ahead):
        assert len(days.rows) == len(days.date) == len(days.close)
        np.testing.assert_array_equal(days.close, sp500.close[-len(days.close) :])
        assert days.date[-1] == sp500.date[-1]
        assert (days.column, days.returns) == (3, days is not levels)


def test_a_volume_that_was_not_recorded_is_left_out(sp500):
    volume = sp500.volume.copy()
    volume[7] = 0
    assert table(sp500._replace(volume=volume)).rows.shape == (5030, 4)
    with pytest.raises(ValueError, match=r"`inputs` should be one of 'returns', .* but is 'tea leaves'"):
        table(sp500, "tea leaves")


# Who reads it


@pytest.mark.parametrize("both", [False, True])
def test_only_both_directions_have_read_what_follows(both):
    reader = network(2, 3, 0, both=both, every_step=True)
    x = torch.randn(4, 7, 2, generator=torch.Generator().manual_seed(0))
    changed = x.clone()
    changed[:, 5:] += 1
    before, after = reader(x), reader(changed)
    assert before.shape == (4, 7)
    assert torch.equal(before[:, :5], after[:, :5]) is not both
    assert not torch.equal(before[:, 5:], after[:, 5:])


def test_a_reader_at_the_end_hears_the_first_step_and_the_last():
    reader = network(2, 3, 0, both=True)
    x = torch.randn(4, 7, 2, generator=torch.Generator().manual_seed(0))
    h, _, _ = reader.layer(x)
    expected = reader.head(torch.cat([h[:, -1, :3], h[:, 0, 3:]], dim=1))
    torch.testing.assert_close(reader(x), expected)
    assert reader(x).shape == (4, 1)


def test_the_seed_alone_decides_on_a_network():
    for shape in ({}, {"layers": 2}, {"both": True}, {"every_step": True}):
        first, again, other = (network(3, 2, seed, **shape).state_dict() for seed in (1, 1, 2))
        assert all(torch.equal(first[name], again[name]) for name in first)
        assert any(not torch.equal(first[name], other[name]) for name in first)


# Walking forward


def spy(seen):
    """A ``learn`` that keeps what it was given and forecasts the mean of the last rows."""

    def learn(rows, column):
        seen.append(rows.copy())

        def forecast(later):
            x, _, _ = data.sliding_windows(later, 3, target=column)
            return x[:, :, column].mean(axis=1)[:, None]

        return forecast

    return learn


def random_days(seed, N=60):
    rng = np.random.default_rng(seed)
    date = np.datetime64("2016-06-01") + np.cumsum(rng.integers(5, 20, N))
    rows = rng.normal(size=(N, 2))
    return Table(rows, date, 100 * np.exp(np.cumsum(rows[:, 0] / 100)), 0, True)


def years_of(days):
    return [int(y) for y in np.unique(days.date.astype("datetime64[Y]").astype(int) + 1970)[1:]]


def prove_no_leak(seed, everything):
    """Change every day from a year's first on: nothing that was learned before it may change."""
    days = random_days(seed)
    for k, fold in enumerate(data.yearly_folds(days.date, years_of(days), window=3)):
        rows = days.rows.copy()
        rows[fold.targets.start :] += 3
        seen, seen_changed = [], []
        walk(days, years_of(days), 3, spy(seen), everything=everything)
        walk(days._replace(rows=rows), years_of(days), 3, spy(seen_changed), everything=everything)
        assert len(seen[k]) == fold.targets.start  # all that is before the year, and nothing of it
        np.testing.assert_array_equal(seen[k], seen_changed[k])


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.integers(0, 1000))
def test_what_is_learned_before_a_year_has_seen_nothing_of_it(seed):
    prove_no_leak(seed, everything=False)


@settings(deadline=None, derandomize=True, max_examples=5)
@given(st.integers(0, 1000))
def test_the_proof_finds_a_scaler_fitted_on_everything(seed):
    with pytest.raises(AssertionError):
        prove_no_leak(seed, everything=True)


def test_a_forecast_depends_on_the_days_before_it_alone():
    days = random_days(5)
    (first, *_) = data.yearly_folds(days.date, years_of(days), window=3)
    day = first.targets.start + 4
    rows = days.rows.copy()
    rows[day:] += 3
    before = walk(days, years_of(days), 3, spy([]))[0]
    after = walk(days._replace(rows=rows), years_of(days), 3, spy([]))[0]
    np.testing.assert_array_equal(before[:5], after[:5])  # the fifth is that of the day itself
    assert (before[5:] != after[5:]).any()


def test_forecasts_are_relative_to_the_close_of_the_day_before():
    days = random_days(6)
    (fold, *_) = data.yearly_folds(days.date, years_of(days), window=3)
    said = walk(days, years_of(days), 3, spy([]))[0][0, 0]
    expected = np.expm1(days.rows[fold.targets.start - 3 : fold.targets.start, 0].mean())
    assert said == pytest.approx(expected)
    levels = days._replace(rows=days.close[:, None], returns=False)
    said = walk(levels, years_of(days), 3, spy([]))[0][0, 0]
    known = days.close[fold.targets.start - 3 : fold.targets.start]
    assert said == pytest.approx(known.mean() / known[-1] - 1)


def test_each_year_is_answered_by_what_was_learned_before_it():
    days = random_days(7)
    folds = data.yearly_folds(days.date, years_of(days), window=1)
    said = [np.full((len(days.date) - fold.targets.start, 2), k) for k, fold in enumerate(folds)]
    joined = join(days.date, said, years_of(days))
    assert len(joined) == len(days.date) - folds[0].targets.start
    expected = np.concatenate([np.full(f.targets.stop - f.targets.start, k) for k, f in enumerate(folds)])
    np.testing.assert_array_equal(joined, expected)


# Learning


def test_half_way_through_a_window_the_same_day_is_answered(monkeypatch):
    """Let the network say, after every step, the number of the row that follows."""
    monkeypatch.setattr(walking, "train", lambda *args: None)
    monkeypatch.setattr(walking, "network", lambda *args, **kwargs: None)
    monkeypatch.setattr(walking, "predict", lambda _, windows: windows.x[:, :, 0] + 1)
    rows = np.arange(20.0)[:, None]
    said = by_network(0, window=6, hidden=1, every_step=True)(rows, 0)(rows)
    np.testing.assert_array_equal(said[:, 0], np.arange(6, 20))
    np.testing.assert_array_equal(said[:, 1], np.arange(6, 20))


def test_what_trains_at_every_step_is_told_what_follows_every_step(monkeypatch):
    given_to = []
    monkeypatch.setattr(walking, "train", lambda _, windows, *rest: given_to.append(windows))
    by_network(0, window=3, hidden=1, every_step=True)(np.arange(8.0)[:, None], 0)
    np.testing.assert_array_equal(given_to[0].y, given_to[0].x[:, :, 0] + 1)


def test_the_control_gets_the_same_targets_in_another_order(monkeypatch):
    given_to = []
    monkeypatch.setattr(walking, "train", lambda _, windows, *rest: given_to.append(windows))
    rows = np.random.default_rng(0).normal(size=(40, 2))
    for shuffled in (False, True):
        by_network(0, window=3, hidden=1, shuffled=shuffled)(rows, 1)
    honest, control = given_to
    np.testing.assert_array_equal(honest.x, control.x)
    assert (honest.y != control.y).mean() > 0.8
    np.testing.assert_array_equal(np.sort(honest.y, axis=0), np.sort(control.y, axis=0))


@pytest.mark.parametrize("learn", [by_network(0, window=3, hidden=8, budget=((0.03, 12),)), by_trees(3, 50)])
def test_what_can_be_learned_is_learned(learn):
    rng = np.random.default_rng(0)
    rows = np.column_stack([rng.normal(size=600), np.zeros(600)])
    rows[1:, 1] = np.tanh(rows[:-1, 0])  # tomorrow's second column is today's first, squashed
    said = learn(rows[:500], 1)(rows[497:])
    assert said.shape == (100, 1)
    assert np.corrcoef(said[:, 0], rows[500:, 1])[0, 1] > 0.95


# The record


@pytest.mark.parametrize("name", stock.VARIANTS)
def test_a_run_holds_a_forecast_of_every_day(short, name):
    found = stock.forecast("test", "sp500", name, 0)
    assert (found["part"], found["index"], found["variant"], found["seed"]) == ("test", "sp500", name, 0)
    assert len(found["said"]) == 502
    assert all(abs(value) < 1e4 for value in found["said"])
    variant = stock.VARIANTS[name]
    assert ("once" in found) is (variant.inputs == "levels")
    assert ("inside" in found) is variant.every_step
    if variant.inputs == "levels":
        assert found["once"][:251] == found["said"][:251]
        assert found["once"][251:] != found["said"][251:]
    if variant.every_step:
        assert found["inside"][-3:] == [None] * 3
        assert None not in found["inside"][:-3]


def test_a_run_repeats_but_for_its_time_and_another_seed_does_not(short):
    one, again, other = (stock.forecast("test", "sp500", "plain", seed) for seed in (1, 1, 2))
    assert one | {"seconds": 0} == again | {"seconds": 0}
    assert one["said"] != other["said"]


def test_a_choice_keeps_its_errors_on_the_years_before_the_test(short, monkeypatch):
    asked = []
    monkeypatch.setattr(
        stock, "walk", lambda days, years, *rest, **options: asked.append(years) or nothing(days, years)
    )
    found = stock.forecast("choice", "sp500", next(iter(stock.CHOICES)), 0)
    assert asked == [(2016,)]
    assert (found["mase"], found["rmse"]) == (1, 1)  # no change, which is persistence
    assert "said" not in found


def nothing(days, years):
    folds = data.yearly_folds(days.date, years, window=1)
    return [np.zeros((len(days.date) - fold.targets.start, 1)) for fold in folds]


def test_every_key_is_wanted_once_and_what_is_dear_less_often():
    keys = stock.wanted(5)
    assert len(keys) == len(set(keys))
    count = {name: sum(key[1:3] == ("sp500", name) for key in keys) for name in stock.VARIANTS}
    assert (count["plain"], count["indicators"], count["levels, min-max"], count["boosting"]) == (10, 5, 3, 1)
    assert {key[2] for key in keys if key[0] == "choice"} == set(stock.CHOICES)
    assert {key[2] for key in keys if key[1] == "nasdaq"} == set(stock.ON_NASDAQ)
    assert [key[3] for key in keys] == sorted(key[3] for key in keys)
    assert min(sum(key[2] == name for key in stock.wanted(1)) for name in stock.VARIANTS) == 1


def test_what_was_chosen_was_among_the_choices():
    chosen = {(v.hidden, v.budget) for v in stock.CHOICES.values() if v.inputs == "returns" and not v.trees}
    assert (stock.VARIANTS["plain"].hidden, stock.VARIANTS["plain"].budget) in chosen
    assert stock.LEVELS in stock.CHOICES.values()
    assert stock.GROWN in stock.CHOICES.values()


def test_epochs_are_spent_and_the_last_fifth_slowly():
    assert stock.epochs(10) == ((0.01, 8), (0.001, 2))
    assert stock.epochs(2) == ((0.01, 1), (0.001, 1)) == forecasters.BUDGET


def test_the_record_holds_every_run(short, monkeypatch, tmp_path):
    names = {"plain", "levels, min-max", "boosting"}
    for name in set(stock.VARIANTS) - names:
        monkeypatch.delitem(stock.VARIANTS, name)
    monkeypatch.setattr(stock, "ON_NASDAQ", ("plain",))
    monkeypatch.setattr(stock, "CHOICES", {"levels, 10 epochs": stock.CHOICES["levels, 10 epochs"]})
    path = tmp_path / "stock.json"
    stock.run(path, seeds=1, progress=False)
    record = read_record(path)
    assert record["command"] == "lstm-edu run stock"
    assert len(record["runs"]) == 1 + 4 + 1
    assert record["settings"]["variants"]["plain"]["window"] == 4
    threads = torch.get_num_threads()
    stock.run(path, seeds=1, progress=False)  # nothing is left to do
    assert read_record(path)["runs"] == record["runs"]
    assert torch.get_num_threads() == threads
