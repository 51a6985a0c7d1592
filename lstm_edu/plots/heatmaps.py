"""A matrix as tiles: the stronger a tile, the larger its entry."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.ticker import MaxNLocator

from lstm_edu.plots.palette import COLOURS
from lstm_edu.plots.svg import CRISP

_MANY = 1500  # tiles; more become an image, which is smaller
_LEVELS = 41


def heatmap(matrix, *, rows="row", columns="column", limit=None, label=None, ax=None):
    """Draw a matrix, zero as bare paper, so that it suits a dark page too.

    Parameters
    ----------
    matrix : array of shape (R, C)
    rows, columns : str
        What the two axes count.
    limit : float, default=None
        Entries of this size and beyond are drawn at full strength; ``None`` takes the largest.
    label : str, default=None
        Of the colour bar, with a unit.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If ``matrix`` is not (R, C), or ``limit`` is not positive.
    """
    matrix = np.asarray(matrix, float)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(f"`matrix` should have shape (R, C) but has shape {matrix.shape}.")
    limit = (np.abs(matrix).max() or 1.0) if limit is None else limit
    if not limit > 0:
        raise ValueError(f"`limit` should be positive but is {limit}.")
    ax = plt.subplots()[1] if ax is None else ax
    tiles = ax.pcolormesh(
        matrix, cmap=_strength(matrix.min() < 0), vmin=-limit if matrix.min() < 0 else 0, vmax=limit
    )
    tiles.set(gid=CRISP, rasterized=matrix.size > _MANY)
    R, C = matrix.shape
    for axis, size, name in ((ax.yaxis, R, rows), (ax.xaxis, C, columns)):
        ticks = [t for t in MaxNLocator(8, integer=True).tick_values(0, size - 1) if 0 <= t < size]
        axis.set_ticks([t + 0.5 for t in ticks], [f"{t:g}" for t in ticks])
        axis.set_label_text(name)
    ax.invert_yaxis()
    ax.grid(visible=False)
    edges = np.linspace(*tiles.get_clim(), _LEVELS + 1)
    bar = ax.figure.colorbar(tiles, ax=ax, boundaries=edges, values=(edges[1:] + edges[:-1]) / 2)
    bar.solids.set_gid(CRISP)
    bar.locator = MaxNLocator(4, symmetric=True)
    bar.update_ticks()
    bar.outline.set_edgecolor(COLOURS["muted"])
    bar.set_label(label or "")
    return ax


def _strength(with_sign):
    """Return a colour map whose strength is opacity: two hues through nothing, or one from nothing."""
    weight = np.linspace(-1 if with_sign else 0, 1, _LEVELS)
    negative, positive = (to_rgb(COLOURS[name]) for name in ("negative", "positive"))
    return ListedColormap([(*(positive if w > 0 else negative), abs(w)) for w in weight])
