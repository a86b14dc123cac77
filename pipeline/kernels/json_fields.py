"""Fields of JSON lines (RFC 8259): every key, string, number and literal where it stands, read without recursion."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.field_rows import (
    ATTRIBUTES,
    HARMLESS,
    KEY_COLUMN,
    NO_KEY,
    NO_TIME,
    PLAIN,
    ROOM,
    SCAN,
    TIME_COLUMN,
    new_rows,
    put,
    room_for,
)
from pipeline.kernels.framing import record_text
from pipeline.kernels.key_paths import (
    FIRST_PLACE,
    IS_PLACE,
    LAST_PLACE,
    NO_NODE,
    ROOT,
    child_of,
    new_nodes,
    room_for_node,
)
from pipeline.kernels.time_text import SPACED, epoch_time, iso_time, may_be_time
from pipeline.records import Bools, Bytes, Decoder, Int32, Int64

#: Deeper nesting is not followed: the record is one text.
DEEPEST = 64
#: A record whose paths add up to more than this many bytes, plus FLAT, per byte of its own is one text: a path is
#: spelled once per record for each key at most, so a batch's paths stay within a small multiple of the batch.
PATHS_PER_BYTE = 16
FLAT = 4096

#: What a value is, in the COLUMN of a row until ``place_values`` has given it a column; KEY_COLUMN marks a key.
TEXT, INTEGER, NUMBER, LITERAL, WHOLE_LINE = np.arange(5)

_STRING = np.int64(Decoder.JSON_STRING)
_NUMBER = np.int64(Decoder.JSON_NUMBER)
_TRUE = np.frombuffer(b"true", dtype=np.uint8).copy()
_FALSE = np.frombuffer(b"false", dtype=np.uint8).copy()
_NULL = np.frombuffer(b"null", dtype=np.uint8).copy()

#: Bytes that mean something inside a string: the quote, the backslash and control characters.
_SPECIAL = np.array([byte < 32 or byte in b'"\\' for byte in range(256)])

_VALUE, _FIRST_KEY, _NEXT_KEY, _AFTER, _FIRST_ELEMENT = range(5)


@compiled
def _skip_white(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and (data[at] == 32 or data[at] == 9 or data[at] == 13 or data[at] == 10):
        at += 1
    return at


@compiled
def string_end(data, at, stop):  # type: ignore[no-untyped-def]
    """From behind an opening quote: (place of the closing quote or -1, whether a backslash stands before it)."""
    escaped = False
    while True:
        while at < stop and not _SPECIAL[data[at]]:
            at += 1
        if at >= stop:
            break
        c = data[at]
        if c == 34:
            return at, escaped
        if c < 32:
            return -1, escaped
        if c == 92:
            escaped = True
            at += 1
            if at >= stop:
                return -1, escaped
            e = data[at]
            if e == 117:
                if stop - at < 5:
                    return -1, escaped
                for k in range(at + 1, at + 5):
                    d = data[k]
                    if not (48 <= d <= 57 or 65 <= d <= 70 or 97 <= d <= 102):
                        return -1, escaped
                at += 4
            elif not (e == 34 or e == 92 or e == 47 or e == 98 or e == 102 or e == 110 or e == 114 or e == 116):
                return -1, escaped
        at += 1
    return -1, escaped


@compiled
def _digits_end(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and 48 <= data[at] <= 57:
        at += 1
    return at


@compiled
def number_end(data, at, stop):  # type: ignore[no-untyped-def]
    """(Where the number at ``at`` ends or -1, whether it is an integer of at most 18 digits)."""
    if at < stop and data[at] == 45:
        at += 1
    end = _digits_end(data, at, stop)
    if end == at or (data[at] == 48 and end > at + 1):
        return -1, False
    small = end - at <= 18
    at = end
    if at < stop and data[at] == 46:
        small = False
        end = _digits_end(data, at + 1, stop)
        if end == at + 1:
            return -1, False
        at = end
    if at < stop and (data[at] == 101 or data[at] == 69):
        small = False
        at += 1
        if at < stop and (data[at] == 43 or data[at] == 45):
            at += 1
        end = _digits_end(data, at, stop)
        if end == at:
            return -1, False
        at = end
    return at, small


@compiled
def _word_end(data, at, stop, word):  # type: ignore[no-untyped-def]
    if stop - at < len(word):
        return -1
    for k in range(len(word)):
        if data[at + k] != word[k]:
            return -1
    return at + len(word)


@compiled
def _literal_end(data, at, stop):  # type: ignore[no-untyped-def]
    c = data[at]
    if c == 116:
        return _word_end(data, at, stop, _TRUE)
    if c == 102:
        return _word_end(data, at, stop, _FALSE)
    if c == 110:
        return _word_end(data, at, stop, _NULL)
    return -1


@compiled
def _is_element(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a record led by a bracket is the elements' array's, and not one around it, which is left open."""
    last = stop - 1
    while data[last] == 32 or data[last] == 9 or data[last] == 13 or data[last] == 10:
        last -= 1
    return last == at or not (data[last] == 58 or data[last] == 44 or data[last] == 91)


def json_fields(
    data: Bytes, record_start: Int64, record_end: Int64, seed: int, arrays: Bools | None = None
) -> tuple[Int32, Int64, Bytes, Int64]:
    """Fields of each record, which is one JSON object, else one text.

    Args:
      data, record_start, record_end: as in a Batch.
      seed: any; results do not depend on it.
      arrays: bool [d], where records are what ``json_elements`` cuts: which of the brackets around an element are
        arrays. A record is then an element with the comma or bracket before it, what goes before the first one, or
        what follows the last. Nodes 1 to d are the steps of the way, and an element is node d.

    Returns:
      (rows int32 [f, 6], record_field int64 [r + 1], shaped uint8 [r], nodes int64 [k, 5]): ``shaped`` is 1 where the
      record is an object, 2 where it is blank. A row's COLUMN is KEY_COLUMN or the kind of value.
    """
    records = len(record_start)
    record_field, shaped = np.zeros(records + 1, np.int64), np.zeros(records, np.uint8)
    rows = new_rows(records * 16)
    nodes, slots = new_nodes()
    done, known = 0, ROOT + 1
    arrays = np.zeros(0, np.bool_) if arrays is None else arrays
    for _ in arrays:
        nodes[known] = NO_NODE
        known += 1
    while True:
        done, known = _read_objects(
            data, record_start, record_end, seed, arrays, done, record_field, shaped, rows, nodes, slots, known
        )
        if done == records:
            return rows[: record_field[-1]], record_field, shaped, nodes[:known]
        if known == len(nodes):
            nodes, slots = room_for_node(nodes, slots, known)
        else:
            rows = room_for(rows, len(rows))


@allocating
def _read_objects(  # type: ignore[no-untyped-def]
    data, record_start, record_end, seed, arrays, done, record_field, shaped, rows, nodes, slots, known
):
    """Read records from ``done`` on: (the record at which rows or nodes were full, or how many there are; nodes).

    No array is made anew in here: numba would count references at every call.
    """
    n = record_field[done]
    stack_node = np.zeros(DEEPEST + 1, dtype=np.int64)
    stack_place = np.zeros(DEEPEST + 1, dtype=np.int64)  # -1 in an object, else the place in the array
    steps = len(arrays)
    for r in range(done, len(record_start)):
        start, stop = record_text(data, record_start[r], record_end[r])
        first = n
        at = _skip_white(data, start, stop)
        if at == stop:
            shaped[r] = 2
            record_field[r + 1] = n
            continue
        lead = data[at]
        element = steps > 0 and (lead == 44 or (lead == 91 and _is_element(data, at, stop)))
        floor = steps if element else 0  # the depth in which the record's value stands
        ok = lead == 123 or (steps > 0 and (lead == 44 or lead == 91 or lead == 93))
        budget = FLAT + PATHS_PER_BYTE * (stop - start)
        state = _VALUE
        node = 0
        depth = 0
        if element or (ok and lead == 93):
            depth = steps
            node = steps
            for d in range(1, steps + 1):
                stack_node[d] = d - 1
                stack_place[d] = 0 if arrays[d - 1] else -1
            if element:
                at += 1
            else:
                state = _AFTER
        while ok:
            at = _skip_white(data, at, stop)
            if at >= stop:
                ok = depth == floor and state == _AFTER
                if steps > 0 and element:
                    ok = ok or (state == _VALUE and depth == floor and n == first)
                elif steps > 0:
                    ok = ok or (depth == steps - 1 and state in (_VALUE, _FIRST_ELEMENT))
                break
            if depth == floor and state == _AFTER:
                ok = False
                break
            if n + ROOM > len(rows) or known == len(nodes):
                return r, known
            c = data[at]
            if state == _FIRST_ELEMENT:
                if c == 93:
                    at += 1
                    depth -= 1
                    state = _AFTER
                    continue
                node, known = child_of(data, stack_node[depth], IS_PLACE, FIRST_PLACE, seed, nodes, slots, known)
                budget -= nodes[node, 4]
                state = _VALUE
            if state == _VALUE:
                if c == 34:
                    end, escaped = string_end(data, at + 1, stop)
                    if end < 0:
                        ok = False
                        break
                    n = put(rows, n, at + 1, end, _STRING if escaped else PLAIN, SCAN, TEXT, node)
                    at = end + 1
                    state = _AFTER
                elif c == 123 or c == 91:
                    if depth == DEEPEST:
                        ok = False
                        break
                    depth += 1
                    stack_node[depth] = node
                    stack_place[depth] = -1 if c == 123 else 0
                    state = _FIRST_KEY if c == 123 else _FIRST_ELEMENT
                    at += 1
                elif c == 45 or 48 <= c <= 57:
                    end, small = number_end(data, at, stop)
                    if end < 0:
                        ok = False
                        break
                    n = put(rows, n, at, end, _NUMBER, SCAN, INTEGER if small else NUMBER, node)
                    at = end
                    state = _AFTER
                else:
                    end = _literal_end(data, at, stop)
                    if end < 0:
                        ok = False
                        break
                    n = put(rows, n, at, end, _NUMBER, HARMLESS, LITERAL, node)
                    at = end
                    state = _AFTER
            elif state == _AFTER:
                in_object = stack_place[depth] < 0
                if c == (125 if in_object else 93):
                    depth -= 1
                elif c == 44 and in_object:
                    state = _NEXT_KEY
                elif c == 44:
                    place = stack_place[depth] + 1
                    stack_place[depth] = place
                    node, known = child_of(data, stack_node[depth], IS_PLACE, place, seed, nodes, slots, known)
                    if place <= LAST_PLACE:
                        budget -= nodes[node, 4]
                    state = _VALUE
                else:
                    ok = False
                at += 1
            else:
                if state == _FIRST_KEY and c == 125:
                    at += 1
                    depth -= 1
                    state = _AFTER
                    continue
                if c != 34:
                    ok = False
                    break
                end, escaped = string_end(data, at + 1, stop)
                if end < 0:
                    ok = False
                    break
                node, known = child_of(data, stack_node[depth], at + 1, end, seed, nodes, slots, known)
                budget -= nodes[node, 4]
                n = put(rows, n, at + 1, end, _STRING if escaped else PLAIN, SCAN, KEY_COLUMN, node)
                at = _skip_white(data, end + 1, stop)
                if at >= stop or data[at] != 58:
                    ok = False
                    break
                at += 1
                state = _VALUE
            if budget < 0:
                ok = False
        if ok:
            shaped[r] = 1
        else:
            n = put(rows, first, start, stop, PLAIN, SCAN, WHOLE_LINE, NO_KEY)
        record_field[r + 1] = n
    return len(record_start), known


@allocating
def place_values(  # type: ignore[no-untyped-def]
    data, rows, record_field, node_column, column_is_integer, message, date_time, zone
):
    """Give each value its column, a time its entity, in place, and each record its time.

    Args:
      node_column: int16 [k], the column that a value at this path takes, TIME_COLUMN for a time, ATTRIBUTES for none.
      column_is_integer: bool, by column.
      message, date_time: ids of the column and the entity.
      zone: minutes east of UTC for times without a zone.

    Returns:
      int64 [r], the times.
    """
    records = len(record_field) - 1
    time = np.full(records, NO_TIME, dtype=np.int64)
    taken = np.full(len(column_is_integer), -1, dtype=np.int64)
    for r in range(records):
        for f in range(record_field[r], record_field[r + 1]):
            kind = rows[f, 4]
            if kind == KEY_COLUMN:
                continue
            if kind == WHOLE_LINE:
                rows[f, 4] = message
                continue
            node = rows[f, 5]
            column = node_column[node]
            if kind == LITERAL:
                column = ATTRIBUTES
            elif column == TIME_COLUMN:
                start, end = np.int64(rows[f, 0]), np.int64(rows[f, 1])
                read, micros = -1, 0
                if kind == TEXT and end - start >= 19:
                    read, micros = iso_time(data, start, end, zone, SPACED)
                if read != end:
                    read, micros = epoch_time(data, start, end)
                column = ATTRIBUTES
                if read == end or may_be_time(data, start, end):
                    rows[f, 3] = date_time
                if read == end and time[r] == NO_TIME:
                    time[r] = micros
                    column = TIME_COLUMN
            elif column != ATTRIBUTES:
                if taken[column] == r or (column_is_integer[column] and kind != INTEGER):
                    column = ATTRIBUTES
                else:
                    taken[column] = r
            if kind == TEXT and rows[f, 3] == SCAN and rows[f, 1] - rows[f, 0] >= 19 and data[rows[f, 0] + 4] == 45:
                # A date and a time, and nothing else, are a time under whatever key.
                read, _ = iso_time(data, np.int64(rows[f, 0]), np.int64(rows[f, 1]), zone, SPACED)
                if read == rows[f, 1]:
                    rows[f, 3] = date_time
            rows[f, 4] = column
    return time
