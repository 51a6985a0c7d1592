"""The drawing of an LSTM cell: what leads where, and which row of a matrix that is."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.lstm import LSTMCell


def _routes():
    """Leave one gate at a time its recurrent weights; count how often a nudge of h reaches c, and h."""
    H = 5
    arrived = np.zeros(2, int)
    for gate in range(4):
        cell = LSTMCell(3, H, rng=np.random.default_rng(0))
        kept = cell.weight_hh[gate * H : (gate + 1) * H].copy()
        cell.weight_hh[:] = 0
        cell.weight_hh[gate * H : (gate + 1) * H] = kept
        x, h, c = np.ones((2, 3)), np.zeros((2, H)), np.ones((2, H))
        before, after = (cell(x, cell.State(h=h + nudge, c=c))[0] for nudge in (0, 0.1))
        arrived += [np.any(before.c != after.c), np.any(before.h != after.h)]
    return tuple(int(count) for count in arrived)


ROUTES = Exercise(
    title="routes through the drawing",
    prompt="Nudge the old h in the drawing. Along how many routes does the nudge reach the new c, and along "
    "how many the new h? Answer with a pair of numbers.",
    reference=_routes(),
    returns={"to_c": "", "to_h": ""},
    slips=(
        Slip(
            (4, 4),
            "The output gate reads h, but nothing leads from it to c: it stands in equation (6) only.",
        ),
        Slip((3, 3), "To the new h there is one route more, which leaves c aside: through the output gate."),
        Slip(
            (3, 1),
            "The route through the output gate is one. What has reached c is shown in h as well: three more.",
        ),
        Slip(
            (2, 3),
            "You counted the gates on the way to c. The candidate is no gate, but it reads h like them.",
        ),
        Slip((1, 1), "The line of h is one at first. Count the boxes that read it, and where each leads."),
        Slip(
            (2, 2),
            "i and g meet before they reach c, but a nudge arrives through each of the two: they are two "
            "routes.",
        ),
        Slip((4, 3), "The two are exchanged: all four boxes lead to h, and three of them to c."),
        Slip(
            (1, 2),
            "i, g and f end in one sum, but each of the three carries the nudge by itself. Count boxes.",
        ),
    ),
    hints=(
        "Every box above the line of h reads it. Follow what comes out of each.",
        "Three boxes lead to the line of c. Whatever reaches that line is shown in h as well.",
    ),
    lesson="A gradient takes the same routes backwards, so dh_prev is a sum of four terms.",
)

FORGET_ROW = Exercise(
    title="row of a forget gate",
    prompt="Which row of `weight_hh` of `LSTMCell(3, 5)` leads to the forget gate of unit 2? Count rows and "
    "units from 0.",
    reference=int(np.arange(4 * 5).reshape(4, 5)["ifgo".index("f"), 2]),
    returns={"row": ""},
    slips=(
        Slip(2, "That row belongs to the input gate of unit 2. The forget gates are the second block."),
        Slip(
            12, "The third block is the candidate. In ONNX the third block is the forget gate; here it is g."
        ),
        Slip(17, "The last block is the output gate. The order is i, f, g, o."),
        Slip(
            9,
            "That would hold if each unit's four rows stood together. The gates are blocks of H rows, one "
            "after the other.",
        ),
        Slip(5, "You skipped a block of D rows. The rows belong to units: a block has H of them."),
        Slip(6, "That is unit 1. Counted from 0, unit 2 is the third."),
        Slip(8, "That is unit 3, or unit 2 counted from 1. The first row has the number 0."),
    ),
    hints=(
        "How many rows has a block, and which blocks come before that of the forget gate?",
        "One block of 5 rows comes before it; the unit's own number is the place within its block.",
    ),
    lesson="Row k·H + j is gate k of unit j, in both matrices and in the bias.",
)
