"""Digests of files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Found, TokenPattern
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.proc_net import is_in_digits, is_long_socket

_WHOLE = re.compile(rb"[0-9a-zA-Z+/=:_.-]{28,256}")
#: A name may be joined to a digest by an underscore.
_RUN = re.compile(rb"(?<![0-9a-z\x80-\xff])[0-9a-f]{32,}+(?![0-9a-z\x80-\xff])", re.IGNORECASE)
_NAMES = {32: "MD5", 40: "SHA-1", 48: "Tiger", 56: "SHA-224", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}
_FUZZY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/:")
_BASE64 = _FUZZY - frozenset(b":")
_SCORE = 0.6


def is_digest(value: bytes) -> bool:
    """Letters and digits both, as every digest has but one in millions."""
    return len(value) in _NAMES and not value.isdigit() and not value.isalpha() and len(set(value)) > 4


def is_fuzzy(value: bytes) -> bool:
    """A block size and two digests."""
    return re.fullmatch(rb"[0-9]{1,9}:[A-Za-z0-9+/]+:[A-Za-z0-9+/]+", value) is not None


def is_fingerprint(value: bytes) -> bool:
    """Thirty-two bytes in base64 without padding (ssh-keygen(1), -E sha256)."""
    return len(value) == 43


class FileHashRecognizer(DeclaredRecognizer):
    """MD5, SHA-1, Tiger, SHA-224, SHA-256, SHA-384 and SHA-512 in hex, as a whole run of letters and digits."""

    ENTITY = "FILE_HASH"
    PATTERNS = (
        TokenPattern("hex", r"[0-9a-f]{32}", _SCORE, plain_from=32),
        AnchorPattern("ssdeep", r"\bssdeep" + KEYED, _FUZZY, 1.0, 8, check=is_fuzzy),
        AnchorPattern("fingerprint of a key", r"\bSHA256:", _BASE64, 0.85, 43, check=is_fingerprint),
    )
    KEYS = KEYS["FILE_HASH"]
    SOURCE = "RFC 1321; FIPS 180-4; ssdeep(1); ssh-keygen(1)"

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Runs of hex digits of a digest's length; the pattern only says which tokens may hold one."""
        for run in _RUN.finditer(token):
            if is_digest(run.group()) and not (is_in_digits(token) or is_long_socket(token, 0, len(token))):
                yield Found(*run.span(), self.ENTITY, _NAMES[run.end() - run.start()], _SCORE)

    def accepts_key_value(self, value: bytes) -> bool:
        return _WHOLE.fullmatch(value) is not None
