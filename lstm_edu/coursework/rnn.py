"""Exercises of the page "A network with a past": one step back, sums over time, parity by hand."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.rnn import RNNCell, State, Tape


def _steps_back(rng):
    for B, H in [(2, 3), (4, 5)]:
        dh, h = rng.normal(size=(B, H)), np.tanh(rng.normal(size=(B, H)))
        yield {"dh": dh, "h": h, "weight_hh": rng.normal(size=(H, H))}


def _d_prev(dh, h, weight_hh):
    B, H = h.shape
    cell = RNNCell(1, H)
    cell.weight_hh = weight_hh
    _, d_prev, _ = cell.backward(State(dh), Tape(np.zeros((B, 1)), np.zeros((B, H)), h))
    return d_prev.h


D_PREV = Exercise(
    title="one step back",
    prompt="Write `d_prev(dh, h, weight_hh)`: from the complete gradient `dh` (B, H) of a state, its value "
    "`h` (B, H) and `weight_hh` (H, H), the gradient that reaches the state one step before, (B, H).",
    reference=_d_prev,
    returns={"d_prev": "BH"},
    cases=_steps_back,
    slips=(
        Slip(
            lambda dh, h, weight_hh: (dh * (1 - h**2)) @ weight_hh.T,
            "The matrix is the wrong way round. Forwards it is `h_prev @ weight_hh.T`; the way back undoes "
            "the transposition.",
        ),
        Slip(
            lambda dh, h, weight_hh: dh @ weight_hh,
            "The slope of tanh is missing: between h and the matrix stands equation (2).",
        ),
        Slip(
            lambda dh, h, weight_hh: (dh @ weight_hh) * (1 - h**2),
            "The right factors in the wrong order. Going back, the squashing comes first, then the matrix.",
        ),
        Slip(
            lambda dh, h, weight_hh: (dh * (1 - np.tanh(h) ** 2)) @ weight_hh,
            "`h` has been through tanh already; its slope is `1 - h**2`.",
        ),
        Slip(
            lambda dh, h, weight_hh: (dh * h * (1 - h)) @ weight_hh,
            "h(1 - h) is the slope of the sigmoid. That of tanh is 1 - h².",
        ),
        Slip(
            lambda dh, h, weight_hh: dh * (1 - h**2),
            "That is the gradient of the pre-activation a. One more step: a contains `h_prev @ weight_hh.T`.",
        ),
    ),
    hints=(
        "Walk backwards: first through equation (2), then through equation (1).",
        "Unit j of the old state feeds every unit i through `weight_hh[i, j]`: sum over i.",
    ),
    lesson="Every step back costs one slope and one product with the same matrix.",
)


def _gradients_over_time(rng):
    for B, T, H, D in [(2, 4, 5, 3), (5, 3, 2, 4)]:
        yield {"da": rng.normal(size=(B, T, H)), "x": rng.normal(size=(B, T, D))}


SUM_OVER_TIME = Exercise(
    title="one matrix, many steps",
    prompt="Write `weight_ih_gradient(da, x)`: from the gradients `da` (B, T, H) of the pre-activations and "
    "the inputs `x` (B, T, D), the gradient of `weight_ih`, (H, D).",
    reference=lambda da, x: np.einsum("bth,btd->hd", da, x),
    returns={"weight_ih": "HD"},
    cases=_gradients_over_time,
    slips=(
        Slip(
            lambda da, x: np.einsum("bth,btd->dh", da, x),
            "That is its transpose, (D, H). A gradient has the shape of what it belongs to.",
        ),
        Slip(
            lambda da, x: da[:, -1].T @ x[:, -1],
            "That is the share of the last step. The same matrix acts at every step: add all of them.",
        ),
        Slip(
            lambda da, x: np.einsum("bth,btd->hd", da, x) / x.shape[1],
            "That is the mean over the steps. The same matrix acts T times: a sum.",
        ),
        Slip(
            lambda da, x: np.einsum("bth,btd->hd", da, x) / len(x),
            "That is the mean over the batch. Where a loss takes a mean, `da` carries that factor already.",
        ),
        Slip(
            lambda da, x: da.sum(axis=(0, 1))[:, None] * x.sum(axis=(0, 1)),
            "You summed first and multiplied then. Each step multiplies its own da by its own x; the sum "
            "comes last.",
        ),
        Slip(
            lambda da, x: da[:, 0].T @ x[:, 0],
            "That is the share of the first step. The same matrix acts at every step: add all of them.",
        ),
    ),
    hints=(
        "One step of one sequence contributes the product of two vectors: one number for each pair (h, d).",
        "Which axes are left in the answer? All others are summed over: a loop, or one `np.einsum`.",
    ),
    lesson="Sharing a weight means adding its gradients, over the batch and over time alike.",
)


def _bits_and_states(rng):
    every = np.array([[x, *h] for x in (0.0, 1.0) for h in ((0.0, 0.0), (1.0, 0.0), (2.0, 1.0))])
    for rows in (np.arange(6), np.array([5, 1, 4, 2])):
        yield {"x": every[rows, :1], "h": every[rows, 1:]}


def _add_two(sum_of, x, h):
    """Unit 1 holds the sum, unit 2 how far it exceeds one; ``sum_of`` says what is added to the bit."""
    total = x + sum_of(h)
    return np.maximum(np.concatenate([total, total - 1], axis=1), 0)


def _parity(h):
    return h[:, :1] - 2 * h[:, 1:]


PARITY_STEP = Exercise(
    title="parity in two units",
    prompt="Two units with relu for tanh compute parity exactly. Let s = h[:, 0] - 2 h[:, 1] be the parity "
    "so far. Write `step(x, h)`, with a bit `x` (B, 1) and the old state `h` (B, 2): in the new state"
    " the first unit holds x + s, the second how far x + s exceeds 1, or zero.",
    reference=lambda x, h: _add_two(_parity, x, h),
    returns={"h": "BH"},
    cases=_bits_and_states,
    slips=(
        Slip(
            lambda x, h: _add_two(lambda h: h[:, :1] - h[:, 1:], x, h),
            "You took h[0] - h[1] for the parity. After two ones the state is (2, 1), and the parity is "
            "2 - 2 · 1 = 0.",
        ),
        Slip(
            lambda x, h: _add_two(lambda h: h[:, :1], x, h),
            "You added the bit to the first unit alone. That counts the ones; it never takes two away.",
        ),
        Slip(
            lambda x, h: np.concatenate(
                [x + h[0] - 2 * h[1], np.maximum(x + h[0] - 2 * h[1] - 1, 0)], axis=1
            ),
            "`h[0]` is the first row of the batch, with both units. Unit 0 of every row is `h[:, :1]`.",
        ),
        Slip(
            lambda x, h: np.concatenate([x + _parity(h), x + _parity(h) - 1], axis=1),
            "The relu is missing: the second unit goes below zero when nothing exceeds 1.",
        ),
        Slip(
            lambda x, h: np.repeat(x + _parity(h), 2, axis=1),
            "Both units hold x + s. The second needs a bias of -1.",
        ),
        Slip(
            lambda x, h: np.concatenate([abs(x - _parity(h)), x * _parity(h)], axis=1),
            "That is parity and carry, as in a circuit. The first unit should hold the sum, 0, 1 or 2; "
            "s is read from both units.",
        ),
        Slip(
            lambda x, h: _add_two(_parity, x, h)[:, ::-1],
            "Both numbers are right, in the other order: the sum is unit 0.",
        ),
        Slip(
            lambda x, h: _add_two(lambda h: 0 * h[:, :1], x, h),
            "Your step does not look at the old state, so it knows the last bit only.",
        ),
    ),
    hints=(
        "Compute s from the old state first; x + s is then 0, 1 or 2.",
        "The new state is one of (0, 0), (1, 0) and (2, 1). `np.maximum(…, 0)` is the relu.",
        "As matrices: both units see the same bit and the same s; only their biases differ.",
    ),
    lesson="Exact at every length: relu lets whole numbers through whole.",
)

PARAMETER_COUNT = Exercise(
    title="number of parameters",
    prompt="How many numbers does `RNNCell(3, 5)` learn, with D=3 features and H=5 hidden units, if it is "
    "trained on sequences of 20 steps?",
    reference=sum(array.size for _, array in RNNCell(3, 5).named_parameters()),
    returns={"count": ""},
    slips=(
        Slip(5 * (3 + 5 + 1) * 20, "The same weights serve every step, so the length does not count."),
        Slip(5 * (3 + 5 + 2), "That counts two biases, as PyTorch and cuDNN keep them. This cell has one."),
        Slip(5 * (3 + 5), "The bias is missing: one number for each unit."),
        Slip(5 * (3 + 1), "The recurrent weights are missing: every unit also reads the 5 numbers of h."),
        Slip(5 * (3 + 5) + 1, "A bias is not one number for the cell, but one for each of its 5 units."),
        Slip(5 * (3 + 1 + 1), "A unit reads all 5 numbers of the old state, not only its own."),
        Slip(4 * 5 * (3 + 5 + 1), "That is an LSTM, with four blocks of this size."),
    ),
    hints=("Count one unit: what does it read, and what does it add?",),
    lesson="In letters: H(D + H + 1), whatever T.",
)

ECHO_BASELINE = Exercise(
    title="an echo without memory",
    prompt="A stream has 50 fair bits, and the target at each step is the bit ten steps before; in the first"
    " ten steps, where there is none, it is 0. A model without memory knows the current bit and the "
    "number of the step. Which share of its 50 answers is right on average, at best?",
    reference=(10 + 40 / 2) / 50,
    returns={"share": ""},
    slips=(
        Slip(0.5, "So it would be in the last 40 steps. The first ten answers are known: they come free."),
        Slip(40 / 2 / 50, "The first ten answers count as well, and they are always right."),
        Slip(10 / 50, "Those are the free ones. Of the other 40 it gets something as well, by guessing."),
        Slip((11 + 39 / 2) / 50, "One too many: only ten steps have no bit ten steps before them."),
        Slip(1.0, "The current bit says nothing about the one ten steps before: they are independent."),
    ),
    hints=(
        "Take the first ten steps and the other forty apart.",
        "In the other forty the target is a fair bit that the model has not got any more.",
    ),
    lesson="So 60 percent would show no memory at all. Score only the steps where something is asked.",
)
