"""Training on a task that never runs out of examples, watched step by step."""

import math
from contextlib import contextmanager

import numpy as np
import torch

from lstm_edu import torch as lth


def descend(network, draw, *, lr, steps, batch_size, rng, judge, goal=0.0, clip, judge_every=50):
    """Train a network in place, on a fresh batch at every step.

    Parameters
    ----------
    network : torch.nn.Module
    draw : callable
        ``draw(n, rng=rng)`` gives arrays x (n, T, D) and y (n, K).
    lr : float
        Of Adam.
    steps, batch_size : int
    rng : numpy.random.Generator
    judge : tuple of array
        x and y whose mean squared error is taken every ``judge_every`` steps.
    goal : float, default=0.0
        Training ends as soon as that error is below.
    clip : callable
        Given the list of parameters, bounds their gradients and returns the norm from before.
    judge_every : int, default=50

    Returns
    -------
    norms : list of float
        Gradient norm of every step; the last one is not finite if training broke off there.
    errors : list of float
    """
    parameters = list(network.parameters())
    optimizer = torch.optim.Adam(parameters, lr=lr)
    x_judge, y_judge = single(judge)
    norms, errors = [], []
    while len(norms) < steps:
        x, y = single(draw(batch_size, rng=rng))
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(network(x), y).backward()
        norms.append(clip(parameters))
        if not math.isfinite(norms[-1]):
            break
        optimizer.step()
        if len(norms) % judge_every == 0:
            with torch.no_grad():
                errors.append(torch.nn.functional.mse_loss(network(x_judge), y_judge).item())
            if errors[-1] < goal:
                break
    return norms, errors


def fit_or_stop(*arguments, **settings):
    """Train by ``lth.fit``, with its arguments, and return the history of a training that came to its end.

    ``lth.fit`` ends early and returns when it is interrupted, which suits a notebook. In a record, a network
    trained by half would pass for a whole one.

    Raises
    ------
    KeyboardInterrupt
        If training was interrupted.
    """
    history = lth.fit(*arguments, **settings)
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    return history


def by_norm(threshold):
    """Return a function that shrinks all gradients together to a norm of at most ``threshold``."""
    return lambda parameters: torch.nn.utils.clip_grad_norm_(parameters, threshold).item()


def by_value(limit):
    """Return a function that cuts every element of every gradient to −limit..limit."""

    def clip(parameters):
        norm = by_norm(math.inf)(parameters)
        torch.nn.utils.clip_grad_value_(parameters, limit)
        return norm

    return clip


def shares_above(norms, thresholds):
    """Return the share of the finite norms that lie above each threshold, by its name."""
    norms = finite(norms)
    return {str(threshold): float(np.mean(norms > threshold)) for threshold in thresholds}


def summary(norms):
    """Return the median, the 99 % quantile and the largest of the finite norms."""
    return dict(zip(("median", "99%", "max"), np.quantile(finite(norms), [0.5, 0.99, 1]), strict=True))


def finite(norms):
    """Return those of the norms that are finite, as an array."""
    norms = np.asarray(norms)
    return norms[np.isfinite(norms)]


@contextmanager
def one_thread():
    """Let PyTorch compute on one core inside the block, so that a run repeats and disturbs nobody."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def single(arrays):
    """Return arrays as float32 tensors."""
    return [torch.tensor(array, dtype=torch.float32) for array in arrays]
