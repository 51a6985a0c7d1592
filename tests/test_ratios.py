"""Evidence from labels is counted right, and no text ever sees its own."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_edu import data
from lstm_edu.data.ratios import fold_of

TEXTS = [text.split() for text in ("good film", "good good", "film", "bad film", "bad", "film bad")]
LABELS = np.array([1, 1, 1, 0, 0, 0])

texts = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=8, max_size=16)


def labels_of(count):
    """Return labels of which at least two are of each kind, in an order that is not sorted."""
    return np.arange(count) % 3 // 2


def test_log_count_ratios_against_numbers_worked_by_hand():
    # good: 1 + (2, 1, 0) of 6; bad: 1 + (0, 1, 1) of 5
    expected = [math.log(3 / 6 / (1 / 5)), math.log(2 / 6 / (2 / 5)), math.log(1 / 6 / (2 / 5))]
    np.testing.assert_allclose(data.log_count_ratio([2, 1, 0], [0, 1, 1]), expected)


def test_evidence_for_a_new_text_against_numbers_worked_by_hand():
    found = data.phrase_ratios(TEXTS, LABELS, [["good", "bad", "film", "splendid"]], folds=3).test[0]
    # bad, film and good stand in 0, 2 and 2 good texts, and in 3, 2 and 0 bad ones; 1 more for each
    good, bad = np.array([1, 3, 3]) / 7, np.array([4, 3, 1]) / 8
    bad_ratio, film_ratio, good_ratio = np.log(good / bad)
    np.testing.assert_allclose(found[:, 0], [good_ratio, bad_ratio, film_ratio, 0], rtol=1e-6)
    np.testing.assert_array_equal(found[:, 1], 0)  # every pair of these is in fewer than two training texts
    assert found.dtype == np.float32


def test_a_pair_belongs_to_the_word_that_ends_it():
    train = [["not", "good"], ["not", "good"], ["good", "not"], ["good", "not"]]
    found = data.phrase_ratios(train, [0, 0, 1, 1], [["not", "good", "not"]], folds=2).test[0]
    assert np.sign(found[:, 1]).tolist() == [0, -1, 1]
    np.testing.assert_array_equal(found[:, 0], 0)  # both words stand equally often in both kinds


def test_no_phrase_reaches_into_the_text_before():
    train = [["a"], ["b"]] * 3 + [["b"], ["a"]]
    found = data.phrase_ratios(train, [1, 1, 1, 1, 0, 0, 0, 0], [["a", "b"]], folds=2)
    assert all(row[0, 1] == 0 for row in [*found.train, *found.test])
    assert found.test[0][1, 1] == 0  # no training text holds "a b", whatever lies behind one another


@pytest.mark.parametrize("longest", [1, 2, 3])
@given(train=texts, test=texts)
def test_evidence_is_the_ratio_of_the_texts_of_other_folds(longest, train, test):
    labels = labels_of(len(train))
    found = data.phrase_ratios(train, labels, test, longest=longest, folds=2)
    fold = fold_of(labels, 2)
    for texts_of, rows, known in (
        (train, found.train, [fold != k for k in fold]),
        (test, found.test, [np.full(len(train), True)] * len(test)),
    ):
        for text, row, mask in zip(texts_of, rows, known, strict=True):
            assert row.shape == (len(text), longest)
            for size in range(1, longest + 1):
                expected = slowly(train, labels, mask, size)
                for end, ratio in enumerate(row[:, size - 1]):
                    start = end - size + 1
                    phrase = tuple(text[start : end + 1]) if start >= 0 else None
                    assert ratio == pytest.approx(expected.get(phrase, 0), abs=1e-6)


def slowly(train, labels, mask, size):
    """Count with dictionaries."""

    def phrases(text):
        return {tuple(text[k : k + size]) for k in range(len(text) - size + 1)}

    counts = {}
    for text, label, counted in zip(train, labels, mask, strict=True):
        for phrase in phrases(text) if counted else ():
            counts.setdefault(phrase, [0, 0])[label] += 1
    counts = {phrase: held for phrase, held in counts.items() if sum(held) >= 2}
    bad, good = (sum(1 + held[label] for held in counts.values()) for label in (0, 1))
    return {phrase: math.log((1 + n[1]) / good / ((1 + n[0]) / bad)) for phrase, n in counts.items()}


@given(train=texts, row=st.integers(0, 7), test=texts)
def test_what_a_text_is_told_does_not_depend_on_its_fold_or_on_the_test(train, row, test):
    labels = labels_of(len(train))
    fold = fold_of(labels, 2)
    before = data.phrase_ratios(train, labels, [], folds=2).train[row]
    changed = [
        ["a", "z", *text] if fold[k] == fold[row] and k != row else text for k, text in enumerate(train)
    ]
    after = data.phrase_ratios(changed, labels, test, folds=2).train[row]
    np.testing.assert_array_equal(before, after)


def test_a_label_that_changes_does_not_change_the_evidence_of_its_text():
    """Labels 2 and 3 swap: both texts stay in one fold, and are told what they were told before."""
    words = [[f"w{k}", "film", f"w{k}"] for k in (0, 1, 2, 2, 4, 4, 6, 7)]
    labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    swapped = np.array([0, 1, 1, 0, 0, 1, 0, 1])
    assert fold_of(labels, 2).tolist() == fold_of(swapped, 2).tolist()
    one, other = (data.phrase_ratios(words, y, [], folds=2).train for y in (labels, swapped))
    for k in (2, 3):
        np.testing.assert_array_equal(one[k], other[k])
    leaky, changed = (data.phrase_ratios(words, y, [], folds=None).train for y in (labels, swapped))
    assert all(
        map(np.array_equal, leaky, changed)
    )  # here both labels are there once, so even the leak is silent
    leaky, changed = (
        data.phrase_ratios([*words, ["w2"]], [*y, 0], [], folds=None).train for y in (labels, swapped)
    )
    assert not np.array_equal(leaky[2], leaky[4])


def test_ratios_of_all_texts_give_labels_away():
    """Words that mean nothing: two texts of one label share each. With their own labels they are told it."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 100)
    order = np.concatenate([rng.permutation(100), 100 + rng.permutation(100)])
    words = [[] for _ in labels]
    for k, pair in enumerate(zip(order[::2], order[1::2], strict=True)):
        for row in pair:
            words[row].append(f"w{k}")
    leaky = data.phrase_ratios(words, labels, [], longest=1, folds=None).train
    assert np.mean([(row.sum() > 0) == y for row, y in zip(leaky, labels, strict=True)]) == 1
    honest = data.phrase_ratios(words, labels, [], longest=1, folds=2).train
    assert all((row == 0).all() for row in honest)  # one other text alone holds each word


def test_a_fold_is_made_of_neighbours_of_one_label():
    labels = np.array([0, 1, 0, 0, 1, 1, 0, 1, 1, 1])
    fold = fold_of(labels, 2)
    assert fold.tolist() == [0, 0, 0, 1, 0, 0, 1, 1, 1, 1]
    for label in (0, 1):
        assert all(one <= other for one, other in pairwise(fold[labels == label]))


def test_empty_texts_have_no_evidence():
    found = data.phrase_ratios([[], ["a"], ["a"], []], [0, 1, 1, 0], [[]], folds=2)
    assert [row.shape for row in found.train + found.test] == [(0, 2), (1, 2), (1, 2), (0, 2), (0, 2)]
    assert data.phrase_ratios([[], []], [0, 1], [], folds=None).train[0].shape == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"train": "a good film"}, TypeError, "`train` should be a list of texts, each a list of words"),
        ({"test": ["a good film"]}, TypeError, r"`test\[0\]` should be a list of tokens but is a str"),
        ({"train": [["a"], [1]] * 3}, TypeError, r"`train\[1\]` should hold strings, but at place 0 is 1"),
        ({"labels": [1, 0]}, ValueError, r"a 0 or a 1 for each of 6 texts, and both, but has shape \(2,\)"),
        ({"labels": [1] * 6}, ValueError, r"and both, but has shape \(6,\) and the values \[1\]"),
        ({"labels": [1, 2, 1, 2, 1, 2]}, ValueError, r"the values \[1, 2\]"),
        ({"longest": 0}, ValueError, "`longest` should be at least 1 but is 0"),
        ({"longest": 1.5}, TypeError, "`longest` should be an integer"),
        ({"folds": 1}, ValueError, "`folds` should be None or a whole number from 2 to 3, .* but is 1"),
        ({"folds": 4}, ValueError, "the texts of the rarer label, but is 4"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        data.phrase_ratios(**({"train": TEXTS, "labels": LABELS, "test": [], "folds": 3} | arguments))
