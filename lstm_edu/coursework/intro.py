"""Exercises of the page "LSTM, built twice": three small ones, to meet ``check``."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid


def _gates_and_memory(rng):
    for B, H in [(2, 3), (4, 5)]:
        f, i = rng.uniform(0.1, 0.9, size=(2, B, H))
        c, g = rng.normal(size=(2, B, H))
        yield {"f": f, "c": c, "i": i, "g": g}


def _gate_and_memory(rng):
    for case in _gates_and_memory(rng):
        yield {"f": case["f"], "c": case["c"]}


def _preactivations(rng):
    for B, H in [(2, 5), (4, 3)]:
        a = rng.normal(scale=2, size=(B, H))
        a[0, 0], a[-1, -1] = 1000, -1000
        yield {"a": a}


KEEP = Exercise(
    title="keep a share",
    prompt="A forget gate `f` keeps a share of `c`, element by element; both are (B, H). Write `keep(f, c)`.",
    reference=lambda f, c: f * c,
    returns={"kept": "BH"},
    cases=_gate_and_memory,
    slips=(
        Slip(
            lambda f, c: (1 - f) * c,
            "`(1 - f) * c` is the share that is forgotten. A gate called f is open, and keeps, at 1.",
        ),
        Slip(
            lambda f, c: f + c, "You added the gate. A gate is a valve: it multiplies what passes through it."
        ),
        Slip(lambda f, c: c, "The memory came back untouched: `f` has not acted on it."),
        Slip(lambda f, c: f, "The gate itself came back. It has to act on `c`."),
        Slip(
            lambda f, c: f @ c.T,
            "A matrix product mixes units and rows. The gate of a unit acts on that unit only: use `*`.",
        ),
    ),
    hints=("A share of 0.9 of a number is 0.9 times the number.",),
    lesson="Arrays of one shape are multiplied element by element: one valve for each unit.",
)

SIGMOID = Exercise(
    title="logistic function",
    prompt="Write `sigmoid(a)` = 1 / (1 + exp(-a)) for an array of shape (B, H). Numbers as large as 1000 "
    "will come.",
    reference=sigmoid,
    returns={"sigmoid": "BH"},
    cases=_preactivations,
    slips=(
        Slip(
            lambda a: np.exp(a) / (1 + np.exp(a)),
            "`exp(a)` overflows at a = 1000, and infinity divided by infinity is not a number. "
            "A form with `tanh`, or with `exp` of negative numbers only, cannot overflow.",
        ),
        Slip(
            lambda a: 1 / (1 + np.exp(a)),
            "This one falls where it should rise: the minus in `exp(-a)` is missing.",
        ),
        Slip(np.tanh, "That is tanh, which runs from -1 to 1. A gate must lie between 0 and 1."),
        Slip(
            lambda a: 0.5 * (1 + np.tanh(a)),
            "Right at 0, but twice as steep: the logistic function is `0.5 * (1 + tanh(a / 2))`.",
        ),
        Slip(
            lambda a: sigmoid(a) * (1 - sigmoid(a)),
            "That is the slope of the logistic function. Its value is asked for.",
        ),
    ),
    hints=(
        "What does `np.exp(1000)` give? Look for a form in which no large number is exponentiated.",
        "tanh is the logistic function in disguise: stretched by 2 in both directions and shifted down by 1.",
    ),
    lesson="It gives 0.5 at 0, and near 0 or 1 it hardly moves: there a gate is decided.",
)

A_FIRST_STEP = Exercise(
    title="a first step",
    prompt="Keep a share `f` of the old `c`, add a share `i` of the new `g`; all are (B, H). "
    "Write `first_step(f, c, i, g)`.",
    reference=lambda f, c, i, g: f * c + i * g,
    returns={"c_new": "BH"},
    cases=_gates_and_memory,
    slips=(
        Slip(lambda f, c, i, g: f * c + g, "The new content went in whole: its gate `i` is missing."),
        Slip(
            lambda f, c, i, g: c + i * g,
            "The old content stayed whole: `f` is missing. That is the cell of 1997, which could not forget.",
        ),
        Slip(
            lambda f, c, i, g: i * c + f * g,
            "The two gates are exchanged: `f` is for the old content, `i` for the new.",
        ),
        Slip(
            lambda f, c, i, g: f * (c + i * g),
            "The forget gate closed on the new content too. It acts on the old content only.",
        ),
        Slip(
            lambda f, c, i, g: f * c + (1 - f) * g,
            "You wrote what you forgot, `1 - f`, as a GRU does. Here the gate `i` decides for itself.",
        ),
        Slip(lambda f, c, i, g: i * g, "Only the new content is there. Add what is kept of the old."),
    ),
    hints=("Two products and one sum. The first product is the exercise before.",),
    lesson="This sum is the memory of every LSTM: what is kept, plus what is written.",
)
