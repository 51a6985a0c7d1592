"""What can be had by counting: how a word divides the good from the bad, and how sure a share is."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip

Z = 1.96


def _texts(rng):
    for N, V in [(9, 4), (12, 7)]:
        x = (rng.random((N, V)) < 0.4).astype(float)
        y = np.zeros(N)
        y[: N // 3] = 1
        x[: N // 3, 0] = 0  # a word that no good text holds
        x[-1, 0] = 1
        yield {"x": x, "y": y}


def _shares(rng):
    for right, n in [(45, 60), (9, 10), (713, 872), (8, 8)]:
        yield {"right": right, "n": n}


def _counts(x, y, alpha):
    return alpha + x[y == 1].sum(axis=0), alpha + x[y == 0].sum(axis=0)


def _log_count_ratio(x, y, alpha=1):
    p, q = _counts(x, y, alpha)
    return np.log(p / p.sum()) - np.log(q / q.sum())


def _unnormalised(x, y):
    p, q = _counts(x, y, 1)
    return np.log(p / q)


def _by_texts(x, y):
    p, q = _counts(x, y, 1)
    return np.log(p / (y == 1).sum()) - np.log(q / (y == 0).sum())


def _ratio(x, y):
    p, q = _counts(x, y, 1)
    return (p / p.sum()) / (q / q.sum())


LOG_COUNT_RATIO = Exercise(
    title="log-count ratio",
    prompt="Write `log_count_ratio(x, y)`: `x` (N, V) is 1 where a text holds a word, `y` (N,) is 1 for good "
    "texts and 0 for bad ones. Count the good texts and the bad texts that hold each word, add 1 to every "
    "count, divide the counts of each side by their sum, and return the logarithm of good over bad, (V,).",
    reference=_log_count_ratio,
    returns={"r": "V"},
    cases=_texts,
    slips=(
        Slip(
            lambda x, y: _log_count_ratio(x, y, alpha=0),
            "A word that one side never has makes the ratio 0 or infinite. Add 1 to every count first.",
        ),
        Slip(
            _unnormalised,
            "The side with more texts wins every word. Divide the counts of each side by their sum first.",
        ),
        Slip(
            _by_texts,
            "You divided by the number of texts of each side. What is asked for is a share of all counted "
            "words: divide by the sum of the smoothed counts.",
        ),
        Slip(_ratio, "That is the ratio itself. Its logarithm is what adds up over the words of a text."),
        Slip(
            lambda x, y: -_log_count_ratio(x, y),
            "The sign is turned round: a word of good texts must come out positive.",
        ),
        Slip(
            lambda x, y: _log_count_ratio(x, y) / np.log(2),
            "That is the logarithm to base 2. The natural one is meant.",
        ),
    ),
    hints=(
        "`x[y == 1].sum(axis=0)` counts the good texts that hold each word.",
        "With the smoothed counts p and q: log(p / p.sum()) - log(q / q.sum()).",
    ),
    lesson="One number a word, no training: half of a classifier that is hard to beat.",
)


def _wilson(right, n, z=Z):
    p = right / n
    centre, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)


def _wald(right, n):
    p = right / n
    half = Z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _undivided(right, n):
    low, high = _wilson(right, n)
    return low * (1 + Z**2 / n), high * (1 + Z**2 / n)


def _around_the_share(right, n):
    low, high = _wilson(right, n)
    return right / n - (high - low) / 2, right / n + (high - low) / 2


WILSON = Exercise(
    title="Wilson interval",
    prompt="Write `wilson(right, n)`: of `n` sentences, `right` were judged correctly. Return the lower and "
    "the upper end of the 95 % interval of the accuracy, (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), "
    "with p = right / n and z = 1.96.",
    reference=_wilson,
    returns={"low": "", "high": ""},
    cases=_shares,
    slips=(
        Slip(
            _wald,
            "That is p ± z √(p(1-p)/n), which claims certainty when all are right. Wilson's interval has z² "
            "in three more places.",
        ),
        Slip(
            lambda right, n: _wilson(right, n, z=1.0),
            "That is one standard error to each side, an interval of 68 %. For 95 %, z is 1.96.",
        ),
        Slip(_undivided, "The division by 1 + z²/n is missing: the upper end can go beyond 1."),
        Slip(
            _around_the_share,
            "The width is right, but the middle is not p: it is drawn towards one half, the more so for "
            "small n.",
        ),
        Slip(
            lambda right, n: tuple(100 * end for end in _wilson(right, n)),
            "That is in percent. An accuracy lies between 0 and 1.",
        ),
        Slip(lambda right, n: _wilson(right, n)[::-1], "The ends are swapped: the lower one comes first."),
    ),
    hints=(
        "Write the middle and the half width as two lines, then divide both by 1 + z²/n.",
        "With all of 8 right the lower end is 0.676 and the upper end 1.",
    ),
    lesson="Of 872 sentences, an accuracy of 0.82 is known to two and a half points either way.",
)
