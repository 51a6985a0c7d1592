"""Weights to and from ONNX; only arrays cross over, so the library itself is not needed here."""

import torch

from lstm_edu.shapes import ShapeError, check_shape
from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.layouts import (
    ONNX,
    build_from_blocks,
    cells_of,
    check_alike,
    in_blocks,
    look_up,
    with_two_biases,
)
from lstm_edu.torch.unroll import Unroll


def to_onnx(layer):
    """Return the inputs W, R and B of the ONNX node (RNN, LSTM or GRU) that computes one layer.

    Parameters
    ----------
    layer : Unroll or Bidirectional
        For ``direction`` forward, reverse or bidirectional. A GRU needs ``linear_before_reset=1``,
        a relu RNN its ``activations``. A ``Stacked`` is one node for each of its ``layers``.

    Returns
    -------
    dict of ndarray
        W (1, 4H, D), R (1, 4H, H) and B (1, 8H), with 2 in front for two directions, 3 for 4
        in a GRU and 1 in an RNN. The node itself reads (T, B, D).

    Raises
    ------
    TypeError, ValueError
        If ONNX has no node for such a layer.
    """
    cells = cells_of(layer)
    order = ONNX[type(check_alike(cells, ONNX))]
    packed = [[in_blocks(tensor, order) for tensor in with_two_biases(cell).values()] for cell in cells]
    W, R, bias_ih, bias_hh = (torch.stack(tensors) for tensors in zip(*packed, strict=True))
    arrays = {"W": W, "R": R, "B": torch.cat([bias_ih, bias_hh], dim=1)}
    return {name: tensor.cpu().numpy() for name, tensor in arrays.items()}


def from_onnx(kind, arrays, *, reverse=False, **settings):
    """Build a layer from the inputs of an ONNX node.

    Parameters
    ----------
    kind : {RNNCell, LSTMCell, GRUCell}
        The class of its cells. Of a GRU node, ``linear_before_reset`` has to be 1.
    arrays : dict of ndarray
        W, R and, if the node has it, B.
    reverse : bool, default=False
        Whether the only direction of the node is ``reverse``.
    **settings
        For ``kind``: ``nonlinearity="relu"`` for an RNN with that activation.

    Returns
    -------
    Unroll or Bidirectional
        By the number of directions in W; in the dtype of the arrays.

    Raises
    ------
    TypeError, ValueError
        If the arrays are not those of such a node, or it has peepholes (P).
    """
    order = look_up(kind, ONNX)
    if not {"W", "R"} <= arrays.keys() <= {"W", "R", "B"}:
        raise ValueError(
            f"`arrays` should hold W, R and perhaps B but holds {', '.join(arrays) or 'nothing'}. "
            "Peepholes (P) have no place in these cells, and initial states belong to forward."
        )
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    W, R, gates = tensors["W"], tensors["R"], len(order)
    directions, _, H = check_shape("R", R, directions=..., **{f"{gates}H": ...}, H=...)
    check_shape("R", R, directions=..., **{f"{gates}H": gates * H}, H=...)
    check_shape("W", W, directions=directions, **{f"{gates}H": gates * H}, D=...)
    B = tensors.get("B")
    if B is not None:
        check_shape("B", B, directions=directions, **{f"{2 * gates}H": 2 * gates * H})
    if directions > 2:
        raise ShapeError(f"`R` has {directions} directions; a node has 1 or 2.")
    if directions == 2 and reverse:
        raise ValueError("The node has two directions, so `reverse` should be left out.")
    cells = [
        build_from_blocks(kind, order, W[k], R[k], None if B is None else B[k].chunk(2), **settings)
        for k in range(directions)
    ]
    return Bidirectional(*cells) if directions == 2 else Unroll(*cells, reverse=reverse)
