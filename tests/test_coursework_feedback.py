"""What a student sees: the same words in a console and on a page, escaped, on light and on dark."""

import re
from html import unescape

import pytest

from lstm_edu.coursework import Feedback, Hints, check, hint, intro, lstm

SHOWN = {
    "passed": (Feedback(True, "a: right."), "✓ a: right.", "var(--le-right, #2e8b57)"),
    "failed": (Feedback(False, "a: use `b`."), "✗ a: use `b`.", "var(--le-wrong, #d1453b)"),
    "blank": (Feedback(None, "not written yet: a."), "… not written yet: a.", "var(--le-muted, #7a828e)"),
}


def luminance(colour):
    """Relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("feedback", "text", "edge"), SHOWN.values(), ids=SHOWN)
def test_the_same_words_in_a_console_and_on_a_page(feedback, text, edge):
    assert str(feedback) == repr(feedback) == text
    page = feedback._repr_html_()
    assert unescape(re.sub("<[^>]*>", "", page)) == text.replace("`", "")
    assert f"border-left:.3rem solid {edge}" in page


@pytest.mark.parametrize("paper", ["#ffffff", "#14181e", "#111111"])
@pytest.mark.parametrize(("feedback", "text", "edge"), SHOWN.values(), ids=SHOWN)
def test_the_border_is_seen_on_light_and_on_dark(feedback, text, edge, paper):
    fallback = re.search(r"#[0-9a-f]{6}", feedback._repr_html_())[0]
    assert contrast(fallback, paper) >= 3  # WCAG 2.2, non-text


def test_the_text_takes_its_colours_from_the_page():
    page = Feedback(False, "use `b`")._repr_html_()
    assert re.findall(r"(?<![-\w])color:([^;\"]*)", page) == ["inherit"]
    assert "background:none" in page


def test_what_a_student_wrote_is_text_and_not_markup():
    page = check(lstm.STARTING_BIAS, lambda H: 1 / 0 if H < 5 else "<b>&</b>")._repr_html_()
    assert "<b>" not in page
    assert "if H &lt; 5 else &quot;&lt;b&gt;" in page


def test_code_is_set_as_code():
    page = Feedback(None, "use `a < b`.")._repr_html_()
    assert re.search(r"use <code style=[^>]*>a &lt; b</code>\.<", page)


def test_hints_open_one_by_one():
    hints = Hints(("First.", "Then `x`."))
    assert str(hints) == repr(hints) == "Hint 1 of 2: First.\nHint 2 of 2: Then `x`."
    page = hints._repr_html_()
    assert page.count("<details><summary>") == 2
    assert "<summary>Hint 1 of 2</summary>First.</details>" in page
    assert " open" not in page


def test_a_single_hint_has_no_number():
    assert hint(intro.KEEP) == Hints(intro.KEEP.hints)
    assert str(hint(intro.KEEP)) == "Hint: A share of 0.9 of a number is 0.9 times the number."
