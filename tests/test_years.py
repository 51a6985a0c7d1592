"""Folds by the calendar: no training window sees a day to forecast, and every day is forecast once."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lstm_edu.data import load_stocks, sliding_windows, yearly_folds

PROPERTY = settings(deadline=None, derandomize=True, max_examples=200)
MONDAY = np.datetime64("2001-01-01")


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


@st.composite
def calendars(draw):
    """Dates with holes, some of their years, and a window that just fits or has room."""
    steps = draw(st.lists(st.integers(1, 90), min_size=30, max_size=120))
    date = MONDAY + np.cumsum(steps)
    year_of = date.astype("datetime64[Y]").astype(int) + 1970
    window, horizon = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    possible = [int(y) for y in np.unique(year_of) if np.searchsorted(year_of, y) >= window + horizon]
    assume(possible)
    years = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=4, unique=True))
    return date, sorted(years), window, horizon


def honest(date, years, window, horizon):
    return [(f.train, f.test, f.targets) for f in yearly_folds(date, years, window=window, horizon=horizon)]


def runs_on(date, years, window, horizon):
    """Training ends one day late: on the first day to forecast."""
    return [(slice(0, train.stop + 1), test, y) for train, test, y in honest(date, years, window, horizon)]


def whole_past_and_future(date, years, window, horizon):
    """All rows are trained on, as when windows are cut and shuffled before the split."""
    return [(slice(0, len(date)), test, y) for _, test, y in honest(date, years, window, horizon)]


def ends_short(date, years, window, horizon):
    """The last day of each year is never forecast."""
    folds = honest(date, years, window, horizon)
    return [(train, slice(test.start, test.stop - 1), y) for train, test, y in folds]


def prove_no_leak(folds_of, date, years, window, horizon):
    """Cut windows from a series whose values are its row numbers, and see who touches which row."""
    series = np.arange(float(len(date)))
    year_of = date.astype("datetime64[Y]").astype(int) + 1970
    folds = folds_of(date, years, window, horizon)
    assert len(folds) == len(years)
    for year, (train, test, targets) in zip(years, folds, strict=True):
        x, y, _ = sliding_windows(series[train], window, horizon=horizon)
        assert len(x) > 0
        to_forecast = np.flatnonzero(year_of == year)
        assert max(x.max(), y.max()) == to_forecast[0] - 1  # nothing of the year, and all that is before it
        np.testing.assert_array_equal(np.arange(len(date))[targets], to_forecast)
        seen, asked, _ = sliding_windows(series[test], window, horizon=horizon)
        np.testing.assert_array_equal(asked[:, 0], to_forecast)  # each once, in order
        assert (seen.max(axis=(1, 2)) == asked[:, 0] - horizon).all()


@PROPERTY
@given(calendars())
def test_no_training_window_sees_a_day_to_forecast(calendar):
    prove_no_leak(honest, *calendar)


@pytest.mark.parametrize("leaky", [runs_on, whole_past_and_future, ends_short])
@settings(deadline=None, derandomize=True, max_examples=50)
@given(calendar=calendars())
def test_the_proof_finds_a_planted_leak(leaky, calendar):
    with pytest.raises((AssertionError, ValueError)):
        prove_no_leak(leaky, *calendar)


def test_the_years_of_the_page():
    date = load_stocks("sp500").date
    folds = yearly_folds(date, range(2015, 2019), window=60)
    assert [fold.targets for fold in folds] == [
        slice(4025, 4277),
        slice(4277, 4529),
        slice(4529, 4780),
        slice(4780, 5031),
    ]
    assert folds[0].train == slice(0, 4025)
    assert folds[0].test == slice(3965, 4277)


def test_a_year_may_be_left_out():
    date = days("2001-06-01", "2001-06-02", "2002-01-01", "2003-01-01")
    (fold,) = yearly_folds(date, [2003], window=2)
    assert fold == (slice(0, 3), slice(1, 4), slice(3, 4))


FOUR = days("2001-06-01", "2001-06-02", "2002-01-01", "2003-01-01")


@pytest.mark.parametrize(
    ("date", "years", "options", "error", "message"),
    [
        (FOUR, [2004], {"window": 1}, ValueError, "`date` has no day in 2004: it goes from 2001-06-01 to"),
        (FOUR, [2002], {"window": 2}, ValueError, "2 rows lie before 2002, .* window of 2 .* needs 3. Begin"),
        (FOUR, [2002], {"window": 1, "horizon": 2}, ValueError, "with its target 2 further on needs 3"),
        (FOUR, [2001], {"window": 1}, ValueError, "0 rows lie before 2001"),
        (FOUR, [2003, 2002], {"window": 1}, ValueError, r"the earliest first, but is \[2003, 2002\]"),
        (FOUR, [2002, 2002], {"window": 1}, ValueError, "`years` should name one year or more"),
        (FOUR, [], {"window": 1}, ValueError, "`years` should name one year or more"),
        (FOUR, [2002.0], {"window": 1}, TypeError, "`years` should be an integer but is 2002.0"),
        (FOUR, [2002], {"window": 0}, ValueError, "`window` should be at least 1"),
        (FOUR, [2002], {"window": 1, "horizon": 0}, ValueError, "`horizon` should be at least 1"),
        (FOUR[::-1], [2002], {"window": 1}, ValueError, "`date` has 2002-01-01 on or after a later row."),
        (FOUR[[0, 0, 1]], [2001], {"window": 1}, ValueError, "`date` has 2001-06-01 on or after a later row"),
        (np.arange(4), [2002], {"window": 1}, TypeError, "`date` should hold dates but has dtype int64"),
    ],
)
def test_what_cannot_be_split_is_explained(date, years, options, error, message):
    with pytest.raises(error, match=message):
        yearly_folds(date, years, **options)
