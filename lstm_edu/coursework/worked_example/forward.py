"""What a sixth step of the worked example would compute."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.coursework.worked_example.cells import X6, X, both_ways, one_unit
from lstm_edu.numpy.functional import sigmoid

_values, _ = both_ways((*X, X6), {})
_i, _f, _g, _o, _c, _h = (dict(enumerate(_values[name].tolist(), start=1)) for name in "ifgoch")
_W, _U, _b = (
    dict(zip("ifgo", array.ravel().tolist(), strict=True)) for _, array in one_unit().named_parameters()
)


def _a(gate, x=X6, h=_h[5]):
    """Return a pre-activation of step 6."""
    return _W[gate] * x + _U[gate] * h + _b[gate]


def _sigma(a):
    return float(sigmoid(a))


SIXTH_FORGET_GATE = Exercise(
    title="a sixth forget gate",
    prompt=f"The one unit's sequence goes on: x at step 6 is {X6}. What is f there? Four decimals count.",
    reference=_f[6],
    returns={"f": ""},
    decimals=4,
    slips=(
        Slip(
            _sigma(_a("f", h=_c[5])),
            "You put c into the gate. It reads h, what the unit shows, not c, what it keeps.",
        ),
        Slip(_sigma(_a("f", h=0.0)), "The recurrent term is missing: U times h of step 5."),
        Slip(_sigma(_a("f") - _b["f"]), "The bias is missing. Here it is the largest of the three terms."),
        Slip(float(np.tanh(_a("f"))), "You took tanh. A gate goes through the sigmoid; tanh is for g and c."),
        Slip(_a("f"), "That is the pre-activation. The sigmoid is still to come."),
        Slip(_i[6], "That is the input gate. The forget gate's weights stand in the second row."),
        Slip(_sigma(_a("f", x=-X6)), "A minus got lost: this x is negative."),
        Slip(_sigma(_a("f", h=-_h[5])), "A minus got lost: U and h of step 5 are both negative."),
        Slip(
            _sigma(-_a("f")),
            "One minus the answer: the sigmoid has exp(-a) below the line, and the key was given a.",
        ),
        Slip(_sigma(_a("f", h=_h[4])), "That h is one step too old. Step 6 reads h of step 5."),
    ),
    hints=(
        "Equation (2), three terms. Only x and h are new; the weights are those of every step.",
        "h of step 5 stands at the foot of the last column of the work sheet. Mind its sign.",
    ),
    lesson="The same three weights serve every step.",
)

SIXTH_CELL_STATE = Exercise(
    title="a sixth cell state",
    prompt=f"Same step, x = {X6}: what is c at step 6? Four decimals count.",
    reference=_c[6],
    returns={"c": ""},
    decimals=4,
    slips=(
        Slip(_c[5] + _i[6] * _g[6], "The old c came along whole. Multiply it by f."),
        Slip(_f[6] * _c[5] + _g[6], "The candidate went in whole. Multiply it by i."),
        Slip(
            _i[6] * _c[5] + _f[6] * _g[6],
            "The two gates are exchanged: f goes with the old c, i with the candidate.",
        ),
        Slip(_f[6] * _h[5] + _i[6] * _g[6], "You kept a share of h. What is kept is c of step 5."),
        Slip(
            _f[6] * _c[5] + _i[6] * _sigma(_a("g")),
            "The candidate went through the sigmoid. Its squashing is tanh, and here it is negative.",
        ),
        Slip(_f[6] * _c[5] + _i[6] * _a("g"), "The candidate has not been squashed: g = tanh(a_g)."),
        Slip(_f[6] * _c[5], "Only the old content is there. Add what is written."),
        Slip(_i[6] * _g[6], "Only the new content is there. Add what is kept of the old."),
        Slip(
            _f[6] * _c[5] + (1 - _f[6]) * _g[6],
            "You wrote the share 1 - f of the candidate, as a GRU does. Here i decides.",
        ),
        Slip(_h[6], "That is h, what the unit shows. What it keeps is asked for, before tanh and o."),
    ),
    hints=(
        "Equation (5): a share f of the c that was there, a share i of g.",
        "Both terms are negative here.",
    ),
    lesson="Two negative terms have added up: c is a sum, and nothing but the next f will shrink it.",
)
