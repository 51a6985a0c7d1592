"""The training loop: predict, compare, go back, step."""

import inspect
import math
from typing import NamedTuple

import numpy as np
import torch

from lstm_edu.shapes import check_count, check_positive
from lstm_edu.torch.batches import batches, check_data


class History(NamedTuple):
    """How training went; epochs are counted from 0, and only those that were completed are listed."""

    train_loss: list  # per epoch: mean over the examples, while the weights were moving
    validation_loss: list  # per epoch, after it; empty without validation data
    grad_norm: list  # per step, before clipping
    best_epoch: int | None  # of the lowest validation loss (without: training loss)
    stopped: str  # "finished", "early" or "interrupted"


def fit(
    model,
    loss,
    train,
    *,
    optimizer,
    epochs,
    rng,
    validation=None,
    batch_size=32,
    clip_norm=None,
    patience=None,
    progress=True,
):
    """Train a model in place.

    With validation data, the model ends with the weights of the best epoch,
    however it stopped; without, with those of its last step. Interrupting
    (Ctrl-C, or the stop button of a notebook) ends training early and returns.

    Parameters
    ----------
    model : torch.nn.Module
        ``model(x)``, or ``(x, lengths)`` if there are lengths, gives the prediction, or a tuple
        that starts with it. If its ``forward`` takes ``rng``, it gets a ``torch.Generator``
        during training, for dropout. The batches follow it to its device.
    loss : callable
        ``loss(prediction, y)`` gives a mean: ``torch.nn.functional.mse_loss``, for example.
    train : (x, y) or (x, y, lengths)
        Tensors whose first axis counts the examples.
    optimizer : torch.optim.Optimizer
        Built from ``model.parameters()``.
    epochs : int
        Passes through ``train``, at most.
    rng : numpy.random.Generator
        Shuffles each epoch; the other half of this package draws the same order from the same seed.
    validation : (x, y) or (x, y, lengths), default=None
        Data to judge each epoch by, never trained on.
    batch_size : int, default=32
        Examples in a step; the last step of an epoch takes what is left.
    clip_norm : float, default=None
        Bound on the norm of all gradients together; ``None`` sets none.
    patience : int, default=None
        Stop after so many epochs in a row without a new best validation loss; ``None`` never does.
    progress : bool, default=True
        Show a bar, on standard error.

    Returns
    -------
    History

    Raises
    ------
    ValueError, TypeError
        If an option or the data do not fit; nothing has been trained then.
    FloatingPointError
        If a loss or a gradient is not finite; the best weights so far (those at the
        start, if no epoch was completed) have been restored then.
    """
    from tqdm import tqdm

    check_options(epochs, batch_size, patience, clip_norm, validation, rng)
    check_data("train", train)
    if validation is not None:
        check_data("validation", validation)
    check_optimizer(optimizer, model)
    device = next(model.parameters()).device
    draws = {"rng": spawn(rng, device)} if "rng" in inspect.signature(model.forward).parameters else {}
    max_norm = math.inf if clip_norm is None else clip_norm

    train_loss, validation_loss, grad_norm = [], [], []
    best_epoch, best, stopped = None, copy_weights(model), "finished"
    was_training = model.training
    with tqdm(
        total=epochs * math.ceil(len(train[0]) / batch_size), unit="batch", disable=not progress
    ) as bar:
        try:
            for epoch in range(epochs):
                total = 0.0
                model.train()
                for k, batch in enumerate(batches(train, batch_size, rng)):
                    x, y, *lengths = (tensor.to(device) for tensor in batch)
                    value = loss(predict(model, x, *lengths, **draws), y)
                    model.zero_grad()
                    value.backward()
                    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item()
                    check_finite(f"in epoch {epoch}, batch {k}", loss=value.item(), gradient_norm=norm)
                    optimizer.step()
                    grad_norm.append(norm)
                    total += value.item() * len(x)
                    bar.update()
                losses = {"loss": total / len(train[0])}
                if validation is not None:
                    losses["validation_loss"] = evaluate(model, loss, validation, batch_size)
                    check_finite(f"after epoch {epoch}", validation_loss=losses["validation_loss"])
                    validation_loss.append(losses["validation_loss"])
                train_loss.append(losses["loss"])
                bar.set_postfix(losses)

                judged = validation_loss or train_loss
                if epoch == np.argmin(judged):
                    best_epoch, best = epoch, copy_weights(model)
                elif patience is not None and epoch - best_epoch >= patience:
                    stopped = "early"
                    break
        except KeyboardInterrupt:
            stopped = "interrupted"
        except FloatingPointError:
            model.load_state_dict(best)
            raise
        finally:
            model.train(was_training)
    if validation is not None and best_epoch is not None:
        model.load_state_dict(best)
    return History(train_loss, validation_loss, grad_norm, best_epoch, stopped)


def evaluate(model, loss, data, batch_size=32):
    """Return the mean loss of a model over the examples of ``data``, without gradients or dropout.

    Parameters
    ----------
    model, loss, data, batch_size
        As in ``fit``.

    Returns
    -------
    float
    """
    device = next(model.parameters()).device
    was_training = model.training
    total = 0.0
    try:
        model.eval()
        with torch.no_grad():
            for batch in batches(data, batch_size):
                x, y, *lengths = (tensor.to(device) for tensor in batch)
                total += loss(predict(model, x, *lengths), y).item() * len(x)
    finally:
        model.train(was_training)
    return total / len(data[0])


def predict(model, *inputs, **draws):
    """Return what the model predicts, without whatever else it returns."""
    output = model(*inputs, **draws)
    return output[0] if isinstance(output, tuple) else output


def spawn(rng, device):
    """Return a ``torch.Generator`` seeded by a child of ``rng``, whose own stream stays as it is."""
    seed = int(rng.spawn(1)[0].integers(2**63))
    return torch.Generator(device).manual_seed(seed)


def copy_weights(model):
    """Return a copy of every parameter and buffer."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def check_finite(when, **numbers):
    """Raise ``FloatingPointError`` unless each of the named numbers is finite."""
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise FloatingPointError(
                f"The {name.replace('_', ' ')} is {number} {when} (counted from 0). "
                "The best weights so far are restored. Try a lower learning rate, or clip_norm=1.0."
            )


def check_options(epochs, batch_size, patience, clip_norm, validation, rng):
    """Raise ``ValueError`` or ``TypeError`` unless the options of ``fit`` make sense together."""
    check_count(epochs=epochs, batch_size=batch_size)
    if patience is not None:
        check_count(patience=patience)
        if validation is None:
            raise ValueError(
                "`patience` counts epochs without a better validation loss, but there is no validation data. "
                "Give validation=(x, y), or leave patience out."
            )
    if clip_norm is not None:
        check_positive(clip_norm=clip_norm)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"`rng` should be a numpy.random.Generator but is a {type(rng).__name__}. "
            "Pass np.random.default_rng(0), for example."
        )


def check_optimizer(optimizer, model):
    """Raise ``ValueError`` unless everything that the optimiser moves is a parameter of the model."""
    live = {id(parameter) for parameter in model.parameters()}
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    strange = [tuple(parameter.shape) for parameter in held if id(parameter) not in live]
    if strange:
        raise ValueError(
            f"The optimiser moves parameters of shape {', '.join(map(str, strange))}, which this model "
            "does not hold. Build it from model.parameters() of the same model, and after the model."
        )
