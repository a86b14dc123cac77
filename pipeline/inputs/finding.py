"""Find the inputs that a user named: files, folders, globs, objects and standard input."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pyarrow import fs

from pipeline.errors import ConfigurationError
from pipeline.formats.mapped_json import NAME as MAPPED
from pipeline.formats.registry import format_named
from pipeline.inputs.archives import DEEPEST, Archive, unpacked
from pipeline.inputs.content import is_remote
from pipeline.inputs.looking import Settings, look_into
from pipeline.inputs.model import Input, Unreadable
from pipeline.inputs.spool import Spool, spool_standard_input
from pipeline.inputs.stores import below, open_store
from pipeline.inputs.threads import Threads

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
    on_archive: Callable[[str], None] = lambda name: None,
) -> tuple[list[Input], list[Unreadable]]:
    """The inputs in order of their names, and what cannot be read.

    Folders are searched to any depth, symbolic links to folders followed once, globs expanded; a file reached twice is
    taken once. ``-`` is standard input, copied to a file of mode 0600 in ``spool``. Archives are unpacked there, and
    what they hold is found below their names.

    Args:
      arguments: paths, folders, globs, URIs that pyarrow.fs opens, or ``-``.
      out, workspace: folders of the run's own; no input may hold them or stand in them, by a link neither.
      format: the format of all inputs; None sniffs each.
      year: of timestamps without one; None takes each file's time of modification.
      zone: ``UTC`` or ``+HH:MM``, of timestamps without a zone; None is UTC.
      dataset: ``transcripts`` reads plain text as what people wrote.
      mapping: what the paths of an export mean, as JSON (``formats.mapping``): of inputs that it fits, and of all that
        ``format`` says are read by one.
      spool: a folder for standard input and for what archives hold; None leaves both alone.
      indexed: whether large captures are gone over for places at which a range can begin.
      on_archive: told the name of each archive before it is unpacked.

    Raises:
      ConfigurationError: an argument names nothing, an option is wrong, an input and a folder of the run's own hold
        each other, there is no input at all, or what archives hold does not fit into the spool.
    """
    if format is not None:
        format_named(format)
    if year is not None and not 1 <= year <= 9999:
        raise ConfigurationError(f"--year {year}: not a year; give four digits such as 2026")
    if mapping and format not in (None, MAPPED):
        raise ConfigurationError(f"--format {format}: does not go with --mapping; give one of them, or {MAPPED}")
    if format == MAPPED and not mapping:
        raise ConfigurationError(f"--format {MAPPED}: there is no mapping; give --mapping FILE")
    settings = Settings(format, year, zone_minutes(zone), mapping, dataset, indexed)
    found: list[_Found] = []
    unreadable: list[Unreadable] = []
    expanded = [path for argument in arguments for path in _expanded(argument)]
    own = [(option, place) for option, place in (("--out", out), ("--workspace", workspace)) if place is not None]
    folders: set[str] = set()
    for path in dict.fromkeys(expanded):
        for item in _search(path, spool, own, folders):
            (unreadable if isinstance(item, Unreadable) else found).append(item)  # type: ignore[arg-type]
    distinct = list({identity(item.uri): item for item in reversed(found)}.values())
    look = _Look(settings, Spool(spool) if spool else None, on_archive)
    looked = [each for item in sorted(distinct, key=lambda item: item.parts) for each in look.into(item)]
    names = unique_names([item for item, _ in looked])
    unreadable += [
        replace(what, name=name) for name, (_, what) in zip(names, looked, strict=True) if isinstance(what, Unreadable)
    ]
    inputs = look.inputs([(name, what) for name, (_, what) in zip(names, looked) if isinstance(what, Input)])
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


def spelled(parts: Sequence[str]) -> str:
    """A name with ``/``; bytes of a file name that are no UTF-8 as ``\\xff``."""
    return "/".join(parts).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def unique_names(found: Sequence[_Found]) -> list[str]:
    """The last parts of each path: as few as tell them apart, at least from the folder that was named."""
    lengths = [item.least for item in found]
    while True:
        names = [spelled(item.parts[-length:]) for item, length in zip(found, lengths, strict=True)]
        # What stands twice in an archive has nothing to be told apart by.
        counts = Counter(name for name, _ in {(name, item.parts) for name, item in zip(names, found, strict=True)})
        again = [i for i, item in enumerate(found) if counts[names[i]] > 1 and lengths[i] < len(item.parts)]
        if not again:
            return names
        for i in again:
            lengths[i] += 1


class _Look:
    """Looks into what was found, and into what that holds."""

    def __init__(self, settings: Settings, spool: Spool | None, on_archive: Callable[[str], None]) -> None:
        self._settings, self._spool, self._on_archive = settings, spool, on_archive
        self._threads = Threads()
        self._looked = 0

    def into(self, item: _Found, depth: int = 0) -> Iterator[tuple[_Found, Input | Unreadable]]:
        """What an item is, or each member of it; names are not unique yet, numbers are in order of the looks."""
        name = spelled(item.parts[-item.least :])
        looked = look_into(item.uri, name, self._looked, self._settings, self._threads)
        self._looked += 1
        if not isinstance(looked, Archive):
            yield item, looked
        elif self._spool is None:
            yield item, Unreadable(name, f"binary: {looked.kind}")
        elif depth == DEEPEST:
            yield item, Unreadable(name, f"is an archive within {DEEPEST} others: unpack those")
        else:
            if not depth:
                self._on_archive(name)
            for member in unpacked(looked, self._spool):
                found = _Found(member.path, (*item.parts, *member.parts), item.least + len(member.parts))
                if member.path:
                    yield from self.into(found, depth + 1)
                if member.reason:
                    yield found, Unreadable(name, member.reason)
        if self._spool and not isinstance(looked, Input):
            self._spool.forget(item.uri)

    def inputs(self, named: Sequence[tuple[str, Input]]) -> list[Input]:
        """Inputs by name, numbered, with what is known once all have been looked into."""
        conversations = self._threads.conversations()
        counts = Counter(name for name, _ in named)
        turns: Counter[str] = Counter()
        inputs: list[Input] = []
        for name, item in sorted(named, key=lambda pair: pair[0]):
            own = name if counts[name] == 1 else f"{name}#{turns[name]}"
            turns[name] += 1
            conversation = conversations.get(item.number, "")
            inputs.append(replace(item, name=own, number=len(inputs), conversation=conversation))
        return inputs
