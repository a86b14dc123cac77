"""Homes named after their account, and accounts behind a Windows domain."""

from __future__ import annotations

from recognizers.accounts import (
    HOME,
    PLAIN,
    TRIM,
    names_behind_directory,
    names_domain_account,
    names_home,
    names_rest_home,
    names_someone_uncommon,
    names_windows_home,
)
from recognizers.declaration import AnchorPattern
from recognizers.phrases import NAME_BYTES

BY_PLACE = (
    AnchorPattern(
        "home path",
        r"(?:/export/home/|/home[0-9]?/|/nethome/|/usr/home/|/g/g[0-9]{1,2}/|/p/g[a-z][0-9]/|/run/media/|/var/mail/|/var/spool/(?:cron|mail)/(?:crontabs/)?)",
        HOME,
        0.85,
        1,
        TRIM,
        check=names_home,
    ),
    AnchorPattern("users path", r"/(?:users?|homes|scratch)/", HOME, 0.6, 2, TRIM, check=names_rest_home),
    AnchorPattern(
        "Windows home",
        r"\\{1,4}(?:users|documents and settings)\\{1,4}",
        HOME,
        0.85,
        1,
        TRIM,
        check=names_windows_home,
    ),
    AnchorPattern(
        "Windows home with blanks",
        r"\\{1,4}(?:users|documents and settings)\\{1,4}",
        HOME,
        0.85,
        1,
        TRIM,
        b"\\",
        check=names_windows_home,
    ),
    AnchorPattern(
        "domain account",
        r"(?:^|[ \t\n\x22'=,;:(<\[>|])[a-z0-9][a-z0-9._-]{0,30}\\",
        PLAIN,
        0.6,
        1,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=names_domain_account,
    ),
    AnchorPattern(
        "domain account, escaped",
        r"(?:^|[ \t\n\x22'=,;:(<\[>|])[a-z0-9][a-z0-9._-]{0,30}\\\\",
        PLAIN,
        0.6,
        1,
        TRIM,
        back=NAME_BYTES,
        back_over=2,
        check=names_domain_account,
    ),
    AnchorPattern(
        "behind a directory",
        r"\bdc\\?=[a-z0-9-]{1,63}/",
        frozenset(),
        0.6,
        3,
        until=b"=",
        back=frozenset(),
        back_over=1,
        check=names_behind_directory,
    ),
    AnchorPattern(
        "behind an address",
        r"\] \x22[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3} ",
        PLAIN,
        0.6,
        2,
        TRIM,
        check=names_someone_uncommon,
    ),
)
