"""How every figure of the book looks, on screen, on paper and in the dark."""

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib.figure import Figure

from lstm_edu.plots.palette import COLOURS, line
from lstm_edu.plots.svg import figure_png, figure_svg

FIGURE_SIZE = 6.5, 3.6  # inches; with letters of 12 points still readable on a phone

_LINES = [line(name) for name in "cfihog"]

STYLE = {
    "figure.figsize": FIGURE_SIZE,
    "figure.constrained_layout.use": True,
    "figure.facecolor": COLOURS["paper"],
    "figure.dpi": 100,
    "font.size": 12,
    "font.family": "DejaVu Sans",  # comes with Matplotlib, so it is the same everywhere
    "text.color": COLOURS["ink"],
    "axes.facecolor": COLOURS["paper"],
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(
        color=[keywords["color"] for keywords in _LINES],
        linestyle=[keywords["linestyle"] for keywords in _LINES],
    ),
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.labelcolor": COLOURS["ink"],
    "ytick.labelcolor": COLOURS["ink"],
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.facecolor": COLOURS["paper"],
    "legend.edgecolor": "none",
    "image.cmap": "cividis",
    "svg.hashsalt": "lstm-edu",
    "svg.fonttype": "path",
}


def use_book_style():
    """Draw from now on as the book does; the first thing on a page.

    In a notebook figures are shown as SVG, whose colours follow the page's theme, with a PNG on
    white beside it for paper. Elsewhere only Matplotlib's defaults change.
    """
    mpl.rcParams.update(STYLE)
    shell = _running_ipython()
    if shell is not None:
        _show_figures_as_svg(shell)


def _running_ipython():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _show_figures_as_svg(shell):
    # The inline backend registers formatters of its own once, when it is loaded: let it go first.
    plt.switch_backend(mpl.get_backend())
    formatters = shell.display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, _if_drawn(figure_svg))
    formatters["image/png"].for_type(Figure, _if_drawn(_sized_png))


def _if_drawn(formatter):
    def show(figure):
        return formatter(figure) if figure.axes or figure.lines or figure.texts else None

    return show


def _sized_png(figure):
    width, height = (round(inches * 96) for inches in figure.get_size_inches())
    return figure_png(figure), {"width": width, "height": height}
