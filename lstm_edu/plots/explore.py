"""A figure to move: in a static page between drawn frames, where a kernel runs anywhere."""

import itertools
import math
from base64 import b64encode
from importlib.util import find_spec

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lstm_edu.plots.frames import frames_html
from lstm_edu.plots.live import live_view
from lstm_edu.plots.sliders import Slider
from lstm_edu.plots.svg import figure_png, figure_svg, svg_size

MOST_FRAMES = 64
MOST_SLIDERS = 3


def explore(draw, *, alt, **sliders):
    """Show what ``draw`` draws, with sliders for its arguments.

    ``explore(draw, alt="…", lag=Slider([1, 2, 5], "lag", unit="steps"))`` calls ``draw(lag=1)`` and
    so on now, once for every combination of values, and stores the figures in the page. Where a
    kernel runs and ipywidgets is installed, ``draw`` is called again for whatever the reader
    chooses, also between those values. Give all frames the same axis limits, so that
    only what should move does.

    Parameters
    ----------
    draw : callable
        Takes the values as keywords; returns a matplotlib Figure, always of the same size.
    alt : str or callable
        What the figure says, for readers who do not see it; a callable gets what ``draw`` gets.
    **sliders : Slider
        One to three, named as the arguments of ``draw``.

    Returns
    -------
    Explore
        Shown by a notebook when it is the last line of a cell.

    Raises
    ------
    TypeError
        If a slider is not a ``Slider``, or ``draw`` does not return a Figure.
    ValueError
        If there are too many sliders or frames, no alt text, or frames of different sizes.
    """
    _check(sliders)
    combinations = [
        dict(zip(sliders, values, strict=True))
        for values in itertools.product(*(slider.values for slider in sliders.values()))
    ]
    start = {name: slider.values[slider.start] for name, slider in sliders.items()}
    alts = [alt_text(alt, sliders, values) for values in combinations]
    frames = [render(draw, values, figure_svg) for values in combinations]
    sizes = {svg_size(frame) for frame in frames}
    if len(sizes) > 1:
        raise ValueError(
            f"The frames differ in size: {sorted(sizes)}. Let `draw` give every figure the same figsize."
        )
    first = combinations.index(start)
    return Explore(draw, alt, sliders, frames, alts, first, render(draw, start, figure_png))


class Explore:
    """What ``explore`` returns: one picture in several forms, for a notebook to choose from."""

    def __init__(self, draw, alt, sliders, frames, alts, first, png):
        self.draw, self.alt, self.sliders = draw, alt, sliders
        self.frames, self.alts, self.first, self.png = frames, alts, first, png
        self.html = frames_html(frames, alts, list(sliders.values()), first)
        self._live = None

    def __repr__(self):
        return f"Figure to move: {self.alts[self.first]}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {
            "text/plain": repr(self),
            "text/html": self.html,
            "image/png": b64encode(self.png).decode(),
        }
        if _kernel_runs() and find_spec("ipywidgets"):
            bundle = self._live_view()._repr_mimebundle_() | bundle
        return bundle

    def _live_view(self):
        if self._live is None:
            self._live = live_view(
                lambda values: render(self.draw, values, figure_svg),
                lambda values: alt_text(self.alt, self.sliders, values),
                self.sliders,
                self.frames[self.first],
            )
        return self._live


def render(draw, values, to):
    """Return ``to(draw(**values))`` and leave no figure open that was not before."""
    already_open = set(plt.get_fignums())
    try:
        figure = draw(**values)
        if not isinstance(figure, Figure):
            raise TypeError(
                f"`draw` should return a matplotlib Figure but returned a {type(figure).__name__}. "
                "End it with `return fig`, or `return ax.figure`."
            )
        return to(figure)
    finally:
        for number in set(plt.get_fignums()) - already_open:
            plt.close(number)


def alt_text(alt, sliders, values):
    """Return what a reader who does not see the frame at ``values`` is told."""
    if callable(alt):
        text = alt(**values)
    else:
        places = (f"{slider.label} {slider.text(values[name])}" for name, slider in sliders.items())
        text = f"{alt} ({', '.join(places)})" if alt else ""
    if not text or not text.strip():
        raise ValueError(f"`alt` should say in words what the figure shows, but says nothing at {values}.")
    return text


def _check(sliders):
    if not 1 <= len(sliders) <= MOST_SLIDERS:
        raise ValueError(
            f"`explore` takes one to {MOST_SLIDERS} sliders but got {len(sliders)}. "
            "Fix the other quantities inside `draw`, or make a second figure."
        )
    for name, slider in sliders.items():
        if not isinstance(slider, Slider):
            raise TypeError(
                f"`{name}` should be a Slider but is a {type(slider).__name__}. "
                f'Write {name}=Slider(values, "{name}").'
            )
    sizes = [len(slider.values) for slider in sliders.values()]
    if math.prod(sizes) > MOST_FRAMES:
        product = " x ".join(map(str, sizes))
        raise ValueError(
            f"These sliders make {product} = {math.prod(sizes)} frames; a page holds at most {MOST_FRAMES}. "
            "Give a slider fewer values: where a kernel runs it also reaches those between."
        )


def _kernel_runs():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")
