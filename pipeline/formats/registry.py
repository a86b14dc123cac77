"""The formats by name, and which of them a file has."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pipeline.errors import ConfigurationError
from pipeline.formats import (
    apache_combined,
    captions,
    delimited,
    dialogue,
    har,
    html_page,
    json_document,
    json_lines,
    mail,
    mapped_json,
    prose,
    syslog_rfc3164,
    syslog_rfc5424,
    text,
)
from pipeline.formats.format import Format

#: In order of preference where two fit a file equally well.
FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        *mapped_json.FORMATS, har.FORMAT, json_document.FORMAT, json_lines.FORMAT, delimited.W3C, delimited.ZEEK,
        delimited.CSV, delimited.CSV_TEXTS, syslog_rfc5424.FORMAT, apache_combined.FORMAT, syslog_rfc3164.FORMAT,
        mail.MAILBOX, mail.MAIL, html_page.FORMAT, captions.WEBVTT, captions.SUBRIP, dialogue.FORMAT, prose.FORMAT,
        text.FORMAT,
    )
}  # fmt: skip
#: At least this share of a file's first records must have a format's shape.
LEAST_SHARE = 0.5


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
      ConfigurationError: there is none; it names the nearest and all.
    """
    found = FORMATS.get(name)
    if found is None:
        near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ConfigurationError(f"--format {name}: unknown format; {hint}There are: {', '.join(sorted(FORMATS))}")
    return found


def sniff(head: bytes) -> str:
    """The name of the format that the beginning of a file has; ``text`` where nothing fits."""
    return sniff_all([head])[0]


def sniff_all(heads: Sequence[bytes]) -> list[str]:
    """What ``sniff`` says of each."""
    best, share = ["text"] * len(heads), [0.0] * len(heads)
    open_ones = list(range(len(heads)))
    for name, candidate in FORMATS.items():
        for place, score in zip(open_ones, candidate.sniffed([heads[place] for place in open_ones]), strict=True):
            if score >= LEAST_SHARE and score > share[place]:
                best[place], share[place] = name, score
        open_ones = [place for place in open_ones if share[place] < 1.0]
        if not open_ones:
            break
    return best
