"""Exercises of the page on where time goes: operations, what is kept, strides, calls, the price of a call."""

from lstm_edu.coursework.exercise import Exercise, Slip


def _layers(rng):
    for T, B, D, H in [(60, 32, 5, 64), (100, 1, 32, 50), (7, 3, 2, 11)]:
        yield {"T": T, "B": B, "D": D, "H": H}


def _stored(rng):
    for T, B, D, H, size in [(60, 32, 5, 64, 4), (100, 1, 32, 50, 8), (7, 3, 2, 11, 2)]:
        yield {"T": T, "B": B, "D": D, "H": H, "size": size}


def _arrays(rng):
    yield from ({"B": B, "H": H, "size": size} for B, H, size in [(32, 64, 4), (3, 5, 8), (7, 2, 2)])


def _lengths(rng):
    yield from ({"T": T} for T in (60, 1, 1000))


def _prices(rng):
    for call, element in [(1e-6, 1e-10), (5e-7, 4e-9), (2e-5, 3e-10)]:
        yield {"call": call, "element": element}


OPERATIONS = Exercise(
    title="operations of a training step",
    prompt="An LSTM layer with `D` inputs and `H` units reads `B` sequences of `T` steps. Write "
    "`operations(T, B, D, H)`: the multiplications and additions in all matrix products of a training "
    "step, with the gradients of the weights and of the input. Leave the bias out.",
    reference=lambda T, B, D, H: 3 * 2 * 4 * H * (D + H) * T * B,
    returns={"operations": ""},
    cases=_layers,
    slips=(
        Slip(
            lambda T, B, D, H: 2 * 4 * H * (D + H) * T * B,
            "That is the forward pass. The way back multiplies twice for every product forwards.",
        ),
        Slip(
            lambda T, B, D, H: 2 * 2 * 4 * H * (D + H) * T * B,
            "Every weight has two products on the way back: for the gradient of what it multiplied, and for "
            "its own.",
        ),
        Slip(
            lambda T, B, D, H: 3 * 4 * H * (D + H) * T * B,
            "You count multiplications. Each is followed by an addition.",
        ),
        Slip(lambda T, B, D, H: 3 * 2 * H * (D + H) * T * B, "That is one gate. There are four."),
        Slip(
            lambda T, B, D, H: 3 * 2 * 4 * H * D * H * T * B,
            "W has 4H · D weights and U has 4H · H: they add up, they do not multiply.",
        ),
        Slip(lambda T, B, D, H: 3 * 2 * 4 * H * (D + H) * B, "That is one step; there are T."),
        Slip(
            lambda T, B, D, H: 3 * 2 * 4 * H * H * T * B,
            "The weights of the input are missing.",
        ),
    ),
    hints=(
        "How many weights are there, and how often is each used on the way forward?",
        "For y = W x the way back needs the gradient of x and that of W: two products of the same size.",
    ),
    lesson="A training step costs three forward passes' worth of products.",
)

KEPT = Exercise(
    title="what waits for the way back",
    prompt="For the way back a forward pass keeps, for every step and sequence, the four gates, the cell "
    "state, the hidden state and the input, each number of `size` bytes. Write `kept(T, B, D, H, size)`: "
    "bytes in all, leaving out the state before the first step.",
    reference=lambda T, B, D, H, size: T * B * (6 * H + D) * size,
    returns={"bytes": ""},
    cases=_stored,
    slips=(
        Slip(
            lambda T, B, D, H, size: B * (6 * H + D) * size,
            "That is one step. All of them are kept until the way back has passed them.",
        ),
        Slip(lambda T, B, D, H, size: T * B * (6 * H + D), "Those are numbers. A number has `size` bytes."),
        Slip(lambda T, B, D, H, size: T * B * (4 * H + D) * size, "The two states are missing."),
        Slip(
            lambda T, B, D, H, size: T * B * (2 * H + D) * size,
            "The states alone are not enough: the slope of a gate is written with its value.",
        ),
        Slip(lambda T, B, D, H, size: T * B * 6 * H * size, "The gradient of W needs the input as well."),
        Slip(
            lambda T, B, D, H, size: T * (6 * H + D) * size,
            "That is one sequence. Each has states of its own.",
        ),
        Slip(
            lambda T, B, D, H, size: 4 * H * (D + H) * size,
            "Those are the weights. They do not grow with T; what is asked does.",
        ),
    ),
    hints=("How many numbers does one unit keep at one step?", "And what of a step is no unit's?"),
    lesson="Memory grows with the length of the sequence, at 6H + D numbers a step.",
)

STRIDES = Exercise(
    title="the forget gate in memory",
    prompt="`a` is a fresh NumPy array of shape (B, 4H), gates in the order i, f, g, o, each number of "
    "`size` bytes. Write `places(B, H, size)`: at which byte `a[:, H:2*H]` begins, how many bytes further "
    "its next row begins, and how many further the next number in a row is.",
    reference=lambda B, H, size: (H * size, 4 * H * size, size),
    returns={"start": "", "row": "", "column": ""},
    cases=_arrays,
    slips=(
        Slip(lambda B, H, size: (H, 4 * H, 1), "Those are numbers. A stride is in bytes: times `size`."),
        Slip(
            lambda B, H, size: (H * size, H * size, size),
            "That would be a gate in one piece. Between two of its rows lie the three other gates.",
        ),
        Slip(
            lambda B, H, size: (H * size, 3 * H * size, size),
            "That is the gap between two rows. A stride goes from start to start.",
        ),
        Slip(
            lambda B, H, size: (0, 4 * H * size, size),
            "It begins after the input gate's H numbers.",
        ),
        Slip(
            lambda B, H, size: (B * H * size, H * size, size),
            "That is a block of its own, (4, B, H). Here the gates lie side by side in every row.",
        ),
        Slip(
            lambda B, H, size: (H * size, size, 4 * H * size),
            "Exchanged: NumPy lays out row after row, so the neighbour in a row is next in memory.",
        ),
    ),
    hints=("Row after row, and in a row i, f, g, o.", "A whole row is 4H numbers long."),
    lesson="A slice of a packed array is in as many pieces as it has rows.",
)

PRODUCTS = Exercise(
    title="how few products",
    prompt="Gates are stacked, h is multiplied at its step, and whatever need not wait for a step is one "
    "product for all `T` of them. Write `products(T)`: how many matrix products a training step calls for, "
    "forwards and back, with the gradients of both weights and of the input. Every step multiplies by U, the "
    "first and the last too, in both directions.",
    reference=lambda T: 2 * T + 4,
    returns={"products": ""},
    cases=_lengths,
    slips=(
        Slip(lambda T: 6 * T, "That is all of them at their steps. Which of the six wait for a neighbour?"),
        Slip(
            lambda T: T + 5,
            "On the way back the gradient goes through U step by step, too: a second chain.",
        ),
        Slip(lambda T: 2 * T, "The products that do not wait are made as well, once each: four."),
        Slip(
            lambda T: 2 * T + 3,
            "One product that does not wait is missing: W x, the gradients of x, of W and of U.",
        ),
        Slip(
            lambda T: 3 * T + 3,
            "The gradient of U is a sum over steps. Once all da are known none of it waits.",
        ),
        Slip(lambda T: 2 * T + 2, "Four do not wait: W x, the gradients of x, of W and of U."),
        Slip(lambda T: 8 * T + 16, "The gates are stacked: one product for all four of them."),
    ),
    hints=(
        "There are six kinds: W x, U h, and for each the gradient of both factors.",
        "Which two need a result of the step before, or after?",
    ),
    lesson="Two products a step cannot be put together; the other four are one each.",
)

HALF = Exercise(
    title="the price of asking",
    prompt="An operation on arrays costs `call` seconds for the asking and `element` seconds for every "
    "number. Write `half(call, element)`: for how many numbers asking takes half of the time.",
    reference=lambda call, element: call / element,
    returns={"numbers": ""},
    cases=_prices,
    slips=(
        Slip(lambda call, element: element / call, "Upside down: the dearer a call, the more numbers."),
        Slip(
            lambda call, element: call / (2 * element),
            "Then the numbers take half as long as the asking, and asking is two thirds of it all.",
        ),
        Slip(
            lambda call, element: 2 * call / element,
            "Then the numbers take twice as long as the asking, which is a third of it all.",
        ),
        Slip(lambda call, element: call, "That is a time. How many numbers does it pay for?"),
        Slip(lambda call, element: call - element, "Seconds less seconds are seconds. Numbers are asked."),
    ),
    hints=(
        "Half of the time: so both parts are equal.",
        "Give that number of numbers a name, and write down both times.",
    ),
    lesson="Below that size an array costs the same however small it is.",
)
