"""Phrases of servers and managers after which a host stands."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_host, is_named
from recognizers.phrases import NAME_BYTES, OPENERS

_LEASES = (
    r"dhcp[a-z]{3,8}\([a-z0-9.:_-]{1,15}\) [0-9.]{7,15} [0-9a-f:]{17}"
    r"|assigned [0-9.]{7,15} (?:to|for) [0-9a-f:]{17}"
)
_SENTENCES = (
    r"mount request from|nfs: server|successfully assigned [a-z0-9./-]{3,120} to"
    r"|user@host: [a-z0-9_.$-]{1,32}\[[a-z0-9_.$-]{0,32}\] @"
    r"|host ?name (?:is|to|changed to|set to)"
)
BY_PHRASE = (
    AnchorPattern(
        "after phrase",
        r"\b(?:from client|on computer|computer name|from computer|from workstation"
        r"|from host|to host|on host|at host|for host|remote host|unknown host|client host"
        r"|reverse mapping checking getaddrinfo for"
        r"|connect(?:ed)? (?:from|to)|disconnect from|connection (?:from|to)|relay|looking up"
        r"|could not resolve host:?|gethostbyname error for|unable to resolve"
        r"|(?:host|computer|device|machine|system) ?name"
        r"|name or service not known:|syslogd? at"
        r"|helo|ehlo|query(?:\[[a-z0-9]{1,6}\]|:)|hostname set to|set hostname to|host) {1,4}"
        + OPENERS
        + r"[0-9]{0,3}[a-z_\x80-\xff]",
        NAME_BYTES | frozenset(b"="),  # `relay suser=kim`: what an equals sign follows is a key
        0.4,
        2,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_host,
    ),
    AnchorPattern(
        "in a sentence",
        rf"\b(?:{_SENTENCES}|{_LEASES}) " + OPENERS,
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(  # Elasticsearch's and its kin's: [time][level][logger] [node]
        "behind a logger",
        r"\]\[(?:trace|debug|info|warn|error|fatal|deprecation) {0,8}\]\[[a-z0-9_.$]{1,60} {0,24}\] ?\[",
        NAME_BYTES,
        0.85,
        2,
        TRIM,
        check=is_named,
    ),
)
