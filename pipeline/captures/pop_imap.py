"""POP3 (RFC 1939) and IMAP4 (RFC 9051): who logs in and what the server answers; what mailboxes hold is masked."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.command_lines import (
    CLIENT,
    LOGIN_HEADS,
    SERVER,
    declared_words,
    is_number,
    keep_numbers,
    skip_blanks,
    speaker,
    word_end,
)
from pipeline.captures.fields import SCAN, Kind, claim, keep
from pipeline.captures.segment_edges import line_end, whole_words
from pipeline.captures.smtp import MECHANISMS, is_mail_header, mail
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
USERNAME = np.int64(ENTITY_ID["USERNAME"])
COLUMN = np.int64(TEXT_ID["mail_command"])
#: First those that name a user, then the one of a mechanism, then those of a secret; the rest have numbers.
POP_COMMANDS = word_table("USER APOP AUTH PASS STAT LIST RETR DELE NOOP RSET QUIT TOP UIDL CAPA STLS UTF8 LANG")
_POP_AUTH, _POP_PASS = 2, 3
POP_STATUS = word_table("+OK -ERR")
#: First the one that names a user, the one of a mechanism, those whose arguments are of the protocol; the rest name
#: mailboxes, or what is looked for.
IMAP_COMMANDS = word_table(
    "LOGIN AUTHENTICATE CAPABILITY NOOP LOGOUT STARTTLS CHECK CLOSE UNSELECT EXPUNGE IDLE ENABLE NAMESPACE COMPRESS"
    " SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB STATUS APPEND SEARCH FETCH STORE COPY MOVE"
    " UID ID SORT THREAD GETQUOTA GETQUOTAROOT GETACL MYRIGHTS XLIST"
)
_LOGIN, _AUTHENTICATE, _MAILBOXES = 0, 1, 14
IMAP_ANSWERS = word_table("OK NO BAD BYE PREAUTH CAPABILITY FLAGS ENABLED")
IMAP_COUNTS = word_table("EXISTS RECENT EXPUNGE")
LONGEST_TAG = 12


@compiled
def _pop_command(data, at, end, out):  # type: ignore[no-untyped-def]
    verb = word_end(data, at, end)
    which = word_number(data, at, verb, POP_COMMANDS)
    if which < 0:
        return False
    first = skip_blanks(data, verb, end)
    last = word_end(data, first, end)
    claim(out, at, verb, WORD, SCAN, COLUMN)
    keep(out, verb, first)
    if which < _POP_AUTH:
        claim(out, first, last, TEXT, USERNAME, COLUMN)
    elif which == _POP_AUTH:
        if word_number(data, first, last, MECHANISMS) >= 0:
            claim(out, first, last, WORD, SCAN, COLUMN)
    elif which > _POP_PASS:
        keep_numbers(data, first, end, out)
    return True


@compiled
def _owner(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim the user of ``alice's maildrop has 2 messages``, as RFC 1939 has it; behind the name, or ``at``."""
    first = skip_blanks(data, at, end)
    last = word_end(data, first, end) - 2
    if last <= first or data[last] != 39 or data[last + 1] != 115:
        return np.int64(at)
    keep(out, at, first)
    claim(out, first, last, TEXT, USERNAME, COLUMN)
    return np.int64(last)


@compiled
def _is_listing(data, at, end):  # type: ignore[no-untyped-def]
    """Two numbers, or the dot that ends a list."""
    first = word_end(data, at, end)
    second = skip_blanks(data, first, end)
    if end - at == 1 and data[at] == 46:
        return True
    return is_number(data, at, first) and is_number(data, second, end)


@compiled
def pop(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim commands and replies of POP3; whether the segment begins with one."""
    begun, who = at, speaker(out)
    while at < stop:
        end, after = line_end(data, at, stop)
        told = end if after > 0 else whole_words(data, at, stop, True)[1]
        status = word_end(data, at, told)
        if who != CLIENT and word_number(data, at, status, POP_STATUS) >= 0:
            claim(out, at, status, WORD, SCAN, COLUMN)
            if after > 0:  # what stands behind an edge may tell what a word is
                status = _owner(data, status, told, out)
                declared_words(data, status, told, out, LOGIN_HEADS, USERNAME, COLUMN)
        elif who != CLIENT and at > begun and _is_listing(data, at, told):
            keep(out, at, told)
        elif who != CLIENT and is_mail_header(data, at, told):
            mail(data, at, stop, out)
            return True
        elif who == SERVER or not _pop_command(data, at, told, out):
            break
        if after < 0:
            return True
        keep(out, end, after)
        at = after
    return at > begun


@compiled
def _imap_command(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim ``tag VERB …``; whether it is a command."""
    tag = word_end(data, at, end)
    verb = skip_blanks(data, tag, end)
    verb_end = word_end(data, verb, end)
    which = word_number(data, verb, verb_end, IMAP_COMMANDS)
    if which < 0 or tag - at > LONGEST_TAG or data[at] == 42:  # an asterisk is the server's
        return False
    first = skip_blanks(data, verb_end, end)
    last = word_end(data, first, end)
    claim(out, at, tag, TEXT, SCAN, COLUMN)
    keep(out, tag, verb)
    claim(out, verb, verb_end, WORD, SCAN, COLUMN)
    keep(out, verb_end, first)
    if which == _LOGIN:
        quoted = first < last and data[first] == 34
        while quoted and last < end and not (data[last - 1] == 34 and last > first + 1):
            last += 1
        if first < last and data[first] != 123:  # a literal follows in lines of its own
            claim(out, first, last, TEXT, USERNAME, COLUMN)
    elif which == _AUTHENTICATE:
        if word_number(data, first, last, MECHANISMS) >= 0:
            claim(out, first, last, WORD, SCAN, COLUMN)
    elif which < _MAILBOXES:
        claim(out, first, end, TEXT, SCAN, COLUMN)
    return True


@compiled
def _imap_answer(data, at, end, is_cut, out):  # type: ignore[no-untyped-def]
    """Claim ``* OK …``, ``tag NO …`` or ``* 5 EXISTS``; whether it is one of these."""
    tag = word_end(data, at, end)
    word = skip_blanks(data, tag, end)
    last = word_end(data, word, end)
    if tag - at > LONGEST_TAG or tag == at:
        return False
    if word_number(data, word, last, IMAP_ANSWERS) >= 0:
        claim(out, at, tag, TEXT, SCAN, COLUMN)
        keep(out, tag, word)
        claim(out, word, last, WORD, SCAN, COLUMN)
        if not is_cut:
            declared_words(data, last, end, out, LOGIN_HEADS, USERNAME, COLUMN)
        return True
    count = skip_blanks(data, last, end)
    if is_number(data, word, last) and word_number(data, count, end, IMAP_COUNTS) >= 0:
        keep(out, at, count)
        claim(out, count, end, WORD, SCAN, COLUMN)
        return True
    return False


@compiled
def imap(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim commands and answers of IMAP4; whether the segment begins with one.

    An answer with a mail's parts or a mailbox's name ends what is claimed.
    """
    begun, who = at, speaker(out)
    while at < stop:
        end, after = line_end(data, at, stop)
        told = end if after > 0 else whole_words(data, at, stop, True)[1]
        answered = who != CLIENT and _imap_answer(data, at, told, after < 0, out)
        if not answered and (who == SERVER or not _imap_command(data, at, told, out)):
            break
        if after < 0:
            return True
        keep(out, end, after)
        at = after
    return at > begun
