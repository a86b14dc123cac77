"""Fields of syslog lines, after RFC 3164 and after RFC 5424."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.field_rows import (
    ATTRIBUTES,
    HARMLESS,
    KEY_COLUMN,
    NO_KEY,
    NO_ROWS,
    NO_TIME,
    PLAIN,
    ROOM,
    SCAN,
    TIME_COLUMN,
    is_dash,
    is_integer,
    new_rows,
    put,
    room_for,
    skip_spaces,
    token_end,
)
from pipeline.kernels.framing import record_text
from pipeline.kernels.header_tokens import is_address, is_event, is_keyed, is_level, is_marked, names_machine
from pipeline.kernels.key_paths import ROOT, child_of, new_nodes, room_for_node
from pipeline.kernels.time_text import SPACED, STRICT, bsd_time, iso_time
from pipeline.records import COLUMN_ID, Bytes, Int32, Int64
from recognizers.entities import ENTITY_ID

DATE_TIME = np.int64(ENTITY_ID["DATE_TIME"])
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
MESSAGE = np.int64(COLUMN_ID["message"])
HOST = np.int64(COLUMN_ID["host_name"])
PROGRAM = np.int64(COLUMN_ID["process_name"])
PID = np.int64(COLUMN_ID["process_pid"])
PRIORITY = np.int64(COLUMN_ID["log_syslog_priority"])
VERSION = np.int64(COLUMN_ID["log_syslog_version"])
MSGID = np.int64(COLUMN_ID["log_syslog_msgid"])

#: Keys of what has no column of its own, by place in ``HEADER_KEYS``.
HEADER_KEYS = ("process.pid", "timestamp", "origin.host")
PID_KEY, TIMESTAMP_KEY, ORIGIN_KEY = np.arange(3)


@compiled
def _priority_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where ``<PRI>`` ends, or -1."""
    if at >= stop or data[at] != 60:
        return -1
    end = at + 1
    while end < stop and end < at + 5 and 48 <= data[end] <= 57:
        end += 1
    if end == at + 1 or end > at + 4 or end >= stop or data[end] != 62:
        return -1
    return end + 1


@compiled
def _put_pid(data, rows, n, start, end):  # type: ignore[no-untyped-def]
    if is_integer(data, start, end):
        return put(rows, n, start, end, PLAIN, HARMLESS, PID, NO_KEY)
    return put(rows, n, start, end, PLAIN, HARMLESS if is_dash(data, start, end) else SCAN, ATTRIBUTES, PID_KEY)


@compiled
def _tag(data, at, stop):  # type: ignore[no-untyped-def]
    """``program[pid]:`` or ``program:`` at ``at``.

    Returns (program's end, pid's start, pid's end, where the message begins), or all -1; a pid of no length stands for
    none.
    """
    end = at
    while end < stop:
        c = data[end]
        if c == 32 or c == 91:
            break
        if c == 58 and (end + 1 == stop or data[end + 1] == 32):
            break
        end += 1
    if end == at or end >= stop or data[end] == 32:
        return -1, -1, -1, -1
    if data[end] == 58:
        return end, end, end, end + 1
    close = end + 1
    while close < stop and data[close] != 93 and data[close] != 32:
        close += 1
    if close + 1 >= stop or data[close] != 93 or data[close + 1] != 58:
        return -1, -1, -1, -1
    return end, end + 1, close, close + 2


@compiled
def _process(data, at, stop):  # type: ignore[no-untyped-def]
    """``program 123 ``, as RFC 5424 has it, without priority and version; results as of ``_tag``."""
    end = token_end(data, at, stop)
    pid = skip_spaces(data, end, stop)
    pid_end = token_end(data, pid, stop)
    if end == at or pid_end >= stop or not is_integer(data, pid, pid_end):
        return -1, -1, -1, -1
    return end, pid, pid_end, pid_end


@allocating
def rfc3164_fields(data, record_start, record_end, year, month, zone):  # type: ignore[no-untyped-def]
    """``<PRI>Nov 24 10:00:00 host program[pid]: message``, PRI optional, the time also as RFC 3339 writes it; a level
    stands behind the latter, too, and is no host.

    Behind a time of RFC 3339 and a host with a mark ``program pid`` is read, too; behind its loose forms nothing else
    than such a host and ``program[pid]:``. No program need stand before an event in a notation of keys: behind a
    priority, and before CEF and LEEF anywhere. A relay writes its own time and host, or its address alone, before the
    origin's.

    Args:
      data, record_start, record_end: as in a Batch.
      year, month, zone: of times that do not say; months past ``month`` are of the year before.

    Returns:
      (rows int32 [f, 6], record_field int64 [r + 1], time int64 [r], shaped uint8 [r]): ``shaped`` is 1 where the
      record has the format's shape, 2 where it is blank.
    """
    records = len(record_start)
    record_field = np.zeros(records + 1, dtype=np.int64)
    time = np.full(records, NO_TIME, dtype=np.int64)
    shaped = np.zeros(records, dtype=np.uint8)
    rows = new_rows(records * 9)
    n = NO_ROWS
    for r in range(records):
        at, stop = record_text(data, record_start[r], record_end[r])
        if at == stop:
            shaped[r] = 2
        end = _priority_end(data, at, stop)
        sent = end > 0
        if sent:
            n = put(rows, n, at + 1, end - 1, PLAIN, HARMLESS, PRIORITY, NO_KEY)
            at = end
        end, micros = bsd_time(data, at, stop, year, month, zone)
        dated = end > 0
        strict = False
        if not dated:
            end, micros = iso_time(data, at, stop, zone, STRICT)
            strict = end > 0
        if not dated and not strict:
            end, micros = iso_time(data, at, stop, zone, SPACED)
            if end > 0:
                host = skip_spaces(data, end, stop)
                host_end = token_end(data, host, stop)
                message = skip_spaces(data, host_end, stop)
                program, pid, pid_end, after = _tag(data, message, stop)
                if is_event(data, message, stop) or (sent and is_keyed(data, message, stop)):
                    strict = True
                elif not is_marked(data, host, host_end) or program < 0 or not is_integer(data, pid, pid_end):
                    end = -1
        if end > 0 and (end == stop or data[end] == 32):
            time[r] = micros
            n = put(rows, n, at, end, PLAIN, DATE_TIME, TIME_COLUMN, NO_KEY)
            at = skip_spaces(data, end, stop)
            program, pid, pid_end, after = _tag(data, at, stop)
            if program < 0:
                # A host stands before the program; where it is missing, the tag does at once.
                end = token_end(data, at, stop)
                if end > at and end < stop and (dated or not is_level(data, at, end)):
                    marked = is_marked(data, at, end)
                    relay = is_address(data, at, end)
                    n = put(rows, n, at, end, PLAIN, HOSTNAME, HOST, NO_KEY)
                    at = skip_spaces(data, end, stop)
                    if at + 1 < stop and data[at] == 58 and data[at + 1] == 32:
                        at = skip_spaces(data, at + 1, stop)
                    program, pid, pid_end, after = _tag(data, at, stop)
                    if program < 0 and strict and marked:
                        program, pid, pid_end, after = _process(data, at, stop)
                    keyed = is_keyed(data, at, stop)
                    told = is_event(data, at, stop) or (sent and (marked or keyed)) or (strict and marked and keyed)
                    shaped[r] = 1 if dated or program > 0 or told else 0
                    if program < 0:
                        own, _ = bsd_time(data, at, stop, year, month, zone)
                        if own < 0:
                            own, _ = iso_time(data, at, stop, zone, STRICT)
                        name = skip_spaces(data, max(own, at), stop)
                        name_end = token_end(data, name, stop)
                        behind = own > 0 and name > own or own < 0 and relay and is_marked(data, name, name_end)
                        if behind and name_end < stop and not is_level(data, name, name_end):
                            message = skip_spaces(data, name_end, stop)
                            program, pid, pid_end, after = _tag(data, message, stop)
                            if program > 0 or is_keyed(data, message, stop):
                                if own > 0:
                                    n = put(rows, n, at, own, PLAIN, DATE_TIME, ATTRIBUTES, TIMESTAMP_KEY)
                                n = put(rows, n, name, name_end, PLAIN, HOSTNAME, ATTRIBUTES, ORIGIN_KEY)
                                at = message
            elif pid == program and names_machine(data, at, program):
                n = put(rows, n, at, program, PLAIN, HOSTNAME, HOST, NO_KEY)
                shaped[r] = 1 if dated else 0
                at = skip_spaces(data, after, stop)
                program, pid, pid_end, after = _tag(data, at, stop)
            if program > 0:
                n = put(rows, n, at, program, PLAIN, SCAN, PROGRAM, NO_KEY)
                n = _put_pid(data, rows, n, pid, pid_end)
                at = skip_spaces(data, after, stop)
        n = put(rows, n, at, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
        record_field[r + 1] = n
    return rows[:n], record_field, time, shaped


@compiled
def _structured_data_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where well-formed structured data that starts at ``at`` ends, or -1."""
    if at < stop and data[at] == 45:
        return at + 1
    if at >= stop or data[at] != 91:
        return -1
    while at < stop and data[at] == 91:
        at += 1
        name = at
        while at < stop and data[at] > 32 and data[at] != 93 and data[at] != 34 and data[at] != 61:
            at += 1
        if at == name:
            return -1
        while at < stop and data[at] == 32:
            at = skip_spaces(data, at, stop)
            name = at
            while at < stop and data[at] > 32 and data[at] != 93 and data[at] != 34 and data[at] != 61:
                at += 1
            if at == name or at + 1 >= stop or data[at] != 61 or data[at + 1] != 34:
                return -1
            at += 2
            while at < stop and data[at] != 34:
                at += 2 if data[at] == 92 else 1
            at += 1
        if at >= stop or data[at] != 93:
            return -1
        at += 1
    return at


def rfc5424_fields(
    data: Bytes, record_start: Int64, record_end: Int64, zone: int, seed: int, reserved: int
) -> tuple[Int32, Int64, Int64, Bytes, Int64]:
    """``<PRI>VERSION TIME HOST APP PROCID MSGID STRUCTURED-DATA MSG`` (RFC 5424, section 6).

    What does not follow it is one message. Keys of rows count from ``reserved`` for nodes, below it for HEADER_KEYS.

    Returns:
      (rows int32 [f, 6], record_field int64 [r + 1], time int64 [r], shaped uint8 [r], nodes int64 [k, 5]).
    """
    records = len(record_start)
    record_field, shaped = np.zeros(records + 1, np.int64), np.zeros(records, np.uint8)
    time = np.full(records, NO_TIME, np.int64)
    rows = new_rows(records * 12)
    nodes, slots = new_nodes()
    done, known = 0, ROOT + 1
    while True:
        done, known = _read_rfc5424(
            data, record_start, record_end, zone, seed, reserved, done, record_field, time, shaped, rows, nodes,
            slots, known,
        )  # fmt: skip
        if done == records:
            return rows[: record_field[-1]], record_field, time, shaped, nodes[:known]
        if known == len(nodes):
            nodes, slots = room_for_node(nodes, slots, known)
        else:
            rows = room_for(rows, len(rows))


@allocating
def _read_rfc5424(  # type: ignore[no-untyped-def]
    data, record_start, record_end, zone, seed, reserved, done, record_field, time, shaped, rows, nodes, slots, known
):
    """Read records from ``done`` on: (the record at which rows or nodes were full, or how many there are; nodes).

    No array is made anew in the loop: numba would count references at every call.
    """
    n = record_field[done]
    token = np.zeros((6, 2), dtype=np.int64)  # version, time, host, app, procid, msgid
    for r in range(done, len(record_start)):
        start, stop = record_text(data, record_start[r], record_end[r])
        if start == stop:
            shaped[r] = 2
        if n + ROOM > len(rows):
            return r, known
        priority = _priority_end(data, start, stop)
        ok = priority > 0
        at = priority
        if ok:
            for k in range(6):
                token[k, 0] = at
                while at < stop and data[at] > 32:
                    at += 1
                token[k, 1] = at
                if at == token[k, 0] or at >= stop or data[at] != 32:
                    ok = False
                    break
                at += 1
        if ok:
            ok = token[0, 1] - token[0, 0] <= 3 and is_integer(data, token[0, 0], token[0, 1])
        nil_time = False
        micros = np.int64(NO_TIME)
        if ok:
            nil_time = is_dash(data, token[1, 0], token[1, 1])
            if not nil_time:
                end, micros = iso_time(data, token[1, 0], token[1, 1], zone, STRICT)
                ok = end == token[1, 1]
        if not ok:
            n = put(rows, n, start, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
            record_field[r + 1] = n
            continue
        shaped[r] = 1
        n = put(rows, n, start + 1, priority - 1, PLAIN, HARMLESS, PRIORITY, NO_KEY)
        n = put(rows, n, token[0, 0], token[0, 1], PLAIN, HARMLESS, VERSION, NO_KEY)
        if nil_time:
            n = put(rows, n, token[1, 0], token[1, 1], PLAIN, HARMLESS, ATTRIBUTES, TIMESTAMP_KEY)
        else:
            time[r] = micros
            n = put(rows, n, token[1, 0], token[1, 1], PLAIN, DATE_TIME, TIME_COLUMN, NO_KEY)
        nil = is_dash(data, token[2, 0], token[2, 1])
        n = put(rows, n, token[2, 0], token[2, 1], PLAIN, HARMLESS if nil else HOSTNAME, HOST, NO_KEY)
        nil = is_dash(data, token[3, 0], token[3, 1])
        n = put(rows, n, token[3, 0], token[3, 1], PLAIN, HARMLESS if nil else SCAN, PROGRAM, NO_KEY)
        n = _put_pid(data, rows, n, token[4, 0], token[4, 1])
        nil = is_dash(data, token[5, 0], token[5, 1])
        n = put(rows, n, token[5, 0], token[5, 1], PLAIN, HARMLESS if nil else SCAN, MSGID, NO_KEY)
        end = _structured_data_end(data, at, stop)
        if end > 0 and (end == stop or data[end] == 32):
            if data[at] == 91:
                while at < end:
                    at += 1
                    name = at
                    while data[at] != 32 and data[at] != 93:
                        at += 1
                    if known == len(nodes) or n + ROOM > len(rows):
                        return r, known
                    element, known = child_of(data, ROOT, name, at, seed, nodes, slots, known)
                    n = put(rows, n, name, at, PLAIN, SCAN, KEY_COLUMN, reserved + element)
                    while data[at] != 93:
                        at = skip_spaces(data, at, end)
                        name = at
                        while data[at] != 61:
                            at += 1
                        if known == len(nodes) or n + ROOM > len(rows):
                            return r, known
                        node, known = child_of(data, element, name, at, seed, nodes, slots, known)
                        n = put(rows, n, name, at, PLAIN, SCAN, KEY_COLUMN, reserved + node)
                        at += 2
                        name = at
                        while data[at] != 34:
                            at += 2 if data[at] == 92 else 1
                        n = put(rows, n, name, at, PLAIN, SCAN, ATTRIBUTES, reserved + node)
                        at += 1
                    at += 1
            at = skip_spaces(data, end, stop)
            if stop - at >= 3 and data[at] == 0xEF and data[at + 1] == 0xBB and data[at + 2] == 0xBF:
                at += 3
        if n + ROOM > len(rows):
            return r, known
        n = put(rows, n, at, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
        record_field[r + 1] = n
    return len(record_start), known
