"""Speed-ups: what is divided by what, and drawings that say it, tried on records made up here."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from lstm_edu import plots
from lstm_edu.bench.suites import gpu
from lstm_edu.plots import COLOURS

SECONDS = {"cuda": 1.0, "one thread": 60.0, "all threads": 20.0}
SLOWER = {"torch.nn.LSTM": 1.0, "PyTorch, tutorial loop": 5.0, "NumPy, Unroll": 2.0}


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_book_style()
        yield
    plt.close("all")


def made_up(quick=False):
    """Two repetitions of one layer in the GPU's suite, in times that follow from its keys; none measured."""
    _, keys, jobs = gpu("cuda", quick)
    runs = []
    for repetition in range(2):
        for key, job in jobs.items():
            run = dict(zip(keys, key, strict=True)) | {"repetition": repetition}
            if run["layers"] > 1:
                continue
            once = SECONDS[run["where"]] * run["T"] * run["B"] / run["H"]
            run["seconds"] = {name: [once * SLOWER.get(name, 3.0)] * 3 for name in job["names"]}
            runs.append(run)
    return runs


def everywhere(factor, T):
    """The factor wherever the suite measures at this length, by batch and width; elsewhere no number."""
    sizes = {
        (B, H) for length, B, _, H, layers, _ in gpu("cuda", quick=False)[2] if (length, layers) == (T, 1)
    }
    return np.array([[factor if (B, H) in sizes else np.nan for H in (64, 256, 1024)] for B in (1, 32, 512)])


def written(ax):
    return [text.get_text() for text in ax.texts]


def test_a_speed_up_is_the_slow_time_over_the_fast_one():
    runs = made_up()
    factors, batches, units = plots.speedups(
        runs, 50, ("cuda", "torch.nn.LSTM"), ("one thread", "NumPy, Unroll")
    )
    assert (batches, units) == ([1, 32, 512], [64, 256, 1024])
    np.testing.assert_allclose(factors, everywhere(120.0, 50))
    assert np.isfinite(factors).sum() == 8  # the largest would take a processor too long


def test_the_factor_stands_at_its_batch_and_width_and_belongs_to_its_length():
    runs = made_up()
    for run in runs:
        if (run["T"], run["B"], run["H"], run["where"]) == (200, 32, 1024, "cuda"):
            run["seconds"] = {name: [s / 7 for s in taken] for name, taken in run["seconds"].items()}
    ways = ("cuda", "torch.nn.LSTM"), ("all threads", "torch.nn.LSTM")
    np.testing.assert_allclose(plots.speedups(runs, 1000, *ways)[0], everywhere(20.0, 1000))
    expected = everywhere(20.0, 200)
    expected[1, 2] = 140.0
    np.testing.assert_allclose(plots.speedups(runs, 200, *ways)[0], expected)


def test_the_median_counts_over_rounds_and_over_repetitions():
    keys = {"T": 5, "B": 2, "H": 3}
    runs = [keys | {"where": "cuda", "seconds": {"a": [1.0, 2.0, 90.0]}}]
    runs += [keys | {"where": "one thread", "seconds": {"b": [s]}} for s in (6.0, 10.0, 500.0)]
    assert plots.speedups(runs, 5, ("cuda", "a"), ("one thread", "b"))[0] == [[5.0]]


def test_what_was_not_measured_is_no_number():
    runs = made_up()
    for run in runs:
        if run["H"] == 1024:
            run["seconds"].pop("PyTorch, Unroll", None)
    factors, _, _ = plots.speedups(runs, 50, ("cuda", "PyTorch, Unroll"), ("one thread", "NumPy, Unroll"))
    assert np.isnan(factors[:, 2]).all()
    assert np.isfinite(factors[:, :2]).all()


def test_the_map_moves_with_length_layer_and_baseline():
    figure = plots.explore_speedups(made_up())
    assert {name: len(slider.values) for name, slider in figure.sliders.items()} == {
        "length": 3,
        "layer": 3,
        "baseline": 6,
    }
    start = figure.alts[figure.first]
    assert start.startswith(
        "torch.nn.LSTM on the GPU, times faster than NumPy, Unroll, one thread, 50 steps."
    )
    assert start.count(": 120") == 8
    ax = figure.draw(
        length="50 steps", layer="PyTorch, tutorial loop", baseline="torch.nn.LSTM, all threads"
    ).axes[0]
    assert written(ax) == ["4×"] * 8


def test_a_quick_record_of_one_size_can_be_looked_at():
    figure = plots.explore_speedups(made_up(quick=True))
    assert set(figure.sliders) == {"layer", "baseline"}


def test_a_tile_says_its_factor_in_one_hue_above_one_and_another_below():
    ax = plots.speedup_map([[1234.0, 0.5], [np.nan, 1000**0.5]], batches=[1, 32], units=[64, 256])
    assert written(ax) == ["1200×", "0.5×", "32×"]
    faster, slower, _ = ax.patches
    assert faster.get_facecolor()[:3] == to_rgba(COLOURS["positive"])[:3]
    assert slower.get_facecolor()[:3] == to_rgba(COLOURS["negative"])[:3]
    assert [tile.get_facecolor()[3] for tile in ax.patches] == pytest.approx([0.5, 0.104, 0.28], abs=1e-3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "32"]
    assert ax.get_xlabel() == "units H"


def test_baselines_are_dots_on_a_logarithmic_axis():
    ax = plots.baseline_ratios({"a": [0.5, 1.2], "b": [3.0], "c": [4.0], "d": [5.0]}, xlabel="times")
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots[0].get_xydata(), [[0.5, 0], [1.2, 0]])
    np.testing.assert_array_equal(dots[1].get_xydata(), [[3.0, 1]])
    ranges = [line for line in ax.get_lines() if line not in dots][:-1]
    np.testing.assert_array_equal([line.get_xdata() for line in ranges], [[0.5, 1.2], [3, 3], [4, 4], [5, 5]])
    assert {line.get_linestyle() for line in ranges} == {"-"}
    assert ax.get_xscale() == "log"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c", "d"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"`ratios` should map each contestant to its ratios but is empty"):
        plots.baseline_ratios({}, xlabel="times")
    with pytest.raises(ValueError, match=r"The ratios of 'a' should be positive but are \[0\.0\]"):
        plots.baseline_ratios({"a": [0.0]}, xlabel="times")
    with pytest.raises(ValueError, match=r"`factors` should have shape \(2, 1\).*but has shape \(1, 1\)"):
        plots.speedup_map([[1.0]], batches=[1, 2], units=[3])
    with pytest.raises(ValueError, match="`factors` should be positive but go down to 0"):
        plots.speedup_map([[0.0, 2.0]], batches=[1], units=[3, 4])


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.baseline_ratios({"a": [2.0]}, xlabel="times", ax=ax),
        lambda ax: plots.speedup_map([[2.0]], batches=[1], units=[3], ax=ax),
    ],
    ids=["baseline_ratios", "speedup_map"],
)
def test_drawings_use_the_axes_they_are_given(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert len(plt.get_fignums()) == 1
