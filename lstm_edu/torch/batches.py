"""A data set in portions."""

import numpy as np
import torch


def batches(data, size, rng=None, divide=None):
    """Yield the rows of a data set in portions, each row once.

    Parameters
    ----------
    data : tuple of Tensor
        Tensors whose first axis counts the same N examples.
    size : int
        Examples in a portion; the last one may be smaller, and none is left out.
    rng : numpy.random.Generator, default=None
        Draws the order, which is then that of ``lstm_edu.numpy``; ``None`` keeps that of the data.
    divide : callable, default=None
        ``divide(lengths, size, rng=rng)`` gives the rows of each portion instead; the x of a portion, (B, T)
        or (B, T, D), then ends with its longest sequence.

    Yields
    ------
    tuple of Tensor
    """
    N = len(data[0])
    if divide is None:
        order = np.arange(N) if rng is None else rng.permutation(N)
        portions = [order[start : start + size] for start in range(0, N, size)]
    else:
        rng = np.random.default_rng(0) if rng is None else rng
        portions = divide(data[2].cpu().numpy(), size, rng=rng)
    for portion in portions:
        rows = torch.from_numpy(portion)
        x, *rest = (tensor[rows.to(tensor.device)] for tensor in data)
        yield (x if divide is None else x[:, : rest[1].max()], *rest)


def check_data(name, data):
    """Raise unless ``data`` is (x, y) or (x, y, lengths): tensors of N finite examples, N at least 1."""
    parts = getattr(data, "_fields", ("x", "y", "lengths")[: len(data)] if isinstance(data, tuple) else ())
    if parts not in (("x", "y"), ("x", "y", "lengths")):
        came = f"{type(data).__name__}({', '.join(parts)})" if parts else f"a {type(data).__name__}"
        raise TypeError(f"`{name}` should be a tuple (x, y) or (x, y, lengths) but is {came}.")
    for part, tensor in zip(parts, data, strict=False):
        where = f"{part} of `{name}`"
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(
                f"{where} should be a tensor but is a {type(tensor).__name__}. "
                "Convert it first: torch.from_numpy(...) keeps the dtype, so match that of the model."
            )
        if tensor.ndim == 0 or len(tensor) == 0:
            raise ValueError(f"{where} has shape {tuple(tensor.shape)}: there is no example in it.")
        if len(tensor) != len(data[0]):
            raise ValueError(f"{where} holds {len(tensor)} examples but x holds {len(data[0])}.")
        if not tensor.isfinite().all():
            places = torch.argwhere(~tensor.isfinite())
            raise ValueError(
                f"{where} holds {len(places)} values that are not finite, the first at {places[0].tolist()}. "
                "Fill the gaps, or leave those examples out."
            )
