"""How far back a loss reaches: the size of its gradient at every state of the way."""

import torch

from lstm_edu.shapes import check_dtype, check_shape


def gradient_flow(layer, x, d_h):
    """Measure how strongly a loss on the last ``h`` depends on each state before it.

    Parameters
    ----------
    layer : Unroll
        Of any cell.
    x : Tensor of shape (B, T, D)
    d_h : Tensor of shape (B, H)
        Gradient of the loss with respect to the last ``h``.

    Returns
    -------
    State
        The cell's own, holding norms: each part is (B, T + 1), and its column k is the length of the
        gradient k steps before the end, so column T belongs to the state before the first input. The
        gradient of ``c`` is complete: it counts what ``c`` does through the ``h`` made from it.

    Raises
    ------
    ShapeError, TypeError
        If a tensor does not fit.

    References
    ----------
    Bengio, Simard and Frasconi (1994); Pascanu, Mikolov and Bengio (2013).
    """
    B, T, _ = check_shape("x", x, B=..., T=..., D=layer.input_size)
    check_shape("d_h", d_h, B=B, H=layer.output_size)
    check_dtype("d_h", d_h, layer.cell.weight_hh)
    state = layer.zero_state(B)
    for part in state:
        part.requires_grad_()
    states = [state]
    for t in range(T)[::-1] if layer.reverse else range(T):
        state, _ = layer.cell(x[:, t], state)
        states.append(state)
    parts = [part for state in states[::-1] for part in state]
    norms = [grad.norm(dim=1) for grad in torch.autograd.grad(state.h, parts, d_h)]
    fields = len(state)
    return type(state)(*(torch.stack(norms[k::fields], dim=1) for k in range(fields)))
