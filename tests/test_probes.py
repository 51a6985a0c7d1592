"""Sentences that ask one question each: what sets the two of a pair apart, whose names, which halves."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_edu import data

PAIRS = data.negation_pairs()


def words(sentence):
    return data.tokenise(sentence)


def test_there_are_as_many_pairs_as_the_book_says():
    assert Counter(pair.kind for pair in PAIRS) == {"order": 16, "negated praise": 14, "negated blame": 14}
    sentences = [sentence for pair in PAIRS for sentence in (pair.good, pair.bad)]
    assert len(set(sentences)) == 2 * len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.good)
def test_probes_are_written_as_they_are_read(pair):
    for sentence in (pair.good, pair.bad):
        assert data.detokenise(words(sentence)) == sentence


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.good)
def test_only_pairs_of_order_hold_the_same_words(pair):
    good, bad = words(pair.good), words(pair.bad)
    assert good != bad
    assert (sorted(good) == sorted(bad)) == (pair.kind == "order")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.good)
def test_a_negation_is_a_matter_of_a_few_words(pair):
    changed = (Counter(words(pair.good)) - Counter(words(pair.bad))) + (
        Counter(words(pair.bad)) - Counter(words(pair.good))
    )
    assert changed.total() <= (0 if pair.kind == "order" else 6)


def test_every_name_stands_in_every_sentence():
    named = data.name_sentences()
    assert len(named) == 36 * 6
    assert len({case.sentence for case in named}) == len(named)
    assert all(case.name in words(case.sentence) for case in named)
    without = Counter(case.sentence.replace(case.name, "X") for case in named)
    assert set(without.values()) == {36}
    groups = Counter((case.race, case.gender) for case in named)
    assert groups == dict.fromkeys(
        [(race, gender) for race in ("white", "black") for gender in ("female", "male")], 54
    )


@pytest.mark.parametrize(
    ("text", "first", "last", "swapped"),
    [
        ("it is long , but never dull .", "it is long", "never dull", None),
        (
            "it is long , but it is never dull .",
            "it is long",
            "it is never dull",
            "it is never dull but it is long .",
        ),
        (
            "it is long -- but , as ever , fun",
            "it is long",
            "as ever , fun",
            "as ever , fun but it is long",
        ),
        ("a but b", None, None, None),
        ("but it is never dull , i think", None, None, None),
        ("it is long but it is fun but it is long", None, None, None),
        ("nothing of the kind is here", None, None, None),
    ],
)
def test_a_sentence_is_taken_apart_at_its_only_but(text, first, last, swapped):
    halves = data.split_but(text.split())
    if swapped is None:
        assert halves is None
    else:
        assert halves == (first.split(), last.split(), swapped.split())


def test_how_much_a_half_needs_is_an_argument():
    assert data.split_but(["a", "but", "b"], least=1) == (["a"], ["b"], ["b", "but", "a"])


@given(st.lists(st.sampled_from("abc,.;"), max_size=9), st.lists(st.sampled_from("abc,.;"), max_size=9))
def test_swapping_loses_no_word(first, last):
    halves = data.split_but([*first, "but", *last])
    if halves is not None:
        kept = Counter(token for token in halves.swapped if token.isalpha())
        assert kept == Counter(token for token in [*first, "but", *last] if token.isalpha())
        place = halves.swapped.index("but")
        assert halves.swapped[:place] == halves.last


def test_a_string_is_no_list_of_tokens():
    with pytest.raises(TypeError, match="`tokens` should be a list of tokens but is a str"):
        data.split_but("long but fun")
