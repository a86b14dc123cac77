"""What is a host's name, and what only stands where one could: the checks of the patterns for hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recognizers.conventions import (
    HYPHENED_ROLE,
    ends_in_region,
    is_conventional,
    is_header_host,
    is_mnemonic,
    is_thread,
)
from recognizers.declaration import compiled
from recognizers.file_names import names_program
from recognizers.ip import is_ipv4
from recognizers.platforms import is_file_or_type, is_platform
from recognizers.site_names import is_placed_name
from recognizers.suffixes import public_suffixes
from recognizers.vocabulary import is_harmless
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
#: no domain at all: packages of the Java and Android platforms, whatever they end in
_JVM_ROOTS = frozenset(b"java javax jdk sun scala akka kotlin android androidx".split())
#: products, and properties of the Java platform (java.lang.System, getProperties) and of servers on it
_PRODUCTS = frozenset(
    b"asp.net ado.net vb.net ml.net socket.io system.net java.net java.io node.js"
    b" user.home java.home catalina.home".split()
)
LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
_RUN = re.compile(rb"[A-Za-z0-9_.\x80-\xff-]+")
#: An encoded separator before a name, as in `url=http%3A%2F%2Fexample.com`; its digits are no part of the name.
_ENCODED = re.compile(rb"%(?:2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-F])", re.IGNORECASE)
_LABEL = rb"[A-Za-z0-9_\x80-\xff]+(?:-+[A-Za-z0-9_\x80-\xff]+)*"
_LABELS = re.compile(_LABEL + rb"(?:\." + _LABEL + rb")*\Z")
#: Roots of Windows's object names, which also begin with a backslash.
_OBJECT_ROOTS = frozenset(
    b"device global globalroot registry systemroot winsxs pipe dosdevices basenamedobjects".split()
)
_STEM = re.compile(rb"([a-z\x80-\xff]{3,})[0-9]{0,5}[a-z]?")
#: Of a message or a part, as makers number them: `ANR0406I`.
_CODE = re.compile(rb"[A-Z]{3}[0-9A-Fa-f]{4}[A-Z]?\Z")
#: A word and a number as machines, but few messages are called.
_CAPITALS = re.compile(rb"[A-Z]{4,12}0[0-9]{1,2}\Z")
#: Of a cluster's nodes: two letters and a padded number.
_PADDED = re.compile(rb"[a-z]{2}0[0-9]{2,4}\Z", re.IGNORECASE)
_COUNTED = re.compile(rb"(?:[a-z]{2,12}-){2,4}[a-z]{0,2}[0-9]{1,4}[a-z]?\Z", re.IGNORECASE)
#: Of a hash or a number in base 16.
_HASHED = re.compile(rb"(?=[a-f-]*[0-9])[0-9a-f-]{6,}\Z", re.IGNORECASE)
#: A host and what stands right behind it: in the finding, but in none of its leaves.
FRAMED = re.compile(
    rb"(?:Linux )?([A-Za-z0-9_.\x80-\xff-]+)"
    rb"(?:: [A-Za-z]{3}| [A-Za-z]{3} {1,2}[0-9]|\[[0-9]{1,3}\.[0-9.]*|[/(][0-9]{1,3}(?:\.[0-9]{1,3}){3}| TCP_[A-Z_]+"
    rb"| [a-zA-Z]{4,7}\[| \(ipv[46]:|:/[a-z]{3}"
    rb"| [0-9][A-Za-z0-9_.+~-]* #[0-9][A-Za-z0-9.~-]* SMP)\Z"
)
#: A name, and its address behind it.
BESIDE = re.compile(
    rb"([A-Za-z0-9_\x80-\xff-]+)(?:(?:\) \[?| \()[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[ ,;|\t][0-9]{1,3}\.[0-9]?)\Z"
)
PLAIN = re.compile(rb"[A-Za-z0-9_.\x80-\xff-]+\Z")
#: Interfaces, terminals and kernel modules, which stand beside addresses and after an at sign as hosts do.
INTERFACE = re.compile(
    rb"(?:eth|p[0-9]{1,2}p|ens|enp|eno|enx|wlan|wlp|veth|tun|tap|bond|br|docker|lo|if|vmnet|virbr|v?tty|vty|wan|pts|dev|vlan|v|ge|xe|te|gi|po"
    rb"|igb|ixl|ix|em|bge|bce|bxe|vtnet|vmx|vmk|vmnic|hn|wg|ppp|utun|lagg|reth|irb|fxp|gif|gre|vti|wwan|swp|fc|nvme|[hsv]d[a-z]|xvd[a-z]|dm|md|loop)"
    rb"[-_]?[0-9]",
    re.IGNORECASE,
)
#: Of a network's zones, as firewalls write them before an address.
_ZONES = frozenset(b"dmz inside outside trust untrust wan lan mgmt vip loopback".split())
#: What real-time systems call their tasks: `Dot1x_NW_MsgTask_3: Mar`.
_TASK = re.compile(rb"(?:task|thread|timer)[_-]?[0-9]*:", re.IGNORECASE)
_HEX = re.compile(rb"[0-9A-Fa-f]+\Z")
#: Of capitals and small letters as programs mix them.
_MIXED = re.compile(rb"[a-z][A-Z]|[A-Z]{2}[a-z]")
_MONTHS = frozenset(b"jan feb mar apr may jun jul aug sep oct nov dec".split())
#: What ends a sentence, not a name.
TRIM_BYTES = b".-"
TRIM = frozenset(TRIM_BYTES)
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
    if len(name) > LONGEST_NAME or not _LABELS.match(name):
        return None
    labels = name.split(b".")
    return labels if len(name) <= LONGEST_LABEL or max(map(len, labels)) <= LONGEST_LABEL else None


@lru_cache(maxsize=65536)
def is_qualified(name: bytes) -> bool:
    """Whether a dotted name can only be a host: it has a known suffix, and is no file, package, class or attribute."""
    labels = labels_of(name)
    if labels is None or len(labels) < 2 or len(labels[-1]) < 2 or labels[-1].isdigit():
        return False
    last, lower = labels[-1], name.lower()
    if last not in (last.lower(), last.upper()) or b".".join(lower.split(b".")[-2:]) in _PRODUCTS:
        return False  # CamelCase: a class, or a sentence without a space after its full stop
    if len(labels) > 2 and lower.split(b".")[0] in _JVM_ROOTS:
        return False
    if b".".join(lower.split(b".")[-2:]) in load_words("project_domains") or is_file_or_type(lower):
        return False
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
    if (
        own[0] in _PACKAGE_ROOTS
        and (len(labels) > 2 or own[0] == b"com")
        and tail not in _CLASSIC
        and suffix not in INTERNAL_SUFFIXES
    ):
        return False
    if all(label.replace(b"_", b"").isdigit() for label in own) and len(own) == 1:
        return False  # 3.in, 12.pm
    if b"_" in own[-1] and suffix not in INTERNAL_SUFFIXES:
        return False  # what is registered has no underscore (RFC 1034 3.5)
    if suffix != tail or tail in _CLASSIC or tail in INTERNAL_SUFFIXES:
        return True
    if tail in load_words("file_extensions") and any(label[:1].isdigit() for label in own[1:]):
        return False  # a version within a file's name
    if tail == b"py" and own[-1] in common_words():
        return False  # a module; Paraguay's firms stand below com.py
    return not (is_word_suffix(tail) and reads_as_words(own))


def is_word_suffix(suffix: bytes) -> bool:
    """Whether a top-level domain also ends file names, or is a word that names an attribute or begins a sentence."""
    return suffix in load_words("file_extensions") or suffix in common_words()


def reads_as_words(labels: list[bytes]) -> bool:
    """Whether the labels before a word-like suffix look like a file's or an attribute's name."""
    if labels[-1] in load_words("file_extensions") or len(labels) == 1:
        return True
    first = 1 if len(labels) > 2 else 0  # `mapreduce.job.user.name`: of three words the first may be a product's
    return all(label in common_words() or label.isdigit() for label in labels[first:]) and labels[0] != b"www"


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
    if is_placeholder(value) or is_ipv4(value) or not LETTER.search(value) or is_platform(value):
        return False
    lower = value.lower()
    if lower in common_words() or lower in load_words("not_usernames") or lower in _MONTHS:
        return lower == b"localhost" or lower in load_words("hosts_among_words")
    if b"." in value and (value.rsplit(b".", 1)[-1].isdigit() or names_program(value)):
        return False
    return labels_of(value) is not None


def is_share_host(value: bytes) -> bool:
    """What stands between `\\\\` or `//` and the next slash: a server, no folder and no escape."""
    lower = value.lower()
    if lower in _OBJECT_ROOTS or lower.startswith((b"harddisk", b"u00")) or lower == b"localhost":
        return False
    return 1 < len(value) <= LONGEST_NAME and is_host(value)


def in_frame(value: bytes) -> tuple[int, int] | None:
    """Where the host is in a value that holds what stands behind it, too; None for other values."""
    framed = None if PLAIN.match(value) else FRAMED.match(value) or BESIDE.match(value)
    return framed.span(1) if framed is not None else None


def is_named(value: bytes) -> bool:
    """For loose places: a host with a digit or a hyphen, of which a part is no word."""
    if len(value) < 3 or not is_host(value) or INTERFACE.match(value) or not re.search(rb"[0-9-]", value):
        return False
    parts = [part for part in re.split(rb"[-_.]", value.lower()) if part and not part.isdigit()]
    return any(part not in common_words() for part in parts)


def is_own_name(value: bytes) -> bool:
    """Where words and programs stand more often than hosts: as ``is_named``, with a part that no vocabulary holds."""
    if is_placed_name(value):
        return True
    return b"." not in value and is_named(value) and not _CODE.match(value) and has_own_part(value)


def is_own_numbered(value: bytes) -> bool:
    """As ``is_own_name``, with a number or a role."""
    if is_placed_name(value) or _CAPITALS.match(value) or (_PADDED.match(value) and is_named(value)):
        return True
    return is_own_name(value) and re.search(rb"[0-9]", value) is not None


def is_counted(value: bytes) -> bool:
    """For keys of machines: words joined by hyphens and a number (`edge-bud-1`), or in capitals (`HQ-TKRAUS`)."""
    if is_thread(value) or is_mnemonic(value) or ends_in_region(value.lower()):
        return False
    return _COUNTED.match(value) is not None or (value.isupper() and b"-" in value and is_own_name(value))


def has_own_part(value: bytes) -> bool:
    """Whether some part of a name is letters that no vocabulary holds, a number behind them aside."""
    if value.lower() in load_words("hosts_among_words"):
        return True
    if _HASHED.match(value) or _MIXED.search(value) or is_thread(value):
        return False
    stems = (_STEM.fullmatch(part) for part in re.split(rb"[-_.]", value.lower()))
    return any(stem is not None and not is_harmless(stem.group(1)) for stem in stems)


def is_lone_name(value: bytes) -> bool:
    """For text between blanks: no program, behind which a colon or its number stands."""
    return value[-1:] not in b":[" and len(value) > 2 and is_host(value)


def is_lone_header_name(value: bytes) -> bool:
    return is_lone_name(value) and (is_header_host(value) or is_own_name(value))


def is_host_behind_time(value: bytes) -> bool:
    return is_header_host(value) or is_own_numbered(value)


def is_host_before_path(value: bytes) -> bool:
    """`kiln7:/exp`."""
    framed = FRAMED.match(value)
    return framed is not None and is_own_name(framed.group(1))


def is_numbered(value: bytes) -> bool:
    return is_host(value) and re.search(rb"[0-9]", value) is not None


def is_host_before_time(value: bytes) -> bool:
    framed = FRAMED.match(value)
    if framed is None or _TASK.search(value):
        return False
    name = framed.group(1)
    return is_header_host(name) or (b"-" in name and is_named(name) and not is_mnemonic(name))


def is_named_beside_address(value: bytes) -> bool:
    """`(barn-web2) 192.0.2.1`: with a hyphen and, its digits aside, a part that is no word of logs."""
    beside = BESIDE.match(value)
    if beside is None or INTERFACE.match(value):
        return False
    name = beside.group(1)
    if b"-" not in name:
        return len(name) > 3 and name in (name.lower(), name.upper()) and has_own_part(name)
    parts = [part.strip(b"0123456789") for part in re.split(rb"[-_]", name.lower())]
    if len(parts) == 2 and len(parts[0]) > 3 and len(parts[1]) < 2:
        return is_host(name)  # `resolver-b`, `shelf-2`
    return is_named(name) and any(len(part) > 1 and part not in common_words() for part in parts)


def is_own_beside_address(value: bytes) -> bool:
    """`barn-web2,192.0.2.1`: a name with a number or a role and a part that no vocabulary holds."""
    beside = BESIDE.match(value)
    return beside is not None and not INTERFACE.match(value) and is_own_numbered(beside.group(1))


def is_host_before_date(value: bytes) -> bool:
    """`node7 Nov  9`: no day of the week, which also stands there, and no zone."""
    framed = FRAMED.match(value)
    return framed is not None and len(framed.group(1)) > 3 and is_named(framed.group(1))


def is_host_before_address(value: bytes) -> bool:
    """`name[192.0.2.1]`, `name/192.0.2.1`: no interface, no zone, and no product with its version."""
    framed = FRAMED.match(value)
    if framed is None:
        return False
    name = framed.group(1)
    if b"." in name:
        return False  # judged by its suffix
    if INTERFACE.match(name) or name.lower() in _ZONES or not is_host(name) or value.endswith(b".0.0.0"):
        return False
    if name in (name.lower(), name.upper()):
        return b"_" not in name or re.search(rb"[0-9-]", name) is not None
    return b"-" in name or name[-1:].isdigit()


def is_framed_host(value: bytes) -> bool:
    framed = FRAMED.match(value)
    return framed is not None and is_host(framed.group(1))


def is_host_of_account(value: bytes) -> bool:
    """What stands after `kim@`: no version, no hash of an object, no instance of a unit."""
    return not _HEX.match(value) and is_named(value)
