"""From a whole sequence to one prediction."""

from typing import NamedTuple

from lstm_edu.numpy.linear import Linear
from lstm_edu.numpy.linear import Tape as LinearTape
from lstm_edu.numpy.module import Module, prefixed


class Tape(NamedTuple):
    """What the two parts leave behind."""

    layer: tuple  # tape of the layer
    head: LinearTape


class ManyToOne(Module):
    """A recurrent layer, and a linear map of the ``h`` with which it ends.

    Parameters
    ----------
    layer : Unroll, Bidirectional or Stacked
        The last ``h`` counts: of both directions, of the last layer.
    output_size : int
        K.
    rng : numpy.random.Generator, default=None
        Draws the weights of the head; ``None`` draws fresh ones each time.
    dtype : dtype, default=None
        Of the head; ``None`` means that of the layer.

    Attributes
    ----------
    layer : Unroll, Bidirectional or Stacked
    head : Linear
    input_size, output_size : int
        D and K.

    Raises
    ------
    ValueError
        If ``output_size`` is not a whole number of at least 1.
    """

    part_names = "layer", "head"

    def __init__(self, layer, output_size, *, rng=None, dtype=None):
        _, weight = next(iter(layer.named_parameters()))
        dtype = weight.dtype if dtype is None else dtype
        self.layer = layer
        self.head = Linear(layer.output_size, output_size, rng=rng, dtype=dtype)
        self.input_size, self.output_size = layer.input_size, output_size

    def forward(self, x, lengths=None, *, rng=None):
        """Map ``x`` of shape (B, T, D) to one prediction per sequence, (B, K), and the tape.

        ``lengths`` and ``rng`` go to the layer.
        """
        _, state, tape = self.layer(x, None, lengths, rng=rng)
        prediction, head_tape = self.head(self.layer.final_h(state))
        return prediction, Tape(tape, head_tape)

    def backward(self, d_prediction, tape):
        """Turn the gradient (B, K) of the prediction into those of ``x`` and of the parameters."""
        d_final, head_grads = self.head.backward(d_prediction, tape.head)
        d_state = self.layer.state_from_h(d_final)
        dx, _, layer_grads = self.layer.backward(None, d_state, tape.layer)
        return dx, prefixed("layer", layer_grads) | prefixed("head", head_grads)
