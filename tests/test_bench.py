"""The benchmark: fair turns, equal results or none, memory from outside, a record that can be resumed."""

import json
from functools import partial
from itertools import count

import numpy as np
import pytest
import torch

from lstm_edu.bench import SUITES, bench, contest, ratios, rounds, suites
from lstm_edu.bench.ceilings import ceilings
from lstm_edu.bench.contestants import CONTESTANTS, installed
from lstm_edu.bench.equal import UnequalResults, check_equal
from lstm_edu.bench.process import MeasurementFailed, measured
from lstm_edu.bench.run import check_device
from lstm_edu.bench.table import table
from lstm_edu.bench.work import Work, draw, names_of_results

CEILINGS = {"ceilings": {"flops": 1.0, "bytes": 1.0}}
SMALL = Work(T=5, B=3, D=2, H=4)
ON_GPU_ONLY = "PyTorch, Triton"
SLOW_TO_COMPILE = "PyTorch, Unroll compiled"
HERE = [name for name in CONTESTANTS if installed(name) and name not in (ON_GPU_ONLY, SLOW_TO_COMPILE)]


def takes_part(name, work):
    return name != "ONNX Runtime" or (not work.train and work.dtype == "float32")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("name", HERE)
def test_a_contestant_computes_what_all_do(name, train, dtype, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    work = SMALL._replace(train=train, dtype=dtype)
    if not takes_part(name, work):
        with pytest.raises(ValueError, match="forwards and in float32 only"):
            CONTESTANTS[name](draw(work), work)
        return
    if name == "Keras":
        dtype = "float32"  # it multiplies float64 in float32 on the way
    step, read = CONTESTANTS[name](draw(work), work)
    check_equal(name, read(step()), contest.expected(draw(work), work), dtype)


@pytest.mark.parametrize(
    "name",
    [
        "NumPy, Unroll",
        "NumPy, Fused",
        "PyTorch, Unroll",
        "PyTorch, tutorial loop",
        "PyTorch, loop of LSTMCell",
        "torch.nn.LSTM",
    ],
)
def test_a_stack_of_layers_is_compared_layer_by_layer(name):
    work = SMALL._replace(layers=3, dtype="float64")
    step, read = CONTESTANTS[name](draw(work), work)
    right = contest.expected(draw(work), work)
    assert {"weight_ih", "weight_hh_l1", "bias_l2"} < set(right)
    check_equal(name, read(step()), right, "float64")


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")
def test_the_compiled_loop_computes_what_all_do(monkeypatch):
    """Traced as always but not translated, which would take minutes."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))
    step, read = CONTESTANTS[SLOW_TO_COMPILE](draw(SMALL), SMALL)
    check_equal(SLOW_TO_COMPILE, read(step()), contest.expected(draw(SMALL), SMALL), "float32")


def right():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(3, 2)) for name in names_of_results(train=True)}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda results: results | {"dx": results["dx"] * 1.001}, "Other: dx is off by 0.001 of its norm"),
        (lambda results: results | {"h": results["h"].T}, r"Other: h has shape \(2, 3\) instead of \(3, 2\)"),
        (lambda results: {"h": results["h"]}, "Other hands over no dx"),
        (lambda results: results | {"bias": results["bias"] * np.nan}, "Other: bias is off by nan"),
    ],
)
def test_who_computes_something_else_is_not_compared(spoil, message):
    check_equal("Other", right(), right(), "float32")
    with pytest.raises(UnequalResults, match=message):
        check_equal("Other", spoil(right()), right(), "float32")


def test_a_contest_refuses_a_contestant_that_is_wrong(monkeypatch):
    def wrong(given, work):
        step, read = CONTESTANTS["torch.nn.LSTM"](given, work)
        return step, lambda results: read(results) | {"h": 1.01 * read(results)["h"]}

    monkeypatch.setitem(CONTESTANTS, "Wrong", wrong)
    with pytest.raises(UnequalResults, match=r"Wrong: h is off by 0\.01"):
        contest.measure(work=SMALL._asdict(), names=["Wrong"], rounds=1, seed=0, say=None, wait=None)


def test_who_finds_no_memory_is_left_out_and_named(monkeypatch):
    def greedy(given, work):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1 TiB.")

    monkeypatch.setitem(CONTESTANTS, "Greedy", greedy)
    names = ["Greedy", "NumPy, Unroll"]
    seen = contest.measure(work=SMALL._asdict(), names=names, rounds=1, seed=0, say=None, wait=None)
    assert seen["left_out"] == {"Greedy": "CUDA out of memory"}
    assert list(seen["seconds"]) == ["NumPy, Unroll"]


def test_turns_are_taken_and_the_first_one_changes():
    seen, ticks = [], count()
    steps = {name: lambda name=name: seen.append(name) for name in "abc"}
    taken = rounds.take_turns(steps, rounds=3, clock=lambda: float(next(ticks)))
    assert "".join(seen[-9:]) == "abcbcacab"  # the calls before them warm up
    assert taken == {name: [1.0] * 3 for name in "abc"}


def test_short_steps_are_repeated_until_they_can_be_measured():
    calls = []
    now = iter(np.cumsum([0, 0.001] * 4))
    rounds.take_turns({"a": lambda: calls.append(1)}, rounds=1, clock=lambda: float(next(now)))
    assert len(calls) == rounds.WARM_UP + round(rounds.LEAST / 0.001)


def test_a_ratio_is_taken_within_its_round():
    run = {"seconds": {"torch.nn.LSTM": [1.0, 2.0, 4.0], "NumPy, Fused": [2.0, 1.0, 4.0]}}
    assert ratios.ratios(run)["NumPy, Fused"].tolist() == [2.0, 0.5, 1.0]
    assert ratios.over_repetitions([run, run], "NumPy, Fused") == (1.0, 1.0, 1.0)
    assert np.isnan(ratios.middle(run, "JAX, scan"))
    assert ratios.geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


def test_the_operations_are_those_of_the_products():
    work = Work(T=7, B=3, D=2, H=5)
    forward = sum(2 * 3 * rows * columns for _ in range(7) for rows, columns in [(20, 2), (20, 5)])
    assert work.flops() == 3 * forward
    assert work._replace(train=False).flops() == forward
    deep = work._replace(layers=3)
    assert deep.flops() == 3 * 2 * 3 * 7 * 20 * ((2 + 5) + 2 * (5 + 5))
    for one in (work, deep):
        held = sum(array.size for _, array in draw(one).layer.named_parameters())
        assert one.bytes_of_weights() == 4 * held


def test_what_is_achieved_is_work_over_time():
    work = Work(T=7, B=3, D=2, H=5)
    arrays = 7 * 3 * (2 + 5 + 5 + 2 + 2 * 5 * 5)  # x, h, dh, dx; gates and cell state out and back
    assert work.least_bytes() == 4 * arrays + 2 * work.bytes_of_weights()
    assert work._replace(train=False).least_bytes() == 4 * 7 * 3 * (2 + 5) + work.bytes_of_weights()
    run = {"T": 7, "B": 3, "D": 2, "H": 5, "ceilings": {"flops": 1e6, "bytes": 1e5}}
    seen = ratios.achieved(
        [run | {"seconds": {"Ours": seconds}} for seconds in ([1.0, 0.5], [0.5, 9.0])], "Ours"
    )
    assert seen["flops"] == work.flops() / 0.75
    assert seen["share of flops"] == pytest.approx(work.flops() / 0.75 / 1e6)
    assert seen["share of bytes"] == pytest.approx(work.least_bytes() / 0.75 / 1e5)
    assert seen["sequences"] == 4.0


def test_ceilings_are_the_work_over_the_shortest_time():
    ticks = count()
    measured_here = ceilings(size=64, seconds=3, clock=lambda: float(next(ticks)))  # every call takes 1
    assert measured_here["flops"] == 2 * 64**3
    assert measured_here["bytes"] == 2 * 4 * 2**25  # read and written, in float32
    assert measured_here["library"] in ("numpy", "torch")


def test_memory_is_seen_from_outside():
    """What a step of this size has to hold: the gates and states of every time step."""
    work = Work(T=2000, B=16, D=8, H=64)
    answer = measured("memory", work=work._asdict(), strategy="NumPy, Unroll", calls=1, seed=0)
    held = work.T * work.B * work.H * 4 * 6  # i, f, g, o, c, h in float32
    assert held < answer["peak"] < 6 * held
    assert len(answer["seconds"]) == 1


def test_a_measurement_that_fails_says_why():
    with pytest.raises(MeasurementFailed, match="KeyError: 'nobody'"):
        measured("memory", work=SMALL._asdict(), strategy="nobody", calls=1, seed=0)


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("quick", [True, False])
def test_every_job_of_a_suite_is_known(suite, quick):
    settings, keys, jobs = SUITES[suite]("cpu", quick)
    assert json.dumps(settings)
    assert jobs
    assert all(len(key) == len(keys) for key in jobs)
    for job in jobs.values():
        assert set(job.get("names", [])) <= set(CONTESTANTS)


def test_an_unknown_contestant_is_refused():
    with pytest.raises(ValueError, match="There is no contestant 'Matlab'"):
        suites.contest((1, 1, 1, 1), ["Matlab"], 1)


@pytest.mark.parametrize(
    ("suite", "device", "message"),
    [
        ("cpu", "cuda", "The suite cpu runs on cpu, not on cuda"),
        ("gpu", "cpu", "The suite gpu runs on cuda, not on cpu"),
    ],
)
def test_a_suite_has_its_device(suite, device, message):
    with pytest.raises(ValueError, match=message):
        check_device(suite, device)


def test_no_gpu_is_said_so(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ValueError, match="PyTorch sees no CUDA device here"):
        check_device("gpu", "cuda")


def test_an_unknown_suite_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no suite 'tpu'; there are cpu, gpu"):
        bench("tpu", tmp_path / "record.json")


@pytest.mark.slow
def test_a_suite_writes_a_record_and_takes_it_up(tmp_path, monkeypatch):
    path = tmp_path / "bench.json"
    shown = bench("cpu", path, repetitions=1, quick=True, progress=False)
    runs = json.loads(path.read_text())["runs"]
    assert len(runs) == len(suites.cpu("cpu", quick=True)[2])
    assert all(len(seconds) == 2 for run in runs for seconds in run["seconds"].values())
    assert all(name in shown for run in runs for name in run["seconds"])
    monkeypatch.setattr("lstm_edu.bench.run.measured", None)  # nothing is measured twice
    assert bench("cpu", path, repetitions=1, quick=True, progress=False) == shown


def test_a_table_tells_memory():
    runs = [{"T": 50, "strategy": "NumPy, Fused", "repetition": 0, "seconds": [0.5, 1.5], "peak": 3 * 2**20}]
    assert "3 MiB, 1.00 s" in table("memory", runs)


def test_a_record_of_a_gpu_names_the_card(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    monkeypatch.setattr(
        "lstm_edu.bench.run.measured", lambda **job: {"seconds": {"torch.nn.LSTM": [1.0]}, **CEILINGS}
    )
    path = tmp_path / "gpu.json"
    bench("gpu", path, device="cuda", repetitions=1, quick=True, progress=False)
    record = json.loads(path.read_text())
    assert record["settings"]["gpu"] == "a card"
    assert {run["where"] for run in record["runs"]} == {"cuda", "one thread", "all threads"}
