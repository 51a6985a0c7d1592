"""The data part starts with NumPy alone, and names the extra where it needs more."""

import subprocess
import sys

import numpy as np
import pytest

from lstm_edu import data

HEAVY = "arch", "pandas", "pooch", "requests", "scipy", "sklearn", "statsmodels", "torch", "matplotlib"


def test_importing_needs_numpy_alone():
    script = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({HEAVY}))\n"  # None: an import of these fails
        "from lstm_edu import data\n"
        "data.sliding_windows(data.noisy_sine(20, rng=data.windows.np.random.default_rng(0)), 5)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


@pytest.mark.parametrize(
    ("missing", "call"),
    [
        ("sklearn.model_selection", lambda: data.walk_forward(40, 2, window=3)),
        ("sklearn.preprocessing", lambda: data.fit_scaler(np.ones((4, 2)))),
        ("sklearn.utils.validation", lambda: data.scale(None, np.ones((4, 2)))),
        ("arch", lambda: data.load_stocks("sp500")),
        ("statsmodels.stats.proportion", lambda: data.direction_accuracy(np.ones(4), np.ones(4))),
        ("statsmodels.regression.linear_model", lambda: data.diebold_mariano(np.ones(4), np.ones(4))),
        ("pooch", lambda: data.load_text("names")),
    ],
)
def test_a_missing_package_is_named_with_its_extra(monkeypatch, missing, call):
    monkeypatch.delenv("LSTM_EDU_DATA", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        ImportError, match=rf'`{missing}` is not installed. .* pip install "lstm_edu\[data\]"'
    ):
        call()
