"""What people feed to a ``torch.nn.LSTM`` and what they read from it: each wrong way, then the right one."""


def padding_as_data(layer, x, lengths):
    """Wrong: the layer is never told where a row ends, so it reads the padding too."""
    _, (h_n, _) = layer(x)
    return h_n[-1]


def last_column(layer, x, lengths):
    """Wrong: the last column of a padded batch is the end of the longest row only."""
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    output, _ = pad_packed_sequence(layer(packed)[0], batch_first=True)
    return output[:, -1]


def last_of_each(layer, x, lengths):
    """Right: packed, and asked for the state after each row's own last step."""
    from torch.nn.utils.rnn import pack_padded_sequence

    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (h_n, _) = layer(packed)
    return h_n[-1]


def last_of_bidirectional(layer, x):
    """Wrong: at the last step the direction that reads backwards has seen one element."""
    output, _ = layer(x)
    return output[:, -1]


def last_of_both(layer, x):
    """Right: each direction's own last state."""
    import torch

    _, (h_n, _) = layer(x)
    return torch.cat([h_n[-2], h_n[-1]], dim=1)


def viewed(layer, x):
    """Wrong: the shape is what a time-major layer wants, but the sequences are cut up and mixed."""
    B, T, D = x.shape
    _, (h_n, _) = layer(x.view(T, B, D))
    return h_n[-1]


def time_first(layer, x):
    """Right: the axes change places."""
    _, (h_n, _) = layer(x.transpose(0, 1))
    return h_n[-1]


def carried_on(layer, x, batch_size=2):
    """Wrong: sequences that have nothing to do with each other, but one state through all batches."""
    import torch

    answers, state = [], None
    for batch in x.split(batch_size):
        _, state = layer(batch, state)
        answers.append(state[0][-1])
        state = tuple(part.detach() for part in state)
    return torch.cat(answers)


def started_afresh(layer, x, batch_size=2):
    """Right: every batch starts from zeros."""
    import torch

    answers = []
    for batch in x.split(batch_size):
        _, state = layer(batch)
        answers.append(state[0][-1])
    return torch.cat(answers)
