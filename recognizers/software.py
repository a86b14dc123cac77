"""What runs on a device, and what was found on it: versions, operating systems, names of malware."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.ip import is_ipv4
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.words import is_placeholder

_VERSION = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+()")
_DIGITS = frozenset(b"0123456789")
_SYSTEM = _VERSION | frozenset(b" /")
_MALWARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:!@#~")
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
_TRIM = frozenset(b".,-(:")
#: Four numbers, and a fifth or sixth that makes them look like an address and its port.
_QUAD = re.compile(rb"([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:\.[0-9]{1,6}){0,2}(?![0-9.])")
#: Private, loopback and link-local blocks whose first number no version has; 10 is Windows's.
_NEVER_VERSIONS = re.compile(rb"(?:127|192\.168|172\.(?:1[6-9]|2[0-9]|3[01])|169\.254)\.")
#: A name of one field that is longer is a sentence.
LONGEST = 128


def has_digit(value: bytes) -> bool:
    return re.search(rb"[0-9]", value) is not None and not is_placeholder(value)


def is_version(value: bytes) -> bool:
    """Whether what a key calls a version may be one, and is no address of a private network."""
    return has_digit(value) and _NEVER_VERSIONS.match(value) is None


def is_quad_version(value: bytes) -> bool:
    """A version of four numbers, which has the form of an IPv4 address: others need no finding."""
    quad = _QUAD.match(value)
    return quad is not None and is_ipv4(quad.group(1)) and is_version(value)


def is_name(value: bytes) -> bool:
    return (
        value[:1] != b" " and len(value) <= LONGEST and _LETTER.search(value) is not None and not is_placeholder(value)
    )


def is_threat(value: bytes) -> bool:
    """Parts as scanners join them: `Trojan:Win32/Emotet.A!ml`, `HEUR:Trojan.Script.Generic`; no file's name."""
    return len(re.split(rb"[.:/]", value)) > 2 and is_name(value)


class FirmwareVersionRecognizer(DeclaredRecognizer):
    """Versions of firmware, by key; of software where a field's name says so, or where they look like addresses."""

    ENTITY = "FIRMWARE_VERSION"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:firmware|bios|uefi|bootloader|baseband)(?:[ _-]?(?:version|ver|rev(?:ision)?))?"
            r"(?:" + KEYED + r"|[ \t])",
            _VERSION,
            0.6,
            1,
            _TRIM,
            check=is_version,
        ),
        AnchorPattern(
            "four numbers after key",
            r"(?:version|\bver|\brelease|\bbuild|\brevision|\bsection)\.?(?:" + KEYED + r"|[ \t]\x22?)[0-9]{1,3}\.",
            _VERSION,
            0.85,
            5,
            _TRIM,
            back=_DIGITS,
            back_over=1,
            check=is_quad_version,
        ),
        AnchorPattern(
            "four numbers in a CEF or LEEF header",
            r"\b(?:CEF|LEEF): ?[0-9](?:\.[0-9])?\|[a-z0-9_ .&/+()-]{1,48}\|[a-z0-9_ .&/+()-]{1,48}\|[0-9]{1,3}\.",
            _VERSION,
            0.85,
            5,
            _TRIM,
            back=_DIGITS,
            back_over=1,
            check=is_quad_version,
        ),
        AnchorPattern(
            "four numbers in the name of a Windows package",
            r"~(?:amd64|x86|wow64|arm64|msil|neutral)~[a-z-]{0,10}~[0-9]{1,3}\.",
            _VERSION,
            0.85,
            5,
            _TRIM,
            back=_DIGITS,
            back_over=1,
            check=is_quad_version,
        ),
    )
    KEYS = KEYS["FIRMWARE_VERSION"]
    OVERRULES = frozenset({"IP_ADDRESS", "DATE_TIME"})
    SOURCE = (
        "DMTF DSP0134 (SMBIOS) 7.1; ArcSight CEF and IBM LEEF headers; "
        "Windows package identities (name~publisher~architecture~language~version)"
    )

    def accepts_key_value(self, value: bytes) -> bool:
        return len(value) <= LONGEST and is_version(value)

    def accepts_loose_value(self, value: bytes) -> bool:
        """What could be taken for an address: any other version is left as it is without being found."""
        return _QUAD.fullmatch(value) is not None and is_quad_version(value)


class OperatingSystemRecognizer(DeclaredRecognizer):
    """Names and versions of operating systems, by key."""

    ENTITY = "OPERATING_SYSTEM"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:operating[ _-]?system|os[ _-]?(?:name|version|release|type|family)|pretty_name)" + KEYED,
            _SYSTEM,
            0.6,
            2,
            _TRIM | frozenset(b" "),
            check=is_name,
        ),
    )
    KEYS = KEYS["OPERATING_SYSTEM"]
    SOURCE = "os-release(5); ECS host.os"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_name(value)


class MalwareNameRecognizer(DeclaredRecognizer):
    """Names that scanners give to malware, by key and phrase."""

    ENTITY = "MALWARE_NAME"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:virus|malware|threat|trojan|infection|detection)(?:[ _-]?(?:name|found|detected))" + KEYED,
            _MALWARE,
            0.6,
            3,
            _TRIM,
            check=is_name,
        ),
        AnchorPattern(
            "by its type",
            r"\b(?:trojan|backdoor|ransom|hacktool|worm|virus|pua|pup|adware|riskware|exploit|heur|behavior|spyware"
            r"|rootkit|trojan-?(?:downloader|dropper|spy)|not-a-virus)[:.]",
            _MALWARE,
            0.85,
            4,
            _TRIM,
            back=_VERSION,
            back_over=1,
            check=is_threat,
        ),
        AnchorPattern(
            "by its platform",
            r"\b(?:win|unix|html|js|doc|pdf|xls|email|andr|osx|java|legacy|multios|img|rtf|php|txt|swf|archive|heuristics)"
            r"\.(?:trojan|malware|virus|test|exploit|adware|dropper|downloader|ransomware|phishing|packed|tool|coinminer"
            r"|keylogger|loader|macro|worm|spyware|rootkit)\.",
            _MALWARE,
            0.85,
            3,
            _TRIM,
            back=_VERSION,
            back_over=1,
            check=lambda value: re.search(rb"-[0-9]+\Z", value) is not None,
        ),
    )
    KEYS = KEYS["MALWARE_NAME"]
    SOURCE = "CARO naming scheme (https://learn.microsoft.com/defender-xdr/malware-naming)"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_name(value)

    def canonical(self, value: bytes) -> bytes:
        """As it stands: scanners write case with meaning."""
        return value
