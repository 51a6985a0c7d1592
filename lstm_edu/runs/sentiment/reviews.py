"""The 50,000 reviews of IMDB as numbers, and the part of them by which choices are made."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import data

V, WORDS = 30_000, 800  # words known; words read of a review: its last ones
HELD_OUT = 2_500  # of the training reviews, for choices


class Part(NamedTuple):
    """Reviews of one purpose."""

    x: torch.Tensor  # (N, T) int64
    y: torch.Tensor  # (N, 1) float32
    lengths: torch.Tensor  # (N,) int64


class Corpus(NamedTuple):
    """What every run is given."""

    vocabulary: data.Vocabulary  # of the training reviews
    tokens: list  # of each training review, before it is cut
    train: Part  # all 25,000
    test: Part


def load():
    """Return the corpus; it takes about half a minute."""
    reviews = {split: data.load_reviews("imdb", split) for split in ("train", "test")}
    tokens = {split: [data.tokenise(text) for text in part.texts] for split, part in reviews.items()}
    vocabulary = data.Vocabulary.build(tokens["train"], max_size=V)
    parts = {split: part(vocabulary, tokens[split], reviews[split].labels) for split in reviews}
    return Corpus(vocabulary, tokens["train"], parts["train"], parts["test"])


def part(vocabulary, tokens, labels):
    """Return texts as a ``Part``, each cut to its last ``WORDS`` words."""
    ids, lengths = data.pad([vocabulary.encode(text) for text in tokens], truncate="front", length=WORDS)
    return Part(
        torch.from_numpy(ids), torch.tensor(labels, dtype=torch.float32)[:, None], torch.from_numpy(lengths)
    )


def hold_out(part, films_apart):
    """Divide the training reviews into those that teach and those by which choices are made.

    Parameters
    ----------
    part : Part
        The bad reviews first, each kind in the order of its numbers.
    films_apart : bool
        ``False``: reviews are held out at random, and most of their films have others that teach. ``True``:
        the last ones of each kind are. Neighbours are often about one film, so that hardly any
        film is in both parts, as between the training and the test reviews.

    Returns
    -------
    teaching, held_out : Part
    """
    if films_apart:
        label = part.y[:, 0].numpy()
        held_out = np.concatenate([np.flatnonzero(label == kind)[-HELD_OUT // 2 :] for kind in (0, 1)])
        return rows(part, np.setdiff1d(np.arange(len(label)), held_out)), rows(part, held_out)
    order = np.random.default_rng(0).permutation(len(part.x))
    return rows(part, order[HELD_OUT:]), rows(part, order[:HELD_OUT])


def rows(part, order):
    """Return some rows of a part."""
    return Part(*(tensor[torch.from_numpy(np.asarray(order))] for tensor in part))
