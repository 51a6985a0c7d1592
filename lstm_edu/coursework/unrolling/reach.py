"""How far back a gradient comes: chunks and truncation."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _long_series(rng):
    for N, B, k, j in [(24, 2, 3, 1), (60, 5, 4, 1), (45, 3, 5, 0)]:
        yield {"series": rng.normal(size=N), "B": B, "k": k, "j": j}


CHUNK = Exercise(
    title="rows that continue",
    prompt="One long series, (N,), shall be read with carried state: B rows at a time, in equal chunks of k "
    "steps. N is a multiple of B * k. Write `chunk(series, B, k, j)` that gives chunk number j, counted"
    " from 0, (B, k), such that row b always goes on where row b of chunk j - 1 stopped, and the rows "
    "are consecutive stretches of the series.",
    reference=lambda series, B, k, j: series.reshape(B, -1)[:, j * k : (j + 1) * k],
    returns={"chunk": "Bk"},
    cases=_long_series,
    slips=(
        Slip(
            lambda series, B, k, j: series.reshape(-1, B, k)[j],
            "Each row goes on where the row above it stopped, in the same chunk; the state it is given comes "
            "from elsewhere. First cut the series into B long rows, then those into chunks.",
        ),
        Slip(
            lambda series, B, k, j: series.reshape(-1, B).T[:, j * k : (j + 1) * k],
            "Each row takes every B-th value. A row should be a stretch of neighbours.",
        ),
        Slip(
            lambda series, B, k, j: series.reshape(B, -1)[:, j : j + k],
            "Chunk j begins at step j * k of its row; yours overlap.",
        ),
        Slip(lambda series, B, k, j: series.reshape(B, -1)[:, :k], "That is chunk 0, whatever j is."),
        Slip(
            lambda series, B, k, j: series.reshape(B, -1)[:, j * k :],
            "It begins in the right place but does not end after k steps.",
        ),
    ),
    hints=(
        "Row b, all its chunks put together, is one stretch of the series. How long is it?",
        "`reshape(B, -1)` lays the B stretches below each other. Which columns are chunk j?",
    ),
    lesson="Carried state means something only if row b of every chunk belongs to the same stretch.",
)


def _truncated(rng):
    for T, k, f in [(8, 3, 0.5), (8, 7, 0.9), (9, 3, 0.8), (5, 10, 0.7)]:
        yield {"T": T, "k": k, "f": f}


def _reach(T, k, f):
    t = np.arange(T)
    return np.where(t // k == (T - 1) // k, f ** (T - 1.0 - t), 0.0)


def _all_the_way(T, k, f):
    return f ** (T - 1.0 - np.arange(T))


def _always_k_steps(T, k, f):
    t = np.arange(T)
    return np.where(t >= T - k, f ** (T - 1.0 - t), 0.0)


def _after_the_last_multiple(T, k, f):
    t = np.arange(T)
    return np.where(t >= T - T % k, f ** (T - 1.0 - t), 0.0)


def _one_factor_too_many(T, k, f):
    return _reach(T, k, f) * f


def _no_factor(T, k, f):
    return (_reach(T, k, f) > 0) * 1.0


REACH = Exercise(
    title="how far a loss reaches",
    prompt="A memory with a fixed gate: c_t = f * c_(t-1) + x_t for T steps. The loss is c after the last of "
    "them. Counted from the start, the gradient of c is cut after every k steps: between c_k and the "
    "step that reads it, and so on; nothing follows the last step. Write `reach(T, k, f)` that gives "
    "the gradient of the loss with respect to each x_t, (T,).",
    reference=_reach,
    returns={"dx": "T"},
    cases=_truncated,
    slips=(
        Slip(_all_the_way, "That is the gradient without a cut: all steps before the last chunk get zero."),
        Slip(
            _always_k_steps,
            "You counted the k steps back from the loss. The cuts are counted from the start, so the last "
            "chunk may be shorter.",
        ),
        Slip(
            _after_the_last_multiple,
            "Where k divides T you cut after the last step as well. That cut lies behind the loss.",
        ),
        Slip(
            _one_factor_too_many,
            "One factor f too many: between the last x and the loss there is none.",
        ),
        Slip(_no_factor, "The steps are the right ones, but each step back costs a factor f."),
    ),
    hints=(
        "Number the steps from 0. In which chunk does step t lie, and in which the last one?",
        "Within the last chunk, count the factors f between x_t and c at the end.",
    ),
    lesson="With T = 8, cutting every 7 steps leaves one step, and cutting every 4 leaves four.",
)

AVERAGE_REACH = Exercise(
    title="the average reach",
    prompt="Chunks of 20 steps, and a loss at every step. Over how many steps does a loss reach back on "
    "average, its own included?",
    reference=(20 + 1) / 2,
    returns={"steps": ""},
    slips=(
        Slip(20, "That is the reach of the last loss in a chunk. The first one reaches its own step only."),
        Slip(10, "Nearly: average 1, 2, …, 20, not 0, 1, …, 20."),
        Slip(9.5, "That leaves out the loss's own step."),
        Slip(1, "That is the first loss of a chunk. Those after it reach further."),
    ),
    hints=(
        "How far does the loss at the first step of a chunk reach? At the second? At the last?",
        "Write the twenty reaches in a row. What do the first and the last give together? And the next pair?",
    ),
    lesson="A chunk of k steps trains on half as much past as its length suggests.",
)
