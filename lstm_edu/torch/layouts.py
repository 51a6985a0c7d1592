"""How other libraries pack the same weights, and the form on which all of them agree.

==================  =============  ==========  ============================================
what                LSTM           GRU         biases
==================  =============  ==========  ============================================
this package, rows  i, f, g, o     r, z, n     one, and ``bias_hn`` inside the reset product
``torch.nn``, rows  i, f, g, o     r, z, n     two, which add up
Keras, columns      i, f, c, o     z, r, h     one; GRU: two rows, input before recurrent
ONNX, rows          i, o, f, c     z, r, h     two in one vector, input before recurrent
==================  =============  ==========  ============================================
"""

import torch
from torch import nn

from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.gru import GRUCell
from lstm_edu.torch.lstm import LSTMCell
from lstm_edu.torch.rnn import RNNCell
from lstm_edu.torch.unroll import Unroll

TORCH_NN = {RNNCell: nn.RNN, LSTMCell: nn.LSTM, GRUCell: nn.GRU}
KERAS = {RNNCell: [0], LSTMCell: [0, 1, 2, 3], GRUCell: [1, 0, 2]}  # their blocks, by our numbers
ONNX = {RNNCell: [0], LSTMCell: [0, 3, 1, 2], GRUCell: [1, 0, 2]}


def cells_of(layer):
    """Return the cells of one layer: that which reads ahead, then that which reads back."""
    if isinstance(layer, Bidirectional):
        return [layer.ahead.cell, layer.back.cell]
    if isinstance(layer, Unroll):
        return [layer.cell]
    raise TypeError(
        f"`layer` should be an Unroll or a Bidirectional but is a {type(layer).__name__}. "
        "Put a cell into Unroll(cell); take the `layer` of a ManyToOne; for ONNX, take the `layers` of a "
        "Stacked one by one."
    )


def check_alike(cells, table):
    """Return the first cell; raise unless the others have its kind, hidden size, dtype and nonlinearity."""
    first, *others = cells
    look_up(type(first), table)
    for cell in others:
        if traits(cell) != traits(first):
            raise ValueError(
                f"The cells should all be alike, but one is {traits(first)} and one {traits(cell)}."
            )
    return first


def traits(cell):
    """Return in words what two cells of one module have in common."""
    kind = (
        f"{type(cell).__name__} ({cell.nonlinearity})" if isinstance(cell, RNNCell) else type(cell).__name__
    )
    return f"{kind} with hidden_size={cell.hidden_size} and dtype={cell.bias.dtype}"


def look_up(kind, table):
    """Return the entry of a class of cells, or raise ``TypeError`` if it has none."""
    if kind not in table:
        known = ", ".join(known.__name__ for known in table)
        name = getattr(kind, "__name__", repr(kind))
        raise TypeError(f"There is a counterpart for {known}, but none for {name}.")
    return table[kind]


def with_two_biases(cell):
    """Return a cell's weights as cuDNN and ONNX want them, with a bias on either side."""
    bias_hh = torch.zeros_like(cell.bias)
    if isinstance(cell, GRUCell):
        bias_hh[-cell.hidden_size :] = cell.bias_hn
    tensors = {
        "weight_ih": cell.weight_ih,
        "weight_hh": cell.weight_hh,
        "bias_ih": cell.bias,
        "bias_hh": bias_hh,
    }
    return {name: tensor.detach() for name, tensor in tensors.items()}


def build(kind, weight_ih, weight_hh, biases, **settings):
    """Build a cell from the form with two biases; ``None`` means zeros."""
    D, H = weight_ih.shape[1], weight_hh.shape[1]
    cell = kind(D, H, rng=torch.Generator(), dtype=weight_ih.dtype, **settings).to(weight_ih.device)
    bias_ih, bias_hh = (torch.zeros_like(cell.bias),) * 2 if biases is None else biases
    state = {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias": bias_ih + bias_hh}
    if kind is GRUCell:  # what stands inside the reset product stays there
        state |= {"bias": torch.cat([state["bias"][: 2 * H], bias_ih[2 * H :]]), "bias_hn": bias_hh[2 * H :]}
    cell.load_state_dict(state)
    return cell


def in_blocks(tensor, order):
    """Rearrange the blocks of rows: block k of the result is block ``order[k]`` of ``tensor``."""
    blocks = tensor.chunk(len(order))
    return torch.cat([blocks[k] for k in order])


def build_from_blocks(kind, order, weight_ih, weight_hh, biases, **settings):
    """Undo ``in_blocks`` on all weights, then build the cell."""
    back = [order.index(k) for k in range(len(order))]
    biases = None if biases is None else [in_blocks(bias, back) for bias in biases]
    return build(kind, in_blocks(weight_ih, back), in_blocks(weight_hh, back), biases, **settings)
