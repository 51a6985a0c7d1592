"""The limits under which a file is graded: they hold, or the grade says that they do not."""

import os
import sys
import textwrap
import time

import pytest
from grading_desk import FIRST_STEP, KEEP, desk, statuses, texts

from lstm_edu.coursework import grading, grading_child, grading_process

POSIX, LINUX = os.name == "posix", sys.platform == "linux"


@pytest.fixture
def graded(tmp_path):
    return desk(tmp_path)


PILE = "    pile = []\n    while True:\n        pile.append(bytes(1 << 24))\n"
HUNGRY = {  # each with the statuses of the two exercises, and what is said
    "an attempt": (f"def keep(f, c):\n{PILE}{FIRST_STEP}", ["failed", "passed"], "raised MemoryError"),
    "the file": (f"{KEEP}if True:\n{PILE}{FIRST_STEP}", ["passed", "not found"], "raised MemoryError"),
    "one array": (
        f"{KEEP}import numpy as np\nx = np.ones(1 << 30)\n{FIRST_STEP}",
        ["passed", "not found"],
        "Unable to allocate 8.00 GiB",
    ),
    "a file on disk": (
        f"{KEEP}with open('x', 'wb') as f:\n    f.truncate(1 << 40)\n{FIRST_STEP}",
        ["passed", "not found"],
        "File too large",
    ),
}


@pytest.mark.parametrize(("text", "expected", "said"), HUNGRY.values(), ids=HUNGRY)
def test_memory_without_limit(graded, text, expected, said):
    grade = graded(text if LINUX else KEEP, memory=512)
    if LINUX:  # elsewhere nobody would stop it
        assert statuses(grade) == expected
        assert said in " ".join([*texts(grade), *grade.troubles])
        assert (grade.memory, grade.notes) == (512, ())
    else:
        assert (grade.memory is None) == any("does not limit the memory" in note for note in grade.notes)


def test_a_platform_without_limits_says_so(graded, monkeypatch):
    unlimited = grading_process.Outcome(ready=True, ran=True, ended="stopped.")
    monkeypatch.setattr(grading, "run_file", lambda *_, **__: unlimited)
    grade = graded(KEEP)
    assert grade.memory is None
    assert "This platform does not limit the memory of a process: --memory had no effect." in grade.notes
    assert grading.plain(grade)["limits"]["memory_mib"] is None
    assert grade.notes[0] in grading.gradescope(grade)["output"]


class Forgetful:
    """A ``resource`` that accepts a limit and does not keep it."""

    RLIMIT_AS = RLIMIT_FSIZE = 0
    setrlimit = staticmethod(lambda *_: None)


class Refusing(Forgetful):
    @staticmethod
    def setrlimit(*_):
        raise ValueError("current limit exceeds maximum limit")


@pytest.mark.parametrize("resource", [None, Forgetful, Refusing])
def test_a_limit_counts_only_if_it_holds(resource, monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", resource)
    assert grading_child._limit_memory(1 << 26) is False


@pytest.mark.parametrize("how", ["subprocess", "fork"] if POSIX else ["nothing"])
def test_no_process_stays_behind(graded, tmp_path, how):
    beat = tmp_path / "beat"
    body = f"import time\nwhile True:\n    open({str(beat)!r}, 'a').write('x')\n    time.sleep(0.01)\n"
    start = {
        "nothing": f"open({str(beat)!r}, 'a').write('x')\n",
        "subprocess": f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {body!r}])\n",
        "fork": f"import os\nif os.fork() == 0:\n{textwrap.indent(body, '    ')}",
    }[how]
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(beat)!r}).exists():\n    time.sleep(0.01)\n"
    began = time.monotonic()
    grade = graded(start + wait + KEEP, ["intro.KEEP"])
    assert time.monotonic() - began < 15
    assert statuses(grade) == ["passed"]
    size = beat.stat().st_size
    time.sleep(0.2)
    assert beat.stat().st_size == size > 0
    assert (not any("keeps running" in note for note in grade.notes)) == POSIX
