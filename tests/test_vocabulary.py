"""Words keep their numbers: in any order of the texts, through a file, and there and back."""

import itertools
import json
import os
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu.data import Vocabulary, load_reviews, tokenise

TEXTS = [["the", "plot", "is", "thin"], ["the", "cast", "is", "fine"], ["the", "plot"]]
WORDS = st.text(st.characters(codec=None), min_size=1, max_size=4).filter(
    lambda w: w not in ("<pad>", "<unk>")
)


@pytest.fixture
def vocabulary():
    return Vocabulary.build(TEXTS)


def test_words_are_numbered_by_count_and_ties_by_code_point(vocabulary):
    assert vocabulary.words == ("<pad>", "<unk>", "the", "is", "plot", "cast", "fine", "thin")
    assert len(vocabulary) == 8
    assert repr(vocabulary) == "Vocabulary of 8: the is plot cast fine …"
    assert repr(Vocabulary(["a", "b", "c", "d", "e"])) == "Vocabulary of 7: a b c d e"
    assert "plot" in vocabulary
    assert not any(word in vocabulary for word in ("<pad>", "<unk>", "", "Plot"))


def test_the_order_of_the_texts_does_not_matter(vocabulary):
    for texts in itertools.permutations(text[::-1] for text in TEXTS):
        again = Vocabulary.build(texts)
        assert again == vocabulary
        assert hash(again) == hash(vocabulary)
    assert vocabulary != Vocabulary(["the"])
    assert vocabulary != vocabulary.words


def test_rare_words_and_those_beyond_the_size_are_left_out():
    assert Vocabulary.build(TEXTS, min_count=2).words[2:] == ("the", "is", "plot")
    assert Vocabulary.build(TEXTS, max_size=4).words[2:] == ("the", "is")
    assert Vocabulary.build(TEXTS, max_size=4, min_count=3).words[2:] == ("the",)
    assert Vocabulary.build(iter(TEXTS), max_size=99).words == Vocabulary.build(TEXTS).words


def test_encoding(vocabulary):
    ids = vocabulary.encode(["the", "dull", "plot", "<pad>", "<unk>"])
    assert ids.tolist() == [2, 1, 4, 1, 1]  # padding is never written into a text
    assert ids.dtype == np.int64
    empty = vocabulary.encode([])
    assert (empty.shape, empty.dtype) == ((0,), np.int64)
    assert vocabulary.decode(empty) == vocabulary.decode([]) == []
    assert vocabulary.decode([2, 1, 0]) == ["the", "<unk>", "<pad>"]


@settings(derandomize=True, database=None, deadline=None)
@given(texts=st.lists(st.lists(WORDS, max_size=6), min_size=1), size=st.integers(3, 12), data=st.data())
def test_there_and_back(texts, size, data):
    counts = Counter(itertools.chain(*texts))
    if not counts:
        texts, counts = [["a"]], Counter("a")
    vocabulary = Vocabulary.build(texts)
    assert vocabulary.unknown_share(texts) == 0
    for tokens in texts:
        assert vocabulary.decode(vocabulary.encode(tokens)) == tokens
    ids = np.array(data.draw(st.lists(st.integers(1, len(vocabulary) - 1))), dtype=int)
    np.testing.assert_array_equal(vocabulary.encode(vocabulary.decode(ids)), ids)

    small = Vocabulary.build(texts, max_size=size)
    assert len(small) == min(size, len(counts) + 2)
    assert small.words == vocabulary.words[: len(small)]
    known = sum(counts[word] for word in small.words[2:])
    assert small.unknown_share(texts) == pytest.approx(1 - known / counts.total())


def test_the_share_of_unknown_words(vocabulary):
    assert vocabulary.unknown_share([["the", "dull"], [], ["plot", "twist"]]) == 0.5
    assert vocabulary.unknown_share(iter(TEXTS)) == 0


@settings(derandomize=True, database=None, deadline=None, max_examples=50)
@given(words=st.lists(WORDS, unique=True))
def test_a_file_keeps_every_word(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "words.json"
    Vocabulary(words).save(path)
    assert Vocabulary.load(path) == Vocabulary(words)


def test_saving_is_all_or_nothing(vocabulary, tmp_path, monkeypatch):
    path = tmp_path / "words.json"
    vocabulary.save(str(path))
    assert json.loads(path.read_text())["words"] == list(vocabulary.words[2:])
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, full)
            with pytest.raises(OSError, match="no space left"):
                Vocabulary(["other"]).save(path)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == ["words.json"]
    Vocabulary(["other"]).save(path)
    assert Vocabulary.load(path).words[2:] == ("other",)


def test_saving_into_no_folder(vocabulary, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent does not exist\. Create it first"):
        vocabulary.save(tmp_path / "absent" / "words.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no vocabulary: Expecting value"),
        (b'{"format": "lstm_edu vocabulary 1", "words": ["a"', "is no vocabulary: Expecting"),
        (b"\xff\xfe\x00", "is no vocabulary"),
        (b'["a", "b"]', "its format is not 'lstm_edu vocabulary 1'"),
        (b'{"words": ["a"]}', "its format is not"),
        (b'{"format": "lstm_edu vocabulary 1"}', "`words` should be a list of tokens but is a NoneType"),
        (b'{"format": "lstm_edu vocabulary 1", "words": "ab"}', "is a str: 'ab'"),
        (b'{"format": "lstm_edu vocabulary 1", "words": ["a", 2]}', "at place 1 is 2, a int"),
        (b'{"format": "lstm_edu vocabulary 1", "words": ["a", "a"]}', "'a' more than once"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path, content, message):
    path = tmp_path / "words.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        Vocabulary.load(path)
    assert str(error.value).startswith(f"{path} is no vocabulary: ")
    assert str(error.value).endswith(" `save` writes one.")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"words\.json"):
        Vocabulary.load(tmp_path / "words.json")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: Vocabulary(["a", "b", "a", "b"]),
            ValueError,
            r"'a' more than once \(such words in all: 2\)",
        ),
        (lambda: Vocabulary(["a", "<unk>"]), ValueError, "`words` holds '<unk>', which is no word"),
        (lambda: Vocabulary(["a", ""]), ValueError, "`words` holds '', which is no word"),
        (lambda: Vocabulary("abc"), TypeError, "`words` should be a list of tokens but is a str"),
        (lambda: Vocabulary.build(["a good film"]), TypeError, r"`texts\[0\]` should be .* 'a good film'"),
        (
            lambda: Vocabulary.build("a good film"),
            TypeError,
            "`texts` should be a list of texts, .* is a str",
        ),
        (lambda: Vocabulary.build(5), TypeError, "`texts` should be a list of texts, .* is a int"),
        (lambda: Vocabulary.build([["a", None]]), TypeError, r"`texts\[0\]` should hold .* place 1 is None"),
        (lambda: Vocabulary.build([[], []]), ValueError, "holds 0 different words, none of them 1 times"),
        (lambda: Vocabulary.build(TEXTS, min_count=4), ValueError, "6 different words, none of them 4 times"),
        (
            lambda: Vocabulary.build(TEXTS, min_count=0),
            ValueError,
            "`min_count` should be at least 1 but is 0",
        ),
        (lambda: Vocabulary.build(TEXTS, max_size=2), ValueError, "`max_size` should be at least 3 but is 2"),
        (lambda: Vocabulary.build(TEXTS, max_size=9.0), TypeError, "`max_size` should be an integer"),
        (lambda: Vocabulary(["a"]).encode("a film"), TypeError, "`tokens` should be .* a str: 'a film'"),
        (lambda: Vocabulary(["a"]).decode([3]), ValueError, "between 0 and 2 but run from 3 to 3"),
        (lambda: Vocabulary(["a"]).decode([2, -1]), ValueError, "run from -1 to 2"),
        (
            lambda: Vocabulary(["a"]).decode([[1]]),
            ValueError,
            r"integers of shape \(T,\) but are int64 of sh",
        ),
        (lambda: Vocabulary(["a"]).decode([1.0]), ValueError, "but are float64"),
        (lambda: Vocabulary(["a"]).unknown_share([[]]), ValueError, "holds no token"),
        (lambda: Vocabulary(["a"]).unknown_share(["a"]), TypeError, r"`texts\[0\]` should be a list"),
    ],
)
def test_wrong_arguments_are_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.data
def test_words_of_sst2_that_training_has_not_seen():
    train, validation = (
        [tokenise(text) for text in load_reviews("sst2", split).texts] for split in ("train", "validation")
    )
    vocabulary = Vocabulary.build(train)
    assert len(vocabulary) == 13_838
    assert vocabulary.unknown_share(train) == 0
    assert vocabulary.unknown_share(validation) == pytest.approx(0.0482, abs=5e-5)
