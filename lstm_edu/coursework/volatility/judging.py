"""What a forecast of a variance or a quantile costs, and the level at which two are compared."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _variances(rng):
    for N in (6, 9):
        yield {"forecast": rng.exponential(size=N) + 0.1, "realised": rng.exponential(size=N) + 0.1}


def _measured(rng):
    for N, start in [(40, 29), (50, 33)]:
        yield {
            "realised": 1e-4 * rng.exponential(size=N) * np.linspace(1, 3, N),
            "returns": 0.01 * rng.normal(size=N),
            "start": start,
        }


def _quantiles(rng):
    for N, level in [(8, 0.05), (11, 0.8)]:
        yield {"actual": rng.normal(size=N), "predicted": rng.normal(size=N), "level": level}


def _pinball(actual, predicted, level):
    error = actual - predicted
    return np.maximum(level * error, (level - 1) * error)


QLIKE = Exercise(
    title="a loss of ratios",
    prompt="Write `qlike(forecast, realised)` for variances of shape (N,), all positive: the mean over the "
    "days of x - log(x) - 1, where x is how many times too small the forecast was.",
    reference=lambda forecast, realised: np.mean(realised / forecast - np.log(realised / forecast) - 1),
    returns={"loss": ""},
    cases=_variances,
    slips=(
        Slip(
            lambda forecast, realised: np.mean(forecast / realised - np.log(forecast / realised) - 1),
            "Upside down: that charges forecasts that are too high most, and a measure near zero decides "
            "everything. x is `realised / forecast`.",
        ),
        Slip(
            lambda forecast, realised: (
                np.mean(realised / forecast) - np.log(np.mean(realised / forecast)) - 1
            ),
            "The mean comes last: you took the logarithm of the mean ratio. A forecast whose misses cancel "
            "would look perfect.",
        ),
        Slip(
            lambda forecast, realised: np.mean(realised / forecast - np.log(realised / forecast)),
            "A perfect forecast scores 1 with you: the - 1 is missing. Rankings stay the same.",
        ),
        Slip(
            lambda forecast, realised: np.mean(realised / forecast - np.log10(realised / forecast) - 1),
            "The logarithm is the natural one; with base 10 the minimum is not at x = 1.",
        ),
        Slip(
            lambda forecast, realised: np.mean(np.log(forecast) + realised / forecast),
            "That differs from what is asked by a term without the forecast. It ranks forecasts alike and "
            "takes days of no variance; its zero means nothing.",
        ),
        Slip(
            lambda forecast, realised: np.mean((realised - forecast) ** 2),
            "That is the squared error, which a handful of wild days decides. Use the ratio.",
        ),
        Slip(
            lambda forecast, realised: np.sum(realised / forecast - np.log(realised / forecast) - 1),
            "That is the sum over the days. Take the mean.",
        ),
    ),
    hints=("Compute x once, for all days. What is x when the forecast is right, and what is the loss then?",),
    lesson="Half the truth costs more than twice the truth.",
)

LEVEL = Exercise(
    title="one level for two measures",
    prompt="A GARCH forecasts the variance of returns from close to close; it is judged by a measure of the "
    "hours of trading alone. Write `level(realised, returns, start)`: the factor to multiply the GARCH "
    "forecasts of rows `start` and later with, from `realised` and `returns`, both (N,). The mean return "
    "counts as zero.",
    reference=lambda realised, returns, start: realised[:start].mean() / np.mean(returns[:start] ** 2),
    returns={"factor": ""},
    cases=_measured,
    slips=(
        Slip(
            lambda realised, returns, start: realised.mean() / np.mean(returns**2),
            "The factor knows the days that it will be judged on. Take the rows before `start`.",
        ),
        Slip(
            lambda realised, returns, start: np.mean(returns[:start] ** 2) / realised[:start].mean(),
            "Upside down: multiplied with it, the GARCH forecast would lie even further above the measure.",
        ),
        Slip(
            lambda realised, returns, start: realised[start:].mean() / np.mean(returns[start:] ** 2),
            "You used the rows that are to be forecast. Take those before `start`.",
        ),
        Slip(
            lambda realised, returns, start: np.mean(realised[:start] / returns[:start] ** 2),
            "That is the mean of the ratios, which one day with hardly a move decides. Take the ratio of "
            "the means.",
        ),
        Slip(
            lambda realised, returns, start: realised[:start].mean() / np.abs(returns[:start]).mean(),
            "A variance goes with the square of the return, not with its size.",
        ),
        Slip(
            lambda realised, returns, start: (
                realised[: start + 1].mean() / np.mean(returns[: start + 1] ** 2)
            ),
            "One row too many: row `start` is the first to be forecast, and not known yet.",
        ),
    ),
    hints=("Which rows are known when row `start` is forecast?", "Two means, over the same rows."),
    lesson="Without such a factor a comparison across measures compares levels.",
)

PINBALL = Exercise(
    title="the price of a quantile",
    prompt="Write `pinball(actual, predicted, level)` for arrays of shape (N,): each day costs `level` "
    "times the error if the actual value lies above the prediction, and `1 - level` times its size if it "
    "lies below. Return the mean.",
    reference=lambda actual, predicted, level: np.mean(_pinball(actual, predicted, level)),
    returns={"loss": ""},
    cases=_quantiles,
    slips=(
        Slip(
            lambda actual, predicted, level: np.mean(_pinball(actual, predicted, 1 - level)),
            "The two prices are swapped: with yours, the 5 % quantile would be learnt as the 95 % quantile.",
        ),
        Slip(
            lambda actual, predicted, level: np.mean(np.abs(actual - predicted)),
            "Both sides cost the same: that asks for the median, whatever the level.",
        ),
        Slip(
            lambda actual, predicted, level: np.mean(
                np.where(actual > predicted, level, level - 1) * (actual - predicted) ** 2
            ),
            "You squared the error. The quantile comes from the plain error; squares give an expectile, or "
            "with this sign nothing.",
        ),
        Slip(
            lambda actual, predicted, level: np.mean(
                np.where(actual > predicted, level, 1 - level) * (actual - predicted)
            ),
            "Errors below the prediction are negative here and pay you. Their size is to be paid.",
        ),
        Slip(
            lambda actual, predicted, level: np.sum(_pinball(actual, predicted, level)),
            "That is the sum over the days. Take the mean.",
        ),
        Slip(
            lambda actual, predicted, level: np.mean(actual < predicted) - level,
            "That says how far the coverage is from the level. A forecast that ignores everything can have "
            "it right; the loss also asks for sharpness.",
        ),
    ),
    hints=(
        "`np.where` chooses between two prices.",
        "At level 0.5 it is half the mean absolute error.",
    ),
    lesson="The level is where the price of being too low balances that of being too high.",
)
