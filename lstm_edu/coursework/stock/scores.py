"""What a forecast of prices is worth: its error, its direction, its age."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _forecasts(rng):
    for N in (23, 37):
        prices = 100 + np.cumsum(rng.normal(size=N + 1))
        yield {
            "previous": prices[:-1],
            "actual": prices[1:],
            "predicted": prices[:-1] + rng.normal(size=N),
        }


def _scored_forecasts(rng):
    for case in _forecasts(rng):
        yield {name: case[name] for name in ("actual", "predicted", "previous")}


def _echoes(rng):
    for N, most, lag in [(60, 4, 2), (80, 6, 3)]:
        price = 100 + np.cumsum(rng.normal(size=N + lag))
        yield {
            "forecast": price[:N] + rng.normal(scale=0.2, size=N),
            "price": price[lag:],
            "most": most,
        }


def _mean_size(errors):
    return np.abs(errors).mean()


def _agreement(some, others):
    return (np.sign(some) == np.sign(others)).mean()


def _distances(forecast, price, most):
    """Return the mean distance of each day's forecast from the price 0, 1, ... ``most`` days before it."""
    days = np.arange(most, len(price))
    return np.array([_mean_size(forecast[days] - price[days - lag]) for lag in range(most + 1)])


MASE = Exercise(
    title="error in units of persistence",
    prompt="Write `mase(actual, predicted, previous)`, all of shape (N,): the mean absolute error of "
    "`predicted`, divided by that of the naive forecast, which repeats the `previous` price.",
    reference=lambda actual, predicted, previous: (
        _mean_size(actual - predicted) / _mean_size(actual - previous)
    ),
    returns={"mase": ""},
    cases=_scored_forecasts,
    slips=(
        Slip(
            lambda actual, predicted, previous: np.mean(
                np.abs(actual - predicted) / np.abs(actual - previous)
            ),
            "You took the mean of the ratios: a single quiet day with a tiny change decides it. "
            "Take the two means first, then their ratio.",
        ),
        Slip(
            lambda actual, predicted, previous: (
                np.mean((actual - predicted) ** 2) / np.mean((actual - previous) ** 2)
            ),
            "You squared the errors. The A in the name stands for absolute.",
        ),
        Slip(
            lambda actual, predicted, previous: (
                _mean_size(actual - previous) / _mean_size(actual - predicted)
            ),
            "Upside down: the model's error belongs above the line, so that below 1 is better.",
        ),
        Slip(
            lambda actual, predicted, previous: _mean_size(actual - predicted),
            "That is the mean absolute error, in units of money. Divide it by that of the naive forecast.",
        ),
        Slip(
            lambda actual, predicted, previous: _mean_size((actual - predicted) / actual),
            "That is relative to the price, which even repeating the last price makes look tiny. "
            "Divide by the error of the naive forecast.",
        ),
        Slip(
            lambda actual, predicted, previous: (
                _mean_size(actual - predicted) / _mean_size(predicted - previous)
            ),
            "Below the line stands how far the forecast moves. The naive error is `actual - previous`.",
        ),
        Slip(
            lambda actual, predicted, previous: np.mean(actual - predicted) / np.mean(actual - previous),
            "Errors of opposite sign cancelled. Take absolute values before the mean.",
        ),
    ),
    hints=(
        "Two mean absolute errors, on the same days. What does the naive forecast say for each day?",
        "Persistence itself must score exactly 1.",
    ),
    lesson="At 1 the model is worth as much as yesterday's price.",
)

DIRECTION = Exercise(
    title="direction accuracy",
    prompt="Write `direction_accuracy(previous, actual, predicted)`, all of shape (N,): the share of days on "
    "which the forecast rises or falls from the `previous` price as the `actual` price does. None stays"
    " where it was.",
    reference=lambda previous, actual, predicted: _agreement(actual - previous, predicted - previous),
    returns={"accuracy": ""},
    cases=_forecasts,
    slips=(
        Slip(
            lambda previous, actual, predicted: _agreement(np.diff(actual), np.diff(predicted)),
            "You compared each forecast with the forecast of the day before. Nobody can trade at that one: "
            "start both changes from the `previous` price.",
        ),
        Slip(
            lambda previous, actual, predicted: _agreement(actual, predicted),
            "Prices are always positive, so their signs always agree. Compare the signs of the changes.",
        ),
        Slip(
            lambda previous, actual, predicted: 100 * _agreement(actual - previous, predicted - previous),
            "That is in percent. A share lies between 0 and 1.",
        ),
        Slip(
            lambda previous, actual, predicted: np.sum((actual > previous) == (predicted > previous)),
            "That is the number of days. Divide by how many there are, or take the mean.",
        ),
        Slip(
            lambda previous, actual, predicted: 1 - _agreement(actual - previous, predicted - previous),
            "That is the share of days on which the forecast was wrong.",
        ),
        Slip(
            lambda previous, actual, predicted: np.mean((actual > previous) & (predicted > previous)),
            "Days on which both fall count too: the forecast was right about them.",
        ),
    ),
    hints=(
        "Two changes a day, the actual and the predicted. From which price do both start?",
        "The mean of an array of truth values is the share of `True`.",
    ),
    lesson="Compare it with a forecast that says up every day, not with one half.",
)

ECHO = Exercise(
    title="how old is a forecast",
    prompt="Write `lag(forecast, price, most)`: `forecast` and `price` are for the same days, both (N,). "
    "Return the number of days k, from 0 to `most`, for which the forecast lies closest, in mean "
    "absolute distance, to the price k days before it; each mean over all days that have such a price.",
    reference=lambda forecast, price, most: np.argmin(_distances(forecast, price, most)),
    returns={"lag": ""},
    cases=_echoes,
    slips=(
        Slip(
            lambda forecast, price, most: np.argmin(_distances(forecast[::-1], price[::-1], most)),
            "You compared the forecast with prices *after* its day. An echo comes later than its sound: day "
            "t of the forecast against day t - k of the price.",
        ),
        Slip(
            lambda forecast, price, most: np.argmin(_distances(forecast, price, most)[1:]),
            "You left out k = 0, or counted from 1. No shift at all is the first candidate: k = 0 is what a "
            "real forecast would give.",
        ),
        Slip(
            lambda forecast, price, most: np.argmax(_distances(forecast, price, most)),
            "That is the shift at which the forecast lies *farthest* from the price.",
        ),
        Slip(
            lambda forecast, price, most: np.min(_distances(forecast, price, most)),
            "That is the smallest distance. How many days of shift belong to it?",
        ),
        Slip(
            lambda forecast, price, most: _distances(forecast, price, most),
            "Those are the distances for every k. Which k has the smallest?",
        ),
    ),
    hints=(
        "For one k: on the days `most` to N - 1, compare `forecast[t]` with `price[t - k]`.",
        "`np.argmin` gives the position of the smallest of a list of distances.",
    ),
    lesson="A lag above 0 means that the forecast tells the past.",
)
