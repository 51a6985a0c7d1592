"""Execute the pages that changed, in parallel, into the cache that the book is built from.

A page is run again when its code cells, the package, its records or the pinned
versions change; not when only its prose does. A page fails when a cell raises
or writes to standard error: a warning is a defect, not decoration.
"""

import json
import multiprocessing
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

import nbformat
import psutil
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from pages import BUILD, CACHE, EXECUTED, ROOT, package_digest, pages

TIMEOUT = 600  # seconds for one cell; a page's budget is 60 seconds in all
TABLE = BUILD / "execution.json"
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class PageError(RuntimeError):
    """A page raised, or wrote to standard error."""


def docname(page):
    return page.relative_to(ROOT).with_suffix("").as_posix()


def read(page):
    return read_myst_markdown_notebook(page.read_text(encoding="utf-8"), path=page)


def peak_memory(pid):
    """Return the peak resident memory of a process in MiB (where the system tells: Linux, Windows)."""
    process = psutil.Process(pid)
    status = f"/proc/{pid}/status"
    if os.path.exists(status):
        with open(status) as lines:
            peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return peak / 1024
    memory = process.memory_info()
    return getattr(memory, "peak_wset", memory.rss) / 2**20


def strip_widgets(notebook):
    """Leave out the live views: they need the kernel that is about to end."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def execute(page, notebook):
    """Run one page in a kernel of its own; return the notebook, seconds and peak MiB."""
    peak = 0.0

    def measure(**_):
        nonlocal peak
        peak = peak_memory(client.km.provisioner.pid)

    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # a kernel on this machine talks to nobody else
        record_timing=False,  # the cache knows a page by its cells and their metadata
        resources={"metadata": {"path": str(page.parent)}},
        on_cell_executed=measure,
    )
    start = time.perf_counter()
    try:
        client.execute(env={**os.environ, **THREADS})
    except (CellExecutionError, DeadKernelError, TimeoutError) as error:
        raise PageError(str(error)) from None
    seconds = time.perf_counter() - start
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise PageError(f"a cell wrote to standard error:\n{cell.source}\n\n{output.text}")
    strip_widgets(notebook)
    return notebook, seconds, peak


def open_cache():
    """Return the cache, emptied if the package behind the pages has changed."""
    behind = package_digest()
    stamp = CACHE / "package-digest"
    if not (stamp.exists() and stamp.read_text() == behind):
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(parents=True)
        stamp.write_text(behind)
        TABLE.unlink(missing_ok=True)
    return get_cache(str(CACHE))


def run_changed(cache, notebooks):
    """Execute what the cache does not hold; return a list of (page, error)."""
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    changed = {}
    for page, notebook in notebooks.items():
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            changed[page] = notebook
    print(f"{len(changed)} of {len(notebooks)} pages to execute", flush=True)
    failures = []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=spawn) as pool:
        jobs = {pool.submit(execute, page, read(page)): page for page in changed}
        for done, job in enumerate(as_completed(jobs), 1):
            page = jobs[job]
            progress = f"[{done}/{len(jobs)}] {docname(page)}"
            try:
                executed, seconds, mib = job.result()
            except PageError as error:
                failures.append((page, error))
                print(f"{progress} FAILED", flush=True)
                continue
            bundle = CacheBundleIn(executed, str(page), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, overwrite=True)
            table[docname(page)] = {"seconds": round(seconds, 1), "peak MiB": round(mib)}
            TABLE.write_text(json.dumps(table, indent=1))
            print(f"{progress} {seconds:.1f} s, {mib:.0f} MiB", flush=True)
    return failures


def export(cache, notebooks):
    """Write the executed notebooks: the reference for the second run, and what Colab opens."""
    shutil.rmtree(EXECUTED, ignore_errors=True)
    for page, notebook in notebooks.items():
        _, merged = cache.merge_match_into_notebook(notebook)
        target = EXECUTED / f"{docname(page)}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(merged, target)


def main():
    notebooks = {page: read(page) for page in pages() if "{code-cell}" in page.read_text(encoding="utf-8")}
    cache = open_cache()
    failures = run_changed(cache, notebooks)
    for page, error in failures:
        print(f"\n{docname(page)}\n{'-' * len(docname(page))}\n{error}", file=sys.stderr)
    if failures:
        sys.exit(f"{len(failures)} page(s) failed; nothing of them was kept.")
    export(cache, notebooks)


if __name__ == "__main__":
    main()
