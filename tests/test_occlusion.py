"""What a word is worth: known exactly for a bag of words, else judged by asking for one word at a time."""

import pytest
import torch

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError

V, D, H = 11, 4, 3
X = torch.tensor([[2, 3, 4, 5, 6], [7, 1, 8, 0, 0], [9, 0, 0, 0, 0]])
LENGTHS = torch.tensor([5, 3, 1])


def classifier(layer=True, output_size=1, **dropout):
    rng = torch.Generator().manual_seed(0)
    embedding = torch.nn.Embedding(V, D, padding_idx=0, dtype=torch.float64)
    with torch.no_grad():
        embedding.weight[1:].normal_(generator=rng)
    reader = lth.Encoder(lth.Unroll(lth.LSTMCell(D, H, rng=rng, dtype=torch.float64))) if layer else None
    return lth.TextClassifier(embedding, reader, lth.MeanPool(), output_size, rng=rng, **dropout)


def one_by_one(model, x, length, unknown):
    """Replace the words of one text in turn, each text in a batch of its own without padding."""
    text = x[:length]
    effects = []
    for place in range(length):
        other = text.clone()
        other[place] = unknown
        effects.append((model(text[None])[0] - model(other[None])[0]).item())
    return torch.tensor(effects + [0.0] * (len(x) - length), dtype=torch.float64)


@pytest.mark.parametrize("batch_size", [1, 2, 4, 1024])
@pytest.mark.parametrize("unknown", [1, 6])
def test_it_is_what_replacing_one_word_after_the_other_gives(batch_size, unknown):
    model = classifier().eval()
    with torch.no_grad():
        texts = zip(X, LENGTHS.tolist(), strict=True)
        expected = torch.stack([one_by_one(model, x, n, unknown) for x, n in texts])
    found = lth.occlusion(model, X, LENGTHS, unknown=unknown, batch_size=batch_size)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)
    assert (found[:2].abs() > 1e-4).sum() >= 6


def test_of_a_bag_of_embeddings_it_is_a_difference_of_scores():
    model = classifier(layer=False)
    scores = (model.embedding.weight @ model.head.weight.T)[:, 0].detach()
    expected = (scores[X] - scores[1]) / LENGTHS[:, None]
    expected[torch.arange(5) >= LENGTHS[:, None]] = 0
    torch.testing.assert_close(lth.occlusion(model, X, LENGTHS), expected, rtol=1e-10, atol=1e-12)


def test_padding_and_unknown_words_are_worth_nothing():
    found = lth.occlusion(classifier(), X, LENGTHS)
    assert (found[1, 1], found[1, 3:].tolist(), found[2, 1:].tolist()) == (0, [0, 0], [0, 0, 0, 0])


def test_all_steps_are_real_without_lengths():
    model = classifier()
    torch.testing.assert_close(
        lth.occlusion(model, X[:1]), lth.occlusion(model, X[:1], LENGTHS[:1]), rtol=0, atol=0
    )


def test_texts_and_mode_and_gradients_stay_as_they_were():
    model, x = classifier(word_dropout=0.5).train(), X.clone()
    found = [lth.occlusion(model, x, LENGTHS) for _ in range(2)]
    assert model.training
    assert torch.equal(x, X)
    assert torch.equal(*found)  # no dropout while it asks
    assert not found[0].requires_grad
    assert not lth.occlusion(model.eval(), x, LENGTHS).requires_grad
    assert not model.training


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"unknown": V}, ValueError, "`unknown` should lie between 0 and 10 but is 11"),
        ({"unknown": -1}, ValueError, "`unknown` should lie between 0 and 10 but is -1"),
        ({"batch_size": 0}, ValueError, "`batch_size` should be"),
        ({"x": X + V}, ValueError, "`x` should lie between 0 and 10"),
        ({"x": X[0]}, ShapeError, r"`x` should have shape \(B, T\) .* needs a batch axis"),
        ({"lengths": LENGTHS[:2]}, ShapeError, "`lengths` should have shape"),
        ({"lengths": LENGTHS + 1}, ValueError, "`lengths` should lie between 1 and T=5"),
        ({"model": classifier(output_size=2)}, ValueError, "`model` should give one logit .* but gives 2"),
    ],
)
def test_what_does_not_fit_is_explained(arguments, error, message):
    with pytest.raises(error, match=message):
        lth.occlusion(**{"model": classifier(), "x": X, "lengths": LENGTHS} | arguments)
