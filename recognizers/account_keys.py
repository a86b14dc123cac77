"""Keys after which an account stands, in text that no format takes apart."""

from __future__ import annotations

from recognizers.accounts import (
    ACCOUNT,
    PLAIN,
    TRIM,
    names_entry,
    names_lettered_uncommon,
    names_lone_entry,
    names_someone,
    names_someone_lettered,
    names_someone_quoted,
    names_subject,
    names_with_blanks,
)
from recognizers.declaration import AnchorPattern
from recognizers.phrases import BELOW, BESIDE, EQUALS, NAME_BYTES, OPENERS, SEPARATOR

#: The first begin anywhere in a word: `unauthuser`, `osuser`.
_NAME_KEYS = (
    r"(?:user[ _.-]?(?:name|account|login|principal[ _.-]?name)|(?:operator|admin)login|principal[ _]?name"
    r"|login[ _.-]?(?:name|id)|logon[ _.-]?(?:name|account)"
    r"|account[ _.-]?name|samaccount(?:name)?|objectsam|admin[ _]?name|user[0-9]?"
    r"|owner|\b(?:logname|login|acct|account|loginuser|upn|principal|suid|duid|sasl_username|nickname|runas"
    r"|usrname|usr"
    r"|mailbox|identity|uname|by[ _]user|requester|originuser|xauth|administrator|ugi|changed by"
    r"|nom du compte|kontoname"
    r"|nombre de (?:la )?cuenta|nome (?:account|da conta|utente)|nome do usu\xc3\xa1rio|accountnaam|gebruikersnaam"
    r"|kontonamn|kontonavn|nazwa konta|benutzername|benutzer|nom d'utilisateur|usuario|utente|user_id|userid"
    r"|(?:created|modified|updated|performed|initiated|requested|approved|deleted|changed|started|stopped|assigned"
    r"|submitted|acknowledged|issued|run|executed|opened|closed|resolved|enrolled|registered|reported|added|removed|invited"
    r"|granted|revoked|unlocked|reviewed|authori[sz]ed)[_ -]?by))"
)

#: Keys that also hold a number or a word: an account is what no language has.
_LOOSE_KEYS = (
    r"\b(?:users|actor|admin|account[ _-]?id|user[ _-]id|set_id|auth[ _]?id|operator(?:[ _-]?id)?|agent[ _-]?id"
    r"|requestor|contact|consumer|approver|technician)"
)
#: Before a value in apostrophes that stands in a sentence.
_BEFORE_APOSTROPHES = r"\b(?:user(?:name)?|account|user ?id|user name|administrator|login)"
#: A length and the value in apostrophes, as Oracle writes its audit trail.
_LENGTH = r"(?::\[[0-9]{1,3}\] )"

_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.")
#: A separator and the bracket that may open the value; behind the end of an XML tag no other tag does.
_UNQUOTED = r"[\x22'\\]{0,4}(?:[ \t]{0,4}(?:=>|[:=])(?:[ \t]|#011|\\t){0,6}[<\[({]?|>[\[({]?)"

BY_KEY = (
    AnchorPattern(
        "with blanks after key",
        r"[ |](?:[sd]|src|dst|source|target|dest|acting)?user(?:[ _.-]?name)?=",
        frozenset(),
        0.6,
        1,
        until=b"=",
        back=_KEY,
        back_over=1,
        check=names_with_blanks,
    ),
    AnchorPattern(
        "id key",
        r"\b(?:[aeos]|fs)?uid" + EQUALS + OPENERS + r"[0-9]{0,4}[a-z_\x80-\xff]",
        PLAIN | frozenset(b"="),
        0.6,
        0,
        TRIM,
        back=PLAIN,
        back_over=1,
        check=names_someone_lettered,
    ),
    AnchorPattern("after key", _NAME_KEYS + _UNQUOTED, ACCOUNT | frozenset(b"="), 0.6, 1, TRIM, check=names_someone),
    AnchorPattern(
        "after loose key",
        _LOOSE_KEYS + _UNQUOTED + r"(?:\\{0,3}\x22)?",
        ACCOUNT | frozenset(b"="),
        0.4,
        3,
        TRIM,
        check=names_lettered_uncommon,
    ),
    AnchorPattern(
        "parenthesised after key",
        r"\b(?:user|userid|user_name|username|login|account|authid)\(",
        PLAIN,
        0.4,
        3,
        TRIM,
        check=names_lettered_uncommon,
    ),
    AnchorPattern(
        "command line",
        r"[ \t]--?(?:user(?:name)?|identity|login|samaccountname|account|owner|principal)[ =][\x22']?",
        ACCOUNT,
        0.6,
        2,
        TRIM,
        check=names_lettered_uncommon,
    ),
    AnchorPattern(
        "quoted after key",
        _NAME_KEYS + SEPARATOR + r"\\?[\x22]{0,2}\x22",
        NAME_BYTES,
        0.6,
        1,
        TRIM,
        b'"',
        check=names_someone_quoted,
    ),
    AnchorPattern(
        "apostrophes after key",
        rf"(?:{_NAME_KEYS}(?:{SEPARATOR}|{_LENGTH})|{_BEFORE_APOSTROPHES} )'",
        NAME_BYTES,
        0.6,
        1,
        TRIM,
        b"'",
        check=names_someone_quoted,
    ),
    AnchorPattern(
        "in an object",
        r"(?:user|account|actor|principal|owner|initiator|member|requester)\x22" + BELOW,
        NAME_BYTES,
        0.6,
        1,
        TRIM,
        b'"',
        check=names_someone_quoted,
    ),
    AnchorPattern(
        "beside its name",
        rf"(?:user|user[ _-]?name|account|account[ _-]?name|login|upn|logged[ _-]?on[ _-]?user){BESIDE}",
        NAME_BYTES,
        0.6,
        1,
        TRIM,
        b'"',
        check=names_someone_quoted,
    ),
    AnchorPattern("directory entry", r"\bcn\\{0,2}=", NAME_BYTES, 0.6, 2, TRIM, b",", check=names_entry),
    AnchorPattern("directory entry alone", r"\bcn\\{0,2}=", NAME_BYTES, 0.4, 2, TRIM, check=names_lone_entry),
    AnchorPattern(
        "subject",
        r"\b(?:subject|sub|by)" + SEPARATOR + r"\\?\x22",
        NAME_BYTES,
        0.4,
        2,
        TRIM,
        b'"',
        check=names_subject,
    ),
)
