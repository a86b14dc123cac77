"""Fields of access log lines in the common and the combined format."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.field_rows import (
    ATTRIBUTES,
    HARMLESS,
    NO_KEY,
    NO_ROWS,
    NO_TIME,
    PLAIN,
    SCAN,
    TIME_COLUMN,
    is_dash,
    is_integer,
    new_rows,
    put,
    skip_spaces,
    token_end,
)
from pipeline.kernels.framing import record_text
from pipeline.kernels.time_text import access_time
from pipeline.records import COLUMN_ID
from recognizers.entities import ENTITY_ID

DATE_TIME = np.int64(ENTITY_ID["DATE_TIME"])
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
USERNAME = np.int64(ENTITY_ID["USERNAME"])
URL = np.int64(ENTITY_ID["URL"])
MESSAGE = np.int64(COLUMN_ID["message"])
CLIENT = np.int64(COLUMN_ID["source_address"])
USER = np.int64(COLUMN_ID["user_name"])
METHOD = np.int64(COLUMN_ID["http_request_method"])
TARGET = np.int64(COLUMN_ID["url_original"])
VERSION = np.int64(COLUMN_ID["http_version"])
STATUS = np.int64(COLUMN_ID["http_response_status_code"])
SIZE = np.int64(COLUMN_ID["http_response_body_bytes"])
REFERRER = np.int64(COLUMN_ID["http_request_referrer"])
AGENT = np.int64(COLUMN_ID["user_agent_original"])

#: Keys of what has no column of its own, by place.
ACCESS_KEYS = ("ident", "http.response.status_code", "http.response.body.bytes")
IDENT_KEY, STATUS_KEY, SIZE_KEY = np.arange(3)


@compiled
def _declared(data, start, end, entity):  # type: ignore[no-untyped-def]
    return HARMLESS if is_dash(data, start, end) else entity


@compiled
def _quoted_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Place of the quote that closes the one before ``at``, or -1; a backslash guards the byte after it."""
    while at < stop:
        if data[at] == 34:
            return at
        at += 2 if data[at] == 92 else 1
    return -1


@compiled
def _is_version(data, start, end):  # type: ignore[no-untyped-def]
    """``HTTP/`` and digits, or digits and one point."""
    if end - start < 6 or end - start > 8:
        return False
    if data[start] != 72 or data[start + 1] != 84 or data[start + 2] != 84 or data[start + 3] != 80:
        return False
    if data[start + 4] != 47 or not 48 <= data[start + 5] <= 57:
        return False
    if end - start == 7:
        return 48 <= data[start + 6] <= 57
    return end - start == 6 or (data[start + 6] == 46 and 48 <= data[start + 7] <= 57)


@compiled
def _put_request(data, rows, n, start, end):  # type: ignore[no-untyped-def]
    """``METHOD target HTTP/1.1``; anything else is one scanned text."""
    at = start
    while at < end and 65 <= data[at] <= 90:
        at += 1
    if at == start or at - start > 16 or at >= end or data[at] != 32:
        return put(rows, n, start, end, PLAIN, _declared(data, start, end, SCAN), TARGET, NO_KEY)
    target = skip_spaces(data, at, end)
    last = end
    while last > target and data[last - 1] != 32:
        last -= 1
    n = put(rows, n, start, at, PLAIN, HARMLESS, METHOD, NO_KEY)
    if last == target or not _is_version(data, last, end):
        return put(rows, n, target, end, PLAIN, URL, TARGET, NO_KEY)
    target_end = last
    while target_end > target and data[target_end - 1] == 32:
        target_end -= 1
    n = put(rows, n, target, target_end, PLAIN, URL, TARGET, NO_KEY)
    return put(rows, n, last, end, PLAIN, HARMLESS, VERSION, NO_KEY)


@compiled
def _put_number(data, rows, n, start, end, column, key):  # type: ignore[no-untyped-def]
    if is_integer(data, start, end):
        return put(rows, n, start, end, PLAIN, HARMLESS, column, NO_KEY)
    return put(rows, n, start, end, PLAIN, _declared(data, start, end, SCAN), ATTRIBUTES, key)


@allocating
def access_fields(data, record_start, record_end):  # type: ignore[no-untyped-def]
    """``client ident user [time] "request" status size "referrer" "agent"`` and whatever a custom format adds.

    Args:
      data, record_start, record_end: as in a Batch.

    Returns:
      (rows int32 [f, 6], record_field int64 [r + 1], time int64 [r], shaped uint8 [r]): ``shaped`` is 1 where the
      record has the format's shape, 2 where it is blank.
    """
    records = len(record_start)
    record_field = np.zeros(records + 1, dtype=np.int64)
    time = np.full(records, NO_TIME, dtype=np.int64)
    shaped = np.zeros(records, dtype=np.uint8)
    rows = new_rows(records * 12)
    n = NO_ROWS
    for r in range(records):
        start, stop = record_text(data, record_start[r], record_end[r])
        if start == stop:
            shaped[r] = 2
        client_end = token_end(data, start, stop)
        ident = skip_spaces(data, client_end, stop)
        ident_end = token_end(data, ident, stop)
        user = skip_spaces(data, ident_end, stop)
        # A user name may hold spaces and brackets: the first bracket that opens a time ends it.
        bracket = user
        end, micros = -1, np.int64(NO_TIME)
        while bracket < stop:
            if data[bracket] == 91 and data[bracket - 1] == 32:
                end, micros = access_time(data, bracket + 1, stop)
                if end > 0 and end < stop and data[end] == 93:
                    break
                end = -1
            bracket += 1
        if end < 0 or client_end == start or ident_end == ident or bracket <= user:
            n = put(rows, n, start, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
            record_field[r + 1] = n
            continue
        user_end = bracket
        while user_end > user and data[user_end - 1] == 32:
            user_end -= 1
        time[r] = micros
        n = put(rows, n, start, client_end, PLAIN, _declared(data, start, client_end, HOSTNAME), CLIENT, NO_KEY)
        n = put(rows, n, ident, ident_end, PLAIN, _declared(data, ident, ident_end, USERNAME), ATTRIBUTES, IDENT_KEY)
        n = put(rows, n, user, user_end, PLAIN, _declared(data, user, user_end, USERNAME), USER, NO_KEY)
        n = put(rows, n, bracket + 1, end, PLAIN, DATE_TIME, TIME_COLUMN, NO_KEY)
        at = skip_spaces(data, end + 1, stop)
        if at < stop and data[at] == 34:
            close = _quoted_end(data, at + 1, stop)
            if close > 0:
                shaped[r] = 1
                n = _put_request(data, rows, n, at + 1, close)
                at = skip_spaces(data, close + 1, stop)
                if at < stop and data[at] != 34:
                    end = token_end(data, at, stop)
                    n = _put_number(data, rows, n, at, end, STATUS, STATUS_KEY)
                    at = skip_spaces(data, end, stop)
                    if at < stop and data[at] != 34:
                        end = token_end(data, at, stop)
                        n = _put_number(data, rows, n, at, end, SIZE, SIZE_KEY)
                        at = skip_spaces(data, end, stop)
                for k in range(2):
                    if at >= stop or data[at] != 34:
                        break
                    close = _quoted_end(data, at + 1, stop)
                    if close < 0:
                        break
                    if k == 0:
                        n = put(rows, n, at + 1, close, PLAIN, _declared(data, at + 1, close, URL), REFERRER, NO_KEY)
                    else:
                        n = put(rows, n, at + 1, close, PLAIN, _declared(data, at + 1, close, SCAN), AGENT, NO_KEY)
                    at = skip_spaces(data, close + 1, stop)
        n = put(rows, n, at, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
        record_field[r + 1] = n
    return rows[:n], record_field, time, shaped
