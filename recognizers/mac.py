"""MAC addresses: EUI-48 and EUI-64 in every notation, and the header that iptables logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.declaration import BEGINNING, AnchorPattern, DeclaredRecognizer, Found, Leaf, TokenPattern
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.words import common_words

_HEX = frozenset(b"0123456789abcdefABCDEF")
_GROUPS = re.compile(
    rb"(?<![0-9a-z])(?:[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5,}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5,}"
    rb"|(?<!\.)[0-9a-f]{4}(?:\.[0-9a-f]{4}){2,}(?!\.?[0-9a-z])"
    rb"|(?<!-)[0-9a-f]{4}(?:-[0-9a-f]{4}){2,}(?!-?[0-9a-z]))(?![0-9a-z])",
    re.IGNORECASE,
)
#: Names that Linux gives interfaces by their address (systemd.net-naming-scheme(7)).
#: What stands before the address in a DHCPv6 client's DUID, with a time or without (RFC 8415 11.2, 11.4).
_UNIQUE_ID = re.compile(
    rb"00([:-])01\1(?:00\1(?:01|06)\1(?:[0-9a-f]{2}\1){4})|00([:-])03\2(?:00\2(?:01|06)\2)", re.IGNORECASE
)
_INTERFACE = re.compile(rb"(?<![0-9a-z])(?:en|wl|ww|ib|sl)x([0-9a-f]{12})(?![0-9a-z])")
_SHORT_OCTETS = re.compile(rb"[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}", re.IGNORECASE)
_DOTTED_OCTETS = re.compile(rb"[0-9a-f]{2}(?:\.[0-9a-f]{2}){5}", re.IGNORECASE)
_HALVES = re.compile(rb"[0-9a-f]{6}[:-][0-9a-f]{6}", re.IGNORECASE)
_NOT_HEX = re.compile(rb"[^0-9a-fA-F]+")
_OCTETS = re.compile(rb"[0-9a-fA-F]+")
#: As Wireshark resolves an address: its maker's short name, or what a group is for, and the octets that are left; or
#: six octets in halves, where it knows neither.
_RESOLVED = re.compile(
    rb"(?<![0-9a-z_.:-])(?:(?P<halves>(?:[0-9a-f]{2}:){2}[0-9a-f]{2}_(?:[0-9a-f]{2}:){2}[0-9a-f]{2})"
    rb"|(?P<group>ipv6mcast)_(?P<four>(?:[0-9a-f]{2}:){3}[0-9a-f]{2})"
    rb"|(?P<maker>[0-9a-z][0-9a-z.-]{1,23})_(?P<three>(?:[0-9a-f]{2}:){2}[0-9a-f]{2}))(?![0-9a-z_:])",
    re.IGNORECASE,
)
_CLOCK = re.compile(rb"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\Z")
_MIXED = re.compile(rb"[a-z][A-Z]|[A-Z]{2}[a-z]")
_GROUPS_OF = {b"ipv4mcast": b"01005e", b"ipv6mcast": b"3333"}
_SCORE = 0.85
HEADER_OCTETS = 14  # destination, source, EtherType: what the LOG target of iptables prints after MAC=


def is_bare(value: bytes) -> bool:
    """Twelve or sixteen hex digits without separators, not all the same."""
    return len(value) in (12, 16) and all(byte in _HEX for byte in value)


def is_mixed(value: bytes) -> bool:
    """As ``is_bare``, and no word or number: letters and digits both."""
    return is_bare(value) and not value.isalpha() and len(set(value)) > 2


def is_between_commas(value: bytes) -> bool:
    """A column of twelve digits, letters among them, and the comma behind it: numbers alone are a serial's."""
    return is_mixed(value[:-1]) and len(value) == 13 and not value[:-1].isdigit()


def is_keyed(value: bytes) -> bool:
    """As ``is_bare``, in two halves (`001122-aabbcc`), or six octets without leading zeros; what has all its zeros is
    found by itself."""
    if _SHORT_OCTETS.fullmatch(value):
        return len(value) < 17
    return is_bare(value) or _HALVES.fullmatch(value) is not None or _DOTTED_OCTETS.fullmatch(value) is not None


def is_spoken(value: bytes) -> bool:
    """Behind the word: as ``is_mixed``, or six octets with dots between."""
    return is_mixed(value) or _DOTTED_OCTETS.fullmatch(value) is not None


def is_short(value: bytes) -> bool:
    """Six octets, at least one of which has lost its leading zero."""
    return _SHORT_OCTETS.fullmatch(value) is not None and len(value) < 17


def parts_of(run: bytes) -> list[tuple[int, int, str]]:
    """The addresses in a run of groups: [start, end) in the run, and the notation."""
    groups = [match.span() for match in _OCTETS.finditer(run)]
    separator = run[groups[0][1] : groups[0][1] + 1]
    # without a letter, words with hyphens or a first 2 are as likely a date or a version
    has_letter = re.search(rb"[a-f]", run, re.IGNORECASE) is not None
    if groups[0][1] - groups[0][0] == 4:
        if (
            not (has_letter or (separator == b"." and run[:1] != b"2"))
            or len(groups) not in (3, 4)
            or (separator == b"-" and len(groups) == 4)
        ):
            return []
        return [(0, len(run), "dotted" if separator == b"." else "hyphened words")]
    if any(end - start == 1 for start, end in groups):
        # Solaris and old ifconfig drop leading zeros; a letter tells that from a time or an OID with colons.
        if len(groups) == 7 and run[:2] == b"1:" and has_letter:
            return [(groups[1][0], len(run), "short octets")]
        return [(0, len(run), "short octets")] if len(groups) == 6 and has_letter else []
    name = "colons" if separator == b":" else "hyphens"
    link = _UNIQUE_ID.match(run)
    if link is not None and len(groups) - 6 == link.group().count(separator):
        return [(groups[-6][0], len(run), name)]
    if len(groups) in (6, 8):
        return [(0, len(run), name if len(groups) == 6 else f"EUI-64 {name}")]
    if len(groups) == 7:  # a DHCP client identifier: hardware type, then the address
        return [(groups[1][0], len(run), name)] if run[:2] == b"01" else []
    if len(groups) == HEADER_OCTETS:
        return [(0, len(run), "iptables header")]
    if len(groups) == 12:
        return [(0, groups[5][1], name), (groups[6][0], len(run), name)]
    return []


def resolved_in(token: bytes) -> Iterator[tuple[int, int]]:
    """`HewlettP_00:53:01`; behind a word, and as a time is written, it is one: `backup_10:20:30`."""
    for match in _RESOLVED.finditer(token):
        maker, low = match["maker"], match["three"]
        if low is None or not _CLOCK.match(low) or _names_maker(maker):
            yield match.span()


def _names_maker(name: bytes) -> bool:
    """Makers have a capital letter, and another within, or a part that is no word."""
    parts = (part for part in re.split(rb"[^a-z]+", name.lower()) if part)
    return (
        (name[:1].isdigit() and name != name.lower())
        or name[:1].isupper()
        and (_MIXED.search(name) is not None or any(part not in common_words() for part in parts))
    )


class MacRecognizer(DeclaredRecognizer):
    """MAC addresses (IEEE 802, EUI-48 and EUI-64).

    Twelve digits without separators are one only under a key that says so.
    """

    ENTITY = "MAC_ADDRESS"
    PATTERNS = (
        TokenPattern("colons", r"(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}", _SCORE, plain_from=None),
        TokenPattern("hyphens", r"(?:[0-9a-f]{2}-){5}[0-9a-f]{2}", _SCORE, plain_from=None),
        TokenPattern("dotted", r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}", _SCORE, plain_from=None),
        TokenPattern("hyphened words", r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", _SCORE, plain_from=None),
        TokenPattern("resolved", r"_[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}", _SCORE, plain_from=None),
        TokenPattern("interface", r"\b(?:en|wl|ww|ib|sl)x[0-9a-f]{12}\b", _SCORE, plain_from=15),
        AnchorPattern(
            "bare after key",
            r"\b(?:[a-z0-9]{0,24}[_ -]?(?:mac|hwaddr|bssid|lladdr)(?:[_ -]?addr(?:ess)?)?|hw(?:sender|dest|src|addr)"
            r"|ether)" + KEYED,
            _HEX | frozenset(b":-."),
            0.6,
            min_length=11,
            trim=frozenset(b"."),
            check=is_keyed,
        ),
        AnchorPattern(
            "short octets after phrase",
            r"\b(?:is-at|at|lladdr|ether|hwaddr) [0-9a-f]{1,2}:[0-9a-f]{1,2}:",
            _HEX | frozenset(b":"),
            0.6,
            min_length=7,
            back=_HEX | frozenset(b":"),
            back_over=1,
            check=is_short,
        ),
        AnchorPattern(
            "bare in a column",
            r"[,(][0-9a-f]{12},",
            frozenset(),
            0.6,
            0,
            back=_HEX,
            back_over=1,
            check=is_between_commas,
        ),
        AnchorPattern(
            "bare in a column of keys",
            r"\b(?:hardware|ethernet|physical|mac) address[ \t.]{0,40}:[ \t]{1,40}",
            _HEX,
            0.6,
            min_length=12,
            check=is_keyed,
        ),
        AnchorPattern(
            "in a list of groups",  # /proc/net/dev_mcast
            BEGINNING + r"\n])[0-9]{1,4} {1,8}[a-z][a-z0-9.@-]{1,15} {1,16}[0-9]{1,4} {1,8}[0-9]{1,4} {1,8}",
            _HEX,
            0.85,
            min_length=12,
            check=is_keyed,
        ),
        AnchorPattern(
            "bare after phrase",
            r"\b(?:mac(?: addr(?:ess)?)?|station|sta|bssid|hwaddr|ether)[ \t]{1,2}",
            _HEX | frozenset(b"."),
            0.6,
            min_length=12,
            trim=frozenset(b"."),
            check=is_spoken,
        ),
    )
    KEYS = KEYS["MAC_ADDRESS"]
    SOURCE = "IEEE 802-2014 8.1; RFC 7042 2.1"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Every run of groups in the token, read as a whole; PATTERNS only say which tokens may hold one."""
        for match in _INTERFACE.finditer(token):
            yield Found(*match.span(1), self.ENTITY, "interface", _SCORE)
        for start, end in resolved_in(token):
            yield Found(start, end, self.ENTITY, "resolved", _SCORE)
        for match in _GROUPS.finditer(token):
            for start, end, name in parts_of(match.group()):
                yield Found(match.start() + start, match.start() + end, self.ENTITY, name, _SCORE)

    def accepts_key_value(self, value: bytes) -> bool:
        if _RESOLVED.fullmatch(value):
            return True
        return len(_NOT_HEX.sub(b"", value)) in (12, 16, 28) and len(value) <= 3 * HEADER_OCTETS

    def canonical(self, value: bytes) -> bytes:
        """Twelve or sixteen lower-case hex digits; six where only a name stands for the others."""
        resolved = _RESOLVED.fullmatch(value)
        if resolved is not None and not resolved["halves"]:
            before = _GROUPS_OF.get((resolved["group"] or resolved["maker"]).lower(), b"")
            return before + (resolved["four"] or resolved["three"]).replace(b":", b"").lower()
        octets = _OCTETS.findall(value)
        if any(len(octet) == 1 for octet in octets):
            octets = [octet.rjust(2, b"0") for octet in octets]
        return b"".join(octets).lower()

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The whole value less a comma, or the two addresses of an iptables header."""
        if value.endswith(b","):
            return (Leaf(0, len(value) - 1, self.ENTITY),)
        groups = [match.span() for match in _OCTETS.finditer(value)]
        if len(groups) == HEADER_OCTETS:
            first, second = (0, groups[5][1]), (groups[6][0], groups[11][1])
            return Leaf(*first, self.ENTITY), Leaf(*second, self.ENTITY)
        return super().leaves(value)
