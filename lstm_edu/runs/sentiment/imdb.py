"""Every model of the table on the full 50,000 reviews of IMDB, several times, with a record of each run."""

import functools
import shutil
from pathlib import Path

from lstm_edu.runs.record import Record
from lstm_edu.runs.sentiment import models, pretraining, reviews, training
from lstm_edu.runs.training import one_thread

WATCHED = "BiLSTM, mean and max"
PLAIN = (
    "bag of embeddings",
    "CNN",
    "LSTM, last",
    "LSTM, mean and max",
    "CNN–LSTM, mean and max",
    "BiLSTM, attention",
)
TABLES = {
    "table": [*PLAIN, WATCHED],
    "ingredients": [
        name
        for name, row in models.MODELS.items()
        if row.size == models.SMALL and name not in (*PLAIN, WATCHED)
    ],
    "pretrained": [name for name, row in models.MODELS.items() if row.size == models.LARGE],
}
CHOICES = {  # on reviews held out at random, or with their films
    "table": [(WATCHED, "choice"), (WATCHED, "films")],
    "ingredients": [(f"{WATCHED}, triples", "choice"), (f"{WATCHED}, triples", "films")],
    "pretrained": [],
}
CHOICE_SEED = 100  # not one of those that are tested


def run(path, *, table="table", seeds=3, progress=True):
    """Train every network of a table ``seeds`` times and write each run to the record.

    An interrupted command loses the epoch that it was in: checkpoints lie in a folder beside the record
    until their run is in it.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    table : {"table", "ingredients", "pretrained"}, default="table"
        The small networks; some of them with and without what helps them; the large ones, with and without a
        language model before them and evidence of phrases beside their words.
    seeds : int, default=3
    progress : bool, default=True
        Show bars, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "words_known": reviews.V,
        "words_read": reviews.WORDS,
        "held_out": reviews.HELD_OUT,
        "small": models.SMALL,
        "large": models.LARGE,
        "dropout": models.DROPOUT,
        "folds": models.FOLDS,
        "batch_size": training.B,
        "optimizer": "Adam",
        "lr": training.LR,
        "clip_norm": training.CLIP,
        "average": training.DECAY,
        "epochs": training.EPOCHS,
        "epochs_of_choice": training.LONGER,
        "precision": "bfloat16",
        "threads": 1,
    }
    if table == "pretrained":
        settings["language_model"] = {
            "cutoffs": pretraining.CUTOFFS,
            "row": pretraining.ROW,
            "epochs": pretraining.EPOCHS,
            "batch_size": pretraining.B,
            "lr": pretraining.LR,
            **pretraining.LM,
        }
    path = Path(path)
    command = f"lstm-edu run sentiment --table {table}"
    record = Record(path, settings=settings, keys=("model", "part", "seed"), command=command)
    folder = path.with_suffix(".checkpoints")
    folder.mkdir(exist_ok=True)
    wanted = [(name, part, CHOICE_SEED) for name, part in CHOICES[table]]
    wanted += [(name, "test", seed) for name in TABLES[table] for seed in range(seeds)]
    if all(key in record for key in wanted):
        return record
    corpus = reviews.load()

    @functools.cache
    def before(kind):
        if kind == "word2vec":
            matrix, _ = pretraining.word2vec(corpus.vocabulary, corpus.train.tokens, models.SMALL)
            return {kind: matrix}
        if kind == "language model":
            weights, lesson = pretraining.language_model(
                corpus.vocabulary, corpus.train.tokens, folder, progress=progress
            )
            if ("language model", "pretraining", 0) not in record:
                record.add(lesson)
            return {kind: weights}
        return {}

    @functools.lru_cache(maxsize=1)  # evidence for 50,000 reviews fills a gigabyte
    def parts(part, longest, folds):
        teaching, judged = reviews.divided(corpus, part)
        if longest:
            return reviews.with_evidence(teaching, judged, longest, folds)
        return teaching.part, judged.part

    def train(name, part, seed):
        tidy(folder, record)
        return training.train(
            name,
            part,
            seed,
            parts=parts,
            start=lambda name: before(models.MODELS[name].start),
            folder=folder,
            progress=progress,
        )

    with one_thread():
        record.complete(wanted, train, progress=progress)
    shutil.rmtree(folder)
    return record


def tidy(folder, record):
    """Remove the checkpoints of the runs that the record holds; they are large."""
    for run in record.runs:
        for suffix in ".pt", ".jsonl":
            name = training.file_name(run["model"], run["part"], run["seed"])
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
