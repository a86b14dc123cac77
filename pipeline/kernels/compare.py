"""Compare staged bytes with source and edits. Written apart from splice.py, so that one does not vouch for itself."""

from __future__ import annotations

from numba import njit

from pipeline.kernels.splice import JSON_NUMBER, JSON_STRING


@njit(cache=True, nogil=True)
def native_differs(data, rstart, rend, keep, first, estart, eend, tstart, tend, arena, staged, at, bad):  # type: ignore[no-untyped-def]
    """Walk staged native bytes from ``at`` beside the source: ``bad[r]`` where a record is not source with its edits.

    ``first[r] : first[r + 1]`` are record r's edits. Returns the position after the last record, or -1 where the
    staged bytes end too soon. After a difference the walk goes on as if the record had its right length.
    """
    for r in range(len(rstart)):
        if not keep[r]:
            continue
        here = rstart[r]
        for e in range(first[r], first[r + 1] + 1):
            last = e == first[r + 1]
            stop = rend[r] if last else estart[e]
            if at + stop - here > len(staged):
                bad[r] = True
                return -1
            for i in range(stop - here):
                if staged[at + i] != data[here + i]:
                    bad[r] = True
            at += stop - here
            if last:
                break
            size = tend[e] - tstart[e]
            if at + size > len(staged):
                bad[r] = True
                return -1
            for i in range(size):
                if staged[at + i] != arena[tstart[e] + i]:
                    bad[r] = True
            at += size
            here = eend[e]
    return at


@njit(cache=True, nogil=True)
def field_differs(  # type: ignore[no-untyped-def]
    data, fstart, fend, decoder, which, field_edit, estart, eend, tstart, tend, arena, column, offset, bad, hard
):
    """Walk column texts beside the source: ``bad[k]`` where text k is not field ``which[k]`` with its edits, decoded.

    ``hard[k]`` where the field holds ``\\u`` escapes or bytes >= 0x80: it is left to a slower comparison.
    """
    for k in range(len(which)):
        f = which[k]
        at = offset[k]
        stop_at = offset[k + 1]
        here = fstart[f]
        e = field_edit[f]
        last = field_edit[f + 1]
        good = True
        while good:
            stop = estart[e] if e < last else fend[f]
            while here < stop:
                byte = data[here]
                here += 1
                if byte >= 0x80:
                    hard[k] = True
                    break
                if byte == 0x5C and decoder[f] == JSON_STRING and here < stop:
                    byte = data[here]
                    here += 1
                    if byte == 0x75:
                        hard[k] = True
                        break
                    if byte == 0x62:
                        byte = 0x08
                    elif byte == 0x66:
                        byte = 0x0C
                    elif byte == 0x6E:
                        byte = 0x0A
                    elif byte == 0x72:
                        byte = 0x0D
                    elif byte == 0x74:
                        byte = 0x09
                if at >= stop_at or column[at] != byte:
                    good = False
                    break
                at += 1
            if hard[k] or not good or e == last:
                break
            a = tstart[e]
            b = tend[e]
            if decoder[f] == JSON_NUMBER and b - a >= 2 and arena[a] == 0x22:
                a += 1
                b -= 1
            for i in range(a, b):
                if at >= stop_at or column[at] != arena[i]:
                    good = False
                    break
                at += 1
            here = eend[e]
            e += 1
        bad[k] = not hard[k] and (not good or at != stop_at)
