"""Exercises of the page on long sequences: what is kept, what is computed twice, what is not heard."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _sizes(rng):
    for B, D, H, itemsize in [(16, 64, 128, 4), (3, 5, 7, 8)]:
        yield {"B": B, "D": D, "H": H, "itemsize": itemsize}


def _budgets(rng):
    for T, k, state, tape in [(10_000, 100, 16, 60), (1000, 300, 2, 9), (17, 5, 3, 8)]:
        yield {"T": T, "k": k, "state": state, "tape": tape}


def _costs(rng):
    for T, state, tape in [(10_000, 16.0, 60.0), (900, 2.0, 9.0)]:
        yield {"T": T, "state": state, "tape": tape}


def _times(rng):
    for forward, backward in [(1.0, 2.0), (3.0, 4.0)]:
        yield {"forward": forward, "backward": backward}


def _lags(rng):
    for lag, k in [(30, 100), (100, 100), (250, 100), (0, 7), (3, 10)]:
        yield {"lag": lag, "k": k}


BYTES_PER_STEP = Exercise(
    title="bytes per step",
    prompt="A tape of an LSTM keeps, for each step and each of B sequences, seven vectors of H numbers (four "
    "gates, c, tanh c and h), the input of D numbers and a one. A number takes `itemsize` bytes. Write "
    "`bytes_per_step(B, D, H, itemsize)`.",
    reference=lambda B, D, H, itemsize: itemsize * B * (7 * H + D + 1),
    returns={"bytes": ""},
    cases=_sizes,
    slips=(
        Slip(lambda B, D, H, itemsize: B * (7 * H + D + 1), "Those are numbers. How many bytes has one?"),
        Slip(
            lambda B, D, H, itemsize: itemsize * (7 * H + D + 1),
            "That is one sequence. Every sequence of the batch has gates of its own.",
        ),
        Slip(
            lambda B, D, H, itemsize: itemsize * B * (4 * H + D + 1),
            "You kept the gates alone. The way back needs c, tanh c and h as well.",
        ),
        Slip(
            lambda B, D, H, itemsize: itemsize * 4 * H * (D + H + 1),
            "Those are the weights. They are there once, whatever the length.",
        ),
        Slip(
            lambda B, D, H, itemsize: 8 * itemsize * B * (7 * H + D + 1),
            "Those are bits: an item of 4 bytes has 32.",
        ),
    ),
    hints=("How many numbers for one sequence?", "Then times B, then times the bytes of a number."),
    lesson="What a step keeps grows with the batch and the units, and not with the square of anything.",
)

ALIVE = Exercise(
    title="what is alive",
    prompt="A sequence of `T` steps goes in stretches of `k`; the last may be shorter. Before each stretch a "
    "state of `state` bytes is kept. On the way back one stretch at a time has a tape, `tape` bytes a step. "
    "Write `alive(T, k, state, tape)`: the most bytes of both together.",
    reference=lambda T, k, state, tape: -(-T // k) * state + k * tape,
    returns={"bytes": ""},
    cases=_budgets,
    slips=(
        Slip(
            lambda T, k, state, tape: T // k * state + k * tape,
            "The last, shorter stretch starts from a state, too: round up.",
        ),
        Slip(
            lambda T, k, state, tape: k * state + T // k * tape,
            "The other way round: T/k states, and the tape of k steps.",
        ),
        Slip(
            lambda T, k, state, tape: -(-T // k) * state + T * tape,
            "That keeps every tape. Only one stretch at a time has one.",
        ),
        Slip(
            lambda T, k, state, tape: T * state + k * tape,
            "A state is kept once a stretch, not at every step.",
        ),
        Slip(
            lambda T, k, state, tape: k * tape,
            "That is truncation: without the states nothing can be computed again.",
        ),
    ),
    hints=("How many stretches begin?", "A shorter last stretch counts as one: -(-T // k)."),
    lesson="Few states mean long tapes, and the other way round.",
)

BEST_STRETCH = Exercise(
    title="the best stretch",
    prompt="`state` bytes are kept once every k steps, `tape` bytes for each step of one stretch. Write "
    "`stretch(T, state, tape)`: the k, not rounded, at which T steps take the least memory.",
    reference=lambda T, state, tape: np.sqrt(T * state / tape),
    returns={"k": ""},
    cases=_costs,
    slips=(
        Slip(
            lambda T, state, tape: np.sqrt(T),
            "Right if a state were as large as the tape of a step. Here it is smaller.",
        ),
        Slip(
            lambda T, state, tape: np.sqrt(T * tape / state),
            "Upside down: dear tapes want short stretches.",
        ),
        Slip(lambda T, state, tape: T * state / tape, "Set the derivative to zero: k² is this, not k."),
        Slip(
            lambda T, state, tape: 2 * np.sqrt(T * state * tape),
            "That is the memory at the best stretch. Asked is the stretch.",
        ),
    ),
    hints=("Write the memory as a function of k.", "Its two terms are equal where it is least."),
    lesson="Least memory is where the states weigh as much as the tape of a stretch.",
)

SLOW_DOWN = Exercise(
    title="how much slower",
    prompt="One way forward takes `forward` seconds, one way back `backward`. Write "
    "`slow_down(forward, backward)`: the time of a checkpointed training step in times of a full one.",
    reference=lambda forward, backward: (2 * forward + backward) / (forward + backward),
    returns={"times": ""},
    cases=_times,
    slips=(
        Slip(
            lambda forward, backward: 4 / 3, "Right if the way back takes twice the time of the way forward."
        ),
        Slip(lambda forward, backward: 2, "Only the way forward is gone twice, not the way back."),
        Slip(
            lambda forward, backward: (forward + 2 * backward) / (forward + backward),
            "It is the way forward that is gone twice.",
        ),
        Slip(
            lambda forward, backward: (forward + backward) / (2 * forward + backward),
            "Upside down: it takes longer, so the answer is above 1.",
        ),
        Slip(
            lambda forward, backward: forward / (forward + backward),
            "That is what comes on top. Asked is the whole.",
        ),
    ),
    hints=("How often is each step computed forwards?", "And backwards?"),
    lesson="The price of checkpointing is one more way forward, whatever the number of stretches.",
)

HEARD = Exercise(
    title="who is heard",
    prompt="A stream is cut every `k` steps; there is a loss at every step. Write `heard(lag, k)`: the share "
    "of the losses whose gradient reaches the step `lag` steps earlier.",
    reference=lambda lag, k: max(0.0, (k - lag) / k),
    returns={"share": ""},
    cases=_lags,
    slips=(
        Slip(
            lambda lag, k: float(lag < k),
            "The cuts stand still. A loss right after one reaches nothing before it.",
        ),
        Slip(lambda lag, k: (k - lag) / k, "A share below zero: beyond the stretch it is none."),
        Slip(lambda lag, k: min(1.0, lag / k), "That is the share that is not heard."),
        Slip(
            lambda lag, k: max(0.0, (k - lag - 1) / k),
            "One too few: the last loss of a stretch reaches back k - 1 steps.",
        ),
        Slip(lambda lag, k: max(0.0, (k - lag + 1) / k), "One too many: at a lag of k nobody is heard."),
    ),
    hints=("Which places in a stretch have a step `lag` earlier in the same stretch?",),
    lesson="A stretch of k steps does not teach lags of up to k equally: long ones get few losses, or none.",
)
