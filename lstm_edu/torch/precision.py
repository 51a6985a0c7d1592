"""In which number format a model computes: autocast around its forward pass, a scaler around its loss."""

import torch
from torch import nn

from lstm_edu.shapes import check_choice

HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
PRECISIONS = None, "float32", *HALVES


def autocast(precision, device):
    """Return a context in which products are computed in ``precision`` and sums of losses in float32.

    Parameters
    ----------
    precision : {None, "float32", "bfloat16", "float16"}
        The first two leave every operation in the dtype of its arguments.
    device : torch.device

    Returns
    -------
    torch.autocast
    """
    return torch.autocast(device.type, HALVES.get(precision), enabled=precision in HALVES)


def loss_scaler(precision, device):
    """Return the scaler that keeps gradients inside the range of float16; it does nothing for the others.

    Returns
    -------
    torch.amp.GradScaler
    """
    return torch.amp.GradScaler(device.type, enabled=precision == "float16")


def check_precision(precision, model):
    """Raise ``ValueError`` unless the model can be trained in this precision, on its device."""
    check_choice("precision", precision, PRECISIONS)
    dtypes = {parameter.dtype for parameter in model.parameters()}
    if precision is not None and dtypes != {torch.float32}:
        raise ValueError(
            f"precision={precision!r} keeps its weights in float32, but those of this model are "
            f"{', '.join(sorted(map(str, dtypes)))}. Build it in float32, or leave precision out."
        )
    lstm = any(isinstance(module, nn.LSTM) for module in model.modules())
    if precision == "float16" and lstm and next(model.parameters()).device.type == "cpu":
        check_half_lstm()


def check_half_lstm():
    """Raise ``ValueError`` unless this processor has a ``torch.nn.LSTM`` in float16; few do."""
    try:
        with torch.random.fork_rng(devices=[]):
            nn.LSTM(1, 1, dtype=torch.float16)(torch.zeros(1, 1, 1, dtype=torch.float16))
    except RuntimeError as error:
        raise ValueError(
            "This processor has no torch.nn.LSTM in float16. Use precision='bfloat16', which needs no loss "
            "scaler either, or a cell of lstm_edu.torch, which is made of products that exist."
        ) from error


def check_scale(scaler):
    """Raise ``FloatingPointError`` if a loss scaler has given up: below 1 it no longer widens the range."""
    if scaler.get_scale() < 1:
        raise FloatingPointError(
            "The loss scaler is below 1: the gradients stay infinite however small the loss is made. "
            "The best weights so far are restored. Try a lower learning rate, or precision='bfloat16'."
        )
