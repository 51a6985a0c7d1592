"""A quantity that a reader may change."""

import numpy as np


class Slider:
    """The values that one argument of a drawing runs through.

    Parameters
    ----------
    values : sequence
        Numbers, or anything with a readable ``str``; in the order in which the slider shows them.
    label : str
        What the reader sees beside the slider.
    start : int, default=0
        Index of the value shown first.
    unit : str, default=""
        Written after each value.

    Raises
    ------
    ValueError
        If there are fewer than two values, no label, or ``start`` is not an index of ``values``.
    """

    def __init__(self, values, label, start=0, unit=""):
        self.values = [value.item() if isinstance(value, np.generic) else value for value in values]
        self.label, self.start, self.unit = label, start, unit
        if len(self.values) < 2:
            raise ValueError(f"A slider needs at least two values to move between, but got {self.values}.")
        if not label:
            raise ValueError("A slider needs a label that says what it changes.")
        if start not in range(len(self.values)):
            raise ValueError(f"`start` should be an index, 0..{len(self.values) - 1}, but is {start}.")

    def text(self, value):
        """Return ``value`` as the reader sees it, with its unit."""
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{text} {self.unit}".rstrip()
