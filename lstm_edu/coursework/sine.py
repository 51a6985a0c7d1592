"""Exercises of the page on forecasting a noisy sine."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_edu.coursework.exercise import Exercise, Slip


def _series(rng):
    for N, T in [(11, 4), (14, 3)]:
        yield {"series": rng.normal(size=N), "window": T}


def _windows(rng):
    for B, T, D in [(4, 5, 2), (2, 6, 3)]:
        yield {"x": rng.normal(size=(B, T, D))}


def _noise_levels(rng):
    yield from ({"sigma": sigma} for sigma in (0.1, 0.25, 1.5))


WINDOWS = Exercise(
    title="windows and targets",
    prompt="Write `windows(series, window)`: from `series` of shape (N,), every stretch of `window` values, "
    "the oldest first, and the value right after each. Return `x`, (B, T), and `y`, (B,), with T = window.",
    reference=lambda series, window: (sliding_window_view(series, window)[:-1], series[window:]),
    returns={"x": "BT", "y": "B"},
    cases=_series,
    slips=(
        Slip(
            lambda series, window: (sliding_window_view(series, window)[:-2], series[window:-1]),
            "The last window is missing: its target is the last value of the series. There are N - window "
            "pairs.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window), series[window - 1 :]),
            "The target is the last value inside its window: the model would only have to copy it.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window)[:-1], series[window - 1 : -1]),
            "The number of pairs is right, but each target is the last value inside its window, one step "
            "too early.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window)[:-2], series[window + 1 :]),
            "There is a gap: the value right after each window is skipped, so this forecasts two steps "
            "ahead.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window), series[window:]),
            "There is one more window than there are targets: nothing comes after the last window.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window)[:-1:window], series[window::window]),
            "The windows do not overlap. They should start at every value, not only after the window before "
            "has ended.",
        ),
        Slip(
            lambda series, window: (sliding_window_view(series, window)[:-1, ::-1], series[window:]),
            "Every window runs backwards. Time goes from left to right: the oldest value first.",
        ),
    ),
    hints=(
        "Write down by hand all pairs for the series 1, 2, 3, 4, 5 and a window of 3. How many are there?",
        "Window b holds the values b to b + window - 1. Which index has the value right after it?",
    ),
    lesson="N values give N - window pairs, and no target is in its own window.",
)

PERSISTENCE = Exercise(
    title="persistence",
    prompt="Write `persistence(x)`: for windows of shape (B, T, D), forecast that nothing changes, shape (B, "
    "D).",
    reference=lambda x: x[:, -1],
    returns={"forecast": "BD"},
    cases=_windows,
    slips=(
        Slip(
            lambda x: x[-1],
            "That is the last window of the batch. Take the last time step, on the second axis.",
        ),
        Slip(lambda x: x[:, 0], "That is the oldest value of each window. The newest stands last."),
        Slip(lambda x: x[:, :, -1], "That is the last feature at every step. Time is the second axis."),
        Slip(
            lambda x: x.mean(axis=1),
            "That is the mean of each window, another baseline. Persistence repeats the last value.",
        ),
        Slip(
            lambda x: 2 * x[:, -1] - x[:, -2],
            "That goes on in a straight line, another baseline. Persistence says that nothing changes.",
        ),
        Slip(
            lambda x: x[:, -1:],
            "The time axis is still there, with size 1. An index without a colon drops it.",
        ),
    ),
    hints=("If nothing changes, the next value is the one seen last. Which axis is time?",),
    lesson="A model that cannot beat this one has learned nothing about what comes next.",
)

NOISE_FLOOR = Exercise(
    title="noise floor",
    prompt="The values are a sine plus independent noise of standard deviation `sigma`, drawn anew at each "
    "step. Write `noise_floor(sigma)`: the mean squared error of a forecast that knows the sine exactly.",
    reference=lambda sigma: sigma**2,
    returns={"mse": ""},
    cases=_noise_levels,
    slips=(
        Slip(
            lambda sigma: sigma,
            "That is its root, in the units of the series. A mean squared error is a variance.",
        ),
        Slip(
            lambda sigma: 2 * sigma**2,
            "That is what persistence pays for the noise, in the last value and in the next. "
            "A forecast that knows the sine pays only for the next.",
        ),
        Slip(
            lambda sigma: 0.0,
            "Zero would need the noise itself to be known. It is drawn anew, and no model can foresee it.",
        ),
        Slip(
            lambda sigma: sigma * np.sqrt(2 / np.pi),
            "That is the mean absolute error of the same forecast, for Gaussian noise.",
        ),
        Slip(
            lambda sigma: sigma**2 / 2,
            "Without the factor one half: the mean squared error is the mean of the squares.",
        ),
    ),
    hints=(
        "Forecast minus actual value: what is left of it if the sine is known?",
        "The mean of the square of a number with mean zero has a name.",
    ),
    lesson="An error below this on fresh data is luck or a leak.",
)


def _weights(rng):
    yield from ({"weights": rng.normal(size=T)} for T in (2, 5))


def _runs(rng):
    for T, steps in [(3, 5), (5, 4)]:
        yield {"weights": rng.normal(size=T), "window": rng.normal(size=T), "steps": steps}


def _fed_back(feed, path_of=lambda values, steps: values[-steps:]):
    """Return the run in which ``feed(window, forecast)`` makes the next window of the last."""

    def run(weights, window, steps):
        values = [window[-1]]
        for _ in range(steps):
            values.append(weights @ window)
            window = feed(window, values[-1])
        return np.array(path_of(values, steps))

    return run


def _newest_last(window, forecast):
    return np.append(window[1:], forecast)


NOISE_GAIN = Exercise(
    title="what a weighted sum does to noise",
    prompt="A weighted sum with `weights`, (T,), continues the clean sine exactly. Every value of its window "
    "now carries independent noise of variance σ². Write `excess_of(weights)`: the mean squared distance of "
    "the forecast from the clean sine, divided by σ².",
    reference=lambda weights: (weights**2).sum(),
    returns={"excess": ""},
    cases=_weights,
    slips=(
        Slip(
            lambda weights: weights.sum(),
            "You added the weights. A weight w multiplies an error by w, and so its variance by w².",
        ),
        Slip(
            lambda weights: weights.sum() ** 2,
            "You squared the sum. That would be right if every value carried the *same* error; independent "
            "ones add by their variances.",
        ),
        Slip(
            lambda weights: 1 + (weights**2).sum(),
            "The 1 is the noise of the value to be forecast: that is the whole error, floor included. The "
            "excess leaves it out.",
        ),
        Slip(
            lambda weights: np.sqrt((weights**2).sum()),
            "That is its root, a standard deviation. The excess is measured in variances.",
        ),
        Slip(lambda weights: (weights**2).mean(), "You took the mean; the errors of all T values add up."),
        Slip(
            lambda weights: np.abs(weights).sum(),
            "That is the worst case, all errors pulling the same way. On average they half cancel.",
        ),
    ),
    hints=(
        "Without noise the forecast is right, so its whole error is the same weighted sum of the T errors.",
        "What is the variance of w·ε? And of a sum of independent numbers?",
    ),
    lesson="Many small weights pass on less noise than two large ones.",
)

FREE_RUN = Exercise(
    title="free-running forecast",
    prompt="Write `continued(weights, window, steps)`: forecast the value after `window`, (T,), by the "
    "weighted sum `weights @ window`, drop the oldest value, append the forecast, and go on. Return the "
    "`steps` forecasts.",
    reference=_fed_back(_newest_last),
    returns={"path": ["steps"]},
    cases=_runs,
    slips=(
        Slip(
            _fed_back(lambda window, forecast: window),
            "Every forecast is made from the same window: nothing is fed back.",
        ),
        Slip(
            _fed_back(lambda window, forecast: np.append(forecast, window[1:])),
            "The forecast took the place of the oldest value. It is the newest: it belongs at the end, and "
            "the others move up.",
        ),
        Slip(
            _fed_back(lambda window, forecast: np.append(forecast, window[:-1])),
            "The window moves backwards: the forecast went to its front, and its newest value was dropped.",
        ),
        Slip(
            _fed_back(lambda window, forecast: np.append(window[:-1], forecast)),
            "The forecast replaced the newest value, and the oldest one never leaves.",
        ),
        Slip(
            _fed_back(_newest_last, lambda values, steps: values[:-1]),
            "The path starts with the last known value. It should start with the first forecast.",
        ),
    ),
    hints=(
        "After one step the window holds T - 1 measured values and one forecast. Where does the forecast "
        "stand?",
        "Keep one growing list, the window followed by the forecasts, and always weigh its last T values.",
    ),
    lesson="After T steps nothing measured is left in the window.",
)
