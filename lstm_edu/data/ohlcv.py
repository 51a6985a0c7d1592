"""The reader's own prices: a file of days with open, high, low, close and volume, read with care."""

import csv
import math
import re
from datetime import datetime
from pathlib import Path

import numpy as np

from lstm_edu.data.stocks import Stocks

NUMBERS = "open", "high", "low", "close", "volume"
ADJUSTED = "adj close", "adj_close", "adjclose", "adjusted close", "adjusted_close"
BLANK = "", "-", "na", "n/a", "nan", "null", "none"
ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")
FORMATS = {
    "%Y-%m-%d": "2015-12-31",
    "%Y/%m/%d": "2015/12/31",
    "%Y%m%d": "20151231",
    "%d.%m.%Y": "31.12.2015",
    "%b %d, %Y": "Dec 31, 2015",
    "%d-%b-%Y": "31-Dec-2015",
    "%m/%d/%Y": "12/31/2015",
    "%d/%m/%Y": "31/12/2015",
}


def read_stocks(path, *, name=None, date_format=None, adjust=True, longest_gap=7, least=250):
    """Read daily prices from a CSV file: one line a day, the oldest first, under a line of names.

    Fields are separated by commas, semicolons or tabs. The names Date, Open, High, Low, Close, Volume may be
    in any order and in capitals or not; ``Adj Close`` is optional, and what else there is is left out.

    Parameters
    ----------
    path : str or Path
    name : str, default=None
        What to call the series; ``None`` means as the file.
    date_format : str, default=None
        Of the dates, as ``datetime.strptime`` wants it. ``None`` finds out, and asks where the file
        can be read in two ways: 03/04/2015 is in March or in April.
    adjust : bool, default=True
        Where there is an ``Adj Close``, multiply all prices of a day by its ratio to ``Close``, so that a
        split or a dividend does not look like a fall.
    longest_gap : int, default=7
        More calendar days than this from one line to the next are a gap. Single days that are
        missing cannot be told from holidays, and are not looked for.
    least : int, default=250
        Days that there have to be, about a year.

    Returns
    -------
    Stocks

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is missing or there twice; if a line has too few fields, a blank, something that
        is no number, a price that is not positive, a negative volume, or an open or close outside
        low to high; if a date cannot be read, or in two ways, is there twice or out of order, or
        follows after a gap; if there are too few days. The message says in which line.
    """
    path = Path(path)
    header, lines = _fields(path)
    columns = _columns(path, header)
    date = _dates(path, [(number, fields[columns["date"]]) for number, fields in lines], date_format)
    values = {
        name: np.array([_number(path, number, name, fields[place]) for number, fields in lines])
        for name, place in columns.items()
        if name != "date"
    }
    at = [f"{path}, line {number} ({day})" for (number, _), day in zip(lines, date, strict=True)]
    _check_order(date, at, longest_gap)
    _check_values(values, at)
    if len(date) < least:
        raise ValueError(f"{path} has {len(date)} days, and {least} are needed. Bring a longer series.")
    factor = values["adj close"] / values["close"] if adjust and "adj close" in values else 1.0
    prices = (values[column] * factor for column in NUMBERS[:4])
    return Stocks(
        path.stem if name is None else name,
        date,
        *prices,
        values["volume"],
        source=str(path),
        terms="those under which you got the file",
    )


def _fields(path):
    """Return the names in the first line, and (line number, fields) of each other that is not empty."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not text in UTF-8 (byte {error.start}). Save it as CSV, UTF-8."
        ) from error
    first = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    found = [(reader.line_num, fields) for fields in reader if any(field.strip() for field in fields)]
    if not found:
        raise ValueError(
            f"{path} is empty. The first line names the columns: Date,Open,High,Low,Close,Volume."
        )
    (_, header), *lines = found
    for number, fields in lines:
        if len(fields) < len(header):
            raise ValueError(
                f"{path}, line {number} has {len(fields)} fields under {len(header)} names. "
                "Is the file cut off, or a separator missing?"
            )
    if not lines:
        raise ValueError(f"{path} has a line of names and no days.")
    return header, lines


def _columns(path, header):
    """Return the place of each column that is used."""
    names = [name.strip().lower() for name in header]
    names = ["adj close" if name in ADJUSTED else name for name in names]
    known = "date", *NUMBERS, "adj close"
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise ValueError(f"{path} has the column {twice[0]!r} twice. Keep one.")
    missing = [name for name in known[:-1] if name not in names]
    if missing:
        raise ValueError(
            f"{path} lacks {', '.join(missing)}; its first line reads {', '.join(header)[:200]!r}. "
            "Name the columns Date, Open, High, Low, Close, Volume."
        )
    return {name: names.index(name) for name in known if name in names}


def _dates(path, found, date_format):
    """Return the days as datetime64, (N,)."""
    texts = [ISO.sub(r"\1", text.strip()) for _, text in found]
    formats = FORMATS if date_format is None else {date_format: date_format}
    readings, reached = {}, {}
    for form in formats:
        days = []
        for text in texts:
            try:
                days.append(datetime.strptime(text, form).date())
            except ValueError:
                break
        reached[form] = len(days)
        if len(days) == len(texts):
            readings[form] = days
    if not readings:
        number, text = found[max(reached.values())]
        raise ValueError(
            f"{path}, line {number}: {text!r} is no date like {', '.join(formats.values())}. "
            "Write all dates in one of these forms, or give `date_format`."
        )
    if len(readings) > 1:
        one, other, *_ = (f"{days[0]} ({form})" for form, days in readings.items())
        raise ValueError(
            f"{path}, line {found[0][0]}: {found[0][1]!r} may be {one} or {other}, and no other line "
            "decides. Give `date_format`."
        )
    (days,) = readings.values()
    return np.array(days, dtype="datetime64[D]")


def _number(path, number, column, text):
    """Return a field as a float."""
    if text.strip().lower() in BLANK:
        raise ValueError(f"{path}, line {number}: {column} is blank. Fill the field or drop the line.")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(
            f"{path}, line {number}: {column} is {text!r}, which is no number. "
            "Write 1234.5, with a point and no other sign between the digits."
        )
    return value


def _check_order(date, at, longest_gap):
    step = np.diff(date).astype(int)
    if (step == 0).any():
        row = int(np.argmax(step == 0))
        raise ValueError(f"{at[row + 1]} is there twice, as in {at[row]}. Keep one line a day.")
    if (step < 0).any():
        row = int(np.argmax(step < 0))
        raise ValueError(f"{at[row + 1]} is earlier than {at[row]}. Sort the lines, the oldest first.")
    wide = np.flatnonzero(step > longest_gap)
    if wide.size:
        gaps = ", ".join(f"{date[row]} to {date[row + 1]}" for row in wide[:3])
        raise ValueError(
            f"{at[wide[0] + 1]} ends a gap: more than {longest_gap} days without a price from {gaps}"
            f"{', …' * (wide.size > 3)} (gaps in all: {wide.size}). "
            "Fill them, begin later, or raise `longest_gap`."
        )


def _check_values(values, at):
    low, high = values["low"], values["high"]
    faults = {
        f"has {column} at {{}}, and a price is positive": (values[column] <= 0, values[column])
        for column in values
        if column != "volume"
    } | {
        "has a volume of {}, which is negative": (values["volume"] < 0, values["volume"]),
        "has an open of {} outside low to high": (
            (values["open"] < low) | (values["open"] > high),
            values["open"],
        ),
        "has a close of {} outside low to high": (
            (values["close"] < low) | (values["close"] > high),
            values["close"],
        ),
    }
    for fault, (days, shown) in faults.items():
        if days.any():
            row = int(np.argmax(days))
            raise ValueError(
                f"{at[row]} {fault.format(f'{shown[row]:g}')} (such days in all: {days.sum()}). "
                "Correct or drop them."
            )
