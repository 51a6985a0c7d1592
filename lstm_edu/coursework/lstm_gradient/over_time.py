"""Many steps backwards: the gradient along the cell state, and the sum for a shared matrix."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _roads(rng):
    for T, H in [(4, 3), (6, 2)]:
        o, f = rng.uniform(0.1, 0.9, size=(2, T, H))
        dh, c = rng.normal(size=(2, T, H))
        yield {"dh": dh, "f": f, "o": o, "c": c}


def _along_time(
    gate=lambda f, t: f[t + 1], slope=lambda o, c: o * (1 - np.tanh(c) ** 2), back=True, add=True
):
    """Return the recurrence of dc, ``gate`` saying which f carries from step t + 1 to t."""

    def recurrence(dh, f, o, c):
        T = len(f)
        dc = dh * slope(o, c)
        for t in range(T - 2, -1, -1) if back else range(T - 1):
            carried = gate(f, t) * dc[t + 1]
            dc[t] = dc[t] + carried if add else carried
        return dc

    return recurrence


DC_OVER_TIME = Exercise(
    title="the gradient along the cell state",
    prompt="The complete `dh` of every step is known. Write `dc_over_time(dh, f, o, c)`, equation (8) for "
    "all steps; all are (T, H), time first, for one sequence. After the last step nothing follows. Return "
    "`dc`, (T, H).",
    reference=_along_time(),
    returns={"dc": "TH"},
    cases=_roads,
    slips=(
        Slip(
            _along_time(gate=lambda f, t: f[t]),
            "You carried with the forget gate of the same step. Between c at t and c at t + 1 stands the "
            "gate of step t + 1.",
        ),
        Slip(
            lambda dh, f, o, c: dh * o * (1 - np.tanh(c) ** 2),
            "Every step hears only its own h. What c does to the steps after it is missing.",
        ),
        Slip(
            _along_time(gate=lambda f, t: 1.0),
            "The carried gradient does not pass the forget gate.",
        ),
        Slip(
            _along_time(back=False),
            "The loop runs forwards in time, so each step reads a neighbour that is not complete yet. "
            "Start at the end.",
        ),
        Slip(
            _along_time(slope=lambda o, c: o * (1 - c**2)),
            "The slope of tanh at c is `1 - np.tanh(c)**2`.",
        ),
        Slip(
            _along_time(slope=lambda o, c: 1 - np.tanh(c) ** 2),
            "The output gate is missing between h and c.",
        ),
        Slip(
            _along_time(add=False),
            "The carried gradient replaces what comes through h. The two are added.",
        ),
    ),
    hints=(
        "The last step is the easy one. Then go backwards: step t needs the result of step t + 1.",
        "c at t reaches c at t + 1 through one product. With which gate, of which step?",
    ),
    lesson="No weight matrix in it: unit 2 of dc never meets unit 0.",
)


def _sums(rng):
    for B, T, H in [(2, 3, 5), (3, 4, 2)]:
        yield {
            "da": rng.normal(size=(B, T, 4 * H)),
            "h": rng.normal(size=(B, T, H)),
            "h_0": rng.normal(size=(B, H)),
        }


def _before(h, h_0):
    return np.concatenate([h_0[:, None], h[:, :-1]], axis=1)


RECURRENT_WEIGHTS = Exercise(
    title="one matrix, many steps",
    prompt="Write `d_weight_hh(da, h, h_0)`, the gradient of the packed recurrent weights, (4H, H), from "
    "the gradients `da` of all pre-activations, (B, T, 4H), the hidden states `h` after every step, (B, T, "
    "H), and the one before the first, `h_0`, (B, H).",
    reference=lambda da, h, h_0: np.einsum("btk,bth->kh", da, _before(h, h_0)),
    returns={"d_weight_hh": ["4H", "H"]},
    blocks="ifgo",
    cases=_sums,
    slips=(
        Slip(
            lambda da, h, h_0: np.einsum("btk,bth->kh", da, h),
            "You paired each step with the h that it makes. The weights multiplied the h before it.",
        ),
        Slip(
            lambda da, h, h_0: np.einsum("btk,bth->kh", da[:, 1:], h[:, :-1]),
            "The first step is missing: it read `h_0`, which need not be zero.",
        ),
        Slip(
            lambda da, h, h_0: np.einsum("btk,bth->kh", da, _before(h, h_0)) / len(da),
            "You averaged over the batch. If the loss is a mean, `da` carries that division already.",
        ),
        Slip(
            lambda da, h, h_0: np.einsum("btk,bth->kh", da, _before(h, h_0)) / h.shape[1],
            "You averaged over time. The same weights act at every step, and their effects add up.",
        ),
        Slip(
            lambda da, h, h_0: da[:, -1].T @ _before(h, h_0)[:, -1],
            "That is the last step alone. The weights act at every step.",
        ),
        Slip(
            lambda da, h, h_0: da[:, 0].T @ h_0,
            "That is the first step alone: `=` in the loop where `+=` belongs?",
        ),
        Slip(
            lambda da, h, h_0: np.einsum("bk,bh->kh", da.sum(axis=1), _before(h, h_0).sum(axis=1)),
            "You summed over time before multiplying, which pairs every step with every other. Multiply, "
            "then sum.",
        ),
    ),
    hints=(
        "For one step and one sequence it is the product of a column and a row.",
        "Sum these over steps and sequences. Which h did the weights multiply at step t?",
    ),
    lesson="Sharing weights over time turns into a sum over time.",
)
