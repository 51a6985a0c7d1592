"""A bound on how far one batch may push the weights."""

import numpy as np

from lstm_edu.shapes import check_positive


def clip_grad_norm(grads, max_norm):
    """Shrink all gradients by one common factor so that their joint norm is at most ``max_norm``.

    The direction stays. As in ``torch.nn.utils.clip_grad_norm_``, the factor is
    min(1, max_norm / (norm + 1e-6)), so the clipped norm ends just below ``max_norm``.

    Parameters
    ----------
    grads : dict of str to ndarray
    max_norm : float
        Greater than 0; ``np.inf`` measures and changes nothing.

    Returns
    -------
    grads : dict of str to ndarray
        New arrays; those that came in are left alone.
    norm : float
        Euclidean length of all gradients laid end to end, *before* clipping.

    Raises
    ------
    ValueError
        If ``max_norm`` is not positive.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013).
    """
    check_positive(max_norm=max_norm)
    norm = float(np.linalg.norm([np.linalg.norm(grad) for grad in grads.values()]))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return {name: grad * factor for name, grad in grads.items()}, norm


def clip_grad_value(grads, limit):
    """Cut every element of every gradient to −limit..limit; this changes their direction.

    Parameters
    ----------
    grads : dict of str to ndarray
    limit : float
        Greater than 0.

    Returns
    -------
    dict of str to ndarray
        New arrays; those that came in are left alone.

    Raises
    ------
    ValueError
        If ``limit`` is not positive.
    """
    check_positive(limit=limit)
    return {name: np.clip(grad, -limit, limit) for name, grad in grads.items()}
