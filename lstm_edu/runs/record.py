"""A record: what was run, with what and on what, and every repetition of it."""

import json
import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

import lstm_edu
from lstm_edu.numpy.weights import write

FOLDER = Path(lstm_edu.__file__).parent.parent / "book" / "results"
REPOSITORY = "https://raw.githubusercontent.com/lstm-edu/lstm-edu/main/book/results"


class Record:
    """The runs of one command, in a JSON file that is complete after every run.

    An interrupted command takes its record up where it stopped. What was run under other settings,
    with other versions or on another machine does not mix: the record refuses it.

    Parameters
    ----------
    path : str or Path
        Of the JSON file; it may exist, its folder has to.
    settings : dict
        All that decides a run, beside its key.
    keys : tuple of str
        Names of the entries by which one run differs from another.
    command : str
        Which writes this record.

    Attributes
    ----------
    runs : list of dict
        In the order in which they were added.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    ValueError
        If the file is no record, or one that was begun differently; the message says in what.
    """

    def __init__(self, path, *, settings, keys, command):
        self.path, self.keys = Path(path), keys
        if not self.path.parent.is_dir():
            raise FileNotFoundError(f"The folder {self.path.parent} does not exist. Create it first.")
        self.head = {
            "command": command,
            "settings": settings,
            "versions": versions(),
            "hardware": hardware(),
        }
        self.runs = self._taken_up() if self.path.exists() else []

    def __contains__(self, key):
        return key in {tuple(run[name] for name in self.keys) for run in self.runs}

    def complete(self, wanted, train, *, progress=True):
        """Call ``train(*key)`` for every key that is still missing, and add the run that it returns.

        Parameters
        ----------
        wanted : list of tuple
            Keys, in the order of ``keys``.
        train : callable
        progress : bool, default=True
            Show a bar, on standard error.
        """
        from tqdm import tqdm

        with tqdm(wanted, unit="run", disable=not progress) as bar:
            for key in bar:
                bar.set_postfix_str(", ".join(map(str, key)))
                if key not in self:
                    self.add(train(*key))

    def add(self, run):
        """Append a run, a dict, and write the file: at once or not at all."""
        self.runs.append(run)
        head = self.head | {"date": date.today().isoformat()}
        lines = ",\n".join(f"  {json.dumps(run, allow_nan=False)}" for run in self.runs)
        body = "".join(f" {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items())
        write(self.path, f'{{\n{body} "runs": [\n{lines}\n ]\n}}\n'.encode())

    def _taken_up(self):
        record = read_record(self.path)
        for name in ("settings", "versions", "hardware"):
            if record[name] != json.loads(json.dumps(self.head[name])):
                raise ValueError(
                    f"{self.path} was begun with other {name}: {record[name]} instead of {self.head[name]}. "
                    "Move it away to start anew."
                )
        return record["runs"]


def load_record(name):
    """Return the record of this name that comes with the book, as ``read_record`` does.

    It lies in ``book/results`` of a checkout; an installed package asks the book's repository for it.

    Parameters
    ----------
    name : str
        ``"long_range"``, for example.

    Raises
    ------
    FileNotFoundError
        If it is in neither place; the message says which were tried.
    """
    path = FOLDER / f"{name}.json"
    if path.exists():
        return read_record(path)
    url = f"{REPOSITORY}/{name}.json"
    try:
        with urlopen(url, timeout=30) as answer:
            return parsed(answer.read(), url)
    except URLError as error:
        raise FileNotFoundError(
            f"There is no record {path}, and {url} did not answer ({error.reason}). "
            "`lstm-edu run --help` and `lstm-edu bench --help` list what writes records."
        ) from error


def read_record(path):
    """Return what a record holds: command, settings, versions, hardware, date and runs.

    Raises
    ------
    ValueError
        If the file is not a record.
    """
    return parsed(Path(path).read_bytes(), path)


def parsed(content, source):
    """Return the record in ``content``, or raise ``ValueError``, naming its source."""
    try:
        record = json.loads(content)
    except ValueError as error:
        raise ValueError(f"{source} is not a record: {error}.") from error
    missing = {"command", "settings", "versions", "hardware", "date", "runs"} - set(record)
    if missing:
        raise ValueError(f"{source} is not a record: {', '.join(sorted(missing))} is missing.")
    return record


def versions():
    """Return the versions that may change a number."""
    return {
        "lstm_edu": lstm_edu.__version__,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "torch": version("torch"),
    }


def hardware():
    """Return what the machine calls itself: processor and number of cores."""
    return {"processor": processor(), "cores": os.cpu_count()}


def processor(cpuinfo="/proc/cpuinfo"):
    """Return the name of the processor; Linux tells it in a file, other systems directly."""
    if os.path.exists(cpuinfo):
        with open(cpuinfo, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def rounded(value, digits=3):
    """Return numbers with so many significant digits, nested as they came; not finite becomes ``None``."""
    if isinstance(value, dict):
        return {name: rounded(part, digits) for name, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(part, digits) for part in value]
    number = float(value)
    return float(f"{number:.{digits}g}") if np.isfinite(number) else None
