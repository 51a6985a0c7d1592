"""Counting words on SST-2: the baselines of the table, asked what the networks are asked."""

import time

import numpy as np

from lstm_edu import data
from lstm_edu.runs.sst2_questions import verdicts

BAGS = "unigrams", "bigrams", "NB-SVM"


def measure(name, asked, seed):
    """Train a baseline of ``lstm_edu.runs.sentiment.bags`` on the phrases and return its run, a dict.

    Parameters
    ----------
    name : str
        Of ``BAGS``.
    asked : list of Question
    seed : int
        Written into the run; nothing is drawn.
    """
    from lstm_edu.runs.sentiment.bags import fit_predict

    train, dev = (data.load_reviews("sst2", split) for split in ("train", "validation"))
    texts = {
        "dev": list(dev.texts),
        "dev shuffled": [data.detokenise(tokens) for tokens in shuffled(map(data.tokenise, dev.texts), 0)],
        **{question.name: [data.detokenise(tokens) for tokens in question.texts] for question in asked},
    }
    started = time.process_time()
    scores = fit_predict(name, train.texts, train.labels, [text for part in texts.values() for text in part])
    seconds = round(time.process_time() - started, 1)
    parts = dict(
        zip(texts, np.split(scores, np.cumsum([len(part) for part in texts.values()])[:-1]), strict=True)
    )
    written = {question.name: question.written(parts[question.name]) for question in asked}
    verdict = {part: verdicts(parts[part]) for part in ("dev", "dev shuffled")}
    return {"model": name, "seed": seed, "parameters": None, "seconds": seconds, **verdict, **written}


def shuffled(texts, seed):
    """Return lists of tokens, each in the random order that ``sst2.shuffled`` gives the same texts."""
    rng = np.random.default_rng(seed)
    return [[tokens[k] for k in rng.permutation(len(tokens))] for tokens in texts]
