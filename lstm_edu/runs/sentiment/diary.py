"""What each epoch of a training cost and gave, kept beside its checkpoint."""

import json
import time


class Diary:
    """A function for the ``report`` of ``fit`` that writes a line of JSON after every epoch.

    Parameters
    ----------
    path : Path
        Of the file; an interrupted training goes on in it.
    judge : callable, default=None
        Gives a dict of what else is to be written.
    """

    def __init__(self, path, judge=None):
        self.path, self.judge, self.before = path, judge, time.process_time()

    def __call__(self, news):
        """Write what ``fit`` reports, what ``judge`` finds, and the processor seconds of the epoch."""
        seconds = time.process_time() - self.before
        found = self.judge() if self.judge else {}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(news | found | {"seconds": seconds}) + "\n")
        self.before = time.process_time()

    def read(self, name):
        """Return one entry of every line."""
        if not self.path.exists():
            return []
        return [json.loads(line)[name] for line in self.path.read_text(encoding="utf-8").splitlines()]
