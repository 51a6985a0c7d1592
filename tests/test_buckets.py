"""Nothing but padding is added, nothing but what was asked for is cut, and no example is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import numpy as lnp
from lstm_edu.data import Vocabulary, buckets, pad, padding_share

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=60).map(np.array)


def test_padding_stands_behind_each_text():
    ids, lengths = pad([[5, 6], [7, 8, 9], [4]])
    assert ids.tolist() == [[5, 6, 0], [7, 8, 9], [4, 0, 0]]
    assert lengths.tolist() == [2, 3, 1]
    assert ids.dtype == lengths.dtype == np.int64


def test_a_long_text_is_cut_at_the_end_that_was_named():
    texts = [[2, 3, 4, 5], [6]]
    assert (
        pad(texts, 3).ids.tolist() == pad(texts, 3, truncate="front").ids.tolist() == [[3, 4, 5], [6, 0, 0]]
    )
    assert pad(texts, 3, truncate="back").ids.tolist() == [[2, 3, 4], [6, 0, 0]]
    assert pad(texts, 3).lengths.tolist() == [3, 1]
    assert pad(texts, 6).ids.shape == (2, 6)


def test_an_empty_text_is_one_unknown_word():
    ids, lengths = pad([[], np.array([4, 5])])
    assert ids.tolist() == [[1, 0], [4, 5]]
    assert lengths.tolist() == [1, 2]
    assert pad([[]]).ids.tolist() == [[1]]


@settings(derandomize=True, database=None, deadline=None)
@given(
    texts=st.lists(st.lists(st.integers(1, 9), max_size=7), min_size=1, max_size=8),
    length=st.none() | st.integers(1, 9),
    truncate=st.sampled_from(["front", "back"]),
)
def test_each_text_comes_back(texts, length, truncate):
    ids, lengths = pad(texts, length, truncate=truncate)
    filled = [text or [1] for text in texts]
    T = length or max(map(len, filled))
    assert ids.shape == (len(texts), T)
    for row, n, text in zip(ids.tolist(), lengths, filled, strict=True):
        assert row[:n] == (text[-T:] if truncate == "front" else text[:T])
        assert row[n:] == [0] * (T - n)


def test_a_layer_reads_what_was_padded():
    rng = np.random.default_rng(0)
    vocabulary = Vocabulary(["a", "good", "film"])
    ids, lengths = pad([vocabulary.encode(text) for text in ([], ["a", "good", "film"], ["good"])])
    x, _ = lnp.Embedding(len(vocabulary), 2, rng=rng).forward(ids)
    layer = lnp.Unroll(lnp.LSTMCell(2, 3, rng=rng))
    _, state, _ = layer.forward(x, None, lengths)
    _, alone, _ = layer.forward(x[2:, :1])
    np.testing.assert_allclose(state.h[2], alone.h[0], rtol=1e-12)


@settings(derandomize=True, database=None, deadline=None)
@given(lengths=LENGTHS, size=st.integers(1, 12), seed=st.integers(0, 9))
def test_each_example_is_in_exactly_one_bucket(lengths, size, seed):
    parts = buckets(lengths, size, rng=np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(lengths)))
    assert sorted(map(len, parts))[1:] == [size] * (len(parts) - 1)
    assert 1 <= min(map(len, parts)) <= size
    # similar lengths: two buckets share at most the length at their border
    spans = sorted((lengths[rows].min(), lengths[rows].max()) for rows in parts)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(derandomize=True, database=None, deadline=None)
@given(lengths=LENGTHS, size=st.integers(1, 12), seed=st.integers(0, 9))
def test_the_share_is_that_of_the_zeros(lengths, size, seed):
    rng = np.random.default_rng(seed)
    texts = [np.full(n, 7) for n in lengths]
    order = rng.permutation(len(lengths))
    for parts in (
        buckets(lengths, size, rng=rng),
        [order[k : k + size] for k in range(0, len(order), size)],
    ):
        zeros = [pad([texts[row] for row in rows]).ids == 0 for rows in parts]
        expected = sum(z.sum() for z in zeros) / sum(z.size for z in zeros)
        assert padding_share(lengths, parts) == pytest.approx(expected)


def test_buckets_save_padding():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 100, 1000)
    order = rng.permutation(1000)
    mixed = padding_share(lengths, [order[k : k + 32] for k in range(0, 1000, 32)])
    assert padding_share(lengths, buckets(lengths, 32, rng=rng)) < 0.05 < 0.4 < mixed
    assert padding_share(np.array([1, 4, 3]), [np.array([0, 1]), np.array([2])]) == pytest.approx(3 / 11)


def test_the_order_is_drawn():
    lengths = np.repeat([3, 5, 8], 20)
    first, again, other = (buckets(lengths, 4, rng=np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    longest = [int(lengths[rows].max()) for rows in first]
    assert longest != sorted(longest)  # short texts do not all come first
    company = [{frozenset(rows.tolist()) for rows in parts} for parts in (first, other)]
    assert company[0] != company[1]  # nor does a text always meet the same others


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pad([]), ValueError, "`sequences` is empty"),
        (lambda: pad([[3]], 0), ValueError, "`length` should be at least 1 but is 0"),
        (lambda: pad([[3]], 2.0), TypeError, "`length` should be an integer"),
        (
            lambda: pad([[3]], truncate="pre"),
            ValueError,
            "`truncate` should be one of 'front', 'back' but is 'p",
        ),
        (
            lambda: pad([[3], ["a", "film"]]),
            ValueError,
            "Text 1 of `sequences` should be a row of integers .*<U",
        ),
        (lambda: pad([[3.0]]), ValueError, "Text 0 .* float64 of shape"),
        (lambda: pad([3, 4]), ValueError, r"Text 0 .* int64 of shape \(\)"),
        (lambda: pad(["a film"]), ValueError, "Number its words first"),
        (lambda: pad([[3], [4, 0]]), ValueError, "Text 1 of `sequences` holds the id 0, but 0 is padding"),
    ],
)
def test_texts_that_cannot_be_padded(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([1.0, 2.0], TypeError, "`lengths` should hold integers but has dtype float64"),
        (np.array([], dtype=int), ValueError, r"but has shape \(0,\)\."),
        ([2, 0], ValueError, r"but has shape \(2,\), the least 0"),
        ([[2, 1]], ValueError, r"but has shape \(1, 2\)"),
    ],
)
def test_lengths_that_are_none(lengths, error, message):
    with pytest.raises(error, match=message):
        buckets(lengths, 2, rng=np.random.default_rng(0))
    with pytest.raises(error, match=message):
        padding_share(lengths, [[0]])


def test_a_batch_size_is_a_count():
    with pytest.raises(ValueError, match="`batch_size` should be at least 1 but is 0"):
        buckets([1, 2], 0, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "`batches` is empty"),
        ([[0], []], "Batch 1 should hold one or more row numbers"),
        ([[0.0]], "Batch 0 should .* float64"),
        ([[0, 3]], "Batch 0 holds rows 0 to 3, but `lengths` has the rows 0 to 2"),
        ([[-1]], "Batch 0 holds rows -1 to -1"),
    ],
)
def test_batches_that_are_none(batches, message):
    with pytest.raises(ValueError, match=message):
        padding_share([1, 2, 3], batches)
