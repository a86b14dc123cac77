"""The scanner: findings of a batch, each distinct text looked at once.

Three sources, one result: tokens (closed patterns, cached by token), values after anchors and known literals (one
Hyperscan pass over the texts), and whole fields that the format or their key declares. Equal to reading each
recognizer's own declaration text by text; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.detection.patterns import IS_ASCII_WORD, IS_TOKEN, Anchors, Literal, TokenGate, hits
from pipeline.detection.values import Findings, Kind, Row, RowStore, Values, recognizer_of, rows_of
from pipeline.kernels import spans
from pipeline.kernels.texts import TextTable, find_tokens
from pipeline.records import HARMLESS, KEY_COLUMN, SCAN, Batch, Bytes, Decoder, Int32, Int64
from recognizers.declaration import DeclaredRecognizer
from recognizers.entities import ENTITIES, ENTITY_ID
from recognizers.registry import key_entities, normalise_key

TIME_ENTITY = ENTITY_ID["DATE_TIME"]
DECLARED_TAG = 1 << 20
KEYED_TAG = 1 << 21
#: Whole fields that hold no value.
NOTHING = frozenset({b"", b"-", b"--", b"?", b"(null)", b"null", b"none", b"unknown", b"n/a", b"(none)", b"nil", b"*"})
#: Above this many remembered texts the caches start anew, between units.
MOST_TEXTS = 1_500_000


class Texts:
    """The texts of some fields of a batch, decoded, each followed by NUL.

    Attributes:
      which: int64 [k], the fields.
      data: uint8.
      offset: int64 [k + 1].
    """

    def __init__(self, batch: Batch, which: Int64) -> None:
        self.which = which
        self.offset = np.empty(len(which) + 1, np.int64)
        room = int((batch.field_end - batch.field_start)[which].sum()) + len(which)
        self.data: Bytes = np.empty(room + 8, np.uint8)
        used = spans.gather_texts(
            batch.data, batch.field_start, batch.field_end, batch.field_decoder, which, self.data, self.offset
        )
        self.data = self.data[:used]


class Scanner:
    """Compiled recognizers with their caches; one per worker and client."""

    def __init__(
        self,
        recognizers: Sequence[DeclaredRecognizer],
        literals: Sequence[Literal] = (),
        foreign: Callable[[str, bytes], bool] | None = None,
    ) -> None:
        self.recognizers = list(recognizers)
        self.anchors = Anchors(self.recognizers, literals)
        self.gate = TokenGate(self.recognizers)
        self.pattern_names = [f"{r.ENTITY}.{p.name}" for r, p in self.anchors.patterns]
        self.pattern_names += [f"{literal.entity}.known-value" for literal in self.anchors.literals]
        self._token_names: dict[str, int] = {}
        self._foreign = foreign
        self._key_entity: dict[str, int] = {}
        self.forget()

    def forget(self) -> None:
        """Start the caches anew; numbers of values given before are void."""
        self.values = Values(self._foreign)
        self.tokens = TextTable()
        self.token_rows = RowStore()
        self.entries = TextTable()
        self.entry_rows = RowStore()

    def is_full(self) -> bool:
        return self.tokens.count + self.entries.count + len(self.values) > MOST_TEXTS

    def pattern(self, name: str) -> int:
        known = self._token_names.get(name)
        if known is None:
            known = self._token_names[name] = len(self.pattern_names)
            self.pattern_names.append(name)
        return known

    # Declared fields.

    def entity_of_key(self, key: str) -> int:
        """The entity id that a key's name declares of its values, or SCAN."""
        known = self._key_entity.get(key)
        if known is None:
            names = key_entities()
            parts = [p for p in key.split(".") if not p.isdigit()]
            candidates = [normalise_key(".".join(parts[-2:])), normalise_key(parts[-1])] if parts else []
            entity = next((names[c] for c in candidates if c in names), None)
            known = SCAN if entity is None else ENTITY_ID[entity]
            self._key_entity[key] = known
        return known

    def declared(self, batch: Batch) -> tuple[npt.NDArray[np.int16], Int32]:
        """(entity, tag) of each field: what the format, else the key, declares it to be."""
        entity = batch.field_entity.copy()
        tag = np.where(entity >= 0, DECLARED_TAG + entity.astype(np.int32), 0).astype(np.int32)
        if batch.keys:
            by_key = np.array([self.entity_of_key(k) for k in batch.keys], np.int16)
            keyed = (batch.field_key >= 0) & (entity == SCAN) & (batch.field_column >= 0)
            of_key = by_key[batch.field_key[keyed]]
            entity[keyed] = of_key
            tag[keyed] = np.where(of_key >= 0, KEYED_TAG + of_key.astype(np.int32), 0)
        return entity, tag

    # One batch.

    def scan(self, batch: Batch, *, fields: Int64 | None = None) -> Findings:
        """Findings of a batch, or of some of its fields."""
        entity, tag = self.declared(batch)
        which = np.flatnonzero((entity != HARMLESS) & (entity != TIME_ENTITY)) if fields is None else fields
        texts = Texts(batch, which)
        at, end, row, store = self.find(texts, entity[which], tag[which])
        return self._to_findings(batch, texts, at, end, row, store)

    def find(
        self, texts: Texts, entity: npt.NDArray[np.int16], tag: Int32
    ) -> tuple[Int64, Int64, Int64, npt.NDArray[np.bool_]]:
        """(start, end, row, is a token's row) in the gathered texts."""
        tokens_at, tokens = self._tokens(texts.data)
        entries_at, entries = self._anchored(texts.data)
        declared = np.flatnonzero(entity >= 0)
        declared_at = texts.offset[declared]
        declared_entries = self._declared(texts, declared, tag[declared])
        entries_at = np.concatenate((entries_at, declared_at))
        entries = np.concatenate((entries, declared_entries))
        total_tokens = spans.count_rows(tokens, self.token_rows.offset)
        total = total_tokens + spans.count_rows(entries, self.entry_rows.offset)
        start, end, row = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
        store = self.token_rows
        used = spans.expand_rows(tokens_at, tokens, store.offset, store.start, store.end, start, end, row, 0)
        store = self.entry_rows
        spans.expand_rows(entries_at, entries, store.offset, store.start, store.end, start, end, row, used)
        return start, end, row, np.arange(total) < total_tokens

    def _tokens(self, data: Bytes) -> tuple[Int64, Int32]:
        room = len(data) // 3 + 16
        while True:
            start, end = np.empty(room, np.int64), np.empty(room, np.int64)
            count = find_tokens(data, IS_TOKEN, start, end)
            if count >= 0:
                break
            room *= 2
        start, end = start[:count], end[:count]
        before = self.tokens.count
        numbers = self.tokens.intern(data, start, end, np.zeros(count, np.int32))
        if self.tokens.count > before:
            self._look_at_tokens(before)
        bearing = self.token_rows.offset[1:] > self.token_rows.offset[:-1]
        with_rows = bearing[numbers]
        return start[with_rows], numbers[with_rows]

    def _look_at_tokens(self, before: int) -> None:
        offset = self.tokens.offset[before:]
        rows: dict[int, list[Row]] = {}
        for place, owner in self.gate.candidates(self.tokens.arena, offset):
            token = self.tokens.text(before + place)
            for f in self.recognizers[owner].find_in_token(token):
                pattern = self.pattern(f"{f.entity}.{f.pattern}")
                found = rows_of(self.values, token, f.start, f.end, f.entity, f.score, pattern)
                rows.setdefault(before + place, []).extend(found)
        self.token_rows.extend(rows, self.tokens.count)

    def _anchored(self, data: Bytes) -> tuple[Int64, Int32]:
        a = self.anchors
        pattern, to = hits(a.db, data)
        start, end = np.empty(len(to), np.int64), np.empty(len(to), np.int64)
        spans.values_after_anchors(
            data, to, pattern, a.in_value, a.in_trim, a.in_back, a.until, a.until_size, a.back_over, a.min_length,
            a.bounded, IS_ASCII_WORD, start, end,
        )  # fmt: skip
        there = start >= 0
        start, end, pattern = start[there], end[there], pattern[there]
        before = self.entries.count
        numbers = self.entries.intern(data, start, end, (pattern + 1).astype(np.int32))
        self._look_at_entries(before)
        return start, numbers

    def _declared(self, texts: Texts, declared: Int64, tag: Int32) -> Int32:
        before = self.entries.count
        numbers = self.entries.intern(texts.data, texts.offset[declared], texts.offset[declared + 1] - 1, tag)
        self._look_at_entries(before)
        return numbers

    def _look_at_entries(self, before: int) -> None:
        rows: dict[int, list[Row]] = {}
        for number in range(before, self.entries.count):
            text = self.entries.text(number)
            tag = int(self.entries.tag[number])
            rows[number] = list(self._rows_of_entry(text, tag))
        self.entry_rows.extend(rows, self.entries.count)

    def _rows_of_entry(self, text: bytes, tag: int) -> list[Row]:
        if tag >= DECLARED_TAG:
            if text.strip().lower() in NOTHING:
                return []
            entity = ENTITIES[tag & (DECLARED_TAG - 1)]
            recognizer = recognizer_of(entity)
            if tag >= KEYED_TAG and recognizer is not None and not recognizer.accepts_key_value(text):
                return []
            name = "declared-by-key" if tag >= KEYED_TAG else "declared-by-format"
            return list(rows_of(self.values, text, 0, len(text), entity, 1.0, self.pattern(f"{entity}.{name}")))
        number = tag - 1
        if number < len(self.anchors.patterns):
            recognizer, pattern = self.anchors.patterns[number]
            if pattern.check is not None and not pattern.check(text):
                return []
            return list(rows_of(self.values, text, 0, len(text), recognizer.ENTITY, pattern.score, number))
        literal = self.anchors.literals[number - len(self.anchors.patterns)]
        entity_id = ENTITY_ID[literal.entity]
        value = self.values.number(entity_id, text)
        if literal.foreign:
            self.values.foreign[value] = True
        return [Row(0, len(text), value, Kind.WHOLE, entity_id, True, number)]

    def _to_findings(
        self,
        batch: Batch,
        texts: Texts,
        start: Int64,
        end: Int64,
        row: Int64,
        is_token: npt.NDArray[np.bool_],
    ) -> Findings:
        raw_start, raw_end, field = np.empty_like(start), np.empty_like(start), np.empty_like(start)
        spans.to_raw(
            start, end, np.argsort(start, kind="stable"), texts.offset, texts.which, batch.data, batch.field_start,
            batch.field_end, batch.field_decoder, raw_start, raw_end, field,
        )  # fmt: skip
        split = int(is_token.sum())

        def column(place: int) -> Int64:
            return np.concatenate(
                (self.token_rows.column(place)[row[:split]], self.entry_rows.column(place)[row[split:]])
            )

        order = np.argsort(raw_start, kind="stable")
        return Findings(
            field=field[order],
            start=raw_start[order],
            end=raw_end[order],
            value=column(2)[order].astype(np.int32),
            kind=column(3)[order].astype(np.uint8),
            holder=column(4)[order].astype(np.int16),
            strong=column(5)[order].astype(np.bool_),
            pattern=column(6)[order].astype(np.int32),
        )


def texts_batch(texts: Sequence[bytes]) -> Batch:
    """A batch of one plain field per text: for keys and file names, which are scanned like all else."""
    sizes = np.array([len(t) for t in texts], np.int64)
    end = np.cumsum(sizes)
    count = len(texts)
    return Batch(
        data=np.frombuffer(b"".join(texts), np.uint8),
        record_start=end - sizes,
        record_end=end,
        record_offset=np.zeros(count, np.int64),
        record_input=np.zeros(count, np.int32),
        time=np.zeros(count, np.int64),
        record_field=np.arange(count + 1, dtype=np.int64),
        field_start=end - sizes,
        field_end=end,
        field_decoder=np.full(count, Decoder.PLAIN, np.uint8),
        field_entity=np.full(count, SCAN, np.int16),
        field_column=np.full(count, KEY_COLUMN, np.int16),
        field_key=np.full(count, -1, np.int32),
    )
