"""A layer that is asked for ``h`` alone, its loop run by ``torch.nn`` right through the padding."""

import torch
from torch import nn

from lstm_edu.shapes import check_lengths, check_shape
from lstm_edu.torch.bidirectional import Bidirectional
from lstm_edu.torch.convert import to_torch_nn
from lstm_edu.torch.fused import train_one_bias
from lstm_edu.torch.unroll import Unroll, blank


class Encoder(nn.Module):
    """The ``h`` of an ``Unroll`` or a ``Bidirectional``, without packing: same numbers, far less time.

    A forward layer never looks ahead, so whatever it does in the padding comes too late to matter. What
    it reads there is blanked, as is what it makes of that: 0 · NaN in a gradient would be NaN. The other
    direction gets each row turned round inside its own length, and its output turned back. ``torch.nn``
    packs such rows instead, and leaves its fastest loop for it. What is lost is the final state: the
    library only knows that of the last step of all.

    Parameters
    ----------
    layer : Unroll or Bidirectional
        Around RNN, LSTM or GRU cells; an ``Unroll`` reads forwards. Its weights are copied.

    Attributes
    ----------
    ahead, back : torch.nn.LSTM, torch.nn.GRU or torch.nn.RNN
        One for each direction; ``back`` is ``None`` if there is one only.
    input_size, output_size : int
        D, and H or the sum of both hidden sizes.

    Raises
    ------
    TypeError, ValueError
        If ``layer`` is no such layer.
    """

    def __init__(self, layer):
        super().__init__()
        if not isinstance(layer, Unroll | Bidirectional) or getattr(layer, "reverse", False):
            raise TypeError(
                "`layer` should be a Bidirectional or an Unroll that reads forwards but is a "
                f"{type(layer).__name__}{' that reads backwards' if isinstance(layer, Unroll) else ''}. "
                "Put several encoders into a Stacked."
            )
        both = isinstance(layer, Bidirectional)
        self.ahead = train_one_bias(to_torch_nn(layer.ahead if both else layer))
        self.back = train_one_bias(to_torch_nn(Unroll(layer.back.cell))) if both else None
        self.input_size, self.output_size = layer.input_size, layer.output_size

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Map ``x`` of shape (B, T, D) to ``h`` (B, T, H or 2H), zeros in the padding, and twice ``None``.

        The arguments are those of ``Unroll.forward``, so that an encoder can take a layer's place.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array does not fit; if a ``state`` or ``truncate`` is given, which it has no use for.
        """
        if state is not None or truncate is not None:
            raise ValueError(
                "An Encoder starts from zeros and takes all steps at once: leave `state` and `truncate` out, "
                "or use Unroll."
            )
        B, T, _ = check_shape("x", x, B=..., T=..., D=self.input_size)
        if lengths is not None:
            check_lengths(lengths, B, T)
        real = real_steps(lengths, T, x.device)
        x = blank(real, x)
        h, _ = self.ahead(x)
        if self.back is not None:
            turned, _ = self.back(turn(x, lengths))
            h = torch.cat([h, turn(turned, lengths)], dim=2)
        return blank(real, h), None, None


def real_steps(lengths, T, device):
    """Return which steps are real, (B, T, 1), or ``None`` if all are."""
    if lengths is None:
        return None
    return torch.arange(T, device=device).reshape(1, T, 1) < lengths.to(device).reshape(-1, 1, 1)


def turn(x, lengths):
    """Reverse each row of ``x`` (B, T, D) inside its own length; the padding stays where it is."""
    if lengths is None:
        return x.flip(1)
    B, T, _ = x.shape
    t = torch.arange(T, device=x.device)
    source = lengths.to(x.device).reshape(B, 1) - 1 - t  # (B, T), negative in the padding
    source = torch.where(source < 0, t, source) + T * torch.arange(B, device=x.device).reshape(B, 1)
    return x.reshape(B * T, -1).index_select(0, source.reshape(-1)).reshape(x.shape)
