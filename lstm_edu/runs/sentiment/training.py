"""One network of the table, from its first weights to its verdicts on reviews that it never saw."""

import copy

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs.record import rounded
from lstm_edu.runs.sentiment.diary import Diary
from lstm_edu.runs.sentiment.models import MODELS, build
from lstm_edu.runs.sentiment.scores import packed
from lstm_edu.runs.training import fit_or_stop

B, LR, CLIP, DECAY = 64, 2e-3, 1.0, 0.998
EPOCHS = 2  # chosen on the reviews held out with their films: see the runs of part "films"
LONGER = 3  # of the runs by which that was chosen


def train(model, part, seed, *, parts, start, folder, progress=True):
    """Train one network and return its run.

    Parameters
    ----------
    model : str
        A key of ``MODELS``.
    part : {"choice", "films", "test"}
        ``"choice"`` trains for ``LONGER`` epochs without reviews held out at random and judges them after
        each; ``"films"`` does so with films kept apart; ``"test"`` trains on all training reviews for
        ``EPOCHS``, and judges the test reviews at the end.
    seed : int
    parts : callable
        ``parts(part, longest, folds)`` gives what teaches and what is judged, with evidence of phrases of up
        to ``longest`` words.
    start : callable
        ``start(model)`` gives what comes from before, as ``build`` wants it.
    folder : Path
        For the checkpoint and the diary, from which an interrupted training goes on.
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    dict
        ``judged`` holds the accuracy after each epoch, of the average of the weights and of the last ones;
        ``logits`` those of the test reviews.

    Raises
    ------
    KeyboardInterrupt
        If training was interrupted; the epochs that were completed are not lost.
    """
    network = build(model, seed, start(model))
    optimizer = lth.keep_average(torch.optim.Adam(network.parameters(), lr=LR, fused=True), DECAY)
    teaching, judged = parts(part, MODELS[model].longest, MODELS[model].folds)
    name = file_name(model, part, seed)

    def judge():
        if part == "test":
            return {}
        return {
            "average": accuracy(averaged(network, optimizer), judged),
            "last": accuracy(network, judged),
        }

    diary = Diary(folder / f"{name}.jsonl", judge)
    history = fit_or_stop(
        network,
        binary_cross_entropy_with_logits,
        tuple(teaching),
        optimizer=optimizer,
        epochs=EPOCHS if part == "test" else LONGER,
        rng=np.random.default_rng(seed),
        batch_size=B,
        clip_norm=CLIP,
        precision="bfloat16",
        checkpoint=folder / f"{name}.pt",
        divide=data.buckets,
        report=[diary],
        progress=progress,
    )
    run = {
        "model": model,
        "part": part,
        "seed": seed,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "losses": rounded(history.train_loss),
        "norm": rounded(float(np.median(history.grad_norm))),
        "clipped": rounded(float(np.mean(np.array(history.grad_norm) > CLIP))),
        "seconds": rounded(diary.read("seconds")),
    }
    if part != "test":
        return run | {"judged": {name: rounded(diary.read(name), 4) for name in ("average", "last")}}
    logits = verdicts(averaged(network, optimizer), judged)
    return run | packed(logits, judged.y[:, 0].numpy())


def file_name(model, part, seed):
    """Return a name for the files of a run."""
    return f"{part}_{model}_{seed}".replace(",", "").replace(" ", "_")


def averaged(network, optimizer):
    """Return a copy of a network with the average of its weights."""
    average = {
        id(parameter): optimizer.state[parameter]["average"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    twin = copy.deepcopy(network)
    with torch.no_grad():
        for ours, theirs in zip(twin.parameters(), network.parameters(), strict=True):
            ours.copy_(average[id(theirs)])
    return twin


def verdicts(network, part, size=256):
    """Return the logit of every review of a part, (N,)."""
    order = np.argsort(part.lengths.numpy(), kind="stable")
    logits = np.empty(len(order))
    network.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for first in range(0, len(order), size):
            rows = order[first : first + size]
            lengths = part.lengths[rows]
            logits[rows] = network(part.x[rows, : lengths.max()], lengths)[0][:, 0].float()
    return logits


def accuracy(network, part):
    """Return the share of reviews that a network judges as their writers did."""
    return float(np.mean((verdicts(network, part) > 0) == (part.y[:, 0].numpy() > 0.5)))
