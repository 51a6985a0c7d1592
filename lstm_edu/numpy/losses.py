"""How wrong a prediction is, and in which direction to move it.

Each loss returns ``(loss, gradient)``: its mean, and the derivative of that mean by the
prediction, ready for ``model.backward``. The means are those of ``torch.nn.functional``.
"""

import numpy as np

from lstm_edu.numpy.functional import sigmoid
from lstm_edu.shapes import ShapeError


def mse_loss(prediction, target):
    """Mean of the squared error over every element.

    Parameters
    ----------
    prediction, target : ndarray of any one shape, for example (B, K)

    Returns
    -------
    loss : float
    d_prediction : ndarray with the shape of ``prediction``

    Raises
    ------
    ShapeError
        If the shapes differ; (B, 1) and (B,) would silently broadcast to (B, B).
    TypeError
        If one is not an array of floats, or the dtypes differ.
    """
    check_pair("prediction", prediction, target)
    error = prediction - target
    loss = np.mean(error**2)
    return loss, 2 * error / error.size


def cross_entropy(logits, target):
    """Mean of −log softmax(logits)[target], from logits: never apply softmax before it.

    Parameters
    ----------
    logits : ndarray of shape (B, K) or (B, T, K)
        One score per class, along the last axis (PyTorch wants the classes on axis 1).
    target : ndarray of int of shape (B,) or (B, T)
        The right class, 0..K-1.

    Returns
    -------
    loss : float
    d_logits : ndarray with the shape of ``logits``

    Raises
    ------
    ShapeError
        If ``target`` does not have the shape of ``logits`` without its last axis.
    TypeError
        If ``logits`` are not floats, or ``target`` not integers (one-hot rows, for example).
    ValueError
        If a target is not a class.
    """
    check_float("logits", logits)
    check_classes(logits, target)
    picked = target[..., None]  # (B, 1)
    shifted = logits - logits.max(axis=-1, keepdims=True)  # softmax is blind to a shift; exp is not
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (B, K)
    loss = -np.take_along_axis(log_p, picked, axis=-1).mean()

    d_logits = np.exp(log_p)  # p − 1 for the right class, p for the others
    np.put_along_axis(d_logits, picked, np.take_along_axis(d_logits, picked, axis=-1) - 1, axis=-1)
    return loss, d_logits / target.size


def binary_cross_entropy_with_logits(logits, target):
    """Mean of −y log σ(a) − (1 − y) log(1 − σ(a)) over every element, a = ``logits``, y = ``target``.

    It is computed as max(a, 0) − a y + log(1 + exp(−|a|)), which is the same and never overflows.

    Parameters
    ----------
    logits : ndarray of any shape, for example (B, 1)
    target : ndarray of the same shape and dtype
        Probabilities, or simply 0.0 and 1.0.

    Returns
    -------
    loss : float
    d_logits : ndarray with the shape of ``logits``

    Raises
    ------
    ShapeError
        If the shapes differ; (B, 1) and (B,) would silently broadcast to (B, B).
    TypeError
        If one is not an array of floats, or the dtypes differ.
    ValueError
        If a target lies outside 0..1.
    """
    check_pair("logits", logits, target)
    outside = ~((target >= 0) & (target <= 1))  # true for NaN, too
    if outside.any():
        raise ValueError(f"`target` should lie within 0 and 1 but {first(outside, target)}.")
    loss = np.mean(np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits))))
    return loss, (sigmoid(logits) - target) / logits.size


def check_float(name, array):
    """Raise ``TypeError`` unless ``array`` is an array of floats that is not empty."""
    if not isinstance(array, np.ndarray) or not np.issubdtype(array.dtype, np.floating):
        came = f"an array of {array.dtype}" if isinstance(array, np.ndarray) else f"a {type(array).__name__}"
        raise TypeError(f"`{name}` should be an array of floats but is {came}: np.asarray(..., dtype=float).")
    if array.size == 0:
        raise ShapeError(f"`{name}` has shape {array.shape}: there is nothing to take the mean of.")


def check_pair(name, array, target):
    """Raise unless ``array`` and ``target`` are floats of one shape and one dtype."""
    check_float(name, array)
    check_float("target", target)
    if array.shape != target.shape:
        raise ShapeError(
            f"`{name}` has shape {array.shape} but `target` has shape {target.shape}. "
            "Give both the same shape: broadcasting would compare every prediction with every target."
        )
    if array.dtype != target.dtype:
        raise TypeError(
            f"`{name}` has dtype {array.dtype} but `target` has {target.dtype}. "
            f"Convert the data: target.astype(np.{array.dtype})."
        )


def check_classes(logits, target):
    """Raise unless ``target`` holds one class 0..K-1 for each row of ``logits``."""
    if not isinstance(target, np.ndarray) or not np.issubdtype(target.dtype, np.integer):
        came = f"{target.dtype}" if isinstance(target, np.ndarray) else f"a {type(target).__name__}"
        raise TypeError(
            f"`target` should be an array of class numbers (integers) but is {came}. "
            "One-hot rows become class numbers with target.argmax(axis=-1)."
        )
    if logits.ndim == 0:
        raise ShapeError("`logits` should have a last axis of classes but has shape ().")
    *rows, K = logits.shape
    if list(target.shape) != rows:
        raise ShapeError(
            f"`target` should have shape {tuple(rows)}, one class for each row of `logits` "
            f"of shape {logits.shape}, but has shape {target.shape}."
        )
    outside = (target < 0) | (target >= K)
    if outside.any():
        raise ValueError(f"`target` should hold classes 0 to {K - 1} but {first(outside, target)}.")


def first(wrong, array):
    """Say where ``wrong`` is first true and what stands there."""
    place = tuple(int(k) for k in np.argwhere(wrong)[0])
    return f"target[{', '.join(map(str, place))}] is {array[place]}"
