"""Every page of the book, read as text and as executed notebook: nothing is exempt."""

import re
from pathlib import Path

import nbformat
import pytest
from pages import EXECUTED, pages

ROOT = Path(__file__).resolve().parent.parent

IDEA = [
    "The idea",
    "The equations",
    "In NumPy",
    "The gradient",
    "In PyTorch",
    "The two agree",
    "See it",
    "In practice",
    "Exercises",
    "Summary",
    "Further reading",
]
CASE = [
    "The idea",
    "Data",
    "Baseline",
    "Model",
    "Honest comparison",
    "What would fool you",
    "See it",
    "In practice",
    "Exercises",
    "Summary",
    "Further reading",
]
FRONT = ["Exercises", "Summary", "Further reading"]

ALL = pages()
TAUGHT = [page for page in ALL if page.parent.name != "reference"]
RUN = [page for page in ALL if "{code-cell}" in page.read_text(encoding="utf-8")]


def name(page):
    return page.relative_to(ROOT / "book").with_suffix("").as_posix()


def headings(text):
    """Return the second-level headings outside of code."""
    return re.findall(r"^## (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), flags=re.M)


def required(page):
    if page.parent.name == "book":
        return FRONT
    return CASE if page.parent.name == "cases" else IDEA


def executed(page):
    path = EXECUTED / page.relative_to(ROOT).with_suffix(".ipynb")
    assert path.exists(), f"{path} is missing: run `make book` first"
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("page", TAUGHT, ids=name)
def test_headings_stand_in_the_order_of_the_book(page):
    found = headings(page.read_text(encoding="utf-8"))
    if required(page) is FRONT:
        assert found[-3:] == FRONT
    else:
        assert found == required(page)


@pytest.mark.parametrize("page", TAUGHT, ids=name)
def test_a_page_opens_with_its_question(page):
    text = page.read_text(encoding="utf-8")
    after_title = re.search(r"^# .+\n\n(.+)", text, flags=re.M)[1]
    assert re.fullmatch(r"\*\*Question\.\*\* .+\?", after_title), after_title
    assert "\n**You will** " in text
    assert "\n**You need** " in text


@pytest.mark.parametrize("page", TAUGHT, ids=name)
def test_three_exercises_with_check_hint_and_hidden_solution(page):
    text = page.read_text(encoding="utf-8")
    exercises = re.findall(r"```\{exercise-start\}(.*?)```\{exercise-end\}", text, flags=re.S)
    solutions = re.findall(
        r"```\{solution-start\} (\S+)\n:class: dropdown\n(.*?)```\{solution-end\}", text, flags=re.S
    )
    labels = [re.search(r":label: (\S+)", exercise)[1] for exercise in exercises]
    assert len(exercises) >= 3
    assert [label for label, _ in solutions] == labels
    assert all("\ncheck(" in exercise for exercise in exercises)
    assert all("\ncheck(" in solution for _, solution in solutions)
    assert "\nhint(" in text


@pytest.mark.parametrize("page", RUN, ids=name)
def test_unfinished_exercises_stay_unfinished_and_solutions_pass(page):
    """As published, every attempt before a solution is "not written yet" and every solution passes."""
    exercise, verdicts = None, {"exercise": [], "solution": []}
    for cell in executed(page).cells:
        if cell.cell_type == "markdown":
            for kind, edge in re.findall(r"```\{(exercise|solution)-(start|end)\}", cell.source):
                exercise = kind if edge == "start" else None
        elif exercise and re.search(r"^check\(", cell.source, flags=re.M):
            verdicts[exercise].append(cell.outputs[-1].data["text/plain"])
    assert all("not written yet" in verdict for verdict in verdicts["exercise"]), verdicts["exercise"]
    assert all(verdict.startswith("✓") for verdict in verdicts["solution"]), verdicts["solution"]
    if page in TAUGHT:
        assert len(verdicts["exercise"]) == len(verdicts["solution"]) >= 3


@pytest.mark.parametrize("page", RUN, ids=name)
def test_every_figure_says_in_words_what_it_shows(page):
    for cell in code_cells(executed(page)):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/svg+xml" in data and "text/html" not in data:
                alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
                assert len(alt.split()) >= 5, f"no alt text for the figure of:\n{cell.source}"
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"!\[\s*\]\(", text), "an image without alt text"


@pytest.mark.parametrize("page", RUN, ids=name)
def test_a_table_made_by_code_is_read_as_a_table(page):
    """The default reader of Markdown output knows no tables: it would print the pipes."""
    for cell in code_cells(executed(page)):
        made = [output.get("data", {}).get("text/markdown", "") for output in cell.outputs]
        if any(re.search(r"^\|[ :|-]+\|$", text, flags=re.M) for text in made):
            assert cell.metadata.get("mystnb", {}).get("markdown_format") == "myst", cell.source


@pytest.mark.parametrize("page", RUN, ids=name)
def test_no_cell_hides_its_value_behind_a_semicolon(page):
    """The second run does not honour it, so the two would differ: end with plt.show()."""
    ends = [cell.source.rstrip() for cell in code_cells(executed(page))]
    assert not [source for source in ends if source.endswith(";")]


@pytest.mark.parametrize("page", RUN, ids=name)
def test_the_stored_run_is_complete(page):
    """nbval compares nothing for a cell without an execution count."""
    cells = code_cells(executed(page))
    assert cells
    assert all(cell.execution_count for cell in cells)


@pytest.mark.parametrize("page", RUN, ids=name)
def test_every_equation_number_in_code_is_an_equation_of_the_page(page):
    text = page.read_text(encoding="utf-8")
    tags = set(re.findall(r"\\tag\{(\d+)\}", text))
    shown = [
        output.data.get("text/plain", "")
        for cell in code_cells(executed(page))
        for output in cell.outputs
        if "data" in output
    ]
    comments = re.findall(
        r"#(.*)", "\n".join(re.findall(r"^```\{code-cell\}.*?^```", text, flags=re.M | re.S) + shown)
    )
    used = {number for comment in comments for number in re.findall(r"\((\d+)\)", comment)}
    assert used <= tags, f"numbered in code but not on the page: {sorted(used - tags)}"
    assert not tags or used == tags, f"on the page but in no line of code: {sorted(tags - used)}"


@pytest.mark.parametrize("page", ALL, ids=name)
def test_prose_is_plain(page):
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    banned = (
        r"\b(simply|obviously|crucial|powerful|delve|leverage|seamless(ly)?|key takeaway|in this chapter)\b"
    )
    assert not re.search(banned, prose, flags=re.I), re.search(banned, prose, flags=re.I)
    assert not re.search(r"\w!(\s|$)", prose), "an exclamation mark"
