"""A recipient who has lines written into the log before it is released: she reads a dictionary of her own words."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Release, Stated

FIRST = "abcdefghijklmnoprstuvw"
LAST = (
    "adler",
    "brandt",
    "castro",
    "dietz",
    "fischer",
    "gallo",
    "hale",
    "ivanov",
    "jensen",
    "keller",
    "moreau",
    "novak",
)
SEEN = re.compile(r"(?:user|for) (\S+) from \S+ port (\d+) ssh2")
#: Ports that only she uses: her lines are told by what a policy keeps.
OWN = 40_000


def test_who_writes_names_into_the_log_reads_which_pseudonym_is_whose(release: Release, stated: Stated) -> None:
    guessed = [f"{first}{last}" for first in FIRST for last in LAST]
    chances = random.Random(41)
    staff = [*chances.sample(guessed, 30), "zq-backup", "qx-monitor", "helpdesk7"]
    lines = [
        f"sshd[9]: Failed password for invalid user {name} from 192.0.2.66 port {OWN + n} ssh2"
        for n, name in enumerate(guessed)
    ]
    lines += [
        f"sshd[9]: Accepted password for {chances.choice(staff)} from 10.7.1.{chances.randrange(2, 200)} port {n} ssh2"
        for n in range(1_000, 1_400)
    ]
    chances.shuffle(lines)
    text = "".join(f"2026-03-09T10:{n // 60:02d}:{n % 60:02d}Z gw1 {line}\n" for n, line in enumerate(lines))
    released = release("sshd.log", text, {"cisco": "vendor"})["cisco"]

    seen = [match.groups() for line in released if (match := SEEN.search(line))]
    dictionary = {pseudonym: guessed[int(port) - OWN] for pseudonym, port in seen if int(port) >= OWN}
    found = {pseudonym: dictionary.get(pseudonym) for pseudonym, port in seen if int(port) < OWN}

    truth = [match[1] for line in lines if (match := SEEN.search(line)) and int(match[2]) < OWN]
    in_clear = dict(zip((pseudonym for pseudonym, port in seen if int(port) < OWN), truth))
    on_list = {p for p, name in in_clear.items() if name in guessed}
    assert all(name is None or in_clear[p] == name for p, name in found.items())
    assert all(found[p] is None for p in in_clear if p not in on_list)
    right = sum(found[p] is not None for p in on_list)
    assert len(dictionary) == len(guessed)
    figure = f"{right / len(on_list):.0%} of the staff on her list, none of the others"
    stated({"tries to log in once with each of 264 names before the release": figure})
