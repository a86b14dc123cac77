"""Edits written into bytes, and held to them: equal to replacing pieces of bytes one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.splice import cut_fields, splice_fields, splice_records
from pipeline.records import Batch, Decoder, Edits
from pipeline.verification import check_native, check_texts, text_places

#: What a text is made of: (raw bytes, what they stand for), by decoder.
PLAIN = [(text, text) for text in (b"a", b"seven77", b"eightbytes", b"\xc3\xa9", b"\xff", b"\xe2\x82", b"\\n")]
ESCAPED = [
    (b"plain text", b"plain text"), (b"\\n", b"\n"), (b'\\"', b'"'), (b"\\u0041", b"A"), (b"\\u00e9", b"\xc3\xa9"),
    (b"\\ud83d\\ude00", "\U0001f600".encode()), (b"\xc3\xa9", b"\xc3\xa9"), (b"\\\\", b"\\"), (b"\xff", b"\xff"),
]  # fmt: skip
DIGITS = [(b"490154203237518", b"490154203237518"), (b"7", b"7")]
REPLACEMENTS = {Decoder.PLAIN: [b"", b"x", b"<REDACTED>", b"host-kq7.example"], Decoder.JSON_NUMBER: [b"12", b'"<X>"']}
REPLACEMENTS[Decoder.JSON_STRING] = REPLACEMENTS[Decoder.PLAIN]


@dataclass
class Case:
    """Records, and what must come of them."""

    data: bytearray = field(default_factory=bytearray)
    arena: bytearray = field(default_factory=lambda: bytearray(b"~"))
    records: list[tuple[int, int]] = field(default_factory=list)
    record_field: list[int] = field(default_factory=lambda: [0])
    fields: list[tuple[int, int, int]] = field(default_factory=list)
    edits: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    native: list[bytes] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    keep: list[bool] = field(default_factory=list)

    def batch(self) -> Batch:
        spans, fields = np.array(self.records, np.int64).reshape(-1, 2), np.array(self.fields, np.int64).reshape(-1, 3)
        return Batch(
            data=np.frombuffer(bytes(self.data), np.uint8),
            record_start=spans[:, 0].copy(),
            record_end=spans[:, 1].copy(),
            record_offset=spans[:, 0].copy(),
            record_input=np.zeros(len(spans), np.int32),
            time=np.zeros(len(spans), np.int64),
            record_field=np.array(self.record_field, np.int64),
            field_start=fields[:, 0].copy(),
            field_end=fields[:, 1].copy(),
            field_decoder=fields[:, 2].astype(np.uint8),
            field_entity=np.zeros(len(fields), np.int16),
            field_column=np.zeros(len(fields), np.int16),
            field_key=np.full(len(fields), -1, np.int32),
        )

    def decided(self) -> Edits:
        edits = np.array(self.edits, np.int64).reshape(-1, 5)
        return Edits(
            start=edits[:, 0].copy(),
            end=edits[:, 1].copy(),
            text_start=edits[:, 2].copy(),
            text_end=edits[:, 3].copy(),
            arena=np.frombuffer(bytes(self.arena), np.uint8),
            field_edit=np.searchsorted(edits[:, 4], np.arange(len(self.fields) + 1)).astype(np.int64),
            keys=(),
            time=np.zeros(len(self.records), np.int64),
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    case = Case()
    for _ in range(draw(st.integers(0, 4))):
        begin, native = len(case.data), b""
        for _ in range(draw(st.integers(0, 3))):
            decoder = draw(st.sampled_from([Decoder.PLAIN, Decoder.PLAIN, Decoder.JSON_STRING, Decoder.JSON_NUMBER]))
            native += _field(draw, case, decoder) + b" "
            case.data += b" "
        case.data += b"\n"
        case.records.append((begin, len(case.data)))
        case.record_field.append(len(case.fields))
        case.native.append(native + b"\n")
        case.keep.append(draw(st.integers(0, 9)) > 0)
    return case


def _field(draw: st.DrawFn, case: Case, decoder: Decoder) -> bytes:
    tokens = {Decoder.PLAIN: PLAIN, Decoder.JSON_STRING: ESCAPED, Decoder.JSON_NUMBER: DIGITS}[decoder]
    begin, native, text = len(case.data), b"", b""
    for raw, decoded in draw(st.lists(st.sampled_from(tokens), max_size=4)):
        at = len(case.data)
        case.data += raw
        if draw(st.booleans()):
            new = draw(st.sampled_from(REPLACEMENTS[decoder]))
            case.edits.append((at, at + len(raw), len(case.arena), len(case.arena) + len(new), len(case.fields)))
            case.arena += new
            raw = new
            decoded = new.strip(b'"') if decoder == Decoder.JSON_NUMBER else new
        native += raw
        text += decoded
    case.fields.append((begin, len(case.data), decoder))
    case.texts.append(valid(text))
    return native


def valid(text: bytes) -> bytes:
    """UTF-8, each byte that is none replaced."""
    out = b""
    while text:
        for length in range(4, 0, -1):
            try:
                text[:length].decode()
            except UnicodeDecodeError:
                continue
            step, good = min(length, len(text)), True
            break
        else:
            step, good = 1, False
        # The longest valid beginning may hold several characters: all of them are right.
        out += text[:step] if good else "\ufffd".encode()
        text = text[step:]
    return out


def cut(data: np.ndarray, offsets: np.ndarray) -> list[bytes]:
    return [data[a:b].tobytes() for a, b in zip(offsets[:-1], offsets[1:])]


@given(cases())
def test_native_records_are_their_pieces_with_replacements_between(case: Case) -> None:
    keep = np.array(case.keep, np.bool_)
    native = splice_records(case.batch(), case.decided(), keep)
    expected = [text for text, kept in zip(case.native, case.keep) if kept]
    assert cut(native.data, native.offsets) == expected
    assert (native.drift is None) == (not all(case.keep))


@given(cases(), st.data())
def test_fields_are_decoded_and_what_is_no_utf8_is_replaced(case: Case, data: st.DataObject) -> None:
    batch, edits = case.batch(), case.decided()
    which = data.draw(st.lists(st.integers(-1, len(case.fields) - 1), max_size=6))
    expected = [case.texts[f] if f >= 0 else b"" for f in which]
    fields = np.array(which, np.int32)
    assert cut(*splice_fields(batch, edits, fields)) == expected
    kept = np.ones(batch.records, np.bool_)
    for keep in (kept, np.array(case.keep, np.bool_)):
        native = splice_records(batch, edits, keep)
        shown = fields if native.drift is not None else np.full_like(fields, -1)
        (made,) = cut_fields(batch, edits, shown[None, :], native)
        assert cut(*made) == (expected if native.drift is not None else [b""] * len(which))


@given(cases(), st.data())
def test_every_byte_of_native_records_is_held_to_the_source(case: Case, data: st.DataObject) -> None:
    batch, edits, keep = case.batch(), case.decided(), np.array(case.keep, np.bool_)
    native = splice_records(batch, edits, keep)
    staged = np.concatenate((np.frombuffer(b"before", np.uint8), native.data))
    bad, after, _ = check_native(batch, edits, keep, staged, 6)
    assert not bad.any() and after == len(staged)
    if len(native.data):
        place = data.draw(st.integers(0, len(native.data) - 1))
        staged[6 + place] ^= data.draw(st.integers(1, 255))
        bad, _, _ = check_native(batch, edits, keep, staged, 6)
        record = np.flatnonzero(keep)[np.searchsorted(native.offsets, place, side="right") - 1]
        assert np.flatnonzero(bad).tolist() == [record]


@given(cases(), st.data())
def test_every_byte_of_column_texts_is_held_to_the_source(case: Case, data: st.DataObject) -> None:
    batch, edits = case.batch(), case.decided()
    fields = np.arange(-1, len(case.fields), dtype=np.int32)
    column, offsets = splice_fields(batch, edits, fields)
    native = splice_records(batch, edits, np.ones(batch.records, np.bool_))
    staged = check_native(batch, edits, np.ones(batch.records, np.bool_), native.data, 0)[2]
    (there,) = text_places(batch, edits, fields[None, :], staged)
    # The same texts in another order, as a dictionary has them.
    order = np.array(data.draw(st.permutations(range(len(fields)))), np.int64)
    texts = [column[offsets[k] : offsets[k + 1]] for k in order]
    coded = np.concatenate((*texts, np.zeros(0, np.uint8)))
    coded_offsets = np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int32)
    code = np.argsort(order).astype(np.int32)
    for places in (None, there):
        assert not check_texts(batch, edits, fields, column, offsets, places=places).any()
        assert not check_texts(batch, edits, fields, coded, coded_offsets, code, places).any()
        for k in np.flatnonzero(np.diff(offsets)).tolist():
            wrong = column.copy()
            wrong[data.draw(st.integers(offsets[k], offsets[k + 1] - 1))] ^= data.draw(st.integers(1, 255))
            assert np.flatnonzero(check_texts(batch, edits, fields, wrong, offsets, places=places)).tolist() == [k]
        # One byte more, and one less.
        for k in range(1, len(fields)):
            shorter, longer = offsets.copy(), offsets.copy()
            shorter[k + 1 :] -= 1
            longer[k + 1 :] += 1
            if offsets[k + 1] > offsets[k]:
                without = np.delete(column, offsets[k + 1] - 1)
                assert check_texts(batch, edits, fields, without, shorter, places=places)[k]
            more = np.insert(column, offsets[k + 1], ord("+"))
            assert check_texts(batch, edits, fields, more, longer, places=places)[k]
