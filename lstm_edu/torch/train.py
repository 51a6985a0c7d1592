"""The training loop: predict, compare, go back, step."""

import inspect
import math
from time import perf_counter
from typing import NamedTuple

import numpy as np
import torch

from lstm_edu.torch.batches import batches, check_data
from lstm_edu.torch.checks import check_divide, check_finite, check_optimizer, check_options
from lstm_edu.torch.evaluate import evaluate, predict
from lstm_edu.torch.parallel import Group
from lstm_edu.torch.precision import autocast, check_precision, check_scale, loss_scaler
from lstm_edu.torch.resume import Checkpoint, state_of
from lstm_edu.torch.shares import examples, shares


class History(NamedTuple):
    """How training went; epochs are counted from 0, and only those that were completed are listed."""

    train_loss: list  # per epoch: mean over the examples, while the weights were moving
    validation_loss: list  # per epoch, after it; empty without validation data
    grad_norm: list  # per step, before clipping; infinite where a loss scaler skipped the step
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
    count=examples,
    accumulate=1,
    precision=None,
    checkpoint=None,
    report=(),
    divide=None,
):
    """Train a model in place.

    With validation data, the model ends with the weights of the best epoch,
    however it stopped; without, with those of its last step. Interrupting
    (Ctrl-C, or the stop button of a notebook) ends training early and returns.

    The last six arguments are about speed, size and progress, and this half's alone. Inside
    ``data_parallel`` every process calls ``fit`` alike, with the same data and seed, computes its
    share of each batch, and returns the same history; the first of them shows the bar, writes and reports.

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
    count : callable, default=examples
        ``count(y, *lengths)`` gives the number of terms that ``loss`` is a mean over. The default
        counts examples; a mean over the real steps of padded sequences needs ``lengths.sum()``.
    accumulate : int, default=1
        Compute each step in so many parts, whose gradients add up: less memory, same gradient.
    precision : {None, "float32", "bfloat16", "float16"}, default=None
        Format of the products; the weights stay float32. ``"float16"`` uses a loss scaler, which
        skips the steps whose gradients overflow; their ``grad_norm`` is infinite. ``None`` computes
        in the dtype of the weights.
    checkpoint : str or Path, default=None
        File to write after each epoch. If it exists, training continues from it, on a CPU bit for bit
        as if it had never stopped; the states of ``rng`` and of PyTorch's generator become those it holds.
    report : sequence of callable, default=()
        Each is called after every epoch with a dict: ``epoch``, ``loss``, ``gradient_norm`` (the largest),
        ``sequences/s`` and, with validation data, ``validation_loss``. ``print`` is one; another writes to
        TensorBoard: ``lambda n: writer.add_scalars("fit", n, n["epoch"])``.
    divide : callable, default=None
        ``divide(lengths, batch_size, rng=rng)`` gives the rows of each batch, which ends with its longest
        sequence: ``lstm_edu.data.buckets`` puts sequences of similar lengths together.

    Returns
    -------
    History

    Raises
    ------
    ValueError, TypeError
        If an option, the data or the checkpoint do not fit; nothing has been trained then.
    FloatingPointError
        If a loss or a gradient is not finite; the best weights so far (those at the
        start, if no epoch was completed) have been restored then.
    """
    from tqdm import tqdm

    check_options(
        epochs=epochs,
        batch_size=batch_size,
        accumulate=accumulate,
        patience=patience,
        clip_norm=clip_norm,
        validation=validation,
        rng=rng,
        report=report,
    )
    check_data("train", train)
    if validation is not None:
        check_data("validation", validation)
    check_divide(divide, train, validation)
    check_optimizer(optimizer, model)
    check_precision(precision, model)
    device = next(model.parameters()).device
    group = Group(device)
    group.check_same(rng=state_of(rng), shapes=shapes(train))
    draws = {}
    if "rng" in inspect.signature(model.forward).parameters:
        draws["rng"] = spawn(rng, device, group.rank)
    max_norm = math.inf if clip_norm is None else clip_norm
    scaler, half = loss_scaler(precision, device), autocast(precision, device)
    settings = {
        "loss": getattr(loss, "__name__", type(loss).__name__),
        "train": shapes(train),
        "validation": shapes(validation or ()),
        "batch_size": batch_size,
        "clip_norm": clip_norm,
        "patience": patience,
        "accumulate": accumulate,
        "precision": precision,
        "divide": None if divide is None else getattr(divide, "__name__", type(divide).__name__),
    }
    keeper = Checkpoint(
        checkpoint,
        settings,
        group=group,
        model=model,
        optimizer=optimizer,
        scaler=scaler,
        rng=rng,
        generator=draws.get("rng"),
    )
    history, best = keeper.load(History([], [], [], None, "finished"), copy_weights(model))
    left = range(len(history.train_loss), epochs) if history.stopped == "finished" else []
    was_training, network = model.training, group.wrap(model)
    with tqdm(
        total=epochs * math.ceil(len(train[0]) / batch_size),
        initial=len(history.grad_norm),
        unit="batch",
        disable=not progress or group.rank > 0,
    ) as bar:
        try:
            for epoch in left:
                total, terms, start = 0.0, 0.0, perf_counter()
                model.train()
                for k, batch in enumerate(batches(train, batch_size, rng, divide)):
                    value = 0.0
                    model.zero_grad()
                    for part, weight, last in shares(batch, count, accumulate, group.rank, group.size):
                        x, y, *lengths = (tensor.to(device) for tensor in part)
                        with group.exchange(network, last), half:
                            part_loss = weight * loss(predict(network, x, *lengths, **draws), y)
                        scaler.scale(part_loss).backward()
                        value += part_loss.item()
                    value = group.mean(value)
                    scaler.unscale_(optimizer)
                    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item()
                    finite = {} if scaler.is_enabled() else {"gradient_norm": norm}
                    check_finite(f"in epoch {epoch}, batch {k}", loss=value, **finite)
                    scaler.step(optimizer)  # unless a gradient has overflowed
                    scaler.update()
                    check_scale(scaler)
                    history.grad_norm.append(norm if math.isfinite(norm) else math.inf)
                    total, terms = total + value * (n := float(count(*batch[1:]))), terms + n
                    bar.update()
                speed = len(train[0]) / (perf_counter() - start)
                losses = {"loss": total / terms}
                if validation is not None:
                    judged = evaluate(model, loss, validation, batch_size, count, precision, divide)
                    check_finite(f"after epoch {epoch}", validation_loss=judged)
                    history.validation_loss.append(judged)
                    losses["validation_loss"] = judged
                history.train_loss.append(losses["loss"])
                bar.set_postfix(losses | {"sequences/s": f"{speed:.0f}"})

                if epoch == np.argmin(history.validation_loss or history.train_loss):
                    history, best = history._replace(best_epoch=epoch), copy_weights(model)
                elif patience is not None and epoch - history.best_epoch >= patience:
                    history = history._replace(stopped="early")
                keeper.save(history, best)
                for channel in report if group.rank == 0 else ():
                    steps = history.grad_norm[-math.ceil(len(train[0]) / batch_size) :]
                    channel({"epoch": epoch, **losses, "gradient_norm": max(steps), "sequences/s": speed})
                if history.stopped == "early":
                    break
        except KeyboardInterrupt:
            history = history._replace(stopped="interrupted")
        except FloatingPointError:
            model.load_state_dict(best)
            raise
        finally:
            model.train(was_training)
    if validation is not None and history.best_epoch is not None:
        model.load_state_dict(best)
    return history


def spawn(rng, device, rank=0):
    """Return a ``torch.Generator`` seeded by a child of ``rng``, whose own stream stays as it is.

    Each rank gets one of its own, so that no two processes drop the same units.
    """
    seed = int(rng.spawn(1)[0].integers(2**63, size=rank + 1)[rank])
    return torch.Generator(device).manual_seed(seed)


def copy_weights(model):
    """Return a copy of every parameter and buffer."""
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def shapes(data):
    """Return the shape of each tensor."""
    return [tuple(tensor.shape) for tensor in data]
