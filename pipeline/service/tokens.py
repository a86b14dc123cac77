"""Bearer tokens of the service: each bound to one client and some recipients, kept as a digest alone.

WORKSPACE/tokens.json, mode 0600. A token is 256 random bits, so that its SHA-256 needs no salt and tells nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from pipeline.errors import ConfigurationError
from pipeline.files import file_mode, write_guarded
from pipeline.policy.reading import nearest
from pipeline.policy.workspace import Workspace, checked_name

TOKENS = "tokens.json"
PREFIX = "redact_"
VERSION = 1


@dataclass(frozen=True)
class Token:
    """A token as the workspace knows it.

    Attributes:
      name: by which it is listed and revoked.
      digest: SHA-256 of the token, hexadecimal.
      client, client_id: whose texts it may send; the id, so that it does not pass for a later client of that name.
      recipients: for whom.
      created, expires: dates; it is good on the day it expires, and no longer.
    """

    name: str
    digest: str
    client: str
    client_id: str
    recipients: tuple[str, ...]
    created: str
    expires: str

    def is_good(self, today: date) -> bool:
        return today.isoformat() <= self.expires


class Tokens:
    """The tokens of a workspace, as the file says at each call."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / TOKENS
        self._stamp: tuple[int, int] | None = None
        self._read: tuple[Token, ...] = ()

    def all(self) -> tuple[Token, ...]:
        """In order of their names.

        Raises:
          ConfigurationError: the file is damaged, or may not be read.
        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._read = self._load()
            self._stamp = stamp
        return self._read

    def find(self, token: str, today: date) -> Token | None:
        """What a token is good for; None where it is for nothing."""
        digest = digest_of(token)
        return next((t for t in self.all() if secrets.compare_digest(t.digest, digest) and t.is_good(today)), None)

    def add(self, workspace: Workspace, name: str, client: str, recipients: Sequence[str], days: int) -> str:
        """Make a token; returns it, which is nowhere else.

        Raises:
          ConfigurationError: the name is taken, client or recipient is not there, or it may not get the client's data.
        """
        own = workspace.client(client)
        for recipient in recipients:
            workspace.check_recipient(workspace.recipient(recipient), client)
        token = PREFIX + secrets.token_urlsafe(32)
        today = datetime.now(UTC).date()
        made = Token(
            checked_name(name),
            digest_of(token),
            client,
            own.id,
            tuple(dict.fromkeys(recipients)),
            today.isoformat(),
            (today + timedelta(days=days)).isoformat(),
        )
        with self._lock():
            there = self._load()
            if any(t.name == name for t in there):
                raise ConfigurationError(f"token {name}: is there already; revoke it first, or choose another name")
            self._write((*there, made))
        return token

    def revoke(self, name: str) -> None:
        """End a token. Raises ConfigurationError where there is none of that name."""
        with self._lock():
            there = self._load()
            if all(t.name != name for t in there):
                names = [t.name for t in there]
                raise ConfigurationError(f"token {name}: not in this workspace; {nearest(name, names)}")
            self._write(tuple(t for t in there if t.name != name))

    def _lock(self) -> FileLock:
        folder = self._path.parent
        return FileLock(folder / f".{TOKENS}.lock", mode=file_mode(folder), timeout=60)

    def _load(self) -> tuple[Token, ...]:
        if not self._path.exists():
            return ()
        try:
            if os.name == "posix" and self._path.stat().st_mode & 0o007:
                raise ConfigurationError(f"{self._path}: others may read it; chmod 600 it")
            raw = json.loads(self._path.read_bytes())
            if raw["version"] != VERSION:
                raise ValueError
            return tuple(Token(**{**each, "recipients": tuple(each["recipients"])}) for each in raw["tokens"])
        except OSError as error:
            raise ConfigurationError(f"{self._path}: cannot be read ({error.strerror}); mend owner or mode") from None
        except (KeyError, TypeError, ValueError):
            raise ConfigurationError(f"{self._path}: damaged, or of another version; restore or delete it") from None

    def _write(self, tokens: Sequence[Token]) -> None:
        listed = [asdict(t) for t in sorted(tokens, key=lambda t: t.name)]
        try:
            write_guarded(self._path, (json.dumps({"version": VERSION, "tokens": listed}, indent=1) + "\n").encode())
        except OSError as error:
            raise ConfigurationError(
                f"{self._path}: cannot be written ({error.strerror}); mend the folder's mode or room"
            ) from None


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
