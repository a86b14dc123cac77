"""Names of accounts: after keys, in the phrases of login daemons, in home paths, and behind a Windows domain."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.hostname import is_qualified
from recognizers.ip import address_of
from recognizers.keys import KEYS
from recognizers.phrases import BLANK, EQUALS, NAME_BYTES, OPENERS, SEPARATOR
from recognizers.words import common_words, is_placeholder, load_words

_ACCOUNT = NAME_BYTES | frozenset(b"@$\\")
_PLAIN = NAME_BYTES | frozenset(b"@$")
_HOME = NAME_BYTES | frozenset(b"@$~")
_TRIM = frozenset(b".\\-")
LONGEST = 104  # a user principal name's first part and domain, as Active Directory limits a logon name
_SHARED_HOMES = frozenset(
    [
        b"public",
        b"default",
        b"default user",
        b"all users",
        b"shared",
        b"guest",
        b"defaultuser0",
        b"desktop.ini",
        b"lost+found",
    ]
)
#: domains that every Windows machine has, and the roots of its registry, which paths begin with
WELL_KNOWN_DOMAINS = frozenset(
    [b"nt authority", b"authority", b"builtin", b"nt service", b"service", b"window manager", b"manager"]
)
_NOT_DOMAINS = frozenset(
    b"hklm hkcu hkcr hku hkcc registry machine software system device systemroot windows windir c d".split()
)
#: what follows an account that begins a message; it is in the finding, but in none of its leaves
_OPENING = re.compile(rb" : TTY=| : user NOT in sudoers|\) CMD \(", re.IGNORECASE)
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")


def names_someone(value: bytes) -> bool:
    """Whether what stands after a key or phrase is an account: no placeholder, no word of the phrase, no remnant."""
    if len(value) > LONGEST or value[:1] in b"\\.-@" or is_placeholder(value):
        return False
    lower = value.lower()
    if lower in load_words("not_usernames") or lower.startswith((b"0x", b"pam_")):
        return False
    return re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None


def names_someone_lettered(value: bytes) -> bool:
    return names_someone(value) and _LETTER.search(value) is not None


def names_someone_uncommon(value: bytes) -> bool:
    """For loose phrases: an account that is no word of the language, or one of the well-known accounts."""
    if not names_someone(value):
        return False
    lower = value.lower()
    parts = [part for part in re.split(rb"[-_.]", lower) if part]
    return any(part not in common_words() for part in parts) or lower in (
        b"root",
        b"admin",
        b"administrator",
        b"system",
        b"guest",
    )


def names_someone_quoted(value: bytes) -> bool:
    """A quoted value may hold blanks, but is no sentence and no structure."""
    if value[:1] in b" ,;:" or not names_someone(value) or value.count(b" ") > 4:
        return False
    return not any(byte in b'\n\r\t"{}[]=;<>' for byte in value)


def names_home(value: bytes) -> bool:
    lower = value.lower()
    return (
        lower not in _SHARED_HOMES
        and lower not in common_words()
        and lower not in load_words("not_usernames")
        and names_someone(value)
    )


def names_windows_home(value: bytes) -> bool:
    lower = value.lower()
    if lower in _SHARED_HOMES or not value.strip() or len(value) > 64:
        return False
    return not any(byte in b'\n\r\t"/:*?<>|=%' for byte in value) and names_someone(value)


def names_sudoer(value: bytes) -> bool:
    """What stands before ` : TTY=` and the like: these programs begin their messages with the account."""
    return names_someone(_OPENING.split(value, maxsplit=1)[0])


def names_rest_home(value: bytes) -> bool:
    """For `/users/…`, which REST paths also have: no word, and not only digits."""
    return names_home(value) and not value.isdigit()


def names_domain_account(value: bytes) -> bool:
    """`DOMAIN\\user` outside any key: the domain qualified or in capitals, so that no path is taken for one."""
    domain, _, user = value.replace(b"\\\\", b"\\").partition(b"\\")
    if domain.lower() in _NOT_DOMAINS or domain.lower().startswith(b"hkey_") or not names_someone(user):
        return False
    if is_qualified(domain):
        return True
    return domain == domain.upper() and _LETTER.search(domain) is not None and len(domain) > 1


_NAME_KEYS = (
    r"(?:(?:\b|_)[a-z]{0,12}(?:user[ _.-]?name|user[ _.-]?account|login[ _.-]?name|logon[ _.-]?name"
    r"|account[ _.-]?name|samaccount(?:name)?"
    r"|user[ _.-]?principal[ _.-]?name|objectsam|admin[ _]?name)"
    r"|(?:\b|_)(?:[sdr]|src|dst|dest|source|target|destination|remote|client|auth|xauth|admin|db|acting|effective"
    r"|su|by)?user[0-9]?"
    r"|\b(?:logname|login|acct|account|loginuser|owner|upn|principal|suid|duid|sasl_username|nickname|runas"
    r"|usrname|usr"
    r"|mailbox|identity|uname|by[ _]user|requester|originuser|xauth|sudo_user|changed by|nom du compte|kontoname"
    r"|nombre de cuenta|user_id|userid|caller))"
)
_VALUE_PHRASES = (
    r"(?:\b(?:accepted|failed|postponed|partial) [a-z/-]{1,24} for (?:invalid user |illegal user )?"
    r"|\b(?:invalid|illegal) user "
    r"|\bsession (?:opened|closed) for (?:local )?user (?:[a-z0-9_.$-]{1,32}(?:\(uid=[0-9]{1,10}\))? by )?"
    r"|\bauthentication failure for (?:user )?|\blogin failed for (?:user )?|\bfailed login for (?:user )?"
    r"|\bauthentication (?:failed|succeeded) for (?:user )?"
    r"|\bauthenticating (?:as )?user |\binvalid authenticating user |\b(?:by|from) (?:authenticating|invalid) user "
    r"|\bdisconnected from (?:authenticating |invalid )?user |\bconnection (?:closed|reset) by (?:authenticating "
    r"|invalid )?user "
    r"|\bnew session [a-z]?[0-9]{1,8} of user |\bremoved session [a-z]?[0-9]{1,8} of user |\bslice of "
    r"|\bmanager for uid "
    r"|\bpassword changed for (?:user )?|\bpassword check failed for user "
    r"|\bmaximum authentication attempts exceeded for (?:invalid user )?"
    r"|\bnew user: name=|\bdelete user |\bchange user |\badd '|\bto (?:shadow )?group '|\bnew password set for "
    r"|\bsu: \(to |\bsu: (?:pam_unix\(su(?:-l)?:session\): )?|\(to [a-z0-9_.-]{1,32}\) "
    r"|\bsuccessful su for [a-z0-9_.-]{1,32} by |\bsuccessful su for |\bfailed su for [a-z0-9_.-]{1,32} by "
    r"|\bfailed su for "
    r"|\bsudo: {1,4}|\bsudo\[[0-9]{1,9}\]: {1,4}|\bcron\[[0-9]{1,9}\]: \("
    r"|\blevel set to [0-9]{1,2} by |\blogged in as |\blogged on as |\blogged out user |\blogin by "
    r"|\blogged in by |\brunning as user |\bas user |\bconfigured from [a-z]{1,12} by |\bunknown user "
    r"|\buid=[0-9]{1,10}\(|\beuid=[0-9]{1,10}\(|\bauid=[0-9]{1,10}\(|\bhome=/home/|\bmail from:<? ?user "
    r"|\brole for user |\bfor user )"
)


class UsernameRecognizer(DeclaredRecognizer):
    """User and account names, with the domain that stands before or after them.

    Well-known accounts (root, SYSTEM) are found like any other: whether they are kept is a policy's matter.
    """

    ENTITY = "USERNAME"
    PATTERNS = (
        AnchorPattern("after key", _NAME_KEYS + SEPARATOR + r"[<\[({]?", _ACCOUNT, 0.6, 1, _TRIM, check=names_someone),
        AnchorPattern(
            "quoted after key",
            _NAME_KEYS + SEPARATOR + r"\\?[\x22]{0,2}\x22",
            NAME_BYTES,
            0.6,
            1,
            _TRIM,
            b'"',
            check=names_someone_quoted,
        ),
        AnchorPattern(
            "apostrophes after key",
            r"(?:" + _NAME_KEYS + SEPARATOR + r"|\b(?:user|username|account) )'",
            NAME_BYTES,
            0.6,
            1,
            _TRIM,
            b"'",
            check=names_someone_quoted,
        ),
        AnchorPattern("id key", r"\be?uid" + EQUALS + OPENERS, _PLAIN, 0.6, 1, _TRIM, check=names_someone_lettered),
        AnchorPattern("after phrase", _VALUE_PHRASES + r"[\x22'<\[(]?", _ACCOUNT, 0.6, 1, _TRIM, check=names_someone),
        AnchorPattern(
            "after user",
            r"\b(?:user|account|username)" + BLANK + r"{1,4}[\x22<\[(]?",
            _ACCOUNT,
            0.4,
            2,
            _TRIM,
            check=names_someone_uncommon,
        ),
        AnchorPattern(
            "quoted after user", r"\b(?:user|account|username) [\x22<]", _ACCOUNT, 0.6, 1, _TRIM, check=names_someone
        ),
        AnchorPattern(
            "sudo", r"[a-z0-9_.$-] : TTY=", frozenset(), 0.85, 0, back=_PLAIN, back_over=7, check=names_sudoer
        ),
        AnchorPattern(
            "sudo refused",
            r"[a-z0-9_.$-] : user NOT in sudoers",
            frozenset(),
            0.85,
            0,
            back=_PLAIN,
            back_over=22,
            check=names_sudoer,
        ),
        AnchorPattern(
            "cron", r"[a-z0-9_.$-]\) CMD \(", frozenset(), 0.85, 0, back=_PLAIN, back_over=7, check=names_sudoer
        ),
        AnchorPattern(
            "home path",
            r"(?:/export/home/|/home/|/var/mail/|/var/spool/(?:cron|mail)/(?:crontabs/)?)",
            _HOME,
            0.85,
            1,
            _TRIM,
            check=names_home,
        ),
        AnchorPattern("users path", r"/users/", _HOME, 0.6, 2, _TRIM, check=names_rest_home),
        AnchorPattern(
            "Windows home",
            r"\\{1,4}(?:users|documents and settings)\\{1,4}",
            _HOME,
            0.85,
            1,
            _TRIM,
            check=names_windows_home,
        ),
        AnchorPattern(
            "Windows home with blanks",
            r"\\{1,4}(?:users|documents and settings)\\{1,4}",
            _HOME,
            0.85,
            1,
            _TRIM,
            b"\\",
            check=names_windows_home,
        ),
        AnchorPattern(
            "domain account",
            r"[ \t\n\x22'=,;:(<\[>|][a-z0-9][a-z0-9._-]{0,30}\\",
            _PLAIN,
            0.6,
            1,
            _TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=names_domain_account,
        ),
        AnchorPattern(
            "domain account, escaped",
            r"[ \t\n\x22'=,;:(<\[>|][a-z0-9][a-z0-9._-]{0,30}\\\\",
            _PLAIN,
            0.6,
            1,
            _TRIM,
            back=NAME_BYTES,
            back_over=2,
            check=names_domain_account,
        ),
    )
    KEYS = KEYS["USERNAME"]
    SOURCE = "useradd(8); RFC 4282 (user@realm); MS-ADTS 3.1.1.1.5.1.3 (domain\\user, user principal name)"

    def accepts_key_value(self, value: bytes) -> bool:
        return (
            not is_placeholder(value) and len(value) <= 256 and re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None
        )

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The account; a domain before a backslash or after an at sign is a host's name."""
        if address_of(value) is not None:
            return (Leaf(0, len(value), "IP_ADDRESS"),)
        opening = _OPENING.search(value)
        if opening is not None:
            return (Leaf(0, opening.start(), self.ENTITY),)
        if b"\\" in value:
            cut = value.rfind(b"\\")
            domain = value[:cut].strip(b"\\")
            first = value.find(domain) if domain else 0
            leaves = [Leaf(cut + 1, len(value), self.ENTITY)] if cut + 1 < len(value) else []
            if domain and domain.lower() not in WELL_KNOWN_DOMAINS:
                leaves.insert(0, Leaf(first, first + len(domain), "HOSTNAME"))
            return tuple(leaves)
        at = value.rfind(b"@")
        if 0 < at < len(value) - 1:
            return Leaf(0, at, self.ENTITY), Leaf(at + 1, len(value), "HOSTNAME")
        return super().leaves(value)

    def canonical(self, value: bytes) -> bytes:
        """Lower case, in whatever script."""
        if value.isascii():
            return value.lower()
        return value.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
