"""What is found in a file that a student hands in: names, notebooks, what stands before an error."""

import json
from collections import Counter

import pytest
from coursework_walk import exercises
from grading_desk import FIRST_STEP, KEEP, TWO, desk, statuses, texts

from lstm_edu.coursework import grading
from lstm_edu.coursework.grading_names import attempt_name


@pytest.fixture
def graded(tmp_path):
    return desk(tmp_path)


def test_every_exercise_is_found_under_its_name(graded):
    names = list(exercises())
    own = {name: attempt_name(name) for name in names}
    shared = {name for name, count in Counter(own.values()).items() if count > 1}
    renamed = {name: name.replace(".", "_").lower() for name in names if own[name] in shared}
    assert 0 < len(renamed) < len(names) / 4
    lines = [
        f"import lstm_edu.coursework.{name.partition('.')[0]} as page\n"
        f"{(own | renamed)[name]} = page.{name.partition('.')[2]}.reference"
        for name in names
    ]
    grade = graded("\n".join(lines), names, renamed=renamed)
    assert set(statuses(grade)) == {"passed"}, grade.verdicts


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("rnn.D_PREV", "d_prev"),
        ("lstm.FORGET_GATE_GRADIENT", "da_f"),
        ("bug_museum.FLOOR", "floor"),
        ("lstm.PARAMETER_COUNT", "parameter_count"),  # its prompt says `LSTMCell(3, 5)`: no function to write
    ],
)
def test_the_name_is_that_of_the_prompt_or_of_the_exercise(name, asked):
    assert attempt_name(name) == asked


def test_a_wrong_name_is_answered_with_the_nearest(graded):
    grade = graded("def kept(f, c): ...\nx = 1")
    assert statuses(grade) == ["not found", "not found"]
    assert texts(grade) == [
        "… keep a share: nothing in week1.py is called `keep`. Give your function that name. "
        "Did you mean `kept`?",
        "… a first step: nothing in week1.py is called `first_step`. Give your function that name.",
    ]


def test_what_is_not_written_yet(graded):
    grade = graded("def keep(f, c): ...\nfirst_step = None")
    assert statuses(grade) == ["not written", "not written"]


STOPS = {
    "raises": ("x = 1 / 0", "line 4 raised ZeroDivisionError: division by zero; nothing after it ran."),
    "exits": ("raise SystemExit(3)", "line 4 ends the program (SystemExit); nothing after it ran."),
    "asks": ("input('name? ')", "line 4 raised EOFError: EOF when reading a line; nothing after it ran."),
    "recurses": (
        "f = lambda: f()\nf()",
        "line 4 raised RecursionError: maximum recursion depth exceeded; nothing after it ran.",
    ),
    "lacks a module": (
        "import no_such_thing",
        "line 4 raised ModuleNotFoundError: No module named 'no_such_thing'; nothing after it ran.",
    ),
}


@pytest.mark.parametrize(("line", "trouble"), STOPS.values(), ids=STOPS)
def test_what_stood_before_a_failing_line_is_judged(graded, line, trouble):
    grade = graded(f"{KEEP}\n{line}\n{FIRST_STEP}")
    assert statuses(grade) == ["passed", "not found"]
    assert grade.troubles == (f"week1.py: {trouble}",)
    assert texts(grade)[1].endswith("The file did not run to its end, which may be why.")


def test_a_syntax_error(graded):
    grade = graded(KEEP + "def first_step(f, c, i, g:\n    return 1\n")
    assert statuses(grade) == ["not found", "not found"]
    assert grade.troubles == ("week1.py: line 3 is not Python: '(' was never closed.",)


def test_no_text_at_all(tmp_path):
    (tmp_path / "week1.py").write_bytes(bytes(range(256)))
    grade = grading.grade(tmp_path / "week1.py", TWO)
    assert statuses(grade) == ["not found", "not found"]
    assert len(grade.troubles) == 1


def notebook(*sources):
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    cells.insert(1, {"cell_type": "markdown", "metadata": {}, "source": "words"})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def test_a_notebook_runs_cell_by_cell(graded):
    modulo = ["x = (7\n", "%2)\n"]  # no magic
    cells = notebook("%matplotlib inline", modulo, "1 / 0", KEEP, "def (", FIRST_STEP)
    grade = graded(cells, file="week1.ipynb")
    assert statuses(grade) == ["passed", "passed"]
    assert grade.troubles == (
        "cell 3: line 1 raised ZeroDivisionError: division by zero; nothing after it ran.",
        "cell 5: line 1 is not Python: invalid syntax.",
    )


def test_magic_alone_is_left_out(graded):
    grade = graded(notebook("%load_ext autoreload\n%autoreload 2", f"!pip list\n{KEEP}"), TWO[:1], "a.ipynb")
    assert (statuses(grade), grade.troubles) == (["passed"], ())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [1]}', "[" * 100_000])
def test_what_only_claims_to_be_a_notebook(graded, text):
    grade = graded(text, TWO[:1], "week1.ipynb")
    assert statuses(grade) == ["not found"]
    assert "week1.ipynb is not a notebook of format 4" in grade.troubles[0]
