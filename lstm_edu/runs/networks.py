"""The networks of the long runs: a layer of ``torch.nn``, from several starts, and a head."""

from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.numpy import initialise

H = 32
RELU = {"nonlinearity": "relu"}


class Model(NamedTuple):
    library: type  # whose own start values are taken unless there is a ``start``
    lr: float  # of Adam; the best of 0.01, 0.003 and 0.001 on adding, with seeds that are not in the record
    start: object = None  # (rng, T) -> a cell of the NumPy half


MODELS = {
    "RNN orthogonal": Model(
        torch.nn.RNN, 0.003, lambda rng, T: initialise.orthogonal(lnp.RNNCell(2, H, rng=rng), rng=rng)
    ),
    "RNN identity": Model(
        torch.nn.RNN, 0.003, lambda rng, T: initialise.identity(lnp.RNNCell(2, H, rng=rng, **RELU))
    ),
    "GRU": Model(torch.nn.GRU, 0.01),
    "LSTM": Model(torch.nn.LSTM, 0.01),
    "LSTM bias 1": Model(torch.nn.LSTM, 0.01, lambda rng, T: lnp.LSTMCell(2, H, forget_bias=1.0, rng=rng)),
    "LSTM bias 5": Model(torch.nn.LSTM, 0.01, lambda rng, T: lnp.LSTMCell(2, H, forget_bias=5.0, rng=rng)),
    "LSTM chrono": Model(
        torch.nn.LSTM, 0.01, lambda rng, T: initialise.chrono(lnp.LSTMCell(2, H, rng=rng), T, rng=rng)
    ),
}


class Network(torch.nn.Module):
    """A layer of ``torch.nn`` and a linear map of its last ``h``."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.head = layer, torch.nn.Linear(layer.hidden_size, 1)

    def forward(self, x):
        """Map ``x`` of shape (B, T, D) to (B, 1)."""
        h, _ = self.layer(x)
        return self.head(h[:, -1])


def build(model, length, seed):
    """Return the network of a model, a key of ``MODELS``, before training."""
    library, _, start = MODELS[model]
    with torch.random.fork_rng(devices=[]):  # the library draws its own start values from here
        torch.manual_seed(seed)
        network = Network(library(2, H, batch_first=True))
    if start is not None:
        cell = start(np.random.default_rng(seed), length)
        kind, rng = getattr(lth, type(cell).__name__), torch.Generator()
        twin = kind(2, H, rng=rng, dtype=torch.float32, **settings_of(cell))
        twin.load_state_dict({name: torch.tensor(array) for name, array in cell.named_parameters()})
        network.layer = lth.to_torch_nn(lth.Unroll(twin))
    return network


def by_hand(layer):
    """Return the NumPy layer with the weights of a ``torch.nn`` one, in float64."""
    twin = lth.from_torch_nn(layer)
    kind = getattr(lnp, type(twin.cell).__name__)
    ours = lnp.Unroll(kind(twin.input_size, twin.output_size, **settings_of(twin.cell)))
    weights = twin.state_dict()
    for name, array in ours.named_parameters():
        array[...] = weights[name].numpy()
    return ours


def settings_of(cell):
    """Return what has to be said to build another cell of the same kind, beside its sizes."""
    return {"nonlinearity": cell.nonlinearity} if hasattr(cell, "nonlinearity") else {}
