"""Numbers of devices: IMEI, and serial numbers by key and phrase."""

from __future__ import annotations

import re

from recognizers import device_numbers, directives
from recognizers.columns import SERIALS
from recognizers.custom_fields import custom_fields, span_in_custom_field
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf, TokenPattern
from recognizers.keyed_values import keyed_values
from recognizers.keys import KEYS
from recognizers.phrases import BESIDE, KEYED
from recognizers.words import common_words, is_placeholder

_DIGIT = frozenset(b"0123456789")
_SERIAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
#: reporting bodies that issue today's type allocation codes (GSMA TS.06), the first two digits of an IMEI
_REPORTING_BODIES = (b"01", b"35", b"86", b"98", b"99")


def passes_luhn(digits: bytes) -> bool:
    """The check digit of ISO/IEC 7812-1 annex B."""
    total = 0
    for place, byte in enumerate(reversed(digits)):
        digit = byte - 0x30
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


def is_imei(token: bytes, start: int, end: int) -> bool:
    """Fifteen digits standing alone, of a known reporting body, that pass Luhn."""
    if (
        token[start - 1 : start] in (b".", b"-", b"+")
        or token[end : end + 1] in (b".", b"-")
        and token[end + 1 : end + 2].isdigit()
    ):
        return False
    digits = token[start:end].replace(b"-", b"")
    return digits[:2] in _REPORTING_BODIES and len(set(digits)) > 2 and passes_luhn(digits)


def is_keyed_imei(value: bytes) -> bool:
    """Fourteen digits without check digit, fifteen that pass Luhn, or the sixteen of an IMEISV."""
    digits = value.replace(b"-", b"").replace(b" ", b"")
    return digits.isdigit() and (len(digits) in (14, 16) or (len(digits) == 15 and passes_luhn(digits)))


class ImeiRecognizer(DeclaredRecognizer):
    """International mobile equipment identities: bare ones by Luhn and reporting body, others by key."""

    ENTITY = "IMEI"
    PATTERNS = (
        TokenPattern("digits", r"\b[0-9]{15}\b", 0.6, is_imei, plain_from=15),
        TokenPattern("grouped", r"\b[0-9]{2}-[0-9]{6}-[0-9]{6}-[0-9]\b", 0.85, is_imei, plain_from=None),
        AnchorPattern(
            "after key",
            r"\bimei(?:sv)?[ _-]?[12]?(?:" + KEYED + r"|[ \t]{1,2})",
            _DIGIT | frozenset(b"-"),
            1.0,
            14,
            check=is_keyed_imei,
        ),
    )
    KEYS = KEYS["IMEI"]
    SOURCE = "3GPP TS 23.003 6.2; GSMA TS.06"

    def accepts_key_value(self, value: bytes) -> bool:
        """A wrong check digit makes no other phone of it."""
        digits = value.replace(b"-", b"").replace(b" ", b"")
        return digits.isdigit() and 14 <= len(digits) <= 16

    def canonical(self, value: bytes) -> bytes:
        """The digits."""
        return bytes(byte for byte in value if byte in _DIGIT)


def is_serial(value: bytes) -> bool:
    """At least five characters with a digit: what makers print on devices, and no word."""
    if len(value) < 5 or is_placeholder(value) or value.lower() in common_words():
        return False
    return re.search(rb"[0-9]", value) is not None and len(set(value)) > 1 and not value.startswith(b"0x")


def is_printed_serial(value: bytes) -> bool:
    """As ``is_serial``, of capitals and digits, as on a label: after the mere word other things follow, too.

    Of digits alone one begins with a zero: a zone's is a date (RFC 1912 2.2).
    """
    letters = re.sub(rb"[^A-Za-z]", b"", value)
    return len(value) >= 8 and is_serial(value) and (letters.isupper() or (value.isdigit() and value[:1] == b"0"))


def is_long_serial(value: bytes) -> bool:
    """Behind a word that models and names follow, too: letters and four digits or more, of small ones eight; a number
    in base 16 of twelve digits or more."""
    if value[:2].lower() == b"0x":
        return len(value) > 13 and _HEX.fullmatch(value) is not None
    if _TAGGED.match(value):
        return True
    digits, bare = sum(byte in _DIGIT for byte in value), value.replace(b"-", b"")
    if not bare.isalnum() or bare.isdigit() or not is_serial(value) or _MODEL.search(value):
        return False
    return digits > (3 if value.isupper() else 7)


#: Behind a hyphen models have letters, and serial numbers digits.
_MODEL = re.compile(rb"-[A-Za-z]|-.*-")
#: As firms tag what they own: `TW-55-0912`.
_TAGGED = re.compile(rb"[A-Z]{2,4}-[A-Z0-9]{2,6}-[0-9]{4,8}\Z")
_HEX = re.compile(rb"0x(?=[0-9]*[a-f])[0-9a-f]+", re.IGNORECASE)
#: What bears a number of its own, in sentences.
_THINGS = (
    "asset|unit|device|sensor|appliance|chassis|meter|shelf|disk|drive|badge|card|token|probe|tracker|reader|terminal"
    "|screen|display|wrench|scale|lock|robot|drone|bike|scooter|projector|headset|pinpad|till|modem|router|switch|ups|pump"
    "|valve|instrument|analyzer|gauge|tool|forklift|truck|trailer|locker|cabinet|detector|dispenser"
    "|printer|scanner|vehicle|enclosure|battery|beacon|dongle|phone|tablet|laptop|board|blade|controller|gateway|camera"
)


class SerialRecognizer(DeclaredRecognizer):
    """Serial numbers of hardware; they have no common form, so only a key or phrase makes one."""

    ENTITY = "SERIAL_NUMBER"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"(?:serials?(?:[ _-]?(?:numbers?|num|no\.?|id|#))?(?: \(system\))?|\bidentifyingnumber|\bs/n"
            r"|(?:\b|_|device|unit|ont|cpe|fw)sn|\b(?:devid|esn|vin|ssn|serno)|(?:service|asset)[ _-]?tag)"
            + f"(?:{KEYED}|{BESIDE})",
            _SERIAL,
            0.6,
            5,
            frozenset(b"-_"),
            check=is_serial,
        ),
        *keyed_values(
            "SERIAL_NUMBER",
            r"sn|serial|chassis|equipment|[a-z]{3}[_.-]?(?:no|num|number|tag|text)",
            _SERIAL,
            frozenset(b"-_"),
            is_serial,
            is_printed_serial,
        ),
        *custom_fields("SERIAL_NUMBER", is_serial),
        directives.SERIALS,
        *device_numbers.SERIALS,
        AnchorPattern(
            "after phrase",
            r"\b(?:(?:(?:serial (?:number|no\.?)|device serial)\]?|serial#|s/n|(?:service|asset) tag)[ \t]{1,3}"
            r"(?:is )?#?|(?:processor board|chassis) id:?[ \t]{1,4})",
            _SERIAL,
            0.6,
            5,
            frozenset(b"-_"),
            check=is_serial,
        ),
        AnchorPattern(
            "in a column of keys",
            r"\bserial (?:number|no\.?)[ \t]{5,40}:[ \t]{0,4}",
            _SERIAL,
            0.6,
            5,
            frozenset(b"-_"),
            check=is_serial,
        ),
        AnchorPattern(
            "property of Android", r"\bro\.(?:[a-z]{1,12}\.)?serialno\]: \[", _SERIAL, 1.0, 4, check=is_serial
        ),
        AnchorPattern("of a USB device", r"\biserial {1,30}[0-9]{1,2} ", _SERIAL, 0.85, 4, check=is_serial),
        AnchorPattern(
            "after word", r"\b(?:serial|sn)[ \t][\[(\x22']?", _SERIAL, 0.6, 8, frozenset(b"-_"), check=is_printed_serial
        ),
        AnchorPattern(
            "after the word for a thing",
            rf"\b(?:{_THINGS})[ \t]",
            _SERIAL,
            0.4,
            8,
            check=is_long_serial,
        ),
        AnchorPattern("column of a client", SERIALS, _SERIAL, 0.6, 5, check=is_serial),
        AnchorPattern(
            "third field of PAN-OS",
            r"\b1,[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?,",
            _SERIAL,
            0.85,
            8,
            check=is_serial,
        ),
    )
    KEYS = KEYS["SERIAL_NUMBER"]
    SOURCE = "PAN-OS, syslog field descriptions; DMTF DSP0134 (SMBIOS) 7.2.1; USB 2.0 9.6.1 (iSerialNumber)"

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        span = span_in_custom_field(value)
        return super().leaves(value) if span is None else (Leaf(*span, self.ENTITY),)

    def accepts_likely_value(self, value: bytes) -> bool:
        return is_printed_serial(value)

    def accepts_key_value(self, value: bytes) -> bool:
        return len(value) >= 4 and not is_placeholder(value) and re.search(rb"[0-9]", value) is not None

    def canonical(self, value: bytes) -> bytes:
        """Upper case, as makers print them."""
        return value.upper()
