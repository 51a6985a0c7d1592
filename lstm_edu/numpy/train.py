"""The training loop: predict, compare, go back, step."""

import inspect
import math
from typing import NamedTuple

import numpy as np

from lstm_edu.numpy.batches import batches, check_data
from lstm_edu.numpy.clip import clip_grad_norm
from lstm_edu.shapes import check_count, check_positive


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
    model : Module
        ``model.forward(x)``, or ``(x, lengths)`` if there are lengths, gives ``(prediction, tape)``;
        ``model.backward(d_prediction, tape)`` gives ``(dx, grads)``. If its ``forward`` takes
        ``rng``, it gets one during training, for dropout, and none for validation.
    loss : callable
        ``loss(prediction, y)`` gives ``(loss, d_prediction)``: ``mse_loss``, for example.
    train : (x, y) or (x, y, lengths)
        Arrays whose first axis counts the examples.
    optimizer : SGD, Adam or AdamW
        Built from ``model.named_parameters()``.
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
    draws = {"rng": rng.spawn(1)[0]} if "rng" in inspect.signature(model.forward).parameters else {}
    max_norm = math.inf if clip_norm is None else clip_norm

    train_loss, validation_loss, grad_norm = [], [], []
    best_epoch, best, stopped = None, copy_weights(model), "finished"
    with tqdm(
        total=epochs * math.ceil(len(train[0]) / batch_size), unit="batch", disable=not progress
    ) as bar:
        try:
            for epoch in range(epochs):
                total = 0.0
                for k, (x, y, *lengths) in enumerate(batches(train, batch_size, rng)):
                    prediction, tape = model.forward(x, *lengths, **draws)
                    value, d_prediction = loss(prediction, y)
                    _, grads = model.backward(d_prediction, tape)
                    grads, norm = clip_grad_norm(grads, max_norm)
                    check_finite(f"in epoch {epoch}, batch {k}", loss=value, gradient_norm=norm)
                    optimizer.step(grads)
                    grad_norm.append(norm)
                    total += float(value) * len(x)
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
            restore_weights(model, best)
            raise
    if validation is not None and best_epoch is not None:
        restore_weights(model, best)
    return History(train_loss, validation_loss, grad_norm, best_epoch, stopped)


def evaluate(model, loss, data, batch_size=32):
    """Return the mean loss of a model over the examples of ``data``, without dropout.

    Parameters
    ----------
    model, loss, data, batch_size
        As in ``fit``.

    Returns
    -------
    float
    """
    total = 0.0
    for x, y, *lengths in batches(data, batch_size):
        prediction, _ = model.forward(x, *lengths)
        total += float(loss(prediction, y)[0]) * len(x)
    return total / len(data[0])


def copy_weights(model):
    """Return a copy of every parameter."""
    return {name: array.copy() for name, array in model.named_parameters()}


def restore_weights(model, weights):
    """Write a copy back into the live parameters."""
    for name, array in model.named_parameters():
        array[...] = weights[name]


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
    """Raise ``ValueError`` unless everything that the optimiser moves is a live array of the model."""
    live = dict(model.named_parameters())
    strange = [name for name, array in optimizer.parameters.items() if live.get(name) is not array]
    if strange:
        raise ValueError(
            f"The optimiser moves {', '.join(strange)}, which this model does not hold. "
            "Build it from model.named_parameters() of the same model, and after the model."
        )
