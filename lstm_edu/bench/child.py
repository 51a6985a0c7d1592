"""One measurement in a process of its own: `python -m lstm_edu.bench.child` reads a job, answers in JSON.

A fresh process per measurement keeps one library's threads, caches and memory from the next, and lets
the number of threads be set before any of them starts.
"""

import json
import os
import sys
from importlib import import_module

JOBS = {
    "contest": "lstm_edu.bench.contest",
    "ladder": "lstm_edu.bench.ladder_suite",
    "memory": "lstm_edu.bench.memory",
    "precision": "lstm_edu.bench.precision",
    "scaling": "lstm_edu.bench.scaling",
}


def main():
    """Answer on what was standard output; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    job = json.loads(sys.stdin.readline())

    def say(thing):
        print(json.dumps(thing), file=answers, flush=True)

    threads = job.pop("threads")
    if threads:
        import torch

        torch.set_num_threads(threads)
        if threads == 1 and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    measure = import_module(JOBS[job.pop("job")]).measure
    say({"result": measure(**job, say=say, wait=sys.stdin.readline)})


if __name__ == "__main__":
    main()
