"""Words that bring along what is known of the phrases that they end."""

import torch
from torch import nn

from lstm_edu.shapes import check_count, check_shape, check_tokens
from lstm_edu.torch.text_classifier import TextClassifier

SCALE = 0.3  # standard deviation of the map at the start: ratios are small numbers


class EvidenceClassifier(TextClassifier):
    r"""A ``TextClassifier`` that reads, with each word, n numbers of evidence, mapped to D and added.

    .. math:: x_t = E_{w_t} + A\, e_t

    Parameters
    ----------
    embedding, layer, pool
        As for ``TextClassifier``.
    evidence_size : int
        n.
    rng : torch.Generator, default=None
        Draws the map and the weights of the head.
    **settings
        Those of ``TextClassifier``.

    Attributes
    ----------
    evidence : torch.nn.Linear
        A, (D, n), with no bias.

    Raises
    ------
    ValueError
        As ``TextClassifier``, and if ``evidence_size`` is no count.
    """

    def __init__(self, embedding, layer, pool, evidence_size, *, rng=None, **settings):
        super().__init__(embedding, layer, pool, rng=rng, **settings)
        check_count(evidence_size=evidence_size)
        self.evidence = nn.Linear(
            evidence_size, embedding.embedding_dim, bias=False, dtype=embedding.weight.dtype
        )
        with torch.no_grad():
            self.evidence.weight.normal_(0, SCALE, generator=rng)

    def forward(self, x, lengths=None, *, rng=None):
        """Map ``x`` of shape (B, T, 1 + n) to logits (B, K), and what was read on the way.

        The first of the 1 + n numbers is the word's; all have the dtype of the embedding, in which numbers
        of words are exact up to 2²⁴ with float32.

        Raises
        ------
        ShapeError, TypeError, ValueError
            As ``TextClassifier.forward``.
        """
        n = self.evidence.in_features
        check_shape("x", x, "Each word needs its number and its evidence.", B=..., T=..., D=1 + n)
        words = x[:, :, 0].long()
        check_tokens("x[:, :, 0]", words, self.embedding.num_embeddings)
        return self.judge(self.embedding(words) + self.evidence(x[:, :, 1:]), lengths, rng=rng)
