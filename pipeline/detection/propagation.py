"""What was found once is found again: other occurrences of distinctive values, in the record and in the unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.detection.inside import Said
from pipeline.detection.originals import Originals, covered_bytes, originals_of, wholly_covered, words_inside
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import NONE, Texts, texts_batch
from pipeline.detection.values import Findings, Kind, Values
from pipeline.kernels import bitsets
from pipeline.records import Batch, Bools, Bytes, Decoder, Int32, Int64

#: What tells of a value that is found again.
ELSEWHERE = ("elsewhere in the unit",)
#: The beginning of an escape of JSON that is not at its end.
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u[0-9A-Fa-f]{0,3})?\Z")


def detect(
    scanner: Scanner,
    batches: Sequence[Batch],
    kept: Callable[[Int32], Bools],
    besides: Sequence[int] | Int32 = (),
    inside: bool = True,
) -> tuple[list[Findings], Originals]:
    """Findings of batches that are held together, by what each tells of the others; in strict mode unknown words, too.

    They come last, since what any finding covers is known.

    Args:
      kept: which values every recipient keeps, bool [n] for numbers of values, int32 [n].
      besides: numbers of values that stand beside the batches, in no text.
      inside: whether originals are looked for inside words, too; else that is left to who verifies, and finds few.
    """
    found = [scanner.scan(batch) for batch in batches]
    originals = originals_of(scanner.values, found, kept, besides)
    pattern = scanner.pattern(*ELSEWHERE)
    further = propagate if inside else between_words
    found = [
        scanner.with_unknown(batch, further(batch, findings, scanner, originals, pattern))
        for batch, findings in zip(batches, found, strict=True)
    ]
    return found, originals


def in_own_record(batch: Batch, findings: Findings, record: Int64, value: Int32, values: int) -> Bools:
    """Whether each (record, value) is one in which that value was found."""
    asked = np.zeros(values, np.bool_)
    asked[value] = True
    rows = np.flatnonzero(asked[findings.value])
    there = batch.field_record[findings.field[rows]] * values + findings.value[rows]
    # Sorted and looked up: np.isin would sort both, and remember the way back.
    there.sort()
    pair = record * values + value
    place = np.minimum(np.searchsorted(there, pair), len(there) - 1)
    return there[place] == pair if len(there) else np.zeros(len(pair), np.bool_)


def propagate(batch: Batch, findings: Findings, scanner: Scanner, originals: Originals, pattern: int) -> Findings:
    """The findings and, beside them, further occurrences of originals: between words, then inside words."""
    findings = between_words(batch, findings, scanner, originals, pattern)
    return inside_words(batch, findings, scanner, originals, pattern)


def between_words(batch: Batch, findings: Findings, scanner: Scanner, originals: Originals, pattern: int) -> Findings:
    """The findings and, beside them, further occurrences of originals, in what encoded texts say, too.

    A value found with strong evidence anywhere in the unit is taken wherever it stands between non-word bytes; a
    weaker one only in the records in which it was found. Fields that tell of nobody are no exception: what
    verification finds is what is replaced.
    """
    if not len(originals.value):
        return findings
    hiding = (findings.kind != Kind.HOLDER) & ~_is_kept(scanner, originals)[findings.value]
    covered = covered_bytes(len(batch.data), findings.start, findings.end, hiding)
    added = _between_words(batch, findings, scanner, originals, covered, pattern)
    return findings if added is None else findings.joined(added)


def inside_words(batch: Batch, findings: Findings, scanner: Scanner, originals: Originals, pattern: int) -> Findings:
    """The findings and, beside them, what is written inside words as one of the same record is that is long."""
    if not len(originals.value):
        return findings
    kept = _is_kept(scanner, originals)
    hiding = (findings.kind != Kind.HOLDER) & ~kept[findings.value]
    data, covered = batch.data.copy(), bitsets.empty_set(len(batch.data))
    bitsets.blank(findings.start[hiding], findings.end[hiding], bitsets.BLANK, data, covered)
    sought = hiding & scanner.values.columns()[1].astype(np.bool_)[findings.value]
    added = _inside_words(data, batch, findings, scanner, sought, covered, pattern)
    return findings if added is None else findings.joined(added)


def _is_kept(scanner: Scanner, originals: Originals) -> Bools:
    """bool [n], by number of a value: whether it is distinctive, and no original, since every recipient keeps it.

    What is kept hides nothing: a version may be written as an address that stands elsewhere.
    """
    kept = scanner.values.columns()[1].astype(np.bool_)
    kept[originals.value] = False
    return kept


def _between_words(
    batch: Batch, findings: Findings, scanner: Scanner, originals: Originals, covered: Bytes, pattern: int
) -> Findings | None:
    values = scanner.values
    start, end, original, field = originals.find(
        batch.data,
        batch.field_start,
        batch.field_end,
        np.zeros(batch.fields, np.bool_),
        batch.field_decoder == Decoder.JSON_STRING,
        covered,
    )
    taken = originals.strong[original]
    if not taken.all():
        weak = np.flatnonzero(~taken)
        record = batch.field_record[field[weak]]
        taken[weak] = in_own_record(batch, findings, record, originals.value[original[weak]], len(values))
    start, end, field, original = start[taken], end[taken], field[taken], original[taken]
    within, first, last, inside, alone = originals_inside(batch, findings, scanner, originals)
    # What has its own place may have been found there.
    new = ~(alone & wholly_covered(covered, first, last))
    within, first, last, inside, alone = within[new], first[new], last[new], inside[new], alone[new]
    if not len(start) + len(within):
        return None
    number = originals.value[original]
    # One in another letter case is a value of its own, whose pseudonym is written in that case.
    for k in np.flatnonzero(~originals.written_alike(batch.data, start, original)).tolist():
        text = batch.data[start[k] : end[k]].tobytes()
        number[k] = values.number(values.entity[int(number[k])], text)
    kind = np.concatenate((np.full(len(start), Kind.WHOLE), np.where(alone, Kind.WHOLE, Kind.INSIDE)))
    return _repeated(
        findings,
        values,
        np.concatenate((field, within)),
        (np.concatenate((start, first)), np.concatenate((end, last))),
        np.concatenate((number, originals.value[inside])).astype(np.int32),
        kind.astype(np.uint8),
        pattern,
    )


def _repeated(
    findings: Findings,
    values: Values,
    field: Int64,
    span: tuple[Int64, Int64],
    number: Int32,
    kind: Bytes,
    pattern: int,
) -> Findings:
    """Further findings of values, of which repetition alone tells."""
    return Findings(
        field=field,
        start=span[0],
        end=span[1],
        value=number,
        kind=kind,
        holder=values.columns()[0][number],
        strong=np.zeros(len(number), np.bool_),
        pattern=np.full(len(number), pattern, np.int32),
        anchored=findings.anchored,
        encoded=findings.encoded,
    )


def _inside_words(
    data: Bytes, batch: Batch, findings: Findings, scanner: Scanner, sought: Bools, covered: Bytes, pattern: int
) -> Findings | None:
    """What is written in ``data``, of which all that is covered is overwritten, as a row of the record is that is
    ``sought``, from words.INSIDE_WORDS bytes on."""
    _, row = words_inside(data, batch, findings, sought, batch.data, covered, every=False)
    if not len(row):
        return None
    # Each value once, of these few records.
    record = batch.field_record[findings.field]
    there = np.flatnonzero(sought & np.isin(record, record[row]))
    first = np.unique(record[there] << 32 | findings.value[there], return_index=True)[1]
    sought = np.zeros(len(findings), np.bool_)
    sought[there[first]] = True
    start, row = words_inside(data, batch, findings, sought, batch.data, covered)
    end = start + findings.end[row] - findings.start[row]
    field = np.minimum(np.searchsorted(batch.field_end, start, side="right"), batch.fields - 1)
    # What reaches over an end of a field, or begins within an escape, has no edit; verification looks at it.
    whole = (batch.field_start[field] <= start) & (end <= batch.field_end[field])
    for k in np.flatnonzero(whole & (batch.field_decoder[field] == Decoder.JSON_STRING)).tolist():
        whole[k] = _ESCAPE.search(batch.data[batch.field_start[field[k]] : start[k]].tobytes()) is None
    start, end, field, row = start[whole], end[whole], field[whole], row[whole]
    kind = np.full(len(start), Kind.WHOLE, np.uint8)
    return _repeated(findings, scanner.values, field, (start, end), findings.value[row], kind, pattern)


def originals_inside(
    batch: Batch, findings: Findings, scanner: Scanner, originals: Originals
) -> tuple[Int64, Int64, Int64, Int64, Bools]:
    """(field, start, end, original, alone) of originals in what is read otherwise than it stands, each once.

    Of what encoded texts say: in one whose escapes each have a place [start, end) is the original's own (``alone``),
    else the whole encoded text's. And of coloured texts. Of those found with weak evidence only in the records in which
    they were found.
    """
    parts = _in_encoded(batch, findings, scanner, originals), _in_coloured(batch, findings, originals)
    field, start, end, original, alone = (np.concatenate(each) for each in zip(*parts, strict=True))
    if not len(field):
        return field, start, end, original, alone
    value = originals.value[original]
    taken = originals.strong[original]
    taken |= in_own_record(batch, findings, batch.field_record[field], value, len(scanner.values))
    return field[taken], start[taken], end[taken], original[taken], alone[taken]


def _in_coloured(batch: Batch, findings: Findings, originals: Originals) -> tuple[Int64, Int64, Int64, Int64, Bools]:
    texts = Texts(batch, findings.anchored.coloured)
    nothing = np.zeros(len(texts.which), np.bool_)
    begin, stop = texts.offset[:-1], texts.offset[1:] - 1
    start, end, original, _ = originals.find(
        texts.data, begin, stop, nothing, nothing, bitsets.empty_set(len(texts.data))
    )
    order, field, start, end = texts.raw(batch, start, np.arange(len(start)), start, end)
    return field, start, end, original[order], np.ones(len(field), np.bool_)


def _in_encoded(
    batch: Batch, findings: Findings, scanner: Scanner, originals: Originals
) -> tuple[Int64, Int64, Int64, Int64, Bools]:
    encoded = findings.encoded
    said, text = np.unique(encoded.said, return_inverse=True)
    if not len(said) or not len(originals.value):
        return NONE, NONE, NONE, NONE, np.zeros(0, np.bool_)
    says = [scanner.said[number] for number in said.tolist()]
    texts = texts_batch([each.text for each in says])
    nothing = np.zeros(texts.fields, np.bool_)
    start, end, original, within = originals.find(
        texts.data, texts.field_start, texts.field_end, nothing, nothing, bitsets.empty_set(len(texts.data))
    )
    order = np.argsort(within, kind="stable")
    start, end, original, within = start[order], end[order], original[order], within[order]
    begin = np.searchsorted(within, text, side="left")
    count = np.searchsorted(within, text, side="right") - begin
    place = np.repeat(np.arange(len(text)), count)
    hit = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(len(place))
    first, last = encoded.start[place], encoded.end[place]
    escapes = np.array([each.first is not None and each.last is not None for each in says], np.bool_)
    own = np.flatnonzero(escapes[within[hit]])
    begins, ends = (_laid_out(says, side) for side in ("first", "last"))
    own_first, own_last = begins[start[hit[own]]], ends[end[hit[own]] - 1]
    parts = replace(
        batch,
        field_start=first[own],
        field_end=last[own],
        field_decoder=batch.field_decoder[encoded.field[place[own]]],
    )
    read = Texts(parts, np.arange(len(own)))
    order, _, raw_first, raw_last = read.raw(
        parts, read.offset[:-1] + own_first, np.arange(len(own)), own_first, own_last
    )
    first[own[order]], last[own[order]] = raw_first, raw_last
    alone = (first > encoded.start[place]) | (last < encoded.end[place])
    return encoded.field[place], first, last, original[hit], alone


def _laid_out(says: Sequence[Said], side: str) -> Int64:
    """What a side of some texts says of each byte, one text after the other; zeros for those that say nothing."""
    parts = [np.zeros(0, np.int64)]
    for each in says:
        places = getattr(each, side)
        parts.append(np.zeros(len(each.text), np.int64) if places is None else places)
    return np.concatenate(parts)
