"""What is an account's name, and what only stands where one could: the checks of the patterns for accounts."""

from __future__ import annotations

import re

from recognizers.columns import IDENTITIES
from recognizers.hosts import LETTER, has_own_part, is_host, is_host_of_account, is_own_numbered, is_qualified
from recognizers.phrases import NAME_BYTES
from recognizers.vocabulary import is_harmless
from recognizers.words import common_words, is_placeholder, load_words

LONGEST = 104  # a user principal name's first part and domain, as Active Directory limits a logon name
ACCOUNT = NAME_BYTES | frozenset(b"@$\\")
PLAIN = NAME_BYTES | frozenset(b"@$")
HOME = NAME_BYTES | frozenset(b"@$~")
TRIM = frozenset(b".\\-")
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
    [
        b"nt authority",
        b"authority",
        b"builtin",
        b"nt service",
        b"service",
        b"window manager",
        b"manager",
        b"local",
        b"workgroup",
    ]
)
#: What begins the names of the accounts in them (`NT AUTHORITY\\LOCAL SERVICE`).
_SERVICES = frozenset([b"local", b"network"])
#: Roots of the registry and of Windows's objects, and what its devices are enumerated by (`USBSTOR\\Disk&Ven_…`).
_NOT_DOMAINS = frozenset(
    b"hklm hkcu hkcr hku hkcc registry machine software system device systemroot system32 windows windir c d root unc"
    b" nt usb usbstor pci scsi ide acpi hdaudio hid display swd sw bth bthenum storage pcmcia umbus monitor".split()
)
#: An account and what stands right behind it: in the finding, but in none of its leaves. A crontab's second account is.
FRAMED = re.compile(
    rb" *([A-Za-z0-9_.+@$\x80-\xff-]+)"
    rb"(?::\$[1256y]"
    rb"| : (?:TTY=|user NOT in sudoers|command not allowed ; TTY=|[0-9] incorrect password attempt)"
    rb"|\) (?:CMD|RELOAD) \("
    rb"|\) [A-Z]{3,8}(?: EDIT)? \(([A-Za-z0-9_.+@$\x80-\xff-]*)|\] (?:OK|FAIL) [A-Z]{5,8}"
    rb"|[ ,;|\t][0-9]{1,3}\.[0-9]?| HIER_| +(?:pts/|[tv]ty)[0-9]|:x:[0-9]+:[0-9]+:+|\] Peer Connection Initiated)\Z",
    re.IGNORECASE,
)
#: The address of one end of a tunnel, and whom that end says to be.
BEHIND_ADDRESS = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\[([^\[]+)\Z")
#: A person and the address from which he or she calls, after a time or a process if anything.
CALLER = re.compile(
    rb"(?:\A|[0-9\]:] *)([A-Z][A-Za-z'-]+ [A-Z][A-Za-z'-]+|[A-Za-z0-9_.+@-]+)"
    rb"/[0-9]{1,3}(?:\.[0-9]{1,3}){3}:[0-9]+ [A-Za-z ]+\Z"
)
#: The next key where a key has no value: `ruser= rhost=192.0.2.1`.
NEXT_KEY = re.compile(rb"[A-Za-z_]+[0-9]{0,2}=(?!=)|=")
#: A share or a duration, as collectors of metrics and `time` write beside `user`.
MEASURE = re.compile(rb"[0-9]+(?:\.[0-9]+(?:e[-+][0-9]+)?|m[0-9.]+s|%)\Z")
_TELLING = re.compile(rb"[A-Za-z0-9\x80-\xff]")
NAME = re.compile(rb"[A-Za-z0-9_.\x80-\xff-]+\Z")
#: Marks of programs, messages and parts rather than of people.
_CODED = re.compile(rb"[A-Z]{3}[0-9]{4}|[+@]|\A[0-9]|[0-9]{5}|-.*-|:")
#: No part of a longer path.
_OF_DOMAIN = re.compile(rb"([A-Za-z0-9][^\\/@]{0,30})\\{1,4}([^\\/]+)\Z")
#: A realm or a database behind an account: `kim3@sales`.
_WORD = re.compile(rb"[a-z]{2,16}\Z")
#: A blank or another control character, as programs write it in a name: `G1\x20Main`.
_ESCAPED = re.compile(rb"x(?:20|0[09ad]|1b)(?![0-9])", re.IGNORECASE)
#: What ends names of the units of systemd and of folders of them.
_UNIT = re.compile(rb"\.(?:service|socket|target|timer|mount|path|slice|scope|wants|requires)\Z")
#: What accounts that are no one's own are called by: `svc_sync`, `ir_lead`.
_OF_ACCOUNTS = frozenset(
    b"svc svcs srv sa usr user users adm admin ops oper op bot guest lead dba helpdesk mgr tech noc soc".split()
)
_SHARED = re.compile(rb"(?:(?:svc|adm|usr|tech)_[a-z]{2,16}|[a-z]{2,16}_(?:svc|adm|usr|oper|dba|noc))[0-9]{0,4}\Z")
#: Words of certificate authorities, groups and containers, which name no one of the client's.
_AUTHORITY = frozenset(
    b"ca root authority certification certificate issuing intermediate global tls ssl rsa ecc ev dv ov code signing "
    b"microsoft windows digicert verisign globalsign entrust sectigo comodo geotrust thawte cloudflare amazon google "
    b"encrypt admins admin administrators users computers controllers operators guests builtin".split()
)
#: A key, its value with blanks, and the word before the next equals sign; only the value is a leaf.
BLANKED = re.compile(rb"[A-Za-z_.]{1,32}=([^\x00-\x1f,;:=<>\"'(){}\[\]]{3,80}) [A-Za-z][A-Za-z0-9_.-]{0,31}\Z")
#: `/Doe Jane nextKey` behind the path of a directory; the key that follows is no part of the name.
BEHIND_DIRECTORY = re.compile(
    rb"/([A-Za-z\x80-\xff][A-Za-z0-9_.'\x80-\xff-]*(?: [A-Za-z\x80-\xff][A-Za-z0-9_.'\x80-\xff-]*){0,3}) [A-Za-z]+\Z"
)


def spans_in_frame(value: bytes) -> list[tuple[int, int]]:
    """Where the accounts are in a value that holds what stands around them, too; empty for other values."""
    if NAME.match(value):
        return []
    identities = IDENTITIES.search(value)
    if identities is not None:
        several = re.compile(rb"[^,]+").finditer(value, *identities.span(2)) if identities.group(2) else ()
        return [identities.span(1), *(part.span() for part in several)]
    framed = FRAMED.match(value) or CALLER.search(value) or BEHIND_DIRECTORY.match(value)
    if framed is None:
        return []
    return [framed.span(group) for group in range(1, framed.re.groups + 1) if framed.group(group)]


def names_someone(value: bytes) -> bool:
    """Whether what stands after a key or phrase is an account: no placeholder, no word of the phrase, no remnant."""
    if len(value) > LONGEST or value[:1] in b"\\.-@" or is_placeholder(value):
        return False
    lower = value.lower()
    if lower in load_words("not_usernames") or lower.startswith((b"0x", b"pam_")):
        return False
    if NEXT_KEY.match(value) or MEASURE.match(value):
        return False
    return _TELLING.search(value) is not None


def names_someone_lettered(value: bytes) -> bool:
    return names_someone(value) and LETTER.search(value) is not None


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


def names_in_column(value: bytes) -> bool:
    """Behind blanks, where the next heading of a table may stand, too, in capitals."""
    return names_lettered_uncommon(value) and not (value.isupper() and value.isalpha())


def names_lettered_uncommon(value: bytes) -> bool:
    return names_someone_uncommon(value) and LETTER.search(value) is not None


def names_behind_address(value: bytes) -> bool:
    """`192.0.2.1[carlos`: the identity of one end of a tunnel."""
    behind = BEHIND_ADDRESS.match(value)
    return behind is not None and names_lettered_uncommon(behind.group(1))


def names_likely(value: bytes) -> bool:
    """Under a key that names who did something: one word, and none of a language or of a program's."""
    if b" " in value or not names_someone_lettered(value):
        return False
    if names_actor(value) and not (NAME.match(value) and is_harmless(value)):
        return True
    parts = re.split(rb"[-_.]", value.lower())
    return len(parts) > 1 and not _OF_ACCOUNTS.isdisjoint(parts)


def names_own(value: bytes) -> bool:
    """Where words and programs stand more often than accounts: one with a part that no vocabulary holds."""
    if _SHARED.match(value):
        return True
    first, dot, last = value.lower().rpartition(b".")
    if len(last) == 1 and last not in _SOURCES and len(first) > 3 and first.isalpha() and not is_harmless(first):
        return names_actor(value)  # a given name and an initial
    if _CODED.search(value) or not names_actor(value) or not has_own_part(value):
        return False
    return not dot or not (b"." in first or is_harmless(last))


def names_own_agent(value: bytes) -> bool:
    """Where programs, standards and attributes stand, too, whose short names are in capitals."""
    return names_own(value) and (not value.isupper() or re.search(rb"[0-9]", value) is not None)


def account_before_proof(value: bytes) -> tuple[int, int] | None:
    """`kim3 (auth:`: where the account is, if it is one."""
    name = value.removesuffix(b" (auth:")
    return (0, len(name)) if names_someone(name) else None


def names_column(value: bytes) -> bool:
    """`kim3,192.0.2.1`: no host and no number."""
    framed = FRAMED.match(value)
    if framed is None or not names_own_agent(framed.group(1)):
        return False
    return not is_own_numbered(framed.group(1))


def names_actor(value: bytes) -> bool:
    """Behind `started by` and the like, where programs, files and hosts stand, too."""
    return (
        names_lettered_uncommon(value)
        and not is_qualified(value)
        and value.rpartition(b".")[2].lower() not in load_words("file_extensions")
        and value.lower() not in common_words()
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
        and lower not in load_words("system_words")
        and lower not in load_words("not_usernames")
        and names_someone(value)
    )


def names_windows_home(value: bytes) -> bool:
    lower = value.lower()
    if lower in _SHARED_HOMES or not value.strip() or len(value) > 64:
        return False
    return not any(byte in b'\n\r\t"/:*?<>|=%' for byte in value) and names_someone(value)


def names_framed(value: bytes) -> bool:
    """What stands before ` : TTY=` and the like."""
    framed = FRAMED.match(value)
    return framed is not None and names_someone(framed.group(1))


def names_framed_lettered(value: bytes) -> bool:
    """Before a terminal, where a process's number stands, too."""
    framed = FRAMED.match(value)
    return framed is not None and names_someone_uncommon(framed.group(1)) and LETTER.search(framed.group(1)) is not None


def names_caller(value: bytes) -> bool:
    """`Doe Jane/192.0.2.1:1194`: an account, or a surname and a given name, not all of them words."""
    caller = CALLER.search(value)
    return caller is not None and any(word.lower() not in common_words() for word in caller.group(1).split(b" "))


def names_behind_directory(value: bytes) -> bool:
    return BEHIND_DIRECTORY.match(value) is not None


def names_sender(value: bytes) -> bool:
    """What stands before `, size=`; where that does not follow, the rest of a line, which has blanks."""
    return re.fullmatch(rb"[A-Za-z0-9_.$+-]+", value) is not None and names_someone(value)


def names_at_host(token: bytes, start: int, end: int) -> bool:
    """`kim@barn7`, to the token's end or a colon: no version, no hash of an object, no unit's instance."""
    account, _, host = token[start:end].partition(b"@")
    if token[end : end + 1] not in (b"", b":") and token[end:] != b".":
        return False
    if start and token[start - 1 : start] != b":":
        return False
    if is_host_of_account(host):
        return names_someone(account)
    if re.search(rb"[0-9]", host) and names_own(account):
        return is_host(host)
    if host.isupper() and host.isalpha():
        return names_own(account)
    if _WORD.match(host) is None or host in _NO_LOGINS or account != account.lower() or not names_actor(account):
        return False
    return token[end:] == b"" or re.search(rb"[0-9_.]", account) is not None


#: What follows an at sign as a host's name does: npm's scopes, and what a debugger writes of a function's arguments.
_NO_LOGINS = (b"npm", b"entry")
#: What ends names of files of one letter.
_SOURCES = frozenset((b"a", b"c", b"d", b"h", b"o", b"r", b"s", b"so", b"z"))
#: Lists of what ends names of files.
_ENDINGS = ("file_extensions", "file_endings")


def names_initialled(token: bytes, start: int, end: int) -> bool:
    """`k.boros`, `dana.fogel`: an initial or a given name, and a surname, neither of which any vocabulary holds."""
    name = token[start:end]
    if token[:start] not in (b"", b"-", b":") or token[end:] not in (b"", b".", b":") or not name.islower():
        return False
    given, _, surname = name.partition(b".")
    if is_harmless(surname) or is_qualified(name) or any(surname in load_words(each) for each in _ENDINGS):
        return False
    return len(given) == 1 or (len(given) > 2 and not is_harmless(given) and len(surname) > 3)


def names_rest_home(value: bytes) -> bool:
    """For `/users/…`, which REST paths also have: no word, and not only digits."""
    return names_home(value) and value.lower() not in common_words() and not value.isdigit() and not _UNIT.search(value)


def names_domain_account(value: bytes) -> bool:
    """`DOMAIN\\user` outside any key: the domain qualified or in capitals, so that no path is taken for one."""
    found = _OF_DOMAIN.match(value)
    if found is None:
        return False
    domain, user = found.groups()
    if domain.lower() in WELL_KNOWN_DOMAINS and user.lower() in _SERVICES:
        return False
    if (
        _ESCAPED.match(user)
        or domain.lower() in _NOT_DOMAINS
        or domain.lower().startswith((b"hkey_", b"s-1-"))
        or not names_someone(user)
    ):
        return False
    if is_qualified(domain):
        return True
    return domain == domain.upper() and LETTER.search(domain) is not None and len(domain) > 1


def names_entry(value: bytes) -> bool:
    """What a directory calls an entry: an account, a person or a machine, but no container, group or authority."""
    if len(value) > 64 or not names_someone_quoted(value) or value[-1:] == b" ":
        return False
    words = [word for word in re.split(rb"[ ._-]+", value.rstrip(b"\\").lower()) if word]
    if len(words) > 3 or not _AUTHORITY.isdisjoint(words):
        return False
    return any(word not in common_words() for word in words)


def names_login(value: bytes) -> bool:
    """`kim@barn7`: an account at a host, which needs no suffix here."""
    account, at, host = value.partition(b"@")
    return at == b"@" and len(host) > 1 and b"@" not in host and names_someone(account)


def names_lone_entry(value: bytes) -> bool:
    """Where no comma ends the entry, a word with the marks of an account or a machine."""
    return len(value) > 3 and names_entry(value) and re.search(rb"[0-9._-]", value) is not None


def names_subject(value: bytes) -> bool:
    """For keys that also hold a mail's subject: one word that no language has."""
    return b" " not in value and len(value) > 2 and names_someone_uncommon(value) and LETTER.search(value) is not None


def names_with_capitals(value: bytes) -> bool:
    """Two or three words, each with a capital, not all of them words of the language."""
    words = value.split(b" ") if len(value) < 64 else []
    if len(words) not in (2, 3) or not all(word[:1].isupper() and NAME.match(word) for word in words):
        return False
    return any(word.lower() not in common_words() for word in words)


def names_with_blanks(value: bytes) -> bool:
    """`suser=Jane Doe src`: two to four words, the first neither nothing nor a state, none of the others prose."""
    match = BLANKED.match(value)
    if match is None:
        return False
    first, *others = match.group(1).split(b" ")
    if not others or len(others) > 3 or not names_someone(first):
        return False
    if any(word in common_words() or not LETTER.search(word) for word in others):
        return False  # in capitals as names are, common words pass: only lower-case ones read as prose
    return first.lower() not in common_words() or first != first.lower()
