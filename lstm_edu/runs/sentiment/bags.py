"""Baselines that count words, or pairs of words, and know nothing of any other order."""

from typing import NamedTuple

import numpy as np

from lstm_edu.data import log_count_ratio, tokenise

BETA = 0.25  # of NB-SVM, as its authors set it
CHOICES = 0.01, 0.03, 0.1, 0.3  # for the C of NB-SVM
HELD_OUT = 0.1  # of the training texts, to choose by


class Bag(NamedTuple):
    """What is counted, and how strictly the weights are kept small."""

    longest: int  # words of the longest phrase that is counted
    min_df: int  # texts in which it has to occur
    C: float | None  # None: chosen on training texts that are held out


BAGS = {
    "majority": None,
    "unigrams": Bag(1, 2, 3.0),
    "bigrams": Bag(2, 3, 10.0),
    "trigrams": Bag(3, 3, 10.0),
    "NB-SVM": Bag(2, 2, None),
    "NB-SVM, trigrams": Bag(3, 2, None),
}


def fit_predict(name, train_texts, train_labels, test_texts):
    """Train a baseline on some texts and judge others.

    - ``"majority"``: always the same, the log-odds of the training labels.
    - ``"unigrams"``, ``"bigrams"``, ``"trigrams"``: TF-IDF of words, of words and pairs of neighbours,
      or of triples too, with ``1 + log`` of the counts, and logistic regression; the score is the logit.
    - ``"NB-SVM"``, ``"NB-SVM, trigrams"``: which words and pairs, or triples too, are there, each times
      its log-count ratio, and a linear support vector machine whose weights are drawn towards their mean
      size; its C is chosen on a tenth of the training texts. The score is a distance, no logit.

    Words are those of ``tokenise``, as for the networks.

    Parameters
    ----------
    name : str
        A key of ``BAGS``.
    train_texts : sequence of str
        N texts.
    train_labels : ndarray of shape (N,)
        1 for good and 0 for bad; both have to occur.
    test_texts : sequence of str
        M texts, of which nothing is learnt.

    Returns
    -------
    ndarray of shape (M,)
        Positive for a text that is judged good.

    Raises
    ------
    ValueError
        If there is no baseline of that name, or the labels are not as above.

    References
    ----------
    NB-SVM: Wang and Manning (2012).
    """
    if name not in BAGS:
        raise ValueError(f"`name` should be one of {', '.join(map(repr, BAGS))} but is {name!r}.")
    y = np.asarray(train_labels)
    if y.shape != (len(train_texts),) or set(np.unique(y)) != {0, 1}:
        raise ValueError(
            f"`train_labels` should hold a 0 or a 1 for each of {len(train_texts)} texts, and both, "
            f"but has shape {y.shape} and the values {np.unique(y)[:5].tolist()}."
        )
    if name == "majority":
        return np.full(len(test_texts), np.log(y.mean() / (1 - y.mean())))
    counted, other = counts(BAGS[name], train_texts, test_texts)
    if BAGS[name].C is None:
        return nb_svm(counted, y, other)
    return logistic(BAGS[name].C, counted, y, other)


def counts(bag, train_texts, test_texts):
    """Return how often each phrase of the training texts occurs in each text, two sparse arrays."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectoriser = CountVectorizer(
        tokenizer=tokenise,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, bag.longest),
        min_df=bag.min_df,
    )
    return vectoriser.fit_transform(train_texts), vectoriser.transform(test_texts)


def logistic(C, counted, y, other):
    """Return the logits of ``other`` by logistic regression on TF-IDF."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfTransformer(sublinear_tf=True), LogisticRegression(C=C, max_iter=1000))
    return model.fit(counted, y).decision_function(other)


def nb_svm(counted, y, other):
    """Return the scores of ``other`` by NB-SVM."""
    from sklearn.model_selection import train_test_split

    here, there = counted > 0, other > 0
    learn, judge = train_test_split(np.arange(len(y)), test_size=HELD_OUT, stratify=y, random_state=0)
    scaled = scale_by_ratio(here[learn], y[learn], here[judge])
    right = [np.mean((interpolated_svm(C, scaled[0], y[learn], scaled[1]) > 0) == y[judge]) for C in CHOICES]
    scaled = scale_by_ratio(here, y, there)
    return interpolated_svm(CHOICES[int(np.argmax(right))], scaled[0], y, scaled[1])


def scale_by_ratio(here, y, there):
    """Multiply which phrases are there, two boolean arrays (N, V) and (M, V), by the log-count ratios."""
    r = log_count_ratio(*(np.asarray(here[y == label].sum(axis=0)).ravel() for label in (1, 0)))
    return here.multiply(r).tocsr(), there.multiply(r).tocsr()


def interpolated_svm(C, x, y, other):
    r"""Return the scores of ``other`` by a linear SVM with :math:`(1 - \beta) \bar w + \beta w` for weights.

    Here :math:`\bar w` is the mean of their absolute values.
    """
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=C, max_iter=20_000, random_state=0).fit(x, y)
    w = svm.coef_[0]
    return other @ ((1 - BETA) * np.abs(w).mean() + BETA * w) + svm.intercept_[0]
