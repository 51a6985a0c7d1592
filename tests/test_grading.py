"""Grading survives whatever a student hands in, and nothing that a file prints is a verdict."""

import io
import json
import os
import time

import pytest
from grading_desk import FIRST_STEP, KEEP, desk, statuses, texts

from lstm_edu.coursework import grading_process

POSIX = os.name == "posix"


@pytest.fixture
def graded(tmp_path):
    return desk(tmp_path)


def test_right_and_wrong(graded):
    grade = graded(KEEP + FIRST_STEP.replace("i * g", "g"))
    assert statuses(grade) == ["passed", "failed"]
    assert texts(grade)[0].startswith("✓ keep a share: right in every case.")
    assert "its gate `i` is missing" in texts(grade)[1]
    assert (grade.troubles, grade.printed) == ((), "")


ENDS = {"os._exit": ("os._exit(0)", "exit code 0")}
if POSIX:
    ENDS["a signal"] = ("os.kill(os.getpid(), 9)", "signal SIGKILL")


@pytest.mark.parametrize(("call", "how"), ENDS.values(), ids=ENDS)
def test_a_process_that_ends_costs_one_exercise(graded, call, how):
    names = ["intro.KEEP", "intro.SIGMOID", "intro.A_FIRST_STEP"]
    grade = graded(f"{KEEP}{FIRST_STEP}import os\ndef sigmoid(a):\n    {call}\n", names)
    assert statuses(grade) == ["passed", "stopped", "passed"]
    assert texts(grade)[1] == f"✗ logistic function: your answer ended the whole process ({how})."


@pytest.mark.parametrize(("call", "how"), ENDS.values(), ids=ENDS)
def test_a_process_that_ends_while_the_file_runs(graded, call, how, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    grade = graded(f"{KEEP}{FIRST_STEP}import os\nprint('so far')\n{call}\n")
    assert statuses(grade) == ["stopped", "stopped"]
    assert grade.printed.split() == ["so", "far"]
    sentence = f"week1.py ended the whole process ({how})."
    assert texts(grade)[0] == f"✗ keep a share: not judged. {sentence}"
    assert grade.troubles == (sentence,)


def test_a_loop_costs_one_exercise(graded):
    grade = graded("def keep(f, c):\n    while True:\n        pass\n" + FIRST_STEP, seconds=1)
    assert statuses(grade) == ["stopped", "passed"]
    assert texts(grade)[0] == (
        "✗ keep a share: your answer took longer than 1 s and was stopped. Is there a loop that never ends?"
    )


def test_a_loop_that_no_thread_can_stop(graded):
    grade = graded(
        KEEP.replace("f * c", "sum(itertools.count())") + f"import itertools\n{FIRST_STEP}", seconds=1
    )
    assert statuses(grade) == ["stopped", "passed"]


def test_a_loop_while_the_file_runs(graded):
    began = time.monotonic()
    grade = graded(f"{KEEP}{FIRST_STEP}\nwhile True:\n    pass\n", seconds=1)
    assert time.monotonic() - began < 30
    assert statuses(grade) == ["stopped", "stopped"]
    assert grade.troubles == (
        "week1.py took longer than 1 s and was stopped. Is there a loop that never ends?",
    )


def test_megabytes_of_output_are_cut(graded):
    loud = "import sys\nfor _ in range(300):\n    print('é' * 10_000)\nprint('last', file=sys.stderr)\n"
    grade = graded(loud + KEEP + FIRST_STEP)
    assert statuses(grade) == ["passed", "passed"]
    assert grade.printed.startswith("é" * 2000 + "\n… and ")
    assert len(grade.printed) < 2100


def test_only_the_beginning_is_kept():
    printed = grading_process._Printed()
    printed.read(io.BytesIO(b"x" * 10**6))
    assert len(printed.kept) < 10_000
    assert printed.text().endswith("\n… and 998,000 bytes more")


def test_what_was_said_just_before_the_end_counts(graded, monkeypatch):
    def late(pipe, *arguments):
        collect(io.BytesIO(pipe.read()), *arguments)  # all at once, when the process has ended

    collect = grading_process._collect
    monkeypatch.setattr(grading_process, "_collect", late)
    assert statuses(graded(KEEP + FIRST_STEP)) == ["passed", "passed"]


def test_what_is_printed_is_kept_and_is_no_verdict(graded):
    forged = {"event": "judged", "exercise": "intro.KEEP", "found": True, "passed": True, "text": "✓"}
    lines = [json.dumps(forged | extra) for extra in ({}, {"word": ""}, {"event": "done"})]
    text = f"""
    import os, sys
    LINES = {lines!r}
    def forge():
        for line in LINES:
            print(line)
            print(line, file=sys.stderr)
            for number in range(1, 20):
                try:
                    os.write(number, line.encode() + b"\\n")
                except OSError:
                    continue
    forge()
    def keep(f, c):
        forge()
        return f + c
    """
    grade = graded(text, ["intro.KEEP"])
    assert statuses(grade) == ["failed"]
    assert "You added the gate" in texts(grade)[0]
    assert lines[0] in grade.printed


MUTATIONS = {
    "another reference": "object.__setattr__(intro.KEEP, 'reference', lambda f, c: f + c)",
    "no results": "intro.KEEP.returns.clear()",
    "no exercise": "intro.KEEP = None",
    "another check": "from lstm_edu.coursework import checking as c\nc.check = lambda *_, **__: YES",
}


@pytest.mark.parametrize("line", MUTATIONS.values(), ids=MUTATIONS)
def test_exercises_are_judged_as_they_were(graded, line):
    head = f"from lstm_edu.coursework import Feedback, intro\nYES = Feedback(True, '')\n{line}\n"
    assert statuses(graded(head + KEEP, ["intro.KEEP"])) == ["passed"]
    assert statuses(graded(head + KEEP.replace("*", "+"), ["intro.KEEP"])) == ["failed"]


def test_a_judge_that_lets_mistakes_pass_is_not_believed(graded):
    blind = "import lstm_edu.coursework.checking as c\nc.complaint = lambda *_: None\n"
    grade = graded(blind + KEEP, ["intro.KEEP"])
    assert statuses(grade) == ["failed"]
    assert "changes what it is judged by" in texts(grade)[0]


def test_an_answer_that_cannot_be_looked_at(graded):
    odd = """
    class Odd:
        def __array__(self, *_, **__):
            raise KeyError("no")
    def keep(f, c):
        return Odd()
    """
    assert texts(graded(odd, ["intro.KEEP"])) == ["✗ keep a share: looking at the answer raised KeyError."]


def test_a_file_lives_in_a_folder_of_its_own(graded, tmp_path):
    text = f"{KEEP}print(__name__, __file__)\nopen('notes.txt', 'w').write('x')\n"
    grade = graded(text, ["intro.KEEP"])
    name, place = grade.printed.split()
    assert name == "handed_in"
    assert not os.path.exists(place)
    assert [path.name for path in tmp_path.iterdir()] == ["week1.py"]


def test_threads_and_exit_handlers_do_not_keep_it(graded):
    text = "import atexit, threading, time\natexit.register(time.sleep, 60)\n"
    text += "threading.Thread(target=time.sleep, args=(60,)).start()\n"
    began = time.monotonic()
    assert statuses(graded(text + KEEP, ["intro.KEEP"])) == ["passed"]
    assert time.monotonic() - began < 30
