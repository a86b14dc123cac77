"""Times: shifted and truncated in the notation found; what is not understood is None."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.surrogates.times import DAY, SECOND, shift_for, shift_text, truncate_text

HOUR = 3600 * SECOND


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Oct 11 22:14:15", "Oct 12 00:14:15"),
        ("Oct  9 22:14:15", "Oct 10 00:14:15"),
        ("Oct 31 22:14:15", "Nov  1 00:14:15"),
        ("Oct 09 22:14:15.123", "Oct 10 00:14:15.123"),
        ("Oct 9 22:14:15", "Oct 10 00:14:15"),
        ("Dec 31 23:00:00", "Jan  1 01:00:00"),
        ("Feb 29 23:00:00", "Mar  1 01:00:00"),
        ("Tue Oct 10 22:55:36 2000", "Wed Oct 11 00:55:36 2000"),
        ("Tue, 10 Oct 2000 22:55:36 +0200", "Wed, 11 Oct 2000 00:55:36 +0200"),
        ("2000-10-10T13:55:36Z", "2000-10-10T15:55:36Z"),
        ("2000-12-31T22:55:36.123456+02:00", "2001-01-01T00:55:36.123456+02:00"),
        ("2000-10-10 13:55:36,123", "2000-10-10 15:55:36,123"),
        ("2000/10/10 13:55:36", "2000/10/10 15:55:36"),
        ("2000-10-10T13:55", "2000-10-10T15:55"),
        ("20001010T135536Z", "20001010T155536Z"),
        ("2000-10-10", "2000-10-10"),
        ("2016-12-31T23:59:60Z", "2017-01-01T02:00:00Z"),
        ("10/Oct/2000:13:55:36 -0700", "10/Oct/2000:15:55:36 -0700"),
        ("31/Oct/2000:23:55:36 -0700", "01/Nov/2000:01:55:36 -0700"),
        ("971186136", None),
        ("1700000000", "1700007200"),
        ("1700000000.25", "1700007200.25"),
        ("1700000000123", "1700007200123"),
        ("1700000000123456", "1700007200123456"),
        ("1700000000123456789", "1700007200123456789"),
        ("13:55:36", None),
        ("yesterday", None),
        ("2000-13-01T00:00:00Z", None),
        ("2001-02-29", None),
        ("2000-10-10T24:00:00Z", None),
        ("9999-12-31T23:00:00Z", None),
        ("", None),
    ],
)
def test_a_shift_of_two_hours_is_written_as_found(text: str, moved: str | None) -> None:
    assert shift_text(text.encode(), 2 * HOUR, 2000) == (moved.encode() if moved else None)


def test_a_day_that_the_year_does_not_have_is_not_understood() -> None:
    assert shift_text(b"Feb 29 23:00:00", HOUR, 2001) is None


@given(st.binary(min_size=32, max_size=32))
def test_the_shift_is_whole_seconds_between_a_day_and_half_a_year(key: bytes) -> None:
    shift = shift_for(key)
    assert shift == shift_for(key)
    assert shift % SECOND == 0
    assert DAY <= abs(shift) // SECOND <= 180 * DAY


def test_shifts_go_both_ways_and_differ() -> None:
    shifts = {shift_for(bytes([n]) * 32) for n in range(64)}
    assert len(shifts) > 60
    assert min(shifts) < 0 < max(shifts)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-180 * DAY, 180 * DAY))
def test_every_notation_moves_as_the_calendar_does_and_back(moment: datetime, seconds: int) -> None:
    moved = moment + timedelta(seconds=seconds)
    for form in (
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "%d/%b/%Y:%H:%M:%S +0000",
        "%a, %d %b %Y %H:%M:%S +0000",
        "%Y-%m-%d %H:%M:%S",
    ):
        text = moment.strftime(form).encode()
        done = shift_text(text, seconds * SECOND, 2000)
        assert done == moved.strftime(form).encode()
        assert shift_text(done, -seconds * SECOND, 2000) == text


def test_part_of_a_second_is_no_shift() -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        shift_text(b"2000-10-10", 1, 2000)


@pytest.mark.parametrize(
    ("text", "unit", "truncated"),
    [
        ("2000-10-10T13:55:36.123Z", "second", "2000-10-10T13:55:36.000Z"),
        ("2000-10-10T13:55:36.123Z", "hour", "2000-10-10T13:00:00.000Z"),
        ("10/Oct/2000:13:55:36 -0700", "day", "10/Oct/2000:00:00:00 -0700"),
        ("Oct 11 22:14:15", "month", "Oct  1 00:00:00"),
        ("Feb 29 22:14:15", "day", "Feb 29 00:00:00"),
        ("Oct 11 22:14:15", "year", "Jan  1 00:00:00"),
        ("1700000000", "day", "1699920000"),
        ("1700000000.25", "minute", "1699999980.00"),
        ("1700000000123", "day", "1699920000000"),
        ("no time", "day", None),
    ],
)
def test_truncation_is_written_as_found(text: str, unit: str, truncated: str | None) -> None:
    assert truncate_text(text.encode(), unit) == (truncated.encode() if truncated else None)
