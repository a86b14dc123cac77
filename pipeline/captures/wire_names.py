"""DNS and NetBIOS names in place: read in full, and written label by label at their own length.

A pseudonym's label is tag and core; where the length is fixed the core stands alone. Public suffixes, service labels
and names that a policy keeps stay. What does not fit (a token, another address's octets) is masked. A name in a message
may go on in an earlier one: a label's place that two names want differently is masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.captures.fields import be16, byte
from pipeline.kernels.compiling import compiled
from pipeline.kernels.texts import TextTable
from pipeline.records import Bools, Bytes, Int32, Int64
from pipeline.surrogates.names import LabelMap
from pipeline.surrogates.notation import is_upper

#: Labels of a name, and pointers met on the way; bytes of labels with their lengths (RFC 1035 section 2.3.4).
_MOST = 127
_LONGEST = 254
_UNREADABLE = -1
#: A label that is written as it is.
_PLAIN = re.compile(rb"[ -\-/-\[\]-~]*")
_MASK = ord("x")
#: Bytes of names read at a time: hostile packets hold names that are much longer than what they take.
_SLICE = 1 << 20
_NETBIOS_BYTES = 32
#: Names that every network has, kept as they are: of no one, of all, of browsers (RFC 1002 section 4.2.18, MS-BRWS).
NETBIOS_OF_ALL = frozenset((b"", b"*", b"\x01\x02__MSBROWSE__\x02"))


@dataclass(frozen=True)
class WireNames:
    """The names of some rows.

    Attributes:
      texts: the distinct names as found, after those known before, UTF-8; what is no text of a label, and dots and
        backslashes within one, as in zone files (RFC 1035 section 5.1).
      labels: of each, its labels' bytes.
      row_name: int32 [rows], -1 where a row holds no name that could be read.
    """

    texts: list[bytes]
    labels: list[list[bytes]]
    row_name: Int32


@dataclass(frozen=True)
class PlacedBytes:
    """Replacements of their own length.

    Attributes:
      start, end: int64 [e], positions in the data.
      flat: uint8, the replacements one after the other.
    """

    start: Int64
    end: Int64
    flat: Bytes


@dataclass(frozen=True)
class KnownNames:
    """Names that were read before, with their numbers in ``WireNames``; grows."""

    table: TextTable = field(default_factory=TextTable)
    texts: list[bytes] = field(default_factory=list)
    labels: list[list[bytes]] = field(default_factory=list)


class FittedNames:
    """Names at their own length, by number: made once for each.

    Attributes:
      wanted, begin: uint8 and int64 [n + 1], the labels of each name one after the other.
      gone: bool [n], names that have no replacement.
    """

    def __init__(self) -> None:
        self.wanted: Bytes = np.zeros(0, np.uint8)
        self.begin: Int64 = np.zeros(1, np.int64)
        self.gone: Bools = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return len(self.gone)

    def extend(self, names: WireNames, written: Sequence[bytes | None]) -> None:
        """Add the next names, of which ``written`` says what ``place_names`` is told."""
        first = len(self)
        fitted = [
            b"".join(_fit(text, labels, new))
            for text, labels, new in zip(names.texts[first:], names.labels[first:], written)
        ]
        self.begin = np.concatenate((self.begin[:-1], self.begin[-1] + _starts([len(each) for each in fitted])))
        self.wanted = np.concatenate((self.wanted, np.frombuffer(b"".join(fitted), np.uint8)))
        self.gone = np.concatenate((self.gone, np.array([new is None for new in written], np.bool_)))


def read_names(data: Bytes, rows: Int32, known: KnownNames | None = None) -> WireNames:
    """Of rows of Kind.NAME (int32 [k, 5], as ``fields.Out`` has them, sorted by start)."""
    known = known or KnownNames()
    table = known.table
    row_name = np.full(len(rows), _UNREADABLE, np.int32)
    done = 0
    while done < len(rows):
        flat, start = np.empty(_SLICE, np.uint8), np.empty(min(len(rows) - done, _SLICE) + 1, np.int64)
        count = _read(data, rows[done:], flat, start)
        read = np.flatnonzero(start[1 : count + 1] > start[:count])
        row_name[done + read] = table.intern(flat, start[read], start[read + 1], np.zeros(len(read), np.int32))
        done += count
    for number in range(len(known.labels), table.count):
        known.labels.append(_labels(table.text(number)))
        known.texts.append(b".".join(map(_as_text, known.labels[-1])))
    return WireNames(known.texts, known.labels, row_name)


def place_names(data: Bytes, rows: Int32, names: WireNames, written: Sequence[bytes | None]) -> PlacedBytes:
    """Replacements of the rows that change.

    Args:
      data, rows, names: as ``read_names`` took and gave them.
      written: for each of ``names.texts`` its pseudonym, itself where it is kept, None where it is to go.
    """
    fitted = FittedNames()
    fitted.extend(names, written)
    return place_fitted(data, rows, names, fitted)


def place_fitted(data: Bytes, rows: Int32, names: WireNames, fitted: FittedNames) -> PlacedBytes:
    """As ``place_names``, of names that were fitted before."""
    start, end = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    place = _starts(end - start)
    flat = np.empty(place[-1], np.uint8)
    disputed: Bools = np.zeros(len(flat), np.bool_)
    _place(data, rows, names.row_name, fitted.wanted, fitted.begin, fitted.gone, place, flat, disputed)
    return _changed(data, start, end, flat)


def read_netbios_names(data: Bytes, rows: Int32) -> WireNames:
    """Of rows of Kind.NETBIOS: names without their padding and the byte that says what they name (RFC 1001 14.1)."""
    if not len(rows):
        return WireNames([], [], np.zeros(0, np.int32))
    nibbles = _encoded(data, rows) - ord("A")
    decoded = nibbles[:, ::2] << 4 | nibbles[:, 1::2]
    distinct, row_name = np.unique(decoded[:, :15], axis=0, return_inverse=True)
    labels = [[each.tobytes().rstrip(b" \0")] for each in distinct]
    return WireNames([_as_text(label) for (label,) in labels], labels, row_name.reshape(-1).astype(np.int32))


def place_netbios_names(data: Bytes, rows: Int32, names: WireNames, written: Sequence[bytes | None]) -> PlacedBytes:
    """As ``place_names``. Of the name's 32 bytes those of its text change, not its padding nor its last byte."""
    fitted = np.zeros((len(names.texts), _NETBIOS_BYTES), np.uint8)
    size = np.array([2 * len(label) for (label,) in names.labels], np.int64)
    for row, text, labels, new in zip(fitted, names.texts, names.labels, written):
        is_kept = labels[0] in NETBIOS_OF_ALL
        label = np.frombuffer(labels[0] if is_kept else _fit(text, labels, new)[0], np.uint8)
        row[: 2 * len(label) : 2], row[1 : 2 * len(label) : 2] = (label >> 4) + ord("A"), (label & 15) + ord("A")
    encoded = _encoded(data, rows)
    own = np.arange(_NETBIOS_BYTES) < size[names.row_name, None]
    flat = np.where(own, fitted[names.row_name], encoded).reshape(-1)
    return _changed(data, rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), flat)


def _encoded(data: Bytes, rows: Int32) -> Bytes:
    return data[rows[:, 0].astype(np.int64)[:, None] + np.arange(_NETBIOS_BYTES)]


def _changed(data: Bytes, start: Int64, end: Int64, flat: Bytes) -> PlacedBytes:
    """The replacements that differ from what they replace; ``flat`` is used up."""
    rows, used = _keep_changed(data, start, end, flat)
    return PlacedBytes(start[:rows], end[:rows], flat[:used])


def _starts(sizes: Sequence[int] | Int64) -> Int64:
    """Where each of some things begins, and the last one ends."""
    begin = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=begin[1:])
    return begin


def _labels(name: bytes) -> list[bytes]:
    """The labels of a name that stands with their lengths, without its root."""
    labels, at = [], 0
    while at < len(name):
        labels.append(name[at + 1 : at + 1 + name[at]])
        at += 1 + name[at]
    return labels


def _as_text(label: bytes) -> bytes:
    if _PLAIN.fullmatch(label):
        return label
    try:
        label.decode()
        beyond = 0x100
    except UnicodeDecodeError:
        beyond = 0x80
    written = bytearray()
    for code in label:
        if code in b".\\":
            written += b"\\"
        written += b"%c" % code if 0x20 <= code < beyond and code != 0x7F else b"\\%03d" % code
    return bytes(written)


def _fit(text: bytes, labels: Sequence[bytes], new: bytes | None) -> list[bytes]:
    """The labels at their own length: as they are, a core, or masked."""
    parts = (new or b"").split(b".")
    # A dot within a label, escaped as it is, parts the text there, too.
    inner = [label.count(b".") for label in labels]
    if new is None or len(parts) != len(labels) + sum(inner):
        return [_masked(label) for label in labels]
    is_reverse = text.lower().endswith(b".in-addr.arpa")
    fitted, at = [], 0
    for label, more in zip(labels, inner):
        part = parts[at].lower()
        is_own = b".".join(parts[at : at + 1 + more]) == _as_text(label)
        at += 1 + more
        core = part.removeprefix(LabelMap.TAG) if len(part) > len(label) else part
        if is_own or part == label.lower():
            fitted.append(label)
        elif more or len(core) != len(label) or (is_reverse and label.isdigit()):
            fitted.append(_masked(label))
        else:
            fitted.append(core.upper() if is_upper(label) else core)
    return fitted


def _masked(label: bytes) -> bytes:
    return (b"X" if is_upper(label) else b"x") * len(label)


@compiled
def _label(data, place, run, limit, message):  # type: ignore[no-untyped-def]
    """The label at ``place``, pointers followed: (its first byte, its size, where its run begins, what that is below).

    A run of labels lies below the run from which a pointer led to it, so that reading ends, within the message. Its
    size is 0 for the root, -1 for what is no name.
    """
    for _ in range(_MOST):
        if place >= limit:
            break
        size = byte(data, place)
        if size < 64:
            if place + 1 + size > limit:
                break
            return place + 1, size, run, limit
        if size < 0xC0 or place + 2 > limit:
            break
        place = message + (be16(data, place) & 0x3FFF)
        if place >= run:
            break
        limit = run
        run = place
    return place, np.int64(-1), run, limit


@compiled
def _read(data, rows, flat, start):  # type: ignore[no-untyped-def]
    """Names with their labels' lengths and without pointers and root, as many as there is room for; their count."""
    used = 0
    for i in range(len(start) - 1):
        start[i] = used
        if used + _LONGEST > len(flat):
            return i
        place, run, limit, message = np.int64(rows[i, 0]), np.int64(rows[i, 0]), np.int64(rows[i, 1]), rows[i, 3]
        first = used
        while True:
            place, size, run, limit = _label(data, place, run, limit, message)
            if size < 1 or used - first + 1 + size > _LONGEST:
                if size != 0:
                    used = first
                break
            for j in range(place - 1, place + size):
                flat[used] = data[j]
                used += 1
            place += size
        start[i + 1] = used
    return len(start) - 1


@compiled
def _place(data, rows, row_name, wanted, begin, gone, place_of, flat, disputed):  # type: ignore[no-untyped-def]
    """Write each row's labels as its name wants them, then mask what names that go on in it want differently."""
    for i in range(len(rows)):
        at, shift = np.int64(rows[i, 0]), place_of[i] - np.int64(rows[i, 0])
        number = row_name[i]
        stop = np.int64(rows[i, 1])
        for place in range(at, stop):
            flat[shift + place] = data[place]
        source = begin[max(number, 0)]
        while at < stop and data[at] < 64:
            size = min(byte(data, at), stop - at - 1)
            for j in range(size):
                flat[shift + at + 1 + j] = wanted[source + j] if number >= 0 else _MASK
            source += size
            at += 1 + size
    for i in range(len(rows)):
        number = row_name[i]
        # A name that is a pointer and nothing else says what others wrote: it has a say only where it must go.
        if number >= 0 and (data[rows[i, 0]] < 64 or gone[number]):
            _dispute(data, rows, i, wanted, begin[number], place_of, flat, disputed)
    for i in range(len(rows)):
        at, shift = np.int64(rows[i, 0]), place_of[i] - np.int64(rows[i, 0])
        while at < rows[i, 1] and data[at] < 64:
            stop = min(at + 1 + byte(data, at), np.int64(rows[i, 1]))
            is_disputed = False
            for place in range(at + 1, stop):
                is_disputed |= disputed[shift + place]
            if is_disputed:
                for place in range(at + 1, stop):
                    flat[shift + place] = _MASK
            at = stop


@compiled
def _dispute(data, rows, i, wanted, source, place_of, flat, disputed):  # type: ignore[no-untyped-def]
    """Mark the bytes of other rows that the name of row ``i`` goes on in and wants other than they are."""
    message = rows[i, 3]
    place, run, limit = np.int64(rows[i, 0]), np.int64(rows[i, 0]), np.int64(rows[i, 1])
    holder = np.int64(i)
    while True:
        place, size, run, limit = _label(data, place, run, limit, message)
        if size < 1:
            return
        if place < rows[holder, 0] or place + size > rows[holder, 1]:
            holder = _row_of(rows, place, i)
        # Elsewhere it is not within a name: what those bytes are is for their own field to say.
        if place >= rows[holder, 0] and place + size <= rows[holder, 1]:
            shift = place_of[holder] - np.int64(rows[holder, 0])
            for j in range(size):
                if flat[shift + place + j] != wanted[source + j]:
                    disputed[shift + place + j] = True
        source += size
        place += size


@compiled
def _row_of(rows, place, behind):  # type: ignore[no-untyped-def]
    """The last of the rows up to ``behind`` that begins at or before a place; the first one, if none does."""
    low, high = np.int64(0), np.int64(behind)
    while low < high:
        middle = (low + high + 1) // 2
        if rows[middle, 0] <= place:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def _keep_changed(data, start, end, flat):  # type: ignore[no-untyped-def]
    """Move what differs to the front: how many replacements, how many bytes."""
    rows = used = at = np.int64(0)
    for i in range(len(start)):
        size = end[i] - start[i]
        differs = False
        for j in range(size):
            differs |= data[start[i] + j] != flat[at + j]
            flat[used + j] = flat[at + j]
        at += size
        if differs:
            start[rows] = start[i]
            end[rows] = end[i]
            used += size
            rows += 1
    return rows, used
