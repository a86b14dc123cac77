"""Framing against its plain reading."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.framing import (
    INDENTED,
    LETTER,
    LOOK_AHEAD,
    NEVER,
    TRACE,
    WHOLE,
    count_nul,
    line_continues,
    longest_wide,
    record_starts,
    record_text,
)

RULES = st.sampled_from([NEVER, INDENTED, TRACE, INDENTED | TRACE, LETTER, WHOLE])
LINES = st.lists(
    st.sampled_from([
        b"a", b"", b" x", b"\tat x", b"Caused by: x", b"Caused", b"...", b"..", b"}", b")", b"]", b"Error: x",
        b"ValueError: x", b"ValueError", b"a.b$C_1Exception:", b"a-bException:", b"Exception: x", b"Error",
        b"Traceback (most recent call last):", b"x" * 300, b"x" * 254 + b"Error:", b"x" * 247 + b"Error:", b"\r",
        b"00000010: 6361 6665", b"0000f0A0  63 61 66", b"00001000: 6361 6665", b"00000010: 6", b"00000010: 61",
        b"00000010: 616", b"00000010  6161", b"20260310: bad request", b"00000011: 61",
        b"From ", b"From", b"From x", b">From x", b"0000001g: 6361",
        b"0010  61 62 63", b"0010 - 61 62-63", b"0010 61 62", b"0010: 61", b"0010  61x", b"000010 61 62", b"0000020 61",
        b"20260310 12 30", b"1230  20 items", b"0x0010:  6361 6665", b"0x0010\t6361 6665", b"0x0010 6361", b"0|61 62",
        b"00000010: 63616665 63616665", b"|0010| 61 62", b"0010| 61 62", b"0010: 2026 2027", b"0010  2026 2027",
    ]),
    max_size=12,
).map(b"\n".join)  # fmt: skip
TRACE_LINE = re.compile(
    rb"[})]|Caused by:|Traceback \(most recent call last\)|\.\.\."
    rb"|(?=[A-Za-z0-9_.$]+[:\r\n])[A-Za-z0-9_.$]+(Error|Exception)[:\r\n]"
)
_GROUP = rb"((?:[0-9a-fA-F]{2}){1,2}|[0-9a-fA-F]{8})(?=[ \r\n-]|\Z)"
DUMP_LINE = re.compile(
    rb"[|]?(0x)?([0-9a-fA-F]{3,7}0)(?<!000)(?:([:|])[ \t-]{0,3}|([ \t-]{0,4}))"
    + _GROUP
    + rb"(?:[ -]"
    + _GROUP
    + rb")?",
    re.DOTALL,
)


def is_dump_line(head: bytes) -> bool:
    """An offset of a row of 16 bytes, and as much behind it as its form asks for."""
    match = DUMP_LINE.match(head)
    if match is None:
        return False
    prefix, offset, mark, blanks, first, second = match.groups()
    if len(first) != 2 and not (mark or prefix):
        return False
    if len(first) == 2 and match.start(5) - match.end(2) < 2 and len(offset) not in (6, 7):
        return False
    return len(offset) == 8 or (second is not None and len(second) == len(first))


def continues(line: bytes, rule: int) -> bool:
    """Whether a line continues the one before; by its first 256 bytes."""
    head = line[:LOOK_AHEAD]
    if rule in (LETTER, WHOLE):
        return rule == WHOLE or not head.startswith(b"From ")
    return bool(
        (rule & INDENTED and head[:1] in (b" ", b"\t"))
        or (rule & TRACE and (TRACE_LINE.match(head) or is_dump_line(head)))
    )


def starts(raw: bytes, rule: int) -> list[int]:
    places = [match.end() for match in re.finditer(rb"\n", raw)]
    return [
        at
        for at in places
        if at < len(raw) and not continues(raw[at:].split(b"\n")[0] + b"\n" * (b"\n" in raw[at:]), rule)
    ]


def array(raw: bytes) -> np.ndarray:
    return np.frombuffer(bytearray(raw), np.uint8)


@given(LINES, RULES)
def test_records_start_where_a_line_does_not_continue_the_one_before(raw: bytes, rule: int) -> None:
    found, scanned = record_starts(array(raw), len(raw), 0, rule, True)
    assert found.tolist() == starts(raw, rule)
    assert scanned == len(raw)


@given(st.integers(0, 300), st.integers(0, 9))
def test_all_starts_are_found_where_lines_are_many(lines: int, lead: int) -> None:
    raw = b"x" * lead + b"\n" * lines
    found, _ = record_starts(array(raw), len(raw), 0, NEVER, True)
    assert found.tolist() == starts(raw, NEVER)


@given(LINES, RULES, st.lists(st.integers(0, 3000), max_size=5))
def test_starts_found_while_bytes_arrive_are_those_of_the_whole(raw: bytes, rule: int, places: list[int]) -> None:
    """A start once given is never taken back, and none is left out."""
    data = array(raw)
    found: list[int] = []
    scanned = 0
    for used in sorted(place % (len(raw) + 1) for place in places):
        new, scanned = record_starts(data, used, scanned, rule, False)
        found += new.tolist()
        assert scanned <= used
    new, scanned = record_starts(data, len(raw), scanned, rule, True)
    assert found + new.tolist() == starts(raw, rule)


@given(LINES, RULES)
def test_a_line_is_judged_by_its_first_bytes_alone(raw: bytes, rule: int) -> None:
    data = array(raw)
    assert line_continues(data, 0, len(raw), rule) == line_continues(data, 0, min(len(raw), LOOK_AHEAD), rule)


@given(st.lists(st.binary(max_size=8), max_size=8))
def test_nuls_are_counted_by_record(texts: list[bytes]) -> None:
    edges = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    assert count_nul(array(b"".join(texts)), edges).tolist() == [text.count(0) for text in texts]


@given(st.lists(st.text("a\x00", max_size=12), max_size=8))
def test_runs_of_which_every_second_byte_is_nul_are_measured_by_record(texts: list[str]) -> None:
    edges = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    runs = [re.finditer("(?:a\0)+a?|(?:\0a)+\0?|[a\0]", text) for text in texts]
    expected = [max((len(run[0]) for run in found), default=0) for found in runs]
    assert longest_wide(array("".join(texts).encode()), edges).tolist() == expected


@given(
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xef\xbb"]),
    st.sampled_from([b"", b"a", b"\r", b"a\nb"]),
    st.sampled_from([b"", b"\n", b"\r\n", b"\r"]),
)
def test_a_records_text_has_no_mark_and_no_line_ending(mark: bytes, text: bytes, ending: bytes) -> None:
    raw = mark + text + ending
    start, end = record_text(array(raw), 0, len(raw))
    assert raw[start:end] == raw.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").removesuffix(b"\r")
