"""What tells an account from the words of the sentence in which it stands."""

from __future__ import annotations

import re

from recognizers.accounts import names_actor, names_own_agent, names_someone_lettered
from recognizers.hosts import INTERFACE, is_own_numbered
from recognizers.spoken_hosts import is_numbered_word
from recognizers.subjects import before_verb, subject_of

#: What people do, of whom nothing else tells in the sentence.
DEEDS = (
    r"(?:logged [io]|signed [io]|log(?:in|on) (?:fa|su)|disconnected|connected (?:fr|to|vi|th)|joined|left the"
    r"|requests|requested|issued|approved|executed|uploaded|download|changed |deleted |created |modified|updated "
    r"|disabled|enabled |acknowl|printed |opened |closed |accessed|attempted|authenti|tried to|has it|reset |unlocked"
    r"|locked |checked |started (?:a|t)|completed|reported|reports |entered |cleared |took (?:rem|ov)|granted "
    r"|revoked |exported|imported|reassign|enrol?led|submitted|accepted|declined|rejected the|wants |asked |postponed"
    r"|snoozed|dismissed|confirmed|edited |removed |added |sent (?:a|t|[0-9])|got [0-9a]|gave |exceeded|lost con"
    r"|invited|kicked|banned|muted|published|viewed |scanned |cancell?ed|renamed |moved |copied |shared |was (?:den"
    r"|gran|add|rem|not|lock|inv)|not (?:allow|author|permit)|is (?:now |not )?(?:log|lock|usi|allow|author|permit)"
    r"|subscribed|activated|deactivated|escalated|transferred|claimed|commented|replied|hung up|failed to (?:lo|si|au)"
    r"|signed |pushed |merged |committed |withdr|overrode|swiped|badged)"
)
_DEED = before_verb(DEEDS)
#: Behind which any word is an account's if a deed follows.
_NOUN = re.compile(rb"\b(?:user|username) [\x22'(\[]?\Z", re.IGNORECASE)
#: Of `session of kim3 closed` the session is the subject.
_BEHIND_PREPOSITION = re.compile(rb"\b(?:of|for|from|to|with|on|at|in|by|via) [\x22'(\[]?\Z", re.IGNORECASE)
#: An employee's or a student's number with the letters before it.
_COUNTED = re.compile(rb"[A-Za-z]{1,4}[0-9]{3,8}\Z")
#: Standards and parts of machines that are written so.
_STANDARD = re.compile(
    rb"(?:ext|rfc|sus|sha|md|ip|tpm|dhcp|utf|http|iso|vt|i|x|v|e|r|cpu|sd|tls|ssl|usb|pci|err|evt|id|kb|cve)[0-9]+\Z",
    re.IGNORECASE,
)
#: What accounts that many use are called by, and their number.
_ROLE = re.compile(
    rb"(?:user|guest|visitor|operator|admin|agent|support|student|test|demo|train|kiosk|clerk)-?[0-9]{1,5}\Z"
)
#: Accounts of programs: what they work on, and at what (`bi-loader`).
_SERVICE = re.compile(
    rb"(?!(?:ssh|gpg)-)[a-z0-9]{2,12}[-_](?:loader|sync|runner|bot|reader|writer|feed|job|scanner|backup|deploy|deployer|import|export|etl|batch"
    rb"|service|svc|monitor|builder|robot|user|admin|oper|operator|reporter|agent)\Z"
)
_WHOSE = re.compile(rb"(?:\A|[ '])([A-Za-z0-9_.@$\x80-\xff-]+)'s [a-z]+\Z", re.IGNORECASE)


def names_spoken(value: bytes) -> bool:
    """Behind words of a sentence, where products stand, too, which begin with a capital."""
    return names_own_agent(value) and not (value.istitle() and value.isalpha())


def names_counted(value: bytes) -> bool:
    """`s214477`, `operator3`: letters and a number that together no vocabulary holds."""
    if _STANDARD.match(value) or INTERFACE.match(value) or not names_actor(value):
        return False
    return (
        _SERVICE.match(value) is not None
        or is_numbered_word(value)
        or _COUNTED.match(value) is not None
        or _ROLE.match(value) is not None
    )


def account_behind_its_word(value: bytes) -> tuple[int, int] | None:
    """`kim3`, `s214477`: where the account is behind a word for people, if there is one."""
    return (0, len(value)) if names_spoken(value) or names_counted(value) else None


def account_before_deed(value: bytes) -> tuple[int, int] | None:
    """`kim3 logged in`, `'kim3' logged in`: where the account is; with a mere number only at the beginning."""
    subject = subject_of(value, _DEED)
    if subject is None:
        return None
    name = value[subject.start : subject.end]
    if _NOUN.search(value, 0, subject.start) and names_someone_lettered(name) and not name.isupper():
        return subject.start, subject.end
    quoted = value[subject.end : subject.end + 1] != b" "
    if INTERFACE.match(name) or _BEHIND_PREPOSITION.search(value, 0, subject.start):
        return None
    if names_own_agent(name) and not (quoted and is_own_numbered(name)):
        return subject.start, subject.end
    return (subject.start, subject.end) if subject.is_first and names_counted(name) else None


def account_whose(value: bytes) -> tuple[int, int] | None:
    """`kim3's password`: where the account is."""
    whose = _WHOSE.search(value)
    return whose.span(1) if whose is not None and names_spoken(whose.group(1)) else None
