"""Guess each word from those before it, and perhaps from those after it: lessons that need no labels."""

import torch
from torch import nn

from lstm_edu.shapes import check_dropout, check_lengths, check_shape, check_tokens
from lstm_edu.torch.encoder import Encoder

RARER = 4.0  # each class of rarer words gets so many times fewer numbers than the one before


class LanguageModel(nn.Module):
    """An encoder that learns to name the next word of a text; of two directions, each names its own next.

    The direction that reads from the start guesses word t + 1 at step t, the other word t - 1; neither
    sees what it has to guess. Afterwards ``embedding`` and ``encoder`` go into a ``TextClassifier``.

    Parameters
    ----------
    embedding : torch.nn.Embedding
        (V, D); words numbered by falling count, as ``Vocabulary.build`` does.
    encoder : Encoder
        Of one direction, or of two of the same size. Not a stack of two-way ones: what one direction
        hands to the next layer would tell the other what it has to guess.
    cutoffs : sequence of int
        Where the frequent words end and the rarer ones: (2000, 10000). Rarer words get fewer numbers.
    embedding_dropout : float, default=0.0
        Chance that one of the D numbers is zero in all the words of a text.
    output_dropout : float, default=0.0
        Chance that one of the H numbers is zero in all the words of a text.

    Attributes
    ----------
    softmax : torch.nn.AdaptiveLogSoftmaxWithLoss
        Shared by both directions.

    Raises
    ------
    TypeError, ValueError
        If ``encoder`` is none, a size or a cutoff does not fit, or a dropout is not in [0, 1).

    References
    ----------
    Language models as a start for classifiers: Dai and Le (2015), Howard and Ruder (2018); of two directions:
    Peters et al. (2018). Adaptive softmax: Grave et al. (2017).
    """

    def __init__(self, embedding, encoder, cutoffs, *, embedding_dropout=0.0, output_dropout=0.0):
        super().__init__()
        check_dropout(embedding_dropout, "embedding_dropout")
        check_dropout(output_dropout, "output_dropout")
        self.hidden_size = check_encoder(encoder, embedding)
        check_cutoffs(cutoffs, embedding.num_embeddings, self.hidden_size)
        self.embedding, self.encoder = embedding, encoder
        self.embedding_dropout, self.output_dropout = embedding_dropout, output_dropout
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(
            self.hidden_size, embedding.num_embeddings, list(cutoffs), div_value=RARER
        )

    def forward(self, x, lengths=None, *, rng=None):
        """Return the log-probability that the model gave to each word it had to guess, (N,).

        Parameters
        ----------
        x : Tensor of shape (B, T), integers
            A text of one word has none to guess; one text at least needs two.
        lengths : Tensor of shape (B,), default=None
        rng : torch.Generator, default=None
            Of the dropout, which acts in training mode.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array does not fit.
        """
        check_tokens("x", x, self.embedding.num_embeddings)
        B, T = check_shape("x", x, B=..., T=...)
        lengths = torch.full((B,), T) if lengths is None else lengths
        check_lengths(lengths, B, T)
        if lengths.max() < 2:
            raise ValueError(
                "In `x`, no text has two words, so there is none to guess. Leave such texts out."
            )
        lengths = lengths.to(x.device)
        embedded = self.embedding(x)
        embedded = embedded * self._kept(self.embedding_dropout, embedded, rng)
        h, _, _ = self.encoder(embedded, None, lengths)
        h = h * self._kept(self.output_dropout, h, rng)
        pair = torch.arange(1, T, device=x.device) < lengths[:, None]  # (B, T - 1): both words are there
        H = self.hidden_size
        guesses, words = [h[:, :-1, :H][pair]], [x[:, 1:][pair]]
        if self.encoder.back is not None:
            guesses.append(h[:, 1:, H:][pair])
            words.append(x[:, :-1][pair])
        return self._log_probability(torch.cat(guesses), torch.cat(words)).to(embedded.dtype)

    def _log_probability(self, h, words):
        """Log-probability of each of the ``words`` (N,) given ``h`` (N, H), in the dtype of ``h``."""
        weights = {name: parameter.to(h.dtype) for name, parameter in self.softmax.named_parameters()}
        with torch.autocast(h.device.type, enabled=False):  # inside it the library would mix two dtypes
            return torch.func.functional_call(self.softmax, weights, (h, words)).output

    def _kept(self, dropout, like, rng):
        if not self.training or dropout == 0:
            return 1
        device = like.device if rng is None else rng.device
        kept = torch.empty((len(like), 1, like.shape[2]), device=device).bernoulli_(
            1 - dropout, generator=rng
        )
        return kept.to(like) / (1 - dropout)


def check_encoder(encoder, embedding):
    """Return the hidden size of a direction; raise unless it is an ``Encoder`` that can guess words."""
    if not isinstance(encoder, Encoder):
        raise TypeError(
            f"`encoder` should be an Encoder but is a {type(encoder).__name__}. "
            "Build it from a layer: Encoder(Unroll(cell)) or Encoder(Bidirectional(cell, other))."
        )
    if encoder.input_size != embedding.embedding_dim:
        D = embedding.embedding_dim
        raise ValueError(
            f"The embedding gives vectors of size {D} but `encoder` has input_size={encoder.input_size}. "
            f"Build the encoder with input_size={D}."
        )
    H = encoder.ahead.hidden_size
    if encoder.back is not None and encoder.back.hidden_size != H:
        raise ValueError(
            f"Of `encoder`, both directions should have one hidden size but have {H} and "
            f"{encoder.back.hidden_size}. Build both cells with the same."
        )
    return H


def check_cutoffs(cutoffs, V, H):
    """Raise ``ValueError`` unless the cutoffs rise, and the rarest words get one number at least."""
    cutoffs = list(cutoffs)
    if not cutoffs or cutoffs != sorted(set(cutoffs)) or cutoffs[0] < 1 or cutoffs[-1] >= V:
        raise ValueError(
            f"`cutoffs` should rise from 1 or more to at most {V - 1}, below V={V}, but are {cutoffs}."
        )
    needed = int(RARER ** len(cutoffs))
    if needed > H:
        raise ValueError(
            f"With {len(cutoffs)} cutoffs the rarest words get hidden_size / {needed} numbers: less than one "
            f"for hidden_size={H}. Take fewer cutoffs, or a hidden_size of at least {needed}."
        )
