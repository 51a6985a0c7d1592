"""What the labels of other texts say about every word and phrase of a text."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.sequences import check_sequence

ALPHA = 1.0  # texts of each kind that every phrase is given beforehand
RARE = 2  # a phrase that fewer texts hold says nothing


class Evidence(NamedTuple):
    """What ``phrase_ratios`` found: for each text an array (T, n), a row for every word."""

    train: list  #: from the labels of other training texts
    test: list  #: from the labels of all training texts


def log_count_ratio(good, bad):
    r"""Return how much more a phrase belongs to good texts than to bad ones.

    .. math:: r = \log \frac{p / \lVert p \rVert_1}{q / \lVert q \rVert_1}

    .. math:: p = 1 + n_{\text{good}}, \qquad q = 1 + n_{\text{bad}}

    Parameters
    ----------
    good, bad : ndarray of shape (V,)
        How many good texts, and how many bad ones, hold each phrase.

    Returns
    -------
    ndarray of shape (V,)
        Positive for what stands in good texts.

    References
    ----------
    Wang and Manning (2012).
    """
    p, q = ALPHA + np.asarray(good, float), ALPHA + np.asarray(bad, float)
    return np.log(p / p.sum()) - np.log(q / q.sum())


def phrase_ratios(train, labels, test, *, longest=2, folds=10):
    """Give every word of a text the log-count ratios of the phrases that end with it.

    A training text must not see its own label in them: with the ratios of all texts, those of its rare
    phrases would lean towards it. So the texts are cut into folds, and the ratios for one fold come from all
    others. A fold is made of neighbours of each label, which keeps together what was collected together.

    Parameters
    ----------
    train : sequence of sequences of str
        The words of each of N texts.
    labels : sequence of int, of length N
        1 for good and 0 for bad.
    test : sequence of sequences of str
        Texts whose labels are not to be known.
    longest : int, default=2
        Words of the longest phrase, n; column k is for phrases of k + 1 words.
    folds : int or None, default=10
        At least 2, and no more than texts of each label. ``None``: the ratios of all training texts, their
        own labels included. That is a leak, there to be measured.

    Returns
    -------
    Evidence
        float32; 0 where the phrase would begin before the text, and for phrases that fewer than two of
        the counted texts hold.

    Raises
    ------
    TypeError
        If ``train`` or ``test`` is one string.
    ValueError
        If a label is neither 0 nor 1 or the labels do not fit the texts; if ``longest`` or ``folds`` is no
        such number.
    """
    train, test = check_texts("train", train), check_texts("test", test)
    labels = np.asarray(labels)
    if labels.shape != (len(train),) or set(np.unique(labels)) != {0, 1}:
        raise ValueError(
            f"`labels` should hold a 0 or a 1 for each of {len(train)} texts, and both, but has shape "
            f"{labels.shape} and the values {np.unique(labels)[:5].tolist()}."
        )
    longest = check_count("longest", longest)
    fewest = np.bincount(labels.astype(int)).min()
    if folds is not None and folds not in range(2, fewest + 1):
        raise ValueError(
            f"`folds` should be None or a whole number from 2 to {fewest}, the texts of the rarer label, "
            f"but is {folds!r}."
        )
    fold = None if folds is None else fold_of(labels, folds)
    lengths = [len(text) for text in [*train, *test]]
    first = np.cumsum([0, *lengths])[:-1]  # where each text begins
    place = np.arange(sum(lengths)) - np.repeat(first, lengths)
    text = np.repeat(np.arange(len(lengths)), lengths)
    words = phrases = numbered([*train, *test])
    columns = np.zeros((len(words), longest), np.float32)
    for size in range(1, longest + 1):
        if size > 1:
            phrases = compact(np.roll(phrases, 1) * (words.max(initial=0) + 1) + words)
        whole = place >= size - 1  # the phrase does not begin before the text
        columns[whole, size - 1] = ratios(phrases[whole], text[whole], labels, fold)
    rows = np.split(columns, first[1:])
    return Evidence(rows[: len(train)], rows[len(train) :])


def check_texts(name, texts):
    """Return ``texts`` as a list of lists of words, or explain why it is none."""
    if isinstance(texts, str) or not hasattr(texts, "__iter__"):
        raise TypeError(
            f"`{name}` should be a list of texts, each a list of words, but is a {type(texts).__name__}."
        )
    return [check_sequence(f"{name}[{k}]", text) for k, text in enumerate(texts)]


def fold_of(labels, folds):
    """Return the fold of each text, (N,): neighbours of one label share it."""
    fold = np.empty(len(labels), int)
    for label in 0, 1:
        rows = np.flatnonzero(labels == label)
        fold[rows] = np.arange(len(rows)) * folds // len(rows)
    return fold


def numbered(texts):
    """Return all words of all texts, one behind another, as numbers."""
    numbers = {}
    return np.array([numbers.setdefault(word, len(numbers)) for text in texts for word in text], np.int64)


def compact(phrases):
    """Return the same phrases, numbered without gaps."""
    return np.unique(phrases, return_inverse=True)[1].astype(np.int64)


def ratios(phrases, text, labels, fold):
    """Return the ratio of each phrase, as the text in which it stands may know it.

    Parameters
    ----------
    phrases, text : ndarray of shape (M,)
        Of each word of all texts, the phrase that ends there, and the text; training texts come first.
    labels : ndarray of shape (N,)
        Of the training texts.
    fold : ndarray of shape (N,) or None
    """
    V, N = phrases.max(initial=0) + 1, len(labels)
    counted = text < N
    once = np.unique(text[counted] * V + phrases[counted])  # a phrase counts once a text
    owner, phrase = np.divmod(once, V)
    held = [np.bincount(phrase[labels[owner] == label], minlength=V) for label in (0, 1)]
    found = known(*held)[phrases]
    for k in [] if fold is None else np.unique(fold):
        own = fold[owner] == k
        others = [
            held[label] - np.bincount(phrase[own & (labels[owner] == label)], minlength=V) for label in (0, 1)
        ]
        here = np.flatnonzero(counted)[fold[text[counted]] == k]
        found[here] = known(*others)[phrases[here]]
    return found


def known(bad, good):
    """Return the ratio of each phrase among those that are not too rare, and 0 for the others."""
    found, kept = np.zeros(len(good)), bad + good >= RARE
    found[kept] = log_count_ratio(good[kept], bad[kept])
    return found
