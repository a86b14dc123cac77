"""Write edits into bytes: whole records for native files, decoded fields for columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import AHEAD, append_bytes, copy_bytes, load8, prefetch, store8
from pipeline.records import Batch, Bools, Bytes, Decoder, Edits, Int32, Int64

Places = npt.NDArray[np.signedinteger]
PLAIN = np.uint8(Decoder.PLAIN)
JSON_STRING = np.uint8(Decoder.JSON_STRING)
JSON_NUMBER = np.uint8(Decoder.JSON_NUMBER)
_LOW = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_BACKSLASHES = np.uint64(0x5C5C5C5C5C5C5C5C)


@dataclass(frozen=True)
class Native:
    """Kept records of a batch, edits applied, as they stand in a native file.

    Attributes:
      data: uint8.
      offsets: int64 [kept + 1], of the records in it.
      drift: int64 [e + 1], how much further than in the source stands in ``data`` what comes before each edit, and
        after the last; None where a record is not kept, since then there is no one answer.
    """

    data: Bytes
    offsets: Int64
    drift: Int64 | None


def splice_records(batch: Batch, edits: Edits, keep: Bools) -> Native:
    """Native bytes of the records that ``keep``, bool [r], names."""
    size = int((batch.record_end - batch.record_start)[keep].sum() + (edits.text_end - edits.text_start).sum())
    out = np.empty(size, np.uint8)
    kept = int(np.count_nonzero(keep))
    offsets, drift = np.empty(kept + 1, np.int64), np.zeros(len(edits.start) + 1, np.int64)
    used = _splice_records(
        batch.data, batch.record_start, batch.record_end, keep,
        edits.start, edits.end, edits.text_start, edits.text_end, edits.arena, out, offsets, drift,
    )  # fmt: skip
    return Native(out[:used], offsets, drift if kept == batch.records else None)


def splice_fields(batch: Batch, edits: Edits, which: Places) -> tuple[Bytes, Int32]:
    """Texts of some fields after the edits, decoded, as the buffers of an Arrow string array.

    Args:
      which: int64 or int32 [k], places of fields in the batch; -1 is an empty text.

    Returns:
      uint8 data (valid UTF-8, a byte that is none becomes U+FFFD) and int32 [k + 1] offsets.
    """
    which = which.astype(np.int64, copy=False)
    size = _room(batch.field_start, batch.field_end, which, edits.field_edit, edits.text_start, edits.text_end)
    raw = np.empty(size, np.uint8)
    offsets = np.empty(len(which) + 1, np.int32)
    used = _splice_fields(
        batch.data, batch.field_start, batch.field_end, batch.field_decoder, which, edits.field_edit,
        edits.start, edits.end, edits.text_start, edits.text_end, edits.arena, raw, offsets,
    )  # fmt: skip
    return _valid_utf8(raw[:used], offsets)


def cut_fields(batch: Batch, edits: Edits, cells: npt.NDArray[np.int32], native: Native) -> list[tuple[Bytes, Int32]]:
    """What ``splice_fields`` gives, for rows of fields: a plain text is one piece of native bytes, whatever its edits.

    Args:
      cells: int32 [c, k], places of fields, -1 for none; in columns next to each other they stand near in the batch.
    """
    if native.drift is None:
        return [splice_fields(batch, edits, which) for which in cells]
    begin, size = np.empty(cells.shape, np.int64), np.empty(cells.shape, np.int32)
    plain = np.ones(len(cells), np.bool_)
    _pieces(
        cells, batch.field_start, batch.field_end, batch.field_decoder, edits.field_edit, native.drift, begin, size,
        plain,
    )  # fmt: skip
    return [
        _cut(native.data, begin[c], size[c]) if plain[c] else splice_fields(batch, edits, which)
        for c, which in enumerate(cells)
    ]


def _cut(data: Bytes, begin: Int64, size: Int32) -> tuple[Bytes, Int32]:
    offsets = np.zeros(len(size) + 1, np.int32)
    np.cumsum(size, out=offsets[1:])
    raw = np.empty(int(offsets[-1]), np.uint8)
    _copy_pieces(data, begin, offsets, raw)
    return _valid_utf8(raw, offsets)


@compiled
def _splice_records(data, rstart, rend, keep, estart, eend, tstart, tend, arena, out, offsets, drift):  # type: ignore[no-untyped-def]
    at = np.int64(0)
    kept = 0
    e = 0
    edits = len(estart)
    offsets[0] = 0
    for r in range(len(rstart)):
        if not keep[r]:
            continue
        here = rstart[r]
        while e < edits and estart[e] < here:
            e += 1
        while e < edits and estart[e] < rend[r]:
            prefetch(arena, tstart[min(e + AHEAD, edits - 1)])
            at = append_bytes(data, here, estart[e], out, at)
            at = append_bytes(arena, tstart[e], tend[e], out, at)
            here = eend[e]
            e += 1
            drift[e] = at - here
        at = append_bytes(data, here, rend[r], out, at)
        kept += 1
        offsets[kept] = at
    return at


@compiled
def _room(fstart, fend, which, field_edit, tstart, tend):  # type: ignore[no-untyped-def]
    """The most bytes that the texts may take."""
    size = 0
    for k in range(len(which)):
        f = which[k]
        if f >= 0:
            size += fend[f] - fstart[f]
            for e in range(field_edit[f], field_edit[f + 1]):
                size += tend[e] - tstart[e]
    return size


@compiled
def hex_value(byte):  # type: ignore[no-untyped-def]
    if 48 <= byte <= 57:
        return byte - 48
    low = byte | 0x20
    if 97 <= low <= 102:
        return low - 87
    return -1


@compiled
def unescape(data, at, end, out, used):  # type: ignore[no-untyped-def]
    """Decode one JSON escape or copy one byte: returns (next position, bytes used)."""
    byte = data[at]
    if byte != 0x5C or at + 1 >= end:
        out[used] = byte
        return at + 1, used + 1
    kind = data[at + 1]
    if kind == 0x75 and at + 6 <= end:  # \uXXXX
        code = 0
        for i in range(at + 2, at + 6):
            digit = hex_value(data[i])
            if digit < 0:
                out[used] = byte
                return at + 1, used + 1
            code = code * 16 + digit
        at += 6
        if 0xD800 <= code < 0xDC00 and at + 6 <= end and data[at] == 0x5C and data[at + 1] == 0x75:
            low = 0
            for i in range(at + 2, at + 6):
                digit = hex_value(data[i])
                low = low * 16 + digit if digit >= 0 and low >= 0 else -1
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                at += 6
        if code < 0x80:
            out[used] = code
            return at, used + 1
        if code < 0x800:
            out[used] = 0xC0 | (code >> 6)
            out[used + 1] = 0x80 | (code & 63)
            return at, used + 2
        if code < 0x10000:
            out[used] = 0xE0 | (code >> 12)
            out[used + 1] = 0x80 | ((code >> 6) & 63)
            out[used + 2] = 0x80 | (code & 63)
            return at, used + 3
        out[used] = 0xF0 | (code >> 18)
        out[used + 1] = 0x80 | ((code >> 12) & 63)
        out[used + 2] = 0x80 | ((code >> 6) & 63)
        out[used + 3] = 0x80 | (code & 63)
        return at, used + 4
    if kind == 0x6E:
        out[used] = 0x0A
    elif kind == 0x74:
        out[used] = 0x09
    elif kind == 0x72:
        out[used] = 0x0D
    elif kind == 0x62:
        out[used] = 0x08
    elif kind == 0x66:
        out[used] = 0x0C
    else:  # \" \\ \/ and what JSON does not know: the byte itself
        out[used] = kind
    return at + 2, used + 1


@compiled
def _unescaped(data, at, end, out, used):  # type: ignore[no-untyped-def]
    """Decode ``data[at:end]``, inside a JSON string: returns bytes used. Eight without a backslash are one copy."""
    while at + 8 <= end:
        word = load8(data, at)
        odd = word ^ _BACKSLASHES
        if (odd - _LOW) & ~odd & _HIGH:
            stop = at + 8
            while at < stop:
                at, used = unescape(data, at, end, out, used)
        else:
            store8(out, used, word)
            at += 8
            used += 8
    while at < end:
        at, used = unescape(data, at, end, out, used)
    return used


@compiled
def _splice_fields(  # type: ignore[no-untyped-def]
    data, fstart, fend, decoder, which, field_edit, estart, eend, tstart, tend, arena, out, offsets
):
    used = np.int64(0)  # a plain 0 has a type of its own: all below would be compiled for it, too
    offsets[0] = 0
    for k in range(len(which)):
        f = which[k]
        if f < 0:
            offsets[k + 1] = used
            continue
        here = fstart[f]
        last = field_edit[f + 1]
        for e in range(field_edit[f], last + 1):
            stop = estart[e] if e < last else fend[f]
            if decoder[f] == JSON_STRING:
                used = _unescaped(data, here, stop, out, used)
            else:
                used = append_bytes(data, here, stop, out, used)
            if e < last:
                a, b = tstart[e], tend[e]
                if decoder[f] == JSON_NUMBER and b - a >= 2 and arena[a] == 0x22:  # a quoted replacement
                    a, b = a + 1, b - 1
                used = append_bytes(arena, a, b, out, used)
                here = eend[e]
        offsets[k + 1] = used
    return used


@compiled
def _pieces(cells, fstart, fend, decoder, field_edit, drift, begin, size, plain):  # type: ignore[no-untyped-def]
    """Where in native bytes the text of each cell stands; not ``plain[c]`` where one of column c is to be decoded."""
    for k in range(cells.shape[1]):
        for c in range(len(cells)):
            f = cells[c, k]
            begin[c, k] = 0
            size[c, k] = 0
            if f >= 0:
                begin[c, k] = fstart[f] + drift[field_edit[f]]
                size[c, k] = fend[f] + drift[field_edit[f + 1]] - begin[c, k]
                plain[c] &= decoder[f] == PLAIN


@compiled
def _copy_pieces(data, begin, offsets, out):  # type: ignore[no-untyped-def]
    for k in range(len(begin)):
        at = np.int64(offsets[k])
        append_bytes(data, begin[k], begin[k] + offsets[k + 1] - at, out, at)


@compiled
def _sequence_length(data, at, end):  # type: ignore[no-untyped-def]
    """Length of the valid UTF-8 sequence at ``at`` (RFC 3629), 0 where there is none."""
    byte = data[at]
    if byte < 0x80:
        return 1
    if 0xC2 <= byte <= 0xDF:
        need, low, high = 1, 0x80, 0xBF
    elif byte == 0xE0:
        need, low, high = 2, 0xA0, 0xBF
    elif byte == 0xED:
        need, low, high = 2, 0x80, 0x9F
    elif 0xE1 <= byte <= 0xEF:
        need, low, high = 2, 0x80, 0xBF
    elif byte == 0xF0:
        need, low, high = 3, 0x90, 0xBF
    elif 0xF1 <= byte <= 0xF3:
        need, low, high = 3, 0x80, 0xBF
    elif byte == 0xF4:
        need, low, high = 3, 0x80, 0x8F
    else:
        return 0
    if at + need + 1 > end or not low <= data[at + 1] <= high:
        return 0
    for i in range(at + 2, at + need + 1):
        if not 0x80 <= data[i] <= 0xBF:
            return 0
    return need + 1


@compiled
def _count_invalid(data, offsets):  # type: ignore[no-untyped-def]
    bad = 0
    for k in range(len(offsets) - 1):
        at = np.int64(offsets[k])
        end = np.int64(offsets[k + 1])
        while at < end:
            if at + 8 <= end and load8(data, at) & _HIGH == 0:
                at += 8
                continue
            step = _sequence_length(data, at, end)
            if step == 0:
                bad += 1
                step = 1
            at += step
    return bad


@compiled
def _replace_invalid(data, offsets, out, new_offsets):  # type: ignore[no-untyped-def]
    used = 0
    new_offsets[0] = 0
    for k in range(len(offsets) - 1):
        at = np.int64(offsets[k])
        end = np.int64(offsets[k + 1])
        while at < end:
            step = _sequence_length(data, at, end)
            if step == 0:
                out[used] = 0xEF
                out[used + 1] = 0xBF
                out[used + 2] = 0xBD
                used += 3
                at += 1
            else:
                used = copy_bytes(data, at, at + step, out, used)
                at += step
        new_offsets[k + 1] = used


def _valid_utf8(data: Bytes, offsets: Int32) -> tuple[Bytes, Int32]:
    if not len(data) or data.max() < 0x80:
        return data, offsets
    bad = _count_invalid(data, offsets)
    if not bad:
        return data, offsets
    out = np.empty(len(data) + 2 * bad, np.uint8)
    new_offsets = np.empty_like(offsets)
    _replace_invalid(data, offsets, out, new_offsets)
    return out, new_offsets
