"""A simple recurrent network: what is certain of many steps back."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _matrices(rng):
    for H, k in [(3, 4), (5, 2)]:
        yield {"U": rng.normal(size=(H, H)) / np.sqrt(H), "k": k}


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
