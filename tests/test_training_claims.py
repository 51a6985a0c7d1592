"""The run behind the claims about training, made short: one thing differs, nothing leaks, all repeats."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from typer.testing import CliRunner

from lstm_edu import cli, data
from lstm_edu import torch as lth
from lstm_edu.runs import claim_rows, claim_texts, planted_evidence, training_claims, watching
from lstm_edu.runs.record import read_record

EPOCHS = 2


def part(n, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=n)
    tokens = [[str(word) for word in rng.integers(2, 30, size=7)] + ["good" if y else "bad"] for y in labels]
    vocabulary = data.Vocabulary(["good", "bad", *map(str, range(2, 30))])
    return claim_texts.numbers(vocabulary, tokens, labels)


@pytest.fixture
def texts():
    return {"train": part(90, 0), "validation": part(40, 1), "test": part(50, 2)}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(training_claims, "EPOCHS", EPOCHS)
    monkeypatch.setattr(planted_evidence, "N", 64)
    monkeypatch.setattr(planted_evidence, "JUDGED", 20)
    monkeypatch.setattr(planted_evidence, "EPOCHS", 1)


# The rows


def test_every_row_differs_from_the_first_in_what_it_is_called_after():
    first = claim_rows.ROWS["LSTM"]
    for name, row in claim_rows.ROWS.items():
        other = {key for key, value in row._asdict().items() if value != getattr(first, key)}
        expected = {
            "norm": {"by_norm"},
            "value": {"by_value"},
            "loss": {"scale"},
            "embedding": {"embedding_dropout"},
            "head": {"head_dropout"},
            "between": {"layer", "between_dropout"},
            "two": {"layer"},
            "L2": {"decay"},
            "last": {"pool"},
            "max": {"pool"},
            "student": {"size", "words"},
            "LSTM": set(),
        }.get(name.split()[0])
        if expected is not None:
            assert other == expected, name
        if name in ("plateau", "cosine", "one-cycle"):
            assert other == {"schedule"}


def test_rivals_have_equal_budgets():
    count = {name: claim_rows.parameters(claim_rows.build(name, 0)) for name in claim_rows.ROWS}
    for name in "BiLSTM", "last", "max", "attention", "CNN", "CNN–LSTM":
        assert abs(count[name] / count["LSTM"] - 1) < 0.03, name
    assert count["LSTM"] == 4 * 32 * (32 + 32 + 1) + 33


def test_the_seed_alone_decides_on_a_network():
    for name in claim_rows.ROWS:
        one, again, other = (list(claim_rows.build(name, seed).parameters()) for seed in (1, 1, 2))
        assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True)), name
        assert not torch.equal(one[0], other[0])


# Beside the training


def test_cutting_by_value_tells_how_far_the_gradient_turned():
    model = torch.nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    watch = watching.Watch(model, optimizer, 1.0)
    before = model.weight.detach().clone()
    for gradient in ([3.0, 1.0], [0.5, 0.5]):
        model.weight.grad = torch.tensor([gradient])
        optimizer.step()
    assert watch.bound == [True, False]
    np.testing.assert_allclose(watch.cosines, [4 / math.sqrt(20), 1], rtol=1e-6)
    torch.testing.assert_close(before - model.weight.detach(), torch.tensor([[1.5, 1.5]]))
    watch({})
    model.weight.data.zero_()
    assert (watch.last["weight"] != 0).all()  # a copy


def rates(schedule, losses=()):
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    reports = watching.scheduled(schedule, optimizer, rate=0.1, steps=10)
    seen = []
    for k in range(10):
        model(torch.ones(1, 1)).sum().backward()
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        for report in reports:
            report({"validation_loss": losses[k]})
    return [*seen, optimizer.param_groups[0]["lr"]]


def test_schedules_do_what_they_are_called():
    assert rates("constant") == [0.1] * 11
    cosine = rates("cosine")
    np.testing.assert_allclose(cosine, 0.05 * (1 + np.cos(np.pi * np.arange(11) / 10)), atol=1e-9)
    cycle = rates("one-cycle")
    assert 0.28 < max(cycle) <= 0.3
    assert cycle[0] < 0.02
    assert 2 <= np.argmax(cycle) <= 4
    assert cycle[-1] < 1e-4
    plateau = rates("plateau", [3, 2, 1, 1, 1, 1, 1, 0.5, 0.4, 0.3])
    assert plateau == [0.1] * 5 + [0.05] * 2 + [0.025] * 4


# Training


def test_a_student_hears_label_and_teacher():
    z, y, master = torch.tensor([[0.3], [-2.0]]), torch.tensor([[1.0], [0.0]]), torch.tensor([[4.0], [1.0]])
    loss = training_claims.distilling(z, torch.cat([y, master], dim=1))
    soft = cross_entropy(z / 2, torch.sigmoid(master / 2))
    torch.testing.assert_close(loss, 0.5 * cross_entropy(z, y) + 0.5 * 4 * soft)
    agreed = (
        z.clone().requires_grad_()
    )  # a student that says what its teacher says, has nothing to learn of it
    y = torch.sigmoid(z)
    training_claims.distilling(agreed, torch.cat([y, z], dim=1)).backward()
    torch.testing.assert_close(agreed.grad, torch.zeros_like(z), atol=1e-7, rtol=0)


def test_a_scaled_loss_is_scaled():
    z, y = torch.tensor([[0.3]]), torch.tensor([[1.0]])
    torch.testing.assert_close(training_claims.scaled(10.0)(z, y), 10 * cross_entropy(z, y))


def test_a_run_holds_what_its_page_reads(texts):
    run = training_claims.train("norm 0.05", "test", 1, texts=texts, teacher=None)
    assert (run["row"], run["part"], run["seed"]) == ("norm 0.05", "test", 1)
    assert [len(run[name]) for name in ("losses", "validation_losses", "norms")] == [EPOCHS] * 3
    assert 0 < run["bound"] <= 1
    assert run["best_epoch"] in range(EPOCHS)
    assert all(0 <= run[when][of] <= 1 for when in ("best", "last") for of in ("train", "validation", "test"))
    assert run["best"]["validation"] == run["validation"]
    value = training_claims.train("value 0.001", "test", 1, texts=texts, teacher=None)
    assert 0 < value["cosine"] < 1
    assert value["bound"] == 1.0


def test_what_is_learnt_is_found_in_the_test(texts, monkeypatch):
    monkeypatch.setattr(training_claims, "EPOCHS", 20)
    run = training_claims.train("last", "test", 0, texts=texts | {"train": part(1000, 0)}, teacher=None)
    assert run["last"]["test"] > 0.9


def test_a_choice_sees_no_test(texts):
    del texts["test"]
    run = training_claims.train("rate 0.01", "choice", 100, texts=texts, teacher=None)
    assert set(run) & {"best", "last"} == set()
    other = training_claims.train("rate 0.03", "choice", 100, texts=texts, teacher=None)
    assert run["losses"] != other["losses"]


def test_only_the_distilled_ask_a_teacher(texts):
    asked = []

    def teacher(seed):
        asked.append(seed)
        return claim_rows.build("teacher", seed), None, None

    training_claims.train("student 4", "test", 3, texts=texts, teacher=teacher)
    assert asked == []
    training_claims.train("student 4, distilled", "test", 3, texts=texts, teacher=teacher)
    assert asked == [3]


def test_a_teacher_is_judged_at_its_best_and_left_so(texts):
    network, watch, history = training_claims.fit("teacher", 1, texts)
    best = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    watch.last = {name: torch.zeros_like(tensor) for name, tensor in best.items()}
    run = training_claims.train(
        "teacher", "test", 1, texts=texts, teacher=lambda seed: (network, watch, history)
    )
    assert all(torch.equal(tensor, best[name]) for name, tensor in network.state_dict().items())
    assert run["last"]["test"] == round(1 - texts["test"].y.mean().item(), 4)  # of zeros: always bad
    assert run["best"]["test"] == round(training_claims.accuracy(network, texts["test"]), 4)


@pytest.mark.parametrize("row", ["LSTM", "between dropout 0.5", "one-cycle"])
def test_a_run_repeats_but_for_its_time(texts, row):
    one, other = (training_claims.train(row, "test", 1, texts=texts, teacher=None) for _ in range(2))
    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_everything_is_run(tmp_path, texts, monkeypatch):
    monkeypatch.setattr(training_claims, "load", lambda words_known: texts)
    monkeypatch.setattr(
        training_claims,
        "ROWS",
        {name: claim_rows.ROWS[name] for name in ("LSTM", "student 4, distilled", "teacher")},
    )
    monkeypatch.setattr(planted_evidence, "ROWS", {"LSTM, 2 planted": ("LSTM", 2)})
    training_claims.run(tmp_path / "r.json", seeds=2, progress=False)
    runs = read_record(tmp_path / "r.json")["runs"]
    found = [(run["row"], run["part"], run["seed"]) for run in runs]
    wanted = [(name, "choice", 100) for name in claim_rows.RATES]
    for seed in 0, 1:
        wanted += [(name, "test", seed) for name in ("LSTM", "student 4, distilled", "teacher")]
        wanted += [("LSTM, 2 planted", "planted", seed)]
    assert found == wanted + [("LSTM", "test", seed) for seed in range(2, 6)]


def test_the_command_hands_on_record_and_seeds(monkeypatch):
    given = []
    monkeypatch.setattr(training_claims, "run", lambda path, *, seeds: given.append((path, seeds)))
    for arguments in ([], ["--record", "there.json", "--seeds", "2"]):
        assert CliRunner().invoke(cli.main, ["run", "training-claims", *arguments]).exit_code == 0
    assert given == [(Path("book/results/training_claims.json"), 3), (Path("there.json"), 2)]


# Texts


def test_parts_share_no_review_and_words_come_from_training(monkeypatch):
    reviews = {
        split: data.Reviews(tuple(f"{split}{n} end" for n in range(9)), np.arange(9) % 2, "", "")
        for split in ("train", "test")
    }
    monkeypatch.setattr(claim_texts.data, "load_reviews", lambda name, split: reviews[split])
    monkeypatch.setattr(claim_texts, "SIZES", {"train": 4, "validation": 3, "test": 5})
    parts = claim_texts.load(100)
    assert {name: len(part.x) for name, part in parts.items()} == claim_texts.SIZES
    assert len(parts["train"].x[:, 0].unique()) == 4  # each begins with a word of its own
    for name in "validation", "test":
        assert (parts[name].x[:, 0] == 1).all()  # unknown: no word of theirs was numbered
        assert (parts[name].x[:, 1] > 1).all()


def test_the_end_of_a_review_is_read():
    vocabulary = data.Vocabulary(["a", "b"])
    read = claim_texts.numbers(vocabulary, [["a"] * 30 + ["b"] * claim_texts.WORDS, ["a"]], np.array([1, 0]))
    assert (read.x[0] == 3).all()
    assert read.lengths.tolist() == [claim_texts.WORDS, 1]
    assert read.y.tolist() == [[1.0], [0.0]]


# Planted evidence


@pytest.mark.parametrize("planted", [1, 2])
def test_planted_words_decide_and_stand_where_it_is_said(planted):
    x, y, places = planted_evidence.draw(500, planted, np.random.default_rng(0))
    x, y, rows = x.numpy(), y[:, 0].numpy() > 0.5, np.arange(500)
    verdict = x[rows, places[:, 0]] == planted_evidence.GOOD
    if planted == 2:
        turned = x[rows, places[:, 1]] == planted_evidence.NOT
        assert abs((y == verdict).mean() - 0.5) < 0.1  # one word alone says nothing
        assert abs((y == turned).mean() - 0.5) < 0.1
        verdict = verdict ^ turned
        assert (places[:, 0] != places[:, 1]).all()
    np.testing.assert_array_equal(y, verdict)
    assert ((x < planted_evidence.FIRST).sum(axis=1) == planted).all()
    assert len(np.unique(places[:, 0])) == planted_evidence.T


def test_pointing_against_numbers_counted_by_hand():
    scores = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4], [0.0, 0.6, 0.4, 0.0]])
    found = planted_evidence.pointing(scores, np.array([[0], [0], [0]]), np.array([True, False, True]))
    assert found == pytest.approx(
        {"share": 0.2, "first": 1 / 3, "bad": 0, "good": 0.5, "near": 2 / 3, "rank": (1 + 4 + 3) / 3}
    )
    both = planted_evidence.pointing(scores, np.array([[0, 2]] * 3), np.array([True, False, True]))
    assert both["share"] == pytest.approx((0.7 + 0.4 + 0.4) / 3)
    assert both["rank"] == pytest.approx(((1 + 3) + (4 + 2) + (3 + 2)) / 6)


@pytest.mark.parametrize("row", planted_evidence.ROWS)
def test_a_planted_run_holds_what_its_page_reads(row):
    one, again = (planted_evidence.train(row, 1) for _ in range(2))
    assert one | {"seconds": 0} == again | {"seconds": 0}
    assert set(one["attention"]) == set(one["occlusion"]) == {"share", "first", "bad", "good", "near", "rank"}
    assert 0 <= one["accuracy"] <= 1


def test_attention_of_a_bag_finds_what_it_needs(monkeypatch):
    monkeypatch.setattr(planted_evidence, "N", 2_000)
    monkeypatch.setattr(planted_evidence, "EPOCHS", 4)
    run = planted_evidence.train("bag, 1 planted", 0)
    assert run["accuracy"] > 0.99
    assert max(run["attention"]["bad"], run["attention"]["good"]) > 0.95


def test_layers_are_the_half_s_own():
    network = claim_rows.build("CNN–LSTM", 0)
    assert [type(layer) for layer in network.layer.layers] == [lth.Convolution, lth.Encoder]
