"""The workspace: the firm's folder of clients, recipients, keys and known values.

redact.yaml                     marks the folder; version, random id, key_command where a program gives the root key,
                                and recognizers, the user's own, that every run takes
clients/<name>.yaml             id and date of a client
recipients/<name>.yaml          one party's policy, with its own random id
keys/root.key                   mode 0600; may instead come from REDACT_ROOT_KEY
keys/…                          wrapped client keys (pipeline.surrogates.keystore)
known/<client id>/…             known values, encrypted (pipeline.policy.known_values)
vault/<client id>/<epoch>/…     what was issued to each recipient (pipeline.release.vaults)
audit.jsonl                     who turned what back, when and why (pipeline.governance.audit)
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigurationError
from pipeline.policy.known_values import KnownValues, KnownValuesStore
from pipeline.policy.model import NAME, Policy, load_profile, profile_names, read_policy
from pipeline.policy.reading import nearest, read_mapping
from pipeline.surrogates.keystore import ClientKey, Keystore
from pipeline.surrogates.rootkey import RootKey

MARKER = "redact.yaml"
DEFAULT = "workspace"
ENVIRONMENT = "REDACT_WORKSPACE"
VERSION = 1
ID = re.compile(r"[0-9a-f]{32}\Z")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Client:
    """A client of the firm: its name in the workspace and its opaque id in releases."""

    name: str
    id: str
    created: str


@dataclass(frozen=True)
class RecipientFile:
    """A recipient as it stands in the workspace."""

    name: str
    id: str
    policy: Policy


@dataclass(frozen=True)
class Workspace:
    """An open workspace."""

    folder: Path

    # Making and finding.

    @classmethod
    def create(cls, folder: Path, say: Say = lambda text: None) -> Workspace:
        """Make a workspace with its root key, and say what that means.

        Raises:
          ConfigurationError: there is one already, or the folder cannot be written.
        """
        if (folder / MARKER).exists():
            raise ConfigurationError(f"{folder}: is a workspace already; use it, or name another folder")
        try:
            for part in ("clients", "recipients", "keys", "known"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            os.chmod(folder / "keys", 0o700)
        except OSError as error:
            raise ConfigurationError(
                f"{folder}: cannot be written ({error.strerror}); name a folder that can"
            ) from None
        workspace = cls(folder)
        root_from_environment = bool(os.environ.get("REDACT_ROOT_KEY"))
        root = RootKey.from_environment() if root_from_environment else RootKey.create(workspace.root_key)
        Keystore.create(folder / "keys", root)
        _write_new(folder / MARKER, {"version": VERSION, "id": secrets.token_hex(16)})
        say(f"Made the workspace {folder}.")
        if not root_from_environment:
            say(
                f"Its root key is {workspace.root_key} (mode 0600). Keep a copy in a safe place: whoever loses it "
                "can no longer turn pseudonyms back or continue them, whoever gets it together with the workspace can."
            )
        return workspace

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """The workspace in a folder.

        Raises:
          ConfigurationError: there is none, or it was made by another version.
        """
        marker = folder / MARKER
        if not marker.is_file():
            raise ConfigurationError(f"{folder}: no workspace here; make one with 'redact init {folder}'")
        if read_mapping(marker.read_bytes(), str(marker)).get("version") != VERSION:
            raise ConfigurationError(f"{marker}: version: not {VERSION}; use the redact that made this workspace")
        return cls(folder)

    @classmethod
    def find(cls, explicit: Path | None = None) -> Workspace | None:
        """The workspace named, or in REDACT_WORKSPACE, or nearest: this folder or ``workspace/`` in it or above.

        None where there is none, and where a named folder is none yet.
        """
        named = explicit or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
        if named is not None:
            return cls.open(named) if (named / MARKER).exists() else None
        here = Path.cwd()
        for folder in (here, *here.parents):
            for place in (folder, folder / DEFAULT):
                if (place / MARKER).is_file():
                    return cls.open(place)
        return None

    @property
    def root_key(self) -> Path:
        return self.folder / "keys" / "root.key"

    @cached_property
    def keystore(self) -> Keystore:
        """The keystore, opened.

        Raises:
          KeyProblem: the root key is missing, readable by others, or another.
          ConfigurationError: ``key_command`` in redact.yaml is no list of words.
        """
        marker = self.folder / MARKER
        argv = read_mapping(marker.read_bytes(), str(marker)).get("key_command")
        if argv is not None and not (isinstance(argv, list) and argv and all(isinstance(a, str) for a in argv)):
            raise ConfigurationError(
                f"{marker}: key_command: must be a program and its arguments, as [pass, show, redact]"
            )
        return Keystore.open(self.folder / "keys", RootKey.find(self.root_key, argv))

    @cached_property
    def recognizers(self) -> tuple[str, ...]:
        """Files and modules of recognizers that every run takes, from redact.yaml; files lie in the workspace.

        Raises:
          ConfigurationError: it is no list of names.
        """
        marker = self.folder / MARKER
        listed = read_mapping(marker.read_bytes(), str(marker)).get("recognizers") or []
        if not isinstance(listed, list) or not all(isinstance(name, str) and name for name in listed):
            raise ConfigurationError(f"{marker}: recognizers: must be a list of files or modules, as [badges.yaml]")
        files = (".yaml", ".yml", ".py")
        return tuple(str(self.folder / name) if name.endswith(files) else name for name in listed)

    @property
    def known(self) -> KnownValuesStore:
        return KnownValuesStore(self.folder / "known")

    # Clients.

    def client_names(self) -> list[str]:
        return sorted(p.stem for p in (self.folder / "clients").glob("*.yaml"))

    def client(self, name: str) -> Client:
        """A client by name.

        Raises:
          ConfigurationError: there is none.
        """
        path = self.folder / "clients" / f"{checked_name(name)}.yaml"
        if not path.is_file():
            if list((self.folder / "clients" / "destroyed").glob(f"{name}-{'?' * 32}.yaml")):
                raise ConfigurationError(
                    f"client {name}: its keys were destroyed, so nothing of it can be turned back or continued; to "
                    f"begin anew, add it: redact client add {name}"
                )
            raise ConfigurationError(
                f"client {name}: not in this workspace (add it: redact client add {name}); "
                f"{nearest(name, self.client_names())}"
            )
        data = read_mapping(path.read_bytes(), path.name)
        client_id = data.get("id")
        if not isinstance(client_id, str) or not ID.match(client_id):
            raise ConfigurationError(f"{path.name}: id: must be 32 of 0-9 and a-f; restore the file from a backup")
        return Client(name, client_id, str(data.get("created", "")))

    def add_client(self, name: str, known: KnownValues | None = None) -> Client:
        """Add a client with a key of its own.

        Raises:
          ConfigurationError: there is one of that name.
        """
        client = Client(checked_name(name), secrets.token_hex(16), _today())
        path = self.folder / "clients" / f"{name}.yaml"
        if path.exists():
            raise ConfigurationError(
                f"client {name}: is there already; declare more of it with 'redact client known {name}', or choose "
                "another name"
            )
        # The file is written last: cut short before it, nothing stands in the way of doing it again.
        key = self.keystore.new_client(client.id)
        if known:
            self.known.add(key, known)
        self.write_client(name, client.id, client.created)
        return client

    def write_client(self, name: str, client_id: str, created: str) -> None:
        """The file that makes a client of a name. Raises ConfigurationError where one stands."""
        _write_new(self.folder / "clients" / f"{checked_name(name)}.yaml", {"id": client_id, "created": created})

    def add_known(self, name: str, known: KnownValues) -> int:
        """Declare more known values of a client; returns the version."""
        return self.known.add(self._known_key(name), known)

    def remove_known(self, name: str, known: KnownValues) -> int:
        """Take known values of a client back; returns the version."""
        return self.known.remove(self._known_key(name), known)

    def known_values(self, name: str) -> KnownValues:
        """What a client declares now."""
        key = self._known_key(name)
        return self.known.load(key, self.known.latest(key.client_id))

    def _known_key(self, name: str) -> ClientKey:
        return self.keystore.open_client(self.client(name).id, for_maps=False)

    # Recipients.

    def recipient_names(self) -> list[str]:
        return sorted(p.stem for p in (self.folder / "recipients").glob("*.yaml"))

    def recipient(self, name: str) -> RecipientFile:
        """A recipient by name, its policy checked.

        Raises:
          ConfigurationError: there is none, it is a bare profile, or its file is wrong.
        """
        path = self.folder / "recipients" / f"{checked_name(name)}.yaml"
        if not path.is_file():
            if name in profile_names():
                raise ConfigurationError(
                    f"recipient {name}: is a profile, a kind of recipient, and no one's name; name the party: "
                    f"--recipient cisco={name}"
                )
            raise ConfigurationError(
                f"recipient {name}: not in this workspace (open it: --recipient {name}=vendor); "
                f"{nearest(name, self.recipient_names())}"
            )
        policy = read_policy(path.read_bytes(), path.name)
        if policy.id is None:
            raise ConfigurationError(f"{path.name}: id: is missing; add a line: id: {secrets.token_hex(16)}")
        return RecipientFile(name, policy.id, policy)

    def add_recipient(
        self, name: str, profile: str, clients: Sequence[str], more: Mapping[str, Any] | None = None
    ) -> RecipientFile:
        """Add a recipient by a profile, opened for some clients.

        Raises:
          ConfigurationError: there is one of that name, no such profile, or a client that is not there.
        """
        path = self.folder / "recipients" / f"{checked_name(name)}.yaml"
        if name in profile_names():
            raise ConfigurationError(f"recipient {name}: is the name of a profile; give the party's own name")
        if path.exists():
            raise ConfigurationError(
                f"recipient {name}: is there already; edit {path} (a further client stands under clients:), or choose "
                "another name"
            )
        base = load_profile(profile)
        for client in clients:
            self.client(client)
        if profile == "client" and len(clients) != 1:
            raise ConfigurationError(f"recipient {name}: profile client gets one client's data; name one --client")
        data = {
            "id": secrets.token_hex(16),
            "extends": profile,
            "purpose": base.purpose,
            "clients": list(clients),
            **(more or {}),
        }
        read_policy(yaml.safe_dump(data, sort_keys=False).encode(), path.name)
        _write_new(path, data)
        return self.recipient(name)

    def check_recipient(self, recipient: RecipientFile, client: str, datasets: Iterable[str] = ()) -> None:
        """Whether a recipient may get a client's data, of some datasets; decided before a byte is read.

        Raises:
          ConfigurationError: it may not.
        """
        policy = recipient.policy
        if client not in policy.clients:
            raise ConfigurationError(
                f"{recipient.name}.yaml: clients: not opened for client {client}; "
                f"add {client} to the list if it may get that client's data"
            )
        if policy.extends == "client" and len(policy.clients) != 1:
            raise ConfigurationError(f"{recipient.name}.yaml: clients: profile client gets one client's data only")
        _refuse_shared_id(self.folder / "recipients", recipient.name, recipient.id)
        if client in self.client_names():  # else it is about to be opened
            _refuse_shared_id(self.folder / "clients", client, self.client(client).id)
        for dataset in datasets:
            if dataset not in policy.datasets:
                raise ConfigurationError(
                    f"{recipient.name}.yaml: datasets: does not name {dataset}; add it to the list"
                )


def checked_id(client_id: str) -> bool:
    return ID.match(client_id) is not None


def checked_name(name: str) -> str:
    """A name of a client or recipient.

    Raises:
      ConfigurationError: it is none.
    """
    if not NAME.match(name):
        raise ConfigurationError(f"{name!r}: a name is 1 to 63 of a-z, 0-9 and -, and starts with a letter or digit")
    return name


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _refuse_shared_id(folder: Path, name: str, party_id: str) -> None:
    """Raises ConfigurationError where another's file names a party's id, too, as a copy does: keys follow the id."""
    for other in sorted(folder.glob("*.yaml")):
        if other.stem == name:
            continue
        data = other.read_bytes()
        if party_id.encode() in data and read_mapping(data, other.name).get("id") == party_id:
            raise ConfigurationError(
                f"{name}.yaml: id: stands in {other.name}, too, so that both would have the same pseudonyms; delete "
                "the copy and add that party by 'redact client add' or 'redact recipient add', which gives it an id"
            )


def _write_new(path: Path, data: Mapping[str, Any]) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            yaml.safe_dump(dict(data), file, sort_keys=False, allow_unicode=True)
    except FileExistsError:
        raise ConfigurationError(f"{path.name}: is there already; edit it, or choose another name") from None
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}); mend the folder's mode or space"
        ) from None
