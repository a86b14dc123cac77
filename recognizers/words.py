"""The word lists that ship with the recognizers (``data/README.md`` names their sources)."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources


@cache
def load_words(name: str) -> frozenset[bytes]:
    """The words of ``data/<name>.txt``, or of ``data/<name>.txt.gz``, in lower case.

    Raises:
      FileNotFoundError: no list of that name ships.
    """
    folder = resources.files("recognizers").joinpath("data")
    plain = folder.joinpath(f"{name}.txt")
    if plain.is_file():
        raw = plain.read_bytes()
    else:
        raw = gzip.decompress(folder.joinpath(f"{name}.txt.gz").read_bytes())
    lines = (line.strip().lower() for line in raw.splitlines())
    return frozenset(line for line in lines if line and not line.startswith(b"#"))


@cache
def common_words() -> frozenset[bytes]:
    """English words, and the words, daemons and commands of logs."""
    return load_words("common_words") | load_words("system_words")


def is_placeholder(value: bytes) -> bool:
    """Whether a value only says that there is none: ``-``, ``(null)``, ``n/a``, ``***``, ``<user>``."""
    if value.isalnum():
        lower = value.lower()
        return lower in load_words("placeholders") or not lower.strip(b"x")
    lower = value.strip(b" \t\"'").lower()
    bare = lower.strip(b"()[]{}<>%$\\")
    if not bare or bare in load_words("placeholders"):
        return True
    if lower[:1] in (b"<", b"{") or lower[:2] in (b"${", b"%{", b"%("):
        return True
    return not bare.translate(None, b"*xX.-_?#/\\:;,=+~!|&@^$%")
