"""Reviews are those of the data set, in one order, from whichever archive they came."""

import hashlib
import io
import sys
import tarfile
import zipfile

import numpy as np
import pooch
import pytest
import requests

from lstm_edu.data import DamagedFileError, load_reviews, load_text, reviews
from lstm_edu.data.fetch import Source

TRAIN = 'sentence\tlabel\n"so good \t1\na café , bad\t0\n'  # one with GLUE's blank at its end
DEV = "sentence\tlabel\nfine .\t1\n"
FILES = {  # not in the order of their numbers, and with what no split wants
    "aclImdb/README": "about",
    "aclImdb/train/pos/10_8.txt": "Tenth.<br />Good",
    "aclImdb/train/pos/2_9.txt": "Second",
    "aclImdb/train/neg/3_1.txt": "Café",
    "aclImdb/train/unsup/4_0.txt": "unlabelled",
    "aclImdb/train/urls_pos.txt": "http",
    "aclImdb/test/neg/0_2.txt": "Zero",
    "aclImdb/test/pos/1_7.txt": "",
}


def tar(files, kind):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{kind}") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


SST2 = {"SST-2/train.tsv": TRAIN, "SST-2/dev.tsv": DEV, "SST-2/test.tsv": "index\tsentence\n0\tno label\n"}
TURNED = SST2 | {"SST-2/train.tsv": 'sentence\tlabel\na café , bad\t0\n"so good\t1\n'}
CANONICAL = {"sst2": zipped(SST2), "imdb": tar(FILES, "gz")}
COPIES = {"sst2": tar(TURNED, "xz"), "imdb": tar(dict(reversed(FILES.items())), "xz")}
REAL = dict(reviews.SOURCES)


@pytest.fixture(autouse=True)
def sources(request, monkeypatch, tmp_path):
    """The two data sets, small; neither a copy nor a cache nor a network, until a test makes one."""
    if request.node.get_closest_marker("data"):
        return REAL
    for name, source in reviews.SOURCES.items():
        sums = (hashlib.sha256(packed[name]).hexdigest() for packed in (CANONICAL, COPIES))
        small = Source(source.url, next(sums), source.mirror, next(sums), "free")
        monkeypatch.setitem(reviews.SOURCES, name, small)
    monkeypatch.delenv("LSTM_EDU_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", sending(None))
    return reviews.SOURCES


def sending(content):
    """Return a download that brings ``content``, or fails where it is ``None``."""

    def download(self, url, output_file, *args, **kwargs):
        if content is None:
            raise requests.exceptions.ConnectionError("no route to host")
        with open(output_file, "wb") as file:
            file.write(content)

    return download


@pytest.fixture
def copies(monkeypatch, tmp_path, sources):
    """The folder LSTM_EDU_DATA with both copies in it: their paths."""
    monkeypatch.setenv("LSTM_EDU_DATA", str(tmp_path / "copies"))
    paths = {name: tmp_path / "copies" / source.mirror for name, source in sources.items()}
    for name, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(COPIES[name])
    return paths


def cached(tmp_path):
    return [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def check_both(name):
    if name == "sst2":
        train, other = load_reviews("sst2", "train"), load_reviews("sst2", "validation")
        assert train.texts == ('"so good', "a café , bad")
        assert train.labels.tolist() == [1, 0]
        assert (other.texts, other.labels.tolist()) == (("fine .",), [1])
    else:
        train, other = load_reviews("imdb", "train"), load_reviews("imdb", "test")
        assert train.texts == ("Café", "Second", "Tenth.<br />Good")
        assert train.labels.tolist() == [0, 1, 1]
        assert (other.texts, other.labels.tolist()) == (("Zero", ""), [0, 1])
    assert train.labels.dtype == np.int64
    assert (train.source, train.terms) == (reviews.SOURCES[name].url, "free")


@pytest.mark.parametrize("name", ["sst2", "imdb"])
def test_the_copy_and_the_canonical_file_give_the_same(name, copies, tmp_path, monkeypatch):
    check_both(name)
    assert cached(tmp_path) == []
    copies[name].unlink()
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", sending(CANONICAL[name]))
    check_both(name)
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", sending(None))
    check_both(name)  # from the cache


@pytest.mark.parametrize("name", ["sst2", "imdb"])
@pytest.mark.parametrize("spoil", [lambda raw: raw[:-9], lambda raw: b"", lambda raw: b"x" + raw[1:]])
def test_a_damaged_copy_is_refused_by_name(name, spoil, copies, tmp_path):
    copies[name].write_bytes(spoil(COPIES[name]))
    with pytest.raises(DamagedFileError, match="is damaged or another file") as error:
        load_reviews(name, "train")
    assert str(copies[name]) in str(error.value)
    assert cached(tmp_path) == []


@pytest.mark.parametrize("name", ["sst2", "imdb"])
def test_a_truncated_download_is_refused_and_leaves_nothing(name, tmp_path, monkeypatch):
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", sending(CANONICAL[name][:-9]))
    with pytest.raises(DamagedFileError, match="sent is another file"):
        load_reviews(name, "train")
    assert cached(tmp_path) == []


@pytest.mark.parametrize("name", ["sst2", "imdb"])
def test_a_download_that_breaks_off_leaves_nothing_and_can_be_repeated(name, tmp_path, monkeypatch):
    def break_off(self, url, output_file, *args, **kwargs):
        with open(output_file, "wb") as half:
            half.write(CANONICAL[name][:100])
        raise requests.exceptions.ChunkedEncodingError("connection broken")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", break_off)
    with pytest.raises(FileNotFoundError, match="ChunkedEncodingError: connection broken"):
        load_reviews(name, "train")
    assert cached(tmp_path) == []
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", sending(CANONICAL[name]))
    check_both(name)


@pytest.mark.parametrize(("name", "file"), [("sst2", "sst2.zip"), ("imdb", "imdb.gz")])
@pytest.mark.parametrize("spoil", [lambda raw: raw[:-9], lambda raw: b"", lambda raw: b"x" + raw[1:]])
def test_a_damaged_file_in_the_cache_is_refused_by_name(name, file, spoil, tmp_path):
    place = tmp_path / "cache" / "lstm_edu" / file
    place.parent.mkdir(parents=True)
    place.write_bytes(spoil(CANONICAL[name]))
    with pytest.raises(DamagedFileError, match=r"is damaged or another file.* Delete it") as error:
        load_reviews(name, "train")
    assert str(place) in str(error.value)


@pytest.mark.parametrize(("name", "file"), [("sst2", "sst2.zip"), ("imdb", "imdb.gz")])
def test_no_network_and_no_copy_says_what_where_and_how(name, file, sources, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        load_reviews(name, "train")
    assert str(error.value).startswith(f"{file} was not found.")
    for part in (sources[name].url, "no route to host", f"copy it to {tmp_path / 'cache/lstm_edu' / file}."):
        assert part in str(error.value)
    assert cached(tmp_path) == []


def test_without_pooch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r'`pooch` is not installed.*"lstm_edu\[data\]"'):
        load_reviews("sst2", "train")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sst", "train"), "`name` should be one of 'sst2', 'imdb' but is 'sst'"),
        (("sst2", "test"), "`split` of 'sst2' should be 'train' or 'validation' but is 'test'"),
        (("imdb", "validation"), "`split` of 'imdb' should be 'train' or 'test' but is 'validation'"),
    ],
)
def test_unknown_names_are_answered_with_the_known_ones(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_reviews(*arguments)


def test_reviews_are_no_text_to_read_by_characters():
    with pytest.raises(ValueError, match="`name` should be one of 'tinyshakespeare', 'names' but is 'sst2'"):
        load_text("sst2")


def test_the_sources_are_pinned():
    for source in REAL.values():
        assert source.url.startswith("https://")
        assert len(source.sha256) == len(source.mirror_sha256) == 64
        assert "cite" in source.terms


@pytest.mark.data
@pytest.mark.parametrize(
    ("split", "count", "good", "distinct", "first"),
    [
        ("train", 67_349, 37_569, 66_978, "$ 1.8 million charmer"),
        ("validation", 872, 444, 872, "-lrb- a -rrb- n utterly charming and hilarious film"),
    ],
)
def test_sst2_is_the_real_one(split, count, good, distinct, first):
    texts, labels, url, terms = load_reviews("sst2", split)
    assert (len(texts), labels.sum(), len(set(texts))) == (count, good, distinct)
    assert texts[0].startswith(first)
    assert list(texts) == sorted(texts)
    assert not any(text != text.strip() or "\t" in text or text == "" for text in texts)
    assert (url, terms) == (REAL["sst2"].url, REAL["sst2"].terms)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("split", "size", "distinct"), [("train", 33_132_823, 24_904), ("test", 32_350_685, 24_801)]
)
def test_imdb_is_the_real_one(split, size, distinct):
    texts, labels, _, _ = load_reviews("imdb", split)
    assert labels.tolist() == [0] * 12_500 + [1] * 12_500
    assert (sum(len(text.encode()) for text in texts), len(set(texts))) == (size, distinct)
