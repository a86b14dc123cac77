"""JSON that is one document, on many lines or one, or several one after the other, edited in place (RFC 8259).

A record is an element of the array that makes up most of the document, else the document. What stands around the
elements are records, too, and each element but the first brings the comma before it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from pipeline.formats.format import SNIFFED, Context, Fields, Format, Framing
from pipeline.formats.json_lines import parse_values
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_elements import Elements
from pipeline.kernels.json_fields import DEEPEST
from pipeline.records import Bytes, Int64

#: The way to the records, of ``kernels.json_elements``: keys, and ``""`` for an array.
Way = tuple[str, ...]
NAME = "json"
#: A list is told from an event with a list in it by its share of the document: of one that is seen to its end, which
#: may be small, and of one that is not.
LEAST_OF_WHOLE, LEAST_OF_BEGINNING = 0.75, 0.5
#: So much is looked at where the beginning does not tell: a document without a list is hardly longer, as a record it
#: takes ever longer to verify, and its columns are as many as its values.
LOOKED_AT = 256 << 10
#: A way is part of the plan.
LONGEST_WAY, LONGEST_KEY = 16, 256
_BOM = b"\xef\xbb\xbf"
#: Of arrays only those that no line of a log begins like: not ``[12.5] kernel``.
_BEGINNING = re.compile(r'\{\s*["}]|\[\s*[\[{"]')
_LIST = re.compile(r"\[\s*\{")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
#: In place of a key that a way cannot hold.
_NO_STEP = "\\"
_NO_STEPS = re.compile(r"[\\\ufffd]")
_BLANKS = re.compile(r"[ \t\r\n]*+")


def _refuse(constant: str) -> NoReturn:
    raise ValueError("no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


@dataclass(frozen=True)
class _Seen:
    """What a beginning holds.

    Attributes:
      values: how many objects, arrays and strings that stand in no other.
      is_open: whether it ends within one.
      size: of all.
      sizes, objects: of the arrays that one way leads to, their characters and how many of their elements are objects.
      whole: all up to the last comma or bracket, with what closes it.
    """

    values: int
    is_open: bool
    size: int
    sizes: Counter[Way]
    objects: Counter[Way]
    whole: str


def _look(text: str) -> _Seen:
    stack: list[tuple[Way, str, int]] = []  # (the way to what it holds, bracket, place) of each open bracket
    sizes: Counter[Way] = Counter()
    objects: Counter[Way] = Counter()
    values, key, end, closing = 0, "", 0, ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        values += not stack
        if mark in "{[":
            way, within, _ = stack[-1] if stack else ((), "", 0)
            if len(stack) == DEEPEST:
                break
            if within == "[" and mark == "{":
                objects[way] += 1
            way = (*way, key) if within == "{" else way
            stack.append(((*way, "") if mark == "[" else way, mark, token.start()))
            end, closing = token.end(), _CLOSING[mark] + closing
        elif mark in "}]":
            if not stack:
                break
            way, bracket, start = stack.pop()
            if bracket == "[":
                sizes[way] += token.end() - start
            end, closing = token.end(), closing[1:]
        elif mark == ",":
            end = token.start()
        elif mark[0] == '"':
            key = mark[1:-1] if 2 < len(mark) <= LONGEST_KEY and not _NO_STEPS.search(mark) else _NO_STEP
    for way, bracket, start in stack:
        if bracket == "[":
            sizes[way] += len(text) - start
    return _Seen(values, bool(stack), len(text), sizes, objects, text[:end] + closing if stack else text)


def _way(seen: _Seen, first: str) -> Way | None:
    """The way to the records; None where there is no telling, since the document goes on."""
    if seen.values > 1:
        return ("",) if first == "[" else ()
    least = (LEAST_OF_BEGINNING if seen.is_open else LEAST_OF_WHOLE) * seen.size
    way = ("",) if first == "[" else _next(seen, (), least)
    if way is None:
        return None if seen.is_open else ()
    # One element that goes on beyond the beginning may hold the list.
    inner = way
    while seen.is_open and seen.objects[inner] < 2:
        further = _next(seen, inner, least)
        if further is None:
            return way
        inner = further
    return inner


def _next(seen: _Seen, way: Way, least: float) -> Way | None:
    """The way to the array of objects in an object at the end of a way, or in the elements there, that has most."""
    found = [
        other
        for other, size in seen.sizes.items()
        if len(way) < len(other) <= LONGEST_WAY and other[: len(way)] == way and "" not in other[len(way) : -1]
        if size >= least and seen.objects[other] and _NO_STEP not in other
    ]
    return max(found, key=lambda other: seen.sizes[other], default=None)


def _values_in(text: str) -> int:
    """How many values a text is, one after the other; -1 where it is anything else, too."""
    values = at = 0
    try:
        while (at := _BLANKS.match(text, at).end()) < len(text):  # type: ignore[union-attr]
            _, at = _DECODER.raw_decode(text, at)
            values += 1
    except (ValueError, RecursionError):
        return -1
    return values


def _text_of(head: bytes) -> str:
    """The beginning without blanks around it; a character that it ends within is U+FFFD, as all that are no UTF-8."""
    return head.removeprefix(_BOM).strip(b" \t\r\n").decode("utf-8", "replace")


@lru_cache(maxsize=1)
def _told(head: bytes) -> tuple[Way | None, bool]:
    """(the way to the records, whether all is JSON as far as it goes)."""
    text = _text_of(head)
    if not _BEGINNING.match(text):
        return None, False
    seen = _look(text)
    return _way(seen, text[0]), _values_in(seen.whole) > 0


def sniff(head: bytes) -> float:
    """Whether the beginning is JSON, as far as it goes, and not a line for each value, of which a format knows."""
    if not head.removeprefix(_BOM).lstrip(b" \t\r\n").startswith((b"{", b"[")):
        return 0.0
    line, _, rest = _text_of(head).partition("\n")
    is_line = len(line) <= SNIFFED and _values_in(line) == 1
    if is_line and (rest or (line[0] == "{" and not _LIST.search(line))):
        return 0.0
    way, is_json = _told(head)
    return float(is_json and way is not None and not (is_line and not way))


def goes_on(head: bytes) -> bool:
    """Whether the beginning is JSON, and does not yet tell where its records stand: more of it may."""
    return _told(head) == (None, True)


def header(head: bytes) -> str:
    """The way to the records."""
    return json.dumps(_told(head)[0] or ())


def way_of(context: Context) -> Way:
    return tuple(json.loads(context.header)) if context.header else ()


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """As JSON lines; paths begin with the key of the array that a record is an element of."""
    return parse_values(data, record_start, record_end, context.zone_minutes, way_of(context))


def framing(context: Context) -> Framing:
    return Elements(way_of(context))


FORMAT = Format(NAME, "sequential", NEVER, parse, sniff, header, framing=framing)
