"""Forecasts of a variance: yesterday's and the new square, and the mean behind a logarithm."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _days(rng):
    for N, decay in [(7, 0.94), (5, 0.8)]:
        yield {"returns": rng.normal(size=N), "first": 2.0, "decay": decay}


def _recursion(returns, first, step):
    variance = [first]
    for r in returns:
        variance.append(step(variance[-1], r))
    return np.array(variance[:-1])


def _logs(rng):
    for N in (6, 9):
        yield {"said": rng.normal(-9, 1, size=N), "residual": rng.normal(scale=0.7, size=N + 30)}


EWMA = Exercise(
    title="weights that fade",
    prompt="Write `ewma(returns, first, decay)` for returns of shape (N,): start from the variance `first`; "
    "each day's variance is `decay` times the one before, plus `1 - decay` times the square of the return "
    "that came. Give back the variance of each day before its return came, shape (N,).",
    reference=lambda returns, first, decay: _recursion(
        returns, first, lambda v, r: decay * v + (1 - decay) * r**2
    ),
    returns={"variance": "N"},
    cases=_days,
    slips=(
        Slip(
            lambda returns, first, decay: _recursion(
                returns, first, lambda v, r: (1 - decay) * v + decay * r**2
            ),
            "The weights are the wrong way round: a variance that takes most of its weight from one day "
            "forgets in a day. `decay` goes with the past.",
        ),
        Slip(
            lambda returns, first, decay: _recursion(
                returns, first, lambda v, r: decay * v + (1 - decay) * r
            ),
            "The return enters as it is. A variance is made of squares.",
        ),
        Slip(
            lambda returns, first, decay: _recursion(
                returns, first, lambda v, r: decay * v + (1 - decay) * np.abs(r)
            ),
            "You used the size of the return. A variance has the unit of its square.",
        ),
        Slip(
            lambda returns, first, decay: _recursion(returns, first, lambda v, r: decay * v + r**2),
            "The weights must sum to 1, or the variance grows: `1 - decay` is missing.",
        ),
        Slip(
            lambda returns, first, decay: np.append(
                first, [decay * first + (1 - decay) * r**2 for r in returns[:-1]]
            ),
            "Every day starts from `first` again. Start from the variance of the day before.",
        ),
        Slip(
            lambda returns, first, decay: _recursion(
                np.append(returns, 0.0), first, lambda v, r: decay * v + (1 - decay) * r**2
            )[1:],
            "Each of your variances knows the return of its own day. The forecast of a day comes before it: "
            "begin with `first`.",
        ),
    ),
    hints=("A loop over the days, one variable that is carried along.",),
    lesson="Entry t is a forecast of day t: it knows only the days before.",
)

LOG_MEAN = Exercise(
    title="the mean behind a logarithm",
    prompt="Write `mean_variance(said, residual)`: a model was trained with squared error on log variances, "
    "and forecasts the logarithms `said` (N,); `residual` (M,) holds what it missed on its training days, "
    "log actual minus log forecast. The residuals are normal with mean 0. Forecast the mean variance, (N,).",
    reference=lambda said, residual: np.exp(said + np.mean(residual**2) / 2),
    returns={"variance": "N"},
    cases=_logs,
    slips=(
        Slip(
            lambda said, residual: np.exp(said),
            "That is the median: half of the days lie above it, some of them far. The mean is larger, by "
            "half the variance of the residuals, in the exponent.",
        ),
        Slip(
            lambda said, residual: np.exp(said + np.mean(residual**2)),
            "Half of it: the mean of a log-normal is `exp(m + s**2 / 2)`.",
        ),
        Slip(
            lambda said, residual: np.exp(said - np.mean(residual**2) / 2),
            "The sign is turned round: the mean lies above the median, not below.",
        ),
        Slip(
            lambda said, residual: np.exp(said) + np.mean(residual**2) / 2,
            "The correction belongs into the exponent: it is a factor, not a term.",
        ),
        Slip(
            lambda said, residual: np.exp(said + np.sqrt(np.mean(residual**2)) / 2),
            "You took the standard deviation of the residuals. Their variance is asked for.",
        ),
        Slip(
            lambda said, residual: said + np.mean(residual**2) / 2,
            "That is still a logarithm.",
        ),
    ),
    hints=(
        "Which number does squared error on logarithms aim at? The mean of the logarithm, and its "
        "exponential is the median of the variance.",
        "If log v is normal with mean m and variance s², the mean of v is exp(m + s² / 2).",
    ),
    lesson="Scores that aim at the mean charge a median for being low.",
)
