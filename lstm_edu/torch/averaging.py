"""A moving average of the weights, kept while they move, for use when they have stopped."""

import torch


def keep_average(optimizer, decay=0.998):
    r"""Keep an exponential moving average of every parameter beside it, after each step of an optimiser.

    .. math:: \bar\theta_n = d_n\, \bar\theta_{n-1} + (1 - d_n)\, \theta_n

    .. math:: d_n = \min\left(d, \tfrac{n - 1}{n + 8}\right)

    The average lies in the optimiser's own state, so that a checkpoint of ``fit`` holds it too. Its steps
    n count from 1, the first in which the parameter had a gradient: a rare word's may come late.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
    decay : float, default=0.998
        d, between 0 and 1: the average reaches about 1 / (1 - d) steps back.

    Returns
    -------
    torch.optim.Optimizer
        The same.

    Raises
    ------
    ValueError
        If ``decay`` does not lie between 0 and 1.

    References
    ----------
    Polyak and Juditsky (1992).
    """
    if not 0 < decay < 1:
        raise ValueError(f"`decay` should lie between 0 and 1 but is {decay!r}.")

    @torch.no_grad()
    def follow(optimizer, *_):
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                state = optimizer.state.get(parameter, {})
                if parameter.grad is None and "average" not in state:
                    continue  # has not moved yet; and to most optimisers a state means that it has
                state = optimizer.state[parameter]
                n = state["averaged"] = state.get("averaged", 0) + 1
                if n == 1:
                    state["average"] = torch.zeros_like(parameter)
                state["average"].lerp_(parameter, 1 - min(decay, (n - 1) / (n + 8)))

    optimizer.register_step_post_hook(follow)
    return optimizer


@torch.no_grad()
def use_average(optimizer):
    """Put the averages that ``keep_average`` has kept in the place of the parameters, for good.

    A parameter that never had a gradient stays as it is.

    Raises
    ------
    ValueError
        If the optimiser has taken no step since, and so has no average.
    """
    averages = {p: state["average"] for p, state in optimizer.state.items() if "average" in state}
    if not averages:
        raise ValueError("The optimiser holds no average: call keep_average(optimizer) before training.")
    for parameter, average in averages.items():
        parameter.copy_(average)
