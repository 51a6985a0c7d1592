"""The LSTM's recurrence as two GPU programs; Triton is needed to import this file."""

import triton
import triton.language as tl


@triton.jit
def tanh(x):
    """Exact to about 1e-7; Triton has none of its own that its interpreter knows."""
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def tile_of(array, rows, row_stride, columns, width, in_batch):
    """Addresses of a tile in an array that is ``width`` wide, and which of them exist."""
    addresses = array + (rows * row_stride)[:, None] + columns[None, :]
    return addresses, in_batch[:, None] & (columns < width)[None, :]


@triton.jit
def add_product(total, a, b, widen: tl.constexpr):
    """Return ``total + a @ b``, the sums in float32, without TF32."""
    if widen:  # for Triton's interpreter, which cannot multiply bfloat16: same products
        a, b = a.to(tl.float32), b.to(tl.float32)
    return tl.dot(a, b, total, input_precision="ieee")


@triton.jit(do_not_specialize=["B", "T"])
def lstm_forward(
    a_x,  # (B, T, 4H) the inputs' share of the pre-activations, bias included
    weight_hh,  # (4H, H)
    lengths,  # (B,)
    gates,  # (B, T, 4H) out: i, f, g, o
    h,  # (B, T + 1, H) row 0 is the state before; the others come out
    c,  # (B, T + 1, H) likewise, always float32
    B,
    T,
    H: tl.constexpr,
    BLOCK_B: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
    WIDEN: tl.constexpr,
):
    """Walk BLOCK_B sequences through all T steps."""
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    in_batch = rows < B
    length = tl.load(lengths + rows, mask=in_batch, other=0)
    for t in tl.range(0, T, num_stages=1):  # a step needs the one before: fetch nothing ahead
        real = in_batch & (t < length)
        before, after = h + t * H, h + (t + 1) * H
        for start in range(0, H, BLOCK_N):  # units, a tile at a time
            n = start + tl.arange(0, BLOCK_N)
            at, there = tile_of(a_x + t * 4 * H, rows, T * 4 * H, n, H, in_batch)
            a_i = tl.load(at, mask=there, other=0.0).to(tl.float32)
            a_f = tl.load(at + H, mask=there, other=0.0).to(tl.float32)
            a_g = tl.load(at + 2 * H, mask=there, other=0.0).to(tl.float32)
            a_o = tl.load(at + 3 * H, mask=there, other=0.0).to(tl.float32)
            for first in range(0, H, BLOCK_K):  # add h_prev @ weight_hh.T
                k = first + tl.arange(0, BLOCK_K)
                h_at, h_there = tile_of(before, rows, (T + 1) * H, k, H, in_batch)
                h_prev = tl.load(h_at, mask=h_there, other=0.0)
                w_at = weight_hh + n[None, :] * H + k[:, None]  # transposed
                w_there = (k < H)[:, None] & (n < H)[None, :]
                w_i = tl.load(w_at, mask=w_there, other=0.0)
                w_f = tl.load(w_at + H * H, mask=w_there, other=0.0)
                w_g = tl.load(w_at + 2 * H * H, mask=w_there, other=0.0)
                w_o = tl.load(w_at + 3 * H * H, mask=w_there, other=0.0)
                a_i = add_product(a_i, h_prev, w_i, WIDEN)
                a_f = add_product(a_f, h_prev, w_f, WIDEN)
                a_g = add_product(a_g, h_prev, w_g, WIDEN)
                a_o = add_product(a_o, h_prev, w_o, WIDEN)
            i = tl.sigmoid(a_i)  # (1)
            f = tl.sigmoid(a_f)  # (2)
            g = tanh(a_g)  # (3)
            o = tl.sigmoid(a_o)  # (4)
            c_at, _ = tile_of(c + t * H, rows, (T + 1) * H, n, H, in_batch)
            c_prev = tl.load(c_at, mask=there, other=0.0)
            c_new = f * c_prev + i * g  # (5)
            h_new = o * tanh(c_new)  # (6)
            h_at, _ = tile_of(after, rows, (T + 1) * H, n, H, in_batch)
            tl.store(h_at, tl.where(real[:, None], h_new, 0.0), mask=there)
            tl.store(c_at + H, tl.where(real[:, None], c_new, 0.0), mask=there)
            g_at, _ = tile_of(gates + t * 4 * H, rows, T * 4 * H, n, H, in_batch)
            tl.store(g_at, i, mask=there)
            tl.store(g_at + H, f, mask=there)
            tl.store(g_at + 2 * H, g, mask=there)
            tl.store(g_at + 3 * H, o, mask=there)
        tl.debug_barrier()  # the next step reads what all threads have written


@triton.jit(do_not_specialize=["B", "T"])
def lstm_backward(
    weight_hh,  # (4H, H)
    lengths,  # (B,)
    gates,  # (B, T, 4H)
    c,  # (B, T + 1, H)
    d_h,  # (B, T, H) what the loss says about each h
    d_h_last,  # (B, H) … and about the final state
    d_c_last,  # (B, H)
    da,  # (B, T, 4H) out: gradients of the pre-activations
    d_c,  # (2, B, H) what runs along c; step t reads slot t % 2, writes the other
    B,
    T,
    H: tl.constexpr,
    BLOCK_B: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
    WIDEN: tl.constexpr,
):
    """Walk BLOCK_B sequences back; each line undoes the equation that it names."""
    rows = tl.program_id(0).to(tl.int64) * BLOCK_B + tl.arange(0, BLOCK_B)
    in_batch = rows < B
    length = tl.load(lengths + rows, mask=in_batch, other=0)
    for back in tl.range(0, T, num_stages=1):
        t = T - 1 - back
        real = (in_batch & (t < length))[:, None]
        last, goes_on = (t == length - 1)[:, None], in_batch & (t + 1 < length)
        for start in range(0, H, BLOCK_N):
            n = start + tl.arange(0, BLOCK_N)
            at, there = tile_of(d_h + t * H, rows, T * H, n, H, in_batch)
            dh = tl.load(at, mask=there, other=0.0).to(tl.float32)
            for first in range(0, 4 * H, BLOCK_K):  # add da of the step after @ weight_hh
                k = first + tl.arange(0, BLOCK_K)
                next_at, next_there = tile_of(da + (t + 1) * 4 * H, rows, T * 4 * H, k, 4 * H, goes_on)
                da_next = tl.load(next_at, mask=next_there, other=0.0)
                w_there = (k < 4 * H)[:, None] & (n < H)[None, :]
                w = tl.load(weight_hh + k[:, None] * H + n[None, :], mask=w_there, other=0.0)
                dh = add_product(dh, da_next, w, WIDEN)
            at, _ = tile_of(d_h_last, rows, H, n, H, in_batch)
            dh += tl.load(at, mask=there & last, other=0.0).to(tl.float32)
            at, _ = tile_of(d_c + (t % 2) * B * H, rows, H, n, H, in_batch)
            dc = tl.load(at, mask=there & goes_on[:, None], other=0.0)
            at, _ = tile_of(d_c_last, rows, H, n, H, in_batch)
            dc += tl.load(at, mask=there & last, other=0.0).to(tl.float32)

            at, _ = tile_of(gates + t * 4 * H, rows, T * 4 * H, n, H, in_batch)
            i = tl.load(at, mask=there, other=0.0).to(tl.float32)
            f = tl.load(at + H, mask=there, other=0.0).to(tl.float32)
            g = tl.load(at + 2 * H, mask=there, other=0.0).to(tl.float32)
            o = tl.load(at + 3 * H, mask=there, other=0.0).to(tl.float32)
            at, _ = tile_of(c + t * H, rows, (T + 1) * H, n, H, in_batch)
            c_prev = tl.load(at, mask=there, other=0.0)
            tanh_c = tanh(tl.load(at + H, mask=there, other=0.0))
            dc += dh * o * (1 - tanh_c * tanh_c)  # (6)
            da_i = dc * g * i * (1 - i)  # (5) then (1)
            da_f = dc * c_prev * f * (1 - f)  # (5) then (2)
            da_g = dc * i * (1 - g * g)  # (5) then (3)
            da_o = dh * tanh_c * o * (1 - o)  # (6) then (4)
            at, _ = tile_of(da + t * 4 * H, rows, T * 4 * H, n, H, in_batch)
            tl.store(at, tl.where(real, da_i, 0.0), mask=there)
            tl.store(at + H, tl.where(real, da_f, 0.0), mask=there)
            tl.store(at + 2 * H, tl.where(real, da_g, 0.0), mask=there)
            tl.store(at + 3 * H, tl.where(real, da_o, 0.0), mask=there)
            at, _ = tile_of(d_c + ((t + 1) % 2) * B * H, rows, H, n, H, in_batch)
            tl.store(at, tl.where(real, dc * f, 0.0), mask=there)  # (5)
        tl.debug_barrier()
