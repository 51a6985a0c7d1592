"""What a forecast earns, what it may look at, and what luck would have given."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _strategies(rng):
    for N, cost in [(9, 20.0), (14, 50.0)]:
        yield {
            "positions": rng.choice([-1.0, 0.0, 1.0], size=N, p=[0.3, 0.2, 0.5])
            * rng.uniform(0.2, 1, size=N),
            "returns": rng.normal(scale=0.05, size=N),
            "cost": cost,
        }


def _prices(rng):
    for N in (8, 13):
        yield {"prices": 100 * np.exp(np.cumsum(rng.normal(scale=0.1, size=N)))}


def _controls(rng):
    for K, better in [(9, 3), (19, 5), (12, 0)]:
        controls = np.sort(rng.uniform(1, 2, size=K))
        score = controls[better - 1] if better else 0.9  # a tie counts
        yield {"score": float(score), "controls": rng.permutation(controls)}


def _turnover(positions):
    return np.abs(np.diff(positions, prepend=0.0))


def _kept(turnover, cost):
    return 1 - cost / 10_000 * turnover


NET_RETURNS = Exercise(
    title="what costs leave",
    prompt="Write `net(positions, returns, cost)`: for positions and simple returns of shape (N,), the "
    "log return "
    "of each day after costs. A day multiplies the wealth by 1 + position · return, and before it by 1 - "
    "cost · "
    "change of position, where the cost is given in basis points and the first change starts from 0.",
    reference=lambda positions, returns, cost: (
        np.log(_kept(_turnover(positions), cost)) + np.log(1 + positions * returns)
    ),
    returns={"net": "N"},
    cases=_strategies,
    slips=(
        Slip(
            lambda positions, returns, cost: (
                np.log(1 - cost / 100 * _turnover(positions)) + np.log(1 + positions * returns)
            ),
            "You read the cost as per cent. A basis point is a hundredth of that: divide by 10,000.",
        ),
        Slip(
            lambda positions, returns, cost: (
                np.log(_kept(np.abs(np.diff(positions, prepend=positions[0])), cost))
                + np.log(1 + positions * returns)
            ),
            "The first purchase is free in your version. Before the first day nothing is held, so it "
            "costs too.",
        ),
        Slip(
            lambda positions, returns, cost: (
                np.log(_kept(np.diff(positions, prepend=0.0), cost)) + np.log(1 + positions * returns)
            ),
            "Selling earns money in your version. Take the absolute value of the change.",
        ),
        Slip(
            lambda positions, returns, cost: (
                np.log(_kept(np.abs(positions), cost)) + np.log(1 + positions * returns)
            ),
            "You pay every day for what you hold. Only a change of position costs.",
        ),
        Slip(
            lambda positions, returns, cost: np.log(1 + positions * returns),
            "That is before costs.",
        ),
        Slip(
            lambda positions, returns, cost: (
                np.log(_kept(_turnover(positions), cost)) + positions * np.log(1 + returns)
            ),
            "You multiplied the log return by the position. Whoever is short loses more by a rise of a "
            "tenth than "
            "that: take the logarithm of 1 + position · return.",
        ),
        Slip(
            lambda positions, returns, cost: (
                np.log(_kept(_turnover(positions), cost))
                + np.log(1 + np.append(positions[1:], 0.0) * returns)
            ),
            "The position of tomorrow earns the return of today: that is trading with knowledge of the "
            "future.",
        ),
    ),
    hints=(
        "Two factors a day. The logarithm of a product is a sum.",
        "The changes of position are `np.diff(positions, prepend=0.0)`.",
    ),
    lesson="Costs are paid per change of mind, so a forecast that changes its mind daily needs to be "
    "right by more.",
)

BELOW_PEAK = Exercise(
    title="a feature that may be used",
    prompt="Write `below_peak(prices)`: for every day of prices of shape (N,), how far the price stands "
    "below the "
    "highest price so far, that day included, as a share of it: 0 at a peak, 0.1 at ten per cent below.",
    reference=lambda prices: 1 - prices / np.maximum.accumulate(prices),
    returns={"share": "N"},
    cases=_prices,
    slips=(
        Slip(
            lambda prices: 1 - prices / prices.max(),
            "You compare with the highest price of the whole series: on most days nobody knows it yet.",
        ),
        Slip(
            lambda prices: 1 - prices / np.maximum.accumulate(prices[::-1])[::-1],
            "You compare with the highest price from that day on. That is the future.",
        ),
        Slip(
            lambda prices: prices / np.maximum.accumulate(prices) - 1,
            "The sign is turned round: ten per cent below the peak is 0.1.",
        ),
        Slip(
            lambda prices: np.maximum.accumulate(prices) - prices,
            "That is in money. As a share of the peak it means the same at every price.",
        ),
        Slip(
            lambda prices: np.maximum.accumulate(prices) / prices - 1,
            "You divided by the price of the day. A share of the peak has the peak below the line.",
        ),
        Slip(
            lambda prices: 1 - prices / np.maximum.accumulate(np.append(prices[0], prices[:-1])),
            "The peak ends the day before, so a new peak comes out negative. The day itself is known at "
            "its close.",
        ),
    ),
    hints=(
        "On a day you know the prices up to that day. NumPy has a running maximum.",
        "`np.maximum.accumulate(prices)` is the highest price so far, of every day.",
    ),
    lesson="A feature of a day stays what it is, whatever the market does later.",
)

LUCK = Exercise(
    title="how often shuffled targets do as well",
    prompt="Write `luck(score, controls)`: `score` is the error of a model, `controls`, (K,), are those "
    "of models that "
    "were trained on shuffled targets. Return the share of all K + 1 errors, the model's own included, "
    "that are as "
    "low as `score` or lower.",
    reference=lambda score, controls: (1 + np.sum(controls <= score)) / (1 + len(controls)),
    returns={"share": ""},
    cases=_controls,
    slips=(
        Slip(
            lambda score, controls: np.mean(controls <= score),
            "The model itself is missing: nine controls can never show that luck is rarer than one in ten.",
        ),
        Slip(
            lambda score, controls: (1 + np.sum(controls >= score)) / (1 + len(controls)),
            "You counted the controls that are worse. An error is good where it is low.",
        ),
        Slip(
            lambda score, controls: (1 + np.sum(controls < score)) / (1 + len(controls)),
            "A control with the same error counts too: it did as well.",
        ),
        Slip(
            lambda score, controls: (1 + np.sum(controls <= score)) / len(controls),
            "You divided by K. With the model itself there are K + 1 errors.",
        ),
        Slip(
            lambda score, controls: (controls.mean() - score) / controls.std(),
            "That is a distance in standard deviations. Count instead: it needs no bell curve.",
        ),
    ),
    hints=(
        "If the targets say nothing, the model's error is one more draw like those of the controls.",
        "Count the `controls <= score`, and the model itself.",
    ),
    lesson="Nineteen controls are the fewest that can make one in twenty.",
)
