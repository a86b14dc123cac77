"""What was found once is found again: other occurrences of distinctive values, in the record and in the unit."""

from __future__ import annotations

import numpy as np

from pipeline.detection.originals import Originals, covered_bytes
from pipeline.detection.values import Findings, Kind, Values
from pipeline.records import HARMLESS, Batch, Bools, Decoder, Int32, Int64
from recognizers.entities import ENTITY_ID

TIME_ENTITY = ENTITY_ID["DATE_TIME"]


def records_of(batch: Batch, field: Int64) -> Int64:
    """The record of each field."""
    return np.searchsorted(batch.record_field, field, side="right") - 1


def in_own_record(batch: Batch, findings: Findings, field: Int64, value: Int32, values: int) -> Bools:
    """Whether each (field, value) stands in a record in which that value was found."""
    here = records_of(batch, field) * values + value
    there = np.unique(records_of(batch, findings.field) * values + findings.value)
    return np.isin(here, there)


def propagate(batch: Batch, findings: Findings, values: Values, originals: Originals, pattern: int) -> Findings:
    """The findings and, beside them, further occurrences of originals.

    A value found with strong evidence anywhere in the unit is taken wherever it stands between non-word bytes; a
    weaker one only in the records in which it was found.
    """
    if not len(originals.value):
        return findings
    which = np.flatnonzero((batch.field_entity != HARMLESS) & (batch.field_entity != TIME_ENTITY))
    parts = findings.kind != Kind.HOLDER
    covered = covered_bytes(len(batch.data), findings.start[parts], findings.end[parts])
    start, end, original, span = originals.find(
        batch.data,
        batch.field_start[which],
        batch.field_end[which],
        batch.field_decoder[which] == Decoder.JSON_STRING,
        covered,
    )
    if not len(start):
        return findings
    value = originals.value[original]
    field = which[span]
    taken = originals.strong[original]
    if not taken.all():
        taken = taken | in_own_record(batch, findings, field, value, len(values))
    start, end, value, field, original = start[taken], end[taken], value[taken], field[taken], original[taken]
    number = value.copy()
    # One in another letter case is a value of its own, whose pseudonym is written in that case.
    for k in np.flatnonzero(~originals.written_alike(batch.data, start, original)).tolist():
        text = batch.data[start[k] : end[k]].tobytes()
        number[k] = values.number(values.entity[int(value[k])], text)
    entity = values.columns()[0][number]
    joined_start = np.concatenate((findings.start, start))
    order = np.argsort(joined_start, kind="stable")
    return Findings(
        field=np.concatenate((findings.field, field))[order],
        start=joined_start[order],
        end=np.concatenate((findings.end, end))[order],
        value=np.concatenate((findings.value, number))[order],
        kind=np.concatenate((findings.kind, np.full(len(start), Kind.WHOLE, np.uint8)))[order],
        holder=np.concatenate((findings.holder, entity))[order],
        strong=np.concatenate((findings.strong, np.zeros(len(start), np.bool_)))[order],
        pattern=np.concatenate((findings.pattern, np.full(len(start), pattern, np.int32)))[order],
        anchored=findings.anchored,
    )
