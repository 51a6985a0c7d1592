"""The networks of the table, each with one difference from another."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from lstm_edu import torch as lth
from lstm_edu.runs.sentiment.reviews import V

SMALL, LARGE = 96, 192  # D = H, for each direction
DROPOUT = {"embedding_dropout": 0.3, "word_dropout": 0.1, "head_dropout": 0.5}
FOLDS = 10  # in which the evidence of the training reviews is gathered
SCALE = 0.1  # standard deviation of the embedding at the start


class Model(NamedTuple):
    """One row of the table."""

    layer: Callable  # (size, generator) -> a layer, or None
    pool: Callable  # (size, generator) -> a pool
    size: int = SMALL
    start: str = "random"  # where embedding (and layer) come from: random, word2vec, language model
    dropout: dict = DROPOUT
    longest: int = 0  # words of the longest phrase of which each word brings evidence along
    folds: int | None = FOLDS  # None: the evidence includes a review's own label


def ahead(size, rng):
    """Return an LSTM that reads forwards."""
    return lth.Encoder(lth.Unroll(cell(size, rng)))


def both(size, rng):
    """Return an LSTM that reads both ways."""
    return lth.Encoder(lth.Bidirectional(cell(size, rng), cell(size, rng)))


def cell(size, rng):
    """Return a cell of this size, for vectors of the same size."""
    return lth.LSTMCell(size, size, rng=rng, dtype=torch.float32)


def phrases(size, rng):
    """Return filters of three widths, ``size`` in all."""
    return lth.Convolution(size, size // 3, rng=rng)


def no_layer(size, rng):
    """Return nothing: the words go straight to the pool."""


def filters(size, rng):
    """Return as many filters of each width as a word has numbers."""
    return lth.Convolution(size, size, rng=rng)


def mean(size, rng):
    """Return a pool that takes the mean."""
    return lth.MeanPool()


def largest(size, rng):
    """Return a pool that takes the largest value."""
    return lth.MaxPool()


def mean_and_max(size, rng):
    """Return a pool that takes both."""
    return lth.MeanMaxPool()


MODELS = {
    "bag of embeddings": Model(no_layer, mean),
    "CNN": Model(filters, largest),
    "LSTM, last": Model(ahead, lambda size, rng: lth.LastPool()),
    "LSTM, mean and max": Model(ahead, mean_and_max),
    "CNN–LSTM, mean and max": Model(
        lambda size, rng: lth.Stacked([phrases(size, rng), ahead(size, rng)]),
        mean_and_max,
    ),
    "BiLSTM, attention": Model(both, lambda size, rng: lth.AttentionPool(2 * size, rng=rng)),
    "BiLSTM, mean and max": Model(both, mean_and_max),
    "BiLSTM, mean and max, no dropout": Model(both, mean_and_max, dropout={}),
    "BiLSTM, mean and max, word2vec": Model(both, mean_and_max, start="word2vec"),
    "BiLSTM, mean and max, pairs": Model(both, mean_and_max, longest=2),
    "BiLSTM, mean and max, triples": Model(both, mean_and_max, longest=3),
    "BiLSTM, mean and max, triples and own label": Model(both, mean_and_max, longest=3, folds=None),
    "bag of embeddings, triples": Model(no_layer, mean, longest=3),
    "BiLSTM, mean and max, word2vec, triples": Model(both, mean_and_max, start="word2vec", longest=3),
    "large BiLSTM": Model(both, mean_and_max, LARGE),
    "large BiLSTM, language model": Model(both, mean_and_max, LARGE, "language model"),
    "large BiLSTM, language model, triples": Model(both, mean_and_max, LARGE, "language model", longest=3),
    "large BiLSTM, triples": Model(both, mean_and_max, LARGE, longest=3),
}


def build(model, seed, start):
    """Return the classifier of a row, a key of ``MODELS``.

    Parameters
    ----------
    model : str
    seed : int
    start : dict
        What comes from before, by its name: ``"word2vec"``, a matrix (V, D); ``"language model"``, a
        ``LanguageModel``'s state dict.
    """
    row, rng = MODELS[model], torch.Generator().manual_seed(seed)
    embedding = words(row.size, rng)
    layer, pool = row.layer(row.size, rng), row.pool(row.size, rng)
    if row.longest:
        network = lth.EvidenceClassifier(embedding, layer, pool, row.longest, rng=rng, **row.dropout)
    else:
        network = lth.TextClassifier(embedding, layer, pool, rng=rng, **row.dropout)
    if row.start == "word2vec":
        embedding.load_state_dict({"weight": torch.from_numpy(start["word2vec"])})
    elif row.start == "language model":
        for module, name in ((embedding, "embedding."), (layer, "encoder.")):
            weights = {
                key.removeprefix(name): w
                for key, w in start["language model"].items()
                if key.startswith(name)
            }
            module.load_state_dict(weights)
    return network


def words(size, rng):
    """Return an embedding (V, size) with small numbers, zeros for the padding."""
    embedding = nn.Embedding(V, size, padding_idx=0)
    with torch.no_grad():
        embedding.weight.normal_(0, SCALE, generator=rng)
        embedding.weight[0] = 0
    return embedding
