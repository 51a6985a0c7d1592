"""A file comes from the first place that has it, and only if it is the file that was meant."""

import hashlib
import logging
import lzma
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pooch
import pytest
import requests

from lstm_edu.data import DamagedFileError, load_text
from lstm_edu.data.fetch import SOURCES, Source, fetch

CONTENT = b"to be\nor not to be\n" * 5000
COMPRESSED = lzma.compress(CONTENT)


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setattr(pooch, "os_cache", lambda project: folder / project)
    return folder / "lstm_edu"


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """The folder LSTM_EDU_DATA with a copy of the play in it."""
    folder = tmp_path / "mirror"
    (folder / "text").mkdir(parents=True)
    (folder / "text/play.txt.xz").write_bytes(COMPRESSED)
    monkeypatch.setenv("LSTM_EDU_DATA", str(folder))
    return folder


@pytest.fixture
def site(tmp_path):
    """A web server on this machine, the only network of these tests: its folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "play.txt").write_bytes(CONTENT)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer((r"127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def play(monkeypatch, site, cache):
    """A data set that only these tests know; without ``mirror``, the variable is not set."""
    monkeypatch.delenv("LSTM_EDU_DATA", raising=False)
    source = Source(f"{site[1]}/play.txt", sha256(CONTENT), "text/play.txt.xz", sha256(COMPRESSED), "free")
    monkeypatch.setitem(SOURCES, "play", source)
    return source


@pytest.fixture
def no_network(monkeypatch):
    def refuse(self, url, *args, **kwargs):
        raise requests.exceptions.ConnectionError("no route to host")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", refuse)


def files_under(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# The order of places


def test_the_folder_comes_first(play, mirror, cache, no_network):
    assert fetch("play") == mirror / "text/play.txt.xz"
    text = load_text("play")
    assert text == (CONTENT.decode(), play.url, "free")
    assert files_under(cache) == []


def test_the_cache_comes_second(mirror, cache, no_network):
    (mirror / "text/play.txt.xz").unlink()
    cache.mkdir(parents=True)
    (cache / "play.txt").write_bytes(CONTENT)
    assert fetch("play") == cache / "play.txt"
    assert load_text("play").text == CONTENT.decode()


def test_the_source_comes_third_and_only_once(site, cache):
    assert load_text("play").text == CONTENT.decode()
    assert files_under(cache) == ["play.txt"]
    (site[0] / "play.txt").unlink()
    assert load_text("play").text == CONTENT.decode()  # from the cache


def test_a_download_is_silent_and_leaves_the_log_as_it_was(monkeypatch):
    notices, recorder, log = [], logging.Handler(), pooch.get_logger()
    recorder.emit = notices.append
    monkeypatch.setattr(log, "handlers", [recorder])
    log.setLevel("INFO")
    load_text("play")
    assert notices == []
    assert log.level == logging.INFO  # as pooch has it


def test_pooch_is_not_needed_where_the_folder_has_the_file(mirror, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert load_text("play").text == CONTENT.decode()


# Copies that are wrong


@pytest.mark.parametrize(
    "wrong",
    [COMPRESSED[:-1], COMPRESSED[:100], b"", lzma.compress(CONTENT + b"!"), CONTENT],
    ids=["a byte short", "truncated", "empty", "other content", "not compressed"],
)
def test_a_damaged_copy_in_the_folder_is_refused_by_name(mirror, cache, play, wrong):
    copy = mirror / "text/play.txt.xz"
    copy.write_bytes(wrong)
    with pytest.raises(DamagedFileError, match="is damaged or another file") as error:
        load_text("play")
    for part in (str(copy), sha256(wrong), sha256(COMPRESSED), play.url, "It was not used"):
        assert part in str(error.value)
    assert copy.read_bytes() == wrong
    assert files_under(cache) == []  # and nothing took its place


@pytest.mark.parametrize("wrong", [CONTENT[:-1], b"", CONTENT.replace(b"be", b"bee")])
def test_a_damaged_copy_in_the_cache_is_refused_by_name(cache, wrong, no_network):
    cache.mkdir(parents=True)
    (cache / "play.txt").write_bytes(wrong)
    with pytest.raises(DamagedFileError, match="Delete it") as error:
        load_text("play")
    for part in (str(cache / "play.txt"), sha256(wrong), sha256(CONTENT)):
        assert part in str(error.value)


@pytest.mark.parametrize("wrong", [CONTENT[:-1], b"<html>Please log in</html>", b""])
def test_a_wrong_download_is_refused_and_leaves_nothing(site, cache, wrong):
    (site[0] / "play.txt").write_bytes(wrong)
    with pytest.raises(DamagedFileError, match=r"play\.txt sent is another file") as error:
        load_text("play")
    for part in (sha256(wrong), sha256(CONTENT)):
        assert part in str(error.value)
    assert files_under(cache) == []


def test_a_download_that_breaks_off_leaves_nothing(cache, monkeypatch):
    def break_off(self, url, output_file, *args, **kwargs):
        with open(output_file, "wb") as half:
            half.write(CONTENT[:1000])
        raise requests.exceptions.ChunkedEncodingError("connection broken")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", break_off)
    with pytest.raises(FileNotFoundError, match="ChunkedEncodingError: connection broken"):
        load_text("play")
    assert files_under(cache) == []


# Nothing anywhere


def test_no_network_and_no_copy_says_what_where_and_how(play, cache, no_network):
    with pytest.raises(FileNotFoundError) as error:
        load_text("play")
    message = str(error.value)
    assert message.startswith("play.txt was not found.")
    assert "in LSTM_EDU_DATA: nowhere, the variable is not set" in message
    assert f"in the cache:     {cache / 'play.txt'}" in message
    assert f"at the source:    {play.url}, ConnectionError: no route to host" in message
    assert f"or download it elsewhere and copy it to {cache / 'play.txt'}." in message
    assert files_under(cache) == []


def test_a_folder_without_the_file_is_named(mirror, no_network):
    (mirror / "text/play.txt.xz").unlink()
    with pytest.raises(FileNotFoundError, match=str(mirror / "text/play.txt.xz")):
        load_text("play")


def test_a_page_that_is_gone(site, cache):
    (site[0] / "play.txt").unlink()
    with pytest.raises(FileNotFoundError, match="HTTPError: 404"):
        load_text("play")
    assert files_under(cache) == []


def test_a_variable_that_names_no_folder(mirror, monkeypatch):
    monkeypatch.setenv("LSTM_EDU_DATA", str(mirror / "typo"))
    with pytest.raises(FileNotFoundError, match=r"LSTM_EDU_DATA is .*typo', which is no folder. Correct"):
        load_text("play")


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(
        ValueError, match="`name` should be one of 'tinyshakespeare', 'names', 'play' but is 'b"
    ):
        load_text("bible")
