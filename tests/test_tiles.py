"""A product cut into tiles is the product, and a sum of such products their sum."""

import numpy as np
import pytest

from lstm_edu.numpy.tiles import LARGEST, Summed, Tiled, tile_shape

G = 3  # blocks of weights
CLOSE = {"rtol": 1e-10, "atol": 1e-10}

each_size = pytest.mark.parametrize(
    ("rows", "columns", "inner"), [(1, 5, 3), (4, 5, 3), (24, 48, 2000), (61, 257, 700)]
)


@each_size
def test_a_tiled_product_is_the_product(rows, columns, inner):
    rng = np.random.default_rng(0)
    array, weights = rng.normal(size=(rows, inner)), rng.normal(size=(G, inner, columns))
    product, out = Tiled(weights, rows), np.full((G, rows, columns), np.nan)
    product.multiply(product.cut(array), product.weights, product.cut_out(out))
    np.testing.assert_allclose(out, array @ weights, **CLOSE)


@each_size
def test_a_tiled_sum_is_the_sum(rows, columns, inner):
    rng, steps = np.random.default_rng(1), 2
    weights, total = rng.normal(size=(G, inner, columns)), np.full((rows, columns), np.nan)
    product = Summed(weights, rows)
    arrays = product.make_room(G + 1, steps, rows, inner, float)  # one block more than is summed
    views = product.cut(arrays)
    arrays[...] = rng.normal(size=arrays.shape)  # only now: a view sees it, a copy would not
    for step in range(steps):
        parts = product.parts(total)
        product.multiply(views[step], product.weights, product.cut_out(parts))
        np.testing.assert_allclose(parts.sum(axis=0), (arrays[:G, step] @ weights).sum(axis=0), **CLOSE)


@each_size
def test_a_tile_divides_the_whole(rows, columns, inner):
    r, c = tile_shape(rows, columns, inner)
    assert (rows % r, columns % c) == (0, 0)
    assert r * c * inner <= LARGEST or (r, c) == (rows, columns)


def test_the_largest_tile_that_fits_is_taken():
    assert tile_shape(32, 64, 100) == (32, 64)  # all of it
    assert tile_shape(64, 256, 385) == (32, 64)
    assert tile_shape(61, 257, 700) == (61, 257)  # primes: nothing to cut
