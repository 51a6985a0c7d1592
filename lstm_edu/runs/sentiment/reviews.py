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


class Texts(NamedTuple):
    """The same reviews before they are numbered and cut, and after."""

    tokens: list  # words of each review
    part: Part


class Corpus(NamedTuple):
    """What every run is given."""

    vocabulary: data.Vocabulary  # of the training reviews
    train: Texts  # all 25,000
    test: Texts


def load():
    """Return the corpus; it takes about half a minute."""
    reviews = {split: data.load_reviews("imdb", split) for split in ("train", "test")}
    tokens = {split: [data.tokenise(text) for text in part.texts] for split, part in reviews.items()}
    vocabulary = data.Vocabulary.build(tokens["train"], max_size=V)
    texts = {
        split: Texts(tokens[split], part(vocabulary, tokens[split], reviews[split].labels))
        for split in reviews
    }
    return Corpus(vocabulary, texts["train"], texts["test"])


def part(vocabulary, tokens, labels):
    """Return texts as a ``Part``, each cut to its last ``WORDS`` words."""
    ids, lengths = data.pad([vocabulary.encode(text) for text in tokens], truncate="front", length=WORDS)
    return Part(
        torch.from_numpy(ids), torch.tensor(labels, dtype=torch.float32)[:, None], torch.from_numpy(lengths)
    )


def divided(corpus, part):
    """Return what teaches and what is judged: the training and the test reviews, or two parts of the former.

    Parameters
    ----------
    corpus : Corpus
        The bad reviews first, each kind in the order of its numbers.
    part : {"test", "choice", "films"}
        ``"choice"``: reviews are held out at random, and most of their films have others that teach.
        ``"films"``: the last ones of each kind are. Neighbours are often about one film, so that hardly any
        film is in both parts, as between the training and the test reviews.

    Returns
    -------
    teaching, judged : Texts
    """
    if part == "test":
        return corpus.train, corpus.test
    label = corpus.train.part.y[:, 0].numpy()
    if part == "films":
        held_out = np.concatenate([np.flatnonzero(label == kind)[-HELD_OUT // 2 :] for kind in (0, 1)])
        teaching = np.setdiff1d(np.arange(len(label)), held_out)
    else:
        order = np.random.default_rng(0).permutation(len(label))
        teaching, held_out = order[HELD_OUT:], order[:HELD_OUT]
    return rows(corpus.train, teaching), rows(corpus.train, held_out)


def rows(texts, order):
    """Return some reviews."""
    part = Part(*(tensor[torch.from_numpy(order)] for tensor in texts.part))
    return Texts([texts.tokens[k] for k in order], part)


def with_evidence(teaching, judged, longest, folds):
    """Return both parts with evidence beside every word, x (N, T, 1 + longest); see ``data.phrase_ratios``.

    The labels of what is judged are not used.
    """
    labels = teaching.part.y[:, 0].numpy().astype(int)
    found = data.phrase_ratios(teaching.tokens, labels, judged.tokens, longest=longest, folds=folds)
    return beside(teaching.part, found.train), beside(judged.part, found.test)


def beside(part, evidence):
    """Return a part whose words bring their evidence along."""
    x = torch.zeros(*part.x.shape, 1 + evidence[0].shape[1])
    x[:, :, 0] = part.x
    for k, (row, length) in enumerate(zip(evidence, part.lengths.tolist(), strict=True)):
        x[k, :length, 1:] = torch.from_numpy(row[-length:])
    return part._replace(x=x)
