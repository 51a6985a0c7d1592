"""A record as text, to be read in a terminal."""

from itertools import groupby

import numpy as np

from lstm_edu.bench.contestants import CONTESTANTS, PEER
from lstm_edu.bench.ratios import achieved, geometric_mean, over_repetitions


def table(suite, runs):
    """Return the table of a suite.

    Parameters
    ----------
    suite : str
    runs : list of dict
        Of its record.

    Returns
    -------
    str
    """
    shown = {
        "cpu": contests,
        "gpu": contests,
        "ladder": rungs,
        "memory": memories,
        "precision": formats,
        "scaling": hands,
    }
    return shown[suite](runs)


def contests(runs):
    """Return, for each kind of contest, ratios to the peer by size and what was made of the machine."""
    lines = []
    kinds = [name for name in ("train", "dtype", "layers", "where") if name in runs[0]]

    def kind(run):
        return tuple(str(run[name]) for name in kinds)

    for what, group in groupby(sorted(runs, key=kind), kind):
        by_size = {}
        for run in group:
            by_size.setdefault((run["T"], run["B"], run["D"], run["H"]), []).append(run)
        by_size = dict(sorted(by_size.items()))
        title = ", ".join(f"{name} {value}" for name, value in zip(kinds, what, strict=True))
        head = " " * 30 + "".join(f"{', '.join(map(str, size)):>22}" for size in by_size)
        lines += ["", f"{title}: time as a multiple of {PEER}, median (range of repetitions)"]
        lines.append(f"{head}{'mean':>8}")
        for name in CONTESTANTS:
            found = [
                over_repetitions(same, name) if took_part(name, same) else None for same in by_size.values()
            ]
            if any(found):
                cells = [f"{one[0]:.2f} ({one[1]:.2f}–{one[2]:.2f})" if one else "–" for one in found]
                mean = f"{geometric_mean([one[0] for one in found]):.2f}" if all(found) else "–"
                lines.append(f"{name:<30}" + "".join(f"{cell:>22}" for cell in cells) + f"{mean:>8}")
        lines += ["", f"{title}: 10⁹ operations a second (share of a large product; of a copy's bytes)", head]
        for name in CONTESTANTS:
            found = [achieved(same, name) if took_part(name, same) else None for same in by_size.values()]
            if any(found):
                cells = [
                    f"{one['flops'] / 1e9:.3g} ({one['share of flops']:.0%}; {one['share of bytes']:.0%})"
                    if one
                    else "–"
                    for one in found
                ]
                lines.append(f"{name:<30}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines[1:])


def took_part(name, runs):
    """Whether a contestant was timed in every repetition."""
    return all(name in run["seconds"] for run in runs)


def memories(runs):
    """Return memory and time per training step by strategy and length."""
    lengths = sorted({run["T"] for run in runs})
    lines = ["Most memory beyond the start in MiB, and seconds, of one training step (median of repetitions)"]
    lines.append(" " * 30 + "".join(f"{f'T = {T}':>22}" for T in lengths))
    for strategy in dict.fromkeys(run["strategy"] for run in runs):
        cells = []
        for T in lengths:
            same = [run for run in runs if (run["T"], run["strategy"]) == (T, strategy)]
            peak = np.median([run["peak"] / 2**20 for run in same]) if same else np.nan
            seconds = np.median([np.median(run["seconds"]) for run in same]) if same else np.nan
            cells.append(f"{peak:.0f} MiB, {seconds:.2f} s" if same else "–")
        lines.append(f"{strategy:<30}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


def rungs(runs):
    """Return, by size, the time of every rung as a multiple of the lowest, with the range of repetitions."""
    sizes = list(dict.fromkeys((run["T"], run["B"], run["D"], run["H"]) for run in runs))
    names = list(runs[0]["seconds"])
    lines = [f"time as a multiple of {names[0]}, median (range of repetitions)"]
    lines.append(" " * 30 + "".join(f"{f'{T}, {B}, {D}, {H}':>22}" for T, B, D, H in sizes))
    for name in names:
        cells = []
        for size in sizes:
            same = [run for run in runs if (run["T"], run["B"], run["D"], run["H"]) == size]
            cells.append("{:.2f} ({:.2f}–{:.2f})".format(*over_repetitions(same, name, names[0])))
        lines.append(f"{name:<30}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


def formats(runs):
    """Return time and memory of a step in every format, as multiples of float32 in the same repetition."""
    seen = {(run["layer"], run["H"], run["precision"], run["repetition"]): run for run in runs}
    lines = ["Multiples of float32, median (range of repetitions)"]
    lines.append(f"{'':<36}{'time':>22}{'memory':>22}")
    for layer, H, precision in dict.fromkeys(key[:3] for key in seen):
        cells = []
        for read in (lambda run: min(run["seconds"]), lambda run: run["peak"]):
            ratios = [
                read(run) / read(seen[layer, H, "float32", key[3]])
                for key, run in seen.items()
                if key[:3] == (layer, H, precision)
            ]
            cells.append(f"{np.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
        lines.append(f"{f'{layer}, H = {H}, {precision}':<36}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


def hands(runs):
    """Return what processes gain together, and time and memory of a batch in parts."""
    lines = []
    for run in (run for run in runs if run["way"] == "processes"):
        for H, seconds in run["together"].items():
            alone = max(run["alone"][H].items(), key=lambda entry: int(entry[0]))[1]
            lines.append(f"H = {H}: {run['n']} processes {alone / seconds:.2f} times as fast as one")
    for n in sorted({run["n"] for run in runs if run["way"] == "parts"}):
        same = [run for run in runs if (run["way"], run["n"]) == ("parts", n)]
        peak = np.median([run["peak"] / 2**20 for run in same])
        seconds = np.median([min(run["seconds"]) for run in same])
        lines.append(f"a batch in {n:>2} parts: {peak:.1f} MiB, {1e3 * seconds:.0f} ms")
    return "\n".join(lines)
