"""Texts of random words whose verdict hangs on one planted word, or on two: does attention point at them?"""

import time

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from lstm_edu import torch as lth
from lstm_edu.runs.record import rounded
from lstm_edu.runs.training import fit_or_stop

V, T, D, A = 200, 20, 16, 8
N, JUDGED, EPOCHS, B, LR = 4_000, 500, 8, 64, 5e-3
GOOD, BAD, NOT, KEEP = 2, 3, 4, 5  # the planted words; all others are at least FIRST
FIRST = 6
TINY = 1e-12  # so that a text of which no word matters has a share too
LAYERS = "bag", "LSTM", "BiLSTM"
ROWS = {f"{layer}, {n} planted": (layer, n) for n in (1, 2) for layer in LAYERS}
SETTINGS = {
    "words": V,
    "length": T,
    "size": D,
    "attention": A,
    "texts": N,
    "judged": JUDGED,
    "epochs": EPOCHS,
    "batch_size": B,
    "lr": LR,
}


def draw(n, planted, rng):
    """Return n texts of random words, with evidence at random places.

    With one word planted, it is ``GOOD`` or ``BAD`` and gives the verdict. With two, another stands
    elsewhere, before or after it: ``NOT`` turns the verdict round and ``KEEP`` leaves it, so that neither
    word alone says anything.

    Parameters
    ----------
    n : int
    planted : {1, 2}
    rng : numpy.random.Generator

    Returns
    -------
    x : Tensor of shape (n, T), int64
    y : Tensor of shape (n, 1), float32
    places : ndarray of shape (n, planted)
        Of the planted words.
    """
    x = rng.integers(FIRST, V, size=(n, T))
    places = np.argsort(rng.random((n, T)), axis=1)[:, :planted]
    good, turned = rng.integers(2, size=n), rng.integers(2, size=n)
    rows = np.arange(n)
    x[rows, places[:, 0]] = np.where(good, GOOD, BAD)
    if planted == 2:
        x[rows, places[:, 1]] = np.where(turned, NOT, KEEP)
        good = good ^ turned
    return torch.from_numpy(x), torch.tensor(good, dtype=torch.float32)[:, None], places


def build(layer, seed):
    """Return a classifier with attention over what a layer, one of ``LAYERS``, makes of the words."""
    rng = torch.Generator().manual_seed(seed)
    embedding = nn.Embedding(V, D)
    with torch.no_grad():
        embedding.weight.normal_(generator=rng)
    if layer == "bag":
        return lth.TextClassifier(embedding, None, lth.AttentionPool(D, A, rng=rng), rng=rng)
    cells = [lth.LSTMCell(D, D, rng=rng, dtype=torch.float32) for _ in range(1 + (layer == "BiLSTM"))]
    reader = lth.Encoder(lth.Bidirectional(*cells) if len(cells) == 2 else lth.Unroll(*cells))
    return lth.TextClassifier(embedding, reader, lth.AttentionPool(reader.output_size, A, rng=rng), rng=rng)


def pointing(scores, places, good):
    """Return where scores point.

    Parameters
    ----------
    scores : ndarray of shape (N, T)
        At least 0, and not all of a row 0.
    places : ndarray of shape (N, n)
        Of the planted words.
    good : ndarray of shape (N,)
        Which texts hold ``GOOD``.

    Returns
    -------
    dict
        ``share``: of the scores, on planted words; ``first``: of the texts, whose largest score is on one;
        ``bad``, ``good``: the same among the texts that hold ``BAD`` and ``GOOD``; ``near``: as ``first``, or
        on the word behind a planted one; ``rank``: mean place of the planted words by falling score, from 1.
    """
    rows = np.arange(len(scores))
    top = scores.argmax(axis=1)
    on = scores[rows[:, None], places]  # (N, n)
    larger = (scores[:, None] > on[:, :, None]).sum(axis=2)  # (N, n)
    first = (top[:, None] == places).any(axis=1)
    return {
        "share": float((on.sum(axis=1) / scores.sum(axis=1)).mean()),
        "first": float(first.mean()),
        "bad": float(first[~good].mean()),
        "good": float(first[good].mean()),
        "near": float((np.isin(top[:, None] - places, (0, 1))).any(axis=1).mean()),
        "rank": float(1 + larger.mean()),
    }


def train(name, seed):
    """Train the network of a row, a key of ``ROWS``, and return its run, a dict."""
    start = time.process_time()
    layer, planted = ROWS[name]
    rng = np.random.default_rng(seed)
    x, y, _ = draw(N, planted, rng)
    network = build(layer, seed)
    history = fit_or_stop(
        network,
        binary_cross_entropy_with_logits,
        (x, y),
        optimizer=torch.optim.Adam(network.parameters(), lr=LR, fused=True),
        epochs=EPOCHS,
        rng=rng,
        batch_size=B,
        clip_norm=1.0,
        progress=False,
    )
    x, y, places = draw(JUDGED, planted, np.random.default_rng([seed, 1]))
    network.eval()
    with torch.no_grad():
        logits, reading = network(x)
    moved = lth.occlusion(network, x).abs() + TINY
    good = (x == GOOD).any(dim=1).numpy()
    return {
        "row": name,
        "part": "planted",
        "seed": seed,
        "losses": rounded(history.train_loss),
        "accuracy": ((logits > 0) == (y > 0.5)).float().mean().item(),
        "attention": rounded(pointing(reading.weights.numpy(), places, good)),
        "occlusion": rounded(pointing(moved.numpy(), places, good)),
        "seconds": rounded(time.process_time() - start),
    }
