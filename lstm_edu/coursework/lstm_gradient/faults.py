"""A backward step with one wrong line, and a check that is too short to see another."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def suspect(dh, dc, x, h_prev, c_prev, i, f, g, o, c, h, weight_ih, weight_hh):
    """Go back through one step: all (B, H) but ``x``, (B, D), and the packed weights. One line is wrong."""
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)  # line 1
    da_i = dc * g * i * (1 - i)  # line 2
    da_f = dc * c_prev * f * (1 - f)  # line 3
    da_g = dc * i * (1 - g * g)  # line 4
    da_o = dh * np.tanh(c) * o * (1 - o)  # line 5
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dx = da @ weight_ih  # line 6
    dh_prev, dc_prev = da @ weight_hh, dc * f  # line 7
    d_weight_ih = da.T @ x  # line 8
    d_weight_hh = da.T @ h  # line 9
    d_bias = da.sum(axis=0)  # line 10
    return dx, dh_prev, dc_prev, d_weight_ih, d_weight_hh, d_bias


FIND_THE_BUG = Exercise(
    title="find the bug",
    prompt="One line of `suspect` is wrong. Which? Give the number in its comment.",
    reference=9,
    returns={"line": ""},
    slips=(
        Slip(1, "Line 1 is right: what comes through h joins what came along c."),
        Slip(2, "Line 2 is right: in equation (5) the partner of i is g."),
        Slip(3, "Line 3 is right: the forget gate multiplies the old c."),
        Slip(4, "Line 4 is right: `g * g` is g squared, and that is the slope of tanh."),
        Slip(5, "Line 5 is right: the output gate hears `dh`, not `dc`."),
        Slip(6, "Line 6 is right: forwards `x @ weight_ih.T`, backwards `da @ weight_ih`."),
        Slip(7, "Line 7 is right: both are made from complete gradients, and neither overwrites the other."),
        Slip(8, "Line 8 is right: the gradient meets the x that the weights multiplied."),
        Slip(10, "Line 10 is right: a bias acts on every row of the batch, so its gradient is a sum."),
    ),
    hints=(
        "A gradient check would name the array. Which arrays does each line make?",
        "For every factor ask: was it *this* number that stood there on the way forwards?",
    ),
    lesson="The shapes fit, the loss falls, and one array of six is wrong: only a check of every block "
    "sees it.",
)

STEPS_TO_CHECK = Exercise(
    title="how long a check must be",
    prompt="`Overwritten` starts from a random state, and only the gradient of its `weight_hh` is checked. "
    "How many steps must the sequence have at least, for the check to fail?",
    reference=2,
    returns={"steps": ""},
    slips=(
        Slip(
            1,
            "In the only step all blocks of `da` are still right. What is wrong is what that step hands "
            "back, and nobody is there to get it.",
        ),
        Slip(
            3,
            "That is the answer from zeros. Here the first step reads an h that is not zero, so what it "
            "adds to `weight_hh` counts.",
        ),
    ),
    hints=(
        "What does `Overwritten` get right at the last step, and what is the first wrong number it makes?",
        "Which step uses that number, and which h stands beside its `da` in equation (15)?",
    ),
    lesson="A check of a single step, the usual one for a cell, passes this bug unless it looks at the old "
    "c.",
)
