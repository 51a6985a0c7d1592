"""Who may import whom, and the few rules that hold in every file of the package."""

import ast
import inspect
import sys
from pathlib import Path

import pytest

from lstm_edu import numpy as lnp
from lstm_edu import torch as lth

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lstm_edu"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 260  # lines
BANNED = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "misc"}

# Part of the package: what it may import anywhere, and what only inside a function. Python's own is free.
MAY_IMPORT = {
    "__init__": ("", ""),
    "shapes": ("", ""),
    "notebook": ("", "IPython pygments"),
    "numpy": ("numpy lstm_edu.shapes lstm_edu.numpy", "tqdm safetensors"),
    "torch": ("torch numpy lstm_edu.shapes lstm_edu.torch", "tqdm safetensors"),
    "torch/triton_kernels": ("triton", ""),  # and is itself imported inside functions only
    "data": ("numpy lstm_edu.data", "pandas pooch sklearn statsmodels scipy arch gensim talib"),
    "plots": ("numpy matplotlib cycler lstm_edu.plots", "IPython ipywidgets"),
    "coursework": ("numpy lstm_edu.shapes lstm_edu.numpy lstm_edu.coursework", "torch lstm_edu.torch"),
    "runs": (
        "numpy torch lstm_edu lstm_edu.numpy lstm_edu.torch lstm_edu.data lstm_edu.runs",
        "tqdm sklearn scipy",
    ),
    "bench": (
        "numpy torch lstm_edu.numpy lstm_edu.torch lstm_edu.data lstm_edu.runs.record lstm_edu.bench",
        "jax keras onnx onnxruntime",
    ),
    "cli": ("typer", "lstm_edu.runs lstm_edu.bench lstm_edu.coursework"),
}


def imports(tree):
    """Yield ``(module, line, inside)`` for each import; inside: in the body of a function."""
    within = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names = [f"lstm_edu.{a.name}" for a in node.names] if module == "lstm_edu" else [module]
        else:
            continue
        yield from ((name, node.lineno, id(node) in within) for name in names)


def forbidden(part, source):
    """List the imports that the table does not allow to a file of this part."""
    anywhere, inside_only = (allowed.split() for allowed in MAY_IMPORT[part])
    found = []
    for name, line, inside in imports(ast.parse(source)):
        allowed = anywhere + inside_only if inside else anywhere
        fits = any(name == module or name.startswith(f"{module}.") for module in allowed)
        if not fits and name.partition(".")[0] not in sys.stdlib_module_names:
            found.append(f"line {line}: {name}")
    return found


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_imports_only_what_its_part_may(path):
    place = path.relative_to(PACKAGE).with_suffix("").as_posix()
    part = place if place in MAY_IMPORT else place.partition("/")[0]
    assert part in MAY_IMPORT, f"{named(path)}: say in MAY_IMPORT what it may import"
    assert forbidden(part, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("torch", "from lstm_edu.numpy.lstm import LSTMCell"),
        ("torch", "from lstm_edu import numpy as lnp"),
        ("numpy", "def f():\n    import torch"),
        ("numpy", "import tqdm"),
        ("numpy", "try:\n    import tqdm\nexcept ImportError:\n    tqdm = None"),
        ("numpy", "from . import cell"),
        ("numpy", "import numpydoc"),
        ("data", "import pandas as pd"),
        ("data", "def f():\n    from lstm_edu.numpy import LSTMCell"),
        ("plots", "from lstm_edu.data import windows"),
        ("coursework", "class A:\n    import torch"),
        ("shapes", "import numpy as np"),
    ],
)
def test_an_import_upwards_is_found(part, source):
    assert len(forbidden(part, source)) == 1


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("numpy", "def f():\n    from tqdm.auto import tqdm"),
        ("torch", "import torch.nn.functional as F"),
        ("data", "class A:\n    def f(self):\n        import pandas"),
        ("shapes", "from numbers import Integral"),
    ],
)
def test_an_import_downwards_is_fine(part, source):
    assert forbidden(part, source) == []


def test_the_package_itself_imports_nothing():
    assert list(imports(ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_explains_itself_and_stays_short(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "a file says in its first line what it is about"
    assert len(source.splitlines()) <= LONGEST
    asserts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    assert asserts == [], "an assert vanishes under python -O: raise an error that says what to do"


def test_no_file_is_named_after_nothing():
    files = [path for folder in ("lstm_edu", "tests", "tools") for path in (ROOT / folder).rglob("*.py")]
    vague = [named(path) for path in files if BANNED & set(path.stem.lower().split("_"))]
    assert vague == []


@pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])
def test_every_public_name_is_documented(half):
    assert half.__doc__
    for name in half.__all__:
        public = getattr(half, name)
        assert inspect.getdoc(public), name
        assert public.__module__.startswith(half.__name__), f"{name} comes from somewhere else"
        if inspect.isclass(public) and not issubclass(public, tuple):
            methods = {key: value for key, value in vars(public).items() if inspect.isfunction(value)}
            silent = [key for key, value in methods.items() if key[0] != "_" and not value.__doc__]
            assert silent == [], f"{name}: {silent}"


@pytest.mark.parametrize("half", [lnp, lth], ids=["numpy", "torch"])
def test_every_imported_public_name_is_listed(half):
    found = {name for name, value in vars(half).items() if not (name[0] == "_" or inspect.ismodule(value))}
    assert found == set(half.__all__)
