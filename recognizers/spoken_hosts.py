"""What tells a host's name from the words of the sentence in which it stands."""

from __future__ import annotations

import re
from functools import lru_cache

from recognizers.conventions import is_thread
from recognizers.hosts import (
    INTERFACE,
    PLAIN,
    TRIM_BYTES,
    has_own_part,
    is_counted,
    is_host,
    is_named,
    is_own_name,
    is_own_numbered,
)
from recognizers.subjects import before_verb, subject_of
from recognizers.vocabulary import is_harmless
from recognizers.words import is_placeholder, load_words

#: What befalls a machine.
STATES = (
    r"(?:is (?:down|dead|aliv|offl|onli|not |no lo|unre|reac|criti|warni|degra|unava|unkno|up|drain|silen|behind|back"
    r"|lagg|stale|too |fenced|quaran)|rebooted|shut do|fenced|powered o|lost (?:con|quo|syn|pow|cont)|gone "
    r"|went (?:dow|off|onl|aw)|not resp|timed ou|left the|joined t|rejoined|stopped (?:res|ans|rep)|did not |unreacha"
    r"|does not|became |missed [0-9]|needs a|reported|reports|switched (?:to|over)|fell ba|answered|acknowl|cannot rea"
    r"|can't rea|could not rea|took over|took [0-9]|came (?:ba|up|on)|crashed|failed ov|disappeared|responded"
    r"|returned to|silent (?:fo|si)|out of|not (?:reach|answ|avail|found|regist)|rebooting|restarting|shutting"
    r"|overload|isolated|patched|downgraded|rolled ba|registered|deregist|checked in|synced|drained|cordoned"
    r"|booted|powered|resumed|suspended|refused|has not|is [0-9]|is in ma|is runn)"
)
_STATE = before_verb(STATES)
_SPOKEN = re.compile(
    rb"(?!x-)[a-z\x80-\xff][a-z0-9\x80-\xff]*(?:-(?!specific|based|like|aware|style)[a-z0-9\x80-\xff]+)?-?\Z"
)
_WORD = re.compile(rb"[A-Za-z0-9_.\x80-\xff-]+")
#: What may stand right behind a name: a sentence's colon, a port.
_BEHIND = re.compile(rb"(?::[0-9]{0,5})?\Z")
_NUMBERED_WORD = re.compile(rb"([a-z]{3,14})-?[0-9]{1,4}[a-z]?\Z", re.IGNORECASE)
_UNAME = re.compile(rb"\blinux ([A-Za-z0-9_.-]+) [0-9.]+\Z", re.IGNORECASE)
_PAIR = re.compile(rb"[a-z]{2,12}(?:-[a-z]{1,12}){1,2}\Z")
_CAPITALS = re.compile(rb"[A-Z]{5,15}\Z")
#: What words of a language are made of others by.
_BEGINNINGS = tuple(b"auto sub multi un re pre non over super co".split())
_ENDINGS = tuple(b"s es ed d er ers r rs or ors ing able less ly ment".split())
#: What programs, machines and papers number: with a number these are parts of something, not machines.
_PARTS = frozenset(
    b"account action adapter address age alarm alert area arg argument array attachment attempt bank base based"
    b" bay bit block board bond book boot box branch bridge bucket buffer build bus byte cable cache call card"
    b" case cell chain channel chapter character check chip chunk circuit class clause client clock code column"
    b" command commit condition config connection container context core count counter cpu cursor cycle day deb"
    b" delta depth diff digit dimension dir direction disk display dollar domain door drive edge element entry"
    b" enum epoch error event example exception exit expression extension fan feature field figure file filter"
    b" fixed flag float flow folder form format frame function generation gpu group half handle handler head heap"
    b" hop hour hub image index input instance int interconnect interface item iteration job journal key label"
    b" lane language layer leg length lesson level light limit line link list load lock log long loop lot map"
    b" mark memory message method mode model module month mount name network non number object octet offset"
    b" operation option order output packet page panel parent parity part partition pass patch path phase picture"
    b" pin pipe plan plane platform point policy pool port position pre priority procedure process product"
    b" profile program project property protocol provider psu push python query question queue rack raid range"
    b" rank rate record reg region register registration relation release replica report request reserve resource"
    b" response result retry return revision ring role root round route row rule run sample scan scene schedule"
    b" schema score screen script section sector segment sensor sequence series session set shard share shelf"
    b" side signal site size slice slot snapshot socket solution source space speed stack stage state step"
    b" storage store stream string stripe style subnet sum symbol system tab table tag tape target task temp"
    b" template term test text thread tier time timer token topic touch track traffic transaction tray tree trial"
    b" try tube tunnel turn type unit update user value variable vector version volume wave wavelength way week"
    b" window wine word year zone".split()
)
#: What stands under a key of hosts where it is not a name.
_SAID_OF_HOSTS = frozenset(
    b"accept accepted active added agent alert allow allowed android anonymous anyone apple application array"
    b" authentication authorization auto automatic available basic block blocked boolean both browser busy camera"
    b" changed chrome clean client cloud common computer connected console created critical custom database debug"
    b" dedicated default degraded deleted denied deny desktop destination detected development device disabled"
    b" disconnected domain down drop dropped dynamic each edge emergency empty enabled error every external"
    b" failed failure false file firewall first follower found gateway general global group groups guest here"
    b" hidden high host hybrid idle infected info inherit input integer internal invalid laptop last leader linux"
    b" list local machine mail manual many masked master me medium member missing mixed mobile multiple name"
    b" native network nobody node none normal nothing notice null number object offline online opera optional"
    b" other output override passive pending phone physical primary print printer private production proxy public"
    b" reachable ready redacted reject rejected remote removed replica required router running safari same"
    b" secondary self server service several shared shell simple slave something source staging standalone"
    b" standard standby started static stopped string success switch system tablet target terminal test text"
    b" there trace true type unavailable undefined unknown unreachable unset unspecified updated user users valid"
    b" value various virtual warning web windows workgroup".split()
)
#: Parts of words that a sentence joins by hyphens.
_JOINTS = frozenset(
    b"a ad all and as at auto back base based be bi built by co cross de double down dual end ex few first for"
    b" free full half hand hard hi high hoc human in inter is key last less level like lo long low lower mid"
    b" middle mini multi new next no non not of off on one only open or out over own part party per point post"
    b" pre pro quick re read ready real run safe self semi short side single slow so soft space sub super system"
    b" the third thread time to top tri two type ultra un under up upper us use user very wait way wide word"
    b" write x zero".split()
)


def is_spoken_name(value: bytes) -> bool:
    """Behind a preposition: one word of small letters that no vocabulary holds, or two joined by a hyphen of which one
    is such; no function, no option, no call, no path, and no key with its value."""
    if len(value) < 4 or not _SPOKEN.match(value) or INTERFACE.match(value):
        return False
    return is_host(value) and has_own_part(value) and not is_derived(value.rpartition(b"-")[2])


@lru_cache(maxsize=65536)
def is_derived(word: bytes) -> bool:
    """Whether a word is one that vocabularies hold but for its ending or beginning: `resizer`, `autorepair`."""
    bare = {word} | {word.removeprefix(each) for each in _BEGINNINGS}
    for stem in bare | {each.removesuffix(ending) for each in bare for ending in _ENDINGS}:
        if stem != word and len(stem) > 3 and any(map(is_harmless, (stem, stem + b"e", stem + b"y"))):
            return True
    return False


def is_numbered_word(value: bytes) -> bool:
    """A word of the language and a number that together no vocabulary holds (`gate-2`, `PRESS4`); nothing that programs
    count."""
    match = _NUMBERED_WORD.match(value)
    if match is None or value not in (value.lower(), value.upper()) or INTERFACE.match(value) or is_thread(value):
        return False
    stem = match.group(1).lower()
    if stem in _PARTS or stem.removesuffix(b"s") in _PARTS:
        return False
    return is_host(value) and not is_harmless(value.replace(b"-", b""))


def is_pair_of_words(value: bytes) -> bool:
    """Two or three words joined by hyphens, as places and uses name machines (`hall-north`); none of a sentence's."""
    if not _PAIR.match(value.lower()) or value not in (value.lower(), value.upper()) or is_harmless(value):
        return False
    words = value.lower().split(b"-")
    return _JOINTS.isdisjoint(words) and not words[-1].endswith((b"ed", b"ing", b"able")) and is_host(value)


def host_in_sentence(value: bytes) -> tuple[int, int] | None:
    """`kvarn`, `kvarn-2:`: where the host is behind a preposition, if there is one."""
    word = _WORD.match(value)
    if word is None:
        return None
    name = word.group().rstrip(TRIM_BYTES)
    if b"." in name:
        return None  # judged by its suffix
    alone = _BEHIND.match(value, word.end()) is not None
    taken = is_own_numbered(name) or (alone and (is_spoken_name(name) or is_numbered_word(name)))
    return (0, len(name)) if taken else None


def host_behind_its_word(value: bytes) -> tuple[int, int] | None:
    """Behind a word that means nothing but machines: what is named as they are, of whatever words."""
    word = _WORD.match(value)
    if word is None:
        return None
    name = word.group().rstrip(TRIM_BYTES)
    if b"." in name:
        return None  # judged by its suffix
    if is_framed_name(name):
        return 0, len(name)
    if _BEHIND.match(value, word.end()) is None:
        return None
    if is_loosely_named(name):
        return 0, len(name)
    return (0, len(name)) if _CAPITALS.match(name) and is_host(name) and has_own_part(name) else None


def is_end_of_connection(value: bytes) -> bool:
    """`src=kvarn`: where addresses stand and names of programs."""
    return is_spoken_name(value) or (PLAIN.match(value) is not None and is_own_name(value))


def is_framed_name(value: bytes) -> bool:
    """Behind a word for a machine: as ``is_own_name``, and a word and a machine's number: `filer02b`, `LAW-FRONT-3`."""
    if value.isupper() and is_counted(value):
        return True
    return is_own_name(value) or (_ZEROED.match(value) is not None and is_named(value))


_ZEROED = re.compile(rb"[a-z]{3,12}(?:-[a-z]{2,12})?-?0[0-9]{1,2}[a-z]?\Z", re.IGNORECASE)


def host_in_a_state(value: bytes) -> tuple[int, int] | None:
    """`kiln7 is down`, `barn-web2 went offline`: where the host is; where the sentence begins with it, any word that
    hosts are called by."""
    subject = subject_of(value, _STATE)
    if subject is None or value[: subject.start].endswith((b"/", b"=")):
        return None
    name = value[subject.start : subject.end]
    if is_own_name(name) or (subject.is_first and (is_spoken_name(name) or is_numbered_word(name))):
        return subject.start, subject.end
    return None


def is_word_for_host(value: bytes) -> bool:
    """Whether a word of the language may be a host's name under a key of hosts: `falcon`, `MERCURY`."""
    lower = value.lower()
    if not value.isalpha() or lower not in load_words("common_words") or lower in load_words("system_words"):
        return False
    return lower not in _SAID_OF_HOSTS and lower not in load_words("not_usernames") and not is_placeholder(value)


#: Addresses of many, as Wireshark names them.
_GROUP = re.compile(rb"mcast|broadcast|-packets\Z|-routers\Z", re.IGNORECASE)


def host_beside_mac(value: bytes) -> tuple[int, int] | None:
    """`lemon-4 (00:00:5e:`: where the host is."""
    name = value.partition(b" ")[0]
    return (0, len(name)) if is_loosely_named(name) and _GROUP.search(name) is None else None


def host_before_release(value: bytes) -> tuple[int, int] | None:
    """`Linux kvarn 6.1.`, as uname(1) writes it: where the host is."""
    told = _UNAME.search(value)
    return told.span(1) if told is not None and is_host(told.group(1)) else None


def host_before_java_address(value: bytes) -> tuple[int, int] | None:
    """`kvarn[/192.0.2.`: where the name is, of a host or of who calls from there."""
    name = value.partition(b"[")[0]
    return (0, len(name)) if is_loosely_named(name) else None


def is_loosely_named(name: bytes) -> bool:
    """Whether a word is one that machines are called by, where little else stands."""
    if b"." in name or len(name) < 3:
        return False
    return is_spoken_name(name) or is_named(name) or is_numbered_word(name) or is_pair_of_words(name)
