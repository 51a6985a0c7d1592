"""Where the files of a data set are looked for, and how a wrong copy is refused."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from lstm_edu.data.extra import data_extra


class Source(NamedTuple):
    """One file: where it lives, and what exactly it is."""

    url: str  # canonical
    sha256: str
    mirror: str  # name in the folder LSTM_EDU_DATA
    mirror_sha256: str
    terms: str


SOURCES = {
    "tinyshakespeare": Source(
        url="https://raw.githubusercontent.com/karpathy/char-rnn/"
        "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        mirror="text/tinyshakespeare_input.txt.xz",
        mirror_sha256="d2476529549e2da7ec5dd2530f028856808ec42fec335c232268c9c6af463bc6",
        terms="text in the public domain",
    ),
    "names": Source(
        url="https://raw.githubusercontent.com/karpathy/makemore/"
        "988aa59e4d8fefa526d06f3b453ad116258398d4/names.txt",
        sha256="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
        mirror="text/names.txt.xz",
        mirror_sha256="24852952fc8b8560b30794853f7a731e581939df3c49a7d4f719afebc00a58d1",
        terms="repository under the MIT licence; names from US Social Security data",
    ),
}


class DamagedFileError(ValueError):
    """A file is there, but it is not the one that was meant."""


def fetch(name, sources=SOURCES):
    """Return the path of a data set's file, checked by its SHA-256.

    Looks in the folder that the environment variable ``LSTM_EDU_DATA`` names (a compressed copy,
    ``.xz``), then in the user's cache, then downloads the canonical file into that cache.

    Parameters
    ----------
    name : str
        A key of ``sources``.
    sources : dict of Source, default=SOURCES
        What is known under which name.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DamagedFileError
        If a copy, or what the download brought, is another file; it is not used and nothing
        takes its place.
    FileNotFoundError
        If ``LSTM_EDU_DATA`` is no folder, or the file is in none of the three places.
    ImportError
        If pooch is needed and not installed.
    ValueError
        If there is no data set of that name.
    """
    if name not in sources:
        raise ValueError(f"`name` should be one of {', '.join(map(repr, sources))} but is {name!r}.")
    source = sources[name]
    folder = os.environ.get("LSTM_EDU_DATA")
    if folder:
        if not Path(folder).is_dir():
            raise FileNotFoundError(
                f"LSTM_EDU_DATA is {folder!r}, which is no folder. Correct the variable, or unset it."
            )
        copy = Path(folder, source.mirror)
        if copy.exists():
            return _check_sha256(copy, source.mirror_sha256, source.url)

    with data_extra():
        import pooch

    cache = Path(pooch.os_cache("lstm_edu"))
    cached = cache / f"{name}{Path(source.url).suffix}"
    if not cached.exists():
        _download(pooch, source, cached, folder)
    return _check_sha256(cached, source.sha256, source.url)


def _check_sha256(path, expected, url):
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise DamagedFileError(
            f"{path} is damaged or another file: its sha256 is {found}, expected {expected}. "
            f"It was not used. Delete it; the original is at {url}."
        )
    return path


def _download(pooch, source, cached, folder):
    """Bring the canonical file to ``cached``; pooch moves it there only once its hash is right."""
    log = pooch.get_logger()
    level = log.level
    log.setLevel("WARNING")  # it announces downloads on stderr, where a page may print nothing
    try:
        pooch.retrieve(source.url, f"sha256:{source.sha256}", fname=cached.name, path=cached.parent)
    except OSError as error:  # requests' own errors are OSErrors too
        mirror = Path(folder, source.mirror) if folder else "nowhere, the variable is not set"
        raise FileNotFoundError(
            f"{cached.name} was not found.\n"
            f"Looked for it in LSTM_EDU_DATA: {mirror}\n"
            f"              in the cache:     {cached}\n"
            f"              at the source:    {source.url}, {type(error).__name__}: {error}\n"
            f"Connect to the internet and try again, or download it elsewhere and copy it to {cached}."
        ) from error
    except ValueError as error:  # pooch: what came has another hash, and was deleted
        raise DamagedFileError(f"What {source.url} sent is another file. {error}") from error
    finally:
        log.setLevel(level)
