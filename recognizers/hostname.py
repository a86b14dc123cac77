"""Host names: fully qualified by a public or an internal suffix, and single labels where a phrase or key says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers import device_configurations, directives
from recognizers.accounts import WELL_KNOWN_DOMAINS
from recognizers.algorithms import without_algorithms
from recognizers.cells import MACHINE_IN_CELL
from recognizers.columns import MACHINES
from recognizers.conventions import (
    INSTALLED,
    NUMBERED_ROLE,
    NUMBERED_SHORT_ROLE,
    OWNED,
    RACKED,
    ends_in_region,
    is_conventional,
    is_installed,
    is_owned,
    is_thread,
)
from recognizers.custom_fields import custom_fields, span_in_custom_field
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Found, Leaf, TokenPattern, compiled
from recognizers.defanged import refanged
from recognizers.file_names import names_program
from recognizers.host_keys import BY_KEY
from recognizers.host_phrases import BY_PHRASE
from recognizers.host_places import BY_PLACE
from recognizers.host_sentences import IN_SENTENCES
from recognizers.hosts import (
    PLAIN,
    TRIM,
    conventional_in,
    has_own_part,
    in_frame,
    is_counted,
    is_host,
    is_named,
    is_own_numbered,
    is_qualified,
    names_in,
)
from recognizers.ip import DASHED, address_of, named_after_addresses
from recognizers.keyed_values import keyed_values
from recognizers.keys import KEYS
from recognizers.machine import is_random_id
from recognizers.metrics import IN_METRICS
from recognizers.phrases import NAME_BYTES
from recognizers.platforms import is_platform
from recognizers.ported_names import PORTED, ported_names_in
from recognizers.service_logs import HOSTS_OF_SERVICES
from recognizers.site_names import JOINED, is_site_name, site_names_in
from recognizers.spoken_hosts import is_numbered_word
from recognizers.words import is_placeholder, load_words

#: A role before a word: `ap-reception`.
_ROLED = re.compile(
    rb"(?:ap|fw|sw|gw|rtr|srv|svr|cam|nvr|plc|hmi|wks|lt|nb|pdu|ups|olt|bastion|jump|wlc|nas|esx|kvm)[-_][a-z0-9_-]{2,30}\Z",
    re.IGNORECASE,
)


def is_loosely_keyed(value: bytes) -> bool:
    """Whether a value is a machine's name where a key also names other things."""
    return (
        is_own_numbered(value)
        or is_site_name(value)
        or is_conventional(value)
        or is_counted(value)
        or (_ROLED.match(value) is not None and not ends_in_region(value.lower()))
        or value.lower() in load_words("hosts_among_words")
    )


def is_likely_keyed(value: bytes) -> bool:
    """Whether a value is a machine's name where a key names machines: one word, and none of a language or program."""
    if is_loosely_keyed(value):
        return True
    if value[:2] == b"0x" or is_thread(value):
        return False
    if b"." in value:
        return is_qualified(value)
    return is_host(value) and (is_named(value) or has_own_part(value) or is_numbered_word(value))


#: What keys of machines end in.
_KEY_ENDS = (
    r"name|host|computer|machine|domain|server|device|workstation|node|fqdn|gateway|switch|router|asset|dns|sensor"
    r"|neighbou?r|controller|collector|hypervisor|netbios|workgroup|point|hst|label|appliance|laptop|notebook|desktop"
    r"|kiosk|endpoint|origin|impacted|firewall|terminal|printer|modem|bastion|pc"
)
#: What sort of client calls, where its name could stand.
_SORTS = frozenset(b"desktop laptop mobile phone tablet browser".split())
#: What some devices write after a header's time.
_TIME_OR_YEAR = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:|(?:19|20)[0-9]{2}\Z")
#: What uname(1) calls systems, also under keys of their names.
_SYSTEMS = frozenset(
    (b"Linux", b"Darwin", b"FreeBSD", b"OpenBSD", b"NetBSD", b"SunOS", b"AIX", b"HP-UX", b"Windows_NT")
)
#: Brackets, as around an address in the place of a name (RFC 5321 4.1.3, RFC 3986 3.2.2), and a port.
_LITERAL = re.compile(rb"\[(?P<inside>[^][]+)\]?(?::\d{1,5})?")


class HostnameRecognizer(DeclaredRecognizer):
    """Host and domain names.

    A dotted name needs a suffix of the Public Suffix List or an internal one, with a label before it. A single label
    needs a key or phrase before it.
    """

    ENTITY = "HOSTNAME"
    PATTERNS = (
        *BY_KEY,
        *keyed_values("HOSTNAME", _KEY_ENDS, NAME_BYTES, TRIM, is_host, is_likely_keyed, is_loosely_keyed),
        *custom_fields("HOSTNAME", is_host, is_likely_keyed, is_loosely_keyed),
        *BY_PHRASE,
        *BY_PLACE,
        *IN_SENTENCES,
        *directives.HOSTS,
        *IN_METRICS,
        *HOSTS_OF_SERVICES,
        *device_configurations.HOSTS,
        *MACHINES,
        MACHINE_IN_CELL,
        TokenPattern("qualified", r"[a-z0-9_\x80-\xff-]\.(?:[a-z]{2}|[\x80-\xff]{2})", 0.6, plain_from=None),
        TokenPattern("of parts", JOINED, 0.6, plain_from=None),
        TokenPattern("in its rack", RACKED, 0.6, plain_from=None),
        TokenPattern("of an address", DASHED, 0.6, plain_from=None),
        TokenPattern("with a port", PORTED, 0.6, plain_from=15),
        AnchorPattern(
            "role and number",
            NUMBERED_ROLE,
            NAME_BYTES,
            0.6,
            0,
            TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=is_conventional,
        ),
        AnchorPattern(
            "short role and number",
            NUMBERED_SHORT_ROLE,
            NAME_BYTES,
            0.6,
            0,
            TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=is_conventional,
        ),
        AnchorPattern("owned", OWNED, NAME_BYTES, 0.6, 0, TRIM, back=NAME_BYTES, back_over=0, check=is_owned),
        AnchorPattern(
            "installed", INSTALLED, NAME_BYTES, 0.6, 1, TRIM, back=NAME_BYTES, back_over=1, check=is_installed
        ),
    )
    KEYS = KEYS["HOSTNAME"]
    SOURCE = "RFC 1034 3.1; RFC 1123 2.1; RFC 5890 2.3.2 (A-labels); publicsuffix.org/list"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Every run of name bytes, judged as a whole; the patterns only say which tokens may hold one."""
        if b"." in token:
            for start, end in names_in(without_algorithms(token)):
                yield Found(start, end, self.ENTITY, "qualified", 0.6)
        if b"-" not in token:
            return
        for start, end in {*conventional_in(token), *site_names_in(token)}:
            yield Found(start, end, self.ENTITY, "of parts", 0.6)
        for start, end in named_after_addresses(token):
            yield Found(start, end, self.ENTITY, "of an address", 0.6)
        if b"-m" in token.lower():
            for match in compiled(RACKED).finditer(token):
                yield Found(match.start(), match.end(), self.ENTITY, "in its rack", 0.6)
        if b":" in token:
            for start, end in ported_names_in(token):
                yield Found(start, end, self.ENTITY, "with a port", 0.6)

    def accepts_key_value(self, value: bytes) -> bool:
        if address_of(value) is not None:
            return True
        if is_placeholder(value) or value.lower() in WELL_KNOWN_DOMAINS or value.lower() in _SORTS:
            return False
        if is_platform(value) or names_program(value) or value in _SYSTEMS:
            return False
        return re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None

    def accepts_likely_value(self, value: bytes) -> bool:
        return is_likely_keyed(value)

    def accepts_loose_value(self, value: bytes) -> bool:
        """Machines are also called by their ids there: of small letters or of capitals, as makers write them."""
        if is_loosely_keyed(value) or (b"-" in value and is_numbered_word(value)):
            return True
        return is_random_id(value) and value[2:] in (value[2:].lower(), value[2:].upper())

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The name; where the value is an address, that; a port stays outside. A time or a year is no name."""
        if _TIME_OR_YEAR.match(value):
            return ()
        span = address_of(value)
        if span is not None:
            return (Leaf(*span, "IP_ADDRESS"),)
        if PLAIN.match(value):
            end = len(value) - (value[-1:] == b"." and len(value) > 1)
            return (Leaf(0, end, self.ENTITY),)
        listed = directives.listed_hosts(value)
        if listed:
            return tuple(Leaf(start, end, self.ENTITY) for start, end in listed)
        framed = in_frame(value) or span_in_custom_field(value)
        if framed is not None:
            return (Leaf(*framed, self.ENTITY),)
        if b"," in value and b" " not in value:
            parts = [(part.start(), self.leaves(part.group())) for part in re.finditer(rb"[^,]+", value)]
            return tuple(Leaf(at + leaf.start, at + leaf.end, leaf.entity) for at, leaves in parts for leaf in leaves)
        literal = _LITERAL.fullmatch(value)
        if literal is not None:
            inside = self.leaves(literal["inside"])
            return tuple(Leaf(1 + leaf.start, 1 + leaf.end, leaf.entity) for leaf in inside)
        port = re.search(rb":\d{1,5}$", value)
        end = port.start() if port else len(value)
        if value[:end].endswith(b".") and end > 1:
            end -= 1
        return (Leaf(0, end, self.ENTITY),) if end else ()

    def canonical(self, value: bytes) -> bytes:
        """Lower case without the root's dot, not defanged; a U-label becomes its A-label where IDNA allows it."""
        lower = refanged(value.rstrip(b"."))
        if lower.isascii():
            return lower.lower()
        try:
            return lower.decode("utf-8").lower().encode("idna")
        except UnicodeError:
            return lower.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
