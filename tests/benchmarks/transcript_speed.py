"""Turns a second, and memory, of whole verified runs over generated chats, with one worker.

    python tests/benchmarks/transcript_speed.py --turns 20000 200000 --words 20

A run is the ``redact`` command as a user calls it, as in ``pipeline_speed``: read, find (the model's names included),
redact, write Parquet, native files and archive, verify, publish. No turn is said twice, so that none comes from the
cache. A chat has its conversation in one file; nothing is asserted. Beside the time that passed stands what the
processors took for the run, all threads together, which other work on the machine disturbs less. ``--pin`` holds a run
to one core; ONNX Runtime then leaves AMX aside, which it tries by going from one core to another.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pipeline_speed import one_core, run_once

from recognizers.models.support_names.training.support_talk import HERE as TALK

GIVEN = ("Anna", "Bilal", "Chen", "Dorota", "Emeka", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Kavya", "Liam")
FAMILY = (
    "Abara",
    "Brandt",
    "Castillo",
    "Dvorak",
    "Eriksen",
    "Fontaine",
    "Grabowski",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowal",
)
SEED = 20261126
DAY = 86_400


def write_chat(path: Path, turns: int, words: int) -> None:
    """A log as of IRC, in words of support; every sixth turn names someone."""
    draw = random.Random(SEED)
    known = sorted(set(re.findall(r"\b[a-z]{2,}\b", (TALK / "templates.txt").read_text(encoding="utf-8"))))
    nicks = [f"{given.lower()}{family[0].lower()}" for given in GIVEN for family in FAMILY[:3]]
    with path.open("w", encoding="utf-8") as out:
        for turn in range(turns):
            said = [draw.choice(known) for _ in range(words)]
            said[0] = said[0].capitalize()
            if turn % 6 == 0:
                said[5:7] = [draw.choice(GIVEN), draw.choice(FAMILY)]
            clock = turn * DAY // turns
            time = f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}"
            out.write(f"[{time}] <{draw.choice(nicks)}> {' '.join(said)}.\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, nargs="+", default=[20_000])
    parser.add_argument("--words", type=int, default=20, help="words of a turn")
    parser.add_argument("--pin", action="store_true", help="hold the run to one core")
    arguments = parser.parse_args()
    core = one_core if arguments.pin else nullcontext
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        little = scratch / "little.log"
        write_chat(little, 50, arguments.words)
        timed(little, scratch / "warming", core)
        start, start_processor, _ = timed(little, scratch / "start", core)
        print("    turns  words  seconds  start  turns/s  less start  by processor  peak MB")
        for turns in arguments.turns:
            chat = scratch / "chat.log"
            write_chat(chat, turns, arguments.words)
            seconds, processor, peak = timed(chat, scratch / "run", core)
            print(
                f"{turns:9,}{arguments.words:7}{seconds:9.1f}{start:7.1f}{turns / seconds:9.0f}"
                f"{turns / max(seconds - start, 1e-9):12.0f}{turns / max(processor - start_processor, 1e-9):14.0f}"
                f"{peak / 1e6:9.0f}",
                flush=True,
            )


def timed(chat: Path, folder: Path, core: Callable[[], AbstractContextManager[None]]) -> tuple[float, float, int]:
    """A run: seconds, seconds of processor time, and the peak of memory in bytes."""
    before = os.times()
    seconds, peak, _ = run_once([chat], 1, folder, core)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return seconds, used, peak


if __name__ == "__main__":
    main()
