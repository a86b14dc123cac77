"""What is issued text by text, outside a run: rows of a vault in an SQLite file beside those of runs.

WORKSPACE/vault/<client id>/<epoch>/<recipient id>/served.sqlite
                                                   served-<machine>.sqlite   where several machines issue

A row is on the disk before the text that holds its pseudonym is handed out.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.files import file_mode, make_folder

STEM, SUFFIX = "served", ".sqlite"
#: Seconds that a writer waits for another process.
PATIENCE = 10.0
#: Digests that a writer remembers, so that what was issued before costs no look at the disk.
MOST_REMEMBERED = 200_000
#: (digest, original encrypted or none)
Row = tuple[bytes, bytes | None]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS issued (
  options TEXT NOT NULL, digest BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (options, digest, sealed)
) WITHOUT ROWID
"""


def journal_name(machine: str) -> str:
    """The name of what one of several machines issues."""
    return f"{STEM}-{machine}{SUFFIX}"


class Journal:
    """Writes the rows of one vault; for one thread at a time.

    Args:
      folder: of the vault.
      name: of the file, as ``journal_name`` says.

    Raises:
      ConfigurationError: the workspace may not be written, has no room, or the file is damaged.
    """

    def __init__(self, folder: Path, name: str = f"{STEM}{SUFFIX}") -> None:
        self._path = folder / name
        self._known: set[tuple[str, Row]] = set()
        try:
            make_folder(folder)
            # SQLite gives its files the mode of the first.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, file_mode(folder)))
            self._store = sqlite3.connect(self._path, PATIENCE, isolation_level=None, check_same_thread=False)
            self._store.execute("PRAGMA journal_mode = WAL")
            self._store.execute("PRAGMA synchronous = FULL")
            self._store.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from None

    def add(self, options: str, rows: Iterable[Row]) -> None:
        """See rows on the disk; returns when they are.

        Args:
          options: of the surrogate space that made their pseudonyms, as JSON.
        """
        new = {(options, row) for row in rows} - self._known
        if not new:
            return
        try:
            self._store.execute("BEGIN IMMEDIATE")
            try:
                self._store.executemany(
                    "INSERT OR IGNORE INTO issued VALUES (?, ?, ?)",
                    [(options, digest, sealed or b"") for options, (digest, sealed) in new],
                )
                self._store.execute("COMMIT")
            except BaseException:
                self._store.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failure(error) from None
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()
        self._known |= new

    def _failure(self, error: OSError | sqlite3.Error) -> ConfigurationError:
        return ConfigurationError(
            f"{self._path}: cannot be written ({type(error).__name__}), so nothing is handed out; mend the workspace's "
            "mode or room, or restore the file from a backup"
        )


def read_journal(folder: Path) -> Iterator[tuple[str, list[Row]]]:
    """(options, rows) of a vault's journal, nothing where there is none.

    Raises:
      ConfigurationError: the file is damaged.
    """
    for path in sorted(folder.glob(f"{STEM}*{SUFFIX}")):
        yield from _read(path)


def _read(path: Path) -> Iterator[tuple[str, list[Row]]]:
    try:
        store = sqlite3.connect(path, PATIENCE)
        try:
            for (options,) in store.execute("SELECT DISTINCT options FROM issued ORDER BY options").fetchall():
                found = store.execute("SELECT digest, sealed FROM issued WHERE options = ?", (options,))
                yield options, [(digest, sealed or None) for digest, sealed in found]
        finally:
            store.close()
    except sqlite3.Error:
        raise ConfigurationError(f"{path}: damaged, or of another version; restore it from a backup") from None
