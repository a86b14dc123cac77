"""What a key says by its words, whatever stands before and behind them: ``impactedEndpointName``, ``logonuser``.

The words are few, their combinations many: each maker joins and abbreviates them differently.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINT = re.compile(r"[^a-z0-9\x80-\U0010ffff]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What has an id of its own, and what the id is called: together they end a key.
_MACHINES = """
    device agent endpoint machine sensor asset hardware computer workstation node android advertising
    installation install appliance tpm instance agent_ephemeral device_external enrollment registration vm
    vendor host observer gateway controller switch router camera printer scanner modem phone mobile terminal
    tablet probe collector connector chassis battery drive disk volume peripheral equipment vehicle tracker
    reader panel server hypervisor ap box bios smbios hw mdm system thing peer"""
MACHINES = tuple(_MACHINES.split())
IDS = ("id", "uid", "guid", "uuid", "udid", "identifier", "eui")

#: Machines and nothing else.
_PLAIN = _words(
    """
    host computer workstation laptop notebook desktop pc kiosk server endpoint appliance hypervisor esx esxi
    vcenter gateway switch router firewall nas nvr dvr pdu bastion jumphost filer ap modem olt ont cpe vm
    smartphone printer terminal machine"""
)
#: Machines, and also parts of programs and of houses.
_VAGUE = _words(
    """
    device node agent sensor controller camera console probe wlc station guest box unit collector forwarder scanner
    panel reader hub phone tablet ups plc hmi gw fw dc relay repeater proxy handset cluster thing
    minion poller recorder balancer lb vserver svm cabinet register lock sw ws ne"""
)
#: What has an id and no name of its own, or a name that tells nothing.
_THINGS = _words(
    """
    card badge fob pos till meter beacon hw hardware equipment asset chassis battery drive disk volume vehicle
    tracker bios smbios mdm tpm ecu rtu inverter dongle token intune jamf"""
)
#: Of these the number that they bear is called by their own name.
_BORNE = _words("badge fob ifob keycard barcode cartridge volser")
#: Ids that no other word need name.
_OWN_IDS = _words("udid hwid muid devid vin esn imei duid")
#: What a thing's label says, and what things.
_NUMBERS = frozenset(("tag", "number", "no", "num"))
_MARKS = frozenset(("key", "code", "token", "ref", "reference"))
_LABELLED = frozenset(("asset", "inventory", "service", "equipment", "identification"))
_BUILT = _PLAIN | _VAGUE | _THINGS | {"system", "product", "board", "module", "part"}
_ABBREVIATED = {
    "usr": "user", "acct": "account", "uname": "username", "oper": "operator", "adm": "admin", "hst": "host",
    "dvc": "device", "dev": "device", "comp": "computer", "mach": "machine", "wks": "workstation", "svr": "server",
    "srv": "server", "wkstn": "workstation", "sn": "serial", "serialnumber": "serial", "serialno": "serial",
    "serno": "serial", "srno": "serial",
    "ident": "identifier", "cn": "name", "nm": "name", "label": "name", "alias": "name", "hostname": "host_name",
    "username": "user_name", "userid": "user_id", "loginid": "login_id", "logonid": "logon_id", "logon": "login",
    "signin": "login", "tech": "technician", "emp": "employee", "ack": "acked_by",
    "usuario": "user", "usu\u00e1rio": "user", "utilisateur": "user", "utente": "user", "utilizador": "user",
    "benutzer": "user", "anwender": "user", "gebruiker": "user", "bruker": "user", "bruger": "user",
    "benutzername": "user_name", "gebruikersnaam": "user_name", "brukernavn": "user_name", "kullanici": "user",
    "nombre": "name", "nom": "name", "nome": "name", "navn": "name", "naam": "name", "namn": "name",
    "rechner": "computer", "rechnername": "computer_name", "ordenador": "computer", "equipo": "computer",
    "ordinateur": "computer", "computador": "computer", "maquina": "computer", "m\u00e1quina": "computer",
    "poste": "workstation", "arbeitsplatz": "workstation", "serveur": "computer", "servidor": "computer",
    "h\u00f4te": "host", "hote": "host", "dispositivo": "device", "ger\u00e4t": "device", "appareil": "device",
}  # fmt: skip
#: Accounts and nothing else.
_ACCOUNTS = _words("user login upn sam samaccount")
#: Who does something, and also what does: programs, operators of comparison.
_PEOPLE = _words(
    """
    account principal operator admin administrator creator analyst technician initiator approver editor reviewer
    submitter requester requestor owner actor identity handle nickname assignee employee cashier staff
    supervisor invoker sponsor visitor holder reporter uploader impersonator committer exporter importer helper
    novice inviter invitee grantee grantor sharer attendee organizer participant presenter moderator pilot nurse doctor
    physician patient clerk guard teacher student pupil lecturer instructor trainer trainee mentor coach tutor buyer
    keyholder bearer dispatcher courier witness custodian steward tester
    deployer pusher signer signatory engineer foreman"""
)
#: These where their name or id follows: alone a caller is a place in a program's source.
_NAMED_PEOPLE = _PEOPLE | {"caller", "subject", "person", "member"}
#: These also alone: a switch is an option, too.
_LONE = _words(
    """
    computer workstation laptop notebook desktop kiosk endpoint hypervisor smartphone gateway router firewall
    bastion nas nvr pdu appliance sensor controller scanner panel collector probe forwarder camera connector encoder"""
)
#: Said of what a key means, not of whose it is.
_ROLES = _words(
    """
    src source dst dest destination target client remote local subject peer sender recipient origin actor new
    old original real effective request orig attacker victim initiating requesting parent affected impacted
    infected compromised reporting managed registered enrolled current primary last logged logon login on in
    related session event log vpn db os ssh rdp ldap ad nt windows domain web mail smtp sql ftp cloud guest
    virtual acting x sys system net network win linux unix app application proxy"""
)
#: What kind of name a machine's is: `deviceFriendlyName`.
_KINDS = _words("display friendly short full long common dns netbios nt local")
#: These also of what befell it.
_BEFALLEN = _words("affected impacted infected compromised attacker victim reporting managed registered")
_ENDS = _words("origin impacted source target src dst dest destination remote local")
_BEFELL = _words("asset node system entity resource sensor")
#: Of a path: `user.target.name`, `host.id`.
_SAYING_LITTLE = frozenset(("name", "target", "effective", "changes", *IDS))
#: What stands behind a key's words and says nothing: `serialNumberText`.
_TAILS = _words("text string str value field raw key")
_DONE = re.compile(r"[a-z]{2,}ed\Z|run\Z")
#: For whom or as whom.
_FOR_WHOM = frozenset(
    (
        ("requested", "for"),
        ("opened", "for"),
        ("behalf", "of"),
        ("authenticated", "as"),
        ("logged", "as"),
        ("run", "as"),
    )
)
_NUMBERED_PEOPLE = _words("employee staff member student personnel operator cashier driver")
#: By what something is done, where no one does it.
_NOT_BY_PEOPLE = _words(
    """
    sorted ordered grouped limited caused blocked detected triggered powered followed protected divided
    classified indexed partitioned filtered identified generated separated replaced superseded backed bounded
    wanted required used provided supplied called supported handled loaded referenced imported included extended
    affected covered hosted matched denied"""
)
#: Words that others are made of; the shortest stand in too many.
_KNOWN = _BUILT | _OWN_IDS | _LABELLED | _ACCOUNTS | _NAMED_PEOPLE | _ROLES | {*_ABBREVIATED, *IDS, "name", "number"}
_KNOWN -= {"on", "in", "x", "ad", "nt", "os"}
_LONGEST = max(map(len, _KNOWN))
#: A type is called by its last segment, the others say whose it is.
_BETWEEN_SEGMENTS = re.compile(r"[/.:]")
LONGEST_TYPE = 64


class Meant(NamedTuple):
    """What a key's value is, and whether it is whatever it looks like."""

    entity: str
    surely: bool


@lru_cache(maxsize=65536)
def normalise_key(text: str) -> str:
    """``userName``, ``User-Name``, ``user.name`` and ``user name`` are all ``user_name``."""
    return _JOINT.sub("_", _CAMEL.sub("_", text).lower()).strip("_")


@lru_cache(maxsize=65536)
def meant_by_words(segments: tuple[str, ...]) -> Meant | None:
    """What the value is under a path of normalised keys, by their last words; None where they say nothing."""
    words = _words_of(segments[-1])
    several = words[-1].endswith("s") and words[-1][:-1] in _KNOWN
    if several:
        words = (*words[:-1], *_ABBREVIATED.get(words[-1][:-1], words[-1][:-1]).split("_"))
    above = list(segments[:-1])
    while above and words[0] in _SAYING_LITTLE:
        words = _words_of(above.pop()) + words
    if len(words) > 2 and words[-2] in _SAYING_LITTLE:
        words = (*(word for word in words[:-1] if word not in _SAYING_LITTLE), words[-1])
    if len(words) > 1 and words[-1] in _TAILS and not (words[-1] in _MARKS and words[-2] in _BUILT):
        words = words[:-1]
    meant = _meant(words)
    # Several may be a number of them.
    return meant._replace(surely=False) if meant is not None and several and words[-1] not in ("name", *IDS) else meant


@lru_cache(maxsize=4096)
def meant_by_type(text: str) -> Meant | None:
    """What the name is of that which a text says to be of some type: ``VirtualMachine``, ``Microsoft.AAD/users``."""
    if len(text) > LONGEST_TYPE:
        return None
    words = _words_of(normalise_key(_BETWEEN_SEGMENTS.split(text)[-1]))
    last = words[-1].removesuffix("s") if words[-1].removesuffix("s") in _KNOWN else words[-1]
    if last in _ACCOUNTS or last in _NAMED_PEOPLE:
        return Meant("USERNAME", False)
    if last in _PLAIN or last == "device":
        return Meant("HOSTNAME", True)
    return Meant("HOSTNAME", False) if last in _VAGUE or last == "instance" else None


def _meant(words: tuple[str, ...]) -> Meant | None:
    *before, last = words
    head = before[-1] if before else ""
    if "agent" in before and "user" in before:
        return None  # a browser
    if last == "by":
        done = head in _NOT_BY_PEOPLE or not _DONE.match(head)
        return None if done else Meant("USERNAME", False)
    if last == "name" and head in _KINDS and before[-2:-1] and before[-2] in _PLAIN | _VAGUE:
        before, head = before[:-1], before[-2]
    if last == "name" and head:
        return _named(head, bool(before[:-1]))
    if last in IDS and head:
        return _counted(head, last)
    if len(before) > 1 and last in _NUMBERS and head == "serial":
        *before, last = before
        head = before[-1]
    if last in _NUMBERS and head in _LABELLED:
        return Meant("SERIAL_NUMBER", True)
    if (head, last) in _FOR_WHOM or (last in _NUMBERS and head in _NUMBERED_PEOPLE):
        return Meant("USERNAME", False)
    if (last in _NUMBERS or last in _MARKS) and (head in _PLAIN or head in _VAGUE or head in _THINGS):
        return Meant("DEVICE_ID", False)
    if last in _OWN_IDS and before:
        return Meant("DEVICE_ID", True)
    if last in _ACCOUNTS and before:
        return Meant("USERNAME", last != "login")  # also what came of one: `ConsoleLogin`
    if last in _PEOPLE:
        return Meant("USERNAME", False)
    if (
        last in (_PLAIN | _LONE if before else _LONE)
        or (last == "device" and head in _ROLES)
        or (last in _BEFELL and head in _BEFALLEN)
        or (head == "domain" and last == "controller")
    ):
        return Meant("HOSTNAME", False)
    if last in _ENDS and head in _PLAIN:
        return Meant("HOSTNAME", False)
    if last in _BORNE:
        return Meant("DEVICE_ID", False)
    if last in ("chassis", "equipment"):
        return Meant("SERIAL_NUMBER", False)
    if last == "serial" and head in _BUILT:
        return Meant("SERIAL_NUMBER", True)
    return None


def _named(head: str, behind_others: bool) -> Meant | None:
    """Of a thing's name."""
    if head in _ACCOUNTS:
        return Meant("USERNAME", True)
    if head in _NAMED_PEOPLE:
        return Meant("USERNAME", False)
    if head in _PLAIN:
        return Meant("HOSTNAME", True)
    return Meant("HOSTNAME", False) if head in _VAGUE or head == "hardware" else None


def _counted(head: str, called: str) -> Meant | None:
    """Of a thing's id."""
    if head in _ACCOUNTS:
        return Meant("USERNAME", True)
    if head in _NAMED_PEOPLE:
        return Meant("USERNAME", False)
    if head in _PLAIN or head in _VAGUE or head in _THINGS:
        return Meant("DEVICE_ID", True)
    return Meant("DEVICE_ID", True) if head == "client" and called != "id" else None


@lru_cache(maxsize=65536)
def _words_of(key: str) -> tuple[str, ...]:
    """The words of a normalised key, also of what is written together, abbreviations in full."""
    parts = [part for word in key.split("_") for part in _apart(word)]
    return tuple(word for part in parts for word in _ABBREVIATED.get(part, part).split("_"))


@lru_cache(maxsize=65536)
def _apart(word: str) -> tuple[str, ...]:
    """A word in the known ones that it is made of, the longest first; itself where it is not made of such."""
    if word in _KNOWN or not 5 < len(word) < 40:
        return (word,)
    if word.endswith("edby"):
        return (word[:-2], "by")
    for size in range(min(_LONGEST, len(word) - 2), 1, -1):
        if word[:size] in _KNOWN:
            rest = _apart(word[size:])
            if all(part in _KNOWN for part in rest):
                return (word[:size], *rest)
    return (word,)
