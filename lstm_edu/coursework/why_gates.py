"""Exercises of the page "Why gates": drift, the cell of 1997, what a slope leaves, a chain, a peephole."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid


def _noises(rng):
    for s, T in [(0.1, 400), (0.3, 50), (2.0, 7)]:
        yield {"s": s, "T": T}


def _old_cells(rng):
    for B, H in [(2, 3), (4, 5)]:
        i, o = rng.uniform(0.1, 0.9, size=(2, B, H))
        yield {"c_prev": rng.normal(size=(B, H)), "i": i, "g": np.tanh(rng.normal(size=(B, H))), "o": o}


def _cell_1997(c_prev, i, g, o):
    c = c_prev + i * g
    return o * np.tanh(c), c


def _messages(rng):
    for m, limit in [(0.5, 1e-3), (0.8, 1e-6), (0.15, 0.1)]:
        yield {"m": m, "limit": limit}


def _chains(rng):
    for B, T, H in [(2, 5, 3), (3, 4, 6)]:
        yield {"f": rng.uniform(0.3, 1.0, size=(B, T, H))}


def _peepholes(rng):
    for B, H in [(2, 3), (4, 5)]:
        a_o, c_prev, c = rng.normal(size=(3, B, H))
        yield {"a_o": a_o, "p_o": rng.normal(size=H), "c_prev": c_prev, "c": c}


DRIFT = Exercise(
    title="how far noise carries",
    prompt="A carousel without gates starts at 0 and adds, at each of T steps, an independent number with "
    "mean 0 and standard deviation s. Write `drift(s, T)`: the standard deviation of where it ends.",
    reference=lambda s, T: s * T**0.5,
    returns={"drift": ""},
    cases=_noises,
    slips=(
        Slip(
            lambda s, T: s * T, "That is as if all steps pushed the same way. Most of what they do cancels."
        ),
        Slip(lambda s, T: s, "That is one step. The carousel adds T of them, and none is ever taken back."),
        Slip(
            lambda s, T: s**2 * T,
            "That is the variance, which is what adds up. The standard deviation is its root.",
        ),
        Slip(
            lambda s, T: s / T**0.5,
            "That is how the mean of T numbers narrows. A carousel holds their sum.",
        ),
        Slip(lambda s, T: (s * T) ** 0.5, "The root is of T alone: s² T is the variance, s comes out whole."),
    ),
    hints=("Of independent numbers, the variances add up.", "How many variances, and how does one become s?"),
    lesson="Without an input gate, memory is lost to noise, however small; it takes longer, that is all.",
)

CELL_1997 = Exercise(
    title="the cell of 1997",
    prompt="Write `step(c_prev, i, g, o)` for the cell of 1997, input and output gate and nothing else: i, g"
    " and o come squashed, c is squashed by tanh on its way out. All are (B, H). Give back the new h,"
    " then the new c.",
    reference=_cell_1997,
    returns={"h": "BH", "c": "BH"},
    cases=_old_cells,
    slips=(
        Slip(
            lambda c_prev, i, g, o: (o * np.tanh((1 - i) * c_prev + i * g), (1 - i) * c_prev + i * g),
            "To let go of what is written over is the idea of the GRU, years later. In 1997 the old number "
            "stays whole.",
        ),
        Slip(
            lambda c_prev, i, g, o: (o * np.tanh(c_prev + i * g), np.tanh(c_prev + i * g)),
            "You carry tanh(c) on. The squashing is for the others; on the carousel it would multiply the "
            "error by a slope at every step.",
        ),
        Slip(
            lambda c_prev, i, g, o: (o * np.tanh(c_prev + i * g), o * (c_prev + i * g)),
            "The output gate also acts on what you keep. It stands at the exit; c stays whole.",
        ),
        Slip(
            lambda c_prev, i, g, o: (o * np.tanh(c_prev + g), c_prev + g),
            "The input gate is missing: everything that comes in is added.",
        ),
        Slip(
            lambda c_prev, i, g, o: (o * (c_prev + i * g), c_prev + i * g),
            "h is not squashed. What leaves the cell goes through tanh first.",
        ),
        Slip(
            lambda c_prev, i, g, o: (np.tanh(c_prev + i * g), c_prev + i * g),
            "The output gate is missing: the others hear c at every step.",
        ),
        Slip(
            lambda c_prev, i, g, o: (c_prev + i * g, o * np.tanh(c_prev + i * g)),
            "The right two, in the other order: h first, then c.",
        ),
    ),
    hints=("Equation (2) is the new c.", "Equation (3) makes h from the new c, not from `c_prev`."),
    lesson="Today's cell at a forget gate of exactly one.",
)

MESSAGES = Exercise(
    title="when a full memory goes deaf",
    prompt="A cell of 1997 starts at c = 0 and every message adds `m` > 0 to it. Write `messages(m, limit)`:"
    " after how many messages, a whole number, is the slope 1 − tanh² c below `limit` for the first "
    "time? It is not at the start.",
    reference=lambda m, limit: np.ceil(np.arctanh(np.sqrt(1 - limit)) / m),
    returns={"messages": ""},
    cases=_messages,
    slips=(
        Slip(
            lambda m, limit: np.floor(np.arctanh(np.sqrt(1 - limit)) / m),
            "One message too early: the slope is still above. Round up.",
        ),
        Slip(
            lambda m, limit: np.arctanh(np.sqrt(1 - limit)) / m,
            "The c is right, but messages come whole. Round up.",
        ),
        Slip(
            lambda m, limit: np.ceil(np.arctanh(1 - limit) / m),
            "You solved tanh c = 1 − limit. In the slope tanh is squared, so a root is missing.",
        ),
        Slip(
            lambda m, limit: np.ceil(np.arctanh(np.sqrt(1 - limit))),
            "That is how large c has to be. Each message adds `m`: divide.",
        ),
        Slip(
            lambda m, limit: np.ceil(np.arctanh(np.sqrt(1 - limit)) / np.tanh(m)),
            "`m` is what is added to c. It has been through tanh already.",
        ),
    ),
    hints=(
        "How large must c be for the slope to fall to `limit`? `np.arctanh` undoes tanh.",
        "How many messages of size `m` make so large a c? They come whole.",
    ),
    lesson="A memory that can only add goes deaf after a number of messages that can be told in advance.",
)

CHAIN = Exercise(
    title="what is left of an error",
    prompt="`f` (B, T, H) holds the forget gates of T steps, other roads closed. Write `left(f)`: by what an"
    " error that sits at the last c is multiplied on its way to the c before the first step, (B, H).",
    reference=lambda f: f.prod(axis=1),
    returns={"left": "BH"},
    cases=_chains,
    slips=(
        Slip(
            lambda f: f[:, 1:].prod(axis=1),
            "One gate short: the c *before* the first step lies behind the first gate as well.",
        ),
        Slip(lambda f: f.sum(axis=1), "Steps along one road multiply. Sums are for different roads."),
        Slip(lambda f: f.mean(axis=1), "A mean does not fade. Each step multiplies what is left."),
        Slip(lambda f: f[:, -1], "That is one step back. There are T."),
        Slip(
            lambda f: f.mean(axis=1) ** f.shape[1],
            "A power of the mean gate is close but too much: one closed gate is enough to stop an error.",
        ),
        Slip(lambda f: (1 - f).prod(axis=1), "1 − f is what is dropped. What is kept of the error is f."),
    ),
    hints=("One step back costs a factor of f.", "Which axis is time?"),
    lesson="With f = 1 it is the carousel; with one f = 0 nothing passes, which is what forgetting is.",
)

PEEPHOLE = Exercise(
    title="a look through the peephole",
    prompt="Write `output_gate(a_o, p_o, c_prev, c)`: the output gate with a peephole, (B, H). `a_o` is its "
    "pre-activation without one, `c_prev` and `c` the cell state before and after this step, all (B, "
    "H); `p_o` has one weight for each unit, (H,).",
    reference=lambda a_o, p_o, c_prev, c: sigmoid(a_o + p_o * c),
    returns={"o": "BH"},
    cases=_peepholes,
    slips=(
        Slip(
            lambda a_o, p_o, c_prev, c: sigmoid(a_o + p_o * c_prev),
            "That c is one step old. The input and forget gates look before the update; the output gate "
            "comes after it and sees the new c.",
        ),
        Slip(
            lambda a_o, p_o, c_prev, c: sigmoid(a_o + p_o * np.tanh(c)),
            "A peephole shows c itself, not squashed. A timer would be blind from three on.",
        ),
        Slip(
            lambda a_o, p_o, c_prev, c: sigmoid(a_o) + p_o * c,
            "What is seen joins before the sigmoid; outside it, the gate leaves the range from 0 to 1.",
        ),
        Slip(
            lambda a_o, p_o, c_prev, c: sigmoid(a_o + (c @ p_o)[:, None]),
            "You let each gate see all cells. A peephole leads from a cell to its own gates: multiply "
            "element by element.",
        ),
        Slip(lambda a_o, p_o, c_prev, c: sigmoid(a_o), "This gate does not look at c at all."),
        Slip(
            lambda a_o, p_o, c_prev, c: a_o + p_o * c,
            "The squashing is missing: take the sigmoid.",
        ),
    ),
    hints=("Equation (6).", "Of the two cell states, the output gate can wait for the newer one."),
    lesson="One more number for each unit and gate, and the gate knows what it guards.",
)
