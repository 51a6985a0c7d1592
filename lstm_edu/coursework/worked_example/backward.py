"""The way back through the worked example, with losses added and taken away."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.coursework.worked_example.cells import TARGET6, TARGETS, X6, X, both_ways

_values, _gradients = both_ways((*X, X6), {**TARGETS, 6: TARGET6})
_f5, _f6 = _values["f"][4:]
_c5, _o5 = _values["c"][4], _values["o"][4]
_dh5, (_, _dc6) = _gradients["dh"][4], _gradients["dc"][4:]
_tanh_c5 = np.tanh(_c5)
_error5 = _values["h"][4] - TARGETS[5]


def _dc5(dh=_dh5, o=_o5, squashed=_tanh_c5, arrived=_dc6 * _f6):
    return float(arrived + dh * o * (1 - squashed**2))


THREE_ARRIVALS = Exercise(
    title="three arrivals at step 5",
    prompt=f"Step 6 (x = {X6}) has a target too, y = {TARGET6}, so that ½ (h - y)² joins the loss. What is "
    "the complete dc at step 5 now? Four decimals count.",
    reference=float(_gradients["dc"][4]),
    returns={"dc": ""},
    decimals=4,
    slips=(
        Slip(_dc5(arrived=0.0), "What arrives along c is missing: dc of step 6 times f of step 6."),
        Slip(_dc5(arrived=_dc6), "From step 6 to step 5 dc passes a valve: multiply it by f of step 6."),
        Slip(
            _dc5(arrived=_dc6 * _f5),
            "You let dc through f of step 5. Between c of step 5 and c of step 6 stands f of step 6.",
        ),
        Slip(
            _dc5(dh=_error5),
            "h of step 5 also moved the four gates of step 6: four products U · da have to join dh.",
        ),
        Slip(_dc5(dh=_dh5 - _error5), "The error of step 5 itself is missing: h - y there is still in dh."),
        Slip(
            _dc5(dh=_error5, arrived=0.0),
            "That is dc without a sixth step. Work that step out first, then come back.",
        ),
        Slip(_dc5(squashed=0.0), "dh has to pass tanh on its way to c: the factor 1 - tanh²(c) is missing."),
        Slip(_dc5(squashed=_c5), "The slope of tanh is 1 - tanh²(c). You squared c itself."),
        Slip(_dc5(o=1.0), "dh has to pass the output gate on its way to c: multiply it by o of step 5."),
        Slip(_dc5(dh=0.0), "The way through h is missing: dh · o · (1 - tanh²(c)), all of step 5."),
        Slip(float(_dh5), "That is dh. Now take it through o and tanh, and add what comes along c."),
    ),
    hints=(
        "Start at step 6, where dh is the error alone. You need dc and the four da there.",
        "Then dh at step 5: an error and four products U · da.",
        "Then dc at step 5: one part through h, and dc of step 6 through the valve between the two steps.",
    ),
    lesson="A later step answers twice, along c and through U; a step adds its own error to that.",
)

_both, _only_3, _only_5 = (
    both_ways(X, targets)[1]["da_f"].tolist() for targets in (TARGETS, {3: TARGETS[3]}, {5: TARGETS[5]})
)

WITHOUT_THE_FIRST_LOSS = Exercise(
    title="one loss less",
    prompt="Back to five steps. Take the loss of step 3 away and keep that of step 5. What is the gradient "
    "of the forget gate's bias now? Four decimals count.",
    reference=sum(_only_5),
    returns={"db_f": ""},
    decimals=4,
    slips=(
        Slip(sum(_both), "That is the gradient with both losses. The error of step 3 is still in it."),
        Slip(sum(_only_3), "That is what the loss of step 3 alone would give. The other one stays."),
        Slip(
            sum(_only_5[3:]),
            "You stopped at step 4. Step 3 has no error of its own now, but step 4 still sends it something.",
        ),
        Slip(sum(_only_5[2:]), "Step 2 is missing. What arrives there is small, not zero."),
        Slip(_only_5[4], "That is the share of step 5. The same bias acts at every step: add all five."),
        Slip(sum(_only_5) / 5, "That is the mean over the steps. The same bias acts five times: a sum."),
        Slip(-sum(_only_5), "The other sign: the error is h - y, and h is below its target."),
    ),
    hints=(
        "Do the columns of steps 5 and 4 know anything of the loss at step 3?",
        "At step 3 dh is now only what step 4 sends through U. Work out dc and da_f of steps 3 and 2 again.",
        "Step 1 gives exactly nothing to this bias. Equation (5) says why: which c was there to keep?",
    ),
    lesson="The way back is linear: the gradient of a sum of losses is the sum of their gradients.",
)


def _gate_and_weights(rng):
    for B, H in [(3, 2), (2, 4)]:
        yield {"da": rng.normal(size=(B, H)), "U": rng.normal(size=(H, H))}


CROSS_TERMS_BACK = Exercise(
    title="the way back through U",
    prompt="Row j of one gate's `U`, (H, H), holds what unit j reads from every h. Given that gate's `da`, "
    "(B, H), write `to_h_before(da, U)`: what it sends back to the h of the step before, (B, H).",
    reference=lambda da, U: da @ U,
    returns={"dh_before": "BH"},
    cases=_gate_and_weights,
    slips=(
        Slip(
            lambda da, U: da @ U.T,
            "That is the way forward, where unit j collects along row j. On the way back, h of unit k "
            "collects from everyone who read it: down column k.",
        ),
        Slip(
            lambda da, U: da * np.diag(U),
            "Only the diagonal: each unit hears of itself. The cross terms are missing.",
        ),
        Slip(
            lambda da, U: da * U.sum(axis=0),
            "Each h got its own da, several times. It has to get the da of those who read it.",
        ),
        Slip(
            lambda da, U: da.sum(axis=1, keepdims=True) * U.sum(axis=0),
            "You added before multiplying. Each da goes with its own weight: a sum of products.",
        ),
    ),
    hints=(
        "Two units: let h of unit 2 alone move a little. Which two weights does it stand behind?",
        "They are in one column.",
    ),
    lesson="Forward along the rows, back down the columns.",
)
