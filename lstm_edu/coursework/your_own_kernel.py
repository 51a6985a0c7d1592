"""Exercises of the page "Your own kernel": programs, masks, bytes, a race, and rows that do nothing."""

import numpy as np

from lstm_edu.coursework.exercise import Exercise, Slip


def _batches(rng):
    for B, block_b in [(1, 16), (16, 16), (17, 16), (70, 16), (5, 2)]:
        yield {"B": B, "block_b": block_b}


PROGRAMS = Exercise(
    title="how many programs",
    prompt="Write `programs(B, block_b)`: how many programs B sequences need if each takes block_b of them.",
    reference=lambda B, block_b: -(-B // block_b),
    returns={"programs": ""},
    cases=_batches,
    slips=(
        Slip(
            lambda B, block_b: B // block_b,
            "Rounded down: the last sequences belong to no program, and nobody computes them.",
        ),
        Slip(
            lambda B, block_b: B // block_b + 1,
            "One too many wherever block_b divides B: 16 sequences in tiles of 16 are one program.",
        ),
        Slip(lambda B, block_b: B / block_b, "There is no fraction of a program: round up."),
        Slip(
            lambda B, block_b: max(1, B // block_b),
            "At least one, but otherwise rounded down: of 17 sequences the last is lost.",
        ),
        Slip(lambda B, block_b: B, "One program per sequence. Here each takes block_b of them."),
    ),
    hints=(
        "A last tile that is not full still needs a program.",
        "Python's `//` rounds down, negative numbers too.",
    ),
    lesson="Rounding up makes the last tile stick out beyond the batch. That is what the mask is for.",
)


def _tiles(rng):
    for B, H, program, start in [(5, 33, 1, 32), (3, 10, 0, 0), (9, 16, 2, 0)]:
        yield {"tile": rng.normal(size=(4, 16)), "B": B, "H": H, "program": program, "start": start}


def _numbers(tile, program, start):
    """The numbers of the tile's rows and of its units."""
    rows, units = tile.shape
    return (program * rows + np.arange(rows))[:, None], (start + np.arange(units))[None, :]


def _masked(tile, B, H, program, start):
    rows, units = _numbers(tile, program, start)
    return np.where((rows < B) & (units < H), tile, 0)


def _one_too_many(tile, B, H, program, start):
    return _masked(tile, B + 1, H + 1, program, start)


def _either(tile, B, H, program, start):
    rows, units = _numbers(tile, program, start)
    return np.where((rows < B) | (units < H), tile, 0)


MASK = Exercise(
    title="the ragged edge",
    prompt="A program loads a `tile`, (rows, units): `program` is its number, so that its first row is "
    "sequence program * rows of B, and its first unit is `start` of H. Write `load(tile, B, H, program, "
    "start)`: the same tile with zeros wherever the sequence or the unit does not exist.",
    reference=_masked,
    returns={"tile": "BH"},
    cases=_tiles,
    slips=(
        Slip(
            _one_too_many,
            "Counting starts at 0, so the first that does not exist has the number B, or H: `<`, not `<=`.",
        ),
        Slip(
            lambda tile, B, H, program, start: _masked(tile, B, H, 0, start),
            "The number of the program is missing: each of them would believe that it has the first rows.",
        ),
        Slip(
            lambda tile, B, H, program, start: _masked(tile, B, H, program, 0),
            "`start` is missing: the tile begins there and not at unit 0.",
        ),
        Slip(
            lambda tile, B, H, program, start: _masked(tile, B, start + 16, program, start),
            "The units are not limited. Beyond H begins the next row, and a store would overwrite it.",
        ),
        Slip(
            lambda tile, B, H, program, start: _masked(tile, 100, H, program, start),
            "The rows are not limited. A store to a row beyond B lands outside of the array.",
        ),
        Slip(_either, "An entry exists if its row does and its unit does: `&`, not `|`."),
        Slip(lambda tile, B, H, program, start: tile, "Nothing is masked."),
    ),
    hints=(
        "First two vectors: the numbers of the rows, and those of the units.",
        "`[:, None]` makes a column of the one, `[None, :]` a row of the other; `np.where` does the rest.",
    ),
    lesson="The hardware does not know where an array ends. Without a mask it writes into the next row.",
)


def _sizes(rng):
    for B, H, block_b, size in [(1, 64, 1, 4), (70, 128, 16, 4), (64, 32, 16, 2)]:
        yield {"B": B, "H": H, "block_b": block_b, "size": size}


WEIGHT_BYTES = Exercise(
    title="the price of many programs",
    prompt="Every program asks for the whole of weight_hh, (4H, H), at every step. Write "
    "`weight_bytes(B, H, block_b, size)`: how many bytes of weights all programs ask for in one step, with "
    "`size` bytes for a number.",
    reference=lambda B, H, block_b, size: -(-B // block_b) * 4 * H * H * size,
    returns={"bytes": ""},
    cases=_sizes,
    slips=(
        Slip(
            lambda B, H, block_b, size: 4 * H * H * size,
            "That is what one program asks for. The others ask for the same again.",
        ),
        Slip(
            lambda B, H, block_b, size: B * 4 * H * H * size,
            "A program asks once for all its rows, not once for each sequence.",
        ),
        Slip(
            lambda B, H, block_b, size: -(-B // block_b) * H * H * size,
            "Four gates, four matrices: weight_hh has 4H rows.",
        ),
        Slip(
            lambda B, H, block_b, size: -(-B // block_b) * 4 * H * H,
            "Those are numbers. Each takes `size` bytes.",
        ),
        Slip(
            lambda B, H, block_b, size: -(-B // block_b) * 4 * H * H * size * 8,
            "Those are bits. `size` was given in bytes.",
        ),
    ),
    hints=("How many programs are there?", "And how many numbers are in one weight_hh?"),
    lesson="Taller tiles ask for less. They also leave fewer programs to share the work.",
)


def _half_written(rng):
    for B, H in [(2, 3), (5, 4)]:
        stale, fresh = rng.normal(size=(2, B, H))
        written = np.arange(H) < H // 2
        yield {"stale": stale, "fresh": fresh, "written": written, "weight": rng.normal(size=(4 * H, H))}


RACE = Exercise(
    title="a step without a barrier",
    prompt="Nothing makes the threads wait. When the first of them begin the next step, only the units in "
    "`written`, booleans (H,), have stored their new h, `fresh`; in the memory of the others still stands "
    "`stale`, both (B, H). Write `product(stale, fresh, written, weight)`: what these threads get for "
    "h @ weight.T, (B, 4H), with `weight` (4H, H).",
    reference=lambda stale, fresh, written, weight: np.where(written, fresh, stale) @ weight.T,
    returns={"product": ["B", "4H"]},
    blocks="ifgo",
    cases=_half_written,
    slips=(
        Slip(
            lambda stale, fresh, written, weight: fresh @ weight.T,
            "That is what a barrier would guarantee. Without one, some of h has not arrived.",
        ),
        Slip(
            lambda stale, fresh, written, weight: stale @ weight.T,
            "Some units had already stored their new h, and a read sees it.",
        ),
        Slip(
            lambda stale, fresh, written, weight: np.where(written, stale, fresh) @ weight.T,
            "The other way round: `written` marks the units whose new h is there.",
        ),
        Slip(
            lambda stale, fresh, written, weight: np.where(written, fresh, 0) @ weight.T,
            "What has not been written is not zero. The memory holds whatever stood there before.",
        ),
    ),
    hints=(
        "First put together the h that these threads find in memory.",
        "`np.where(written, …, …)` chooses by unit.",
    ),
    lesson="Neither the old state nor the new one: a mixture that depends on who was faster, and no error.",
)

IDLE_ROWS = Exercise(
    title="rows that do nothing",
    prompt="Tiles are 16 rows high. Of all rows that are multiplied for a batch of 20 sequences, which share "
    "belongs to none of them?",
    reference=12 / 32,
    returns={"share": ""},
    slips=(
        Slip(12 / 20, "Twelve rows are idle, but out of all 32 that are multiplied."),
        Slip(20 / 32, "That is the share that works."),
        Slip(4 / 20, "Four sequences stick out of the first tile, and the second takes 16 rows for them."),
        Slip(4 / 16, "That is the share of the second tile that works."),
        Slip(12 / 16, "So it is in the second tile. Count both."),
        Slip(0.0, "20 is not a multiple of 16: the second tile is not full."),
    ),
    hints=("Two tiles.", "How many rows have two tiles, and how many of them are sequences?"),
    lesson="The smaller the batch, the more of what is multiplied is zeros.",
)
