"""Layers on top of each other."""

from typing import NamedTuple

import torch
from torch import nn

from lstm_edu.shapes import check_chain, check_dropout, check_layers


class Tape(NamedTuple):
    """What the layers leave behind, and what was dropped on the way into each."""

    layers: tuple  # their tapes
    masks: tuple  # (B, T, H of the layer before) each: 0 or 1 / (1 - dropout); None: nothing dropped


class Stacked(nn.Module):
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
    layers : ModuleList
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

    def __init__(self, layers, *, dropout=0.0):
        super().__init__()
        self.layers = nn.ModuleList(layers)
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

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Send ``x`` of shape (B, T, D) through all layers: ``h`` (B, T, H) of the last, states, tape.

        The arguments are those of ``Unroll.forward``; ``state`` is a tuple with the
        state of each layer. Dropout acts in training mode, drawn from ``rng`` if given.
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

    def _mask(self, h, rng):
        """Zero for what is dropped, and what keeps the mean the same for the rest."""
        if not self.training or self.dropout == 0:
            return None
        device = h.device if rng is None else rng.device
        kept = torch.rand(h.shape, generator=rng, device=device) >= self.dropout
        return kept.to(h) / (1 - self.dropout)
