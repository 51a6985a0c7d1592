"""Is a gradient right? Nudge every number and watch the loss."""

import numpy as np

from lstm_edu.numpy.grad_report import GradReport, compare
from lstm_edu.shapes import ShapeError


def numeric_gradient(loss, array, step=1e-6):
    """Differentiate by central differences: (loss(a + step) − loss(a − step)) / (2 step), per element.

    Parameters
    ----------
    loss : callable
        Takes nothing, reads ``array``, and returns one number.
    array : ndarray of float64, any shape
        Live: it is nudged in place, one element at a time, and left as it was.
    step : float, default=1e-6
        Near the cube root of the spacing of float64, where truncation and rounding balance.

    Returns
    -------
    ndarray with the shape of ``array``

    Raises
    ------
    TypeError
        If ``array`` is not float64 (float32 would leave about two digits), or
        ``loss`` does not return one number.
    """
    check_float64("array", array)
    numeric = np.empty_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        try:
            array[index] = value + step
            above = number(loss)
            array[index] = value - step
            below = number(loss)
        finally:
            array[index] = value
        numeric[index] = (above - below) / (2 * step)
    return numeric


def gradcheck(loss, arrays, grads, *, step=1e-6, tolerance=1e-6):
    """Compare given gradients with central differences, for any forward and backward pair.

    The error of an element is ``|numeric − given| / scale``. The scale is the
    largest ``|numeric|`` of its array, so that an element which is nearly zero
    is not judged by its own last digits. An array whose gradient is all but
    zero is measured against what central differences can resolve instead: they
    carry rounding of about ``10 ε |loss| / step`` (ε = 2.2e-16), and a disagreement
    below that is no disagreement.

    Parameters
    ----------
    loss : callable
        Takes nothing, runs the forward pass on ``arrays``, returns one number, the same each time.
    arrays : dict of str to ndarray of float64
        Live: parameters, inputs, states, whatever ``loss`` reads.
    grads : dict of str to ndarray
        The gradients to judge, under the same names.
    step : float, default=1e-6
        Half the distance between the two losses of a central difference.
    tolerance : float, default=1e-6
        Largest relative error that passes.

    Returns
    -------
    GradReport
        Print it to see, for each array, the worst error, where it is, and both numbers.

    Raises
    ------
    ValueError
        If the names differ, there are none, or ``loss`` gives two values for the same arrays.
    ShapeError
        If a gradient does not have the shape of its array.
    TypeError
        If an array is not float64, or ``loss`` does not return one number.
    """
    check_names(arrays, grads)
    for name, array in arrays.items():
        check_float64(name, array)
        if np.shape(grads[name]) != array.shape:
            raise ShapeError(
                f"the gradient of `{name}` should have shape {array.shape} "
                f"but has shape {np.shape(grads[name])}."
            )
    value, again = number(loss), number(loss)
    if value != again:
        raise ValueError(
            f"`loss` gives {value} and then {again} for the same arrays, so it has no gradient to check. "
            "Fix its random numbers, or turn dropout off."
        )
    rounding = 10 * np.finfo(float).eps * abs(value) / step
    comparisons = [
        compare(name, numeric_gradient(loss, array, step), np.asarray(grads[name]), rounding, tolerance)
        for name, array in arrays.items()
    ]
    return GradReport(comparisons, tolerance)


def check_names(arrays, grads):
    """Raise ``ValueError`` unless both have the same names, and any at all."""
    if not arrays:
        raise ValueError("`arrays` is empty: there is nothing to check.")
    for lacking, names, other in (("grads", arrays, grads), ("arrays", grads, arrays)):
        missing = [name for name in names if name not in other]
        if missing:
            raise ValueError(
                f"`{lacking}` lacks {', '.join(missing)}. Give both under the same names, "
                "so that no gradient goes unchecked."
            )


def check_float64(name, array):
    """Raise ``TypeError`` unless ``array`` is an ndarray of float64."""
    kind = getattr(array, "dtype", type(array).__name__)
    if not isinstance(array, np.ndarray) or kind != np.float64:
        raise TypeError(f"`{name}` should be an array of float64, to have digits to compare, but is {kind}.")


def number(loss):
    """Return ``loss()``, or explain that it is not one number."""
    value = loss()
    if not np.isscalar(value) and not (isinstance(value, np.ndarray) and value.ndim == 0):
        raise TypeError(
            f"`loss` should return one number but returns a {type(value).__name__}. "
            "The losses of this package return (loss, gradient): take the first."
        )
    return float(value)
