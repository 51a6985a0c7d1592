"""Prices made ready for a model without a look at the future."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _parts(rng):
    for N, M, D in [(7, 4, 3), (9, 5, 2)]:
        yield {"train": rng.normal(size=(N, D)), "test": rng.normal(2, 2, size=(M, D))}


def _prices(rng):
    for N in (6, 9):
        yield {"prices": 100 * np.exp(np.cumsum(rng.normal(scale=0.1, size=N)))}


def _between(low, high, *parts):
    return tuple((part - low) / (high - low) for part in parts)


def _scaled_by_everything(train, test):
    together = np.concatenate([train, test])
    return _between(together.min(axis=0), together.max(axis=0), train, test)


SCALE_HONESTLY = Exercise(
    title="honest scaling",
    prompt="Write `scale(train, test)` for arrays of shape (N, D) and (M, D): bring each feature of `train` "
    "to [0, 1] by its minimum and maximum, and `test` by the same numbers. No feature is constant. "
    "Return both, in this order.",
    reference=lambda train, test: _between(train.min(axis=0), train.max(axis=0), train, test),
    returns={"train": "ND", "test": "MD"},
    cases=_parts,
    slips=(
        Slip(
            _scaled_by_everything,
            "Minimum and maximum come from `train` and `test` together: the model is told how far prices "
            "will go. Take them from `train` alone.",
        ),
        Slip(
            lambda train, test: (
                *_between(train.min(axis=0), train.max(axis=0), train),
                *_between(test.min(axis=0), test.max(axis=0), test),
            ),
            "`test` is scaled by its own minimum and maximum: the same price gets two different numbers, and "
            "the test's future is used. Use the numbers of `train` for both.",
        ),
        Slip(
            lambda train, test: _between(train.min(), train.max(), train, test),
            "One minimum and maximum for all features. Each feature has its own: `axis=0`.",
        ),
        Slip(
            lambda train, test: _between(
                train.mean(axis=0), train.mean(axis=0) + train.std(axis=0), train, test
            ),
            "That is standardising, by mean and standard deviation; honest too, but not what is asked for.",
        ),
        Slip(
            lambda train, test: tuple(
                np.clip(part, 0, 1) for part in _between(train.min(axis=0), train.max(axis=0), train, test)
            ),
            "The test values outside [0, 1] were cut off. They are news: prices left the range seen in "
            "training.",
        ),
        Slip(
            lambda train, test: (*_between(train.min(axis=0), train.max(axis=0), train), test),
            "`test` came back unscaled. It goes through the same map as `train`.",
        ),
    ),
    hints=(
        "Which numbers would you know on the last day of training?",
        "`(x - low) / (high - low)`, with `low` and `high` of shape (D,).",
    ),
    lesson="Test values may leave [0, 1]; that is what happens to prices.",
)

LOG_RETURNS = Exercise(
    title="logarithmic returns",
    prompt="Write `log_returns(prices)`: for prices of shape (N,), the change of the logarithm from each day"
    " to the next, shape (N - 1,).",
    reference=lambda prices: np.diff(np.log(prices)),
    returns={"returns": ["N-1"]},
    cases=_prices,
    slips=(
        Slip(
            lambda prices: np.diff(prices) / prices[:-1],
            "Those are simple returns. They are close for small changes, but they do not add up over time.",
        ),
        Slip(
            lambda prices: np.log(prices[:-1] / prices[1:]),
            "The sign is turned round: a rising price must give a positive return. Divide the later by the "
            "earlier.",
        ),
        Slip(
            lambda prices: np.log(np.diff(prices)),
            "You took the logarithm of the change, which may be negative. Take the change of the logarithm.",
        ),
        Slip(lambda prices: np.diff(prices), "Those are changes in money. The logarithm is missing."),
        Slip(
            lambda prices: np.diff(np.log10(prices)),
            "That is the logarithm to base 10. With the natural one, a return of 0.01 is about one percent.",
        ),
        Slip(
            lambda prices: np.diff(np.log(prices), prepend=np.log(prices[0])),
            "There is a zero in front that nobody earned: N prices make N - 1 returns.",
        ),
    ),
    hints=("log(b / a) = log(b) - log(a): take the logarithm of all prices first.",),
    lesson="Logarithmic returns of successive days add up to that of the whole time.",
)
