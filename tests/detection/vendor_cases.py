"""Lines of many makers' systems, in which every identifier is marked, as cases of the detection benchmarks.

Written for this project, with addresses of documentation and of private networks. ``# Maker`` heads the lines of one
maker. In a line ``«T:value»`` marks a value, of the kind that ``KINDS`` gives for the letter; a small letter one that
names no one for sure (a shared account, an id of one event); ``K`` what must be kept. ``⏎`` stands for a line's end.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vendors"
KINDS = {
    "I": "IP_ADDRESS", "M": "MAC_ADDRESS", "U": "URL", "E": "EMAIL", "H": "HOSTNAME", "N": "USERNAME", "D": "DEVICE_ID",
    "S": "SID", "X": "HASH", "P": "PATH_USER", "F": "PERSON", "T": "PHONE", "A": "ACCOUNT_ID", "C": "SECRET",
    "W": "SSID", "G": "GROUP", "L": "LOCATION", "B": "AS_NUMBER", "O": "ORGANIZATION",
}  # fmt: skip
_MARK = re.compile("«([A-Za-z]):([^»]*)»")


def case_of(name: str, marked: str) -> dict[str, Any]:
    """A case: id, text, truth and keep, with spans in characters of the text."""
    text, done = "", 0
    truth: dict[tuple[str, str, bool], list[list[int]]] = {}
    keep = []
    marked = marked.replace("⏎", "\n")
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        span = [len(text), len(text) + len(mark[2])]
        text, done = text + mark[2], mark.end()
        if mark[1] in "Kk":
            keep += [{"value": mark[2], "spans": [span]}] if mark[1] == "K" else []
        else:
            truth.setdefault((KINDS[mark[1].upper()], mark[2], mark[1].islower()), []).append(span)
    rows = [{"type": kind, "value": value, "spans": s, "weak": weak} for (kind, value, weak), s in truth.items()]
    return {"id": name, "text": text + marked[done:], "truth": rows, "keep": keep}


def vendor_cases() -> list[dict[str, Any]]:
    cases, maker = [], ""
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            if line.startswith("# ") and not _MARK.search(line):
                maker = line[2:]
            elif line:
                cases.append(case_of(f"{path.stem}/{number}/{maker}", line))
    return cases
