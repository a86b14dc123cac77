"""Host names: fully qualified by a public or an internal suffix, and single labels where a phrase or key says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recognizers.conventions import (
    HYPHENED_ROLE,
    INSTALLED,
    NUMBERED_ROLE,
    NUMBERED_SHORT_ROLE,
    is_conventional,
    is_header_host,
    is_installed,
)
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Found, Leaf, TokenPattern, compiled
from recognizers.ip import address_of, is_ipv4
from recognizers.keys import KEYS
from recognizers.phrases import BELOW, NAME_BYTES, OPENERS, SEPARATOR
from recognizers.suffixes import public_suffixes
from recognizers.words import common_words, is_placeholder, load_words

#: suffixes of names that never reach the public tree (RFC 6761, RFC 6762, RFC 8375, draft-davies-internal-tld, usage)
INTERNAL_SUFFIXES = frozenset(
    b"local lan internal corp home.arpa home example test localdomain intranet localnet intra private priv ad".split()
)
#: labels of a firm's own tree, whatever root stands behind them: `db1.corp.acme`
_INNER = frozenset(b"corp lan intranet intra localdomain".split())
_CLASSIC = frozenset(b"com net org edu gov mil int arpa biz eu io".split())
#: a package's first label is its author's top-level domain: com.example.app is code, not a host
_PACKAGE_ROOTS = frozenset(b"com org net edu gov io dev java javax jdk sun scala akka kotlin android androidx".split())
_PRODUCTS = frozenset(b"asp.net ado.net vb.net ml.net socket.io system.net java.net node.js".split())
_RUN = re.compile(rb"[A-Za-z0-9_.\x80-\xff-]+")
#: An encoded separator before a name, as in `url=http%3A%2F%2Fexample.com`; its digits are no part of the name.
_ENCODED = re.compile(rb"%(?:2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-F])", re.IGNORECASE)
_LABEL = re.compile(rb"[A-Za-z0-9_\x80-\xff](?:[A-Za-z0-9_\x80-\xff-]*[A-Za-z0-9_\x80-\xff])?\Z")
LONGEST_NAME = 253  # octets in text, RFC 1035 2.3.4
LONGEST_LABEL = 63


@lru_cache(maxsize=65536)
def suffix_of(name: bytes) -> bytes | None:
    """The public or internal suffix of a lower-case name, or None."""
    for suffix in (name.rsplit(b".", 1)[-1], b".".join(name.rsplit(b".", 2)[-2:])):
        if suffix in INTERNAL_SUFFIXES:
            return suffix
    try:
        found = public_suffixes().publicsuffix(name.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    return found.encode("utf-8") if found else None


def labels_of(name: bytes) -> list[bytes] | None:
    """The labels of a well-formed name, or None (RFC 1123 2.1; underscores stand in real names)."""
    if not name or len(name) > LONGEST_NAME:
        return None
    labels = name.split(b".")
    if all(len(label) <= LONGEST_LABEL and _LABEL.match(label) for label in labels):
        return labels
    return None


def is_qualified(name: bytes) -> bool:
    """Whether a dotted name can only be a host: it has a known suffix, and is no file, package, class or attribute."""
    labels = labels_of(name)
    if labels is None or len(labels) < 2 or len(labels[-1]) < 2 or labels[-1].isdigit():
        return False
    last, lower = labels[-1], name.lower()
    if last not in (last.lower(), last.upper()) or lower in _PRODUCTS:
        return False  # CamelCase: a class, or a sentence without a space after its full stop
    suffix = suffix_of(lower)
    if suffix is None:
        return (
            len(labels) > 2
            and not _INNER.isdisjoint(lower.split(b".")[1:-1])
            and lower.split(b".")[0] not in _PACKAGE_ROOTS
        )
    if suffix == lower:
        return False
    own = lower[: -len(suffix) - 1].split(b".")
    tail = lower.rsplit(b".", 1)[-1]
    if own[0] in _PACKAGE_ROOTS and len(labels) > 2 and tail not in _CLASSIC and suffix not in INTERNAL_SUFFIXES:
        return False
    if all(label.replace(b"_", b"").isdigit() for label in own) and len(own) == 1:
        return False  # 3.in, 12.pm
    if suffix != tail or tail in _CLASSIC or tail in INTERNAL_SUFFIXES:
        return True
    return not (is_word_suffix(tail) and reads_as_words(own))


def is_word_suffix(suffix: bytes) -> bool:
    """Whether a top-level domain also ends file names, or is a word that names an attribute or begins a sentence."""
    return suffix in load_words("file_extensions") or suffix in common_words()


def reads_as_words(labels: list[bytes]) -> bool:
    """Whether the labels before a word-like suffix look like a file's or an attribute's name."""
    if labels[-1] in load_words("file_extensions"):
        return True
    if len(labels) == 1:
        return True
    return all(label in common_words() or label.isdigit() for label in labels) and labels[0] != b"www"


def names_in(token: bytes) -> Iterator[tuple[int, int]]:
    """The qualified names in a token: its runs of name bytes, less the dots and hyphens around them."""
    for match in _RUN.finditer(token):
        start, end = match.span()
        if _ENCODED.match(token, max(start - 1, 0)):
            start += 2
        while start < end and token[start] in b".-":
            start += 1
        while end > start and token[end - 1] in b".-":
            end -= 1
        if end - start <= 3 or token.find(b".", start, end) <= 0:
            continue
        if is_qualified(token[start:end]):
            yield start, end
        else:
            # Text of another script right behind a name, as in a sentence without spaces, is no part of it.
            last = token.rfind(b".", start, end) + 1
            cut = next((n for n in range(last, end) if token[n] >= 0x80), end)
            if last < cut < end and is_qualified(token[start:cut]):
                yield start, cut


def conventional_in(token: bytes) -> Iterator[tuple[int, int]]:
    """The runs of name bytes in a token that are a machine's name by its role, words and number."""
    end = 0
    for match in compiled(HYPHENED_ROLE).finditer(token):
        if match.start() >= end:
            start = max(token.rfind(bytes((byte,)), 0, match.start()) for byte in b"%+:@") + 1
            end = _RUN.match(token, match.start()).end()  # type: ignore[union-attr]
            name = token[start:end].rstrip(b".-")
            if is_conventional(name):
                yield start, start + len(name)


def is_host(value: bytes) -> bool:
    """Whether a value that stands where a host stands is one: no number, no placeholder, no word of the language."""
    if is_placeholder(value) or is_ipv4(value) or not re.search(rb"[A-Za-z\x80-\xff]", value):
        return False
    lower = value.lower()
    if lower in common_words() or lower in load_words("not_usernames"):
        return lower == b"localhost"
    if b"." in value and value.rsplit(b".", 1)[-1].isdigit():
        return False
    return labels_of(value) is not None


def is_share_host(value: bytes) -> bool:
    """What stands between `\\\\` or `//` and the next slash: a server, no folder and no escape."""
    lower = value.lower()
    if lower in _OBJECT_ROOTS or lower.startswith((b"harddisk", b"u00")) or lower == b"localhost":
        return False
    return 1 < len(value) <= LONGEST_NAME and is_host(value)


def is_host_before_time(value: bytes) -> bool:
    return is_header_host(value[: _BEFORE_TIME.search(value).start()])  # type: ignore[union-attr]


_TRIM = frozenset(b".-")
#: Roots of Windows's object names, which also begin with a backslash.
_OBJECT_ROOTS = frozenset(
    b"device global globalroot registry systemroot winsxs pipe dosdevices basenamedobjects".split()
)
#: A host that begins a line, before the name of a month; it is in the finding, but in none of its leaves.
_BEFORE_TIME = re.compile(rb": [A-Za-z]{3}\Z")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
#: What ends a time at the head of a line; forms with fractions of seconds would cost each scan more than they find.
_TIME = (
    r"(?:[ t(\[\x22][0-9]{1,2}:[0-9]{2}:[0-9]{2} {1,2}"  # no octets of a MAC address
    r"|[0-9] ?(?:gmt|utc|cet|cest|est|edt|pst|pdt) {1,2}|:[0-9]{2}\x22,\x22)"
)
_OBJECTS = r"(?:host|agent|device|observer|computer|machine|server|endpoint|workstation|asset|node|gateway)\x22"
_KEYED = (
    r"(?:\b(?:[sdr]|src|dst|dest|source|destination|remote|client|server|target|dvc|log|mail|x-forwarded-|orig"
    r"|analyzer|peer|caller)?[ _.-]?"
    r"(?:host|[a-z]{0,24}fqdn|hostname|host[ _.-]name|fqdn|servername|server[ _.-]name|dnsname)"
    r"|\b[a-z_]{0,12}(?:device|machine|computer|endpoint|ident|resource|log)[_-]?host(?:name)?"
    r"|(?:\b|_)reporter|\breporting[_ ]?(?:host|device)"
    r"|\banalyzer"
    r"|(?:private|public|cs)[_-]dns(?:[_-]?name)?"
    r"|\bhostname__|\b[a-z_]{0,12}(?:machine|computer|workstation|node|device|dvc|netbios|source workstation"
    r"|domain|dns|agent|observer|pod|vm|system|peer|log ?source)[ _-]?"
    r"(?:name)|\bcomputer|\bworkstations?|\bsource workstation|\baccount domain|\b[sn]tdomain|\bsntdom|\bdntdom"
    r"|\buser[ _]?domain|\b(?:target|subject)(?:user)?domainname|\bhelo|\behlo|\bqname|\bsni|\brelay|\bdevname"
    r"|\b(?:src|dst)name"
    r"|\bmachine|\bdomain|\bdomaine du compte|\bkontodom\xc3\xa4ne|\bdominio (?:de (?:la )?cuenta|account)"
    r"|\bdom\xc3\xadnio da conta|\baccountdomein|\bnom de (?:la station de travail|l'ordinateur)"
    r"|\barbeitsstation(?:sname)?|\bcomputername|\bnombre (?:de estaci\xc3\xb3n de trabajo|del? equipo)"
    r"|\bnome (?:workstation|computer)"
    r"|\bnome da esta\xc3\xa7\xc3\xa3o de trabalho|\bwerkstationnaam)"
)


class HostnameRecognizer(DeclaredRecognizer):
    """Host and domain names.

    A dotted name needs a suffix of the Public Suffix List or an internal one, with a label before it. A single label
    needs a key or phrase before it.
    """

    ENTITY = "HOSTNAME"
    PATTERNS = (
        TokenPattern("qualified", r"[a-z0-9_\x80-\xff-]\.(?:[a-z]{2}|[\x80-\xff]{2})", 0.6, plain_from=None),
        TokenPattern("role, words and number", HYPHENED_ROLE, 0.6, plain_from=None),
        AnchorPattern("after key", _KEYED + SEPARATOR + OPENERS, NAME_BYTES, 0.6, 2, _TRIM, check=is_host),
        AnchorPattern("in an object", _OBJECTS + BELOW, NAME_BYTES, 0.6, 2, _TRIM, check=is_host),
        AnchorPattern(
            "role and number",
            NUMBERED_ROLE,
            NAME_BYTES,
            0.6,
            0,
            _TRIM,
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
            _TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=is_conventional,
        ),
        AnchorPattern(
            "installed", INSTALLED, NAME_BYTES, 0.6, 1, _TRIM, back=NAME_BYTES, back_over=1, check=is_installed
        ),
        AnchorPattern(
            "after time",
            _TIME + r"[a-z]",
            NAME_BYTES,
            0.6,
            1,
            back=frozenset(),
            back_over=1,
            check=is_header_host,
        ),
        AnchorPattern(
            "before time",
            r"[a-z0-9_]: " + _MONTH,
            frozenset(),
            0.6,
            0,
            back=NAME_BYTES,
            back_over=5,
            check=is_host_before_time,
        ),
        AnchorPattern("UNC server", r"[ \t\x22'=,;(<\[>|]\\\\", frozenset(), 0.6, 2, until=b"\\", check=is_share_host),
        AnchorPattern(
            "UNC server, escaped", r"[ \t\x22'=,;(<\[>|]\\\\\\\\", frozenset(), 0.6, 2, until=b"\\", check=is_share_host
        ),
        AnchorPattern("share", r"[ \t\x22'=,;(<\[>|]//", frozenset(), 0.6, 2, until=b"/", check=is_share_host),
        AnchorPattern("in brackets", r"\[(?:host|hostname|server) \x22", NAME_BYTES, 0.6, 2, _TRIM, check=is_host),
        AnchorPattern("of an account", r"[a-z0-9_]'@'", NAME_BYTES, 0.6, 2, _TRIM, check=is_host),
        AnchorPattern("DHCP client", r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2} \(", NAME_BYTES, 0.85, 2, _TRIM, check=is_host),
        AnchorPattern(
            "after phrase",
            r"\b(?:from client|on computer|computer name|from computer|from workstation"
            r"|from host|to host|on host|at host|for host|remote host|unknown host|client host"
            r"|reverse mapping checking getaddrinfo for"
            r"|connect(?:ed)? (?:from|to)|disconnect from|connection (?:from|to)|relay|looking up"
            r"|could not resolve host:?"
            r"|name or service not known:|syslogd? at"
            r"|helo|ehlo|query(?:\[[a-z0-9]{1,6}\])?:?|hostname set to|set hostname to|host) {1,4}"
            + OPENERS
            + r"[0-9]{0,3}[a-z_\x80-\xff]",
            NAME_BYTES,
            0.4,
            2,
            _TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=is_host,
        ),
    )
    KEYS = KEYS["HOSTNAME"]
    SOURCE = "RFC 1034 3.1; RFC 1123 2.1; RFC 5890 2.3.2 (A-labels); publicsuffix.org/list"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Every run of name bytes, judged as a whole; the patterns only say which tokens may hold one."""
        for start, end in names_in(token):
            yield Found(start, end, self.ENTITY, "qualified", 0.6)
        for start, end in conventional_in(token):
            yield Found(start, end, self.ENTITY, "role, words and number", 0.6)

    def accepts_key_value(self, value: bytes) -> bool:
        if address_of(value) is not None:
            return True
        return not is_placeholder(value) and re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The name; where the value is an address, that; a port stays outside."""
        span = address_of(value)
        if span is not None:
            return (Leaf(*span, "IP_ADDRESS"),)
        port = re.search(rb":\d{1,5}$", value) or _BEFORE_TIME.search(value)
        end = port.start() if port else len(value)
        if value[:end].endswith(b".") and end > 1:
            end -= 1
        return (Leaf(0, end, self.ENTITY),) if end else ()

    def canonical(self, value: bytes) -> bytes:
        """Lower case without the root's dot; a U-label becomes its A-label where IDNA allows it."""
        lower = value.rstrip(b".")
        if lower.isascii():
            return lower.lower()
        try:
            return lower.decode("utf-8").lower().encode("idna")
        except UnicodeError:
            return lower.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
