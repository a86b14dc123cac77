"""Recipients who put their releases together: rows are aligned by time and text, and pseudonyms through the rows."""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.demo import write_inputs
from pipeline.policy.model import profile_names

if TYPE_CHECKING:
    from conftest import Release, Stated

PROFILES = ("vendor", "vendor-strict", "support", "analytics", "distributor", "authority", "client")
#: Between words; an address and its port are two.
BETWEEN = re.compile(r"[\s=(),;\[\]<>\"']+|(?<=\.\d{1}):|(?<=\.\d{2}):|(?<=\.\d{3}):")
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
        rows.append(
            (
                int((moment - datetime(2026, 1, 1)).total_seconds()),
                tuple(w.strip(":") for w in BETWEEN.split(STAMP.sub("", line))),
            )
        )
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


@dataclass(frozen=True)
class Collusion:
    """What two recipients get together.

    Attributes:
      by_time, by_text: shares of rows aligned by time and template, and by all text that both have and no time.
      standins: of the first one, all there are.
      links: stand-in -> what the other has in its place.
    """

    by_time: float
    by_text: float
    standins: frozenset[str]
    links: dict[str, str]

    def linked(self) -> float:
        """The share of stand-ins that are linked."""
        return len(self.links.keys() & self.standins) / len(self.standins)


def collude(ours: list[str], theirs: list[str]) -> Collusion:
    """Put two releases together.

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
    standins = frozenset(word for word in truth if re.search(r"[a-z0-9]", word))
    return Collusion(len(by_time) / len(a), len(by_text) / len(a), standins, links)


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
        got = collude(releases[f"{profile}-a"], releases[f"{profile}-b"])
        linked = f"{got.linked():.0%} of stand-ins" if got.standins else "there are no stand-ins"
        measured[f"two recipients by `{profile}` compare shuffled rows"] = (
            f"{got.by_time:.0%} of rows by time and template, {got.by_text:.0%} by text alone; {linked}"
        )
    stated(measured)


def test_who_gets_clear_values_undoes_the_pseudonyms_of_who_does_not(
    releases: dict[str, list[str]], stated: Stated
) -> None:
    got = collude(releases["vendor-a"], releases["authority-a"])
    sides = zip(*(rows_of(releases[f"{p}-a"]) for p in ("vendor", "authority", "client")))
    words = [triple for rows in sides for triple in zip(*(row for _, row in rows))]
    # What both have as a stand-in, such as serial numbers, stays one.
    clear = {mine: original for mine, its, original in words if mine in got.standins and its == original}
    right = sum(got.links.get(mine) == original for mine, original in clear.items())
    figure = f"{right / len(clear):.0%} of the vendor's stand-ins for what the authority has in clear"
    stated({"a recipient by `vendor` and one by `authority` compare shuffled rows": figure})


def test_line_numbers_align_all(releases: dict[str, list[str]], stated: Stated) -> None:
    """Files keep their order, whatever becomes of the times: line n of one is line n of the other."""
    a, b = (rows_of(releases[f"distributor-{n}"]) for n in "ab")
    shared = frozenset(w for _, row in a for w in row) & frozenset(w for _, row in b for w in row)
    same = sum(one == other for one, other in zip(with_gaps(a, shared), with_gaps(b, shared)))
    assert len(a) == len(b)
    stated({"two recipients by any profile compare line numbers of the same file": f"{same / len(a):.0%} of rows"})


def test_habits_join_releases_without_a_common_row(releases: dict[str, list[str]], stated: Stated) -> None:
    """One has the first half of the day, the other the second: what stands in the same templates as often is matched.

    A candidate has the form of what it is matched with: the class of an address, the vendor of a MAC, a name's length.
    """
    whole = [rows_of(releases[f"vendor-{n}"]) for n in "ab"]
    shared = frozenset(w for _, row in whole[0] for w in row) & frozenset(w for _, row in whole[1] for w in row)
    truth = {m: t for a, b in zip(*whole) for m, t in zip(a[1], b[1]) if m not in shared}
    half = len(whole[0]) // 2
    ours, theirs = habits(whole[0][:half], shared), habits(whole[1][half:], shared)
    both = [mine for mine in ours if truth[mine] in theirs]
    right = chance = 0.0
    for mine in both:
        candidates = [its for its in theirs if form(its) == form(mine)]
        near = {its: likeness(ours[mine], theirs[its]) for its in candidates}
        best = [its for its, value in near.items() if value == max(near.values())]
        right += (truth[mine] in best) / len(best)
        chance += 1 / len(candidates)
    figure = f"{right / len(both):.0%} of {len(both)} stand-ins; by their form alone {chance / len(both):.0%}"
    stated({"two recipients by `vendor`, one has the morning, one the rest of the day": figure})


Habits = Counter[tuple[tuple[str, ...], int]]


def habits(rows: Sequence[Row], shared: frozenset[str]) -> dict[str, Habits]:
    """stand-in -> how often it stands at which place of which template."""
    found: dict[str, Habits] = defaultdict(Counter)
    for row, gapped in zip(rows, with_gaps(rows, shared)):
        for place, (word, seen) in enumerate(zip(row[1], gapped[1])):
            if seen == GAP != word:
                found[word][unnumbered(gapped), place] += 1
    return dict(found)


def likeness(one: Habits, other: Habits) -> float:
    """The cosine of two habits."""
    product = sum(count * other[place] for place, count in one.items())
    return product / math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))


def form(word: str) -> tuple[str, ...]:
    if re.fullmatch(r"[\d.]+", word):
        return (word.split(".")[0] if word.startswith(("10.", "192.168.")) else "public",)
    if re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", word):
        return (word[:8],)
    if word.count(":") > 1:
        return ("link-local" if word.startswith("fe80") else "IPv6",)
    return (re.sub("[a-z0-9]", "x", word.lower()), word[:5] if word.startswith(("host-", "user-")) else "")
