"""The same layer in other libraries, where they are installed."""

import numpy as np
import torch

from lstm_edu import torch as lth
from lstm_edu.bench.work import twin_of


def onnx_runtime(given, work):
    """Run one LSTM node of ONNX Runtime; forwards only, in float32, as the library has it."""
    import onnxruntime
    from onnx import TensorProto, helper

    if work.train or work.dtype != "float32":
        raise ValueError("ONNX Runtime takes part forwards and in float32 only.")
    arrays = lth.to_onnx(twin_of(given, work))
    node = helper.make_node("LSTM", ["X", *arrays], ["Y", "", ""], hidden_size=work.H, direction="forward")
    graph = helper.make_graph(
        [node],
        "one_layer",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, (work.T, work.B, work.D))],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, (work.T, 1, work.B, work.H))],
        [
            helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.ravel())
            for name, array in arrays.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    x = np.ascontiguousarray(given.x.swapaxes(0, 1))
    return (
        lambda: session.run(["Y"], {"X": x})[0],
        lambda y: {"h": y[:, 0].swapaxes(0, 1)},
    )


def jax_scan(given, work):
    """Compile a scan over time with JAX: the input product first, for all steps at once."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", work.dtype == "float64")
    weights = {name.rpartition(".")[2]: jnp.asarray(w) for name, w in given.layer.named_parameters()}
    x, dh = jnp.asarray(given.x), jnp.asarray(given.dh)
    start = jnp.zeros((work.B, work.H), work.dtype)

    def layer(weights, x):
        def one(state, a):
            h, c = state
            i, f, g, o = jnp.split(a + h @ weights["weight_hh"].T, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        inputs = x.swapaxes(0, 1) @ weights["weight_ih"].T + weights["bias"]
        return jax.lax.scan(one, (start, start), inputs)[1].swapaxes(0, 1)

    def train(weights, x, dh):
        h, back = jax.vjp(layer, weights, x)
        return h, *back(dh)

    if not work.train:
        forward = jax.jit(layer)
        return lambda: forward(weights, x).block_until_ready(), lambda h: {"h": h}
    compiled = jax.jit(train)

    def read(results):
        h, grads, dx = results
        return {"h": h, "dx": dx, **grads}

    return lambda: jax.block_until_ready(compiled(weights, x, dh)), read


def keras_layer(given, work):
    """Run ``keras.layers.LSTM`` on its PyTorch backend."""
    import keras

    if keras.backend.backend() != "torch":
        raise ValueError(
            f"Keras takes part on its PyTorch backend and runs on {keras.backend.backend()}. "
            "Set the environment variable KERAS_BACKEND=torch."
        )
    layer = keras.layers.LSTM(work.H, return_sequences=True, dtype=work.dtype)
    layer.build(given.x.shape)
    layer.set_weights(lth.to_keras(twin_of(given, work).cell))
    x, dh = (torch.tensor(array) for array in (given.x, given.dh))
    if not work.train:

        def predict():
            with torch.inference_mode():
                return layer(x)

        return predict, lambda h: {"h": h.numpy()}
    x.requires_grad_()
    kernels = [variable.value for variable in layer.trainable_weights]

    def step():
        h = layer(x, training=True)
        return h, *torch.autograd.grad(h, [x, *kernels], dh)

    def read(results):
        h, dx, kernel, recurrent, bias = (tensor.detach().numpy() for tensor in results)
        cell = lth.from_keras(lth.LSTMCell, [kernel, recurrent, bias])
        ours = {name: tensor.detach().numpy() for name, tensor in cell.named_parameters()}
        return {"h": h, "dx": dx, **ours}

    return step, read
