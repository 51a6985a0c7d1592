"""Baselines count what they say, learn nothing from the texts that they judge, and find an easy answer."""

import math

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.svm import LinearSVC

from lstm_edu.data import load_reviews
from lstm_edu.runs.sentiment import bags

GOOD, BAD = ["Good, good film!", "a good film", "not bad"], ["a bad film", "bad, bad film", "not good"]
TEXTS, LABELS = (GOOD + BAD) * 4, np.array([1, 1, 1, 0, 0, 0] * 4)
LEARN = [name for name in bags.BAGS if name != "majority"]


@pytest.mark.parametrize("name", LEARN)
def test_an_easy_answer_is_found(name):
    scores = bags.fit_predict(name, TEXTS, LABELS, ["good", "bad", "unheard of", ""])
    assert scores.shape == (4,)
    assert scores[0] > 0 > scores[1]
    assert scores[2] == scores[3]  # no word that was seen in training


@pytest.mark.parametrize("name", ["bigrams", "trigrams", "NB-SVM", "NB-SVM, trigrams"])
def test_pairs_of_words_know_a_negation(name):
    scores = bags.fit_predict(name, TEXTS, LABELS, ["not good", "not bad"])
    assert scores[0] < 0 < scores[1]


def test_single_words_do_not():
    one, turned = bags.fit_predict("unigrams", TEXTS, LABELS, ["not bad good", "good not bad"])
    assert one == turned


def test_the_majority_is_that_of_the_training_labels():
    scores = bags.fit_predict("majority", ["a"] * 4, [1, 0, 1, 1], ["a", "b"])
    np.testing.assert_allclose(scores, [math.log(3)] * 2)


@pytest.mark.parametrize("name", LEARN)
def test_a_verdict_does_not_depend_on_the_other_texts_that_are_judged(name):
    alone = bags.fit_predict(name, TEXTS, LABELS, ["good film"])
    crowd = bags.fit_predict(name, TEXTS, LABELS, ["good film", *["splendid good film"] * 50])
    assert crowd[0] == alone[0]
    assert crowd[1] == alone[0]  # "splendid" is in no training text


def test_no_word_of_the_test_is_counted():
    counted, other = bags.counts(bags.BAGS["NB-SVM"], TEXTS, ["splendid good splendid good"])
    assert counted.shape[1] == other.shape[1]
    assert other.sum() == 2  # "good" twice; "splendid" and both pairs are new


def test_words_are_those_of_the_networks():
    counted, other = bags.counts(bags.Bag(2, 1, None), ["I DIDN'T like it!"], ["did n't", "!"])
    assert counted.shape == (1, 6 + 5)  # i did n't like it !
    assert other.toarray().sum(axis=1).tolist() == [3, 1]


def test_rare_phrases_are_not_counted():
    counted, _ = bags.counts(bags.Bag(1, 2, None), ["a b", "a c c"], ["a"])
    assert counted.toarray().tolist() == [[1], [1]]


def test_a_phrase_that_is_there_twice_counts_once():
    once, often = ([f"good {'film ' * n}".strip(), "bad film", "a"] for n in (1, 3))
    scaled = []
    for texts in once, often:
        counted, other = bags.counts(bags.Bag(1, 1, None), texts, ["good film a bad"])
        scaled.append(bags.scale_by_ratio(counted > 0, np.array([1, 0, 0]), other > 0)[1].toarray())
    np.testing.assert_array_equal(*scaled)
    # good: 1 + (0, 0, 1, 1) of 6 for a, bad, film, good; bad: 1 + (1, 1, 1, 0) of 7
    np.testing.assert_allclose(scaled[0][0], np.log(np.array([1, 1, 2, 2]) / 6 * 7 / np.array([2, 2, 2, 1])))


def test_weights_are_drawn_towards_their_mean_size():
    x = np.array([[2.0, 0.0], [0.0, -1.0], [-1.0, 0.5], [1.0, 1.0]])
    y = np.array([1, 0, 0, 1])
    svm = LinearSVC(C=0.5, random_state=0).fit(x, y)
    w = 0.75 * np.abs(svm.coef_[0]).mean() + 0.25 * svm.coef_[0]
    found = bags.interpolated_svm(0.5, csr_array(x), y, csr_array(np.eye(2)))
    np.testing.assert_allclose(found, w + svm.intercept_, rtol=1e-3)


def test_c_is_chosen_on_training_texts_alone(monkeypatch):
    seen = []

    def svm(C, x, y, other):
        seen.append((C, x.shape[0], other.shape[0]))
        return np.full(other.shape[0], 1.0 if bags.CHOICES[2] == C else -1.0)

    monkeypatch.setattr(bags, "interpolated_svm", svm)
    bags.fit_predict("NB-SVM", TEXTS * 5, np.tile([1, 1, 0], 40), ["good"])
    assert seen == [(C, 108, 12) for C in bags.CHOICES] + [(bags.CHOICES[2], 120, 1)]


@pytest.mark.parametrize(
    ("name", "labels", "message"),
    [
        (
            "n-grams",
            LABELS,
            "`name` should be one of 'majority', 'unigrams', .*, 'NB-SVM, trigrams' but is 'n-",
        ),
        (
            "unigrams",
            LABELS[:3],
            r"`train_labels` should hold a 0 or a 1 for each of 24 texts, .* shape \(3,\)",
        ),
        ("majority", LABELS * 0, r"and both, but has shape \(24,\) and the values \[0\]"),
        ("majority", LABELS * 2 - 1, r"and the values \[-1, 1\]"),
    ],
)
def test_what_does_not_fit_is_refused(name, labels, message):
    with pytest.raises(ValueError, match=message):
        bags.fit_predict(name, TEXTS, labels, ["a"])


@pytest.mark.data
@pytest.mark.slow
def test_phrases_of_sst2_score_as_expected():
    train, test = (load_reviews("sst2", split) for split in ("train", "validation"))
    for name, least in {"majority": 0.509, "unigrams": 0.80, "bigrams": 0.80}.items():
        scores = bags.fit_predict(name, train.texts, train.labels, test.texts)
        assert least < np.mean((scores > 0) == test.labels) < least + 0.04, name
