"""How the command prints: plain text, colour on a terminal only, and never if NO_COLOR is set (https://no-color.org)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def colours(stream: TextIO) -> bool:
    """Whether colour goes to this stream."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour (bold, dim, red, green, yellow, cyan) if the stream (standard output) shows it."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if colours(stream or sys.stdout) else text


def say(text: str) -> None:
    """A note for the person at the terminal: standard error, so that standard output holds results alone."""
    print(printable(text), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """The text without control characters, which could drive the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_line(text: str) -> str:
    """A name as it may be printed: without control characters, line ends included, which could feign another line."""
    return printable(text.replace("\n", "\N{REPLACEMENT CHARACTER}"))


def complain(text: str) -> None:
    """One line of error: ``redact: …``."""
    line = " ".join(printable(text).split("\n"))
    print(f"{painted('redact:', 'red', sys.stderr)} {line}", file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows in columns of equal width, under a head."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    lines = ["   ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in cells]
    return [painted(lines[0], "bold"), *lines[1:]]
