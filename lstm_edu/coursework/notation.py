"""Exercises of the page "Notation": axes, packed rows, real steps."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.lstm import LSTMCell


def _time_major(rng):
    for T, B, D in [(4, 2, 3), (5, 3, 2)]:
        yield {"x": rng.normal(size=(T, B, D))}


def _padded(rng):
    for B, T, H, lengths in [(3, 6, 4, [5, 2, 4]), (2, 5, 3, [1, 4])]:
        yield {"h": rng.normal(size=(B, T, H)), "lengths": np.array(lengths)}


SHAPE_OF_PACKED = Exercise(
    title="shape of `weight_ih`",
    prompt="An LSTM cell reads D=3 features and has H=5 hidden units. What is the shape of `weight_ih`, "
    "as a tuple (rows, columns)?",
    reference=LSTMCell(3, 5).weight_ih.shape,
    returns={"rows": "", "columns": ""},
    slips=(
        Slip(
            (3, 20),
            "That is Keras' `kernel`, one column for each unit of each gate. Here, as in PyTorch, they are "
            "rows.",
        ),
        Slip((5, 3), "That is one gate. The four gates are stacked, one block of H rows after the other."),
        Slip((20, 5), "That is `weight_hh`, which reads h. `weight_ih` reads x, and x has D features."),
        Slip((20, 8), "That would read x and h side by side. Here each of the two has a matrix of its own."),
        Slip((15, 3), "Three blocks make a GRU. An LSTM has four: i, f, g, o."),
        Slip((12, 5), "H and D are exchanged: the rows belong to units, the columns to features."),
    ),
    hints=(
        "`x @ weight_ih.T` turns D features into the pre-activations of all four gates.",
        "Each gate needs one number for each hidden unit. How many rows is that, for four gates?",
    ),
    lesson="Rows are what is computed, columns what is read.",
)

GATE_ORDER = Exercise(
    title="order of the gates",
    prompt="In which order are the four gates' rows stacked in this book and in PyTorch? Write four letters.",
    reference="ifgo",
    returns={"order": ""},
    slips=(
        Slip("iofc", "That is the order of ONNX, which also calls our g by the letter c."),
        Slip("iofg", "The places are those of ONNX. Here and in PyTorch the forget gate comes second."),
        Slip("ifog", "That is the order of char-rnn and other Torch7 code: its third block is our fourth."),
        Slip("igfo", "That is the order of TensorFlow 1: its second block is our third."),
        Slip(
            "ifco",
            "The places are right. c is what Keras calls the candidate; here it is g, and c is the cell "
            "state.",
        ),
        Slip("figo", "The forget gate comes first in many drawings, but second in memory: i, then f."),
    ),
    hints=("Equations (1) to (4) of the LSTM cell stand in this order.",),
    lesson="A file of weights does not say its order: loaded in another one it runs, and computes something "
    "else.",
)

TIME_MAJOR = Exercise(
    title="batch first",
    prompt="`x` has shape (T, B, D). Write `to_batch_first(x)` that gives (B, T, D), without mixing up "
    "sequences.",
    reference=lambda x: x.swapaxes(0, 1),
    returns={"x": "BTD"},
    cases=_time_major,
    slips=(
        Slip(
            lambda x: x.reshape(x.shape[1], x.shape[0], x.shape[2]),
            "The shape is right but the sequences are mixed: `reshape` (like `view`) keeps the numbers in "
            "their order in memory. The axes have to change places: use `transpose` or `swapaxes`.",
        ),
        Slip(lambda x: x.T, "`.T` reverses all three axes. The features have to stay last."),
        Slip(
            lambda x: x.swapaxes(1, 2), "The last two axes changed places; it is the first two that have to."
        ),
        Slip(lambda x: x, "The array came back as it was, time first."),
        Slip(
            lambda x: x.transpose(1, 2, 0),
            "Batch is first, but time went behind the features. Only time and batch have to change places.",
        ),
    ),
    hints=(
        "One sequence is `x[:, b]` before and `result[b]` after: the same T rows.",
        "NumPy can exchange two axes without touching the numbers.",
    ),
    lesson="Two arrays of one shape need not hold the same sequences; only the axes' order tells.",
)

LAST_REAL_STEP = Exercise(
    title="the last real step",
    prompt="`h` is (B, T, H); row b has `lengths[b]` real steps, the rest is padding. Write `last(h, "
    "lengths)` that gives each row's last real hidden state, (B, H).",
    reference=lambda h, lengths: h[np.arange(len(h)), lengths - 1],
    returns={"last": "BH"},
    cases=_padded,
    slips=(
        Slip(
            lambda h, lengths: h[:, -1],
            "`h[:, -1]` is the last column of the array. For every shorter row that is padding.",
        ),
        Slip(
            lambda h, lengths: h[np.arange(len(h)), lengths],
            "One step too far: a row of 4 steps has them at 0 to 3, so its last is `lengths - 1`.",
        ),
        Slip(
            lambda h, lengths: h[:, lengths - 1],
            "`h[:, lengths - 1]` takes every length from every row. Pair each row with its own: "
            "index the first axis too, with `np.arange(B)`.",
        ),
        Slip(
            lambda h, lengths: h[:, lengths.max() - 1],
            "That is the last step of the longest row, taken from all of them. Each row ends at its own "
            "length.",
        ),
        Slip(lambda h, lengths: h.mean(axis=1), "That is the mean over time, padding included."),
        Slip(lambda h, lengths: h[:, 0], "That is the first step of each row."),
        Slip(
            lambda h, lengths: h[np.arange(len(h)), -lengths],
            "A minus counts from the end of the array. The last real step is counted from the start.",
        ),
    ),
    hints=(
        "In the row with 4 real steps, which index does the last of them have?",
        "With two arrays of indices, of rows and of steps, NumPy picks one element for each pair.",
    ),
    lesson="This is what `Unroll` hands back as its final state.",
)
