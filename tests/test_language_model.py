"""A language model guesses every word and sees none of those that it has to guess."""

import math

import numpy as np
import pytest
import torch
from encoders import LENGTHS, B, D, T
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

V, H, CUTOFFS = 23, 16, (5, 14)
BOTH = pytest.mark.parametrize("both", [False, True], ids=["ahead", "both"])
FLOAT64 = {"rtol": 1e-11, "atol": 1e-12}


def make(both, cell=lth.LSTMCell, dtype=torch.float64, cutoffs=CUTOFFS, **settings):
    rng = torch.Generator().manual_seed(1)
    ahead, back = (cell(D, H, rng=rng, dtype=dtype) for _ in range(2))
    layer = lth.Bidirectional(ahead, back) if both else lth.Unroll(ahead)
    with torch.random.fork_rng():
        torch.manual_seed(2)
        embedding = torch.nn.Embedding(V, D, dtype=dtype)
        return lth.LanguageModel(embedding, lth.Encoder(layer), cutoffs, **settings).to(dtype)


def words(n=B, seed=3):
    return torch.randint(0, V, (n, T), generator=torch.Generator().manual_seed(seed))


def guesses(both, lengths):
    """Row, place and direction of each guess, in the order in which they come out."""
    ends = [T] * B if lengths is None else lengths.tolist()
    ahead = [(b, t, "ahead") for b, end in enumerate(ends) for t in range(1, end)]
    back = [(b, t, "back") for b, end in enumerate(ends) for t in range(end - 1)]
    return ahead + (back if both else [])


def by_hand(model, x, both, lengths):
    """The log-probability of each word, from texts cut before it, or turned round and cut after it."""
    found = []
    for b, t, direction in guesses(both, lengths):
        end = T if lengths is None else int(lengths[b])
        seen = x[b, :t] if direction == "ahead" else x[b, t + 1 : end].flip(0)
        library = model.encoder.ahead if direction == "ahead" else model.encoder.back
        h = library(model.embedding(seen[None]))[0][:, -1]
        found.append(model.softmax.log_prob(h)[0, x[b, t]])
    return torch.stack(found)


@BOTH
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("cell", [lth.RNNCell, lth.LSTMCell, lth.GRUCell])
def test_each_word_is_guessed_from_the_words_on_one_side_of_it(both, lengths, cell):
    model, x = make(both, cell), words()
    found = model(x, lengths)
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, by_hand(model, x, both, lengths), **FLOAT64)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(
    both=st.booleans(),
    lengths=st.none() | st.lists(st.integers(1, T), min_size=B, max_size=B).filter(lambda n: max(n) > 1),
    row=st.integers(0, B - 1),
    place=st.integers(0, T - 1),
    shift=st.integers(1, V - 1),
)
def test_another_word_changes_its_own_guess_and_those_that_may_see_it(both, lengths, row, place, shift):
    lengths = None if lengths is None else torch.tensor(lengths)
    model, x = make(both), words()
    other = x.clone()
    other[row, place] = (x[row, place] + shift) % V
    before, after = model(x, lengths), model(other, lengths)
    end = T if lengths is None else int(lengths[row])
    for (b, t, direction), old, new in zip(guesses(both, lengths), before, after, strict=True):
        may_see = b == row and place < end and (place < t if direction == "ahead" else place > t)
        if (b, t) == (row, place):
            assert new != old  # another word to guess, from the same distribution: see below
        elif may_see:
            assert abs(new - old) > 1e-12
        else:
            torch.testing.assert_close(new, old, **FLOAT64)


@BOTH
def test_the_chances_of_all_words_at_one_place_add_up_to_one(both):
    """Each word in turn stands at the place; what stands around it stays."""
    model, x, place = make(both), words(1), 3
    batch = x.repeat(V, 1)
    batch[:, place] = torch.arange(V)
    chances = model(batch).exp().reshape(1 + both, V, T - 1)  # the guess at t: number t - 1 ahead, t back
    for direction, number in enumerate([place - 1, place][: 1 + both]):
        chance = chances[direction, :, number]
        assert (chance > 0).all()
        torch.testing.assert_close(chance.sum(), torch.tensor(1.0, dtype=torch.float64), **FLOAT64)


@BOTH
def test_without_weights_every_word_is_as_likely_as_its_class_allows(both):
    model, x = make(both, cutoffs=(20,)), words(200)
    with torch.no_grad():
        for parameter in model.softmax.parameters():
            parameter.zero_()
    found = model(x)
    targets = torch.cat([x[:, 1:].reshape(-1), *([x[:, :-1].reshape(-1)] if both else [])])
    head = torch.full(
        targets.shape, -math.log(20 + 1), dtype=torch.float64
    )  # twenty words and one class of three
    expected = torch.where(targets < 20, head, head - math.log(3))
    torch.testing.assert_close(found, expected, **FLOAT64)
    assert abs(found.mean() + math.log(V)) < 0.1


@BOTH
def test_the_padding_is_neither_read_nor_guessed(both):
    model, x = make(both), words()
    found = model(x, LENGTHS)
    assert len(found) == (LENGTHS - 1).sum() * (1 + both)
    found.mean().backward()
    other, gradients = x.clone(), {name: p.grad for name, p in model.named_parameters()}
    other[torch.arange(T) >= LENGTHS[:, None]] = 22
    model.zero_grad()
    again = model(other, LENGTHS)
    again.mean().backward()
    assert torch.equal(again, found)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.grad, gradients[name], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["embedding_dropout", "output_dropout"])
def test_dropout_acts_in_training_from_rng_alone_and_repeats(name):
    model, x = make(True, **{name: 0.5}), words()
    whole = make(True)(x)
    assert torch.equal(model.eval()(x, rng=torch.Generator().manual_seed(1)), whole)
    model.train()
    state = torch.get_rng_state()
    first, again, other = (model(x, rng=torch.Generator().manual_seed(k)) for k in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, whole)


@pytest.mark.parametrize(("name", "size"), [("embedding_dropout", D), ("output_dropout", 2 * H)])
def test_dropout_takes_the_same_numbers_at_all_steps(name, size, monkeypatch):
    model, seen = make(True, **{name: 0.3}), []
    n = 400
    if name == "embedding_dropout":
        with torch.no_grad():
            model.embedding.weight.fill_(1)
        model.encoder.register_forward_pre_hook(lambda _, arguments: seen.append(arguments[0]))
        model(words(n))
        kept = seen[0]
        assert torch.equal(kept, kept[:, :1].expand_as(kept))
    else:
        ones = torch.ones(n, T, size, dtype=torch.float64)
        monkeypatch.setattr(model.encoder, "forward", lambda *_: (ones, None, None))
        monkeypatch.setattr(model, "_log_probability", lambda h, _: seen.append(h) or h[:, 0])
        model(words(n))
        ahead, back = seen[0].reshape(2, n, T - 1, H)
        assert torch.equal(ahead, ahead[:, :1].expand_as(ahead))
        assert not torch.equal(ahead, back)
        kept = torch.cat([ahead, back])
    assert set(kept.unique().tolist()) == {0, 1 / (1 - 0.3)}
    assert abs((kept == 0).double().mean() - 0.3) < 0.04


@BOTH
def test_it_learns_a_cycle_of_words(both):
    rng = np.random.default_rng(0)
    x = torch.from_numpy((rng.integers(0, V, (60, 1)) + np.arange(T)) % V)
    model = make(both, cutoffs=(12,))
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    history = lth.fit(
        model,
        lambda log_probability, _: -log_probability.mean(),
        (x, x),
        optimizer=optimizer,
        epochs=40,
        rng=rng,
        progress=False,
    )
    assert history.train_loss[0] > 2
    assert history.train_loss[-1] < 0.1
    x = torch.arange(T)[None] + 4  # and says so of a text of its own
    assert model(x).exp().min() > 0.5


@BOTH
def test_half_precision_stays_close(both):
    model, x = make(both, dtype=torch.float32), words()
    exact = model(x, LENGTHS)
    with torch.autocast("cpu", torch.bfloat16):
        found = model(x, LENGTHS)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, exact, rtol=0, atol=3e-2)


def test_its_parts_go_into_a_classifier():
    model = make(True)
    classifier = lth.TextClassifier(model.embedding, model.encoder, lth.MeanMaxPool())
    assert classifier(words(), LENGTHS)[0].shape == (B, 1)
    assert classifier.layer is model.encoder


def test_what_does_not_fit_is_refused():
    embedding = torch.nn.Embedding(V, D)
    cell = lth.LSTMCell(D, H)
    uneven = lth.Encoder(lth.Bidirectional(cell, lth.LSTMCell(D, H + 2)))
    with pytest.raises(ValueError, match=r"both directions should have one hidden size but have 16 and 18\."):
        lth.LanguageModel(embedding, uneven, CUTOFFS)
    one = lth.Encoder(lth.Unroll(cell))
    for layer in (lth.Unroll(cell), lth.Stacked([one])):
        with pytest.raises(
            TypeError, match=f"`encoder` should be an Encoder but is a {type(layer).__name__}"
        ):
            lth.LanguageModel(embedding, layer, CUTOFFS)
    with pytest.raises(ValueError, match=r"vectors of size 4 but `encoder` has input_size=3\. Build the"):
        lth.LanguageModel(torch.nn.Embedding(V, 4), one, CUTOFFS)
    for cutoffs in ((), (5, 5), (9, 5), (0, 5), (5, V)):
        with pytest.raises(
            ValueError, match=r"`cutoffs` should rise from 1 or more to at most 22, below V=23"
        ):
            lth.LanguageModel(embedding, one, cutoffs)
    with pytest.raises(
        ValueError, match=r"With 3 cutoffs .* hidden_size / 64 numbers: less than one for hid"
    ):
        lth.LanguageModel(embedding, one, (5, 9, 14))
    for name in ("embedding_dropout", "output_dropout"):
        with pytest.raises(ValueError, match=rf"`{name}` should be at least 0 and less than 1 but is 1\.0"):
            lth.LanguageModel(embedding, one, CUTOFFS, **{name: 1.0})
    model, x = lth.LanguageModel(embedding, one, CUTOFFS), words()
    with pytest.raises(ShapeError, match=r"`x` should have shape \(B, T\)"):
        model(x[0])
    with pytest.raises(TypeError, match=r"`x` should hold integers but has dtype torch\.float32"):
        model(x.float())
    with pytest.raises(ValueError, match="`x` should lie between 0 and 22, for V=23 words"):
        model(x + V)
    with pytest.raises(ValueError, match="`lengths` should lie between 1 and T=7 but run from 0 to 8"):
        model(x, torch.tensor([0, 1, 8, 1]))
    with pytest.raises(TypeError, match="`lengths` should be an array"):
        model(x, [1, 2, 3, 4])
    for short in ((x[:, :1], None), (x, torch.ones(B, dtype=torch.int64))):
        with pytest.raises(ValueError, match=r"no text has two words, so there is none to guess\. Leave"):
            model(*short)
