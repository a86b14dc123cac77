"""Keys on their way to another workspace or a safe: a file of client keys, sealed by a passphrase or a transfer key.

The root key does not travel: each key is opened here and sealed anew, together with what the file says about it.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.rootkey import RootKey, derive
from pipeline.surrogates.sealing import unseal

FORMAT, VERSION = "redact-keys", 1
SHORTEST_PASSPHRASE = 12
#: scrypt (RFC 7914): 128 MiB and about half a second a guess.
SCRYPT = {"n": 1 << 17, "r": 8, "p": 1}
PASSPHRASE, KEY_FILE = "passphrase", "key file"
#: What the file says in clear about each key, and its seal vouches for.
TEXTS = ("client", "name", "since", "key_id", "check_value", "public_suffix", "created")
NUMBERS = ("epoch", "scheme")


@dataclass(frozen=True)
class TravellingKey:
    """A client's key, and what of the client must be known where it arrives.

    Attributes:
      name, since: of the client in its workspace.
      created: the day the key was made.
    """

    key: ClientKey
    name: str
    since: str
    created: str


def by_passphrase(passphrase: str) -> Callable[[bytes], bytes]:
    """Salt -> the sealing key of a passphrase.

    Raises:
      ConfigurationError: it is too short.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < SHORTEST_PASSPHRASE:
        raise ConfigurationError(
            f"passphrase: shorter than {SHORTEST_PASSPHRASE} characters; take a longer one, such as six random words"
        )
    return lambda salt: Scrypt(salt=salt, length=32, **SCRYPT).derive(text.encode())


def by_key_file(key: RootKey) -> Callable[[bytes], bytes]:
    """Salt -> the sealing key of a transfer key."""
    return lambda salt: key.derive("transfer", salt.hex())


def written(keys: Sequence[TravellingKey], sealed_by: str, sealing_key: Callable[[bytes], bytes]) -> bytes:
    """The file.

    Args:
      sealed_by: PASSPHRASE or KEY_FILE.
    """
    salt = os.urandom(16)
    wrapping = sealing_key(salt)
    entries = []
    for travelling in keys:
        key = travelling.key
        said = {
            "client": key.client_id,
            "name": travelling.name,
            "since": travelling.since,
            "epoch": key.epoch,
            "key_id": key.key_id,
            "check_value": key.check_value,
            "scheme": key.scheme,
            "public_suffix": key.public_suffix,
            "created": travelling.created,
        }
        entries.append({**said, "wrapped": base64.b64encode(key.sealed_for(wrapping, _aad(said))).decode()})
    file = {"format": FORMAT, "version": VERSION, "sealed_by": sealed_by, "salt": salt.hex(), "keys": entries}
    return json.dumps(file, indent=1).encode() + b"\n"


def sealed_by(data: bytes, where: str) -> str:
    """PASSPHRASE or KEY_FILE. Raises KeyProblem where it is no file of keys."""
    return str(_parsed(data, where)["sealed_by"])


def read(data: bytes, where: str, sealing_key: Callable[[bytes], bytes]) -> list[TravellingKey]:
    """The keys in a file.

    Args:
      where: the file's name, for errors.

    Raises:
      KeyProblem: no such file, another passphrase or key, or a changed byte.
    """
    file = _parsed(data, where)
    wrapping = sealing_key(bytes.fromhex(file["salt"]))
    keys = []
    for entry in file["keys"]:
        said = {name: entry[name] for name in (*TEXTS, *NUMBERS)}
        try:
            secret = unseal(wrapping, base64.b64decode(entry["wrapped"], validate=True), _aad(said))
        except (KeyProblem, binascii.Error, ValueError):
            raise KeyProblem(
                f"{where}: does not open: another {file['sealed_by']} than it was sealed with, or the file was "
                "changed; give the right one, or export again"
            ) from None
        key = ClientKey(
            said["client"], said["epoch"], said["key_id"], derive(secret, 8, "check").hex(), said["scheme"],
            said["public_suffix"], secret,
        )  # fmt: skip
        keys.append(TravellingKey(key, said["name"], said["since"], said["created"]))
    return keys


def _aad(said: Mapping[str, Any]) -> bytes:
    return b"transfer/" + json.dumps(said, sort_keys=True).encode()


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    try:
        file = json.loads(data)
        whole = (
            file["format"] == FORMAT
            and file["version"] == VERSION
            and file["sealed_by"] in (PASSPHRASE, KEY_FILE)
            and len(bytes.fromhex(file["salt"])) == 16
            and all(isinstance(entry[name], int) for entry in file["keys"] for name in NUMBERS)
            and all(isinstance(entry[name], str) for entry in file["keys"] for name in (*TEXTS, "wrapped"))
        )
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise KeyProblem(f"{where}: no file of 'redact keys export', or of another version; export again")
    return dict(file)
