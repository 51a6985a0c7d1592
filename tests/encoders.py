"""Layers with every bias drawn, and sequences to read: what the tests of encoders and pools share."""

import torch

from lstm_edu import torch as lth

B, T, D, H, G = 4, 7, 3, 5, 2  # G: hidden size of the other direction
LENGTHS = torch.tensor([3, 7, 1, 6])
CELLS = {"RNN": lth.RNNCell, "LSTM": lth.LSTMCell, "GRU": lth.GRUCell}
KINDS = [(cell, both) for cell in CELLS for both in (False, True)]
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


def draw(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def make_layer(cell, both, *, input_size=D, dtype=torch.float64):
    """An ``Unroll``, or a ``Bidirectional`` of two sizes."""
    rng = torch.Generator().manual_seed(0)
    first, second = (CELLS[cell](input_size, size, rng=rng, dtype=dtype) for size in (H, G))
    layer = lth.Bidirectional(first, second) if both else lth.Unroll(first)
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if "bias" in name:
                parameter.normal_(generator=rng)
    return layer


def beyond(lengths, T):
    """Which steps are padding, (B, T)."""
    return torch.arange(T) >= lengths[:, None]


def fill(x, lengths, value):
    """The same sequences with another padding."""
    x = x.clone()
    x[beyond(lengths, x.shape[1])] = value
    return x
