"""Make the words that strict mode knows, beside all others, in what people write.

    mkdir sources && cd sources
    apt-get download wamerican wbritish && pip download --no-deps Faker
    python recognizers/data/build_prose_vocabulary.py sources

writes ``prose_words.txt.gz``: lower-case words of both lists, beginnings of contractions (``didn``), words for people
of a country, days and months, and what support talk is made of; without what ``common_words`` holds and without names
of people. And ``words_before_names.txt.gz``: names among common words that in small letters are words (``house``,
``summer``), without the names that everyone bears. And ``names_that_are_words.txt.gz``: all names that any list of
words holds.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from recognizers.data.build_vocabulary import EXAMPLES, HERE, names_of_people, write

_LISTS = ("usr/share/dict/american-english", "usr/share/dict/british-english")
_WORD = re.compile(r"[a-z]{3,}")
_CONTRACTED = re.compile(r"([a-z]{3,}n?)'(?:t|ve|ll|re|d|m)")
#: Of countries: ``Ukrainian``; in the lists these alone have capitals and such an end, but for names.
_PEOPLES = re.compile(r"[A-Z][a-z]+(?:ians?|eans?|ese|ish)")
#: Written for this project.
_TALK = """
monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays
january february july september october november december jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed
thu fri sat sun asap fyi btw eta tbd aka faq thx pls plz lol haha hmm yeah yep nope gonna wanna gotta dunno aint gon wan
til
app apps wifi email emails inbox website blog refund refunds checkout signup voicemail hotline helpdesk callback
followup screenshot screenshots smartphone laptop modem router online offline attendees counterparty
transmittal internship recordkeeping siteworks username logins reboot reboots rebooted rebooting hotspot livechat
chatbot onboarding
"""


def main() -> None:
    """Write both lists beside this file."""
    folder = Path(sys.argv[1])
    names = names_of_people(next(folder.glob("faker-*.whl"))) | EXAMPLES
    lines: set[str] = set()
    with tempfile.TemporaryDirectory() as unpacked:
        for package in sorted(folder.glob("w*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), unpacked], check=True)
        for place in _LISTS:
            lines.update((Path(unpacked) / place).read_text(encoding="utf-8").split())
    words = {line for line in lines if _WORD.fullmatch(line)}
    words |= {match[1] for line in lines if (match := _CONTRACTED.fullmatch(line))}
    words |= {line.lower() for line in lines if _PEOPLES.fullmatch(line)}
    common = set(gzip.decompress((HERE / "common_words.txt.gz").read_bytes()).decode().split())
    write(HERE / "prose_words.txt.gz", (words - names | set(_TALK.split())) - common)
    among = set(gzip.decompress((HERE / "names_among_words.txt.gz").read_bytes()).decode().split())
    write(HERE / "words_before_names.txt.gz", among - EXAMPLES)
    terms = set(gzip.decompress((HERE / "technical_words.txt.gz").read_bytes()).decode().split())
    written = {word for name in ("lone_words", "system_words") for word in (HERE / f"{name}.txt").read_text().split()}
    write(HERE / "names_that_are_words.txt.gz", names & (common | words | set(_TALK.split()) | terms | written))


if __name__ == "__main__":
    main()
