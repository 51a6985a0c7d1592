"""A sentence with bars: one bar a word, its direction the sign, and lines that hold what they promise."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lstm_edu import plots
from lstm_edu.plots.words import BAR, LINE

TOKENS = ["it", "is", "n't", "bad", "$", "."]
VALUES = np.array([0.0, 0.1, 2.0, -1.0, 0.5, -4.0])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def bars(ax):
    return [patch.get_bbox() for patch in ax.patches]


def test_each_word_stands_there_in_order_with_its_bar():
    ax = plots.words(TOKENS, VALUES)
    assert [text.get_text() for text in ax.texts] == TOKENS
    places = [text.get_position()[0] for text in ax.texts]
    assert places == sorted(places)
    assert [box.x0 for box in bars(ax)] == places
    heights = [box.height for box in bars(ax)]
    np.testing.assert_allclose(heights, BAR * np.abs(VALUES) / 4)


def test_the_direction_is_the_sign():
    ax = plots.words(TOKENS, VALUES)
    for value, box, text in zip(VALUES, bars(ax), ax.texts, strict=True):
        y = text.get_position()[1]
        assert (box.y0 > y) == (value > 0)
    colours = {patch.get_facecolor() for patch in ax.patches}
    assert len(colours) == 2


def test_beyond_the_limit_a_bar_grows_no_more():
    heights = [box.height for box in bars(plots.words(TOKENS, VALUES, limit=1.0))]
    np.testing.assert_allclose(heights, BAR * np.minimum(np.abs(VALUES), 1))


def test_nothing_at_all_draws_no_bar():
    assert {box.height for box in bars(plots.words(["a", "b"], np.zeros(2)))} == {0}


def test_a_full_line_goes_on_below():
    ax = plots.words(["tremendously"] * 9, np.ones(9), width=200)
    lines = {text.get_position()[1] for text in ax.texts}
    assert lines == {-LINE * row for row in range(len(lines))}
    assert len(lines) > 1
    ends = [box.x1 for box in bars(ax)]
    assert max(ends) <= 200


def test_words_do_not_touch():
    ax = plots.words(TOKENS, VALUES)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))


def test_room_for_lines_makes_figures_of_one_size():
    sizes = {plots.words(TOKENS[:n], VALUES[:n], lines=3).figure.get_size_inches()[1] for n in (2, 6)}
    limits = {plots.words(TOKENS[:n], VALUES[:n], lines=3).get_ylim() for n in (2, 6)}
    assert len(sizes) == len(limits) == 1


def test_it_draws_where_it_is_told():
    ax = plt.subplots()[1]
    assert plots.words(TOKENS, VALUES, ax=ax) is ax


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": VALUES[:3]}, r"one finite number for each of the 6 words, shape \(6,\).* shape \(3,\)"),
        ({"values": VALUES * np.nan}, "one finite number"),
        ({"tokens": [], "values": []}, "at least one"),
        ({"limit": 0.0}, "`limit` should be positive but is 0.0"),
        ({"width": 30, "lines": 2}, r"These 6 words need \d+ lines but `lines` is 2"),
    ],
)
def test_what_does_not_fit_is_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.words(**{"tokens": TOKENS, "values": VALUES} | arguments)
