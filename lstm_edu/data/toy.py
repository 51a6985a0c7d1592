"""Tasks whose best and worst scores are known exactly, drawn afresh from ``rng``."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count

BLANK = 0  # of the copy task
START, A, B, END = 0, 1, 2, 3  # of the language a^n b^n


class Strings(NamedTuple):
    """Strings of the language a^k b^k, drawn by ``anbn``."""

    x: np.ndarray  #: (B, T) tokens: START a … a b … b, then END where the string is over
    y: np.ndarray  #: (B, T) the token that follows each of them
    allowed: np.ndarray  #: (B, T, V=4) True for every token that may follow, given all before it
    lengths: np.ndarray  #: (B,) steps before the padding, 2k + 1


def noisy_sine(n, *, period=25.0, noise=0.1, phase=0.0, rng):
    """Return ``n`` values of sin(2πt / period + phase) plus normal noise, shape (n,).

    Mean squared error of a forecast one step ahead, over whole periods:

    - predicting 0: 1/2 + noise²
    - persistence, the value before: 2 sin²(π / period) + 2 noise²
    - knowing the sine, which nothing can beat: noise²

    Parameters
    ----------
    n : int
    period : float, default=25.0
        In steps.
    noise : float, default=0.1
        Standard deviation.
    phase : float, default=0.0
        In radians.
    rng : numpy.random.Generator

    Raises
    ------
    TypeError, ValueError
        If ``n`` is no count, ``period`` is not positive, or ``noise`` is negative.
    """
    n = check_count("n", n)
    if not period > 0:
        raise ValueError(f"`period` should be a positive number of steps but is {period}.")
    if not noise >= 0:
        raise ValueError(f"`noise` is a standard deviation and should be at least 0 but is {noise}.")
    t = np.arange(n)
    return np.sin(2 * np.pi * t / period + phase) + noise * rng.standard_normal(n)


def adding(n, length, *, rng):
    """Draw ``n`` sequences of the adding problem: which two numbers were marked, and their sum.

    The first input is uniform on [0, 1); the second marks one step in each half with 1. The target
    is the sum of the two marked numbers. Always answering 1 scores a mean squared error of
    1/6 ≈ 0.1667, the variance of that sum; a model that has not learnt to remember stays there.

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
    Hochreiter and Schmidhuber (1997), experiment 4; in the form of Le, Jaitly and Hinton (2015):
    numbers in [0, 1), one mark in each half, the plain sum.
    """
    n, length = check_count("n", n), check_count("length", length, minimum=2)
    values, marks = rng.random((n, length)), np.zeros((n, length))
    rows = np.arange(n)
    marks[rows, rng.integers(0, length // 2, n)] = 1
    marks[rows, rng.integers(length // 2, length, n)] = 1
    x = np.stack([values, marks], axis=2)  # (B, T, 2)
    return x, (values * marks).sum(axis=1, keepdims=True)


def copy_memory(n, delay, *, rng, symbols=8, length=10):
    """Draw ``n`` sequences of the copy task: hold ``length`` symbols through ``delay`` blanks.

    Input: ``length`` symbols, ``delay`` - 1 blanks, the signal to answer, ``length`` blanks.
    Target: blanks, and in the last ``length`` steps the symbols in their order. Tokens: 0 is the
    blank, 1 to ``symbols`` the symbols, ``symbols`` + 1 the signal, so V = ``symbols`` + 2.

    The best answer without memory is blank while nothing is asked, then every symbol with the same
    probability: a mean cross-entropy of length · ln(symbols) / (delay + 2 · length) nats a step, which
    is 10 ln 8 / (delay + 20) by default.

    Parameters
    ----------
    n : int
        Number of sequences, B.
    delay : int
        Steps from the last symbol to the signal.
    rng : numpy.random.Generator
    symbols : int, default=8
    length : int, default=10

    Returns
    -------
    x, y : ndarray of shape (B, T = delay + 2 · length), int64

    Raises
    ------
    TypeError, ValueError
        If one of the numbers is no count.

    References
    ----------
    Hochreiter and Schmidhuber (1997) for the idea; Arjovsky, Shah and Bengio (2016) for this form.
    """
    n, delay = check_count("n", n), check_count("delay", delay)
    symbols, length = check_count("symbols", symbols), check_count("length", length)
    shown = rng.integers(1, symbols + 1, (n, length))
    x, y = np.full((2, n, delay + 2 * length), BLANK)
    x[:, :length] = shown
    x[:, length + delay - 1] = symbols + 1
    y[:, -length:] = shown
    return x, y


def anbn(n, max_n, *, rng, min_n=1):
    """Draw ``n`` strings of the language a^k b^k, to be read one token at a time.

    k is uniform on ``min_n`` to ``max_n``. Tokens: 0 is the start, 1 is a, 2 is b, 3 is the end, V = 4;
    after the end, everything is the end, so that strings of one array are equally long.

    With ``min_n = 1``, N = ``max_n`` and m = (N + 1) / 2, and without the padding:

    - a string counts as accepted if the set of allowed tokens is right at every step. Whoever sees only
      the current token must answer the same after each b, which is right for k = 1 alone: 1/N accepted.
    - the best cross-entropy of the next token is ln N nats a string: one choice, k, and no more.
    - the best without memory, from the current token alone, is 2 m h(1/m) nats a string, with
      h(p) = -p ln p - (1 - p) ln(1 - p).

    Parameters
    ----------
    n : int
        Number of strings, B.
    max_n : int
        Largest k; T = 2 · ``max_n`` + 1.
    rng : numpy.random.Generator
    min_n : int, default=1
        Smallest k; set it above the training ``max_n`` to ask for strings longer than any seen.

    Returns
    -------
    Strings
        ``x``, ``y`` (B, T) int64, ``allowed`` (B, T, 4) bool, ``lengths`` (B,) int64.

    Raises
    ------
    TypeError, ValueError
        If one of the numbers is no count, or ``max_n`` is below ``min_n``.

    References
    ----------
    Gers and Schmidhuber (2001).
    """
    n, min_n = check_count("n", n), check_count("min_n", min_n)
    max_n = check_count("max_n", max_n, minimum=min_n)
    k = rng.integers(min_n, max_n + 1, (n, 1))  # (B, 1)
    t = np.arange(2 * max_n + 2)  # of x and the token after its last
    tokens = np.select([t == 0, t <= k, t <= 2 * k], [START, A, B], END)  # (B, T + 1)
    x, y = tokens[:, :-1], tokens[:, 1:]
    allowed = y[:, :, None] == np.arange(4)  # (B, T, 4)
    allowed[x == A] = [False, True, True, False]  # one more a, or the first b
    return Strings(x.copy(), y.copy(), allowed, 2 * k[:, 0] + 1)
