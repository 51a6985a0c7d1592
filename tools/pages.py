"""Which pages the book has, and whether anything behind them changed."""

import hashlib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
HTML = BUILD / "html"
EXECUTED = BUILD / "executed"


def pages():
    """Return the sources of the pages in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    entries = [toc["root"]]
    for part in toc["parts"]:
        entries += [chapter["file"] for chapter in part["chapters"]]
    return [ROOT / f"{entry}.md" for entry in entries]


def digest(*patterns):
    """Return a hash of the names and bytes of all files that match the glob patterns."""
    found = sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})
    total = hashlib.sha256()
    for path in found:
        if "__pycache__" not in path.parts:
            content = path.read_bytes()
            total.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return total.hexdigest()


def package_digest():
    """Return a hash of what a page's result depends on beside its own cells."""
    return digest("lstm_edu/**/*.py", "constraints.txt", "book/results/*.json")


def book_digest():
    """Return a hash of everything the built book depends on."""
    return digest("lstm_edu/**/*.py", "constraints.txt", "book/**/*", "tools/*.py", "_*.yml")
