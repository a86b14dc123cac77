"""Places in which a host stands: the head of a line, a share's path, a log's own brackets."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_host, is_host_before_time, is_share_host
from recognizers.phrases import NAME_BYTES

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"

BY_PLACE = (
    AnchorPattern(
        "before time",
        r"[a-z0-9_]: " + _MONTH,
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=5,
        check=is_host_before_time,
    ),
    AnchorPattern("UNC server", r"[ \t\x22'=,;(<\[>|]\\\\", frozenset(), 0.6, 2, until=b"\\", check=is_share_host),
    AnchorPattern(
        "UNC server, escaped", r"[ \t\x22'=,;(<\[>|]\\\\\\\\", frozenset(), 0.6, 2, until=b"\\", check=is_share_host
    ),
    AnchorPattern("share", r"[ \t\x22'=,;(<\[>|]//", frozenset(), 0.6, 2, until=b"/", check=is_share_host),
    AnchorPattern("in brackets", r"\[(?:host|hostname|server) \x22", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern("of an account", r"[a-z0-9_]'@'", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern("DHCP client", r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2} \(", NAME_BYTES, 0.85, 2, TRIM, check=is_host),
)
