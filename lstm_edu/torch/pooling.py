"""From one ``h`` a step to one vector a sequence: the last, the mean, the largest, a weighted mean."""

import torch
from torch import nn

from lstm_edu.shapes import check_count, check_lengths, check_shape
from lstm_edu.torch.encoder import real_steps
from lstm_edu.torch.unroll import blank


class LastPool(nn.Module):
    """Take the ``h`` with which each direction ends.

    Parameters
    ----------
    back : int, default=0
        How many of the H numbers, at the end of each ``h``, come from a layer that reads backwards: it
        ends at the first step.
    """

    def __init__(self, back=0):
        super().__init__()
        self.back = back

    def forward(self, h, lengths=None):
        """Map ``h`` of shape (B, T, H) to (B, H), and no weights."""
        B, T, H = check_steps(h, lengths)
        if self.back not in range(H + 1):
            raise ValueError(f"`back` should be a whole number from 0 to H={H} but is {self.back!r}.")
        last = torch.full((B,), T - 1) if lengths is None else lengths - 1
        ends = h[torch.arange(B, device=h.device), last.to(h.device)]
        return torch.cat([ends[:, : H - self.back], h[:, 0, H - self.back :]], dim=1), None


class MeanPool(nn.Module):
    """Take the mean over the real steps."""

    def forward(self, h, lengths=None):
        """Map ``h`` of shape (B, T, H) to (B, H), and no weights."""
        _, T, _ = check_steps(h, lengths)
        real = real_steps(lengths, T, h.device)
        if real is None:
            return h.mean(dim=1), None
        return blank(real, h).sum(dim=1) / real.sum(dim=1), None


class MaxPool(nn.Module):
    """Take the largest value of each unit over the real steps; where it stands gets the gradient.

    Several steps with the same largest value share it.
    """

    def forward(self, h, lengths=None):
        """Map ``h`` of shape (B, T, H) to (B, H), and no weights."""
        _, T, _ = check_steps(h, lengths)
        real = real_steps(lengths, T, h.device)
        return (h if real is None else h.masked_fill(~real, -torch.inf)).amax(dim=1), None


class MeanMaxPool(nn.Module):
    """Take the mean and the largest value, one after the other: 2H numbers."""

    factor = 2

    def __init__(self):
        super().__init__()
        self.mean, self.max = MeanPool(), MaxPool()

    def forward(self, h, lengths=None):
        """Map ``h`` of shape (B, T, H) to (B, 2H), and no weights."""
        return torch.cat([self.mean(h, lengths)[0], self.max(h, lengths)[0]], dim=1), None


class AttentionPool(nn.Module):
    r"""Take a mean whose weights are learnt: each step's score is a linear map of its ``h``.

    .. math:: s_t = v^\top \tanh(W h_t + b)

    .. math:: w = \operatorname{softmax}(s), \qquad \sum_t w_t h_t

    Parameters
    ----------
    hidden_size : int
        H.
    attention_size : int, default=64
        Rows of W.
    rng : torch.Generator, default=None
        Draws the weights; ``None`` uses PyTorch's global one.

    References
    ----------
    Additive scores: Bahdanau, Cho and Bengio (2015); on top of an LSTM for a verdict: Yang et al. (2016).
    """

    def __init__(self, hidden_size, attention_size=64, *, rng=None):
        super().__init__()
        check_count(hidden_size=hidden_size, attention_size=attention_size)
        self.hidden_size = hidden_size
        self.inner = nn.Linear(hidden_size, attention_size)
        self.outer = nn.Linear(attention_size, 1, bias=False)
        with torch.no_grad():
            for layer in (self.inner, self.outer):
                for parameter in layer.parameters():
                    parameter.uniform_(-1, 1, generator=rng).div_(layer.in_features**0.5)

    def forward(self, h, lengths=None):
        """Map ``h`` of shape (B, T, H) to (B, H), and the weights (B, T), 0 in the padding."""
        _, T, _ = check_steps(h, lengths, H=self.hidden_size)
        real = real_steps(lengths, T, h.device)
        h = blank(real, h)
        score = self.outer(torch.tanh(self.inner(h)))  # (B, T, 1)
        score = score.to(torch.promote_types(score.dtype, torch.float32))  # half precision is too coarse
        score = score if real is None else score.masked_fill(~real, -torch.inf)
        weights = score.softmax(dim=1).to(h.dtype)
        return (weights * h).sum(dim=1), weights[:, :, 0]


def check_steps(h, lengths, H=...):
    """Raise unless ``h`` is (B, T, H) and each of the lengths, if there are any, lies between 1 and T."""
    B, T, H = check_shape("h", h, B=..., T=..., H=H)
    if lengths is not None:
        check_lengths(lengths, B, T)
    return B, T, H
