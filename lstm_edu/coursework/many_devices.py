"""Exercises of the page on many devices: weights of parts, shares, a ring, and what is gained."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _padded(rng):
    for B, parts, T in [(7, 3, 9), (5, 2, 6)]:
        yield {"lengths": rng.integers(1, T + 1, size=B), "parts": parts}


def _gradients(rng):
    for J, P in [(3, 4), (2, 5)]:
        yield {"gradients": rng.normal(size=(J, P)), "counts": rng.permutation(np.arange(2, 2 + J)) * 3}


def _rows(rng):
    for B, rank, size in [(23, 0, 4), (21, 1, 4), (23, 3, 4), (3, 3, 4), (9, 3, 4)]:
        yield {"B": B, "rank": rank, "size": size}


def _messages(rng):
    for n, p in [(1000.0, 4), (6e6, 3)]:
        yield {"n": n, "p": p}


def _machines(rng):
    for compute, exchange, p in [(1.0, 0.05, 8), (0.2, 0.3, 2), (3.0, 0.01, 64)]:
        yield {"compute": compute, "exchange": exchange, "p": p}


def _steps(lengths, parts):
    return np.array([part.sum() for part in np.array_split(lengths, parts)])


def _examples(lengths, parts):
    return np.array([len(part) for part in np.array_split(lengths, parts)])


WEIGHTS = Exercise(
    title="what a part weighs",
    prompt="A batch of padded sequences with real `lengths` (B,) is cut by `np.array_split` into N = `parts` "
    "pieces. The loss of a piece is the mean over its real steps. Write `weights(lengths, parts)`: the "
    "factor of each piece, (N,), that makes their sum the mean over the real steps of the batch.",
    reference=lambda lengths, parts: _steps(lengths, parts) / lengths.sum(),
    returns={"weights": "N"},
    cases=_padded,
    slips=(
        Slip(
            lambda lengths, parts: np.full(parts, 1 / parts),
            "That is a mean of means. It is right only if all pieces hold equally many real steps.",
        ),
        Slip(
            lambda lengths, parts: _examples(lengths, parts) / len(lengths),
            "You weigh by sequences. This loss is a mean over real steps: count those.",
        ),
        Slip(lambda lengths, parts: _steps(lengths, parts), "Those are counts. Divide by the whole batch's."),
        Slip(
            lambda lengths, parts: _steps(lengths, parts) / lengths.sum() * parts,
            "These add up to the number of pieces; they should add up to 1.",
        ),
        Slip(
            lambda lengths, parts: lengths.sum() / _steps(lengths, parts) / parts**2,
            "Upside down: a piece with more steps should weigh more.",
        ),
    ),
    hints=("Multiply a mean by its number of terms and it is a sum.", "Equation (2)."),
    lesson="What the loss is a mean over is what has to be counted.",
)

ACCUMULATE = Exercise(
    title="one gradient from many",
    prompt="`gradients` (N, D) holds the gradients of N pieces, each of a mean over `counts[j]` terms. Write "
    "`accumulated(gradients, counts)`: the gradient of the mean over all terms, (D,).",
    reference=lambda gradients, counts: counts @ gradients / counts.sum(),
    returns={"gradient": "D"},
    cases=_gradients,
    slips=(
        Slip(
            lambda gradients, counts: gradients.mean(axis=0), "A mean of means: every piece counts the same."
        ),
        Slip(
            lambda gradients, counts: gradients.sum(axis=0),
            "What `backward` adds up if nobody divides: as if the learning rate were several times larger.",
        ),
        Slip(lambda gradients, counts: counts @ gradients, "That is the gradient of the sum over all terms."),
        Slip(
            lambda gradients, counts: gradients.sum(axis=0) / counts.sum(),
            "Divided by all terms, but not multiplied by those of each piece.",
        ),
        Slip(
            lambda gradients, counts: counts @ gradients / len(counts),
            "Divide by the number of terms, not by that of the pieces.",
        ),
    ),
    hints=("Each row times its count is the gradient of a sum.", "Then divide once."),
    lesson="Gradients add up; means have to be turned into sums first.",
)

SHARE = Exercise(
    title="a fair share",
    prompt="B examples are shared out to `size` processes so that no two shares differ by more than one, and "
    "the first processes take one more. Write `share(B, rank, size)`: how many process `rank` gets.",
    reference=lambda B, rank, size: B // size + (rank < B % size),
    returns={"share": ""},
    cases=_rows,
    slips=(
        Slip(lambda B, rank, size: B // size, "The remainder is dropped: those examples are never seen."),
        Slip(
            lambda B, rank, size: B // size + (rank == size - 1) * (B % size),
            "The last process gets the whole remainder, and all others wait for it.",
        ),
        Slip(lambda B, rank, size: -(-B // size), "Together that is more than B: some are counted twice."),
        Slip(
            lambda B, rank, size: max(0, min(-(-B // size), B - rank * -(-B // size))),
            "As many as possible each, until none is left: the last process may get far fewer.",
        ),
        Slip(
            lambda B, rank, size: B // size + (rank <= B % size),
            "One process too many takes one more: ranks count from 0.",
        ),
    ),
    hints=("B // size for everybody. How many are left over?", "Ranks 0 to B % size - 1 take one more."),
    lesson="A step lasts as long as its largest share.",
)

RING = Exercise(
    title="what a ring carries",
    prompt="`p` devices hold a gradient of `n` bytes each and add them up around a ring, in pieces of n/p "
    "bytes. Write `sent(n, p)`: how many bytes each device sends until all of them hold the sum.",
    reference=lambda n, p: 2 * (p - 1) / p * n,
    returns={"bytes": ""},
    cases=_messages,
    slips=(
        Slip(
            lambda n, p: (p - 1) * n,
            "That is everybody sending everything to everybody. In a ring it hardly grows with p.",
        ),
        Slip(
            lambda n, p: (p - 1) / p * n,
            "That is the first round: each device then holds one finished piece. A second hands them on.",
        ),
        Slip(lambda n, p: 2 * (p - 1) * n, "Each message is one piece, n/p bytes."),
        Slip(lambda n, p: 2 * n, "Nearly: a piece needs p - 1 messages to go round, not p."),
        Slip(lambda n, p: 2 * n / p, "One message each way. Each round takes p - 1 of them."),
    ),
    hints=("Two rounds of p - 1 messages.", "How large is one message?"),
    lesson="However many devices, each sends about twice the gradient.",
)

SPEED_UP = Exercise(
    title="times faster",
    prompt="One device computes a batch in `compute` seconds. `p` devices share it out evenly and need "
    "`exchange` seconds more for the gradients. Write `speed_up(compute, exchange, p)`.",
    reference=lambda compute, exchange, p: compute / (compute / p + exchange),
    returns={"speed-up": ""},
    cases=_machines,
    slips=(
        Slip(lambda compute, exchange, p: p, "That is as if the exchange took no time."),
        Slip(
            lambda compute, exchange, p: compute / (compute + exchange) * p,
            "The exchange is not shared out. Only the computing is divided by p.",
        ),
        Slip(
            lambda compute, exchange, p: compute / (compute / p + exchange) / p,
            "That is the efficiency: speed-up per device.",
        ),
        Slip(
            lambda compute, exchange, p: (compute / p + exchange) / compute,
            "Upside down: the time before, divided by the time after.",
        ),
        Slip(
            lambda compute, exchange, p: (compute + exchange) / (compute / p + exchange),
            "A device alone exchanges nothing.",
        ),
    ),
    hints=("What does a step cost one device? And p of them?",),
    lesson="However many devices, the speed-up stays below compute / exchange.",
)
