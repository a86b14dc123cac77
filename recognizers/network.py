"""Names of wireless networks, and numbers of autonomous systems."""

from __future__ import annotations

import re

from recognizers.configured_secrets import LINE
from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.device_numbers import SSIDS
from recognizers.keys import KEYS
from recognizers.phrases import KEYED, NAME_BYTES, SEPARATOR
from recognizers.words import common_words, is_placeholder

_DIGIT = frozenset(b"0123456789")
_NAME = NAME_BYTES | frozenset(b"@#!&*$")
#: Octets of an SSID (IEEE 802.11-2020 9.4.2.2), and of one written with escapes.
LONGEST_SSID = 128
_SSID_KEYS = r"(?:\b|_)e?ssid(?:[ _-]?name)?|\b(?:wlan|wifi|wi-fi)[ _-]?(?:name|network|profile)"
_AS_NUMBER = re.compile(rb"(?:AS[N ]?)?([0-9]{1,10})", re.IGNORECASE)
TOP = 1 << 32
#: Numbers that name no one (RFC 7607, 6793, 5398, 7300).
_RESERVED = frozenset((0, 23456, 65535, TOP - 1))


def is_ssid(value: bytes) -> bool:
    return len(value) <= LONGEST_SSID and value[:1] not in b" ,;:" and not is_placeholder(value)


def is_uncommon_ssid(value: bytes) -> bool:
    """After a phrase prose may follow."""
    return is_ssid(value) and value.lower() not in common_words()


def is_as_number(value: bytes) -> bool:
    """A number of 32 bits that is given out or private, not a reserved one (RFC 6793)."""
    match = _AS_NUMBER.fullmatch(value)
    return match is not None and int(match.group(1)) < TOP and int(match.group(1)) not in _RESERVED


_COUNTERS = re.compile(rb"([0-9]{1,10})(?:[ \t]+[0-9]+){5}[ \t]")


def first_of_counters(value: bytes) -> tuple[int, int] | None:
    """The neighbor's number, before what was sent and received (`show ip bgp summary`)."""
    found = _COUNTERS.match(value)
    return found.span(1) if found is not None and is_as_number(found.group(1)) else None


class SsidRecognizer(DeclaredRecognizer):
    """Names of wireless networks, by key and phrase."""

    ENTITY = "SSID"
    PATTERNS = (
        AnchorPattern(
            "after key", rf"(?:{_SSID_KEYS}){SEPARATOR}[<\[({{]?", _NAME, 0.6, 1, frozenset(b".-"), check=is_ssid
        ),
        AnchorPattern(
            "quoted after key",
            rf"(?:(?:{_SSID_KEYS}){SEPARATOR}|\be?ssid )\\?[\x22]{{0,2}}\x22",
            _NAME,
            0.85,
            1,
            frozenset(b"\\"),
            b'"',
            check=is_ssid,
        ),
        AnchorPattern(
            "apostrophes after key",
            rf"(?:(?:{_SSID_KEYS}){SEPARATOR}|\be?ssid )'",
            _NAME,
            0.85,
            1,
            frozenset(b"\\"),
            b"'",
            check=is_ssid,
        ),
        AnchorPattern(
            "after phrase",
            r"(?:\b(?:with|to|for|from) e?ssid [(\[]?|\bwlan[(\[]|\bjoin(?:ed|ing) (?:wi-?fi )?network [<\x22']?)",
            _NAME,
            0.6,
            2,
            frozenset(b".,"),
            check=is_uncommon_ssid,
        ),
        AnchorPattern(  # Called-Station-Id, RFC 3580 3.20
            "behind an access point's address",
            r"\b(?:[0-9a-f]{2}-){5}[0-9a-f]{2}:",
            _NAME,
            0.6,
            2,
            frozenset(b".,"),
            check=is_uncommon_ssid,
        ),
        *SSIDS,
    )
    KEYS = KEYS["SSID"]
    SOURCE = "IEEE 802.11-2020 9.4.2.2; RFC 3580 3.20; wpa_supplicant.conf(5)"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_ssid(value)

    def canonical(self, value: bytes) -> bytes:
        """As it stands: names of networks differ by case."""
        return value


class AsNumberRecognizer(DeclaredRecognizer):
    """Numbers of autonomous systems, behind ``AS`` or a key, and in routers' configurations."""

    ENTITY = "AS_NUMBER"
    PATTERNS = (
        AnchorPattern("AS", r"\bASN?", _DIGIT, 0.6, 3, back=frozenset(b"ASNasn"), back_over=1, check=is_as_number),
        AnchorPattern(
            "after key",
            r"\b(?:[a-z]{1,12}_)?(?:asn|as_?number|as_num|peeras|peer_?as|local_?as|remote_?as)" + KEYED,
            _DIGIT,
            0.85,
            1,
            check=is_as_number,
        ),
        AnchorPattern(
            "configuration",
            r"(?:\b(?:remote|local|peer|system)[ -]as|\b(?:router|protocols) bgp|\bautonomous[ -]system|\basn"
            r"|\bas[ -]number|\bset as|\bas-path prepend)[ \t]{1,2}[\x22']?",
            _DIGIT,
            0.85,
            1,
            check=is_as_number,
        ),
        AnchorPattern(
            "of a neighbor",
            rf"{LINE}(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}[ \t]{{1,12}}4[ \t]{{1,12}}",
            _DIGIT | frozenset(b" \t"),
            0.85,
            8,
            part=first_of_counters,
        ),
        AnchorPattern("of a router", rf"{LINE}bgp ", _DIGIT, 0.85, 1, check=is_as_number),
    )
    KEYS = KEYS["AS_NUMBER"]
    SOURCE = "RFC 6793; RFC 5396 (asplain)"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_as_number(value)

    def canonical(self, value: bytes) -> bytes:
        """The number in decimal."""
        match = _AS_NUMBER.fullmatch(value)
        return value if match is None else b"%d" % int(match.group(1))
