"""Figures that readers can move: without a kernel between frames, with one anywhere."""

import json
import re
import shutil
import sys
import warnings
from html.parser import HTMLParser

import ipywidgets
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from playwright.sync_api import sync_playwright

from lstm_edu import plots
from lstm_edu.plots import Slider, explore

LAGS = [1, 2, 5]


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_book_style()
        yield
    plt.close("all")


def draw(lag=1, scale=1.0, name="a"):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, lag], [0, scale])
    ax.set(xlim=(0, 20), ylim=(0, 5))
    return fig


class Elements(HTMLParser):
    """All elements of some HTML, in order, as (tag, attributes)."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def __call__(self, tag=None, **attributes):
        wanted = {name.replace("class_", "class"): value for name, value in attributes.items()}
        return [a for t, a in self.found if tag in (None, t) and wanted.items() <= a.items()]


def elements(figure):
    return Elements(figure.html)


def test_one_frame_for_every_value_and_one_is_shown():
    figure = explore(draw, alt=lambda lag: f"a line to {lag}", lag=Slider(LAGS, "lag", start=1))
    frames = elements(figure)("div", class_="le-frame")
    assert [frame["aria-label"] for frame in frames] == ["a line to 1", "a line to 2", "a line to 5"]
    assert ["hidden" in frame for frame in frames] == [True, False, True]
    assert all(frame["role"] == "img" for frame in frames)
    assert figure.html.count("<svg ") == 1 + len(LAGS)


def test_the_last_slider_runs_fastest():
    sliders = {"lag": Slider(LAGS, "lag", start=2), "scale": Slider([1.0, 2.5], "scale", start=1)}
    figure = explore(draw, alt=lambda lag, scale: f"{lag} {scale}", **sliders)
    frames = elements(figure)("div", class_="le-frame")
    assert [frame["aria-label"] for frame in frames] == ["1 1.0", "1 2.5", "2 1.0", "2 2.5", "5 1.0", "5 2.5"]
    assert [frame["aria-label"] for frame in frames if "hidden" not in frame] == ["5 2.5"]


def test_one_alt_text_for_all_frames_names_the_place():
    sliders = {"lag": Slider(LAGS, "lag", unit="steps"), "scale": Slider([0.5, 2.0], "scale")}
    figure = explore(draw, alt="A line", **sliders)
    assert figure.alts[1] == "A line (lag 1 steps, scale 2)"


def test_a_slider_says_what_it_does():
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag", start=1, unit="steps"))
    found = elements(figure)
    (control,) = found("input")
    (label,), (output,) = found("label"), found("output")
    assert label["for"] == output["for"] == control["id"]
    assert (control["type"], control["min"], control["max"], control["value"]) == ("range", "0", "2", "1")
    assert control["aria-valuetext"] == "2 steps"
    assert json.loads(control["data-texts"]) == ["1 steps", "2 steps", "5 steps"]
    assert ">lag</label>" in figure.html
    assert ">2 steps</output>" in figure.html


def test_only_one_place_speaks():
    found = elements(explore(draw, alt="A line", lag=Slider(LAGS, "lag")))
    assert [a["class"] for a in found() if a.get("aria-live") == "polite"] == ["le-said"]
    assert found("output")[0]["aria-live"] == "off"


def test_nothing_comes_from_elsewhere():
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    assert "http" not in figure.html.replace("http://www.w3.org/2000/svg", "")
    assert not [a for a in elements(figure)() if "src" in a]


def test_words_cannot_become_markup():
    figure = explore(draw, alt='</script><b>"', lag=Slider(LAGS, "<i>lag</i>", unit="<u>"))
    assert elements(figure)("b") + elements(figure)("i") + elements(figure)("u") == []
    assert elements(figure)("div", class_="le-frame")[0]["aria-label"].startswith('</script><b>"')


def test_equal_figures_have_names_of_their_own():
    one, other = (explore(draw, alt="Twice", lag=Slider([3, 4], "lag")) for _ in range(2))
    names = [{a["id"] for a in elements(figure)() if "id" in a} for figure in (one, other)]
    assert names[0]
    assert names[0].isdisjoint(names[1])
    for figure, mine in zip((one, other), names, strict=True):
        references = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', figure.html))
        assert {a or b for a, b in references} <= mine


def test_every_name_is_given_once():
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    names = [a["id"] for a in elements(figure)() if "id" in a]
    assert len(names) == len(set(names))


def test_letters_are_stored_once():
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    frames = figure.html.split('class="le-frame"')[1:]
    assert all("DejaVuSans" in frame for frame in frames)
    assert not any('<path id="' in frame for frame in frames)


def test_twenty_frames_weigh_less_than_half_a_megabyte():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(6, 50))

    def gates(lag):
        fig, ax = plt.subplots()
        plots.gate_traces(ax, **dict(zip("ifgoch", noise / lag, strict=True)))
        return fig

    figure = explore(gates, alt="Gates", lag=Slider(range(1, 21), "lag"))
    assert len(figure.html.encode()) < 500_000


def test_no_figure_stays_open_but_those_that_were():
    mine = plt.figure()

    def untidy(lag):
        plt.figure()
        return draw(lag)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explore(untidy, alt="A line", lag=Slider(range(30), "lag"))
    assert plt.get_fignums() == [mine.number]


def test_no_figure_stays_open_after_an_error():
    with pytest.raises(ZeroDivisionError):
        explore(lambda lag: plt.figure(figsize=(1 / lag, 1)), alt="A line", lag=Slider([1, 0], "lag"))
    with pytest.raises(TypeError):
        explore(lambda lag: plt.subplots()[1], alt="A line", lag=Slider([1, 0], "lag"))
    assert plt.get_fignums() == []


@pytest.mark.parametrize("count", [0, 4])
def test_how_many_sliders(count):
    sliders = {f"s{k}": Slider([1, 2], "s") for k in range(count)}
    with pytest.raises(ValueError, match=rf"one to 3 sliders but got {count}. Fix the other quantities"):
        explore(draw, alt="A line", **sliders)


def test_how_many_frames():
    sliders = {"lag": Slider(range(13), "lag"), "scale": Slider(range(1, 6), "scale")}
    message = r"These sliders make 13 x 5 = 65 frames; a page holds at most 64. Give a slider fewer values"
    with pytest.raises(ValueError, match=message):
        explore(draw, alt="A line", **sliders)


def test_a_slider_is_a_slider():
    with pytest.raises(
        TypeError, match=r'`lag` should be a Slider but is a list. Write lag=Slider\(values, "lag"\)'
    ):
        explore(draw, alt="A line", lag=[1, 2])


def test_draw_returns_a_figure():
    message = "`draw` should return a matplotlib Figure but returned a NoneType. End it with `return fig`"
    with pytest.raises(TypeError, match=message):
        explore(lambda lag: None, alt="A line", lag=Slider(LAGS, "lag"))


def test_frames_of_one_size():
    with pytest.raises(
        ValueError, match=r"frames differ in size: .*Let `draw` give every figure the same figsize"
    ):
        explore(lambda lag: plt.figure(figsize=(lag, 2)), alt="A box", lag=Slider([2, 3], "lag"))


@pytest.mark.parametrize("alt", ["", lambda lag: "  "])
def test_a_figure_needs_words(alt):
    with pytest.raises(
        ValueError, match=r"`alt` should say in words what the figure shows, but says nothing at"
    ):
        explore(draw, alt=alt, lag=Slider(LAGS, "lag"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], "lag"), r"at least two values to move between, but got \[1\]"),
        (([1, 2], ""), "needs a label that says what it changes"),
        (([1, 2], "lag", 2), r"`start` should be an index, 0\.\.1, but is 2"),
        (([1, 2], "lag", -1), r"`start` should be an index, 0\.\.1, but is -1"),
    ],
)
def test_a_slider_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Slider(*arguments)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1, "", "1"), (0.5, "s", "0.5 s"), (1e-5, "", "1e-05"), (True, "", "True"), ("relu", "", "relu")],
)
def test_a_value_in_words(value, unit, text):
    assert Slider([value, None], "x", unit=unit).text(value) == text


def bundle(figure):
    return figure._repr_mimebundle_()


def test_without_a_kernel_there_is_no_widget():
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    assert bundle(figure).keys() == {"text/plain", "text/html", "image/png"}
    assert bundle(figure)["text/plain"] == "Figure to move: A line (lag 1)"
    assert bundle(figure)["image/png"].startswith("iVBOR")


@pytest.fixture
def kernel(monkeypatch):
    class Shell:
        kernel = object()

    monkeypatch.setattr("IPython.get_ipython", Shell)


def test_with_a_kernel_there_is_a_widget_too(kernel):
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    view = "application/vnd.jupyter.widget-view+json"
    assert bundle(figure).keys() == {"text/plain", "text/html", "image/png", view}
    assert bundle(figure)[view] == bundle(figure)[view], "shown twice, made once"


def test_without_ipywidgets_the_frames_remain(kernel, monkeypatch):
    monkeypatch.setattr(sys.modules["lstm_edu.plots.explore"], "find_spec", lambda name: None)
    figure = explore(draw, alt="A line", lag=Slider(LAGS, "lag"))
    assert bundle(figure).keys() == {"text/plain", "text/html", "image/png"}


def test_the_widget_draws_between_the_frames():
    drawn = []

    def watched(lag, scale):
        drawn.append((lag, scale))
        return draw(lag, scale)

    sliders = {"lag": Slider([1, 10], "lag", unit="steps"), "scale": Slider([0.0, 1.0, 2.0], "scale")}
    figure = explore(watched, alt=lambda lag, scale: f"a line to {lag}, {scale}", **sliders)
    picture, lag, scale = figure._live_view().children
    assert 'aria-label="a line to 1, 0.0"' in picture.value
    before = len(drawn)
    lag.value = 7
    scale.value = 0.3
    assert drawn[before:] == [(7, 0.0), (7, 0.3)]
    assert 'aria-label="a line to 7, 0.3"' in picture.value
    assert picture.value.count("<svg ") == 1
    assert lag.description == "lag (steps)"
    assert lag.continuous_update
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 50], ipywidgets.IntSlider),
        (np.array([0.0, 0.5, 1.0]), ipywidgets.FloatSlider),
        ([1e-3, 1e-2, 1e-1], ipywidgets.FloatLogSlider),
        ([-1.0, 0.0, 5.0], ipywidgets.FloatSlider),
        ([5, 2, 3], ipywidgets.SelectionSlider),
        ([False, True], ipywidgets.SelectionSlider),
        (["tanh", "relu"], ipywidgets.SelectionSlider),
    ],
)
def test_each_kind_of_value_has_its_widget(values, kind):
    figure = explore(lambda x: draw(), alt="A line", x=Slider(values, "x", start=1))
    _, widget = figure._live_view().children
    assert type(widget) is kind
    assert widget.value == pytest.approx(values[1]) if kind is not ipywidgets.SelectionSlider else values[1]


NOTEBOOK = [
    "import matplotlib.pyplot as plt\nfrom lstm_edu import plots\nplots.use_book_style()",
    "plots.gate_traces(f=[0.5, 0.9]);",
    "def draw(lag):\n    return plots.gate_traces(f=[0, lag]).figure\n"
    'figure = plots.explore(draw, alt="f", lag=plots.Slider([1, 9], "lag"))\nfigure',
    "figure._live_view().children[1].value = 4\n'f (lag 4)' in figure._live_view().children[0].value",
    "plt.figure();",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """The outputs of a small notebook, cell by cell, run in a kernel of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in NOTEBOOK])
    folder = str(tmp_path_factory.mktemp("notebook"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    return [cell.outputs for cell in notebook.cells]


def test_a_notebook_shows_figures_as_svg_and_png(outputs):
    (output,) = outputs[1]
    assert output.data.keys() == {"image/svg+xml", "image/png", "text/plain"}
    assert "var(--le-f, " in output.data["image/svg+xml"]
    assert output.metadata["image/png"] == {"width": 624, "height": 346}


def test_a_notebook_shows_a_figure_to_move_in_every_form(outputs):
    (output,) = outputs[2]
    view = "application/vnd.jupyter.widget-view+json"
    assert output.data.keys() == {"text/html", "image/png", "text/plain", view}


def test_a_notebook_moves_it(outputs):
    (output,) = outputs[3]
    assert output.data["text/plain"] == "True"


def test_a_notebook_does_not_show_an_empty_figure(outputs):
    assert all("image/png" not in output.data for output in outputs[4])
    assert outputs[0] == []


@pytest.fixture
def shown():
    """A page in a real browser that holds two figures to move and nothing else."""
    lag, scale = Slider(LAGS, "lag", unit="steps"), Slider([1.0, 2.0], "scale", start=1)
    figures = [explore(draw, alt="A line", lag=lag, scale=scale) for _ in range(2)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_content("".join(figure.html for figure in figures))
        yield page
        browser.close()


def frame(page, number=0):
    return page.locator(".le-explore").nth(number).locator(".le-frame:visible").get_attribute("aria-label")


@pytest.mark.site
def test_keys_move_one_figure_and_nothing_jumps(shown):
    figure, controls = shown.locator(".le-explore").first, shown.locator("input")
    box = figure.bounding_box()
    controls.nth(0).focus()
    shown.keyboard.press("End")
    assert frame(shown) == "A line (lag 5 steps, scale 2)"
    assert controls.nth(0).get_attribute("aria-valuetext") == "5 steps"
    assert shown.locator("output").first.inner_text() == "5 steps"
    controls.nth(1).focus()
    shown.keyboard.press("ArrowLeft")
    assert frame(shown) == "A line (lag 5 steps, scale 1)"
    assert frame(shown, 1) == "A line (lag 1 steps, scale 2)"
    assert figure.bounding_box() == box
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.site
def test_the_figure_speaks_once_it_has_come_to_rest(shown):
    said = shown.locator(".le-said").first
    shown.locator("input").first.focus()
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("ArrowRight")
    assert said.inner_text() == ""
    shown.wait_for_function("document.querySelector('.le-said').textContent !== ''")
    assert said.inner_text() == "A line (lag 5 steps, scale 2)"
