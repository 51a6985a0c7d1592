"""The course on the page "Teaching with this book": its order holds, and its test files do what it says."""

import ast
import re
import sys
import types
from pathlib import Path

import pytest

from lstm_edu.coursework import lstm
from lstm_edu.coursework.grading_names import attempt_names

BOOK = Path(__file__).resolve().parent.parent / "book"
PAGE = (BOOK / "reference" / "teaching.md").read_text(encoding="utf-8")
WEEKS = re.findall(r"^### Week \d: .+?$(.+?)(?=^##)", PAGE, flags=re.M | re.S)


def constants():
    """Return what the page's cells assign to a name in capitals."""
    cells = re.findall(r"^```\{code-cell\} python3\n(.*?)^```", PAGE, flags=re.M | re.S)
    sources = (re.sub(r"^:tags:.*\n", "", cell) for cell in cells)
    statements = [statement for source in sources for statement in ast.parse(source).body]
    return {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in statements
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id.isupper()
    }


FOUND = constants()


def linked(text, folder):
    """Return the pages that a text links to, as paths from the root of the book."""
    targets = re.findall(r"\{doc\}`(?:[^`<]+<)?([^`>]+)>?`", text)
    return [(folder / target).resolve().relative_to(BOOK).as_posix() for target in targets]


def taught():
    """Return the pages of each week."""
    return [linked(re.search(r"\*Pages:\*.*", week)[0], BOOK / "reference") for week in WEEKS]


def test_a_page_comes_after_those_that_it_needs():
    order = [page for week in taught() for page in week]
    assert len(taught()) == len(FOUND["HAND_IN"]) == 6
    for k, page in enumerate(order):
        path = BOOK / f"{page}.md"
        needs = re.search(r"^\*\*You need\*\*.*", path.read_text(encoding="utf-8"), flags=re.M)[0]
        assert set(linked(needs, path.parent)) <= set(order[:k]), page


def test_exercises_are_handed_in_in_the_week_of_their_page():
    modules = {"lstm": "lstm_cell"}  # pages by the module of their exercises, where the names differ
    for week, pages in zip(FOUND["HAND_IN"].values(), taught(), strict=True):
        asked = {modules.get(module, module) for module in (name.partition(".")[0] for name in week)}
        assert asked <= {page.rpartition("/")[2] for page in pages}
        assert attempt_names(week, {}).keys() == set(week)


def right(dc, c_prev, f):
    return dc * c_prev * f * (1 - f)


def wrong(dc, c_prev, f):
    return dc * c_prev * f


@pytest.fixture
def otter(monkeypatch):
    """Return the page's test function, under a decorator that takes what otter's documentation lists."""

    def test_case(name=None, points=None, hidden=False, success_message=None, failure_message=None):
        return lambda function: function

    package, module = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    module.test_case = test_case
    monkeypatch.setitem(sys.modules, "otter", package)
    monkeypatch.setitem(sys.modules, "otter.test_files", module)
    namespace = {}
    exec(FOUND["OTTER"], namespace)
    assert (namespace["OK_FORMAT"], namespace["name"], namespace["points"]) == (False, "da_f", 2)
    return namespace["test_da_f"]


def test_the_otter_file_judges(otter):
    otter(da_f=right)
    with pytest.raises(AssertionError, match="You multiplied by f"):
        otter(da_f=wrong)
    with pytest.raises(AssertionError, match="not written yet"):
        otter(da_f=None)


def test_the_nbgrader_cell_judges(capsys):
    exec(FOUND["NBGRADER"], {"da_f": right})
    assert capsys.readouterr().out.startswith("✓")
    with pytest.raises(AssertionError, match="You multiplied by f"):
        exec(FOUND["NBGRADER"], {"da_f": wrong})


@pytest.mark.parametrize(("da_f", "points"), [(right, 2), (wrong, 1)])
def test_the_partial_cell_ends_in_its_points(da_f, points):
    *before, last = ast.parse(FOUND["PARTIAL"]).body
    namespace = {"da_f": da_f, "dc_total": lstm.CELL_STATE_GRADIENT.reference}
    exec(compile(ast.Module(before, []), "cell", "exec"), namespace)
    assert eval(compile(ast.Expression(last.value), "cell", "eval"), namespace) == points


def test_the_autograder_grades_the_exercises_of_its_week():
    script = FOUND["AUTOGRADER"]["run_autograder"]
    asked = re.findall(r"--exercise (\S+)", script)
    assert asked == FOUND["HAND_IN"][3][:3]
    assert all(text.startswith("#!/usr/bin/env bash\nset -e\n") for text in FOUND["AUTOGRADER"].values())
