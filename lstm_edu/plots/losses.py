"""How a loss falls."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from lstm_edu.plots.end_labels import label_ends
from lstm_edu.plots.palette import COLOURS, line


def loss_curves(train, validation=None, *, best_epoch=None, baseline=None, label="loss", ax=None):
    """Draw the loss of each epoch, on a logarithmic axis where the losses allow it.

    Parameters
    ----------
    train, validation : sequence of float
        One loss an epoch, as in a ``History``; epochs are counted from 0.
    best_epoch : int, default=None
        Index into ``validation`` (into ``train`` without one) of the epoch whose weights were kept.
    baseline : float, default=None
        The loss of a forecast without a model.
    label : str, default="loss"
        Of the vertical axis; say which loss, and its unit.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If ``train`` is empty or ``best_epoch`` is not one of the epochs.
    """
    curves = {"training": np.asarray(train, float)}
    if validation is not None and len(validation):
        curves["validation"] = np.asarray(validation, float)
    if len(curves["training"]) == 0:
        raise ValueError("`train` should hold one loss an epoch but is empty.")
    ax = plt.subplots()[1] if ax is None else ax
    ends = []
    for (name, losses), letter in zip(curves.items(), ("loss", "validation"), strict=False):
        epochs = np.arange(len(losses))
        ax.plot(epochs, losses, **line(letter))
        ends.append((epochs[-1], losses[-1], name, COLOURS[letter]))
    if baseline is not None:
        ax.axhline(baseline, **line("baseline"))
        ends.append((ends[0][0], baseline, "baseline", COLOURS["baseline"]))
    if best_epoch is not None:
        _mark_best(ax, list(curves.values())[-1], best_epoch)
    if all(np.all(losses > 0) for losses in curves.values()):
        ax.set_yscale("log")
    ax.set_xlabel("epoch")
    ax.set_ylabel(label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    ax.margins(x=0.02)
    label_ends(ax, ends)
    return ax


def _mark_best(ax, losses, best_epoch):
    if not 0 <= best_epoch < len(losses):
        raise ValueError(f"`best_epoch` should be within 0..{len(losses) - 1} but is {best_epoch}.")
    ax.plot(best_epoch, losses[best_epoch], "o", color=COLOURS["ink"], markersize=7, zorder=3)
    ax.annotate(
        "kept",
        (best_epoch, losses[best_epoch]),
        xytext=(0, -8),
        textcoords="offset points",
        horizontalalignment="center",
        verticalalignment="top",
    )
