"""Drawings of gradients, spectra and successes say what they got."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba

from lstm_edu import plots
from lstm_edu.plots import COLOURS


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_book_style()
        yield
    plt.close("all")


def written(ax):
    return [text.get_text() for text in ax.texts]


def test_a_line_is_the_median_and_its_band_the_middle_of_the_runs():
    norms = np.array([[1.0, 0.1], [1.0, 0.2], [1.0, 0.9]])
    ax = plots.gradient_norms({"LSTM": (norms, "lstm"), "bound": ([1.0, 0.5], {"color": "black"})})
    lstm, bound = ax.get_lines()
    np.testing.assert_array_equal(lstm.get_ydata(), [1.0, 0.2])
    np.testing.assert_array_equal(bound.get_ydata(), [1.0, 0.5])
    np.testing.assert_array_equal(lstm.get_xdata(), [0, 1])
    assert lstm.get_color() == COLOURS["lstm"]
    (band,) = ax.collections
    edges = band.get_paths()[0].vertices
    np.testing.assert_allclose([edges[:, 1].min(), edges[edges[:, 0] == 1, 1].max()], [0.12, 1.0 - 0.24])
    assert ax.get_yscale() == "log"
    assert written(ax) == ["LSTM", "bound"]


def test_distances_limits_and_names_are_ours_to_choose():
    ax = plots.gradient_norms(
        {"a": ([1.0, 0.1], "rnn")}, distance=[5, 50], ylim=(1e-3, 2), labels=False, ylabel="norm"
    )
    np.testing.assert_array_equal(ax.get_lines()[0].get_xdata(), [5, 50])
    assert ax.get_ylim() == (1e-3, 2)
    assert written(ax) == []
    assert ax.get_ylabel() == "norm"


def test_a_line_that_leaves_the_frame_is_named_where_it_does():
    flows = {"lasts": ([1.0, 0.5, 0.2], "lstm"), "falls": ([1.0, 0.1, 1e-9], "rnn")}
    ax = plots.gradient_norms(flows, ylim=(1e-3, 2))
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("lasts", (2, 0.2)), ("falls", (1, 0.1))]


def test_lines_of_another_length_are_refused():
    with pytest.raises(ValueError, match="`flows` should map names to"):
        plots.gradient_norms({})
    with pytest.raises(ValueError, match="'a' has 2 norms, but there are 3 distances"):
        plots.gradient_norms({"a": ([1.0, 0.1], "rnn")}, distance=[1, 2, 3])


def test_a_spectrum_lies_in_the_plane_around_the_unit_circle():
    ax = plots.spectrum(np.array([1 + 1j, -2 + 0j]), radius=0.5)
    (points,) = ax.get_lines()
    np.testing.assert_array_equal(points.get_xydata(), [[1, 1], [-2, 0]])
    assert sorted(circle.radius for circle in ax.patches) == [0.5, 1]
    assert ax.get_xlim() == ax.get_ylim() == (-2.2, 2.2)
    assert ax.get_aspect() == 1
    assert plots.spectrum(np.array([0.1]), limit=3).get_xlim() == (-3, 3)


@pytest.mark.parametrize("values", [np.ones((2, 2)), np.ones(0)])
def test_eigenvalues_are_a_list(values):
    with pytest.raises(ValueError, match=r"`eigenvalues` should have shape \(H,\) but has shape"):
        plots.spectrum(values)


def test_a_tile_says_how_many_succeeded():
    ax = plots.success_counts(
        [[5, 0], [2, np.nan]], 5, rows=["GRU", "LSTM"], columns=[25, 50], xlabel="T", title="adding"
    )
    assert written(ax) == ["5/5", "0/5", "2/5"]
    assert [tile.get_facecolor()[3] for tile in ax.patches] == pytest.approx([0.5, 0.06, 0.236])
    assert all(tile.get_facecolor()[:3] == to_rgba(COLOURS["lstm"])[:3] for tile in ax.patches)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["GRU", "LSTM"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["25", "50"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first row on top
    assert ax.get_title(loc="left") == "adding"


def test_counts_have_to_fit():
    with pytest.raises(ValueError, match=r"`counts` should have shape \(1, 2\).*but has shape \(1, 1\)"):
        plots.success_counts([[1]], 5, rows=["a"], columns=[1, 2], xlabel="T")
    with pytest.raises(ValueError, match=r"`counts` should lie within 0\.\.5 but hold 6 to 6"):
        plots.success_counts([[6]], 5, rows=["a"], columns=[1], xlabel="T")


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.gradient_norms({"a": ([1.0, 0.1], "rnn")}, ax=ax),
        lambda ax: plots.spectrum(np.array([0.5]), ax=ax),
        lambda ax: plots.success_counts([[1]], 5, rows=["a"], columns=[1], xlabel="T", ax=ax),
    ],
    ids=["gradient_norms", "spectrum", "success_counts"],
)
def test_drawings_use_the_axes_they_are_given(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert len(plt.get_fignums()) == 1
