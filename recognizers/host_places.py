"""Places in which a host stands: the head of a line, a share's path, a log's own brackets."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.heads import (
    BEGINNING_HEAD,
    HEAD,
    PRIORITY_AND_TIME,
    TIMED_HEAD,
    host_before_program,
    host_behind_priority,
    host_in_head,
)
from recognizers.hosts import (
    TRIM,
    is_framed_host,
    is_host,
    is_host_before_address,
    is_host_before_date,
    is_host_before_path,
    is_host_before_time,
    is_host_behind_time,
    is_lone_header_name,
    is_named,
    is_named_beside_address,
    is_own_beside_address,
    is_own_name,
    is_own_numbered,
    is_share_host,
)
from recognizers.phrases import BEFORE_ADDRESS, NAME_BYTES, OWN_BEGINNINGS, SPOKEN
from recognizers.spoken_hosts import host_before_java_address, host_before_release, host_beside_mac

#: What addresses of one's own begin with (RFC 1918, RFC 3927, RFC 5737, loopback). A name beside a public address is
#: mostly qualified, and four numbers of any kind would cost each scan a fourth more.
_OWN_NETWORKS = r"(?:10\.[0-9]{1,3}|127\.0|169\.254|192\.168|192\.0|172\.[123][0-9]|198\.51|203\.0)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
#: What ends a time at the head of a line; forms with fractions of seconds and no zone would cost each scan more than
#: they find.
_TIME = (
    r"(?:[ t(\[\x22][0-9]{1,2}:[0-9]{2}:[0-9]{2} {1,2}"  # no octets of a MAC address
    r"|/[0-9]{2,4}:[0-9]{2}:[0-9]{2}:[0-9]{2} {1,2}"
    r"|[0-9] ?(?:gmt|utc|cet|cest|est|edt|pst|pdt) {1,2}\[?|:[0-9]{2}\x22,\x22"
    r"|:[0-9]{2}(?:[.,][0-9]{3,6})?z {1,2}|[+-][0-9]{4}\] {1,2}|_[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{5} )"
)

#: A facility and a severity, as devices and log servers write them out (RFC 5424 6.2.1).
_PRIORITY = (
    r"\b(?:kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|cron|ftp|local[0-7])"
    r"\.(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug) {1,3}"
)
_LONE = NAME_BYTES | frozenset(b"[:")
#: Before a share's path.
_OPENING = r"(?:^|[ \t\n\x22'=,;(<\[>|])"

BY_PLACE = (
    AnchorPattern(
        "after severity or year",
        _PRIORITY + r"|:[0-9]{2}(?:[:.][0-9]{3})? 20[0-9]{2} ",
        _LONE,
        0.6,
        3,
        check=is_lone_header_name,
    ),
    AnchorPattern(
        "serves a path",
        r"[a-z0-9]:/(?:exp|vol|mnt|hom|dat|srv|nfs|sha|ifs|zfs|bac)",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=5,
        check=is_host_before_path,
    ),
    AnchorPattern(
        "of a report", r"\blinux [2-9]\.[0-9][0-9a-z.+~_-]{1,40} \(", NAME_BYTES, 0.85, 2, TRIM, check=is_host
    ),
    AnchorPattern(
        "beside its address in a list",
        r"\.[0-9]{1,3}\t{1,3}[a-z]",
        NAME_BYTES,
        0.6,
        0,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_own_name,
    ),
    AnchorPattern(
        "pinged",
        r"\b(?:ping|export list for|current dc:) [a-z]",
        NAME_BYTES,
        0.6,
        0,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_own_name,
    ),
    AnchorPattern(
        "in a column of keys",
        r"\b(?:sys(?:tem ?)?name|logon server|computer name|netbios name|csname|device name)"
        r"[ .]{0,40}:[ \t]{1,40}\\{0,4}",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_host,
    ),
    AnchorPattern(
        "after time",
        _TIME + r"[a-z]",
        NAME_BYTES,
        0.6,
        1,
        back=frozenset(),
        back_over=1,
        check=is_host_behind_time,
    ),
    AnchorPattern(
        "in the column after time",
        r":[0-9]{2}(?:z|[+-][0-9]{2}:?[0-9]{2})?\|[a-z]",
        NAME_BYTES,
        0.6,
        1,
        back=frozenset(),
        back_over=1,
        check=is_host_behind_time,
    ),
    AnchorPattern("after version and seconds", r"\b1 [0-9]{10}\.[0-9]{3,9} ", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern(
        "before time",
        r"[a-z0-9_]: " + _MONTH,
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=5,
        check=is_host_before_time,
    ),
    AnchorPattern(
        "before a date",
        r"[a-z0-9_-] " + _MONTH + " [0-9]",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=6,
        check=is_host_before_date,
    ),
    AnchorPattern(
        "before a day of one digit",
        r"[a-z0-9_-] " + _MONTH + "  [0-9]",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=7,
        check=is_host_before_date,
    ),
    AnchorPattern(
        "before an address in brackets",
        r"[a-z0-9_-]\[(?:10\.|127\.0|169\.254|192\.168|192\.0\.|172\.[123][0-9]\.|198\.51|203\.0)",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b"["),
        back_over=1,
        check=is_host_before_address,
    ),
    AnchorPattern(
        "before an address",
        "|".join(rf"[a-z0-9_-]{opening}{_OWN_NETWORKS}\.[0-9]{{1,3}}\.[0-9]" for opening in ("/", r"\(")),
        frozenset(b"0123456789"),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b"/("),
        back_over=1,
        check=is_host_before_address,
    ),
    AnchorPattern(
        "name and its address",
        rf"[a-z0-9_-](?: \(|\) ){OWN_BEGINNINGS}",
        frozenset(b"0123456789."),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=6,
        check=is_named_beside_address,
    ),
    AnchorPattern(
        "behind its address",
        r"\.[0-9]{1,3}\.[0-9]{1,3} \([a-z]",  # two dots: browsers call themselves `Mozilla/5.0 (X11`
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        back=frozenset(),
        back_over=1,
        check=is_own_numbered,
    ),
    AnchorPattern(
        "in the column before an address",
        BEFORE_ADDRESS,
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=5,
        check=is_own_beside_address,
    ),
    AnchorPattern(
        "name and its MAC address",
        r"[a-z0-9_-] \((?:[0-9a-f]{2}:){2}",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=8,
        part=host_beside_mac,
    ),
    AnchorPattern(  # java.net.InetSocketAddress: `name/192.0.2.1:80`, without a name `/192.0.2.1:80`
        "before an address of Java",
        rf"[a-z0-9_-]\[/{OWN_BEGINNINGS}",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b"[/"),
        back_over=1,
        part=host_before_java_address,
    ),
    AnchorPattern(  # of a mail's sender: `(name) [192.0.2.1]`
        "name and its address in brackets",
        r"[a-z0-9_-]\) \[[0-9]{2}",
        frozenset(b"0123456789."),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=5,
        check=is_named_beside_address,
    ),
    AnchorPattern(
        "before a process",
        r"[a-z0-9_-]\[[0-9]{1,7}\]: ",
        frozenset(),
        0.6,
        0,
        back=HEAD,
        back_over=2,
        part=host_in_head,
    ),
    AnchorPattern(
        "where a text begins",
        BEGINNING_HEAD,
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" "),
        back_over=2,
        part=host_before_program,
    ),
    AnchorPattern(
        "behind a time, before a program",
        TIMED_HEAD,
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" "),
        back_over=2,
        part=host_before_program,
    ),
    AnchorPattern("after priority and time", PRIORITY_AND_TIME, SPOKEN, 0.6, 2, part=host_behind_priority),
    AnchorPattern(
        "before a daemon",
        r"[a-z0-9_-] (?:sshd|sudo|cron)\[",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=6,
        check=is_framed_host,
    ),
    AnchorPattern(
        "before systemd",
        r"[a-z0-9_-] systemd\[",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=9,
        check=is_framed_host,
    ),
    AnchorPattern(
        "client of a proxy", r"[a-z0-9_-] TCP_", NAME_BYTES, 0.6, 1, back=NAME_BYTES, back_over=5, check=is_framed_host
    ),
    AnchorPattern(
        "client of a file server",
        r"[a-z0-9_-] \(ipv[46]:",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES,
        back_over=7,
        check=is_framed_host,
    ),
    AnchorPattern(
        "of a kernel",
        r"\blinux [a-z][a-z0-9_.-]{0,62} [2-9]\.[0-9]{1,2}\.",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" "),
        back_over=1,
        part=host_before_release,
    ),
    AnchorPattern(
        "uname",
        r" #[0-9]{1,4}(?:[.~-][a-z0-9.~-]{1,24})? SMP",
        frozenset(),
        0.6,
        0,
        back=NAME_BYTES | frozenset(b" #~"),
        back_over=4,
        check=is_framed_host,
    ),
    AnchorPattern(
        "in a resource's path", r"/(?:instances|virtualmachines|nodes)/", NAME_BYTES, 0.6, 3, TRIM, check=is_named
    ),
    AnchorPattern("UNC server", _OPENING + r"\\\\", frozenset(), 0.6, 2, until=b"\\", check=is_share_host),
    AnchorPattern(
        "UNC server, escaped",
        _OPENING + r"\\\\\\\\",
        frozenset(),
        0.6,
        2,
        until=b"\\",
        check=is_share_host,
    ),
    AnchorPattern("share", _OPENING + "//", frozenset(), 0.6, 2, until=b"/", check=is_share_host),
    AnchorPattern("in brackets", r"\[(?:host|hostname|server) \x22", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern("of an account", r"[a-z0-9_]'@'", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern("DHCP client", r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2} \(", NAME_BYTES, 0.85, 2, TRIM, check=is_host),
)
