"""A script: compile both kernels for a GPU, which needs none, and print what is in the program as JSON."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from lstm_edu.torch import triton_kernels
from lstm_edu.torch.triton_lstm import tiles

CUOBJDUMP = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"
OPTIONS = "num_warps", "num_stages", "enable_fp_fusion"
ALWAYS = {"lengths": "*i32", "c": "*fp32", "d_c": "*fp32", "B": "i32", "T": "i32"}
VARIANTS = [
    # compute capability, B, H, dtype
    (75, 64, 256, torch.float32),
    (80, 1, 16, torch.float32),
    (80, 64, 100, torch.bfloat16),
    (90, 64, 256, torch.bfloat16),
]


def compile_for(capability, kernel, B, H, dtype):
    settings = tiles(B, H, dtype) | {"H": H, "WIDEN": False}
    options = {name: settings.pop(name) for name in OPTIONS}
    pointer = "*fp32" if dtype == torch.float32 else "*bf16"
    names = kernel.arg_names
    signature = {n: "constexpr" if n in settings else ALWAYS.get(n, pointer) for n in names}
    aligned = {(k,): [["tt.divisibility", 16]] for k, n in enumerate(names) if signature[n][0] == "*"}
    source = ASTSource(kernel, signature, settings, aligned)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)


def facts(program):
    """What the tests want to know of a compiled program."""
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(program.asm["cubin"])
        file.flush()
        command = [CUOBJDUMP, "-res-usage", file.name]
        usage = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    before_the_loop, _, _ = program.asm["ttgir"].partition("scf.for")
    after_the_stores = program.asm["ptx"].rpartition("st.global")[2]
    return {
        "shared": program.metadata.shared,
        "registers": int(re.search(r"REG:(\d+)", usage)[1]),
        "spilled": int(re.search(r"STACK:(\d+)", usage)[1]),
        "copies before the time loop": before_the_loop.count("async_copy"),
        "barrier after the stores": bool(re.search(r"bar\w*\.sync.*?\bbra\b", after_the_stores, re.S)),
        "cached as if constant": bool(re.search(r"ld\.global\S*\.nc", program.asm["ptx"])),
        "tensor cores in TF32": "tf32" in program.asm["ptx"],
    }


if __name__ == "__main__":
    found = {}
    for capability, B, H, dtype in VARIANTS:
        for kernel in (triton_kernels.lstm_forward, triton_kernels.lstm_backward):
            name = f"{kernel.__name__} sm_{capability} B={B} H={H} {dtype}"
            found[name] = facts(compile_for(capability, kernel, B, H, dtype))
    print(json.dumps(found))
