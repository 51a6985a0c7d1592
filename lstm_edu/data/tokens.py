"""A text cut into words, numbers and punctuation marks, by one pattern that fits on a screen."""

import re
import unicodedata

from lstm_edu.data.sequences import check_sequence

BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)  # the line breaks of IMDB
BRACKET = re.compile(r"-([lr])rb-", re.IGNORECASE)  # as the Penn Treebank writes them
NOT = re.compile(r"n't(?![^\W_])", re.IGNORECASE)  # ends a word
TOKEN = re.compile(
    r"""
    n't(?![^\W_])                              # not
    | '(?:s|re|ve|ll|d|m)(?![^\W_])            # is, are, have, will, would, am, or a genitive
    | \d+(?:[.,]\d+)+                          # 1,000 or 7.5
    | [^\W_](?:[^\W_]|[\u0300-\u036f])*        # letters and digits, each with its accents
    | \.\.\.
    | \S(?:[\u0300-\u036f\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d\S)*  # a mark, an emoji with its parts
    """,
    re.IGNORECASE | re.VERBOSE,
)


def tokenise(text, *, lower=True):
    """Cut a text into tokens.

    - A word is a run of letters and digits: ``1930s`` is one token, ``bug-eyed`` three.
    - A number keeps the points and commas inside it: ``7.5``.
    - A contraction is split as in the Penn Treebank: ``don't`` is ``do``, ``n't``; ``can't`` is ``ca``,
      ``n't``; ``it's`` is ``it``, ``'s``. SST-2 comes split like this, so both ways of writing give the
      same tokens. Any other apostrophe stands alone: ``o'clock`` is ``o``, ``'``, ``clock``. The curly
      one counts as the straight one.
    - Every other character that is no space is a token, apart from ``...``, which is one. An emoji keeps
      its colour of skin and what is joined to it.
    - ``<br />`` is a space; ``-lrb-`` and ``-rrb-``, which only some files of SST-2 hold, are brackets.
      Accents are composed first (NFC).

    No token holds a space, and each is cut from itself alone: ``tokenise(detokenise(tokens))`` gives
    ``tokens`` back for all that ``tokenise`` has returned.

    Parameters
    ----------
    text : str
        An empty one has no tokens. A word may be of any length.
    lower : bool, default=True
        Turn capitals into small letters.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError
        If ``text`` is no string.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"`text` should be a string but is a {type(text).__name__}. "
            "Give one text at a time; decode bytes first, for example .decode('utf-8')."
        )
    text = unicodedata.normalize("NFC", text.lower() if lower else text).replace("’", "'")
    text = BRACKET.sub(lambda found: "(" if found[1] in "lL" else ")", BREAK.sub(" ", text))
    return TOKEN.findall(NOT.sub(r" \g<0>", text))


def detokenise(tokens):
    """Join tokens to a text, a space between each two: ``do n't like it .``, as SST-2 is written.

    Where the spaces of the first text stood is not known any more; the tokens are.

    Raises
    ------
    TypeError
        If ``tokens`` is one string, or holds something else than strings.
    """
    return " ".join(check_sequence("tokens", tokens))
