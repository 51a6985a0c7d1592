"""The baselines that count words, on the full 50,000 reviews of IMDB, with a record of each."""

import time

import numpy as np

from lstm_edu import data
from lstm_edu.data.ratios import ALPHA
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.sentiment.bags import BAGS, BETA, CHOICES, HELD_OUT, fit_predict
from lstm_edu.runs.sentiment.scores import packed

ALL = "all"
PARTS = ("first", 200), ("last", 200), ("first", 400), ("last", 400)  # words of each review that are counted
WANTED = [(name, ALL, 0) for name in BAGS] + [("unigrams", *part) for part in PARTS]


def run(path, *, progress=True):
    """Fit every baseline once, for none of them draws anything that matters, and write each to the record.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "bags": {name: bag and bag._asdict() for name, bag in BAGS.items()},
        "nb_svm": {"alpha": ALPHA, "beta": BETA, "C": CHOICES, "held_out": HELD_OUT},
    }
    keys = "model", "end", "words"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run sentiment --table bags")
    if all(key in record for key in WANTED):
        return record
    reviews = {split: data.load_reviews("imdb", split) for split in ("train", "test")}

    def fit(name, end, words):
        train, test = ([cut(text, end, words) for text in part.texts] for part in reviews.values())
        started = time.process_time()
        scores = fit_predict(name, train, reviews["train"].labels, test)
        seconds = rounded(time.process_time() - started)
        found = {"model": name, "end": end, "words": words, "seconds": seconds}
        return found | packed(np.asarray(scores, float), reviews["test"].labels)

    record.complete(WANTED, fit, progress=progress)
    return record


def cut(text, end, words):
    """Return a text, or its first or last ``words`` tokens joined by spaces."""
    if end == ALL:
        return text
    tokens = data.tokenise(text)
    return data.detokenise(tokens[:words] if end == "first" else tokens[-words:])
