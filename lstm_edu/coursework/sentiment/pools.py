"""From one vector a step to one vector a text, without a look at the padding."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _texts(rng):
    """Yield h with something in the padding, and lengths; some units are negative in all real steps."""
    for lengths, T, H in [((2, 5, 3), 7, 4), ((6, 1), 8, 5)]:
        lengths = np.array(lengths)
        h = rng.normal(size=(len(lengths), T, H))
        h[:, :, 0] = -np.abs(h[:, :, 0]) - 0.1
        h[np.arange(T) >= lengths[:, None]] = 3 * rng.normal(size=((T - lengths).sum(), H))
        yield {"h": h, "lengths": lengths}


def _zero_padding(rng):
    """Yield the same with zeros in the padding, as a layer leaves it."""
    for case in _texts(rng):
        yield {"h": np.where(_real(**case), case["h"], 0), "lengths": case["lengths"]}


def _real(h, lengths):
    return (np.arange(h.shape[1]) < lengths[:, None])[:, :, None]


def _sum(h, lengths):
    return np.where(_real(h, lengths), h, 0).sum(axis=1)


def _one_step_more(h, lengths):
    return _sum(h, np.minimum(lengths + 1, h.shape[1]))


MASKED_MEAN = Exercise(
    title="mean over the real steps",
    prompt="Write `mean_pool(h, lengths)` for `h` of shape (B, T, H) and `lengths` (B,): the mean of each "
    "row over its first `lengths` steps, shape (B, H). What stands behind them may be anything.",
    reference=lambda h, lengths: _sum(h, lengths) / lengths[:, None],
    returns={"pooled": "BH"},
    cases=_texts,
    slips=(
        Slip(
            lambda h, lengths: h.mean(axis=1),
            "The padding was averaged too. Leave the steps from `lengths` on out of sum and count.",
        ),
        Slip(
            lambda h, lengths: _sum(h, lengths) / h.shape[1],
            "The sum is right, but it was divided by T. Short texts shrink that way: divide by `lengths`.",
        ),
        Slip(
            lambda h, lengths: _sum(h, lengths),
            "That is the sum. Divide each row by its own length.",
        ),
        Slip(
            lambda h, lengths: h.sum(axis=1) / lengths[:, None],
            "The count is right, but the padding is in the sum: it may hold anything.",
        ),
        Slip(
            lambda h, lengths: _sum(h, lengths) / lengths.mean(),
            "All rows were divided by the mean length. Each has a length of its own: `lengths[:, None]`.",
        ),
        Slip(
            lambda h, lengths: _one_step_more(h, lengths) / (lengths[:, None] + 1),
            "One step too many: the real ones are those with `t < lengths`, counted from 0.",
        ),
        Slip(
            lambda h, lengths: h[np.arange(len(h)), lengths - 1],
            "That is the last real step. The mean is over all of them.",
        ),
    ),
    hints=(
        "`np.arange(T) < lengths[:, None]` is true where a step is real. Which axis does it lack?",
        "Put zeros where it is false, sum over time, divide by the lengths.",
    ),
    lesson="The verdict on a text no longer depends on the company it keeps in its batch.",
)

MASKED_MAX = Exercise(
    title="largest value over the real steps",
    prompt="Write `max_pool(h, lengths)` for `h` of shape (B, T, H), zeros behind the first `lengths` (B,) "
    "steps of each row: the largest value of each unit over the real steps, shape (B, H).",
    reference=lambda h, lengths: np.where(_real(h, lengths), h, -np.inf).max(axis=1),
    returns={"pooled": "BH"},
    cases=_zero_padding,
    slips=(
        Slip(
            lambda h, lengths: h.max(axis=1),
            "A unit that is never positive came out as 0: that zero is padding. Put minus infinity there.",
        ),
        Slip(
            lambda h, lengths: np.abs(h).max(axis=1),
            "That is the largest size. A value of -0.9 is small, however far it is from zero.",
        ),
        Slip(
            lambda h, lengths: np.where(_real(h, lengths), h, np.inf).min(axis=1),
            "That is the smallest value.",
        ),
        Slip(
            lambda h, lengths: h[:, : lengths.min()].max(axis=1),
            "Every row was cut to the shortest text. Each has a length of its own.",
        ),
        Slip(
            lambda h, lengths: np.where(_real(h, lengths), h, -np.inf).argmax(axis=1).astype(float),
            "Those are the steps at which the largest values stand. The values themselves are asked for.",
        ),
    ),
    hints=(
        "What must stand in the padding so that it can never be the largest?",
        "`np.where(real, h, -np.inf)`, with `real` of shape (B, T, 1).",
    ),
    lesson="Zero is a value like any other; a mask is not.",
)
