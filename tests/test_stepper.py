"""The drawing of one LSTM unit: every number at its place, gates filled, wires as wide as their gradient."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Rectangle

from lstm_edu import plots
from lstm_edu.plots import COLOURS
from lstm_edu.plots.stepper import GRADIENTS, VALUES

STEP = dict(
    zip(VALUES, [2.0, 0.32, 0.67, -2.1, 3.9, -0.5, 0.8, 0.11, 0.98, -0.46, 0.7, 0.61, 0.38], strict=True)
)
BACK = {name: 0.0513 * (k + 2) ** 1.1 * (-1) ** k for k, name in enumerate(GRADIENTS)}


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_book_style()
        yield
    plt.close("all")


def words(ax):
    return [text.get_text() for text in ax.texts]


def spelled(number):
    return f"{number:.6f}".replace("-", "−")


def test_the_way_forward_shows_every_value_and_the_three_in_between():
    shown = " ".join(words(plots.lstm_unit(STEP, title="Forward, step 3 of 5")))
    between = STEP["f"] * STEP["c_prev"], STEP["i"] * STEP["g"], np.tanh(STEP["c"])
    for number in (*STEP.values(), *between):
        assert spelled(number) in shown, number
    assert shown.startswith("Forward, step 3 of 5")
    assert "$h_{t-1}$ 0.320000" in shown
    assert "loss" not in shown


def test_the_way_back_shows_every_gradient_and_what_came_through_h():
    shown = " ".join(words(plots.lstm_unit(STEP, BACK)))
    for number in (*BACK.values(), BACK["dc"] - BACK["dc_next"]):
        assert spelled(number) in shown, number
    assert f"loss {spelled(BACK['dh_loss'])}" in shown
    assert "$h_{t-1}$ 0.320000" not in shown


def test_zero_is_written_as_zero_and_a_small_number_is_not():
    shown = words(plots.lstm_unit(STEP, BACK | {"dh_next": 0.0, "dc_next": -0.0, "dx": -1e-9}))
    assert shown.count("next step 0") == 2
    assert "$dx$ 0.000000" in shown


def filled(ax):
    """Return bottom and height of the coloured part of each vessel, as shares of it."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    vessels, fills = patches[0::3], patches[1::3]
    shares = {}
    for letter, vessel, fill in zip("figo", vessels, fills, strict=True):
        assert fill.get_facecolor()[:3] == mpl.colors.to_rgb(COLOURS[letter])
        bottom = (fill.get_y() - vessel.get_y()) / vessel.get_height()
        shares[letter] = bottom, fill.get_height() / vessel.get_height()
    return shares


def test_gates_are_filled_as_far_as_they_are_open():
    shares = filled(plots.lstm_unit(STEP))
    for gate in "ifo":
        assert shares[gate] == pytest.approx((0, STEP[gate]))
    assert shares["g"] == pytest.approx((0.5 - 0.46 / 2, 0.46 / 2))  # downwards from the middle
    assert filled(plots.lstm_unit(STEP | {"g": 0.3}))["g"] == pytest.approx((0.5, 0.15))


def wires(ax):
    """Return {(colour, points): width} of all wires."""
    lines = [line for line in ax.lines if len(line.get_xdata()) > 1]
    return {(line.get_color(), tuple(line.get_ydata()), tuple(line.get_xdata())): line for line in lines}


def test_wires_are_as_wide_as_their_gradient_and_at_most_as_the_limit():
    blank = dict.fromkeys(GRADIENTS, 0.0)
    zero = wires(plots.lstm_unit(STEP, blank))
    half = wires(plots.lstm_unit(STEP, blank | {"df": -0.2}, limit=0.4))
    beyond = wires(plots.lstm_unit(STEP, blank | {"df": 9.0}, limit=0.4))
    full = wires(plots.lstm_unit(STEP, blank | {"df": 0.4}, limit=0.4))
    (wire,) = [key for key in zero if half[key].get_linewidth() != zero[key].get_linewidth()]
    assert wire[0] == COLOURS["f"]
    at_rest = zero[wire].get_linewidth()
    assert half[wire].get_linewidth() - at_rest == pytest.approx((full[wire].get_linewidth() - at_rest) / 2)
    assert beyond[wire].get_linewidth() == full[wire].get_linewidth()


@pytest.mark.parametrize("name", GRADIENTS)
def test_every_gradient_but_the_parts_of_dh_moves_a_wire(name):
    blank = dict.fromkeys(GRADIENTS, 0.0)
    before, after = (wires(plots.lstm_unit(STEP, numbers)) for numbers in (blank, blank | {name: 0.5}))
    moved = [key for key in before if before[key].get_linewidth() != after[key].get_linewidth()]
    through_c = {"dc": 4, "dc_next": 2, "dh": 2}  # dc goes to both products, and was joined by the branch
    assert len(moved) == (0 if name in ("dh_loss", "dh_next") else through_c.get(name, 1))


def test_arrows_turn_round():
    def arrows(ax):
        return [line.get_marker() for line in ax.lines if len(line.get_xdata()) == 1]

    turned = str.maketrans("^v<>", "v^><")
    forward, back = arrows(plots.lstm_unit(STEP)), arrows(plots.lstm_unit(STEP, BACK))
    assert forward == [arrow.translate(turned) for arrow in back]
    assert set(forward) == {"^", "v", ">"}


def test_numbers_do_not_touch_one_another():
    longest = dict.fromkeys(VALUES, -0.888888), dict.fromkeys(GRADIENTS, -0.888888)
    for numbers in ((longest[0],), longest):
        ax = plots.lstm_unit(*numbers)
        ax.figure.canvas.draw()
        boxes = [text.get_window_extent() for text in ax.texts if "888888" in text.get_text()]
        for k, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:k]), ax.texts[k]
            assert ax.figure.bbox.containsx(box.x0)
            assert ax.figure.bbox.containsx(box.x1)


def test_both_ways_are_drawn_in_one_size():
    sizes = {
        tuple(ax.figure.get_size_inches()) for ax in (plots.lstm_unit(STEP), plots.lstm_unit(STEP, BACK))
    }
    assert len(sizes) == 1


def test_what_is_missing_is_named():
    with pytest.raises(
        ValueError, match=r"`values` should hold a number for each of x, h_prev, .*; missing: f, h\.$"
    ):
        plots.lstm_unit({name: 0.5 for name in VALUES if name not in "fh"})
    with pytest.raises(ValueError, match=r"`gradients` should hold .*; missing: da_o\.$"):
        plots.lstm_unit(STEP, {name: 0.5 for name in GRADIENTS if name != "da_o"})


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_is_positive(limit):
    with pytest.raises(ValueError, match="`limit` should be positive but is"):
        plots.lstm_unit(STEP, BACK, limit=limit)
