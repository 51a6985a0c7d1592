"""Weights to and from Keras; only arrays cross over, so Keras itself is not needed here."""

import torch

from lstm_edu.shapes import check_shape
from lstm_edu.torch.gru import GRUCell
from lstm_edu.torch.layouts import KERAS, build_from_blocks, check_alike, in_blocks, look_up, with_two_biases


def to_keras(cell):
    """Return the weights of a cell as ``layer.set_weights`` of a Keras layer wants them.

    Parameters
    ----------
    cell : RNNCell, LSTMCell or GRUCell
        For ``keras.layers.SimpleRNN``, ``LSTM`` or ``GRU`` with their own default activations
        (``SimpleRNN``: that of the cell) and, for ``GRU``, ``reset_after=True``.

    Returns
    -------
    list of ndarray
        Kernel (D, 4H), recurrent kernel (H, 4H), bias (4H,); for a GRU 3H, and the bias (2, 3H);
        for an RNN H. A Keras ``Bidirectional`` wants the lists of both cells, one after the other.

    Raises
    ------
    TypeError
        If Keras has no such layer.
    """
    check_alike([cell], KERAS)
    weight_ih, weight_hh, bias_ih, bias_hh = (
        in_blocks(tensor, KERAS[type(cell)]) for tensor in with_two_biases(cell).values()
    )
    bias = torch.stack([bias_ih, bias_hh]) if isinstance(cell, GRUCell) else bias_ih + bias_hh
    return [tensor.cpu().numpy() for tensor in (weight_ih.T, weight_hh.T, bias)]


def from_keras(kind, arrays, **settings):
    """Build a cell from the weights of a Keras layer.

    Parameters
    ----------
    kind : {RNNCell, LSTMCell, GRUCell}
        The class to build, for ``keras.layers.SimpleRNN``, ``LSTM`` or ``GRU``.
    arrays : list of ndarray
        ``layer.get_weights()``: kernel, recurrent kernel and, unless ``use_bias=False``, bias.
        Of a Keras ``Bidirectional``, the first half is the cell that reads ahead.
    **settings
        For ``kind``: ``nonlinearity="relu"`` for a ``SimpleRNN`` with that activation.

    Returns
    -------
    Cell
        In the dtype of the arrays.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not those of such a layer, or a GRU has ``reset_after=False``.
    """
    order = look_up(kind, KERAS)
    if len(arrays) not in (2, 3):
        raise ValueError(
            f"`arrays` should hold kernel, recurrent kernel and bias but holds {len(arrays)} arrays. "
            "Of a Bidirectional, pass one half: get_weights()[:3] reads ahead, [3:] backwards."
        )
    kernel, recurrent, *bias = (torch.tensor(array) for array in arrays)
    H, rows = len(recurrent), f"{len(order)}H"
    check_shape("recurrent kernel", recurrent, H=..., **{rows: len(order) * H})
    check_shape("kernel", kernel, D=..., **{rows: len(order) * H})
    biases = None
    if bias and kind is GRUCell:
        hint = "Build the layer with reset_after=True: this package resets after the product, too."
        check_shape("bias", bias[0], hint, sides=2, **{rows: len(order) * H})
        biases = bias[0]
    elif bias:
        check_shape("bias", bias[0], **{rows: len(order) * H})
        biases = bias[0], torch.zeros_like(bias[0])
    return build_from_blocks(kind, order, kernel.T, recurrent.T, biases, **settings)
