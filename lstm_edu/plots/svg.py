"""Figures as small SVG text whose colours a page can swap."""

import re
from io import BytesIO, StringIO
from xml.etree import ElementTree

import matplotlib as mpl

from lstm_edu.plots.palette import COLOURS

_VARIABLES = {light: f"var(--le-{name}, {light})" for name, light in reversed(COLOURS.items())}
_VARIABLES["#000000"] = _VARIABLES[COLOURS["ink"]]  # plain black is ink too
_PAINT = {"style", "fill", "stroke", "stop-color"}
_HEX = re.compile(r"var\([^)]*\)|#[0-9a-fA-F]{6}\b")
_FACTOR_OR_DECIMAL = re.compile(r"(?:scale|matrix)\([^)]*\)|-?\d+\.\d+(?:e-?\d+)?")
_URL = re.compile(r"(?<=url\(#)[^)]+")
CRISP = "crisp-edges"  # the gid of what should show no seams between its tiles
_NO_DATE = {"Date": None, "Creator": None, "Format": None, "Type": None}


def figure_svg(figure):
    """Return ``figure`` as themed SVG text: the same bytes in every process.

    Letters are drawn as shapes, so a figure looks the same whatever fonts its reader has.
    """
    text = StringIO()
    with mpl.rc_context({"svg.hashsalt": "lstm-edu", "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata=_NO_DATE)
    return themed(text.getvalue())


def figure_png(figure, dpi=150):
    """Return ``figure`` as PNG bytes in its light colours, for paper."""
    png = BytesIO()
    figure.savefig(png, format="png", dpi=dpi, metadata={"Software": None})
    return png.getvalue()


def themed(svg):
    """Return SVG text made small, its colours from the book's palette turned into CSS variables.

    Every light value of ``COLOURS``, and plain black, becomes ``var(--le-name, value)``. Positions
    keep two decimals; comments and names that nothing refers to are dropped. Themed twice is
    themed once, so a drawing by hand may use the variables too.
    """
    root = _parse(svg)
    style = [f"fill: {COLOURS['ink']}"]  # for whatever names no colour of its own
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "style" and (child.text or "").startswith("*{"):
                style += [child.text[2:].rstrip("}")]  # inline, it would reach the whole page
                parent.remove(child)
    style += ["max-width: 100%", "height: auto"]
    if "max-width" not in root.get("style", ""):
        root.set("style", "; ".join([*style, root.get("style", "")]).rstrip("; "))

    wanted = set()
    _rename(root, lambda name: wanted.add(name) or name, where=("href", "url"))
    for element in root.iter():
        if element.get("id") == CRISP:
            element.set("shape-rendering", "crispEdges")
        if element.get("id") not in wanted:
            element.attrib.pop("id", None)
        for name, value in element.items():
            element.set(name, _compact(name, value))
        if element.text and element.text.isspace():
            element.text = None
        if element.tail and element.tail.isspace() and "\n" in element.tail:
            element.tail = None
    return _text(_without_empty_defs(root))


def prefix_ids(svg, prefix):
    """Return ``svg`` with ``prefix`` before every name in it, so that two figures cannot clash."""
    root = _parse(svg)
    _rename(root, lambda name: prefix + name)
    return _text(root)


def share_definitions(svgs):
    """Return ``(shared, svgs)``: what several SVGs define in the same words moves to ``shared``.

    Most of it is letters. Where a name stands for different things, each keeps its own, renamed.
    """
    roots = [_parse(svg) for svg in svgs]
    meanings = {}
    for root in roots:
        for element in root.findall(".//defs/*[@id]"):
            meanings.setdefault(element.get("id"), {})[_text(element)] = None
    common = {name: text for name, (text, *others) in meanings.items() if not others}
    for k, root in enumerate(roots):
        for defs in root.iter("defs"):
            for element in defs.findall("*[@id]"):
                if element.get("id") in common:
                    defs.remove(element)
        _rename(root, lambda name, k=k: name if name in common else f"{k}-{name}")
    shared = f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{"".join(common.values())}</defs></svg>'
    return shared, [_text(_without_empty_defs(root)) for root in roots]


def svg_size(svg):
    """Return the width and height that ``svg`` states, for example ``("468pt", "259.2pt")``."""
    root = _parse(svg)
    return root.get("width"), root.get("height")


def _parse(svg):
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for name in [name for name in element.attrib if name.endswith("}href")]:
            element.set("href", element.attrib.pop(name))  # xlink is history
    return root


def _text(element):
    if element.tag == "svg":
        element.set("xmlns", "http://www.w3.org/2000/svg")
    return ElementTree.tostring(element, encoding="unicode")


def _rename(root, new_name, where=("id", "href", "url")):
    """Give every name in the tree, and every reference to one, its new name."""
    for element in root.iter():
        for attribute, value in element.items():
            if attribute == "id" and "id" in where:
                element.set("id", new_name(value))
            elif attribute == "href" and value.startswith("#"):
                element.set("href", "#" + new_name(value[1:]))
            else:
                element.set(attribute, _URL.sub(lambda match: new_name(match[0]), value))


def _compact(attribute, value):
    if attribute in ("id", "href"):
        return value
    if attribute in _PAINT:
        value = _HEX.sub(lambda match: _VARIABLES.get(match[0].lower(), match[0]), value)
    value = _FACTOR_OR_DECIMAL.sub(_shorter, value)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", value).strip() if attribute == "d" else value


def _shorter(match):
    text = match[0]
    is_factor = text[0] in "sm"
    return text if is_factor else f"{round(float(text), 2) + 0:g}"


def _without_empty_defs(root):
    for parent in list(root.iter()):
        for child in parent.findall("defs"):
            if len(child) == 0:
                parent.remove(child)
    return root
