"""Exercises of the page "The bug museum": choose the check, mend the line."""

import numpy as np

from lstm_edu.coursework.bugs import scaled_on_all, scaled_on_train
from lstm_edu.coursework.exercise import Exercise, Slip


def _classes(rng):
    for K in (2, 4, 10):
        yield {"K": K}


def _gradients(rng):
    for B, H in [(3, 5), (2, 4)]:
        yield {
            "da": rng.normal(size=(B, 4 * H)),
            "dc": rng.normal(size=(B, H)),
            "f": rng.uniform(0.1, 0.9, (B, H)),
            "weight_hh": rng.normal(size=(4 * H, H)),
        }


def _both_ways(rng):
    for B, T, H in [(3, 6, 2), (2, 7, 4)]:
        yield {"output": rng.normal(size=(B, T, 2 * H))}


def _series(rng):
    for N, cut in [(12, 8), (9, 4)]:
        yield {"series": rng.normal(size=N).cumsum(), "cut": cut}


def _last_of_both(output):
    H = output.shape[2] // 2
    return np.concatenate([output[:, -1, :H], output[:, 0, H:]], axis=1)


def _wrong_ends(output):
    H = output.shape[2] // 2
    return np.concatenate([output[:, 0, :H], output[:, -1, H:]], axis=1)


def _exchanged(output):
    H = output.shape[2] // 2
    return np.concatenate([output[:, 0, H:], output[:, -1, :H]], axis=1)


def _each_its_own(series, cut):
    parts = series[:cut], series[cut:]
    return np.concatenate([(part - part.mean()) / part.std() for part in parts])


WHICH_CHECK = Exercise(
    title="which check",
    prompt="Four bugs, in this order: padding read as data; windows dealt out at random; the slope of tanh "
    "left out; softmax before `cross_entropy`. Four checks: A compare the gradient with central "
    "differences, B ask a sequence alone and in company, C change the rows after the split and see "
    "whether a training window changes, D score a perfect answer. Write the letter of the check for "
    "each bug, as one word of four letters.",
    reference="BCAD",
    returns={"letters": ""},
    slips=(
        Slip("CBAD", "Padding belongs to a batch, not to the future: the first two letters are exchanged."),
        Slip(
            "ACBD",
            "Automatic differentiation differentiates a network that reads padding without a fault: the "
            "gradient of the wrong function is right. And a missing slope needs no company to be wrong.",
        ),
        Slip(
            "BDAC",
            "A perfect forecast scores perfectly under any split, and `cross_entropy` knows no future: the "
            "second and fourth letters are exchanged.",
        ),
        Slip(
            "BCDA",
            "Forwards nothing is wrong with the missing slope, so a perfect answer is still perfect; and the "
            "gradient through two softmaxes is the right one, of the wrong loss.",
        ),
        Slip("ABCD", "That is the list itself. Which of the four checks does a lone sequence need?"),
    ),
    hints=(
        "Which of the four bugs is in a gradient written by hand? Only there can check A find anything.",
        "Check B needs a batch, C a series with a later part, D a loss. Each bug has one of these.",
    ),
    lesson="A check finds what it disturbs, and nothing else.",
)

FLOOR = Exercise(
    title="the loss of a perfect answer",
    prompt="A network is sure and right: its softmax gives 1 to the right class and 0 to the other K - 1. "
    "These probabilities go into a cross-entropy that takes the softmax once more. Write `floor(K)` "
    "that gives the loss, in nats.",
    reference=lambda K: np.log(np.e + K - 1) - 1,
    returns={"loss": ""},
    cases=_classes,
    slips=(
        Slip(lambda K: 0.0, "That is what a perfect answer costs if the softmax is taken once."),
        Slip(lambda K: np.log(K), "That is the loss of knowing nothing: every class gets 1/K."),
        Slip(
            lambda K: np.log(np.e + K) - 1,
            "There are K - 1 other classes, and each adds exp(0) = 1 to the sum.",
        ),
        Slip(
            lambda K: np.log(np.e + K - 1),
            "That is the logarithm of the sum. The right class's own input, 1, is taken off it.",
        ),
        Slip(
            lambda K: 1 - np.e / (np.e + K - 1),
            "That is the probability that is missing from the right class. The loss is minus a logarithm.",
        ),
    ),
    hints=(
        "What does the second softmax give to the right class, if it reads 1 there and 0 elsewhere?",
        "The right class gets exp(1) / (exp(1) + (K - 1) exp(0)).",
    ),
    lesson="A loss that a perfect answer cannot bring to zero is not the loss that was meant.",
)

HANDED_BACK = Exercise(
    title="what is handed back",
    prompt="In this backward pass the gradient of the old state is lost: `return np.zeros_like(dc), "
    "np.zeros_like(dc)`. Mend it: write `handed_back(da, dc, f, weight_hh)` that gives the gradients "
    "of the old h and the old c, (B, H) each. `da` is (B, 4H); `dc` is the complete gradient of the "
    "new c.",
    reference=lambda da, dc, f, weight_hh: (da @ weight_hh, dc * f),
    returns={"dh_prev": "BH", "dc_prev": "BH"},
    cases=_gradients,
    slips=(
        Slip(
            lambda da, dc, f, weight_hh: (da @ weight_hh, np.zeros_like(dc)),
            "h is mended. The old c still gets nothing, and that is the way that reaches far back.",
        ),
        Slip(
            lambda da, dc, f, weight_hh: (np.zeros_like(dc), dc * f),
            "c is mended. The old h also went into all four gates, by `weight_hh`.",
        ),
        Slip(
            lambda da, dc, f, weight_hh: (da @ weight_hh, dc),
            "The old c was multiplied by the forget gate on its way forwards; so is its gradient, on the way "
            "back.",
        ),
        Slip(
            lambda da, dc, f, weight_hh: (da @ weight_hh, dc * f * (1 - f)),
            "f (1 - f) belongs to the gradient of the gate itself. Along c the factor is f.",
        ),
        Slip(
            lambda da, dc, f, weight_hh: (dc * f, da @ weight_hh),
            "Both are right, in the wrong order: h comes before c.",
        ),
    ),
    hints=(
        "Where did the old h and the old c go, forwards? Every way there has a way back.",
        "The old c met one product, with f. The old h met one matrix, `weight_hh`.",
    ),
    lesson="Two ways lead back through an LSTM, and with either one missing it still trains.",
)

LAST_OF_BOTH = Exercise(
    title="the last states of both directions",
    prompt="`output` of a bidirectional layer is (B, T, 2H), the direction that reads ahead first; nothing "
    "is padded. Mend `output[:, -1]`: write `last(output)` that gives each direction's final hidden "
    "state, side by side, (B, 2H).",
    reference=_last_of_both,
    returns={"last": ["B", "2H"]},
    blocks=("ahead", "back"),
    cases=_both_ways,
    slips=(
        Slip(lambda output: output[:, -1], "At the last step the backward direction has read one element."),
        Slip(lambda output: output[:, 0], "At the first step the forward direction has read one element."),
        Slip(_wrong_ends, "Each direction is asked at its first step. It is done where the other begins."),
        Slip(_exchanged, "Right states, wrong order: the direction that reads ahead comes first."),
        Slip(
            lambda output: (output[:, 0] + output[:, -1]) / 2,
            "A mean of both ends mixes finished states with ones that have only begun.",
        ),
        Slip(
            lambda output: output.mean(axis=1),
            "That is the mean over time. It has heard everything, but it is not the final state.",
        ),
    ),
    hints=(
        "At which step is the direction finished that reads from the end?",
        "Which half of the features is finished at step T - 1, which at step 0? Take each where it is.",
    ),
    lesson="The last column is the end of one direction and the beginning of the other.",
)

SCALED = Exercise(
    title="a scaler that knows no future",
    prompt="Mend `(series - series.mean()) / series.std()`: write `scaled(series, cut)` that scales all N "
    "rows but learns mean and standard deviation from the training rows, those before `cut`.",
    reference=lambda series, cut: np.concatenate(scaled_on_train(series, cut)),
    returns={"scaled": "N"},
    cases=_series,
    slips=(
        Slip(
            lambda series, cut: np.concatenate(scaled_on_all(series, cut)),
            "Mean and spread are still those of all rows.",
        ),
        Slip(
            _each_its_own,
            "The later rows are scaled by themselves. In use their mean is not known, and a rise "
            "between the parts is gone.",
        ),
        Slip(
            lambda series, cut: (series - series[:cut].mean()) / series.std(),
            "The mean is that of the training rows, the spread still of all.",
        ),
        Slip(
            lambda series, cut: (series - series[: cut + 1].mean()) / series[: cut + 1].std(),
            "One row too many: `cut` itself is the first row of the exam.",
        ),
        Slip(
            lambda series, cut: (series - series[cut:].mean()) / series[cut:].std(),
            "Those are the statistics of the exam.",
        ),
    ),
    hints=(
        "Which rows may the two numbers look at? Slice first, then ask for mean and standard deviation.",
        "The same two numbers scale all rows, early and late.",
    ),
    lesson="Change the rows after the cut, and no training row moves.",
)
