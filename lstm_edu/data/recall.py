"""A toy task with one distance only: say at the end what came first."""

import numpy as np

from lstm_edu.data.counts import check_count


def recall(n, length, *, rng):
    """Draw ``n`` sequences whose first number is to be repeated at the end, after ``length`` - 1 others.

    Input and marks are those of ``adding``: a number uniform on [0, 1), and a second input that is 1 at the
    first step and 0 at all others. The target is the first number. Always answering 1/2 scores a
    mean squared error of 1/12 ≈ 0.0833. Unlike in ``adding``, no sequence is easier than the
    others: between the number and the answer there are always ``length`` - 1 steps.

    Parameters
    ----------
    n : int
        Number of sequences, B.
    length : int
        Steps T, at least 2.
    rng : numpy.random.Generator

    Returns
    -------
    x : ndarray of shape (B, T, D=2)
    y : ndarray of shape (B, 1)

    Raises
    ------
    TypeError, ValueError
        If ``n`` or ``length`` is no count, or too small.

    References
    ----------
    After the two-sequence problem of Bengio, Simard and Frasconi (1994): first the content, then only noise.
    """
    n, length = check_count("n", n), check_count("length", length, minimum=2)
    x = np.zeros((n, length, 2))
    x[:, :, 0] = rng.random((n, length))
    x[:, 0, 1] = 1
    return x, x[:, 0, :1].copy()
