"""Names of accounts: after keys, in the phrases of login daemons, in home paths, and behind a Windows domain."""

from __future__ import annotations

import re

from recognizers import device_configurations, directives
from recognizers.account_columns import BY_COLUMN
from recognizers.account_keys import BY_KEY
from recognizers.account_phrases import BY_PHRASE
from recognizers.account_places import BY_PLACE
from recognizers.account_sentences import IN_SENTENCES
from recognizers.accounts import (
    ACCOUNT,
    BEHIND_ADDRESS,
    BLANKED,
    NAME,
    TRIM,
    WELL_KNOWN_DOMAINS,
    names_at_host,
    names_domain_account,
    names_initialled,
    names_likely,
    names_own_agent,
    names_someone_lettered,
    spans_in_frame,
)
from recognizers.cells import ACCOUNT_IN_CELL
from recognizers.columns import ACCOUNTS
from recognizers.custom_fields import custom_fields, span_in_custom_field
from recognizers.declaration import DeclaredRecognizer, Leaf, TokenPattern
from recognizers.ip import address_of
from recognizers.keyed_values import keyed_values
from recognizers.keys import KEYS
from recognizers.service_logs import ACCOUNTS_OF_SERVICES
from recognizers.words import is_placeholder

#: What keys of accounts end in.
_KEY_ENDS = (
    r"name|user|users|login|account|owner|by|admin|operator|principal|requester|initiator|caller|assignee|actor|member"
    r"|identity|usr|uname|acct|witness|holder|helper|student|teacher|nurse|doctor|custodian|guest|exporter|log-?on"
    r"|handle|alias|upn|sam|cn|author|editor|reviewer|approver|creator|analyst|technician|tech|submitter|requestor"
    r"|sponsor|cashier|employee|staff|ack|assigned_?to|run_?as|administrator|[a-z]{3}[_.-]?id"
)
#: A Kerberos principal as Zeek writes it, the realm behind a slash; a realm is a domain in upper case (RFC 4120 6.1).
#: Verification reads it again when the realm is overwritten.
_PRINCIPAL = re.compile(rb"([^/@\\\s]+)/([A-Z0-9-]+(?:\.[A-Z0-9-]+)+|x+)")


class UsernameRecognizer(DeclaredRecognizer):
    """User and account names, with the domain that stands before or after them.

    Well-known accounts (root, SYSTEM) are found like any other: whether they are kept is a policy's matter.
    """

    ENTITY = "USERNAME"
    PATTERNS = (
        TokenPattern(
            "at a host",
            r"[a-z_][a-z0-9_.-]{0,31}\$?@[a-z0-9][a-z0-9-]{1,62}",
            0.6,
            names_at_host,
            plain_from=None,
        ),
        TokenPattern("given name and surname", r"\b[a-z]{1,14}\.[a-z]{3,16}\b", 0.6, names_initialled, plain_from=None),
        *BY_KEY,
        *keyed_values("USERNAME", _KEY_ENDS, ACCOUNT, TRIM, names_someone_lettered, names_likely, names_own_agent),
        *custom_fields("USERNAME", names_someone_lettered, names_likely, names_own_agent),
        *BY_PHRASE,
        *BY_PLACE,
        *IN_SENTENCES,
        *directives.ACCOUNTS,
        *device_configurations.ACCOUNTS,
        *BY_COLUMN,
        *ACCOUNTS_OF_SERVICES,
        *ACCOUNTS,
        ACCOUNT_IN_CELL,
    )
    KEYS = KEYS["USERNAME"]
    SOURCE = "useradd(8); RFC 4282 (user@realm); MS-ADTS 3.1.1.1.5.1.3 (domain\\user, user principal name)"

    def accepts_key_value(self, value: bytes) -> bool:
        return (
            not is_placeholder(value) and len(value) <= 256 and re.search(rb"[A-Za-z0-9\x80-\xff]", value) is not None
        )

    def accepts_likely_value(self, value: bytes) -> bool:
        return names_likely(value) or names_domain_account(value)

    def accepts_loose_value(self, value: bytes) -> bool:
        return names_own_agent(value) or names_domain_account(value)

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The account; a domain before a backslash or after an at sign is a host's name."""
        if address_of(value) is not None:
            return (Leaf(0, len(value), "IP_ADDRESS"),)
        if NAME.match(value):
            return super().leaves(value)
        listed = directives.listed_accounts(value)
        if listed:
            return tuple(Leaf(start, end, self.ENTITY) for start, end in listed)
        inside = BLANKED.match(value) or BEHIND_ADDRESS.match(value)
        span = inside.span(1) if inside is not None else span_in_custom_field(value)
        if span is not None:
            return tuple(
                leaf._replace(start=leaf.start + span[0], end=leaf.end + span[0])
                for leaf in self.leaves(value[slice(*span)])
            )
        framed = spans_in_frame(value)
        if framed:
            return tuple(Leaf(start, end, self.ENTITY) for start, end in framed)
        if b"," in value and b" " not in value:
            return tuple(Leaf(*part.span(), self.ENTITY) for part in re.finditer(rb"[^,]+", value))
        if b"\\" in value:
            cut = value.rfind(b"\\")
            domain = value[:cut].strip(b"\\")
            first = value.find(domain) if domain else 0
            leaves = [Leaf(cut + 1, len(value), self.ENTITY)] if cut + 1 < len(value) else []
            if domain and domain.lower() not in WELL_KNOWN_DOMAINS:
                leaves.insert(0, Leaf(first, first + len(domain), "HOSTNAME"))
            return tuple(leaves)
        principal = _PRINCIPAL.fullmatch(value)
        if principal is not None:
            return Leaf(*principal.span(1), self.ENTITY), Leaf(*principal.span(2), "HOSTNAME")
        at = value.rfind(b"@")
        if 0 < at < len(value) - 1:
            return Leaf(0, at, self.ENTITY), Leaf(at + 1, len(value), "HOSTNAME")
        return super().leaves(value)

    def canonical(self, value: bytes) -> bytes:
        """Lower case, in whatever script."""
        if value.isascii():
            return value.lower()
        return value.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
