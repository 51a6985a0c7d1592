"""What the networks may know before they see a label: from the training reviews, and from nothing else."""

import math

import numpy as np
import torch

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs.record import rounded
from lstm_edu.runs.sentiment.diary import Diary
from lstm_edu.runs.sentiment.models import LARGE, both, words
from lstm_edu.runs.training import fit_or_stop

CUTOFFS = 1_000, 4_000, 12_000
ROW = 100  # words in a row of the text that the language model reads
LM = {"embedding_dropout": 0.1, "output_dropout": 0.2}
EPOCHS, B, LR = 4, 64, 2e-3


def language_model(vocabulary, tokens, folder, *, epochs=EPOCHS, progress=True):
    """Train a language model of two directions on the training reviews; return its weights and its run.

    The reviews are put behind one another in random order and cut into rows of ``ROW`` words; one row in
    fifty is kept to judge by. The rate falls to zero along half a cosine.

    Parameters
    ----------
    vocabulary : Vocabulary
    tokens : list of list of str
        Of each training review.
    folder : Path
        For the checkpoint, from which an interrupted training goes on.
    epochs : int
    progress : bool
        Show a bar, on standard error.

    Raises
    ------
    KeyboardInterrupt
        If training was interrupted; the epochs that were completed are not lost.
    """
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rows_of_text(vocabulary, tokens, rng))
    held_out = len(x) // 50
    generator = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):  # the library draws the softmax from here
        torch.manual_seed(0)
        model = lth.LanguageModel(words(LARGE, generator), both(LARGE, generator), CUTOFFS, **LM)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=True)
    fall(optimizer, LR, epochs * -(-(len(x) - held_out) // B))
    diary = Diary(folder / "language_model.jsonl")
    history = fit_or_stop(
        model,
        lambda log_probability, _: -log_probability.mean(),
        (x[held_out:], x[held_out:]),
        validation=(x[:held_out], x[:held_out]),
        optimizer=optimizer,
        epochs=epochs,
        rng=rng,
        batch_size=B,
        clip_norm=1.0,
        precision="bfloat16",
        checkpoint=folder / "language_model.pt",
        report=[diary],
        progress=progress,
    )
    run = {
        "model": "language model",
        "part": "pretraining",
        "seed": 0,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "losses": rounded(history.train_loss, 4),
        "judged": rounded(history.validation_loss, 4),
        "seconds": rounded(diary.read("seconds")),
    }
    return model.state_dict(), run


def rows_of_text(vocabulary, tokens, rng):
    """Return all reviews as one text, cut into rows (N, ROW); what is left over at the end is dropped."""
    ids = np.concatenate([vocabulary.encode(tokens[k]) for k in rng.permutation(len(tokens))])
    N = len(ids) // ROW
    return rng.permutation(ids[: N * ROW].reshape(N, ROW))


def fall(optimizer, rate, steps):
    """Let the rate of an optimiser fall from ``rate`` to 0 along half a cosine, in so many steps.

    The step is read from the optimiser's own state, which a checkpoint holds.
    """

    def set_rate(optimizer, *_):
        n = max((float(state["step"]) for state in optimizer.state.values()), default=0.0)
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 + math.cos(math.pi * min(n / steps, 1))) / 2

    optimizer.register_step_pre_hook(set_rate)


def word2vec(vocabulary, tokens, size):
    """Return an embedding (V, size) trained by word2vec on the training reviews, and the share it knows."""
    vectors = data.train_word2vec(tokens, size, seed=0)
    matrix, known = data.embedding_matrix(vocabulary, vectors, rng=np.random.default_rng(0))
    return matrix, known
