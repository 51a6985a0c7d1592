"""Word vectors come from a file, or from texts, as they are: no line is guessed at, and no bit changes."""

import gzip
import hashlib
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_edu.data import Vocabulary, WordVectors, embedding_matrix, load_vectors, train_word2vec

GLOVE = "the 0.5 -1.25 3\nplot 1e-3 2 0\n. . . 7 8 9\nat name@domain.com 1 1 1\n2010 4 5 6\n"
ROWS = [[0.5, -1.25, 3], [1e-3, 2, 0], [7, 8, 9], [1, 1, 1], [4, 5, 6]]
WORDS = ("the", "plot", ". . .", "at name@domain.com", "2010")
TEXTS = [["the", "plot", "is", "thin"] * 9, ["the", "cast", "is", "fine"] * 9, ["rare"]]


def written(folder, content, name="vectors.txt"):
    path = folder / name
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


# Reading


@pytest.mark.parametrize("name", ["vectors.txt", "vectors.vec", "vectors.txt.gz"])
@pytest.mark.parametrize("header", ["", "5 3\n"])
@pytest.mark.parametrize("end", ["\n", " \n", "\r\n"])
def test_a_file_is_read_with_and_without_a_first_line_about_its_size(tmp_path, name, header, end):
    vectors = load_vectors(written(tmp_path, (header + GLOVE).replace("\n", end), name))
    assert vectors.words == WORDS
    np.testing.assert_array_equal(vectors.array, np.array(ROWS, dtype=np.float32))
    assert vectors.array.dtype == np.float32
    vectors.array[0] = 0  # an array that can be written to


def test_a_line_ends_at_its_end_and_a_word_at_a_blank(tmp_path):
    odd = "a\u2028b", "c\xa0d", "e\x85f", "\tg", "<unk>", "3"
    path = written(tmp_path, "".join(f"{word} 1 2\n" for word in odd))
    assert load_vectors(path).words == odd


def test_only_the_words_of_a_vocabulary_are_kept(tmp_path):
    path = written(tmp_path, "5 3\n" + GLOVE)
    vectors = load_vectors(path, Vocabulary(["plot", "unheard", "2010"]))
    assert vectors.words == ("plot", "2010")
    np.testing.assert_array_equal(vectors.array, np.array([ROWS[1], ROWS[4]], dtype=np.float32))


def test_what_is_not_kept_takes_no_memory(tmp_path):
    from tracemalloc import get_traced_memory, start, stop

    numbers = " 0.25" * 50
    path = written(tmp_path, "".join(f"word{k}{numbers}\n" for k in range(20_000)))
    start()
    vectors = load_vectors(path, Vocabulary(["word7", "word19999"]))
    _, most = get_traced_memory()
    stop()
    assert vectors.array.shape == (2, 50)
    assert most < 1e6  # all 20,000 would be 4 MB


def test_a_line_outside_the_vocabulary_may_be_wrong_in_its_numbers_but_not_in_their_count(tmp_path):
    the = Vocabulary(["the"])
    assert load_vectors(written(tmp_path, "the 1 2\nbad x nan\nbad 1 2\n"), the).words == ("the",)
    with pytest.raises(ValueError, match="line 2 has 1 numbers instead of 2"):
        load_vectors(written(tmp_path, "the 1 2\nbad 1\n"), the)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "vectors.txt is empty. Download it again"),
        ("\n", "line 1 holds no number. Each line should be a word and numbers: b''"),
        ("the\n", "line 1 holds no number"),
        ("4 0\n", "line 1 holds no number"),
        ("the 1 2\nplot 1\n", "line 2 has 1 numbers instead of 2: b'plot 1'. Each line should be"),
        ("the 1 2\n\n", "line 2 has 0 numbers instead of 2"),
        ("the 1 2\nplot 1 2 3\n", "line 2 has 3 or more numbers instead of 2"),
        ("2 3\nthe 1 2\nplot 1 2\n", "line 2 has 2 numbers instead of 3"),
        ("the 1 2\nplot 1 two\n", "line 2: number 2 is b'two', which is none"),
        ("the 1 2\nplot  2\n", "line 2: number 1 is b'', which is none"),
        ("the 1 2\nplot nan 2\n", "line 2: number 1 is nan, which is not finite"),
        ("the 1 2\nplot 1 -inf\n", "line 2: number 2 is -inf, which is not finite"),
        ("the 1 2\nplot 1 1e39\n", "line 2: number 2 is 1e39, which is not finite"),
        ("the 1 2\nplot 1 2\nthe 3 4\n", "line 3: 'the' is there already, in line 1. Keep one"),
        ("the 1 2\n 1 2\n", "line 2 holds no word before its numbers"),
        ("3 2\nthe 1 2\nplot 1 2\n", "holds 2 vectors, but its first line promises 3. Download it again"),
        ("1 2\nthe 1 2\nplot 1 2\n", "holds 2 vectors, but its first line promises 1"),
        ("the 1 2\nplot 1 2", "line 2: the file ends within this line. Download it again, or end the line"),
        (b"the 1 2\npl\xf6t 1 2\n", r"line 2: b'pl\\xf6t' is not UTF-8. Convert the file, or unpack it"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_file_that_cannot_be_right_is_refused_with_its_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        load_vectors(written(tmp_path, content))


def test_a_vocabulary_of_other_words_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match=r"holds 5 vectors, none of them of a word of `vocabulary`\. Compare"
    ):
        load_vectors(written(tmp_path, GLOVE), Vocabulary(["PLOT"]))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_vectors(tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:-4],
        lambda packed: packed[:40] + bytes([packed[40] ^ 255]) + packed[41:],
        lambda packed: GLOVE.encode(),
    ],
)
def test_a_damaged_compressed_file_is_refused(tmp_path, damage):
    path = tmp_path / "vectors.txt.gz"
    lines = "".join(f"word{k} {k}.5 {k * k % 97}\n" for k in range(50))
    path.write_bytes(damage(gzip.compress(lines.encode(), mtime=0)))
    with pytest.raises(ValueError, match=r"vectors.txt.gz is damaged after line \d+: .*Download it again"):
        load_vectors(path)


words = st.text(st.characters(codec="utf-8", exclude_characters="\n \r"), min_size=1, max_size=5).filter(
    lambda word: word not in ("<pad>", "<unk>")
)
numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.dictionaries(words, st.tuples(numbers, numbers), min_size=1, max_size=9), st.booleans())
def test_what_is_written_is_read(tmp_path_factory, table, header):
    lines = [f"{len(table)} 2\n"] * header + [f"{word} {a!r} {b!r}\n" for word, (a, b) in table.items()]
    vectors = load_vectors(written(tmp_path_factory.mktemp("v"), "".join(lines)))
    assert vectors.words == tuple(table)
    np.testing.assert_array_equal(vectors.array, np.array(list(table.values()), dtype=np.float32))


# Into an embedding


def some_vectors(rng):
    return WordVectors(("b", "c", "<pad>", "x"), rng.normal(0, 0.3, size=(4, 500)).astype(np.float32))


def test_known_rows_are_copied_and_the_others_drawn_at_their_scale():
    vectors = some_vectors(np.random.default_rng(1))
    matrix, known = embedding_matrix(Vocabulary(["a", "b", "c", "d"]), vectors, rng=np.random.default_rng(0))
    assert (matrix.shape, matrix.dtype, known) == ((6, 500), np.float32, 0.5)
    assert not matrix[0].any()  # though the file has a word that is called <pad>
    np.testing.assert_array_equal(matrix[[3, 4]], vectors.array[:2])
    others = matrix[[1, 2, 5]]
    assert len(np.unique(others)) > 1400  # no two rows are alike
    assert 0.28 < np.sqrt((others**2).mean()) < 0.32


def test_a_random_row_does_not_depend_on_which_words_are_known():
    vectors = some_vectors(np.random.default_rng(1))
    both, one = (
        embedding_matrix(Vocabulary(["a", "b", "c", "d"]), part, rng=np.random.default_rng(0))[0]
        for part in (vectors, WordVectors(("b", "z"), vectors.array[[0, 0]]))
    )
    np.testing.assert_allclose(both[2] / one[2], both[2, 0] / one[2, 0], rtol=1e-5)


def test_vectors_that_do_not_fit_are_refused():
    array = np.ones((2, 3), dtype=np.float32)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"`vectors` holds no word of `vocabulary`, which has 1\. Make"):
        embedding_matrix(Vocabulary(["A"]), WordVectors(("a", "<unk>"), array), rng=rng)
    for wrong in (array[:1], array[0]):
        message = re.escape(f"`vectors` holds 2 words but an array of shape {wrong.shape}. Give one row")
        with pytest.raises(ValueError, match=message):
            embedding_matrix(Vocabulary(["a"]), WordVectors(("a", "b"), wrong), rng=rng)


# Learning


def test_words_of_the_same_topic_get_similar_vectors():
    rng = np.random.default_rng(0)
    topic = rng.integers(2, size=300)
    texts = [[f"{'ab'[k]}{word}" for word in rng.integers(20, size=30)] for k in topic]
    words, array = train_word2vec(texts, 8, seed=0, epochs=10)
    unit = array / np.linalg.norm(array, axis=1, keepdims=True)
    same = np.array([[one[0] == other[0] for other in words] for one in words])
    cosine = unit @ unit.T
    assert len(words) == 40
    assert cosine[same].mean() > cosine[~same].mean() + 0.5


def test_rare_words_get_no_vector_and_frequent_ones_come_first():
    words, array = train_word2vec(iter(TEXTS), 6, seed=0, min_count=10)
    assert (set(words), array.shape, array.dtype) == ({"the", "is"}, (2, 6), np.float32)
    assert "rare" in train_word2vec(TEXTS, 6, seed=0, min_count=1).words
    assert np.isfinite(array).all()


def test_the_seed_alone_decides():
    one, again, other = (train_word2vec(TEXTS, 6, seed=seed).array for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.slow
def test_every_process_gives_the_same_bits():
    program = (
        "from lstm_edu.data import train_word2vec\n"
        "import hashlib\n"
        f"vectors = train_word2vec({TEXTS!r}, 6, seed=3)\n"
        "print(vectors.words, hashlib.sha256(vectors.array.tobytes()).hexdigest())\n"
    )
    here = train_word2vec(TEXTS, 6, seed=3)
    expected = f"{here.words} {hashlib.sha256(here.array.tobytes()).hexdigest()}\n"
    for hash_seed in "1", "2":
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (result.stdout, result.stderr) == (expected, "")


def test_the_end_of_a_long_text_is_read_too():
    rng = np.random.default_rng(0)
    text = [str(word) for word in rng.integers(9, size=12_000)]
    whole = train_word2vec([text], 3, seed=0, epochs=1)
    parts = train_word2vec([text[:10_000], text[10_000:]], 3, seed=0, epochs=1)
    np.testing.assert_array_equal(whole.array, parts.array)


def test_training_says_nothing(capfd):
    train_word2vec(TEXTS, 6, seed=0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("texts", "settings", "error", "message"),
    [
        ("the plot", {}, TypeError, "`texts` should be a list of texts"),
        (["the plot"], {}, TypeError, r"`texts\[0\]` should be a list of tokens but is a str"),
        ([["a"]], {}, ValueError, "`texts` holds 1 different words, none of them 5 times or more. Give more"),
        ([], {}, ValueError, "`texts` holds 0 different words"),
        (TEXTS, {"size": 0}, ValueError, "`size` should be at least 1 but is 0"),
        (TEXTS, {"window": 0}, ValueError, "`window` should be at least 1 but is 0"),
        (TEXTS, {"min_count": 0}, ValueError, "`min_count` should be at least 1 but is 0"),
        (TEXTS, {"epochs": 1.5}, TypeError, "`epochs` should be an integer but is 1.5"),
        (TEXTS, {"seed": -1}, ValueError, "`seed` should be at least 0 but is -1"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(texts, settings, error, message):
    with pytest.raises(error, match=message):
        train_word2vec(texts, **{"size": 3, "seed": 0} | settings)


def test_without_gensim_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(ImportError, match=r'gensim.* is not installed. .*pip install "lstm_edu\[data\]"'):
        train_word2vec(TEXTS, 3, seed=0)
