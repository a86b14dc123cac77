"""A pseudonym written as its original was found: notation, separators, letter case."""

from __future__ import annotations

import ipaddress

HEX = frozenset(b"0123456789abcdefABCDEF")
DIGITS = frozenset(b"0123456789")
ALPHANUMERIC = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
#: No pseudonym has another byte, so that none needs an escape in JSON, CSV or a URL.
SAFE = ALPHANUMERIC | frozenset(b"._:@+/-")
SEPARATORS = frozenset(b":-./")
#: What may stand before the symbols of a value: notations of MACs, UUIDs (RFC 9562) and digests.
PREFIXES = frozenset((b"", b"0x", b"urn:uuid:", b"md5:", b"sha1:", b"sha256:", b"sha384:", b"sha512:"))


def is_upper(text: bytes) -> bool:
    """Whether a text has letters, all upper-case."""
    return text != text.lower() and text == text.upper()


def respell(found: bytes, old: bytes, new: bytes, symbols: frozenset[int]) -> bytes | None:
    """``found`` with its last symbols, which must spell ``old`` whatever the case, replaced by ``new``.

    Letters are upper-case where all of the replaced letters were. None where ``found`` does not spell ``old``, or
    holds anything besides but separators and a known prefix: what is not replaced must not pass.
    """
    places = [at for at, byte in enumerate(found) if byte in symbols][-len(old) :] if old else []
    spelled = bytes(found[at] for at in places)
    if not places or spelled.lower() != old.lower() or len(old) != len(new):
        return None
    prefix, rest = found[: places[0]].lower(), found[places[0] :]
    if prefix not in PREFIXES or any(byte not in symbols and byte not in SEPARATORS for byte in rest):
        return None
    written = bytearray(found)
    for at, byte in zip(places, new.upper() if is_upper(spelled) else new.lower()):
        written[at] = byte
    return bytes(written)


def write_mac(found: bytes, old: bytes, new: bytes) -> bytes:
    """``old`` and ``new`` are 12 or 16 hex digits; octets found without leading zeros are written so, too."""
    respelled = respell(found, old, new, HEX)
    if respelled is not None:
        return respelled
    octets = [new[at : at + 2] for at in range(0, len(new), 2)]
    for separator in (b":", b"-"):
        groups = found.split(separator)
        if len(groups) == len(octets) and all(group and HEX.issuperset(group) for group in groups):
            written = separator.join(b"%x" % int(octet, 16) for octet in octets)
            return written.upper() if is_upper(found) else written
    return b":".join(octets)


def write_uuid(found: bytes, old: bytes, new: bytes) -> bytes:
    """32 hex digits each."""
    respelled = respell(found, old, new, HEX)
    return respelled or b"-".join((new[:8], new[8:12], new[12:16], new[16:20], new[20:]))


def write_ipv6(found: bytes, address: int) -> bytes:
    """RFC 5952, or eight whole groups, or a dotted tail, as found. A zone is dropped: ``%`` needs an escape."""
    text = found.split(b"%", 1)[0]
    if b"." in text:
        head = in_hex(address >> 32 << 32 | 0x10001).removesuffix("1:1")
        written = head + str(ipaddress.IPv4Address(address & 0xFFFFFFFF))
    elif len(text) == 39:
        written = ipaddress.IPv6Address(address).exploded
    else:
        written = in_hex(address)
    return written.upper().encode() if is_upper(text) else written.encode()


def in_hex(address: int) -> str:
    """RFC 5952 without a dotted tail, which interpreters from 3.13 on write for mapped addresses."""
    if address >> 32 != 0xFFFF:
        return ipaddress.IPv6Address(address).compressed
    return f"::ffff:{address >> 16 & 0xFFFF:x}:{address & 0xFFFF:x}"
