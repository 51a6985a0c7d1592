"""One LSTM step backwards: equations (8) to (12) of the page, and what goes back along c."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.lstm import LSTMCell, State, Tape

STEP = "dh", "dc", "c_prev", "i", "f", "g", "o", "c"


def _steps(rng):
    for B, H in [(2, 3), (4, 5)]:
        gates = dict(zip("ifo", rng.uniform(0.1, 0.9, size=(3, B, H)), strict=True))
        content = dict(zip(["dh", "dc", "c_prev", "c"], rng.normal(size=(4, B, H)), strict=True))
        known = gates | content | {"g": np.tanh(rng.normal(size=(B, H)))}
        yield {name: known[name] for name in STEP}


def _step_backward(dh, dc, c_prev, i, f, g, o, c):
    B, H = c.shape
    cell = LSTMCell(4 * H, H)
    cell.weight_ih = np.eye(4 * H)  # so that dx is da itself
    tape = Tape(np.zeros((B, 4 * H)), np.zeros((B, H)), c_prev, i, f, g, o, c)
    da, d_before, _ = cell.backward(State(dh, dc), tape)
    return da, d_before.c


def _packed(da_i, da_f, da_g, da_o):
    return np.concatenate([da_i, da_f, da_g, da_o], axis=1)


def _with(complete=None, blocks=_packed, back=None, **replaced):
    """Return the step as somebody writes it who has one thing wrong; each argument is a function of the step.

    ``complete`` makes the whole gradient of c, ``da_i`` and so on a block, ``blocks`` puts them together,
    ``back`` makes the gradient of the old c.
    """

    def step(*values):
        s = dict(zip(STEP, values, strict=True))
        s["old"] = s["dc"]  # as it came from the next step
        right = s["dc"] + s["dh"] * s["o"] * (1 - np.tanh(s["c"]) ** 2)
        s["dc"] = right if complete is None else complete(s)
        da = {
            "da_i": s["dc"] * s["g"] * s["i"] * (1 - s["i"]),
            "da_f": s["dc"] * s["c_prev"] * s["f"] * (1 - s["f"]),
            "da_g": s["dc"] * s["i"] * (1 - s["g"] ** 2),
            "da_o": s["dh"] * np.tanh(s["c"]) * s["o"] * (1 - s["o"]),
        }
        da |= {name: block(s) for name, block in replaced.items()}
        return blocks(**da), s["dc"] * s["f"] if back is None else back(s)

    return step


def _twice(name):
    return lambda s: sigmoid(s[name]) * (1 - sigmoid(s[name]))


ONE_STEP = Exercise(
    title="one step back",
    prompt="Write `step_back(dh, dc, c_prev, i, f, g, o, c)`: all are (B, H), `dh` is complete and `dc` is "
    "what arrives along the cell state from the next step. Return `da`, the gradient of the four "
    "pre-activations packed in the order i, f, g, o, (B, 4H), and `dc_prev`, the gradient of the old cell "
    "state, (B, H).",
    reference=_step_backward,
    returns={"da": ["B", "4H"], "dc_prev": "BH"},
    blocks="ifgo",
    cases=_steps,
    slips=(
        Slip(
            _with(lambda s: s["dh"] * s["o"] * (1 - np.tanh(s["c"]) ** 2)),
            "The `dc` that arrives from the next step is lost. Add what comes through h to it; do not "
            "replace it.",
        ),
        Slip(
            _with(lambda s: s["dc"]),
            "The way through h is missing: first complete `dc`, then use it.",
        ),
        Slip(
            _with(back=lambda s: s["old"] * s["f"]),
            "All four blocks are right, but `dc_prev` was made from the `dc` that came in. Use the "
            "complete one.",
        ),
        Slip(
            _with(back=lambda s: s["dc"]),
            "All four blocks are right. On the way to the old cell state `dc` still has to pass the forget "
            "gate.",
        ),
        Slip(
            _with(blocks=lambda da_i, da_f, da_g, da_o: _packed(da_i, da_f, da_o, da_g)),
            "Every block is right, but g and o have changed places. Pack them in the order i, f, g, o.",
        ),
        Slip(
            _with(blocks=lambda da_i, da_f, da_g, da_o: _packed(da_f, da_i, da_g, da_o)),
            "Every block is right, but i and f have changed places. Pack them in the order i, f, g, o.",
        ),
        Slip(
            _with(da_f=lambda s: s["dc"] * s["c_prev"] * s["f"]),
            "In block f the slope is `f * (1 - f)`; you multiplied by f alone.",
        ),
        Slip(
            _with(da_f=lambda s: s["dc"] * s["c"] * s["f"] * (1 - s["f"])),
            "Block f has the new c. In equation (5) the forget gate multiplies the old one.",
        ),
        Slip(
            _with(da_o=lambda s: s["dc"] * np.tanh(s["c"]) * s["o"] * (1 - s["o"])),
            "Block o was made from `dc`. The output gate stands in equation (6) only, so it hears `dh`.",
        ),
        Slip(
            _with(da_o=lambda s: s["dh"] * s["c"] * s["o"] * (1 - s["o"])),
            "In block o the tanh is missing: equation (6) multiplies o by tanh(c).",
        ),
        Slip(
            _with(da_g=lambda s: s["dc"] * s["i"] * s["g"] * (1 - s["g"])),
            "Block g has the slope of a sigmoid. The candidate goes through tanh: `1 - g**2`.",
        ),
        Slip(
            _with(
                da_i=lambda s: s["dc"] * s["g"] * _twice("i")(s),
                da_f=lambda s: s["dc"] * s["c_prev"] * _twice("f")(s),
                da_o=lambda s: s["dh"] * np.tanh(s["c"]) * _twice("o")(s),
            ),
            "You squashed the gates a second time before taking the slope: i, f and o come out of the "
            "sigmoid already.",
        ),
    ),
    hints=(
        "Equation (8) first: complete `dc`. Everything else but block o is made from it.",
        "Each block is a product of three: what arrives, the partner in equation (5) or (6), the slope.",
        "The old cell state stands in equation (5) once. What multiplies it?",
    ),
    lesson="Eight lines that hold for every LSTM; the weights come in only afterwards.",
)
