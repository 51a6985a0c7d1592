"""Words in, a verdict out: with every kind of layer, and with dropout that can be repeated."""

import copy

import numpy as np
import pytest
import torch
from encoders import CLOSE, LENGTHS, B, D, T, draw, make_layer

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

V, K = 11, 2


def words(n=B):
    return torch.randint(1, V, (n, T), generator=torch.Generator().manual_seed(6))


def embedding():
    return torch.nn.Embedding.from_pretrained(draw(V, D, seed=7), freeze=False)


def phrases():
    return lth.Convolution(D, 2, rng=torch.Generator().manual_seed(4)).double()


LAYERS = {
    "none": lambda: None,
    "encoder": lambda: lth.Encoder(make_layer("LSTM", True)),
    "convolution, encoder": lambda: lth.Stacked(
        [phrases(), lth.Encoder(make_layer("GRU", False, input_size=6))]
    ),
    "unroll": lambda: make_layer("RNN", False),
    "bidirectional": lambda: make_layer("LSTM", True),
}


def make(layer="unroll", pool=None, **settings):
    layer = LAYERS[layer]() if isinstance(layer, str) else layer
    pool = lth.MeanMaxPool() if pool is None else pool
    return lth.TextClassifier(embedding(), layer, pool, K, rng=torch.Generator().manual_seed(8), **settings)


def seeded(seed=9):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_reads_embeds_pools_and_judges(layer, lengths):
    model, x = make(layer), words()
    logits, reading = model(x, lengths)
    h = model.embedding.weight[x]
    assert torch.equal(reading.x, h)
    h = h if model.layer is None else model.layer(h, None, lengths)[0]
    assert torch.equal(reading.h, h)
    assert reading.weights is None
    for b, end in enumerate([T] * B if lengths is None else lengths.tolist()):
        pooled = torch.cat([h[b, :end].mean(dim=0), h[b, :end].amax(dim=0)])
        torch.testing.assert_close(logits[b], model.head.weight @ pooled + model.head.bias, **CLOSE)
    alone = model(x[:1, :3])[0] if lengths is not None else model(x[:1])[0]
    torch.testing.assert_close(logits[:1], alone, **CLOSE)
    logits.sum().backward()
    assert all(p.grad is not None for name, p in model.named_parameters())


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_an_encoder_judges_as_the_layer_that_it_was_made_from(cell, both):
    layer = make_layer(cell, both)
    plain, fast = make(layer), make(lth.Encoder(layer))
    torch.testing.assert_close(fast(words(), LENGTHS)[0], plain(words(), LENGTHS)[0], **CLOSE)


def test_the_padding_may_hold_any_word():
    model, x = make("encoder", embedding_dropout=0.3, word_dropout=0.3), words()
    other = x.clone()
    other[torch.arange(T) >= LENGTHS[:, None]] = 0
    for draws in ({}, {"rng": seeded()}):
        model.train(bool(draws))
        first = model(x, LENGTHS, **draws)[0]
        draws = {"rng": seeded()} if draws else {}
        assert torch.equal(model(other, LENGTHS, **draws)[0], first)


def test_attention_tells_where_it_looked():
    model = make("unroll", lth.AttentionPool(5, 4, rng=seeded()).double())
    _, reading = model(words(), LENGTHS)
    assert reading.weights.shape == (B, T)
    assert torch.equal(reading.weights > 0, torch.arange(T) < LENGTHS[:, None])


def test_judge_takes_words_that_are_embedded_already():
    model, x = make("encoder"), words()
    embedded = model.embedding(x)
    assert torch.equal(model.judge(embedded, LENGTHS)[0], model(x, LENGTHS)[0])
    embedded = embedded.detach().requires_grad_()
    model.judge(embedded, LENGTHS)[0].sum().backward()
    assert torch.equal(embedded.grad.any(dim=2), torch.arange(T) < LENGTHS[:, None])


DROPOUTS = ["embedding_dropout", "word_dropout", "head_dropout"]


@pytest.mark.parametrize("name", DROPOUTS)
def test_dropout_acts_in_training_from_rng_alone_and_repeats(name):
    model, x = make(**{name: 0.5}), words()
    whole = make()(x)[0]
    assert torch.equal(model.eval()(x, rng=seeded())[0], whole)
    model.train()
    state = torch.get_rng_state()
    first, again, other = (model(x, rng=seeded(k))[0] for k in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, whole)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        a = model(x)[0]
        torch.manual_seed(3)
        assert torch.equal(model(x)[0], a)


def seen_by_the_pool(n=500, **settings):
    """Ones, on their way from the embedding to the pool."""
    model = make("none", **settings)
    return model.judge(torch.ones(n, T, D, dtype=torch.float64), rng=seeded())[1].h


def test_word_dropout_blanks_whole_words():
    h = seen_by_the_pool(word_dropout=0.3)
    assert set(h.unique().tolist()) == {0, 1}
    assert torch.equal(h, h[:, :, :1].expand_as(h))  # all of a word or nothing
    assert abs((h == 0).double().mean() - 0.3) < 0.03
    assert (h[:, :, 0].sum(dim=1).unique().numel()) > 3  # each text its own


def test_embedding_dropout_takes_the_same_numbers_from_all_words():
    h = seen_by_the_pool(embedding_dropout=0.3)
    assert torch.equal(h, h[:, :1].expand_as(h))
    assert set(h.unique().tolist()) == {0, 1 / (1 - 0.3)}
    assert abs((h == 0).double().mean() - 0.3) < 0.04
    assert not torch.equal(h[0], h[1:].mean(dim=0))
    assert len(h[:, 0].unique(dim=0)) == 2**D  # every pattern occurs


def test_head_dropout_keeps_the_mean():
    model = make("none", lth.MeanPool(), head_dropout=0.3)
    with torch.no_grad():
        model.head.weight.fill_(1)
    ones = torch.ones(2000, T, D, dtype=torch.float64)
    logits = model.judge(ones, rng=seeded())[0]
    grown = 1 / (1 - 0.3)
    torch.testing.assert_close(logits.unique(), torch.tensor([k * grown for k in range(D + 1)]).double())
    assert abs(logits.mean() - D) < 0.1


def test_the_layer_draws_its_dropout_from_the_same_rng():
    layer = lth.Stacked([phrases(), lth.Encoder(make_layer("GRU", False, input_size=6))], dropout=0.5)
    model, x = make(layer), words()
    first, again, other = (model(x, rng=seeded(k))[0] for k in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_it_learns_with_fit():
    x = words(60)
    y = (x == 3).any(dim=1, keepdim=True).double()
    lengths = torch.full((60,), T)
    model = lth.TextClassifier(
        embedding(), lth.Encoder(make_layer("LSTM", False)), lth.MaxPool(), rng=seeded()
    )
    before = copy.deepcopy(model.state_dict())
    history = lth.fit(
        model,
        torch.nn.functional.binary_cross_entropy_with_logits,
        (x, y, lengths),
        optimizer=torch.optim.Adam(model.parameters(), 0.03),
        epochs=40,
        rng=np.random.default_rng(0),
        progress=False,
    )
    assert history.train_loss[-1] < 0.1 < 0.5 < history.train_loss[0]
    assert all(
        not torch.equal(before[name], p) for name, p in model.named_parameters() if "bias_hh" not in name
    )


def test_the_head_is_drawn_from_rng():
    a, b = (make().head.weight for _ in range(2))
    assert torch.equal(a, b)
    assert a.abs().max() <= 10**-0.5
    assert not make().head.bias.any()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="`output_size` should be a whole number of at least 1 but is 0"):
        lth.TextClassifier(embedding(), None, lth.MeanPool(), 0)
    for name in DROPOUTS:
        with pytest.raises(ValueError, match=rf"`{name}` should be at least 0 and less than 1 but is 1\.0"):
            make(**{name: 1.0})
    with pytest.raises(ValueError, match=r"vectors of size 3 but `layer` has input_size=6\. Build the layer"):
        make(make_layer("LSTM", False, input_size=6))
    model, x = make(), words()
    with pytest.raises(ShapeError, match=r"`x` should have shape \(B, T\) but has shape \(7,\).*x\[None\]"):
        model(x[0])
    with pytest.raises(TypeError, match=r"`x` should hold integers but has dtype torch\.float64"):
        model(x.double())
    with pytest.raises(ValueError, match="`x` should lie between 0 and 10, for V=11 words"):
        model(x + V)
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7 but run from 0 to 7"):
        model(x, torch.tensor([0, 1, 7, 1]))
    with pytest.raises(ShapeError, match=r"`embedded` should have shape \(B, T, D=3\)"):
        model.judge(draw(B, D))
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7"):
        model.judge(draw(B, T, D), torch.tensor([0, 1, 7, 1]))
