"""Names of files and columns: what is found in the whole of one, and in each step of a path without its endings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from pipeline.detection.values import Findings
from pipeline.records import Batch

#: An ending tells of the file, not of whose it is: `192.0.2.7.log` is no address, `db1.example.com.old` no host.
_ENDINGS = re.compile(
    rb"(?:[-_.](?:19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}[0-9TZ._-]*)?"
    rb"(?:\.(?:log|txt|out|err|csv|tsv|jsonl?|ndjson|xml|html?|har|ya?ml|conf|cfg|ini|old|bak|save|tmp|dump|pcap(?:ng)?|cap"
    rb"|evtx|eml|mbox|zip|tar|gz|bz2|xz|zst|tgz|d)(?:\.[0-9]{1,8})?)*\Z",
    re.IGNORECASE,
)
#: Programs that gather a machine's logs name their archive after it, and after a case or the day: sos, supportconfig,
#: vm-support, Intune.
_OF_MACHINE = re.compile(
    rb"(?:sosreport|scc|nts|esx|vc|diaglogs)[-_](?P<host>[A-Za-z0-9][A-Za-z0-9._-]*?)"
    rb"(?=[-_][0-9]{5,}|[.][0-9]{4,}-|[-_.][0-9]{4}-[0-9]{2}-[0-9]{2}|\Z)",
    re.IGNORECASE,
)
#: As what such a part of a name is read.
_HOST_KEY = b"hostname="
_STEPS = re.compile(rb"[/\\]+|[^/\\]+")


def scan_names(scanner: Scanner, names: Sequence[bytes]) -> tuple[Batch, Findings]:
    """A batch of one field for each name, led by ``/`` as paths are, and what is found in it."""
    led = [b"/" + name for name in names]
    batch = texts_batch(led)
    pieces = [(piece, number) for number, name in enumerate(led) for piece in _pieces(name)]
    # The same bytes, cut finer: positions are the same.
    apart = scanner.scan(texts_batch([piece for piece, _ in pieces]))
    of_name = np.array([number for _, number in pieces], np.int64)
    found = scanner.scan(batch).joined(replace(apart, field=of_name[apart.field]))
    return batch, found.joined(_machines(scanner, batch, led))


def _machines(scanner: Scanner, batch: Batch, names: Sequence[bytes]) -> Findings:
    """Hosts after which archives of logs are named, where they stand in the batch of the names."""
    hosts = [
        (number, step.start() + match.start("host"), match["host"])
        for number, name in enumerate(names)
        for step in _STEPS.finditer(name)
        if (match := _OF_MACHINE.match(next(_pieces(step[0]))))
    ]
    told = texts_batch([_HOST_KEY + host for _, _, host in hosts])
    found = scanner.scan(told)
    of_name = np.array([number for number, _, _ in hosts], np.int64)
    place = np.array([at for _, at, _ in hosts], np.int64)
    moved = (batch.field_start[of_name] + place - told.field_start - len(_HOST_KEY))[found.field]
    return replace(found, field=of_name[found.field], start=found.start + moved, end=found.end + moved)


def _pieces(name: bytes) -> Iterator[bytes]:
    for step in _STEPS.findall(name):
        ending = _ENDINGS.search(step)
        end = ending.start() if ending else len(step)
        yield from (part for part in (step[:end], step[end:]) if part)
