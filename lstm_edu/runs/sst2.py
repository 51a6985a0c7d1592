"""Who reads a sentence best: three that count words and eleven networks on SST-2, and what each answers."""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs import sst2_bags
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.sst2_questions import agreement, best_unit, questions, verdicts
from lstm_edu.runs.training import fit_or_stop, one_thread

D = H = 64
EPOCHS, B, LR, CLIP, MIN_COUNT = 2, 128, 2e-3, 1.0, 2
FIXED = 56  # words to which every text is padded where lengths are ignored


class Model(NamedTuple):
    """One row of the table."""

    layer: Callable  # generator -> a layer, or None
    pool: Callable  # generator -> a pool
    lengths: bool = True  # False: texts are padded to FIXED words, and nobody says where they end
    shuffled: bool = False  # True: the words of every text stand in random order


def cell(rng):
    """Return an LSTM cell of the table's size."""
    return lth.LSTMCell(D, H, rng=rng, dtype=torch.float32)


def ahead(rng):
    """Return an LSTM that reads forwards."""
    return lth.Encoder(lth.Unroll(cell(rng)))


def both(rng):
    """Return an LSTM that reads both ways."""
    return lth.Encoder(lth.Bidirectional(cell(rng), cell(rng)))


def phrases(rng):
    """Return detectors of phrases of two, three and four words, 63 in all."""
    return lth.Convolution(D, 21, (2, 3, 4), rng=rng)


def hybrid(rng):
    """Return an LSTM that reads what such detectors say."""
    detectors = phrases(rng)
    reader = lth.LSTMCell(detectors.output_size, H, rng=rng, dtype=torch.float32)
    return lth.Stacked([detectors, lth.Encoder(lth.Unroll(reader))])


MODELS = {
    "bag of embeddings": Model(lambda rng: None, lambda rng: lth.MeanPool()),
    "CNN, max": Model(phrases, lambda rng: lth.MaxPool()),
    "LSTM, last": Model(ahead, lambda rng: lth.LastPool()),
    "LSTM, mean": Model(ahead, lambda rng: lth.MeanPool()),
    "LSTM, max": Model(ahead, lambda rng: lth.MaxPool()),
    "BiLSTM, last": Model(both, lambda rng: lth.LastPool(back=H)),
    "BiLSTM, max": Model(both, lambda rng: lth.MaxPool()),
    "BiLSTM, attention": Model(both, lambda rng: lth.AttentionPool(2 * H, rng=rng)),
    "CNN–LSTM, max": Model(hybrid, lambda rng: lth.MaxPool()),
    "LSTM, max, words shuffled": Model(ahead, lambda rng: lth.MaxPool(), shuffled=True),
    "BiLSTM, last, lengths ignored": Model(both, lambda rng: lth.LastPool(back=H), lengths=False),
}


class Part(NamedTuple):
    """Texts of one purpose."""

    x: torch.Tensor  # (N, T) int64
    y: torch.Tensor  # (N, 1) float32
    lengths: torch.Tensor  # (N,) int64


class Corpus(NamedTuple):
    """What every run is given."""

    vocabulary: data.Vocabulary  # of the training phrases
    tokens: list  # of each training phrase
    train: Part
    dev: Part


def load():
    """Return SST-2 as numbers: the training phrases, and the 872 sentences that judge."""
    reviews = [data.load_reviews("sst2", split) for split in ("train", "validation")]
    tokens = [[data.tokenise(text) for text in part.texts] for part in reviews]
    vocabulary = data.Vocabulary.build(tokens[0], min_count=MIN_COUNT)
    parts = [numbers(vocabulary, *pair) for pair in zip(tokens, [r.labels for r in reviews], strict=True)]
    return Corpus(vocabulary, tokens[0], *parts)


def numbers(vocabulary, tokens, labels):
    """Return texts, each a list of tokens, as a ``Part``."""
    ids, lengths = data.pad([vocabulary.encode(text) for text in tokens])
    y = torch.from_numpy(np.asarray(labels, np.float32))[:, None]
    return Part(torch.from_numpy(ids), y, torch.from_numpy(lengths))


def shuffled(part, seed):
    """Return the texts of a part with the words of each in random order."""
    rng, x = np.random.default_rng(seed), part.x.clone()
    for row, length in zip(x, part.lengths.tolist(), strict=True):
        row[:length] = row[torch.from_numpy(rng.permutation(length))]
    return part._replace(x=x)


def padded(x):
    """Return ``x`` (N, T) with zeros up to ``FIXED`` words."""
    return torch.nn.functional.pad(x, (0, FIXED - x.shape[1]))


def build(model, V, seed):
    """Return the classifier of a row, a key of ``MODELS``, for V words."""
    row, rng = MODELS[model], torch.Generator().manual_seed(seed)
    embedding = torch.nn.Embedding(V, D, padding_idx=0)
    with torch.no_grad():
        embedding.weight.normal_(0, 0.1, generator=rng)
        embedding.weight[0] = 0
    return lth.TextClassifier(embedding, row.layer(rng), row.pool(rng), rng=rng)


def train(model, corpus, seed, *, epochs=EPOCHS):
    """Train a row of the table on the phrases; return the classifier, ready to judge, and its losses."""
    row, network = MODELS[model], build(model, len(corpus.vocabulary), seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    x, y, lengths = shuffled(corpus.train, seed) if row.shuffled else corpus.train
    history = fit_or_stop(
        network,
        binary_cross_entropy_with_logits,
        (x, y, lengths) if row.lengths else (padded(x), y),
        optimizer=optimizer,
        epochs=epochs,
        rng=np.random.default_rng(seed),
        batch_size=B,
        clip_norm=CLIP,
        divide=data.buckets if row.lengths else None,
        progress=False,
    )
    return network.eval(), history.train_loss


@torch.no_grad()
def judge(model, network, part):
    """Return the logit of each text of a part, (N,), as a row of the table reads it."""
    ends = {"lengths": part.lengths} if MODELS[model].lengths else {}
    x = part.x if MODELS[model].lengths else padded(part.x)
    return network(x, **ends)[0][:, 0].numpy()


def measure(corpus, asked, model, seed):
    """Train a row of the table, ask it everything, and return its run, a dict."""
    if model in sst2_bags.BAGS:
        return sst2_bags.measure(model, asked, seed)
    started = time.process_time()
    network, losses = train(model, corpus, seed)
    seconds = (time.process_time() - started) / EPOCHS
    dev = shuffled(corpus.dev, 0) if MODELS[model].shuffled else corpus.dev
    run = {
        "model": model,
        "seed": seed,
        "parameters": sum(weight.numel() for weight in network.parameters()),
        "embedding": network.embedding.weight.numel(),
        "seconds": round(seconds, 1),
        "losses": rounded(losses),
        "dev": verdicts(judge(model, network, dev)),
        "dev shuffled": verdicts(judge(model, network, shuffled(corpus.dev, 0))),
        **{question.name: question.written(judge(model, network, question.part)) for question in asked},
    }
    if model in ("LSTM, last", "LSTM, max"):
        run["unit"] = best_unit(network, corpus.train, corpus.dev)
    if model == "BiLSTM, attention":
        run["agreement"] = agreement(network, corpus.dev)
    return run


def run(path, *, seeds=5, progress=True):
    """Count words, train every network of the table ``seeds`` times, and write each run to the record.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    seeds : int, default=5
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "input_size": D,
        "hidden_size": H,
        "dropout": 0,
        "batch_size": B,
        "optimizer": "Adam",
        "lr": LR,
        "clip_norm": CLIP,
        "epochs": EPOCHS,
        "min_count": MIN_COUNT,
        "padded_to": FIXED,
        "threads": 1,
    }
    record = Record(path, settings=settings, keys=("model", "seed"), command="lstm-edu run sst2")
    wanted = [(name, 0) for name in sst2_bags.BAGS]
    wanted += [(model, seed) for seed in range(seeds) for model in MODELS]
    if not all(key in record for key in wanted):
        corpus = load()
        asked = questions(lambda tokens, labels: numbers(corpus.vocabulary, tokens, labels))
        with one_thread():
            record.complete(wanted, partial(measure, corpus, asked), progress=progress)
    return record
