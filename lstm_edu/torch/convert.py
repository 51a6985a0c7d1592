"""Weights to and from ``torch.nn``, which is also this package's fast path."""

import torch

from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.layouts import TORCH_NN, build, cells_of, check_alike, with_two_biases
from lstm_edu.torch.rnn import RNNCell
from lstm_edu.torch.stacked import Stacked
from lstm_edu.torch.unroll import Unroll


def to_torch_nn(layer):
    """Build the ``torch.nn`` module that computes the same, many times faster.

    Train long runs through it, and bring the result back with ``from_torch_nn``. Where
    this package has one bias, the module learns two that add up; under plain gradient
    descent their sum therefore moves twice as fast.

    Parameters
    ----------
    layer : Unroll, Bidirectional or Stacked
        Its cells of one kind, hidden size and dtype, and its layers all in one direction
        or all in two. Of a ``ManyToOne``, pass the ``layer``.

    Returns
    -------
    torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU
        With ``batch_first=True`` and the dropout, dtype, device and mode of ``layer``. ``bias_ih``
        holds our bias, ``bias_hh`` zeros and a GRU's ``bias_hn``. All weights are copies.

    Raises
    ------
    TypeError, ValueError
        If ``torch.nn`` has no module for such a layer; the message says why.
    """
    levels = [cells_of(part) for part in (layer.layers if isinstance(layer, Stacked) else [layer])]
    first = check_alike([cell for level in levels for cell in level], TORCH_NN)
    if len({len(level) for level in levels}) > 1:
        raise ValueError(
            "torch.nn wants every layer in one direction, or every layer in two, but here are both."
        )
    if any(part.reverse for part in layer.modules() if isinstance(part, Unroll)) and len(levels[0]) == 1:
        raise ValueError(
            "torch.nn has no layer that only reads backwards. Flip the input, or use Bidirectional."
        )
    settings = {"nonlinearity": first.nonlinearity} if isinstance(first, RNNCell) else {}
    with torch.random.fork_rng(devices=[]):  # its own start values are not wanted, nor their draws
        module = TORCH_NN[type(first)](
            first.input_size,
            first.hidden_size,
            num_layers=len(levels),
            batch_first=True,
            dropout=layer.dropout if len(levels) > 1 else 0.0,
            bidirectional=len(levels[0]) == 2,
            dtype=first.bias.dtype,
            **settings,
        )
    state = {}
    for k, level in enumerate(levels):
        for suffix, cell in zip((f"_l{k}", f"_l{k}_reverse"), level, strict=False):
            state |= {f"{name}{suffix}": tensor for name, tensor in with_two_biases(cell).items()}
    module.to(first.bias.device).load_state_dict(state)
    return module.train(layer.training)


def from_torch_nn(module):
    """Build the layer of this package that computes what a ``torch.nn`` module does.

    Parameters
    ----------
    module : torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU
        Without ``proj_size``. Whatever its ``batch_first``, the layer reads (B, T, D).

    Returns
    -------
    Unroll, Bidirectional or Stacked
        One layer in one direction, one in two, or several. Each bias is the sum of the
        module's two (zeros under ``bias=False``); dropout, dtype, device and mode are the
        module's. All weights are copies.

    Raises
    ------
    TypeError, ValueError
        If this package has no layer for such a module.
    """
    kind = next((kind for kind, theirs in TORCH_NN.items() if isinstance(module, theirs)), None)
    if kind is None:
        raise TypeError(
            f"`module` should be a torch.nn.RNN, LSTM or GRU but is a {type(module).__name__}. "
            "Pass the recurrent module itself, not the network around it."
        )
    if module.proj_size:
        raise ValueError(
            f"`module` projects its state to proj_size={module.proj_size}, which no cell here does. "
            "Build it with proj_size=0."
        )
    settings = {"nonlinearity": module.nonlinearity} if kind is RNNCell else {}

    def cell(suffix):
        weights = [getattr(module, f"weight_{side}{suffix}") for side in ("ih", "hh")]
        biases = [getattr(module, f"bias_{side}{suffix}") for side in ("ih", "hh")] if module.bias else None
        return build(kind, *weights, biases, **settings)

    if module.bidirectional:
        layers = [Bidirectional(cell(f"_l{k}"), cell(f"_l{k}_reverse")) for k in range(module.num_layers)]
    else:
        layers = [Unroll(cell(f"_l{k}")) for k in range(module.num_layers)]
    layer = layers[0] if len(layers) == 1 else Stacked(layers, dropout=module.dropout)
    return layer.train(module.training)
