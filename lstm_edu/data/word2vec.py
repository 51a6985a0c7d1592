"""Word vectors from texts without labels: word2vec, in such a way that it repeats."""

import zlib
from collections import Counter
from itertools import chain

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.extra import data_extra
from lstm_edu.data.vectors import WordVectors
from lstm_edu.data.vocabulary import check_texts

LONGEST = 10_000  # words; gensim would drop what is behind them


def train_word2vec(texts, size, *, seed, window=5, min_count=5, epochs=5):
    """Learn a vector for each word from the words around it, with gensim's skip-gram.

    Skip-gram lets a word guess each of its neighbours, five random words against every true one. In the other
    form of word2vec all neighbours together guess the word, which is less work. The authors of both advise
    skip-gram where texts are few and words rare, and so it is with the training texts of one task.

    One thread computes, and no hash of Python's decides on anything: on one machine, equal texts and seeds
    give equal bits.

    Parameters
    ----------
    texts : iterable of list of str
        The tokens of each text; of the training texts alone, if a model is to be tested on others.
    size : int
        D.
    seed : int
        At least 0.
    window : int, default=5
        How many words to each side may be neighbours.
    min_count : int, default=5
        How often a word has to occur.
    epochs : int, default=5
        Passes through the texts.

    Returns
    -------
    WordVectors
        By falling count.

    Raises
    ------
    ImportError
        If gensim is not installed.
    TypeError
        If a text is one string, or a number is no integer.
    ValueError
        If a number is too small, or no word is left.

    References
    ----------
    Mikolov, Chen, Corrado and Dean (2013); Mikolov, Sutskever et al. (2013).
    """
    size, window = check_count("size", size), check_count("window", window)
    min_count, epochs = check_count("min_count", min_count), check_count("epochs", epochs)
    seed = check_count("seed", seed, minimum=0)
    texts = list(check_texts(texts))
    counts = Counter(chain.from_iterable(texts))
    if not counts or max(counts.values()) < min_count:
        raise ValueError(
            f"`texts` holds {len(counts)} different words, none of them {min_count} times or more. "
            "Give more texts, or a smaller min_count."
        )
    with data_extra():
        from gensim.models import Word2Vec

    pieces = [text[start : start + LONGEST] for text in texts for start in range(0, len(text), LONGEST)]
    model = Word2Vec(
        pieces,
        vector_size=size,
        sg=1,
        negative=5,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        workers=1,
        hashfxn=hash_of,
    )
    return WordVectors(tuple(model.wv.index_to_key), np.array(model.wv.vectors, dtype=np.float32))


def hash_of(word):
    """Return a number that is the same in every process, unlike Python's own ``hash``."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
