"""Names of groups, and distinguished names of directories."""

from __future__ import annotations

import re

from recognizers.declaration import LETTERS, AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.email import EmailRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import KEYED, NAME_BYTES
from recognizers.suffixes import public_suffixes
from recognizers.words import common_words, is_placeholder

#: An equals sign ends a value, as the next key's; a word before it goes with the value rather than stay behind.
_VALUE = frozenset(range(0x20, 0x100)) - frozenset(b",=+\"'<>;|/(){}[]\\\x7f")
_BACK = LETTERS | frozenset(b"\\")
#: Before a parameter of a query, whose value an ampersand ends: a name has it as a character of its own (R&D).
_QUERY = frozenset(b"?&")
_RDN = re.compile(
    rb"(?:\A|[,+/] ?)(?P<type>cn|uid|ou|dc|o|l|st|c|sn|givenname|mail|e|emailaddress|samaccountname)\\*="
    rb"(?P<value>(?:\\+,|[^,=+])+)",
    re.IGNORECASE,
)
_LABEL = re.compile(rb"[a-z0-9_\x80-\xff-]+", re.IGNORECASE)
#: Containers that every directory of Active Directory has (MS-ADTS 6.1.1.4).
_CONTAINERS = frozenset(
    b"users|computers|builtin|domain controllers|configuration|schema|system|policies|services|sites|partitions"
    b"|foreignsecurityprincipals|managed service accounts|program data|deleted objects|people|groups|domain users"
    b"|domain admins|domain computers|administrators|administrator".split(b"|")
)
_ENTITY_OF = {b"mail": "EMAIL_ADDRESS", b"e": "EMAIL_ADDRESS", b"emailaddress": "EMAIL_ADDRESS", b"dc": "HOSTNAME"}
_ENTITY_OF |= {b"ou": "GROUP", b"o": "GROUP", b"l": "LOCATION", b"st": "LOCATION"}
_EMAIL = EmailRecognizer()
#: Names of accounts, people and machines alike.
_ANY_NAME = "USERNAME"
LONGEST_GROUP = 256
LONGEST_PART = 64  # RFC 5280 appendix A, upper bounds
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
#: Groups that come with systems name no one.
_SHARED_GROUPS = _CONTAINERS | frozenset(
    b"root|wheel|adm|sudo|admin|staff|nogroup|nobody|everyone|guests|audio|video|cdrom|dip|plugdev|lxd|docker|daemon"
    b"|dialout|floppy|netdev|systemd-journal|www-data|backup|mail|sys|bin|disk|tty|kvm|render|input|lp|games|man|news"
    b"|domain guests|enterprise admins|schema admins|authenticated users|interactive|network|local|none|default".split(
        b"|"
    )
)


def is_part(value: bytes) -> bool:
    """`CN=` and a name after it, no word and no state, and no parameter of a query."""
    if not _QUERY.isdisjoint(value.partition(b"=")[0]):
        return False
    text = value.partition(b"=")[2].strip()
    if (
        not 1 < len(text) <= LONGEST_PART
        or text.count(b" ") > 2
        or is_placeholder(text)
        or text.lower() in common_words()
    ):
        return False
    return _LETTER.search(text) is not None


def is_later_part(value: bytes) -> bool:
    text = value.partition(b"=")[2].strip()
    return 0 < len(text) <= LONGEST_PART and not is_placeholder(text)


def is_group(value: bytes) -> bool:
    if is_placeholder(value) or value.lower() in _SHARED_GROUPS or value.isdigit() or value[:2] == b"S-":
        return False
    return len(value) <= LONGEST_GROUP and _LETTER.search(value) is not None


class DistinguishedNameRecognizer(DeclaredRecognizer):
    """Parts of a name as ``CN=…,OU=…,DC=…``, each found and replaced alone."""

    ENTITY = "DISTINGUISHED_NAME"
    PATTERNS = (
        AnchorPattern(
            "first part",
            r"\b(?:cn|ou|dc)\\{0,2}=",
            _VALUE,
            0.6,
            2,
            frozenset(b" ."),
            back=_BACK | _QUERY,
            back_over=1,
            check=is_part,
        ),
        AnchorPattern(
            "parameter",
            r"[?&](?:cn|ou|dc)\\{0,2}=",
            _VALUE - _QUERY,
            0.6,
            2,
            frozenset(b" ."),
            back=_BACK,
            back_over=1,
            check=is_part,
        ),
        AnchorPattern(
            "later part",
            r"[a-z0-9)\x22\x80-\xff][,+] ?(?:cn|ou|dc|o|l|st)\\{0,2}=",
            _VALUE,
            0.85,
            1,
            frozenset(b" ."),
            back=_BACK,
            back_over=1,
            check=is_later_part,
        ),
    )
    KEYS = KEYS["DISTINGUISHED_NAME"]
    SOURCE = "RFC 4514 2; RFC 4519 2"

    def accepts_key_value(self, value: bytes) -> bool:
        return _RDN.match(value) is not None

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """Values of parts, less containers that all directories have, and the public suffix of a domain."""
        parts = list(_RDN.finditer(value))
        if not parts:
            return super().leaves(value)
        leaves = []
        for place, part in enumerate(parts):
            kind, (start, end) = part["type"].lower(), part.span("value")
            if kind == b"dc":
                label = _LABEL.match(value, start, end)
                end = label.end() if label else end
                last = place + 1 == len(parts) or parts[place + 1]["type"].lower() != b"dc"
                if last and is_suffix(value[start:end]):
                    continue
            text = value[start:end].strip()
            if kind == b"c" or not text or text.lower() in _CONTAINERS:
                continue
            start += len(value[start:end]) - len(value[start:end].lstrip())
            entity = _ENTITY_OF.get(kind, _ANY_NAME)
            of_text = _EMAIL.leaves(text) if entity == "EMAIL_ADDRESS" else (Leaf(0, len(text), entity),)
            leaves += [Leaf(start + leaf.start, start + leaf.end, leaf.entity) for leaf in of_text]
        return tuple(leaves)


def is_suffix(label: bytes) -> bool:
    text = label.decode("utf-8", "replace").lower()
    return public_suffixes().publicsuffix(text) == text or text in (
        "local",
        "lan",
        "internal",
        "corp",
        "test",
        "example",
    )


class GroupRecognizer(DeclaredRecognizer):
    """Names of groups of accounts, by key; those that come with systems are none."""

    ENTITY = "GROUP"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"(?:\b|_)(?:user|ad|security|target|member|admin)?[ _-]?group[ _-]?name" + KEYED,
            NAME_BYTES,
            0.6,
            2,
            frozenset(b".-"),
            check=is_group,
        ),
        AnchorPattern("id", r"\b[es]?gid=[0-9]{1,10}\(", NAME_BYTES, 0.85, 1, check=is_group),
    )
    KEYS = KEYS["GROUP"]
    SOURCE = "groupadd(8); id(1); MS-ADTS 6.1.4"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_group(value)
