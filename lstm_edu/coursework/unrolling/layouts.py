"""Where a library keeps what: directions, layers, two biases."""

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
    returns={"ends": ["B", "2H"]},
    blocks=("ahead", "back"),
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
        "For L = 2 write down, for each of the four entries, whose it is.",
    ),
    lesson="In PyTorch: `h_n.view(L, 2, B, H)`, layers before directions.",
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
