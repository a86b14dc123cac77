"""A client's known values as literals for the scanner, and what belongs to other clients."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from pipeline.detection.patterns import Literal

#: Shorter known values would be found inside all sorts of texts.
SHORTEST_LITERAL = 2


class Known(Protocol):
    """Known values as pipeline.policy keeps them: texts, netblocks as CIDR."""

    @property
    def domains(self) -> tuple[str, ...]: ...
    @property
    def netblocks(self) -> tuple[str, ...]: ...
    @property
    def staff(self) -> tuple[str, ...]: ...
    @property
    def users(self) -> tuple[str, ...]: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...


def literals_of(known: Known, *, foreign: bool = False) -> list[Literal]:
    """Literals for domains (with the labels to their left), hosts, users, staff and keywords."""
    table = (
        ("HOSTNAME", known.domains, True),
        ("HOSTNAME", known.hosts, False),
        ("USERNAME", known.users, False),
        ("PERSON", known.staff, False),
        ("KEYWORD", known.keywords, False),
    )
    return [
        Literal(text.encode(), entity, back, foreign)
        for entity, texts, back in table
        for text in texts
        if len(text.encode()) >= SHORTEST_LITERAL
    ]


def in_netblocks(netblocks: Iterable[str]) -> Callable[[str, bytes], bool] | None:
    """A test whether a value is an address in one of the netblocks; None where there are none."""
    networks = [ipaddress.ip_network(block, strict=False) for block in netblocks]
    if not networks:
        return None

    def test(entity: str, text: bytes) -> bool:
        if entity != "IP_ADDRESS":
            return False
        try:
            address = ipaddress.ip_address(text.decode("ascii").strip("[]"))
        except ValueError:
            return False
        return any(address.version == network.version and address in network for network in networks)

    return test


def all_literals(own: Known, foreign: Sequence[Known]) -> list[Literal]:
    """The client's own literals first, then those that only other clients hold."""
    return literals_of(own) + [literal for known in foreign for literal in literals_of(known, foreign=True)]
