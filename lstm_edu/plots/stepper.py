"""One LSTM unit at one time step, with a number on every wire: forwards, and on the way back."""

from math import tanh

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, Rectangle

from lstm_edu.plots.palette import COLOURS

SIZE = 5.0, 5.4  # inches; so narrow that a phone hardly has to shrink it
VALUES = "x", "h_prev", "c_prev", "a_i", "a_f", "a_g", "a_o", "i", "f", "g", "o", "c", "h"
GRADIENTS = (
    *("dh_loss", "dh_next", "dc_next", "dh", "dc", "di", "df", "dg", "do"),
    *("da_i", "da_f", "da_g", "da_o", "dc_prev", "dh_prev", "dx"),
)

_COLUMNS = {"f": 0.56, "i": 1.52, "g": 2.48, "o": 3.44}  # from left to right, as c meets them
_F, _I, _G, _O = _COLUMNS.values()
_SUM, _LEFT, _RIGHT = 2.0, 0.08, 4.92
_IN, _BUS, _BELOW, _ABOVE, _OUT = 0.42, 0.85, 1.62, 2.27, 2.62  # heights, from x to the gates
_SHOW, _WRITE, _TANH, _C = 3.42, 3.65, 4.0, 4.62  # and on to h and c

_WIRES = {  # colour and points, in the direction of the way forward
    "x": ("x", [(_F, _IN), (_F, _BUS)]),
    "h_prev": ("h", [(_G, _IN), (_G, _BUS)]),
    **{f"a_{letter}": (letter, [(x, _BUS), (x, _BELOW)]) for letter, x in _COLUMNS.items()},
    "f": ("f", [(_F, _OUT), (_F, _C)]),
    "i": ("i", [(_I, _OUT), (_I, _WRITE), (_SUM, _WRITE)]),
    "g": ("g", [(_G, _OUT), (_G, _WRITE), (_SUM, _WRITE)]),
    "o": ("o", [(_O, _OUT), (_O, _SHOW)]),
    "c_prev": ("c", [(_LEFT, _C), (_F, _C)]),
    "kept": ("c", [(_F, _C), (_SUM, _C)]),
    "written": ("c", [(_SUM, _WRITE), (_SUM, _C)]),
    "c": ("c", [(_SUM, _C), (_O, _C)]),
    "c_next": ("c", [(_O, _C), (_RIGHT, _C)]),
    "branch": ("c", [(_O, _C), (_O, _TANH)]),
    "squashed": ("c", [(_O, _TANH), (_O, _SHOW)]),
    "h": ("h", [(_O, _SHOW), (_RIGHT, _SHOW)]),
}
_NODES = {(_F, _C): "×", (_SUM, _WRITE): "×", (_SUM, _C): "+", (_O, _SHOW): "×", (_O, _TANH): "tanh"}

_FORWARD = {  # place and side of each number, and what is written before it
    "x": ((_F, 0.22), "center", "$x_t$ "),
    "h_prev": ((_G, 0.22), "center", "$h_{t-1}$ "),
    **{f"a_{letter}": ((x, 1.43), "center", "") for letter, x in _COLUMNS.items()},
    **{letter: ((x, 2.45), "center", "") for letter, x in _COLUMNS.items()},
    "c_prev": ((_LEFT, 4.9), "left", "$c_{t-1}$ "),
    "kept": ((1.28, 4.42), "center", ""),
    "written": ((2.08, 4.15), "left", ""),
    "c": ((_RIGHT, 4.9), "right", "$c_t$ "),
    "squashed": ((3.52, 3.73), "left", ""),
    "h": ((_RIGHT, 3.22), "right", "$h_t$ "),
}
_BACKWARD = {
    "dx": ((_F, 0.22), "center", "$dx$ "),
    "dh_prev": ((_G, 0.22), "center", "$dh_{t-1}$ "),
    **{f"da_{letter}": ((x, 1.43), "center", "") for letter, x in _COLUMNS.items()},
    **{f"d{letter}": ((x, 2.45), "center", "") for letter, x in _COLUMNS.items()},
    "dc_prev": ((_LEFT, 4.9), "left", "$dc_{t-1}$ "),
    "dc": ((2.42, 4.9), "center", "$dc_t$ "),
    "dc_next": ((_RIGHT, 4.9), "right", "next step "),
    "branch": ((3.52, 4.22), "left", ""),
    "dh": ((_RIGHT, 3.64), "right", "$dh_t$ "),
    "dh_loss": ((_RIGHT, 3.22), "right", "loss "),
    "dh_next": ((_RIGHT, 3.0), "right", "next step "),
}
_ROWS = (  # what the numbers below and above the gates are: forwards, backwards
    {1.43: ("a_f", "a_o"), 2.45: ("f", "o")},
    {1.43: ("da_f", "da_o"), 2.45: ("df", "do")},
)
_CENTRED = {"horizontalalignment": "center", "verticalalignment": "center"}


def lstm_unit(values, gradients=None, *, limit=1.0, title=""):
    """Draw what an LSTM unit with one input does at one step, or what flows back through it.

    The gates are filled as far as they are open, the candidate from its middle up or down.

    Parameters
    ----------
    values : mapping of str to float
        Of the names in ``VALUES``: what came in, pre-activations, gates and the new state.
    gradients : mapping of str to float, default=None
        Of the names in ``GRADIENTS``; ``None`` draws the way forward. ``dh_loss`` arrives from the
        loss, ``dh_next`` and ``dc_next`` from the next step; ``dh`` and ``dc`` are complete.
    limit : float, default=1.0
        A gradient of this size gets the widest wire.
    title : str, default=""
        Such as ``"Forward, step 3 of 5"``.

    Returns
    -------
    ax : matplotlib Axes
        Of a figure of its own, always of the same size.

    Raises
    ------
    ValueError
        If a number is missing or ``limit`` is not positive.
    """
    _check("values", values, VALUES)
    if gradients is not None:
        _check("gradients", gradients, GRADIENTS)
    if not limit > 0:
        raise ValueError(f"`limit` should be positive but is {limit}.")
    figure = plt.figure(figsize=SIZE, layout="none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(0, SIZE[1]))
    ax.set_axis_off()
    ax.text(_LEFT, 5.2, title, fontweight="bold", verticalalignment="center")
    ax.plot([_F, _O], [_BUS, _BUS], color=COLOURS["muted"], linewidth=1.2, zorder=1)

    flow = None if gradients is None else _flow(values, gradients)
    for name, (letter, points) in _WIRES.items():
        _wire(ax, points, COLOURS[letter], None if flow is None else flow[name] / limit)
    for place, sign in _NODES.items():
        ax.add_patch(Circle(place, 0.15, facecolor=COLOURS["paper"], edgecolor=COLOURS["ink"], zorder=3))
        ax.text(*place, sign, fontsize=12 if len(sign) == 1 else 7.5, zorder=4, **_CENTRED)
    for height, (first, last) in _ROWS[gradients is not None].items():
        ax.text(3.98, height, f"${first} \\dots {last}$", color=COLOURS["muted"], fontsize=10.5, va="center")
    for letter, x in _COLUMNS.items():
        _valve(ax, x, letter, values[letter])
    for name, (place, side, before) in (_FORWARD if gradients is None else _BACKWARD).items():
        number = _written(values, name) if gradients is None else {**gradients, **flow}[name]
        _number(ax, place, side, before, number)
    return ax


def _check(name, numbers, needed):
    missing = [key for key in needed if key not in numbers]
    if missing:
        raise ValueError(
            f"`{name}` should hold a number for each of {', '.join(needed)}; missing: {', '.join(missing)}."
        )


def _written(values, name):
    """Return a number of the way forward; three are products or a tanh that no letter stands for."""
    if name == "kept":
        return values["f"] * values["c_prev"]
    if name == "written":
        return values["i"] * values["g"]
    return tanh(values["c"]) if name == "squashed" else values[name]


def _flow(values, gradients):
    """Return the gradient on each wire."""
    same = {name: gradients[f"d{name}"] for name in _WIRES if f"d{name}" in gradients}
    dc, via_h = gradients["dc"], gradients["dc"] - gradients["dc_next"]
    return same | {"kept": dc, "written": dc, "branch": via_h, "squashed": gradients["dh"] * values["o"]}


def _wire(ax, points, colour, share):
    """Draw a wire and its direction; ``share`` of the limit is its gradient, ``None`` on the way forward."""
    width = 1.6 if share is None else 0.6 + 9 * min(abs(share), 1)
    ax.plot(*zip(*points, strict=True), "-", color=colour, linewidth=width, zorder=1)
    (x0, y0), (x1, y1) = points[:2]
    forward, back = ("^", "v") if y1 > y0 else ("v", "^") if y1 < y0 else (">", "<")
    ax.plot(
        (x0 + x1) / 2,
        (y0 + y1) / 2,
        forward if share is None else back,
        color=colour,
        markersize=7 + (width - 0.6),
        markeredgecolor=COLOURS["paper"],
        zorder=2,
    )


def _valve(ax, x, letter, value):
    """Draw a gate as a vessel filled to ``value``; the candidate, which has a sign, from its middle."""
    left, width, height, colour = x - 0.2, 0.4, _ABOVE - _BELOW, COLOURS[letter]
    zero, unit = (_BELOW + height / 2, height / 2) if letter == "g" else (_BELOW, height)
    filled = zero + min(value, 0) * unit, abs(value) * unit
    ax.add_patch(Rectangle((left, _BELOW), width, height, color=COLOURS["paper"], zorder=3))
    ax.add_patch(Rectangle((left, filled[0]), width, filled[1], color=colour, alpha=0.35, zorder=3))
    ax.add_patch(Rectangle((left, _BELOW), width, height, fill=False, edgecolor=colour, lw=1.6, zorder=3))
    ax.text(
        x, _BELOW + height / 2, letter, color=colour, fontsize=14, fontweight="bold", zorder=4, **_CENTRED
    )


def _number(ax, place, side, before, number):
    text = before + (f"{round(number, 6) + 0:.6f}".replace("-", "−") if number else "0")
    behind = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1}
    where = {"horizontalalignment": side, "verticalalignment": "center"}
    ax.text(*place, text, fontsize=10.5, bbox=behind, zorder=2.5, **where)
