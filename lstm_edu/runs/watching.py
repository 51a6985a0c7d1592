"""What is done at every step or epoch of a training, beside the training."""

import torch
from torch.optim import lr_scheduler

PEAK = 3  # of one-cycle, in the rates of the others


class Watch:
    """Cuts gradients by value if asked to, and keeps the last weights.

    Parameters
    ----------
    network : torch.nn.Module
    optimizer : torch.optim.Optimizer
    limit : float or None
        To which every element of every gradient is cut, before each step.

    Attributes
    ----------
    cosines : list of float
        Of each gradient and what was left of it.
    bound : list of bool
        Whether anything was cut.
    last : dict
        The weights after the last epoch; ``fit`` leaves those of the best.
    """

    def __init__(self, network, optimizer, limit=None):
        self.network, self.limit = network, limit
        self.cosines, self.bound, self.last = [], [], None
        if limit is not None:
            optimizer.register_step_pre_hook(self.cut)

    def cut(self, optimizer, *_):
        """Cut every element, and see how far the whole has turned."""
        held = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        before = torch.cat([parameter.grad.flatten() for parameter in held])
        torch.nn.utils.clip_grad_value_(held, self.limit)
        after = torch.cat([parameter.grad.flatten() for parameter in held])
        self.bound.append(not torch.equal(before, after))
        self.cosines.append(torch.nn.functional.cosine_similarity(before, after, dim=0).item())

    def __call__(self, news):
        """Keep the weights; a function for the ``report`` of ``fit``."""
        self.last = {name: tensor.clone() for name, tensor in self.network.state_dict().items()}


def scheduled(schedule, optimizer, *, rate, steps):
    """Let the learning rate of an optimiser follow a schedule of ``torch.optim.lr_scheduler``.

    Parameters
    ----------
    schedule : {"constant", "plateau", "cosine", "one-cycle"}
        ``"plateau"``: half as fast after every two epochs in a row without a new best validation loss.
        ``"cosine"``: down to zero. ``"one-cycle"``: up to ``PEAK`` times the rate, then down to near zero.
    optimizer : torch.optim.Optimizer
    rate : float
    steps : int
        Of the whole training.

    Returns
    -------
    list of callable
        For the ``report`` of ``fit``.
    """
    if schedule == "plateau":
        plateau = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        return [lambda news: plateau.step(news["validation_loss"])]
    if schedule == "cosine":
        scheduler = lr_scheduler.CosineAnnealingLR(optimizer, steps)
    elif schedule == "one-cycle":
        scheduler = lr_scheduler.OneCycleLR(optimizer, PEAK * rate, total_steps=steps + 1)
    else:
        return []
    optimizer.register_step_post_hook(lambda *_: scheduler.step())
    return []
