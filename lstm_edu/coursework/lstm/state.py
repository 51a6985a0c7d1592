"""The state of an LSTM cell, equations (5) and (6), forwards and backwards."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.lstm import LSTMCell, State, Tape


def _step(rng, B, H):
    """Draw what a step leaves behind: gates between 0 and 1, a candidate, two cell states, gradients."""
    drawn = dict(zip("ifo", rng.uniform(0.1, 0.9, size=(3, B, H)), strict=True))
    drawn["g"] = np.tanh(rng.normal(size=(B, H)))
    drawn |= dict(zip(["c_prev", "c", "dh", "dc"], rng.normal(size=(4, B, H)), strict=True))
    return drawn


def _steps(*names):
    """Return cases of the named arguments, drawn for two batches."""

    def cases(rng):
        for B, H in [(2, 3), (4, 5)]:
            drawn = _step(rng, B, H)
            yield {name: drawn[name] for name in names}

    return cases


def _backward(dh=0.0, dc=0.0, **known):
    """Send a gradient back through ``LSTMCell``: da, (B, 4H), and the gradient of the old cell state."""
    B, H = next(iter(known.values())).shape
    cell = LSTMCell(4 * H, H)
    cell.weight_ih = np.eye(4 * H)  # so that dx is da itself
    blank = np.zeros((B, H))
    tape = dict.fromkeys(Tape._fields, blank) | {"x": np.zeros((B, 4 * H))} | known
    da, d_before, _ = cell.backward(State(h=blank + dh, c=blank + dc), Tape(**tape))
    return da, d_before.c


def _da_f(dc, c_prev, f):
    da, _ = _backward(dc=dc, c_prev=c_prev, f=f)
    return np.split(da, 4, axis=1)[1]


def _dc_total(dh, dc, o, c):
    _, dc_prev = _backward(dh=dh, dc=dc, o=o, c=c, f=np.ones_like(c))  # f = 1 lets it pass as it is
    return dc_prev


NEW_STATE = Exercise(
    title="the new state",
    prompt="Write `step(i, f, g, o, c_prev)`, equations (5) and (6); all are (B, H), gates and candidate "
    "already squashed. Return `h` and `c`, in this order.",
    reference=lambda i, f, g, o, c_prev: (o * np.tanh(f * c_prev + i * g), f * c_prev + i * g),
    returns={"h": "BH", "c": "BH"},
    cases=_steps("i", "f", "g", "o", "c_prev"),
    slips=(
        Slip(
            lambda i, f, g, o, c_prev: (f * c_prev + i * g, o * np.tanh(f * c_prev + i * g)),
            "Both are right, but in the other order. The book's state is (h, c), as in PyTorch; Flax has (c, "
            "h).",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (o * (f * c_prev + i * g), f * c_prev + i * g),
            "`c` is right. In `h` the tanh of equation (6) is missing.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (o * np.tanh(c_prev), f * c_prev + i * g),
            "`c` is right, but `h` shows the old cell state. Equation (6) comes after (5) and uses the new "
            "one.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (o * np.tanh(i * c_prev + f * g), i * c_prev + f * g),
            "Input and forget gate are exchanged: f goes with the old cell state, i with the candidate.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (
                o * np.tanh(f * c_prev + i * np.tanh(g)),
                f * c_prev + i * np.tanh(g),
            ),
            "The candidate was squashed twice: g comes with its tanh already taken.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (o * sigmoid(f * c_prev + i * g), f * c_prev + i * g),
            "`c` is right. Equation (6) squashes it by tanh, not by a sigmoid, so that h can be negative.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (
                o * np.tanh(f * c_prev + (1 - f) * g),
                f * c_prev + (1 - f) * g,
            ),
            "You wrote `1 - f` of the candidate, as in a GRU. An LSTM has a gate of its own for that: i.",
        ),
        Slip(
            lambda i, f, g, o, c_prev: (np.tanh(f * c_prev + i * g), f * c_prev + i * g),
            "`c` is right. In `h` the output gate is missing.",
        ),
    ),
    hints=(
        "The memory first: a share f of the old, a share i of the new.",
        "Then what is shown of it: squash the new memory, and let o decide how much of that to show.",
    ),
    lesson="Only c is carried by a plain sum; h passes a squashing and a gate at every step.",
)

FORGET_GATE_GRADIENT = Exercise(
    title="gradient of the forget gate",
    prompt="Write `da_f(dc, c_prev, f)`, the gradient of the forget gate's pre-activation, from `dc`, the "
    "complete gradient of the cell state, the old cell state `c_prev` and the gate's value `f`; all are (B, "
    "H).",
    reference=_da_f,
    returns={"da_f": "BH"},
    cases=_steps("dc", "c_prev", "f"),
    slips=(
        Slip(
            lambda dc, c_prev, f: dc * c_prev * f,
            "You multiplied by f; the slope of the sigmoid is `f * (1 - f)`.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * c_prev,
            "You stopped at the gate's value. One more factor leads through the sigmoid to its "
            "pre-activation.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * c_prev * sigmoid(f) * (1 - sigmoid(f)),
            "f has been through the sigmoid already; you squashed it a second time before taking the slope.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * c_prev * (1 - f**2),
            "`1 - f**2` is the slope of tanh. The forget gate is a sigmoid.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * f * (1 - f),
            "In equation (5) f is multiplied by `c_prev`, so its gradient has that as a factor.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * c_prev * (1 - f),
            "Half of the slope is missing: it is `f * (1 - f)`, not `1 - f`.",
        ),
        Slip(
            lambda dc, c_prev, f: dc * f,
            "That is what goes back to `c_prev`. In the product `f * c_prev` each factor gets the other one.",
        ),
    ),
    hints=(
        "f appears in one place only: equation (5). What multiplies it there?",
        "Then one step more, through equation (2). The slope of the sigmoid can be written with its value "
        "alone.",
    ),
    lesson="At f near 1 the slope is near 0: a gate that keeps everything is slow to learn otherwise.",
)

CELL_STATE_GRADIENT = Exercise(
    title="two ways into the cell state",
    prompt="`dc` arrives along the cell state from the next step, `dh` along the hidden state. Write "
    "`dc_total(dh, dc, o, c)`, the complete gradient of `c`; all are (B, H).",
    reference=_dc_total,
    returns={"dc_total": "BH"},
    cases=_steps("dh", "dc", "o", "c"),
    slips=(
        Slip(
            lambda dh, dc, o, c: dh * o * (1 - np.tanh(c) ** 2),
            "`dc` is lost, and with it everything that later steps have to say along the cell state. Add it.",
        ),
        Slip(
            lambda dh, dc, o, c: dc,
            "The way through h is missing: by equation (6), `c` also acts on the loss through `h`.",
        ),
        Slip(
            lambda dh, dc, o, c: dc + dh * o * (1 - c**2),
            "The slope of tanh is one minus the square of its value, and the value here is tanh(c), not c.",
        ),
        Slip(lambda dh, dc, o, c: dc + dh * o, "Equation (6) squashes c: the slope of tanh is missing."),
        Slip(
            lambda dh, dc, o, c: dc + dh * (1 - np.tanh(c) ** 2),
            "The output gate is missing: in equation (6) it multiplies tanh(c).",
        ),
        Slip(
            lambda dh, dc, o, c: (dc + dh) * o * (1 - np.tanh(c) ** 2),
            "`dc` went through equation (6) as well. It arrives at the cell state directly: add it at the "
            "end.",
        ),
        Slip(
            lambda dh, dc, o, c: dc + dh * o * np.tanh(c),
            "That has the value of tanh where its slope belongs.",
        ),
        Slip(
            lambda dh, dc, o, c: dc + dh * o * np.tanh(c) * (1 - np.tanh(c)),
            "That is the slope of a sigmoid. The slope of tanh is one minus the square of its value.",
        ),
    ),
    hints=(
        "Gradients that arrive along two ways are added.",
        "One of them is there already. The other has to come back through equation (6): two factors.",
    ),
    lesson="Without this sum the code still runs, on a wrong gradient.",
)
