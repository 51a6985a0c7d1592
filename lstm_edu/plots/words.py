"""A sentence with a bar at each word: above it for one side, below it for the other."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from lstm_edu.plots.palette import COLOURS

SIZE = 12  # points
BAR = 16  # points, the longest
GAP, LINE = 6, SIZE + 2 * BAR + 14  # points between words, from one line to the next
_FONT = FontProperties(family="DejaVu Sans", size=SIZE)


def words(tokens, values, *, limit=None, lines=None, width=430, ax=None):
    """Write a sentence and draw each word's value as a bar, upwards if positive, downwards if negative.

    The sign shows in the direction too, so that nothing hangs on colour alone.

    Parameters
    ----------
    tokens : list of str
        T words, in reading order; a line that is full goes on below.
    values : array of shape (T,)
    limit : float, default=None
        Values of this size and beyond get the longest bar; ``None`` takes the largest.
    lines : int, default=None
        Room for so many lines, for figures of one size; ``None`` makes as many as are needed.
    width : float, default=430
        Of a line, in points.
    ax : matplotlib Axes, default=None
        Where to draw, at least ``width`` points wide; ``None`` opens a figure of the right size.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is no word, not one finite value for each, ``limit`` is not positive, or the words need
        more lines than there are.
    """
    tokens, values = list(tokens), np.asarray(values, float)
    if not tokens or values.shape != (len(tokens),) or not np.isfinite(values).all():
        raise ValueError(
            f"`values` should hold one finite number for each of the {len(tokens)} words, shape "
            f"({len(tokens)},), at least one, but has shape {values.shape}."
        )
    limit = (np.abs(values).max() or 1.0) if limit is None else limit
    if not limit > 0:
        raise ValueError(f"`limit` should be positive but is {limit}.")
    places, needed = _places(tokens, width)
    lines = needed if lines is None else lines
    if needed > lines:
        raise ValueError(f"These {len(tokens)} words need {needed} lines but `lines` is {lines}.")
    if ax is None:
        ax = plt.subplots(figsize=(width / 72 + 0.5, lines * LINE / 72 + 0.2), layout="constrained")[1]
    for token, value, (x, row, length) in zip(tokens, values, places, strict=True):
        y = -row * LINE
        ax.text(x, y, token, fontproperties=_FONT, color=COLOURS["ink"], va="baseline")
        height = BAR * min(abs(value) / limit, 1)
        bottom = y + SIZE if value > 0 else y - 5 - height
        colour = COLOURS["positive" if value > 0 else "negative"]
        ax.add_patch(Rectangle((x, bottom), length, height, color=colour, linewidth=0))
    ax.set(xlim=(0, width), ylim=(-(lines - 1) * LINE - BAR - 8, SIZE + BAR + 4))
    ax.axis("off")
    return ax


def _places(tokens, width):
    """Return x, line and length in points of each word, and how many lines that makes."""
    places, x, row = [], 0.0, 0
    for token in tokens:
        length = TextPath((0, 0), token.replace("$", r"\$"), prop=_FONT).get_extents().width
        if x and x + length > width:
            x, row = 0.0, row + 1
        places.append((x, row, length))
        x += length + GAP
    return places, row + 1
