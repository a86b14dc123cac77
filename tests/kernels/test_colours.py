"""Texts as a terminal shows them, and where in the source they stand: equal to a plain reference."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.texts import Texts, texts_batch
from pipeline.records import Decoder

SEQUENCE = rb"\x1b\[(?=[0-9:;?]{0,24}[A-Za-z])(?:[0-9]{1,4}(?![0-9])|[:;?])*[A-Za-z]"
RUN = re.compile(rb"(?:%s)+" % SEQUENCE)
TOKEN = rb"[A-Za-z0-9_.:@%+\x80-\xff-]"
GOES_ON = re.compile(rb"(?![.:](?:%s)*+(?!%s))%s" % (SEQUENCE, TOKEN, TOKEN))
SEQUENCES = ["\x1b[32m", "\x1b[m", "\x1b[1;31m", "\x1b[K", "\x1b[?1049h", "\x1b[12345m"]
SEQUENCES += [f"\x1b[{'1;' * count}m" for count in (12, 13)]
PIECES = st.sampled_from([*SEQUENCES, "\x1b", "[", "\x1b[", "\x1b[12", "a", "7", ".", ":", " ", "=", "é", '"'])
WRITTEN = st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=4)


def shown(text: bytes) -> list[tuple[int, int]]:
    """(byte, where it stood) of what is shown of a text."""
    left_out = set()
    for run in RUN.finditer(text):
        parts = run.start() > 0 and re.match(TOKEN, text[run.start() - 1 : run.start()])
        if not (parts and GOES_ON.match(text, run.end())):
            left_out.update(range(*run.span()))
    return [(byte, place) for place, byte in enumerate(text) if place not in left_out]


@given(WRITTEN)
def test_colours_are_left_out_unless_they_part_a_word(texts: list[str]) -> None:
    raw = [text.encode() for text in texts]
    read = Texts(texts_batch(raw), np.arange(len(raw)))
    assert [read.text(k) for k in range(len(raw))] == [bytes(byte for byte, _ in shown(text)) for text in raw]
    assert read.coloured.tolist() == [len(shown(text)) < len(text) for text in raw]


@given(WRITTEN.filter(any), st.booleans(), st.data())
def test_what_is_shown_stands_where_it_was_written(texts: list[str], in_json: bool, data: st.DataObject) -> None:
    ascii_only = data.draw(st.booleans())
    written, places = [], []  # each text as it is written, and where of it what made each byte begins and ends
    for text in texts:
        raw, place = b"", []
        for c in text:
            piece = (json.dumps(c, ensure_ascii=ascii_only)[1:-1] if in_json else c).encode()
            whole = [(len(raw), len(raw) + len(piece))] * len(c.encode())
            place += whole if piece[:1] == b"\\" else [(len(raw) + n, len(raw) + n + 1) for n in range(len(piece))]
            raw += piece
        written.append(raw)
        places.append(place)
    batch = texts_batch(written)
    if in_json:
        batch = replace(batch, field_decoder=np.full(batch.fields, Decoder.JSON_STRING, np.uint8))
    read = Texts(batch, np.arange(len(texts)))
    visible = [[place for _, place in shown(text.encode())] for text in texts]
    which = data.draw(st.sampled_from([k for k, text in enumerate(texts) if text]))
    if not visible[which]:
        return
    first = data.draw(st.integers(0, len(visible[which]) - 1))
    last = data.draw(st.integers(first + 1, len(visible[which])))
    start = read.offset[[which]] + first
    _, field, begin, end = read.raw(batch, start, np.zeros(1, np.int64), np.array([first]), np.array([last]))
    assert field.tolist() == [which]
    assert begin[0] - batch.field_start[which] == places[which][visible[which][first]][0]
    assert end[0] - batch.field_start[which] == places[which][visible[which][last - 1]][1]


@given(WRITTEN, st.booleans())
def test_what_is_left_out_is_all_that_is_not_shown(texts: list[str], in_json: bool) -> None:
    written = [json.dumps(text)[1:-1].encode() if in_json else text.encode() for text in texts]
    batch = texts_batch(written)
    if in_json:
        batch = replace(batch, field_decoder=np.full(batch.fields, Decoder.JSON_STRING, np.uint8))
    kept = np.ones(len(batch.data), np.bool_)
    for start, end in zip(*(side.tolist() for side in Texts(batch, np.arange(len(texts))).left_out(batch))):
        assert start < end and kept[start:end].all()
        kept[start:end] = False
    left = [batch.data[s:e][kept[s:e]].tobytes() for s, e in zip(batch.field_start, batch.field_end)]
    said = [json.loads(b'"%s"' % text).encode() if in_json else text for text in left]
    assert said == [bytes(byte for byte, _ in shown(text.encode())) for text in texts]
