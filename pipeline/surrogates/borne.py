"""What a value bears of another entity, so that whoever reads the one has the other: a host's name made of an address,
an IPv6 address made of a MAC (RFC 4291 appendix A, 2.7.1), a UUID made on a machine with one (RFC 9562 5.1, 5.6).
"""

from __future__ import annotations

import ipaddress
import re
from uuid import UUID

from pipeline.surrogates.address_names import zone_of

_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
#: Whatever stands beside them, so that what is no address may be taken for one.
_OCTETS = re.compile(rb"(?<![0-9])" + _OCTET + rb"([-._])" + rb"\1".join([_OCTET] * 3) + rb"(?![0-9])")
_MADE_OF_MAC = 0xFFFE
_SOLICITED = ipaddress.IPv6Network("ff02::1:ff00:0/104")
#: Entity -> those of which a value may bear one.
BEARERS = {
    "HOSTNAME": ("IP_ADDRESS", "MAC_ADDRESS"),
    "IP_ADDRESS": ("MAC_ADDRESS",),
    "UUID": ("MAC_ADDRESS",),
}


def borne_by(entity: str, canonical: bytes) -> tuple[str, ...]:
    """The entities of which a value, in its one spelling, bears one."""
    if entity == "HOSTNAME":
        return _by_name(canonical.lower().removesuffix(b"."))
    if entity == "IP_ADDRESS" and b":" in canonical:
        try:
            address = ipaddress.IPv6Address(canonical.partition(b"/")[0].decode("ascii"))
        except ValueError:
            return ("MAC_ADDRESS",)
        return ("MAC_ADDRESS",) if _is_made_of_mac(address) else ()
    if entity == "UUID":
        try:
            uuid = UUID(canonical.decode("ascii"))
        except ValueError:
            return ("MAC_ADDRESS",)
        # Of a node that is none the multicast bit is set.
        return ("MAC_ADDRESS",) if uuid.version in (1, 2, 6) and not uuid.node >> 40 & 1 else ()
    return ()


def _by_name(name: bytes) -> tuple[str, ...]:
    zone = zone_of(name)
    if zone is None:
        return ("IP_ADDRESS",) if _OCTETS.search(name) else ()
    digits = b"".join(reversed(zone[1].split(b".")))
    if zone[2] != b"ip6.arpa" or len(digits) < 32:
        return ("IP_ADDRESS",)
    made = _is_made_of_mac(ipaddress.IPv6Address(int(digits, 16)))
    return ("IP_ADDRESS", "MAC_ADDRESS") if made else ("IP_ADDRESS",)


def _is_made_of_mac(address: ipaddress.IPv6Address) -> bool:
    return int(address) >> 24 & 0xFFFF == _MADE_OF_MAC or address in _SOLICITED
