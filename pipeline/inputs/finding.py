"""Find the inputs that a user named: files, folders, globs, objects and standard input."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
from pyarrow import fs

from pipeline.errors import ConfigurationError
from pipeline.formats import json_document, mail, prose, text
from pipeline.formats.format import SNIFFED, split_records
from pipeline.formats.mapped_json import NAME as MAPPED
from pipeline.formats.mapping import mapping_of
from pipeline.formats.registry import format_named, sniff
from pipeline.inputs.content import (
    beginning,
    binary_kind,
    capture_of,
    compression_of,
    decoded_chunks,
    encoding_of,
    is_remote,
    open_source,
    raw_chunks,
)
from pipeline.inputs.content import decompressed as decompressed_chunks
from pipeline.inputs.fingerprints import FINGERPRINTED, fingerprint_of, size_and_time, version_of
from pipeline.inputs.model import Input, Unreadable
from pipeline.inputs.stores import below, open_store
from pipeline.inputs.threads import Threads
from pipeline.kernels.time_text import bsd_time

_GLOB = re.compile(r"[*?\[]")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
#: Options and the folders that they name.
_Own = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Found:
    """A file or object before it is looked into; ``parts`` are those of its whole path, ``least`` of them its name."""

    uri: str
    parts: tuple[str, ...]
    least: int


@dataclass(frozen=True)
class _Settings:
    format: str | None
    year: int | None
    zone_minutes: int
    mapping: str
    dataset: str
    indexed: bool


def find_inputs(
    arguments: Sequence[str],
    *,
    out: str | None,
    workspace: str | None = None,
    format: str | None = None,
    year: int | None = None,
    zone: str | None = None,
    mapping: str = "",
    dataset: str = "logs",
    spool: str | None = None,
    indexed: bool = True,
) -> tuple[list[Input], list[Unreadable]]:
    """The inputs in order of their names, and what cannot be read.

    Folders are searched to any depth, symbolic links to folders followed once, globs expanded; a file reached twice is
    taken once. ``-`` is standard input, copied to a file of mode 0600 in ``spool``.

    Args:
      arguments: paths, folders, globs, URIs that pyarrow.fs opens, or ``-``.
      out, workspace: folders of the run's own; no input may hold them or stand in them, by a link neither.
      format: the format of all inputs; None sniffs each.
      year: of timestamps without one; None takes each file's time of modification.
      zone: ``UTC`` or ``+HH:MM``, of timestamps without a zone; None is UTC.
      dataset: ``transcripts`` reads plain text as what people wrote.
      mapping: what the paths of an export mean, as JSON (``formats.mapping``): of inputs that it fits, and of all that
        ``format`` says are read by one.
      spool: a folder for standard input.
      indexed: whether large captures are gone over for places at which a range can begin.

    Raises:
      ConfigurationError: an argument names nothing, an option is wrong, an input and a folder of the run's own hold
        each other, or there is no input at all.
    """
    if format is not None:
        format_named(format)
    if year is not None and not 1 <= year <= 9999:
        raise ConfigurationError(f"--year {year}: not a year; give four digits such as 2026")
    if mapping and format not in (None, MAPPED):
        raise ConfigurationError(f"--format {format}: does not go with --mapping; give one of them, or {MAPPED}")
    if format == MAPPED and not mapping:
        raise ConfigurationError(f"--format {MAPPED}: there is no mapping; give --mapping FILE")
    settings = _Settings(format, year, zone_minutes(zone), mapping, dataset, indexed)
    found: list[_Found] = []
    unreadable: list[Unreadable] = []
    expanded = [path for argument in arguments for path in _expanded(argument)]
    own = [(option, place) for option, place in (("--out", out), ("--workspace", workspace)) if place is not None]
    folders: set[str] = set()
    for path in dict.fromkeys(expanded):
        for item in _search(path, spool, own, folders):
            (unreadable if isinstance(item, Unreadable) else found).append(item)  # type: ignore[arg-type]
    distinct = list({identity(item.uri): item for item in reversed(found)}.values())
    inputs: list[Input] = []
    threads = Threads()
    for name, item in sorted(zip(unique_names(distinct), distinct, strict=True), key=lambda pair: pair[0]):
        looked = _look_into(item.uri, name, len(inputs), settings, threads)
        (unreadable if isinstance(looked, Unreadable) else inputs).append(looked)  # type: ignore[arg-type]
    conversations = threads.conversations()
    inputs = [replace(item, conversation=conversations.get(item.number, "")) for item in inputs]
    if not inputs and not unreadable:
        raise ConfigurationError(
            f"INPUT {' '.join(arguments)}: no file there; name at least one file or a folder with files"
        )
    return inputs, sorted(unreadable, key=lambda u: (u.name, u.reason))


def zone_minutes(zone: str | None) -> int:
    """Minutes east of UTC. Raises ConfigurationError for anything but ``UTC``, ``Z`` and ``+HH:MM``."""
    if zone is None or zone.upper() in ("UTC", "Z"):
        return 0
    match = _ZONE.fullmatch(zone)
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        raise ConfigurationError(f"--zone {zone}: not an offset; give UTC or an offset such as +01:00")
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes


def refuse_overlap(path: str, option: str, place: str) -> None:
    """Raise ConfigurationError where an input and the folder that an option names hold each other."""
    here, there = identity(path), identity(place)
    if _holds(here, there):
        raise ConfigurationError(
            f"{option} {place}: stands inside the input {path}; choose inputs and a folder that are apart"
        )
    if _holds(there, here):
        raise ConfigurationError(f"INPUT {path}: stands inside {option} {place}; choose inputs and a folder apart")


def identity(path: str) -> str:
    """What is equal for two spellings of one place."""
    return path.rstrip("/") if is_remote(path) else os.path.realpath(path)


def _holds(outer: str, inner: str) -> bool:
    separator = "/" if is_remote(outer) else os.sep
    return inner == outer or inner.startswith(outer.rstrip(separator) + separator)


def _expanded(argument: str) -> list[str]:
    if argument == "-" or is_remote(argument) or os.path.lexists(argument) or not _GLOB.search(argument):
        return [argument]
    paths = sorted(glob.glob(argument, recursive=True))
    if not paths:
        raise ConfigurationError(f"INPUT {argument}: matches no file; check the pattern")
    return paths


def _search(path: str, spool: str | None, own: _Own, folders: set[str]) -> Iterator[_Found | Unreadable]:
    if path == "-":
        yield _Found(spool_standard_input(spool), ("stdin",), 1)
        return
    for option, place in own:
        refuse_overlap(path, option, place)
    if is_remote(path):
        yield from _search_remote(path)
    elif os.path.isdir(path):
        root = os.path.realpath(path)
        yield from _search_folder(root, Path(root).parts, len(Path(root).parts) - 1, (), own, folders)
    elif not os.path.exists(path):
        raise ConfigurationError(f"INPUT {path}: no such file or folder; check the spelling")
    elif not os.path.isfile(path):
        raise ConfigurationError(f"INPUT {path}: not a regular file; pipe it in and name it -")
    else:
        absolute = os.path.abspath(path)
        yield _Found(absolute, Path(absolute).parts, 1)


def _search_folder(
    folder: str, parts: tuple[str, ...], above: int, within: tuple[str, ...], own: _Own, folders: set[str]
) -> Iterator[_Found | Unreadable]:
    """Files below a folder; ``parts`` spell the way taken, of which the first ``above`` are no part of names."""
    real = os.path.realpath(folder)
    if real in within:
        yield Unreadable(spelled(parts[above:]), "symlink loop")
        return
    if real in folders:
        return
    folders.add(real)
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield Unreadable(spelled(parts[above:]), f"cannot be opened: {type(error).__name__}")
        return
    for entry in entries:
        way = (*parts, entry.name)
        # A link is the only way out of a folder that is apart.
        for option, place in own if entry.is_symlink() else ():
            refuse_overlap(entry.path, option, place)
        try:
            if entry.is_dir():
                yield from _search_folder(entry.path, way, above, (*within, real), own, folders)
            elif entry.is_file():
                yield _Found(entry.path, way, len(way) - above)
            elif entry.is_symlink() and not os.path.exists(entry.path):
                yield Unreadable(spelled(way[above:]), "symlink to nothing")
            else:
                yield Unreadable(spelled(way[above:]), "not a regular file")
        except OSError as error:
            yield Unreadable(spelled(way[above:]), f"symlink loop: {type(error).__name__}")


def _search_remote(uri: str) -> Iterator[_Found]:
    scheme = uri.partition("://")[0]
    try:
        filesystem, path = open_store(uri)
        info = filesystem.get_file_info(path)
        if info.type == fs.FileType.Directory:
            infos = filesystem.get_file_info(fs.FileSelector(path, recursive=True))
        else:
            infos = [info]
    except OSError as error:
        raise ConfigurationError(
            f"INPUT {uri}: cannot be opened ({type(error).__name__}); check URI and access"
        ) from None
    if info.type == fs.FileType.NotFound:
        raise ConfigurationError(f"INPUT {uri}: no such object or folder; check the spelling")
    above = len(PurePosixPath(path).parts) - 1
    for item in sorted(infos, key=lambda i: i.path):
        if item.type == fs.FileType.File:
            parts = PurePosixPath(item.path).parts
            # A URI is put together again from what was asked for, so that the host of it stays.
            rest = item.path[len(path) :]
            yield _Found(below(uri, rest) if rest else uri, (scheme, *parts), len(parts) - above)


def spool_standard_input(spool: str | None) -> str:
    """Copy standard input to a file that only the user can read; its time is 0, so that equal input is equal.

    Raises:
      ConfigurationError: there is no spool folder.
    """
    if spool is None:
        raise ConfigurationError("INPUT -: there is no folder to keep standard input in; name a file instead")
    path = os.path.join(spool, "stdin")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        os.chmod(path, 0o600)
        for chunk in raw_chunks(sys.stdin.buffer):
            target.write(chunk)
    os.utime(path, (0, 0))
    return os.path.abspath(path)


def spelled(parts: Sequence[str]) -> str:
    """A name with ``/``; bytes of a file name that are no UTF-8 as ``\\xff``."""
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def unique_names(found: Sequence[_Found]) -> list[str]:
    """The last parts of each path: as few as tell them apart, at least from the folder that was named."""
    lengths = [item.least for item in found]
    while True:
        names = [spelled(item.parts[-length:]) for item, length in zip(found, lengths, strict=True)]
        counts = Counter(names)
        again = [i for i, item in enumerate(found) if counts[names[i]] > 1 and lengths[i] < len(item.parts)]
        if not again:
            return [name if counts[name] == 1 else f"{name}#{names[:i].count(name)}" for i, name in enumerate(names)]
        for i in again:
            lengths[i] += 1


def _look_into(uri: str, name: str, number: int, settings: _Settings, threads: Threads) -> Input | Unreadable:
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
    if settings.dataset == "transcripts" and form == text.FORMAT.name:
        form = prose.FORMAT.name
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
        format_named(form).header(head), mapping=settings.mapping if form == MAPPED else "", version=version,
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
