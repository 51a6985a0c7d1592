"""The built book, opened in a real browser: what a reader gets."""

import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import HTML, pages
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.site

NAMES = [page.relative_to(ROOT).with_suffix("").as_posix() for page in pages()]
MOVABLE = [name for name in NAMES if "plots.explore(" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
WITH_MATHS = [name for name in NAMES if "$" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
MATHS_BEGUN = "() => window.MathJax?.startup?.promise !== undefined"
MATHS_DONE = "() => MathJax.startup.promise.then(() => true)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site():
    """Serve the built book on a free local port."""
    assert (HTML / "complete").exists(), "There is no finished book in _build/html: run `make book` first."

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=HTML))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        on_path = (
            shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
        )
        own = playwright.chromium.executable_path
        if not on_path and not Path(own).exists():
            raise RuntimeError(
                "These tests open the book in Chromium and found none on the PATH. Install one "
                "(Debian: apt-get install chromium) or run `python -m playwright install chromium`."
            )
        browser = playwright.chromium.launch(executable_path=on_path or own, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """Return a function that opens a page and records its console errors and foreign requests."""
    contexts = []

    def open_it(name, viewport=DESKTOP, scheme="light"):
        context = chromium.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.errors, page.foreign = [], []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on(
            "request",
            lambda r: page.foreign.append(r.url) if not r.url.startswith((site, "data:", "blob:")) else None,
        )
        page.goto(f"{site}/{name}.html", wait_until="load")
        page.wait_for_function("theme => document.documentElement.dataset.theme === theme", arg=scheme)
        if name in WITH_MATHS:
            page.wait_for_function(MATHS_BEGUN)
            page.evaluate(MATHS_DONE)
        return page

    yield open_it
    for context in contexts:
        context.close()


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
