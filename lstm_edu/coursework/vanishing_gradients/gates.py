"""An LSTM: the two ways back into the cell state, and the bias that keeps one of them open."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.initialise import bias_that_keeps


def _two_paths(rng):
    for B, H in [(2, 3), (4, 5)]:
        f, o = rng.uniform(0.1, 0.9, size=(2, B, H))
        dc, dh, c = rng.normal(size=(3, B, H))
        yield {"dc": dc, "f": f, "dh_prev": dh, "o_prev": o, "c_prev": c}


def _shares(rng):
    yield from ({"share": share, "steps": steps} for share, steps in [(0.6, 100), (0.5, 1), (0.1, 20)])


def _logit(p):
    return np.log(p / (1 - p))


TWO_PATHS = Exercise(
    title="two paths into the cell state",
    prompt="`dc` is the complete gradient of c at some step, `f` the forget gate of that step. One step "
    "earlier the hidden state had the complete gradient `dh_prev`, the output gate was `o_prev` and the"
    " cell state `c_prev`. Write `dc_prev(dc, f, dh_prev, o_prev, c_prev)`, the complete gradient of "
    "`c_prev`; all are (B, H).",
    reference=lambda dc, f, dh_prev, o_prev, c_prev: f * dc + dh_prev * o_prev * (1 - np.tanh(c_prev) ** 2),
    returns={"dc_prev": "BH"},
    cases=_two_paths,
    slips=(
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: f * dc,
            "That is the path along c. `c_prev` also made an h, and that h reached the loss through the "
            "gates.",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: dh_prev * o_prev * (1 - np.tanh(c_prev) ** 2),
            "That is the path through h. The path along c is missing, the one that lasts.",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: f * (dc + dh_prev * o_prev * (1 - np.tanh(c_prev) ** 2)),
            "The forget gate stands between `c_prev` and the next c only. The path through h does not "
            "pass it.",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: (
                f * (1 - f) * dc + dh_prev * o_prev * (1 - np.tanh(c_prev) ** 2)
            ),
            "`f * (1 - f)` is the slope of the gate, for its own pre-activation. Here f is a plain factor.",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: f * dc + dh_prev * (1 - np.tanh(c_prev) ** 2),
            "On the path through h the output gate is missing: h = o * tanh(c).",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: f * dc + dh_prev * o_prev * (1 - c_prev**2),
            "The slope of tanh is one minus the square of its value, and the value is tanh(c_prev).",
        ),
        Slip(
            lambda dc, f, dh_prev, o_prev, c_prev: f * dc + dh_prev * o_prev,
            "On the path through h the slope of tanh is missing.",
        ),
    ),
    hints=(
        "Draw the arrows that leave `c_prev`. There are two; what stands on each?",
        "Along c it meets one gate. Through h = o * tanh(c) it meets another one, and a slope.",
    ),
    lesson="One path costs a gate, the other a gate, a slope and, a step earlier, a matrix.",
)

BIAS_THAT_KEEPS = Exercise(
    title="the bias that keeps a share",
    prompt="A forget gate that sees nothing but its bias stays at sigmoid(bias). Write `bias(share, steps)`: "
    "at which bias is `share` of the cell state left after `steps` steps?",
    reference=bias_that_keeps,
    returns={"bias": ""},
    cases=_shares,
    slips=(
        Slip(
            lambda share, steps: share ** (1 / steps),
            "That is the gate. Its bias is what the sigmoid makes it from: undo the sigmoid.",
        ),
        Slip(
            lambda share, steps: _logit(share),
            "That bias keeps the share after *one* step. After `steps` of them, share ** steps is left.",
        ),
        Slip(
            lambda share, steps: -_logit(share ** (1 / steps)),
            "The sign is turned round: a gate above one half needs a positive bias.",
        ),
        Slip(
            lambda share, steps: _logit(share ** (1 / steps)) / 2,
            "That is half of it, as if there were two biases to share the work. Here there is one.",
        ),
        Slip(
            lambda share, steps: _logit(share**steps),
            "You took the power of the share. The power of the *gate* is the share: take the root.",
        ),
        Slip(
            lambda share, steps: np.log(share) / steps,
            "That is the logarithm of the gate. One more step leads to its bias.",
        ),
        Slip(
            lambda share, steps: np.log(steps / np.log(1 / share)),
            "The version for the napkin: it forgets at a rate of ln(1 / share) / steps. Right for many "
            "steps, "
            "off for few.",
        ),
        Slip(
            lambda share, steps: np.arctanh(share ** (1 / steps)),
            "You undid a tanh. A gate is a sigmoid: its inverse is ln(f / (1 - f)).",
        ),
    ),
    hints=(
        "First the gate: which f, multiplied with itself `steps` times, leaves `share`?",
        "Then solve f = 1 / (1 + exp(-bias)) for the bias.",
    ),
    lesson="Sixty per cent after a hundred steps needs a bias of 5.27; the usual 1 leaves 2.5e-14.",
)
