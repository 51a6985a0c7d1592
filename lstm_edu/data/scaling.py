"""scikit-learn's scalers on windows: each feature by the statistics of the training rows alone."""

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.finite import check_finite


def fit_scaler(train, scaler=None):
    """Fit a scaler to training data, one statistic per feature, and return it.

    Parameters
    ----------
    train : ndarray of shape (N, D) or (B, T, D), floats
        Rows, or windows, of the training part and of nothing else.
    scaler : scikit-learn transformer, default=None
        A scaler of single features such as ``MinMaxScaler()``; ``None`` means ``StandardScaler()``.

    Raises
    ------
    TypeError, ValueError
        If ``train`` is not an array of finite floats with a feature axis.
    """
    with data_extra():
        from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler() if scaler is None else scaler
    return scaler.fit(_rows("train", train))


def scale(scaler, array):
    """Transform ``array`` of shape (N, D) or (B, T, D) feature by feature; shape and dtype stay.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If ``scaler`` has seen no training rows.
    TypeError, ValueError
        If ``array`` is not one of finite floats, or has another number of features.
    """
    _check_fitted(scaler)
    rows = _rows("array", array, features=scaler.n_features_in_)
    return scaler.transform(rows).reshape(array.shape)


def unscale(scaler, array, *, column=None):
    """Undo ``scale``; with ``column``, for a single feature such as a model's forecast (B, 1).

    Parameters
    ----------
    scaler : scikit-learn scaler, fitted to D features
    array : ndarray of shape (N, D) or (B, T, D), or with 1 for D where ``column`` is given
    column : int, default=None
        The feature that ``array`` holds, as in ``sliding_windows(..., target=column)``.

    Raises
    ------
    sklearn.exceptions.NotFittedError, TypeError, ValueError
        As ``scale``, and if there is no such column.
    """
    _check_fitted(scaler)
    D = scaler.n_features_in_
    if column is None:
        rows = _rows("array", array, features=D)
        return scaler.inverse_transform(rows).reshape(array.shape)
    if check_count("column", column, minimum=0) >= D:
        raise ValueError(f"`column` is {column}, but the scaler knows the features 0 to {D - 1}.")
    values = _rows("array", array, features=1)[:, 0]
    rows = np.zeros((values.size, D), array.dtype)
    rows[:, column] = values
    return scaler.inverse_transform(rows)[:, column].reshape(array.shape)


def _rows(name, array, features=...):
    """Return ``array`` as (N, D), every step of every window a row."""
    check_finite(name, array)
    if array.ndim not in (2, 3) or array.size == 0 or features not in (..., array.shape[-1]):
        D = "D" if features is ... else f"D={features}"
        raise ValueError(
            f"`{name}` should have shape (N, {D}) or (B, T, {D}) but has shape {array.shape}. "
            "A series of one feature needs a feature axis: series[:, None]."
        )
    return array.reshape(-1, array.shape[-1])


def _check_fitted(scaler):
    with data_extra():
        from sklearn.utils.validation import check_is_fitted

    check_is_fitted(
        scaler,
        msg="This %(name)s has no statistics yet. Fit it on the training rows: fit_scaler(rows[train]).",
    )
