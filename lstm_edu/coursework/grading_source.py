"""Reads what a student hands in: a Python file, or the code cells of a notebook."""

import json
from pathlib import Path

from lstm_edu.coursework.grading_names import GradingError


def read_pieces(path):
    """Return ``[(label, source), …]``: a .py in one piece, an .ipynb one piece for each code cell.

    What is no notebook inside comes back as one piece that says so when it runs: it is the student's
    mistake, not that of whoever grades.

    Raises
    ------
    GradingError
        If there is no such file, or if it ends in something else.
    """
    path = Path(path)
    if path.suffix not in (".py", ".ipynb"):
        raise GradingError(f"{path.name} is neither a .py nor an .ipynb file.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GradingError(f"cannot read {path}: {error.strerror}.") from error
    if path.suffix == ".py":
        return [(path.name, data.decode("utf-8-sig", errors="replace"))]
    try:
        cells = json.loads(data)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return [(path.name, f"raise ValueError({path.name + ' is not a notebook of format 4'!r})")]
    return [(f"cell {k}", _without_magic(source)) for k, source in enumerate(sources, start=1)]


def _without_magic(source):
    """Put ``pass`` where a cell has lines for IPython alone: ``%matplotlib inline``, ``!ls``."""
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        lines = source.split("\n")
        return "\n".join(_plain(line) for line in lines)
    return source


def _plain(line):
    start = line.lstrip()
    return f"{line[: len(line) - len(start)]}pass" if start.startswith(("%", "!")) else line
