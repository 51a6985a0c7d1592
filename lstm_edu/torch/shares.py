"""A batch in parts, each with the weight that makes the sum of their gradients that of the batch."""

import torch


def shares(batch, count, parts=1, rank=0, size=1):
    """Yield what one process has to do of a batch.

    A mean is no sum of means. With n_j of n terms in part j, the loss of the batch is the sum over j of
    n_j / n times the loss of the part, and so is its gradient. Parts that are equal need no weights,
    which is why they are easy to forget.

    Parameters
    ----------
    batch : tuple of Tensor
        (x, y) or (x, y, lengths).
    count : callable
        ``count(y, *lengths)`` gives the number of terms that the loss is a mean over.
    parts : int, default=1
        Into how many parts each process divides its share, one after the other.
    rank, size : int
        Which process this is, of how many. Each adds up what it yields; their gradients are then averaged,
        so that the weights of all of them add up to ``size``.

    Yields
    ------
    part : tuple of Tensor
    weight : float
        Factor for the loss of this part. A process that is left without terms gets a part of weight 0:
        it has to take its place in the exchange of gradients.
    last : bool
        Whether this process is done with the batch after it.

    Raises
    ------
    ValueError
        If there is no term in the batch.
    """
    pieces = list(zip(*(torch.tensor_split(tensor, parts * size) for tensor in batch), strict=True))
    terms = [float(count(*piece[1:])) if len(piece[0]) else 0.0 for piece in pieces]
    whole = sum(terms)
    if not whole > 0:
        raise ValueError(
            f"`count` should give the number of terms of the loss but gave {whole:g} for a whole batch. "
            "Leave out the examples without any."
        )
    mine = [j for j in range(rank, len(pieces), size) if terms[j]]
    for j in mine:
        yield pieces[j], size * terms[j] / whole, j == mine[-1]
    if not mine:
        yield pieces[max(range(len(pieces)), key=terms.__getitem__)], 0.0, True


def examples(y, *lengths):
    """Count the examples: the terms of a loss that is a mean over them."""
    return len(y)
