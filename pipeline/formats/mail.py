"""Mails in their plain form, one record each: a file that is one, and a mailbox of many.

The plain form is what ``inputs.plain_mail`` makes of any mail: decoded, in UTF-8, with delimiters of its own. Whatever
else stands here is a field. Sources: RFC 5322, RFC 2045 to 2049, RFC 3464, RFC 4155, RFC 6532.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.utils import mktime_tz, parsedate_tz

import numpy as np

from pipeline.formats.format import Context, Fields, Format, fields_from
from pipeline.formats.mail_headers import (
    ADDRESS_COLUMNS,
    BOUNDARY,
    KINDS,
    VALUE_COLUMNS,
    Kind,
    Span,
    address_spans,
    content_spans,
    id_spans,
    parameter,
    prose_spans,
    scanned_spans,
    word_spans,
)
from pipeline.formats.markup import markup_spans
from pipeline.formats.written import data_spans, trimmed, written_spans
from pipeline.kernels.framing import LETTER, WHOLE
from pipeline.records import ATTRIBUTES, COLUMN_ID, KEY_COLUMN, NO_TIME, SCAN, TIME_COLUMN, Bytes, Decoder, Int64
from recognizers.entities import ENTITY_ID

#: A line that may begin a mail in a mailbox.
FROM_LINE = re.compile(rb"From [^\r\n]{0,400}(?=[\r\n])")
_WEEKDAYS = frozenset(b"Mon Tue Wed Thu Fri Sat Sun".split())
_CLOCK = re.compile(rb"\d\d?:\d\d(?::\d\d)?")
_YEAR = re.compile(rb"(?:19|20)\d\d")
_BOM = b"\xef\xbb\xbf"
_HEADER = re.compile(
    rb"(?P<name>[!-9;-~]+)[ \t]*:(?P<value>[^\r\n]*(?:(?:\r\n|\n|\r)[ \t]+[^\s][^\r\n]*)*)(?:\r\n|\n|\r|\Z)"
)
_BLANK = re.compile(rb"[ \t]*(?:\r?\n|\r)")
_DELIMITER = re.compile(rb"(?<![^\r\n])--(?P<name>" + BOUNDARY + rb")(?P<closing>--)?[ \t]*(?=[\r\n]|\Z)")
_FROM_TIME = re.compile(rb"(?<=[ \t])[A-Z][a-z]{2},? [^\r\n]{0,40}\d\d?:\d\d[^\r\n]{0,60}\Z")
_COMMENT = re.compile(rb"\([^()]*\)\s*\Z")
_SPANS: dict[Kind, Callable[[bytes, int, int], Iterator[Span]]] = {
    Kind.ADDRESSES: address_spans,
    Kind.IDS: id_spans,
    Kind.PROSE: prose_spans,
    Kind.CONTENT: content_spans,
    Kind.WORD: word_spans,
    Kind.SCANNED: scanned_spans,
    Kind.TRACE: scanned_spans,
    Kind.SIGNATURE: scanned_spans,
}
_DATE_TIME = ENTITY_ID["DATE_TIME"]
_NO_KEY = -1
_PLAIN = int(Decoder.PLAIN)
_LONGEST_DATE = 80
#: Types of text whose lines are data, and endings of attachments' names that say so.
_DATA_TYPES = frozenset(
    b"text/csv text/tab-separated-values text/xml text/x-log text/css text/javascript application/json "
    b"application/x-ndjson application/xml application/sql application/yaml application/javascript".split()
)
_DATA_NAME = re.compile(
    rb"\.(?:log(?:\.\d+)?|csv|tsv|json|jsonl|xml|ya?ml|conf|cfg|ini|toml|sql|sh|py|ps1|js|out)\Z", re.I
)
_MARKUP = (b"text/html", b"application/xhtml+xml")
_HEADERS_ONLY = (b"text/rfc822-headers",)


class _Keys:
    """Names of attributes: those that the format gives, and those of headers that no list knows."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self.parents: list[int] = [-1]
        self._places: dict[tuple[bytes, bool], int] = {}

    def place(self, name: bytes, given: bool) -> int:
        found = self._places.get((name, given))
        if found is None:
            found = self._places[name, given] = len(self.texts)
            self.texts.append(name.decode("ascii"))
            self.parents.append(-1 if given else 0)
        return found


class _Message:
    """Reads one record into rows."""

    def __init__(self, raw: bytes, end: int, keys: _Keys, zone_minutes: int) -> None:
        self.raw = raw
        self.end = end
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.time = NO_TIME
        self.shaped = False
        self._keys = keys
        self._zone_minutes = zone_minutes
        self._taken: set[int] = set()  # columns
        self._content = b""  # type and parameters of the part that is read
        self._disposition = b""
        self._part = b"message"  # the attribute that texts of it go to; those between parts go to ``beside``

    def read(self, at: int) -> None:
        raw, end = self.raw, self.end
        if raw.startswith(_BOM, at, end):
            at += len(_BOM)
        if raw.startswith(b"From ", at, end):
            stop = min((p for p in (raw.find(b"\n", at, end), raw.find(b"\r", at, end)) if p >= 0), default=end)
            self._from_line(*trimmed(raw, at + len(b"From "), stop))
            at = stop + 1 if stop < end else end
            if raw.startswith(b"\n", at, end) and raw[stop : stop + 1] == b"\r":
                at += 1
        open_ones: list[bytes] = []
        delimiters = list(_DELIMITER.finditer(raw, at, end))
        limit = delimiters[0].start() if delimiters else end
        at = self._headers(at, limit, own=True)
        self.shaped = bool(self.rows)
        self._rest_of_part(at, limit, open_ones)
        for k, delimiter in enumerate(delimiters):
            at = delimiter.end()
            limit = delimiters[k + 1].start() if k + 1 < len(delimiters) else end
            if delimiter["name"] not in open_ones:
                self._part = b"beside"
                self._texts(delimiter.start(), limit, written_spans)
                continue
            del open_ones[open_ones.index(delimiter["name"]) + 1 :]
            self._content, self._part = b"", b"message"
            if delimiter["closing"]:
                open_ones.pop()
                self._part = b"beside"
                self._texts(at, limit, written_spans)
                continue
            if raw.startswith(b"\r\n", at, limit):
                at += 1
            at = self._headers(min(at + 1, limit), limit, own=False)
            self._rest_of_part(at, limit, open_ones)

    def _put(
        self, start: int, end: int, entity: int, column: int, key: bytes, given: bool = True, decoder: int = _PLAIN
    ) -> None:
        """One field; a column that is taken gives way to an attribute."""
        if start >= end:
            return
        if column == KEY_COLUMN:
            self.rows.append((start, end, Decoder.PLAIN, entity, column, self._keys.place(key, given)))
            return
        if column in self._taken:
            column = ATTRIBUTES
        if column != ATTRIBUTES:
            self._taken.add(column)
            self.rows.append((start, end, decoder, entity, column, _NO_KEY))
        else:
            self.rows.append((start, end, decoder, entity, column, self._keys.place(key, given)))

    def _from_line(self, start: int, end: int) -> None:
        """The sender and the time that a mailbox notes before a mail."""
        time = _FROM_TIME.search(self.raw, start, end)
        stop = time.start() if time else end
        for first, last, entity, _ in address_spans(self.raw, start, stop):
            self._put(first, last, entity, ATTRIBUTES, b"from_line")
        self._put(stop, end, _DATE_TIME, ATTRIBUTES, b"from_line")

    # Headers.

    def _headers(self, at: int, limit: int, own: bool) -> int:
        """Read a block of headers and the blank line behind it; returns where what follows starts.

        Args:
          own: they are those of the mail itself.
        """
        self._content = self._disposition = b""
        while at < limit:
            blank = _BLANK.match(self.raw, at, limit)
            if blank:
                return blank.end()
            header = _HEADER.match(self.raw, at, limit)
            if header is None:
                return at
            self._header(header, own)
            at = header.end()
        return at

    def _header(self, header: re.Match[bytes], own: bool) -> None:
        name = header["name"].lower()
        kind = KINDS.get(name)
        start, end = trimmed(self.raw, *header.span("value"))
        if kind is None:
            self._put(*header.span("name"), SCAN, KEY_COLUMN, header["name"], given=False)
            self._put(start, end, SCAN, ATTRIBUTES, header["name"], given=False)
            return
        if kind is Kind.TRACE:
            mark = self.raw.rfind(b";", start, end)
            if mark >= 0:
                self._put(*trimmed(self.raw, start, mark), SCAN, ATTRIBUTES, name)
                self._time(name, *trimmed(self.raw, mark + 1, end), own=False)
                return
        if kind is Kind.TIME:
            self._time(name, start, end, own)
            return
        if name == b"content-type" and not self._content:
            self._content = self.raw[start:end]
        elif name == b"content-disposition" and not self._disposition:
            self._disposition = self.raw[start:end]
        address_column, name_column = ADDRESS_COLUMNS.get(name, (-1, -1)) if own else (-1, -1)
        column = VALUE_COLUMNS.get(name, ATTRIBUTES) if own else ATTRIBUTES
        for first, last, entity, is_name in _SPANS[kind](self.raw, start, end):
            wanted = name_column if is_name else address_column
            self._put(
                first, last, entity, wanted if wanted >= 0 else column, name + b".name" if is_name else name
            )  # fmt: skip

    def _time(self, name: bytes, start: int, end: int, own: bool) -> None:
        """A time and the comment behind it; the mail's own is the record's."""
        comment = _COMMENT.search(self.raw, start, end)
        stop = comment.start() if comment else end
        first, last = trimmed(self.raw, start, stop)
        column = ATTRIBUTES
        if own and name == b"date" and self.time == NO_TIME:
            self.time = moment(self.raw[first:last], self._zone_minutes)
            column = TIME_COLUMN if self.time != NO_TIME else ATTRIBUTES
        self._put(first, last, _DATE_TIME, column, name)
        self._put(*trimmed(self.raw, stop, end), SCAN, ATTRIBUTES, name)

    # Bodies.

    def _rest_of_part(self, at: int, limit: int, open_ones: list[bytes]) -> None:
        """What stands behind a part's headers, up to the next delimiter."""
        while True:
            content = self._content.partition(b";")[0].strip().lower()
            boundary = parameter(self._content, b"boundary")
            if content.startswith(b"multipart/") and re.fullmatch(BOUNDARY, boundary) and boundary not in open_ones:
                open_ones.append(boundary)
                self._part = b"beside"
                self._texts(at, limit, written_spans)
                return
            if not content.startswith(b"message/") and content not in _HEADERS_ONLY:
                break
            after = self._headers(at, limit, own=False)
            if after == at:
                break
            at = after
            if content.endswith(b"delivery-status"):
                self._content = content  # another block of headers follows
        disposition = self._disposition.partition(b";")[0].strip().lower()
        filename = parameter(self._disposition, b"filename") or parameter(self._content, b"name")
        if disposition == b"attachment" or filename:
            self._part = b"attachment"
        if content in _MARKUP:
            self._texts(at, limit, markup_spans)
        elif content in _DATA_TYPES or _DATA_NAME.search(filename):
            self._texts(at, limit, data_spans)
        else:
            self._texts(at, limit, written_spans)

    def _texts(self, start: int, end: int, spans: Callable[[bytes, int, int], Iterator[tuple[int, int, int]]]) -> None:
        column = COLUMN_ID["message"] if self._part == b"message" else ATTRIBUTES
        markup = spans is markup_spans
        decoder = Decoder.MARKUP if markup else Decoder.PLAIN
        for first, last, entity in spans(self.raw, start, end):
            if markup and entity == SCAN:
                self._put(first, last, entity, ATTRIBUTES, b"markup", decoder=decoder)
            else:
                self._put(first, last, entity, column, self._part, decoder=decoder)


def moment(text: bytes, zone_minutes: int) -> int:
    """Microseconds since 1970 UTC of a date as RFC 5322 writes it, or NO_TIME."""
    if len(text) > _LONGEST_DATE:
        return NO_TIME
    try:
        parsed = parsedate_tz(text.decode("ascii"))
        if parsed is None:
            return NO_TIME
        seconds = mktime_tz((*parsed[:9], zone_minutes * 60 if parsed[9] is None else parsed[9]))
    except (ValueError, OverflowError, TypeError, IndexError):
        return NO_TIME
    return seconds * 1_000_000 if abs(seconds) < 1 << 36 else NO_TIME


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """Mails; one without a header is text all through.

    Of the texts the first is the ``message``, and each other one an attribute of that name. What stands in an
    attachment, between parts, or in the headers of a mail that is itself a part, is an attribute.
    """
    raw = data.tobytes()
    keys = _Keys()
    rows: list[tuple[int, int, int, int, int, int]] = []
    counts, time, shaped = [0], [], []
    for start, end in zip(record_start.tolist(), record_end.tolist(), strict=True):
        message = _Message(raw, end, keys, context.zone_minutes)
        message.read(start)
        rows += message.rows
        counts.append(len(rows))
        time.append(message.time)
        blank = trimmed(raw, start, end)[0] == end
        shaped.append(2 if blank else int(message.shaped))
    return fields_from(
        np.array(rows, np.int32).reshape(-1, 6), np.array(counts, np.int64), np.array(time, np.int64),
        np.array(shaped, np.uint8), tuple(keys.texts), np.array(keys.parents, np.int32),
    )  # fmt: skip


#: Headers of which one alone does not make a mail, and two do.
_TELLING = frozenset(
    b"from to date subject message-id received return-path delivered-to mime-version content-type cc reply-to "
    b"in-reply-to references x-mailer x-original-to".split()
)
LEAST_TELLING = 2


def sniff(head: bytes) -> float:
    """1 where a block of headers stands at the beginning, two of them ones that mails have."""
    at, names = 3 * head.startswith(_BOM), set()
    while at < len(head):
        header = _HEADER.match(head, at)
        if header is None:
            break
        names.add(header["name"].lower())
        at = header.end()
    whole = at >= len(head) or _BLANK.match(head, at) is not None or (b"\n" not in head[at:] and len(names) > 1)
    return float(whole and len(names & _TELLING) >= LEAST_TELLING)


def sniff_mailbox(head: bytes) -> float:
    line = FROM_LINE.match(head.removeprefix(_BOM))
    return float(line is not None and begins_mail(line[0]) and bool(head[line.end() :].strip()))


def begins_mail(line: bytes) -> bool:
    """Whether a line that begins with ``From `` names a time as C's ctime writes it, or nearly so."""
    words = [word.rstrip(b",") for word in line.split()]
    return not _WEEKDAYS.isdisjoint(words) and any(map(_CLOCK.fullmatch, words)) and any(map(_YEAR.fullmatch, words))


MAIL = Format("mail", "sequential", WHOLE, parse, sniff, dataset="transcripts")
MAILBOX = Format("mbox", "sequential", LETTER, parse, sniff_mailbox, dataset="transcripts")
