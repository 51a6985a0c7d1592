"""The command: what it offers, and that it hands on what it was given."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lstm_edu import cli
from lstm_edu.runs import clipping, half_training, long_range, sst2, stock, volatility, wrong_backward

ROOT = Path(__file__).resolve().parent.parent
RUNS = {
    "long-range": long_range,
    "clipping": clipping,
    "wrong-backward": wrong_backward,
    "half-training": half_training,
    "sst2": sst2,
    "stock": stock,
    "volatility": volatility,
}


def call(*arguments):
    return CliRunner().invoke(cli.main, arguments)


def test_help_lists_the_runs():
    shown = call("run", "--help")
    assert shown.exit_code == 0
    assert all(name in shown.output for name in RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gets_its_record_and_its_seeds(name, monkeypatch):
    given = []
    monkeypatch.setattr(RUNS[name], "run", lambda path, *, seeds: given.append((path, seeds)))
    assert call("run", name).exit_code == 0
    assert call("run", name, "--record", "there.json", "--seeds", "2").exit_code == 0
    usual = Path("book/results") / f"{name.replace('-', '_')}.json"
    assert given == [(usual, 5), (Path("there.json"), 2)]


def test_no_seeds_are_refused():
    done = call("run", "long-range", "--seeds", "0")
    assert done.exit_code == 2
    assert "--seeds" in done.output


def test_the_package_installs_it_under_its_name():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"lstm-edu": "lstm_edu.cli:main"}


def test_without_typer_it_says_what_to_install():
    code = "import sys; sys.modules['typer'] = None; import lstm_edu.cli"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert 'pip install "lstm-edu[cli,torch]"' in done.stderr


def test_bench_hands_on_what_it_was_given(monkeypatch):
    given = []

    def bench(suite, path, **options):
        given.append((suite, path, options))
        return "the table"

    monkeypatch.setattr("lstm_edu.bench.bench", bench)
    done = call("bench", "--suite", "gpu", "--record", "there.json", "--repetitions", "2", "--quick")
    assert (done.exit_code, done.output) == (0, "the table\n")
    call("bench")
    call("bench", "--suite", "precision", "--device", "cuda")
    assert given == [
        ("gpu", Path("there.json"), {"device": "cuda", "repetitions": 2, "quick": True}),
        ("cpu", Path("book/results/bench_cpu.json"), {"device": "cpu", "repetitions": 3, "quick": False}),
        (
            "precision",
            Path("book/results/bench_precision_cuda.json"),
            {"device": "cuda", "repetitions": 3, "quick": False},
        ),
    ]


def test_bench_says_in_a_line_what_is_missing(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    done = call("bench", "--suite", "gpu")
    assert done.exit_code == 2
    assert done.output.startswith("lstm-edu bench: PyTorch sees no CUDA device here.")
