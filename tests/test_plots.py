"""How figures look: colours that can be seen, SVG that follows the theme, drawings that say what they got."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text
from seeing import BLINDNESS, contrast, difference

from lstm_edu import plots
from lstm_edu.plots import COLOURS, DARK, svg
from lstm_edu.plots.end_labels import spread

ROOT = Path(__file__).resolve().parent.parent
GATES = "ifgoch"
THEMES = {"light": COLOURS, "dark": DARK}
HAIRLINES = {"grid", "paper"}  # need no contrast


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_book_style()
        yield
    plt.close("all")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", sorted(COLOURS.keys() - HAIRLINES))
def test_every_colour_can_be_seen_on_its_paper(name, theme):
    colours = THEMES[theme]
    assert contrast(colours[name], colours["paper"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["ink", "muted"])
def test_words_can_be_read_on_their_paper(name, theme):
    colours = THEMES[theme]
    assert contrast(colours[name], colours["paper"]) >= 4.5


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES)
def test_gates_can_be_told_apart(theme, blindness):
    colours = THEMES[theme]
    pairs = itertools.combinations(GATES, 2)
    differences = {a + b: difference(colours[a], colours[b], blindness) for a, b in pairs}
    assert min(differences.values()) >= 18, differences


def test_gates_can_be_told_apart_without_colour():
    looks = {(repr(plots.line(name)["linestyle"]), plots.line(name)["linewidth"]) for name in GATES}
    assert len(looks) == len(GATES)


def test_one_light_colour_has_one_dark_one():
    assert COLOURS.keys() == DARK.keys()
    assert len(set(zip(COLOURS.values(), DARK.values(), strict=True))) == len(set(COLOURS.values()))


def test_a_line_that_does_not_exist():
    with pytest.raises(ValueError, match=r"No line is called 'q'; the book draws baseline, c, f,"):
        plots.line("q")


def test_the_page_gets_every_colour_twice():
    light, dark = re.fullmatch(
        r':root\{(.*)\}html\[data-theme="dark"\]\{(.*)\}', plots.palette_css()
    ).groups()
    for css, colours in ((light, COLOURS), (dark, DARK)):
        assert dict(re.findall(r"--le-([a-z]+):(#[0-9a-f]{6});", css)) == colours


def some_figure():
    fig, ax = plt.subplots()
    ax.plot([0.0, 1.0, 2.0], [1.0, 3.0, 2.0], **plots.line("f"))
    ax.plot([0, 2], [1, 1], color="black")
    ax.set_xlabel("time step")
    return fig


def test_colours_of_a_figure_are_variables():
    text = plots.figure_svg(some_figure())
    for name in ("f", "ink", "paper", "grid"):
        assert f"var(--le-{name}, {COLOURS[name]})" in text
    bare = re.sub(r"var\([^)]*\)", "", text)
    assert not re.findall(r"#[0-9a-f]{6}\b(?=[;\"])", bare), "a colour that no theme can change"


def test_a_figure_says_nothing_about_when_and_by_whom():
    text = plots.figure_svg(some_figure())
    assert text.startswith("<svg ")
    assert not re.search(r"metadata|<!--|<style|xlink|20\d\d-\d\d", text)


def test_positions_have_two_decimals():
    text = re.sub(r"(scale|matrix)\([^)]*\)", "", plots.figure_svg(some_figure()))
    assert re.search(r"\d\.\d\d\b", text)
    assert not re.search(r"\d\.\d{3,}", text)


def test_scales_keep_theirs():
    assert "scale(0.015625)" in plots.figure_svg(some_figure())


def test_themed_twice_is_themed_once():
    once = plots.figure_svg(some_figure())
    assert plots.themed(once) == once


def test_a_drawing_by_hand_is_themed():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><!-- a note -->'
        '<defs><path id="tip" d="M0 0L1 1"/></defs><rect id="unused" fill="#DD5449" width="9"/>'
        '<use xlink:href="#tip" style="stroke: var(--le-c, #3753c7)"/><text>a <tspan>b</tspan> c</text></svg>'
    )
    text = plots.themed(drawing)
    assert 'fill="var(--le-f, #dd5449)"' in text
    for kept in ('href="#tip"', 'id="tip"', "max-width: 100%", "<text>a <tspan>b</tspan> c</text>"):
        assert kept in text
    for dropped in ("unused", "note"):
        assert dropped not in text
    assert 'style="stroke: var(--le-c, #3753c7)"' in text


def test_names_do_not_clash():
    text = plots.figure_svg(some_figure())
    names = set(re.findall(r' id="([^"]+)"', text))
    prefixed = plots.prefix_ids(text, "one-")
    assert names
    assert set(re.findall(r' id="([^"]+)"', prefixed)) == {f"one-{name}" for name in names}
    references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', prefixed)
    assert {a or b for a, b in references} == {f"one-{name}" for name in names}


def test_what_frames_define_alike_is_shared():
    def frame(meaning):
        return (
            '<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="letter" d="M0 0"/>'
            f'<path id="marker" d="{meaning}"/></defs><use href="#letter"/><use href="#marker"/></svg>'
        )

    shared, frames = svg.share_definitions([frame("M1 1"), frame("M2 2")])
    assert shared.count('id="letter"') == 1
    assert "marker" not in shared
    for k, text in enumerate(frames):
        assert 'id="letter"' not in text
        assert f'id="{k}-marker" d="M{k + 1} {k + 1}"' in text
        assert 'href="#letter"' in text
        assert f'href="#{k}-marker"' in text


DRAW = """
import hashlib
import matplotlib.pyplot as plt
from lstm_edu import plots

plots.use_book_style()
ax = plots.gate_traces(f=[0.9, 0.8, 0.85], c=[0.0, 1.0, -1.0])
ax.fill_between([0, 2], 0, 1, hatch="//", clip_path=plt.Circle((1, 0), 1, transform=ax.transData))
for to in (plots.figure_svg, plots.figure_png):
    content = to(ax.figure)
    print(hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest())
plots.heatmap([[0.1, -0.2], [0.3, 0.4]])
print(hashlib.sha256(plots.figure_svg(plt.gcf()).encode()).hexdigest())
slider = plots.Slider([1, 2, 3], "lag")


def draw(lag):
    return plots.gate_traces(f=[0.9 / lag, 0.8], o=[0.1, 0.2]).figure


for _ in range(2):
    print(hashlib.sha256(plots.explore(draw, alt="a", lag=slider).html.encode()).hexdigest())
"""


def test_figures_are_the_same_bytes_in_every_process():
    hashes = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "error", "-c", DRAW]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        hashes.append(done.stdout.split())
    assert len(set(hashes[0])) == 5
    assert hashes[0] == hashes[1]


def test_outside_a_notebook_only_defaults_change():
    assert mpl.rcParams["axes.facecolor"] == COLOURS["paper"]
    assert tuple(mpl.rcParams["figure.figsize"]) == (6.5, 3.6)


def test_default_lines_differ_in_more_than_colour():
    _, ax = plt.subplots()
    drawn = [ax.plot([0, 1])[0] for _ in range(6)]
    assert len({line.get_color() for line in drawn}) == 6
    assert len({repr(line._dash_pattern) for line in drawn}) >= 5


def boxes(ax):
    ax.figure.draw_without_rendering()
    return [Text.get_window_extent(text) for text in ax.texts]  # without the line to its end


def labels(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("limits", [None, (-4, 4)], ids=["own limits", "limits set later"])
@pytest.mark.parametrize("end", [0.0, 1.0, -1.0])
def test_letters_at_the_ends_do_not_touch(end, limits):
    """The figure is scaled as a whole on a phone, so apart once is apart at 390 px."""
    ramp = np.linspace(0, 1, 20)
    ax = plots.gate_traces(**{name: ramp * end + k / 100 for k, name in enumerate(GATES)})
    if limits:
        ax.set_ylim(limits)
    assert labels(ax) == list(GATES)
    for one, other in itertools.combinations(boxes(ax), 2):
        assert not one.overlaps(other)
    assert all(box.x1 <= ax.figure.bbox.x1 and box.x0 >= ax.bbox.x1 for box in boxes(ax))


def test_letters_follow_new_limits():
    ax = plots.gate_traces(f=[0.5, 0.9], c=[0.5, -1.0])
    ax.set_ylim(-2, 2)
    heights = [text.get_position()[1] for text in ax.texts]
    np.testing.assert_allclose(heights, [(0.9 + 2) / 4, (-1.0 + 2) / 4])


def test_gate_traces_draw_what_they_got():
    c = np.array([0.5, -1.0, 2.0])
    ax = plots.gate_traces(c=c, start=1)
    (line,) = (line for line in ax.lines if line.get_color() == COLOURS["c"])
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(line.get_ydata(), c)
    assert ax.get_xlabel() == "time step"


@pytest.mark.parametrize(
    ("traces", "message"),
    [
        ({}, r"`gate_traces` needs at least one trace, for example f=array of shape \(T,\)"),
        ({"q": [1.0]}, r"`q` is none of the letters of a cell: i, f, g, o, r, z, n, c, h, x"),
        (
            {"f": np.ones((2, 3))},
            r'`f` should have shape \(T,\) but has shape \(2, 3\).*over_time\("f"\)\[0, :, 0\]',
        ),
        ({"f": [1.0, 2.0], "o": [1.0]}, r"same time steps, but their lengths are \{'f': 2, 'o': 1\}"),
    ],
)
def test_gate_traces_refuse(traces, message):
    with pytest.raises(ValueError, match=message):
        plots.gate_traces(**traces)


def test_labels_far_apart_stay():
    np.testing.assert_allclose(spread([0.9, 0.1, 0.5], 0.1, 0, 1), [0.9, 0.1, 0.5])


def test_labels_that_touch_part_evenly():
    np.testing.assert_allclose(spread([0.5, 0.5, 0.5, 0.1], 0.1, 0, 1), [0.4, 0.5, 0.6, 0.1])


@pytest.mark.parametrize("seed", range(20))
def test_labels_are_apart_in_order_and_inside(seed):
    heights = np.random.default_rng(seed).choice([0.0, 0.02, 0.5, 0.52, 0.9, 1.0], 6)
    placed = spread(heights, 0.12, 0, 1)
    order = np.argsort(heights, kind="stable")
    assert np.all(np.diff(placed[order]) >= 0.12 - 1e-12)
    assert placed.min() >= -1e-12
    assert placed.max() <= 1 + 1e-12


def test_too_many_labels_share_the_room():
    np.testing.assert_allclose(spread([0.5] * 5, 0.9, 0, 1), [0, 0.25, 0.5, 0.75, 1])


def test_loss_curves():
    ax = plots.loss_curves([3.0, 2.0, 1.0], [3.0, 2.5, 2.6], best_epoch=1, baseline=2.0)
    assert sorted(labels(ax)) == ["baseline", "kept", "training", "validation"]
    assert ax.get_yscale() == "log"
    kept = next(line for line in ax.lines if line.get_marker() == "o")
    assert (kept.get_xdata(), kept.get_ydata()) == ([1], [2.5])
    assert ax.get_xlabel() == "epoch"


def test_loss_curves_of_a_history_without_validation():
    ax = plots.loss_curves([3.0, 2.0], [], best_epoch=1)
    assert sorted(labels(ax)) == ["kept", "training"]


def test_losses_that_reach_zero_have_a_linear_axis():
    assert plots.loss_curves([1.0, 0.0]).get_yscale() == "linear"


def test_loss_curves_refuse():
    with pytest.raises(ValueError, match="`train` should hold one loss an epoch but is empty"):
        plots.loss_curves([])
    with pytest.raises(ValueError, match=r"`best_epoch` should be within 0\.\.1 but is 2"):
        plots.loss_curves([2.0, 1.0], best_epoch=2)


def test_forecast_starts_where_the_past_ends():
    series = np.arange(10.0)
    ax = plots.forecast(
        series, series[7:] + 0.5, split=7, baseline=series[6:-1], xlabel="day", ylabel="price"
    )
    drawn = {tuple(line.get_xdata()): line for line in ax.lines if len(line.get_xdata()) == 3}
    assert drawn.keys() == {(7, 8, 9)}
    assert {"measured", "forecast", "baseline"} <= set(labels(ax))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("day", "price")


@pytest.mark.parametrize("name", ["forecast", "baseline"])
def test_a_forecast_of_the_wrong_length(name):
    given = {"prediction": np.ones(3), "baseline": np.ones(3)}
    given["prediction" if name == "forecast" else name] = np.ones(4)
    message = rf"`{name}` should cover series\[7:\], which has shape \(3,\), but has shape \(4,\)"
    with pytest.raises(ValueError, match=message):
        plots.forecast(np.arange(10.0), split=7, **given)


def test_scores_stand_in_the_order_given():
    values = {"LSTM": (0.8, 0.7, 0.9), "GRU": (0.6, 0.5, 0.7)}
    ax = plots.scores(values, baseline=("majority", 0.55), xlabel="accuracy")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["LSTM", "GRU"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first model stands on top"
    assert labels(ax) == ["majority"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(dot.get_xdata()[0], dot.get_ydata()[0]) for dot in dots] == [(0.8, 0), (0.6, 1)]


def test_scores_refuse():
    with pytest.raises(ValueError, match=r"`values` should map each model to \(centre, low, high\)"):
        plots.scores({})
    with pytest.raises(ValueError, match=r"'LSTM' needs low <= centre <= high but has 0.7, 0.6, 0.9"):
        plots.scores({"LSTM": (0.6, 0.7, 0.9)})


def tile_colours(ax):
    (tiles,) = ax.collections
    ax.figure.draw_without_rendering()
    return tiles.get_facecolors()


def test_a_heatmap_shows_size_as_strength_and_sign_as_hue():
    paper, half, full, below = tile_colours(plots.heatmap([[0.0, 1.0], [2.0, -2.0]]))
    assert paper[3] == 0
    assert half[3] == pytest.approx(0.5, abs=0.03)
    assert full[3] == below[3] == 1
    assert mpl.colors.to_hex(full) == COLOURS["positive"]
    assert mpl.colors.to_hex(below) == COLOURS["negative"]


def test_a_heatmap_follows_the_theme_and_shows_no_seams():
    text = plots.figure_svg(plots.heatmap([[0.5, -1.0]]).figure)
    assert f"fill: var(--le-negative, {COLOURS['negative']})" in text
    assert text.count('shape-rendering="crispEdges"') == 2  # tiles and colour bar


def test_a_large_heatmap_becomes_an_image():
    large = plots.figure_svg(plots.heatmap(np.eye(60)).figure)
    assert "<image" in large
    assert len(large) < 60_000


def test_a_heatmap_of_zeros():
    assert np.all(tile_colours(plots.heatmap(np.zeros((2, 2))))[:, 3] == 0)


def test_heatmap_refuses():
    with pytest.raises(ValueError, match=r"`matrix` should have shape \(R, C\) but has shape \(3,\)"):
        plots.heatmap(np.ones(3))
    with pytest.raises(ValueError, match=r"`limit` should be positive but is 0"):
        plots.heatmap(np.ones((2, 2)), limit=0)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.gate_traces(ax, f=[0.1, 0.2]),
        lambda ax: plots.loss_curves([2.0, 1.0], ax=ax),
        lambda ax: plots.forecast([1.0, 2.0], [2.0], split=1, ax=ax),
        lambda ax: plots.scores({"a": (1, 0, 2)}, ax=ax),
        lambda ax: plots.heatmap([[1.0]], ax=ax),
    ],
    ids=["gate_traces", "loss_curves", "forecast", "scores", "heatmap"],
)
def test_drawings_use_the_axes_they_are_given(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert len(plt.get_fignums()) == 1


def test_png_is_on_white_paper():
    png = plots.figure_png(some_figure())
    assert png.startswith(b"\x89PNG")
    pixels = plt.imread(BytesIO(png))
    np.testing.assert_array_equal(pixels[0, 0], [1, 1, 1, 1])
    assert hashlib.sha256(png).hexdigest() == hashlib.sha256(plots.figure_png(some_figure())).hexdigest()
