"""Every hand-written gradient against the loss itself, nudged number by number."""

import pytest
from proofs import prove_cell_by_differences, prove_layer_by_differences
from table import CELLS, LAYERS, LENGTHS


@pytest.mark.parametrize("row", CELLS)
def test_a_step_agrees_with_differences(row):
    prove_cell_by_differences(row)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("row", CELLS)
def test_a_layer_agrees_with_differences(row, layer, lengths):
    prove_layer_by_differences(row, layer, lengths)
