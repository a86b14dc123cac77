"""Which native files of several releases go on with each other, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow.fs as pafs

from pipeline.captures.growth import last_section
from pipeline.captures.pcap import HEADER
from pipeline.formats.mail import MAILBOX
from pipeline.formats.registry import format_named
from pipeline.inputs.content import capture_of
from pipeline.release.native import distinct_names

#: (its place, what its manifest says of it).
File = tuple[str, Mapping[str, Any]]


def files_of(fs: pafs.FileSystem, pieces: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[tuple[str, list[File]]]:
    """(name, the files that become one) in order of names.

    Of one name are joined: lines, mails of mailboxes, sections of pcapng files, and packets behind one and the same
    header. What has a beginning and an end, as an exported chat, stays a file of its own and gets another name.

    Args:
      pieces: (name, place, what the manifest says) in the order in which they were released.
    """
    joined: dict[tuple[str, bytes], list[File]] = {}
    for turn, (name, place, file) in enumerate(pieces):
        joined.setdefault((name, _kind(fs, place, file["format"], turn)), []).append((place, file))
    ordered = sorted(joined.items(), key=lambda found: found[0][0])
    return list(zip(distinct_names(name for (name, _), _ in ordered), [files for _, files in ordered], strict=True))


def going_on(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What each file adds to those before it: of a capture not the headers that these have already."""
    begun: bytes | None = None
    for data in pieces:
        capture = capture_of(data[:HEADER])
        yield data[len(begun) :] if capture and begun is not None and data.startswith(begun) else data
        if capture:
            begun = data[:HEADER] if capture == "pcap" else last_section(data, len(data))


def _kind(fs: pafs.FileSystem, place: str, form: str, turn: int) -> bytes:
    """Equal for files that go on with each other."""
    if form == "pcap":
        with fs.open_input_file(place) as file:
            return bytes(file.read(HEADER))
    if form == MAILBOX.name or form == "pcapng":
        return form.encode()
    return b"text" if format_named(form).splits == "lines" else b"whole %d" % turn
