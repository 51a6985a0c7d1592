"""Settings, states, weights and losses around ``torch.nn.LSTM``: each wrong way, then the right one."""

from lstm_edu.numpy.clip import clip_grad_norm, clip_grad_value


def state_batch_first(layer, x, h_0, c_0):
    """Wrong: ``batch_first=True`` turns x and the output, but not the states. States come as (B, L, H)."""
    return layer(x, (h_0, c_0))[0]


def state_layers_first(layer, x, h_0, c_0):
    """Right: states go in as (L, B, H), whatever ``batch_first`` says."""
    return layer(x, (h_0.transpose(0, 1).contiguous(), c_0.transpose(0, 1).contiguous()))[0]


def blocks_as_stored(stored):
    """Wrong: ONNX stacks the gates i, o, f, c, and the blocks are taken as they come."""
    return stored


def blocks_in_order(stored):
    """Right: the blocks change places, to i, f, g, o."""
    import torch

    i, o, f, g = stored.chunk(4)
    return torch.cat([i, f, g, o])


def forget_bias_twice(layer, value):
    """Wrong: PyTorch adds its two biases, so that the forget gate starts at twice the value."""
    import torch

    H = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[H : 2 * H] = value
        layer.bias_hh_l0[H : 2 * H] = value


def forget_bias_once(layer, value):
    """Right: one bias holds the value, the other zero."""
    import torch

    H = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[H : 2 * H] = value
        layer.bias_hh_l0[H : 2 * H] = 0


def softmax_twice_loss(logits, target):
    """Wrong: ``cross_entropy`` takes the softmax itself, and gets what has been through one."""
    import torch.nn.functional as F

    return F.cross_entropy(logits.softmax(dim=1), target)


def logits_loss(logits, target):
    """Right: ``cross_entropy`` wants the logits."""
    import torch.nn.functional as F

    return F.cross_entropy(logits, target)


def h_alone_detached(state):
    """Wrong: c is carried with its history, and c is where an LSTM keeps most of it."""
    h, c = state
    return h.detach(), c


def detached(state):
    """Right: both parts leave their history behind."""
    h, c = state
    return h.detach(), c.detach()


def one_layer_dropout(input_size, hidden_size, p):
    """Wrong: ``dropout=`` acts between layers, and one layer has no between."""
    from torch import nn

    layer = nn.LSTM(input_size, hidden_size, dropout=p, batch_first=True)
    return lambda x: layer(x)[0]


def own_dropout(input_size, hidden_size, p):
    """Right: a dropout of its own behind the layer."""
    from torch import nn

    layer, drop = nn.LSTM(input_size, hidden_size, batch_first=True), nn.Dropout(p)
    return lambda x: drop(layer(x)[0])


def clipped_by_value(grads, limit):
    """Wrong where the direction matters: every element is cut for itself."""
    return clip_grad_value(grads, limit)


def clipped_by_norm(grads, limit):
    """Right: one common factor for all of them."""
    return clip_grad_norm(grads, limit)[0]
