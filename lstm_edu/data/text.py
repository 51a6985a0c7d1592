"""Texts to read one character at a time."""

import lzma
from typing import NamedTuple

from lstm_edu.data.fetch import SOURCES, fetch


class Text(NamedTuple):
    """What ``load_text`` found."""

    text: str  #: all of it, line ends as newline characters
    source: str  #: canonical address
    terms: str  #: of its use


def load_text(name):
    """Load ``"tinyshakespeare"`` (1,115,394 characters) or ``"names"`` (32,033 lines).

    Returns
    -------
    Text

    Raises
    ------
    DamagedFileError, FileNotFoundError, ImportError, ValueError
        As ``lstm_edu.data.fetch.fetch``, which finds the file.
    """
    path = fetch(name)
    raw = path.read_bytes()
    raw = lzma.decompress(raw) if path.suffix == ".xz" else raw
    return Text(raw.decode("utf-8"), SOURCES[name].url, SOURCES[name].terms)
