"""The audit file: who turned what back, when and why; one line of JSON each, never an original.

Each line holds a keyed digest over itself and the line before, so that a line that was changed, put in or taken out
shows to whoever holds the root key. Lines taken off the end show only against a digest noted elsewhere: ``verified``
takes one.
"""

from __future__ import annotations

import errno
import getpass
import hmac
import json
import os
import re
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipeline.errors import ConfigurationError, RefusedError
from pipeline.files import file_mode

AUDIT = "audit.jsonl"
#: The digest before the first line.
FIRST = "0" * 64
REASON = re.compile(r"[A-Za-z0-9_./-]{1,64}")
DIGEST = re.compile(r"[0-9a-f]{64}")


def checked_reason(reason: str) -> str:
    """A short code, such as a ticket's number: free text could name someone.

    Raises:
      ConfigurationError: it is none.
    """
    if not REASON.fullmatch(reason):
        raise ConfigurationError(
            "--reason: must be a code of 1 to 64 of A-Z a-z 0-9 - _ / . such as a ticket's number, TICKET-4711; "
            "it is written to the audit file, where no free text may stand"
        )
    return reason


def user_name() -> str:
    """The account of this process as the system knows it, whatever the environment says."""
    if os.name == "posix":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"uid {os.getuid()}"
    return getpass.getuser()


def append(workspace: Path, key: bytes, entry: Mapping[str, Any]) -> str:
    """Add a line, with time and account, and see it on the disk; returns its digest.

    Args:
      key: 32 bytes, ``Keystore.workspace_key("audit")``.

    Raises:
      RefusedError: the file as it stands was tampered with.
      ConfigurationError: it cannot be written.
    """
    path = workspace / AUDIT
    try:
        with FileLock(workspace / f".{AUDIT}.lock", mode=file_mode(workspace), timeout=60):
            lines = verified(workspace, key)
            before = lines[-1]["digest"] if lines else FIRST
            line = {
                "number": len(lines) + 1,
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "who": user_name(),
                **entry,
            }
            line["digest"] = _digest(key, before, line)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "wb", buffering=0) as file:
                if not lines:
                    os.chmod(path, file_mode(workspace))
                _add_whole(file, _written(line) + b"\n")
            return str(line["digest"])
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}), so nothing is turned back; mend the file's mode or the disk"
        ) from None


def _add_whole(file: FileIO, line: bytes) -> None:
    """Append a line and see it on the disk; where there is no room for all of it, none of it stays."""
    before = os.fstat(file.fileno()).st_size
    try:
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), before)
        raise


def verified(workspace: Path, key: bytes, noted: str | None = None) -> list[dict[str, Any]]:
    """Every line, each held to its digest.

    Args:
      noted: a digest that was noted earlier, and must be one of them.

    Raises:
      RefusedError: a line was changed, put in or taken out, or the noted one is gone; or the file is a link or no file.
      ConfigurationError: the file cannot be read, or ``noted`` is no digest.
    """
    path = workspace / AUDIT
    if noted is not None and not DIGEST.fullmatch(noted):
        raise ConfigurationError("--noted: not a digest; give the 64 hex digits that 'redact audit verify' printed")
    try:
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise RefusedError(
                f"{path}: a link, or no regular file, so that lines could go anywhere; put the file itself there"
            )
        data = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); mend the file's owner or mode") from None
    if data and not data.endswith(b"\n"):
        raise RefusedError(
            f"{path}: the last line is cut short, as by a crash while it was written; nothing was turned back for it: "
            "keep a copy, take that line off, and run again"
        )
    lines: list[dict[str, Any]] = []
    before = FIRST
    for number, raw in enumerate(data.split(b"\n")[:-1], 1):
        try:
            line = json.loads(raw)
            # The digest is of what was read: of a key that stands twice, the last.
            is_ours = _written(line) == raw and line["number"] == number
            held = str(line.pop("digest"))
            is_ours &= hmac.compare_digest(held.encode(), _digest(key, before, line).encode())
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            is_ours = False
        if not is_ours:
            raise RefusedError(
                f"{path}: line {number}: it, or a line before it, was changed, put in or taken out since it was "
                "written; restore the file from a backup, and find out who did"
            )
        before = held
        lines.append({**line, "digest": held})
    if noted is not None and noted not in (line["digest"] for line in lines):
        raise RefusedError(
            f"{path}: the line of the digest that was noted is gone, so lines were taken off the end; restore the file "
            "from a backup, and find out who did"
        )
    return lines


def _written(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode()


def _digest(key: bytes, before: str, line: Mapping[str, Any]) -> str:
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, f"{before}\0{text}".encode(), "sha256").hex()
