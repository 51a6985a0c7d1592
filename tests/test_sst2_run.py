"""The run on SST-2, made short: what a row is, what it is asked, and that the answers are what they say."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs import sst2, sst2_bags, sst2_questions
from lstm_edu.runs.record import read_record

GOOD, BAD = ["good", "fine", "funny"], ["bad", "dull", "weak"]
TEXTS = [f"the {a} film is {b} ." for side in (GOOD, BAD) for a in side for b in side]
LABELS = np.repeat([1, 0], 9)
BUTS = ["it is long , but it is never dull .", "the film is good but its end is bad ."]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Stand-ins for both splits, so small that a row is trained in no time."""

    def load_reviews(name, split):
        texts, labels = (
            (TEXTS * 3, np.tile(LABELS, 3)) if split == "train" else (TEXTS + BUTS, [*LABELS, 1, 0])
        )
        return data.Reviews(tuple(texts), np.array(labels), "there", "free")

    monkeypatch.setattr(data, "load_reviews", load_reviews)
    monkeypatch.setattr(sst2, "B", 8)


@pytest.fixture
def corpus():
    return sst2.load()


def asked(corpus):
    return sst2_questions.questions(lambda tokens, labels: sst2.numbers(corpus.vocabulary, tokens, labels))


def test_the_vocabulary_is_that_of_the_training_texts(corpus):
    assert "never" not in corpus.vocabulary
    assert corpus.train.x.shape == (54, 6)
    assert corpus.dev.x.shape == (20, 10)
    assert corpus.dev.lengths.tolist() == [6] * 18 + [10, 10]
    assert corpus.train.y.dtype == torch.float32


@pytest.mark.parametrize("model", sst2.MODELS)
def test_a_row_learns_and_repeats(model, corpus):
    (network, losses), (again, _) = (sst2.train(model, corpus, 3, epochs=4) for _ in range(2))
    assert losses[-1] < losses[0]
    assert not network.training
    weights = network.state_dict()
    assert all(torch.equal(weights[name], other) for name, other in again.state_dict().items())
    other = sst2.build(model, len(corpus.vocabulary), 4).state_dict()
    assert not torch.equal(weights["head.weight"], other["head.weight"])


def test_rows_of_one_kind_have_the_same_size(corpus):
    sizes = {
        model: sum(w.numel() for w in sst2.build(model, 50, 0).parameters()) - 50 * sst2.D
        for model in sst2.MODELS
    }
    lstm = 4 * 64 * (64 + 64 + 1) + 4 * 64  # one bias of the two of torch.nn stays zero
    assert sizes["bag of embeddings"] == 65
    assert sizes["LSTM, last"] == sizes["LSTM, max"] == sizes["LSTM, mean"] == lstm + 65
    assert sizes["BiLSTM, last"] == 2 * lstm + 129


def test_lengths_ignored_means_padding_read(corpus):
    network = sst2.build("BiLSTM, last, lengths ignored", len(corpus.vocabulary), 0).eval()
    part = sst2.Part(*(tensor[:3] for tensor in corpus.dev))
    ignored = sst2.judge("BiLSTM, last, lengths ignored", network, part)
    with torch.no_grad():
        by_hand = network(torch.nn.functional.pad(part.x, (0, sst2.FIXED - 10)))[0][:, 0].numpy()
    np.testing.assert_array_equal(ignored, by_hand)
    assert np.abs(ignored - sst2.judge("BiLSTM, last", network, part)).min() > 1e-4


def test_shuffling_moves_words_inside_their_text(corpus):
    mixed = sst2.shuffled(corpus.dev, 0)
    assert torch.equal(mixed.x.sort(dim=1).values, corpus.dev.x.sort(dim=1).values)
    assert torch.equal(mixed.x == 0, corpus.dev.x == 0)
    assert not torch.equal(mixed.x, corpus.dev.x)
    assert torch.equal(mixed.x, sst2.shuffled(corpus.dev, 0).x)
    assert torch.equal(corpus.dev.x, sst2.load().dev.x)


def test_a_row_without_order_does_not_mind_shuffling(corpus):
    network, _ = sst2.train("bag of embeddings", corpus, 0)
    logits = [sst2.judge("bag of embeddings", network, p) for p in (corpus.dev, sst2.shuffled(corpus.dev, 0))]
    np.testing.assert_allclose(*logits, atol=1e-6)
    network, _ = sst2.train("LSTM, last", corpus, 0)
    logits = [sst2.judge("LSTM, last", network, p) for p in (corpus.dev, sst2.shuffled(corpus.dev, 0))]
    assert np.abs(logits[0] - logits[1]).max() > 1e-3


# What it is asked


def test_questions_come_in_the_order_in_which_they_are_read(corpus):
    texts = {
        q.name: [corpus.vocabulary.decode(x[:n]) for x, n in zip(q.part.x, q.part.lengths, strict=True)]
        for q in asked(corpus)
    }
    assert set(texts) == {"negation", "names", "but"}
    assert len(texts["negation"]) == 2 * len(data.negation_pairs())
    assert texts["negation"][0] == ["<unk>", "is", "good", "<unk>", "<unk>", "bad", "."]
    assert len(texts["names"]) == 216
    assert len(texts["but"]) == 8
    whole, first, last, swapped = texts["but"][4:]
    assert (first, last) == (["the", "film", "is", "good"], ["<unk>", "<unk>", "is", "bad"])
    assert (whole[4], swapped[4], swapped[-1]) == ("<unk>", "<unk>", ".")


def test_only_sentences_with_two_halves_are_taken():
    cases = sst2_questions.but_sentences()
    assert [label for _, label, _ in cases] == [1, 0]
    assert [data.detokenise(tokens) for tokens, _, _ in cases] == BUTS


def test_answers_are_written_short():
    logits = np.array([0.12345, -2.0, 0.0], np.float32)
    assert sst2_questions.decimals(logits) == [0.123, -2.0, 0.0]
    assert sst2_questions.verdicts(logits) == "100"


def test_a_bag_of_words_gets_the_same_texts_as_a_network(corpus):
    tokens = [data.tokenise(text) for text in data.load_reviews("sst2", "validation").texts]
    mixed = sst2.numbers(corpus.vocabulary, sst2_bags.shuffled(tokens, 0), np.zeros(20))
    assert torch.equal(mixed.x, sst2.shuffled(corpus.dev, 0).x)


# Single units


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=12),
)
def test_the_threshold_is_the_best_there_is(pairs):
    values, y = np.array([v for v, _ in pairs], float), np.array([good for _, good in pairs])
    accuracy, at, sign = sst2_questions.threshold(values, y)
    assert np.mean((sign * (values - at) > 0) == y) == pytest.approx(accuracy)
    cuts = [-np.inf, *(np.arange(-3, 3) + 0.5), np.inf]
    best = max(np.mean((s * (values - cut) > 0) == y) for cut in cuts for s in (1, -1))
    assert accuracy == pytest.approx(best)


def test_a_planted_unit_is_found(corpus):
    network = sst2.build("LSTM, max", len(corpus.vocabulary), 0).eval()
    planted = torch.where(corpus.train.y[:, 0] > 0.5, -1.0, 1.0)

    def pool(h, lengths):
        pooled = h.amax(dim=1)
        pooled[:, 7] = torch.where((torch.arange(len(h)) < 18), planted[: len(h)], torch.zeros(len(h)))
        return pooled, None

    network.pool.forward = pool
    part = sst2.Part(*(tensor[:18] for tensor in corpus.train))
    assert sst2_questions.best_unit(network, part, part) == {"unit": 7, "train": 1.0, "dev": 1.0}


# Attention against occlusion


def test_agreement_is_one_where_attention_is_what_counts(corpus, monkeypatch):
    network, _ = sst2.train("BiLSTM, attention", corpus, 0)
    with torch.no_grad():
        weights = network(corpus.dev.x, corpus.dev.lengths)[1].weights
    monkeypatch.setattr(lth, "occlusion", lambda *_: -weights)
    found = sst2_questions.agreement(network, corpus.dev)
    assert found["rank"] == [1.0] * 20
    assert found["same"] == 1.0
    assert found["chance"] == pytest.approx((18 / 6 + 2 / 10) / 20, abs=1e-3)
    monkeypatch.setattr(lth, "occlusion", lambda *_: weights.max() - weights)
    reverse = sst2_questions.agreement(network, corpus.dev)
    assert reverse["rank"] == [-1.0] * 20
    assert reverse["same"] == 0


def test_too_short_a_text_ranks_nothing(corpus):
    network, _ = sst2.train("BiLSTM, attention", corpus, 0)
    part = sst2.numbers(corpus.vocabulary, [["good"], ["good", "film"], ["a", "good", "film"]], [1, 1, 1])
    assert len(sst2_questions.agreement(network, part)["rank"]) == 1


# The record


def test_the_record_holds_every_row_of_every_seed(tmp_path):
    path = tmp_path / "r.json"
    sst2.run(path, seeds=2, progress=False)
    before = path.read_bytes()
    runs = read_record(path)["runs"]
    bags, runs = runs[:3], runs[3:]
    assert [(run["model"], run["seed"]) for run in bags] == [(name, 0) for name in sst2_bags.BAGS]
    assert {(run["model"], run["seed"]) for run in runs} == {(m, s) for m in sst2.MODELS for s in (0, 1)}
    for run in bags:
        assert len(run["dev"]) == len(run["dev shuffled"]) == 20
        assert (len(run["negation"]), len(run["names"]), len(run["but"])) == (88, 216, 8)
    for run in runs:
        assert len(run["dev"]) == len(run["dev shuffled"]) == 20
        assert (len(run["negation"]), len(run["names"]), len(run["but"])) == (88, 216, 8)
        assert run["embedding"] == (len(sst2.load().vocabulary)) * sst2.D
        assert run["parameters"] > run["embedding"]
        assert ("unit" in run) == (run["model"] in ("LSTM, last", "LSTM, max"))
        assert ("agreement" in run) == (run["model"] == "BiLSTM, attention")
    bags = [run for run in runs if run["model"] == "bag of embeddings"]
    assert all(run["dev"] == run["dev shuffled"] for run in bags)
    sst2.run(path, seeds=2, progress=False)
    assert path.read_bytes() == before


def test_a_run_repeats_but_for_its_time(corpus):
    one, other = (sst2.measure(corpus, asked(corpus), "LSTM, last", 1) for _ in range(2))
    assert json.dumps(one | {"seconds": 0}) == json.dumps(other | {"seconds": 0})
