"""Who speaks: the label before a colon, taken apart into a person, an account, an address or a role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.records import HARMLESS, PROSE
from recognizers.entities import ENTITY_ID

PERSON, USERNAME, EMAIL = ENTITY_ID["PERSON"], ENTITY_ID["USERNAME"], ENTITY_ID["EMAIL_ADDRESS"]

_ROLES = """
    admin administrator advisor agent ai analyst announcer assistant attendee automation bot both caller
    candidate chatbot clerk client collaborator consultant contact counselor customer developer dispatcher
    doctor employee end-user enduser engineer everyone expert facilitator female guest helpdesk host human
    instructor interviewee interviewer ivr judge lead lecturer male man manager member model moderator narrator
    nurse officer operator organizer panelist participant patient presenter receptionist recruiter rep reporter
    representative requester salesperson seller speaker specialist staff student supervisor support system
    teacher team teammate tech technician tool trainer unknown user vendor visitor voice witness woman"""
#: What someone is in a conversation. It tells nobody apart, and stays.
ROLES = frozenset(_ROLES.split())
_OTHER_LABELS = """
    accept account action actual address agenda also amount and answer appendix asset attachment attention author
    background based battery bcc because behavior behaviour body browser build but caption category cause caveat cc
    channel city code command commandline comment comments component conclusion config configuration connection
    content contents context copyright cost count country critical current data date day debug default delivered-to
    department desc description detail details device disclaimer disk domain download due duration e-mail edit
    editor effect email encryption end end-date environment error errors event example exception expected expires
    extension fail failed failure fatal feature features file filename firmware fix fixme follow-up following for
    from fyi gateway goal group hardware hash help here hint host hostname hours how however http https i id
    identifier if image impact important in info information input install installed instructions interface
    internet invoice ip is issue issues item items key kind language last level license limit limitations line link
    list location log login logs mac mail message method mobile mode model module name names network next no note
    notes notice now number numbers ok option options or order os output owner package parameters pass passed
    password path pc phone platform please plus pm point points policy port priority problem procedure process
    product profile project ps purpose q quantity question questions re reason reasons received ref reference
    references regarding release reminder repro reproduce request requirements resolution response result results
    return-path ring root rule section security see sent serial server service session settings severity size
    skipped software solution source ssid start-date state status step steps street subject subnet suggestion
    summary symptom symptoms tags target tel temperature test then this ticket time timestamp tip title to todo
    token topic total trace type unresolved unsupported untested update updates upgrade uptime url usage username
    value vendor verbose version via warn warning web website what when where which who why wifi workaround
    x-received xfail xpass yes zip zone"""
#: Words that begin or end what stands before a colon and names no speaker: of forms, headers, logs and lists.
_NO_SPEAKERS = frozenset(_OTHER_LABELS.split())
#: What is longer is looked at no further.
LONGEST_LABEL = 200
_ROLE_WORD = re.compile(rb"(?P<role>[A-Za-z][A-Za-z-]*)(?:[ _#-]?\d{1,3})?\Z")
_LEADING_ROLE = re.compile(rb"(?P<role>[A-Za-z][A-Za-z-]*)(?: - |[ /])(?=\S)")
_IN_BRACKETS = re.compile(rb"(?P<who>[^()\[\]]*[^()\[\] ]) ?[(\[](?P<more>[^()\[\]]+)[)\]]\Z")
_ADDRESS = re.compile(rb"[^\s@<>,;:]+@[^\s@<>,;:]+\Z")
_HANDLE = re.compile(rb"@\S+\Z|\S*[\d_]\S*\Z|[a-z][a-z.-]*\Z")
_WORD = rb"[A-Z\x80-\xff][A-Za-z\x80-\xff'.-]{0,30}"
_PARTICLE = rb"(?:de|van|von|der|den|la|le|el|al|bin|ibn|di|da|dos|du|del|ten|ter|y|zu|zur)"
#: A name as it is written: one to five words, each with a capital letter, or ``Doe, Jane``.
NAME = rb"(?:" + _WORD + rb",? ){0,2}(?:" + _PARTICLE + rb" ){0,2}" + _WORD + rb"(?: " + _WORD + rb")?"
_NAME = re.compile(NAME + rb"\Z")


def is_role(label: bytes) -> bool:
    """``AGENT``, ``Speaker 2``, ``SPEAKER_00``, ``Support Engineer``."""
    words = label.replace(b"_", b" ").split()
    if not 1 <= len(words) <= 3:
        return False
    if len(words) > 1 and words[-1].isdigit() and len(words[-1]) <= 3:
        words = words[:-1]
    last = _ROLE_WORD.match(words[-1])
    words = [*words[:-1], last["role"] if last else words[-1]]
    return all(word.decode("utf-8", "replace").lower() in ROLES for word in words)


def names_speaker(label: bytes) -> bool:
    """Whether what stands before a colon can be who speaks: a role, an address, or written as a name is."""
    if is_role(label) or _ADDRESS.match(label):
        return True
    bracketed = _IN_BRACKETS.match(label)
    who = bracketed["who"] if bracketed else label
    leading = _LEADING_ROLE.match(who)
    if leading and is_role(leading["role"]):
        who = who[leading.end() :]
    return _NAME.match(who) is not None and could_be_name(who)


def could_be_name(label: bytes) -> bool:
    """Whether none of its outer words is one of a form's, a header's or a log's."""
    words = label.decode("utf-8", "replace").lower().split()
    return bool(words) and words[0] not in _NO_SPEAKERS and words[-1] not in _NO_SPEAKERS


def entity_of_speaker(label: bytes) -> int:
    """HARMLESS for a role, else what the whole of the label is."""
    if len(label) > LONGEST_LABEL:
        return PERSON
    if is_role(label):
        return HARMLESS
    if _ADDRESS.match(label):
        return EMAIL
    return USERNAME if _HANDLE.match(label) else PERSON


def parts_of_label(label: bytes, at: int) -> Iterator[tuple[int, int, int, str]]:
    """(start, end, entity, name of the column or attribute) of the parts of a label that stands at ``at``.

    ``Jane Doe``, ``jdoe7``, ``jane@example.com``, ``AGENT``, ``Jane Doe (Agent)``, ``Agent (Jane Doe)``,
    ``Agent - Jane Doe``, ``Jane Doe [Example Ltd]``.
    """
    if is_role(label):
        yield at, at + len(label), HARMLESS, "speaker_role"
        return
    bracketed = _IN_BRACKETS.match(label)
    if bracketed:
        yield from parts_of_label(bracketed["who"], at)
        start, end = at + bracketed.start("more"), at + bracketed.end("more")
        if is_role(bracketed["who"]) or _ADDRESS.match(bracketed["more"]):
            yield start, end, entity_of_speaker(bracketed["more"]), "speaker"
        elif is_role(bracketed["more"]):
            yield start, end, HARMLESS, "speaker_role"
        else:
            yield start, end, PROSE, "speaker.more"
        return
    leading = _LEADING_ROLE.match(label)
    if leading and is_role(leading["role"]):
        yield at, at + leading.end("role"), HARMLESS, "speaker_role"
        label, at = label[leading.end() :], at + leading.end()
    yield at, at + len(label), entity_of_speaker(label), "speaker"
