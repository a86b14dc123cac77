"""How administrators and installers name machines: by what they do, and a number (`fw-paris-01`, `DESKTOP-4F7K2QX`).

RFC 1178 (Choosing a Name for Your Computer) tells why people do; the installers' own forms are Windows's
`DESKTOP-`, `LAPTOP-` and `WIN-` with random letters and digits, and phones' model names.
"""

from __future__ import annotations

import re

from recognizers.words import common_words, load_words

#: What a machine does. A number written `01` makes any of them a name, one written `1` only the second group:
#: `web2` and `app1` are also releases and slots.
#: Words of two letters cost a scan more than all others: few stand among the short ones.
_ROLES = (
    r"web|app|api|sql|mail|smtp|dns|dhcp|ldap|adc|pdc|bdc|proxy|cache|nas|backup|siem|jump|bastion|rds|citrix|vdi|esx"
    r"|node|master|worker|print|host|server|client|edge|core|dist|waf"
)
_FIRM_ROLES = r"firewall|slave|router|switch|gateway|wkst|desktop|laptop"
_SHORT_ROLES = r"fw|dc|vpn|rtr|srv|svr|wks"
#: Anchors: a role, perhaps a word behind a hyphen, and a digit; with more between they would cost each scan more. What
#: follows and what stands before is read by `is_conventional`.
NUMBERED_ROLE = rf"(?:{_ROLES}|{_FIRM_ROLES})(?:[-_][a-z]{{1,12}})?[-_]?[0-9]"
NUMBERED_SHORT_ROLE = rf"(?:\b|_)(?:{_SHORT_ROLES})[a-z_-]{{0,12}}[0-9]"
#: Within a token: a role, more letters or words, and a digit. Two hyphens make it a token that is looked at.
HYPHENED_ROLE = (
    rf"(?:\b|_)(?:{_ROLES}|{_FIRM_ROLES}|{_SHORT_ROLES}|sw|gw|pc)[a-z]{{0,8}}-[a-z]{{1,12}}"
    r"(?:-[a-z]{1,12}[-_]?|-)[0-9]"
)
#: Where a node stands in its racks (IBM, Blue Gene System Administration: `R02-M1-N0-C:J12-U11`).
RACKED = r"r[0-9a-f]{2}-m[01]-(?:n[0-9a-f]|ne|l[0-3])(?:-(?:[ci]:)?[a-z][0-9]{2}(?:-u[0-9]{2})?)?"
#: Installers' prefixes; what follows is random or a serial.
INSTALLED = r"\b(?:desktop|laptop|win|wks|pc|iphone|ipad|macbook(?:-pro|-air)?|android|galaxy|surface)-"

_PART = r"[a-z]{0,12}[0-9]{0,3}[a-z]{0,12}"
_NUMBERED = re.compile(
    rf"(?:{_PART}[-_])*?(?:(?:{_ROLES})[a-z]{{0,8}}(?:[-_][a-z]{{1,12}}){{0,2}}[-_]?0[0-9]{{1,3}}"
    rf"|node-[0-9]{{2,5}}|(?:{_FIRM_ROLES}|{_SHORT_ROLES}|sw|gw|pc)[a-z]{{0,8}}(?:[-_][a-z]{{1,12}}){{0,2}}[-_]?[0-9]{{1,6}})"
    rf"(?:[a-z]|[-_][a-z0-9]{{1,12}}){{0,3}}\Z".encode(),
    re.IGNORECASE,
)
_INSTALLED = re.compile(
    rb"(?:(?:desktop|laptop|wks|pc|iphone|ipad|macbook(?:-pro|-air)?|galaxy|surface)-[A-Z0-9]{2,15}|win-[A-Z0-9]{11}"
    rb"|android-[0-9a-f]{14,16})\Z"
)
#: What people's own machines are called behind their owner's name (`Ninas-MacBook-Air`, `nils-laptop`).
OWNED = r"[a-z0-9]-(?:macbook|iphone|ipad|imac|laptop|notebook|pc)\b"
_OWNED = re.compile(
    rb"(.{2,24})-(?:(macbook(?:-?(?:pro|air))?|iphone|ipad|imac)|laptop|notebook|pc)(?:-[a-z0-9]{1,8})?\Z",
    re.IGNORECASE,
)
LONGEST = 40
#: A message's facility, severity and mnemonic, as routers write them (`SYS-5-CONFIG_I`).
_MNEMONIC = re.compile(rb"[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-)?[0-7]-[A-Z0-9_]+\Z")
_ZONES = frozenset(
    b"gmt utc cet cest est edt cst cdt mst mdt pst pdt bst ist jst msk eet eest wet west aest aedt".split()
)
#: What threads, units and interfaces are called beside a number.
_NO_HOST = re.compile(
    rb"(?:thread|pool|exec|worker|task|job|http|main|tty|pts|wlan|vlan|swap|switched|appl"
    rb"|version|consumer|producer|lib|node_modules|openssh|x86|win32|win64|vmlinuz|initrd"
    # Of these people's names are made, too.
    rb"|(?:nio|eth|usb|cpu|port|pcie|pci|rev|sha|md|utf|ipv|amd|arm)(?![a-z]))",
    re.IGNORECASE,
)
#: Two bytes of a dump; few domain controllers have such numbers.
_DUMPED = re.compile(rb"dc(?:[4-9][0-9]|[a-f][0-9])\Z", re.IGNORECASE)
#: Regions of clouds, which begin the names of their services and stand alone, too.
_REGION_NAME = (
    rb"(?:us|eu|ap|sa|ca|me|af|il|cn|mx|asia|europe|northamerica|southamerica|australia)-(?:gov-|iso[a-z]?-)?"
    rb"(?:north|south|east|west|central)+-?[0-9]"
)
_REGION = re.compile(_REGION_NAME + rb"\Z")
_REGION_END = re.compile(rb"(?:\A|[-_])" + _REGION_NAME + rb"-?[a-z]?\Z")
_DIGITS = re.compile(rb"[0-9]+")
_NUMBER = re.compile(rb"0[0-9]{1,3}|[0-9]{3,5}")


def is_conventional(value: bytes) -> bool:
    """Whether a whole value is a machine's name by its role and number."""
    if len(value) < 3 or len(value) > LONGEST or _NO_HOST.match(value) or _MNEMONIC.match(value):
        return False
    if _DUMPED.match(value):
        return False
    if re.fullmatch(rb"dc[0-9]*[a-f][0-9a-f]*", value.lower()):
        return False  # a number in base 16
    return _NUMBERED.match(value) is not None and value.lower() not in common_words()


def is_installed(value: bytes) -> bool:
    """Whether a whole value is a name that an installer gave."""
    prefix, _, rest = value.rpartition(b"-")
    return _INSTALLED.match(prefix.lower() + b"-" + rest) is not None and re.search(rb"[0-9]", rest) is not None


def is_owned(value: bytes) -> bool:
    """Whether a whole value is a machine's name behind its owner's, or a word in capitals; no model: `Apple-iPad`."""
    owned = _OWNED.match(value)
    if owned is None or owned.group(1).lower() == b"apple":
        return False
    if owned.group(2) is not None or owned.group(1).isupper():
        return True
    parts = re.split(rb"[-_]", owned.group(1).lower())
    return not all(part in common_words() or part in load_words("technical_words") for part in parts)


def is_header_host(value: bytes) -> bool:
    """Whether what follows a header's time is a host: in capitals, or with a number such as programs do not have."""
    lower = value.lower()
    if len(value) < 3 or len(value) > 64 or re.split(rb"[+-]", lower)[0] in _ZONES:
        return False
    if lower in load_words("not_usernames"):
        return False
    if lower in common_words():
        return False
    if _NO_HOST.match(value) or _MNEMONIC.match(value) or value[-1:] in b".-" or b"." in value:
        return False  # a dotted one is judged by its suffix
    letters = sum(byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" for byte in value)
    if letters < 2 or all(part in common_words() for part in re.split(rb"[-_]", lower)):
        return False
    if any(map(_NUMBER.fullmatch, _DIGITS.findall(value))) or re.search(rb"[A-Za-z][-_][0-9]+\Z", value):
        return True
    return value == value.upper()


def is_mnemonic(value: bytes) -> bool:
    return _MNEMONIC.match(value) is not None


def is_thread(value: bytes) -> bool:
    """Whether a name with a number begins as those of threads, pools and interfaces do."""
    return _NO_HOST.match(value) is not None


def is_region(value: bytes) -> bool:
    """Whether a value in lower case is the region of a cloud."""
    return _REGION.match(value) is not None


def ends_in_region(value: bytes) -> bool:
    """Whether a value in lower case is a region or a zone of a cloud, or ends in one."""
    return _REGION_END.search(value) is not None
