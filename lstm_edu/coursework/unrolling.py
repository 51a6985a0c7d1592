"""Exercises of the page "From cell to layer": directions, layers, chunks, truncation, two biases."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _two_directions(rng):
    for B, T, H in [(2, 5, 3), (3, 4, 2)]:
        yield {"output": rng.normal(size=(B, T, 2 * H))}


def _both_ends(output):
    ahead, back = np.split(output, 2, axis=2)
    return np.concatenate([ahead[:, -1], back[:, 0]], axis=1)


def _exchanged_ends(output):
    ahead, back = np.split(output, 2, axis=2)
    return np.concatenate([back[:, 0], ahead[:, -1]], axis=1)


def _both_beginnings(output):
    ahead, back = np.split(output, 2, axis=2)
    return np.concatenate([ahead[:, 0], back[:, -1]], axis=1)


BOTH_ENDS = Exercise(
    title="where two directions end",
    prompt="`output` is (B, T, 2H), from a bidirectional layer without padding; its first H features are "
    "those of the direction that reads from the start. Write `ends(output)` that gives, (B, 2H), the "
    "hidden state of each direction after it has read everything, in the same order.",
    reference=_both_ends,
    returns={"ends": "BH"},
    cases=_two_directions,
    slips=(
        Slip(
            lambda output: output[:, -1],
            "`output[:, -1]` is right for the first half only. There the second half has read a single step: "
            "it began at the end.",
        ),
        Slip(
            lambda output: output[:, 0],
            "`output[:, 0]` is right for the second half only. There the first half has read a single step.",
        ),
        Slip(_exchanged_ends, "Both states are right; the direction that reads from the start comes first."),
        Slip(_both_beginnings, "Those are the states after each direction's first step, not its last."),
        Slip(
            lambda output: output[:, 0] + output[:, -1],
            "Both ends were added in full; each direction ends at one of them only.",
        ),
        Slip(lambda output: output[-1], "That is the last sequence of the batch. Time is the second axis."),
        Slip(lambda output: output.mean(axis=1), "That is the mean over time, not where the directions end."),
    ),
    hints=(
        "At which time step has the direction that reads from the end read everything?",
        "Split the features in two halves, take one time step from each, and join what you have.",
    ),
    lesson="This is what a head should read, and what `h_n` holds.",
)


def _library_states(rng):
    for L, B, H in [(3, 2, 4), (2, 4, 3)]:
        yield {"h_n": rng.normal(size=(2 * L, B, H))}


def _halves(h_n):
    return tuple(np.split(h_n, 2))


BY_LAYER = Exercise(
    title="the order of `h_n`",
    prompt="`h_n` is (2L, B, H), from a bidirectional `torch.nn.LSTM` with L layers. Write `by_layer(h_n)` "
    "that gives `ahead` and `back`, each (L, B, H): the final states of either direction, layer by layer.",
    reference=lambda h_n: (h_n[0::2], h_n[1::2]),
    returns={"ahead": "LBH", "back": "LBH"},
    cases=_library_states,
    slips=(
        Slip(
            _halves,
            "Those are the lower and the upper half of the layers. The two directions of a layer are "
            "neighbours: layer 0 ahead, layer 0 back, layer 1 ahead, and so on.",
        ),
        Slip(lambda h_n: (h_n[1::2], h_n[0::2]), "The two are exchanged: in each layer, ahead comes first."),
        Slip(
            lambda h_n: (h_n[::-2], h_n[-2::-2]),
            "You counted from the end, so the layers run downwards and the directions are exchanged.",
        ),
        Slip(
            lambda h_n: (h_n[-2], h_n[-1]),
            "Those are the two directions of the last layer, which is all that most heads need. All layers "
            "are asked for.",
        ),
    ),
    hints=(
        "The first axis counts directions fastest and layers slowest.",
        "Every second entry, once from 0 and once from 1.",
    ),
    lesson="In PyTorch: `h_n.view(L, 2, B, H)`, layers before directions.",
)


def _long_series(rng):
    for N, B, k, j in [(24, 2, 3, 1), (60, 5, 4, 1), (45, 3, 5, 0)]:
        yield {"series": rng.normal(size=N), "B": B, "k": k, "j": j}


CHUNK = Exercise(
    title="rows that continue",
    prompt="One long series, (N,), shall be read with carried state: B rows at a time, in equal chunks of k "
    "steps. N is a multiple of B * k. Write `chunk(series, B, k, j)` that gives chunk number j, (B, k), such "
    "that row b always goes on where row b of chunk j - 1 stopped, and the rows are consecutive stretches of "
    "the series.",
    reference=lambda series, B, k, j: series.reshape(B, -1)[:, j * k : (j + 1) * k],
    returns={"chunk": "BT"},
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
    "them. Counted from the start, the gradient of c is cut after every k steps. Write `reach(T, k, f)` that "
    "gives the gradient of the loss with respect to each x_t, (T,).",
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
        "Average the numbers 1 to 20.",
    ),
    lesson="A chunk of k steps trains on half as much past as its length suggests.",
)


def _two_biases(rng):
    for H in (3, 5):
        yield {"bias_ih": rng.normal(size=4 * H), "bias_hh": rng.normal(size=4 * H)}


def _block(bias, k):
    return np.split(bias, 4)[k]


EFFECTIVE_FORGET_BIAS = Exercise(
    title="the effective forget bias",
    prompt="`bias_ih` and `bias_hh` are those of a `torch.nn.LSTM`, (4H,) each. Write `forget_bias(bias_ih, "
    "bias_hh)` that gives the forget bias it computes with, (H,).",
    reference=lambda bias_ih, bias_hh: _block(bias_ih + bias_hh, 1),
    returns={"forget_bias": "H"},
    cases=_two_biases,
    slips=(
        Slip(lambda bias_ih, bias_hh: _block(bias_ih, 1), "`bias_hh` acts as well: the two are added."),
        Slip(lambda bias_ih, bias_hh: _block(bias_hh, 1), "`bias_ih` acts as well: the two are added."),
        Slip(
            lambda bias_ih, bias_hh: _block(bias_ih + bias_hh, 1) / 2,
            "They are added, not averaged: with 1 in both, the forget bias is 2.",
        ),
        Slip(
            lambda bias_ih, bias_hh: _block(bias_ih + bias_hh, 2),
            "That block is the candidate's. It is the forget gate's in ONNX; PyTorch stacks i, f, g, o.",
        ),
        Slip(lambda bias_ih, bias_hh: _block(bias_ih + bias_hh, 0), "That block is the input gate's."),
        Slip(
            lambda bias_ih, bias_hh: bias_ih + bias_hh, "Right, but that is all four gates; one is asked for."
        ),
        Slip(
            lambda bias_ih, bias_hh: (bias_ih + bias_hh)[1::4],
            "You took every fourth number. The gates are blocks of H numbers, one after the other.",
        ),
    ),
    hints=(
        "The pre-activation holds W x + b_ih + U h + b_hh.",
        "Four blocks of H numbers in the order i, f, g, o.",
    ),
    lesson="One bias would do; PyTorch keeps two because cuDNN does.",
)
