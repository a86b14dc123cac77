"""Small releases joined: what readers see stays the same, whatever was killed or damaged."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

import pipeline.service.compaction as compaction
from pipeline.service.compaction import compact

if TYPE_CHECKING:
    from conftest import Place


def once(*numbers: range) -> Counter[int]:
    return Counter(number for some in numbers for number in some)


def test_small_releases_are_joined_and_superseded_ones_go_later(place: Place) -> None:
    watch = place.watch()
    for start in range(0, 50, 10):
        place.write("a.log", range(start, start + 10))
        place.ticks(watch)
    before = place.rows()
    native = place.natives()
    assert len(list(place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*"))) >= 5
    (said,) = compact(str(place.out))
    assert re.search(r"joined \d+ releases, 50 records", said)
    assert place.rows() == before == once(range(50)), "while both are there"
    assert compact(str(place.out)) == []
    place.write("a.log", range(50, 60))
    place.ticks(watch)
    said = "\n".join(compact(str(place.out), compaction.timedelta(0)))
    assert "60 records" in said and said.count("removed run") >= 5
    assert place.rows() == once(range(60))
    said = "\n".join(compact(str(place.out), compaction.timedelta(0)))
    assert said.count("removed run") >= 2
    (part,) = place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*")
    (joined,) = place.out.glob("cisco/client=*/_native/run=*/logs/a.log")
    assert joined.read_text().startswith(native)
    assert len(list(place.out.glob("cisco/client=*/_archive/*"))) == 1
    assert place.rows() == once(range(60))


def test_a_compaction_that_was_killed_leaves_nothing_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = place.watch()
    for start in (0, 10):
        place.write("a.log", range(start, start + 10))
        place.ticks(watch)

    def killed(*parts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(compaction, "create_if_absent", killed)
        compact(str(place.out))
    assert place.rows() == once(range(20))
    place.write("a.log", range(20, 30))
    place.ticks(watch)
    compact(str(place.out), compaction.timedelta(0))
    assert place.rows() == once(range(30))
    published = list(place.out.glob("cisco/client=*/dataset=logs/run=*/_manifest.json"))
    assert len(published) == len(list(place.out.glob("cisco/client=*/dataset=logs/run=*")))


def test_a_damaged_part_is_not_joined(place: Place) -> None:
    watch = place.watch()
    for start in (0, 10):
        place.write("a.log", range(start, start + 10))
        place.ticks(watch)
    part = next(place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*"))
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(compaction.RedactError, match="not what its manifest says"):
        compact(str(place.out))
