"""The loss of a model on data that it is not trained on."""

import torch

from lstm_edu.torch.batches import batches
from lstm_edu.torch.parallel import Group
from lstm_edu.torch.precision import autocast
from lstm_edu.torch.shares import examples


def evaluate(model, loss, data, batch_size=32, count=examples, precision=None, divide=None):
    """Return the mean loss of a model over ``data``, without gradients or dropout.

    Parameters
    ----------
    model, loss, data, batch_size, count, precision, divide
        As in ``fit``.

    Returns
    -------
    float
    """
    device = next(model.parameters()).device
    group, half = Group(device), autocast(precision, device)
    was_training = model.training
    total = terms = 0.0
    try:
        model.eval()
        with torch.no_grad(), half:
            for k, batch in enumerate(batches(data, batch_size, divide=divide)):
                terms += (n := float(count(*batch[1:])))
                if k % group.size == group.rank:
                    x, y, *lengths = (tensor.to(device) for tensor in batch)
                    total += loss(predict(model, x, *lengths), y).item() * n
    finally:
        model.train(was_training)
    return group.mean(total) * group.size / terms


def predict(model, *inputs, **draws):
    """Return what the model predicts, without whatever else it returns."""
    output = model(*inputs, **draws)
    return output[0] if isinstance(output, tuple) else output
