"""Machines' names made of parts: a role, a place or a firm's word, and a number (`core-gva-1`, `HR-LT-0449`).

No list holds them, and no phrase need stand before them: a name is judged by its parts, weighed against the shipped
vocabulary (RFC 1178, Choosing a Name for Your Computer, tells why people choose them so).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from recognizers.conventions import ends_in_region, is_mnemonic, is_thread
from recognizers.words import common_words, load_words

#: Roles that are no words: few programs, packages or messages have them as a part.
_SHORT = frozenset(
    b"utm cmts bng olt onu rad ctx rdp erp crm mft wug fw rtr"
    b" sw asw dsw csw acc agg pe ce wlc lb adc srv svr esx esxi hv kvm vdi rds dc pdc bdc exch mx mbx iis ora sap"
    b" nas san bkp siem jump jmp bastion vpn gw ras prn prt mfp plc hmi scada nvr dvr pbx sbc ups pdu bmc kiosk pos"
    b" lt nb dt pc ws wks wkst wsp mbp imac spine ts hpc".split()
)
#: Roles that are words, too, and parts of names of programs, threads and packages.
_WORDY = frozenset(
    b"web app api www sql db pg mail smtp dns dhcp ldap ns ntp proxy prx cache stor storage filer file files fs backup"
    b" vault log syslog mon edge core dist leaf tor ap node host hyper master slave worker server client print printer"
    b" firewall router switch switches gateway gate hub rack cam camera phone build runner gpu render desktop laptop"
    b" lap notebook tablet radius tac aaa term vm cluster waf bi etl cn wn es kafka mysql redis".split()
)
_ROLES = _SHORT | _WORDY
#: What a machine is for, beside its role.
_STAGES = frozenset(b"prod prd dev test tst stage stg qa uat dr lab hq dmz int ext mgmt".split())
_PARTS = re.compile(rb"[-_]")
#: Letters and a number; or a number and, behind it, few letters.
_PART = re.compile(rb"([a-z]{1,14})(?:([0-9]{1,5})[a-z]?)?\Z|([0-9]{1,5})[a-z]{0,2}\Z")
_TERMS = ("technical_words", "system_words")
_NUMBER = re.compile(rb"[0-9]+")
#: Of roles that are words those that are nothing but machines.
_NUMBERED_MACHINE = re.compile(
    rb"(?:node|server|host|master|worker|slave|router|switch|firewall|gateway|printer|desktop|laptop)[0-9]{1,3}\Z"
)
#: Of capitals and small letters as chance mixes them, and as programs do.
_MIXED = re.compile(rb"[a-z0-9][A-Z]+[a-z]|[a-z][A-Z]")
#: A run of name bytes that nothing else joins to others within its token.
_RUN = re.compile(rb"(?:\A|[:@+%])([A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9])(?=\.?\Z|[:@+%])")
LONGEST = 40
#: What the scanner looks for in a token: a hyphen, and a number in a part beside it; or a letter alone behind two.
JOINED = r"[a-z]-[a-z]{0,14}_?[0-9]|[0-9][a-z]?-[a-z]|-[a-z]{1,14}-[a-z]\b"


def _is_role(stem: bytes) -> bool:
    """A role that is no word, or two roles written together (`vpngw`, `appsrv`)."""
    if stem in _SHORT:
        return True
    cuts = range(2, len(stem) - 1)
    return stem not in common_words() and any(stem[:cut] in _ROLES and stem[cut:] in _ROLES for cut in cuts)


def is_site_name(value: bytes) -> bool:
    """Whether a whole value is a machine's name by its parts: a role, a number, and what no program calls itself by.

    Without underscores, which programs join words by, parts that no vocabulary holds tell, too (`gva-brn-2`), and a
    letter stands for a number (`sbc-gva-b`).
    """
    parts = _read(value)
    if parts is None:
        return False
    kinds, number = parts.kinds, parts.number
    padded = number[:1] == b"0" and len(number) > 1
    hyphened = parts.parts > 2 and b"_" not in value
    if not number:
        lettered = hyphened and len(parts.last) == 1 and not kinds["term"]
        return lettered and kinds["role"] + min(kinds["word role"], kinds["own"]) > 0
    if kinds["role"]:
        others = parts.parts - kinds["number"] - kinds["term"] - kinds["letter"]
        return others > 1 and (not kinds["term"] or kinds["own"] > 0 or len(number) > 1)
    if kinds["term"]:
        return False
    if parts.parts == 2 and kinds["own"] == 1 and padded and parts.last == number and b"_" not in value:
        return len(value) > 6  # `kvarn-02`
    if (
        hyphened
        and parts.numbered == 1
        and len(number) < 4
        and (kinds["own"] > 1 or (padded and kinds["own"] + kinds["code"] > 0))
    ):
        return True
    if not kinds["word role"]:
        return False
    if kinds["own"] and kinds["word"] < 2:
        return True
    return padded and kinds["word"] + kinds["code"] + kinds["stage"] > 0


def is_placed_name(value: bytes) -> bool:
    """Whether a value that stands where hosts do is one by its parts: a role, and a part that no program is called by.

    No number need be in it (`bkp-lyon`, `KIOSK-NORTH`).
    """
    parts = None if b"_" in value else _read(value)
    if parts is None:
        return False
    kinds = parts.kinds
    named = parts.parts - kinds["number"] - kinds["letter"]
    if parts.parts == 2 and len(value) < 6:
        return False
    if named == kinds["role"] == 1 and parts.last == parts.number:
        return True  # `spine-2`
    if kinds["role"] + kinds["word role"] > 0 and len(parts.last) > 1 and parts.last[:1] == b"0" and not kinds["term"]:
        return True  # `gpu-a100-04`
    if (kinds["letter"] and not parts.numbered) or kinds["term"] or named < 2:
        return False
    if kinds["own"] > 0:
        return kinds["role"] + kinds["word role"] + kinds["number"] > 0
    if named > kinds["role"] > 0:
        return value.isupper() or parts.numbered > 0
    return (
        kinds["word role"] > 0
        and not kinds["code"]
        and (len(parts.number) > 1 or _NUMBERED_MACHINE.match(parts.last) is not None)
    )


class _Parts(NamedTuple):
    """What a name is made of: how many parts of each kind, the last number, the last part, how many parts there are
    and how many of them hold a number."""

    kinds: Counter[str]
    number: bytes
    last: bytes
    parts: int
    numbered: int


@lru_cache(maxsize=65536)
def _read(value: bytes) -> _Parts | None:
    """The parts of a value that could be a machine's name; in capitals terms are words: programs write them small."""
    lower = value.lower()
    parts = _PARTS.split(lower)
    if not 2 <= len(parts) <= 5 or len(value) > LONGEST or _MIXED.search(value):
        return None
    if is_thread(value) or is_mnemonic(value) or ends_in_region(lower):
        return None
    capitals = value.isupper() and b"_" not in value
    kinds: Counter[str] = Counter()
    number, numbered = b"", 0
    for part in parts:
        match = _PART.match(part)
        if match is None:
            return None
        stem, behind, alone = match.groups()
        number = behind or alone or number
        numbered += (behind or alone) is not None
        kind = "number" if stem is None else _kind_of(stem, part)
        kinds["word" if kind in ("term", "code") and capitals else kind] += 1
    return _Parts(kinds, number, parts[-1], len(parts), numbered)


@lru_cache(maxsize=65536)
def _kind_of(stem: bytes, part: bytes) -> str:
    """What a part is, its number aside; a ``code`` is a term so short that a place is written so, too."""
    if len(stem) == 1:
        return "letter"
    if stem in _STAGES:
        return "stage"
    if _is_role(stem):
        return "role"
    if stem in _WORDY:
        return "word role"
    if any(word in load_words(terms) for terms in _TERMS for word in (stem, _NUMBER.sub(b"#", part))):
        return "term" if len(part) > 3 else "code"
    return "word" if stem in common_words() else "own"


def site_names_in(token: bytes) -> Iterator[tuple[int, int]]:
    """The runs of a token that are machines' names by their parts; one with a dot is judged by its suffix."""
    if b"." not in token[:-1] or b"@" not in token:
        for match in _RUN.finditer(token):
            if is_site_name(match.group(1)):
                yield match.span(1)
