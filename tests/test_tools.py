"""What `make book` promises: a page that fails, or a build that stops, is never taken for finished."""

import json
import subprocess

import build_book
import execute_pages
import pages
import pytest
from jupyter_cache import get_cache

HEADER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
# A page

```{code-cell} python3
%s
```
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """An empty book in a temporary folder; returns a function that writes a page into it."""
    monkeypatch.setattr(execute_pages, "ROOT", tmp_path)
    monkeypatch.setattr(execute_pages, "TABLE", tmp_path / "execution.json")

    def write(code):
        page = tmp_path / "page.md"
        page.write_text(HEADER % code, encoding="utf-8")
        return page

    return write


@pytest.fixture
def run(book, tmp_path):
    """Return a function that runs a page of one cell and gives what failed."""
    cache = get_cache(str(tmp_path / "cache"))

    def run_page(code):
        page = book(code)
        return execute_pages.run_changed(cache, {page: execute_pages.read(page)})

    return run_page


def test_a_page_leaves_its_seconds_and_memory(run, tmp_path):
    assert run("print(6 * 7)") == []
    measured = json.loads((tmp_path / "execution.json").read_text())["page"]
    assert 0 < measured["seconds"] < 60
    assert 10 < measured["peak MiB"] < 1500


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings; warnings.warn('mind the gap')", "mind the gap"),
        ("import os; os._exit(1)", "Kernel died"),
    ],
)
def test_a_page_that_raises_warns_or_dies_fails_and_is_not_kept(run, code, message):
    for _ in range(2):
        [(page, error)] = run(code)
        assert page.name == "page.md"
        assert message in str(error)


def test_only_what_changed_is_run_again(run, capsys):
    for code, expected in [("print(1)", "1 of 1"), ("print(1)", "0 of 1"), ("print(2)", "1 of 1")]:
        assert run(code) == []
        assert f"{expected} pages to execute" in capsys.readouterr().out


def test_the_digest_sees_every_change(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    seen = {pages.digest("**/*.md")}
    for name, text in [("a.md", "one"), ("a.md", "two"), ("b.md", "two"), ("c.py", "not counted")]:
        (tmp_path / name).write_text(text)
        seen.add(pages.digest("**/*.md"))
    assert len(seen) == 4


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A build whose Sphinx returns what the test decides; nothing outside the folder is touched."""
    html = tmp_path / "html"
    monkeypatch.setattr(build_book, "BUILD", tmp_path)
    monkeypatch.setattr(build_book, "STAMP", html / "complete")
    monkeypatch.setattr(build_book, "START", html / "index.html")
    monkeypatch.setattr(build_book, "copy_mathjax", lambda: None)
    monkeypatch.setattr(build_book, "book_digest", lambda: "digest")
    monkeypatch.setattr(build_book.execute_pages, "main", lambda: None)

    def run(returncode):
        def sphinx(command, **_):
            html.mkdir(exist_ok=True)
            (html / "index.html").touch()
            return subprocess.CompletedProcess(command, returncode)

        monkeypatch.setattr(build_book.subprocess, "run", sphinx)
        build_book.main()

    run.html = html
    return run


def test_a_failed_build_is_repeated_from_nothing(build, tmp_path):
    with pytest.raises(SystemExit, match="not built"):
        build(1)
    assert not (build.html / "complete").exists()
    (tmp_path / ".doctrees").mkdir()
    build(0)
    assert not (tmp_path / ".doctrees").exists()
    assert (build.html / "complete").read_text() == "digest"


def test_an_unchanged_book_is_not_built_again(build):
    build(0)
    (build.html / "index.html").unlink()
    build(0)
    assert not (build.html / "index.html").exists()
