"""A few thousand ends of film reviews: enough to learn from, few enough to learn by heart."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import data

WORDS = 40  # the last of each review
SIZES = {"train": 4_000, "validation": 1_000, "test": 5_000}


class Part(NamedTuple):
    """Texts of one purpose."""

    x: torch.Tensor  # (N, T) int64
    y: torch.Tensor  # (N, 1) float32
    lengths: torch.Tensor  # (N,) int64


def load(words_known):
    """Return the three parts by their names; training and validation come from IMDB's training reviews."""
    parts, vocabulary = {}, None
    for split, names in (("train", ("train", "validation")), ("test", ("test",))):
        reviews = data.load_reviews("imdb", split)
        order = np.random.default_rng(0).permutation(len(reviews.texts))
        for name in names:
            rows, order = order[: SIZES[name]], order[SIZES[name] :]
            tokens = [data.tokenise(reviews.texts[row])[-WORDS:] for row in rows]
            vocabulary = vocabulary or data.Vocabulary.build(tokens, max_size=words_known)
            parts[name] = numbers(vocabulary, tokens, reviews.labels[rows])
    return parts


def numbers(vocabulary, tokens, labels):
    """Return texts as a ``Part``."""
    ids, lengths = data.pad([vocabulary.encode(text) for text in tokens], length=WORDS)
    return Part(
        torch.from_numpy(ids), torch.tensor(labels, dtype=torch.float32)[:, None], torch.from_numpy(lengths)
    )
