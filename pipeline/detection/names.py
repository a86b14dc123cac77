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
_STEPS = re.compile(rb"[/\\]+|[^/\\]+")


def scan_names(scanner: Scanner, names: Sequence[bytes]) -> tuple[Batch, Findings]:
    """A batch of one field for each name, led by ``/`` as paths are, and what is found in it."""
    led = [b"/" + name for name in names]
    batch = texts_batch(led)
    pieces = [(piece, number) for number, name in enumerate(led) for piece in _pieces(name)]
    # The same bytes, cut finer: positions are the same.
    apart = scanner.scan(texts_batch([piece for piece, _ in pieces]))
    of_name = np.array([number for _, number in pieces], np.int64)
    return batch, scanner.scan(batch).joined(replace(apart, field=of_name[apart.field]))


def _pieces(name: bytes) -> Iterator[bytes]:
    for step in _STEPS.findall(name):
        ending = _ENDINGS.search(step)
        end = ending.start() if ending else len(step)
        yield from (part for part in (step[:end], step[end:]) if part)
