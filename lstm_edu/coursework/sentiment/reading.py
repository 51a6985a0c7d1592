"""What one word is worth to a verdict."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _texts(rng):
    for T, V in [(5, 9), (8, 12)]:
        yield {
            "scores": rng.normal(size=V),
            "x": np.concatenate([[1, 3], rng.integers(2, V, size=T - 2)]),
            "unknown": 1,
        }


def _replaced(scores, x, place, word):
    other = x.copy()
    other[place] = word
    return scores[other].mean()


def _moved(scores, x, word):
    return np.array([scores[x].mean() - _replaced(scores, x, place, word) for place in range(len(x))])


def _dropped(scores, x, unknown):
    return np.array([scores[x].mean() - scores[np.delete(x, place)].mean() for place in range(len(x))])


def _keeping_only(scores, x, unknown):
    others = np.full((len(x), len(x)), unknown)
    np.fill_diagonal(others, x)
    return scores[others].mean(axis=1)


OCCLUSION = Exercise(
    title="occlusion",
    prompt="Write `occlusion(scores, x, unknown)`: the verdict on a text is the mean of `scores[x]`, with "
    "`scores` (V,) and the word numbers `x` (T,). Return for each word the verdict on the text less the "
    "verdict on the text with that word replaced by the number `unknown`, shape (T,).",
    reference=lambda scores, x, unknown: _moved(scores, x, unknown),
    returns={"effect": "T"},
    cases=_texts,
    slips=(
        Slip(
            _dropped,
            "The word was left out, which makes the text shorter and moves the mean of the rest. Put "
            "`unknown` in its place.",
        ),
        Slip(
            lambda scores, x, unknown: -_moved(scores, x, unknown),
            "The sign is turned round: a word that raises the verdict must come out positive.",
        ),
        Slip(
            lambda scores, x, unknown: _moved(scores, x, 0),
            "The words were replaced by number 0, which is padding. Use `unknown`.",
        ),
        Slip(
            lambda scores, x, unknown: scores[x] / len(x),
            "That is each word's share of the verdict. What the unknown word says in its place is missing.",
        ),
        Slip(
            lambda scores, x, unknown: len(x) * _moved(scores, x, unknown),
            "The verdict is a mean, so one word of T moves it by a T-th of the difference.",
        ),
        Slip(
            lambda scores, x, unknown: np.array(
                [_replaced(scores, x, place, unknown) for place in range(len(x))]
            ),
            "Those are the verdicts without each word. Subtract them from the verdict on the whole text.",
        ),
        Slip(
            _keeping_only,
            "All words but one were replaced. Replace one and keep the rest.",
        ),
    ),
    hints=(
        "For one place t: copy `x`, write `unknown` at t, judge again.",
        "For a mean, no loop is needed: only one term of the sum changes.",
    ),
    lesson="For a bag of words it is a difference of two scores; for a network that reads in order it is a "
    "question that has to be asked T times.",
)
