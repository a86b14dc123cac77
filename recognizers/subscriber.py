"""Numbers of subscribers and their devices: IMSI, SIM card, and MEID of CDMA phones."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer, TokenPattern
from recognizers.device import passes_luhn
from recognizers.keys import KEYS
from recognizers.phrases import KEYED

_DIGIT = frozenset(b"0123456789")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_BLANK = r"|[ \t]{1,2})"
#: First digits of the mobile country codes that are given out (ITU-T E.212): zones 2 to 7, tests 001, satellites 9.
_IMSI = re.compile(rb"(?:[2-7][0-9]{2}|001|90[0-9]|999)[0-9]{11,12}")
_MEID = re.compile(rb"[a-f][0-9a-f]{13,14}|99[0-9]{12,13}|[0-9]{18}", re.IGNORECASE)
_NOT_MEID = re.compile(rb"[^0-9a-f]", re.IGNORECASE)


def is_imsi(value: bytes) -> bool:
    return _IMSI.fullmatch(value) is not None


def is_iccid(value: bytes) -> bool:
    """From 89 on; nineteen digits and the twentieth that some issuers add, checked by Luhn where there are so many."""
    digits = value.rstrip(b"fF")
    return digits[:2] == b"89" and 18 <= len(digits) <= 20 and digits.isdigit()


def is_bare_iccid(token: bytes, start: int, end: int) -> bool:
    digits = token[start:end]
    return len(set(digits)) > 3 and (passes_luhn(digits) or passes_luhn(digits[:19]))


def is_meid(value: bytes) -> bool:
    """Fourteen hex digits from A0 on or of an IMEI's form, perhaps with a check digit, or eighteen decimal ones."""
    return _MEID.fullmatch(_NOT_MEID.sub(b"", value)) is not None


class ImsiRecognizer(DeclaredRecognizer):
    """International mobile subscriber identities: fifteen digits without a check, so only by key."""

    ENTITY = "IMSI"
    PATTERNS = (
        AnchorPattern("after key", r"\b(?:imsi[12]?|subscriberid)(?:" + KEYED + _BLANK, _DIGIT, 1.0, 14, check=is_imsi),
        AnchorPattern("subscription permanent identifier", r"\bimsi-", _DIGIT, 1.0, 14, check=is_imsi),
    )
    KEYS = KEYS["IMSI"]
    SOURCE = "3GPP TS 23.003 2.2, 28.7 (SUPI); ITU-T E.212"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_imsi(value)


class IccidRecognizer(DeclaredRecognizer):
    """Numbers of SIM cards: bare ones by prefix and Luhn, others by key."""

    ENTITY = "ICCID"
    PATTERNS = (
        TokenPattern("digits", r"\b89[0-9]{17,18}f?\b", 0.85, is_bare_iccid, plain_from=19),
        AnchorPattern(
            "after key",
            r"\b(?:icc[ _-]?id|sim[ _-]?(?:serial|id|number)(?:[ _-]?number)?)[12]?(?:" + KEYED + _BLANK,
            _DIGIT | frozenset(b"fF"),
            1.0,
            18,
            check=is_iccid,
        ),
    )
    KEYS = KEYS["ICCID"]
    SOURCE = "ITU-T E.118 4"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_iccid(value.translate(None, b" -"))

    def canonical(self, value: bytes) -> bytes:
        """The digits."""
        return bytes(byte for byte in value if byte in _DIGIT)


class MeidRecognizer(DeclaredRecognizer):
    """Mobile equipment identifiers of CDMA phones, by key."""

    ENTITY = "MEID"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:meid|esn)(?:[ _-]?(?:hex|dec|number))?(?:" + KEYED + _BLANK,
            _HEX,
            1.0,
            14,
            check=is_meid,
        ),
    )
    KEYS = KEYS["MEID"]
    SOURCE = "3GPP2 S.R0048-A 3"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_meid(value)

    def canonical(self, value: bytes) -> bytes:
        """Upper case, without separators."""
        return _NOT_MEID.sub(b"", value).upper()
