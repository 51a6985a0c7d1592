"""Words in, a verdict out: embedding, layer, pooling, linear map."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_edu.shapes import check_count, check_dropout, check_lengths, check_shape, check_tokens


class Reading(NamedTuple):
    """What one pass leaves behind."""

    x: Tensor  # (B, T, D) embedded words, before dropout
    h: Tensor  # (B, T, H) what the layer made of them
    weights: Tensor | None  # (B, T) of an AttentionPool; None: the pool has none


class TextClassifier(nn.Module):
    """Read the words of a text and give one number for each class, or one in all.

    Parameters
    ----------
    embedding : torch.nn.Embedding
        (V, D). Row 0 is the padding's.
    layer : torch.nn.Module or None
        What reads the embedded words: ``Encoder``, ``Convolution``, a ``Stacked`` of them, ``Unroll``,
        ``Bidirectional`` and all that is called like them. ``None``: the words go straight to the pool,
        a bag of embeddings.
    pool : torch.nn.Module
        ``pool(h, lengths)`` gives (B, H) and weights or ``None``: ``LastPool``, ``MeanPool`` and so on.
    output_size : int
        K; 1 for a yes or no, whose logit is learnt by ``binary_cross_entropy_with_logits``.
    embedding_dropout : float, default=0.0
        Chance that one of the D numbers is zero in all the words of a text.
    word_dropout : float, default=0.0
        Chance that a word is blanked.
    head_dropout : float, default=0.0
        Chance that one of the numbers that reach the head is zero.
    rng : torch.Generator, default=None
        Draws the weights of the head; ``None`` uses PyTorch's global one.

    Attributes
    ----------
    embedding, layer, pool
        As given.
    head : torch.nn.Linear

    Raises
    ------
    ValueError
        If ``output_size`` is no count, a dropout not in [0, 1), or embedding and layer do not fit.

    References
    ----------
    Dropout of the same numbers at all steps: Gal and Ghahramani (2016). Of words: Iyyer et al. (2015).
    """

    def __init__(
        self,
        embedding,
        layer,
        pool,
        output_size=1,
        *,
        embedding_dropout=0.0,
        word_dropout=0.0,
        head_dropout=0.0,
        rng=None,
    ):
        super().__init__()
        check_count(output_size=output_size)
        check_dropout(embedding_dropout, "embedding_dropout")
        check_dropout(word_dropout, "word_dropout")
        check_dropout(head_dropout, "head_dropout")
        D = embedding.embedding_dim
        if layer is not None and layer.input_size != D:
            raise ValueError(
                f"The embedding gives vectors of size {D} but `layer` has input_size={layer.input_size}. "
                f"Build the layer with input_size={D}."
            )
        self.embedding, self.layer, self.pool = embedding, layer, pool
        self.embedding_dropout, self.word_dropout = embedding_dropout, word_dropout
        self.head_dropout = head_dropout
        H = (D if layer is None else layer.output_size) * getattr(pool, "factor", 1)
        self.head = nn.Linear(H, output_size, dtype=embedding.weight.dtype)
        with torch.no_grad():
            self.head.weight.uniform_(-1, 1, generator=rng).div_(H**0.5)
            self.head.bias.zero_()

    def forward(self, x, lengths=None, *, rng=None):
        """Map word numbers ``x`` of shape (B, T) to logits (B, K), and what was read on the way.

        Dropout acts in training mode, drawn from ``rng`` if given.

        Parameters
        ----------
        x : Tensor of shape (B, T), integers
        lengths : Tensor of shape (B,), default=None
            Words of each text, from 1 to T; ``None`` means all.
        rng : torch.Generator, default=None

        Returns
        -------
        logits : Tensor of shape (B, K)
        reading : Reading

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array does not fit, or holds a number that is no word.
        """
        check_shape("x", x, "A single text needs a batch axis: x[None].", B=..., T=...)
        check_tokens("x", x, self.embedding.num_embeddings)
        embedded = self.embedding(x)  # (B, T, D)
        return self.judge(embedded, lengths, rng=rng)

    def judge(self, embedded, lengths=None, *, rng=None):
        """As ``forward``, from words that are embedded already, (B, T, D)."""
        B, T, D = check_shape("embedded", embedded, B=..., T=..., D=self.embedding.embedding_dim)
        if lengths is not None:
            check_lengths(lengths, B, T)
        x = embedded * self._kept(self.embedding_dropout, (B, 1, D), embedded, rng)
        h = x * self._kept(self.word_dropout, (B, T, 1), embedded, rng, grow=False)
        if self.layer is not None:
            h = self.layer(h, None, lengths, rng=rng)[0]
        pooled, weights = self.pool(h, lengths)
        pooled = pooled.to(self.head.weight.dtype)
        logits = self.head(pooled * self._kept(self.head_dropout, pooled.shape, pooled, rng))
        return logits, Reading(embedded, h, weights)

    def _kept(self, dropout, shape, like, rng, *, grow=True):
        """Zeros for what is dropped; for the rest what keeps the mean, or 1."""
        if not self.training or dropout == 0:
            return 1
        device = like.device if rng is None else rng.device
        kept = torch.empty(shape, device=device).bernoulli_(1 - dropout, generator=rng)
        return kept.to(like) / (1 - dropout if grow else 1)
