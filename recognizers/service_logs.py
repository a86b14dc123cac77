"""Places in logs of services that no phrase or key tells: Asterisk, Bacula, CUPS, Exim, Netlogon, leases of DHCP."""

from __future__ import annotations

import re
from collections.abc import Callable

from recognizers.accounts import names_someone
from recognizers.declaration import AnchorPattern
from recognizers.hosts import is_host
from recognizers.phrases import NAME_BYTES
from recognizers.words import is_placeholder

_PRINTED = frozenset(range(0x20, 0x7F)) | frozenset(range(0x80, 0x100))
#: Of SIP and IAX2: a peer, and behind it the number of one call.
_PEER = re.compile(rb"(?![0-9]\.[0-9])([A-Za-z0-9_.+-]+?)(?:-[0-9a-f]{8})?\Z")


def _part(shape: bytes, accepts: Callable[[bytes], bool]) -> Callable[[bytes], tuple[int, int] | None]:
    """What stands in a value of some shape, in its first group."""
    compiled = re.compile(shape)

    def part(value: bytes) -> tuple[int, int] | None:
        found = compiled.search(value)
        return found.span(1) if found and accepts(found.group(1)) else None

    return part


def _is_given(value: bytes) -> bool:
    return not is_placeholder(value)


def _peer(value: bytes) -> tuple[int, int] | None:
    found = _PEER.match(value)
    return found.span(1) if found and (found.group(1).isdigit() or names_someone(found.group(1))) else None


HOSTS_OF_SERVICES = (
    AnchorPattern(  # its daemons are called after their machines: `quill-fd JobId 42: `
        "daemon of a backup",
        r" jobid [0-9]{1,9}: ",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" :"),
        part=_part(rb"([^ ]+)-(?:dir|fd|sd) [Jj]ob[Ii]d [0-9]+: \Z", is_host),
    ),
    AnchorPattern(  # dnsmasq's: the client's id is its hardware address mostly
        "of a lease",
        r" 01(?::[0-9a-f]{2}){6}",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" :"),
        part=_part(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3} ([^ *]+) 01:[0-9A-Fa-f:]+\Z", _is_given),
    ),
    AnchorPattern(
        "of Netlogon",
        r"\bno_client_site: |\blogon of [a-z0-9\\._$()-]{1,64} from ",
        NAME_BYTES,
        0.6,
        2,
        frozenset(b".-"),
        check=_is_given,
    ),
    AnchorPattern(  # cut off at 16 bytes by last(1), and so of no suffix that is known
        "behind a terminal",
        r"\bpts/[0-9]{1,4} {1,16}",
        NAME_BYTES,
        0.6,
        4,
        part=_part(rb"\A([A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+\.?)\Z", _is_given),
    ),
)
ACCOUNTS_OF_SERVICES = (
    AnchorPattern(
        "local part delivered to",
        r" (?:[=-]>|\*\*|==) [a-z0-9_.+-]{1,64} <",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=2,
        part=_part(rb"\A([^ ]+) <\Z", names_someone),
    ),
    AnchorPattern("peer", r"\b(?:PJ)?SIP/|\bIAX2/|\bSCCP/", NAME_BYTES, 0.6, 2, part=_peer),
    AnchorPattern(  # `printer account job [date`
        "of a printed page",
        r" [0-9]{1,9} \[[0-9]{2}/[a-z]{3}/[0-9]{4}:",
        frozenset(),
        0.6,
        0,
        back=_PRINTED,
        part=_part(rb"\A[^ ]+ ([^ ]+) [0-9]+ \[[0-9A-Za-z/]+:\Z", names_someone),
    ),
)
NUMBERS_OF_SERVICES = (
    AnchorPattern("called by a trunk", r"\bSIP/[a-z0-9_.-]{1,32}/", frozenset(b"+0123456789"), 0.6, 7),
    AnchorPattern(
        "called in a context",
        r"[0-9]{6}@from-",
        frozenset(),
        0.6,
        0,
        back=frozenset(b"+0123456789"),
        back_over=6,
        part=_part(rb"\A(\+?[0-9]{7,15})@", _is_given),
    ),
)
DEVICES_OF_SERVICES = (
    AnchorPattern(  # ISC's: a client's id with a byte that is no letter, such as its hardware address
        "of a lease", r"\buid \x22\\[0-7]{3}", frozenset(), 0.85, 0, until=b'"', back=frozenset(), back_over=4
    ),
)
