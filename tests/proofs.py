"""What is claimed of every hand-written gradient; test_mutations.py shows that each claim can fail."""

import numpy as np
import torch
from table import (
    CLOSE,
    LENGTHS,
    B,
    D,
    K,
    S,
    T,
    V,
    leaves,
    make_cell,
    make_layer,
    make_twins,
    nest_map,
    random_state,
)

from lstm_edu import numpy as lnp


def assert_close(got, expected, close="float64"):
    """Compare two nests array by array, and name the one that differs."""
    got, expected = dict(leaves(got)), dict(leaves(expected))
    assert got.keys() == expected.keys()
    for name, value in got.items():
        np.testing.assert_allclose(
            as_array(value), as_array(expected[name]), **CLOSE[close], err_msg=name, strict=True
        )


def as_array(value):
    return value.detach().numpy() if isinstance(value, torch.Tensor) else value


def as_tensors(nest):
    return nest_map(lambda a: torch.tensor(a, requires_grad=True), nest)


def autograd(outputs, d_outputs, *inputs):
    """Gradients of nests of inputs, for given gradients of a nest of outputs."""
    outputs = [value for _, value in leaves(outputs)]
    d_outputs = [torch.tensor(value) for _, value in leaves(d_outputs)]
    flat = [value for _, value in leaves(inputs)]
    grads = iter(torch.autograd.grad(outputs, flat, d_outputs))
    return tuple(nest_map(lambda _: next(grads), nest) for nest in inputs)


def row_of(nest, b):
    """One row of a batch, as a batch of one."""
    return nest_map(lambda a: a[b : b + 1], nest)


def by_differences(forward, d_outputs, arrays):
    """Gradients of ``arrays`` (a dict), for given gradients of what ``forward`` returns."""
    d_outputs = [value for _, value in leaves(d_outputs)]

    def loss():
        return sum(float((d * y).sum()) for d, (_, y) in zip(d_outputs, leaves(forward()), strict=True))

    return {name: lnp.numeric_gradient(loss, array) for name, array in arrays.items()}


# One step


def prove_cell_by_autograd(row):
    """A NumPy cell has the values and the gradients of its twin."""
    rng = np.random.default_rng(0)
    ours, twin = make_twins(lambda half: make_cell(half, row), rng)
    x, before, d_after = rng.normal(size=(B, D)), random_state(ours, rng), random_state(ours, rng)

    after, tape = ours(x, before)
    gradients = ours.backward(d_after, tape)

    x, before = as_tensors(x), as_tensors(before)
    twin_after, twin_tape = twin(x, before)
    assert_close((after, tape), (twin_after, twin_tape))
    assert_close(gradients, autograd(twin_after, d_after, x, before, dict(twin.named_parameters())))


def prove_cell_by_differences(row):
    """A NumPy cell has the gradients that one finds by nudging every number."""
    rng = np.random.default_rng(1)
    ours, _ = make_twins(lambda half: make_cell(half, row), rng)
    x, before, d_after = rng.normal(size=(B, D)), random_state(ours, rng), random_state(ours, rng)

    _, tape = ours(x, before)
    dx, d_before, grads = ours.backward(d_after, tape)
    given = {"x": dx, **dict(leaves(d_before, "state")), **grads}
    arrays = {"x": x, **dict(leaves(before, "state")), **dict(ours.named_parameters())}
    assert_close(given, by_differences(lambda: ours(x, before)[0], d_after, arrays), "differences")


# Many steps


def make_case(row, layer, seed):
    """A layer in both halves, an input, a state before, and gradients of the output and the state after."""
    rng = np.random.default_rng(seed)
    ours, twin = make_twins(lambda half: make_layer(half, row, layer), rng)
    x, dh = rng.normal(size=(B, T, D)), rng.normal(size=(B, T, ours.output_size))
    return ours, twin, x, random_state(ours, rng), dh, random_state(ours, rng)


def prove_layer_by_autograd(row, layer, lengths=None, truncate=None):
    """A NumPy layer has the values and the gradients of its twin."""
    ours, twin, x, before, dh, d_after = make_case(row, layer, seed=2)
    if lengths is not None:
        x[np.arange(T) >= lengths[:, None]] = np.nan  # the padding may hold anything

    h, after, tape = ours(x, before, lengths, truncate=truncate)
    gradients = ours.backward(dh, d_after, tape)

    x, before = as_tensors(x), as_tensors(before)
    lengths = None if lengths is None else torch.tensor(lengths)
    twin_h, twin_after, twin_tape = twin(x, before, lengths, truncate=truncate)
    assert_close((h, after, tape), (twin_h, twin_after, twin_tape))
    parameters = dict(twin.named_parameters())
    assert_close(gradients, autograd((twin_h, twin_after), (dh, d_after), x, before, parameters))


def prove_layer_by_differences(row, layer, lengths=None):
    """A NumPy layer, with dropout, has the gradients that one finds by nudging every number."""
    ours, _, x, before, dh, d_after = make_case(row, layer, seed=3)

    def forward():
        return ours(x, before, lengths, rng=np.random.default_rng(4))  # drops the same numbers each time

    dx, d_before, grads = ours.backward(dh, d_after, forward()[2])
    given = {"x": dx, **dict(leaves(d_before, "state")), **grads}
    arrays = {"x": x, **dict(leaves(before, "state")), **dict(ours.named_parameters())}
    assert_close(given, by_differences(lambda: forward()[:2], (dh, d_after), arrays), "differences")


def prove_padding(row, layer, lengths=LENGTHS, truncate=None):
    """A padded batch gives state for state, gradient for gradient what each sequence gives alone."""
    ours, _, x, before, dh, d_after = make_case(row, layer, seed=5)
    h, after, tape = ours(x, before, lengths, truncate=truncate)
    dx, d_before, grads = ours.backward(dh, d_after, tape)

    h_alone, dx_alone, grads_alone = np.zeros_like(h), np.zeros_like(x), dict.fromkeys(grads, 0)
    for b, length in enumerate(lengths):
        real = np.s_[b : b + 1, :length]
        h_alone[real], after_row, tape = ours(x[real], row_of(before, b), truncate=truncate)
        dx_alone[real], d_before_row, grads_row = ours.backward(dh[real], row_of(d_after, b), tape)
        assert_close((row_of(after, b), row_of(d_before, b)), (after_row, d_before_row))
        grads_alone = {name: grads_alone[name] + grads_row[name] for name in grads}
    assert_close((h, dx, grads), (h_alone, dx_alone, grads_alone))


def prove_truncation(row, reverse):
    """Truncated, a layer has the gradients of stretches of S steps that hand on their state."""
    ours, _, x, before, dh, d_after = make_case(row, "reversed" if reverse else "ahead", seed=6)
    h, after, tape = ours(x, before, truncate=S)
    gradients = ours.backward(dh, d_after, tape)

    times = np.arange(T)[::-1] if reverse else np.arange(T)
    stretches = [np.sort(times[start : start + S]) for start in range(0, T, S)]
    h_parts, dx_parts = np.zeros_like(h), np.zeros_like(x)
    state, tapes = before, []
    for stretch in stretches:
        h_parts[:, stretch], state, tape = ours(x[:, stretch], state)
        tapes.append(tape)
    d_states = [None] * (len(stretches) - 1) + [d_after]  # no gradient leaves a stretch
    grads = dict.fromkeys(gradients[2], 0)
    for stretch, d_state, tape in reversed(list(zip(stretches, d_states, tapes, strict=True))):
        dx_parts[:, stretch], d_before, grads_part = ours.backward(dh[:, stretch], d_state, tape)
        grads = {name: grads[name] + grads_part[name] for name in grads}
    assert_close((h, after, gradients), (h_parts, state, (dx_parts, d_before, grads)))


def prove_dropout_by_autograd(row, lengths=None):
    """Layers with dropout have the values and the gradients of their twins with the same numbers dropped."""
    ours, twin, x, before, dh, d_after = make_case(row, "stacked", seed=10)
    h, after, tape = ours(x, before, lengths, rng=np.random.default_rng(11))
    gradients = ours.backward(dh, d_after, tape)

    x, before = as_tensors(x), as_tensors(before)
    lengths = None if lengths is None else torch.tensor(lengths)
    twin_h, twin_after = x, ()
    for layer, state, mask in zip(twin.layers, before, tape.masks, strict=True):
        twin_h = twin_h if mask is None else twin_h * torch.tensor(mask)
        twin_h, state, _ = layer(twin_h, state, lengths)
        twin_after = (*twin_after, state)
    assert_close((h, after), (twin_h, twin_after))
    parameters = dict(twin.named_parameters())
    assert_close(gradients, autograd((twin_h, twin_after), (dh, d_after), x, before, parameters))


# With a head


def make_model(half, row, layer):
    return half.ManyToOne(make_layer(half, row, layer), K)


def prove_model_by_autograd(row, layer, lengths=None):
    """A NumPy model has the values and the gradients of its twin."""
    rng = np.random.default_rng(7)
    ours, twin = make_twins(lambda half: make_model(half, row, layer), rng)
    x, d_prediction = rng.normal(size=(B, T, D)), rng.normal(size=(B, K))

    prediction, tape = ours(x, lengths)
    gradients = ours.backward(d_prediction, tape)

    x = as_tensors(x)
    twin_prediction, _ = twin(x, None if lengths is None else torch.tensor(lengths))
    assert_close(prediction, twin_prediction)
    assert_close(gradients, autograd(twin_prediction, d_prediction, x, dict(twin.named_parameters())))


def prove_linear_by_autograd(*leading):
    """``Linear`` has the values and the gradients of ``torch.nn.Linear``."""
    rng = np.random.default_rng(8)
    ours, twin = lnp.Linear(D, K, rng=rng), torch.nn.Linear(D, K, dtype=torch.float64)
    twin.load_state_dict({name: torch.tensor(array) for name, array in ours.named_parameters()})
    x, dy = rng.normal(size=(*leading, D)), rng.normal(size=(*leading, K))

    y, tape = ours(x)
    gradients = ours.backward(dy, tape)

    x = as_tensors(x)
    twin_y = twin(x)
    assert_close(y, twin_y)
    assert_close(gradients, autograd(twin_y, dy, x, dict(twin.named_parameters())))


def prove_embedding_by_autograd(*leading):
    """``Embedding`` has the values and the gradient of ``torch.nn.Embedding``; a word occurs twice."""
    rng = np.random.default_rng(9)
    ours, twin = lnp.Embedding(V, D, rng=rng), torch.nn.Embedding(V, D, dtype=torch.float64)
    twin.load_state_dict({name: torch.tensor(array) for name, array in ours.named_parameters()})
    x, dy = rng.integers(0, V // 2, leading), rng.normal(size=(*leading, D))
    x.flat[-1] = x.flat[0]

    y, tape = ours(x)
    dx, grads = ours.backward(dy, tape)

    twin_y = twin(torch.tensor(x))
    assert_close(y, twin_y)
    assert_close((grads,), autograd(twin_y, dy, dict(twin.named_parameters())))
    assert dx is None
