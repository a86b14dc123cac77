"""A kept database finds what a compiled one finds, and whatever stands in its place is made anew."""

from __future__ import annotations

from pathlib import Path

import hyperscan
import numpy as np
import pytest

from pipeline.detection import databases
from pipeline.detection.databases import MOST_KEPT, database, hits, kept_database
from pipeline.kernels import cache

EXPRESSIONS = [rb"host=[a-z]", rb"\buser ", rb"[0-9]{4}:"]
TEXT = np.frombuffer(b"HOST=web1 user kim 0443: host=db", np.uint8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cache, "folder", lambda: tmp_path)
    return tmp_path


def found(db: hyperscan.Database) -> list[tuple[int, int]]:
    number, end = hits(db, TEXT)
    return list(zip(number.tolist(), end.tolist(), strict=True))


def test_a_kept_database_is_read_not_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = found(kept_database(EXPRESSIONS))
    assert first == found(database(EXPRESSIONS)) and len(first) == 4
    monkeypatch.setattr(databases, "database", lambda expressions, flags: pytest.fail("compiled again"))
    assert found(kept_database(EXPRESSIONS)) == first


def test_other_expressions_or_flags_have_a_database_of_their_own(folder: Path) -> None:
    for expressions, flags in ((EXPRESSIONS, 0), (EXPRESSIONS[1:], 0), (EXPRESSIONS, hyperscan.HS_FLAG_MULTILINE)):
        kept_database(expressions, flags)
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-40], lambda data: data[:999] + b"\xff\x0f" + data[1001:]]
)
def test_a_damaged_file_is_made_anew(folder: Path, damage) -> None:  # type: ignore[no-untyped-def]
    expected = found(kept_database(EXPRESSIONS))
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert found(kept_database(EXPRESSIONS)) == expected
    assert path.read_bytes() == whole


def test_where_nothing_can_be_kept_it_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "missing")
    assert found(kept_database(EXPRESSIONS)) == found(database(EXPRESSIONS))


def test_the_oldest_go(folder: Path) -> None:
    for n in range(MOST_KEPT + 3):
        kept_database([b"a{%d}b" % (n + 1)])
    assert len(list(folder.iterdir())) == MOST_KEPT
