"""Words outside findings, and shapes of texts: each kernel equal to a plain reading."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.patterns import IS_WORD
from pipeline.kernels import word_runs
from pipeline.kernels.word_runs import COVERED, CUT, NUMBER, TOLD, UNKNOWN

SHORTEST, LONGEST_NUMBER = 3, 8
TEXT = st.text('ab1.9 _-"\\nu00e4AFx\u00e9\t\x01', max_size=40).map(lambda text: text.encode())
FIELDS = st.lists(st.tuples(TEXT, st.booleans(), st.booleans()), min_size=1, max_size=4)
#: An escape of a JSON string, or a byte.
UNIT = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.?|.", re.DOTALL)


def units(text: bytes, escaped: bool) -> list[tuple[bytes, bool]]:
    """(bytes, whether they are of a word) of what a text is made of."""
    if not escaped:
        return [(text[i : i + 1], bool(IS_WORD[text[i]])) for i in range(len(text))]
    found = []
    for unit in UNIT.findall(text):
        code = int(unit[2:], 16) if len(unit) == 6 else -1
        found.append(
            (
                unit,
                code >= 0x80 or (code >= 0 and bool(IS_WORD[code]))
                if len(unit) > 1 or unit == b"\\"
                else bool(IS_WORD[unit[0]]),
            )
        )
    return found


def is_worth(text: bytes, start: int, end: int) -> bool:
    word = text[start:end]
    if word.isascii() and len(word) < SHORTEST:
        return False
    after_point = re.search(rb"[0-9]\.\Z", text[:start]) is not None
    return not word.isdigit() or len(word) > (20 if after_point else LONGEST_NUMBER)


def plain_words(text: bytes, escaped: bool, marks: list[int]) -> list[tuple[int, int]]:
    words, opened, at = [], None, 0
    for unit, inside in [*units(text, escaped), (b"", False)]:
        inside = inside and not marks[at] & COVERED
        if opened is not None and (not inside or marks[at] & CUT):
            words.append((opened, at))
            opened = None
        if inside and opened is None:
            opened = at
        at += len(unit)
    return [(a, b) for a, b in words if is_worth(text, a, b)]


def found_words(fields: list[tuple[bytes, bool, bool]], marks: np.ndarray) -> list[tuple[int, int, int]]:
    data = np.frombuffer(b"".join(text for text, _, _ in fields) + bytes(8), np.uint8)
    end = np.cumsum([len(text) for text, _, _ in fields])
    start = end - [len(text) for text, _, _ in fields]
    out = [np.empty(200, np.int64) for _ in range(3)]
    escaped, chosen = (np.array([field[n] for field in fields]) for n in (1, 2))
    count = word_runs.find_words(data, start, end, escaped, chosen, marks, IS_WORD, SHORTEST, LONGEST_NUMBER, *out)
    return list(zip(*(column[:count].tolist() for column in out)))


@given(FIELDS, st.lists(st.integers(0, 3), min_size=400, max_size=400))
def test_words_are_those_of_a_plain_reading(fields: list[tuple[bytes, bool, bool]], drawn: list[int]) -> None:
    size = sum(len(text) for text, _, _ in fields)
    marks = np.array([mark if n % 5 == 0 else 0 for n, mark in enumerate(drawn)], np.uint8)[: size + 1]
    expected, base = [], 0
    for n, (text, escaped, chosen) in enumerate(fields):
        own = marks[base : base + len(text) + 1].tolist()
        expected += [(base + a, base + b, n) for a, b in plain_words(text, escaped, own) if chosen]
        base += len(text)
    assert found_words(fields, marks) == expected


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), st.booleans()), max_size=5))
def test_spans_cut_at_their_ends_and_cover_what_they_are_to(spans: list[tuple[int, int, bool]]) -> None:
    marks = np.zeros(41, np.uint8)
    start, end = (
        np.array(list(column), np.int64) for column in ([a for a, _, _ in spans], [a + n for a, n, _ in spans])
    )
    word_runs.mark_spans(start, end, np.array([covers for _, _, covers in spans], np.bool_), marks)
    for at in range(41):
        cut = any(at in (a, a + n) for a, n, _ in spans)
        covered = any(covers and a <= at < a + n for a, n, covers in spans)
        assert marks[at] == CUT * cut + COVERED * covered


def plain_shape(text: bytes, covered: list[bool], words: dict[int, tuple[int, int]]) -> bytes:
    """A text with its findings, numbers and unknown words exchanged for marks, by regular expressions."""
    pieces, at = [], 0
    while at < len(text):
        end, kind = words.get(at, (at + 1, -1))
        if kind == UNKNOWN:
            pieces.append(b"\x03\x00")  # so that two of them stay two
        elif kind == NUMBER or (kind < 0 and not covered[at] and text[at : at + 1].isdigit()):
            pieces.append(b"\x02")
        elif kind == TOLD:
            pieces.append(b"\x00" + text[at:end] + b"\x00")
        elif covered[at]:
            pieces.append(b"\x01")
        else:
            byte = text[at : at + 1].replace(b"\t", b" ")
            pieces.append(byte if byte > b"\x04" else b"\x04")
        at = end
    return re.sub(rb"([\x01\x02\x04-\x20])\1+", rb"\1", b"".join(pieces)).replace(b"\x00", b"")


@given(st.text("ab1 \t-é\x01\n", max_size=40), st.data())
def test_shapes_are_those_of_a_plain_reading(drawn: str, data: st.DataObject) -> None:
    text = drawn.encode()
    covered = [data.draw(st.booleans()) for _ in text]
    marks = np.array([COVERED * c for c in covered] + [0], np.uint8)
    found = found_words([(text, False, True)], marks)
    kinds = [data.draw(st.sampled_from([TOLD, NUMBER, UNKNOWN])) for _ in found]
    buffer = np.frombuffer(text + bytes(8), np.uint8)
    start, end = (np.array([word[n] for word in found], np.int64) for n in (0, 1))
    out, offset = np.zeros(len(text) + 8, np.uint8), np.zeros(2, np.int64)
    zero = np.zeros(1, np.int64)
    used = word_runs.shapes(
        buffer, zero, np.array([len(text)]), zero, marks, start, end, np.array(kinds, np.uint8), zero, out, offset
    )
    words = {a: (b, kind) for (a, b, _), kind in zip(found, kinds)}
    assert out[:used].tobytes() == plain_shape(text, covered, words)
    assert offset.tolist() == [0, used]
