"""From a whole sequence to one prediction."""

from typing import NamedTuple

import torch
from torch import nn

from lstm_edu.shapes import check_count


class Tape(NamedTuple):
    """What the layer leaves behind."""

    layer: tuple  # tape of the layer


class ManyToOne(nn.Module):
    """A recurrent layer, and a linear map of the ``h`` with which it ends.

    Parameters
    ----------
    layer : Unroll, Bidirectional or Stacked
        The last ``h`` counts: of both directions, of the last layer.
    output_size : int
        K.
    rng : torch.Generator, default=None
        Draws the weights of the head; ``None`` uses PyTorch's global one.
    dtype : torch.dtype, default=None
        Of the head; ``None`` means that of the layer.

    Attributes
    ----------
    layer : Unroll, Bidirectional or Stacked
    head : torch.nn.Linear
    input_size, output_size : int
        D and K.

    Raises
    ------
    ValueError
        If ``output_size`` is not a whole number of at least 1.
    """

    def __init__(self, layer, output_size, *, rng=None, dtype=None):
        super().__init__()
        check_count(output_size=output_size)
        _, weight = next(iter(layer.named_parameters()))
        dtype = weight.dtype if dtype is None else dtype
        self.layer = layer
        self.head = nn.Linear(layer.output_size, output_size, device=weight.device, dtype=dtype)
        with torch.no_grad():
            self.head.weight.uniform_(-1, 1, generator=rng).div_(layer.output_size**0.5)
            self.head.bias.uniform_(-1, 1, generator=rng).div_(layer.output_size**0.5)
        self.input_size, self.output_size = layer.input_size, output_size

    def forward(self, x, lengths=None, *, rng=None):
        """Map ``x`` of shape (B, T, D) to one prediction per sequence, (B, K), and the tape.

        ``lengths`` and ``rng`` go to the layer.
        """
        _, state, tape = self.layer(x, None, lengths, rng=rng)
        prediction = self.head(self.layer.final_h(state))
        return prediction, Tape(tape)
