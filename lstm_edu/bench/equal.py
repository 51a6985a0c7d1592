"""Nothing is compared that does not compute the same."""

import numpy as np

TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "bfloat16": 5e-2, "float16": 1e-2}  # relative, of the norm


class UnequalResults(ValueError):
    """A contestant computes something else than the others."""


def check_equal(name, results, expected, dtype):
    """Compare a contestant's results with those expected, array by array.

    Parameters
    ----------
    name : str
        Of the contestant.
    results, expected : dict of str to ndarray
    dtype : str
        In which was computed: it sets the tolerance.

    Raises
    ------
    UnequalResults
        If one is missing, has another shape or differs by more than the tolerance.
    """
    for key, right in expected.items():
        if key not in results:
            raise UnequalResults(f"{name} hands over no {key}; so it may not have computed it.")
        got = np.asarray(results[key], dtype=np.float64)
        if got.shape != right.shape:
            raise UnequalResults(f"{name}: {key} has shape {got.shape} instead of {right.shape}.")
        off = np.linalg.norm(got - right) / max(np.linalg.norm(right), 1e-30)
        if not off <= TOLERANCE[dtype]:
            raise UnequalResults(
                f"{name}: {key} is off by {off:.2g} of its norm, more than {TOLERANCE[dtype]:g}. "
                "Its time says nothing until it computes the same."
            )
