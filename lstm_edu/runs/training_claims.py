"""What is said about training an LSTM, tried on a small set of texts: one change at a time, several seeds."""

import functools
import time

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from lstm_edu.data import buckets
from lstm_edu.runs import planted_evidence
from lstm_edu.runs.claim_rows import DISTILLED, EPOCHS, LR, RATES, ROWS, TEACHER, B, V, build, parameters
from lstm_edu.runs.claim_texts import SIZES, WORDS, load
from lstm_edu.runs.record import Record, rounded
from lstm_edu.runs.training import fit_or_stop, one_thread
from lstm_edu.runs.watching import Watch, scheduled

TEMPERATURE, SOFT = 2.0, 0.5  # of distillation; weight of the teacher's word beside the label's
FIRST = 3  # times as many seeds for the first row, to which all others are compared
CHOICE_SEED = 100  # not one of those that are tested


def distilling(logits, y):
    r"""Return the loss of a student, :math:`(1-s) L(z, y) + s \tau^2 L(z/\tau, \sigma(z'/\tau))`.

    Parameters
    ----------
    logits : Tensor of shape (B, 1)
        z.
    y : Tensor of shape (B, 2)
        The label and the teacher's logit z'.

    References
    ----------
    Hinton, Vinyals and Dean (2015).
    """
    hard = binary_cross_entropy_with_logits(logits, y[:, :1])
    soft = binary_cross_entropy_with_logits(logits / TEMPERATURE, torch.sigmoid(y[:, 1:] / TEMPERATURE))
    return (1 - SOFT) * hard + SOFT * TEMPERATURE**2 * soft


def fit(name, seed, texts, *, rate=LR, teacher=None):
    """Train the network of a row; return it with its best weights, and what was seen.

    Parameters
    ----------
    name : str
        A key of ``ROWS``.
    seed : int
    texts : dict of Part
        ``"train"`` and ``"validation"``.
    rate : float, default=LR
    teacher : callable, default=None
        ``teacher(seed)`` gives what this function returns for ``TEACHER``, for a student to learn from.

    Returns
    -------
    network : TextClassifier
    watch : Watch
    history : History
    """
    row = ROWS[name]
    network = build(name, seed)
    train, validation = texts["train"], texts["validation"]
    loss = scaled(row.scale)
    if name in DISTILLED:
        master, loss = teacher(seed)[0], distilling
        train, validation = (
            part._replace(y=torch.cat([part.y, logits(master, part)], dim=1)) for part in (train, validation)
        )
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, weight_decay=row.decay, fused=True)
    watch = Watch(network, optimizer, row.by_value)
    steps = -(-len(train.x) // B)
    history = fit_or_stop(
        network,
        loss,
        tuple(train),
        validation=tuple(validation),
        optimizer=optimizer,
        epochs=EPOCHS,
        rng=np.random.default_rng(seed),
        batch_size=B,
        clip_norm=row.by_norm,
        divide=buckets,
        report=[watch, *scheduled(row.schedule, optimizer, rate=rate, steps=EPOCHS * steps)],
        progress=False,
    )
    return network, watch, history


def scaled(factor):
    """Return the loss of a verdict, so many times too large."""

    def loss(logits, y):
        return factor * binary_cross_entropy_with_logits(logits, y)

    return loss


def train(name, part, seed, *, texts, teacher):
    """Train the network of a row and return its run, a dict.

    Parameters
    ----------
    name : str
        A key of ``ROWS``, or of ``RATES`` if ``part`` is ``"choice"``.
    part : {"choice", "test"}
        ``"choice"`` tries a learning rate on the first row and looks at validation texts alone.
    seed : int
    texts : dict of Part
    teacher : callable
        As in ``fit``.
    """
    start = time.process_time()
    row, rate = ("LSTM", RATES[name]) if part == "choice" else (name, LR)
    seen = teacher(seed) if row == TEACHER else fit(row, seed, texts, rate=rate, teacher=teacher)
    network, watch, history = seen
    run = {
        "row": name,
        "part": part,
        "seed": seed,
        "parameters": parameters(network),
        "losses": rounded(history.train_loss),
        "validation_losses": rounded(history.validation_loss),
        "norms": rounded(np.median(np.reshape(history.grad_norm, (EPOCHS, -1)), axis=1)),
        "largest_norm": rounded(max(history.grad_norm)),
        "best_epoch": history.best_epoch,
    }
    if (bound := ROWS[row].by_norm) is not None:
        run["bound"] = rounded(np.mean(np.array(history.grad_norm) > bound))
    if watch.cosines:
        run["bound"] = rounded(np.mean(watch.bound))
        run["cosine"] = rounded(np.mean(watch.cosines))
    run["validation"] = round(accuracy(network, texts["validation"]), 4)
    if part == "test":
        best = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        for when, weights in (
            ("last", watch.last),
            ("best", best),
        ):  # the teacher is needed again, at its best
            network.load_state_dict(weights)
            run[when] = {of: round(accuracy(network, texts[of]), 4) for of in ("train", "validation", "test")}
    return run | {"seconds": rounded(time.process_time() - start)}


def logits(network, part):
    """Return the logit of every text of a part, (N, 1), without dropout."""
    was_training = network.training
    network.eval()
    with torch.no_grad():
        found = network(part.x, part.lengths)[0]
    network.train(was_training)
    return found


def accuracy(network, part):
    """Return the share of texts that a network judges as their writers did."""
    return ((logits(network, part) > 0) == (part.y > 0.5)).float().mean().item()


def run(path, *, seeds=3, progress=True):
    """Train every row ``seeds`` times, the first ``FIRST`` times as often, and see where attention looks.

    Each run is written to the record.

    Parameters
    ----------
    path : str or Path
        Of the record; an unfinished one is taken up.
    seeds : int, default=3
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    Record
    """
    settings = {
        "texts": SIZES,
        "words_read": WORDS,
        "words_known": V,
        "rows": {name: row._asdict() for name, row in ROWS.items()},
        "batch_size": B,
        "optimizer": "Adam",
        "lr": LR,
        "epochs": EPOCHS,
        "temperature": TEMPERATURE,
        "soft": SOFT,
        "planted": planted_evidence.SETTINGS,
        "threads": 1,
    }
    keys = "row", "part", "seed"
    record = Record(path, settings=settings, keys=keys, command="lstm-edu run training-claims")
    wanted = [(name, "choice", CHOICE_SEED) for name in RATES]
    for seed in range(seeds):
        wanted += [(name, "test", seed) for name in ROWS]
        wanted += [(name, "planted", seed) for name in planted_evidence.ROWS]
    wanted += [("LSTM", "test", seed) for seed in range(seeds, FIRST * seeds)]
    texts = functools.cache(lambda: load(V))

    @functools.cache
    def teacher(seed):
        return fit(TEACHER, seed, texts())

    def one(name, part, seed):
        if part == "planted":
            return planted_evidence.train(name, seed)
        return train(name, part, seed, texts=texts(), teacher=teacher)

    with one_thread():
        record.complete(wanted, one, progress=progress)
    return record
