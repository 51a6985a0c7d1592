"""Everything that is checked: style, package, pages, a second run of every page, the built site."""

import os
import subprocess
import sys

from pages import EXECUTED, ROOT

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PARALLEL = ["-n", str(os.cpu_count()), "--dist", "loadfile"]
NBVAL = ["--nbval", "--nbval-sanitize-with", "tests/nbval.cfg", "--override-ini=filterwarnings="]
STEPS = {
    "style": [["-m", "ruff", "check", "."], ["-m", "ruff", "format", "--check", "."]],
    "the book": [["tools/build_book.py"]],
    "package, pages and site": [["-m", "pytest", *PARALLEL, "tests"]],
    "every page a second time, output for output": [["-m", "pytest", *PARALLEL, *NBVAL, str(EXECUTED)]],
}


def main():
    for title, commands in STEPS.items():
        print(f"\n== {title}", flush=True)
        for arguments in commands:
            command = [sys.executable, *arguments]
            if subprocess.run(command, cwd=ROOT, env={**os.environ, **THREADS}).returncode:
                sys.exit(f"\nFailed at: {title}")


if __name__ == "__main__":
    main()
