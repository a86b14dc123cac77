"""One working day as five log files, deterministic to the byte."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.demo import access, antivirus, application, mail, router
from pipeline.demo.days import Day

#: Line count of each input: some thousands in all, under a megabyte.
LINES = {"router": 1500, "mail": 1300, "access": 1200, "application": 700, "antivirus": 500}
#: RFC 3164 has no year: readers take it from the file's time, which is therefore fixed too.
WRITTEN = datetime(2026, 3, 9, 22, 0, tzinfo=UTC)


def write_inputs(folder: Path) -> dict[str, list[Path]]:
    """Writes the sample inputs below ``folder``, one folder a client, and returns client name -> its files.

    Files that are there already are overwritten.

    Raises:
      OSError: the folder cannot be written.
    """
    made = {
        "acme": {
            "router.log": router.lines(Day("router"), LINES["router"]),
            "mail.log": mail.lines(Day("mail"), LINES["mail"]),
            "access.log": access.lines(Day("access"), LINES["access"]),
        },
        "globex": {
            "billing.jsonl": application.lines(Day("application"), LINES["application"]),
            "antivirus.log": antivirus.lines(Day("antivirus"), LINES["antivirus"]),
        },
    }
    return {
        client: [write_lines(folder / client / name, lines) for name, lines in files.items()]
        for client, files in made.items()
    }


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8"))
    seconds = WRITTEN.timestamp()
    os.utime(path, (seconds, seconds))
    return path
