"""Files that hold one value, and say by their name alone what it is, as systems keep their name and serial numbers.

Of such a file the name is what a header is to a column of a CSV; nothing in it tells.
"""

from __future__ import annotations

import re

#: What a file's name, of its whole path the end, makes of the value: the key that would stand before it in a log.
_KEYS = (
    ("hostname", r"(?:etc|kernel)/hostname|hostname(?:_-[a-z])?|nodename|myname|minion_id"),
    ("domain_name", r"kernel/domainname|domainname|dnsdomainname|mailname|defaultdomain|hostname_-d"),
    ("serial_number", r"(?:product|chassis|(?:base)?board|system)[_-]serial(?:[_-]number)?"),
    ("serial_number", r"serial(?:[_-]?n(?:o|umber))?"),
    ("asset_tag", r"(?:product|chassis|board|baseboard|system)[_-]asset[_-]tag"),
    ("machine_id", r"(?:machine|host)-?id"),
    ("user_name", r"whoami|logname"),
)  # fmt: skip
_NAMES = [(key, re.compile(rf"(?:.*/)?(?:{names})(?:\.(?:txt|out))?", re.IGNORECASE)) for key, names in _KEYS]
#: Bytes of the longest value, a host's name in full (RFC 1035 2.3.4).
LONGEST = 253


def key_of_value(name: str, head: bytes, size: int) -> str:
    """The key of the one value that a file holds, by its name; ``""`` where it is none of these, or holds more.

    Args:
      head: the beginning of what it holds, decoded.
      size: bytes of the whole file.
    """
    value = head.strip()
    if size > LONGEST + 2 or not value or b"\n" in value or b" " in value or len(value) > LONGEST:
        return ""
    return next((key for key, names in reversed(_NAMES) if names.fullmatch(name)), "")
