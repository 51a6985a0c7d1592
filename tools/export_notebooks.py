"""Write the executed notebooks for Colab: each first installs the package if it runs there.

Usage: export_notebooks.py FOLDER
"""

import sys
from pathlib import Path

import nbformat
import yaml
from pages import EXECUTED, ROOT

INSTALL = """\
# Only in Colab: fetch the package this page is built on.
import sys

if "google.colab" in sys.modules:
    %pip install -q "lstm-edu[all] @ git+{repository}" "myst-nb>=1.1,<2"
"""


def main():
    folder = Path(sys.argv[1])
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    for source in sorted(EXECUTED.rglob("*.ipynb")):
        notebook = nbformat.read(source, as_version=4)
        install = nbformat.v4.new_code_cell(INSTALL.format(repository=config["repository"]["url"]))
        notebook.cells.insert(0, install)
        target = folder / source.relative_to(EXECUTED)
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)


if __name__ == "__main__":
    main()
