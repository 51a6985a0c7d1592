"""The same layer, its loop run by ``torch.nn``."""

from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm_edu.shapes import check_dtype, check_lengths, check_shape
from lstm_edu.torch.convert import from_torch_nn, to_torch_nn
from lstm_edu.torch.unroll import Unroll


class Fused(nn.Module):
    """An ``Unroll`` whose steps ``torch.nn`` takes in one go: same numbers, no tape, far less time.

    It also learns the same: of the two biases that ``torch.nn`` adds up, only ours moves.

    Parameters
    ----------
    layer : Unroll
        Forwards, around an RNN, LSTM or GRU cell. Its weights are copied.

    Attributes
    ----------
    library : torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU
    input_size, output_size : int
        D and H.

    Raises
    ------
    TypeError, ValueError
        If ``layer`` is not such an ``Unroll``.
    """

    def __init__(self, layer):
        super().__init__()
        if not isinstance(layer, Unroll):
            raise TypeError(
                f"`layer` should be an Unroll but is a {type(layer).__name__}. "
                "Stacked and Bidirectional layers go through to_torch_nn as a whole."
            )
        self.State = layer.cell.State
        self.library = train_one_bias(to_torch_nn(layer))
        self.input_size, self.output_size = layer.input_size, layer.output_size

    def unfused(self):
        """Return the ``Unroll`` with the weights as they are now."""
        return from_torch_nn(self.library)

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, H)."""
        return state.h

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``; see ``Unroll.forward``. The tape is ``None``.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array or an argument does not fit; if ``truncate`` is asked for.
        """
        if truncate is not None:
            raise ValueError(
                "`truncate` needs a step in the middle, and the library takes them all at once. "
                "Use Unroll, or pass detached states from stretch to stretch."
            )
        hint = "A single sequence needs a batch axis: x[None]."
        B, T, _ = check_shape("x", x, hint, B=..., T=..., D=self.input_size)
        check_dtype("x", x, self.library.weight_ih_l0)
        before = None if state is None else tuple(part[None] for part in state)
        before = before[0] if before is not None and len(before) == 1 else before
        if lengths is None:
            h, after = self.library(x, before)
        else:
            check_lengths(lengths, B, T)
            packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
            h, after = self.library(packed, before)
            h, _ = pad_packed_sequence(h, batch_first=True, total_length=T)
        after = after if isinstance(after, tuple) else (after,)
        return h, self.State(*(part[0] for part in after)), None


def train_one_bias(library):
    """Return a layer of ``torch.nn`` of whose two biases, which it adds up, only the first will move."""
    library.register_forward_pre_hook(hold_second_bias)  # unlike a tensor's hook, a copy keeps it
    return library


def hold_second_bias(library, _):
    """Let no gradient into the second bias, except into a GRU's ``bias_hn``, which has its own meaning."""
    ours = slice(2 * library.hidden_size, None) if isinstance(library, nn.GRU) else slice(0, 0)

    def only_ours(grad):
        kept = grad.new_zeros(grad.shape)
        kept[ours] = grad[ours]
        return kept

    bias = library.bias_hh_l0
    if bias.requires_grad and not bias._backward_hooks:
        bias.register_hook(only_ours)
