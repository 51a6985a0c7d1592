"""Data as NumPy arrays: toy tasks, windows, splits, scalers, real series and texts, and simple forecasts."""

from lstm_edu.data.bootstrap import Estimate, block_bootstrap, mase_interval
from lstm_edu.data.buckets import Padded, buckets, pad, padding_share
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
from lstm_edu.data.garch import Garch, fit_garch, garch, garch_filter
from lstm_edu.data.indicators import Indicators, bollinger, indicators, macd, rsi, true_range
from lstm_edu.data.intervals import Coverage, Violations, coverage, violations
from lstm_edu.data.moves import Moves, daily_moves
from lstm_edu.data.ohlcv import read_stocks
from lstm_edu.data.probes import Halves, Named, Pair, name_sentences, negation_pairs, split_but
from lstm_edu.data.quantiles import garch_quantiles, historical_quantiles, pinball_losses
from lstm_edu.data.ratios import Evidence, log_count_ratio, phrase_ratios
from lstm_edu.data.realised import (
    garman_klass,
    mse,
    parkinson,
    qlike,
    qlike_losses,
    rogers_satchell,
    squared_returns,
)
from lstm_edu.data.recall import recall
from lstm_edu.data.reviews import Reviews, load_reviews
from lstm_edu.data.scaling import fit_scaler, scale, unscale
from lstm_edu.data.stocks import Stocks, check_stocks, load_stocks
from lstm_edu.data.text import Text, load_text
from lstm_edu.data.tokens import detokenise, tokenise
from lstm_edu.data.toy import Strings, adding, anbn, copy_memory, noisy_sine
from lstm_edu.data.trading import Performance, Traded, performance, positions_of, trade
from lstm_edu.data.vectors import WordVectors, embedding_matrix, load_vectors
from lstm_edu.data.vocabulary import Vocabulary
from lstm_edu.data.volatility import ewma, har
from lstm_edu.data.windows import Fold, Windows, sliding_windows, split_in_time, walk_forward
from lstm_edu.data.word2vec import train_word2vec
from lstm_edu.data.years import yearly_folds

__all__ = [
    "sliding_windows",
    "Windows",
    "split_in_time",
    "walk_forward",
    "yearly_folds",
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
    "read_stocks",
    "indicators",
    "Indicators",
    "macd",
    "rsi",
    "bollinger",
    "true_range",
    "positions_of",
    "trade",
    "Traded",
    "performance",
    "Performance",
    "block_bootstrap",
    "mase_interval",
    "Estimate",
    "load_text",
    "Text",
    "load_reviews",
    "Reviews",
    "DamagedFileError",
    "tokenise",
    "detokenise",
    "Vocabulary",
    "load_vectors",
    "WordVectors",
    "train_word2vec",
    "embedding_matrix",
    "log_count_ratio",
    "phrase_ratios",
    "Evidence",
    "negation_pairs",
    "Pair",
    "name_sentences",
    "Named",
    "split_but",
    "Halves",
    "pad",
    "Padded",
    "buckets",
    "padding_share",
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
    "daily_moves",
    "Moves",
    "squared_returns",
    "parkinson",
    "garman_klass",
    "rogers_satchell",
    "qlike",
    "qlike_losses",
    "mse",
    "ewma",
    "har",
    "garch",
    "fit_garch",
    "garch_filter",
    "Garch",
    "historical_quantiles",
    "garch_quantiles",
    "pinball_losses",
    "coverage",
    "Coverage",
    "violations",
    "Violations",
]
