"""Addresses in headers and commands of mail (RFC 5322 section 3.4): they are read, names beside them are masked."""

from __future__ import annotations

import numpy as np

from pipeline.captures.fields import Kind, claim, keep
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

TEXT = np.int64(Kind.TEXT)
EMAIL_ADDRESS = np.int64(ENTITY_ID["EMAIL_ADDRESS"])
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
#: What stands between addresses; the brackets of a domain literal do not.
_BETWEEN = np.array([byte <= 32 or byte in b'<>(),;:"' for byte in range(256)])


@compiled
def mail_addresses(data, at, stop, out, column):  # type: ignore[no-untyped-def]
    """Claim each address in ``data[at:stop]`` and what separates; a word without ``@`` is not claimed."""
    while at < stop:
        start = at
        while at < stop and _BETWEEN[data[at]]:
            at += 1
        keep(out, start, at)
        start, mark = at, np.int64(-1)
        while at < stop and not _BETWEEN[data[at]]:
            if data[at] == 64:
                mark = at
            at += 1
        if mark == start:  # what goes before is quoted
            keep(out, start, start + 1)
            claim(out, start + 1, at, TEXT, HOSTNAME, column)
        elif mark > start:
            claim(out, start, at, TEXT, EMAIL_ADDRESS, column)
