"""Rows of delimited values under a header: CSV and its kin, W3C extended logs, Zeek's logs.

Sources: RFC 4180; https://www.w3.org/TR/WD-logfile; https://docs.zeek.org/en/current/log-formats.html
"""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache, partial
from itertools import takewhile

import numpy as np

from pipeline.formats.format import SNIFFED, Context, Fields, Format, fields_from, share_of_shaped
from pipeline.formats.json_keys import PATH_COLUMN
from pipeline.formats.sibling_keys import declare_by_siblings
from pipeline.formats.wording import declare_written, is_filled_in
from pipeline.kernels.delimited_fields import AT_START, delimited_fields, row_starts
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_fields import place_values
from pipeline.records import ATTRIBUTES, COLUMN_ID, HEADER_NAME, LOG_COLUMNS, TIME_COLUMN, Bytes, Int64
from recognizers.entities import ENTITY_ID
from recognizers.keys import entity_of_key

DELIMITERS = ",\t;|"
#: What is no column by a name of JSON logs, in lower case.
_NAMES = {
    "date time": TIME_COLUMN,
    "c-ip": COLUMN_ID["source_ip"],
    "c-port": COLUMN_ID["source_port"],
    "s-ip": COLUMN_ID["destination_ip"],
    "s-port": COLUMN_ID["destination_port"],
    "s-computername": COLUMN_ID["host_name"],
    "cs-username": COLUMN_ID["user_name"],
    "cs-method": COLUMN_ID["http_request_method"],
    "cs-version": COLUMN_ID["http_version"],
    "cs-uri-stem": COLUMN_ID["url_path"],
    "cs(user-agent)": COLUMN_ID["user_agent_original"],
    "cs(referer)": COLUMN_ID["http_request_referrer"],
    "sc-status": COLUMN_ID["http_response_status_code"],
    "sc-bytes": COLUMN_ID["http_response_body_bytes"],
    "uid": ATTRIBUTES,  # Zeek's, of a connection
}
_IS_INTEGER = np.array([arrow_type == "int64" for arrow_type in LOG_COLUMNS.values()])
_NAME = re.compile(r"[A-Za-z_@][\w .()/%#@&*+-]{0,63}")
#: Names of columns that are no more than that.
COMMON = {
    "id", "name", "type", "action", "event", "category", "result", "reason", "description", "details", "count",
    "value", "protocol", "port", "size", "bytes", "start", "end", "duration", "source", "destination", "target",
    "version", "comment", "state", "rule", "policy", "interface", "vlan",
}  # fmt: skip
LEAST_KNOWN = 2
_W3C, _ZEEK = "#Fields:", "#fields\t"
#: A header is believed where so many rows have its number of cells.
LEAST_ROWS = 0.9
LEAST_COLUMNS = 3
#: A header may stand below a preface of so many lines, and has then at least so many columns.
MOST_BEFORE, LEAST_BELOW = 64, 6
#: Names that nobody knows are columns' where in so many columns all of the first rows' cells are numbers or times.
LEAST_COUNTED = 2
_FIRST_ROWS = 16
_COUNTED = re.compile(r"[0-9.:/+ TZ-]*[0-9][0-9.:/+ TZ-]*")


def header_of(head: bytes, mark: str = "") -> str:
    """The line that names the columns: the one that begins with a mark, of the comments that a file begins with, else
    the first, or one below a preface; ``""`` where there is none, or one that is longer than a header can be."""
    lines = [line.decode("utf-8", "replace") for line in head.removeprefix(b"\xef\xbb\xbf").splitlines()[:MOST_BEFORE]]
    if mark:
        comments = takewhile(lambda line: line.startswith("#"), lines)
        header = next((line for line in comments if line.startswith(mark)), "")
    else:
        header = next(filter(_stands_below, lines), lines[0] if lines else "")
    return header if len(header) <= SNIFFED else ""


def _stands_below(line: str) -> bool:
    """Whether a line is a header even where others stand before it: names of many columns, some of them known."""
    if len(line) > SNIFFED or sum(map(line.count, DELIMITERS)) < LEAST_BELOW - 1:
        return False
    cells = _cells(line, columns_of(line)[0])
    return len(cells) >= LEAST_BELOW and _are_names(cells) and _known(cells) > LEAST_KNOWN


@lru_cache(maxsize=256)
def columns_of(header: str) -> tuple[str, tuple[str, ...], int]:
    """(delimiter, the columns' names, each once, the column that is one text with the next or -1)."""
    joined = -1
    if header.startswith(_W3C):
        # Exchange writes commas where others write blanks.
        text = header.removeprefix(_W3C).strip()
        delimiter = max(" ,", key=text.count)
        names = text.split(delimiter) if delimiter == "," else text.split()
        joined = next((k for k in range(len(names)) if names[k : k + 2] == ["date", "time"]), -1)
        if joined >= 0:
            names[joined] = "date time"
    elif header.startswith(_ZEEK):
        delimiter, names = "\t", header.removeprefix(_ZEEK).split("\t")
    else:
        delimiter = max(DELIMITERS, key=header.count)
        names = next(csv.reader([header], delimiter=delimiter, skipinitialspace=True), [])
    names = [name.strip() or f"column_{place}" for place, name in enumerate(names)]
    return delimiter, tuple(n if n not in names[:k] else f"{n}_{k}" for k, n in enumerate(names)), joined


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """A row that has not the header's number of cells is one ``message``. Header and comments have no columns.

    A cell in quotes is what stands between them, doubled quotes as they are. Read by lines, what breaks one within
    quotes is rows of too few cells. Times of W3C logs are UTC. What people filled in is prose where it reads so.
    """
    delimiter, names, joined = columns_of(context.header)
    rows, record_field, shaped = delimited_fields(
        data, record_start, record_end, np.uint8(ord(delimiter)), len(names), joined,
        np.frombuffer(context.header.encode(), np.uint8), context.header.startswith("#"),
    )  # fmt: skip
    declare_by_siblings(rows, record_field, names)
    declare_written(data, rows, record_field, names, cut=any(map(is_filled_in, names)))
    columns = np.array([column_named(name) for name in names], np.int16)
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], ENTITY_ID["DATE_TIME"],
        0 if context.header.startswith(_W3C) else context.zone_minutes,
    )  # fmt: skip
    return fields_from(rows, record_field, time, shaped, names, np.full(len(names), HEADER_NAME, np.int32))


def column_named(name: str) -> int:
    name = name.lower()
    return _NAMES.get(name) or PATH_COLUMN.get(name) or PATH_COLUMN.get(name.replace(" ", "_"), ATTRIBUTES)


def sniff(head: bytes, mark: str = "") -> float:
    """The share of rows that the header fits; 0 where it does not look like one, or is not marked and fits too few."""
    header = header_of(head, mark)
    delimiter, names, _ = columns_of(header)
    if len(names) < LEAST_COLUMNS or not (mark or _looks_like_header(header, delimiter, head)):
        return 0.0
    under = Context(1970, 0, header=header)
    head = head[head.find(header.encode()) :] if not mark and header.isascii() else head
    share = share_of_shaped(head[:SNIFFED], lambda data, start, end, _: parse(data, start, end, under))
    if not share and len(head) < SNIFFED:
        # The only row may be the last line, without a line's end, which is else left out as one that was cut.
        share = share_of_shaped(head + b"\n", lambda data, start, end, _: parse(data, start, end, under))
    return share if mark or share >= LEAST_ROWS else 0.0


class Rows:
    """Frames rows whose cells in quotes may go over several lines."""

    def __init__(self, context: Context) -> None:
        self._delimiter = np.uint8(ord(columns_of(context.header)[0]))
        self._place = AT_START
        self._ended = False

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        starts = np.empty(used - scanned + 1, np.int64)
        count, self._place = row_starts(data, used, scanned, self._delimiter, self._place, starts[1:])
        starts[0] = scanned
        starts = starts[0 if self._ended and used > scanned else 1 : count + 1]
        # A row that begins with the next byte begins if there is one.
        self._ended = starts[-1] == used if len(starts) else self._ended and used == scanned
        return starts[:-1] if self._ended and len(starts) else starts, used


def sniff_texts(head: bytes) -> float:
    """The share of rows that the header fits, where one goes over several lines: others are read line by line."""
    header = header_of(head)
    delimiter, names, _ = columns_of(header)
    if len(names) < LEAST_COLUMNS or not _looks_like_header(header, delimiter, head):
        return 0.0
    lines = io.StringIO(head[:SNIFFED].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"), newline="")
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row][1:]
    except csv.Error:
        return 0.0
    if len(head) > SNIFFED:
        del rows[-1:]
    elif head.count(b'"') % 2:
        return 0.0  # one is never closed
    fitting = [row for row in rows if len(row) == len(names)]
    share = len(fitting) / max(len(rows), 1)
    return share if share >= LEAST_ROWS and any("\n" in cell for row in fitting for cell in row) else 0.0


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _are_names(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells) and all(map(_NAME.fullmatch, cells))


def _known(cells: list[str]) -> int:
    return sum(c.lower() in COMMON or column_named(c) != ATTRIBUTES or entity_of_key(c) is not None for c in cells)


def _looks_like_header(header: str, delimiter: str, head: bytes) -> bool:
    """Whether no two cells are alike, the first is a name, and so many are names of columns as no row of values has;
    or all are names, and the rows under them hold numbers."""
    cells = _cells(header, delimiter)
    if len(set(cells)) < len(cells) or not _NAME.fullmatch(cells[0]):
        return False
    return _known(cells) >= LEAST_KNOWN or (_are_names(cells) and _counts(head, delimiter, len(cells)))


def _counts(head: bytes, delimiter: str, columns: int) -> bool:
    """Whether the first rows under a header have its number of cells, and numbers or times in so many columns."""
    lines = head[:SNIFFED].decode("utf-8", "replace").splitlines()[1 : _FIRST_ROWS + 1]
    try:
        rows = list(csv.reader(lines if len(head) <= SNIFFED else lines[:-1], delimiter=delimiter))
    except csv.Error:
        return False
    if not rows or any(len(row) != columns for row in rows):
        return False
    told = [[cell for cell in column if cell.strip()] for column in zip(*rows, strict=True)]
    return sum(bool(cells) and all(map(_COUNTED.fullmatch, cells)) for cells in told) >= LEAST_COUNTED


CSV = Format("csv", "lines", NEVER, parse, sniff, header_of)
CSV_TEXTS = Format("csv-multiline", "sequential", NEVER, parse, sniff_texts, header_of, framing=Rows)
W3C = Format("w3c-extended", "lines", NEVER, parse, partial(sniff, mark=_W3C), partial(header_of, mark=_W3C))
ZEEK = Format("zeek", "lines", NEVER, parse, partial(sniff, mark=_ZEEK), partial(header_of, mark=_ZEEK))
