"""How many numbers an LSTM cell learns, and how long one of them makes it remember."""

import math

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip
from lstm_edu.numpy.functional import sigmoid
from lstm_edu.numpy.lstm import LSTMCell

PARAMETER_COUNT = Exercise(
    title="number of parameters",
    prompt="How many numbers does `LSTMCell(3, 5)` learn, with D=3 features and H=5 hidden units?",
    reference=sum(array.size for _, array in LSTMCell(3, 5).named_parameters()),
    returns={"count": ""},
    slips=(
        Slip(
            4 * 5 * (3 + 5 + 2), "That counts two biases, as PyTorch and cuDNN keep them. This cell has one."
        ),
        Slip(
            4 * 3 * 5,
            "That is four times the inputs for each unit, a common rule of thumb: `weight_ih` alone. "
            "The recurrent weights and the bias come on top.",
        ),
        Slip(
            4 * 3,
            "That is 4·D, a rule of thumb for a single unit, and even there it counts `weight_ih` alone.",
        ),
        Slip(4 * 5 * (3 + 1), "The recurrent weights are missing: every gate also reads the H numbers of h."),
        Slip(4 * 5 * (3 + 5), "The bias is missing: one number for each unit of each gate."),
        Slip(
            5 * (3 + 5 + 1),
            "That is one gate, or a plain recurrent cell. The LSTM has four blocks of this size.",
        ),
        Slip(
            3 * 5 * (3 + 5 + 1),
            "That counts three blocks. The candidate g has weights too, like the three gates.",
        ),
        Slip(
            4 * 5 * (3 + 5) + 4,
            "A bias is not one number for a gate, but one for each of its H units.",
        ),
    ),
    hints=(
        "Count one gate first: what does each of its 5 units read, and what does it add?",
        "Three gates and the candidate have equally many.",
    ),
    lesson="In letters: 4H(D + H + 1); for wide layers the recurrent part, 4H², dominates.",
)

FORGET_HALF_LIFE = Exercise(
    title="half-life of a memory",
    prompt="A forget gate without input stays at f = sigmoid(bias). Write `half_life(bias)`: after how many "
    "steps is half of c gone? The answer need not be a whole number.",
    reference=lambda bias: math.log(0.5) / math.log(sigmoid(bias)),
    returns={"steps": ""},
    cases=lambda rng: [{"bias": 0.5}, {"bias": 2.0}, {"bias": 5.0}],
    slips=(
        Slip(
            lambda bias: np.log(0.5) / np.log(bias),
            "You took the bias itself for the gate. First squash it: `f = sigmoid(bias)`.",
        ),
        Slip(
            lambda bias: 1 / (1 - sigmoid(bias)),
            "`1 / (1 - f)` is the mean number of steps that a content stays. Half of it is gone earlier.",
        ),
        Slip(
            lambda bias: -1 / np.log(sigmoid(bias)),
            "That is the time after which 1/e is left, 37 percent. Ask when one half is left.",
        ),
        Slip(
            lambda bias: np.log(sigmoid(bias)) / np.log(0.5),
            "Upside down: that is how many half-lives pass in one step.",
        ),
        Slip(
            lambda bias: np.log(2) / np.log(sigmoid(bias)),
            "The size is right, the sign is not: the logarithms of one half and of f are both negative.",
        ),
        Slip(
            lambda bias: np.ceil(np.log(0.5) / np.log(sigmoid(bias))),
            "You rounded up to a whole step. Return the number itself.",
        ),
        Slip(
            lambda bias: 0.5 / (1 - sigmoid(bias)),
            "That would hold if the same amount went at every step. It is the same share that goes: f, f², "
            "f³, ….",
        ),
    ),
    hints=(
        "After k steps, the share f multiplied by itself k times is left.",
        "Set that equal to one half and take the logarithm of both sides.",
    ),
    lesson="At the usual start, a bias of 1, half is gone after little more than two steps.",
)
