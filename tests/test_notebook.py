"""The package's source on a page: the right lines marked, for eyes and for ears."""

import re

import pytest
import seeing
from seeing import contrast

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.notebook import COLOURS, show

FOREWORD = ["text", "comment", "keyword", "string", "number", "name"]


def marked(source):
    return [[line.text.strip() for line in side.lines if line.kind == "differs"] for side in source.sides]


def test_six_lines_differ_between_the_halves():
    left, right = marked(show(lnp.LSTMCell.forward, lth.LSTMCell.forward))
    assert left == [
        "a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)  # (B, H) each",
        "i = sigmoid(a_i)  # (1) how much to write",
        "f = sigmoid(a_f)  # (2) how much to keep",
        "g = np.tanh(a_g)  # (3) what to write",
        "o = sigmoid(a_o)  # (4) how much to show",
        "h = o * np.tanh(c)  # (6)",
    ]
    assert [line.partition(" = ")[0] for line in right] == [line.partition(" = ")[0] for line in left]
    assert len(right) == 6


def test_marks_are_in_the_page_as_words_too():
    html = show(lnp.LSTMCell.forward, lth.LSTMCell.forward).html
    assert html.count('class="le-line le-differs"') == 12
    assert html.count('<span class="le-said">differs: </span>') == 12
    assert '.le-differs::before {\n  content: "≠"' in html


def test_headings_say_which_half():
    source = show(lnp.LSTMCell.forward, lth.LSTMCell.forward)
    assert [side.title for side in source.sides] == ["NumPy: LSTMCell.forward", "PyTorch: LSTMCell.forward"]
    assert show(show).sides[0].title == "show"


def first(x):
    if x < 1:
        # a line that only this one has
        return "a < b"
    return None


def second(x):
    if x < 1:
        return "a < b"
    return None


def test_like_stands_next_to_like():
    source = show(first, second)
    kinds = [[line.kind for line in side.lines] for side in source.sides]
    assert kinds[0] == ["differs", "same", "differs", "same", "same"]
    assert kinds[1] == ["differs", "same", "gap", "same", "same"]
    assert '<span class="le-line le-gap" aria-hidden="true">' in source.html


def test_one_alone_has_no_marks():
    source = show(lnp.LSTMCell.backward)
    assert marked(source) == [[]]
    assert repr(source).startswith("def backward(self, d_state, tape):\n    ")
    assert "le-pair" not in source.html.partition("</style>")[2]


def test_plain_text_holds_both():
    text = repr(show(first, second))
    assert text.startswith("# first\ndef first(x):\n    if x < 1:\n        # a line")
    assert "\n\n# second\ndef second(x):\n    if x < 1:\n        return" in text


def test_a_class_and_a_module_are_shown_whole():
    assert repr(show(lnp.LSTMCell)).startswith("class LSTMCell(Cell):")
    assert repr(show(seeing)).startswith('"""What eyes can tell apart')


def words(html):
    """Return what a reader of the HTML reads, line by line."""
    body = html.partition("<pre>")[2].partition("</pre>")[0]
    plain = re.sub(r"<[^>]*>", "", body).removesuffix("\n")
    return (
        plain.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
    )


@pytest.mark.parametrize("thing", [first, lnp.LSTMCell, lth.LSTMCell.forward, show])
def test_every_letter_arrives(thing):
    source = show(thing)
    assert words(source.html) == repr(source)


def test_code_is_escaped_and_coloured():
    html = show(first).html
    assert '<span class="le-string">&quot;a &lt; b&quot;</span>' in html
    assert "x &lt; <span" in html
    assert '<span class="le-comment"># a line that only this one has</span>' in html
    assert '<span class="le-keyword">def</span> <span class="le-name">first</span>' in html


def test_what_scrolls_can_be_reached_and_is_named():
    html = show(lnp.LSTMCell.forward, lth.LSTMCell.forward).html
    regions = re.findall(r'<div class="le-code" role="group" aria-label="([^"]+)" tabindex="0">', html)
    assert regions == ["NumPy: LSTMCell.forward", "PyTorch: LSTMCell.forward"]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("paper", ["paper", "differs"])
@pytest.mark.parametrize("name", FOREWORD)
def test_code_can_be_read(name, paper, theme):
    assert contrast(COLOURS[name][theme], COLOURS[paper][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_mark_can_be_seen(theme):
    assert contrast(COLOURS["edge"][theme], COLOURS["differs"][theme]) >= 4.5


def test_both_themes_are_in_the_page():
    html = show(first).html
    for light, dark in COLOURS.values():
        assert light in html
        assert dark in html
    assert 'html[data-theme="dark"]' in html


def test_the_same_twice():
    assert show(first, second).html == show(first, second).html


def test_a_notebook_gets_both_forms():
    bundle = show(first)._repr_mimebundle_()
    assert bundle == {"text/plain": repr(show(first)), "text/html": show(first).html}


@pytest.mark.parametrize("thing", [len, 3, lnp.LSTMCell(2, 3)])
def test_what_has_no_source(thing):
    with pytest.raises(
        TypeError, match=r"`show` needs a function, class or module written in Python, but .* has no source"
    ):
        show(thing)
