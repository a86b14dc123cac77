"""Originals are found where they stand between non-word bytes, in any letter case, unless wholly covered."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.originals import Originals, covered_bytes
from pipeline.detection.values import Values, Vocabulary
from recognizers.declaration import WORD

LETTERS = "abA.-_ /é\\u"
Span = tuple[bytes, bool, bool]  # text, escaped, skipped
Hits = set[tuple[int, int, bytes, int]]


def word_starts(text: bytes, escaped: bool) -> Iterator[int]:
    at = 0
    while at < len(text):
        if escaped and text[at] == 0x5C:
            at += 6 if text[at + 1 : at + 2] == b"u" else 2
        elif text[at] not in WORD:
            at += 1
        else:
            yield at
            while at < len(text) and text[at] in WORD:
                at += 1


def reference(spans: list[Span], originals: list[bytes], covered: list[bool]) -> Hits:
    found, low = set(), 0
    for place, (text, escaped, skipped) in enumerate(spans):
        for original in originals:
            first = next((n for n, byte in enumerate(original) if byte in WORD), len(original))
            for at in word_starts(text, escaped) if not skipped and len(original) - first >= 4 else ():
                s, e = at - first, at - first + len(original)
                if s < 0 or e > len(text) or text[s:e].lower() != original.lower() or all(covered[low + s : low + e]):
                    continue
                if e == len(text) or text[e] not in WORD or text[e - 1] not in WORD:
                    found.add((low + s, low + e, original, place))
        low += len(text)
    return found


def found_by_kernel(spans: list[Span], originals: list[bytes], covered: list[bool]) -> Hits:
    values = Values(Vocabulary([], []))
    numbers = np.array(sorted(values.number(0, o) for o in originals), np.int32)
    index = Originals(values, numbers, np.ones(len(numbers), np.bool_))
    end = np.cumsum([len(text) for text, _, _ in spans]).astype(np.int64)
    single = np.arange(len(covered), dtype=np.int64)
    start, stop, which, place = index.find(
        np.frombuffer(b"".join(text for text, _, _ in spans), np.uint8),
        end - np.array([len(text) for text, _, _ in spans], np.int64),
        end,
        np.array([skipped for _, _, skipped in spans], np.bool_),
        np.array([escaped for _, escaped, _ in spans], np.bool_),
        covered_bytes(len(covered), single, single + 1, np.array(covered, np.bool_)),
    )
    hits = [
        (s, e, values.text[numbers[w]], p)
        for s, e, w, p in zip(start.tolist(), stop.tolist(), which.tolist(), place.tolist(), strict=True)
    ]
    assert len(hits) == len(set(hits))
    return set(hits)


@given(
    st.lists(st.text(LETTERS, min_size=4, max_size=70).map(str.encode), max_size=5, unique_by=bytes.lower),
    st.lists(st.text(LETTERS, max_size=6).map(str.encode), max_size=6),
    st.data(),
)
def test_originals_are_found_as_a_plain_search_finds_them(
    originals: list[bytes], gaps: list[bytes], data: st.DataObject
) -> None:
    spans: list[Span] = [(b"", False, False)]
    for gap in gaps:
        if data.draw(st.booleans()):
            spans.append((b"", data.draw(st.booleans()), data.draw(st.integers(0, 4)) == 0))
        text, escaped, skipped = spans[-1]
        spans[-1] = (text + gap + data.draw(st.sampled_from([*originals, b""])), escaped, skipped)
    size = sum(len(text) for text, _, _ in spans)
    covered = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    assert found_by_kernel(spans, originals, covered) == reference(spans, originals, covered)


def test_letter_case_is_all_that_may_differ() -> None:
    for byte in range(256):
        originals = [b"web-%cxyz.example" % byte, b"webmaster%c" % byte]
        texts = [text.replace(b"%c" % byte, b"%c" % (byte ^ bit)) for text in originals for bit in (0, 0x20, 0x80)]
        spans: list[Span] = [(text.upper() if byte % 2 else text, False, False) for text in texts]
        covered = [False] * sum(len(text) for text in texts)
        assert found_by_kernel(spans, originals, covered) == reference(spans, originals, covered)


def test_originals_of_many_shapes_are_found_among_many_others() -> None:
    """Of lengths around those where a window of positions ends, led by marks, holding escapes, covered in part."""
    draw = random.Random(7)
    plain = [b"web", b"Web", b"node-7", b"10", b"2", b"corp", b"example", b"x" * 30, b"\xc3\xa9t", b"west.example"]
    pieces = plain + [b"a\\nb", b"\\u0041"]
    marks = [b".", b"-", b" ", b"/", b"", b"_", b'\\"', b"@"]

    def text(most: int, choice: list[bytes]) -> bytes:
        return b"".join(draw.choice(choice) + draw.choice(marks[:6]) for _ in range(draw.randint(1, most)))

    for _ in range(1000):
        drawn = [text(draw.choice((2, 6, 14)), draw.choice((plain, pieces))) for _ in range(12)]
        drawn = [draw.choice((b"", b"", b"/", b"--")) + o[: draw.choice((99, 99, 56, 57, 58))] for o in drawn]
        originals = list({o.lower(): o for o in drawn}.values())
        spans = []
        for _ in range(draw.randint(1, 4)):
            parts = [draw.choice((text(2, pieces), draw.choice(originals), draw.choice(marks))) for _ in range(6)]
            body = b"".join(parts)
            spans.append((body.upper() if draw.random() < 0.2 else body, draw.random() < 0.4, draw.random() < 0.1))
        covered = [False] * sum(len(body) for body, _, _ in spans)
        stands = sorted(reference(spans, originals, covered))
        assert sorted(found_by_kernel(spans, originals, covered)) == stands
        # What is covered begins or ends near where originals do, so that little of them is left.
        for s, e, _, _ in draw.sample(stands, min(3, len(stands))):
            low, high = s + draw.randint(-1, 3), e + draw.randint(-2, 60)
            covered[max(low, 0) : high] = [True] * len(covered[max(low, 0) : high])
        assert found_by_kernel(spans, originals, covered) == reference(spans, originals, covered)
