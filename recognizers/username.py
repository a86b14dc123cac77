"""Names of accounts: after keys, in the phrases of login daemons, in home paths, and behind a Windows domain."""

from __future__ import annotations

import re

from recognizers.accounts import (
    BLANKED,
    OPENING,
    WELL_KNOWN_DOMAINS,
    names_domain_account,
    names_entry,
    names_home,
    names_login,
    names_lone_entry,
    names_rest_home,
    names_someone,
    names_someone_lettered,
    names_someone_quoted,
    names_someone_uncommon,
    names_subject,
    names_sudoer,
    names_windows_home,
    names_with_blanks,
)
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.ip import address_of
from recognizers.keys import KEYS
from recognizers.phrases import BELOW, BLANK, EQUALS, NAME_BYTES, OPENERS, SEPARATOR
from recognizers.words import is_placeholder

_ACCOUNT = NAME_BYTES | frozenset(b"@$\\")
_PLAIN = NAME_BYTES | frozenset(b"@$")
_HOME = NAME_BYTES | frozenset(b"@$~")
_TRIM = frozenset(b".\\-")
_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.")


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
_VALUE_PHRASES = (
    r"(?:\b(?:accepted|failed|postponed|partial) [a-z/-]{1,24} for (?:invalid user |illegal user )?"
    r"|\b(?:invalid|illegal) user "
    r"|\bsession (?:opened|closed) for (?:local )?user "
    r"|\bauthentication failure for (?:user )?|\blogin failed for (?:user )?|\bfailed login for (?:user )?"
    r"|\bauthentication (?:failed|succeeded) for (?:user )?"
    r"|\bauthenticating (?:as )?user |\binvalid authenticating user |\b(?:by|from) (?:authenticating|invalid) user "
    r"|\bdisconnected from (?:authenticating |invalid )?user |\bconnection (?:closed|reset) by (?:authenticating "
    r"|invalid )?user "
    r"|\bnew session [a-z]?[0-9]{1,8} of user |\bremoved session [a-z]?[0-9]{1,8} of user |\bslice of "
    r"|\bmanager for uid "
    r"|\bpassword changed for (?:user )?|\bpassword check failed for user "
    r"|\bmaximum authentication attempts exceeded for (?:invalid user )?"
    r"|\bnew user: name=|\bdelete user |\bchange user |\badd '|\bto (?:shadow )?group '|\bnew password set for "
    r"|\bsu: \(to |\bsu: (?:pam_unix\(su(?:-l)?:session\): )?|\(to [a-z0-9_.-]{1,32}\) "
    r"|\bsuccessful su for [a-z0-9_.-]{1,32} by |\bsuccessful su for |\bfailed su for [a-z0-9_.-]{1,32} by "
    r"|\bfailed su for "
    r"|\bsudo: {1,4}|\bsudo\[[0-9]{1,9}\]: {1,4}|\bcron\[[0-9]{1,9}\]: \("
    r"|\blevel set to [0-9]{1,2} by |\blogged in as |\blogged on as |\blogged out user |\blogin by "
    r"|\blogged in by |\brunning as user |\bas user |\bconfigured from [a-z]{1,12} by |\bunknown user "
    r"|\buid=[0-9]{1,10}\(|\beuid=[0-9]{1,10}\(|\bauid=[0-9]{1,10}\(|\bhome=/home/|\bmail from:<? ?user "
    r"|\brole for user |\bfor user |\bauthentication (?:succeeded|failed) for username "
    r"|\bpeer authentication succeeded for "
    r"|\b(?:eap|received eap) identity |\bxauth authentication of |\bsuccessfully authenticated "
    r"|\bftp login from [a-z0-9.: \[\]-]{3,64} as |\blogin on [a-z0-9/]{3,12} by |\bunix-user:|\bcheck pass for user "
    r"|\bkeyring for |\bauthentication of |\blogin incorrect: \[|\blogin ok: \["
    r"|\bfailed login \([0-9]{1,4}\) on '[a-z0-9/]{1,24}' for "
    r"|\bsu \(to |\bcrontab\[[0-9]{1,9}\]: \(|\bbegin edit \(|\bend edit \(|\bgroupadd: "
    r"|\bserviceaccount:[a-z0-9-]{1,63}:"
    r"|\biam::[0-9]{12}:user/|\bassumed-role/[a-z0-9_.+=@-]{1,64}/|\b(?:ssh|sftp|su|sudo) -[lu] "
    r"|\bauthenticated as |\blog(?:ged)? ?(?:in|on) user |\bsigned in as |\bimpersonat(?:ed|ing) "
    r"|\bowned by user |\bauthenticated user |\baccess (?:granted|denied) (?:to|for) user )"
)


class UsernameRecognizer(DeclaredRecognizer):
    """User and account names, with the domain that stands before or after them.

    Well-known accounts (root, SYSTEM) are found like any other: whether they are kept is a policy's matter.
    """

    ENTITY = "USERNAME"
    PATTERNS = (
        AnchorPattern("after key", _NAME_KEYS + SEPARATOR + r"[<\[({]?", _ACCOUNT, 0.6, 1, _TRIM, check=names_someone),
        AnchorPattern(
            "quoted after key",
            _NAME_KEYS + SEPARATOR + r"\\?[\x22]{0,2}\x22",
            NAME_BYTES,
            0.6,
            1,
            _TRIM,
            b'"',
            check=names_someone_quoted,
        ),
        AnchorPattern(
            "apostrophes after key",
            r"(?:" + _NAME_KEYS + SEPARATOR + r"|\b(?:user|username|account) )'",
            NAME_BYTES,
            0.6,
            1,
            _TRIM,
            b"'",
            check=names_someone_quoted,
        ),
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
            "in an object",
            r"(?:user|account|actor|principal|owner|initiator|member|requester)\x22" + BELOW,
            NAME_BYTES,
            0.6,
            1,
            _TRIM,
            b'"',
            check=names_someone_quoted,
        ),
        AnchorPattern("directory entry", r"\bcn\\{0,2}=", NAME_BYTES, 0.6, 2, _TRIM, b",", check=names_entry),
        AnchorPattern("directory entry alone", r"\bcn\\{0,2}=", NAME_BYTES, 0.4, 2, _TRIM, check=names_lone_entry),
        AnchorPattern(
            "subject",
            r"\b(?:subject|sub|by)" + SEPARATOR + r"\\?\x22",
            NAME_BYTES,
            0.4,
            2,
            _TRIM,
            b'"',
            check=names_subject,
        ),
        AnchorPattern(
            "mailbox process",
            r"\b(?:imap|pop3|lda|lmtp|managesieve|sql|passwd-file|ldap)\(",
            _PLAIN,
            0.6,
            2,
            _TRIM,
            check=names_someone_uncommon,
        ),
        AnchorPattern("FTP session", r"\[pid [0-9]{1,9}\] \[", _PLAIN, 0.6, 2, _TRIM, check=names_someone),
        AnchorPattern(
            "remote shell", r"\b(?:ssh|scp|sftp|rsync|mosh) (?:-[a-z] )?", _PLAIN, 0.6, 3, _TRIM, check=names_login
        ),
        AnchorPattern(
            "id key",
            r"\be?uid" + EQUALS + OPENERS + r"[0-9]{0,4}[a-z_\x80-\xff]",
            _PLAIN,
            0.6,
            0,
            _TRIM,
            back=_PLAIN,
            back_over=1,
            check=names_someone_lettered,
        ),
        AnchorPattern(
            "after phrase",
            rf"(?:{_VALUE_PHRASES}[\x22'<\[(]?"
            r"|\b(?:opened|closed) for (?:local )?user [a-z0-9_.$-]{1,32}(?:\(uid=[0-9]{1,10}\))? by )",
            _ACCOUNT,
            0.6,
            1,
            _TRIM,
            check=names_someone,
        ),
        AnchorPattern(
            "after user",
            r"\b(?:user|account|username)" + BLANK + r"{1,4}[\x22<\[(]?",
            _ACCOUNT,
            0.4,
            2,
            _TRIM,
            check=names_someone_uncommon,
        ),
        AnchorPattern(
            "quoted after user", r"\b(?:user|account|username) [\x22<]", _ACCOUNT, 0.6, 1, _TRIM, check=names_someone
        ),
        AnchorPattern(
            "sudo", r"[a-z0-9_.$-] : TTY=", frozenset(), 0.85, 0, back=_PLAIN, back_over=7, check=names_sudoer
        ),
        AnchorPattern(
            "sudo refused",
            r"[a-z0-9_.$-] : user NOT in sudoers",
            frozenset(),
            0.85,
            0,
            back=_PLAIN,
            back_over=22,
            check=names_sudoer,
        ),
        AnchorPattern(
            "cron", r"[a-z0-9_.$-]\) CMD \(", frozenset(), 0.85, 0, back=_PLAIN, back_over=7, check=names_sudoer
        ),
        AnchorPattern(
            "home path",
            r"(?:/export/home/|/home/|/var/mail/|/var/spool/(?:cron|mail)/(?:crontabs/)?)",
            _HOME,
            0.85,
            1,
            _TRIM,
            check=names_home,
        ),
        AnchorPattern("users path", r"/users/", _HOME, 0.6, 2, _TRIM, check=names_rest_home),
        AnchorPattern(
            "Windows home",
            r"\\{1,4}(?:users|documents and settings)\\{1,4}",
            _HOME,
            0.85,
            1,
            _TRIM,
            check=names_windows_home,
        ),
        AnchorPattern(
            "Windows home with blanks",
            r"\\{1,4}(?:users|documents and settings)\\{1,4}",
            _HOME,
            0.85,
            1,
            _TRIM,
            b"\\",
            check=names_windows_home,
        ),
        AnchorPattern(
            "domain account",
            r"[ \t\n\x22'=,;:(<\[>|][a-z0-9][a-z0-9._-]{0,30}\\",
            _PLAIN,
            0.6,
            1,
            _TRIM,
            back=NAME_BYTES,
            back_over=1,
            check=names_domain_account,
        ),
        AnchorPattern(
            "domain account, escaped",
            r"[ \t\n\x22'=,;:(<\[>|][a-z0-9][a-z0-9._-]{0,30}\\\\",
            _PLAIN,
            0.6,
            1,
            _TRIM,
            back=NAME_BYTES,
            back_over=2,
            check=names_domain_account,
        ),
    )
    KEYS = KEYS["USERNAME"]
    SOURCE = "useradd(8); RFC 4282 (user@realm); MS-ADTS 3.1.1.1.5.1.3 (domain\\user, user principal name)"

    def accepts_key_value(self, value: bytes) -> bool:
        return (
            not is_placeholder(value) and len(value) <= 256 and re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None
        )

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The account; a domain before a backslash or after an at sign is a host's name."""
        if address_of(value) is not None:
            return (Leaf(0, len(value), "IP_ADDRESS"),)
        blanked = BLANKED.match(value)
        if blanked is not None:
            return tuple(
                leaf._replace(start=leaf.start + blanked.start(1), end=leaf.end + blanked.start(1))
                for leaf in self.leaves(blanked.group(1))
            )
        opening = OPENING.search(value)
        if opening is not None:
            return (Leaf(0, opening.start(), self.ENTITY),)
        if b"\\" in value:
            cut = value.rfind(b"\\")
            domain = value[:cut].strip(b"\\")
            first = value.find(domain) if domain else 0
            leaves = [Leaf(cut + 1, len(value), self.ENTITY)] if cut + 1 < len(value) else []
            if domain and domain.lower() not in WELL_KNOWN_DOMAINS:
                leaves.insert(0, Leaf(first, first + len(domain), "HOSTNAME"))
            return tuple(leaves)
        at = value.rfind(b"@")
        if 0 < at < len(value) - 1:
            return Leaf(0, at, self.ENTITY), Leaf(at + 1, len(value), "HOSTNAME")
        return super().leaves(value)

    def canonical(self, value: bytes) -> bytes:
        """Lower case, in whatever script."""
        if value.isascii():
            return value.lower()
        return value.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
