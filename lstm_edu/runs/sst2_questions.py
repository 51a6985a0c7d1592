"""What is asked of a network that has learnt to judge sentences: probes, single units, words that matter."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import data
from lstm_edu import torch as lth


class Question(NamedTuple):
    """Texts to judge, and the way in which a record keeps the logits."""

    name: str
    texts: list  # of tokens
    part: tuple  # x, y, lengths
    written: Callable  # logits (N,) -> what the record holds


def questions(numbers):
    """Return what every network is asked: negation pairs, names, and the halves of *A but B*.

    Parameters
    ----------
    numbers : callable
        ``numbers(tokens, labels)`` turns N lists of tokens and N labels into x, y, lengths.

    Returns
    -------
    list of Question
        ``"negation"``, the logits of good and bad in turn; ``"names"``, those of ``data.name_sentences()``;
        ``"but"``, four verdicts for each of ``but_sentences()``: whole, first half, last half, swapped.
    """
    pairs = [sentence for pair in data.negation_pairs() for sentence in (pair.good, pair.bad)]
    names = [named.sentence for named in data.name_sentences()]
    halves = [text for whole, _, parts in but_sentences() for text in (whole, *parts)]
    texts = {
        "negation": [data.tokenise(text) for text in pairs],
        "names": [data.tokenise(text) for text in names],
        "but": halves,
    }
    written = {"negation": decimals, "names": decimals, "but": verdicts}
    return [Question(name, t, numbers(t, np.zeros(len(t))), written[name]) for name, t in texts.items()]


def but_sentences():
    """Return (tokens, label, Halves) of each sentence of SST-2's 872 that reads *A but B*."""
    texts, labels, *_ = data.load_reviews("sst2", "validation")
    taken = [
        (tokens := data.tokenise(text), label, data.split_but(tokens))
        for text, label in zip(texts, labels, strict=True)
    ]
    return [case for case in taken if case[2] is not None]


def decimals(logits):
    """Return logits with three decimals."""
    return [round(float(logit), 3) for logit in logits]


def verdicts(logits):
    """Return logits as a text of 0 (bad) and 1 (good)."""
    return "".join("1" if logit > 0 else "0" for logit in logits)


@torch.no_grad()
def best_unit(network, train, dev):
    """Choose, on training texts, the number before the head that alone tells good from bad best.

    Every number gets one threshold and one direction, from the training texts. The network reads
    the texts in evaluation mode.

    Returns
    -------
    dict
        ``unit``, and its accuracy on ``train`` and ``dev``.
    """
    values, others = (pooled(network, part) for part in (train, dev))  # (N, H)
    y, truth = (part.y[:, 0].numpy() > 0.5 for part in (train, dev))
    rules = [threshold(column, y) for column in values.T]
    unit = int(np.argmax([accuracy for accuracy, _, _ in rules]))
    accuracy, at, sign = rules[unit]
    said = sign * (others[:, unit] - at) > 0
    return {"unit": unit, "train": round(accuracy, 4), "dev": round(float(np.mean(said == truth)), 4)}


def threshold(values, y):
    """Return (accuracy, threshold, sign) of the best rule ``sign * (values - threshold) > 0`` for ``y``."""
    order = np.argsort(values, kind="stable")
    sorted_values, good = values[order], y[order]
    below = np.concatenate([[0], np.cumsum(np.where(good, -1, 1))])  # bad less good among the k lowest
    right = (below + good.sum()) / len(y)  # bad below, good above, cut after the k lowest
    edges = np.concatenate([[-np.inf], (sorted_values[1:] + sorted_values[:-1]) / 2, [np.inf]])
    apart = np.concatenate([[True], sorted_values[1:] > sorted_values[:-1], [True]])  # no cut between equals
    candidates = np.where(apart, np.maximum(right, 1 - right), 0)
    k = int(candidates.argmax())
    return float(candidates[k]), float(edges[k]), 1 if right[k] >= 1 - right[k] else -1


@torch.no_grad()
def pooled(network, part, size=4096):
    """Return what reaches the head, (N, H), as an array."""
    order = part.lengths.argsort(stable=True)  # texts of similar lengths share a pass
    found = [None] * len(order)
    for rows in order.split(size):
        lengths = part.lengths[rows]
        _, reading = network(part.x[rows, : lengths.max()], lengths)
        for row, values in zip(rows.tolist(), network.pool(reading.h, lengths)[0], strict=True):
            found[row] = values
    return torch.stack(found).numpy()


def agreement(network, part):
    """Return, for each text, how attention and occlusion rank its words, and what each puts first.

    Returns
    -------
    dict
        ``rank``: Spearman correlation of the attention weights with the size of the occlusion effects, for
        each text of three words or more; ``same``: share of these texts whose first words agree;
        ``chance``: the share that two blind choices would give.
    """
    from scipy.stats import spearmanr

    effects = lth.occlusion(network, part.x, part.lengths).abs().numpy()
    with torch.no_grad():
        weights = network(part.x, part.lengths)[1].weights.numpy()
    ranks, same, chance = [], [], []
    for effect, weight, T in zip(effects, weights, part.lengths.tolist(), strict=True):
        effect, weight = effect[:T], weight[:T]
        if T >= 3 and np.ptp(effect) > 0 and np.ptp(weight) > 0:
            ranks.append(round(float(spearmanr(effect, weight).statistic), 2))
            same.append(bool(effect.argmax() == weight.argmax()))
            chance.append(1 / T)
    return {"rank": ranks, "same": round(float(np.mean(same)), 3), "chance": round(float(np.mean(chance)), 3)}
