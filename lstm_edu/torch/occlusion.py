"""What a verdict owes to each word: take the word away and see how far the verdict moves."""

import torch

from lstm_edu.shapes import check_count, check_lengths, check_shape, check_tokens

UNKNOWN = 1  # the id of a word that is not known


def occlusion(model, x, lengths=None, *, unknown=UNKNOWN, batch_size=1024):
    """Return by how much each word raises the logit: with the word, less with an unknown one in its place.

    Parameters
    ----------
    model : TextClassifier
        With one logit, K = 1. It is asked in evaluation mode, and left in the mode it was in.
    x : Tensor of shape (B, T), integers
        Word numbers.
    lengths : Tensor of shape (B,), default=None
        Words of each text, from 1 to T; ``None`` means all.
    unknown : int, default=1
        The number that takes the place of each word in turn; 1 is the unknown word of a ``Vocabulary``.
    batch_size : int, default=1024
        Texts in one pass. There is one text to be read for each word.

    Returns
    -------
    Tensor of shape (B, T)
        Positive where a word speaks for a good opinion, negative where against it; zeros in the padding,
        and for a word that is ``unknown`` itself.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If an array does not fit, ``unknown`` is no number of a word, or the model gives several logits.

    References
    ----------
    Zeiler and Fergus (2014), for parts of a picture; Li, Monroe and Jurafsky (2016), for words.
    """
    V = model.embedding.num_embeddings
    check_tokens("x", x, V)
    check_count(batch_size=batch_size)
    B, T = check_shape("x", x, "A single text needs a batch axis: x[None].", B=..., T=...)
    lengths = torch.full((B,), T, device=x.device) if lengths is None else lengths
    check_lengths(lengths, B, T)
    if not 0 <= unknown < V:
        raise ValueError(f"`unknown` should lie between 0 and {V - 1} but is {unknown}.")
    if model.head.out_features != 1:
        raise ValueError(
            f"`model` should give one logit for each text but gives {model.head.out_features}. "
            "Build it with output_size=1."
        )
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            whole = model(x, lengths)[0][:, 0]  # (B,)
            rows, places = torch.nonzero(torch.arange(T, device=x.device) < lengths[:, None], as_tuple=True)
            order = lengths[rows].argsort(stable=True)  # texts of similar lengths share a pass
            moved = torch.zeros(B, T, dtype=whole.dtype, device=x.device)
            for part in order.split(batch_size):
                row, place = rows[part], places[part]
                without = x[row, : lengths[row].max()]  # a copy, one text for each word to be replaced
                without[torch.arange(len(row), device=x.device), place] = unknown
                moved[row, place] = whole[row] - model(without, lengths[row])[0][:, 0]
    finally:
        model.train(was_training)
    return moved
