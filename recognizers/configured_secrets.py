"""Secrets of configurations: a keyword, words that say how the value is written, the value.

Vendors of network devices write the same few notations (``key 7 …``, ``shared-key cipher …``, ``psksecret ENC …``):
behind ``set``, ``add`` or ``config``, in quotes, before a semicolon or a brace, in an element of XML. Here stands a
rule for each notation, not for each vendor.
"""

from __future__ import annotations

import re

from recognizers.declaration import BEGINNING, LETTERS, AnchorPattern
from recognizers.phrases import PRINTABLE
from recognizers.words import common_words, is_placeholder

BLANKS = r"[ \t]{1,4}"
#: A line's beginning, and how it is set in: lines that are set in belong to the record of the one above.
LINE = BEGINNING + r"\n])[ \t]{0,32}"
_REST = frozenset(range(0x20, 0x100)) | frozenset(b"\t")
_BARE = PRINTABLE - frozenset(b"\"'<>`")
_END = frozenset(b";,}")
_HEX = frozenset(b"0123456789abcdefABCDEF")
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
#: How the value that follows is written: of these none is a value.
_WRITTEN = (
    r"(?:ascii(?:-text)?|hex|cipher(?:text)?|plain(?:text)?|clear(?:text)?|simple|encrypted|irreversible-cipher|hash|key|set-key"
    r"|md5|sha1|sha256|sha512|hmac-md5|local|remote|secret-encrypted|enc|[0-9]{1,2})"
)
_WRITTEN_SO = rf"(?:{_WRITTEN}{BLANKS}){{0,3}}"
_NO_VALUE = re.compile(_WRITTEN.encode() + rb"\Z", re.IGNORECASE)
#: What tells of a value, or goes on with a sentence about one.
SAID = frozenset(
    b"required expired changed incorrect invalid mismatch failed accepted authentication attempt prompt disabled"
    b" enabled string strings name for is was not set the encryption policy manager history complexity none"
    b" min-length text key-string".split()
)
_FILE = re.compile(rb"/|.*\.(?:pem|key|crt|cer|der|p12|pfx|pub)\Z", re.IGNORECASE)

#: What ciphers(1) says of each: `Au=PSK  Enc=AES(128)`.
_CIPHERS = re.compile(rb"(?:Enc|Mac|Kx|Au)=", re.IGNORECASE)


def is_value(value: bytes) -> bool:
    """Whether what follows a keyword that only configurations have is its value."""
    lower = value.lower().strip(b"\"';{}")
    if len(lower) < 2 or is_placeholder(value) or _NO_VALUE.match(lower) or lower in SAID:
        return False
    return _FILE.match(value) is None and value[:1] not in b"(=:,["


def _is_uncommon(value: bytes) -> bool:
    """The same where sentences may stand, too."""
    if _CIPHERS.match(value):
        return False
    return is_value(value) and len(value) > 3 and value.lower().strip(b".!?);") not in common_words()


_LONE = re.compile(
    rb"(?P<keyword>[a-z0-9-]+)[ \t]+(?:" + _WRITTEN.encode() + rb"[ \t]+){0,3}"
    rb"(?:\"(?P<quoted>[^\"]+)\"|'(?P<marked>[^']+)'|(?P<bare>[^\s\"']+?));?(?:[ \t]+encrypted)?[ \t\r]*\Z",
    re.IGNORECASE,
)


def _alone(value: bytes) -> tuple[int, int] | None:
    """Where the value is in a line that holds nothing else; behind a word that begins a sentence no word is one."""
    found = _LONE.match(value)
    if found is None or found.lastgroup is None:
        return None
    secret, keyword = found[found.lastgroup], found["keyword"]
    if not is_value(secret) or (not keyword.islower() and not _is_uncommon(secret)):
        return None
    return found.span(found.lastgroup)


def _key_alone(value: bytes) -> tuple[int, int] | None:
    """The same of a key, which often is no more than a number."""
    span = _alone(value)
    key = value[slice(*span)] if span is not None else b""
    return span if _is_uncommon(key) and not key.isdigit() else None


#: Of the words before `community` and behind it none is one.
_NO_COMMUNITY = frozenset(
    b"read write ro rw create add name cipher simple encrypted ciphertext plaintext string strings table entry"
    b" trap traps inform informs version vrf use-vrf udp-port community poll priv auth noauth".split()
)
_IN_BLOCK = re.compile(rb"\"?([^\s\"{};]+)\"?[ \t]*(?:\{|;|r[ow]\b|\Z)")


def _is_community(value: bytes) -> bool:
    return is_value(value) and value.lower() not in _NO_COMMUNITY


def _community_in_block(value: bytes) -> tuple[int, int] | None:
    """The community that a block or a line is about; what a policy calls a set of routes has more behind it."""
    found = _IN_BLOCK.match(value)
    return found.span(1) if found is not None and _is_community(found.group(1)) else None


def _is_in_element(value: bytes) -> bool:
    return is_value(value) and value[:1] not in b" \t\n"


def _is_long(value: bytes) -> bool:
    """In an element called no more than a key, where names of other things stand, too."""
    return re.search(rb"[0-9]", value) is not None and re.search(rb"[=+/]", value) is not None


_ENCRYPTED = re.compile(rb"([^\s]{6,}) -encrypted\Z")


def _encrypted(value: bytes) -> tuple[int, int] | None:
    found = _ENCRYPTED.search(value)
    return found.span(1) if found is not None else None


_KEYWORDS = (
    r"(?:psksecret|phash|(?:[a-z]{1,12}-)?password-hash|pre-?shared-(?:key|secret)|shared-(?:key|secret)"
    r"|wpa-?(?:passphrase|psk)|(?:encrypted-)?keystring|key-string|set-key|encrypted-password"
    r"|[a-z]{2,16}-(?:password|passwd)|psk|snmp-community-string|community-name|authentication-key|(?:private|public)-key"
    r"|message-digest-key [0-9]{1,3} md5|secret-encrypted)"
)
_ELEMENTS = (
    r"<(?:[a-z]{1,24}:)?[a-z0-9_-]{0,24}(?:psk|phash|pre-?shared-?key|community(?:-string)?|priv(?:ate)?key|pubkey"
    r"|bcrypt-hash|auth_pass|password|passwd|pwd|crt|prv)(?:_[0-9]{1,2}_)?(?: [a-z]{1,24}=\x22[a-z0-9_.-]{1,24}\x22)?>"
)
SECRETS = (
    AnchorPattern(
        "of a keyword", rf"\b{_KEYWORDS}{BLANKS}{_WRITTEN_SO}[\x22']?", _BARE, 0.85, 3, _END, check=_is_uncommon
    ),
    AnchorPattern(
        "of a keyword, quoted",
        rf"\b(?:{_KEYWORDS}|community|key|password|passphrase|psk(?: [0-9]{{1,2}})?){BLANKS}{_WRITTEN_SO}\x22",
        frozenset(),
        0.85,
        3,
        until=b'"',
        check=is_value,
    ),
    AnchorPattern(
        "alone on its line",
        rf"{LINE}(?:set )?(?:{_KEYWORDS}|password|passwd|secret|psk|passphrase){BLANKS}",
        frozenset(),
        0.85,
        3,
        until=b"\n",
        back=LETTERS | frozenset(b"-"),
        back_over=1,
        part=_alone,
    ),
    AnchorPattern(
        "in apostrophes",
        rf"\b(?:{_KEYWORDS}|(?:option [a-z_]{{0,24}})?(?:key|password|secret|psk)){BLANKS}'",
        frozenset(),
        0.85,
        3,
        until=b"'",
        check=is_value,
    ),
    AnchorPattern(
        "key alone on its line",
        rf"{LINE}key ",
        frozenset(),
        0.85,
        3,
        until=b"\n",
        back=LETTERS,
        back_over=1,
        part=_key_alone,
    ),
    AnchorPattern("encrypted setting", r"[ \t]set [a-z0-9-]{2,32} ENC ", _BARE, 0.85, 4),
    AnchorPattern(
        "how it is written",
        r"\b(?:password|passwd|secret|key|md5|psk|authentication)[ \t](?:cipher(?:text)?|encrypted|irreversible-cipher"
        r"|ascii-text|ascii|hash|enc|hex|md5 [0-9]{1,3} (?:cipher|key))[ \t](?:[0-9]{1,2}[ \t])?\x22?",
        _BARE,
        0.85,
        4,
        _END,
        check=_is_uncommon,
    ),
    AnchorPattern("ciphered", r"\bcipher [%$]", _BARE, 0.85, 6, back=frozenset(), back_over=1),
    AnchorPattern(
        "of the account or the server before it",
        r"\b(?:admin|name|username|pppoe|enable|ftp|vtp|isis|chap|pap|neighbor|peer|server"
        r"|(?:tacacs|radius)-server host)(?: [a-z0-9_.:@-]{1,64})?(?: [a-z-]{3,20} [0-9]{1,5}){0,3}"
        r" (?:password|encrypted|key|secret)"
        rf"{BLANKS}{_WRITTEN_SO}\x22?",
        _BARE,
        0.85,
        4,
        _END,
        check=_is_uncommon,
    ),
    AnchorPattern(
        "community",
        r"\bsnmp(?:-server|-agent|v3)?[ \t](?:[a-z-]{2,12}[ \t]){0,2}community[ \t]{1,4}(?:(?:read|write|ro|rw|create"
        r"|add|name|cipher|simple|encrypted|ciphertext|plaintext|[0-9]{1,2})[ \t]{1,4}){0,3}[\x22']?",
        _BARE,
        0.85,
        3,
        _END,
        check=_is_community,
    ),
    AnchorPattern(
        "community of a receiver",
        r"\bsnmp-server host (?:[a-z0-9_-]{1,32} )?[0-9a-f.:]{3,45} (?:(?:traps?|informs?|poll) )?(?:version [12]c? )?"
        r"(?:community (?:[0-9] )?)?\x22?",
        _BARE,
        0.85,
        3,
        _END,
        check=_is_community,
    ),
    AnchorPattern("community in a block", rf"{LINE}community{BLANKS}", _REST, 0.85, 3, part=_community_in_block),
    AnchorPattern(
        "community of RouterOS",
        r"(?:\bset \[ find default=yes \]|\badd addresses=[0-9a-f.:/,]{2,80}) name=\x22?",
        _BARE,
        0.6,
        3,
        check=_is_community,
    ),
    AnchorPattern("community by number", r"[0-9]community[ \t]{0,2}=[ \t]{0,2}\x22?", _BARE, 0.85, 3, check=is_value),
    AnchorPattern("community's name", r" add community \x22[a-z0-9_.@!#$%-]{1,64}\x22 name \x22", _BARE, 0.85, 3),
    AnchorPattern(
        "in a column of keys",
        r"\b(?:(?:key content|community(?: name)?|(?:license|product) key)[ \t]{1,40}: "
        r"|(?:set |get |ro |rw )community:[ \t]{2,40}|(?:license|product) ?key(?:: |\x22?=\x22?))",
        _BARE,
        0.85,
        4,
        _END,
        check=_is_uncommon,
    ),
    AnchorPattern(
        "by a name in capitals",
        r"\bset [a-z0-9_]{0,24}(?:password|passwd|pswd|secret|psk|snmpstring) \x22?",
        _BARE,
        0.85,
        4,
        _END,
        check=_is_uncommon,
    ),
    AnchorPattern(
        "of SNMP's users",  # RFC 3414
        r"\b(?:auth(?:entication-mode)?[ \t](?:md5|sha(?:-?(?:1|224|256|384|512))?)"
        r"|priv(?:acy-mode)?[ \t](?:3?des(?:56)?|aes)(?:[ -]?(?:128|192|256))?)[ \t]{1,4}(?:[0-9][ \t])?\x22?",
        _BARE,
        0.85,
        4,
        check=is_value,
    ),
    AnchorPattern("of several words", r"\b(?:set-key|wpa-psk) ascii [0-9] ", _REST - frozenset(b'"'), 0.85, 8),
    AnchorPattern("localized", r"\bpriv 0x", _HEX, 0.85, 16),
    AnchorPattern(
        "of a group of routers",
        r"\b(?:(?:standby|vrrp|glbp) [0-9]{1,4}|nhrp) authentication (?:text |md5 key-string (?:[0-9] )?)?",
        _BARE,
        0.85,
        3,
        check=is_value,
    ),
    AnchorPattern(
        "by its place",
        r"\b(?:pre-shared-key address [0-9.]{7,15}(?: [0-9.]{7,15})? key|mgmtuser add [a-z0-9_.@-]{1,32}"
        r"|mgmt-user [a-z0-9_.@-]{1,32} [a-z-]{3,24}"
        r"|auth add [0-9]{1,2} [0-9.]{7,15} [0-9]{1,5} (?:ascii|hex)|set-key ascii(?: [0-9])?) ",
        _BARE,
        0.85,
        4,
        check=is_value,
    ),
    AnchorPattern(
        "before what it is",
        r"[a-z0-9] -encrypted",
        frozenset(),
        0.85,
        0,
        back=_BARE,
        back_over=11,
        part=_encrypted,
    ),
    AnchorPattern(
        "in an element of a device",
        _ELEMENTS,
        frozenset(),
        0.85,
        3,
        until=b"<",
        check=_is_in_element,
    ),
    AnchorPattern(
        "in an element within",
        r"<(?:pre-shared-key>[ \t\n]{0,24}<key|snmpcommunity>[ \t\n]{0,24}<name)>",
        frozenset(),
        0.85,
        3,
        until=b"<",
        check=_is_in_element,
    ),
    AnchorPattern("in an element of a key", "<key>", _BARE, 0.6, 12, check=_is_long),
    AnchorPattern(
        "by a short key",
        r"(?:\b(?:psk(?:value|_key)|wpa\.psk|auth_?key|publickey|smtp pwd)[ \t]{0,2}=|\{key\})[ \t]{0,2}\x22?",
        _BARE,
        0.85,
        6,
        _END,
        check=_is_uncommon,
    ),
    AnchorPattern("key of SSH", "AAAA[A-Z][0-9]Nza", _BASE64, 0.85, 16, back=frozenset(), back_over=9),
    AnchorPattern(
        "certificate in words",  # as routers print DER
        rf"{LINE}[0-9a-f]{{8}} [0-9a-f]{{8}} [0-9a-f]{{8}} [0-9a-f]{{8}}",
        _HEX | frozenset(b" "),
        0.85,
        0,
        frozenset(b" "),
        back=frozenset(),
        back_over=35,
    ),
)
