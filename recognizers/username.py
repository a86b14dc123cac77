"""Names of accounts: after keys, in the phrases of login daemons, in home paths, and behind a Windows domain."""

from __future__ import annotations

import re

from recognizers.account_keys import BY_KEY
from recognizers.account_phrases import BY_PHRASE
from recognizers.account_places import BY_PLACE
from recognizers.accounts import (
    ACCOUNT,
    BLANKED,
    OPENING,
    PLAIN,
    TRIM,
    WELL_KNOWN_DOMAINS,
    names_someone,
    names_someone_lettered,
    names_with_blanks,
)
from recognizers.declaration import AnchorPattern, DeclaredRecognizer, Leaf
from recognizers.ip import address_of
from recognizers.keys import KEYS
from recognizers.phrases import EQUALS, OPENERS
from recognizers.words import is_placeholder

_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.")
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
        *BY_KEY,
        *BY_PHRASE,
        *BY_PLACE,
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
            r"\be?uid" + EQUALS + OPENERS + r"[0-9]{0,4}[a-z_\x80-\xff]",
            PLAIN,
            0.6,
            0,
            TRIM,
            back=PLAIN,
            back_over=1,
            check=names_someone_lettered,
        ),
        AnchorPattern(
            "after phrase",
            rf"(?:{_VALUE_PHRASES}[\x22'<\[(]?"
            r"|\b(?:opened|closed) for (?:local )?user [a-z0-9_.$-]{1,32}(?:\(uid=[0-9]{1,10}\))? by )",
            ACCOUNT,
            0.6,
            1,
            TRIM,
            check=names_someone,
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
