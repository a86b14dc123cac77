"""Headings of tables: where their columns stand, and what the cells below each name.

A name that only what stands beside it explains is read so: ``NAME`` is a machine's beside ``MACHINE_TYPE``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.formats.delimited import COMMON, LEAST_KNOWN
from pipeline.kernels.table_rows import BARS, BLANKS, GAPS, RULED
from pipeline.records import TRUST_BITS, Trust
from recognizers.entities import ENTITY_ID
from recognizers.keys import entity_of_key, likely_entity_of_key, loose_entity_of_key

MOST_COLUMNS = 64
#: Of fewer columns without a rule at least LEAST_KNOWN must have names of columns.
_MANY = 4
#: What cells are declared to be. What has a form of its own (addresses, digests, ids) is found without.
_DECLARED = frozenset((
    "HOSTNAME", "USERNAME", "SERIAL_NUMBER", "DEVICE_ID", "MAC_ADDRESS", "SSID", "PERSON", "IMEI", "IMSI", "ICCID",
    "MEID", "PHONE_NUMBER",
))  # fmt: skip


Meaning = tuple[str, Trust]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOST, _LIKELY_HOST, _LOOSE_HOST = (("HOSTNAME", trust) for trust in Trust)
_USER, _LIKELY_USER = ("USERNAME", Trust.SURE), ("USERNAME", Trust.LIKELY)
_PERSON = ("PERSON", Trust.SURE)
#: What tables call it that is no key elsewhere.
_NAMES: dict[str, Meaning | None] = {
    "usename": _USER,
    "client hostname": _LIKELY_HOST,
    "nodelist": _HOST,
    "nodelist(reason)": _HOST,
    "vnode": _LIKELY_HOST,
    "exec_host": _LIKELY_HOST,
    "from_host": _LIKELY_HOST,
    "job_owner": _USER,
    "real name": _PERSON,
    # These are no names there, or such as no one bears.
    "login": _LIKELY_USER,
    "from": None,
    "to": None,
    "domain": _LOOSE_HOST,
    "peer": _LIKELY_HOST,
    "pod": None,
    "created by": None,
    "serial#": None,
    "device": None,
    "system": None,
    "nodes": None,
    "dc": None,
    "friendlyname": None,
    "interface": None,
    "station": None,
    "source": None,
    "target": None,
    "destination": None,
    "terminal": None,
    "monitor": None,
    "users": None,
    "hosts": _LIKELY_HOST,
    "volume id": None,
    "device id": ("DEVICE_ID", Trust.LIKELY),
    "serial": ("SERIAL_NUMBER", Trust.LIKELY),
    "sn": ("SERIAL_NUMBER", Trust.LIKELY),
    "phone": ("PHONE_NUMBER", Trust.SURE),
}  # fmt: skip
#: Name of a column -> what it is beside columns of such names; the first that fits, some with all of several.
_BESIDE: dict[str, tuple[tuple[frozenset[str], Meaning | None], ...]] = {}


def _beside(names: str, meaning: Meaning | None, *groups: str) -> None:
    """Each group is names, parted by commas, that all stand beside."""
    for name in names.split(","):
        found = tuple((frozenset(group.split(",")), meaning) for group in groups)
        _BESIDE[name] = _BESIDE.get(name, ()) + found


# lsof has inodes and protocols there.
_beside("node,device", None, "fd,type", "size/off")
_beside("node", None, "sn,namespace")
_beside(
    "name", None,
    "image,command", "image,ports", "image,node", "ready,restarts", "interfacedescription", "namespace",
    "version,build", "priority",
)  # fmt: skip
_beside("name", _PERSON, "samaccountname", "userprincipalname", "alias,servername", "login,tty", "givenname", "surname")
_beside(
    "name", _LIKELY_HOST,
    "machine_type", "dnshostname", "roles,version", "internal_ip", "internal-ip", "external-ip,roles",
    "flavor", "networks,image", "id,state", "powerstate", "cpuusage(%)", "cpu(cores),memory(bytes),cpu%", "guest os",
    "serialnumber", "serial number", "dc,eligibility", "opsys,arch", "peer addrs", "vmid,status", "bootdisk(gb)",
    "type,snapshots,ipv4", "status,ipv4", "publicips", "public ipv4", "operatingsystem", "os,status", "task state",
    "power state", "hypervisor", "lastlogondate,operatingsystem", "peeraddrs", "private ip", "mem(mb)",
    "vlan,duplex", "location,vmsize", "database_version", "tier,primary_address", "instance_type", "instance type",
)  # fmt: skip
_beside("name", _LIKELY_USER, "role,auth", "mac,role", "uid,gid", "line,time", "line,comment", "tty,idle")
_beside("device id", _LIKELY_HOST, "capability", "platform", "port id", "local intf", "local intrfce")
_beside("system id", _LIKELY_HOST, "holdtime", "interface")
_beside("from", _LOOSE_HOST, "user,tty", "jcpu", "login@", "port,latest")
_beside("uid", _USER, "ppid,cmd", "ppid,stime")
_beside("login", _USER, "hostname", "tty,name")
_beside("alias", _USER, "servername", "primarysmtpaddress")
_beside("holder", _LOOSE_HOST, "name,age")
_beside("serial,sn", ("SERIAL_NUMBER", Trust.SURE), "model", "vendor", "wwn", "size", "namespace", "product", "pid")
_beside("wwn", ("DEVICE_ID", Trust.SURE), "name", "serial", "size")
_beside("device", _LIKELY_HOST, "user,os", "owner,os", "serial number", "owner,serial", "mac address,owner")
_beside("client,server", _LOOSE_HOST, "port", "user", "username", "state", "status", "address", "ip", "ip address")
#: What else columns of tables are called.
_MORE = _words(
    """
    pid uid gid ppid stat tty time command cmd %cpu %mem cpu mem vsz rss age ready restarts roles labels addr zone
    model room role idle line jobid queue partition nodes used avail free available mounted flags priority ports image
    status created remark manufacturer job uptime port capability capabilities platform number session seat
    spid dbname dbid fd tid node"""
)
#: What a line of a log begins with is none.
_LEVELS = _words("debug info notice warn warning error err crit critical fatal trace severe alert emerg")
#: In capitals and parted by one blank these go with the word before them, save behind what is a column of its own.
_SECOND = _words("ID NAME ADDRESS NUMBER TIME GATES VERSION STATUS TAG SIZE IP STATE TYPE HOST BY ADDR NO")
_ALONE = _words("PID UID GID PPID ID NODE DEVICE TYPE SIZE STAT TTY STATE IDLE START VMID JOBID %CPU %MEM")
_GAP = re.compile(r"[^ \t](?:[^ \t]| (?! |\t))*")
_WORD = re.compile(r"[^ \t]+")
_RUN = re.compile(r"[-=\u2500-\u257f]+")
_BAR = re.compile("[|\u2502\u2503]")


@dataclass(frozen=True)
class Table:
    """What stands below a heading.

    Attributes:
      parted: how columns are (``kernels.table_rows``).
      columns: of each where its heading begins and ends, in characters, and what its cells are, if anything.
      bars: how many bars a row has.
    """

    parted: int
    columns: tuple[tuple[int, int, Meaning | None], ...]
    bars: int


@lru_cache(maxsize=4096)
def table_of(heading: bytes, rule: bytes | None) -> Table | None:
    """The table that a line heads, with the rule below it where there is one; None where no column says anything."""
    text = heading.decode("utf-8", "replace")
    if rule is None:
        parted, spans = _by_words(text)
        names = [text[first:last] for first, last in spans]
        bars = 0
    else:
        ruled = rule.decode("utf-8", "replace")
        bars = len(_BAR.findall(text))
        if bars:
            parted = int(BARS)
            names = _BAR.split(text.strip())
            names = names[1:] if not names[0].strip() else names
            names = names[:-1] if names and not names[-1].strip() else names
            spans = [(0, 0)] * len(names)
        else:
            parted, spans = int(RULED), [run.span() for run in _RUN.finditer(ruled)]
            if len(spans) == 1 and table_of(heading, None) is None:
                return _below_one_rule(text)
            edges = [*(first for first, _ in spans), max(len(text), len(ruled))]
            names = [text[first:last] for first, last in zip(edges, edges[1:])]
            if any(text[first - 1 : first].strip() for first, _ in spans if first):
                return None
    names = [name.strip() for name in names]
    if not 1 < len(names) <= MOST_COLUMNS or not all(names) or names[0].lower() in _LEVELS:
        return None
    meanings = meanings_of(tuple(names))
    known = len(names) >= _MANY or sum(map(_is_known, names)) >= LEAST_KNOWN
    if not any(meanings) or (rule is None and not known):
        return None
    place = _places(text if rule is None else max(text, ruled, key=len))
    columns = tuple(
        (place[first], place[last], meaning) for (first, last), meaning in zip(spans, meanings, strict=True)
    )
    return Table(parted, columns, bars)


def _below_one_rule(text: str) -> Table | None:
    """The table of a heading above a single rule, whose words are columns, each."""
    spans = [word.span() for word in _WORD.finditer(text)]
    names = tuple(text[first:last] for first, last in spans)
    meanings = meanings_of(names)
    if not _MANY <= len(names) <= MOST_COLUMNS or not any(meanings) or sum(map(_is_known, names)) < LEAST_KNOWN:
        return None
    place = _places(text)
    columns = tuple((place[a], place[b], meaning) for (a, b), meaning in zip(spans, meanings, strict=True))
    return Table(int(BLANKS), columns, 0)


def _by_words(text: str) -> tuple[int, list[tuple[int, int]]]:
    """How the columns of a heading are parted, and where each stands."""
    spans = [found.span() for found in _GAP.finditer(text)]
    if any(letter.islower() for letter in text):
        return int(GAPS), spans
    single = False
    parts: list[tuple[int, int]] = []
    for first, last in spans:
        before = ""
        for word in _WORD.finditer(text, first, last):
            if before and word.group() in _SECOND and before not in _ALONE:
                parts[-1] = (parts[-1][0], word.end())
            else:
                single |= bool(before)
                parts.append(word.span())
            before = word.group()
    return int(BLANKS) if single else int(GAPS), parts


def _places(text: str) -> list[int]:
    """At which place on the line each character stands, and its end: tabs go to the next multiple of eight."""
    places = [0]
    for character in text:
        places.append((places[-1] // 8 + 1) * 8 if character == "\t" else places[-1] + 1)
    return places


@lru_cache(maxsize=4096)
def meanings_of(names: tuple[str, ...]) -> tuple[Meaning | None, ...]:
    """What each of some columns holds, by its name and those beside it."""
    lower = [" ".join(name.lower().split()) for name in names]
    beside = frozenset(lower)
    return tuple(_meaning(name, plain, beside) for name, plain in zip(names, lower, strict=True))


def _meaning(name: str, lower: str, beside: frozenset[str]) -> Meaning | None:
    for those, meaning in _BESIDE.get(lower, ()):
        if those <= beside:
            return meaning
    if lower in _NAMES:
        return _NAMES[lower]
    for entity, trust in (
        (entity_of_key(name), Trust.SURE),
        (likely_entity_of_key(name), Trust.LIKELY),
        (loose_entity_of_key(name), Trust.LOOSE),
    ):
        if entity is not None:
            return (entity, trust) if entity in _DECLARED else None
    return None


def _is_known(name: str) -> bool:
    """Whether a name is one of columns everywhere. Else `Full Name    Ann Lee` were a heading."""
    lower = " ".join(name.lower().split())
    return lower in COMMON or lower in _MORE or lower in _NAMES or lower in _BESIDE or entity_of_key(name) is not None


def number_of(meaning: Meaning | None) -> int:
    """A meaning as ``Batch.cell_meaning`` has it, -1 for none."""
    return -1 if meaning is None else ENTITY_ID[meaning[0]] << TRUST_BITS | meaning[1]
