"""The networks of the claims: each differs from the first in one thing."""

from typing import NamedTuple

import torch
from torch import nn

from lstm_edu import torch as lth

V, D, H = 5_000, 32, 32
B, EPOCHS, LR = 128, 7, 1e-2
RATES = {
    "rate 0.003": 3e-3,
    "rate 0.01": 1e-2,
    "rate 0.03": 3e-2,
}  # LR: the least of them within a standard error of the best validation accuracy
SCALE = 0.1  # standard deviation of the embedding at the start
TEACHER = "teacher"


class Row(NamedTuple):
    """One row; the defaults are those of the first."""

    layer: str = "LSTM"
    pool: str = "mean"
    size: int = H  # of the layer's state, for each direction
    words: int = D  # size of an embedded word
    by_norm: float | None = None  # bound on the norm of all gradients
    by_value: float | None = None  # bound on each of their elements
    scale: float = 1.0  # of the loss
    embedding_dropout: float = 0.0
    between_dropout: float = 0.0
    head_dropout: float = 0.0
    decay: float = 0.0  # weight decay, as L2 on the loss
    schedule: str = "constant"


STUDENTS = {f"student {size}": Row(size=size, words=size) for size in (4, 8, 16)}
DISTILLED = {f"{name}, distilled": row for name, row in STUDENTS.items()}
ROWS = {
    "LSTM": Row(),
    **{f"norm {bound}": Row(by_norm=bound) for bound in (5.0, 1.0, 0.5, 0.1, 0.05)},
    **{f"value {bound}": Row(by_value=bound) for bound in (0.01, 0.001)},
    **{f"loss × {factor}": Row(scale=factor) for factor in (0.1, 10.0)},
    **{f"embedding dropout {rate}": Row(embedding_dropout=rate) for rate in (0.2, 0.5)},
    **{f"head dropout {rate}": Row(head_dropout=rate) for rate in (0.2, 0.5)},
    "two layers": Row("two LSTMs"),
    **{f"between dropout {rate}": Row("two LSTMs", between_dropout=rate) for rate in (0.2, 0.5)},
    **{f"L2 {decay}": Row(decay=decay) for decay in (1e-4, 1e-3)},
    "BiLSTM": Row("BiLSTM", size=20),
    "last": Row(pool="last"),
    "max": Row(pool="max"),
    "attention": Row(pool="attention", size=31),
    "CNN": Row("CNN", "max", size=21),
    "CNN–LSTM": Row("CNN–LSTM", size=21),
    TEACHER: Row("BiLSTM", size=64, words=64, embedding_dropout=0.5, head_dropout=0.5),
    **STUDENTS,
    **DISTILLED,
    **{schedule: Row(schedule=schedule) for schedule in ("plateau", "cosine", "one-cycle")},
}


def build(name, seed):
    """Return the classifier of a row, a key of ``ROWS``."""
    row, rng = ROWS[name], torch.Generator().manual_seed(seed)
    embedding = nn.Embedding(V, row.words, padding_idx=0)
    with torch.no_grad():
        embedding.weight.normal_(0, SCALE, generator=rng)
        embedding.weight[0] = 0
    layer = LAYERS[row.layer](row, rng)
    return lth.TextClassifier(
        embedding,
        layer,
        POOLS[row.pool](layer.output_size, rng),
        embedding_dropout=row.embedding_dropout,
        head_dropout=row.head_dropout,
        rng=rng,
    )


def parameters(network):
    """Return how many numbers are learnt, without those of the embedding, which all rows of one size share.

    The second bias of ``torch.nn`` adds to the first and never moves.
    """
    return sum(
        parameter.numel()
        for name, parameter in network.named_parameters()
        if not name.startswith("embedding.") and "bias_hh" not in name
    )


def ahead(size, hidden_size, rng):
    """Return an LSTM that reads forwards."""
    return lth.Encoder(lth.Unroll(lth.LSTMCell(size, hidden_size, rng=rng, dtype=torch.float32)))


def both(size, hidden_size, rng):
    """Return an LSTM that reads both ways."""
    one, other = (lth.LSTMCell(size, hidden_size, rng=rng, dtype=torch.float32) for _ in range(2))
    return lth.Encoder(lth.Bidirectional(one, other))


def two(row, rng):
    """Return an LSTM on top of another."""
    layers = [ahead(row.words, row.size, rng), ahead(row.size, row.size, rng)]
    return lth.Stacked(layers, dropout=row.between_dropout)


def hybrid(row, rng):
    """Return an LSTM that reads what a convolution found."""
    phrases = lth.Convolution(row.words, 10, rng=rng)
    return lth.Stacked([phrases, ahead(phrases.output_size, row.size, rng)])


LAYERS = {
    "LSTM": lambda row, rng: ahead(row.words, row.size, rng),
    "BiLSTM": lambda row, rng: both(row.words, row.size, rng),
    "two LSTMs": two,
    "CNN": lambda row, rng: lth.Convolution(row.words, row.size, rng=rng),
    "CNN–LSTM": hybrid,
}
POOLS = {
    "mean": lambda H, rng: lth.MeanPool(),
    "last": lambda H, rng: lth.LastPool(),
    "max": lambda H, rng: lth.MaxPool(),
    "attention": lambda H, rng: lth.AttentionPool(H, 8, rng=rng),
}
