"""The page on stock prices, with prices that a reader brings; and that its own are checked all the same."""

import ast
import re
from pathlib import Path

import execute_pages
import numpy as np
import pytest

PAGE = Path(__file__).resolve().parent.parent / "book" / "cases" / "stock.md"
ASKED = "CSV = None"


def write_prices(path, days=1250, seed=3):
    """Write five years of a price that never was, in a form that is not the published one's."""
    rng = np.random.default_rng(seed)
    close = 40 * np.exp(np.cumsum(rng.normal(0.0002, 0.012, days)))
    around = close * np.exp(rng.normal(scale=0.004, size=(2, days)))
    high, low = np.maximum(around.max(axis=0), close), np.minimum(around.min(axis=0), close)
    date = np.busday_offset("2019-09-02", np.arange(days), roll="forward").astype("datetime64[D]")
    lines = ["date;close;open;high;low;volume;note"]
    lines += [
        f"{day.item():%d.%m.%Y};{c:.4f};{o:.4f};{h:.4f};{lo:.4f};{v:.0f};x"
        for day, c, o, h, lo, v in zip(
            date, close, around[0], high + 1e-3, low - 1e-3, rng.uniform(1e5, 2e5, days), strict=True
        )
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return date


@pytest.mark.slow
def test_the_page_runs_on_prices_of_the_readers_own(tmp_path):
    path = tmp_path / "mine.csv"
    date = write_prices(path)
    notebook = execute_pages.read(PAGE)
    asking = [cell for cell in notebook.cells if cell.cell_type == "code" and ASKED in cell.source]
    assert len(asking) == 1
    asking[0].source = asking[0].source.replace(ASKED, f"CSV = {str(path)!r}")
    done, _, _ = execute_pages.execute(PAGE, notebook)
    printed = "".join(
        output.get("text", "")
        for cell in done.cells
        for output in cell.get("outputs", [])
        if "text" in output
    )
    assert f"mine: 1,250 trading days, {date[0]} to {date[-1]}" in printed
    last = date[-1].item().year
    assert [int(y) for y in re.findall(r"^(\d{4}): ", printed, flags=re.M)] == list(range(last - 3, last + 1))


def code():
    """Return the code of the page as one module."""
    cells = re.findall(
        r"^```\{code-cell\}.*?\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.M | re.S
    )
    bodies = [re.sub(r"\A---\n.*?^---\n|\A(:\w[^\n]*\n)+", "", cell, flags=re.M | re.S) for cell in cells]
    return ast.parse("\n".join(bodies))


def assigned(tree, name):
    return [
        ast.unparse(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and name in {getattr(target, "id", None) for target in node.targets}
    ]


def test_as_published_every_number_of_the_text_is_checked():
    """What is checked of the published series hangs on one name, and that is true where no file is given."""
    tree = code()
    assert assigned(tree, "CSV") == ["None"]
    assert assigned(tree, "PUBLISHED") == ["CSV is None"]
    guarded = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "PUBLISHED"
    ]
    checks = sum(isinstance(node, ast.Assert) for guard in guarded for node in ast.walk(guard))
    assert len(guarded) >= 8
    assert checks >= 20
    assert not any(isinstance(node, ast.Try) for node in ast.walk(tree))
