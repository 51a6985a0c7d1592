"""The same LSTM layer, all its steps in one GPU program of our own."""

import copy

import torch
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from lstm_edu.shapes import check_count, check_dtype, check_lengths, check_shape, check_state
from lstm_edu.torch.lstm import LSTMCell
from lstm_edu.torch.unroll import Unroll, blank

DTYPES = torch.float32, torch.bfloat16
SMALLEST = 16  # the narrowest tile that a tensor core multiplies


class TritonLSTM(nn.Module):
    """An ``Unroll`` of an ``LSTMCell`` that launches one kernel for all T steps, and one for the way back.

    Same numbers as the loop, up to rounding; gradients of every order but the first are not defined.
    Computes in float32 without TF32, or in bfloat16 with sums and cell state in float32. The input
    product before the kernel and the gradients of the weights after it are matrix products of PyTorch.

    Parameters
    ----------
    layer : Unroll
        Forwards, around an LSTMCell in float32 or bfloat16. Its weights are copied.
    block_b : int, default=None
        Sequences per program, a power of two; ``None`` lets ``tiles`` choose.
    num_warps : int, default=None
        Groups of 32 threads per program, a power of two; ``None`` lets ``tiles`` choose.

    Attributes
    ----------
    cell : LSTMCell
    input_size, output_size : int
        D and H.

    Raises
    ------
    ImportError
        If Triton is not installed.
    TypeError, ValueError
        If ``layer`` is not such an ``Unroll``.

    References
    ----------
    Recurrence in one persistent program: Diamos et al. (2016). Triton: Tillet, Kung and Cox (2019).
    """

    def __init__(self, layer, *, block_b=None, num_warps=None):
        super().__init__()
        check_layer(layer)
        for name, size in {"block_b": block_b, "num_warps": num_warps}.items():
            if size is not None:
                check_count(**{name: size})
                if size & (size - 1):
                    raise ValueError(f"`{name}` should be a power of two but is {size}.")
        load_kernels()
        self.cell = copy.deepcopy(layer.cell)
        self.State = LSTMCell.State
        self.input_size, self.output_size = layer.input_size, layer.output_size
        self.block_b, self.num_warps = block_b, num_warps

    def unfused(self):
        """Return the ``Unroll`` with the weights as they are now."""
        return Unroll(copy.deepcopy(self.cell))

    def zero_state(self, batch_size):
        """Return the state of ``batch_size`` sequences that have seen nothing yet."""
        return self.cell.zero_state(batch_size)

    def final_h(self, state):
        """Return the part of the final state that a head reads, (B, H)."""
        return state.h

    def forward(self, x, state=None, lengths=None, *, truncate=None, rng=None):
        """Carry the state along ``x``; see ``Unroll.forward``. The tape is ``None``.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an array or an argument does not fit; if ``truncate`` is asked for; if ``x`` is not
            on a GPU and Triton does not interpret.
        """
        if truncate is not None:
            raise ValueError(
                "`truncate` needs a step in the middle, and the kernel takes them all at once. "
                "Use Unroll, or pass detached states from stretch to stretch."
            )
        hint = "A single sequence needs a batch axis: x[None]."
        B, T, _ = check_shape("x", x, hint, B=..., T=..., D=self.input_size)
        check_dtype("x", x, self.cell.weight_ih)
        state = self.zero_state(B) if state is None else state
        check_state("state", state, self.cell, B)
        if lengths is None:
            lengths = torch.full((B,), T, dtype=torch.int32, device=x.device)
        else:
            check_lengths(lengths, B, T)
            lengths = lengths.to(x.device, torch.int32)
            t = torch.arange(T, device=x.device)
            x = blank((t < lengths[:, None])[:, :, None], x)
        check_device(x)

        a_x = functional.linear(x, self.cell.weight_ih, self.cell.bias)  # (B, T, 4H), all steps at once
        settings = tiles(B, self.output_size, a_x.dtype)
        settings |= {"BLOCK_B": self.block_b} if self.block_b else {}
        settings |= {"num_warps": self.num_warps} if self.num_warps else {}
        weight_hh, h, c = (part.to(a_x.dtype) for part in (self.cell.weight_hh, *state))
        h, *after = Recurrence.apply(a_x, weight_hh, h, c, lengths, settings)
        return h, self.State(*after), None


class Recurrence(torch.autograd.Function):
    """The part of the layer that has to wait for itself, with its gradient."""

    @staticmethod
    def forward(ctx, a_x, weight_hh, h_before, c_before, lengths, settings):
        """Map the inputs' share of the pre-activations, (B, T, 4H), to h and the two parts of the state."""
        B, T, width = a_x.shape
        H = width // 4
        a_x, weight_hh = a_x.contiguous(), weight_hh.contiguous()
        gates, h = torch.empty_like(a_x), a_x.new_empty(B, T + 1, H)
        c = a_x.new_empty(B, T + 1, H, dtype=torch.float32)
        h[:, 0], c[:, 0] = h_before, c_before
        launch("lstm_forward", settings, a_x, weight_hh, lengths, gates, h, c, B, T, H)
        ctx.save_for_backward(weight_hh, lengths, gates, h, c)
        ctx.settings = settings
        ends = torch.arange(B, device=h.device), lengths.long()
        return h[:, 1:], h[ends], c[ends].to(h.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx, d_h, d_h_last, d_c_last):
        """Undo ``forward``: one kernel for what runs along time, two products for what does not."""
        weight_hh, lengths, gates, h, c = ctx.saved_tensors
        B, T, width = gates.shape
        H = width // 4
        da, d_c = torch.empty_like(gates), c.new_empty(2, B, H)
        upstream = [d.contiguous() for d in (d_h, d_h_last, d_c_last)]
        launch("lstm_backward", ctx.settings, weight_hh, lengths, gates, c, *upstream, da, d_c, B, T, H)
        d_weight = da.flatten(0, 1).T @ h[:, :-1].flatten(0, 1)  # (4H, H), all steps at once
        return da, d_weight, da[:, 0] @ weight_hh, d_c[1].to(h.dtype), None, None


def launch(name, settings, *arguments):
    """Start one kernel with as many programs as the batch needs, on the device of the arrays."""
    *_, B, _, _ = arguments
    programs = -(-B // settings["BLOCK_B"])  # rounded up
    kernel = getattr(load_kernels(), name)
    with torch.cuda.device_of(arguments[0]):
        kernel[(programs,)](*arguments, **settings, WIDEN=interpreted())


def tiles(B, H, dtype):
    """Choose how the work is cut: a dict for the launch of both kernels.

    Weights pass through a tile of BLOCK_K by BLOCK_N numbers for each gate. These sizes keep a
    program within 64 KiB of shared memory, and its numbers in
    registers. A tensor core multiplies at least 16 rows: a smaller batch fills the tile with rows
    that are masked. In float32, without tensor cores, none is wasted.
    """
    units = max(SMALLEST, power_of_two(H))
    single = dtype == torch.float32
    return {
        "BLOCK_B": min(SMALLEST, power_of_two(B)) if single else SMALLEST,
        "BLOCK_N": min(units, 64 if single else 128),
        "BLOCK_K": min(units, 32),
        "num_warps": 4 if units < 64 else 8,
        "num_stages": 2,
        "enable_fp_fusion": True,
    }


def power_of_two(number):
    """The smallest power of two that is at least ``number``."""
    return 1 << (number - 1).bit_length()


def check_layer(layer):
    """Raise unless the kernel computes what the layer does."""
    found = type(layer).__name__
    if isinstance(layer, Unroll):
        found += f" of {type(layer.cell).__name__}"
    if found != "Unroll of LSTMCell":
        raise TypeError(
            f"`layer` should be an Unroll of LSTMCell but is a {found}. The kernel knows no other."
        )
    if layer.reverse:
        raise ValueError("The kernel only reads forwards. Flip the input, or use Unroll.")
    dtype = layer.cell.weight_hh.dtype
    if dtype not in DTYPES:
        raise ValueError(
            f"The kernel computes in float32 or bfloat16 but the layer is in {dtype}. "
            "Convert it first with layer.float(), or use Unroll."
        )


def check_device(x):
    """Raise ``ValueError`` unless the kernels can read where ``x`` lies."""
    if x.device.type != "cuda" and not interpreted():
        raise ValueError(
            f"The kernel runs on a GPU but `x` is on the {x.device}. Use Fused there; or, to test, let "
            "Triton interpret the kernel: set TRITON_INTERPRET=1 before anything imports triton."
        )


def interpreted():
    """Whether Triton interprets the kernels, on the processor, instead of compiling them."""
    kernels = load_kernels()
    return not isinstance(kernels.lstm_forward, kernels.triton.JITFunction)


def load_kernels():
    """Return the module with the kernels, or say what is missing."""
    try:
        from lstm_edu.torch import triton_kernels
    except ImportError as error:
        raise ImportError(
            'TritonLSTM needs Triton, which exists for Linux: pip install "lstm-edu[triton]".'
        ) from error
    return triton_kernels
