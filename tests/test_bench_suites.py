"""The suites on number formats, long sequences and several hands: what they measure and record."""

import json

import numpy as np
import pytest
import torch

from lstm_edu.bench import bench, exchange, precision, scaling
from lstm_edu.bench.run import check_device
from lstm_edu.bench.strategies import STRATEGIES, STRETCH
from lstm_edu.bench.table import table
from lstm_edu.bench.work import Work, draw

MIB = 2**20
SIZES = {"T": 8, "D": 3, "H": 5, "batch_size": 7, "calls": 1}
COST = {"T": 6, "B": 3, "steps": 2}


def runs_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["runs"]


def seen_in_process(layer, numbers, curve=None):
    """Measure here, with a watcher that only notes when it is called."""
    said = []
    seen = precision.measure(
        layer=layer,
        precision=numbers,
        size=6,
        cost=COST,
        device="cpu",
        curve=curve,
        seed=0,
        say=said.append,
        wait=lambda: None,
    )
    assert said == [{"watch": "start"}, {"watch": "end"}]
    return seen


@pytest.mark.parametrize("layer", precision.LAYERS)
def test_a_layer_is_measured_in_every_format_of_the_processor(layer):
    for numbers in precision.FORMATS["cpu", layer]:
        seen = seen_in_process(layer, numbers)
        assert list(seen) == ["seconds"]  # the memory is added by the process that watches
        assert len(seen["seconds"]) == COST["steps"]
        assert all(0 < seconds < 10 for seconds in seen["seconds"])


@pytest.mark.parametrize(("layer", "numbers"), [("torch.nn.LSTM", "bfloat16"), ("lth.LSTMCell", "float16")])
def test_a_layer_learns_in_few_digits(layer, numbers):
    """As on a GPU; the scale of float16 starts too high, so that its first steps are skipped."""
    curve = precision.CURVE | {"length": 4, "steps": 120}
    seen = seen_in_process(layer, numbers, curve)
    assert len(seen["losses"]) == precision.TENTHS
    assert min(seen["losses"][-3:]) < 0.5 * seen["losses"][0]
    assert (seen["skipped"] > 0) == (numbers == "float16")
    again = precision.training(layer, numbers, torch.device("cpu"), 6, 0, **curve)
    assert again["losses"] == seen["losses"]  # whatever was measured before


def test_a_loss_that_is_lost_is_none():
    torch.manual_seed(0)
    curve = precision.CURVE | {"length": 4, "steps": 20, "lr": 1e30}
    losses = precision.training("torch.nn.LSTM", None, torch.device("cpu"), 4, 0, **curve)["losses"]
    assert losses[-1] is None
    json.dumps(losses, allow_nan=False)


def test_the_processor_says_what_it_multiplies_itself(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    assert precision.instructions(cpuinfo) == []
    cpuinfo.write_text("flags : avx2 amx_bf16 avx512_bf16\nflags : avx2 amx_bf16 avx512_bf16\n")
    assert precision.instructions(cpuinfo) == ["amx_bf16", "avx512_bf16"]


@pytest.mark.slow
def test_the_suite_of_formats_writes_its_record(tmp_path, monkeypatch):
    monkeypatch.setitem(precision.FORMATS, ("cpu", "lth.LSTMCell"), ("float32",))  # seconds
    path = tmp_path / "precision.json"
    shown = bench("precision", path, repetitions=1, quick=True, progress=False)
    runs = runs_of(path)
    formats = [
        (layer, numbers)
        for (device, layer), all_ in precision.FORMATS.items()
        if device == "cpu"
        for numbers in all_
    ]
    assert [(run["layer"], run["precision"]) for run in runs] == formats
    kept = precision.QUICK_COST["T"] * precision.QUICK_COST["B"] * 32 * 4  # one number per unit and step
    assert all(2 * kept < run["peak"] < 100 * kept for run in runs if run["precision"] == "float32")
    assert json.loads(path.read_text())["settings"]["instructions"] == precision.instructions()
    assert all(f"{layer}, H = 32, {numbers}" in shown for layer, numbers in formats)


def test_on_a_gpu_every_format_is_measured_and_trained():
    settings, _, jobs = precision.suite("cuda", quick=False)
    assert settings["curve"]["task"] == "adding"
    assert {key[1] for key in jobs if key[0] == "torch.nn.LSTM"} == {"float32", "tf32", "bfloat16", "float16"}
    assert len(jobs) == len(precision.LAYERS) * 4 * len(precision.SIZES["cuda"])
    assert all(job["curve"] == precision.CURVE for job in jobs.values())


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_a_batch_in_parts_has_the_gradient_of_the_whole(parts):
    whole, cut = (scaling.accumulating(SIZES, n)() for n in (1, parts))
    for right, gradient in zip(whole, cut, strict=True):
        torch.testing.assert_close(gradient, right, rtol=1e-4, atol=1e-6)


def test_fastest_is_the_fastest(monkeypatch):
    clock, waited = iter([0.0, 5.0, 10.0, 12.0, 20.0, 29.0]), []
    monkeypatch.setattr(exchange.time, "perf_counter", lambda: next(clock))
    assert exchange.fastest(lambda: None, 3, lambda: waited.append(1)) == 2.0
    assert len(waited) == 3


@pytest.mark.slow
def test_the_suite_of_several_hands_writes_its_record(tmp_path):
    path = tmp_path / "scaling.json"
    shown = bench("scaling", path, repetitions=1, quick=True, progress=False)
    (run,) = [run for run in runs_of(path) if run["way"] == "processes"]
    plan = scaling.QUICK_PROCESSES
    assert [int(size) for size in run["exchange"]] == [4 * n for n in plan["numbers"]]
    for H in plan["sizes"]:
        assert run["parameters"][str(H)] == 4 * H * (plan["D"] + H + 2) + H + 1
        assert sorted(map(int, run["alone"][str(H)])) == [1, 2, 4]
        assert run["together"][str(H)] > 0
        assert run["at once"][str(H)] > 0
    parts = {run["n"]: run for run in runs_of(path) if run["way"] == "parts"}
    assert tuple(parts) == scaling.QUICK_PARTS
    plan = scaling.QUICK_ACCUMULATION
    held = plan["T"] * plan["batch_size"] * plan["H"] * 4  # one number per unit and step
    assert 4 * held < parts[1]["peak"] < 20 * held
    assert parts[4]["peak"] < 0.6 * parts[1]["peak"]
    assert all(len(run["seconds"]) == plan["calls"] for run in parts.values())
    assert "H = 4: 2 processes" in shown
    assert "a batch in  4 parts" in shown


def test_a_script_that_fails_says_what_it_wrote(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("raise SystemExit('out of sorts')")
    with pytest.raises(RuntimeError, match=r"script.py failed in 2 processes:(.|\n)*out of sorts"):
        scaling.torchrun(2, script)


def test_a_script_that_ends_well_hands_back_what_it_printed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import os\nprint('rank', os.environ['RANK'])")
    assert scaling.torchrun(1, script) == "rank 0\n"


def test_tables_tell_ratios_and_parts():
    runs = [
        {"layer": "L", "H": 8, "precision": numbers, "repetition": k, "seconds": seconds, "peak": peak}
        for k in range(2)
        for numbers, seconds, peak in (("float32", [2.0 + 2 * k, 4.0], 10), ("bfloat16", [9.0, 1 + 3 * k], 5))
    ]
    assert "0.75 (0.50–1.00)      0.50 (0.50–0.50)" in table("precision", runs)
    runs = [
        {"way": "processes", "n": 2, "alone": {"8": {"16": 3.0, "4": 1.0}}, "together": {"8": 2.0}},
        {"way": "parts", "n": 4, "seconds": [0.5, 0.25], "peak": 3 * MIB},
    ]
    assert table("scaling", runs).splitlines() == [
        "H = 8: 2 processes 1.50 times as fast as one",
        "a batch in  4 parts: 3.0 MiB, 250 ms",
    ]


@pytest.mark.parametrize("suite", ["memory", "precision", "scaling"])
def test_a_suite_that_reads_memory_wants_linux(suite, tmp_path):
    with pytest.raises(ValueError, match=f"The suite {suite} reads a process's memory from /proc"):
        check_device(suite, "cpu", tmp_path / "clear_refs")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_strategy_computes_the_gradient_it_says(strategy):
    """Of the weights, over more than two stretches: that of the whole sequence, or that of ``truncate``."""
    work = Work(T=230, B=3, D=2, H=4, dtype="float64")
    given = draw(work)
    truncate = STRETCH if "truncated" in strategy else None
    _, _, tape = given.layer(given.x, truncate=truncate)
    expected = given.layer.backward(given.dh, None, tape)[2]["cell.weight_hh"]
    (found,) = (grad for grad in arrays(STRATEGIES[strategy](given, work)()) if grad.shape == expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def arrays(results):
    """What a step hands back, however nested, as arrays."""
    if isinstance(results, dict):
        results = results.values()
    if isinstance(results, np.ndarray | torch.Tensor):
        return [np.asarray(results.detach() if isinstance(results, torch.Tensor) else results)]
    return [array for part in results if part is not None for array in arrays(part)]
