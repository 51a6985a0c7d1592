"""Exercises of the page on number formats: spacing, scales, a scaler's rule, clipping, bytes."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip

LARGEST = 65504.0  # of float16


def _numbers(rng):
    for x, digits in [(1.0, 10), (5.0, 7), (0.3, 10), (1000.0, 23)]:
        yield {"x": x, "digits": digits}


def _gradients(rng):
    for n in (3, 5):
        yield {"g": rng.normal(size=n) * 1e-3}
    yield {"g": np.array([-1.9995, 0.25])}  # 65536 halves of it would fit under 65536, not under 65504
    yield {"g": np.array([-3.0, 1.0, 0.01])}


def _scalers(rng):
    for scale, calm, overflow in [(1024.0, 2, True), (1024.0, 2, False), (512.0, 0, False), (8.0, 3, False)]:
        yield {"scale": scale, "calm": calm, "overflow": overflow, "interval": 4}


def _scaled(rng):
    for n, scale, max_norm in [(4, 256.0, 1.0), (6, 1024.0, 1000.0), (5, 2.0, 1000.0)]:
        yield {"g": scale * 3 * rng.normal(size=n), "scale": scale, "max_norm": max_norm}


def _networks(rng):
    for n, m in [(1000, 5000), (300_000, 40_000)]:
        yield {"n": n, "m": m}


def _clip(g, max_norm):
    return g * min(1.0, max_norm / np.linalg.norm(g))


def _largest_scale(g, most=LARGEST):
    return 2.0 ** np.floor(np.log2(most / np.abs(g).max()))


def _updated(scale, calm, overflow, interval):
    if overflow:
        return scale / 2, 0
    return (2 * scale, 0) if calm + 1 == interval else (scale, calm + 1)


def _never_reset(scale, calm, overflow, interval):
    if overflow:
        return scale / 2, calm
    return (2 * scale, 0) if calm + 1 == interval else (scale, calm + 1)


def _doubles_for_ever(scale, calm, overflow, interval):
    if overflow:
        return scale / 2, 0
    return (2 * scale if calm + 1 == interval else scale), calm + 1


def _one_late(scale, calm, overflow, interval):
    if overflow:
        return scale / 2, 0
    return (2 * scale, 0) if calm == interval else (scale, calm + 1)


SPACING = Exercise(
    title="the gap to the next number",
    prompt="Write `gap(x, digits)`: how far the next larger number is from `x`, at least 1/4, in a format "
    "that stores `digits` binary digits after the point.",
    reference=lambda x, digits: 2.0 ** (np.floor(np.log2(x)) - digits),
    returns={"gap": ""},
    cases=_numbers,
    slips=(
        Slip(
            lambda x, digits: 2.0**-digits,
            "That is the gap at 1. It doubles with every power of two: the exponent of `x` is missing.",
        ),
        Slip(
            lambda x, digits: x * 2.0**-digits,
            "The gap does not grow with x itself but with its power of two: between 4 and 8 it is the same.",
        ),
        Slip(
            lambda x, digits: 2.0 ** (np.floor(np.log2(x)) - digits + 1),
            "Twice too wide. The digit before the point is always 1 and is not stored.",
        ),
        Slip(
            lambda x, digits: 2.0 ** (np.floor(np.log2(x)) - digits - 1),
            "That is half the gap, the largest error of rounding.",
        ),
        Slip(
            lambda x, digits: 2.0 ** (np.ceil(np.log2(x)) - digits),
            "The exponent is the power of two at or below x. Round down.",
        ),
    ),
    hints=("x lies between two powers of two. Which is the lower one?", "There, 2 to the `digits` steps."),
    lesson="Floating point keeps a number of digits, not a number of decimals.",
)

LARGEST_SCALE = Exercise(
    title="as loud as possible",
    prompt="Write `scale(g)`: the largest power of two by which the gradient `g`, a vector, can be "
    "multiplied so that none of its entries leaves ±65504.",
    reference=_largest_scale,
    returns={"scale": ""},
    cases=_gradients,
    slips=(
        Slip(
            lambda g: LARGEST / np.abs(g).max(),
            "That fits exactly, but is no power of two: multiplying by it rounds. Take the power below.",
        ),
        Slip(
            lambda g: 2.0 ** np.ceil(np.log2(LARGEST / np.abs(g).max())),
            "One power too far: the largest entry overflows. Round down.",
        ),
        Slip(
            lambda g: 2.0 ** np.floor(np.log2(LARGEST / g.max())),
            "Large negative entries overflow, too. Take the absolute value first.",
        ),
        Slip(
            lambda g: 2.0 ** np.floor(np.log2(LARGEST / np.abs(g).min())),
            "With the smallest entry at the top, all others are infinite.",
        ),
        Slip(
            lambda g: _largest_scale(g, 65536.0),
            "65536 is the first number that does not exist in float16. The last one that does is 65504.",
        ),
    ),
    hints=("Which entry overflows first?", "`np.floor(np.log2(...))` finds the power of two below."),
    lesson="A power of two moves the exponent and touches no digit.",
)

SCALER = Exercise(
    title="the scaler's rule",
    prompt="Write `update(scale, calm, overflow, interval)`, which gives back the new `scale` and the new "
    "`calm`, the number of steps in a row without an overflow. After an overflow the scale is halved; after "
    "`interval` calm steps in a row it is doubled, and the count starts again.",
    reference=_updated,
    returns={"scale": "", "calm": ""},
    cases=_scalers,
    slips=(
        Slip(_never_reset, "After an overflow the count of calm steps starts again from 0."),
        Slip(_doubles_for_ever, "Once doubled, the count starts again from 0, or it never does again."),
        Slip(_one_late, "One step late: the step that is being judged counts as well."),
        Slip(
            lambda scale, calm, overflow, interval: (scale / 2, 0) if overflow else (2 * scale, 0),
            "It doubles after every calm step, so every other step would be lost.",
        ),
        Slip(
            lambda scale, calm, overflow, interval: (scale, 0) if overflow else (scale, calm + 1),
            "The scale never changes. Halve it after an overflow, double it after `interval` calm steps.",
        ),
    ),
    hints=("Three cases: overflow; the last of the calm steps; any other.",),
    lesson="The scale hangs just below the ceiling, and the price is a lost step now and then.",
)

UNSCALE_AND_CLIP = Exercise(
    title="first unscale, then clip",
    prompt="`g` (D,) is the gradient of `scale` times the loss. Write `clipped(g, scale, max_norm)`: "
    "the gradient of the loss, its norm bounded by `max_norm`.",
    reference=lambda g, scale, max_norm: _clip(g / scale, max_norm),
    returns={"gradient": "D"},
    cases=_scaled,
    slips=(
        Slip(
            lambda g, scale, max_norm: _clip(g, max_norm) / scale,
            "You clip the scaled gradient. The bound is then `scale` times too tight: unscale first.",
        ),
        Slip(
            lambda g, scale, max_norm: _clip(g, max_norm),
            "Scaled it was and scaled it is: divide by `scale`.",
        ),
        Slip(lambda g, scale, max_norm: g / scale, "Not clipped: its norm may be above `max_norm`."),
        Slip(
            lambda g, scale, max_norm: max_norm * g / np.linalg.norm(g),
            "That brings every gradient to the bound, small ones too. Only those above it are shortened.",
        ),
        Slip(
            lambda g, scale, max_norm: np.clip(g / scale, -max_norm, max_norm),
            "That cuts every entry by itself and turns the gradient. Bound the norm.",
        ),
    ),
    hints=("Which gradient does `max_norm` speak about?", "min(1, max_norm / norm) is the factor."),
    lesson="`scaler.unscale_` stands before `clip_grad_norm_`, or the bound means something else every step.",
)

BYTES = Exercise(
    title="what mixed precision keeps in full",
    prompt="Training with Adam under autocast: `n` parameters, `m` numbers that the forward pass keeps for "
    "the backward pass, all of these in a 16-bit format. Weights, gradients and both of Adam's means stay "
    "float32. Write `kept(n, m)`: bytes.",
    reference=lambda n, m: 16 * n + 2 * m,
    returns={"bytes": ""},
    cases=_networks,
    slips=(
        Slip(
            lambda n, m: 16 * n + 4 * m,
            "That is float32 throughout. What is kept for the way back is halved.",
        ),
        Slip(
            lambda n, m: 8 * n + 2 * m,
            "You halved everything. Weights, gradients and means are float32: four times four bytes.",
        ),
        Slip(lambda n, m: 4 * n + 2 * m, "Beside each weight lie its gradient and Adam's two running means."),
        Slip(lambda n, m: 12 * n + 2 * m, "One of Adam's two running means is missing."),
        Slip(lambda n, m: 16 * n + 16 * m, "16 bits are 2 bytes."),
    ),
    hints=("How many float32 numbers lie beside each weight?", "32 bits are 4 bytes, 16 bits are 2."),
    lesson="Half the digits is half the memory only where activations outweigh the parameters.",
)
