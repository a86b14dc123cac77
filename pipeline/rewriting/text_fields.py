"""Texts in packets: gathered into a batch, looked through as a log is, and replaced at their length."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pipeline.captures.columns import TEXTS
from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import AUX, COLUMN, END, SCAN, START, Kind
from pipeline.captures.packets import Packets
from pipeline.kernels.packets import gather_texts, places_in_packets, put_texts, texts_differ
from pipeline.kernels.texts import TextTable
from pipeline.records import ATTRIBUTES, COLUMN_ID, NO_TIME, Batch, Bools, Bytes, Decoder, Edits, Int32, Int64
from pipeline.surrogates.names import AccountMap, LabelMap
from recognizers.entities import ENTITIES

#: What stands where a replacement has not the length of what it replaces.
FILLER = b"x"
_TAGS = re.compile(rb"(?<![A-Za-z0-9])(?:%s|%s)" % (re.escape(LabelMap.TAG), re.escape(AccountMap.TAG)))
#: By column of packets plus one: the column of logs that has its name, else where texts without a column of their own
#: stand, so that what a policy says of columns holds here, too.
_COLUMNS = np.array([ATTRIBUTES, *(COLUMN_ID.get(name, ATTRIBUTES) for name in TEXTS)], np.int16)


@dataclass(frozen=True)
class TextFields:
    """Texts of some packets as a batch: a record for each packet that has any, a field for each text.

    Attributes:
      row: int64 [f], rows of the dissection.
      packet: int64 [r], the packet of each record, -1 for the frame's: there each text is a record.
      wide: bool [f], texts in UTF-16LE.
      at: int64 [f, 2], where each text stands in the batch.
      source: int64 [f], where it begins in the packets.
    """

    batch: Batch
    row: Int64
    packet: Int64
    wide: Bools
    at: Int64
    source: Int64

    def rows_of_records(self, bad: Bools) -> Int64:
        """Rows of the texts of some records, bool [r]."""
        return self.row[bad[self.batch.field_record]]


def text_fields(packets: Packets, dissection: Dissection) -> TextFields:
    """The texts of packets and of the frame, in their order."""
    rows = dissection.rows
    kind = dissection.kind
    which = np.flatnonzero((kind == Kind.TEXT) | (kind == Kind.TEXT16))
    chosen = rows[which]
    start, end = chosen[:, START].astype(np.int64), chosen[:, END].astype(np.int64)
    wide = kind[which] == Kind.TEXT16
    data = np.empty(int((end - start).sum()) * 2 + len(which), np.uint8)
    at = np.zeros((len(which), 2), np.int64)
    data = data[: gather_texts(packets.data, start, end, wide, data, at)]
    packet = dissection.row_packet[which]
    begins = np.flatnonzero((np.diff(packet, prepend=-2) != 0) | (packet < 0))
    record_packet = packet[begins]
    of_packet = record_packet >= 0
    inside = record_packet[of_packet]
    first = np.concatenate((at[begins, 0], [len(data)])).astype(np.int64)
    offset = start[begins]
    number = np.zeros(len(begins), np.int32)
    time = np.full(len(begins), NO_TIME, np.int64)
    offset[of_packet], number[of_packet] = packets.offset[inside], packets.input[inside]
    known = packets.time[inside]
    time[of_packet] = np.where(known == NO_TIME, NO_TIME, known // 1000)
    entity = np.where(chosen[:, AUX] < len(ENTITIES), chosen[:, AUX], SCAN).astype(np.int16)
    batch = Batch(
        data=data,
        record_start=first[:-1],
        record_end=first[1:],
        record_offset=offset,
        record_input=number,
        time=time,
        record_field=np.concatenate((begins, [len(which)])).astype(np.int64),
        field_start=np.ascontiguousarray(at[:, 0]),
        field_end=np.ascontiguousarray(at[:, 1]),
        field_decoder=np.full(len(which), Decoder.PLAIN, np.uint8),
        field_entity=np.maximum(entity, SCAN).astype(np.int16),
        field_column=_COLUMNS[chosen[:, COLUMN] + 1],
        field_key=np.full(len(which), -1, np.int32),
    )
    return TextFields(batch, which, record_packet, wide, at, start)


class Fits:
    """Replacements at the length of what they replace; each made once.

    What has that length stands as it is. A name loses its tags, label by label: its core is as long as the name. All
    else is overwritten; the packet's row has it in full.
    """

    def __init__(self) -> None:
        self._table = TextTable()
        self._offset: Int64 = np.zeros(1, np.int64)
        self._arena: Bytes = np.zeros(0, np.uint8)

    def put(self, texts: TextFields, edits: Edits, out: Bytes) -> tuple[Int64, Int64]:
        """Write the edits of a batch of texts into the packets; returns where: int64 [e] each."""
        first, last, wide, number = self._fitted(texts, edits)
        put_texts(first, last, wide, number, self._offset, self._arena, out)
        return first, last

    def unlike(self, texts: TextFields, edits: Edits, out: Bytes) -> Int64:
        """Fields of which a replacement is not in the packets as ``put`` had to write it."""
        first, last, wide, number = self._fitted(texts, edits)
        bad = np.empty(len(first), np.bool_)
        texts_differ(first, last, wide, number, self._offset, self._arena, out, bad)
        return _edited_fields(edits)[bad]

    def _fitted(self, texts: TextFields, edits: Edits) -> tuple[Int64, Int64, Bools, Int32]:
        """Of each edit: its place in the packets, whether it is UTF-16, and the number of what fits there."""
        field = _edited_fields(edits)
        first, last = np.empty(len(field), np.int64), np.empty(len(field), np.int64)
        places_in_packets(
            edits.start, edits.end, field, texts.batch.data, texts.at, texts.wide, texts.source, first, last
        )
        wide = texts.wide[field]
        width = (last - first) >> wide
        number = self._table.intern(edits.arena, edits.text_start, edits.text_end, width.astype(np.int32))
        self._look()
        return first, last, wide, number

    def _look(self) -> None:
        known = len(self._offset) - 1
        fitted = [fitted_text(self._table.text(n), int(self._table.tag[n])) for n in range(known, self._table.count)]
        if fitted:
            sizes = np.cumsum([len(text) for text in fitted])
            self._offset = np.concatenate((self._offset, self._offset[-1] + sizes))
            self._arena = np.concatenate((self._arena, np.frombuffer(b"".join(fitted), np.uint8)))


def _edited_fields(edits: Edits) -> Int64:
    """int64 [e], the field of each edit."""
    return np.repeat(np.arange(len(edits.field_edit) - 1), np.diff(edits.field_edit))


def fitted_text(text: bytes, width: int) -> bytes:
    """A replacement in so many bytes."""
    if len(text) == width:
        return text
    bare = _TAGS.sub(b"", text)
    return bare if len(bare) == width else FILLER * width
