"""Execute the pages and build the HTML book, warnings as errors.

`_build/html/complete` holds a digest of everything the book was built from. It
is removed before a build begins and written after it has succeeded, so a book
that was left half built, or failed, is never taken for finished.
"""

import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import execute_pages
from pages import BUILD, HTML, ROOT, book_digest

STAMP = HTML / "complete"
START = HTML / "index.html"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
MATHJAX = BUILD / "vendor" / "mathjax"


def copy_mathjax():
    """Put MathJax beside the book's own static files, so that no page asks another site for it."""
    if MATHJAX.exists():
        return
    package = Path(str(resources.files("sphinx-mathjax-offline"))) / "static" / "mathjax"
    partial = MATHJAX.with_name("mathjax-partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(package / "output" / "chtml", partial / "output" / "chtml")
    shutil.copy(package / "tex-mml-chtml.js", partial)
    partial.rename(MATHJAX)


def forget_unfinished():
    """Remove what a failed build left: Sphinx would take its pages for good ones."""
    for name in "html", ".doctrees", "jupyter_execute":
        shutil.rmtree(BUILD / name, ignore_errors=True)


def main():
    wanted = book_digest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        print(f"The book is up to date: {START.as_uri()}")
        return
    finished_before = STAMP.exists()
    STAMP.unlink(missing_ok=True)
    execute_pages.main()
    if not finished_before:
        forget_unfinished()
    copy_mathjax()
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", "-W", "-n", "--keep-going", "."]
    if subprocess.run(command, cwd=ROOT).returncode or not START.exists():
        sys.exit("The book was not built: every warning above is an error.")
    STAMP.write_text(wanted)
    print(f"\nThe book is built. Open {START.as_uri()}\nor serve it with `make serve`.")


if __name__ == "__main__":
    main()
