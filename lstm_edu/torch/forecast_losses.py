"""Losses of forecasts that are no single value: a variance, and several quantiles.

``torch.nn.functional`` has neither. Autograd has their gradients; ``lstm_edu.numpy`` has them by hand.
"""

import torch

from lstm_edu.shapes import ShapeError, check_levels, check_not_negative, check_shape


def qlike_loss(log_variance, realised):
    r"""Mean of r exp(−f) + f over every element, f = ``log_variance``, r = ``realised``.

    Its minimum in f is at exp(f) = r, and over many r at exp(f) = their mean. With positive r it is the mean
    of ``lstm_edu.data.qlike_losses(exp(f), r)`` but for a term without f. Any f is a positive variance.

    Parameters
    ----------
    log_variance : Tensor of any shape, for example (B, 1)
    realised : Tensor of the same shape
        Measured variances, zero or more, in the unit of exp(f): best near 1, where training starts.

    Returns
    -------
    Tensor of shape ()

    Raises
    ------
    ShapeError
        If the shapes differ; (B, 1) and (B,) would silently broadcast to (B, B).
    ValueError
        If a realised variance is negative or NaN.

    References
    ----------
    Patton (2011), the loss of the family with b = -2.
    """
    if log_variance.shape != realised.shape:
        raise ShapeError(
            f"`log_variance` has shape {tuple(log_variance.shape)} but `realised` has shape "
            f"{tuple(realised.shape)}. Give both the same shape: broadcasting would compare every forecast "
            "with every measure."
        )
    check_not_negative("realised", realised)
    return (realised * torch.exp(-log_variance) + log_variance).mean()


def pinball_loss(prediction, target, levels):
    r"""Mean of max(q e, (q − 1) e) over every element, e = ``target`` − ``prediction``, q = its level.

    Each column of the prediction is drawn to the q-quantile of the target: an error above costs q, one below
    1 − q. Nothing keeps the columns in order. Give ``fit`` a ``functools.partial`` that knows the levels.

    Parameters
    ----------
    prediction : Tensor of shape (B, K)
    target : Tensor of shape (B, 1)
    levels : sequence of K floats
        Each between 0 and 1.

    Returns
    -------
    Tensor of shape ()

    Raises
    ------
    ShapeError
        If the shapes are others.
    ValueError
        If a level does not lie between 0 and 1.

    References
    ----------
    Koenker and Bassett (1978).
    """
    levels = check_levels(levels)
    B, _ = check_shape("prediction", prediction, "One column a level.", B=..., K=len(levels))
    check_shape("target", target, "One value a row, for every level the same.", B=B, K=1)
    q = torch.tensor(levels, dtype=prediction.dtype, device=prediction.device)  # (K,)
    error = target - prediction  # (B, K)
    return torch.where(error < 0, (q - 1) * error, q * error).mean()
