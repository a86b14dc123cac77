"""Hyperscan databases: compiled, kept for the next process, scanned."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import hyperscan
import numpy as np

from pipeline.files import write_guarded
from pipeline.kernels import cache
from pipeline.records import Bytes, Int64

#: So many databases are kept: a policy that needs fewer recognizers has its own, and every version of this package.
MOST_KEPT = 12
_KEPT = "hyperscan-"


def database(expressions: Sequence[bytes], flags: int = 0) -> hyperscan.Database:
    """A block-mode Hyperscan database whose ids are the expressions' places, caseless."""
    db = hyperscan.Database()
    db.compile(
        expressions=list(expressions),
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[hyperscan.HS_FLAG_CASELESS | flags] * len(expressions),
    )
    return db


def kept_database(expressions: Sequence[bytes], flags: int = 0) -> hyperscan.Database:
    """The same, compiled once on this machine and kept beside the compiled kernels; for nothing that a client declared.

    One that Hyperscan made in another version or for another processor, or that is damaged, is made anew: the file
    holds what tells.
    """
    path = cache.folder() / f"{_KEPT}{_digest(expressions, flags)}"
    db = _read(path)
    if db is None:
        db = database(expressions, flags)
        try:
            write_guarded(path, hyperscan.dumpb(db))
            _forget_oldest(path.parent)
        except OSError:
            return db  # nowhere to keep it: it is compiled each time
    return db


def _digest(expressions: Sequence[bytes], flags: int) -> str:
    return hashlib.sha256(b"\0".join((b"%d" % flags, *expressions))).hexdigest()[:32]


def _read(path: Path) -> hyperscan.Database | None:
    try:
        db = hyperscan.loadb(path.read_bytes(), hyperscan.HS_MODE_BLOCK)
    except (OSError, hyperscan.error):
        return None
    db.scratch = hyperscan.Scratch(db)
    return db


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.glob(f"{_KEPT}*"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST_KEPT]:
        path.unlink(missing_ok=True)


def hits(db: hyperscan.Database, data: Bytes) -> tuple[Int64, Int64]:
    """(pattern, end) of every match, in order of report; without starts Hyperscan reports each pair once."""
    numbers: list[int] = []
    ends: list[int] = []
    add_number, add_end = numbers.append, ends.append

    def on_match(number: int, start: int, end: int, flags: int, context: object) -> None:
        add_number(number)
        add_end(end)

    if len(data):
        db.scan(data.data, match_event_handler=on_match)  # type: ignore[type-var]
    return np.fromiter(numbers, np.int64, len(numbers)), np.fromiter(ends, np.int64, len(ends))
