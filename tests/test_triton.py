"""Our kernel against float64, interpreted on the processor; what the compiler makes of it; on a GPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from test_imports import run_without
from triton_cases import CASES, reference

from lstm_edu import torch as lth
from lstm_edu.shapes import ShapeError
from lstm_edu.torch.triton_lstm import tiles

HERE = Path(__file__).resolve().parent
B, T, D, H = 3, 4, 2, 5
# Largest error over largest number. Triton's interpreter rounds to bfloat16 by cutting off.
CLOSE = {"float32": 2e-6, "bfloat16": 2e-2}

needs_triton = pytest.mark.triton


def child(script, *arguments, **environment):
    """Run a script of this folder in a fresh Python and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", HERE / script, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interpreted")
    child("triton_cases.py", str(folder), "cpu", TRITON_INTERPRET="1")
    return folder


@pytest.fixture(scope="module")
def on_gpu(tmp_path_factory):
    folder = tmp_path_factory.mktemp("on_gpu")
    child("triton_cases.py", str(folder), "cuda")
    return folder


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return json.loads(child("triton_compiled.py", TRITON_CACHE_DIR=str(tmp_path_factory.mktemp("cache"))))


def compare(folder, name):
    """Every value and gradient of a case, against NumPy in float64."""
    found, expected = np.load(folder / f"{name}.npz"), reference(CASES[name])
    assert set(found) == set(expected)
    for key, wanted in expected.items():
        assert found[key].shape == wanted.shape, key
        error = np.abs(found[key] - wanted).max() / np.abs(wanted).max()
        assert error < CLOSE["bfloat16" if CASES[name].autocast else CASES[name].dtype], f"{key}: {error:.1e}"


@needs_triton
@pytest.mark.parametrize("name", CASES)
def test_values_states_and_gradients_are_those_of_the_loop(interpreted, name):
    compare(interpreted, name)


@needs_triton
def test_padding_is_zero_and_the_state_that_of_the_last_real_step(interpreted):
    found = np.load(interpreted / "two programs.npz")
    lengths = np.array(CASES["two programs"].lengths)
    padding = np.arange(5) >= lengths[:, None]
    assert (found["h"][padding] == 0).all()
    assert (found["dx"][padding] == 0).all()
    np.testing.assert_array_equal(found["h_last"], found["h"][np.arange(17), lengths - 1])


@needs_triton
def test_the_compiled_program_is_ordered_and_fits(compiled):
    """What the interpreter, which does one thing after the other, cannot show."""
    assert len(compiled) == 8
    for name, facts in compiled.items():
        assert facts["barrier after the stores"], name
        assert facts["copies before the time loop"] == 0, name
        assert not facts["cached as if constant"], name
        assert not facts["tensor cores in TF32"], name
        assert facts["shared"] <= 64 * 1024, name
        assert facts["spilled"] <= 32, f"{name}: {facts['spilled']} bytes per thread, once"


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_tiles_are_powers_of_two_that_a_dot_product_takes(dtype):
    for sequences in (1, 3, 16, 1000):
        for units in (1, 16, 33, 128, 256, 1000):
            chosen = tiles(sequences, units, dtype)
            blocks = [chosen[name] for name in ("BLOCK_B", "BLOCK_N", "BLOCK_K", "num_warps")]
            assert all(size & (size - 1) == 0 for size in blocks)
            assert min(chosen["BLOCK_N"], chosen["BLOCK_K"]) >= 16
            assert chosen["BLOCK_B"] <= 16
            assert dtype == torch.float32 or chosen["BLOCK_B"] == 16


@needs_triton
def test_it_takes_and_gives_back_the_weights_of_the_loop():
    layer = lth.Unroll(lth.LSTMCell(D, H))
    kernel = lth.TritonLSTM(layer)
    assert kernel.state_dict().keys() == layer.state_dict().keys()
    with torch.no_grad():
        kernel.cell.bias += 1
    back = kernel.unfused()
    torch.testing.assert_close(back.cell.bias, layer.cell.bias + 1)
    torch.testing.assert_close(back.cell.weight_hh, layer.cell.weight_hh)
    assert (kernel.input_size, kernel.output_size) == (D, H)
    assert kernel.zero_state(B).c.shape == (B, H)


@needs_triton
def test_what_the_kernel_does_not_do_is_refused():
    cell = lth.LSTMCell(D, H)
    with pytest.raises(TypeError, match="should be an Unroll of LSTMCell but is a Unroll of GRUCell"):
        lth.TritonLSTM(lth.Unroll(lth.GRUCell(D, H)))
    with pytest.raises(TypeError, match="but is a LSTMCell"):
        lth.TritonLSTM(cell)
    with pytest.raises(ValueError, match="only reads forwards"):
        lth.TritonLSTM(lth.Unroll(cell, reverse=True))
    with pytest.raises(ValueError, match=r"float32 or bfloat16 but the layer is in torch\.float64"):
        lth.TritonLSTM(lth.Unroll(lth.LSTMCell(D, H, dtype=torch.float64)))
    with pytest.raises(ValueError, match="`block_b` should be a power of two but is 12"):
        lth.TritonLSTM(lth.Unroll(cell), block_b=12)
    kernel = lth.TritonLSTM(lth.Unroll(cell))
    x = torch.zeros(B, T, D)
    with pytest.raises(ValueError, match=r"on the cpu\. Use Fused there"):
        kernel(x)
    with pytest.raises(ValueError, match="`truncate` needs a step in the middle"):
        kernel(x, truncate=2)
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        kernel(x[0])
    with pytest.raises(TypeError, match="float64"):
        kernel(x.double())
    with pytest.raises(TypeError, match=r"LSTMCell\.State\(h, c\)"):
        kernel(x, (x[:, 0], x[:, 0]))
    with pytest.raises(ValueError, match="lengths"):
        kernel(x, lengths=torch.tensor([0, 1, 1]))


WITHOUT = """
from lstm_edu import torch as lth
try:
    lth.TritonLSTM(lth.Unroll(lth.LSTMCell(2, 3)))
except ImportError as error:
    print(error)
"""


def test_without_triton_the_rest_works_and_the_extra_is_named():
    done = run_without({"triton"}, WITHOUT)
    assert done.returncode == 0, done.stderr
    assert 'pip install "lstm-edu[triton]"' in done.stdout


@pytest.mark.gpu
@pytest.mark.parametrize("name", CASES)
def test_on_a_gpu_it_computes_the_same(on_gpu, name):
    compare(on_gpu, name)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_on_a_gpu_no_thread_reads_what_is_not_yet_written(dtype):
    """A race would change a bit in one of twenty long runs, or come out unlike the library's."""
    layer = lth.Unroll(lth.LSTMCell(D, 200)).to("cuda", dtype)
    kernel, library = lth.TritonLSTM(layer), lth.Fused(layer)
    x = torch.randn(70, 500, D, device="cuda", dtype=dtype)
    runs = []
    for forward in [kernel] * 20 + [library]:
        inputs = x.clone().requires_grad_()
        h, _, _ = forward(inputs)
        h.square().mean().backward()
        runs.append((h.detach(), inputs.grad))
    for h, dx in runs[1:-1]:
        assert torch.equal(h, runs[0][0])
        assert torch.equal(dx, runs[0][1])
    for ours, theirs in zip(runs[0], runs[-1], strict=True):
        largest = theirs.abs().max()
        bound = 1e-4 if dtype == torch.float32 else 5e-2
        torch.testing.assert_close(ours / largest, theirs / largest, rtol=0, atol=bound)
