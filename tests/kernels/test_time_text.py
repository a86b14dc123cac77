"""Timestamps against the standard library's reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.time_text import (
    ZONES,
    access_time,
    bsd_time,
    ctime_time,
    days_since_1970,
    epoch_time,
    iso_time,
    may_be_time,
)

TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
MODERN = st.datetimes(datetime(1974, 1, 1), datetime(2199, 12, 31, 23, 59, 59))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def array(text: str) -> np.ndarray:
    return np.frombuffer(bytearray(text.encode()), np.uint8)


def micros(when: datetime, minutes: int = 0) -> int:
    return (when.replace(tzinfo=timezone(timedelta(minutes=minutes))) - EPOCH) // MICRO


@given(st.dates())
def test_days_are_those_of_the_calendar(day: date) -> None:
    assert days_since_1970(day.year, day.month, day.day) == (day - date(1970, 1, 1)).days


@given(TIMES, st.integers(-840, 840), st.sampled_from(["T", " ", "t"]), st.sampled_from([".", ","]), st.integers(0, 9))
def test_iso_times_read_as_isoformat_writes_them(
    when: datetime, minutes: int, separator: str, point: str, digits: int
) -> None:
    fraction = f"{when.microsecond:06}000"[:digits]
    when = when.replace(microsecond=int((fraction + "000000")[:6]))
    sign = "-" if minutes < 0 else "+"
    text = f"{when:%Y-%m-%d}".rjust(10, "0") + separator + f"{when:%H:%M:%S}" + (point + fraction if fraction else "")
    for zone in (
        f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}",
        f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}",
    ):
        assert iso_time(array(text + zone + " x"), 0, len(text + zone) + 2, 17, True) == (
            len(text + zone), micros(when, minutes)
        )  # fmt: skip
    assert iso_time(array(text + "Z"), 0, len(text) + 1, 17, True) == (len(text) + 1, micros(when))
    assert iso_time(array(text), 0, len(text), 17, True) == (len(text), micros(when, 17))
    assert iso_time(array(text), 0, len(text), 0, False)[0] == (-1 if separator == " " else len(text))


@given(MODERN, st.integers(-840, 840))
def test_access_times_read_as_strptime_reads_them(when: datetime, minutes: int) -> None:
    text = f"{when.replace(tzinfo=timezone(timedelta(minutes=minutes))):%d/%b/%Y:%H:%M:%S %z}"
    assert access_time(array(text), 0, len(text)) == (len(text), micros(when.replace(microsecond=0), minutes))


@given(
    MODERN, st.integers(1, 12), st.booleans(), st.sampled_from(["", "day", "clock"]), st.none() | st.integers(-840, 840)
)
def test_times_without_a_year_take_the_years_of_their_file(
    when: datetime, last: int, padded: bool, written: str, minutes: int | None
) -> None:
    when = when.replace(microsecond=0)
    day = f"{when.day:2}" if padded else f"{when.day}"
    text = f"{when:%b} {day} " + (f"{when.year:04} " if written == "day" else "") + f"{when:%H:%M:%S}"
    if len(text) < 15:
        text += ".000"
    if minutes is not None:
        text += f"{when.replace(tzinfo=timezone(timedelta(minutes=minutes))):%z}"
    text += f" {when.year:04}" if written == "clock" else ""
    year = when.year if written else when.year + (when.month > last)
    east = 60 if minutes is None else minutes
    found = bsd_time(array(text + " "), 0, len(text) + 1, 1900 if written else year, last, 60)
    assert found == (len(text), micros(when, east))


@given(MODERN, st.sampled_from(sorted(ZONES)), st.booleans())
def test_zones_are_read_by_their_names(when: datetime, zone: str, dated: bool) -> None:
    when = when.replace(microsecond=0)
    text = f"{when:%b %d %H:%M:%S} {zone}" + (f" {when.year}" if dated else "")
    found = bsd_time(array(text + " gw1"), 0, len(text) + 4, 1900 if dated else when.year, 12, 17)
    assert found == (len(text), micros(when, ZONES[zone]))


@pytest.mark.parametrize("behind", [" UTC: %LINK", " utc gw1", " UTCX gw1", " XYZ gw1", "UTC gw1", " UTC"])
def test_no_zone_is_read_where_none_is_named_between_blanks(behind: str) -> None:
    text = f"Mar 24 10:00:00{behind}"
    assert bsd_time(array(text), 0, len(text), 2026, 12, 17) == (15, micros(datetime(2026, 3, 24, 10), 17))


@given(MODERN)
def test_ctime_times_read_as_strptime_reads_them(when: datetime) -> None:
    text = f"{when:%a %b} {when.day:2} {when:%H:%M:%S.%f} {when.year:04}"
    assert ctime_time(array(text), 0, len(text), -60) == (len(text), micros(when, -60))


@given(MODERN)
def test_epoch_times_are_told_by_their_size(when: datetime) -> None:
    expected = micros(when)
    seconds = expected // 1_000_000
    for text, unit in (
        (f"{seconds}", 1_000_000), (f"{seconds}.{when.microsecond:06}", 1), (f"{expected // 1000:013}", 1000),
        (f"{expected:016}", 1), (f"{expected * 1000:019}", 1),
    ):  # fmt: skip
        assert epoch_time(array(text), 0, len(text)) == (len(text), expected // unit * unit)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-01-00T10:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-01-01T10:00:61Z", "2026-01-01T10:00",
        "2026-01/01T10:00:00",
        "0000-01-01T10:00:00Z", "Feb 30 10:00:00", "Foo 10 10:00:00", "Nov  0 10:00:00", "Nov 24 10:00",
        "30/Feb/2026:10:00:00 +0000",
        "24/Nov/2026:10:00:00", "24/Nov/2026:10:00:00 +000", "Tue Nov 24 10:00:00", "12345678", "99999999999",
        "9999999999999999999",
        "1795514400x", "-1795514400", "1795514400.", "",
    ],
)  # fmt: skip
def test_what_is_no_time_is_read_as_none(text: str) -> None:
    data, stop = array(text), len(text.encode())
    readings = (
        iso_time(data, 0, stop, 0, True), bsd_time(data, 0, stop, 2026, 12, 0), ctime_time(data, 0, stop, 0),
        access_time(data, 0, stop), epoch_time(data, 0, stop),
    )  # fmt: skip
    assert [end for end, _ in readings] == [-1] * 5


def test_the_leap_second_is_the_next_minutes_first() -> None:
    text = "2016-12-31T23:59:60Z"
    assert iso_time(array(text), 0, len(text), 0, True) == (len(text), micros(datetime(2017, 1, 1)))


def test_a_29_february_without_a_year_is_of_the_last_leap_year() -> None:
    text = "Feb 29 10:00:00 "
    for year, last, leap in ((2026, 12, 2024), (2024, 12, 2024), (2024, 1, 2020)):
        assert bsd_time(array(text), 0, len(text), year, last, 0) == (15, micros(datetime(leap, 2, 29, 10)))
    assert bsd_time(array("Feb 30 10:00:00 "), 0, 16, 2024, 12, 0)[0] == -1
    assert bsd_time(array("Feb 29 2026 10:00:00 "), 0, 21, 2026, 12, 0)[0] == -1


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Mon, 09 Mar 2026 10:00:00 GMT", True), ("09.03.2026 10:00", True), ("9 Mar 2026", True),
        ("20260309T10", True), ("2026-068", True), ("1.7730504e9", True), ("132000000000000000", True),
        ("1773050400.5", True), ("0", False), ("-1", False), ("0.123456789", False), ("12 ms", False),
        ("1500", False), ("", False), ("e", False), ("never", False), ("-", False),
    ],
)  # fmt: skip
def test_what_may_be_a_time_is_told_from_durations_and_words(text: str, may: bool) -> None:
    assert bool(may_be_time(array(text), 0, len(text))) == may
