"""A script: run the LSTM kernel on every case and write down what came out.

``python tests/triton_cases.py FOLDER cpu`` lets Triton interpret the kernel, which has to be decided before
anything imports it: hence a process of its own. ``cuda`` compiles it. ``test_triton.py`` starts both.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth


class Case(NamedTuple):
    B: int
    T: int
    D: int
    H: int
    dtype: str = "float32"
    state: bool = True
    lengths: tuple | None = None
    settings: dict = {}
    autocast: bool = False


CASES = {
    "the smallest": Case(1, 1, 1, 1),
    "nothing fits a block": Case(3, 5, 7, 5),
    "no state": Case(3, 5, 7, 5, state=False),
    "one step": Case(17, 1, 7, 33),
    "exact blocks": Case(16, 3, 2, 16),
    "two programs": Case(17, 5, 1, 16, lengths=(1, 2, 3, 4, 5) * 3 + (5, 1)),
    "two tiles of k": Case(1, 5, 7, 33),
    "three tiles of n": Case(2, 3, 1, 130, lengths=(3, 1)),
    "programs of two rows": Case(3, 4, 2, 5, lengths=(4, 2, 1), settings={"block_b": 2, "num_warps": 2}),
    "half precision": Case(3, 5, 7, 33, "bfloat16", lengths=(5, 1, 3)),
    "half precision, two programs": Case(17, 2, 1, 16, "bfloat16"),
    "mixed precision": Case(3, 4, 2, 5, lengths=(2, 4, 1), autocast=True),
}


class Given(NamedTuple):
    layer: lnp.Unroll
    x: np.ndarray  # (B, T, D)
    state: lnp.LSTMCell.State | None
    lengths: np.ndarray | None
    d_h: np.ndarray  # (B, T, H)
    d_state: lnp.LSTMCell.State


def given(case):
    """Everything that goes in, in float64, but only numbers that the case's dtype can hold."""
    B, T, D, H, dtype, state, lengths, *_ = case
    rng = np.random.default_rng(0)

    def draw(*shape):
        return representable(rng.normal(size=shape), dtype)

    layer = lnp.Unroll(lnp.LSTMCell(D, H, rng=rng))
    for _, array in layer.named_parameters():
        array[...] = representable(array + 0.1 * rng.normal(size=array.shape), dtype)
    states = [lnp.LSTMCell.State(draw(B, H), draw(B, H)) for _ in range(2)]
    lengths = None if lengths is None else np.array(lengths)
    return Given(layer, draw(B, T, D), states[0] if state else None, lengths, draw(B, T, H), states[1])


def representable(array, dtype):
    return torch.tensor(array).to(getattr(torch, dtype)).double().numpy()


def reference(case):
    """The same by hand in NumPy and float64."""
    layer, x, state, lengths, d_h, d_state = given(case)
    h, after, tape = layer(x, state, lengths)
    dx, d_before, grads = layer.backward(d_h, d_state, tape)
    results = {"h": h, "h_last": after.h, "c_last": after.c, "dx": dx}
    return results | grads | ({"dh": d_before.h, "dc": d_before.c} if state else {})


def by_kernel(case, device):
    """What the kernel makes of it; the padding holds NaN, which must not matter."""
    layer, x, state, lengths, d_h, d_state = given(case)
    place = {"dtype": getattr(torch, case.dtype), "device": device}
    twin = lth.Unroll(lth.LSTMCell(case.D, case.H))
    twin.load_state_dict({name: torch.tensor(array) for name, array in layer.named_parameters()})
    kernel = lth.TritonLSTM(twin.to(**place), **case.settings)
    x = torch.tensor(x, **place)
    if lengths is not None:
        lengths = torch.tensor(lengths)
        x[torch.arange(case.T) >= lengths[:, None]] = torch.nan
    inputs = {"dx": x.requires_grad_()}
    if state is not None:
        parts = [torch.tensor(part, **place).requires_grad_() for part in state]
        state = lth.LSTMCell.State(*parts)
        inputs |= dict(zip(("dh", "dc"), parts, strict=True))
    with torch.autocast(device, torch.bfloat16, enabled=case.autocast):
        h, after, tape = kernel(x, state, lengths)
    if tape is not None:
        raise RuntimeError("the kernel keeps no tape")
    inputs |= dict(kernel.named_parameters())
    upstream = [torch.tensor(d, device=device, dtype=h.dtype) for d in (d_h, *d_state)]
    grads = torch.autograd.grad([h, *after], list(inputs.values()), upstream)
    results = {"h": h, "h_last": after.h, "c_last": after.c} | dict(zip(inputs, grads, strict=True))
    return {name: tensor.detach().double().cpu().numpy() for name, tensor in results.items()}


if __name__ == "__main__":
    folder, device = sys.argv[1:]
    for name, case in CASES.items():
        np.savez(Path(folder) / f"{name}.npz", **by_kernel(case, device))
