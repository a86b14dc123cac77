"""The keystore: one random key per client and epoch, wrapped by the root key.

``FOLDER/keystore.json`` holds the root key's check value, ``FOLDER/clients/<client>/<epoch>.json`` one wrapped key.
Whoever holds the root key and the keystore can turn pseudonyms back. A client's key is random and derived from
nothing: once its files are destroyed, here and in every backup, the root key alone gives nothing back.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import publicsuffixlist
from filelock import FileLock

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.files import file_mode, make_folder, write_guarded
from pipeline.surrogates.rootkey import RootKey, derive
from pipeline.surrogates.sealing import seal, unseal

__all__ = ["ClientKey", "Keystore", "RootKey", "SCHEME", "public_suffix_snapshot"]

#: Version of every map in this room: a change that alters one pseudonym raises it.
SCHEME = 1
CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
EPOCH = re.compile(r"[1-9][0-9]{0,8}")
DESTROYED = "destroyed.json"


@lru_cache(maxsize=1)
def public_suffix_snapshot() -> str:
    """A digest of the public suffix list in use: host names map differently under another list."""
    path = Path(publicsuffixlist.__file__).with_name("public_suffix_list.dat")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class ClientKey:
    """One client's key of one epoch. Never printed, never pickled.

    Attributes:
      client_id, epoch: whose key, and which.
      key_id: random and public; names the key in plans and manifests.
      check_value: public; differs, but for chance (2^-64), where the key differs.
      scheme: version of the maps the key was made for.
      public_suffix: the public suffix list at the epoch's start, see ``public_suffix_snapshot``.
    """

    client_id: str
    epoch: int
    key_id: str
    check_value: str
    scheme: int
    public_suffix: str
    _secret: bytes = field(repr=False)

    def require_scheme(self) -> None:
        """Raises KeyProblem where the maps of today are not those the key was made for."""
        if self.scheme != SCHEME:
            raise KeyProblem(
                f"client {self.client_id}: key of epoch {self.epoch}: made for maps of version {self.scheme}, not "
                f"{SCHEME}; use the redact of then, or begin a new epoch: redact keys rotate"
            )

    def require_maps(self) -> None:
        """Raises KeyProblem where pseudonyms made now would differ from those made at the epoch's start."""
        self.require_scheme()
        if self.public_suffix != public_suffix_snapshot():
            raise KeyProblem(
                f"client {self.client_id}: key of epoch {self.epoch}: made with the public suffix list "
                f"{self.public_suffix}, and {public_suffix_snapshot()} is installed: host names would get other "
                "pseudonyms; install the publicsuffixlist of then, or begin a new epoch: redact keys rotate"
            )

    def sealed_for(self, wrapping: bytes, aad: bytes) -> bytes:
        """The key itself, sealed under another one."""
        return seal(wrapping, self._secret, aad)

    def derive(self, purpose: str, *context: str, length: int = 32) -> bytes:
        """``length`` bytes of HKDF-SHA256; other purposes, contexts or lengths give unrelated bytes."""
        return derive(self._secret, length, purpose, *context)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client key is not pickled: send key_id and check_value, and open the keystore there")


class Keystore:
    """A folder of wrapped client keys. Writes are locked and atomic, reads need no lock."""

    def __init__(self, folder: Path, root: RootKey) -> None:
        self._folder = folder
        self._root = root

    @classmethod
    def create(cls, folder: Path, root: RootKey) -> Keystore:
        """A new keystore. Raises KeyProblem where one stands already."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = cls(folder, root)
        with store._lock():
            if (folder / "keystore.json").exists():
                raise KeyProblem(f"{folder}: a keystore is here already; open it, or name another folder")
            _write(folder / "keystore.json", {"scheme": SCHEME, "check_value": store._check_value()})
        return store

    @classmethod
    def open(cls, folder: Path, root: RootKey) -> Keystore:
        """The keystore in a folder. Raises KeyProblem where there is none, or the root key is not its own."""
        store = cls(folder, root)
        if _read(folder / "keystore.json", "check_value")["check_value"] != store._check_value():
            raise KeyProblem(f"{folder}: this root key is not the one the keystore was made with; give that one")
        return store

    def clients(self) -> list[str]:
        """Clients that have a key, sorted."""
        folder = self._folder / "clients"
        names = [path.name for path in folder.iterdir() if CLIENT_ID.fullmatch(path.name)] if folder.is_dir() else []
        return sorted(name for name in names if self.epochs(name))

    def epochs(self, client_id: str) -> list[int]:
        """Epochs of a client's keys, oldest first; empty where it has none."""
        folder = self._client(client_id)
        return sorted(int(p.stem) for p in folder.glob("*.json") if EPOCH.fullmatch(p.stem)) if folder.is_dir() else []

    def new_client(self, client_id: str) -> ClientKey:
        """A first key for a client. Raises KeyProblem where it has one."""
        with self._lock():
            if self.epochs(client_id):
                raise KeyProblem(f"client {client_id}: has a key already; open it, or rotate it")
            return self._make(client_id)

    def rotate(self, client_id: str) -> ClientKey:
        """A key for a new epoch; keys of older epochs stay. Pseudonyms change from here on."""
        with self._lock():
            if not self.epochs(client_id):
                raise self._absent(client_id)
            return self._make(client_id)

    def destroy(self, client_id: str) -> None:
        """Overwrites and removes every key of a client; what is left names key ids and the day.

        File systems, snapshots and backups may hold older copies of the wrapped keys: those are to be removed too.
        """
        with self._lock():
            epochs = self.epochs(client_id)
            if not epochs:
                raise self._absent(client_id)
            folder = self._client(client_id)
            ids = [_read(folder / f"{epoch}.json", "key_id")["key_id"] for epoch in epochs]
            if (folder / DESTROYED).exists():
                ids = [*_read(folder / DESTROYED, "key_ids")["key_ids"], *ids]
            _write(folder / DESTROYED, {"last_epoch": epochs[-1], "key_ids": ids, "date": _today()})
            for epoch in epochs:
                path = folder / f"{epoch}.json"
                with open(path, "r+b") as file:
                    file.write(b" " * path.stat().st_size)
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()

    def open_client(self, client_id: str, epoch: int | None = None, *, for_maps: bool = True) -> ClientKey:
        """A client's key, of the newest epoch unless one is named. Raises KeyProblem where it does not open.

        Args:
          for_maps: pseudonyms are to be made with it, so that scheme and public suffix list must be those of the key.
        """
        epochs = self.epochs(client_id)
        if not epochs:
            raise self._absent(client_id)
        if epoch is not None and epoch not in epochs:
            raise KeyProblem(f"client {client_id}: no key of epoch {epoch}; there are {', '.join(map(str, epochs))}")
        epoch = epochs[-1] if epoch is None else epoch
        path = self._client(client_id) / f"{epoch}.json"
        entry = _read(path, "wrapped", "key_id", "check_value", "scheme", "public_suffix")
        scheme = entry["scheme"]
        if not isinstance(scheme, int):
            raise KeyProblem(f"{path}: scheme: not a number; restore the file from a backup")
        try:
            wrapped = base64.b64decode(str(entry["wrapped"]), validate=True)
        except (binascii.Error, ValueError):
            raise KeyProblem(f"{path}: wrapped: not base64; restore the file from a backup") from None
        try:
            secret = unseal(self._wrapping(client_id, epoch), wrapped, str(entry["key_id"]).encode())
        except KeyProblem:
            raise KeyProblem(
                f"{path}: does not open under this root key; give the key it was made with, or restore the file"
            ) from None
        check_value = derive(secret, 8, "check").hex()
        key = ClientKey(
            client_id, epoch, str(entry["key_id"]), check_value, scheme, str(entry["public_suffix"]), secret
        )
        if key.check_value != entry["check_value"]:
            raise KeyProblem(f"{path}: check value does not fit the key; restore the file from a backup")
        if for_maps:
            key.require_maps()
        return key

    def created(self, client_id: str, epoch: int) -> str:
        """The day a key was made."""
        return str(_read(self._client(client_id) / f"{epoch}.json", "created")["created"])

    def adopt(self, keys: Sequence[tuple[ClientKey, str]]) -> int:
        """Take keys from elsewhere, each with the day it was made, unless one must not be: then none.

        Returns how many were taken: a key that is here already stays as it is.

        Raises:
          KeyProblem: another key stands in one's place, or one was destroyed here.
        """
        with self._lock():
            missing = [(key, created) for key, created in keys if not self._holds(key)]
            for key, created in missing:
                self._store(key, created)
        return len(missing)

    def _holds(self, key: ClientKey) -> bool:
        path = self._client(key.client_id) / f"{key.epoch}.json"
        gone = path.with_name(DESTROYED)
        if gone.exists() and key.key_id in _read(gone, "key_ids")["key_ids"]:
            raise KeyProblem(
                f"client {key.client_id}: key {key.key_id} was destroyed here, and does not come back; nothing was "
                "imported: destroy that copy, too"
            )
        if not path.exists():
            return False
        here = _read(path, "key_id", "check_value")
        if (here["key_id"], here["check_value"]) != (key.key_id, key.check_value):
            raise KeyProblem(
                f"client {key.client_id}: another key of epoch {key.epoch} is here, and a key is never overwritten; "
                "nothing was imported: export without this client, or import into another workspace"
            )
        return True

    def workspace_key(self, purpose: str) -> bytes:
        """32 bytes of the root for what belongs to no client: run ids, digests of quarantined places."""
        return self._root.derive("workspace", purpose)

    def __repr__(self) -> str:
        return f"Keystore({str(self._folder)!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a keystore is not pickled: each worker opens its own")

    def _make(self, client_id: str) -> ClientKey:
        folder = self._client(client_id)
        epoch = max([0, *self.epochs(client_id)])
        if (folder / DESTROYED).exists():
            last = _read(folder / DESTROYED, "last_epoch")["last_epoch"]
            if not isinstance(last, int):
                raise KeyProblem(f"{folder / DESTROYED}: last_epoch: not a number; restore the file from a backup")
            epoch = max(epoch, last)
        epoch += 1
        secret = os.urandom(32)
        check_value = derive(secret, 8, "check").hex()
        key = ClientKey(client_id, epoch, os.urandom(8).hex(), check_value, SCHEME, public_suffix_snapshot(), secret)
        self._store(key, _today())
        return self.open_client(client_id, epoch)

    def _store(self, key: ClientKey, created: str) -> None:
        folder = self._client(key.client_id)
        make_folder(folder)
        wrapped = key.sealed_for(self._wrapping(key.client_id, key.epoch), key.key_id.encode())
        entry = {
            "scheme": key.scheme,
            "client": key.client_id,
            "epoch": key.epoch,
            "key_id": key.key_id,
            "check_value": key.check_value,
            "created": created,
            "public_suffix": key.public_suffix,
            "wrapped": base64.b64encode(wrapped).decode(),
        }
        _write(folder / f"{key.epoch}.json", entry)

    def _absent(self, client_id: str) -> KeyProblem:
        gone = self._client(client_id) / DESTROYED
        if gone.exists():
            day = _read(gone, "date")["date"]
            return KeyProblem(f"client {client_id}: its keys were destroyed on {day}; add the client anew to go on")
        return KeyProblem(f"client {client_id}: has no key in {self._folder}; add the client first")

    def _client(self, client_id: str) -> Path:
        if not CLIENT_ID.fullmatch(client_id):
            raise ConfigurationError("client id: 1 to 63 of a-z 0-9 - _, the first a letter or digit; mend the id")
        return self._folder / "clients" / client_id

    def _wrapping(self, client_id: str, epoch: int) -> bytes:
        return self._root.derive("wrap", client_id, str(epoch))

    def _check_value(self) -> str:
        return self._root.derive("check", length=8).hex()

    def _lock(self) -> FileLock:
        if not self._folder.is_dir():
            raise KeyProblem(f"{self._folder}: no keystore here; make the workspace first")
        return FileLock(self._folder / ".lock", mode=file_mode(self._folder), timeout=60)


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _write(path: Path, entry: dict[str, Any]) -> None:
    try:
        write_guarded(path, json.dumps(entry, indent=1).encode() + b"\n")
    except OSError as error:
        raise KeyProblem(f"{path}: cannot be written ({error.strerror}); mend the folder's mode or space") from None


def _read(path: Path, *needed: str) -> dict[str, Any]:
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyProblem(f"{path}: is missing; make the workspace first, or restore it from a backup") from None
    except OSError as error:
        raise KeyProblem(f"{path}: cannot be read ({error.strerror}); mend the file's owner or mode") from None
    except ValueError:
        raise KeyProblem(f"{path}: not JSON; restore the file from a backup") from None
    for name in needed:
        if not isinstance(entry, dict) or name not in entry:
            raise KeyProblem(f"{path}: {name} is missing; restore the file from a backup")
    return dict(entry)
