"""Accounts in sentences: behind a word for people, by whom and for whom something is done, and before what they did."""

from __future__ import annotations

from recognizers.accounts import PLAIN, TRIM
from recognizers.declaration import AnchorPattern
from recognizers.listed_names import listed_names
from recognizers.spoken_accounts import (
    DEEDS,
    account_before_deed,
    account_behind_its_word,
    account_whose,
    names_counted,
    names_spoken,
)
from recognizers.subjects import BEFORE_VERB, SENTENCE


def _is_number(value: bytes) -> bool:
    """Of staff or of a customer; four digits at least."""
    return 3 < len(value) < 13


def _names_one(value: bytes) -> bool:
    return names_spoken(value) or names_counted(value)


#: What someone has.
_THINGS = (
    r"mailbox|mailboxes|accounts?|jobs?|sessions?|files?|profile|home|passwords?|behalf|password|desktop|request|login"
    r"|logins|calendar|permissions|membership|keys?|credentials|certificate|inbox|quota|folder|laptop|phone|badge|push"
    r"|commit|logins?|disk|token|workspace|directory|connection|consent|wallet|card|shift|call|recording|approval"
    r"|ticket|order|visit|lease|process|processes|owner|manager|role|roles|access|rights|privileges|identity"
    r"|enrol?lment|registration|invitation"
)
_FOR = (
    r"session|credentials|password|account|ticket|token|certificate|quota|mailbox|profile|login|home|authentication"
    r"|access|call|code|message|badge|key|request|approval|desktop|license|licence|extension|failure|failed|denied"
    r"|granted|sent"
)
_GIVEN = r"(?:assigned|granted|delegated|belongs|shared|issued|reassigned|given|handed|sent|registered|transferred)"
#: Behind these an account stands in brackets.
_BRACKETED = r"(?:confirmed|acknowledged|approved|accepted|signed|closed|extension [0-9]{2,6}|ext\.? [0-9]{2,6}) \("
_WHO = (
    r"administrator|operator|analyst|admin|technician|engineer|consumer|owner|supplicant|subscriber|trustee|colleague"
    r"|unlock|logout|logoff|disabled?|enabled?|to user|contact|supervisor|approver|employee|login|principal|login name"
    r"|logon|actor|viewer|caller|visitor|holder|assignee|requester|member|student|recipient|author|client user"
    r"|owner (?:is|was)|logins:|impersonating|warned|notified|kicked|banned|(?:mailed|licensed|sent) to|role|customer"
    r"|teacher|lecturer|pupil|editor|publisher|reviewer|nurse|doctor|physician|patient|cashier|clerk|pilot|foreman"
    r"|guard|guest|participant|attendee|moderator|presenter|instructor|trainer|tutor|professor|delegate|custodian"
    r"|submitter|uploader|creator|maintainer|committer|developer|tester|consultant|contractor|inspector|auditor"
    r"|dispatcher|receptionist|warrior|friend|person|buyer|identity|supervisors?|driver|player|courier|agent|usuario"
    r"|empleado|operador|bediener"
)

_SEVERAL = r"users|accounts|members|owners|operators|administrators|admins|custodians|approvers|reviewers|participants"

IN_SENTENCES = (
    *listed_names(_SEVERAL, _names_one),
    AnchorPattern(
        "before a deed",
        BEFORE_VERB + DEEDS,
        frozenset(),
        0.6,
        0,
        back=SENTENCE,
        back_over=1,
        part=account_before_deed,
    ),
    AnchorPattern(
        "behind its word",
        rf"\b(?:by|as|gave|{_WHO}) [\x22'\[(<]?[a-z0-9]|\b{_BRACKETED}[a-z]",
        PLAIN,
        0.4,
        2,
        TRIM,
        back=frozenset(),
        back_over=1,
        part=account_behind_its_word,
    ),
    AnchorPattern(
        "a number behind its word",
        r"\b(?:cashier|supervisor|employee|student|clerk|teller|nurse|courier|patient|customer) [0-9]",
        frozenset(b"0123456789"),
        0.4,
        3,
        back=frozenset(),
        back_over=1,
        check=_is_number,
    ),
    AnchorPattern(
        "by whom or whose",
        rf"\b(?:(?:{_THINGS}) of|{_GIVEN} to|(?:{_FOR}) for) [\x22'\[]?[a-z]|\bfor [\x22'][a-z]",
        PLAIN,
        0.4,
        2,
        TRIM,
        back=PLAIN,
        back_over=1,
        check=names_spoken,
    ),
    AnchorPattern(
        "whose",
        rf"[a-z0-9]'s (?:{_THINGS})",
        frozenset(),
        0.4,
        0,
        back=PLAIN | frozenset(b"' "),
        back_over=1,
        part=account_whose,
    ),
)
