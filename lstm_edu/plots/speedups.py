"""How many times faster: how far apart baselines lie, and the speed-up over batch and width."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lstm_edu.plots.explore import explore
from lstm_edu.plots.palette import COLOURS
from lstm_edu.plots.sliders import Slider

STRONGEST = 1000.0  # a factor of this size, or one over it, is a tile at full strength


def baseline_ratios(ratios, *, xlabel, ax=None):
    """Draw, for each contestant, its ratios to one yardstick: a dot per size, a line over their range.

    Parameters
    ----------
    ratios : mapping of str to array of shape (N,)
        Positive; the first contestant on top.
    xlabel : str
        Of what the ratios are, and to what.
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure as high as the rows need.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If there is no contestant, or a ratio is not positive.
    """
    if not ratios:
        raise ValueError("`ratios` should map each contestant to its ratios but is empty.")
    for name, values in ratios.items():
        if not np.all(np.asarray(values) > 0):
            raise ValueError(f"The ratios of {name!r} should be positive but are {list(values)}.")
    ax = plt.subplots(figsize=(6.5, 1.2 + 0.42 * len(ratios)))[1] if ax is None else ax
    for row, values in enumerate(ratios.values()):
        ax.plot([min(values), max(values)], [row, row], "-", color=COLOURS["lstm"], linewidth=1.5, alpha=0.6)
        ax.plot(values, np.full(len(values), row), "o", color=COLOURS["lstm"], markersize=7, alpha=0.75)
    ax.axvline(1, color=COLOURS["baseline"], linestyle="--", linewidth=1.5)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_yticks(range(len(ratios)), ratios)
    ax.set_ylim(len(ratios) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(xlabel)
    return ax


def speedup_map(factors, *, batches, units, ax=None):
    """Draw a tile for every batch size and width, with the factor on it: one hue above 1, another below.

    Parameters
    ----------
    factors : array of shape (N, M)
        Times faster, a row for each of ``batches`` and a column for each of ``units``; NaN where nothing
        was measured.
    batches, units : sequence of int
    ax : matplotlib Axes, default=None
        Where to draw; ``None`` opens a figure.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ValueError
        If the shape of ``factors`` does not fit, or a factor is not positive.
    """
    factors = np.asarray(factors, float)
    if factors.shape != (len(batches), len(units)):
        raise ValueError(
            f"`factors` should have shape ({len(batches)}, {len(units)}), a number for each batch size and "
            f"width, but has shape {factors.shape}."
        )
    if (factors <= 0).any():
        raise ValueError(f"`factors` should be positive but go down to {np.nanmin(factors):g}.")
    ax = plt.subplots(figsize=(6.5, 1.4 + 0.6 * len(batches)))[1] if ax is None else ax
    for (row, column), factor in np.ndenumerate(factors):
        if np.isnan(factor):
            continue
        strength = min(1, abs(np.log(factor)) / np.log(STRONGEST))
        colour = COLOURS["positive" if factor > 1 else "negative"]
        box = {"color": colour, "alpha": 0.06 + 0.44 * strength, "linewidth": 0}
        ax.add_patch(plt.Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, **box))
        ax.text(column, row, f"{two_digits(factor)}×", ha="center", va="center", fontsize=12)
    ax.set(xlim=(-0.5, len(units) - 0.5), ylim=(len(batches) - 0.5, -0.5))
    ax.set(xlabel="units H", ylabel="batch size B")
    ax.set_xticks(range(len(units)), units)
    ax.set_yticks(range(len(batches)), batches)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def two_digits(factor):
    """Return ``factor`` as text, rounded, without an exponent up to a million."""
    return f"{float(f'{factor:.2g}'):g}"


def speedups(runs, T, fast, slow):
    """Return how many times faster one way is than another, over batch size and width.

    Parameters
    ----------
    runs : list of dict
        Of a record: each with ``"T"``, ``"B"``, ``"H"``, ``"where"`` and ``"seconds"``, by name.
    T : int
        Steps.
    fast, slow : (str, str)
        Where and who, such as ``("one thread", "torch.nn.LSTM")``.

    Returns
    -------
    factors : array of shape (N, M)
        Ratio of median times, the median over repetitions; NaN where one of the two is missing.
    batches, units : list of int
    """
    batches, units = (sorted({run[letter] for run in runs}) for letter in "BH")

    def seconds(B, H, where, name):
        same = [run for run in runs if (run["T"], run["B"], run["H"], run["where"]) == (T, B, H, where)]
        taken = [np.median(run["seconds"][name]) for run in same if name in run["seconds"]]
        return np.median(taken) if taken else np.nan

    factors = [[seconds(B, H, *slow) / seconds(B, H, *fast) for H in units] for B in batches]
    return np.array(factors), batches, units


def explore_speedups(runs):
    """Show the speed-ups of a GPU's record as a map that moves with the steps, the layer and the baseline.

    Parameters
    ----------
    runs : list of dict
        As for ``speedups``; those on the GPU have ``"cuda"`` as their ``"where"``.

    Returns
    -------
    Explore
    """
    lengths = {f"{T} steps": T for T in sorted({run["T"] for run in runs})}
    ways = dict.fromkeys((run["where"], name) for run in runs for name in run["seconds"])
    on_gpu = {name: (where, name) for where, name in ways if where == "cuda"}
    baselines = {f"{name}, {where}": (where, name) for where, name in ways if where != "cuda"}

    def chosen(length, layer, baseline):
        return speedups(runs, lengths[length], on_gpu[layer], baselines[baseline])

    def draw(length, layer, baseline):
        factors, batches, units = chosen(length, layer, baseline)
        ax = speedup_map(factors, batches=batches, units=units)
        ax.set_title("times faster than the baseline")
        return ax.figure

    def describe(length, layer, baseline):
        factors, batches, units = chosen(length, layer, baseline)
        if np.isnan(factors).all():
            return f"{layer} on the GPU was not measured against {baseline} at {length}."
        tiles = (
            f"B = {B}, H = {H}: {two_digits(factors[j, k])}"
            for j, B in enumerate(batches)
            for k, H in enumerate(units)
        )
        return f"{layer} on the GPU, times faster than {baseline}, {length}. {'; '.join(tiles)}."

    wanted = [
        name for name in ("torch.nn.LSTM", "PyTorch, Unroll", "PyTorch, tutorial loop") if name in on_gpu
    ]
    choices = {
        "length": ("length", list(lengths)),
        "layer": ("on the GPU", wanted),
        "baseline": ("baseline", list(baselines)),
    }
    fixed = {name: values[0] for name, (_, values) in choices.items() if len(values) == 1}
    return explore(
        lambda **moved: draw(**fixed, **moved),
        alt=lambda **moved: describe(**fixed, **moved),
        **{name: Slider(values, label) for name, (label, values) in choices.items() if name not in fixed},
    )
