"""One colour per letter, through the whole book, on light paper and on dark.

Drawing functions use the light value, ``COLOURS["f"]``. Figures carry it as a
CSS variable with that value as fallback, and a page in its dark theme sets the
variable to the value in ``DARK``. So the same figure suits both.
"""

_PAIRS = {
    # on white, on the dark page
    "i": ("#005c0c", "#a5f08c"),
    "f": ("#dd5449", "#fd6f46"),
    "g": ("#b9710c", "#f2d749"),
    "o": ("#7d107d", "#e772be"),
    "c": ("#3753c7", "#8493fb"),
    "h": ("#00909b", "#15d5fd"),
    "x": ("#535459", "#d9dde2"),
    "lstm": ("#2a5db0", "#86b0ff"),
    "gru": ("#96610a", "#e3b34f"),
    "rnn": ("#b5302a", "#ff8f85"),
    "baseline": ("#6b7280", "#9aa4b2"),
    "positive": ("#c2410c", "#ff9d5c"),
    "negative": ("#1d4ed8", "#7fa8ff"),
    "ink": ("#1f2328", "#e6e9ee"),
    "muted": ("#5c6370", "#a3acb8"),
    "grid": ("#dfe3e8", "#39424e"),
    "paper": ("#ffffff", "#121212"),
}
_SAME_AS = {"r": "o", "z": "f", "n": "g", "loss": "lstm", "validation": "gru", "wrong": "rnn"}
_PAIRS |= {name: _PAIRS[model] for name, model in _SAME_AS.items()}

COLOURS = {name: light for name, (light, _) in _PAIRS.items()}
DARK = {name: dark for name, (_, dark) in _PAIRS.items()}

_DASHES = {
    "i": (0, (7, 1.5, 1.5, 1.5)),
    "f": "-",
    "g": (0, (1.5, 1.5)),
    "o": (0, (5, 2)),
    "c": "-",
    "h": (0, (9, 2)),
    "x": (0, (1, 2.5)),
    "lstm": "-",
    "gru": (0, (6, 2)),
    "rnn": (0, (2, 1.5)),
    "baseline": (0, (4, 3)),
}
_DASHES |= {name: _DASHES[model] for name, model in _SAME_AS.items()}
_WIDTHS = {"c": 2.8, "f": 2.2, "baseline": 1.5}


def line(name):
    """Return the keywords that draw ``name`` as everywhere in the book: colour, dashes and width.

    ``ax.plot(f, **line("f"))``. The dashes differ too, for readers and printers without colour.

    Raises
    ------
    ValueError
        If ``name`` has no line of its own.
    """
    if name not in _DASHES:
        raise ValueError(f"No line is called {name!r}; the book draws {', '.join(sorted(_DASHES))}.")
    return {"color": COLOURS[name], "linestyle": _DASHES[name], "linewidth": _WIDTHS.get(name, 1.8)}


def palette_css():
    """Return the CSS that gives every colour its variable, ``--le-f`` and so on, light and dark."""
    light = "".join(f"--le-{name}:{value};" for name, value in COLOURS.items())
    dark = "".join(f"--le-{name}:{value};" for name, value in DARK.items())
    return f':root{{{light}}}html[data-theme="dark"]{{{dark}}}'
