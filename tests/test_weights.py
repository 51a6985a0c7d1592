"""Weights on disk: what is written comes back, across the halves, or nothing happens at all."""

import os

import numpy as np
import pytest
import torch
from table import CELLS, LAYERS, B, D, K, T, make_layer

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

HALVES = {"numpy": lnp, "torch": lth}
BOTH = pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
ACROSS = pytest.mark.parametrize(
    ("source", "target"),
    [(a, b) for a in HALVES.values() for b in HALVES.values()],
    ids=lambda half: half.__name__[9:],
)


def make(half, cell="LSTM", layer="stacked", dtype="float64"):
    kinds = {"dtype": np.dtype(dtype) if half is lnp else getattr(torch, dtype)}
    return half.ManyToOne(make_layer(half, cell, layer, **kinds), K)


def weights(module):
    arrays = module.named_parameters() if isinstance(module, lnp.ManyToOne) else module.state_dict().items()
    return {name: np.asarray(array).copy() for name, array in arrays}


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)
        assert a[name].dtype == b[name].dtype


@ACROSS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_saved_is_loaded(tmp_path, source, target, cell, layer, dtype):
    saved, loaded = make(source, cell, layer, dtype), make(target, cell, layer, dtype)
    source.save_weights(saved, tmp_path / "weights.safetensors")
    target.load_weights(loaded, str(tmp_path / "weights.safetensors"))
    assert_same(weights(loaded), weights(saved))


@ACROSS
def test_predictions_survive_the_round_trip(tmp_path, source, target):
    saved, loaded = make(source), make(target)
    source.save_weights(saved, tmp_path / "weights")
    target.load_weights(loaded, tmp_path / "weights")
    x = np.random.default_rng(0).normal(size=(B, T, D))
    predictions = []
    for half, module in ((source, saved), (target, loaded)):
        if half is lth:
            module.eval()
        prediction, _ = module(x if half is lnp else torch.from_numpy(x))
        predictions.append(prediction if half is lnp else prediction.detach().numpy())
    np.testing.assert_allclose(*predictions, rtol=1e-12)


@BOTH
def test_loading_writes_into_the_arrays_that_an_optimiser_holds(tmp_path, half):
    module = make(half)
    half.save_weights(make(half), tmp_path / "weights")
    live = dict(module.named_parameters())
    half.load_weights(module, tmp_path / "weights")
    assert all(array is live[name] for name, array in module.named_parameters())


def test_arrays_in_another_order_in_memory_are_saved_as_they_read(tmp_path):
    module, loaded = lnp.Linear(3, 2), lnp.Linear(3, 2)
    module.weight = np.asfortranarray(module.weight)
    lnp.save_weights(module, tmp_path / "weights")
    lnp.load_weights(loaded, tmp_path / "weights")
    np.testing.assert_array_equal(loaded.weight, module.weight)

    module, loaded = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    module.weight = torch.nn.Parameter(module.weight.detach().T.contiguous().T)
    lth.save_weights(module, tmp_path / "weights")
    lth.load_weights(loaded, tmp_path / "weights")
    assert torch.equal(loaded.weight, module.weight)


def test_buffers_and_shared_weights_of_torch_modules_are_kept(tmp_path):
    def build():
        tied = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 3))
        tied[2].weight = tied[0].weight
        return tied

    module, loaded = build(), build()
    module(torch.randn(5, 3, generator=torch.Generator().manual_seed(0)))
    lth.save_weights(module, tmp_path / "weights")
    lth.load_weights(loaded, tmp_path / "weights")
    for name, tensor in module.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name
    assert loaded[2].weight is loaded[0].weight


MISFITS = {
    "missing": (
        lambda half: half.RNNCell(D, 3),
        lambda half: half.ManyToOne(half.Unroll(half.RNNCell(D, 3)), K),
        ["layer.cell.weight_ih is missing", "head.bias is missing"],
    ),
    "unexpected": (
        lambda half: make(half, layer="stacked"),
        lambda half: make(half, layer="ahead"),
        ["layer.cell.bias is missing", "layer.layers.1.back.cell.weight_hh is unexpected"],
    ),
    "shape": (
        lambda half: half.LSTMCell(D, 3),
        lambda half: half.LSTMCell(D, 4),
        [
            "weight_ih should have shape (16, 2) but has (12, 2)",
            "weight_hh should have shape (16, 4) but has (12, 3)",
            "bias should have shape (16,) but has (12,)",
        ],
    ),
    "dtype": (
        lambda half: make(half, dtype="float32"),
        lambda half: make(half, dtype="float64"),
        ["head.weight should have dtype", "float64 but has", "float32"],
    ),
}


@BOTH
@pytest.mark.parametrize(("saved", "module", "expected"), MISFITS.values(), ids=MISFITS)
def test_file_that_does_not_fit_is_refused_and_nothing_is_loaded(tmp_path, half, saved, module, expected):
    path, module = tmp_path / "weights", module(half)
    before = {name: np.asarray(array.data).copy() for name, array in module.named_parameters()}
    half.save_weights(saved(half), path)
    with pytest.raises(ValueError, match="does not fit this module, which stays as it is") as caught:
        half.load_weights(module, path)
    for text in [str(path), *expected, "Build the module with the sizes and the dtype"]:
        assert text in str(caught.value)
    for name, array in module.named_parameters():
        np.testing.assert_array_equal(np.asarray(array.data), before[name])


@BOTH
def test_file_of_another_kind_is_refused(tmp_path, half):
    (tmp_path / "weights").write_text("These are not weights.")
    with pytest.raises(
        ValueError, match=r"weights is not a safetensors file \(.+\). `save_weights` writes one"
    ):
        half.load_weights(make(half), tmp_path / "weights")
    with pytest.raises(FileNotFoundError):
        half.load_weights(make(half), tmp_path / "nowhere")


@BOTH
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, half, step, monkeypatch):
    path, old = tmp_path / "weights", make(half)
    half.save_weights(old, path)

    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        half.save_weights(make(half), path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == ["weights"]
    loaded = make(half)
    half.load_weights(loaded, path)
    assert_same(weights(loaded), weights(old))


@BOTH
def test_file_appears_complete_or_not_at_all(tmp_path, half, monkeypatch):
    path, seen, fsync = tmp_path / "weights", [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (seen.append(path.exists()), fsync(file)))
    half.save_weights(make(half), path)
    assert seen == [False]
    assert os.listdir(tmp_path) == ["weights"]


@BOTH
def test_folder_that_does_not_exist_is_named(tmp_path, half):
    with pytest.raises(FileNotFoundError, match=r"The folder .*nowhere does not exist. Create it first"):
        half.save_weights(make(half), tmp_path / "nowhere" / "weights")
