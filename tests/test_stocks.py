"""Two stock indices load without a network, can be true, and score what the reference page says."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from lstm_edu import data


@pytest.fixture(scope="module")
def sp500():
    return data.load_stocks("sp500")


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_twenty_years_of_trading_days(name):
    stocks = data.load_stocks(name)
    assert stocks.name == name
    assert stocks.date.dtype == "datetime64[D]"
    assert (str(stocks.date[0]), str(stocks.date[-1]), len(stocks.date)) == ("1999-01-04", "2018-12-31", 5031)
    assert f"arch.data.{name}" in stocks.source
    assert "NCSA" in stocks.terms
    matrix = stocks.ohlcv()
    assert matrix.shape == (5031, 5)
    assert matrix.dtype == float
    for column, field in enumerate(["open", "high", "low", "close", "volume"]):
        np.testing.assert_array_equal(matrix[:, column], getattr(stocks, field))


def test_the_first_day_is_the_first_day(sp500):
    np.testing.assert_array_equal(
        sp500.ohlcv()[0], [1229.22998, 1248.810059, 1219.099976, 1228.099976, 877000000]
    )


def test_an_unknown_index_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="`name` should be one of 'sp500', 'nasdaq' but is 'dax'"):
        data.load_stocks("dax")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("close", np.nan, "`sp500.close` has nan at row 3 "),
        ("low", 0.0, r"sp500: 1999-01-07 has a price that is not positive .such days in all: 1"),
        ("volume", -1.0, "sp500: 1999-01-07 has a negative volume"),
        ("open", 1e6, "sp500: 1999-01-07 has an open outside low to high"),
        ("close", 1.0, "sp500: 1999-01-07 has a close outside low to high"),
        ("date", np.datetime64("1999-01-06"), "sp500: 1999-01-06 is not later than the day before"),
        ("date", np.datetime64("1998-01-01"), "sp500: 1998-01-01 is not later than the day before"),
    ],
)
def test_a_series_that_cannot_be_true_is_refused(sp500, field, value, message):
    broken = getattr(sp500, field).copy()
    broken[3] = value
    with pytest.raises(ValueError, match=message):
        data.check_stocks(sp500._replace(**{field: broken}))


# What simple forecasts of the close score on 2015 to 2018


@pytest.fixture(scope="module")
def start(sp500):
    return int(np.searchsorted(sp500.date, np.datetime64("2015-01-01")))


def test_persistence(sp500, start):
    actual, naive = sp500.close[start:], data.persistence(sp500.close, start)
    assert len(actual) == 1006
    assert round(data.mae(actual, naive), 2) == 13.49
    assert round(data.rmse(actual, naive), 2) == 19.97
    assert round(100 * np.mean(np.abs(actual - naive) / actual), 3) == 0.586
    assert data.mase(actual, naive, naive) == 1
    train_scale = data.mae(sp500.close[1:start], data.persistence(sp500.close[:start], 1))
    assert round(data.mae(actual, naive) / train_scale, 3) == 1.288
    r2 = 1 - data.rmse(actual, naive) ** 2 / actual.var()
    assert round(r2, 4) == 0.9954  # the R² of a price proves nothing


def test_forecasting_no_return(sp500, start):
    returns = 100 * np.diff(np.log(sp500.close))[start - 1 :]
    assert round(data.mae(returns, np.zeros_like(returns)), 4) == 0.5852
    assert round(data.rmse(returns, np.zeros_like(returns)), 4) == 0.8617


def test_directions(sp500, start):
    change = np.diff(sp500.close)
    actual, before = change[start - 1 :], change[start - 2 : -1]
    assert round(data.direction_accuracy(actual, np.ones_like(actual)).accuracy, 4) == 0.5219
    assert round(data.direction_accuracy(actual, before).accuracy, 4) == 0.4652


def test_ten_lagged_returns_do_not_beat_always_up(sp500, start):
    returns = 100 * np.diff(np.log(sp500.close))
    cut = start - 1  # the return of the first test day
    x, y, _ = data.sliding_windows(returns[:cut], 10)
    direction = LogisticRegression().fit(x[:, :, 0], y[:, 0] > 0)
    size = Ridge().fit(x[:, :, 0], y[:, 0])
    x, y, _ = data.sliding_windows(returns[cut - 10 :], 10)
    assert len(y) == 1006
    assert round(direction.score(x[:, :, 0], y[:, 0] > 0), 4) == 0.5209
    assert -0.01 < size.score(x[:, :, 0], y[:, 0]) < 0  # worse than the mean return


def test_no_baseline_is_significantly_better_than_persistence(sp500, start):
    actual, naive = sp500.close[start:], data.persistence(sp500.close, start)
    for forecast in (data.drift(sp500.close, start), data.autoregression(sp500.close, start, 5)):
        assert data.mase(actual, forecast, naive) == pytest.approx(1, abs=0.02)
        test = data.diebold_mariano(actual - forecast, actual - naive)
        assert test.p_value > 0.05 or test.statistic > 0
