"""Gradients against distance, the spectrum behind them, and who solved what."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from lstm_edu.plots.end_labels import label_ends
from lstm_edu.plots.palette import COLOURS, line

BAND = 10, 90  # per cent of the runs that lie below, and above, the band


def gradient_norms(flows, *, distance=None, ylim=None, labels=True, ylabel=None, ax=None):
    """Draw gradient norms against the distance from the loss, on a logarithmic axis.

    Each line is the median over runs; the band around it holds the middle 80 % of them.

    Parameters
    ----------
    flows : mapping of str to (norms, look)
        ``norms`` of shape (runs, K), or (K,) for a line without a band; ``look`` is the name of a line
        of the book, such as ``"lstm"``, or a dict of keywords for ``plot``.
    distance : array of shape (K,), default=None
        Steps back from the loss; ``None`` means 0, 1, 2, …
    ylim : (float, float), default=None
        ``None`` takes what the lines need.
    labels : bool, default=True
        Write the names at the ends of their lines, or where these leave the frame; there is no legend.
    ylabel : str, default=None
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is no line, or the lines and ``distance`` differ in length.
    """
    if not flows:
        raise ValueError("`flows` should map names to (norms, look) but is empty.")
    ax = plt.subplots()[1] if ax is None else ax
    ends = []
    for name, (norms, look) in flows.items():
        norms = np.atleast_2d(np.asarray(norms, float))
        steps = np.arange(norms.shape[1]) if distance is None else np.asarray(distance)
        if len(steps) != norms.shape[1]:
            raise ValueError(
                f"{name!r} has {norms.shape[1]} norms, but there are {len(steps)} distances. "
                "Give every line the same distances, one norm for each."
            )
        keywords = line(look) if isinstance(look, str) else look
        middle = np.median(norms, axis=0)
        if len(norms) > 1:
            low, high = np.percentile(norms, BAND, axis=0)
            ax.fill_between(steps, low, high, color=keywords["color"], alpha=0.15, linewidth=0)
        ax.plot(steps, middle, **keywords)
        ends.append((steps, middle, name, keywords["color"]))
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_xlabel("steps back from the loss")
    ax.set_ylabel("gradient, relative to the loss's own" if ylabel is None else ylabel)
    ax.margins(x=0.01)
    if ylim is not None:
        ax.set_ylim(ylim)
    if labels:
        _name_lines(ax, ends)
    return ax


def _name_lines(ax, ends):
    """Write each name beside the frame or, if its line leaves it below, at that place."""
    bottom, _ = ax.get_ylim()
    leaves = [end for end in ends if end[1][-1] < bottom]
    label_ends(ax, [(x[-1], y[-1], name, colour) for x, y, name, colour in ends if y[-1] >= bottom])
    for x, y, name, colour in leaves:
        last = np.flatnonzero(y >= bottom)[-1]
        ax.annotate(
            name,
            (x[last], y[last]),
            xytext=(5, 3),
            textcoords="offset points",
            color=colour,
            fontweight="bold",
        )


def spectrum(eigenvalues, *, radius=None, limit=None, ax=None):
    """Draw eigenvalues in the complex plane, with the unit circle that tells growth from decay.

    Parameters
    ----------
    eigenvalues : complex array of shape (H,)
    radius : float, default=None
        Of a second circle, dashed.
    limit : float, default=None
        Half the width of the picture; ``None`` takes what the points need.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If ``eigenvalues`` is not (H,).
    """
    eigenvalues = np.asarray(eigenvalues)
    if eigenvalues.ndim != 1 or not len(eigenvalues):
        raise ValueError(f"`eigenvalues` should have shape (H,) but has shape {eigenvalues.shape}.")
    ax = plt.subplots(figsize=(4, 4))[1] if ax is None else ax
    limit = 1.1 * max(1, np.abs(eigenvalues).max(), radius or 0) if limit is None else limit
    ax.add_patch(plt.Circle((0, 0), 1, fill=False, color=COLOURS["ink"], linewidth=1.2))
    if radius is not None:
        dashed = {"linestyle": (0, (4, 3)), "linewidth": 1.5}
        ax.add_patch(plt.Circle((0, 0), radius, fill=False, color=COLOURS["muted"], **dashed))
    ax.plot(eigenvalues.real, eigenvalues.imag, "o", color=COLOURS["rnn"], markersize=3)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.set(xlabel="real part", ylabel="imaginary part")
    return ax


def success_counts(counts, total, *, rows, columns, xlabel, title=None, ax=None):
    """Draw how many of ``total`` runs succeeded, one tile for each row and column.

    Parameters
    ----------
    counts : array of shape (R, C)
        NaN where nothing was run.
    total : int
    rows, columns : sequence of str or number
        What the tiles stand for; the first row on top.
    xlabel : str
    title : str, default=None
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If the shape of ``counts`` does not fit, or a count lies outside 0..``total``.
    """
    counts = np.asarray(counts, float)
    if counts.shape != (len(rows), len(columns)):
        raise ValueError(
            f"`counts` should have shape ({len(rows)}, {len(columns)}), a number for each row and column, "
            f"but has shape {counts.shape}."
        )
    if (counts < 0).any() or (counts > total).any():
        raise ValueError(
            f"`counts` should lie within 0..{total} but hold {counts.min():g} to {counts.max():g}."
        )
    ax = plt.subplots(figsize=(6.5, 0.8 + 0.42 * len(rows)))[1] if ax is None else ax
    for (r, c), count in np.ndenumerate(counts):
        if np.isnan(count):
            continue
        share = count / total
        box = {"color": COLOURS["lstm"], "alpha": 0.06 + 0.44 * share, "linewidth": 0}
        ax.add_patch(plt.Rectangle((c - 0.47, r - 0.45), 0.94, 0.9, **box))
        weight = "bold" if count == total else "normal"
        ax.text(c, r, f"{count:.0f}/{total}", ha="center", va="center", fontsize=11, fontweight=weight)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_title(title or "")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
