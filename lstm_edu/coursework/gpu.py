"""Exercises of the page on GPUs: intensity, calls, the chain, Amdahl's bound, another baseline."""

from lstm_edu.coursework.exercise import Exercise, Slip


def _products(rng):
    yield from ({"B": B, "H": H, "size": size} for B, H, size in [(1, 64, 4), (32, 128, 4), (32, 50, 2)])


def _counts(rng):
    yield from ({"at_5": a, "at_6": b, "T": T} for a, b, T in [(250, 302, 200), (7, 7, 1000), (72, 86, 1)])


def _sizes(rng):
    yield from ({"D": D, "H": H} for D, H in [(1, 50), (128, 128), (256, 64)])


def _shares(rng):
    yield from ({"p": p, "s": s} for p, s in [(0.5, 10.0), (0.95, 200.0), (2 / 3, 2.0)])


def _claims(rng):
    for claimed, theirs, mine in [(200.0, 8.0, 1.0), (15.0, 1.0, 3.0), (50.0, 4.0, 2.5)]:
        yield {"claimed": claimed, "theirs": theirs, "mine": mine}


INTENSITY = Exercise(
    title="work per byte",
    prompt="One step of the forward pass multiplies the hidden states of `B` sequences by the recurrent "
    "weights of an LSTM with `H` units, each number of `size` bytes. Write `intensity(B, H, size)`: "
    "floating-point operations per byte, if the weights are read once per step and nothing else counts.",
    reference=lambda B, H, size: 2 * B / size,
    returns={"intensity": ""},
    cases=_products,
    slips=(
        Slip(lambda B, H, size: B / size, "A multiplication and an addition for every weight: two, not one."),
        Slip(lambda B, H, size: 2 * B, "That is operations per number. A number has `size` bytes."),
        Slip(
            lambda B, H, size: 2 / size,
            "You let every sequence read the weights anew. They are read once for the whole batch.",
        ),
        Slip(
            lambda B, H, size: 8 * B / size,
            "Four gates in the operations, one in the bytes. The four cancel.",
        ),
        Slip(
            lambda B, H, size: 2 * B * H / size,
            "H is too much. A sequence uses each of the 4H² weights once.",
        ),
        Slip(lambda B, H, size: size / (2 * B), "That is bytes per operation. Turn it round."),
    ),
    hints=(
        "How many weights are there? How often is each used, and how often is it read?",
        "A number is `size` bytes; a use is a multiplication and an addition.",
    ),
    lesson="How wide the layer is does not matter; how many sequences share a reading of the weights does.",
)

CALLS = Exercise(
    title="how many calls",
    prompt="A loop over time was counted twice: it takes `at_5` operator calls for 5 steps and `at_6` for 6. "
    "Write `calls(at_5, at_6, T)`: how many it takes for `T` steps.",
    reference=lambda at_5, at_6, T: at_5 + (T - 5) * (at_6 - at_5),
    returns={"calls": ""},
    cases=_counts,
    slips=(
        Slip(
            lambda at_5, at_6, T: at_6 / 6 * T,
            "Some calls are made once for the whole sequence. They do not grow with T.",
        ),
        Slip(lambda at_5, at_6, T: (at_6 - at_5) * T, "The calls that are made once are missing."),
        Slip(
            lambda at_5, at_6, T: at_5 + (at_6 - at_5) * T,
            "`at_5` holds five steps already. Only T - 5 more come on top.",
        ),
        Slip(
            lambda at_5, at_6, T: at_6 + (at_6 - at_5) * (T - 5),
            "One step too many: from `at_6` there are T - 6 to go.",
        ),
        Slip(lambda at_5, at_6, T: at_6 - at_5, "That is one step. There are T of them, and a remainder."),
    ),
    hints=("What does the sixth step add?", "A straight line through two points."),
    lesson="Two short runs tell the length of the list for any sequence.",
)

CHAIN = Exercise(
    title="what has to wait",
    prompt="An LSTM layer has `D` inputs and `H` units. Of the multiplications of a training step, count "
    "those that wait for the step before: forwards the product with U, backwards the one that takes the "
    "gradient through U. Write `waiting(D, H)`: their share of those in all matrix products.",
    reference=lambda D, H: 2 * H / (3 * (D + H)),
    returns={"share": ""},
    cases=_sizes,
    slips=(
        Slip(
            lambda D, H: H / (D + H),
            "That is the forward pass. On the way back the gradients of the weights do not wait.",
        ),
        Slip(
            lambda D, H: H / (3 * (D + H)),
            "One of two. The gradient of the state waits as well, in the other direction.",
        ),
        Slip(
            lambda D, H: H / (D + H) * 4 / 3,
            "The gradient of U is a sum over all steps, and no step of it waits for another.",
        ),
        Slip(lambda D, H: 1 - 2 * H / (3 * (D + H)), "That is the share that does not wait."),
        Slip(lambda D, H: 2 / 3, "The products with the input are missing: W has 4H · D weights."),
        Slip(
            lambda D, H: D / (D + H), "That is the input's share. It is known in advance and does not wait."
        ),
    ),
    hints=(
        "There are three products with U, 4H · H weights each, and three with W, 4H · D each.",
        "Of the three with U: which one needs no neighbouring step?",
    ),
    lesson="The more inputs per unit, the less of an LSTM is recurrent.",
)

AMDAHL = Exercise(
    title="Amdahl's bound",
    prompt="A share `p` of the time of a program can be made `s` times faster, the rest not at all. Write "
    "`speed_up(p, s)` of the whole.",
    reference=lambda p, s: 1 / ((1 - p) + p / s),
    returns={"speed-up": ""},
    cases=_shares,
    slips=(
        Slip(lambda p, s: s, "Only the share `p` gets `s` times faster."),
        Slip(lambda p, s: 1 / (1 - p), "That is the bound, for an `s` without end."),
        Slip(
            lambda p, s: p * s + (1 - p),
            "A mean of speeds, weighed by time. Times add up, speeds do not.",
        ),
        Slip(lambda p, s: (1 - p) + p / s, "That is the time that is left. The speed-up is its inverse."),
        Slip(lambda p, s: 1 / (p + (1 - p) / s), "You have sped up the other share."),
        Slip(lambda p, s: s * p, "The rest takes its time as before; add up the two times."),
    ),
    hints=("Let the program take one second. How long does each of the two shares take afterwards?",),
    lesson="What cannot be sped up decides, the sooner the larger it is.",
)

BASELINE = Exercise(
    title="another baseline",
    prompt="Somebody reports `claimed` times faster than a baseline that takes `theirs` times as long as "
    "`torch.nn.LSTM` on one thread. What you run takes `mine` times as long as `torch.nn.LSTM`. Write "
    "`faster(claimed, theirs, mine)`: how many times faster than yours theirs would be.",
    reference=lambda claimed, theirs, mine: claimed * mine / theirs,
    returns={"times faster": ""},
    cases=_claims,
    slips=(
        Slip(lambda claimed, theirs, mine: claimed, "That is against their baseline, not against yours."),
        Slip(
            lambda claimed, theirs, mine: claimed * theirs / mine,
            "Upside down: against a slow baseline a claim is large. Yours is faster, so yours gains less.",
        ),
        Slip(
            lambda claimed, theirs, mine: claimed / theirs,
            "That is against `torch.nn.LSTM`. What you run takes `mine` times as long.",
        ),
        Slip(lambda claimed, theirs, mine: claimed * mine, "Their baseline is missing: divide by `theirs`."),
        Slip(lambda claimed, theirs, mine: claimed - theirs + mine, "Ratios multiply; they do not add up."),
    ),
    hints=(
        "Let `torch.nn.LSTM` take one second. How long does their baseline take? Their fast one?",
        "And how long does yours take?",
    ),
    lesson="Every times-faster has a denominator. Ask for it first.",
)
