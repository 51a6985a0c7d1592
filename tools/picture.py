"""Take the README's picture: a built page, in Chromium, as a reader sees it."""

import shutil

from pages import HTML, ROOT
from playwright.sync_api import sync_playwright

PAGE = HTML / "book" / "cell" / "lstm_cell.html"
PICTURE = ROOT / "book" / "_static" / "page.png"


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1240, "height": 860})
        page.goto(PAGE.as_uri())
        page.evaluate("() => MathJax.startup.promise.then(() => true)")
        page.evaluate("document.querySelector('#see-it').scrollIntoView({behavior: 'instant'})")
        page.wait_for_timeout(500)  # the table of contents follows
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE)


if __name__ == "__main__":
    main()
