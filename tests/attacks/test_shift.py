"""Times moved by one constant: what undoes the shift, and what copies of a time it does not reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from pipeline.surrogates.times import FURTHEST_DAYS, SECOND, shift_text

if TYPE_CHECKING:
    from conftest import Release, Space, Stated

KEYS = 300
HOUR, WEEK = 3_600, 7 * 86_400
#: Grid of the search, seconds.
STEP = 600


def seconds(text: bytes) -> float:
    return datetime.fromisoformat(text.decode()).timestamp()


def test_one_known_event_undoes_the_shift(space: Space, stated: Stated) -> None:
    event, other = b"2026-03-09T10:12:13Z", b"2026-03-11T23:59:01Z"
    right = 0
    for n in range(KEYS):
        shift = space(client=f"client {n}").shift()
        moved = [shift_text(text, shift, 2026) for text in (event, other)]
        assert moved[0] and moved[1]
        recovered = int(seconds(event) - seconds(moved[0]))
        right += seconds(moved[1]) + recovered == seconds(other)
    figure = f"when every other event of it happened, for {right / KEYS:.0%} of keys"
    stated({"knows when one event of a shifted release happened": figure})


def busy(moment: int, offices: float) -> float:
    """How much happens at a second of the week, from Monday 00:00: office hours on working days, and a floor."""
    day, hour = divmod(moment, 86_400)
    return 1 + offices * (day < 5) * (8 * HOUR <= hour < 18 * HOUR)


def test_working_hours_tell_the_shift_within_the_week(space: Space, stated: Stated) -> None:
    """She knows the pattern of a week, not its events, and slides it along 28 days of shifted times."""
    grid = np.arange(0, WEEK, STEP)
    measured = {}
    for name, offices in (
        ("ten times as much in office hours", 9.0),
        ("twice as much in office hours", 1.0),
        ("no pattern", 0.0),
    ):
        pattern = np.array([busy(int(moment), offices) for moment in grid])
        spectrum = np.conj(np.fft.rfft(np.log(pattern)))
        chances = np.random.default_rng(51)
        hour = week = 0
        for n in range(KEYS):
            shift = space(client=f"client {n}").shift() // SECOND
            counts = chances.poisson(pattern * 4 * 5_000 / (4 * pattern.sum()))
            seen = np.roll(counts, round(shift / STEP))
            fit = np.fft.irfft(np.fft.rfft(seen) * spectrum, len(grid))
            off = (int(fit.argmax()) * STEP - shift) % WEEK if offices else int(chances.integers(WEEK))
            near = min(off, WEEK - off)
            week += near <= HOUR
            daily = min(off % 86_400, 86_400 - off % 86_400)
            hour += daily <= HOUR
        measured[f"knows a shifted release's weekly pattern: {name}"] = (
            f"the hour of the day for {hour / KEYS:.0%} of keys, hour and weekday for {week / KEYS:.0%}"
        )
        if not offices:
            assert week / KEYS < 2 * HOUR / WEEK + 4.5 * np.sqrt(2 * HOUR / WEEK / KEYS)
    weeks = 2 * (FURTHEST_DAYS - 1) // 7
    measured["knows hour and weekday, and nothing of the date"] = f"one week of {weeks} to {weeks + 1}"
    stated(measured)


#: Copy of a time -> how it stands in a line, and what of that shows the time.
COPIES: dict[str, tuple[Callable[[datetime], str], Callable[[datetime], str]]] = {
    "ISO 8601 in the text": (lambda t: f"backup of {t:%Y-%m-%dT%H:%M:%SZ} done", lambda t: f"{t:%Y-%m-%dT%H:%M:%S}"),
    "RFC 5322 in the text": (lambda t: f"Date: {t:%a, %d %b %Y %H:%M:%S} +0000", lambda t: f"{t:%d %b %Y %H:%M:%S}"),
    "month by name in the text": (lambda t: f"since {t:%A, %d %B %Y at %H:%M}, all well", lambda t: f"{t:%d %B}"),
    "seconds since 1970 behind a word of time": (lambda t: f"lease ends {epoch(t)} renewed", lambda t: epoch(t)),
    "seconds since 1970 behind any other word": (lambda t: f"lease {epoch(t)} renewed", lambda t: epoch(t)),
    "time of the day alone": (lambda t: f"lease ends at {t:%H:%M:%S}", lambda t: f"{t:%H:%M:%S}"),
    "seconds since 1970 in a query": (lambda t: f"GET /poll?since={epoch(t)} 200", lambda t: epoch(t)),
    "date in a file's name": (lambda t: f"rotated /var/log/app-{t:%Y%m%d}.log", lambda t: f"{t:%Y%m%d}"),
    "UUID of version 1": (lambda t: f"id {uuid1(t)} made", lambda t: uuid1(t)[:18]),
    "UUID of version 7": (lambda t: f"id {uuid7(t)} made", lambda t: uuid7(t)[:13]),
}


def test_copies_of_a_time_that_a_shift_does_not_reach(release: Release, stated: Stated) -> None:
    """She knows no event: a copy of a time that stands beside the shifted one is the shift itself."""
    # Each copy on a day of its own, so that what is found of one helps no other.
    times = [datetime(2026, 3, 9 + n, 10, 12, 13 + n, tzinfo=UTC) for n in range(len(COPIES))]
    lines = [f"{t:%Y-%m-%dT%H:%M:%SZ} gw1 app[7]: {make(t)}\n" for t, (make, _) in zip(times, COPIES.values())]
    spaces = release("times.log", "".join(lines), {"stats": "analytics", "reseller": "distributor"})
    assert not any(line.startswith(f"{t:%Y-%m-%d}") for t, line in zip(times, spaces["stats"]))
    assert all(line.startswith(f"{t:%Y-%m-%dT%H}:00:00") for t, line in zip(times, spaces["reseller"]))
    left, in_hours = (
        [copy for (copy, (_, mark)), t, line in zip(COPIES.items(), times, done) if mark(t) in line]
        for done in (spaces["stats"], spaces["reseller"])
    )
    # A truncation to the hour reaches what a shift does; of a date without a clock nothing is finer.
    assert [copy for copy in in_hours if copy not in ("month by name in the text", "date in a file's name")] == left
    stamp = f"{times[0]:%Y-%m-%dT%H:%M:%SZ}"
    record = {"@timestamp": stamp, "created": stamp, "exp": int(epoch(times[0])), "n": 1}
    (line,) = release("times.jsonl", json.dumps(record) + "\n", {"stats": "analytics"})["stats"]
    moved = json.loads(line)
    assert moved["@timestamp"] != stamp
    others = {"another time of a JSON record, as text": "created", "another time of a JSON record, as number": "exp"}
    left += [copy for copy, key in others.items() if moved[key] == record[key]]
    stated({
        "copies of a time that a shift leaves as they are": "; ".join(left),
        "copies of a time that a policy of shifts replaces": "; ".join(copy for copy in COPIES if copy not in left),
    })  # fmt: skip


def epoch(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def uuid1(moment: datetime) -> str:
    ticks = int((moment - datetime(1582, 10, 15, tzinfo=UTC)) / timedelta(microseconds=1)) * 10
    h = f"{ticks:015x}"
    return f"{h[7:]}-{h[3:7]}-1{h[:3]}-8123-0123456789ab"


def uuid7(moment: datetime) -> str:
    h = f"{int(moment.timestamp() * 1000):012x}"
    return f"{h[:8]}-{h[8:]}-7123-8123-0123456789ab"
