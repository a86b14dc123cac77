"""Coarser forms of values: a network for an address, a major version, a path's first folder."""

from __future__ import annotations

import ipaddress
import re

from recognizers.ip import is_ipv4

_IPV6_PREFIX = {8: 16, 16: 32, 20: 40, 24: 48}
_NUMBERS = re.compile(rb"\d+(?:\.\d+)*")


def coarsened(entity: str, parameter: str, text: bytes) -> bytes | None:
    """A value in a coarser form, or None where it is not understood (the caller then redacts it).

    Args:
      entity: IP_ADDRESS, FIRMWARE_VERSION, OPERATING_SYSTEM or FILE_PATH.
      parameter: as in the policy's ``generalise``.
    """
    if entity == "IP_ADDRESS":
        return _network(text, int(parameter.lstrip("/")))
    if entity in ("FIRMWARE_VERSION", "OPERATING_SYSTEM"):
        return _version(text, parameter)
    if entity == "FILE_PATH":
        return _path(text, parameter)
    return None


def _network(text: bytes, prefix: int) -> bytes | None:
    if is_ipv4(text):
        number = int.from_bytes(map(int, text.split(b".")), "big") >> 32 - prefix << 32 - prefix
        return b"%d.%d.%d.%d/%d" % (*number.to_bytes(4, "big"), prefix)
    try:
        address = ipaddress.ip_address(text.decode("ascii").strip("[]").partition("%")[0])
    except ValueError:
        return None
    bits = prefix if address.version == 4 else _IPV6_PREFIX.get(prefix, 2 * prefix)
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False)).encode()


def _version(text: bytes, parameter: str) -> bytes | None:
    found = _NUMBERS.search(text)
    if parameter == "family":
        name = text[: found.start()] if found else text
        return name.strip(b" -_v") or None
    if found is None:
        return None
    numbers = found.group().split(b".")
    kept = b".".join(numbers[: 2 if parameter == "major.minor" else 1])
    return text[: found.start()] + kept if parameter == "major" and text[: found.start()].strip() else kept


def _path(text: bytes, parameter: str) -> bytes | None:
    separator = b"\\" if b"\\" in text and b"/" not in text else b"/"
    parts = [p for p in text.split(separator) if p]
    if not parts:
        return None
    if parameter == "extension":
        stem, dot, extension = parts[-1].rpartition(b".")
        return b"file." + extension if stem and dot and len(extension) <= 5 and extension.isalnum() else None
    lead = separator if text.startswith(separator) else b""
    return lead + parts[0] + separator
