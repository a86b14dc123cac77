"""What files of configuration say of machines, people and secrets, in the words of the programs that read them.

A directive is a word that one program, or many, give a meaning: sshd_config(5), ssh_config(5), sudoers(5), smb.conf(5),
krb5.conf(5), sssd.conf(5), exports(5), chrony.conf(5), keepalived.conf(5), snmpd.conf(5), postconf(5), squid.conf,
httpd.conf, nginx, HAProxy, Redis, slurm.conf(5), puppet.conf, ansible, lvm.conf(5), named.conf(5), ipsec.secrets(5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from recognizers.accounts import names_someone_lettered
from recognizers.declaration import AnchorPattern, TokenPattern
from recognizers.hosts import TRIM, is_host, is_named, is_own_name
from recognizers.phrases import KEYED, NAME_BYTES, PRINTABLE
from recognizers.words import common_words, is_placeholder

_BLANKS = r"[ \t]{1,16}"
#: Directives that name several, separated by blanks or commas.
_HOSTS_LISTED = (
    r"(?:server_name|serveralias|mydestination|host_alias {1,8}[a-z0-9_]{1,32}|(?:krb5|ad|ipa)_(?:backup_)?server"
    r"|(?:netbios aliases|wins server|password server|hosts (?:allow|deny)) {0,4}=|seed_hosts|insecure-registries"
    r"|bootstrap\.servers|zookeeper\.connect|serveractive|(?:hosts|targets)[:=])"
)
_ACCOUNTS_LISTED = (
    r"(?:(?:allow|deny)users|(?:(?:in)?valid users|(?:write|read) list|admin users) {0,4}="
    r"|simple_(?:allow|deny)_users|(?:user|runas)_alias {1,8}[a-z0-9_]{1,32})"
)
_LIST = NAME_BYTES | frozenset(b" \t,=:@*?!%\"'[]$\\/&")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.=: ")
_ITEM = re.compile(rb"[^\s,\"'\[\]=]+")
#: What stands for every host, or for those of one's own.
#: These two are words of sentences, too, unless a bracket opens what they list.
_OPEN = re.compile(rb"(?:hosts|targets)[:=](?! {0,2}\[)", re.IGNORECASE)
_ANY = frozenset(b"all any local known unknown paranoid except localhost none".split())


def _listed(key: str) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + key.encode() + rb"[\"']?[ \t]*[=:]?[ \t=\[]*", re.IGNORECASE)


_HOST_LIST, _ACCOUNT_LIST = _listed(_HOSTS_LISTED), _listed(_ACCOUNTS_LISTED)


def _items(value: bytes, listed: re.Pattern[bytes], stops: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each item of a list begins, and the item up to what stops it; groups, patterns and variables are none."""
    matched = listed.search(value)
    for item in _ITEM.finditer(value, matched.end()) if matched else ():
        text = re.split(stops, item.group(), maxsplit=1)[0]
        if text[:1] not in (b"@", b"%", b"+", b"!", b"$", b"*", b"&") and text.lower() not in _ANY:
            yield item.start(), text


def listed_hosts(value: bytes) -> list[tuple[int, int]]:
    """Where the hosts are in a directive that lists them, ports and addresses aside; [] for other values."""
    if _OPEN.search(value):
        return []
    items = _items(value, _HOST_LIST, rb":[0-9]{1,5}\Z|/")
    return [(at, at + len(name)) for at, name in items if is_host(name)]


def listed_accounts(value: bytes) -> list[tuple[int, int]]:
    """Where the accounts are in a directive that lists them, the hosts behind them aside; [] for other values."""
    items = _items(value, _ACCOUNT_LIST, rb"@")
    named = [(at + name.rfind(b"\\") + 1, at + len(name)) for at, name in items]
    return [(start, end) for start, end in named if names_someone_lettered(value[start:end])]


def _lists(key: str, listed: Callable[[bytes], list[tuple[int, int]]]) -> AnchorPattern:
    """A directive with all that it lists: the names are its leaves."""

    def lists_any(value: bytes) -> bool:
        return bool(listed(value))

    return AnchorPattern(
        "listed", rf"\b{key}[\x22 \t:=]", _LIST, 0.6, 1, frozenset(b" \t,"), back=_WORD, back_over=1, check=lists_any
    )


def _are_members(value: bytes) -> bool:
    return all(names_someone_lettered(name) for name in value.split(b","))


def _keyed(value: bytes) -> tuple[int, int] | None:
    """Whose key follows (ipsec.secrets(5))."""
    name = value[: -len(" : XAUTH")]
    return (0, len(name)) if names_someone_lettered(name) else None


#: A machine that is asked, and what only a file of configuration says of it behind its name.
_ASKED = r"\b(?:server|peer|pool|remote|cache_peer|node|client)"
_SETTING = (
    r"(?:iburst|prefer|minpoll|weight=|check|backup|max_fails|parent|sibling|[0-9]{2,5}\b|\{|(?:[0-9]{1,3}\.){3}[0-9])"
)
_BEHIND_ASKED = re.compile(
    (_ASKED + rf"[ \t]+([a-z0-9_][a-z0-9_.-]*)(?::[0-9]{{1,5}})?[ \t]+{_SETTING}").encode(), re.IGNORECASE
)


def _asked(value: bytes) -> tuple[int, int] | None:
    found = _BEHIND_ASKED.search(value)
    return found.span(1) if found is not None and is_host(found.group(1)) else None


#: Who may do what where, and as whom (sudoers(5)).
_LEAVE = (
    r"=[ \t]{0,2}\((?:all|[a-z_][a-z0-9_-]{0,31})(?: ?: ?(?:all|[a-z_][a-z0-9_-]{0,31}))?\)[ \t]{0,4}"
    r"(?:nopasswd|passwd|setenv|noexec|all\b|/)"
)
_SUDOER = NAME_BYTES | frozenset(b" \t%=():/")
_GIVEN_LEAVE = re.compile(rb"([A-Za-z_][A-Za-z0-9_.-]*)[ \t]+([A-Za-z0-9_.-]+)[ \t]*=[ \t]*\(")


def _who(value: bytes) -> tuple[int, int] | None:
    found = None if b"%" in value else _GIVEN_LEAVE.search(value)
    return found.span(1) if found is not None and names_someone_lettered(found.group(1)) else None


def _where(value: bytes) -> tuple[int, int] | None:
    found = _GIVEN_LEAVE.search(value)
    if found is None or found.group(2).lower() in _ANY or not is_host(found.group(2)):
        return None
    return found.span(2)


def _exported(value: bytes) -> tuple[int, int] | None:
    """The host before the options of an export; what a function is given in code has no such (exports(5))."""
    name = value.partition(b"(")[0]
    return (0, len(name)) if is_named(name) else None


_OWNER = re.compile(rb"(?:\A|[ \t])([A-Za-z0-9_][A-Za-z0-9_.-]*)[ \t]+(?:[0-9]+[ \t]+)?IN[ \t]")


def _owner(value: bytes) -> tuple[int, int] | None:
    """The name that a record of a zone is about (RFC 1035 5.1)."""
    found = _OWNER.search(value)
    return found.span(1) if found is not None and is_host(found.group(1)) else None


#: How a client of PostgreSQL proves who it is, behind the columns of pg_hba.conf.
_METHOD = r"(?:  |\t)(?:scram-sha-256|md5|trust|reject|peer|ident|cert|ldap|radius|gss|sspi|pam)\b"
_COLUMNS = NAME_BYTES | frozenset(b' \t/:,"')
_CONNECTING = re.compile(
    rb"\b(?:host(?:ssl|nossl|gssenc|nogssenc)?|local)[ \t]+[^ \t]+[ \t]+([^ \t]+)[ \t]+([^ \t]+)", re.IGNORECASE
)


def _connecting(which: int, value: bytes) -> tuple[int, int] | None:
    """The account, or the client's host."""
    found = _CONNECTING.search(value)
    if found is None or found.group(which).lower() in _ANY:
        return None
    is_one = names_someone_lettered if which == 1 else is_named
    return found.span(which) if is_one(found.group(which)) else None


_SHARE = re.compile(rb"(?:\A|[ \t])//([A-Za-z0-9][A-Za-z0-9_.-]*)/[^ \t]*[ \t]+/")


def _shared(value: bytes) -> tuple[int, int] | None:
    """The server of a share and the folder where it is mounted (fstab(5))."""
    found = _SHARE.search(value)
    return found.span(1) if found is not None and is_host(found.group(1)) else None


HOSTS = (
    _lists(_HOSTS_LISTED, listed_hosts),
    AnchorPattern(
        "directive",
        r"\b(?:host-?name|router[_-]id|(?:replica|slave)of|proxyjump|(?:visible|unique)_hostname|trap2?sink|informsink"
        rf"|smtp[_-]server|homehost|mailhub|servername){_BLANKS}[\x22']?",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "setting",
        r"\b(?:kdc|kpasswd_server|admin_server|master_kdc|creation_host|workgroup|defaultdomainname|cachedomain|certname"
        r"|report[_-]host|bind[_-]host|[a-z]{1,16}(?:storage|ctld|head|master|slave|primary|replica|db)[_-]?host"
        rf"|controlmachine|backupcontroller|nodeaddr|ring[0-9]_addr|smarthost|relayhost){KEYED}",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "asked",
        _ASKED + r"[ \t]{1,8}[a-z0-9_][a-z0-9_.-]{0,62}(?::[0-9]{1,5})?[ \t]{1,8}" + _SETTING,
        NAME_BYTES | frozenset(b"={:"),
        0.6,
        0,
        back=_WORD | frozenset(b"0123456789:\t{="),
        back_over=1,
        part=_asked,
    ),
    AnchorPattern(
        "of its boot or array",  # the kernel's ip=, by which it is called; mdadm.conf(5)
        r"(?:\bip=[0-9.]{7,15}:[0-9.]{0,15}:[0-9.]{0,15}:[0-9.]{7,15}:|\bmetadata=[0-9.]{1,4} name=)",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "of a mounted share",
        r"[ \t](?:cifs|smbfs|smb3)[ \t]",
        NAME_BYTES,
        0.6,
        0,
        back=NAME_BYTES | frozenset(b"/ \t\\$"),
        back_over=1,
        part=_shared,
    ),
    AnchorPattern(
        "given leave",
        _LEAVE,
        frozenset(),
        0.85,
        0,
        back=_SUDOER,
        back_over=1,
        part=_where,
    ),
    AnchorPattern(
        "exported to", r"[a-z0-9]\((?:rw|ro)[,)]", frozenset(), 0.85, 0, back=NAME_BYTES, back_over=4, part=_exported
    ),
    AnchorPattern(
        "owner of a record",
        r"[a-z0-9_-][ \t][ \t0-9]{0,32}IN[ \t]{1,16}(?:A|AAAA|CNAME|MX|SRV|TXT|DS|HINFO)[ \t]",
        frozenset(),
        0.85,
        0,
        back=NAME_BYTES | frozenset(b" \t"),
        back_over=1,
        part=_owner,
    ),
    AnchorPattern(
        "target of a record",
        r"\bIN[ \t]{1,16}(?:CNAME|DNAME|NS|PTR|MX[ \t]{1,8}[0-9]{1,5})[ \t]{1,16}",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "in pg_hba.conf", _METHOD, NAME_BYTES, 0.6, 0, back=_COLUMNS, back_over=2, part=partial(_connecting, 2)
    ),
    AnchorPattern("asked first", rf"\bmaster{KEYED}", NAME_BYTES, 0.4, 3, TRIM, check=is_own_name),
    AnchorPattern(
        "forwarded to",
        r"\.(?:\*|none|info|notice|warn(?:ing)?|err(?:or)?|debug|crit)[ \t]{1,16}@@?\(?",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=is_host,
    ),
)
ACCOUNTS = (
    _lists(_ACCOUNTS_LISTED, listed_accounts),
    AnchorPattern("given leave", _LEAVE, frozenset(), 0.85, 0, back=_SUDOER, back_over=1, part=_who),
    AnchorPattern(
        "in pg_hba.conf", _METHOD, NAME_BYTES, 0.6, 0, back=_COLUMNS, back_over=2, part=partial(_connecting, 1)
    ),
    AnchorPattern(  # group(5), gshadow(5)
        "members of a group",
        r"(?::[x*!]:[0-9]{1,6}:|:!::)",
        NAME_BYTES | frozenset(b","),
        0.85,
        2,
        check=_are_members,
    ),
    AnchorPattern("with its key", r" : XAUTH", frozenset(), 0.85, 0, back=NAME_BYTES, back_over=8, part=_keyed),
    AnchorPattern(
        "for whom others act",
        r"\bhadoop\.proxyuser\.",
        NAME_BYTES - frozenset(b"."),
        0.85,
        2,
        check=names_someone_lettered,
    ),
    AnchorPattern(
        "directive",
        rf"\b(?:createuser|r[ow]user|match user){_BLANKS}",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=names_someone_lettered,
    ),
)
_SECRET = PRINTABLE - frozenset(b"\"'<>`")


def _is_given(value: bytes) -> bool:
    """A secret, and no sentence about one."""
    return not is_placeholder(value) and len(value) > 3 and value.count(b" ") < 3


def _is_set(value: bytes) -> bool:
    return _is_given(value) and value.lower() not in common_words()


SECRETS = (
    AnchorPattern(
        "directive",
        r"\b(?:auth_pass|requirepass|masterauth|sentinel auth-pass [a-z0-9_.-]{1,32}|login = (?:des|cleartext)"
        r"|trap2?sink [a-z0-9_.:-]{1,64}"
        rf"|user-password|enable-password){_BLANKS}[\x22']?",
        _SECRET,
        0.85,
        4,
        frozenset(b";}"),
        check=_is_given,
    ),
    AnchorPattern(
        "directive before a quote",
        r"\b(?:secret|psk|xauth|createuser [a-z0-9_.-]{1,32} (?:md5|sha(?:-?(?:224|256|384|512))?))[ \t]{1,16}\x22",
        frozenset(),
        0.85,
        4,
        until=b'"',
        check=_is_given,
    ),
    AnchorPattern(
        "behind its account", r"\b(?:stats auth |login=)[a-z0-9_.@-]{1,64}:", _SECRET, 0.85, 3, check=_is_given
    ),
    AnchorPattern(
        "in its element",
        r"<(?:[a-z]{1,24}:)?[a-z]{0,16}(?:password|passwd|passphrase|secret|token|apikey|sharedkey)>",
        frozenset(),
        0.85,
        4,
        until=b"<",
        check=_is_given,
    ),
    AnchorPattern("setting", rf"[a-z]_(?:pass|authtok){KEYED}", _SECRET, 0.85, 4, frozenset(b";,}"), check=_is_set),
)


#: Words of accounts that are no one's.
_ROLES = frozenset(
    b"user account service server daemon agent monitoring monitor admin administrator automation backup system manager "
    b"test deploy deployment robot bot owner operator build guest default".split()
)
_FULL_NAME = re.compile(rb"[A-Za-z\x80-\xff][^\s,:]*(?: [A-Za-z\x80-\xff][^\s,:]*){1,3}")


def _full_name(value: bytes) -> tuple[int, int] | None:
    """A name of several words before the first comma (passwd(5), GECOS), none of which is that of a role."""
    found = _FULL_NAME.match(value)
    if found is None or not _ROLES.isdisjoint(found.group().lower().split()):
        return None
    return found.span()


_NAMED = frozenset(range(0x20, 0x7F)) - frozenset(b':<>()"') | frozenset(range(0x80, 0x100))
PEOPLE = (
    # Accounts of people have numbers from 1000 on; the last ones are nobody's (login.defs(5)).
    AnchorPattern("account's comment", r":[x*!]:[1-5][0-9]{3,4}:[0-9]{1,5}:", _NAMED, 0.85, 3, part=_full_name),
    AnchorPattern("contact", rf"\b(?:syscontact{_BLANKS}[\x22']?|callerid=\x22)", _NAMED, 0.85, 3, part=_full_name),
)


def _stands_alone(token: bytes, start: int, end: int) -> bool:
    return start == 0 and end == len(token) and any(byte in b"0123456789" for byte in token)


def _is_serial(value: bytes) -> bool:
    return len(set(value)) > 2 and any(byte in b"0123456789" for byte in value)


#: What LVM and Linux's RAID call a volume; no one else writes such.
VOLUMES = (
    TokenPattern("LVM", r"\b[a-z0-9]{6}(?:-[a-z0-9]{4}){5}-[a-z0-9]{6}\b", 0.85, _stands_alone, plain_from=None),
    TokenPattern("MD array", r"\b[0-9a-f]{8}(?::[0-9a-f]{8}){3}\b", 0.85, _stands_alone, plain_from=None),
)
#: A virtual machine's UUID as VMware writes it, also behind its name as the serial number (`VMware-56 4d …`).
VMWARE = AnchorPattern(
    "VMware",
    r"(?:\bvmware-|\buuid\.(?:bios|location)[ \t]{0,2}=[ \t]{0,2}\x22)[0-9a-f]{2} ",
    frozenset(b"0123456789abcdefABCDEF -"),
    0.85,
    40,
    frozenset(b" "),
    back=frozenset(),
    back_over=3,
)
SERIALS = AnchorPattern(
    "of udev", r"(?:\bID_SERIAL(?:_SHORT)?\}?|\battrs?\{serial\})={1,2}\x22?", NAME_BYTES, 0.85, 4, check=_is_serial
)
