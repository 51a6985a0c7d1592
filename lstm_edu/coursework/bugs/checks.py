"""Checks that need no right version to compare with: disturb one thing and see what answers."""

import numpy as np

from lstm_edu.numpy.gradcheck import gradcheck
from lstm_edu.numpy.unroll import Unroll


def gradient_report(cell_type, *, B=3, T=4, D=2, H=5, from_zeros=False):
    """Check a cell's hand-written gradients under a loss that weighs every output and the final state.

    Parameters
    ----------
    cell_type : type
        ``LSTMCell`` or one that replaces it.
    B, T, D, H : int
        Sizes; T at least 2, or nothing is carried.
    from_zeros : bool, default=False
        Start from zeros, which hides what the first step does to ``weight_hh``.

    Returns
    -------
    GradReport
    """
    rng = np.random.default_rng(0)
    layer = Unroll(cell_type(D, H, rng=rng))
    x, dh = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, H))
    before, d_after = (layer.cell.State(*rng.normal(size=(2, B, H))) for _ in range(2))
    if from_zeros:
        before = layer.zero_state(B)

    def loss():
        h, after, _ = layer(x, before)
        return (h * dh).sum() + (after.h * d_after.h).sum() + (after.c * d_after.c).sum()

    dx, d_before, grads = layer.backward(dh, d_after, layer(x, before)[2])
    arrays = dict(layer.named_parameters()) | {"x": x, "h": before.h, "c": before.c}
    return gradcheck(loss, arrays, grads | {"x": dx, "h": d_before.h, "c": d_before.c})


def alone(read, x, lengths):
    """Ask for each sequence in its batch and then alone, without padding; return the largest difference.

    Parameters
    ----------
    read : callable
        ``read(x, lengths)`` gives one row for each sequence.
    x : torch.Tensor of shape (B, T, D)
    lengths : torch.Tensor of shape (B,)

    Returns
    -------
    float
        Rounding error if the batch changes nothing.
    """
    import torch

    with torch.no_grad():
        rows = [read(x[[b], :n], lengths[[b]]) for b, n in enumerate(lengths.tolist())]
        return float((read(x, lengths) - torch.cat(rows)).abs().max())


def influence(read, x):
    """Change one sequence after the other; return who answers, a (B, B) matrix.

    Entry (a, b) is the largest change in row b of ``read(x)`` after sequence a was changed. Only the
    diagonal may differ from zero.
    """
    import torch

    rows = []
    with torch.no_grad():
        before = read(x)
        for a in range(len(x)):
            other = x.clone()
            other[a] += 1
            rows.append((read(other) - before).abs().flatten(1).amax(1))
    return torch.stack(rows).numpy()


def reach(read, x):
    """Change one step after the other, in all sequences; return how much the answer moves, (T,)."""
    import torch

    moves = []
    with torch.no_grad():
        before = read(x)
        for t in range(x.shape[1]):
            other = x.clone()
            other[:, t] += 1
            moves.append(float((read(other) - before).abs().max()))
    return np.array(moves)


def moved_by_the_future(prepare, series, cut):
    """Change every row from ``cut`` on; return by how much the training data move at most.

    ``prepare(series, cut)`` gives the training data; 0 means that they know nothing of the future.
    """
    later = series.copy()
    later[cut:] += 1
    return float(np.abs(prepare(later, cut) - prepare(series, cut)).max())


def angle(grads, others):
    """Return the angle between two gradients, dicts of the same names, in degrees."""
    a, b = (
        np.concatenate([part.ravel() for part in each.values()])
        for each in (grads, {n: others[n] for n in grads})
    )
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
