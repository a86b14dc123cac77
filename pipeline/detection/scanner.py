"""The scanner: findings of a batch, each distinct text looked at once.

Four sources, one result: tokens (closed patterns, cached by token), values after anchors and known literals (one
Hyperscan pass over the texts), whole fields that the format or their key declares, and what encoded texts say, which is
scanned likewise. Equal to reading each recognizer's own declaration text by text; a test holds it to that. A fifth,
where a user has recognizers of her own that declare nothing: they are shown each text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from pipeline.detection.alike import Alike, kinds_of, spread
from pipeline.detection.declared import (
    DECLARED,
    DECLARED_TAG,
    KEYED_TAG,
    NOTHING,
    DeclaredFields,
    accepts,
    evidence_of,
    rows_of_whole,
    whole_entity,
)
from pipeline.detection.encoded import BASE64_VALUES, ENCODINGS
from pipeline.detection.inside import SaidTexts, encoded_runs, only_new, rows_by_text, rows_inside
from pipeline.detection.known_texts import NO_WHOLE, KnownTexts, KnownTokens, NewRows, RowStore
from pipeline.detection.own import OwnFound, OwnRecognizer, own_entities
from pipeline.detection.own_gate import OwnGate
from pipeline.detection.patterns import IS_ASCII_WORD, TOKEN_KINDS, Anchors, Literal, TokenGate, judged
from pipeline.detection.prose import ProseReader
from pipeline.detection.table_cells import cells_of
from pipeline.detection.texts import Texts, in_plain_fields, texts_batch
from pipeline.detection.times import TIME_ENTITY, Times
from pipeline.detection.unknown import UnknownWords
from pipeline.detection.values import (
    SAID,
    STRONG,
    WHOLE,
    Anchored,
    Encoded,
    Findings,
    Row,
    Values,
    Vocabulary,
    rows_of,
)
from pipeline.kernels import encodings, spans
from pipeline.kernels.texts import WANTED, tokens_in
from pipeline.records import HARMLESS, UNDIVIDED, Batch, Bools, Bytes, Decoder, Int32, Int64
from recognizers.date_time import IN_TEXT, SCORE, DateTimeRecognizer
from recognizers.declaration import DeclaredRecognizer
from recognizers.entities import ENTITIES, ENTITY_ID, UNKNOWN_NAME
from recognizers.registry import RECOGNIZERS

UNCHECKED = 1 << 19
OWN_TAG = 1 << 22
ENCODED_TAG = 1 << 23
#: How deep encodings are read inside each other.
DEPTH = 3
#: When so much is remembered (some 100 MB, with what every recipient remembers of it) the caches start anew, between
#: chunks. A text counts 1, a value, of which more is known, VALUE_WEIGHT.
MOST_REMEMBERED = 1_000_000
VALUE_WEIGHT = 8
#: Where known texts stand: (start, number, the rows of each number).
Found = tuple[Int64, Int32, Int64]


class Scanner:
    """Compiled recognizers with their caches; one per worker and client.

    Args:
      keep: whether compiled patterns are kept for the next process; users' own never are, since they may name someone.
      prose: finds names in what people wrote; by default with the model that ships.
    """

    def __init__(
        self,
        recognizers: Sequence[DeclaredRecognizer],
        literals: Sequence[Literal] = (),
        foreign: Callable[[str, bytes], bool] | None = None,
        own: Sequence[OwnRecognizer] = (),
        keep: bool = True,
        unknown: UnknownWords | None = None,
        prose: ProseReader | None = None,
    ) -> None:
        self.unknown = unknown
        self.prose = prose or ProseReader()
        self.recognizers = list(recognizers)
        self.own = list(own)
        self.own_gate = OwnGate(self.own)
        self.vocabulary = Vocabulary(self.recognizers, own_entities(self.own))
        keep = keep and all(type(recognizer) in RECOGNIZERS for recognizer in self.recognizers)
        self.anchors = Anchors(self.recognizers, literals, keep)
        self.gate = TokenGate(self.recognizers, keep)
        self.pattern_names = [f"{r.ENTITY}.{p.name}" for r, p in self.anchors.patterns]
        self.pattern_names += [f"{literal.entity}.known-value" for literal in self.anchors.literals]
        #: Of each of ``pattern_names``; None where only repetition tells.
        self.pattern_scores: list[float | None] = [p.score for _, p in self.anchors.patterns]
        self.pattern_scores += [1.0] * len(self.anchors.literals)
        self._own_patterns: dict[int, tuple[str, float]] = {}
        self._numbered: dict[tuple[tuple[str, ...], float | None], int] = {}
        self._foreign = foreign
        self._declared = DeclaredFields()
        self.forget()

    def forget(self) -> None:
        """Start the caches anew; numbers of values given before are void."""
        self.values = Values(self.vocabulary, self._foreign)
        #: What encoded texts say.
        self.said = SaidTexts()
        self.rows = RowStore()
        self.tokens = KnownTokens(self.rows)
        self._times = None
        for recognizer in self.recognizers:
            if isinstance(recognizer, DateTimeRecognizer):
                evidence = self.pattern(recognizer.ENTITY, IN_TEXT, score=SCORE)
                self._times = Times(self.rows, self.values.number(TIME_ENTITY, b""), evidence)
        if self.unknown is not None:
            self.unknown.forget()
        self.prose.forget()
        self._begin(DEPTH)

    def _begin(self, depth: int) -> None:
        """Caches of this scanner, and of the ones inside it, which scan what encoded texts say: tokens they share.

        Attributes:
          depth: how much deeper encodings are read; at 0 what is encoded is not read, at -1 not looked for.
        """
        self.depth = depth
        self._alike = Alike()
        self.entries = KnownTexts(self.rows)
        self._inner: Scanner | None = None
        if depth >= 0:
            self._inner = copy(self)
            self._inner._begin(depth - 1)

    def _remembered(self) -> int:
        return self.entries.table.count + (self._inner._remembered() if self._inner else self.tokens.table.count)

    def is_full(self) -> bool:
        texts = self._remembered() + (self.unknown.table.count if self.unknown else 0)
        return texts + VALUE_WEIGHT * (self.prose.remembered + self.said.weight + len(self.values)) > MOST_REMEMBERED

    def pattern(self, *name: str, score: float | None = None) -> int:
        """The number, in ``pattern_names``, of evidence other than an anchor."""
        known = self._numbered.get((name, score))
        if known is None:
            known = self._numbered[name, score] = len(self.pattern_names)
            self.pattern_names.append(".".join(name))
            self.pattern_scores.append(score)
        return known

    # One batch.

    def scan(self, batch: Batch) -> Findings:
        """Findings of a batch."""
        which = np.flatnonzero((batch.field_entity != HARMLESS) & (batch.field_entity != TIME_ENTITY))
        tags = self._declared.tags(batch, which)
        first = self._alike.firsts(batch, which, kinds_of(batch, which, tags, bool(self.own)))
        looked = np.flatnonzero(first == np.arange(len(first)))
        texts = Texts(batch, which[looked])
        pattern, to = self._anchor_ends(texts)
        anchored = in_plain_fields(batch, texts, pattern, to)
        found = self._find(batch, texts, tags[looked], None, pattern, to, anchored)
        found = found if len(looked) == len(which) else spread(found, batch, which, which[first])
        return found.joined(self._in_tables(batch, found)) if len(batch.cell_start) else found

    def _in_tables(self, batch: Batch, found: Findings) -> Findings:
        """What headings tell of the cells of tables in a batch's texts."""
        cells, texts, tags = cells_of(batch)
        entries = self._entries(texts.data, texts.offset[:-1], texts.offset[1:] - 1, tags)
        of_cells = self._findings(cells, texts, [entries], False, found.anchored)
        return replace(of_cells, field=np.searchsorted(batch.field_end, of_cells.start, side="right"))

    def with_unknown(self, batch: Batch, findings: Findings) -> Findings:
        """The findings of a batch, after all others were made, and in strict mode its unknown words."""
        if self.unknown is None:
            return findings
        return self.unknown.add(batch, findings, self.values, self.pattern(UNKNOWN_NAME, "in no vocabulary"))

    def scan_again(self, batch: Batch, fields: Int64, anchored: Anchored, afresh: Bools, blank: int) -> Findings:
        """Findings of some fields (ascending) of a batch whose bytes were overwritten in places since it was scanned.

        Args:
          blank: the byte with which they were: a token without it is as it was, and not looked at.
          anchored: of the batch before. Where an anchor stands in bytes that are as they were, it stood before: only
            what follows is read anew.
          afresh: bool [f], fields in which that does not hold. Fields that are not plain, or that hold colours, are
            always scanned.
        """
        texts = Texts(batch, fields)
        afresh = afresh | (batch.field_decoder != Decoder.PLAIN)
        afresh[anchored.coloured] = afresh[fields[texts.coloured]] = True
        place = np.full(batch.fields, -1, np.int64)
        place[fields] = np.arange(len(fields))
        taken = (place[anchored.field] >= 0) & ~afresh[anchored.field]
        field = anchored.field[taken]
        to = texts.offset[place[field]] + anchored.to[taken] - batch.field_start[field]
        pattern = anchored.pattern[taken]
        others = Texts(batch, fields[afresh[fields]])
        if len(others.which):
            more, at = self._anchor_ends(others)
            text = others.holding(at)
            pattern = np.concatenate((pattern, more))
            to = np.concatenate((to, at - others.offset[text] + texts.offset[place[others.which[text]]]))
        return self._find(batch, texts, self._declared.tags(batch, fields), blank, pattern, to, anchored)

    def _find(
        self, batch: Batch, texts: Texts, tags: Int32, blank: int | None, pattern: Int64, to: Int64, anchored: Anchored
    ) -> Findings:
        place = np.flatnonzero(tags)
        tokens, maybe = self._tokens(texts.data, blank)
        marks = np.flatnonzero(pattern >= self.anchors.first_mark)
        mark, marked = pattern[marks] - self.anchors.first_mark, to[marks]
        if len(marks):
            pattern, to = np.delete(pattern, marks), np.delete(to, marks)
        found = [
            tokens,
            self._anchored(texts.data, pattern, to),
            self._entries(texts.data, texts.offset[place], texts.offset[place + 1] - 1, tags[place]),
        ]
        if self._times is not None:
            found.append(self._times.find(batch, texts))
        found.append(self._told(texts, self.own_gate.findings(batch, texts)))
        if blank is None:  # a model is not asked again when a release is verified
            found.append(self._told(texts, self.prose.findings(batch, texts)))
        encoded = self.depth >= 0 and len(maybe[0]) + len(marks) > 0
        if encoded:
            start, end, kind = encoded_runs(texts.data, *maybe, marked, self.anchors.marked[mark])
            found.append(self._entries(texts.data, start, end, ENCODED_TAG + kind))
        return self._findings(batch, texts, found, encoded, anchored)

    def _told(self, texts: Texts, told: Iterable[tuple[int, OwnFound]]) -> Found:
        """What is found by those who are asked text by text: (the place of a text, a finding in it)."""
        spans: list[tuple[int, int, int]] = []
        for place, found in told:
            tag = OWN_TAG + self.pattern(found.entity, found.recognizer, score=found.score)
            self._own_patterns[tag] = found.entity, found.score
            first = int(texts.offset[place])
            spans.append((first + found.start, first + found.end, tag))
        start, stop, tags = np.array(spans, np.int64).reshape(-1, 3).T
        return self._entries(texts.data, start, stop, tags.astype(np.int32))

    def _tokens(self, data: Bytes, wanted: int | None) -> tuple[Found, tuple[Int64, Int64, Bytes]]:
        """Tokens; with ``wanted``, those that hold that byte. And (start, end, how) of those that may be encoded."""
        known, gate = self.tokens, self.gate
        kinds = TOKEN_KINDS
        if wanted is not None:
            kinds = TOKEN_KINDS.copy()
            kinds[wanted] |= WANTED
        start, end = tokens_in(data, kinds, 0 if wanted is None else WANTED, gate.plain_from)
        number = known.table.intern(data, start, end, np.zeros(len(start), np.int32))
        known.look(self._rows_of_tokens)
        bearing = known.bears[number]
        how = known.encodings[number] if len(known.encodings) else np.zeros(0, np.uint8)
        encoded = np.flatnonzero(how)
        return (start[bearing], number[bearing], known.rows), (start[encoded], end[encoded], how[encoded])

    def _rows_of_tokens(self, first: int, end: int) -> NewRows:
        table = self.tokens.table
        rows: dict[int, list[Row]] = {}
        for place, owner in self.gate.candidates(table.arena, table.offset[first:]):
            token = table.text(first + place)
            for f in self.recognizers[owner].find_in_token(token):
                number = self.pattern(f.entity, f.pattern, score=f.score)
                found = rows_of(self.values, token, f.start, f.end, f.entity, f.score, number)
                rows.setdefault(first + place, []).extend(found)
        kinds = np.empty(end - first, np.uint8)
        encodings.encodings_of_tokens(table.arena, table.offset[first:], BASE64_VALUES, kinds)
        self.tokens.note_encodings(first, kinds)
        return NewRows(rows, *NO_WHOLE)

    def _rows_inside(self, encoded: list[tuple[int, int]]) -> dict[int, list[Row]]:
        """Rows of entries for what they say: of each (number, encoding)."""
        inner = self._inner
        scan = (lambda texts: inner.scan(texts_batch(texts))) if inner and self.depth else None
        sources = ((number, self.entries.table.text(number), ENCODINGS[encoding]) for number, encoding in encoded)
        return rows_inside(sources, scan, self.values, self.said, self._pattern_in)

    def _pattern_in(self, evidence: int | str, encoding: str) -> int:
        """The number of evidence in what an encoded text says."""
        if isinstance(evidence, str):
            return self.pattern(f"{evidence}.{encoding} not read")
        return self.pattern(f"{self.pattern_names[evidence]} in {encoding}", score=self.pattern_scores[evidence])

    def _plain_rows(self, numbers: list[int]) -> dict[int, list[Row]]:
        """Rows of entries as they stand, nothing in them read."""
        plain = self
        while plain._inner:
            plain = plain._inner
        batch = texts_batch([self.entries.table.text(n) for n in numbers])
        return rows_by_text(batch, plain.scan(batch), numbers)

    def _anchor_ends(self, texts: Texts) -> tuple[Int64, Int64]:
        """(pattern, place where its value would start) of anchors in the texts."""
        pattern, to = self.anchors.hits(texts.data)
        return pattern, to - self.anchors.ahead[pattern]

    def _anchored(self, data: Bytes, pattern: Int64, to: Int64) -> Found:
        a = self.anchors
        start, end = np.empty(len(to), np.int64), np.empty(len(to), np.int64)
        spans.values_after_anchors(
            data, to, pattern, a.in_value, a.in_trim, a.in_back, a.until, a.until_size, a.back_over, a.min_length,
            a.bounded, IS_ASCII_WORD, np.tile(np.array((1, 0)), (len(a.bounded), 1)), start, end,
        )  # fmt: skip
        there = start >= 0
        start, end, pattern = start[there], end[there], pattern[there]
        looked, unchecked = judged(start, end, pattern)
        tag = (pattern + unchecked * UNCHECKED + 1).astype(np.int32)
        return self._entries(data, start[looked], end[looked], tag[looked])

    def _entries(self, data: Bytes, start: Int64, end: Int64, tag: Int32) -> Found:
        number = self.entries.table.intern(data, start, end, tag)
        self.entries.look(self._rows_of_entries)
        return start, number, self.entries.rows

    def _rows_of_entries(self, first: int, end: int) -> NewRows:
        table = self.entries.table
        tags, texts = table.tag[first:end], table.texts(first, end)
        distinct, kind = np.unique(tags, return_inverse=True)
        entity = np.array([whole_entity(self.vocabulary, tag) for tag in distinct.tolist()], np.int64)[kind]
        others = np.flatnonzero((entity < 0) & (tags < ENCODED_TAG)).tolist()
        rows = {first + k: self._rows_of_entry(texts[k], int(tags[k])) for k in others}
        whole = rows_of_whole(self.values, entity, first, texts, self._declared_by_format)
        encoded = [(first + k, int(tags[k]) - ENCODED_TAG) for k in np.flatnonzero(tags >= ENCODED_TAG).tolist()]
        if encoded:
            rows |= only_new(self._rows_inside(encoded), self._plain_rows([n for n, _ in encoded]))
        return NewRows({n: found for n, found in rows.items() if found}, *whole)

    def _declared_by_format(self, entity: int) -> int:
        return self.pattern(ENTITIES[entity], DECLARED, score=1.0)

    def _rows_of_entry(self, text: bytes, tag: int) -> list[Row]:
        if tag >= OWN_TAG:
            entity, score = self._own_patterns[tag]
            rows = rows_of(self.values, text, 0, len(text), entity, score, tag - OWN_TAG)
            # What the entity's own recognizer sees nothing in, a user's sees all the same.
            whole = self.values.number(self.vocabulary.ids[entity], text)
            return rows or [(0, len(text), whole, WHOLE, self.vocabulary.ids[entity], score >= STRONG, tag - OWN_TAG)]
        if tag >= DECLARED_TAG:
            if text.strip().lower() in NOTHING:
                return []
            entity = ENTITIES[tag & (UNDIVIDED - 1)]
            recognizer = self.vocabulary.recognizer(entity)
            name, score = evidence_of(tag)
            if tag >= KEYED_TAG and recognizer is not None and not accepts(recognizer, tag, text):
                return []
            return rows_of(self.values, text, 0, len(text), entity, score, self.pattern(entity, name, score=score))
        unchecked, number = tag > UNCHECKED, (tag - 1) % UNCHECKED
        if number < len(self.anchors.patterns):
            recognizer, pattern = self.anchors.patterns[number]
            part = (0, len(text)) if unchecked else pattern.found_in(text)
            return [] if part is None else rows_of(self.values, text, *part, recognizer.ENTITY, pattern.score, number)
        literal = self.anchors.literals[number - len(self.anchors.patterns)]
        entity_id = ENTITY_ID[literal.entity]
        value = self.values.number(entity_id, text)
        if literal.foreign:
            self.values.foreign[value] = True
        return [(0, len(text), value, WHOLE, entity_id, True, number)]

    def _findings(
        self, batch: Batch, texts: Texts, found: Sequence[Found], encoded: bool, anchored: Anchored
    ) -> Findings:
        """What is found, in the batch; with ``encoded`` the last of ``found`` tells also where encoded texts stand."""
        columns = self.rows.columns
        room = sum(len(at) for at, _, _ in found) * 2
        while True:
            start, row, total = np.empty(room, np.int64), np.empty(room, np.int32), 0
            for at, number, rows in found:
                before = total
                total = spans.expand_rows(at, number, rows, columns[0], start, row, total)
            if total <= room:
                break
            room = total
        said = np.flatnonzero(columns[3][row[before:total]] == SAID) + before if encoded else np.zeros(0, np.int64)
        standing, field, raw_start, raw_end = self._raw(batch, texts, start[said], row[said])
        where = Encoded(field, raw_start, raw_end, columns[2][standing])
        if len(said):
            start, row = np.delete(start[:total], said), np.delete(row[:total], said)
            total -= len(said)
        row, field, raw_start, raw_end = self._raw(batch, texts, start[:total], row[:total])
        value, pattern = np.empty(total, np.int32), np.empty(total, np.int32)
        kind, holder, strong = np.empty(total, np.uint8), np.empty(total, np.int16), np.empty(total, np.bool_)
        spans.take_rows(columns, row, value, kind, holder, strong, pattern)
        findings = Findings(field, raw_start, raw_end, value, kind, holder, strong, pattern, anchored, where)
        number = pattern - len(self.anchors.patterns)
        return findings.without_overruled((number >= 0) & (number < len(self.anchors.literals)))

    def _raw(self, batch: Batch, texts: Texts, start: Int64, row: Int32) -> tuple[Int32, Int64, Int64, Int64]:
        """(row, field, start, end) of rows that stand at some places of the texts, sorted by start."""
        columns = self.rows.columns
        order, field, raw_start, raw_end = texts.raw(batch, start, row, columns[0], columns[1])
        return row[order], field, raw_start, raw_end
