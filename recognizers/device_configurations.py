"""What configurations and support texts of devices say of machines and accounts.

The notations are few and shared: a keyword and its value alone on a line, in quotes, before a brace; a label in a
column; a prompt before a command; what SNMP's tools print. Secrets are found by ``configured_secrets``, serial numbers
and the like by ``device_numbers``, and what people write into configurations by ``descriptions``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from recognizers.accounts import ACCOUNT, names_someone, names_someone_lettered, names_someone_uncommon
from recognizers.configured_secrets import BLANKS, LINE, SAID
from recognizers.declaration import BEGINNING, LETTERS, AnchorPattern
from recognizers.hosts import TRIM, is_host, is_named, is_own_name, labels_of
from recognizers.ip import is_ipv4
from recognizers.phrases import NAME_BYTES
from recognizers.vocabulary import is_harmless
from recognizers.words import common_words, is_placeholder

_NAME_ALONE = re.compile(rb"([A-Za-z-]+)[ \t]+[\"']?([A-Za-z0-9_.\x80-\xff-]+)[\"']?;?[ \t\r]*\Z")


def _name_alone(value: bytes) -> tuple[int, int] | None:
    """A name behind which its line ends; a word of the language where the keyword is no beginning of a sentence."""
    found = _NAME_ALONE.match(value)
    if found is None:
        return None
    keyword, name = found.groups()
    if not keyword.islower() and name.lower() in common_words():
        return None
    if is_ipv4(name) or is_placeholder(name) or name.lower() in SAID or labels_of(name.rstrip(b".")) is None:
        return None
    return found.span(2)


def _is_label(value: bytes) -> bool:
    return labels_of(value) is not None


def _holds_own_word(value: bytes) -> bool:
    """Whether some word of a value is in no vocabulary."""
    return len(value) < 80 and not all(is_harmless(word) for word in re.findall(rb"\w+", value))


def told(form: bytes, is_one: Callable[[bytes], object], value: bytes) -> tuple[int, int] | None:
    """Where the name is that a form tells in what stands around it, if the check takes it."""
    found = re.search(form, value, re.IGNORECASE)
    return found.span(1) if found is not None and is_one(found.group(1)) else None


#: Where a line begins: who is logged in, the device, its mode, and the sign behind which a command stands.
_PROMPTED = (
    rb"\A(?:RP/[^ :]+:|\*?[A-Z]:)?[\[(]?(?:[A-Za-z0-9_.-]+@\(?)?([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)\)?"
    rb"(?:::?[A-Za-z0-9_*/-]*)?(?: ?\([^()]*\))*\]?(?::~)?[ ]?[#>] ?[a-z]+(?: [a-z]+)? ?\Z"
)
_NAMING = (
    r"(?:(?:system|device|firewall|switch|router|controller|ap|chassis|node)-name|sys-?name|host-?name|sys name"
    r"|switchname)"
)
HOSTS = (
    AnchorPattern(
        "named alone on its line",
        rf"{LINE}(?:(?:set|config|configure|snmp|system|deviceconfig)[ \t]){{0,3}}{_NAMING}{BLANKS}",
        frozenset(),
        0.85,
        2,
        until=b"\n",
        back=LETTERS | frozenset(b"-"),
        back_over=1,
        part=_name_alone,
    ),
    AnchorPattern(
        "beside its address",
        rf"{LINE}(?:ip host|name [0-9.]{{7,15}}){BLANKS}",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=_is_label,
    ),
    AnchorPattern(
        "named in a configuration",
        r"\b(?:ap-name|client-name|remote-name|proxy-server|vtp domain|config ap name|static-mapping|slb server"
        r"|local-identity hostname"
        r"|authentication-server [a-z]{4,8}|snmp sysname|rf-network-name|mobility group domain"
        r"|(?:system|device|firewall|switch|router)-name)"
        rf"{BLANKS}[\x22']?",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "prompting",
        r"[a-z0-9_-](?:[>\]]display |::\*?> )",
        frozenset(),
        0.85,
        0,
        back=NAME_BYTES | frozenset(b">]:*"),
        back_over=1,
        part=partial(told, rb"([A-Za-z0-9_.-]+)(?:[>\]]display|::\*?>)[ ]\Z", is_host),
    ),
    AnchorPattern(
        "before a command",
        r"[a-z0-9_)\]*~] ?[#>] ?(?:show |display |get |list |configure|conf t|terminal |enable|diagnose |execute "
        r"|export|sysconfig|version|esxcli |cluster |write mem|copy run|debug |clear |ping |node |vserver )",
        frozenset(),
        0.6,
        0,
        back=frozenset(range(0x20, 0x100)),
        back_over=1,
        part=partial(told, _PROMPTED, is_host),
    ),
    AnchorPattern(
        "before what root enters",
        r"[a-z0-9_~-]\][#$] ",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b"@[]~/:#$ "),
        back_over=1,
        part=partial(told, rb"\[[A-Za-z0-9_.-]+@([A-Za-z0-9_.-]+)[: ][^ ]*\][#$] \Z", is_host),
    ),
    AnchorPattern(
        "of a pair", r"\bha (?:primary|secondary|master|slave)[ \t]{0,4}: ", NAME_BYTES, 0.85, 2, TRIM, check=is_host
    ),
    AnchorPattern("its own", rf"{BEGINNING}\n])set name(?:=| )\x22?", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern(
        "object",
        r"\b(?:object network |address-object (?:host |ipv[46] )?|set (?:shared )?address )\x22?",
        NAME_BYTES,
        0.6,
        3,
        TRIM,
        check=is_own_name,
    ),
    AnchorPattern(
        "object of an address",
        r"\x22[ \t\r\n]{1,24}set (?:subnet|fqdn|start-ip) ",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b'" \t\r\n'),
        back_over=1,
        part=partial(told, rb"edit \"([A-Za-z0-9_.-]+)\"\s+set [a-z-]+ \Z", is_own_name),
    ),
    AnchorPattern(
        "before its address",
        r"\x22>[ \t\n]{0,24}<(?:ip-netmask|fqdn)>",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b'"=<> \t\n'),
        back_over=1,
        part=partial(told, rb"name=\"([A-Za-z0-9_.-]+)\">\s*<[a-z-]+>\Z", is_named),
    ),
    AnchorPattern(
        "in a wide column of keys",
        r"\b(?:(?:array|cluster|grid|host|server|printer|vtp domain) name:[ \t]{2,40}"
        r"|(?:system|ap|host|switch) ?name\.{4,60} "
        r"|(?:(?:array|cluster|grid|host|server|vtp domain) ?name|vserver|vmname)[ \t.]{1,60}:[ \t]{1,20})",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "virtual machine",  # VMware's vmx files
        r"\bdisplayname = \x22",
        frozenset(),
        0.6,
        2,
        until=b'"',
        check=_holds_own_word,
    ),
    AnchorPattern(
        "of SNMP or of a pair",
        r"(?:(?:\bsysname|\b2\.1\.1\.5)\.0 = string: \x22?|\b(?:system|partner) id: [0-9]{6,12} \()",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern("alias", r"[ \t]set alias \x22", NAME_BYTES, 0.6, 3, TRIM, check=is_own_name),
    AnchorPattern("virtual server", r"(?:[ \t]-vserver |\bvserver: )", NAME_BYTES, 0.6, 2, TRIM, check=is_named),
    AnchorPattern(
        "member of a cluster",  # corosync.conf(5)
        r"\n[ \t]{1,16}nodeid:",
        frozenset(),
        0.85,
        0,
        back=NAME_BYTES | frozenset(b": \t\n"),
        back_over=7,
        part=partial(told, rb"name:[ \t]*([A-Za-z0-9_.-]+)\n[ \t]+nodeid:\Z", labels_of),
    ),
    AnchorPattern(
        "in an inventory",
        r"[ \t]ansible_",
        frozenset(),
        0.85,
        0,
        back=NAME_BYTES | frozenset(b" \t\n"),
        back_over=9,
        part=partial(told, rb"(?:\A|\n)([A-Za-z0-9_.-]+)[ \t]+ansible_\Z", is_host),
    ),
    AnchorPattern("let in", rf"{BEGINNING}\n])all[ \t]{{0,2}}:[ \t]{{0,4}}", NAME_BYTES, 0.6, 3, TRIM, check=is_named),
)
#: What is set of an account, and of nothing else that a table of a firewall's configuration holds.
_SET_OF_ACCOUNT = re.compile(rb"([^\"\n]+)\"\s+(?:set [^\n]+\s+){0,4}?set (?:passw(?:or)?d|accprofile|email-to) ")


#: Shares that every server has.
_SHARES = frozenset(b"admin ipc print netlogon sysvol".split())


def _home_share(value: bytes) -> tuple[int, int] | None:
    """`kim3$`: a share that is hidden and called by its owner."""
    name = value[:-1]
    if value[-1:] != b"$" or name.lower() in _SHARES or len(name) < 3 or not names_someone_uncommon(name):
        return None
    return (0, len(name))


def _edited(value: bytes) -> tuple[int, int] | None:
    found = _SET_OF_ACCOUNT.match(value[:512])
    return found.span(1) if found is not None else None


ACCOUNTS = (
    AnchorPattern(
        "named in a configuration",
        r"\b(?:user-name|admin-name|mgmtuser add|mgmt-user|create account (?:admin|user)"
        rf"|usr local [0-9]{{1,3}} name|version 3 (?:priv|auth|noauth)){BLANKS}[\x22']?",
        ACCOUNT,
        0.6,
        2,
        TRIM,
        check=names_someone_lettered,
    ),
    AnchorPattern(
        "named before a password",
        r"\badd name=\x22?[a-z0-9_.@-]{1,64}\x22? (?:password|secret|group)=",
        frozenset(),
        0.85,
        0,
        back=ACCOUNT | frozenset(b'=" '),
        back_over=8,
        part=partial(told, rb"name=\"?([A-Za-z0-9_.@-]+)\"? [a-z]+=\Z", names_someone_lettered),
    ),
    AnchorPattern("of a group", r"\bgroup=(?:full|read|write) name=\x22?", ACCOUNT, 0.85, 1, TRIM, check=names_someone),
    AnchorPattern(
        "edited",
        r"[ \t]edit \x22",
        frozenset(),
        0.85,
        2,
        until=b"next",
        part=_edited,
    ),
    AnchorPattern("hidden share", r"\\\\[a-z0-9_.-]{2,64}\\", ACCOUNT, 0.6, 4, part=_home_share),
    AnchorPattern(
        "of a ticket",  # MIT's and Windows's klist
        r"\bclient: [a-z0-9_.$-]{1,64} @ ",
        frozenset(),
        0.85,
        0,
        back=ACCOUNT | frozenset(b" :"),
        back_over=3,
        part=partial(told, rb"client: ([^ ]+) @ \Z", names_someone),
    ),
    AnchorPattern(
        "in a wide column of keys",
        r"\b(?:(?:user ?name|login|logged in user)[ \t]{5,40}: {1,4}|benutzername[ \t]{5,40}|user ?name ?\.{4,60} )",
        ACCOUNT,
        0.6,
        2,
        TRIM,
        check=names_someone_lettered,
    ),
    AnchorPattern(
        "behind a full name",
        r"\buser name: [a-z\x80-\xff][a-z .'\x80-\xff-]{1,48} \(",
        ACCOUNT,
        0.85,
        2,
        check=names_someone,
    ),
    AnchorPattern(
        "in an element",
        r"<(?:account-)?user>[ \t\n]{0,24}<name>",
        ACCOUNT,
        0.85,
        1,
        check=names_someone,
    ),
    AnchorPattern(
        "before its hash",
        r"\x22>[ \t\n]{0,24}<phash>",
        frozenset(),
        0.85,
        0,
        back=ACCOUNT | frozenset(b'"=<> \t\n'),
        back_over=7,
        part=partial(told, rb"name=\"([^\"]+)\">\s*<phash>\Z", names_someone),
    ),
)
