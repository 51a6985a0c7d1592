"""Guess each word from those before it, and perhaps from those after it: lessons that need no labels."""

import torch
from torch import nn

from lstm_edu.shapes import check_lengths, check_shape, check_tokens


class LanguageModel(nn.Module):
    """An encoder that learns to name the next word of a text; of two directions, each names its own next.

    The direction that reads from the start guesses word t + 1 at step t, the other word t - 1; neither
    sees what it has to guess. Afterwards ``embedding`` and ``encoder`` go into a ``TextClassifier``.

    Parameters
    ----------
    embedding : torch.nn.Embedding
        (V, D); words numbered by falling count, as ``Vocabulary.build`` does.
    encoder : Encoder
        Of one direction, or of two of the same size.
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

    References
    ----------
    Language models as a start for classifiers: Dai and Le (2015), Howard and Ruder (2018); of two directions:
    Peters et al. (2018). Adaptive softmax: Grave et al. (2017).
    """

    def __init__(self, embedding, encoder, cutoffs, *, embedding_dropout=0.0, output_dropout=0.0):
        super().__init__()
        self.embedding, self.encoder = embedding, encoder
        self.embedding_dropout, self.output_dropout = embedding_dropout, output_dropout
        directions = 1 if encoder.back is None else 2
        self.hidden_size = encoder.output_size // directions
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(
            self.hidden_size, embedding.num_embeddings, list(cutoffs), div_value=4.0
        )

    def forward(self, x, lengths=None, *, rng=None):
        """Return the log-probability that the model gave to each word it had to guess, (N,).

        Parameters
        ----------
        x : Tensor of shape (B, T), integers
            At least two words each.
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
        lengths = torch.full((B,), T, device=x.device) if lengths is None else lengths.to(x.device)
        check_lengths(lengths, B, T)
        embedded = self.embedding(x)
        embedded = embedded * self._kept(self.embedding_dropout, embedded, rng)
        h, _, _ = self.encoder(embedded, None, lengths)
        h = h.to(embedded.dtype)
        h = h * self._kept(self.output_dropout, h, rng)
        pair = torch.arange(1, T, device=x.device) < lengths[:, None]  # (B, T - 1): both words are there
        H = self.hidden_size
        guesses, words = [h[:, :-1, :H][pair]], [x[:, 1:][pair]]
        if self.encoder.back is not None:
            guesses.append(h[:, 1:, H:][pair])
            words.append(x[:, :-1][pair])
        return self.softmax(torch.cat(guesses), torch.cat(words)).output

    def _kept(self, dropout, like, rng):
        if not self.training or dropout == 0:
            return 1
        device = like.device if rng is None else rng.device
        kept = torch.empty((len(like), 1, like.shape[2]), device=device).bernoulli_(
            1 - dropout, generator=rng
        )
        return kept.to(like) / (1 - dropout)
