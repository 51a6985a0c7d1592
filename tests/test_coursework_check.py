"""What ``check`` answers: right ways that look different, and every kind of wrong one, word by word."""

import dataclasses
import functools
import math

import numpy as np
import pytest
import torch

from lstm_edu import numpy as lnp
from lstm_edu.coursework import Exercise, Slip, check, intro, lstm, notation, sine, stock

GRADIENT = lstm.FORGET_GATE_GRADIENT
STEP = lstm.NEW_STATE

DOUBLE = Exercise(  # with numbers that can be checked in the head
    title="doubling",
    prompt="Write `double(a)` for `a` of shape (B, H).",
    reference=lambda a: 2 * a,
    returns={"double": "BH"},
    slips=(Slip(lambda a: a, "Unchanged."), Slip(lambda a: a**2, "You squared it.")),
    hints=("Twice.",),
    lesson="Two is enough.",
    cases=lambda rng: [{"a": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])}, {"a": np.ones((4, 5))}],
)


def slow_gradient(dc, c_prev, f):
    out = np.empty(dc.shape)
    for b, h in np.ndindex(dc.shape):
        out[b, h] = dc[b, h] * c_prev[b, h] * f[b, h] * (1 - f[b, h])
    return out


class Gradient:
    def __call__(self, dc, c_prev, f):
        return dc * c_prev * f * (1 - f)

    @staticmethod
    def with_power(power, dc, c_prev, f):
        return dc * c_prev * f * (1 - f) ** power


def in_single_precision(dc, c_prev, f):
    dc, c_prev, f = (a.astype(np.float32) for a in (dc, c_prev, f))
    return dc * c_prev * f * (1 - f)


def with_a_copy(dc, c_prev, f):
    dc = dc.copy()
    dc *= c_prev * f * (1 - f)
    return dc


RIGHT_WAYS = {
    "the formula": lambda dc, c_prev, f: dc * c_prev * f * (1 - f),
    "in another order": lambda dc, c_prev, f: (f - f**2) * (c_prev * dc),
    "other names": lambda a, b, c: a * b * c * (1 - c),
    "a loop": slow_gradient,
    "einsum": lambda dc, c_prev, f: np.einsum("bh,bh,bh,bh->bh", dc, c_prev, f, 1 - f),
    "a list": lambda dc, c_prev, f: (dc * c_prev * f * (1 - f)).tolist(),
    "float32": in_single_precision,
    "float16": lambda dc, c_prev, f: (dc * c_prev * f * (1 - f)).astype(np.float16),
    "column-major": lambda dc, c_prev, f: np.asfortranarray(dc * c_prev * f * (1 - f)),
    "with a batch axis and without": lambda dc, c_prev, f: (dc[None] * c_prev * f * (1 - f))[0],
    "ufuncs with out=": lambda dc, c_prev, f: np.multiply(dc * c_prev, f * (1 - f), out=np.empty_like(f)),
    "in place, in a copy": with_a_copy,
    "an extra argument with a default": lambda dc, c_prev, f, power=1: dc * c_prev * f**power * (1 - f),
    "any number of arguments": lambda *a: a[0] * a[1] * a[2] * (1 - a[2]),
    "an object that can be called": Gradient(),
    "a partial": functools.partial(Gradient.with_power, 1),
    "vectorised by NumPy": np.vectorize(lambda dc, c_prev, f: dc * c_prev * f * (1 - f)),
    "by way of torch": lambda *a: math.prod(map(torch.tensor, (*a, 1 - a[2]))).numpy(),
}


@pytest.mark.parametrize("attempt", RIGHT_WAYS.values(), ids=RIGHT_WAYS)
def test_ways_to_be_right(attempt):
    feedback = check(GRADIENT, attempt)
    assert feedback.passed is True, feedback
    assert str(feedback) == f"✓ gradient of the forget gate: right in every case. {GRADIENT.lesson}"


def windows(series, window):
    x = [series[k : k + window] for k in range(len(series) - window)]
    y = [series[k + window] for k in range(len(series) - window)]
    return x, y


def scale(train, test):
    low, high = train.min(0, keepdims=True), train.max(0, keepdims=True)
    return [(train - low) / (high - low), (test - low) / (high - low)]


def cell_step(i, f, g, o, c_prev):
    c = f * c_prev + i * g
    return lnp.LSTMCell.State(h=o * np.tanh(c), c=c)


def gates(a):
    H = a.shape[1] // 4
    squash = [lnp.sigmoid, lnp.sigmoid, np.tanh, lnp.sigmoid]
    return np.stack([squash[k](a[:, k * H : (k + 1) * H]) for k in range(4)])


def last(h, lengths):
    return [row[n - 1] for row, n in zip(h, lengths, strict=True)]


def naive_sigmoid(a):
    return np.where(a > 0, 1 / (1 + np.exp(-np.abs(a))), 1 - 1 / (1 + np.exp(-np.abs(a))))


@pytest.mark.parametrize(
    ("exercise", "attempt"),
    [
        (intro.KEEP, np.multiply),
        (intro.SIGMOID, naive_sigmoid),
        (intro.A_FIRST_STEP, lambda f, c, i, g: np.sum([f * c, i * g], axis=0)),
        (notation.SHAPE_OF_PACKED, [20, 3]),
        (notation.SHAPE_OF_PACKED, np.array([20, 3])),
        (notation.SHAPE_OF_PACKED, torch.nn.LSTM(3, 5).weight_ih_l0.shape),
        (notation.GATE_ORDER, "I, F, G, O"),
        (notation.TIME_MAJOR, lambda x: np.stack(list(x), axis=1)),
        (notation.TIME_MAJOR, lambda x: np.einsum("tbd->btd", x)),
        (notation.LAST_REAL_STEP, last),
        (sine.WINDOWS, windows),
        (sine.PERSISTENCE, lambda x: x[:, -1, :]),
        (sine.NOISE_FLOOR, lambda sigma: np.array(sigma * sigma)),
        (stock.MASE, lambda a, p, n: sum(abs(a - p)) / sum(abs(a - n))),
        (stock.DIRECTION, lambda n, a, p: float(np.mean((a - n) * (p - n) > 0))),
        (stock.SCALE_HONESTLY, scale),
        (stock.LOG_RETURNS, lambda prices: np.log(prices[1:] / prices[:-1])),
        (lstm.CELL_STATE_GRADIENT, lambda dh, dc, o, c: dc + dh * o / np.cosh(c) ** 2),
        (lstm.NEW_STATE, cell_step),
        (lstm.PARAMETER_COUNT, 180.0),
        (lstm.PARAMETER_COUNT, np.int64(180)),
        (lstm.SPLIT_GATES, gates),
        (lstm.FORGET_HALF_LIFE, lambda bias: np.log(2) / np.log1p(np.exp(-bias))),
        (lstm.STARTING_BIAS, lambda H: [0] * H + [1] * H + [0] * 2 * H),
    ],
    ids=lambda value: value.title if isinstance(value, Exercise) else "",
)
def test_another_way_to_be_right(exercise, attempt):
    feedback = check(exercise, attempt)
    assert feedback.passed is True, feedback


def test_a_warning_on_the_way_is_passed_on():
    feedback = check(intro.SIGMOID, lambda a: 1 / (1 + np.exp(-a)))
    assert feedback.passed is True
    assert str(feedback).endswith(" On the way NumPy warned: overflow encountered in exp.")


def failing(dc, c_prev, f):
    product = dc @ f
    return product * c_prev


def deep(dc, c_prev, f):
    def inner(g):
        return g / 0

    return inner(dc.size)


class Failing:
    def __call__(self, dc, c_prev, f):
        raise KeyError("gate")


def ends_with_a_full_stop(limit, H):
    raise ValueError("Choose a smaller H.")


def unfinished(dc, c_prev, f):
    raise NotImplementedError


def in_place(dc, c_prev, f):
    dc *= c_prev
    f *= 1 - f
    return dc * f


def one_wrong(H):
    bias = np.repeat([0.0, 1.0, 0.0, 0.0], H)
    bias[-1] = 0.5
    return bias


def swapped(dc, f, c_prev):
    return dc * c_prev * f * (1 - f)


ARGUMENTS = "It was called with `dc` of shape (2, 3), `c_prev` of shape (2, 3), `f` of shape (2, 3)."

WRONG = {
    # not to be tried
    "too few arguments": (
        GRADIENT,
        lambda dc, f: dc,
        "your function is called with 3 arguments, dc, c_prev, f; yours takes dc, f.",
    ),
    "no arguments": (
        intro.SIGMOID,
        lambda: 1,
        "your function is called with one argument, a; yours takes none.",
    ),
    "arguments in another order": (
        GRADIENT,
        swapped,
        "your function is called with 3 arguments, dc, c_prev, f, in this order; "
        "yours are in the order dc, f, c_prev.",
    ),
    "called already": (
        GRADIENT,
        np.ones((2, 3)),
        "hand in the function itself, by its name and without brackets; "
        "what came is an array of shape (2, 3).",
    ),
    "a function for a value": (
        lstm.PARAMETER_COUNT,
        lambda: 180,
        "a value is asked for; what came is a function.",
    ),
    # stopped on the way
    "an exception": (
        GRADIENT,
        failing,
        "line 2, `product = dc @ f`, raised ValueError: matmul: Input operand 1 has a mismatch in its core "
        "dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size 2 is different from 3). "
        f"{ARGUMENTS} `@` is a matrix product; element by element it is `*`.",
    ),
    "an exception further in": (
        GRADIENT,
        deep,
        f"line 5, `return inner(dc.size)`, raised ZeroDivisionError: division by zero. {ARGUMENTS} "
        "Ask what the divisor means, and when it can be zero.",
    ),
    "an exception of an object": (
        GRADIENT,
        Failing(),
        f"line 2, `raise KeyError(\"gate\")`, raised KeyError: 'gate'. {ARGUMENTS}",
    ),
    "an exception without a line": (
        intro.KEEP,
        functools.partial(math.pow),
        "it raised TypeError: only 0-dimensional arrays can be converted to Python scalars. "
        "It was called with `f` of shape (2, 3), `c` of shape (2, 3). "
        "Functions of `math` take a single number: use the one of np. with the same name.",
    ),
    "an exception of a partial": (
        lstm.STARTING_BIAS,
        functools.partial(ends_with_a_full_stop, 1),
        'line 2, `raise ValueError("Choose a smaller H.")`, raised ValueError: Choose a smaller H. '
        "It was called with `H` = 3.",
    ),
    "an exception of a function without a signature": (
        lstm.STARTING_BIAS,
        max,
        "it raised TypeError: 'int' object is not iterable. It was called with `H` = 3.",
    ),
    "exit": (
        lstm.STARTING_BIAS,
        lambda H: exit(3),
        "line 1, `lambda H: exit(3),`, raised SystemExit: 3. It was called with `H` = 3.",
    ),
    "arguments changed": (
        GRADIENT,
        in_place,
        "your function changes `dc` and `f`, which whoever called it may still need. "
        "Work on a copy, or write `a = a * b` instead of `a *= b`.",
    ),
    # another kind of thing
    "a tensor": (
        GRADIENT,
        lambda dc, c_prev, f: torch.tensor(dc * c_prev * f * (1 - f), requires_grad=True),
        "`da_f` is a PyTorch tensor; this exercise works in NumPy. "
        "Compute it with np., or hand back `tensor.detach().numpy()`.",
    ),
    "a list of tensors": (
        notation.LAST_REAL_STEP,
        lambda h, lengths: [torch.ones(4, requires_grad=True)],
        "`last` is a PyTorch tensor; this exercise works in NumPy. "
        "Compute it with np., or hand back `tensor.detach().numpy()`.",
    ),
    "a dict": (
        GRADIENT,
        lambda dc, c_prev, f: {},
        "`da_f` should be an array of shape (B=2, H=3) but is a dict.",
    ),
    "a ragged list": (
        GRADIENT,
        lambda dc, c_prev, f: [[1.0], [1.0, 2.0]],
        "`da_f` should be an array of shape (B=2, H=3) but is a list of 2.",
    ),
    "an exception object": (
        GRADIENT,
        lambda dc, c_prev, f: OSError(),
        "`da_f` should be an array of shape (B=2, H=3) but is an OSError.",
    ),
    "a comma too many": (
        GRADIENT,
        lambda dc, c_prev, f: (dc * c_prev * f * (1 - f),),
        "`da_f` alone is asked for, but a tuple of 1 came. Is there a comma after it?",
    ),
    "one of two results": (
        STEP,
        lambda i, f, g, o, c_prev: f * c_prev + i * g,
        "2 results are asked for, in this order: `h`, `c`. What came is an array of shape (2, 3).",
    ),
    "three results": (
        STEP,
        lambda i, f, g, o, c_prev: (o, c_prev, f),
        "2 results are asked for, in this order: `h`, `c`. What came is a tuple of 3.",
    ),
    "a text for a number": (
        lstm.PARAMETER_COUNT,
        "180",
        "`count` should be a number but is a str.",
    ),
    "a truth value for a number": (
        lstm.PARAMETER_COUNT,
        True,
        "`count` should be a number but is a bool.",
    ),
    "a number for a text": (
        notation.GATE_ORDER,
        4,
        "`order` should be a text in quotes but is an int.",
    ),
    # shapes
    "transposed": (
        GRADIENT,
        lambda dc, c_prev, f: (dc * c_prev * f * (1 - f)).T,
        "`da_f` should have shape (B=2, H=3) but has shape (3, 2). Transposed, it is right.",
    ),
    "flattened": (
        GRADIENT,
        lambda dc, c_prev, f: (dc * c_prev * f * (1 - f)).ravel(),
        "`da_f` should have shape (B=2, H=3) but has shape (6,). "
        "The numbers are right and in the right order; only the axes differ.",
    ),
    "summed": (
        GRADIENT,
        lambda dc, c_prev, f: (dc * c_prev * f * (1 - f)).sum(0),
        "`da_f` should have shape (B=2, H=3) but has shape (3,).",
    ),
    "the second result has another shape": (
        STEP,
        lambda i, f, g, o, c_prev: (o * np.tanh(f * c_prev + i * g), c_prev[0]),
        "`c` should have shape (B=2, H=3) but has shape (3,).",
    ),
    "an array for a number": (
        lstm.PARAMETER_COUNT,
        [180],
        "`count` should be a single number but has shape (1,).",
    ),
    # dtypes
    "integers": (
        intro.SIGMOID,
        lambda a: (a > 0).astype(int),
        "`sigmoid` should hold floating-point numbers but has dtype int64. "
        "Start from floats: `0.0` instead of `0`, or `dtype=float`.",
    ),
    "truth values": (
        intro.SIGMOID,
        lambda a: a > 0,
        "`sigmoid` should hold floating-point numbers but has dtype bool. "
        "Start from floats: `0.0` instead of `0`, or `dtype=float`.",
    ),
    # values
    "any difference": (
        DOUBLE,
        lambda a: a + 1,
        "`double` at batch row 0, hidden unit 1 should be 4 but is 3; 5 of 6 numbers differ, by up to 5.",
    ),
    "a difference in the second result": (
        STEP,
        lambda i, f, g, o, c_prev: (o * np.tanh(f * c_prev + i * g), c_prev),
        "`c` at batch row 0, hidden unit 0 should be",
    ),
    "a difference in a block": (
        lstm.STARTING_BIAS,
        one_wrong,
        "for H = 3, `bias` at position 11 (block o, hidden unit 2) should be 0 but is 0.5; "
        "1 of 12 numbers differ, by up to 0.5.",
    ),
    "a factor": (
        DOUBLE,
        lambda a: 3 * a,
        "`double` at batch row 0, hidden unit 0 should be 2 but is 3; 6 of 6 numbers differ, by up to 6. "
        "Every number is the right one times 1.5.",
    ),
    "a factor near one": (
        DOUBLE,
        lambda a: 2.0002 * a,
        "`double` at batch row 0, hidden unit 0 should be 2 but is 2.0002; 6 of 6 numbers differ, "
        "by up to 0.0012. A miss as small as this is often a rounded constant, or float32 on the way.",
    ),
    "the sign": (
        DOUBLE,
        lambda a: -2 * a,
        "`double` at batch row 0, hidden unit 0 should be 2 but is -2; 6 of 6 numbers differ, by up to 24. "
        "Every number is the right one with the other sign.",
    ),
    "a small difference": (
        DOUBLE,
        lambda a: 2 * a + 1e-5 * (a == 5),
        "`double` at batch row 1, hidden unit 1 should be 10 but is 10.00001; 1 of 6 numbers differ, "
        "by up to 1e-05. A miss as small as this is often a rounded constant, or float32 on the way.",
    ),
    "only in the second case": (
        DOUBLE,
        lambda a: 2 * a + (len(a) == 4),
        "in case 2 of 2, `double` at batch row 0, hidden unit 0 should be 2 but is 3; "
        "20 of 20 numbers differ, by up to 1. Every number is the right one times 1.5. "
        "The case before is right: is a number from there, such as a size, written into your code?",
    ),
    "a single number": (
        lstm.FORGET_HALF_LIFE,
        lambda bias: 2 * bias,
        "for bias = 0.5, `steps` should be 1.462 but is 1.",
    ),
    "a whole number": (
        lstm.FORGET_HALF_LIFE,
        lambda bias: int(lstm.FORGET_HALF_LIFE.reference(bias)),
        "for bias = 0.5, `steps` should be 1.462 but is 1, the right number rounded down, as by `//`.",
    ),
    "not finite": (
        DOUBLE,
        lambda a: np.where(a > 4, np.inf, a),
        "`double` at batch row 1, hidden unit 1 should be 10 but is inf; not finite: 2 of 6 numbers. "
        "Look for a division by zero, a logarithm of zero or an overflow.",
    ),
    "a number that is not finite": (
        lstm.FORGET_HALF_LIFE,
        lambda bias: math.nan,
        "for bias = 0.5, `steps` should be 1.462 but is nan. "
        "Look for a division by zero, a logarithm of zero or an overflow.",
    ),
    # values that must not be given away
    "too small": (lstm.PARAMETER_COUNT, 17, "`count` = 17 is too small."),
    "too large": (lstm.PARAMETER_COUNT, 1e9, "`count` = 1e+09 is too large."),
    "no number": (lstm.PARAMETER_COUNT, math.nan, "`count` is not right."),
    "the second of two": (notation.SHAPE_OF_PACKED, (20, 4), "`columns` = 4 is too large."),
    "another text": (notation.GATE_ORDER, "ogif", "'ogif' is not it."),
}


@pytest.mark.parametrize(("exercise", "attempt", "text"), WRONG.values(), ids=WRONG)
def test_ways_to_be_wrong(exercise, attempt, text):
    feedback = check(exercise, attempt)
    assert feedback.passed is False
    assert str(feedback).startswith(f"✗ {exercise.title}: {text}"), feedback
    assert text[-1] != "." or str(feedback) == f"✗ {exercise.title}: {text}"


MEANT = {
    "torch on an array": (
        lambda a: torch.sigmoid(a),
        "The arguments are NumPy arrays: use np. where torch. stands.",
    ),
    "detach": (
        lambda a: a.detach(),
        "The arguments are NumPy arrays already: there is nothing to detach.",
    ),
    "math": (
        lambda a: 1 / (1 + math.exp(-a)),
        "Functions of `math` take a single number: use the one of np. with the same name.",
    ),
    "broadcasting": (
        lambda a: a * np.ones(a.shape[::-1]),
        "Print the two shapes: which axis is missing, or in the wrong place?",
    ),
    "if": (
        lambda a: 1 if a > 0 else 0,
        "`if` decides once, not for each number of an array: use `np.where`.",
    ),
}


@pytest.mark.parametrize(("attempt", "advice"), MEANT.values(), ids=MEANT)
def test_an_exception_that_is_common_is_explained(attempt, advice):
    assert str(check(intro.SIGMOID, attempt)).endswith(f" {advice}")


def test_a_long_message_is_cut():
    def attempt(a):
        raise ValueError("word " * 1000)

    text = str(check(intro.SIGMOID, attempt))
    assert "word word [...]. It was called with" in text
    assert len(text) < 600


@pytest.mark.parametrize(
    ("blank", "advice"),
    [
        (None, "Put your answer in its place."),
        (lambda *_: ..., "The function gives nothing back yet; it should end with `return`."),
        (unfinished, "The function raises `NotImplementedError`."),
    ],
)
def test_an_unfinished_attempt_hears_what_is_missing(blank, advice):
    assert str(check(GRADIENT, blank)) == f"… not written yet: gradient of the forget gate. {advice}"


def test_a_loop_that_never_ends():
    def forever(dc, c_prev, f):
        while True:
            f = 1 - f

    feedback = check(GRADIENT, forever, seconds=0.2)
    assert feedback.passed is False
    assert str(feedback) == (
        "✗ gradient of the forget gate: took longer than 0.2 s and was stopped. "
        "Is there a loop that never ends?"
    )


def test_a_slip_is_recognised_in_single_precision():
    feedback = check(DOUBLE, lambda a: (a.astype(np.float32) / 3) ** 2 * 9)
    assert str(feedback) == "✗ doubling: off by up to 24. You squared it."


def test_a_slip_of_another_shape_is_not_measured():
    feedback = check(sine.PERSISTENCE, lambda x: x[:, -1:])
    assert str(feedback) == (
        "✗ persistence: The time axis is still there, with size 1. An index without a colon drops it."
    )


def test_a_slip_with_fewer_results_is_not_measured():
    both = dataclasses.replace(
        DOUBLE,
        reference=lambda a: (2 * a, a),
        returns={"double": "BH", "single": "BH"},
        slips=(Slip(lambda a: 2 * a, "Return both."),),
    )
    assert str(check(both, lambda a: a + a)) == "✗ doubling: Return both."


def test_an_argument_that_is_not_a_number_is_not_taken_for_a_changed_one():
    padded = dataclasses.replace(DOUBLE, cases=lambda rng: [{"a": np.array([[1.0, np.nan]])}])
    assert check(padded, lambda a: a + a).passed is True


def test_a_slip_in_a_value_does_not_give_the_answer_away():
    feedback = check(lstm.PARAMETER_COUNT, 200)
    assert str(feedback) == (
        "✗ number of parameters: That counts two biases, as PyTorch and cuDNN keep them. This cell has one."
    )


def test_arguments_in_the_wrong_order():
    assert str(check(slow_gradient, GRADIENT)) == (
        "✗ `check` takes an exercise first, then the attempt. Exchange the two."
    )
    assert str(check("lstm", 3)) == "✗ `check` takes an exercise first, then the attempt."


THIRD = Exercise(
    title="a third",
    prompt="What is 1/3? Four decimals count.",
    reference=1 / 3,
    returns={"third": ""},
    decimals=4,
    slips=(Slip(1 / 2, "A half."), Slip(3.0, "Upside down.")),
    hints=("Divide.",),
    lesson="It never ends.",
)


@pytest.mark.parametrize(
    ("attempt", "text"),
    [
        (0.3333, "✓ a third: right. It never ends."),
        (0.33333333, "✓ a third: right. It never ends."),
        (np.float32(1) / 3, "✓ a third: right. It never ends."),
        (0.5, "✗ a third: A half."),
        (0.333, "✗ a third: `third` = 0.333 is close, but 4 decimals count. Round at the end only."),
        (0.3334, "✗ a third: `third` = 0.3334 is close, but 4 decimals count. Round at the end only."),
        (0.3, "✗ a third: `third` = 0.3 is too small."),
        (math.nan, "✗ a third: `third` is not right."),
    ],
)
def test_only_so_many_decimals_count(attempt, text):
    assert str(check(THIRD, attempt)) == text


def test_huge_numbers_overflow_nothing():
    assert check(DOUBLE, lambda a: np.where(a > 2, 1.5e308, -1.5e308)).passed is False


def test_check_prints_nothing(capfd):
    check(GRADIENT, failing)
    assert capfd.readouterr() == ("", "")
