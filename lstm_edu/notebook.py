"""The package's own source on a page, one half alone or the two side by side."""

import inspect
from difflib import SequenceMatcher
from html import escape
from itertools import groupby
from textwrap import dedent
from typing import NamedTuple

HALVES = {"lstm_edu.numpy": "NumPy", "lstm_edu.torch": "PyTorch"}

# on light paper, on dark
COLOURS = {
    "paper": ("#f6f8fa", "#1c2128"),
    "differs": ("#fdf0cd", "#3d3314"),
    "edge": ("#8a6100", "#e3b34f"),
    "text": ("#1f2328", "#e6edf3"),
    "comment": ("#555e68", "#a9b4c0"),
    "keyword": ("#8b1c62", "#f59bd0"),
    "string": ("#1a5c2b", "#9ae29f"),
    "number": ("#0b4fa8", "#9cc7ff"),
    "name": ("#5b2da8", "#cdb0ff"),
}


class Line(NamedTuple):
    text: str
    html: str
    kind: str  # "same", "differs", or "gap" where only the other side has a line


class Side(NamedTuple):
    title: str
    lines: list  # of Line


def show(left, right=None):
    """Show the source of a function, class or module; of two, with the differing lines marked.

    Parameters
    ----------
    left, right : function, class or module
        ``show(lnp.LSTMCell.forward, lth.LSTMCell.forward)`` sets the two halves side by side.

    Returns
    -------
    Source
        Displayed by a notebook when it is the last line of a cell.

    Raises
    ------
    TypeError
        If something has no Python source, as built-in functions and values have none.
    """
    things = [left] if right is None else [left, right]
    sources = [_source(thing).splitlines() for thing in things]
    kinds = [["same"] * len(lines) for lines in sources] if right is None else _compare(*sources)
    return Source([_side(*parts) for parts in zip(things, sources, kinds, strict=True)])


class Source:
    """What ``show`` returns: the text of one or two pieces of code, and its HTML."""

    def __init__(self, sides):
        self.sides = sides

    def __repr__(self):
        texts = ["\n".join(line.text for line in side.lines if line.kind != "gap") for side in self.sides]
        if len(texts) == 1:
            return texts[0]
        return "\n\n".join(f"# {side.title}\n{text}" for side, text in zip(self.sides, texts, strict=True))

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self.html}

    @property
    def html(self):
        columns = "".join(_column(side) for side in self.sides)
        layout = "le-sides le-pair" if len(self.sides) == 2 else "le-sides"
        return f'<div class="le-show"><style>{_CSS}</style><div class="{layout}">{columns}</div></div>'


def _source(thing):
    try:
        return dedent(inspect.getsource(thing)).rstrip()
    except (TypeError, OSError) as error:
        raise TypeError(
            f"`show` needs a function, class or module written in Python, but {thing!r} has no source."
        ) from error


def _side(thing, lines, kinds):
    html = iter(_highlight("\n".join(lines)))
    text = iter(lines)
    rows = [Line("", "", kind) if kind == "gap" else Line(next(text), next(html), kind) for kind in kinds]
    return Side(_title(thing), rows)


def _title(thing):
    name = getattr(thing, "__qualname__", thing.__name__)
    module = inspect.getmodule(thing).__name__
    half = next((title for start, title in HALVES.items() if f"{module}.".startswith(f"{start}.")), None)
    return f"{half}: {name}" if half else name


def _compare(left, right):
    """Return the kinds of line on each side, both lists of one length, like next to like."""
    kinds = [], []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        kind, rows = ("same" if tag == "equal" else "differs"), max(b - a, d - c)
        kinds[0].extend([kind] * (b - a) + ["gap"] * (rows - (b - a)))
        kinds[1].extend([kind] * (d - c) + ["gap"] * (rows - (d - c)))
    return kinds


def _highlight(text):
    """Return the HTML of each line of Python ``text``."""
    from pygments.lexers import PythonLexer
    from pygments.token import string_to_tokentype

    kinds = [(string_to_tokentype(kind), name) for kind, name in _TOKEN_KINDS]
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(text)
    lines = [""]

    def colour(token_and_text):
        return next((name for kind, name in kinds if token_and_text[0] in kind), None)

    for name, group in groupby(tokens, colour):
        for k, piece in enumerate("".join(value for _, value in group).split("\n")):
            if k:
                lines.append("")
            coloured = name and piece
            lines[-1] += f'<span class="le-{name}">{escape(piece)}</span>' if coloured else escape(piece)
    return lines


_TOKEN_KINDS = (
    ("Comment", "comment"),
    ("Literal.String.Doc", "comment"),
    ("Literal.String", "string"),
    ("Literal.Number", "number"),
    ("Operator.Word", "keyword"),
    ("Keyword", "keyword"),
    ("Name.Function", "name"),
    ("Name.Class", "name"),
)


def _column(side):
    rows = "".join(_ROWS[line.kind].format(line.html) for line in side.lines)
    return (
        f'<div class="le-side"><p class="le-title">{escape(side.title)}</p>'
        f'<div class="le-code" role="group" aria-label="{escape(side.title)}" tabindex="0">'
        f"<pre>{rows}</pre></div></div>"
    )


_ROWS = {
    "same": '<span class="le-line">{}\n</span>',
    "differs": '<span class="le-line le-differs"><span class="le-said">differs: </span>{}\n</span>',
    "gap": '<span class="le-line le-gap" aria-hidden="true">\n</span>',
}

_LIGHT, _DARK = (
    " ".join(f"--le-code-{name}: {values[k]};" for name, values in COLOURS.items()) for k in (0, 1)
)
_TOKENS = "\n".join(
    f".le-show .le-{name} {{ color: var(--le-code-{name}); }}"
    for name in ("comment", "keyword", "string", "number", "name")
)

# The theme is the book's, JupyterLab's or VS Code's; without any it is light.
_CSS = f"""
.le-show {{ {_LIGHT} container-type: inline-size; color: var(--le-code-text); }}
:is(html[data-theme="dark"], body[data-jp-theme-light="false"], body.vscode-dark) .le-show {{ {_DARK} }}
.le-show .le-sides {{ display: grid; gap: 0.5rem; }}
.le-show .le-side {{ min-width: 0; background: var(--le-code-paper); border-radius: 0.25rem; }}
.le-show .le-title {{ margin: 0; padding: 0.4rem 0.75rem 0; font-size: 0.85em; font-weight: 600; }}
.le-show .le-code {{ overflow-x: auto; padding: 0.4rem 0; }}
.le-show .le-code pre {{
  display: inline-block; min-width: 100%; margin: 0; padding: 0; border: 0; overflow: visible;
  background: none; color: inherit; box-shadow: none;
  font-size: 0.8125rem; line-height: 1.5; white-space: pre;
}}
.le-show .le-line {{ display: block; min-height: 1.5em; padding: 0 0.25rem 0 1.4rem; }}
.le-show .le-differs {{ position: relative; background: var(--le-code-differs); }}
.le-show .le-differs::before {{
  content: "≠"; content: "≠" / ""; position: absolute; left: 0.3rem; text-indent: 0;
  color: var(--le-code-edge); font-weight: 700;
}}
.le-show .le-gap {{ display: none; }}
.le-show .le-said {{
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); user-select: none;
}}
{_TOKENS}
@container (min-width: 42rem) {{
  .le-show .le-pair {{ grid-template-columns: repeat(2, minmax(0, 1fr)); }}
  .le-show .le-pair .le-code pre {{ display: block; font-size: 0.75rem; white-space: pre-wrap; }}
  .le-show .le-pair .le-line {{
    padding-left: calc(1.4rem + 8ch); text-indent: -8ch; overflow-wrap: anywhere;
  }}
  .le-show .le-gap {{ display: block; }}
}}
"""
