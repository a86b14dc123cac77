"""What a watch has taken: how far it is in each file, and the tick that it does now. One SQLite file.

WORKSPACE/watch/<id>/claims.sqlite      places and keyed digests; of the files it holds names alone
WORKSPACE/watch/<id>/<tick>/            the bytes of a tick, mode 0600, until it is published

A tick is claimed in one transaction with the places that it moves: before it nothing has happened, after it the tick is
done, by this process or the next one, from bytes that no rotation can take away.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from pipeline.files import file_mode, make_folder


@dataclass(frozen=True)
class Place:
    """How far a file is taken.

    Attributes:
      device, inode: what the file is, whatever its name.
      path: its last name, relative to the folder.
      offset: bytes that are taken; -1 for a file that is not, see ``reason``.
      head, tail: keyed digests of its first bytes and of those before ``offset``, at most ENDS of each.
      shown: up to where an unfinished last line was released as it stood, or 0.
      reason: why nothing of it is taken, or empty.
    """

    device: int
    inode: int
    path: str
    offset: int
    head: bytes
    tail: bytes
    shown: int = 0
    reason: str = ""


_COLUMNS = ", ".join(field.name for field in fields(Place))
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS places ({_COLUMNS}, PRIMARY KEY (device, inode));
CREATE TABLE IF NOT EXISTS ticks (number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT, plan TEXT);
"""


class Claims:
    """The claims of one watch; one process at a time holds them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        path = folder / "claims.sqlite"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, file_mode(folder)))
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.execute("PRAGMA journal_mode = WAL")
        self._store.execute("PRAGMA synchronous = FULL")
        self._store.executescript(_SCHEMA)

    def places(self) -> dict[tuple[int, int], Place]:
        """By device and inode, those not noted longest first."""
        rows = self._store.execute(f"SELECT {_COLUMNS} FROM places ORDER BY rowid")
        # Of a name that is no UTF-8 no text can be stored, but its bytes.
        found = [replace(place, path=os.fsdecode(place.path)) for place in (Place(*row) for row in rows)]
        return {(place.device, place.inode): place for place in found}

    def open_tick(self) -> tuple[int, str] | None:
        """(number, plan) of the tick that is claimed and not done, if there is one."""
        row = self._store.execute("SELECT number, plan FROM ticks WHERE plan IS NOT NULL").fetchone()
        return (row[0], row[1]) if row else None

    def next_number(self) -> int:
        row = self._store.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticks'").fetchone()
        return (row[0] if row else 0) + 1

    def spool(self, number: int) -> Path:
        """An empty folder for the bytes of a tick that is not yet claimed."""
        folder = self.folder / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        make_folder(folder)
        return folder

    def claim(self, run: str, plan: str, places: Iterable[Place]) -> None:
        """Claim a tick, whose bytes are on the disk, with the places that it moves."""
        with self._transaction():
            self._store.execute("INSERT INTO ticks (run, plan) VALUES (?, ?)", (run, plan))
            self._put(places)

    def note(self, places: Iterable[Place], gone: Iterable[tuple[int, int]]) -> None:
        """Note new names and reasons, and files that are no more."""
        with self._transaction():
            self._put(places)
            self._store.executemany("DELETE FROM places WHERE device = ? AND inode = ?", list(gone))

    def done(self, number: int) -> None:
        """The tick is published: its bytes go, and of its row the number stays."""
        self._store.execute("UPDATE ticks SET plan = NULL WHERE number = ?", (number,))
        self._store.execute("DELETE FROM ticks WHERE number < ?", (number,))
        shutil.rmtree(self.folder / str(number), ignore_errors=True)

    def _put(self, places: Iterable[Place]) -> None:
        marks = ", ".join(f":{field.name}" for field in fields(Place))
        rows = [{**asdict(place), "path": os.fsencode(place.path)} for place in places]
        self._store.executemany(f"INSERT OR REPLACE INTO places ({_COLUMNS}) VALUES ({marks})", rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._store)


class _Transaction:
    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store

    def __enter__(self) -> None:
        self._store.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._store.execute("ROLLBACK" if kind else "COMMIT")
