"""A series, what was forecast, and where the past ends."""

import matplotlib.pyplot as plt
import numpy as np

from lstm_edu.plots.end_labels import label_ends
from lstm_edu.plots.palette import COLOURS, line


def forecast(series, prediction, *, split, baseline=None, xlabel="time step", ylabel="value", ax=None):
    """Draw a series and the forecasts of its part from ``split`` on.

    Parameters
    ----------
    series : array of shape (T,)
    prediction : array of shape (T - split,)
        ``prediction[k]`` is the forecast of ``series[split + k]``.
    split : int
        First step that the model had not seen.
    baseline : array of shape (T - split,), default=None
        The forecast without a model, aligned as ``prediction``.
    xlabel, ylabel : str
        With units.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If a forecast does not cover exactly ``series[split:]``.
    """
    series = np.asarray(series, float)
    future = np.arange(split, len(series))
    forecasts = {"forecast": (prediction, "lstm"), "baseline": (baseline, "baseline")}
    forecasts = {name: (np.asarray(y, float), key) for name, (y, key) in forecasts.items() if y is not None}
    for name, (y, _) in forecasts.items():
        if y.shape != future.shape:
            raise ValueError(
                f"`{name}` should cover series[{split}:], which has shape ({len(future)},), "
                f"but has shape {y.shape}."
            )
    ax = plt.subplots()[1] if ax is None else ax
    ax.plot(series, color=COLOURS["ink"], linewidth=1.4)
    ends = [(len(series) - 1, series[-1], "measured", COLOURS["ink"])]
    for name, (y, key) in forecasts.items():
        ax.plot(future, y, **line(key))
        ends.append((future[-1], y[-1], name, COLOURS[key]))
    ax.axvline(split - 0.5, color=COLOURS["muted"], linewidth=1)
    ax.annotate(
        "unseen →",
        (split - 0.5, 1),
        xycoords=ax.get_xaxis_transform(),
        xytext=(4, -2),
        textcoords="offset points",
        verticalalignment="bottom",
        color=COLOURS["muted"],
    )
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.margins(x=0.01)
    label_ends(ax, ends)
    return ax
