"""The drawing of the LSTM cell, in a real browser: which of its parts light up, and when."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.site

PHONE = {"width": 390, "height": 844}
TALL = {"width": 1280, "height": 1600}  # all six equations on the screen, and nothing stuck
FIGURE = ".le-lit-diagram"
PARTS = {  # what each equation lights: what goes in, what it does, what comes out
    1: {"x", "old h", "box i", "i"},
    2: {"x", "old h", "box f", "f"},
    3: {"x", "old h", "box g", "g"},
    4: {"x", "old h", "box o", "o"},
    5: {"old c", "f", "i", "g", "new c"},
    6: {"new c", "o", "new h"},
}
EACH = pytest.mark.parametrize("number", PARTS)


@pytest.fixture
def cell(open_page):
    """Return a function that opens the page on the LSTM cell and scrolls to the drawing's section."""

    def open_it(viewport=TALL, scheme="light"):
        page = open_page("book/cell/lstm_cell", viewport=viewport, scheme=scheme)
        page.locator(f"{FIGURE} [role=toolbar]").wait_for()
        page.evaluate("document.getElementById('the-equations').scrollIntoView({behavior: 'instant'})")
        return page

    return open_it


def parts(page, selector):
    found = page.locator(f"{FIGURE} svg {selector}").evaluate_all("all => all.map(p => p.dataset.part)")
    assert len(found) == len(set(found))
    return set(found)


def lit(page):
    """Return the numbers of the equations whose parts, and no others, are lit: one or none."""
    bright, dim = parts(page, "g.le-lit"), parts(page, "g.le-dim")
    assert not bright & dim
    assert bright | dim in (set(), parts(page, "g[data-part]"))
    return [number for number, its in PARTS.items() if its == bright] if bright else []


def equation(page, number):
    return page.locator("#the-equations div.math").nth(number - 1)


def button(page, number):
    return page.locator(f"{FIGURE} button").nth(number - 1)


def marked(page):
    return page.locator("#the-equations div.math").evaluate_all(
        "all => all.flatMap((e, k) => e.classList.contains('le-marked') ? [k + 1] : [])"
    )


def pressed(page):
    return page.locator(f"{FIGURE} button").evaluate_all(
        "all => all.flatMap((e, k) => e.ariaPressed === 'true' ? [k + 1] : [])"
    )


def words(page):
    return page.locator(f"{FIGURE} > p")


def away(page):
    """Take the mouse where it points at nothing."""
    page.mouse.move(5, 5)


def test_the_drawing_is_still_and_complete_at_first(open_page):
    page = open_page("book/cell/lstm_cell")
    assert parts(page, "g[data-part]") == set.union(*PARTS.values())
    assert (lit(page), marked(page), pressed(page)) == ([], [], [])
    assert page.errors == []


@EACH
def test_a_button_lights_its_parts_and_says_so(cell, number):
    page = cell()
    button(page, number).click()
    away(page)
    assert (lit(page), marked(page), pressed(page)) == ([number], [number], [number])
    assert words(page).get_attribute("aria-live") == "polite"
    said = words(page).inner_text()
    letter = button(page, number).locator("i").inner_text()
    assert letter in said.replace(":", " ").replace(",", " ").replace(".", " ").split()
    button(page, number).click()
    assert (lit(page), marked(page), pressed(page)) == ([], [], [])
    assert words(page).inner_text() != said


@EACH
def test_the_mouse_lights_the_equation_under_it_and_a_click_keeps_it(cell, number):
    page = cell()
    equation(page, number).hover()
    assert (lit(page), marked(page), pressed(page)) == ([number], [number], [])
    assert words(page).get_attribute("aria-live") == "off"
    away(page)
    assert (lit(page), marked(page)) == ([], [])
    equation(page, number).click()
    away(page)
    page.evaluate("document.activeElement.blur()")
    assert (lit(page), marked(page), pressed(page)) == ([number], [number], [number])


def test_the_arrow_keys_go_through_the_buttons(cell):
    page = cell()
    button(page, 1).focus()
    assert lit(page) == []
    page.keyboard.press("Enter")
    seen = [lit(page)]
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        seen.append(lit(page))
        assert pressed(page) == lit(page) == marked(page)
    assert seen == [[1], [2], [3], [4], [5], [6], [6]]
    for key, number in {"ArrowLeft": 5, "Home": 1, "End": 6}.items():
        page.keyboard.press(key)
        assert (lit(page), pressed(page)) == ([number], [number])
    page.keyboard.press("Escape")
    assert (lit(page), pressed(page)) == ([], [])


def test_one_button_is_a_stop_of_the_tab_key(cell):
    page = cell()
    button(page, 3).click()
    stops = page.locator(f"{FIGURE} button").evaluate_all("all => all.map(b => b.tabIndex)")
    assert stops == [-1, -1, 0, -1, -1, -1]


@EACH
def test_an_equation_that_has_the_focus_is_lit(cell, number):
    page = cell()
    equation(page, number).locator("mjx-container").focus()
    assert (lit(page), marked(page)) == ([number], [number])
    page.evaluate("document.activeElement.blur()")
    assert lit(page) == []


@pytest.mark.parametrize(
    ("part", "numbers"),
    [("box f", [2]), ("f", [2, 5]), ("o", [4, 6]), ("x", [1, 2, 3, 4]), ("new c", [5, 6]), ("new h", [6])],
)
def test_a_click_on_a_part_marks_its_equations_one_after_the_other(cell, part, numbers):
    page = cell()
    target = page.locator(f"{FIGURE} svg g[data-part='{part}'] text").first
    for number in numbers:
        target.click()
        assert (lit(page), marked(page), pressed(page)) == ([number], [number], [number])
    target.click()
    assert (lit(page), pressed(page)) == ([], [])


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_the_drawing_stays_on_the_screen_and_follows_the_reader(cell, viewport):
    page = cell(viewport=viewport)
    seen, heights = [], set()
    page.mouse.move(5, 300)
    for _ in range(60):
        page.mouse.wheel(0, 20)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        box = page.locator(FIGURE).bounding_box()
        heights.add(round(box["height"]))
        if lit(page):
            seen += lit(page)
            assert box["y"] >= 40
            middle = equation(page, seen[-1]).bounding_box()
            assert middle["y"] + middle["height"] / 2 >= box["y"] + box["height"] - 1, "behind the drawing"
            assert marked(page) == lit(page)
    assert list(dict.fromkeys(seen)) == sorted(set(seen)) == list(PARTS)
    assert len(heights) == 1, "the lines below would jump"
    assert pressed(page) == []


def test_a_choice_ends_when_the_reader_reads_on(cell):
    page = cell(viewport=PHONE)
    button(page, 6).click()
    page.mouse.move(5, 300)
    assert pressed(page) == [6]
    for _ in range(20):
        page.mouse.wheel(0, 20)
        page.wait_for_timeout(20)
    assert pressed(page) == []
    assert lit(page) not in ([], [6])


@pytest.mark.parametrize("viewport", [TALL, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows_with_a_part_lit(cell, viewport, scheme):
    page = cell(viewport=viewport, scheme=scheme)
    for number in PARTS:
        button(page, number).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    away(page)
    assert lit(page) == [6]
    found = Axe().run(page, context="#the-equations", options={"resultTypes": ["violations"]})
    wrong = [v for v in found.response["violations"] if v["impact"] in ("moderate", "serious", "critical")]
    assert not wrong, [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in wrong]


def test_what_is_dim_can_still_be_read(cell):
    page = cell()
    button(page, 5).click()
    away(page)
    for scheme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", scheme)
        colours = page.locator(f"{FIGURE} g.le-dim text").evaluate_all(
            "all => all.map(e => getComputedStyle(e).fill)"
        )
        paper = page.locator(FIGURE).evaluate("e => getComputedStyle(e).backgroundColor")
        assert all(contrast(colour, paper) >= 4.5 for colour in colours), (set(colours), paper)


def contrast(one, other):
    """Return the contrast of two colours, each ``rgb(r, g, b)``, as WCAG 2 defines it."""

    def luminance(colour):
        linear = []
        for share in (int(part) / 255 for part in re.findall(r"\d+", colour)[:3]):
            linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_without_the_script_it_is_a_drawing(chromium, site):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/book/cell/lstm_cell.html")
    drawing = page.locator("#the-equations > svg.le-figure")
    box = drawing.bounding_box()
    assert 300 < box["width"] <= PHONE["width"]
    assert box["x"] >= 0
    assert page.locator(FIGURE).count() == 0
    context.close()
