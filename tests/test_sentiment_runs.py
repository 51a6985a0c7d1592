"""The runs on IMDB, made small: what they hold, what they never see, that an interruption costs an epoch."""

import json

import numpy as np
import pytest
import torch

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.runs.record import read_record
from lstm_edu.runs.sentiment import counting, diary, imdb, models, pretraining, reviews, scores, training

WORDS = [f"w{k}" for k in range(30)] + ["good", "bad"]
N, SMALL, LARGE, V = 60, 6, 16, 34
LM = "large BiLSTM, language model"
MAIN = "BiLSTM, mean and max"


def corpus(test_seed=1):
    def texts(seed):
        rng = np.random.default_rng(seed)
        labels = rng.integers(2, size=N)
        tokens = [[*rng.choice(WORDS[:30], size=rng.integers(1, 12)), WORDS[31 - label]] for label in labels]
        return tokens, labels

    def both(seed):
        tokens, labels = texts(seed)
        return reviews.Texts(tokens, reviews.part(vocabulary, tokens, labels))

    vocabulary = data.Vocabulary(WORDS)
    return reviews.Corpus(vocabulary, both(0), both(test_seed))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for module, name, value in [
        (reviews, "V", V),
        (models, "V", V),
        (models, "SMALL", SMALL),
        (models, "LARGE", LARGE),
        (pretraining, "LARGE", LARGE),
        (reviews, "WORDS", 10),
        (reviews, "HELD_OUT", 20),
        (pretraining, "CUTOFFS", (10, 20)),
        (pretraining, "ROW", 5),
        (training, "B", 16),
        (training, "EPOCHS", 2),
        (training, "LONGER", 3),
    ]:
        monkeypatch.setattr(module, name, value)
    sizes = {models.MODELS[MAIN].size: SMALL, models.MODELS[LM].size: LARGE}
    rows = {
        name: row._replace(size=sizes[row.size], folds=row.folds and 3) for name, row in models.MODELS.items()
    }
    monkeypatch.setattr(models, "MODELS", rows)
    monkeypatch.setattr(reviews, "load", corpus)
    monkeypatch.setattr(
        pretraining, "word2vec", lambda vocabulary, tokens, size: (np.ones((V, SMALL), np.float32), 1.0)
    )


# Reviews


def test_a_part_keeps_the_last_words_of_each_review():
    vocabulary = data.Vocabulary(WORDS)
    part = reviews.part(vocabulary, [WORDS[:15], WORDS[:3]], np.array([1, 0]))
    assert part.x.shape == (2, 10)
    assert vocabulary.decode(part.x[0].numpy()) == WORDS[5:15]
    assert part.lengths.tolist() == [10, 3]
    assert part.y.tolist() == [[1.0], [0.0]]


def numbered():
    """The corpus, the label of each training review its number in the order in which they are loaded."""
    texts, part = corpus().train
    order = torch.argsort(part.y[:, 0], stable=True)  # the bad ones first
    part = reviews.Part(*(tensor[order] for tensor in part))
    return corpus()._replace(train=reviews.Texts([texts[k] for k in order], part))


@pytest.mark.parametrize("part", ["choice", "films"])
def test_reviews_that_are_held_out_teach_nothing(part):
    all_of_them = numbered()
    teaching, judged = reviews.divided(all_of_them, part)
    assert (len(teaching.tokens), len(judged.tokens)) == (N - 20, 20)
    assert sorted(map(tuple, teaching.tokens + judged.tokens)) == sorted(map(tuple, all_of_them.train.tokens))
    for texts in teaching, judged:
        assert torch.equal(texts.part.x, reviews.part(corpus().vocabulary, texts.tokens, np.ones(1)).x)
        ends = [tokens[-1] for tokens in texts.tokens]
        assert [end == "good" for end in ends] == texts.part.y[:, 0].bool().tolist()


def test_the_last_reviews_of_each_kind_are_held_out_together():
    all_of_them = numbered()
    bad = int((all_of_them.train.part.y == 0).sum())
    _, judged = reviews.divided(all_of_them, "films")
    assert judged.tokens == [all_of_them.train.tokens[k] for k in [*range(bad - 10, bad), *range(N - 10, N)]]
    assert judged.part.y[:, 0].tolist() == [0] * 10 + [1] * 10


def test_the_test_reviews_are_judged_by_what_all_training_reviews_teach():
    assert reviews.divided(corpus(), "test")[0].tokens == corpus().train.tokens
    assert reviews.divided(corpus(), "test")[1].tokens == corpus().test.tokens


def test_evidence_stands_beside_its_word():
    teaching, judged = reviews.divided(corpus(), "films")
    parts = reviews.with_evidence(teaching, judged, 2, 3)
    labels = teaching.part.y[:, 0].numpy()
    found = data.phrase_ratios(teaching.tokens, labels, judged.tokens, longest=2, folds=3)
    for part, texts, evidence in zip(parts, (teaching, judged), found, strict=True):
        assert part.x.shape == (len(texts.tokens), 10, 3)
        assert torch.equal(part.x[:, :, 0].long(), texts.part.x)
        for row, length, numbers in zip(part.x, part.lengths, evidence, strict=True):
            np.testing.assert_array_equal(row[:length, 1:], numbers[-10:])
            assert (row[length:] == 0).all()


# Scores


def test_a_logit_comes_back_to_a_sixteenth_and_never_changes_its_sign():
    logits = np.array([3.2, -0.001, 0.02, -40.0, 0.0])
    run = scores.packed(logits, np.array([1.0, 0.0, 0.0, 0.0, 1.0]))
    np.testing.assert_allclose(scores.unpacked(run), [51 / 16, -1 / 16, 1 / 16, -127 / 16, -1 / 16])
    assert run["accuracy"] == 0.6
    assert run["log_loss"] == round(np.mean(np.log1p(np.exp([-3.2, -0.001, 0.02, -40.0, -0.0]))), 4)


def test_a_diary_goes_on_where_it_was_interrupted(tmp_path):
    path = tmp_path / "one.jsonl"
    assert diary.Diary(path).read("loss") == []
    diary.Diary(path)({"loss": 0.5})
    again = diary.Diary(path, lambda: {"accuracy": 0.75})
    again({"loss": 0.25})
    assert again.read("loss") == [0.5, 0.25]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[1]["accuracy"] == 0.75
    assert all(0 <= line["seconds"] < 5 for line in lines)


# Networks


@pytest.mark.parametrize("model", models.MODELS)
def test_every_row_is_built_reads_and_repeats(model):
    matrix = {"word2vec": np.full((V, SMALL), 0.5, np.float32)}
    start = matrix | {"language model": language_model(corpus()).state_dict()}
    one, again, other = (models.build(model, seed, start) for seed in (1, 1, 2))
    teaching, judged = reviews.divided(corpus(), "test")
    longest, folds = models.MODELS[model].longest, 3
    part = reviews.with_evidence(teaching, judged, longest, folds)[1] if longest else judged.part
    logits, reading = one(part.x, part.lengths)
    assert logits.shape == (N, 1)
    assert reading.x.shape == (N, 10, models.MODELS[model].size)
    assert all(map(torch.equal, one.state_dict().values(), again.state_dict().values()))
    assert not torch.equal(one.head.weight, other.head.weight)


def language_model(texts):
    embedding = torch.nn.Embedding(V, LARGE, padding_idx=0)
    return lth.LanguageModel(embedding, models.both(LARGE, torch.Generator().manual_seed(7)), (10, 20))


def test_a_network_starts_from_what_came_before():
    matrix = np.arange(V * SMALL, dtype=np.float32).reshape(V, SMALL)
    word2vec = models.build(f"{MAIN}, word2vec", 0, {"word2vec": matrix})
    np.testing.assert_array_equal(word2vec.embedding.weight.detach(), matrix)
    before = language_model(corpus())
    after = models.build(LM, 0, {"language model": before.state_dict()})
    assert torch.equal(after.embedding.weight, before.embedding.weight)
    assert all(map(torch.equal, after.layer.state_dict().values(), before.encoder.state_dict().values()))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("large BiLSTM", LM, {"start": "language model"}),
        (LM, f"{LM}, triples", {"longest": 3}),
        ("large BiLSTM, triples", f"{LM}, triples", {"start": "language model"}),
        (MAIN, f"{MAIN}, no dropout", {"dropout": {}}),
        (MAIN, f"{MAIN}, word2vec", {"start": "word2vec"}),
        (MAIN, f"{MAIN}, pairs", {"longest": 2}),
        (f"{MAIN}, pairs", f"{MAIN}, triples", {"longest": 3}),
        (f"{MAIN}, triples", f"{MAIN}, triples and own label", {"folds": None}),
        (MAIN, "large BiLSTM", {"size": LARGE}),
        ("bag of embeddings", "bag of embeddings, triples", {"longest": 3}),
        (f"{MAIN}, word2vec", f"{MAIN}, word2vec, triples", {"longest": 3}),
    ],
)
def test_a_row_differs_from_another_in_one_thing(one, other, difference):
    assert models.MODELS[one]._replace(**difference) == models.MODELS[other]


# The language model


def test_the_rows_of_text_are_the_training_reviews_word_for_word():
    texts = corpus()
    rows = pretraining.rows_of_text(texts.vocabulary, texts.train.tokens, np.random.default_rng(0))
    words = sum(map(len, texts.train.tokens))
    assert rows.shape == (words // 5, 5)
    counts = np.bincount(
        np.concatenate([texts.vocabulary.encode(t) for t in texts.train.tokens]), minlength=V
    )
    missing = counts - np.bincount(rows.ravel(), minlength=V)
    assert missing.min() >= 0
    assert missing.sum() == words % 5


def test_the_rate_falls_along_half_a_cosine_and_goes_on_after_a_checkpoint():
    parameter = torch.nn.Parameter(torch.zeros(3))

    def optimizer():
        made = torch.optim.Adam([parameter], lr=0.5)
        pretraining.fall(made, 0.5, 4)
        return made

    def step(adam):
        parameter.grad = torch.ones(3)
        adam.step()
        return adam.param_groups[0]["lr"]

    first = optimizer()
    rates = [step(first) for _ in range(2)]
    second = optimizer()
    second.load_state_dict(first.state_dict())
    rates += [step(second) for _ in range(3)]
    np.testing.assert_allclose(rates, 0.25 * (1 + np.cos(np.pi * np.array([0, 1, 2, 3, 4]) / 4)))


# Records


def run(tmp_path, table="table", name="record.json", **settings):
    return imdb.run(tmp_path / name, table=table, seeds=1, progress=False, **settings)


def without_seconds(record):
    return [{key: value for key, value in one.items() if key != "seconds"} for one in record.runs]


def test_a_record_holds_every_run_of_its_table(tmp_path):
    record = run(tmp_path)
    assert [one["model"] for one in record.runs] == [MAIN, MAIN, *imdb.TABLES["table"]]
    choice, films, *tests = record.runs
    for one, part in (choice, "choice"), (films, "films"):
        assert (one["part"], one["seed"]) == (part, imdb.CHOICE_SEED)
        assert {name: len(shares) for name, shares in one["judged"].items()} == {"average": 3, "last": 3}
    for one in tests:
        assert (one["part"], one["seed"], len(one["seconds"]), len(one["losses"])) == ("test", 0, 2, 2)
        assert (
            np.mean((scores.unpacked(one) > 0) == (corpus().test.part.y[:, 0].numpy() > 0)) == one["accuracy"]
        )
    assert read_record(tmp_path / "record.json")["command"] == "lstm-edu run sentiment --table table"
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_no_test_review_and_no_test_label_reaches_a_weight(tmp_path, monkeypatch):
    first = run(tmp_path, "pretrained", "one.json")
    monkeypatch.setattr(reviews, "load", lambda: corpus(test_seed=5))
    other = run(tmp_path, "pretrained", "two.json")
    losses, losses_of_other = ([one["losses"] for one in record.runs] for record in (first, other))
    assert losses == losses_of_other
    assert first.runs[-1]["logits"] != other.runs[-1]["logits"]


@pytest.mark.parametrize("table", ["ingredients", "pretrained"])
def test_an_interrupted_command_loses_the_epoch_it_was_in_and_nothing_else(tmp_path, monkeypatch, table):
    whole = run(tmp_path, table, "whole.json")
    step, calls, begun = torch.nn.utils.clip_grad_norm_, iter(range(10**6)), []

    def interrupted(*arguments, **settings):
        if next(calls) in (5, 11, 15):
            begun.append(True)
            raise KeyboardInterrupt
        return step(*arguments, **settings)

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", interrupted)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, table)
    assert len(begun) == 3
    assert without_seconds(run(tmp_path, table)) == without_seconds(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["record.json", "whole.json"]


# What counts words


def small_reviews(name, split):
    texts, labels = corpus().train.tokens, corpus().train.part.y[:, 0].numpy().astype(int)
    texts = texts if split == "train" else texts[::-1]
    labels = labels if split == "train" else labels[::-1]
    return data.Reviews(tuple(map(data.detokenise, texts)), labels, "here", "free")


def test_every_bag_is_in_the_record_and_counts_the_words_that_it_may(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "load_reviews", small_reviews)
    monkeypatch.setattr(counting, "PARTS", (("first", 1), ("last", 1)))
    parts = [("unigrams", "first", 1), ("unigrams", "last", 1)]
    monkeypatch.setattr(counting, "WANTED", [*counting.WANTED[: len(counting.BAGS)], *parts])
    record = counting.run(tmp_path / "bags.json", progress=False)
    right = {(one["model"], one["end"]): one["accuracy"] for one in record.runs}
    assert set(right) == {(name, "all") for name in counting.BAGS} | {part[:2] for part in parts}
    assert right["unigrams", "last"] == right["unigrams", "all"] == 1  # the last word gives the label away
    assert right["unigrams", "first"] < 0.9
    assert right["majority", "all"] == max(
        small_reviews("", "train").labels.mean(), 1 - small_reviews("", "train").labels.mean()
    )
    assert record.head["command"] == "lstm-edu run sentiment --table bags"


@pytest.mark.parametrize(
    ("end", "words", "left"),
    [("all", 0, "A b! c"), ("first", 2, "a b"), ("last", 3, "b ! c"), ("last", 9, "a b ! c")],
)
def test_a_review_is_cut_by_its_words(end, words, left):
    assert counting.cut("A b! c", end, words) == left
