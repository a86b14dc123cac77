"""Names of SSH algorithms and requests, which have the form of e-mail addresses (RFC 4251 6)."""

from __future__ import annotations

import re

#: Whoever defines a name puts a domain after it.
_DEFINED_BY = re.compile(
    rb"@(?:openssh\.com|libssh\.org|ssh\.com|lysator\.liu\.se|putty\.projects\.tartarus\.org)(?![a-z0-9.-]*[a-z0-9])",
    re.IGNORECASE,
)
#: People have addresses there, too: a name of an algorithm has a digit, a cipher's mode, or is one of a few words.
_NAME = re.compile(
    rb"[a-z-]*[0-9][a-z0-9-]*|[a-z0-9-]+-(?:cbc|ctr|gcm|etm)|zlib|eow|keepalive|no-more-sessions|session-bind"
    rb"|restrict-destination|f?statvfs|posix-rename|hardlink|fsync|lsetstat|limits|expand-path|copy-data"
    rb"|home-directory|users-groups-by-id|tun|direct-streamlocal|forwarded-streamlocal|streamlocal-forward"
    rb"|auth-agent|auth-agent-req|ping|pong",
    re.IGNORECASE,
)
_NAME_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
LONGEST = 64  # characters, RFC 4251 6


def without_algorithms(token: bytes) -> bytes:
    """The token with a space for each byte of such a name."""
    if b"@" not in token:
        return token
    for domain in _DEFINED_BY.finditer(token):
        start = domain.start()
        while start > 0 and token[start - 1] in _NAME_BYTES and domain.start() - start < LONGEST:
            start -= 1
        if _NAME.fullmatch(token, start, domain.start()):
            token = token[:start] + b" " * (domain.end() - start) + token[domain.end() :]
    return token
