"""Texts about films, each with the verdict of its writer."""

import csv
import io
import re
import tarfile
import zipfile
from typing import NamedTuple

import numpy as np

from lstm_edu.data.fetch import Source, fetch

SPLITS = {"sst2": ("train", "validation"), "imdb": ("train", "test")}
SOURCES = {
    "sst2": Source(
        url="https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",
        sha256="d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
        mirror="sentiment/sst2_phrases.tar.xz",
        mirror_sha256="008217e7dd043fa05d2321609c2357dd14242659fde9060ff1ae249d2dd9a05f",
        terms="no formal licence; the authors ask users to cite Socher et al. (2013)",
    ),
    "imdb": Source(
        url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
        sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
        mirror="sentiment/aclImdb_v1_labelled.tar.xz",
        mirror_sha256="55a8c6ee9d04e99f98d80d79738b4285454a357a22238b18118117ed50a1a8ef",
        terms="no formal licence; the authors ask users to cite Maas et al. (2011); "
        "the reviews belong to their writers",
    ),
}
LABELS = {"neg": 0, "pos": 1}


class Reviews(NamedTuple):
    """What ``load_reviews`` found."""

    texts: tuple  #: N strings, as they were published
    labels: np.ndarray  #: (N,) int64, 1 for a good opinion and 0 for a bad one
    source: str  #: canonical address
    terms: str  #: of its use


def load_reviews(name, split):
    """Load ``"sst2"`` (phrases and sentences) or ``"imdb"`` (whole reviews, up to 2,500 words).

    - SST-2: split ``"train"``, 67,349 phrases, and ``"validation"``, 872 sentences, in the form of the
      GLUE benchmark: small letters, tokens separated by spaces. Many of the phrases are parts of one
      another. Brackets may be written ``(`` in one split and ``-lrb-`` in the other; ``tokenise`` reads
      both. GLUE publishes its test split without labels.
    - IMDB: splits ``"train"`` and ``"test"``, 25,000 reviews each, half of them good, with the line breaks
      of a web page in them. Not every text is there only once, and some are in both splits.

    The order is that of the texts themselves in SST-2 and that of the file names in IMDB, the bad ones
    first, so that it does not depend on the copy that was found: shuffle before training.

    Returns
    -------
    Reviews

    Raises
    ------
    DamagedFileError, FileNotFoundError, ImportError
        As ``lstm_edu.data.fetch.fetch``, which finds the file.
    ValueError
        If there is no data set or no split of that name.
    """
    if name not in SPLITS:
        raise ValueError(f"`name` should be one of {', '.join(map(repr, SPLITS))} but is {name!r}.")
    if split not in SPLITS[name]:
        splits = " or ".join(map(repr, SPLITS[name]))
        raise ValueError(f"`split` of {name!r} should be {splits} but is {split!r}.")
    read = {"sst2": _read_sst2, "imdb": _read_imdb}[name]
    rows = read(fetch(name, SOURCES), split)
    labels, texts = zip(*rows, strict=True)
    return Reviews(texts, np.array(labels), SOURCES[name].url, SOURCES[name].terms)


def _read_sst2(path, split):
    """List (label, text), by text; the canonical file is a zip, the copy a tar."""
    member = {"train": "SST-2/train.tsv", "validation": "SST-2/dev.tsv"}[split]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            table = archive.read(member)
    else:
        with tarfile.open(path) as archive:
            table = archive.extractfile(member).read()
    lines = io.StringIO(table.decode("utf-8"), newline="\n")
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return sorted(((int(row["label"]), row["sentence"].rstrip()) for row in rows), key=lambda row: row[::-1])


def _read_imdb(path, split):
    """List (label, text), by label and number of the review; the archive is read once, in memory."""
    review = re.compile(rf"aclImdb/{split}/(neg|pos)/(\d+)_\d+\.txt")
    rows = []
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            found = review.fullmatch(member.name)
            if found:
                text = archive.extractfile(member).read().decode("utf-8")
                rows.append((LABELS[found[1]], int(found[2]), text))
    return [(label, text) for label, _, text in sorted(rows)]
