"""Verdicts of several models on the same reviews: who is better, and what averaging does."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _two_models(rng):
    for N in (40, 57):
        labels = rng.integers(2, size=N)
        yield {"a": _mostly(labels, 0.8, rng), "b": _mostly(labels, 0.6, rng), "labels": labels}


def _mostly(labels, share, rng):
    """Return labels of which about this share is right."""
    return np.where(rng.random(labels.size) < share, labels, 1 - labels)


def _weights(rng):
    for T, D, decay in [(5, 3, 0.9), (8, 4, 0.6)]:
        yield {"weights": rng.normal(size=(T, D)), "decay": decay}


def _average(weights, decay):
    average = weights[0]
    for row in weights[1:]:
        average = decay * average + (1 - decay) * row
    return average


def _log_probabilities(rng):
    for N in (12, 30):
        yield {"log_probability": np.log(rng.uniform(0.001, 0.9, size=N))}


def _ensembles(rng):
    for L, B in [(3, 20), (5, 31)]:
        yield {"logits": rng.normal(size=(L, B)) * rng.exponential(size=(L, 1)) * 3}


def _probability(logits):
    return 1 / (1 + np.exp(-logits))


DISCORDANT = Exercise(
    title="the reviews that tell two models apart",
    prompt="Write `discordant(a, b, labels)`, three arrays of 0 and 1 of shape (N,): return how many reviews "
    "model `a` alone judges right, and how many `b` alone.",
    reference=lambda a, b, labels: (
        np.sum((a == labels) & (b != labels)),
        np.sum((b == labels) & (a != labels)),
    ),
    returns={"only_a": "", "only_b": ""},
    cases=_two_models,
    slips=(
        Slip(
            lambda a, b, labels: (np.sum(a == labels), np.sum(b == labels)),
            "You counted all that each judges right. The reviews that both judge right say nothing about "
            "which of them is better.",
        ),
        Slip(
            lambda a, b, labels: (
                np.sum((b == labels) & (a != labels)),
                np.sum((a == labels) & (b != labels)),
            ),
            "The two counts have changed places: first what `a` alone judges right.",
        ),
        Slip(
            lambda a, b, labels: (np.sum((a == 1) & (b == 0)), np.sum((b == 1) & (a == 0))),
            "You compared the two models with each other and forgot the labels: who is right?",
        ),
        Slip(
            lambda a, b, labels: (
                np.mean((a == labels) & (b != labels)),
                np.mean((b == labels) & (a != labels)),
            ),
            "Those are shares. The test is about how many reviews, so count them.",
        ),
    ),
    hints=(
        "When is review n evidence for `a`? Only when one of two conditions holds and the other does not.",
        "`a == labels` is true where `a` is right; `&` joins two such arrays.",
    ),
    lesson="McNemar's test asks whether a fair coin could give these two counts; the rest does not matter.",
)

AVERAGE = Exercise(
    title="a moving average of the weights",
    prompt="Write `average(weights, decay)`: `weights` (T, D) holds the weights after each step, a row a "
    "step. Start with the first row; after each further step keep the share `decay` of the average "
    "and take the rest from the new row. "
    "Return the average after the last step, (D,).",
    reference=_average,
    returns={"average": "D"},
    cases=_weights,
    slips=(
        Slip(
            lambda weights, decay: weights.mean(axis=0),
            "That is the plain mean, which never forgets the weights of the start. Later rows count more.",
        ),
        Slip(
            lambda weights, decay: _average(weights, 1 - decay),
            "`decay` is the share that stays, not the share that is new.",
        ),
        Slip(
            lambda weights, decay: _average(np.concatenate([0 * weights[:1], weights]), decay),
            "You started from zeros, which pulls the average towards zero. Start with the first row.",
        ),
        Slip(
            lambda weights, decay: _average(weights[::-1], decay),
            "You went through the steps backwards: the first row got the most weight.",
        ),
        Slip(lambda weights, decay: weights[-1], "That is the last row, without any average."),
    ),
    hints=(
        "One line inside a loop over the rows after the first.",
        "`average = decay * average + ...`",
    ),
    lesson="With a decay of 0.998 the average reaches about 500 steps back, and costs a reader nothing.",
)

PERPLEXITY = Exercise(
    title="perplexity",
    prompt="Write `perplexity(log_probability)`: `log_probability` (N,) is the natural logarithm of the "
    "probability that a language model gave to each word it had to guess. Return the perplexity.",
    reference=lambda log_probability: np.exp(-np.mean(log_probability)),
    returns={"perplexity": ""},
    cases=_log_probabilities,
    slips=(
        Slip(
            lambda log_probability: -np.mean(log_probability),
            "That is the loss in nats a word. Perplexity is its exponential.",
        ),
        Slip(
            lambda log_probability: np.exp(np.mean(log_probability)),
            "Upside down: you have the typical probability. Perplexity is one over it.",
        ),
        Slip(
            lambda log_probability: np.mean(np.exp(-log_probability)),
            "You averaged the surprises themselves; a single hopeless word decides that mean. "
            "Average the logarithms, then take the exponential.",
        ),
        Slip(
            lambda log_probability: 2 ** -np.mean(log_probability),
            "The logarithms are natural: the base is e, not 2.",
        ),
        Slip(
            lambda log_probability: np.exp(-np.sum(log_probability)),
            "That is one over the probability of the whole text. Take the mean, a word at a time.",
        ),
    ),
    hints=(
        "First the mean surprise of a word, in nats.",
        "A model that gives every word 1/100 has a perplexity of 100.",
    ),
    lesson="A perplexity of k: on average as unsure as somebody who picks one of k words at random.",
)

ENSEMBLE = Exercise(
    title="several networks, one verdict",
    prompt="Write `ensemble(logits)`: `logits` (L, B) holds the logits of L networks for B reviews. Return "
    "the mean of their probabilities of a good review, (B,).",
    reference=lambda logits: _probability(logits).mean(axis=0),
    returns={"probability": "B"},
    cases=_ensembles,
    slips=(
        Slip(
            lambda logits: _probability(logits.mean(axis=0)),
            "You averaged logits: one network that is very sure outvotes the rest. Average probabilities.",
        ),
        Slip(
            lambda logits: (logits > 0).mean(axis=0),
            "That is the share of votes. A network that hesitates should count for less than a sure one.",
        ),
        Slip(
            lambda logits: logits.mean(axis=0),
            "Those are mean logits. Turn each logit into a probability before you average.",
        ),
        Slip(
            lambda logits: np.exp(logits).mean(axis=0),
            "The exponential of a logit is the odds. The probability is 1 / (1 + exp(-logit)).",
        ),
    ),
    hints=(
        "The sigmoid turns a logit into a probability. Before or after the mean?",
        "The mean runs over the networks, axis 0.",
    ),
    lesson="The errors of networks from different seeds differ, and their mean makes fewer.",
)
