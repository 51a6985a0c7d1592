"""Matrix products cut into tiles that the BLAS multiplies where they lie."""

from functools import cache

import numpy as np

# Larger products OpenBLAS copies ("packs") into an order of its own before it multiplies. That pays when
# there are many rows; a time step has few, and would pack the same weights again at every step.
LARGEST = 100**3
FEWEST_ROWS, FEWEST_COLUMNS = 8, 16  # thinner tiles cost more than they save


class Tiled:
    """``array @ weights`` for each of G blocks of weights, cut once and used at every step.

    Parameters
    ----------
    weights : ndarray of shape (G, K, C)
    B : int
        Rows of the arrays to multiply.

    Attributes
    ----------
    multiply : callable
        ``multiply(cut(array), weights, cut_out(out))``, of NumPy.
    weights : ndarray
        Cut as well, each tile in one piece.
    """

    def __init__(self, weights, B):
        G, K, C = weights.shape
        if B == 1:  # a vector: nothing to cut, and one product for all the blocks
            self.multiply = np.ndarray.dot
            self.weights = np.ascontiguousarray(weights.swapaxes(0, 1)).reshape(K, G * C)
            return
        self.multiply = np.matmul
        self.rows, self.columns = tile_shape(B, C, K)
        tiles = weights.reshape(G, K, C // self.columns, 1, self.columns).transpose(0, 2, 3, 1, 4)
        self.weights = np.ascontiguousarray(tiles)  # (G, C/columns, 1, K, columns)

    def cut(self, array):
        """View (..., B, K) as (..., B/rows, rows, K)."""
        *steps, B, K = array.shape
        return array.reshape(*steps, K) if B == 1 else array.reshape(*steps, B // self.rows, self.rows, K)

    def cut_out(self, array):
        """View (..., G, B, C) as (..., G, C/columns, B/rows, rows, columns)."""
        *steps, G, B, C = array.shape
        if B == 1:
            return array.reshape(*steps, G * C)
        tiles = array.reshape(*steps, G, B // self.rows, self.rows, C // self.columns, self.columns)
        return np.moveaxis(tiles, -2, -4)


class Summed(Tiled):
    """The sum of G such products, each block of weights with an array of its own.

    For a batch of one it is a single product again, of the arrays end to end.

    Parameters
    ----------
    weights : ndarray of shape (G, K, C)
    B : int
        Rows of the arrays to multiply.
    """

    def __init__(self, weights, B):
        self.G, K, C = weights.shape
        super().__init__(weights.reshape(1, self.G * K, C) if B == 1 else weights, B)

    def make_room(self, blocks, steps, B, H, dtype):
        """Return room for (blocks, steps, B, H), at least G blocks, laid out as ``cut`` can view it."""
        if B == 1:
            return np.empty((steps, blocks, B, H), dtype).swapaxes(0, 1)
        return np.empty((blocks, steps, B, H), dtype)

    def cut(self, array):
        """View the first G blocks of (blocks, steps, B, K) as what ``multiply`` takes at each step."""
        _, steps, B, K = array.shape
        by_step = array[: self.G].swapaxes(0, 1)
        return super().cut(by_step.reshape(steps, 1, self.G * K) if B == 1 else by_step[:, :, None])

    def parts(self, total):
        """Return room for the products to be summed: ``total`` itself where there is only one."""
        alone = len(total) == 1 or self.G == 1
        return total[None] if alone else np.empty((self.G, *total.shape), total.dtype)


@cache
def tile_shape(rows, columns, inner):
    """Return the sides of the largest tile that is small enough, divisors both; if none is, the whole."""
    fitting = [
        (r, c)
        for r in divisors(rows, min(rows, FEWEST_ROWS))
        for c in divisors(columns, min(columns, FEWEST_COLUMNS))
        if r * c * inner <= LARGEST
    ]
    return max(fitting, key=lambda sides: (sides[0] * sides[1], min(sides)), default=(rows, columns))


def divisors(n, least):
    """All whole numbers from ``least`` on that divide ``n``."""
    return [d for d in range(least, n + 1) if n % d == 0]
