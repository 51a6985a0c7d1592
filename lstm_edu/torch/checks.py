"""What `fit` refuses before it starts, and what it stops at on the way."""

import math

import numpy as np

from lstm_edu.shapes import check_count, check_positive


def check_finite(when, **numbers):
    """Raise ``FloatingPointError`` unless each of the named numbers is finite."""
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise FloatingPointError(
                f"The {name.replace('_', ' ')} is {number} {when} (counted from 0). "
                "The best weights so far are restored. Try a lower learning rate, or clip_norm=1.0."
            )


def check_options(*, epochs, batch_size, accumulate, patience, clip_norm, validation, rng, report):
    """Raise ``ValueError`` or ``TypeError`` unless the options of ``fit`` make sense together."""
    check_count(epochs=epochs, batch_size=batch_size, accumulate=accumulate)
    if patience is not None:
        check_count(patience=patience)
        if validation is None:
            raise ValueError(
                "`patience` counts epochs without a better validation loss, but there is no validation data. "
                "Give validation=(x, y), or leave patience out."
            )
    if clip_norm is not None:
        check_positive(clip_norm=clip_norm)
    if not (isinstance(report, list | tuple) and all(map(callable, report))):
        raise TypeError(
            f"`report` should be a list of functions that take a dict but is {report!r}. "
            "For one function, write report=[print]."
        )
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"`rng` should be a numpy.random.Generator but is a {type(rng).__name__}. "
            "Pass np.random.default_rng(0), for example."
        )


def check_divide(divide, train, validation):
    """Raise ``TypeError`` or ``ValueError`` unless batches can be made by length."""
    if divide is None:
        return
    if not callable(divide):
        raise TypeError(
            f"`divide` should be a function such as lstm_edu.data.buckets but is a {type(divide).__name__}."
        )
    for name, data in (("train", train), ("validation", validation)):
        if data is not None and len(data) < 3:
            raise ValueError(
                f"`divide` makes batches by length, but `{name}` has no lengths. Give {name}=(x, y, lengths)."
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
