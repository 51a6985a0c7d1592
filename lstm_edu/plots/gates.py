"""What the gates of one unit do over time."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from lstm_edu.plots.end_labels import label_ends
from lstm_edu.plots.palette import COLOURS, line

LETTERS = "ifgorznchx"


def gate_traces(ax=None, *, start=0, **traces):
    """Draw gates and states of one unit against time, each with its letter at its end.

    ``gate_traces(f=tape.over_time("f")[0, :, 2], c=tape.over_time("c")[0, :, 2])``

    Parameters
    ----------
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.
    start : int, default=0
        Number of the first time step.
    **traces : array of shape (T,)
        Any of i, f, g, o (LSTM), r, z, n (GRU), c, h and x.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If a name is not one of these letters, a trace is not (T,), or lengths differ.
    """
    traces = {name: np.asarray(trace, float) for name, trace in traces.items()}
    _check(traces)
    ax = plt.subplots()[1] if ax is None else ax
    T = len(next(iter(traces.values())))
    time = start + np.arange(T)
    if any(trace.min() < 0 for trace in traces.values()):
        ax.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    for name, trace in traces.items():
        ax.plot(time, trace, **line(name))
    ax.set_xlabel("time step")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    ax.margins(x=0.01)
    label_ends(ax, [(time[-1], trace[-1], name, COLOURS[name]) for name, trace in traces.items()])
    return ax


def _check(traces):
    if not traces:
        raise ValueError("`gate_traces` needs at least one trace, for example f=array of shape (T,).")
    for name, trace in traces.items():
        if name not in LETTERS:
            raise ValueError(f"`{name}` is none of the letters of a cell: {', '.join(LETTERS)}.")
        if trace.ndim != 1 or len(trace) == 0:
            raise ValueError(
                f"`{name}` should have shape (T,) but has shape {trace.shape}. "
                f'Pick one example and one unit: tape.over_time("{name}")[0, :, 0].'
            )
    lengths = {name: len(trace) for name, trace in traces.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"The traces should cover the same time steps, but their lengths are {lengths}.")
