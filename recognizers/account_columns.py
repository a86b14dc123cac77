"""Accounts in the columns that tools print of processes, open files and sessions, told by the columns behind them."""

from __future__ import annotations

import re
from collections.abc import Callable

from recognizers.accounts import PLAIN, names_someone_uncommon
from recognizers.declaration import AnchorPattern

#: What stands in such columns.
_COLUMNS = PLAIN | frozenset(b" \t?/:%,#>\\")
_NAME = rb"([A-Za-z_\x80-\xff][A-Za-z0-9_.$\x80-\xff-]*\+?)"


def _column_of(row: bytes) -> Callable[[bytes], tuple[int, int] | None]:
    """Where the account is in what was read of a row, if it is one."""
    compiled = re.compile(row, re.IGNORECASE)

    def part(value: bytes) -> tuple[int, int] | None:
        match = compiled.match(value)
        return match.span(1) if match is not None and names_someone_uncommon(match.group(1)) else None

    return part


def _row(name: str, anchor: str, row: bytes) -> AnchorPattern:
    return AnchorPattern(name, anchor, frozenset(), 0.6, 0, back=_COLUMNS, back_over=1, part=_column_of(row))


BY_COLUMN = (
    # ps: USER PID %CPU %MEM VSZ RSS TTY STAT, or UID PID PPID C STIME TTY TIME
    _row(
        "runs a process",
        r"[0-9] (?:\? {8}|pts/[0-9]{1,3} {1,4}|tty[0-9a-z]{1,3} {1,5})(?:[rsdtziwx]|[0-9]{2}:)",
        rb" *" + _NAME + rb" +[0-9]+ +[0-9.]+ +[0-9.]+ +[^ ]+(?: +[0-9]+)? +(?:\?|pts/|tty)",
    ),
    # lsof: COMMAND PID USER FD TYPE
    _row(
        "holds a file",
        r"(?:cwd|rtd|txt|mem|del|[0-9][urw]) {2,5}(?:dir|reg|chr|ipv[46]|unix|fifo|sock|netlink|a_inode) ",
        rb".* " + _NAME + rb" +(?:cwd|rtd|txt|mem|del|[0-9]+[urw]) {2,5}[^ ]+ \Z",
    ),
    # quser: USERNAME SESSIONNAME ID STATE
    _row("has a session", r"[0-9]  (?:active|disc) ", rb"[ >]*" + _NAME + rb" +(?:[^ ]+ +)?[0-9]+  (?:active|disc) \Z"),
    _row("beside its SID", r"[a-z0-9._$-] S-1-5-21-", rb".*\\" + _NAME + rb" S-1-5-21-\Z"),
)
