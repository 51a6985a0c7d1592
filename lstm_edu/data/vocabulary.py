"""Words and their numbers."""

import json
import os
from collections import Counter
from itertools import chain
from pathlib import Path

import numpy as np

from lstm_edu.data.counts import check_count
from lstm_edu.data.sequences import check_sequence

PADDING, UNKNOWN = 0, 1  # the ids that belong to no word
SPECIAL = "<pad>", "<unk>"  # how they are shown
FORMAT = "lstm_edu vocabulary 1"


class Vocabulary:
    """The words that a model knows, numbered once and for all.

    Id 0 is padding, id 1 any word that is not known, and the words follow from 2 on. Nothing is ever
    added: a model's embedding has one row for each id.

    Parameters
    ----------
    words : sequence of str
        In the order of their ids; ``Vocabulary.build`` finds it.

    Attributes
    ----------
    words : tuple of str
        All V of them, ``"<pad>"`` and ``"<unk>"`` first.

    Raises
    ------
    TypeError
        If ``words`` is one string, or holds something else than strings.
    ValueError
        If a word is there twice, is empty, or is one of the two names that stand for no word.
    """

    def __init__(self, words):
        words = check_sequence("words", words)
        twice = [word for word, count in Counter(words).items() if count > 1]
        if twice:
            raise ValueError(f"`words` holds {twice[0]!r} more than once (such words in all: {len(twice)}).")
        for word in ("", *SPECIAL):
            if word in words:
                raise ValueError(f"`words` holds {word!r}, which is no word. Leave it out.")
        self.words = (*SPECIAL, *words)
        self._ids = {word: number for number, word in enumerate(words, start=len(SPECIAL))}

    @classmethod
    def build(cls, texts, *, max_size=None, min_count=1):
        """Number the words of the training texts by falling count; ties go by code point.

        Give it no validation or test text: the share of words that a model does not know would then
        look smaller than it is.

        Parameters
        ----------
        texts : iterable of list of str
            The tokens of each training text.
        max_size : int, default=None
            Largest V, padding and unknown included; at least 3. ``None`` means no limit.
        min_count : int, default=1
            How often a word has to occur. With 1 and no limit, no training word is unknown, and a model
            learns nothing about the id that all new words share.

        Raises
        ------
        TypeError
            If a text is one string, or a number is no integer.
        ValueError
            If a number is too small, or no word is left.
        """
        min_count = check_count("min_count", min_count)
        words = None if max_size is None else check_count("max_size", max_size, minimum=3) - len(SPECIAL)
        counts = Counter(chain.from_iterable(check_texts(texts)))
        frequent = [(-count, word) for word, count in counts.items() if count >= min_count]
        if not frequent:
            raise ValueError(
                f"`texts` holds {len(counts)} different words, none of them {min_count} times or more. "
                "Give more texts, or a smaller min_count."
            )
        return cls([word for _, word in sorted(frequent)[:words]])

    def __len__(self):
        """Return V, padding and unknown included."""
        return len(self.words)

    def __contains__(self, word):
        """Return whether ``word`` is known."""
        return word in self._ids

    def __eq__(self, other):
        """Return whether ``other`` gives every word the same number."""
        return isinstance(other, Vocabulary) and self.words == other.words

    def __hash__(self):
        """Return a number that equal vocabularies share."""
        return hash(self.words)

    def __repr__(self):
        """Return the size and the first words."""
        first = " ".join(self.words[len(SPECIAL) :][:5])
        return f"Vocabulary of {len(self)}: {first}{' …' if len(self) > 7 else ''}"

    def encode(self, tokens):
        """Turn T tokens into their ids, int64 of shape (T,); 1 for what is not known, never 0."""
        tokens = check_sequence("tokens", tokens)
        return np.array([self._ids.get(token, UNKNOWN) for token in tokens], dtype=np.int64)

    def decode(self, ids):
        """Turn the ids of one text, shape (T,), into T tokens, ``"<pad>"`` and ``"<unk>"`` among them.

        Raises
        ------
        ValueError
            If ``ids`` has another number of axes, holds something else than integers, or one that is
            no id.
        """
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and not np.issubdtype(ids.dtype, np.integer)):
            raise ValueError(
                f"`ids` should be integers of shape (T,) but are {ids.dtype} of shape {ids.shape}. "
                "Decode one text at a time."
            )
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self):
            raise ValueError(
                f"`ids` should lie between 0 and {len(self) - 1} but run from {ids.min()} to {ids.max()}. "
                "They come from another vocabulary."
            )
        return [self.words[number] for number in ids.tolist()]

    def unknown_share(self, texts):
        """Return which share of the tokens of ``texts``, an iterable of lists, is not known.

        Raises
        ------
        TypeError, ValueError
            If a text is one string, or there is no token at all.
        """
        known = [token in self._ids for text in check_texts(texts) for token in text]
        if not known:
            raise ValueError("`texts` holds no token, so no share of them can be unknown.")
        return 1 - sum(known) / len(known)

    def save(self, path):
        """Write the words as JSON; the file appears whole or not at all, and replaces an older one.

        Raises
        ------
        FileNotFoundError
            If the folder does not exist.
        """
        content = json.dumps({"format": FORMAT, "words": self.words[len(SPECIAL) :]}, indent=0)
        path = Path(path)
        if not path.parent.is_dir():
            raise FileNotFoundError(f"The folder {path.parent} does not exist. Create it first.")
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            with partial.open("w", encoding="ascii") as file:
                file.write(content + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path):
        """Read what ``save`` has written.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged, or holds something else.
        """
        try:
            content = json.loads(Path(path).read_bytes())
            if not isinstance(content, dict) or content.get("format") != FORMAT:
                raise ValueError(f"its format is not {FORMAT!r}")
            return cls(content.get("words"))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path} is no vocabulary: {error} `save` writes one.") from error


def check_texts(texts):
    """Yield each text of ``texts`` as a list of tokens; ``TypeError`` if one of them is no such list."""
    if isinstance(texts, str | bytes) or not hasattr(texts, "__iter__"):
        raise TypeError(
            f"`texts` should be a list of texts, each a list of tokens, but is a {type(texts).__name__}."
        )
    return (check_sequence(f"texts[{number}]", text) for number, text in enumerate(texts))
