"""The built book, opened in a real browser: what a reader gets."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import pages

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.site

NAMES = [page.relative_to(ROOT).with_suffix("").as_posix() for page in pages()]
MOVABLE = [name for name in NAMES if "plots.explore(" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
WITH_MATHS = [name for name in NAMES if "$" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("name", NAMES)
def test_no_console_error_and_no_request_outside_the_site(open_page, name):
    page = open_page(name)
    page.wait_for_load_state("networkidle")
    assert page.errors == []
    assert page.foreign == []


@pytest.mark.parametrize("name", WITH_MATHS)
def test_mathematics_is_rendered(open_page, name):
    page = open_page(name)
    assert page.locator("mjx-container").count() >= page.locator("article .math").count() > 0
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    raw = page.locator("article").inner_text()
    assert not re.search(r"\\\(|\\\[|\\frac|\\odot", re.sub(r"#.*", "", raw)), "raw LaTeX is visible"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, name, scheme):
    page = open_page(name, scheme=scheme)
    result = Axe().run(page, options={"resultTypes": ["violations"]})
    serious = [v for v in result.response["violations"] if v["impact"] in ("serious", "critical")]
    assert not serious, "\n".join(
        f"{v['id']}: {v['help']} – {[node['html'][:160] for node in v['nodes'][:3]]}" for v in serious
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_a_phone(open_page, name):
    page = open_page(name, viewport=PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"the page is {width} px wide on a phone of {PHONE['width']} px"


@pytest.mark.parametrize("name", NAMES)
def test_every_image_has_a_text(open_page, name):
    page = open_page(name)
    silent = page.evaluate(
        """() => [...document.querySelectorAll(
                     'article img:not([alt]), article img[alt=""], article svg[role=img]:not([aria-label])'
                 )].map(e => e.outerHTML.slice(0, 120))"""
    )
    assert silent == []


@pytest.mark.parametrize("name", MOVABLE)
def test_a_slider_moves_by_keyboard_and_says_so(open_page, name):
    page = open_page(name)
    slider = page.locator(".le-explore input[type=range]").first
    figure = page.locator(".le-explore").first
    places = min(3, int(slider.get_attribute("max")) + 1)
    slider.focus()
    page.keyboard.press("Home")
    seen = []
    for _ in range(places):
        seen.append((slider.get_attribute("aria-valuetext"), figure.locator("output").first.inner_text()))
        seen[-1] += (visible_frame(figure),)
        page.keyboard.press("ArrowRight")
    assert places > 1
    assert all(len(set(said)) == places for said in zip(*seen, strict=True))


@pytest.mark.parametrize("name", MOVABLE)
def test_a_slider_moves_by_mouse(open_page, name):
    page = open_page(name)
    slider = page.locator(".le-explore input[type=range]").first
    figure = page.locator(".le-explore").first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    seen = set()
    for share in (0.05, 0.95):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        seen.add((slider.input_value(), visible_frame(figure)))
    assert len(seen) == 2


def visible_frame(figure):
    """Return the description of the one frame of a movable figure that is shown."""
    frames = figure.locator("[role=img]:visible")
    assert frames.count() == 1
    return frames.first.get_attribute("aria-label")


def test_launch_buttons_lead_to_what_exists(open_page):
    page = open_page("book/cell/lstm_cell")
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")
    assert (
        "https://colab.research.google.com/github/lstm-edu/lstm-edu/blob/notebooks/book/cell/lstm_cell.ipynb"
        in links
    )
    assert any("mybinder.org" in link and "lab/tree/book/cell/lstm_cell.md" in link for link in links)
