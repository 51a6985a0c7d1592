"""What several tests share: which of them this machine can run; the book served, a page opened in it."""

import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pages import HTML, ROOT

DESKTOP = {"width": 1280, "height": 900}
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


def pytest_collection_modifyitems(config, items):
    """Leave out, and count as deselected, what this machine cannot run."""
    absent = set() if cuda_is_there(items) else {"gpu"}
    absent |= set() if sys.platform == "linux" else {"triton"}
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def cuda_is_there(items):
    """Whether there is a GPU; asked only if a test wants one, since the question takes an import."""
    if not any(item.get_closest_marker("gpu") for item in items):
        return False
    import torch

    return torch.cuda.is_available()


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
    from playwright.sync_api import sync_playwright

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
        if "$" in (ROOT / f"{name}.md").read_text(encoding="utf-8"):
            page.wait_for_function(MATHS_BEGUN)
            page.evaluate(MATHS_DONE)
        return page

    yield open_it
    for context in contexts:
        context.close()
