"""The word for a user in messages of other languages than English, before the account."""

from __future__ import annotations

#: Words between which and the account a blank stands.
USER = (
    r"(?:\b(?:benutzers?|anwender|utilisateur|usuario|utente|utilizador|usu\xc3\xa1rio|gebruiker"
    r"|anv\xc3\xa4ndaren?|bruker(?:en)?|bruger(?:en)?|k\xc3\xa4ytt\xc3\xa4j\xc3\xa4n?|u\xc5\xbcytkownik(?:a|owi)?"
    r"|u\xc5\xbeivatel[ei]?|felhaszn\xc3\xa1l\xc3\xb3|kullan\xc4\xb1c\xc4\xb1|utilizatorul)"
    r"|\xd0[\x9f\xbf]\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xb7\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x82\xd0\xb5\xd0\xbb"
    r"(?:\xd1[\x8c\x8f\x8e]|\xd0\xb5\xd0\xbc))"
)
#: Of scripts that are written without blanks.
USER_UNSPACED = (
    r"(?:\xe7\x94\xa8\xe6\x88[\xb6\xb7]|\xe3\x83\xa6\xe3\x83\xbc\xe3\x82\xb6(?:\xe3\x83\xbc)?"
    r"|\xec\x82\xac\xec\x9a\xa9\xec\x9e\x90)(?:\xe5\x90\x8d|\xe5\x90\x8d\xe7\xa7\xb0)?"
)
