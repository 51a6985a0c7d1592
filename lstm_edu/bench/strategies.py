"""Ways to train on a long sequence: the gradient of the whole, the same with less memory, less of it."""

import numpy as np
import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.bench.contestants import numpy_fused, numpy_unroll, torch_nn, torch_unroll
from lstm_edu.bench.work import twin_of

STRETCH = 100  # steps between two cuts


def numpy_checkpointed(given, work):
    """Keep the state at a few steps and compute the rest again on the way back: the same gradient."""
    layer = lnp.Checkpointed(lnp.Fused(given.layer))

    def step():
        _, _, tape = layer(given.x)
        return layer.backward(given.dh, None, tape)

    return step


def numpy_truncated(given, work):
    """Go back at the end of every stretch, carry the state on, forget the rest: another gradient."""
    layer = lnp.Fused(given.layer)

    def step():
        state, total = None, None
        for k in range(0, work.T, STRETCH):
            _, state, tape = layer(given.x[:, k : k + STRETCH], state)
            _, _, grads = layer.backward(given.dh[:, k : k + STRETCH], None, tape)
            total = grads if total is None else {name: total[name] + grads[name] for name in grads}
            del tape  # before the next stretch makes its own
        return total

    return step


def torch_truncated(given, work):
    """Do the same with ``torch.nn.LSTM`` and ``detach``."""
    library = lth.to_torch_nn(twin_of(given, work))
    x, dh = torch.tensor(np.asarray(given.x)), torch.tensor(np.asarray(given.dh))

    def step():
        state = None
        library.zero_grad()
        for k in range(0, work.T, STRETCH):
            h, state = library(x[:, k : k + STRETCH], state)
            h.backward(dh[:, k : k + STRETCH])
            state = tuple(part.detach() for part in state)
        return [parameter.grad for parameter in library.parameters()]

    return step


def full(contestant):
    """Return the strategy that takes a contestant's training step as it is."""
    return lambda given, work: contestant(given, work)[0]


STRATEGIES = {
    "NumPy, Unroll": full(numpy_unroll),
    "NumPy, Fused": full(numpy_fused),
    "NumPy, Fused, checkpointed": numpy_checkpointed,
    "NumPy, Fused, truncated": numpy_truncated,
    "PyTorch, Unroll": full(torch_unroll),
    "torch.nn.LSTM": full(torch_nn),
    "torch.nn.LSTM, truncated": torch_truncated,
}
