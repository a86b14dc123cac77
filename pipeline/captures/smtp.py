"""SMTP (RFC 5321): commands, replies, and the headers of mail (RFC 5322); what a mail says is masked."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.command_lines import (
    CLIENT,
    LOGIN_HEADS,
    SERVER,
    declared_words,
    is_number,
    reply_code,
    skip_blanks,
    speaker,
    word_end,
)
from pipeline.captures.fields import SCAN, Kind, claim, keep
from pipeline.captures.header_lines import MAIL, MASKED, NAMES, header_line
from pipeline.captures.mail_addresses import mail_addresses
from pipeline.captures.segment_edges import line_end
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
USERNAME = np.int64(ENTITY_ID["USERNAME"])
EMAIL_ADDRESS = np.int64(ENTITY_ID["EMAIL_ADDRESS"])
COLUMN = np.int64(TEXT_ID["smtp_command"])
HEADERS = np.int64(TEXT_ID["mail_headers"])
#: First those that name a host, then those of an address, of a mailbox, of a mechanism; the rest stand alone.
COMMANDS = word_table(
    "HELO EHLO LHLO ETRN MAIL RCPT SEND SAML SOML VRFY EXPN AUTH DATA RSET NOOP QUIT HELP STARTTLS TURN"
)
_HOST, _ADDRESS, _MAILBOX, _AUTH = 4, 9, 11, 11
PATHS = word_table("FROM TO")
MECHANISMS = word_table(
    "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 GSSAPI NTLM ANONYMOUS EXTERNAL KERBEROS_V4 OAUTHBEARER XOAUTH2 SCRAM-SHA-1"
    " SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS"
)
#: Behind these a server names a host: itself in its greeting, or the client.
GREETINGS = word_table("Hello Helo from by EHLO")
SERVICES = word_table("ESMTP SMTP LMTP FTP Microsoft closing service ready hello ok at says")
#: First words of replies that are no host.
EXTENSIONS = word_table(
    "OK Accepted Sender Recipient Message Queued Go Begin PIPELINING SIZE STARTTLS AUTH 8BITMIME DSN ETRN VRFY EXPN"
    " HELP CHUNKING BINARYMIME SMTPUTF8 ENHANCEDSTATUSCODES DELIVERBY TURN XFORWARD XCLIENT XEXCH50 LIMITS Service"
    " Goodbye Bye Hello Closing Ready"
)
CHALLENGE, GREETING, CLOSING, OK, LET_IN = 334, 220, 221, 250, 235


@compiled
def is_mail_header(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a header of mail that is known begins at ``at``."""
    colon = at
    while colon < stop and colon - at < 64 and data[colon] > 32 and data[colon] != 58:
        colon += 1
    if colon >= stop or data[colon] != 58:
        return False
    name = word_number(data, at, colon, NAMES)
    return name >= 0 and MAIL[name, 0] != np.iinfo(np.int16).min


@compiled
def mail(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim headers from ``at`` up to the empty line; what follows it is not claimed. Returns where that is."""
    while at < stop:
        end, after = line_end(data, at, stop)
        if end == at and after > 0:
            keep(out, at, after)
            return after
        after, _, _, _ = header_line(data, at, stop, out, MAIL, MASKED, HEADERS)
        if after < 0:
            return stop
        at = after
    return stop


@compiled
def reply(data, at, end, leads, out, heads, entity, column):  # type: ignore[no-untyped-def]
    """Claim a reply's line. Its first word is a host where a greeting goes on so, or a list of extensions begins."""
    keep(out, at, at + 3)
    code = reply_code(data, at, end)
    text = min(at + 4, end)
    keep(out, at + 3, text)
    if code == CHALLENGE:
        return
    if code in (GREETING, CLOSING, OK):
        first = word_end(data, text, end)
        second = skip_blanks(data, first, end)
        greets = word_number(data, second, word_end(data, second, end), SERVICES) >= 0
        greets = greets or (leads and code == OK and text > at + 3 and data[at + 3] == 45)
        if (
            greets
            and first > text
            and not is_number(data, text, text + 1)
            and word_number(data, text, first, EXTENSIONS) < 0
        ):
            claim(out, text, first, TEXT, HOSTNAME, column)
            text = first
    declared_words(data, text, end, out, heads, entity, column)


@compiled
def _command(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim a command's line; whether it is one."""
    verb = word_end(data, at, end)
    which = word_number(data, at, verb, COMMANDS)
    if which < 0:
        return False
    first = skip_blanks(data, verb, end)
    last = word_end(data, first, end)
    alone = skip_blanks(data, last, end) == end
    if which < _HOST:
        if not alone:
            return False
        claim(out, first, last, TEXT, HOSTNAME, COLUMN)
    elif which < _ADDRESS:
        colon = first
        while colon < end and data[colon] != 58:
            colon += 1
        if colon == end or word_number(data, first, colon, PATHS) < 0:
            return False
        claim(out, first, colon + 1, WORD, SCAN, COLUMN)
        path = colon + 1
        while path < end and data[path] != 62:
            path += 1
        mail_addresses(data, colon + 1, path, out, COLUMN)
        claim(out, path, end, TEXT, SCAN, COLUMN)
        last = end
    elif which < _MAILBOX:
        if not alone:
            return False
        at_sign = False
        for k in range(first, last):
            at_sign = at_sign or data[k] == 64
        claim(out, first, last, TEXT, EMAIL_ADDRESS if at_sign else USERNAME, COLUMN)
    elif which == _AUTH:
        if word_number(data, first, last, MECHANISMS) < 0:
            return False
        claim(out, first, last, WORD, SCAN, COLUMN)
    elif first < end:
        return False
    claim(out, at, verb, WORD, SCAN, COLUMN)
    keep(out, verb, first)
    if alone:
        keep(out, last, end)
    return True


@compiled
def smtp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim commands, replies and headers of mail; whether the segment begins with one."""
    begun, who = at, speaker(out)
    while at < stop:
        end, after = line_end(data, at, stop)
        if who != CLIENT and reply_code(data, at, end) >= 0:
            if after < 0:  # what stands behind the edge may tell what a word is
                keep(out, at, at + 3)
                return True
            if reply_code(data, at, end) == LET_IN:
                reply(data, at, end, False, out, LOGIN_HEADS, USERNAME, COLUMN)
            else:
                reply(data, at, end, at == begun, out, GREETINGS, HOSTNAME, COLUMN)
        elif who != SERVER and end - at == 1 and data[at] == 46:
            keep(out, at, end)
        elif who != SERVER and after > 0 and _command(data, at, end, out):
            pass
        elif who != SERVER and is_mail_header(data, at, end):
            mail(data, at, stop, out)
            return True
        else:
            break
        if after < 0:
            return True
        keep(out, end, after)
        at = after
    return at > begun
