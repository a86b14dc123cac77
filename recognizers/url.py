"""URLs, absolute and as an HTTP request's target, and the parts of one that identify somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from recognizers.accounts import names_home
from recognizers.date_time import is_epoch, is_moment, tells_time
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.defanged import DOT_BY_NAME, DOT_IN_BRACKETS, refanged
from recognizers.email import EmailRecognizer
from recognizers.hosts import is_qualified
from recognizers.ip import IpRecognizer, address_of, is_ipv4
from recognizers.keys import KEYS, entity_of_key
from recognizers.phrases import KEYED, PRINTABLE
from recognizers.words import is_placeholder

_SCHEME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+")
_HOST = _SCHEME | frozenset(b".-")
_URL_BYTES = PRINTABLE - frozenset(b"\"'<>\\^`{|}[]")
_TRIM = frozenset(b".,;:!?)*")
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*(?:\[:\]|:)(?://|\\/\\/)|//")
_ENCODED_SCHEME = re.compile(rb"[a-z][a-z0-9+.-]*%3A%2F%2F", re.IGNORECASE)
_ENCODED_DELIMITER = re.compile(rb"%(?:2F|3F|26|3D|23)", re.IGNORECASE)
#: What follows is no part of a path: it is read as the base64 that it is (RFC 2397).
_DATA = re.compile(rb"data:[\w/.+-]{0,80}(?P<parameters>(?:;[^,;]{0,80})*?);base64,", re.IGNORECASE)
_PORT = re.compile(rb":\d{0,5}$")
_AFTER_AUTHORITY = re.compile(rb"[/?#\\]")
_PIECE = re.compile(rb"[^/;\\]+")
_PARAMETER = re.compile(rb"([^=&;?#]*)=([^&#]*)|([^=&;?#]+)")
_PLAIN_WORD = re.compile(rb"[a-z]{1,12}|[A-Z]{1,12}|[A-Z][a-z]{1,11}|[a-z]{2}-[A-Za-z]{2}")
_SHORT_NUMBER = re.compile(rb"-?[0-9]{1,4}(?:\.[0-9]{1,4})?")
#: What a site's own build is called, with a digest, and where in a source file something is: `main.3f2a81c0.js`,
#: `app.js:12:40`
_BUILT = re.compile(
    rb"[a-z_-]{1,40}(?:[.-][0-9a-f]{6,20})?(?:\.(?:min|bundle|chunk|module))?\.(?:js|mjs|css|map|wasm|woff2?)"
    rb"(?:\.map|(?::[0-9]{1,6}){1,2})?",
    re.IGNORECASE,
)
#: Parameters that choose how an answer is shown, and what their values look like.
_PRESENTING = frozenset(("sort", "sort_by", "order", "order_by", "fields", "format", "expand", "include", "view"))
_FIELD_NAMES = re.compile(rb"[+-]?[a-z_]{1,40}(?:[.,:][+-]?[a-z_]{1,40}){0,15}")
_NESTED = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://|(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/")
#: A value in which more URLs stand within each other is one leaf.
DEEPEST = 4
LONG_SEGMENT = 16  # bytes from which a mixed path segment is taken for an identifier
_EMAIL = EmailRecognizer()
_IP = IpRecognizer()


def is_absolute(value: bytes) -> bool:
    return _ABSOLUTE.match(value) is not None


def is_nested(value: bytes) -> bool:
    """Whether the value of a parameter is itself a URL, with or without a scheme, that can be taken apart.

    As one leaf it would be looked for as it stands, and found as the first half of longer URLs.
    """
    return _NESTED.match(value) is not None and value.count(b"?") <= DEEPEST


def is_escaped(value: bytes) -> bool:
    """A URL from its scheme, in which every backslash escapes an equals sign, a bar or another backslash."""
    return re.fullmatch(rb"[a-z][a-z0-9+.-]{0,30}://(?:[^\\]|\\[=|\\])*", value, re.IGNORECASE) is not None


def is_without_scheme(value: bytes) -> bool:
    """`www.example.com/start`: a qualified host, and a path or a query behind it."""
    host = re.match(rb"[A-Za-z0-9.-]+(?=(?::[0-9]{1,5})?[/?])", value)
    return host is not None and is_qualified(host.group())


def is_harmless(value: bytes) -> bool:
    """A short number, one plain word, or nothing."""
    return is_placeholder(value) or bool(_PLAIN_WORD.fullmatch(value) or _SHORT_NUMBER.fullmatch(value))


def is_identifier(segment: bytes) -> bool:
    """A path segment that looks made by a machine: long, of letters and digits both."""
    if len(segment) < LONG_SEGMENT or _BUILT.fullmatch(segment):
        return False
    return re.search(rb"[0-9]", segment) is not None and re.search(rb"[A-Za-z]", segment) is not None


def authority_leaves(url: bytes, start: int, end: int) -> Iterator[Leaf]:
    """User, password and host in [start, end) (RFC 3986 3.2); a port stays."""
    at = url.rfind(b"@", start, end)
    if at >= 0:
        colon = url.find(b":", start, at)
        user_end = at if colon < 0 else colon
        if user_end > start:
            yield Leaf(start, user_end, "USERNAME")
        if colon >= 0 and at > colon + 1:
            yield Leaf(colon + 1, at, "CREDENTIAL")
        start = at + 1
    host = url[start:end]
    if refanged(host) != host:
        stop = end - len(host) + len(_PORT.sub(b"", host))
        yield Leaf(start, stop, "IP_ADDRESS" if is_ipv4(refanged(url[start:stop])) else "HOSTNAME")
        return
    span = address_of(host)
    if span is not None:
        yield Leaf(start + span[0], start + span[1], "IP_ADDRESS")
        return
    if url[start : start + 1] == b"[":  # an address that is replaced, or a literal of the future: the brackets stay
        start, stop = start + 1, url.find(b"]", start, end)
        stop = end if stop < 0 else stop
    else:
        port = _PORT.search(host)
        stop = start + port.start() if port else end
    if stop > start:
        yield Leaf(start, stop, "HOSTNAME")


def text_leaf(url: bytes, start: int, end: int, entity: str | None) -> Iterator[Leaf]:
    """The leaf of one value in a path, query or fragment, if it may identify; of a URL its own."""
    value = url[start:end]
    if not value or is_placeholder(value):
        return
    decoded = unquote_to_bytes(value) if b"%" in value else value
    if entity in (None, "URL") and is_nested(value):
        for leaf in UrlRecognizer().leaves(value):
            yield Leaf(start + leaf.start, start + leaf.end, leaf.entity)
    elif entity is None or entity == "URL":
        found = next(_EMAIL.find_in_token(value), None)
        if found is not None and (found.start, found.end) == (0, len(value)):
            yield from mail_leaves(url, start, end)
        elif address_of(value) is not None:
            yield Leaf(start, end, "IP_ADDRESS")
        elif not is_harmless(decoded) and not (is_moment(value) and not value.isdigit()):
            # A time may well be the log's own; what is digits alone may be a number of someone's.
            yield Leaf(start, end, "URL")
    elif entity == "IP_ADDRESS" and not _IP.accepts_key_value(value):
        yield Leaf(start, end, "URL")
    elif entity == "EMAIL_ADDRESS":
        yield from mail_leaves(url, start, end) if b"@" in decoded else (Leaf(start, end, "USERNAME"),)
    else:
        yield Leaf(start, end, entity)


def mail_leaves(url: bytes, start: int, end: int) -> Iterator[Leaf]:
    """The parts of an address, which have the stand-ins here that they have alone."""
    for leaf in _EMAIL.leaves(url[start:end]):
        yield Leaf(start + leaf.start, start + leaf.end, leaf.entity)


def path_leaves(url: bytes, start: int, end: int) -> Iterator[Leaf]:
    """Segments that look like identifiers, e-mail addresses, IP addresses, and the user's part of a home (`/~bob`)."""
    before = b""
    for match in _PIECE.finditer(url, start, end):
        segment, (first, last) = match.group(), match.span()
        if segment[:1] == b"~" and len(segment) > 1:
            yield Leaf(first + 1, last, "USERNAME")
        elif b"@" in segment or b"%40" in segment:
            yield from text_leaf(url, first, last, None)
        elif b"=" in segment and url[first - 1 : first] == b";":  # matrix parameters, such as ;jsessionid=
            name, _, value = segment.partition(b"=")
            yield from text_leaf(url, last - len(value), last, entity_of_key(name.decode("latin-1")))
        elif before in (b"users", b"user", b"home", b"accounts", b"account", b"profile") and names_home(segment):
            yield Leaf(first, last, "USERNAME")
        elif is_identifier(segment) or address_of(segment) is not None:
            yield from text_leaf(url, first, last, None)
        before = segment.lower()


def parameter_leaves(url: bytes, start: int, end: int) -> Iterator[Leaf]:
    """Values of a query or fragment, by what their names say."""
    for match in _PARAMETER.finditer(url, start, end):
        if match.group(3) is not None:
            yield from text_leaf(url, *match.span(3), None)
        elif match.group(2):
            name = unquote_to_bytes(match.group(1)).decode("utf-8", "replace")
            if name.lower() in _PRESENTING and _FIELD_NAMES.fullmatch(match.group(2)):
                continue
            if tells_time(match.group(1)) and (is_epoch(match.group(2)) or is_moment(match.group(2))):
                continue
            yield from text_leaf(url, *match.span(2), entity_of_key(name))


def encoded_leaves(url: bytes, start: int) -> Iterator[Leaf]:
    """Of a percent-encoded URL from its authority on: the host, and what stands between encoded delimiters."""
    first = _ENCODED_DELIMITER.search(url, start)
    end = first.start() if first else len(url)
    yield from authority_leaves(url, start, end)
    name, before = b"", first.group().upper() if first else b""
    at = first.end() if first else len(url)
    while at < len(url):
        mark = _ENCODED_DELIMITER.search(url, at)
        stop = mark.start() if mark else len(url)
        piece, after = url[at:stop], mark.group().upper() if mark else b""
        if before == b"%3D":
            yield from text_leaf(url, at, stop, entity_of_key(name.decode("latin-1")))
        elif before == b"%2F" and is_identifier(piece) or (before in (b"%3F", b"%26", b"%23") and after != b"%3D"):
            yield from text_leaf(url, at, stop, None)
        name, before, at = piece, after, mark.end() if mark else len(url)


class UrlRecognizer(DeclaredRecognizer):
    """URLs with an authority; where a format declares one, also the target of a request without scheme and host."""

    ENTITY = "URL"
    PATTERNS = (
        AnchorPattern("absolute", r"[a-z0-9]://", _URL_BYTES, 0.85, 1, _TRIM, back=_SCHEME, back_over=3),
        AnchorPattern(
            "escaped slashes",
            r"[a-z0-9]:\\/\\/",
            _URL_BYTES | frozenset(b"\\"),
            0.85,
            1,
            _TRIM | frozenset(b"\\"),
            back=_SCHEME,
            back_over=5,
        ),
        AnchorPattern(
            "IPv6 host", r"[a-z0-9]://\[", _URL_BYTES | frozenset(b"[]"), 0.85, 4, _TRIM, back=_SCHEME, back_over=4
        ),
        AnchorPattern(  # CEF and LEEF write an equals sign within a value so
            "escaped equals signs",
            r"[!-~]\\=",
            _URL_BYTES | frozenset(b"\\"),
            0.85,
            1,
            _TRIM | frozenset(b"\\"),
            back=_URL_BYTES - frozenset(b"="),
            back_over=2,
            check=is_escaped,
        ),
        AnchorPattern(  # what a device leaves out, it writes so
            "cut short",
            r"/\.\.\.",
            frozenset(b"."),
            0.85,
            0,
            back=_URL_BYTES - frozenset(b"="),
            back_over=4,
            check=is_absolute,
        ),
        AnchorPattern(
            "defanged",
            rf"[a-z0-9-]{DOT_IN_BRACKETS}",
            _URL_BYTES | frozenset(b"[]"),
            0.85,
            1,
            _TRIM | frozenset(b"[]"),
            back=_URL_BYTES - frozenset(b"=(),;"),
            back_over=3,
            check=is_absolute,
        ),
        AnchorPattern(
            "defanged by name",
            rf"[a-z0-9-]{DOT_BY_NAME}",
            _URL_BYTES | frozenset(b"[]"),
            0.85,
            1,
            _TRIM | frozenset(b"[]"),
            back=_URL_BYTES - frozenset(b"=(),;"),
            back_over=5,
            check=is_absolute,
        ),
        AnchorPattern(
            "defanged colon",
            r"[a-z0-9]\[:\]//",
            _URL_BYTES | frozenset(b"[]"),
            0.85,
            1,
            _TRIM | frozenset(b"[]"),
            back=_SCHEME,
            back_over=5,
        ),
        AnchorPattern(
            "percent-encoded",
            r"[a-z0-9]%3A%2F%2F",
            _URL_BYTES - frozenset(b"&"),
            0.85,
            1,
            _TRIM,
            back=_SCHEME,
            back_over=9,
        ),
        AnchorPattern(
            "without scheme",
            r"(?:\bwww|\b[a-z_-]{0,16}ur[il](?:_?(?:full|original|name))?" + KEYED + r"[a-z0-9][a-z0-9-]{0,62})\.",
            _URL_BYTES,
            0.6,
            4,
            _TRIM,
            back=_HOST,
            back_over=1,
            check=is_without_scheme,
        ),
        AnchorPattern(
            "mail address or telephone",
            r"\b(?:mailto|sip|sips|xmpp|tel|urn:imei):",
            _URL_BYTES,
            0.6,
            3,
            _TRIM,
            check=lambda value: b"@" in value or b"%40" in value or value.lstrip(b"+").isdigit(),
        ),
        AnchorPattern(
            "request",
            r"\b(?:GET|POST|PUT|HEAD|DELETE|PATCH|OPTIONS|PROPFIND) ",
            _URL_BYTES,
            0.6,
            2,
            check=lambda value: value[:1] == b"/",
        ),
    )
    KEYS = KEYS["URL"]
    SOURCE = "RFC 3986 3; RFC 9112 3.2 (request targets)"

    def accepts_key_value(self, value: bytes) -> bool:
        return re.search(rb"[/.?=@]", value) is not None and len(value) > 1

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """User, password, host, identifying path segments, query values and fragment; () where nothing identifies."""
        scheme = _ABSOLUTE.match(value)
        path = scheme.end() if scheme else 0
        leaves: list[Leaf] = []
        data = _DATA.match(value)
        if data:
            return tuple(parameter_leaves(value, *data.span("parameters")))
        encoded = _ENCODED_SCHEME.match(value)
        if encoded:
            return tuple(encoded_leaves(value, encoded.end()))
        if scheme is None and value[:1] not in (b"/", b"?", b"#", b"*", b"."):
            colon = re.match(rb"(?:mailto|sips?|xmpp|tel|urn:imei|urn:uuid):", value, re.IGNORECASE)
            if colon:
                stop = re.search(rb"[?;]", value)
                leaves.extend(text_leaf(value, colon.end(), stop.start() if stop else len(value), None))
                if stop:
                    leaves.extend(parameter_leaves(value, stop.end(), len(value)))
                return tuple(leaves)
        if scheme is not None or (value[:1] not in b"/?#*." and re.match(rb"[A-Za-z0-9.-]+(?::\d+)?(?:/|$)", value)):
            delimiter = _AFTER_AUTHORITY.search(value, path)
            authority_end = delimiter.start() if delimiter else len(value)
            leaves.extend(authority_leaves(value, path, authority_end))
            path = authority_end
        mark = value.find(b"#", path)
        fragment = len(value) if mark < 0 else mark
        question = value.find(b"?", path, fragment)
        query = fragment if question < 0 else question
        leaves.extend(path_leaves(value, path, query))
        leaves.extend(parameter_leaves(value, query + 1, fragment))
        leaves.extend(parameter_leaves(value, fragment + 1, len(value)))
        return tuple(leaves)

    def canonical(self, value: bytes) -> bytes:
        """Scheme and host in lower case (RFC 3986 6.2.2.1); the rest as it stands."""
        match = re.match(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", value)
        if match is None:
            return value
        user, at, host = match.group().rpartition(b"@")
        if not at:
            return host.lower() + value[match.end() :]
        scheme, slashes, account = user.partition(b"://")
        return scheme.lower() + slashes + account + at + host.lower() + value[match.end() :]
