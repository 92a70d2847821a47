"""Times in logs: forms, zones, numbers of any unit, and the same one by one or whole."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.feeds.times import EARLIEST, LATEST, parse_time, times_of, zone

DAY = 86_400_000
SHANGHAI = zone("Asia/Shanghai")
NEW_YORK = zone("America/New_York")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-02", DAY),
        ("1970/1/2 06:30", DAY + 23_400_000),
        ("1970-01-02T00:00:00.250Z", DAY + 250),
        ("1970-01-02 00:00:00,5 +00:00", DAY + 500),
        ("1970-01-02T08:00:00+0800", DAY),
        ("1970-01-01T19:00-05:00", DAY),
        ("1970年1月2日", DAY),
        ("19700102", DAY),
        ("86400", DAY),
        ("86400.5", DAY + 500),
        ("1700000000", 1_700_000_000_000),
        ("1700000000000", 1_700_000_000_000),
        ("1700000000000000", 1_700_000_000_000),
        ("1700000000000000000", 1_700_000_000_000),
        ("-86400", -DAY),
        ("1969-12-31", -DAY),
        ("0001-01-01", EARLIEST),
        ("9999-12-31T23:59:59.999Z", LATEST),
    ],
)
def test_times_are_read_as_logs_write_them(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["soon", "", "2024-13-01", "2024-02-30 10:00", "25:00", "nan", "inf", "1e30", "9" * 30,
     "-99999999999999999999", "10000-01-01", "2024-01-01 10:00 Mars"],
)  # fmt: skip
def test_what_is_no_time_says_what_to_write(text):
    with pytest.raises(ValueError, match="is not a time: write it like"):
        parse_time(text)


def test_a_unit_decides_what_a_number_counts():
    assert parse_time("20240531", unit="s") == 20_240_531_000
    assert parse_time("5", unit="ms") == 5
    assert parse_time("5000", unit="us") == 5


def test_times_without_a_zone_are_in_that_of_the_map():
    assert parse_time("1970-01-01 08:00", SHANGHAI) == 0
    assert parse_time("1970-01-01", zone("+08:00")) == -8 * 3_600_000
    assert parse_time("1970-01-01T08:00Z", SHANGHAI) == 8 * 3_600_000


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "", "/"])
def test_a_zone_that_is_not_there(name):
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)


moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))


@given(st.lists(moments, min_size=1, max_size=5), st.sampled_from([SHANGHAI, NEW_YORK]))
def test_a_column_of_times_is_what_its_texts_are(found, there):
    expected = [parse_time(str(moment), there) for moment in found]
    for column in (
        pa.chunked_array([pa.array(found, pa.timestamp("us"))]),
        pa.chunked_array([pa.array([str(moment) for moment in found])]),
    ):
        ms, good = times_of(column, there, "")
        assert good.all()
        assert ms.tolist() == expected


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=5))
def test_a_column_of_numbers_is_what_its_texts_are(found):
    ms, good = times_of(pa.chunked_array([pa.array(found)]), timezone.utc, "")
    for number, value, fine in zip(found, ms, good, strict=True):
        if fine:
            assert parse_time(str(number)) == value
        else:
            with pytest.raises(ValueError):
                parse_time(str(number))


def test_columns_of_dates_and_of_times_with_a_zone():
    ms, good = times_of(pa.chunked_array([pa.array([date(1970, 1, 2), None])]), timezone.utc, "")
    assert (ms[0], good.tolist()) == (DAY, [True, False])
    there = timezone(timedelta(hours=8))
    aware = pa.array([datetime(1970, 1, 1, 8, tzinfo=there)], pa.timestamp("s", "Asia/Shanghai"))
    ms, _ = times_of(pa.chunked_array([aware]), NEW_YORK, "")
    assert ms.tolist() == [0]
