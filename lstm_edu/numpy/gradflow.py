"""How far back a loss reaches: the size of its gradient at every state of the way."""

import numpy as np

from lstm_edu.shapes import check_dtype, check_shape


def gradient_flow(layer, x, d_h):
    """Measure how strongly a loss on the last ``h`` depends on each state before it.

    Equation numbers follow the chapter "Vanishing gradients".

    Parameters
    ----------
    layer : Unroll
        Of a cell that hands on ``h`` alone, or ``c`` as well with h = o ⊙ tanh(c).
    x : ndarray of shape (B, T, D)
    d_h : ndarray of shape (B, H)
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
        If an array does not fit.
    ValueError
        If the cell makes ``h`` from ``c`` in another way.

    References
    ----------
    Bengio, Simard and Frasconi (1994); Pascanu, Mikolov and Bengio (2013).
    """
    h, _, tape = layer(x)
    B, T, H = h.shape
    check_shape("d_h", d_h, B=B, H=H)
    check_dtype("d_h", d_h, h)
    d_state = layer.state_from_h(d_h)
    times = range(T) if layer.reverse else range(T)[::-1]  # the last step first
    norms = []
    for t in times:
        norms.append(sizes(complete(d_state, tape.steps[t], h[:, t])))
        _, d_state, _ = layer.cell.backward(d_state, tape.steps[t])  # (2) one step further back
    norms.append(sizes(d_state))
    return type(d_state)(*(np.stack(part, axis=1) for part in zip(*norms, strict=True)))


def complete(d_state, step, h):
    """Add to the gradient that comes along ``c`` what ``c`` does through the ``h`` made from it."""
    if "c" not in d_state._fields:
        return d_state
    tanh_c = np.tanh(step.c)
    if not np.allclose(h, step.o * tanh_c):
        raise ValueError(
            "`gradient_flow` knows cells with h = o * tanh(c), but this one makes h from c in another way. "
            "Measure it with lstm_edu.torch.gradient_flow: autograd knows every way."
        )
    return d_state._replace(c=d_state.c + d_state.h * step.o * (1 - tanh_c**2))  # (5) along c, and through h


def sizes(d_state):
    """Return the Euclidean length of every row of every part, (B,) each."""
    return [np.linalg.norm(part, axis=1) for part in d_state]
