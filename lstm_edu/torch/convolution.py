"""Detectors of short phrases: a convolution over the words, as a layer."""

import torch
from torch import nn

from lstm_edu.shapes import check_count, check_lengths, check_shape
from lstm_edu.torch.encoder import real_steps
from lstm_edu.torch.unroll import blank


class Convolution(nn.Module):
    """Filters of several widths side by side, then a rectifier; called like a recurrent layer.

    Parameters
    ----------
    input_size : int
        D.
    channels : int
        Filters of each width.
    widths : sequence of int, default=(3, 4, 5)
        Words that a filter sees: (w - 1) // 2 before its own place, the rest after it.
    rng : torch.Generator, default=None
        Draws the weights; ``None`` uses PyTorch's global one.

    Attributes
    ----------
    filters : ModuleList of torch.nn.Conv1d
    input_size, output_size : int
        D, and channels · number of widths.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or there is no width.

    References
    ----------
    Kim (2014).
    """

    def __init__(self, input_size, channels, widths=(3, 4, 5), *, rng=None):
        super().__init__()
        check_count(
            input_size=input_size, channels=channels, **{f"widths[{k}]": w for k, w in enumerate(widths)}
        )
        if not widths:
            raise ValueError("`widths` should hold at least one width but is empty.")
        self.input_size, self.output_size = input_size, channels * len(widths)
        self.filters = nn.ModuleList(nn.Conv1d(input_size, channels, width) for width in widths)
        with torch.no_grad():
            for conv, width in zip(self.filters, widths, strict=True):
                for parameter in conv.parameters():
                    parameter.uniform_(-1, 1, generator=rng).div_((input_size * width) ** 0.5)

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Map ``x`` of shape (B, T, D) to (B, T, H), zeros in the padding, and twice ``None``.

        ``state``, ``truncate`` and ``rng`` are there so that it can take a layer's place, and mean nothing.
        """
        B, T, _ = check_shape("x", x, B=..., T=..., D=self.input_size)
        if lengths is not None:
            check_lengths(lengths, B, T)
        real = real_steps(lengths, T, x.device)
        words = blank(real, x).transpose(1, 2)  # (B, D, T)
        outputs = []
        for conv in self.filters:
            before = (conv.kernel_size[0] - 1) // 2
            outputs.append(conv(nn.functional.pad(words, (before, conv.kernel_size[0] - 1 - before))))
        h = torch.relu(torch.cat(outputs, dim=1)).transpose(1, 2)
        return blank(real, h), None, None
