"""Vectors of words, learnt elsewhere, on their way into an embedding."""

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_edu.data.vocabulary import PADDING, SPECIAL


class WordVectors(NamedTuple):
    """Words, each with a vector."""

    words: tuple  #: N strings, no two alike
    array: np.ndarray  #: (N, D) float32


def load_vectors(path, vocabulary=None):
    """Read vectors in the text format of GloVe, word2vec and fastText.

    Every line holds a word and D numbers, separated by single spaces; a first line with N and D, as word2vec
    writes it, may be there or not. A word may hold spaces: what counts are the last D numbers of its line.

    Parameters
    ----------
    path : str or Path
        A name that ends with ``.gz`` means a compressed file, any other plain text.
    vocabulary : Vocabulary, default=None
        Keep its words only, so that a file of several gigabytes needs little memory. Of the other lines
        the columns are counted, and nothing else is looked at. ``None`` keeps all.

    Returns
    -------
    WordVectors
        In the order of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty or ends too early, or a line has another number of columns, a number that is
        none or not finite, no word, or one that is there already; the message names the line. If no word
        is left.
    """
    path = Path(path)
    places, numbers, D, promised, seen = {}, bytearray(), None, None, 0
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        if D is None:
            promised, D = _size(line, where)
            if promised is not None:
                continue
        word, row = _cut(line, D, where)
        seen += 1
        if vocabulary is not None and word not in vocabulary:
            continue
        if word in places:
            raise ValueError(f"{where}: {word!r} is there already, in line {places[word]}. Keep one of them.")
        places[word] = number
        numbers += _floats(row, where).tobytes()
    if D is None:
        raise ValueError(f"{path} is empty. Download it again.")
    if promised not in (None, seen):
        raise ValueError(
            f"{path} holds {seen} vectors, but its first line promises {promised}. Download it again."
        )
    if not places:
        raise ValueError(
            f"{path} holds {seen} vectors, none of them of a word of `vocabulary`. "
            "Compare how both write words: capitals, contractions, language."
        )
    return WordVectors(tuple(places), np.frombuffer(numbers, dtype=np.float32).reshape(-1, D))


def embedding_matrix(vocabulary, vectors, *, rng):
    """Return an embedding for a vocabulary: vectors where they are known, random numbers elsewhere.

    The random ones are normal, with the root mean square of the known ones, so that a word is not
    louder for being unknown. They do not depend on which words are known.

    Parameters
    ----------
    vocabulary : Vocabulary
        V words, padding and unknown included.
    vectors : WordVectors
        Of size D.
    rng : numpy.random.Generator

    Returns
    -------
    matrix : ndarray of shape (V, D), float32
        Row 0, the padding's, is zero.
    known : float
        Which share of the V - 2 words has a vector.

    Raises
    ------
    ValueError
        If there is not one vector for each word of ``vectors``, or none for a word of the vocabulary.
    """
    words, array = vectors
    array = np.asarray(array)
    if array.ndim != 2 or len(array) != len(words):
        raise ValueError(
            f"`vectors` holds {len(words)} words but an array of shape {array.shape}. "
            "Give one row of numbers for each word, (N, D)."
        )
    places = {word: place for place, word in enumerate(words)}
    found = [(number, places[word]) for number, word in enumerate(vocabulary.words) if word in places]
    rows, sources = np.array([pair for pair in found if pair[0] >= len(SPECIAL)], dtype=int).reshape(-1, 2).T
    if not len(rows):
        raise ValueError(
            f"`vectors` holds no word of `vocabulary`, which has {len(vocabulary) - len(SPECIAL)}. "
            "Make both from texts that were cut alike."
        )
    scale = np.sqrt(np.mean(array[sources].astype(float) ** 2))
    matrix = rng.normal(0, scale, size=(len(vocabulary), array.shape[1])).astype(np.float32)
    matrix[rows] = array[sources]
    matrix[PADDING] = 0
    return matrix, len(rows) / (len(vocabulary) - len(SPECIAL))


def _lines(path):
    """Yield (number, line) from 1 on, the line as bytes without its end."""
    number = 0
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        try:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    raise ValueError(
                        f"{path}, line {number}: the file ends within this line. Download it again, "
                        "or end the line if it is complete."
                    )
                yield number, line.rstrip(b" \r\n")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path} is damaged after line {number}: {error}. Download it again.") from error


def _size(line, where):
    """Return (N, D) of a first line as word2vec writes it, or ``None`` and D of one that holds a word."""
    fields = line.split(b" ")
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        promised, D = map(int, fields)
    else:
        promised, D = None, len(fields) - 1
    if D < 1:
        raise ValueError(f"{where} holds no number. Each line should be a word and numbers: {line[:30]!r}.")
    return promised, D


def _cut(line, D, where):
    """Return the word of a line, and its numbers as bytes."""
    word, *row = line.rsplit(b" ", D)
    extra = b" " in word and _is_number(word.rpartition(b" ")[2])
    if len(row) != D or extra:
        raise ValueError(
            f"{where} has {len(row) + extra}{' or more' if extra else ''} numbers instead of {D}: "
            f"{line[:30]!r}. Each line should be a word and {D} numbers."
        )
    try:
        text = word.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{where}: {word!r} is not UTF-8. Convert the file, or unpack it.") from error
    if not text:
        raise ValueError(f"{where} holds no word before its numbers: {line[:30]!r}.")
    return text, row


def _is_number(field):
    try:
        float(field)
    except ValueError:
        return False
    return True


def _floats(row, where):
    """Return the numbers of a line, (D,) float32."""
    for place, field in enumerate(row, start=1):
        if not _is_number(field):
            raise ValueError(f"{where}: number {place} is {field!r}, which is none.")
    with np.errstate(over="ignore"):  # what is too large becomes infinite
        array = np.array([float(field) for field in row]).astype(np.float32)
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"{where}: number {place + 1} is {row[place].decode()}, which is not finite.")
    return array
