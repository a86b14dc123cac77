"""The cast: what each client declares about itself, and the people whose days the logs tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict


class ClientFacts(TypedDict):
    """What a client's operator would type into ``redact client add``."""

    domains: list[str]
    netblocks: list[str]
    staff: list[str]
    keywords: list[str]


@dataclass(frozen=True)
class Person:
    """One person and the machine they work at; the same values come back in several inputs, spelt differently.

    Attributes:
      account: log-in name, also the home folder and the part of the e-mail address before the ``@``.
      name: full name.
      host: unqualified name of the machine.
      number: last octet of the MAC 00-00-5E-00-53-xx and of the address at home.
    """

    account: str
    name: str
    host: str
    number: int

    @property
    def mac(self) -> str:
        """Six lower-case octets with colons; see ``spelt`` for the other notations."""
        return f"00:00:5e:00:53:{self.number:02x}"

    @property
    def link_local(self) -> str:
        """The IPv6 link-local address that this MAC makes (modified EUI-64, RFC 4291 appendix A)."""
        return f"fe80::200:5eff:fe00:53{self.number:02x}"


def spelt(mac: str, notation: str) -> str:
    """A MAC address as other makers write it: ``colon``, ``dash``, ``dotted`` or ``bare``."""
    digits = mac.replace(":", "")
    if notation == "dash":
        return mac.replace(":", "-").upper()
    if notation == "dotted":
        return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
    if notation == "bare":
        return digits
    return mac


CLIENTS: dict[str, ClientFacts] = {
    "acme": {
        "domains": ["acme.example"],
        "netblocks": ["203.0.113.0/24", "2001:db8:ac::/48"],
        "staff": [
            "Marion Hale",
            "Tobias Renner",
            "Ines Calado",
            "Wendell Okafor",
            "Zoë Brandt",
            "Petra Novotna",
            "Samir Haddad",
            "Greta Lindqvist",
        ],
        "keywords": ["Project Kingfisher", "Lakeside-Depot"],
    },
    "globex": {
        "domains": ["globex.example"],
        "netblocks": ["198.51.100.0/24", "2001:db8:b0::/48"],
        "staff": ["Priya Lim", "Anders Holt", "Rosa Quintana", "Yusuf Demir", "Clara Whitfield", "Jonas Aalto"],
        "keywords": ["Operation Tidewater", "Northgate-Plant"],
    },
}

ACME: tuple[Person, ...] = (
    Person("mhale", "Marion Hale", "lap-mhale", 0x11),
    Person("trenner", "Tobias Renner", "lap-trenner", 0x12),
    Person("icalado", "Ines Calado", "desk-icalado", 0x13),
    Person("wokafor", "Wendell Okafor", "lap-wokafor", 0x14),
    Person("zbrandt", "Zoë Brandt", "desk-zbrandt", 0x15),
    Person("pnovotna", "Petra Novotna", "lap-pnovotna", 0x16),
    Person("shaddad", "Samir Haddad", "lap-shaddad", 0x17),
    Person("glindqvist", "Greta Lindqvist", "desk-glindqvist", 0x18),
)

GLOBEX: tuple[Person, ...] = (
    Person("plim", "Priya Lim", "ws-plim", 0x41),
    Person("aholt", "Anders Holt", "ws-aholt", 0x42),
    Person("rquintana", "Rosa Quintana", "ws-rquintana", 0x43),
    Person("ydemir", "Yusuf Demir", "ws-ydemir", 0x44),
    Person("cwhitfield", "Clara Whitfield", "nb-cwhitfield", 0x45),
    Person("jaalto", "Jonas Aalto", "nb-jaalto", 0x46),
)
