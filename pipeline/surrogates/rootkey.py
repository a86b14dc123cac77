"""The workspace's root key: where it comes from, and what is refused."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.errors import KeyProblem

ENVIRONMENT = "REDACT_ROOT_KEY"
LENGTH = 32
#: A key command may have to reach a key service; it may not hang a run.
COMMAND_SECONDS = 60


def derive(secret: bytes, length: int, purpose: str, *context: str) -> bytes:
    """``length`` bytes of HKDF-SHA256 (RFC 5869); purpose, contexts and length are each length-prefixed in ``info``.

    No two different lists of contexts give the same ``info``.
    """
    info = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (b"redact", purpose.encode(), *(c.encode() for c in context), str(length).encode())
    )
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


class RootKey:
    """32 random bytes that wrap every client's key. Never printed, never pickled."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != LENGTH:
            raise KeyProblem(f"root key: {len(secret)} bytes where {LENGTH} are needed; give the key that was created")
        self._secret = secret

    def derive(self, purpose: str, *context: str, length: int = LENGTH) -> bytes:
        return derive(self._secret, length, purpose, *context)

    @classmethod
    def create(cls, path: Path) -> RootKey:
        """Writes a new key, base64url in a file of mode 0600. Raises KeyProblem where a file stands already."""
        secret = os.urandom(LENGTH)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyProblem(
                f"{path}: a root key is here; it is never overwritten: use it, or name another file"
            ) from None
        except OSError as error:
            raise KeyProblem(f"{path}: cannot be written ({error.strerror}); name a writable folder") from None
        with os.fdopen(handle, "wb") as file:
            file.write(base64.urlsafe_b64encode(secret) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return cls(secret)

    @classmethod
    def load(cls, path: Path) -> RootKey:
        """The key in a file. Raises KeyProblem where it is missing, open to others (POSIX), or no key."""
        try:
            if os.name == "posix":
                mode = stat.S_IMODE(path.stat().st_mode)
                if mode & 0o077:
                    raise KeyProblem(f"{path}: mode {mode:04o} lets others reach the root key; run: chmod 600 '{path}'")
            text = path.read_bytes()
        except FileNotFoundError:
            raise KeyProblem(
                f"{path}: no root key here; put the workspace's key back, set {ENVIRONMENT}, or name a key command"
            ) from None
        except OSError as error:
            raise KeyProblem(f"{path}: cannot be read ({error.strerror}); mend the file's owner or mode") from None
        return cls(_decoded(text, str(path)))

    @classmethod
    def from_environment(cls) -> RootKey:
        """The key in the environment variable REDACT_ROOT_KEY, base64."""
        text = os.environ.get(ENVIRONMENT)
        if not text:
            raise KeyProblem(f"{ENVIRONMENT}: not set; set it to the base64 of the root key, or use a key file")
        return cls(_decoded(text.encode("utf-8", "surrogateescape"), ENVIRONMENT))

    @classmethod
    def from_command(cls, argv: Sequence[str]) -> RootKey:
        """The key that a command writes to its standard output, base64; what it wrote is in no error."""
        if not argv:
            raise KeyProblem("key_command: empty; give the program and its arguments as a list")
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, and no shell
                list(argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=COMMAND_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise KeyProblem(f"key_command: {argv[0]} gave no key in {COMMAND_SECONDS} s; run it by hand") from None
        except OSError as error:
            raise KeyProblem(f"key_command: {argv[0]} does not start ({error.strerror}); give its full path") from None
        if done.returncode:
            raise KeyProblem(f"key_command: {argv[0]} ended with {done.returncode}; run it by hand to see why")
        return cls(_decoded(done.stdout, f"key_command {argv[0]}"))

    @classmethod
    def find(cls, path: Path, key_command: Sequence[str] | None = None) -> RootKey:
        """The key from the environment where it is set, else from the command where one is named, else the file."""
        if os.environ.get(ENVIRONMENT):
            return cls.from_environment()
        return cls.from_command(key_command) if key_command else cls.load(path)

    def __repr__(self) -> str:
        return "RootKey()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a root key is not pickled: each worker opens its own keystore")


def _decoded(text: bytes, where: str) -> bytes:
    plain = text.strip().replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    try:
        secret = base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise KeyProblem(f"{where}: not base64; give the {LENGTH}-byte root key in base64") from None
    if len(secret) != LENGTH:
        raise KeyProblem(f"{where}: {len(secret)} bytes where a root key has {LENGTH}; give the key that was created")
    return secret
