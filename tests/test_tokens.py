"""A text is cut as the docstring says, and what was cut can be joined and cut again."""

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lstm_edu.data import detokenise, load_reviews, tokenise

# Pieces that meet each other's rules, far more often than arbitrary text does
PIECES = [
    "n't",
    "N’T",
    "'s",
    "'LL",
    "’d",
    "'",
    "<br />",
    "<br",
    "/>",
    "-lrb-",
    "-L",
    "rb-",
    "1.5",
    "3,",
    ".",
    "..",
    "do",
    "É",
    "e",
]
PIECES += [
    "\u0301",
    "\u0307",
    "İ",
    "Σ",
    "_",
    " ",
    "\n",
    "👍",
    "🏽",
    "\u200d",
    "\ufe0f",
    "\x85",
    "\ud800",
    "ſ",
]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ""),
        (" \t\n\x85 ", ""),
        ("Worth it, really!", "worth it , really !"),
        ("don't DON'T Don’t", "do n't do n't do n't"),
        ("can't ca n't cannot", "ca n't ca n't cannot"),
        ("It's we're I've she'll he'd I'm", "it 's we 're i 've she 'll he 'd i 'm"),
        ("rock'n'roll o'clock 'tis n'th", "rock ' n ' roll o ' clock ' tis n ' th"),
        ("don'tx 'so-called'", "don ' tx ' so - called '"),
        ("in the 1930s, 7.5/10 or 1,000.", "in the 1930s , 7.5 / 10 or 1,000 ."),
        ("bug-eyed _very_ odd ... well....", "bug - eyed _ very _ odd ... well ... ."),
        ("bad<br /><br />good<BR>end<br/>.", "bad good end ."),
        ("-lrb- A -RRB- -lrb -l-lrb-rb-", "( a ) - lrb - l ( rb -"),
        ("a < b, <i>c</i>", "a < b , < i > c < / i >"),
        ("cafe\u0301 café x\u0302y", "café café x\u0302y"),
        ("👍 so 👍🏽👍", "👍 so 👍🏽 👍"),
        ("👩\u200d🚀! ❤\ufe0f\u200d🔥", "👩\u200d🚀 ! ❤\ufe0f\u200d🔥"),
        ("👍\u200d !", "👍 \u200d !"),
        ("映画は好き。", "映画は好き 。"),
    ],
)
def test_a_text_is_cut_as_stated(text, tokens):
    assert tokenise(text) == tokens.split()


def test_capitals_stay_if_wanted():
    assert tokenise("I DON'T Know -LRB-", lower=False) == ["I", "DO", "N'T", "Know", "("]


@settings(derandomize=True, database=None, deadline=None, max_examples=400)
@given(
    text=st.text(st.characters(codec=None)) | st.lists(st.sampled_from(PIECES)).map("".join),
    lower=st.booleans(),
)
@example(text="<br<br />/>", lower=True)
@example(text="don't" * 3 + "n'tn't", lower=True)
@example(text="İΣ'S", lower=True)
def test_joining_and_cutting_again_changes_nothing(text, lower):
    tokens = tokenise(text, lower=lower)
    assert tokenise(detokenise(tokens), lower=lower) == tokens
    assert all(tokens)
    assert not any(character.isspace() for token in tokens for character in token)


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.text(st.characters(codec=None)))
def test_nothing_but_spaces_and_breaks_is_lost(text):
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    assert "".join(tokenise(text.replace("<", "?"), lower=False)) == "".join(text.replace("<", "?").split())


def test_every_character_there_is_survives_the_round_trip():
    text = "a".join(map(chr, range(sys.maxunicode + 1)))
    tokens = tokenise(text)
    assert tokenise(detokenise(tokens)) == tokens


@pytest.mark.parametrize("piece", ["o", "n't", "1.", "👩\u200d", "e\u0301", "'s", "<br"])
def test_a_very_long_word_takes_no_longer_than_its_length(piece):
    tokens = tokenise(piece * 200_000)  # seconds become hours where a pattern looks back
    assert tokenise(detokenise(tokens)) == tokens
    assert tokenise("o" * 200_000) == ["o" * 200_000]


@pytest.mark.parametrize("text", [b"good", None, ["good"], 3])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(
        TypeError, match=f"`text` should be a string but is a {type(text).__name__}. Give one"
    ):
        tokenise(text)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ("good", "`tokens` should be a list of tokens but is a str: 'good'. Cut it first: tokenise"),
        (b"good", "is a bytes"),
        (None, "is a NoneType"),
        (["so", 3], "`tokens` should hold strings, but at place 1 is 3, a int"),
    ],
)
def test_what_are_no_tokens_is_refused(tokens, message):
    with pytest.raises(TypeError, match=message):
        detokenise(tokens)


@pytest.mark.data
def test_contractions_are_cut_as_in_sst2():
    texts = load_reviews("sst2", "validation").texts
    cut = [(text.split(), tokenise(text)) for text in texts]
    for word in ("n't", "'s", "'re", "'ve", "'ll", "'m", ",", "ca", "..."):
        assert sum(w.count(word) for w, _ in cut) == sum(t.count(word) for _, t in cut) > 0, word
    assert all(tokenise(detokenise(tokens)) == tokens for _, tokens in cut)
