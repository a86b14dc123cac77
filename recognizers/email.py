"""E-mail addresses, also percent-encoded."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from recognizers.algorithms import without_algorithms
from recognizers.declaration import TOKEN, AnchorPattern, DeclaredRecognizer, Found, Leaf, TokenPattern
from recognizers.hosts import labels_of
from recognizers.ip import is_ipv4
from recognizers.keys import KEYS
from recognizers.phrases import KEYED

_AT = re.compile(rb"@|%40", re.IGNORECASE)
_LOCAL_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-%") | frozenset(
    range(0x80, 0x100)
)
_DOMAIN = re.compile(rb"[A-Za-z0-9\x80-\xff_.-]+")
_ENCODED = re.compile(rb"%[0-9a-fA-F]{2}")
LONGEST_LOCAL = 64  # octets, RFC 5321 4.5.3.1.1
LONGEST = 250  # octets, of what stands before the at sign of a message's id
#: what systemd puts after an instance's name, and what image files end in: `getty@tty1.service`, `icon@2x.png`
_NOT_DOMAINS = frozenset(
    b"service socket timer mount automount target slice scope swap device path "
    b"png jpg jpeg gif svg webp ico css js mjs json tgz".split()
)


def local_part(token: bytes, at: int) -> int:
    """Where the local part that ends at ``at`` starts; ``at`` itself if there is none."""
    start = at
    while start and at - start <= LONGEST_LOCAL and token[start - 1] in _LOCAL_BYTES:
        start -= 1
    if at - start > LONGEST_LOCAL:
        return at
    for match in _ENCODED.finditer(token, start, at):
        start = match.end()  # an encoded separator before the address, as in `to%3Dbob@example.com`
    while start < at and token[start] in b".-%+":
        start += 1
    return start if token[at - 1] != 0x2E else at


def domain_part(token: bytes, start: int) -> int:
    """Where the domain that starts at ``start`` ends; ``start`` itself if there is none."""
    match = _DOMAIN.match(token, start)
    if match is None:
        return start
    end = match.end()
    final = max(token.rfind(b".", start, end) + 1, start)
    if final < end and token[final] < 0x80:
        # Text of another script, or a stray byte, right behind a domain that ends in ASCII is no part of it.
        end = next((n for n in range(final, end) if token[n] >= 0x80), end)
    while end > start and token[end - 1] in b".-_":
        end -= 1
    labels = labels_of(token[start:end])
    if labels is None or len(labels) < 2:
        return start
    last = labels[-1].lower()
    if is_ipv4(token[start:end]):
        return end
    if len(last) < 2 or last in _NOT_DOMAINS or not (last.isalpha() or last[:4] == b"xn--" or last[0] >= 0x80):
        return start
    return end


def is_quoted_address(value: bytes) -> bool:
    """`jane doe"@example.com`, of which the opening quote stands before the value (RFC 5321 4.1.2, Quoted-string)."""
    local, _, domain = value.rpartition(b'"@')
    return len(local) <= LONGEST_LOCAL and domain_part(domain, 0) == len(domain)


def is_return_path(value: bytes) -> bool:
    """A sender with the recipient or a signature within (VERP, BATV, SRS), which an equals sign parts."""
    local, _, domain = value.rpartition(b"@")
    return b"=" in local and b"@" not in local and domain_part(domain, 0) == len(domain) > 0


def is_machine_account(value: bytes) -> bool:
    """`PC-7$@corp.example` (MS-ADTS 3.1.1.1.5.1.3)."""
    domain = value.rpartition(b"$@")[2]
    return domain_part(domain, 0) == len(domain)


def is_bracketed(value: bytes) -> bool:
    """An address whose domain may be one label, as mail servers write those of their own machines.

    Most others are tokens, and found as such.
    """
    local, _, domain = value.rpartition(b"@")
    if local and local_part(value, len(local)) == 0 and domain_part(value, len(local) + 1) == len(value):
        return False
    return (
        0 < len(local) <= LONGEST_LOCAL
        and re.fullmatch(rb"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", domain) is not None
    )


def ends_in_domain(value: bytes) -> bool:
    local, _, domain = value.rpartition(b"@")
    return 0 < len(local) <= LONGEST and domain_part(domain, 0) == len(domain) > 0


#: What stands between addresses of a list.
_BETWEEN = re.compile(rb"[;,|\s]+")


def _each(value: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of the parts of a list: each holds an at sign, and together they hold all but what is between."""
    at = [match.start() for match in _AT.finditer(value)]
    start = passed = 0
    for match in _BETWEEN.finditer(value) if len(at) > 1 else ():
        if passed < len(at) and at[passed] < match.start() and match.end() <= at[-1]:
            yield start, match.start()
            start = match.end()
            while passed < len(at) and at[passed] < start:
                passed += 1
    yield start, len(value)


class EmailRecognizer(DeclaredRecognizer):
    """Addresses of the form local@domain; ``%40`` stands for ``@`` in what a URL carries.

    The at sign is evidence enough: the domain needs two labels, but no known suffix.
    """

    ENTITY = "EMAIL_ADDRESS"
    PATTERNS = (
        TokenPattern("address", r"[a-z0-9_+%.\x80-\xff-](?:@|%40)[a-z0-9_\x80-\xff]", 0.85, plain_from=None),
        AnchorPattern(
            "quoted local part",
            r"[a-z0-9_.]\x22@",
            _LOCAL_BYTES - frozenset(b"%+"),
            0.85,
            3,
            frozenset(b".-"),
            back=frozenset(range(0x20, 0x100)) - frozenset(b'"'),
            back_over=2,
            check=is_quoted_address,
        ),
        AnchorPattern(
            "return path",
            r"\b(?:bounces?|prvs|msprvs1|srs[01]|btv1|sentto|owner|return)[+=-]",
            _LOCAL_BYTES - frozenset(b"%") | frozenset(b"=@"),
            0.85,
            5,
            frozenset(b".-"),
            back=_LOCAL_BYTES - frozenset(b"%.+-"),
            back_over=1,
            check=is_return_path,
        ),
        AnchorPattern(
            "machine account",
            r"[a-z0-9_-]\$@",
            _LOCAL_BYTES - frozenset(b"%+"),
            0.85,
            3,
            frozenset(b".-"),
            back=_LOCAL_BYTES - frozenset(b"%+"),
            back_over=2,
            check=is_machine_account,
        ),
        AnchorPattern(
            "guest",
            r"[a-z0-9_.-]#EXT#@",
            _LOCAL_BYTES - frozenset(b"%+"),
            0.85,
            3,
            frozenset(b".-"),
            back=_LOCAL_BYTES - frozenset(b"%+"),
            back_over=6,
            check=ends_in_domain,
        ),
        AnchorPattern(
            "apostrophe in a name",
            r"\b(?:[od]|mc)'[a-z][a-z0-9._+-]{1,40}@",
            _LOCAL_BYTES - frozenset(b"%+"),
            0.85,
            3,
            frozenset(b".-"),
            back=_LOCAL_BYTES - frozenset(b"%") | frozenset(b"'"),
            back_over=1,
            check=ends_in_domain,
        ),
        AnchorPattern(
            "in a mail server's brackets",
            r"\b(?:from|to|sender|recipient|rcpt|ctladdr)=<",
            _LOCAL_BYTES | frozenset(b"@"),
            0.85,
            3,
            check=is_bracketed,
        ),
        AnchorPattern(
            "message id",
            r"\b(?:message-?id|msgid|in-reply-to|references)" + KEYED,
            _LOCAL_BYTES | frozenset(b"@=$!#&*/?~"),
            0.85,
            5,
            frozenset(b".-"),
            check=ends_in_domain,
        ),
    )
    KEYS = KEYS["EMAIL_ADDRESS"]
    SOURCE = "RFC 5321 4.1.2; RFC 6531 3.3 (UTF-8)"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Around each at sign: the local part to its left, the domain to its right."""
        token = without_algorithms(token)
        for at in _AT.finditer(token):
            start = local_part(token, at.start())
            end = domain_part(token, at.end())
            if start < at.start() and end > at.end():
                yield Found(start, end, self.ENTITY, "address", 0.85)

    def accepts_key_value(self, value: bytes) -> bool:
        at = _AT.search(value)
        return at is not None and at.start() > 0 and at.end() < len(value) and b"\n" not in value

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The local part is a user's name, the domain a host's; an address literal an address. Of a list, of each."""
        return tuple(
            Leaf(first + leaf.start, first + leaf.end, leaf.entity)
            for first, end in _each(value)
            for leaf in self._leaves(value[first:end])
        )

    def _leaves(self, value: bytes) -> tuple[Leaf, ...]:
        at = list(_AT.finditer(value))
        if not at:
            return super().leaves(value)
        local_end, start = at[-1].span()
        begin = max(value.rfind(b"<", 0, local_end), value.rfind(b":", 0, local_end)) + 1
        stop = start
        while stop < len(value) and value[stop] not in b"> \t,;\"'":
            stop += 1
        domain = value[start:stop]
        local_end -= value[local_end - 1 : local_end] == b'"'
        leaves = [Leaf(begin, local_end, "USERNAME")] if begin < local_end else []
        if domain[:1] == b"[" and domain[-1:] == b"]":
            skip = 6 if domain[1:6].lower() == b"ipv6:" else 1
            leaves.append(Leaf(start + skip, stop - 1, "IP_ADDRESS"))
        elif domain:
            leaves.append(Leaf(start, stop, "IP_ADDRESS" if is_ipv4(domain) else "HOSTNAME"))
        return tuple(leaves)

    def canonical(self, value: bytes) -> bytes:
        """With ``@`` written as such, the domain in lower case."""
        at = list(_AT.finditer(value))
        if not at:
            return value.lower()
        return value[: at[-1].start()].lower() + b"@" + value[at[-1].end() :].lower()


_RECOGNIZER = EmailRecognizer()


def addresses_in(text: str) -> list[tuple[int, int]]:
    """[start, end) in characters of the addresses that are found as tokens of a text, in order."""
    if "@" not in text:
        return []
    raw = text.encode("utf-8", "surrogatepass")
    spans = [
        (token.start() + found.start, token.start() + found.end)
        for token in TOKEN.finditer(raw)
        for found in _RECOGNIZER.find_in_token(token.group())
    ]
    if len(raw) == len(text):
        return spans
    place = list(accumulate((len(letter.encode("utf-8", "surrogatepass")) for letter in text), initial=0))
    return [(bisect_left(place, start), bisect_left(place, end)) for start, end in spans]
