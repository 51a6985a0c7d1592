"""Losses of forecasts that are no single value: a variance, and several quantiles.

As in ``losses``, each returns ``(loss, gradient)``. The other half has the same two names.
"""

import numpy as np

from lstm_edu.numpy.losses import check_float, check_pair
from lstm_edu.shapes import check_levels, check_not_negative, check_shape


def qlike_loss(log_variance, realised):
    r"""Mean of r exp(−f) + f over every element, f = ``log_variance``, r = ``realised``.

    Its minimum in f is at exp(f) = r, and over many r at exp(f) = their mean. With positive r it is the mean
    of ``lstm_edu.data.qlike_losses(exp(f), r)`` but for a term without f. Any f is a positive variance.

    Parameters
    ----------
    log_variance : ndarray of any shape, for example (B, 1)
    realised : ndarray of the same shape and dtype
        Measured variances, zero or more, in the unit of exp(f): best near 1, where training starts.

    Returns
    -------
    loss : float
    d_log_variance : ndarray with the shape of ``log_variance``

    Raises
    ------
    ShapeError
        If the shapes differ; (B, 1) and (B,) would silently broadcast to (B, B).
    TypeError
        If one is not an array of floats, or the dtypes differ.
    ValueError
        If a realised variance is negative or NaN.

    References
    ----------
    Patton (2011), the loss of the family with b = -2.
    """
    check_pair("log_variance", log_variance, realised)
    check_not_negative("realised", realised)
    ratio = realised * np.exp(-log_variance)
    loss = np.mean(ratio + log_variance)
    return loss, (1 - ratio) / ratio.size


def pinball_loss(prediction, target, levels):
    r"""Mean of max(q e, (q − 1) e) over every element, e = ``target`` − ``prediction``, q = its level.

    Each column of the prediction is drawn to the q-quantile of the target: an error above costs q, one below
    1 − q. Nothing keeps the columns in order.

    Parameters
    ----------
    prediction : ndarray of shape (B, K)
    target : ndarray of shape (B, 1), of the same dtype
    levels : sequence of K floats
        Each between 0 and 1.

    Returns
    -------
    loss : float
    d_prediction : ndarray of shape (B, K)
        Where prediction and target are equal, the loss has a kink; this is then the slope on its left, −q.

    Raises
    ------
    ShapeError
        If the shapes are others.
    TypeError
        If an array does not hold floats, or the dtypes differ.
    ValueError
        If a level does not lie between 0 and 1.

    References
    ----------
    Koenker and Bassett (1978).
    """
    levels = check_levels(levels)
    check_float("prediction", prediction)
    B, _ = check_shape("prediction", prediction, "One column a level.", B=..., K=len(levels))
    check_float("target", target)
    check_shape("target", target, "One value a row, for every level the same.", B=B, K=1)
    check_pair("prediction", prediction, np.broadcast_to(target, prediction.shape))
    q = np.asarray(levels, prediction.dtype)  # (K,)
    error = target - prediction  # (B, K)
    below = error < 0  # the target lies below the prediction
    loss = np.mean(np.where(below, (q - 1) * error, q * error))
    return loss, np.where(below, 1 - q, -q) / prediction.size
