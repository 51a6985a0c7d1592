"""The long runs, made short: what a run holds, that it repeats, and that it is what it says."""

import math
from functools import partial

import numpy as np
import pytest
import torch

from lstm_edu import data
from lstm_edu import numpy as lnp
from lstm_edu.runs import clipping, long_range, training
from lstm_edu.runs.networks import MODELS, H, build, by_hand
from lstm_edu.runs.record import read_record


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(long_range, "BUDGET", dict.fromkeys(long_range.TASKS, 50))
    monkeypatch.setattr(long_range, "LENGTHS", (3,))
    monkeypatch.setattr(clipping, "LENGTH", 4)
    monkeypatch.setattr(clipping, "BUDGET", {"LSTM": 50})
    monkeypatch.setattr(clipping, "RULES", (("none", None), ("norm", 0.01), ("value", 0.01)))


# Networks


@pytest.mark.parametrize("model", MODELS)
def test_a_network_and_its_numpy_layer_compute_the_same(model):
    network, x = build(model, 9, seed=0), np.random.default_rng(0).normal(size=(4, 9, 2))
    h, _, _ = by_hand(network.layer)(x)
    with torch.no_grad():
        expected, _ = network.layer(torch.tensor(x, dtype=torch.float32))
        answer = network(torch.tensor(x, dtype=torch.float32))
    np.testing.assert_allclose(h, expected, rtol=1e-4, atol=1e-6)
    assert answer.shape == (4, 1)


@pytest.mark.parametrize("model", MODELS)
def test_the_seed_alone_decides_on_a_network(model):
    state = torch.get_rng_state()
    first, again, other = (build(model, 9, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["layer.weight_ih_l0"], other["layer.weight_ih_l0"])
    assert torch.equal(torch.get_rng_state(), state)


def test_models_start_as_they_are_called():
    parameters = {model: dict(by_hand(build(model, 51, 0).layer).cell.named_parameters()) for model in MODELS}
    U = parameters["RNN orthogonal"]["weight_hh"]
    np.testing.assert_allclose(U @ U.T, np.eye(H), atol=1e-6)
    np.testing.assert_array_equal(parameters["RNN identity"]["weight_hh"], np.eye(H))
    assert build("RNN identity", 51, 0).layer.nonlinearity == "relu"
    forget = {model: parameters[model]["bias"][H : 2 * H] for model in MODELS if model.startswith("LSTM")}
    assert 0.01 < np.abs(forget["LSTM"]).mean() < 0.3  # two draws of the library, added
    assert (forget["LSTM bias 1"] == 1).all()
    assert (forget["LSTM bias 5"] == 5).all()
    assert 0 <= forget["LSTM chrono"].min() < forget["LSTM chrono"].max() <= np.log(50) + 1e-6


# Training


def trained(clip, steps=20, **settings):
    network = build("LSTM", 5, seed=0)
    draw = partial(data.adding, length=5)
    settings = {"judge_every": 10, "lr": 0.01, **settings}
    judge = draw(100, rng=np.random.default_rng(1))
    norms, errors = training.descend(
        network,
        draw,
        steps=steps,
        batch_size=8,
        rng=np.random.default_rng(0),
        judge=judge,
        clip=clip,
        **settings,
    )
    return network, norms, errors


def test_training_is_watched_and_repeats():
    _, norms, errors = trained(training.by_norm(1.0), steps=400)
    assert (len(norms), len(errors)) == (400, 40)
    assert errors[-1] < errors[0] / 2
    assert trained(training.by_norm(1.0), steps=400)[1:] == (norms, errors)


def test_training_ends_at_the_goal():
    _, norms, errors = trained(training.by_norm(1.0), steps=400, goal=1000.0)
    assert (len(norms), len(errors)) == (10, 1)


def test_training_breaks_off_where_a_gradient_is_not_finite():
    def clip(parameters):
        return math.nan if next(seen) == 3 else 1.0

    seen = iter(range(10))
    network, norms, errors = trained(clip)
    assert len(norms) == 4
    assert errors == []
    assert all(parameter.isfinite().all() for parameter in network.parameters())


def parameters_with_gradient(*values):
    parameter = torch.nn.Parameter(torch.zeros(len(values)))
    parameter.grad = torch.tensor(values)
    return [parameter]


def test_by_norm_keeps_the_direction_and_tells_the_norm():
    (parameter,) = parameters = parameters_with_gradient(3.0, 4.0)
    assert training.by_norm(1.0)(parameters) == 5.0
    torch.testing.assert_close(parameter.grad, torch.tensor([0.6, 0.8]))


def test_by_value_cuts_each_element_and_tells_the_norm():
    (parameter,) = parameters = parameters_with_gradient(3.0, -4.0, 0.5)
    assert training.by_value(1.0)(parameters) == pytest.approx(math.sqrt(25.25))
    torch.testing.assert_close(parameter.grad, torch.tensor([1.0, -1.0, 0.5]))


def test_norms_are_summed_up_without_those_that_are_not_finite():
    norms = [1.0, 2.0, 3.0, 4.0, math.inf]
    assert training.shares_above(norms, [0.5, 2.0]) == {"0.5": 1.0, "2.0": 0.5}
    assert training.summary(norms) == {"median": 2.5, "99%": pytest.approx(3.97), "max": 4.0}


def test_one_thread_and_then_as_many_as_before():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    with training.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)


# The records


def test_a_run_holds_what_its_page_reads():
    run = long_range.train("adding", 12, "LSTM", 0)
    assert (run["task"], run["length"], run["model"], run["seed"]) == ("adding", 12, "LSTM", 0)
    assert (run["solved"], run["diverged"], run["steps"]) == (False, False, 50)
    assert len(run["errors"]) == 1
    assert set(run["above"]) == {"0.1", "0.5", "1.0", "5.0"}
    assert run["before"]["distance"] == [0, 1, 2, 5, 10, 11]
    for when in ("before", "after"):
        assert run[when]["h"][0] == 1.0
        assert len(run[when]["c"]) == 6
        most, median = run[when]["keep"]
        assert 0 < median < most < 1


def test_what_is_measured_is_the_flow_of_the_head_gradient():
    network, x = build("GRU", 6, seed=0), data.recall(8, 6, rng=np.random.default_rng(0))[0]
    seen = long_range.measured(network, x)
    w = network.head.weight.detach().double().numpy()
    flow = lnp.gradient_flow(by_hand(network.layer), x, np.repeat(w, 8, axis=0))
    np.testing.assert_allclose(
        seen["h"], np.median(flow.h[:, [0, 1, 2, 5]], axis=0) / np.linalg.norm(w), rtol=6e-3
    )


def test_a_run_repeats_but_for_its_time():
    one, other = (long_range.train("recall", 6, "RNN identity", 1) for _ in range(2))
    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_a_run_that_breaks_off_says_so(monkeypatch):
    monkeypatch.setattr(long_range, "by_norm", lambda threshold: lambda parameters: math.inf)
    monkeypatch.setattr(long_range, "summary", lambda norms: {})
    monkeypatch.setattr(long_range, "shares_above", lambda norms, thresholds: {})
    run = long_range.train("recall", 6, "RNN identity", 1)
    assert (run["solved"], run["diverged"], run["steps"], run["after"]) == (False, True, 1, None)


def test_solved_means_far_below_a_constant(monkeypatch):
    monkeypatch.setattr(long_range, "SOLVED", 2.0)
    assert long_range.train("adding", 6, "LSTM", 0)["solved"]


def test_long_range_runs_everything(tmp_path):
    long_range.run(tmp_path / "r.json", seeds=2, progress=False)
    runs = read_record(tmp_path / "r.json")["runs"]
    keys = {(run["task"], run["length"], run["model"], run["seed"]) for run in runs}
    wanted = {(task, model) for task in ("adding", "recall") for model in MODELS}
    wanted |= {("recall, tenfold", "LSTM"), ("recall, tenfold", "LSTM bias 1")}
    assert keys == {(task, 3, model, seed) for task, model in wanted for seed in (0, 1)}
    assert len(runs) == len(keys)


def test_clipping_runs_every_rule(tmp_path):
    clipping.run(tmp_path / "r.json", seeds=1, progress=False)
    runs = read_record(tmp_path / "r.json")["runs"]
    assert [(run["rule"], run["bound"]) for run in runs] == [("none", None), ("norm", 0.01), ("value", 0.01)]
    assert all(len(run["errors"]) == 1 and not run["diverged"] for run in runs)
    assert len({run["errors"][0] for run in runs}) == 3  # each rule led elsewhere


def test_a_training_that_was_interrupted_stops_its_command(monkeypatch):
    model = torch.nn.Linear(2, 1)
    settings = {"optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "epochs": 2, "progress": False}
    data_set = torch.ones(4, 2), torch.ones(4, 1)
    loss = torch.nn.functional.mse_loss
    history = training.fit_or_stop(model, loss, data_set, rng=np.random.default_rng(0), **settings)
    assert history.stopped == "finished"

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.fit_or_stop(model, interrupted, data_set, rng=np.random.default_rng(0), **settings)
