"""Names written at the ends of lines, instead of a legend to look up."""

import numpy as np

SIZE = 12  # points


def label_ends(ax, ends):
    """Write each name beside the end of its line, moved apart where two would touch.

    They find new places when the limits of the axes change.

    Parameters
    ----------
    ax : matplotlib Axes
    ends : list of (x, y, name, colour)
        ``x`` and ``y`` in data units; a name that had to move gets a thin line to its end.
    """
    labels = [
        ax.annotate(
            name,
            (x, y),
            textcoords="axes fraction",
            xytext=(1, 0),
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.8, "shrinkA": 1},
            color=colour,
            fontsize=SIZE,
            fontweight="bold",
            verticalalignment="center",
        )
        for x, y, name, colour in ends
    ]

    def place(ax):
        to_axes = (ax.transData - ax.transAxes).transform  # logarithmic axes too
        heights = [to_axes(label.xy)[1] for label in labels]
        gap = 1.35 * SIZE / (ax.get_window_extent().height * 72 / ax.figure.dpi)
        places = spread(heights, gap, 0, 1)
        far = [abs(place - height) > gap / 4 for place, height in zip(places, heights, strict=True)]
        for label, height, is_far in zip(labels, places, far, strict=True):
            label.set_position((1.04 if any(far) else 1.01, height))
            label.arrow_patch.set_visible(is_far)

    ax.get_ylim()  # settles limits that are still to be chosen
    place(ax)
    ax.callbacks.connect("ylim_changed", place)


def spread(heights, gap, bottom, top):
    """Return ``heights`` moved as little as possible, so that neighbours are ``gap`` apart.

    Least squares under the order of the heights: pool neighbours that would touch, as in
    isotonic regression. Where the room is too small for ``gap``, the gap shrinks.
    """
    heights = np.asarray(heights, float)
    order = np.argsort(heights, kind="stable")
    n = len(heights)
    gap = min(gap, (top - bottom) / max(n - 1, 1))
    blocks = []  # (sum, count) of heights, each less the gaps below it
    for k, height in enumerate(heights[order]):
        blocks.append((height - k * gap, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = blocks[-1][0] + total, blocks[-1][1] + count
    pooled = np.concatenate([np.full(count, total / count) for total, count in blocks] or [[]])
    placed = np.empty(n)
    placed[order] = np.clip(pooled, bottom, top - (n - 1) * gap) + gap * np.arange(n)
    return placed
