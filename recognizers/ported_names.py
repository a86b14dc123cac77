"""Hosts before a port, in a token."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.conventions import is_thread
from recognizers.hosts import is_host, is_named
from recognizers.words import is_placeholder

#: A token that tells: two hyphens, or fifteen bytes.
PORTED = r"[a-z](?:[a-z0-9_]{0,24}-[a-z0-9_]{0,24}-[a-z0-9-]{0,24}|[a-z0-9-]{9,62}):[0-9]{4,5}"
_PORTED = re.compile(
    rb"([A-Za-z][A-Za-z0-9_]{0,24}-[A-Za-z0-9_]{0,24}-[A-Za-z0-9-]{0,24}|[A-Za-z][A-Za-z0-9-]{9,62})"
    rb":[0-9]{4,5}(?![0-9]|\.[0-9])"
)


def ported_names_in(token: bytes) -> Iterator[tuple[int, int]]:
    """The hosts of `mesos-slave-21:5051` and the like: with a hyphen, and a part that is no word or is a number."""
    for match in _PORTED.finditer(token):
        start, end = match.span(1)
        name = match.group(1)
        if start and token[start - 1 : start] not in (b":", b"@", b"+") or b"-" not in name or is_placeholder(name):
            continue
        if not is_thread(name) and (is_named(name) or (is_host(name) and re.search(rb"-[0-9]+\Z", name))):
            yield start, end
