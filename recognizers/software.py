"""What runs on a device, and what was found on it: versions of firmware, operating systems, names of malware."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import OPENERS, SEPARATOR
from recognizers.words import is_placeholder

_VERSION = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+()")
_SYSTEM = _VERSION | frozenset(b" /")
_MALWARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:!@#~")
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
_TRIM = frozenset(b".,-(:")
#: A name of one field that is longer is a sentence.
LONGEST = 128


def has_digit(value: bytes) -> bool:
    return re.search(rb"[0-9]", value) is not None and not is_placeholder(value)


def is_name(value: bytes) -> bool:
    return (
        value[:1] != b" " and len(value) <= LONGEST and _LETTER.search(value) is not None and not is_placeholder(value)
    )


class FirmwareVersionRecognizer(DeclaredRecognizer):
    """Versions of firmware, by key."""

    ENTITY = "FIRMWARE_VERSION"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:firmware|bios|uefi|bootloader|baseband)(?:[ _-]?(?:version|ver|rev(?:ision)?))?"
            r"(?:" + SEPARATOR + OPENERS + r"|[ \t])",
            _VERSION,
            0.6,
            1,
            _TRIM,
            check=has_digit,
        ),
    )
    KEYS = KEYS["FIRMWARE_VERSION"]
    SOURCE = "DMTF DSP0134 (SMBIOS) 7.1"

    def accepts_key_value(self, value: bytes) -> bool:
        return len(value) <= LONGEST and has_digit(value)


class OperatingSystemRecognizer(DeclaredRecognizer):
    """Names and versions of operating systems, by key."""

    ENTITY = "OPERATING_SYSTEM"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:operating[ _-]?system|os[ _-]?(?:name|version|release|type|family)|pretty_name)"
            + SEPARATOR
            + OPENERS,
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
            r"\b(?:virus|malware|threat|trojan|infection|detection)(?:[ _-]?name)" + SEPARATOR + OPENERS,
            _MALWARE,
            0.6,
            3,
            _TRIM,
            check=is_name,
        ),
    )
    KEYS = KEYS["MALWARE_NAME"]
    SOURCE = "CARO naming scheme (https://learn.microsoft.com/defender-xdr/malware-naming)"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_name(value)

    def canonical(self, value: bytes) -> bytes:
        """As it stands: scanners write case with meaning."""
        return value
