"""A reader's file: read whole where it can be true, and answered line by line where it cannot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_edu.data import read_stocks
from lstm_edu.data.ohlcv import FORMATS
from lstm_edu.data.stocks import check_stocks

HEADER = "Date,Open,High,Low,Close,Volume"
LINES = [
    "2015-01-02,10,12,9,11,100",
    "2015-01-05,11,13,10,12,0",
    "2015-01-06,12,12.5,11,11.5,300",
    "2015-01-07,11.5,12,11,12,400",
]


def write(folder, *lines, header=HEADER, name="mine.csv"):
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def read(folder, *lines, header=HEADER, **options):
    return read_stocks(write(folder, *lines, header=header), **({"least": 2} | options))


# What can be read


def test_a_plain_file(tmp_path):
    stocks = read(tmp_path, *LINES)
    assert (stocks.name, stocks.source) == ("mine", str(tmp_path / "mine.csv"))
    assert stocks.date.dtype == "datetime64[D]"
    assert str(stocks.date[1]) == "2015-01-05"
    expected = [[10, 12, 9, 11, 100], [11, 13, 10, 12, 0], [12, 12.5, 11, 11.5, 300], [11.5, 12, 11, 12, 400]]
    np.testing.assert_array_equal(stocks.ohlcv(), expected)
    assert check_stocks(stocks) is stocks
    assert read(tmp_path, *LINES, name="index").name == "index"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_any_order_any_capitals_any_separator_and_columns_that_are_not_needed(tmp_path, mark):
    rows = ["dividends,VOLUME, close ,low,High,OPEN,date"]
    rows += [f"0,{v},{c},{lo},{h},{o},{d}" for d, o, h, lo, c, v in (line.split(",") for line in LINES)]
    header, *lines = (row.replace(",", mark) for row in rows)
    np.testing.assert_array_equal(
        read(tmp_path, *lines, header=header).ohlcv(), read(tmp_path, *LINES).ohlcv()
    )


def test_a_mark_at_the_start_windows_line_ends_empty_lines_and_quotes(tmp_path):
    path = tmp_path / "mine.csv"
    lines = ["\ufeff" + HEADER, "", '"2015-01-02","10","12","9","11","1e2"', LINES[1], ",,,,,", ""]
    path.write_bytes("\r\n".join(lines).encode())
    np.testing.assert_array_equal(read_stocks(path, least=2).ohlcv(), read(tmp_path, *LINES[:2]).ohlcv())


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_of_a_date(tmp_path, form):
    lines = [
        f'"{np.datetime64(day).item():{form}}",{rest}' for day, _, rest in (li.partition(",") for li in LINES)
    ]
    lines += [f'"{np.datetime64(day).item():{form}}",1,1,1,1,1' for day in ("2015-01-14", "2015-01-15")]
    stocks = read(tmp_path, *lines)
    assert [str(day) for day in stocks.date[:3]] == ["2015-01-02", "2015-01-05", "2015-01-06"]
    assert read(tmp_path, *lines, date_format=form).date.tolist() == stocks.date.tolist()


def test_the_time_of_day_is_left_out(tmp_path):
    lines = [line.replace(",", " 00:00:00-05:00,", 1) for line in LINES]
    assert str(read(tmp_path, *lines).date[0]) == "2015-01-02"
    assert str(read(tmp_path, *(line.replace(",", "T16:00Z,", 1) for line in LINES)).date[3]) == "2015-01-07"


@pytest.mark.parametrize("name", ["Adj Close", "adj_close", "Adjusted Close"])
def test_prices_follow_the_adjusted_close(tmp_path, name):
    lines = [f"{line},{part}" for line, part in zip(LINES, (5.5, 6, 11.5, 12), strict=True)]
    header = f"{HEADER},{name}"
    halves = read(tmp_path, *lines, header=header)
    np.testing.assert_allclose(halves.close, [5.5, 6, 11.5, 12])
    np.testing.assert_allclose(halves.low, [4.5, 5, 11, 11])
    np.testing.assert_array_equal(halves.volume, [100, 0, 300, 400])
    np.testing.assert_array_equal(
        read(tmp_path, *lines, header=header, adjust=False).ohlcv(), read(tmp_path, *LINES).ohlcv()
    )


def test_a_day_and_a_month_that_only_a_later_line_tells_apart(tmp_path):
    lines = ["04/03/2015,1,1,1,1,1", "05/03/2015,1,1,1,1,1", "13/03/2015,1,1,1,1,1"]
    assert str(read(tmp_path, *lines, longest_gap=8).date[0]) == "2015-03-04"
    lines[2] = "05/13/2015,1,1,1,1,1"
    assert str(read(tmp_path, *lines, longest_gap=30).date[0]) == "2015-04-03"


@settings(deadline=None, derandomize=True, max_examples=60)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 40))
def test_what_was_written_is_read(tmp_path_factory, seed, n):
    rng = np.random.default_rng(seed)
    date = np.datetime64("2001-01-01") + np.cumsum(rng.integers(1, 8, n))
    sides = np.sort(rng.uniform(1, 1000, (4, n)), axis=0)
    low, high = sides[0], sides[3]
    open_, close = rng.permuted(sides[1:3], axis=0)
    volume = rng.integers(0, 10**9, n).astype(float)
    rows = zip(date, open_, high, low, close, volume, strict=True)
    lines = [",".join([str(day), *(repr(float(v)) for v in values)]) for day, *values in rows]
    stocks = read(tmp_path_factory.mktemp("csv"), *lines)
    np.testing.assert_array_equal(stocks.ohlcv(), np.column_stack([open_, high, low, close, volume]))
    np.testing.assert_array_equal(stocks.date, date)


# What cannot


def changed(row, old, new):
    return [line.replace(old, new) if k == row else line for k, line in enumerate(LINES)]


SLASHES = ["04/03/2015,1,1,1,1,1", "05/03/2015,1,1,1,1,1"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (changed(1, "11,13,10,12,0", "11,13"), r"mine\.csv, line 3 has 3 fields under 6 names"),
        (changed(1, ",10,", ",,"), r"mine\.csv, line 3: low is blank\. Fill the field or drop the line"),
        (changed(1, ",10,", ",null,"), "line 3: low is blank"),
        (changed(1, ",10,", ",NaN,"), "line 3: low is blank"),
        (changed(1, ",13,", ",thirteen,"), "line 3: high is 'thirteen', which is no number. Write 1234.5"),
        (changed(1, ",13,", ',"1,300",'), "line 3: high is '1,300', which is no number"),
        (changed(1, ",13,", ",inf,"), "line 3: high is 'inf', which is no number"),
        (changed(2, ",11,", ",0,"), r"line 4 \(2015-01-06\) has low at 0, and a price is positive"),
        (changed(2, "12,12.5", "-12,12.5"), r"line 4 \(2015-01-06\) has open at -12, and a price is"),
        (changed(0, ",100", ",-100"), r"line 2 \(2015-01-02\) has a volume of -100, which is negative"),
        (changed(3, "11.5,12,", "12.5,12,"), r"line 5 .* has an open of 12.5 outside low to high"),
        (changed(3, ",11,12,", ",11,10.5,"), r"line 5 .* has a close of 10.5 outside .*all: 1\). Correct"),
        (LINES[:2] + LINES[1:], r"line 4 \(2015-01-05\) is there twice, as in .*line 3 .*Keep one"),
        (LINES[::-1], r"line 3 \(2015-01-06\) is earlier than .*line 2 \(2015-01-07\)\. Sort the lines"),
        ([LINES[0], "2015-01-10,1,1,1,1,1", "2015-01-09,1,1,1,1,1"], r"line 4 .* is earlier than"),
        (changed(3, "01-07", "01-14"), "gap: more than 7 days without a price from 2015-01-06 to 2015-01-14"),
        (changed(2, "2015-01-06", "6 Jan"), r"line 4: '6 Jan' is no date like 2015-12-31, .* `date_format`"),
        (changed(2, "2015-01-06", "2015-02-30"), "line 4: '2015-02-30' is no date"),
        (changed(2, "2015-01-06", ""), "line 4: '' is no date"),
        (SLASHES, r"line 2: '04/03/2015' may be 2015-04-03 .* or 2015-03-04 .* Give `date_format`"),
        ([], "has a line of names and no days"),
        (LINES[:1], "mine.csv has 1 days, and 2 are needed. Bring a longer series"),
    ],
)
def test_a_line_that_cannot_be_true(tmp_path, lines, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, *lines)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Date,Open,High,Low,Close", r"mine\.csv lacks volume; its first line reads 'Date, Open, High, Low"),
        ("<html>", "lacks date, open, high, low, close, volume; its first line reads '<html>'"),
        ("Date,Open,High,Low,Close,Volume,close", "has the column 'close' twice. Keep one"),
        ("Date,Open,High,Low,Close,Volume,Adj Close,adjclose", "has the column 'adj close' twice"),
    ],
)
def test_a_first_line_that_does_not_fit(tmp_path, header, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, "1,1,1,1,1,1,1,1", header=header)


def test_every_gap_is_counted_and_three_are_named(tmp_path):
    lines = [f"2015-{month:02}-01,1,1,1,1,1" for month in range(1, 7)]
    with pytest.raises(ValueError, match=r"2015-01-01 to 2015-02-01, .* to 2015-04-01, … \(gaps in all: 5\)"):
        read(tmp_path, *lines)
    assert len(read(tmp_path, *lines, longest_gap=31).date) == 6


def test_the_week_without_trading_in_2001_is_no_gap(tmp_path):
    assert len(read(tmp_path, "2001-09-10,1,1,1,1,1", "2001-09-17,1,1,1,1,1").date) == 2


def test_a_date_that_can_be_read_in_two_ways_is_decided_by_the_reader(tmp_path):
    assert str(read(tmp_path, *SLASHES, date_format="%d/%m/%Y").date[0]) == "2015-03-04"
    with pytest.raises(ValueError, match=r"line 2: '2015-01-02' is no date like %d/%m/%Y"):
        read(tmp_path, *LINES, date_format="%d/%m/%Y")


def test_an_adjusted_close_is_positive_too(tmp_path):
    with pytest.raises(ValueError, match="has adj close at 0, and a price is positive"):
        read(tmp_path, *(f"{line},0" for line in LINES), header=f"{HEADER},Adj Close")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty. The first line names the columns: Date,Open,High,Low,Close,Volume"),
        (b"\n \n", "is empty"),
        (b"Date,Open\n\xff\xfe", r"is not text in UTF-8 \(byte 10\)"),
    ],
)
def test_what_is_no_table(tmp_path, content, message):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_stocks(path)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_stocks(tmp_path / "absent.csv")


def test_a_year_is_needed_unless_less_will_do(tmp_path):
    with pytest.raises(ValueError, match="has 4 days, and 250 are needed"):
        read_stocks(write(tmp_path, *LINES))
