"""Write edits into bytes: whole records for native files, decoded fields for columns."""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.records import Batch, Bools, Bytes, Decoder, Edits, Int32, Int64

PLAIN = int(Decoder.PLAIN)
JSON_STRING = int(Decoder.JSON_STRING)
JSON_NUMBER = int(Decoder.JSON_NUMBER)


def splice_records(batch: Batch, edits: Edits, keep: Bools) -> tuple[Bytes, Int64]:
    """Native bytes of the kept records, edits applied.

    Args:
      keep: bool [r].

    Returns:
      uint8 data and int64 [kept + 1] offsets of the records in it.
    """
    first = np.searchsorted(edits.start, batch.record_start).astype(np.int64)
    size = int((batch.record_end - batch.record_start)[keep].sum() + (edits.text_end - edits.text_start).sum())
    out = np.empty(size, np.uint8)
    offsets = np.empty(int(keep.sum()) + 1, np.int64)
    used = _splice_records(
        batch.data, batch.record_start, batch.record_end, keep, first,
        edits.start, edits.end, edits.text_start, edits.text_end, edits.arena, out, offsets,
    )  # fmt: skip
    return out[:used], offsets


def splice_fields(batch: Batch, edits: Edits, which: Int64) -> tuple[Bytes, Int32]:
    """Texts of some fields after the edits, decoded, as the buffers of an Arrow string array.

    Args:
      which: int64 [k], places of fields in the batch.

    Returns:
      uint8 data (valid UTF-8, a byte that is none becomes U+FFFD) and int32 [k + 1] offsets.
    """
    lengths = (batch.field_end - batch.field_start)[which]
    first = edits.field_edit[which]
    last = edits.field_edit[which + 1]
    text = np.concatenate(([0], np.cumsum(edits.text_end - edits.text_start)))
    raw = np.empty(int(lengths.sum() + (text[last] - text[first]).sum()), np.uint8)
    offsets = np.empty(len(which) + 1, np.int64)
    used = _splice_fields(
        batch.data, batch.field_start, batch.field_end, batch.field_decoder, which, edits.field_edit,
        edits.start, edits.end, edits.text_start, edits.text_end, edits.arena, raw, offsets,
    )  # fmt: skip
    raw = raw[:used]
    if used and raw.max() >= 0x80:
        raw, offsets = _valid_utf8(raw, offsets)
    return raw, offsets.astype(np.int32)


@njit(cache=True, nogil=True)
def _copy(source, start, end, out, at):  # type: ignore[no-untyped-def]
    for i in range(start, end):
        out[at] = source[i]
        at += 1
    return at


@njit(cache=True, nogil=True)
def _splice_records(data, rstart, rend, keep, first, estart, eend, tstart, tend, arena, out, offsets):  # type: ignore[no-untyped-def]
    at = 0
    kept = 0
    offsets[0] = 0
    for r in range(len(rstart)):
        if not keep[r]:
            continue
        here = rstart[r]
        e = first[r]
        while e < len(estart) and estart[e] < rend[r]:
            at = _copy(data, here, estart[e], out, at)
            at = _copy(arena, tstart[e], tend[e], out, at)
            here = eend[e]
            e += 1
        at = _copy(data, here, rend[r], out, at)
        kept += 1
        offsets[kept] = at
    return at


@njit(cache=True, nogil=True)
def hex_value(byte):  # type: ignore[no-untyped-def]
    if 48 <= byte <= 57:
        return byte - 48
    low = byte | 0x20
    if 97 <= low <= 102:
        return low - 87
    return -1


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _splice_fields(  # type: ignore[no-untyped-def]
    data, fstart, fend, decoder, which, field_edit, estart, eend, tstart, tend, arena, out, offsets
):
    used = 0
    offsets[0] = 0
    for k in range(len(which)):
        f = which[k]
        here = fstart[f]
        e = field_edit[f]
        last = field_edit[f + 1]
        while True:
            stop = estart[e] if e < last else fend[f]
            if decoder[f] == JSON_STRING:
                while here < stop:
                    here, used = unescape(data, here, stop, out, used)
            else:
                used = _copy(data, here, stop, out, used)
            if e == last:
                break
            a, b = tstart[e], tend[e]
            if decoder[f] == JSON_NUMBER and b - a >= 2 and arena[a] == 0x22:  # a quoted replacement
                a, b = a + 1, b - 1
            used = _copy(arena, a, b, out, used)
            here = eend[e]
            e += 1
        offsets[k + 1] = used
    return used


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _count_invalid(data, offsets):  # type: ignore[no-untyped-def]
    bad = 0
    for k in range(len(offsets) - 1):
        at = offsets[k]
        while at < offsets[k + 1]:
            step = _sequence_length(data, at, offsets[k + 1])
            if step == 0:
                bad += 1
                step = 1
            at += step
    return bad


@njit(cache=True, nogil=True)
def _replace_invalid(data, offsets, out, new_offsets):  # type: ignore[no-untyped-def]
    used = 0
    new_offsets[0] = 0
    for k in range(len(offsets) - 1):
        at = offsets[k]
        while at < offsets[k + 1]:
            step = _sequence_length(data, at, offsets[k + 1])
            if step == 0:
                out[used] = 0xEF
                out[used + 1] = 0xBF
                out[used + 2] = 0xBD
                used += 3
                at += 1
            else:
                used = _copy(data, at, at + step, out, used)
                at += step
        new_offsets[k + 1] = used


def _valid_utf8(data: Bytes, offsets: Int64) -> tuple[Bytes, Int64]:
    bad = _count_invalid(data, offsets)
    if not bad:
        return data, offsets
    out = np.empty(len(data) + 2 * bad, np.uint8)
    new_offsets = np.empty_like(offsets)
    _replace_invalid(data, offsets, out, new_offsets)
    return out, new_offsets
