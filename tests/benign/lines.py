"""Lines of logs in which nothing identifies anybody, made of templates; the same ones every time.

A template is a line of ``templates/KIND.txt``. In it ``{name}`` stands for an entry of ``vocabulary.yaml`` drawn at
random, which may hold slots itself, ``{3-99}`` for a number in that range (``{003-099}`` padded), ``{x8}`` for eight
hexadecimal digits (``{X8}`` upper case). Other braces are themselves. A template without slots gives one line.
"""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(?:(\d+)-(\d+)|([xX])(\d+)|([a-z][a-z0-9_]*))\}")
#: Lines tried for each template; equal ones count once.
DRAWS = 10


@cache
def vocabulary() -> dict[str, list[str]]:
    words = yaml.safe_load((FOLDER / "vocabulary.yaml").read_text(encoding="utf-8"))
    return {name: entries.split() if isinstance(entries, str) else entries for name, entries in words.items()}


def filled(template: str, chance: random.Random) -> str:
    """A line of a template.

    Raises:
      KeyError: a slot that the vocabulary does not know.
    """

    def drawn(slot: re.Match[str]) -> str:
        low, high, case, width, name = slot.groups()
        if low is not None:
            return str(chance.randint(int(low), int(high))).zfill(len(low) if low[0] == "0" else 1)
        if case is not None:
            digits = "".join(chance.choice("0123456789abcdef") for _ in range(int(width)))
            return digits.upper() if case == "X" else digits
        return filled(chance.choice(vocabulary()[name]), chance)

    return _SLOT.sub(drawn, template)


@cache
def templates() -> dict[str, list[str]]:
    """Kind of log -> its templates."""
    return {
        path.stem: [line for line in path.read_text(encoding="utf-8").splitlines() if line]
        for path in sorted((FOLDER / "templates").glob("*.txt"))
    }


@cache
def lines() -> dict[str, list[str]]:
    """Kind of log -> its lines, those of one template apart from each other as in a log; no line twice."""
    made: dict[str, list[str]] = {}
    for kind, of_kind in templates().items():
        chance = random.Random(kind)
        drawn = [filled(template, chance) for _ in range(DRAWS) for template in of_kind]
        before = {line for others in made.values() for line in others}
        made[kind] = [line for line in dict.fromkeys(drawn) if line not in before]
    return made


def framed() -> dict[str, str]:
    """Name of an input -> its text: every kind by itself, and all lines within syslog's header and within JSON, from a
    host that is kept."""
    texts = {f"{kind}.log": "\n".join(of_kind) + "\n" for kind, of_kind in lines().items()}
    syslog, records = [], []
    for kind, of_kind in lines().items():
        program = kind.replace("_", "-")
        for n, line in enumerate(of_kind):
            time = f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}"
            syslog.append(f"Nov 26 {time} localhost {program}[{700 + n % 40}]: {line}\n")
            record = {"@timestamp": f"2026-11-26T{time}Z", "level": "info", "logger": program, "message": line}
            records.append(json.dumps(record) + "\n")
    return texts | {"in_syslog.log": "".join(syslog), "in_json.log": "".join(records)}
