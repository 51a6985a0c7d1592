"""Ways of preparing and judging data that flatter or hurt without a word: each wrong, then right."""

import numpy as np


def scaled_on_all(series, cut):
    """Wrong: mean and spread are taken of all rows, those of the exam included."""
    scaled = (series - series.mean()) / series.std()
    return scaled[:cut], scaled[cut:]


def scaled_on_train(series, cut):
    """Right: mean and spread of the training rows serve both parts."""
    scaled = (series - series[:cut].mean()) / series[:cut].std()
    return scaled[:cut], scaled[cut:]


def split_at_random(series, window, cut, rng):
    """Wrong: windows that share all but one row are dealt out to training and exam."""
    windows = np.lib.stride_tricks.sliding_window_view(series, window + 1)
    windows = rng.permutation(windows)
    return windows[:cut], windows[cut:]


def split_in_time(series, window, cut, rng):
    """Right: the rows are split first, then windows are cut from each part."""
    parts = series[:cut], series[cut:]
    train, test = (np.lib.stride_tricks.sliding_window_view(part, window + 1) for part in parts)
    return train, test


def shifted_error(prediction, target):
    """Wrong: the forecast of one row is laid over the row before, where it happens to fit."""
    return np.mean((prediction[1:] - target[:-1]) ** 2)


def aligned_error(prediction, target):
    """Right: the forecast of a row is compared with that row."""
    return np.mean((prediction - target) ** 2)


def promoted(x, mean, scale):
    """Wrong: with a mean and a scale in float64, float32 data come out in float64."""
    return (x - mean) / scale


def precision_kept(x, mean, scale):
    """Right: the numbers are brought to the precision of the data."""
    return (x - x.dtype.type(mean)) / x.dtype.type(scale)
