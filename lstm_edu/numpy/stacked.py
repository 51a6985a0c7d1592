"""Layers on top of each other."""

from typing import NamedTuple

from lstm_edu.numpy.module import Module, prefixed
from lstm_edu.shapes import check_chain, check_dropout, check_layers


class Tape(NamedTuple):
    """What the layers leave behind, and what was dropped on the way into each."""

    layers: tuple  # their tapes
    masks: tuple  # (B, T, H of the layer before) each: 0 or 1 / (1 - dropout); None: nothing dropped


class Stacked(Module):
    """Layers on top of each other: the output of one is the input of the next.

    Parameters
    ----------
    layers : list of Unroll or Bidirectional
        From the input upwards; each reads what the one before puts out.
    dropout : float, default=0.0
        Chance to drop a number on its way from one layer to the next, never inside
        a layer and never after the last one. The others grow by 1 / (1 - dropout).

    Attributes
    ----------
    layers : list
    dropout : float
    input_size, output_size : int
        Those of the first and of the last layer.

    Raises
    ------
    ValueError
        If there is no layer, if the sizes do not fit, if two layers share their
        weights, or if the dropout does not lie in [0, 1).

    References
    ----------
    Dropout between the layers only: Zaremba, Sutskever and Vinyals (2014).
    """

    part_names = ("layers",)

    def __init__(self, layers, *, dropout=0.0):
        self.layers = list(layers)
        check_chain(self.layers)
        check_dropout(dropout)
        self.dropout = dropout
        self.input_size, self.output_size = self.layers[0].input_size, self.layers[-1].output_size

    def zero_state(self, batch_size):
        """Return the states of ``batch_size`` sequences that have seen nothing yet, one per layer."""
        return tuple(layer.zero_state(batch_size) for layer in self.layers)

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, H): that of the last layer."""
        return self.layers[-1].final_h(state[-1])

    def state_from_h(self, h):
        """Return the state that is zero but for its final ``h``: the way back from ``final_h``."""
        return (*self.zero_state(len(h))[:-1], self.layers[-1].state_from_h(h))

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Send ``x`` of shape (B, T, D) through all layers: ``h`` (B, T, H) of the last, states, tape.

        The arguments are those of ``Unroll.forward``; ``state`` is a tuple with the
        state of each layer. Dropout acts only if ``rng`` is given to draw from.
        """
        state = (None,) * len(self.layers) if state is None else state
        check_layers("state", state, self.layers)
        h, states, tapes, masks = x, [], [], []
        for layer, before in zip(self.layers, state, strict=True):
            masks.append(self._mask(h, rng) if masks else None)  # between layers only
            h = h if masks[-1] is None else h * masks[-1]
            h, after, tape = layer(h, before, lengths, truncate=truncate, rng=rng)
            states.append(after)
            tapes.append(tape)
        return h, tuple(states), Tape(tuple(tapes), tuple(masks))

    def backward(self, dh, d_state, tape):
        """Undo ``forward``, last layer first: gradients of ``x``, of the states before, of the parameters.

        ``dh`` (B, T, H) and ``d_state`` are the gradients of the output and of the
        final states; ``None`` means zeros.
        """
        L = len(self.layers)
        d_state = (None,) * L if d_state is None else d_state
        check_layers("d_state", d_state, self.layers)
        d_before, grads = [None] * L, {}
        for k in reversed(range(L)):
            dh, d_before[k], d_weights = self.layers[k].backward(dh, d_state[k], tape.layers[k])
            dh = dh if tape.masks[k] is None else dh * tape.masks[k]  # what was dropped gets no gradient
            grads = prefixed(f"layers.{k}", d_weights) | grads
        return dh, tuple(d_before), grads

    def _mask(self, h, rng):
        """Zero for what is dropped, and what keeps the mean the same for the rest."""
        if rng is None or self.dropout == 0:
            return None
        kept = rng.random(h.shape) >= self.dropout
        return kept.astype(h.dtype) / (1 - self.dropout)
