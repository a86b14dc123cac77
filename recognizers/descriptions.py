"""What people write into configurations: descriptions of interfaces and peers, whom to ask, where a device stands.

Nothing of it has a form. In a description words of the language and of networks tell of no one; what is left are names
of clients and carriers, hosts and numbers of circuits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.configured_secrets import LINE
from recognizers.declaration import LETTERS, AnchorPattern, Leaf
from recognizers.hosts import is_counted, is_host, is_own_name, is_qualified
from recognizers.places import is_place
from recognizers.site_names import is_site_name
from recognizers.vocabulary import is_harmless
from recognizers.words import common_words, is_placeholder, load_words

_TEXT = (frozenset(range(0x20, 0x100)) | frozenset(b"\t")) - frozenset(b'"')
_BACK = LETTERS | frozenset(b"- =")
_WORDS = r"(?:description(?:-string)?|descr|comments?|remark|display-string|port-name)"
#: Where the text begins in a finding that holds its keyword, too.
_BEGINS = re.compile(
    (rf"(?:\b(?:annotation|{_WORDS})|" + r"\bname(?=[ \t]\")|<descr>|\bifalias[0-9.]+ =").encode()
    + rb"|31\.1\.1\.1\.18[0-9.]+ =|\b(?:up|down)[ \t]+(?:up|down)[ \t])"
    rb"(?:<!\[CDATA\[|[ \t]*=[ \t]*(?:STRING: )?[\"']?|[ \t]+(?:string: )?[\"']?)?",
    re.IGNORECASE,
)
_WORD = re.compile(rb"[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff_./:@#&'-]*[A-Za-z0-9\x80-\xff])?")
#: Interfaces and ports: letters and numbers with slashes.
_PORT = re.compile(rb"[A-Za-z]{0,24}-?[0-9]{1,3}(?:[/.:-][0-9]{1,4})*\Z")
#: A machine's role, behind a word or before one.
_ROLE = rb"(?:pc|laptop|nas|prn|printer|cam|camera|phone|tablet|sw|switch|rtr|router|fw|ap|tv|nvr|dvr|kiosk|srv)"
_ROLED = re.compile(
    rb"(?:[a-z]{2,}-){1,3}" + _ROLE + rb"[0-9]{0,3}\Z|" + _ROLE + rb"(?:-[a-z]{2,}){1,3}\Z", re.IGNORECASE
)
_CIRCUIT = re.compile(rb"(?=[A-Z0-9/_-]*[0-9]{4})[A-Z]{2,}[A-Z0-9/_-]*[0-9][A-Z0-9/_-]*\Z")
#: Bytes of what a device's place is called.
LONGEST = 120
_PLACED = re.compile(rb"[A-Z\x80-\xff]")
_CAPITAL = re.compile(rb"[A-Z\x80-\xff][A-Za-z\x80-\xff]*\Z")


#: What networks are called that no list of terms holds.
_NETWORKS = frozenset(b"wan lan isp mpls dmz mgmt oob mdf idf defconf".split())


def _is_term(word: bytes) -> bool:
    lower = word.lower()
    return lower in _NETWORKS or lower in load_words("technical_words") or lower in load_words("telemetry_words")


def _kind_of(word: bytes) -> str | None:
    """What one word of a description is by itself; None where nothing tells, or others find it."""
    if b"@" in word or b":" in word or is_qualified(word) or _PORT.match(word):
        return None
    if _CIRCUIT.match(word):
        return "DEVICE_ID"
    if b"-" in word and (is_own_name(word) or is_site_name(word) or is_counted(word) or _ROLED.match(word)):
        return "HOSTNAME" if is_host(word) else None
    return None if _is_term(word) or is_harmless(word) or b"/" in word or b"-" in word else "ORGANIZATION"


def described(value: bytes) -> list[Leaf] | None:
    """Names in a description behind its keyword: of hosts, of circuits, and of whom it tells; None for other values."""
    begins = _BEGINS.search(value)
    if begins is None:
        return None
    words = list(_WORD.finditer(value, begins.end()))
    leaves = []
    for word in words:
        kind = _kind_of(word.group())
        if kind is not None and kind != "ORGANIZATION":
            leaves.append(Leaf(*word.span(), kind))
    return sorted(leaves + [Leaf(start, end, "ORGANIZATION") for start, end in _named(value, words)])


def _named(value: bytes, words: list[re.Match[bytes]]) -> Iterator[tuple[int, int]]:
    """Runs of words with capitals, terms before them aside, and words that no vocabulary holds.

    Of one word of the language alone a capital tells nothing.
    """
    run: list[re.Match[bytes]] = []
    for word in [*words, None]:
        told = None if word is None else _kind_of(word.group())
        if word is not None and told in (None, "ORGANIZATION") and _CAPITAL.match(word.group()):
            if run and value[run[-1].end() : word.start()] != b" ":
                yield from _span_of(run)
                run = []
            run.append(word)
            continue
        yield from _span_of(run)
        run = []
        if word is not None and told == "ORGANIZATION":
            yield word.span()


def _span_of(run: list[re.Match[bytes]]) -> Iterator[tuple[int, int]]:
    while run and (_is_term(run[0].group()) or (run[0].group().isupper() and is_harmless(run[0].group()))):
        run = run[1:]
    if len(run) > 1 or (run and not is_harmless(run[0].group())):
        yield run[0].start(), run[-1].end()


def _describes(value: bytes) -> bool:
    return bool(described(value))


def _is_registered(value: bytes) -> bool:
    return value[:1] not in b" \t" and not is_placeholder(value)


_OWNING = re.compile(rb"[A-Z\x80-\xff][A-Za-z\x80-\xff&'-]*(?: [A-Z\x80-\xff][A-Za-z\x80-\xff&'-]*){0,4}")


def _owning(value: bytes) -> tuple[int, int] | None:
    """Words with capitals, which a firm's name is."""
    found = _OWNING.match(value)
    if found is None or (b" " not in found.group() and is_harmless(found.group())):
        return None
    return found.span()


DESCRIPTIONS = (
    AnchorPattern(
        "description",
        rf"{LINE}(?:set[ \t]|(?:neighbor|peer)[ \t][0-9a-z.:_-]{{1,64}}[ \t])?{_WORDS}[ \t]",
        _TEXT - frozenset(b"'"),
        0.6,
        2,
        back=_BACK,
        back_over=1,
        check=_describes,
    ),
    AnchorPattern(
        "quoted description",
        rf"\b(?:{_WORDS}[ \t]|comment=|annotation = )\x22",
        frozenset(),
        0.6,
        2,
        until=b'"',
        back=_BACK,
        back_over=2,
        check=_describes,
    ),
    AnchorPattern(
        "name of a port",
        rf"{LINE}name[ \t]\x22",
        frozenset(),
        0.6,
        2,
        until=b'"',
        back=_BACK,
        back_over=2,
        check=_describes,
    ),
    AnchorPattern(
        "description in apostrophes",
        rf"\b{_WORDS}[ \t]'",
        frozenset(),
        0.6,
        2,
        until=b"'",
        back=_BACK,
        back_over=2,
        check=_describes,
    ),
    AnchorPattern(
        "described", "<descr>", _TEXT - frozenset(b"<]"), 0.6, 2, back=frozenset(), back_over=7, check=_describes
    ),
    AnchorPattern(
        "described as data",
        r"<descr><!\[CDATA\[",
        _TEXT - frozenset(b"<]"),
        0.6,
        2,
        back=frozenset(),
        back_over=16,
        check=_describes,
    ),
    AnchorPattern(
        "beside the state of an interface",
        rf"{LINE}(?:gi|te|fa|et|po|hu|fo|vl|lo|tu|xe-|ge-|ae)[a-z0-9/._-]{{1,30}}[ \t]{{2,40}}(?:admin )?"
        r"(?:up|down)[ \t]{1,20}(?:up|down)[ \t]{2,20}",
        _TEXT,
        0.6,
        2,
        back=LETTERS | frozenset(b" \t"),
        back_over=1,
        check=_describes,
    ),
    AnchorPattern(
        "alias of an interface",
        r"(?:\bifalias|\b31\.1\.1\.1\.18)\.[0-9]{1,10} = string: \x22?",
        _TEXT,
        0.6,
        2,
        back=LETTERS | frozenset(b'0123456789.=: "'),
        back_over=1,
        check=_describes,
    ),
)
ORGANIZATIONS = (
    *DESCRIPTIONS,
    AnchorPattern(
        "in a banner", r"\b(?:property of (?:the )?|organi[sz]ation[ \t]{0,40}: )", _TEXT, 0.6, 3, part=_owning
    ),
    AnchorPattern(
        "registered for",
        r"(?:(?:registered ?organi[sz]ation|tenant ?name)\x22?[ \t]{0,60}[:=][ \t]{0,30}\x22?"
        r"|company name:[ \t]{4,30}|\bcompany[ \t]{4,40}: )",
        _TEXT - frozenset(b"<>,;"),
        0.85,
        2,
        frozenset(b" \t"),
        check=_is_registered,
    ),
)

#: Words of accounts and desks that are no one's.
_DESKS = frozenset(
    b"noc it network networks operations support helpdesk desk service team admin admins administrator system systems "
    b"center centre department staff user owner windows local default unknown none test".split()
)
_NAME = rb"[A-Za-z\x80-\xff][^\s,:;\"<>@+0-9]*"
_FULL_NAME = re.compile(_NAME + rb"(?: " + _NAME + rb"){0,3}(?=[\s,:;\"<>]|\Z)")


def _person(value: bytes) -> tuple[int, int] | None:
    """The name with which a contact begins, if it is no desk's."""
    found = _FULL_NAME.match(value)
    if found is None or is_placeholder(found.group()):
        return None
    words = found.group().lower().split()
    if not _DESKS.isdisjoint(words) or (len(words) == 1 and is_harmless(words[0])):
        return None
    return found.span()


def _likely_person(value: bytes) -> tuple[int, int] | None:
    """The same where other things are called so, too: words with capitals, not all of them known."""
    span = _person(value)
    if span is None:
        return None
    words = value[slice(*span)].split()
    if len(words) < 2 or not all(_PLACED.match(word) for word in words):
        return None
    return span if any(word.lower() not in common_words() for word in words) else None


_OF_SNMP = r"\b(?:snmp-server|sys-info|snmp-system|snmp|snmp mib)[ \t]-?"
_IS = r"(?:[ \t]{1,40}|\.{4,60} |=|\.0 = string: )\x22?"
PEOPLE = (
    AnchorPattern(
        "whom to ask",
        rf"(?:{_OF_SNMP}contact|\bsys-?contact|\bsystem[- ]contact|\b2\.1\.1\.4){_IS}",
        _TEXT,
        0.85,
        3,
        part=_person,
    ),
    AnchorPattern(
        "contact or full name",
        r"(?:\bcontact(?:=\x22?|[ \t]{0,40}: {0,24}|>| \x22)|\b(?:full name|vollst\xc3\xa4ndiger name)[ \t]{3,40}"
        r"|\b(?:display ?name|(?:owner|user) name|contact person)[ \t]{0,40}:[ \t]{1,40}|\.label = "
        r"|\b(?:full-name|realname|display[_-]?name)(?:(?:_[0-9]{1,2}_)?>|[ \t]|[ \t]{0,2}=[ \t]{0,2})[\x22']?"
        r"|\buser name: |\bset administrator \x22|[ \t]-contact \x22)",
        _TEXT - frozenset(b"<("),
        0.6,
        3,
        frozenset(b" "),
        part=_likely_person,
    ),
    AnchorPattern(
        "registered to",
        r"(?:registered ?(?:owner|user)|primaryownername)"
        r"\x22?[ \t]{0,60}[:=][ \t\n]{0,30}\x22?",
        _TEXT,
        0.85,
        3,
        part=_person,
    ),
)


_NAME_IN_CODE = re.compile(rb"[a-z]+(?:_[a-z]+)+\.?\Z")


def _is_site(value: bytes) -> bool:
    """What the setting of a device's place says, whatever it is."""
    if value[:1] in b" \t" or is_placeholder(value) or _NAME_IN_CODE.match(value):
        return False
    return any(byte in LETTERS for byte in value)


def _is_likely_site(value: bytes) -> bool:
    """The same where locations of other things stand, too: words and a number, or a known place; no path and no URL."""
    if not _is_site(value) or len(value) > LONGEST or value[:1] == b"/" or re.search(rb"[:=\\]", value):
        return False
    if is_place(value):
        return True
    return b" " in value and _PLACED.match(value) is not None and re.search(rb"[0-9,]", value) is not None


PLACES = (
    AnchorPattern(
        "where it stands",
        rf"(?:{_OF_SNMP}location|\b(?:city|office|street ?address|postal ?code)[ \t]{{2,40}}:|\bdevice location:"
        rf"|\bsys-?location|\bsystem[- ]location|\bap name [a-z0-9_.-]{{1,40}} location"
        rf"|\b2\.1\.1\.6|\bsite name:|[ \t]-location){_IS}|<syslocation>",
        _TEXT - frozenset(b"<"),
        0.85,
        2,
        frozenset(b" ;"),
        check=_is_site,
    ),
    AnchorPattern(
        "location",
        r"\blocation(?:=\x22?|[ \t]{0,40}: {1,24}|>| \x22)",
        _TEXT - frozenset(b"<"),
        0.6,
        3,
        frozenset(b" ;,"),
        check=_is_likely_site,
    ),
)
