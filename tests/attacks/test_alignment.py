"""Recipients who put their releases together: rows are aligned by time and text, and pseudonyms through the rows."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.demo import write_inputs
from pipeline.policy.model import profile_names

if TYPE_CHECKING:
    from conftest import Release, Stated

PROFILES = ("vendor", "support", "analytics", "distributor", "authority", "client")
BETWEEN = re.compile(r"[\s=(),;\[\]<>\"']+")
STAMP = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
YEAR = 365 * 86_400
#: In place of a word that the other recipient does not have: a stand-in.
GAP = ""

Row = tuple[int, tuple[str, ...]]


def rows_of(lines: Sequence[str]) -> list[Row]:
    """The second of the year and the words of each line."""
    rows = []
    for line in lines:
        stamp = STAMP.search(line)
        assert stamp
        moment = datetime.strptime(f"2026 {stamp.group()}", "%Y %b %d %H:%M:%S")
        rows.append((int((moment - datetime(2026, 1, 1)).total_seconds()), tuple(BETWEEN.split(STAMP.sub("", line)))))
    return rows


def with_gaps(rows: Sequence[Row], words: frozenset[str]) -> list[Row]:
    return [(time, tuple(w if w in words else GAP for w in row)) for time, row in rows]


def unnumbered(row: Row) -> tuple[str, ...]:
    """The template: words without a digit."""
    return tuple(GAP if any(c.isdigit() for c in word) else word for word in row[1])


def difference(ours: Sequence[Row], theirs: Sequence[Row]) -> int:
    """By how many seconds our times are after theirs: what most pairs of rows of a rare text say."""
    times: dict[tuple[str, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, rows in enumerate((ours, theirs)):
        for time, words in rows:
            times[words][place].append(time)
    rare = [pair for pair in times.values() if len(pair[0]) == len(pair[1]) <= 3]
    votes = Counter((a - b) % YEAR for pair in rare for a in pair[0] for b in pair[1])
    return votes.most_common(1)[0][0]


def aligned(ours: Sequence[Row], theirs: Sequence[Row], key: Callable[[Row], Hashable]) -> list[tuple[int, int]]:
    """Places of rows that have one and the same key, and alone have it."""
    places: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((ours, theirs)):
        for place, row in enumerate(rows):
            places[key(row)][side].append(place)
    return [(a[0], b[0]) for a, b in places.values() if len(a) == len(b) == 1]


def collude(ours: list[str], theirs: list[str]) -> tuple[float, float, float]:
    """Shares of rows aligned by time and template, of rows aligned by all kept text and no time, of stand-ins linked.

    Theirs are shuffled first. No alignment and no link that is claimed may be wrong.
    """
    order = list(range(len(theirs)))
    random.Random(7).shuffle(order)
    a, b = rows_of(ours), rows_of([theirs[place] for place in order])
    shared = frozenset(w for _, row in a for w in row) & frozenset(w for _, row in b for w in row)
    seen, other = with_gaps(a, shared), with_gaps(b, shared)
    late = difference(seen, other)
    by_time = aligned([((time - late) % YEAR, row) for time, row in seen], other, lambda row: (row[0], unnumbered(row)))
    by_text = aligned(seen, other, lambda row: row[1])
    pairs = set(by_time) | set(by_text)
    assert all(order[there] == here for here, there in pairs), "a row was aligned with another one"
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for here, there in pairs:
        for mine, its in zip(a[here][1], b[there][1]):
            if mine not in shared:
                votes[mine][its] += 1
    links = {mine: counter.most_common(1)[0][0] for mine, counter in votes.items()}
    truth = {m: t for x, y in zip(a, rows_of(theirs)) for m, t in zip(x[1], y[1]) if m not in shared}
    # Two addresses under one mask look alike: what stands for a mask is not one thing.
    assert all(truth[mine] == its for mine, its in links.items() if "*" not in its)
    standins = [word for word in truth if re.search(r"[a-z0-9]", word)]
    linked = sum(word in links for word in standins)
    return len(by_time) / len(a), len(by_text) / len(a), linked / len(standins) if standins else 0.0


@pytest.fixture(scope="module")
def releases(release: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """One router's day, 1,500 lines, for two recipients of each profile."""
    path = next(p for p in write_inputs(tmp_path_factory.mktemp("demo"))["acme"] if p.name == "router.log")
    return release(path.name, Path(path).read_text(), {f"{p}-{n}": p for p in PROFILES for n in "ab"})


def test_two_recipients_of_one_profile_align_their_rows(releases: dict[str, list[str]], stated: Stated) -> None:
    """vendor, support, authority, client keep times; analytics shifts them, distributor keeps the hour."""
    assert set(PROFILES) == set(profile_names())
    measured = {}
    for profile in PROFILES:
        by_time, by_text, linked = collude(releases[f"{profile}-a"], releases[f"{profile}-b"])
        standins = f"{linked:.0%} of stand-ins" if linked else "there are no stand-ins"
        measured[f"two recipients by `{profile}` compare shuffled rows"] = (
            f"{by_time:.0%} of rows by time and template, {by_text:.0%} by text alone; {standins}"
        )
    stated(measured)


def test_who_gets_clear_values_undoes_the_pseudonyms_of_who_does_not(
    releases: dict[str, list[str]], stated: Stated
) -> None:
    _, _, linked = collude(releases["vendor-a"], releases["authority-a"])
    stated(
        {"a recipient by `vendor` and one by `authority` compare shuffled rows": f"{linked:.0%} of stand-ins in clear"}
    )


def test_line_numbers_align_all(releases: dict[str, list[str]], stated: Stated) -> None:
    """Files keep their order, whatever becomes of the times: line n of one is line n of the other."""
    a, b = (rows_of(releases[f"distributor-{n}"]) for n in "ab")
    shared = frozenset(w for _, row in a for w in row) & frozenset(w for _, row in b for w in row)
    same = sum(one == other for one, other in zip(with_gaps(a, shared), with_gaps(b, shared)))
    assert len(a) == len(b)
    stated({"two recipients by any profile compare line numbers of the same file": f"{same / len(a):.0%} of rows"})
