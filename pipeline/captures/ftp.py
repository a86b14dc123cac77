"""FTP's control connection (RFC 959, RFC 2428): addresses in it are text of no fixed place, and are masked."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.command_lines import CLIENT, LOGIN_HEADS, SERVER, reply_code, skip_blanks, speaker, word_end
from pipeline.captures.fields import SCAN, Kind, claim, keep
from pipeline.captures.segment_edges import line_end, whole_words
from pipeline.captures.smtp import reply
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
USERNAME = np.int64(ENTITY_ID["USERNAME"])
FILE_PATH = np.int64(ENTITY_ID["FILE_PATH"])
COLUMN = np.int64(TEXT_ID["ftp_command"])
#: First those that name a user, then those of a file, of a secret or an address; the rest have options or nothing.
COMMANDS = word_table(
    "USER CWD XCWD SMNT RETR STOR STOU APPE RNFR RNTO DELE RMD XRMD MKD XMKD LIST NLST MLST MLSD SIZE MDTM MFMT STAT"
    " PASS ACCT PORT EPRT LPRT SITE ADAT"
    " CDUP XCUP REIN QUIT PASV EPSV LPSV TYPE STRU MODE ALLO REST ABOR PWD XPWD SYST HELP NOOP FEAT OPTS AUTH PBSZ PROT"
    " CCC LANG HOST CLNT"
)
_FILES, _SECRETS, _OTHERS = 1, 23, 30
#: Behind these a server repeats the user's name, or a file's.
HEADS = word_table("user for")
#: Replies with an address, and those that say what becomes of a user (23., 33., 530) or of a file (1..).
PASSIVE, EXTENDED_PASSIVE, NOT_LOGGED_IN = 227, 229, 530


@compiled
def _command(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim a command's line; whether it is one."""
    verb = word_end(data, at, end)
    which = word_number(data, at, verb, COMMANDS)
    if which < 0:
        return False
    first = skip_blanks(data, verb, end)
    claim(out, at, verb, WORD, SCAN, COLUMN)
    keep(out, verb, first)
    if which < _FILES:
        claim(out, first, end, TEXT, USERNAME, COLUMN)
    elif which < _SECRETS:
        claim(out, first, end, TEXT, FILE_PATH, COLUMN)
    elif which >= _OTHERS:
        claim(out, first, end, TEXT, SCAN, COLUMN)
    return True


@compiled
def ftp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim commands and replies; whether the segment begins with one."""
    begun, who = at, speaker(out)
    while at < stop:
        end, after = line_end(data, at, stop)
        told = end if after > 0 else whole_words(data, at, stop, True)[1]
        code = reply_code(data, at, end) if who != CLIENT else np.int64(-1)
        if code >= 0 and after < 0:  # what stands behind the edge may tell what a word is
            keep(out, at, at + 3)
        elif code >= 0:
            entity = np.int64(SCAN)
            if code < 200:
                entity = FILE_PATH
            elif code // 10 == 23 or code // 10 == 33 or code == NOT_LOGGED_IN:
                entity = USERNAME
            if code in (PASSIVE, EXTENDED_PASSIVE):
                bracket = at
                while bracket < told and data[bracket] != 40:
                    bracket += 1
                told = bracket if bracket < told else min(at + 4, told)
            reply(data, at, told, False, out, LOGIN_HEADS if entity == USERNAME else HEADS, entity, COLUMN)
        elif who == SERVER or not _command(data, at, told, out):
            break
        if after < 0:
            return True
        keep(out, end, after)
        at = after
    return at > begun
