"""What a gradient check found, in words and in a table."""

from html import escape
from typing import NamedTuple

import numpy as np


class Comparison(NamedTuple):
    """One array of the report."""

    name: str
    error: float  # the worst relative error, found at `index`
    wrong: int  # how many elements exceed the tolerance, of `size`
    size: int
    index: tuple
    expected: float  # numeric, at `index`
    got: float  # given, at `index`
    note: str  # what kind of fault it looks like, or ""


class GradReport:
    """What ``gradcheck`` found; true if every gradient agrees. Print it, or end a cell with it.

    Attributes
    ----------
    comparisons : list of Comparison
        One for each array: ``name, error, wrong, size, index, expected, got, note``.
    tolerance : float
    ok : bool
        Whether no error exceeds the tolerance.
    """

    columns = "", "array", "worst error", "wrong", "worst at", "numeric", "given"

    def __init__(self, comparisons, tolerance):
        self.comparisons, self.tolerance = comparisons, tolerance

    @property
    def ok(self):
        return all(row.wrong == 0 for row in self.comparisons)

    def __bool__(self):
        return self.ok

    def cells(self):
        """Return the table as lists of text, without the header."""
        return [
            [
                "✗" if row.wrong else "✓",
                row.name,
                f"{row.error:.1e}",
                f"{row.wrong} of {row.size}",
                f"[{', '.join(map(str, row.index))}]",
                f"{row.expected:+.6e}",
                f"{row.got:+.6e}",
            ]
            for row in self.comparisons
        ]

    def verdict(self):
        """Return the sentence above the table."""
        count, right = len(self.comparisons), sum(row.wrong == 0 for row in self.comparisons)
        return f"{right} of {count} gradients agree with central differences (tolerance {self.tolerance:.0e})"

    def notes(self):
        """Return one line of advice for each array that has any."""
        return [f"{row.name}: {row.note}" for row in self.comparisons if row.note]

    def __str__(self):
        table = [list(self.columns), *self.cells()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(
                [mark, name.ljust(widths[1]), *(c.rjust(w) for c, w in zip(rest, widths[2:], strict=True))]
            )
            for mark, name, *rest in [[row[0] or " ", *row[1:]] for row in table]
        ]
        return "\n".join([self.verdict(), "", *lines, *([""] if self.notes() else []), *self.notes()])

    __repr__ = __str__

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{escape(text) or "agrees"}</th>' for text in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in self.cells()
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes())
        return (
            f"<table><caption>{escape(self.verdict())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"
        )


def compare(name, numeric, given, rounding, tolerance):
    """Return the ``Comparison`` of two gradients of one array."""
    scale = max(np.abs(numeric).max(), rounding / tolerance, np.finfo(float).tiny)
    error = np.abs(numeric - given) / scale
    error[np.isnan(error)] = np.inf
    index = tuple(int(k) for k in np.unravel_index(error.argmax(), error.shape))
    wrong = error > tolerance
    return Comparison(
        name=name,
        error=float(error[index]),
        wrong=int(wrong.sum()),
        size=error.size,
        index=index,
        expected=float(numeric[index]),
        got=float(given[index]),
        note=describe(numeric, given, wrong, scale, tolerance) if wrong.any() else "",
    )


def describe(numeric, given, wrong, scale, tolerance):
    """Say what the disagreement looks like: a factor, a block of rows, or something else."""
    if not np.isfinite(given).all():
        return "the given gradient is not finite."
    if not given.any():
        return "the given gradient is zero everywhere."
    if not numeric.any():
        return "the loss does not change with this array; does it read the array that was passed?"
    factor = float((given * numeric).sum() / (numeric**2).sum())
    if (np.abs(given - factor * numeric) <= tolerance * scale * max(1, abs(factor))).all():
        return f"given = {factor:.6g} × numeric, everywhere: a factor or a sign."
    rows = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1)) if wrong.ndim else []
    if 0 < len(rows) < len(wrong) and rows[-1] - rows[0] == len(rows) - 1:
        span = f"{rows[0]} to {rows[-1]} (of 0 to {len(wrong) - 1})"
        return f"only rows {span} disagree: one block of a packed array?"
    return ""
