"""Texts of many lengths in arrays of one shape, with little padding."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.vocabulary import PADDING, UNKNOWN

ENDS = "front", "back"


class Padded(NamedTuple):
    """Texts of one shape, as ``pad`` makes them."""

    ids: np.ndarray  #: (B, T) int64, 0 after the end of each text
    lengths: np.ndarray  #: (B,) int64, from 1 to T: the steps before the padding


def pad(sequences, length=None, *, truncate="front"):
    """Put the ids of B texts into one array, each text at the left and zeros behind it.

    A text without a single word becomes one unknown word, id 1, of length 1: the layers need a step to
    read, and a model in service has to answer an empty text too. Where empty texts are an error in the
    data, look for them before.

    Parameters
    ----------
    sequences : list of (sequence of int)
        The ids of each text, from ``Vocabulary.encode``.
    length : int, default=None
        T; ``None`` means that of the longest text.
    truncate : {"front", "back"}, default="front"
        Where a text longer than T is cut: ``"front"`` keeps its last T words, ``"back"`` its first.

    Returns
    -------
    Padded
        ``ids`` (B, T), ``lengths`` (B,).

    Raises
    ------
    TypeError
        If ``length`` is no integer.
    ValueError
        If there is no text, a text is no row of integers, or holds an id below 1, which belongs to the
        padding; if ``length`` is below 1, or ``truncate`` another word.
    """
    if truncate not in ENDS:
        raise ValueError(f"`truncate` should be one of {', '.join(map(repr, ENDS))} but is {truncate!r}.")
    length = None if length is None else check_count("length", length)
    rows = [_check_ids(number, ids) for number, ids in enumerate(sequences)]
    if not rows:
        raise ValueError("`sequences` is empty: there is no text to pad.")
    T = length or max(map(len, rows))
    rows = [row[-T:] if truncate == "front" else row[:T] for row in rows]
    lengths = np.array([len(row) for row in rows])
    ids = np.full((len(rows), T), PADDING)
    ids[np.arange(T) < lengths[:, None]] = np.concatenate(rows)
    return Padded(ids, lengths)


def buckets(lengths, batch_size, *, rng):
    """Divide examples into batches of similar lengths, in random order.

    Examples are sorted by length, those of equal length in random order, and cut into batches. The
    batches are then shuffled. Draw them anew for every epoch; cut each to its longest text:
    ``x[rows, : lengths[rows].max()]``.

    Parameters
    ----------
    lengths : ndarray of shape (N,), integers
        At least 1 each.
    batch_size : int
        Examples in a batch; one batch, that of the longest examples, may hold fewer.
    rng : numpy.random.Generator

    Returns
    -------
    list of ndarray
        The rows of each batch, int64; every row from 0 to N - 1 is in exactly one of them.

    Raises
    ------
    TypeError, ValueError
        If ``lengths`` is not as above, or ``batch_size`` is no count.
    """
    lengths, batch_size = _check_lengths(lengths), check_count("batch_size", batch_size)
    order = rng.permutation(len(lengths))
    order = order[np.argsort(lengths[order], kind="stable")]
    parts = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    return [parts[number] for number in rng.permutation(len(parts))]


def padding_share(lengths, batches):
    """Return which share of all steps is padding if each batch is padded to its own longest example.

    Parameters
    ----------
    lengths : ndarray of shape (N,), integers
        At least 1 each.
    batches : list of ndarray
        The rows of each batch, from ``buckets`` or from anywhere else.

    Raises
    ------
    TypeError, ValueError
        If ``lengths`` is not as above, there is no batch, a batch is empty, or holds a row that
        ``lengths`` has not.
    """
    lengths = _check_lengths(lengths)
    words = steps = 0
    for number, rows in enumerate(batches):
        rows = np.asarray(rows)
        if rows.ndim != 1 or not rows.size or not np.issubdtype(rows.dtype, np.integer):
            raise ValueError(
                f"Batch {number} should hold one or more row numbers "
                f"but is {rows.dtype} of shape {rows.shape}."
            )
        if rows.min() < 0 or rows.max() >= len(lengths):
            raise ValueError(
                f"Batch {number} holds rows {rows.min()} to {rows.max()}, "
                f"but `lengths` has the rows 0 to {len(lengths) - 1}."
            )
        words += int(lengths[rows].sum())
        steps += len(rows) * int(lengths[rows].max())
    if not steps:
        raise ValueError("`batches` is empty: there is no step of which a share could be padding.")
    return 1 - words / steps


def _check_ids(number, ids):
    row = np.asarray(ids)
    if row.ndim != 1 or (row.size and not np.issubdtype(row.dtype, np.integer)):
        raise ValueError(
            f"Text {number} of `sequences` should be a row of integers but is {row.dtype} of shape "
            f"{row.shape}. Number its words first: Vocabulary.encode."
        )
    if not row.size:
        return np.array([UNKNOWN])
    if row.min() <= PADDING:
        raise ValueError(
            f"Text {number} of `sequences` holds the id {row.min()}, but 0 is padding and words are 1 up. "
            "Pad each text once, from the ids that Vocabulary.encode returns."
        )
    return row


def _check_lengths(lengths):
    lengths = np.asarray(lengths)
    if not np.issubdtype(lengths.dtype, np.integer):
        raise TypeError(f"`lengths` should hold integers but has dtype {lengths.dtype}.")
    if lengths.ndim != 1 or not lengths.size or lengths.min() < 1:
        least = f", the least {lengths.min()}" if lengths.size else ""
        raise ValueError(
            f"`lengths` should be one or more numbers of at least 1, shape (N,), "
            f"but has shape {lengths.shape}{least}."
        )
    return lengths
