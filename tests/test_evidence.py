"""A classifier that reads evidence beside each word is the one that reads words, with a map added."""

import numpy as np
import pytest
import torch
from encoders import LENGTHS, B, D, T, draw, make_layer
from torch.nn.functional import binary_cross_entropy_with_logits

from lstm_edu import data
from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

V, n = 11, 3


def make(**settings):
    rng = torch.Generator().manual_seed(5)
    embedding = torch.nn.Embedding.from_pretrained(draw(V, D, seed=7), freeze=False)
    layer = lth.Encoder(make_layer("LSTM", True))
    return lth.EvidenceClassifier(embedding, layer, lth.MeanMaxPool(), n, rng=rng, **settings)


def texts():
    words = torch.randint(1, V, (B, T), generator=torch.Generator().manual_seed(6))
    return words, torch.cat([words[:, :, None].double(), draw(B, T, n, seed=8)], dim=2)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_evidence_is_mapped_and_added_to_the_words(lengths):
    model = make()
    words, x = texts()
    logits, reading = model(x, lengths)
    A, E = model.evidence.weight, model.embedding.weight
    embedded = torch.stack(
        [torch.stack([E[words[b, t]] + A @ x[b, t, 1:] for t in range(T)]) for b in range(B)]
    )
    torch.testing.assert_close(reading.x, embedded)
    torch.testing.assert_close(logits, model.judge(embedded, lengths)[0])


def test_without_evidence_the_words_alone_are_judged():
    model, (words, x) = make(), texts()
    x[:, :, 1:] = 0
    plain = lth.TextClassifier(model.embedding, model.layer, model.pool)
    plain.head.load_state_dict(model.head.state_dict())
    torch.testing.assert_close(model(x, LENGTHS)[0], plain(words, LENGTHS)[0], rtol=0, atol=0)


def test_what_stands_in_the_padding_does_not_matter():
    model, (_, x) = make(), texts()
    before = model(x, LENGTHS)[0]
    for row, length in zip(x, LENGTHS, strict=True):
        row[length:, 1:] = torch.nan
    torch.testing.assert_close(model(x, LENGTHS)[0], before, rtol=0, atol=0)


def test_the_gradient_reaches_map_and_words():
    model, (_, x) = make(), texts()
    assert torch.autograd.gradcheck(
        lambda weight, words: torch.func.functional_call(
            model, {"evidence.weight": weight, "embedding.weight": words}, (x, LENGTHS)
        )[0],
        (model.evidence.weight, model.embedding.weight),
    )


def test_dropout_acts_in_training_from_rng_alone():
    model, (_, x) = make(word_dropout=0.5), texts()
    model.train()
    one, again, other = (model(x, rng=torch.Generator().manual_seed(seed))[0] for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_the_weights_are_drawn_from_rng():
    assert torch.equal(make().evidence.weight, make().evidence.weight)
    assert torch.equal(make().head.weight, make().head.weight)
    assert 0.15 < make().evidence.weight.std() < 0.5


def test_it_learns_what_evidence_alone_can_tell():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=120)
    evidence = rng.normal(size=(120, T, n))
    evidence[:, :, 1] += 0.8 * (2 * y - 1)[:, None]
    x = torch.from_numpy(np.concatenate([rng.integers(1, V, size=(120, T, 1)), evidence], axis=2))
    model = make()
    labels, lengths = torch.from_numpy(y)[:, None].double(), torch.full((120,), T)
    lth.fit(
        model,
        binary_cross_entropy_with_logits,
        (x[:80], labels[:80], lengths[:80]),
        optimizer=torch.optim.Adam(model.parameters(), lr=0.02),
        epochs=8,
        rng=rng,
        divide=data.buckets,
        progress=False,
    )
    judged = model(x[80:], lengths[80:])[0] > 0
    assert (judged == (labels[80:] > 0.5)).double().mean() > 0.9


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda x: x[:, :, :3],
            ShapeError,
            r"`x` should have shape \(B, T, D=4\).*its number and its evidence",
        ),
        (lambda x: x[:, :, 0], ShapeError, r"`x` should have shape \(B, T, D=4\)"),
        (lambda x: x + V, ValueError, r"x\[:, :, 0\]"),
    ],
)
def test_what_does_not_fit_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        make()(change(texts()[1]))


def test_evidence_has_a_size():
    with pytest.raises(ValueError, match="`evidence_size` should be a whole number of at least 1 but is 0"):
        lth.EvidenceClassifier(torch.nn.Embedding(V, D), None, lth.MeanPool(), 0)
