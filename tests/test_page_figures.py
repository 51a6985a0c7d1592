"""What the book's Sphinx extension makes of figures, scripts and launch buttons."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXTENSIONS = ROOT / "book" / "_ext"

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><defs><path id="tip" d="M0 0"/></defs>'
    '<use href="#tip"/><rect fill="#dd5449" width="9" height="9"/></svg>'
)


@pytest.fixture
def build(tmp_path):
    """Return a function that builds one page with Sphinx: its exit code, messages and HTML."""
    (tmp_path / "drawing.svg").write_text(DRAWING, encoding="utf-8")
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\nextensions = ['myst_parser', 'book_local']\n"
        "html_theme = 'basic'\nmyst_enable_extensions = ['attrs_inline', 'colon_fence']\n",
        encoding="utf-8",
    )

    def run(page):
        (tmp_path / "index.md").write_text(f"# A page\n\n{page}\n", encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            str(tmp_path),
            str(tmp_path / "html"),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stderr, (tmp_path / "html" / "index.html").read_text(encoding="utf-8")

    return run


def test_a_drawing_is_part_of_the_page(build):
    code, messages, html = build('![A "cell" & more](drawing.svg)\n\n![Again](drawing.svg){width=300}')
    assert (code, messages) == (0, "")
    assert "<img" not in html
    assert 'class="le-figure" role="img" aria-label="A &quot;cell&quot; &amp; more"' in html
    assert html.count('fill="var(--le-f, #dd5449)"') == 2
    names = re.findall(r'<path id="([^"]+)"', html)
    assert names == ["figure0-tip", "figure1-tip"]
    assert [f'href="#{name}"' in html for name in names] == [True, True]
    assert 'style="width: 300px; ' in html


def test_the_page_knows_the_colours(build):
    _, _, html = build("Words.")
    assert "<style>:root{--le-i:#" in html
    assert 'html[data-theme="dark"]{--le-i:#' in html


def test_an_image_without_words_stops_the_build(build):
    code, messages, _ = build("Words.\n\n![](drawing.svg)")
    assert code != 0
    assert re.search(r"index\.md:5: WARNING: image drawing\.svg has no alt text: say in words", messages)


def test_a_figure_without_words_stops_the_build(build):
    code, messages, _ = build(":::{figure} drawing.svg\nA caption is not a description.\n:::")
    assert code != 0
    assert "has no alt text" in messages


@pytest.fixture
def extension(monkeypatch):
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    import book_local

    return book_local


def test_launch_buttons_lead_to_what_exists(extension):
    theme = {
        "repository_url": "https://github.com/owner/repo",
        "repository_branch": "main",
        "launch_buttons": {"colab_url": "https://colab.example", "binderhub_url": "https://binder.example"},
    }
    app = SimpleNamespace(config=SimpleNamespace(html_theme_options=theme))
    buttons = [
        {"text": "Binder", "url": "wrong"},
        {"text": "Colab", "url": "wrong"},
        {"text": "Live", "url": "kept"},
    ]
    context = {"header_buttons": [{"buttons": buttons}, {"type": "link"}]}
    extension.point_launch_buttons(app, "book/cell/lstm", "page.html", context, None)
    assert [button["url"] for button in buttons] == [
        "https://binder.example/v2/gh/owner/repo/main?urlpath=lab/tree/book/cell/lstm.md",
        "https://colab.example/github/owner/repo/blob/notebooks/book/cell/lstm.ipynb",
        "kept",
    ]


def test_scripts_that_nobody_needs_are_dropped(extension):
    def script(filename=None, **attributes):
        return SimpleNamespace(filename=filename, attributes=attributes)

    wanted = [script("_static/book.js"), script(body="let a = 1"), "_static/plain.js"]
    unwanted = [
        script("_static/sphinx-thebe.js"),
        script(body="const THEBE_JS_URL = 1"),
        script("_static/book.js"),
        script(type="application/vnd.jupyter.widget-state+json", body="{}"),
    ]
    context = {"script_files": [*wanted, *unwanted]}
    extension.drop_scripts(None, "page", "page.html", context, None)
    assert context["script_files"] == wanted
