"""Create .venv and install the package with everything that building and testing need.

Standard library only: this is the first thing that runs on a fresh machine.
A stamp, written last, records what was installed; an interrupted installation
leaves none and is taken up again by the next call.

Environment
-----------
TORCH_INDEX
    Package index asked for PyTorch beside the default one. Unset: PyTorch's
    CPU wheels. Empty: the default index alone (on Linux that build brings CUDA).
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
OLDEST, TOO_NEW = (3, 11), (3, 14)


def wanted():
    """Return a digest of everything that decides what is installed."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {os.environ.get('TORCH_INDEX')}".encode())
    for name in "pyproject.toml", "constraints.txt":
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def pip(*arguments):
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(
            f"\nInstallation stopped at: pip {' '.join(arguments)}\n"
            "Its own message stands above. Once that is mended, run the same command again."
        )


def main():
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        sys.exit(
            f"Python 3.11, 3.12 or 3.13 is needed, this is {sys.version.split()[0]}. "
            "Name another one with `make PYTHON=python3.11 …`."
        )
    if STAMP.exists() and STAMP.read_text() == wanted():
        return
    print("Installing into .venv (about 3 GB, a few minutes the first time)", flush=True)
    STAMP.unlink(missing_ok=True)
    try:
        venv.create(VENV, with_pip=True, clear=not PYTHON.exists())
    except subprocess.CalledProcessError:
        sys.exit(
            "Python could not create a virtual environment. "
            "On Debian and Ubuntu its parts come with `apt-get install python3-venv`."
        )
    index = os.environ.get("TORCH_INDEX", CPU_WHEELS)
    extra = ["--extra-index-url", index] if index else []
    # Alone, so that only PyTorch is looked for there; what it needs comes with the rest.
    pip("install", "--progress-bar=on", "--no-deps", "torch", "-c", "constraints.txt", *extra)
    pip("install", "--progress-bar=on", "-e", ".[test]", "-c", "constraints.txt")
    STAMP.write_text(wanted())


if __name__ == "__main__":
    main()
