"""Who takes part: this package's layers and the libraries, all with the same weights.

A contestant is a function of what is ``Given`` and the ``Work``; it returns ``(step, read)``. ``step()``
does the work once and is what is timed; ``read(step())`` gives its results as arrays, by name.
"""

from importlib import metadata
from importlib.util import find_spec

import torch

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth
from lstm_edu.bench.libraries import jax_scan, keras_layer, onnx_runtime
from lstm_edu.bench.loops import LibraryCellLoop, TutorialLoop
from lstm_edu.bench.work import named, twin_of


def numpy_unroll(given, work):
    return _in_numpy(given.layer, given, work)


def numpy_fused(given, work):
    layers = given.layer.layers if work.layers > 1 else [given.layer]
    fused = [lnp.Fused(layer) for layer in layers]
    return _in_numpy(lnp.Stacked(fused) if work.layers > 1 else fused[0], given, work)


def torch_unroll(given, work):
    return _in_torch(HiddenStates, given, work)


def torch_compiled(given, work):
    return _in_torch(lambda twin: torch.compile(HiddenStates(twin)), given, work)


def torch_tutorial(given, work):
    return _in_torch(TutorialLoop, given, work)


def torch_cell_loop(given, work):
    return _in_torch(LibraryCellLoop, given, work)


def torch_triton(given, work):
    return _in_torch(lambda twin: HiddenStates(lth.TritonLSTM(twin)), given, work)


def torch_nn(given, work):
    return _in_torch(lambda twin: HiddenStates(lth.to_torch_nn(twin)), given, work, whole=True)


def torch_nn_plain(given, work):
    """Run ``torch.nn.LSTM`` without oneDNN, the library that it uses on processors for float32."""
    step, read = torch_nn(given, work)

    def without():
        before, *_ = torch.backends.mkldnn.set_flags(False)
        try:
            return step()
        finally:
            torch.backends.mkldnn.set_flags(before)

    return without, read


CONTESTANTS = {
    "NumPy, Unroll": numpy_unroll,
    "NumPy, Fused": numpy_fused,
    "PyTorch, Unroll": torch_unroll,
    "PyTorch, Unroll compiled": torch_compiled,
    "PyTorch, tutorial loop": torch_tutorial,
    "PyTorch, loop of LSTMCell": torch_cell_loop,
    "PyTorch, Triton": torch_triton,
    "torch.nn.LSTM": torch_nn,
    "torch.nn.LSTM without oneDNN": torch_nn_plain,
    "ONNX Runtime": onnx_runtime,
    "JAX, scan": jax_scan,
    "Keras": keras_layer,
}
PEER = "torch.nn.LSTM"  # all ratios are to its time in the same round
NEEDS = {
    "ONNX Runtime": ("onnx", "onnxruntime"),
    "JAX, scan": ("jax",),
    "Keras": ("keras",),
    "PyTorch, Triton": ("triton",),
}


def versions():
    """Return the versions of the libraries that take part here, beside NumPy and PyTorch."""
    modules = sorted({module for needed in NEEDS.values() for module in needed})
    return {module: metadata.version(module) for module in modules if find_spec(module)}


def installed(name):
    """Whether the libraries that a contestant needs are there."""
    return all(find_spec(module) for module in NEEDS.get(name, ()))


def _in_numpy(layer, given, work):
    def step():
        h, _, tape = layer(given.x)
        if not work.train:
            return h, None, {}
        dx, _, grads = layer.backward(given.dh, None, tape)
        return h, dx, grads

    def read(results):
        h, dx, grads = results
        found = {"h": h, "dx": dx}
        for name, grad in grads.items():  # "layers.1.cell.bias" or "cell.bias"
            *_, k, _, plain = name.split(".") if work.layers > 1 else ("0", "cell", name.rpartition(".")[2])
            found[named(plain, int(k))] = grad
        return found

    return step, read


def _in_torch(build, given, work, *, whole=False):
    """Time the module ``build(twin)``, which maps x to h; ``twin`` is the same layer in PyTorch.

    Of several layers, each is built by itself, unless a contestant takes the ``whole`` stack at once.
    """
    place = {"device": work.device, "dtype": getattr(torch, work.dtype)}
    twin = twin_of(given, work).to(work.device)
    modules = [build(part) for part in ([twin] if whole or work.layers == 1 else twin.layers)]
    forward = modules[0] if len(modules) == 1 else torch.nn.Sequential(*modules)
    weights = dict(forward.named_parameters())
    x, dh = (torch.tensor(array, **place) for array in (given.x, given.dh))
    if not work.train:

        def predict():
            with torch.inference_mode():
                return forward(x)

        return predict, lambda h: {"h": _array(h)}
    x.requires_grad_()

    def step():
        h = forward(x)
        return h, *torch.autograd.grad(h, [x, *weights.values()], dh)

    def read(results):
        h, dx, *grads = results
        found, grads = {"h": _array(h), "dx": _array(dx)}, iter(grads)
        for k, module in enumerate(modules):
            own = {name: next(grads) for name, _ in module.named_parameters()}
            own = module.packed(own) if isinstance(module, TutorialLoop) else own
            found |= {named(_plain(name), k): _array(grad) for name, grad in own.items()}
        return found

    return step, read


class HiddenStates(torch.nn.Module):
    """A layer without its state: x in, h out."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


def _plain(name):
    """Return our name of a parameter: of the two biases that the library adds up, one gradient is ours."""
    return name.rpartition(".")[2].removesuffix("_l0").replace("bias_ih", "bias")


def _array(tensor):
    return tensor.detach().to("cpu", torch.float64).numpy()
