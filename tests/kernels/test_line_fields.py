"""Fields of syslog, access log and text lines against regular expressions that say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.kernels.access_fields import access_fields
from pipeline.kernels.syslog_fields import rfc3164_fields, rfc5424_fields
from pipeline.kernels.text_fields import text_fields
from pipeline.kernels.time_text import access_time, bsd_time, ctime_time, iso_time
from pipeline.records import ATTRIBUTES, COLUMN_NAMES, KEY_COLUMN, TIME_COLUMN

Spans = list[tuple[int, int, str]]

TIMES = [
    "Nov 24 10:00:00", "Nov  4 2026 10:00:00", "2026-11-24T10:00:00Z", "2026-11-24 10:00:00,5",
    "24/Nov/2026:10:00:00 +0000",
    "[24/Nov/2026:10:00:00 +0000]", "Tue Nov 24 10:00:00 2026", "-", "Feb 30 10:00:00",
]  # fmt: skip
PARTS = [
    "<13>", "<1234>", "<>", "1", " ", " ", " ", "  ", "gw1", "prog", "[12]", "[x]:", "[", "]", ":", ": ", "=",
    '"', '"', "\\", '\\"', "[id@1", ' a="b"', 'k="', '"]', "-", "GET", "GET /a", "HTTP/1.1",
    '"GET /x HTTP/1.1"', "200", "CEF:0|", "LEEF:1.0|", "{", "id=7", "\n x", "\ufeff", "\u00e9", *TIMES,
]  # fmt: skip
STARTS = [
    "", "<13>Nov 24 10:00:00 gw1 ", "Nov 24 10:00:00 prog[7]: ", "<13>1 2026-11-24T10:00:00Z h p 7 m ",
    "<13>1 - h p 7 ", "<13>2026-11-24 10:00:00 gw1 ", "<13>2026-11-24T10:00:00Z gw1 ",
    "2026-11-24T10:00:00Z gw1 CEF:0|", "Nov 24 10:00:00 192.0.2.1 Nov 24 10:00:00 gw1 prog: ",
    "<13>Nov 24 10:00:00 relay 2026-11-24T10:00:00Z gw1 id=7 ", "Nov 24 10:00:00 GW-1: prog[7]: ",
    "Nov 24 10:00:00 192.0.2.1 gw1 prog[7]: ", "2026-11-24 10:00:00 gw1 CEF:0|",
    "2026-11-24T10:00:00Z gw1 prog 7 ", "2026-11-24 10:00:00.5 +0100 gw1 prog[7]: ",
    "Nov 24 10:00:00 2026 gw1 prog[7]: ", "2026-11-24T10:00:00Z Warn prog: ", "2026-11-24T10:00:00Z severn prog: ",
    "2026-11-24T10:00:00Z FINEST prog: ", "Nov 24 2026 10:00:00+01:00 gw1 prog: ",
    '<13>1 - h p x m [id@1 a="b" ', "192.0.2.1 - - [24/Nov/2026:10:00:00 +0000] ",
    '192.0.2.1 - jo doe [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" ', "[2026-11-24 10:00:00] ",
]  # fmt: skip
LINES = st.tuples(st.sampled_from(STARTS), st.lists(st.sampled_from(PARTS), max_size=10)).map(
    lambda parts: (parts[0] + "".join(parts[1])).encode()
)


def array(raw: bytes) -> Any:
    return np.frombuffer(bytearray(raw), np.uint8)


def spaces(text: bytes, at: int) -> int:
    return re.compile(rb" *").match(text, at).end()  # type: ignore[union-attr]


def token(text: bytes, at: int) -> int:
    return re.compile(rb"[^ ]*").match(text, at).end()  # type: ignore[union-attr]


def pid(text: bytes, start: int, end: int) -> tuple[int, int, str]:
    return start, end, "process_pid" if re.fullmatch(rb"\d{1,18}", text[start:end]) else "attributes"


LEVEL = re.compile(
    rb"[\[(<]|(?:trace|verbose|debug|info|notice|warn(?:ing)?|error|crit(?:ical)?|alert|emerg|fatal|severe|fine(?:r|st)?)"
    rb"(?= |\Z)",
    re.IGNORECASE,
)
MARKED = re.compile(rb"(?=[^ ]*[0-9.-])[^ ]+ *")
PROCESS = re.compile(rb"([^ ]+) +(\d{1,18})(?= )")
TAG = re.compile(rb"((?:[^ \[:]|:(?! |\Z))++)(?::|\[([^\] ]*)\]:)")
EVENT = re.compile(rb"CEF:(?=..)|LEEF:(?=.)", re.DOTALL)
ADDRESS = re.compile(rb"(?:[0-9]*\.){3}[0-9]*(?= )")
KEYED = re.compile(rb"CEF:(?=..)|LEEF:(?=.)|\{|[A-Za-z0-9_.-]+=", re.DOTALL)


def time_end(text: bytes, at: int) -> tuple[int, int]:
    return bsd_time(array(text), at, len(text), 2026, 12, 0)[0], iso_time(array(text), at, len(text), 0, False)[0]


def rfc3164(text: bytes) -> Spans:
    spans: Spans = []
    at = 0
    if match := re.match(rb"<(\d{1,3})>", text):
        spans.append((*match.span(1), "log_syslog_priority"))
        at = match.end()
    dated, strict = time_end(text, at)
    end = max(dated, strict)
    if end < 0:
        end = iso_time(array(text), at, len(text), 0, True)[0]
        first = spaces(text, max(end, 0))
        host = MARKED.match(text, first)
        tag = host and TAG.match(text, host.end())
        message = spaces(text, token(text, first))
        if EVENT.match(text, message) or (match and KEYED.match(text, message)):
            strict = end
        elif not tag or not re.fullmatch(rb"\d{1,18}", tag[2] or b""):
            end = -1
    if end > 0 and text[end : end + 1] in (b"", b" "):
        spans.append((at, end, "(time)"))
        at = spaces(text, end)
        tag = TAG.match(text, at)
        end = token(text, at)
        if not tag and at < end < len(text) and (dated > 0 or not LEVEL.match(text, at)):
            spans.append((at, end, "host_name"))
            marked = MARKED.match(text, at)
            relay = ADDRESS.match(text, at)
            at = spaces(text, end)
            if text.startswith(b": ", at):
                at = spaces(text, at + 1)
            tag = TAG.match(text, at) or (strict > 0 and marked and PROCESS.match(text, at))
            own = max(time_end(text, at))
            name = spaces(text, max(own, at))
            behind = 0 < own < name or (own < 0 and relay and MARKED.match(text, name))
            if not tag and behind and token(text, name) < len(text) and not LEVEL.match(text, name):
                message = spaces(text, token(text, name))
                tag = TAG.match(text, message)
                if tag or KEYED.match(text, message):
                    spans += [(at, own, "attributes")] * (own > 0)
                    spans += [(name, token(text, name), "attributes")]
                    at = message
        elif tag and tag[2] is None and re.search(rb"[A-Z]", tag[1]) and re.search(rb"[0-9]", tag[1]):
            spans.append((*tag.span(1), "host_name"))
            at = spaces(text, tag.end())
            tag = TAG.match(text, at)
        if tag:
            spans.append((*tag.span(1), "process_name"))
            if tag[2]:
                spans.append(pid(text, *tag.span(2)))
            at = spaces(text, tag.end())
    return [*spans, (at, len(text), "message")]


HEADER = re.compile(rb"<(\d{1,3})>(\d{1,3}) " + rb"([^\x00-\x20]+) " * 5)
NAME = rb'[^\x00-\x20\]"=]+'
PARAM = re.compile(rb" +(" + NAME + rb')="((?:[^"\\]|\\.)*)"', re.DOTALL)
ELEMENT = re.compile(rb"\[(" + NAME + rb")((?:" + PARAM.pattern + rb")*)\]", re.DOTALL)
STRUCTURED = re.compile(rb"(?:-|(?:" + ELEMENT.pattern + rb")+)(?= |\Z)", re.DOTALL)


def rfc5424(text: bytes) -> Spans:
    match = HEADER.match(text)
    when = match and match[3]
    if not match or (when != b"-" and iso_time(array(when), 0, len(when), 0, False)[0] != len(when)):
        return [(0, len(text), "message")]
    names = (
        "log_syslog_priority",
        "log_syslog_version",
        "attributes" if when == b"-" else "(time)",
        "host_name",
        "process_name",
    )
    spans: Spans = [(*match.span(n + 1), name) for n, name in enumerate(names)]
    spans += [pid(text, *match.span(6)), (*match.span(7), "log_syslog_msgid")]
    at = match.end()
    if data := STRUCTURED.match(text, at):
        for element in ELEMENT.finditer(text, at, data.end()):
            spans.append((*element.span(1), "(key)"))
            for param in PARAM.finditer(text, *element.span(2)):
                spans += [(*param.span(1), "(key)"), (*param.span(2), "attributes")]
        at = spaces(text, data.end())
        at += 3 if text.startswith(b"\xef\xbb\xbf", at) else 0
    return [*spans, (at, len(text), "message")]


QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.DOTALL)
REQUEST = re.compile(rb"([A-Z]{1,16})(?= ) *(.*)", re.DOTALL)
VERSION = re.compile(rb"(.*?) +(HTTP/\d(?:\d|\.\d)?)", re.DOTALL)


def request(text: bytes, start: int, end: int) -> Spans:
    match = REQUEST.fullmatch(text, start, end)
    if not match:
        return [(start, end, "url_original")]
    spans: Spans = [(*match.span(1), "http_request_method")]
    version = VERSION.fullmatch(text, *match.span(2))
    if version and version[1]:
        return [*spans, (*version.span(1), "url_original"), (*version.span(2), "http_version")]
    return [*spans, (*match.span(2), "url_original")]


def access(text: bytes) -> Spans:
    head = re.match(rb"([^ ]+) +([^ ]+) +", text)
    if not head:
        return [(0, len(text), "message")]
    for bracket in re.compile(rb"(?<= )\[").finditer(text, head.end()):
        end = access_time(array(text), bracket.end(), len(text))[0]
        if end > 0 and text[end : end + 1] == b"]":
            break
    else:
        return [(0, len(text), "message")]
    if bracket.start() == head.end():
        return [(0, len(text), "message")]
    user_end = head.end() + len(text[head.end() : bracket.start()].rstrip(b" "))
    spans: Spans = [
        (*head.span(1), "source_address"), (*head.span(2), "attributes"), (head.end(), user_end, "user_name"),
        (bracket.end(), end, "(time)"),
    ]  # fmt: skip
    at = spaces(text, end + 1)
    if quoted := QUOTED.match(text, at):
        spans += request(text, *quoted.span(1))
        at = spaces(text, quoted.end())
        for name in ("http_response_status_code", "http_response_body_bytes"):
            if at == len(text) or text.startswith(b'"', at):
                break
            end = token(text, at)
            spans.append((at, end, name if re.fullmatch(rb"\d{1,18}", text[at:end]) else "attributes"))
            at = spaces(text, end)
        for name in ("http_request_referrer", "user_agent_original"):
            quoted = QUOTED.match(text, at)
            if not quoted:
                break
            spans.append((*quoted.span(1), name))
            at = spaces(text, quoted.end())
    return [*spans, (at, len(text), "message")]


def plain(text: bytes) -> Spans:
    bracket = text.startswith(b"[")
    data, stop = array(text), len(text)
    ends = (
        iso_time(data, bracket, stop, 0, True)[0], bsd_time(data, bracket, stop, 2026, 12, 0)[0],
        ctime_time(data, bracket, stop, 0)[0], access_time(data, bracket, stop)[0],
    )  # fmt: skip
    end = next((end for end in ends if end > 0), -1)
    if end > 0 and re.compile(rb"\]" if bracket else rb"(?![\w\x80-\xff])").match(text, end):
        return [(int(bracket), end, "(time)"), (spaces(text, end + bracket), len(text), "message")]
    return [(0, len(text), "message")]


KERNELS: dict[str, tuple[Callable[..., Any], tuple[int, ...], Callable[[bytes], Spans]]] = {
    "rfc3164": (rfc3164_fields, (2026, 12, 0), rfc3164),
    "rfc5424": (rfc5424_fields, (0, 1, 2), rfc5424),
    "access": (access_fields, (), access),
    "text": (text_fields, (2026, 12, 0), plain),
}
COLUMNS = {KEY_COLUMN: "(key)", TIME_COLUMN: "(time)", ATTRIBUTES: "attributes"}


@pytest.mark.parametrize("name", KERNELS)
@settings(max_examples=400)
@given(lines=st.lists(LINES.filter(lambda line: not line.startswith(b"\xef\xbb\xbf")), min_size=1, max_size=4))
def test_a_kernel_finds_the_fields_that_its_expressions_find(name: str, lines: list[bytes]) -> None:
    kernel, options, reference = KERNELS[name]
    ends = np.cumsum([0, *(len(line) + 1 for line in lines)]).astype(np.int64)
    rows, record_field, *_ = kernel(array(b"".join(line + b"\n" for line in lines)), ends[:-1], ends[1:], *options)
    for r, line in enumerate(lines):
        found = rows[record_field[r] : record_field[r + 1]]
        spans = [
            (int(row[0] - ends[r]), int(row[1] - ends[r]), COLUMNS.get(int(row[4])) or COLUMN_NAMES[row[4]])
            for row in found
        ]
        assert spans == [span for span in reference(line) if span[0] < span[1]]
