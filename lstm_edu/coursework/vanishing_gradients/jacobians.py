"""A simple recurrent network: one step back, and what is certain of many."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.rnn import RNNCell, State, Tape


def _steps(rng):
    for B, H in [(2, 3), (4, 5)]:
        yield {
            "d_h": rng.normal(size=(B, H)),
            "h": np.tanh(rng.normal(size=(B, H))),
            "U": rng.normal(size=(H, H)),
        }


def _matrices(rng):
    for H, k in [(3, 4), (5, 2)]:
        yield {"U": rng.normal(size=(H, H)) / np.sqrt(H), "k": k}


def _back(d_h, h, U):
    B, H = h.shape
    cell = RNNCell(1, H)
    cell.weight_hh = U
    _, before, _ = cell.backward(State(d_h), Tape(x=np.zeros((B, 1)), h_prev=np.zeros((B, H)), h=h))
    return before.h


BACK_ONE_STEP = Exercise(
    title="one step back",
    prompt="A simple recurrent network makes `h` = tanh(W x + U h_prev + b). Write `back(d_h, h, U)`: from "
    "the gradient `d_h`, (B, H), of its new state `h`, (B, H), and its matrix `U`, (H, H), the "
    "gradient of h_prev.",
    reference=_back,
    returns={"d_h_prev": "BH"},
    cases=_steps,
    slips=(
        Slip(
            lambda d_h, h, U: (d_h * (1 - h**2)) @ U.T,
            "You multiplied by U transposed, as on the way forward. A row of gradients goes back through "
            "`@ U`.",
        ),
        Slip(
            lambda d_h, h, U: d_h @ U,
            "The slope of tanh is missing: `1 - h**2`, written with its value.",
        ),
        Slip(
            lambda d_h, h, U: (d_h @ U) * (1 - h**2),
            "The order is turned round. Forwards, U came first and tanh last; so backwards the slope "
            "comes first.",
        ),
        Slip(
            lambda d_h, h, U: (d_h * (1 - np.tanh(h) ** 2)) @ U,
            "`h` has been through tanh already; you squashed it a second time before taking the slope.",
        ),
        Slip(
            lambda d_h, h, U: (d_h * h * (1 - h)) @ U,
            "That is the slope of a sigmoid. The slope of tanh is `1 - h**2`.",
        ),
        Slip(
            lambda d_h, h, U: (d_h * (1 - h)) @ U,
            "The slope of tanh is one minus the *square* of its value.",
        ),
    ),
    hints=(
        "Walk the equation backwards: the last thing it did was to squash.",
        "Write the Jacobian of one row first: entry (j, k) says how h_j moves with h_prev_k. Which factor "
        "is there?",
    ),
    lesson="A hundred steps back is this line, a hundred times.",
)

BOUND = Exercise(
    title="a bound on the gradient",
    prompt="Write `bound(U, k)`: the longest that equation (3) of the page lets a gradient of length one "
    "become in `k` steps back, in a tanh network with the recurrent matrix `U`, (H, H). Lengths are "
    "Euclidean.",
    reference=lambda U, k: np.linalg.norm(U, 2) ** k,
    returns={"bound": ""},
    cases=_matrices,
    slips=(
        Slip(
            lambda U, k: np.abs(np.linalg.eigvals(U)).max() ** k,
            "That is the spectral radius. It tells how powers of U behave in the long run, but one "
            "product may "
            "stretch a vector further: the largest singular value says how far.",
        ),
        Slip(
            lambda U, k: np.linalg.norm(U) ** k,
            "`np.linalg.norm(U)` of a matrix is the root of the sum of all squares, which is larger. "
            "The bound needs `ord=2`.",
        ),
        Slip(
            lambda U, k: np.abs(U).max() ** k,
            "That is the largest entry. H small entries together can stretch a vector further.",
        ),
        Slip(
            lambda U, k: np.abs(U).sum(axis=1).max() ** k,
            "That is the largest row sum, the norm for lengths measured by the largest element.",
        ),
        Slip(
            lambda U, k: k * np.linalg.norm(U, 2),
            "Every step multiplies. k steps make a power, not a product.",
        ),
        Slip(lambda U, k: np.linalg.norm(U, 2), "That is the bound of one step. There are k of them."),
        Slip(
            lambda U, k: np.linalg.norm(U, 2) ** (2 * k),
            "That is the square: the eigenvalues of U.T @ U are the squares of the singular values.",
        ),
    ),
    hints=(
        "The slope of tanh is at most one, so the matrix alone is left. How far can it stretch a vector?",
        "`np.linalg.svd` lists how far it stretches along each of its own directions.",
    ),
    lesson="Below one it proves that gradients vanish; above one it proves nothing at all.",
)
