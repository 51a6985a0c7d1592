"""Several models against a baseline, with how sure we are."""

import matplotlib.pyplot as plt

from lstm_edu.plots.palette import COLOURS


def scores(values, *, baseline=None, xlabel="score", ax=None):
    """Draw one dot and its interval for each model, first model on top.

    Parameters
    ----------
    values : mapping of str to (centre, low, high)
        For example the mean over seeds and its 95 % interval; say which in the caption.
    baseline : (str, float), default=None
        Name and score of what needs no model, drawn as a line through all rows.
    xlabel : str, default="score"
        What is scored, its unit, and which direction is better.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure as high as the rows need.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is no model, or an interval does not hold its centre.
    """
    if not values:
        raise ValueError("`values` should map each model to (centre, low, high) but is empty.")
    for name, (centre, low, high) in values.items():
        if not low <= centre <= high:
            raise ValueError(f"{name!r} needs low <= centre <= high but has {low}, {centre}, {high}.")
    ax = plt.subplots(figsize=(6.5, 1.4 + 0.42 * len(values)))[1] if ax is None else ax
    for row, (centre, low, high) in enumerate(values.values()):
        ax.plot([low, high], [row, row], "-|", color=COLOURS["lstm"], markersize=9)
        ax.plot(centre, row, "o", color=COLOURS["lstm"], markersize=8)
    if baseline is not None:
        name, score = baseline
        ax.axvline(score, color=COLOURS["baseline"], linestyle="--", linewidth=1.5)
        ax.annotate(
            name,
            (score, 1),
            xycoords=ax.get_xaxis_transform(),
            xytext=(0, 2),
            textcoords="offset points",
            horizontalalignment="center",
            color=COLOURS["muted"],
        )
    ax.set_yticks(range(len(values)), values)
    ax.set_ylim(len(values) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(xlabel)
    return ax
