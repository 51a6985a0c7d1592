"""A bound on the length of all gradients together."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _gradients(rng):
    for H, D, max_norm in [(3, 2, 1.0), (4, 5, 0.5), (3, 2, 100.0)]:
        yield {"dW": rng.normal(size=(H, D)), "db": rng.normal(size=H), "max_norm": max_norm}


def _joint(dW, db):
    return np.sqrt((dW**2).sum() + (db**2).sum())


def _scaled(factor):
    """Return the answer that multiplies both gradients by ``factor(dW, db, max_norm)``."""

    def clipped(dW, db, max_norm):
        by = factor(dW, db, max_norm)
        return dW * by, db * by

    return clipped


def _each_alone(dW, db, max_norm):
    return tuple(grad * min(1, max_norm / np.linalg.norm(grad)) for grad in (dW, db))


JOINT_CLIPPING = Exercise(
    title="clipping by norm",
    prompt="Write `clipped(dW, db, max_norm)`: shrink the gradients `dW`, (H, D), and `db`, (H,), so that "
    "their length, all numbers laid end to end, is at most `max_norm`, and their direction stays. "
    "Return both.",
    reference=_scaled(lambda dW, db, max_norm: min(1, max_norm / _joint(dW, db))),
    returns={"dW": "HD", "db": "H"},
    decimals=4,  # so that the 1e-6 which PyTorch adds to the norm does not count
    cases=_gradients,
    slips=(
        Slip(
            _each_alone,
            "You clipped each array by its own norm. That changes the direction of the whole: one norm, "
            "one factor.",
        ),
        Slip(
            lambda dW, db, max_norm: (np.clip(dW, -max_norm, max_norm), np.clip(db, -max_norm, max_norm)),
            "That is clipping by value: large elements are cut, small ones stay, and the direction turns.",
        ),
        Slip(
            _scaled(lambda dW, db, max_norm: max_norm / _joint(dW, db)),
            "Gradients that are short enough should stay as they are; yours are stretched.",
        ),
        Slip(
            _scaled(lambda dW, db, max_norm: min(1, max_norm / (np.linalg.norm(dW) + np.linalg.norm(db)))),
            "Lengths of parts do not add up like that: add their squares, then take the root.",
        ),
        Slip(
            _scaled(lambda dW, db, max_norm: min(1, max_norm / _joint(dW, db) ** 2)),
            "You divided by the square of the length: the root is missing.",
        ),
        Slip(
            _scaled(lambda dW, db, max_norm: min(1, _joint(dW, db) / max_norm)),
            "The factor is turned round: it should be small where the norm is large.",
        ),
        Slip(
            lambda dW, db, max_norm: (dW * min(1, max_norm / _joint(dW, db)), db),
            "`db` has kept its length. Both need the same factor, or the direction turns.",
        ),
        Slip(
            _scaled(lambda dW, db, max_norm: max_norm if _joint(dW, db) > max_norm else 1),
            "You multiplied by `max_norm`; the length is that only if it was one before.",
        ),
    ),
    hints=(
        "Think of one long vector that holds all numbers. How long is it, and what shrinks it to `max_norm`?",
        "And what should happen to a vector that is short already?",
    ),
    lesson="Clipping by norm shortens the step and leaves its direction to the loss.",
)
