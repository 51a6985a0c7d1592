"""The gates of an LSTM cell, equations (1) to (4), and how they are packed."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.lstm import LSTMCell


def _preactivations(rng):
    for B, H in [(4, 3), (8, 5)]:  # B divisible by 4, so that a split of the wrong axis gives arrays as well
        yield {"a": rng.normal(scale=1.5, size=(B, 4 * H))}


def _gates(a):
    B, width = a.shape
    cell = LSTMCell(width, width // 4, forget_bias=0.0)
    cell.weight_ih = np.eye(width)  # so that the pre-activations are the input itself
    _, tape = cell(a, cell.zero_state(B))
    return tape.i, tape.f, tape.g, tape.o


def _squashed(a_i, a_f, a_g, a_o):
    return sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)


def _gates_from_onnx_order(a):
    a_i, a_o, a_f, a_g = np.split(a, 4, axis=1)
    return _squashed(a_i, a_f, a_g, a_o)


def _gates_from_torch7_order(a):
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    return _squashed(a_i, a_f, a_g, a_o)


def _gates_from_tensorflow1_order(a):
    a_i, a_g, a_f, a_o = np.split(a, 4, axis=1)
    return _squashed(a_i, a_f, a_g, a_o)


SPLIT_GATES = Exercise(
    title="from packed to gates",
    prompt="Write `gates(a)`: split the packed pre-activations, (B, 4H), in the book's order and squash each "
    "as equations (1) to (4) say. Return `i`, `f`, `g`, `o`, each (B, H).",
    reference=_gates,
    returns={"i": "BH", "f": "BH", "g": "BH", "o": "BH"},
    cases=_preactivations,
    slips=(
        Slip(
            lambda a: tuple(sigmoid(part) for part in np.split(a, 4, axis=1)),
            "All four went through the sigmoid. The candidate g is no gate: it goes through tanh and may be "
            "negative.",
        ),
        Slip(
            lambda a: _squashed(*np.split(a, 4)),
            "The batch was split. The gates lie side by side along the second axis: `axis=1`.",
        ),
        Slip(
            lambda a: _squashed(*(a[:, k::4] for k in range(4))),
            "You took every fourth column. The gates are blocks of H columns, one after the other.",
        ),
        Slip(
            _gates_from_onnx_order,
            "That is the order of ONNX: i, o, f, and then the candidate, which it calls c. Here it is i, f, "
            "g, o.",
        ),
        Slip(
            _gates_from_torch7_order,
            "That is the order of char-rnn, with the candidate last. Here, as in PyTorch and Keras, it is "
            "the third block (Keras writes i, f, c, o and means the same places).",
        ),
        Slip(
            _gates_from_tensorflow1_order,
            "That is the order of TensorFlow 1, with the candidate second. Here it is third: i, f, g, o.",
        ),
        Slip(
            lambda a: tuple(np.split(a, 4, axis=1)),
            "The split is right, but nothing has been squashed yet: equations (1) to (4) are still to come.",
        ),
        Slip(
            lambda a: tuple(np.tanh(part) for part in np.split(a, 4, axis=1)),
            "All four went through tanh. A gate lies between 0 and 1: i, f and o need the sigmoid.",
        ),
    ),
    hints=(
        "`np.split` cuts an array into equal parts. Along which axis do the gates lie?",
        "Three of the four are gates, between 0 and 1. One is content, between -1 and 1.",
    ),
    lesson="One matrix product for all four, then one split: that is why the rows are packed.",
)

STARTING_BIAS = Exercise(
    title="a forget bias of one",
    prompt="Write `starting_bias(H)`: the packed bias of a new cell with H hidden units, shape (4H,), zero "
    "but for the forget gate, where it is one.",
    reference=lambda H: LSTMCell(1, H).bias,
    returns={"bias": ["4H"]},
    blocks="ifgo",
    cases=lambda rng: [{"H": 3}, {"H": 5}],
    slips=(
        Slip(lambda H: np.ones(4 * H), "Every gate starts at one. Only the forget gate should."),
        Slip(
            lambda H: np.repeat([1.0, 0, 0, 0], H),
            "The ones are in the block of the input gate. The forget gate is second.",
        ),
        Slip(
            lambda H: np.repeat([0, 0, 1.0, 0], H),
            "The ones are in the third block. There ONNX keeps its forget gate; here it is the candidate.",
        ),
        Slip(
            lambda H: np.repeat([0, 2.0, 0, 0], H),
            "A forget bias of two: that is the sum when both biases of PyTorch are set to one. Here there is "
            "one bias.",
        ),
        Slip(
            lambda H: np.zeros(4 * H),
            "All zero: the forget gate would start at one half and lose half of c at every step.",
        ),
        Slip(
            lambda H: np.tile([0, 1.0, 0, 0], H),
            "The gates are interleaved, four numbers for each unit. They are blocks of H numbers, one after "
            "the other.",
        ),
    ),
    hints=(
        "Four blocks of H numbers, in the order i, f, g, o. At which index does the second begin and end?",
    ),
    lesson="So the cell starts by remembering.",
)
