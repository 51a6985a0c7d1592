"""The texts are the canonical ones, byte for byte, wherever they were found."""

import hashlib

import pytest

from lstm_edu.data import load_text
from lstm_edu.data.fetch import SOURCES


@pytest.mark.parametrize("name", ["tinyshakespeare", "names"])
def test_sources_are_pinned(name):
    source = SOURCES[name]
    assert source.url.startswith("https://raw.githubusercontent.com/")
    assert len(source.url.split("/")[5]) == 40  # a commit: what is behind the address cannot change
    assert len(source.sha256) == len(source.mirror_sha256) == 64


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "characters", "distinct", "lines"),
    [("tinyshakespeare", 1_115_394, 65, 40_000), ("names", 228_145, 27, 32_033)],
)
def test_the_text_is_the_canonical_one(name, characters, distinct, lines):
    text, url, terms = load_text(name)
    assert hashlib.sha256(text.encode()).hexdigest() == SOURCES[name].sha256
    assert (len(text), len(set(text)), len(text.splitlines())) == (characters, distinct, lines)
    assert url == SOURCES[name].url
    assert terms
