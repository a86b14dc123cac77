"""What one input is: told by its beginning, its end and its time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from pipeline.errors import ConfigurationError
from pipeline.formats import json_document, mail, prose, text
from pipeline.formats.delimited import CSV
from pipeline.formats.format import SNIFFED, split_records
from pipeline.formats.mapped_json import NAME as MAPPED
from pipeline.formats.mapping import mapping_of
from pipeline.formats.registry import format_named, sniff
from pipeline.inputs.archives import Archive
from pipeline.inputs.content import (
    archive_of,
    beginning,
    binary_kind,
    capture_of,
    compression_of,
    decoded_chunks,
    encoding_of,
    open_source,
)
from pipeline.inputs.content import decompressed as decompressed_chunks
from pipeline.inputs.fingerprints import FINGERPRINTED, fingerprint_of, size_and_time, version_of
from pipeline.inputs.model import Input, Unreadable
from pipeline.inputs.threads import Threads
from pipeline.inputs.value_files import key_of_value
from pipeline.kernels.time_text import bsd_time


@dataclass(frozen=True)
class Settings:
    """How inputs are to be read, as of ``finding.find_inputs``."""

    format: str | None
    year: int | None
    zone_minutes: int
    mapping: str
    dataset: str
    indexed: bool


def look_into(uri: str, name: str, number: int, settings: Settings, threads: Threads) -> Input | Unreadable | Archive:
    """Everything about one input that its beginning, end and time tell; of a mail ``threads`` is told its ids."""
    try:
        size, modified = size_and_time(uri)
        source = open_source(uri)
        try:
            version = version_of(uri, source)
            fingerprint, head = fingerprint_of(source, size, modified)
            compression = compression_of(head)
            if compression:
                head = beginning(decompressed_chunks(source, compression))
            capture = capture_of(head)
            kind = archive_of(head)
            if kind == "tar" or (kind and not compression):
                return Archive(uri, kind, compression, size)
            encoding = "utf-8" if capture else encoding_of(head)
            if encoding != "utf-8":
                source.seek(0)
                head = beginning(decoded_chunks(source, compression, encoding))
            is_asked = settings.format in (None, json_document.NAME)
            if is_asked and len(head) == FINGERPRINTED and json_document.goes_on(head):
                source.seek(0)
                more = beginning(decoded_chunks(source, compression, encoding), json_document.LOOKED_AT)
                head = more if json_document.sniff(more) else head
        finally:
            source.close()
    except OSError as error:
        return Unreadable(name, f"cannot be opened: {type(error).__name__}")
    if capture:
        item = Input(
            number, name, uri, size, capture, compression, encoding, 1970, 0, fingerprint, version=version
        )  # fmt: skip
        if not settings.indexed:
            return item
        from pipeline.inputs.captures import index_capture  # with the room of captures, which runs of logs do without

        return replace(item, cuts=index_capture(item))
    kind = binary_kind(head)
    if kind:
        return Unreadable(name, f"binary: {kind}")
    fits = settings.mapping and mapping_of(settings.mapping).fits(head)
    form = settings.format or (MAPPED if fits else sniff(head))
    key = ""
    if settings.dataset == "transcripts" and form == text.FORMAT.name:
        form = prose.FORMAT.name
    elif form == text.FORMAT.name and not settings.format and (key := key_of_value(name, head, size)):
        form = CSV.name
    if form == mail.MAIL.name:
        threads.add(number, head)
    year, month = settings.year, 12
    if format_named(form).dataset == "transcripts":
        year = 1970  # none leaves out the year of its times; so mails of all years can share a batch
    elif year is None:
        year, month = year_and_month(modified, settings.zone_minutes)
        if modified == 0 and form in ("syslog-rfc3164", "text") and _has_no_year(head):
            raise ConfigurationError(f"INPUT {name}: its times have no year and it has no date; give --year")
    return Input(
        number, name, uri, size, form, compression, encoding, year, settings.zone_minutes, fingerprint, month,
        key or format_named(form).header(head), mapping=settings.mapping if form == MAPPED else "", version=version,
    )  # fmt: skip


def year_and_month(modified: int, zone: int) -> tuple[int, int]:
    """Of the last record a file can hold: a day is added, as the writer's zone may be east of the one given."""
    return _year_and_month(modified // 60_000_000_000, zone)


@lru_cache
def _year_and_month(minutes: int, zone: int) -> tuple[int, int]:
    last = datetime.fromtimestamp(60 * minutes, UTC) + timedelta(days=1, minutes=zone)
    return last.year, last.month


def _has_no_year(head: bytes) -> bool:
    """Whether a record in the beginning starts with ``Nov 24 10:00:00``, after a priority if there is one."""
    data = np.frombuffer(bytearray(head[:SNIFFED]), np.uint8)
    starts, ends = split_records(data, 0)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        priority = re.match(rb"<\d{1,3}>", head[start : start + 5])
        at = start + (priority.end() if priority else 0)
        if bsd_time(data, at, end, 2000, 12, 0) != bsd_time(data, at, end, 2004, 12, 0):
            return True
    return False
