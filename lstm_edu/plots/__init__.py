"""Arrays in, Axes out; and figures that readers can move."""

from lstm_edu.plots.explore import Slider, explore
from lstm_edu.plots.forecasts import forecast
from lstm_edu.plots.gates import gate_traces
from lstm_edu.plots.gradient_flow import gradient_norms, spectrum, success_counts
from lstm_edu.plots.heatmaps import heatmap
from lstm_edu.plots.losses import loss_curves
from lstm_edu.plots.palette import COLOURS, DARK, line, palette_css
from lstm_edu.plots.scores import scores
from lstm_edu.plots.speedups import baseline_ratios, explore_speedups, speedup_map, speedups
from lstm_edu.plots.stepper import lstm_unit
from lstm_edu.plots.style import use_book_style
from lstm_edu.plots.svg import figure_png, figure_svg, prefix_ids, themed
from lstm_edu.plots.words import words

__all__ = [
    "COLOURS",
    "DARK",
    "Slider",
    "baseline_ratios",
    "explore",
    "explore_speedups",
    "figure_png",
    "figure_svg",
    "forecast",
    "gate_traces",
    "gradient_norms",
    "heatmap",
    "line",
    "loss_curves",
    "lstm_unit",
    "palette_css",
    "prefix_ids",
    "scores",
    "spectrum",
    "speedup_map",
    "speedups",
    "success_counts",
    "themed",
    "use_book_style",
    "words",
]
