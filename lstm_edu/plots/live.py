"""The same figure with a kernel behind it, drawn again for whatever the reader chooses."""

from html import escape

import numpy as np


def live_view(draw, alt, sliders, picture):
    """Return an ipywidgets box: one slider each, and the figure that follows them.

    A slider of numbers also reaches those between its values.

    Parameters
    ----------
    draw : callable
        Takes a mapping of values; returns SVG text.
    alt : callable
        Takes a mapping of values; returns what the figure says.
    sliders : mapping of str to Slider
    picture : str
        SVG text of the start.

    Raises
    ------
    ImportError
        If ipywidgets is not installed.
    """
    import ipywidgets

    def shown(values, svg):
        return f'<div role="img" aria-label="{escape(alt(values))}">{svg}</div>'

    widgets = {name: _widget(slider) for name, slider in sliders.items()}
    start = {name: slider.values[slider.start] for name, slider in sliders.items()}
    figure = ipywidgets.HTML(shown(start, picture))

    def follow(change):
        values = {name: widget.value for name, widget in widgets.items()}
        figure.value = shown(values, draw(values))

    for widget in widgets.values():
        widget.observe(follow, names="value")
    return ipywidgets.VBox([figure, *widgets.values()])


def _widget(slider):
    import ipywidgets

    values = slider.values
    steps = np.diff(values) if _are_numbers(values) else np.zeros(1)
    words = {
        "value": values[slider.start],
        "description": f"{slider.label} ({slider.unit})" if slider.unit else slider.label,
        "style": {"description_width": "initial"},
        "layout": {"width": "min(100%, 36rem)"},
        "continuous_update": True,
    }
    if not np.all(steps > 0):
        options = [(slider.text(value), value) for value in values]
        return ipywidgets.SelectionSlider(options=options, **words)
    if all(isinstance(value, int) for value in values):
        return ipywidgets.IntSlider(min=values[0], max=values[-1], **words)
    if np.allclose(steps, steps[0]):
        return ipywidgets.FloatSlider(min=values[0], max=values[-1], step=steps[0] / 10, **words)
    if values[0] > 0:
        low, high = np.log10([values[0], values[-1]])
        return ipywidgets.FloatLogSlider(min=low, max=high, step=(high - low) / (10 * len(steps)), **words)
    return ipywidgets.FloatSlider(min=values[0], max=values[-1], step=steps.min() / 10, **words)


def _are_numbers(values):
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
