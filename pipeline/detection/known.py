"""A client's known values as literals for the scanner, and what belongs to other clients."""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Protocol

from pipeline.detection.patterns import Literal
from recognizers.distinctive import is_distinctive
from recognizers.prose import accounts_of

#: Shorter known values would be found inside all sorts of texts.
SHORTEST_LITERAL = 2
#: What may stand between the words of a value, the labels of a name, and behind a person's last name.
BLANKS = (" ", "\xa0", "_", ".", "-", "+", "\t", "\n", r"\t", r"\n", "  ", "")
DOTS = (".", "[.]", "(.)", "[dot]")
BEHIND_LAST = (", ", ",", " ", ".", "_")
#: Of logs in no Unicode, of Windows and of its console; and of UTF-8 that was taken for the former.
OLD_ENCODINGS: tuple[Callable[[str], bytes], ...] = (
    lambda text: text.encode("cp1252"),
    lambda text: text.encode("cp850"),
    lambda text: text.encode().decode("cp1252").encode(),
)


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
    """Literals for domains (with the labels to their left), hosts, users, staff and keywords, as they are written."""
    table = (
        ("HOSTNAME", known.domains),
        ("HOSTNAME", known.hosts),
        ("USERNAME", known.users),
        ("USERNAME", dict.fromkeys(account for name in known.staff for account in accounts(name))),
        ("PERSON", known.staff),
        ("KEYWORD", known.keywords),
    )
    return [
        Literal(spelled, entity, texts is known.domains, foreign)
        for entity, texts in table
        for text in texts
        if len(text.encode()) >= SHORTEST_LITERAL
        for spelled in spellings(text, entity)
    ]


def accounts(name: str) -> list[str]:
    """Accounts made of a person's name that are no words."""
    return [account.decode() for account in accounts_of(name.encode()) if is_distinctive(account)]


def spellings(text: str, entity: str) -> list[bytes]:
    """How a value is written, letter case of ASCII apart.

    Letters beyond ASCII stand in either case, and encoded as in old logs. Other marks than a blank may stand between
    words, or none, as in ``kingfisher_hill``; of a person the last may come first.
    """
    is_name = entity == "HOSTNAME"
    gaps = DOTS if is_name else BLANKS
    texts = dict.fromkeys((text, _in_unicode(text) if is_name else text))
    written: dict[bytes, None] = {}
    for words in chain.from_iterable(
        _cased(unicodedata.normalize("NFC", t).split("." if is_name else None)) for t in texts
    ):
        for gap in gaps if len(words) > 1 else gaps[:1]:
            written[gap.join(words).encode()] = None
        if entity == "PERSON" and len(words) > 1:
            for gap in BEHIND_LAST:
                written[f"{words[-1]}{gap}{' '.join(words[:-1])}".encode()] = None
        for gap in gaps[:2]:
            whole = gap.join(words)
            for encode in OLD_ENCODINGS:
                with suppress(UnicodeError):
                    written[encode(whole)] = None
    return list(written)


def _in_unicode(name: str) -> str:
    """A host's name as people read it (RFC 5890 2.3.2.1)."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def _cased(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Words in the letter cases in which they may stand, as far as a scan tells them apart."""
    cases = [tuple(words)]
    if not "".join(words).isascii():
        cases += [tuple(form(word) for word in words) for form in (str.lower, str.upper, str.title)]
        cases.append((*words[:-1], words[-1].upper()))
    return list(dict.fromkeys(cases))


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
