"""``lstm-edu check``: what it writes, what it asks of whoever grades, and its exit code."""

import json
import subprocess
import sys

import pytest
from grading_desk import FIRST_STEP, KEEP, TWO
from typer.testing import CliRunner

from lstm_edu import cli
from lstm_edu.coursework import grading, grading_process, intro, lstm

FILE = KEEP + FIRST_STEP.replace("+", "-") + "print('hello')\nparameter_count = 180\n"
ASKED = [word for name in TWO for word in ("--exercise", name)]
STARTED = subprocess.Popen


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "week1.py"
    path.write_text(FILE, encoding="utf-8")
    return path


def call(*arguments):
    return CliRunner().invoke(cli.main, ["check", *map(str, arguments)])


def result(*arguments):
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_plain_result(file):
    found = result(file, *ASKED, "--points", "2", "--points", "3", "--seconds", "20")
    first, second = found.pop("exercises")
    memory = found["limits"].pop("memory_mib")
    assert memory == (2048 if not found.pop("notes") else None)
    assert found == {
        "file": "week1.py",
        "score": 2.0,
        "max_score": 5.0,
        "troubles": [],
        "printed": "hello\n",
        "limits": {"seconds": 20.0},
    }
    assert first == {
        "exercise": "intro.KEEP",
        "title": "keep a share",
        "attempt": "keep",
        "status": "passed",
        "score": 2.0,
        "max_score": 2.0,
        "feedback": f"✓ keep a share: right in every case. {intro.KEEP.lesson}",
    }
    assert (second["status"], second["score"], second["max_score"]) == ("failed", 0.0, 3.0)
    assert set(second) == set(first)


def test_every_key_is_documented(file):
    found = result(file, *ASKED)
    keys = {*found, *found["exercises"][0], *found["limits"]}
    assert {key for key in keys if f"``{key}``" not in grading.__doc__} == set()


def test_gradescope_finds_what_it_reads(file):
    """The names and values of its specification; a score must not stand beside those of the tests."""
    found = result(file, *ASKED, "--points", "2", "--format", "gradescope")
    assert set(found) == {"output", "output_format", "execution_time", "tests"}
    assert found["output"].endswith("week1.py printed:\nhello\n")
    assert found["output_format"] == "text"
    assert 0 < found["execution_time"] < 60
    first, second = found["tests"]
    assert first == {
        "name": "intro.KEEP: keep a share",
        "score": 2.0,
        "max_score": 2.0,
        "status": "passed",
        "output": f"✓ keep a share: right in every case. {intro.KEEP.lesson}",
        "output_format": "text",
    }
    assert (second["status"], second["score"], second["max_score"]) == ("failed", 0.0, 2.0)


def test_the_points_are_one_each_unless_said(file):
    assert [e["max_score"] for e in result(file, *ASKED)["exercises"]] == [1.0, 1.0]


def test_an_attempt_under_another_name(file):
    file.write_text("step = answer = 180", encoding="utf-8")
    asked = ["--exercise", "lstm.PARAMETER_COUNT", "--attempt", "lstm.PARAMETER_COUNT=answer"]
    (exercise,) = result(file, *asked)["exercises"]
    assert (exercise["attempt"], exercise["status"]) == ("answer", "passed")
    assert exercise["feedback"].endswith(lstm.PARAMETER_COUNT.lesson)


def test_what_is_no_text_is_written_all_the_same(file):
    file.write_text("def keep(f, c):\n    raise ValueError('\\ud800')\n", encoding="utf-8")
    (exercise,) = result(file, "--exercise", "intro.KEEP")["exercises"]
    assert "raised ValueError: ?" in exercise["feedback"]


def test_a_long_answer_is_cut(file):
    file.write_text("gate_order = 'x' * 10**6", encoding="utf-8")
    (exercise,) = result(file, "--exercise", "notation.GATE_ORDER")["exercises"]
    assert len(exercise["feedback"]) == 2002


def test_a_real_process_writes_the_file_and_nothing_else(file, tmp_path):
    target = tmp_path / "results.json"
    command = [sys.executable, "-W", "error", "-m", "lstm_edu.cli", "check", file, *ASKED, "--output", target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["score"] == 1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json", "week1.py"]


def test_a_result_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "results.json"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(grading.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(grading.GradingError, match=r"cannot write .*results.json: disk full\."):
        grading.write({"score": 1}, target)
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


NEAR = "intro.KEEP, intro.SIGMOID, intro.A_FIRST_STEP"
MENDED = {
    "unknown exercise": (
        ["--exercise", "intro.KEPT"],
        "there is no exercise intro.KEPT. Near it: intro.KEEP.",
    ),
    "another page's": (["--exercise", "rnn.KEEP"], "there is no exercise rnn.KEEP. Near it: "),
    "small letters": (["--exercise", "intro.keep"], "there is no exercise intro.keep. Near it: intro.KEEP."),
    "a page": (["--exercise", "intro"], f"there is no exercise intro. Near it: {NEAR}."),
    "no page": (
        ["--exercise", "9.9"],
        "there is no exercise 9.9. A name is page.NAME; the pages are bug_museum, ",
    ),
    "twice": ([*ASKED, *ASKED], "intro.A_FIRST_STEP is named twice."),
    "one name for two": (
        ["--exercise", "lstm.NEW_STATE", "--exercise", "why_gates.CELL_1997"],
        "lstm.NEW_STATE and why_gates.CELL_1997 are both looked up as `step`. Say under which other name "
        "students write one of them: --attempt why_gates.CELL_1997=step_2, for example.",
    ),
    "a name for nothing": (
        [*ASKED, "--attempt", "lstm.NEW_STATE=step"],
        "the attempt at lstm.NEW_STATE is named, but that exercise is not graded.",
    ),
    "half a name": (
        [*ASKED, "--attempt", "keep"],
        "the name of an attempt is given as EXERCISE=NAME, not as keep.",
    ),
    "no name": (
        [*ASKED, "--attempt", "intro.KEEP=1st"],
        "the attempt at intro.KEEP cannot be called '1st': that is not a name in Python.",
    ),
    "points": ([*ASKED, *["--points", "1"] * 3], "3 numbers of points came for 2 exercises."),
    "less than nothing": ([*ASKED, "--points", "-1"], "points are numbers from 0 on."),
    "no number": ([*ASKED, "--points", "nan"], "points are numbers from 0 on."),
    "no time": (
        [*ASKED, "--seconds", "0"],
        "the limit of time has to be a positive number of seconds, not 0.",
    ),
    "too little memory": (
        [*ASKED, "--memory", "64"],
        "the limit of memory has to be at least 256 MiB, not 64.",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), MENDED.values(), ids=MENDED)
def test_what_whoever_grades_has_to_mend(file, arguments, message):
    done = call(file, *arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"lstm-edu check: {message}")
    assert done.stdout == ""


def test_a_file_that_is_not_there_or_is_none(tmp_path):
    (tmp_path / "essay.txt").write_text("words", encoding="utf-8")
    missing = call(tmp_path / "week1.py", *ASKED)
    other = call(tmp_path / "essay.txt", *ASKED)
    assert (missing.exit_code, other.exit_code) == (2, 2)
    assert missing.stderr.startswith("lstm-edu check: cannot read ")
    assert other.stderr == "lstm-edu check: essay.txt is neither a .py nor an .ipynb file.\n"


def test_a_place_that_cannot_be_written(file, tmp_path):
    done = call(file, *ASKED, "--output", tmp_path / "nowhere" / "results.json")
    assert done.exit_code == 2
    assert "lstm-edu check: cannot write " in done.stderr


def test_nothing_to_grade(file):
    assert call(file).exit_code == 2
    with pytest.raises(grading.GradingError, match=r"name at least one exercise\."):
        grading.grade(file, [])


def test_a_process_that_does_not_start_is_no_grade(file, monkeypatch):
    def broken(command, **options):
        return STARTED([sys.executable, "-c", "raise SystemExit('no NumPy here')"], **options)

    monkeypatch.setattr(grading_process.subprocess, "Popen", broken)
    with pytest.raises(RuntimeError, match="the process that grades did not start: no NumPy here"):
        grading.grade(file, TWO)
