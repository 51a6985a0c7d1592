"""The package without its extras: what a browser, or a small installation, can do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

BLOCK = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ImportError(f"{{name}} is absent")

sys.meta_path.insert(0, Absent())
"""

STEP = """
import numpy as np
from lstm_edu import numpy as lnp

layer = lnp.Unroll(lnp.LSTMCell(2, 3))
h, state, tape = layer(np.ones((4, 5, 2)))
layer.backward(h, state, tape)
"""


def run_without(absent, code):
    """Run code in a fresh Python in which some packages cannot be imported."""
    command = [sys.executable, "-W", "error", "-c", BLOCK.format(absent=absent) + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("module", ["lstm_edu", "lstm_edu.numpy", "lstm_edu.data", "lstm_edu.coursework"])
def test_numpy_is_enough_to_import(module):
    absent = {
        "torch",
        "pandas",
        "matplotlib",
        "sklearn",
        "statsmodels",
        "arch",
        "pooch",
        "tqdm",
        "safetensors",
    }
    done = run_without(absent, f"import {module}")
    assert done.returncode == 0, done.stderr


def test_the_package_itself_needs_nothing():
    done = run_without({"numpy", "torch"}, "import lstm_edu; print(lstm_edu.__version__)")
    assert done.returncode == 0, done.stderr


def test_numpy_is_enough_for_a_gradient():
    done = run_without({"torch", "pandas", "matplotlib", "sklearn"}, STEP)
    assert done.returncode == 0, done.stderr


def test_the_torch_half_needs_no_other_part():
    done = run_without(
        {"pandas", "matplotlib", "sklearn"},
        "import sys, lstm_edu.torch; print('lstm_edu.numpy' in sys.modules)",
    )
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_what_is_absent_is_absent():
    done = run_without({"torch"}, "import lstm_edu.torch")
    assert done.returncode != 0
    assert "torch is absent" in done.stderr
