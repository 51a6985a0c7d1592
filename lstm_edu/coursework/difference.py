"""Says where two arrays of one shape first differ, by how much, and whether there is a pattern in it."""

import numpy as np

AXES = {
    "B": "batch row",
    "T": "time step",
    "D": "feature",
    "H": "hidden unit",
    "V": "word",
    "K": "output",
    "L": "layer",
    "N": "row",
    "M": "row",
    "N-1": "row",
    "k": "time step",
    "steps": "step",
    "windows": "window",
}


def differing(got, expected, decimals=None):
    """Mark the numbers that differ, NaN being equal to NaN.

    Two agree if half the digits do of the dtype of ``got``, seven in float64, three in float32;
    or, where ``decimals`` are given, if they are no further apart than rounding brings them.
    """
    if decimals is not None:
        half = 0.5 * 10.0**-decimals
        return ~np.isclose(got, expected, rtol=0, atol=half * (1 + 1e-6))
    digits = np.finfo(got.dtype if got.dtype.kind == "f" else float).eps ** 0.5
    return ~np.isclose(got, expected, rtol=digits, atol=digits * _scale(expected), equal_nan=True)


def size_of_miss(name, got, expected, decimals):
    """Say on which side a value lies of the right one, which stays hidden; ``None`` if it is right."""
    if not differing(got, expected, decimals).any():
        return None
    if got.ndim or not np.isfinite(got):
        return f"`{name}` is not right."
    if decimals is not None and np.abs(got - expected) < 10.0 ** (1 - decimals):
        return f"`{name}` = {got:.6g} is close, but {decimals} decimals count. Round at the end only."
    return f"`{name}` = {got:.6g} is too {'small' if got < expected else 'large'}."


def first_difference(name, axes, blocks, got, expected):
    """Say how the numbers of ``got`` differ from those of ``expected``; ``None`` if they do not."""
    wrong = differing(got, expected)
    if not wrong.any():
        return None
    lost = wrong & ~np.isfinite(got)
    index = tuple(int(k) for k in np.argwhere(lost if lost.any() else wrong)[0])
    right, given = _told_apart(expected[index], got[index])
    text = f"`{name}`{_place(axes, blocks, index, got.shape)} should be {right} but is {given}"
    if lost.any():
        counted = f"; not finite: {lost.sum()} of {got.size} numbers" if got.ndim else ""
        return f"{text}{counted}. Look for a division by zero, a logarithm of zero or an overflow."
    if got.dtype.kind in "iu" and not differing(got, np.floor(expected)).any():
        return f"{text}, the right number rounded down, as by `//`."
    if got.ndim:
        text += f"; {wrong.sum()} of {got.size} numbers differ, by up to {np.abs(got - expected).max():.3g}"
    return f"{text}.{_pattern(got, expected)}"


def _scale(expected):
    finite = np.abs(expected[np.isfinite(expected)])
    return finite.max() if finite.size else 0.0


def _place(axes, blocks, index, shape):
    """Spell an index in the letters of the axes: `` at batch row 0, hidden unit 2``."""
    words = []
    for axis, k, size in zip(axes, index, shape, strict=True):
        if axis in AXES:
            words.append(f"{AXES[axis]} {k}")
        else:  # such as 4H: one block after the other
            block, unit = divmod(k, size // len(blocks))
            words.append(f"position {k} (block {blocks[block]}, hidden unit {unit})")
    return f" at {', '.join(words)}" if words else ""


def _told_apart(right, given):
    """Spell two numbers with as many digits as it takes to see a difference, at least four."""
    for digits in range(4, 18):
        spelled = f"{right:.{digits}g}", f"{given:.{digits}g}"
        if spelled[0] != spelled[1]:
            break
    return spelled


def _pattern(got, expected):
    """Name what all the numbers have in common, if anything."""
    scale = _scale(expected)
    if np.abs(got - expected).max() < 1e-3 * scale:
        return " A miss as small as this is often a rounded constant, or float32 on the way."
    factor = (got * expected).sum() / (expected**2).sum() if scale else 0.0  # least squares
    if factor and got.size > 1 and not differing(got, factor * expected).any():
        times = "with the other sign" if np.isclose(factor, -1) else f"times {factor:.4g}"
        return f" Every number is the right one {times}."
    return ""
