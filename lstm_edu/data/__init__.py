"""Data as NumPy arrays: toy tasks, windows, splits, scalers, real series and what simple forecasts score."""

from lstm_edu.data.fetch import DamagedFileError
from lstm_edu.data.finite import check_finite
from lstm_edu.data.forecast import (
    DieboldMariano,
    Direction,
    autoregression,
    diebold_mariano,
    direction_accuracy,
    drift,
    mae,
    mase,
    persistence,
    rmse,
)
from lstm_edu.data.recall import recall
from lstm_edu.data.scaling import fit_scaler, scale, unscale
from lstm_edu.data.stocks import Stocks, check_stocks, load_stocks
from lstm_edu.data.text import Text, load_text
from lstm_edu.data.toy import Strings, adding, anbn, copy_memory, noisy_sine
from lstm_edu.data.windows import Fold, Windows, sliding_windows, split_in_time, walk_forward

__all__ = [
    "sliding_windows",
    "Windows",
    "split_in_time",
    "walk_forward",
    "Fold",
    "check_finite",
    "fit_scaler",
    "scale",
    "unscale",
    "noisy_sine",
    "adding",
    "recall",
    "copy_memory",
    "anbn",
    "Strings",
    "load_stocks",
    "check_stocks",
    "Stocks",
    "load_text",
    "Text",
    "DamagedFileError",
    "persistence",
    "drift",
    "autoregression",
    "mae",
    "rmse",
    "mase",
    "direction_accuracy",
    "Direction",
    "diebold_mariano",
    "DieboldMariano",
]
