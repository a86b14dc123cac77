"""IP addresses, version 4 and 6."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from recognizers.declaration import WORD, AnchorPattern, DeclaredRecognizer, Found, Leaf, TokenPattern
from recognizers.defanged import DOT_BY_NAME, DOT_IN_BRACKETS, refanged
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.proc_net import (
    MEMBER,
    MEMBER_BYTES,
    ROUTE,
    ROUTE_BYTES,
    SOCKET,
    address_in,
    is_in_digits,
    is_long_socket,
    is_socket,
    joined,
    parts_of_route,
    routed,
)

_DIGITS = frozenset(b"0123456789")
_DOTTED = _DIGITS | frozenset(b".")
#: A letter before it makes a version of a dotted quad.
_WORDS = WORD | _DOTTED
_COLONED = frozenset(b"0123456789abcdefABCDEF:.")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_DEFANGED = _DOTTED | frozenset(b"[]()dotDOT")
#: One number for all four octets, as some devices log it.
_NUMBER = re.compile(rb"(?:0x)?([0-9a-fA-F]{8})|[0-9]{9,10}")
#: Ports as tcpdump and the BSDs write them, after a dot: by number, or by the names that services(5) gives.
_DOTTED_PORT = re.compile(rb"\.([1-9][0-9]{0,4})(?![0-9.A-Za-z_])")
_DOTTED_SERVICE = re.compile(
    rb"\.(?:https?|ssh|domain|mdns|ntp|snmp(?:-?trap)?|smtps?|submission|imaps?|pop3s?|ldaps?|kerberos|bootp[cs]|tftp|ftp"
    rb"|telnet|microsoft-ds|netbios-(?:ns|dgm|ssn)|syslog|sips?|ssdp|bgp|mysql|postgresql|ms-(?:sql-s|wbt-server)|isakmp"
    rb"|ipsec-nat-t|rtsp|radius(?:-acct)?|sunrpc|nfs|domain-s|http-alt|router|x11|ldp)(?![0-9A-Za-z_])"
)
_WORD_BYTE = re.compile(rb"[0-9A-Za-z]")
_V6_RUN = re.compile(rb"[0-9a-fA-F:.]+(?:%[0-9A-Za-z_.-]+)?")
#: Erlang's time of day behind a date: `26-Nov-2026::05:49:33`
_DATED = re.compile(rb"(?:19|20)\d\d::\d\d:\d\d:\d\d")
#: An account's numbers and no comment, before its home (passwd(5)): `x:1000:1000::`
_PASSWD = re.compile(rb"[^:]+:[x*!]:\d+:\d+::")
_V6_PORT = re.compile(rb"[.:#]\d{1,5}$")
LONGEST = 128  # bytes: an address, its zone and what may be joined to it
_IPV4 = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}")
_OCTET, _PADDED = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)", rb"(?:25[0-5]|2[0-4]\d|[01]\d\d)"
_CANONICAL = re.compile(_OCTET + rb"(?:\." + _OCTET + rb"){3}")
_FULL_WIDTH = re.compile(_PADDED + rb"(?:\." + _PADDED + rb"){3}")
_PORT = re.compile(rb"(?::\d{1,5})?")
DASHED = r"\d{1,3}(?:-\d{1,3}){3}"
_DASHED = re.compile(
    rb"(?<![0-9A-Za-z.])(?:(?P<word>ip|ipv4|ec2|static|dyn|dhcp|ppp|host)-|[a-z][a-z0-9]{0,15}-|(?<!-))"
    rb"(?P<octets>" + _OCTET + rb"(?:-" + _OCTET + rb"){3})(?![0-9A-Za-z.]|-[0-9A-Za-z])",
    re.IGNORECASE,
)
_LETTERS_BEFORE = re.compile(rb"[A-Za-z]+\Z")
_VERSIONS = frozenset((b"v", b"r", b"ver", b"vers", b"version", b"rev", b"rel", b"release", b"build"))
#: What follows the version in a package's name, or tells of a version that is none yet.
_RELEASED = re.compile(
    rb"(?:x86|x64|i\d86|amd64|arm|aarch|noarch|src|bin|jar|win|linux|mac|darwin|rc|alpha|beta|ga|sp|final|release|snapshot"
    rb"|dev|pre|post|el|fc|deb|ubuntu|generic|all|lts|hotfix|patch|build)",
    re.IGNORECASE,
)


def is_ipv4(value: bytes) -> bool:
    """Four octets; leading zeros only where every octet has three digits."""
    return (_CANONICAL.fullmatch(value) or _FULL_WIDTH.fullmatch(value)) is not None


def is_ipv6(value: bytes) -> bool:
    """An address of RFC 4291 2.2, with or without zone."""
    if value.count(b":") < 2:
        return False
    try:
        ipaddress.IPv6Address(value.decode("ascii"))
    except ValueError:
        return False
    return True


def is_whole_ipv6(value: bytes) -> bool:
    return value.count(b":") > 1 and any(byte in _DIGITS for byte in value) and is_ipv6(value)


def has_dotted_port(token: bytes, start: int, end: int) -> bool:
    """Whether a port follows a dotted quad after one more dot, and it is no OID and no version of five numbers."""
    if _DOTTED_SERVICE.match(token, end):
        return True
    port = _DOTTED_PORT.match(token, end)
    if port is None or int(port.group(1)) > 65535:
        return False
    octets = [int(octet) for octet in token[start:end].split(b".")]
    # An OID's first number is 0 to 2, versions count slowly
    ended = token[port.end() : port.end() + 1] == b":"  # as tcpdump ends the second of a pair
    return octets[0] > 2 and (max(octets) >= 100 or int(port.group(1)) > 255 or (ended and octets[0] >= 10))


def compressed(address: ipaddress.IPv6Address) -> bytes:
    """RFC 5952, section 4, an IPv4-mapped address too: its last 32 bits in hexadecimal, as in Python before 3.13."""
    if address.ipv4_mapped is None:
        return address.compressed.encode("ascii")
    high, low = divmod(int(address.ipv4_mapped), 1 << 16)
    return b"::ffff:%x:%x" % (high, low)


def number_of(value: bytes) -> int | None:
    """The address that is written as one number: hexadecimal in eight digits, or decimal."""
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    if value.isdigit() and len(value) == 8:
        return None  # either
    number = int(found.group(1), 16) if found.group(1) else int(value)
    return number if 1 << 24 <= number < 1 << 32 else None


def is_number_form(value: bytes) -> bool:
    return number_of(value) is not None


def is_defanged(value: bytes) -> bool:
    return is_ipv4(refanged(value))


def address_of(value: bytes) -> tuple[int, int] | None:
    """Where the address stands in a whole value: alone, bracketed, with a port, a prefix length or a zone."""
    if value.count(b".") < 3 and value.count(b":") < 2:
        return None
    start = 1 if value[:1] == b"[" else 0
    end = len(value)
    if start:
        end = value.find(b"]")
        end = len(value) if end < 0 else end
    inner = value[start:end]
    inner = inner.split(b"/", 1)[0]
    v4 = _IPV4.match(inner)
    if v4 and is_ipv4(v4.group()) and _PORT.fullmatch(inner, v4.end()):
        return start, start + v4.end()
    return (start, start + len(inner)) if inner != b"::" and is_ipv6(inner) else None


def prefix_length(tail: bytes, bits: int) -> int | None:
    """The bits of a prefix from what follows the slash, their number or an IPv4 netmask; None where it is neither."""
    if tail.isdigit() and len(tail) <= 3:
        return int(tail) if int(tail) <= bits else None
    if bits != 32 or not is_ipv4(tail):
        return None
    try:
        return ipaddress.IPv4Network((0, tail.decode("ascii"))).prefixlen
    except ValueError:
        return None


def is_network(value: bytes) -> bool:
    """An address, a slash and the length of a prefix (RFC 4632 3.1, RFC 4291 2.3) or a netmask."""
    head, _, tail = value.partition(b"/")
    four = is_ipv4(head)
    if not four and not is_whole_ipv6(head):
        return False
    return prefix_length(tail, 32 if four else 128) is not None


def stands_as_address(token: bytes, start: int, end: int) -> bool:
    """Whether a dotted quad in a token is an address and not a part of a version, an OID or a longer name."""
    if not is_ipv4(token[start:end]):
        return False
    before, after = token[start - 1 : start], token[end : end + 1]
    if before.isalpha() or after.isalpha():
        return not after.isdigit() and is_glued(token, start, end)
    if after == b"." and token[end + 1 : end + 2].isalnum() and not has_dotted_port(token, start, end):
        return False
    if before.isdigit() or after.isdigit() or (before == b"." and token[:start].rstrip(b".")[-1:].isalnum()):
        return False
    octets = [int(octet) for octet in token[start:end].split(b".")]
    if octets[1:] == [0, 0, 0] and octets[0] not in (0, 10, 127):
        return False  # browsers send versions such as Chrome/120.0.0.0; nobody has a network's first address
    if after in (b"-", b"+", b"_") and token[end + 1 : end + 2].isalpha():
        # 1.2.3.4-rc1; but from-10.2.3.4-client
        own = octets[0] == 10 and before in (b"-", b"_") and token[start - 2 : start - 1].isalpha()
        return max(octets) >= 100 or (own and not _RELEASED.match(token, end + 1))
    if after == b"-" and token[end + 1 : end + 2].isdigit() and max(octets) < 10:
        # a hyphen before digits begins a package's revision, or the end of a range
        return b":" in token[end:] or _IPV4.match(token, end + 1) is not None
    if before in (b"-", b"_", b"+") and token[start - 2 : start - 1].isalpha():
        return max(octets) >= 100 or octets[0] == 10  # package-1.2.3.4
    return True


def is_glued(token: bytes, start: int, end: int) -> bool:
    """Whether a dotted quad that touches letters is an address: its numbers are larger than those of versions, and no
    word for one stands before it."""
    word = _LETTERS_BEFORE.search(token, 0, start)
    told = word.group().lower() if word else b""
    large = int(token[start : token.index(b".", start)]) >= 10 and max(map(int, token[start:end].split(b"."))) >= 100
    return told not in _VERSIONS and (large or told == b"ip")


def named_after_addresses(token: bytes) -> Iterator[tuple[int, int]]:
    """Names made of an IPv4 address, as machines have in clouds and at providers: ``ip-10-0-1-23``. Without such a word
    before them the numbers must be larger than those of dates and versions."""
    if token.count(b"-") < 3:
        return
    for found in _DASHED.finditer(token):
        octets = [int(octet) for octet in found.group("octets").split(b"-")]
        if found["word"] or (octets[0] >= 10 and max(octets) >= 100):
            yield found.span()


def version_six_in(token: bytes) -> Iterator[tuple[int, int]]:
    """The IPv6 addresses in a token: runs of hex digits and colons that parse, less what is joined to them."""
    for match in _V6_RUN.finditer(token):
        start, end = match.span()
        if token.count(b":", start, end) < 2 or end - start > LONGEST or _DATED.fullmatch(token, start, end):
            continue
        if _PASSWD.fullmatch(token):
            continue
        while start < end:
            if start and _WORD_BYTE.match(token, start - 1):  # the run starts inside a word: `src:2001:db8::1`
                colon = token.find(b":", start, end)
                start = end if colon < 0 else colon + 1
            else:
                break
        zone = token.find(b"%", start, end)
        if zone < 0 and _WORD_BYTE.match(token, end):
            continue
        limit = end if zone < 0 else zone
        while limit > start and token[limit - 1 : limit] in (b".", b":") and token[limit - 2 : limit] != b"::":
            limit -= 1
            end = limit
        candidates = [(start, end)]
        port = _V6_PORT.search(token, start, limit)
        if port and zone < 0:
            candidates.append((start, port.start()))
        if token[start : start + 1] == b":" and token[start : start + 2] != b"::":
            candidates = [(begin + 1, stop) for begin, stop in candidates]
        for begin, stop in candidates:
            text = token[begin:stop]
            if text.count(b":") >= 2 and is_ipv6(text):
                if any(byte in _DIGITS for byte in text):  # `dead::beef` is a name in C++ as likely
                    yield begin, stop
                break


_SOCKET = TokenPattern("IPv4 socket in /proc", SOCKET, 0.6, is_socket, plain_from=13)
_LONG_SOCKET = TokenPattern("IPv6 socket in /proc", r"[0-9a-f]{24}" + SOCKET, 0.85, is_long_socket, plain_from=37)
_FOUR = TokenPattern("IPv4", r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", 0.85, stands_as_address, plain_from=None)


class IpRecognizer(DeclaredRecognizer):
    """IPv4 and IPv6 addresses, alone, with a port, in brackets, with a zone, before a prefix length."""

    ENTITY = "IP_ADDRESS"
    PATTERNS = (
        _FOUR,
        TokenPattern("IPv6 shortened", r"::", 0.85, plain_from=None),
        TokenPattern("IPv6 in full", r"(?:[0-9a-f]{1,4}:){6}[0-9a-f]", 0.85, plain_from=None),
        _SOCKET,
        _LONG_SOCKET,
        TokenPattern("IPv6 in digits", r"[0-9a-f]{32}", 0.6, plain_from=32),
        AnchorPattern(
            "route in /proc", ROUTE, _HEX | frozenset(b"\t"), 0.85, back=frozenset(), back_over=ROUTE_BYTES, part=routed
        ),
        AnchorPattern(
            "group in /proc", MEMBER, frozenset(), 0.85, 0, back=frozenset(), back_over=MEMBER_BYTES, part=joined
        ),
        AnchorPattern(
            "IPv4 network",
            r"[0-9]\.[0-9]{1,3}/",
            _DOTTED,
            0.85,
            back=_WORDS,
            back_over=1,
            trim=frozenset(b"."),
            check=is_network,
        ),
        AnchorPattern(
            "IPv6 network", r"[0-9a-f:]:[0-9a-f]{0,4}/", _DIGITS, 0.85, back=_COLONED, back_over=1, check=is_network
        ),
        AnchorPattern(
            "IPv4 after an escaped control", r"(?:#01[125]|\\[tnr])", _DOTTED, 0.85, 7, frozenset(b"."), check=is_ipv4
        ),
        AnchorPattern(
            "one number after key",
            r"\b(?:(?:src|dst|source|dest|destination|client|server|remote|local|peer|host|inet)[_ -]?ip(?:v4)?"
            r"(?:[_ -]?addr(?:ess)?)?|ip(?:v4)?[_ -]?addr(?:ess)?|inet_addr)"
            + KEYED
            + r"(?:0x)?[0-9a-f]{7}|\bip(?:v4)?"
            + KEYED
            + r"(?:0x[0-9a-f]{7}|[0-9]{9})",  # without a role eight letters and digits may be a processor's register
            _HEX,
            0.6,
            1,
            back=_HEX | frozenset(b"xX"),
            back_over=1,
            check=is_number_form,
        ),
        AnchorPattern(
            "defanged",
            r"[0-9]" + DOT_IN_BRACKETS,
            _DEFANGED,
            0.85,
            1,
            frozenset(b"[]()."),
            back=_DOTTED,
            back_over=3,
            check=is_defanged,
        ),
        AnchorPattern(
            "defanged by name",
            r"[0-9]" + DOT_BY_NAME,
            _DEFANGED,
            0.85,
            1,
            frozenset(b"[]()."),
            back=_DOTTED,
            back_over=5,
            check=is_defanged,
        ),
        AnchorPattern("IPv6 after an escaped control", r"(?:#01[125]|\\[tnr])", _COLONED, 0.85, 3, check=is_whole_ipv6),
    )
    KEYS = KEYS["IP_ADDRESS"]
    SOURCE = "RFC 791; RFC 4291 2.2; RFC 4007 11 (zones); RFC 5952 (canonical text)"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """IPv4 by its pattern, IPv6 by reading runs, since only parsing tells where an address ends."""
        yield from self.found_by((_FOUR,), token)
        if token.count(b":") >= 2:
            for start, end in version_six_in(token):
                yield Found(start, end, self.ENTITY, "IPv6", 0.85)
        elif len(token) in (13, 37):
            yield from self.found_by((_SOCKET, _LONG_SOCKET), token)
        elif is_in_digits(token):
            yield Found(0, len(token), self.ENTITY, "IPv6 in digits", 0.6)

    def accepts_key_value(self, value: bytes) -> bool:
        return address_of(value) is not None or is_number_form(value) or is_defanged(value)

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The address, or the network with its length."""
        if is_ipv4(value):
            return (Leaf(0, len(value), self.ENTITY),)
        if b"/" in value and is_network(value):
            return (Leaf(0, len(value), self.ENTITY),)
        span = address_of(value)
        if span:
            return (Leaf(*span, self.ENTITY),)
        return tuple(Leaf(*part, self.ENTITY) for part in parts_of_route(value)) or super().leaves(value)

    def canonical(self, value: bytes) -> bytes:
        """Dotted quad without leading zeros, or RFC 5952; port, brackets and zone are dropped; a network's length is
        its number of bits. One number, and what is defanged, are the quad they stand for."""
        number = number_of(value)
        if number is not None:
            return str(ipaddress.IPv4Address(number)).encode("ascii")
        value = refanged(value) if is_defanged(value) else value
        head, slash, tail = value.partition(b"/")
        if slash and is_network(value):
            return b"%b/%d" % (self.canonical(head), prefix_length(tail, 128 if b":" in head else 32) or 0)
        span = address_of(value)
        if span is None:
            address = address_in(value)
            return value.lower() if address is None else self.canonical(str(address).encode("ascii"))
        text = value[slice(*span)].split(b"%", 1)[0]
        if b":" not in text:
            whole = _CANONICAL.fullmatch(text)
            return text if whole else b".".join(b"%d" % int(octet) for octet in text.split(b"."))
        return compressed(ipaddress.IPv6Address(text.decode("ascii")))
