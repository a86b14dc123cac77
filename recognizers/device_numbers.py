"""Numbers of devices and names of their wireless networks, as configurations and support texts print them."""

from __future__ import annotations

from functools import partial

from recognizers.configured_secrets import LINE
from recognizers.declaration import AnchorPattern, TokenPattern
from recognizers.device_configurations import told
from recognizers.phrases import NAME_BYTES

_NAME = frozenset(range(0x20, 0x100)) - frozenset(b'"')
_SERIAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_HEX = frozenset(b"0123456789abcdefABCDEF")
#: From an object of SNMP to its value, as net-snmp prints it.
_OBJECT = r"\.[0-9.]{1,40} = (?:hex-)?string: \x22?"


def _is_serial(value: bytes) -> bool:
    return len(set(value)) > 2 and any(byte in b"0123456789" for byte in value)


SERIALS = (
    AnchorPattern(
        "of a part or a pair",
        rf"(?:serialnum(?:ber)?{_OBJECT}|\budi: [a-z0-9/_+-]{{3,24}}:|b/sect \(|\bsn[ \t]{{4,40}}: "
        rf"|\b47\.1\.1\.1\.1\.11{_OBJECT}"
        r"|\bdevice id: ?[a-z0-9_.-]{1,64}\("
        r"|\bha (?:primary|secondary|master|slave)[ \t]{0,4}: [a-z0-9_.-]{1,64}, "
        r"|\bbiosser(?:i)?alnumber[ \t]{1,60}: "
        r"|\b(?:serial no\.?|(?:serial|asset|formatter|part serial) number|asset tag)[ \t]{0,40}:[ \t]{1,40})",
        _SERIAL,
        0.85,
        4,
        check=_is_serial,
    ),
)
DEVICE_IDS = (
    TokenPattern("VMFS", r"\b[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}\b", 0.85, plain_from=None),
    AnchorPattern(
        "network entity title",  # ISO 10589
        r"\bnet 49\.",
        _HEX | frozenset(b"."),
        0.85,
        12,
        back=frozenset(),
        back_over=3,
    ),
    AnchorPattern(
        "of an engine, a client or a licence",
        r"(?:\b(?:local-)?engine ?id:?(?: local)?|\bclient[ -]duid[ .]{1,60}:|\b(?:software|unique|partner) id ?[=:])"
        r"[ \t]{1,4}",
        _SERIAL,
        0.85,
        6,
        check=_is_serial,
    ),
    AnchorPattern(
        "octets of a UUID",
        r"\buuid: 0x",
        _HEX | frozenset(b" x"),
        0.85,
        60,
        frozenset(b" "),
        back=frozenset(),
        back_over=2,
    ),
)


def _is_set_off(value: bytes) -> bool:
    return value[:1] not in b" =:{"


SSIDS = (
    AnchorPattern(
        "quoted by number", r"(?:\bssid [0-9]{1,2} |\{network-name\} )\x22", frozenset(), 0.85, 1, until=b'"'
    ),
    AnchorPattern(
        "in a column of keys",  # netsh(1) of Windows
        r"\b(?:ssid|(?:all user |wlan )?profile(?: name)?)[ \t]{2,40}: |\b(?:network name \(ssid\)|ssid) ?\.{4,60} "
        r"|\b(?:network name \(ssid\)|wlan profile name): ",
        _NAME,
        0.6,
        1,
        check=_is_set_off,
    ),
    AnchorPattern("alone on its line", rf"{LINE}(?:dot11 )?ssid ", _NAME, 0.6, 1, check=_is_set_off),
    AnchorPattern("in brackets", r"\bssid\[", NAME_BYTES | frozenset(b" "), 0.85, 1),
    AnchorPattern("behind its profile", rf"{LINE}config wlan create [0-9]{{1,3}} [a-z0-9_.-]{{1,32}} ", _NAME, 0.85, 1),
    AnchorPattern("behind its number", rf"{LINE}wlan [a-z0-9_.-]{{1,32}} [0-9]{{1,3}} ", _NAME, 0.85, 1),
    AnchorPattern(
        "as profile",
        rf"{LINE}wlan ",
        _NAME,
        0.85,
        4,
        part=partial(told, rb"\A([A-Za-z0-9_.-]+) [0-9]{1,3} [^ ]", bool),
    ),
    AnchorPattern(
        "in use", r"\bcurrent network information:[ \t\n]{1,40}", _NAME - frozenset(b":"), 0.85, 1, check=_is_set_off
    ),
)
