"""Keys after which an account stands, in text that no format takes apart."""

from __future__ import annotations

from recognizers.accounts import (
    ACCOUNT,
    TRIM,
    names_entry,
    names_lone_entry,
    names_someone,
    names_someone_quoted,
    names_subject,
)
from recognizers.declaration import AnchorPattern
from recognizers.phrases import BELOW, NAME_BYTES, SEPARATOR

_NAME_KEYS = (
    r"(?:(?:\b|_)[a-z]{0,12}(?:user[ _.-]?name|user[ _.-]?account|login[ _.-]?name|logon[ _.-]?name"
    r"|account[ _.-]?name|samaccount(?:name)?"
    r"|user[ _.-]?principal[ _.-]?name|objectsam|admin[ _]?name)"
    r"|(?:\b|_)(?:[sdr]|src|dst|dest|source|target|destination|remote|client|auth|xauth|admin|db|acting|effective"
    r"|su|by)?user[0-9]?"
    r"|\b(?:logname|login|acct|account|loginuser|owner|upn|principal|suid|duid|sasl_username|nickname|runas"
    r"|usrname|usr"
    r"|mailbox|identity|uname|by[ _]user|requester|originuser|xauth|sudo_user|changed by|nom du compte|kontoname"
    r"|nombre de (?:la )?cuenta|nome (?:account|da conta|utente)|nome do usu\xc3\xa1rio|accountnaam|gebruikersnaam"
    r"|kontonamn|kontonavn|nazwa konta|benutzername|benutzer|nom d'utilisateur|usuario|utente|user_id|userid|caller"
    r"|(?:logon|logged ?(?:on|in)|current|session|initiating|requesting)[_ ]?user"
    r"|(?:created|modified|updated|performed|initiated|requested|approved|deleted|changed)[_ -]?by))"
)

BY_KEY = (
    AnchorPattern("after key", _NAME_KEYS + SEPARATOR + r"[<\[({]?", ACCOUNT, 0.6, 1, TRIM, check=names_someone),
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
        r"(?:" + _NAME_KEYS + SEPARATOR + r"|\b(?:user|username|account) )'",
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
