"""What is a host's name, and what only stands where one could: the checks of the patterns for hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recognizers.conventions import HYPHENED_ROLE, is_conventional, is_header_host
from recognizers.declaration import compiled
from recognizers.ip import is_ipv4
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
#: Roots of Windows's object names, which also begin with a backslash.
_OBJECT_ROOTS = frozenset(
    b"device global globalroot registry systemroot winsxs pipe dosdevices basenamedobjects".split()
)
#: A host that begins a line, before the name of a month; it is in the finding, but in none of its leaves.
BEFORE_TIME = re.compile(rb": [A-Za-z]{3}\Z")
#: What ends a sentence, not a name.
TRIM = frozenset(b".-")
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
    return is_header_host(value[: BEFORE_TIME.search(value).start()])  # type: ignore[union-attr]
