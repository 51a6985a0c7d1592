"""Exercises of the page "Sequences": windows, horizons, gaps, padding."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _series(rng):
    for N, window, horizon in [(11, 3, 2), (14, 4, 3), (9, 2, 1)]:
        yield {"series": rng.normal(size=N), "window": window, "horizon": horizon}


def _lengths(rng):
    for lengths, T in [((2, 5, 3), 6), ((4, 1), 4)]:
        yield {"lengths": np.array(lengths), "T": T}


def _targets(shift):
    """Targets of every window, ``shift`` rows off the right ones, as many as the right ones."""

    def targets(series, window, horizon):
        first = window - 1 + horizon
        return np.roll(series, -shift)[first:]

    return targets


HOW_MANY_WINDOWS = Exercise(
    title="how many windows",
    prompt="A series has 1,000 rows. How many windows of 60 rows does it hold, each with its target 5 rows "
    "after the window's last row, if a new window starts at every row?",
    reference=1000 - 60 - 5 + 1,
    returns={"count": ""},
    slips=(
        Slip(1000 - 60 - 5, "One too few: the first starts at row 0, so count the last start plus one."),
        Slip(1000 - 60 + 1, "They fit, but the last ones have no target: it lies 5 rows further on."),
        Slip(1000 // 60, "That is how many fit without overlapping. Here a new one starts at every row."),
        Slip(1000 - 60, "That leaves room for a target one row after the window; it lies 5 rows after."),
    ),
    hints=(
        "Which row is the target of the window that starts at row s?",
        "That row must exist. Which is the largest s, and how many starts are there from 0 to it?",
    ),
    lesson="Of 1,000 rows, 936 examples: nearly as many as rows, because neighbours share 59 of their 60.",
)

TARGETS = Exercise(
    title="targets of the windows",
    prompt="Write `targets(series, window, horizon)`: for each window of a series (N,), one starting at "
    "every row, the value `horizon` rows after the window's last row.",
    reference=lambda series, window, horizon: series[window - 1 + horizon :],
    returns={"targets": ["windows"]},
    cases=_series,
    slips=(
        Slip(
            lambda series, window, horizon: series[window + horizon :],
            "One row too far: a window that starts at 0 ends at `window - 1`; the horizon counts from there.",
        ),
        Slip(
            lambda series, window, horizon: series[window:],
            "That is the row right after each window. The target lies `horizon` rows after its last one.",
        ),
        Slip(
            lambda series, window, horizon: series[horizon:],
            "The horizon was counted from the window's first row. It counts from its last.",
        ),
        Slip(
            _targets(-1),
            "Each value is one row too early: with a horizon of 1 that is the window's own last row, "
            "which the model has already seen.",
        ),
    ),
    hints=(
        "The first window covers rows 0 to window - 1. Which row is its target?",
        "All later targets follow without a gap: one slice is enough.",
    ),
    lesson="With horizon 1 and window 1 this is the series without its first value.",
)

GAP = Exercise(
    title="the gap",
    prompt="Windows of 60 rows, target 5 rows after the window's last row. The first row to be forecast in "
    "the test is row 800, and its window may look at rows before it. If no training window, its target "
    "included, may be a row that a test window shows, which is the last row that may be a training target?",
    reference=800 - 5 - 59 - 1,
    returns={"row": ""},
    slips=(
        Slip(
            799,
            "The first test window begins long before row 800, and the fifth one shows row 799. Training "
            "has to end before the first row that a test window shows.",
        ),
        Slip(800 - 5, "That row is the last the first test window shows. Training ends before its first."),
        Slip(800 - 60 - 1, "The window does not end right before row 800: the horizon lies between."),
        Slip(800 - 5 - 59, "That is the first row of the first test window. The one before it is free."),
    ),
    hints=(
        "On which row does the window end whose target is row 800? On which does it begin?",
        "Everything before that first row may be used for training.",
    ),
    lesson="The gap is window - 1 + horizon rows, which is what `walk_forward` leaves.",
)

MASK = Exercise(
    title="what is real",
    prompt="Row b of a padded batch has `lengths[b]` real steps, in front. Write `real(lengths, T)` that "
    "gives an array (B, T) with 1.0 where a step is real and 0.0 in the padding.",
    reference=lambda lengths, T: (np.arange(T) < lengths[:, None]).astype(float),
    returns={"real": "BT"},
    cases=_lengths,
    slips=(
        Slip(
            lambda lengths, T: (np.arange(T) <= lengths[:, None]).astype(float),
            "One step too many: a row of 3 real steps has them at 0, 1 and 2, so step 3 is padding.",
        ),
        Slip(
            lambda lengths, T: (np.arange(T) >= lengths[:, None]).astype(float),
            "That marks the padding. PyTorch's attention wants it that way; here real steps are 1.",
        ),
        Slip(
            lambda lengths, T: (np.arange(T) >= T - lengths[:, None]).astype(float),
            "The real steps stand in front, so the zeros belong behind them.",
        ),
        Slip(
            lambda lengths, T: (np.arange(T)[:, None] < lengths).astype(float),
            "Time came first. This book puts the batch first: row b is sequence b.",
        ),
    ),
    hints=(
        "Compare the numbers 0 to T - 1 with one length. What does that give?",
        "To compare them with every length at once, give `lengths` a second axis: `lengths[:, None]`.",
    ),
    lesson="A padded array alone does not tell what is real: the lengths have to travel with it.",
)
