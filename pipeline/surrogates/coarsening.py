"""Coarser forms of values: a network for an address, a major version, a path's first folder."""

from __future__ import annotations

import ipaddress
import re

from recognizers.ip import is_ipv4
from recognizers.places import country_of

_IPV6_PREFIX = {8: 16, 16: 32, 20: 40, 24: 48}
#: Folders of all homes.
HOMES = frozenset((b"home", b"users", b"documents and settings", b"homes", b"profiles"))
#: Behind a country's code and a hyphen: letters, as in Britain and Canada, or digits.
_POSTAL_AREA = re.compile(rb"(?:[A-Za-z]{1,2}-)?(?:([A-Za-z]{1,2})(?=[0-9])|([0-9]{3,}))")
_NUMBERS = re.compile(rb"\d+(?:\.\d+)*")


def coarsened(entity: str, parameter: str, text: bytes) -> bytes | None:
    """A value in a coarser form, or None where it is not understood (the caller then redacts it).

    Args:
      entity: IP_ADDRESS, FIRMWARE_VERSION, OPERATING_SYSTEM, FILE_PATH, LOCATION or POSTAL_CODE.
      parameter: as in the policy's ``generalise``.
    """
    if entity == "IP_ADDRESS":
        return _network(text, int(parameter.lstrip("/")))
    if entity in ("FIRMWARE_VERSION", "OPERATING_SYSTEM"):
        return _version(text, parameter)
    if entity == "FILE_PATH":
        return _path(text, parameter)
    if entity == "LOCATION":
        return _region(text, parameter)
    if entity == "POSTAL_CODE":
        return _postal_area(text)
    return None


def _region(text: bytes, parameter: str) -> bytes | None:
    """The country of a place, a code where a code was written, or its continent; None where it may lie in several."""
    country = country_of(text)
    if country is None:
        return None
    if parameter == "continent":
        return country.continent.encode()
    code = text.strip().upper().decode("utf-8", "replace")
    return (code if code in (country.code, country.code3) else country.name).encode()


def _postal_area(text: bytes) -> bytes | None:
    """The beginning of a postal code, which all of a large area share (UPU S42)."""
    match = _POSTAL_AREA.match(text)
    if match is None:
        return None
    letters, digits = match.groups()
    return letters.upper() if letters else digits[: 2 if len(digits) > 4 else 1]


def _network(text: bytes, prefix: int) -> bytes | None:
    """The network of an address, or of a network, which never gets finer; a mapped address as the IPv4 one it holds."""
    if is_ipv4(text):
        number = int.from_bytes(map(int, text.split(b".")), "big") >> 32 - prefix << 32 - prefix
        return b"%d.%d.%d.%d/%d" % (*number.to_bytes(4, "big"), prefix)
    address, _, length = text.decode("ascii", "replace").strip("[]").partition("/")
    try:
        network = ipaddress.ip_network(f"{address.partition('%')[0]}/{length}".rstrip("/"), strict=False)
    except ValueError:
        return None
    if network.version == 4:
        bits, offset = prefix, 0
    elif network.network_address.ipv4_mapped is not None and network.prefixlen > 96:
        bits, offset = prefix + 96, 96
    else:
        bits, offset = _IPV6_PREFIX.get(prefix, 2 * prefix), 0
    coarse = network.supernet(new_prefix=bits) if network.prefixlen > bits else network
    if not offset:
        return str(coarse).encode()
    inner = ipaddress.IPv4Address(int(coarse.network_address) & 0xFFFFFFFF)
    return f"::ffff:{inner}/{coarse.prefixlen}".encode()


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
    """The first folders of a path, or what kind of file it names.

    What stands right below the folder of all homes is a person's, and ends the path before it. A path on a server
    (``\\\\server\\share``) begins with the server's name, and has no coarse form.
    """
    separator = b"\\" if b"\\" in text and b"/" not in text else b"/"
    parts = [p for p in text.split(separator) if p]
    if not parts or text.startswith(2 * separator):
        return None
    if parameter == "extension":
        stem, dot, extension = parts[-1].rpartition(b".")
        return b"file." + extension if stem and dot and len(extension) <= 5 and extension.isalnum() else None
    depth = 1 if parameter == "top" else int(parameter.removeprefix("depth-"))
    # The last part may be a file's name: it stays only where the path says that it is a folder.
    folders = parts if text.endswith(separator) else parts[:-1]
    if not folders:
        return None
    kept = folders[:depth]
    homes = next((at for at, part in enumerate(kept) if part.lower() in HOMES), len(kept))
    return (separator if text.startswith(separator) else b"") + separator.join(kept[: homes + 1]) + separator
