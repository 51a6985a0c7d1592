"""The package, the pins and the conda environment name the same dependencies."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"arch-py": "arch"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(extra=None):
    """Return {name: Requirement} of the package, or of one extra with those that it includes."""
    lines = project()["dependencies"] if extra is None else project()["optional-dependencies"][extra]
    found = {}
    for requirement in map(Requirement, lines):
        if requirement.name == "lstm-edu":
            for included in requirement.extras:
                found |= requirements(included)
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        canonicalize_name(name): version for name, version in (line.split("==") for line in lines if line)
    }


def conda():
    """Return {name: Requirement} of environment.yml, conda's part and pip's."""
    found = {}
    for line in yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]:
        for entry in line["pip"] if isinstance(line, dict) else [line]:
            if not entry.startswith("-"):
                requirement = Requirement(entry.replace("=", "==") if entry.startswith("python=") else entry)
                found[CONDA_NAMES.get(requirement.name, canonicalize_name(requirement.name))] = requirement
    return found


@pytest.mark.parametrize("extra", [None, "torch", "plots", "data", "all", "book", "test"])
def test_every_dependency_is_pinned_to_a_version_it_allows(extra):
    for name, requirement in requirements(extra).items():
        assert name in pins(), f"{name} is missing from constraints.txt"
        assert requirement.specifier.contains(pins()[name], prereleases=True), f"{name}: {pins()[name]}"


def test_the_conda_environment_names_what_the_package_needs():
    wanted = requirements() | requirements("all")
    assert wanted.keys() <= conda().keys()
    for name, requirement in wanted.items():
        assert str(conda()[name].specifier) == str(requirement.specifier), name


def test_the_conda_environment_adds_nothing_that_is_not_in_the_lists():
    allowed = requirements("book").keys() | requirements().keys() | {"python", "pip", "jupyterlab"}
    assert conda().keys() <= allowed


def test_the_binder_python_is_supported():
    supported = Requirement(f"python{project()['requires-python']}").specifier
    assert supported.contains(str(conda()["python"].specifier).lstrip("="))


def test_repo2docker_accepts_the_environment():
    command = [
        sys.executable,
        "-m",
        "repo2docker",
        "--no-build",
        "--debug",
        "--user-id",
        "1000",
        "--user-name",
        "jovyan",
        ".",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr[-2000:]
    assert "python=3.11" in result.stdout + result.stderr
    assert "postBuild" in result.stdout + result.stderr
