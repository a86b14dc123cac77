"""What detection finds in some inputs, counted: the look before a run. Nothing is decided or replaced."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipeline.captures.dissection import dissect
from pipeline.captures.packets import Packets
from pipeline.detection.own import OwnRecognizer
from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.values import Findings, Kind
from pipeline.inputs import Input, Progress, Range, Unit, Unreadable, plan_units, read_chunks, read_unit
from pipeline.inputs.captures import read_packets
from pipeline.records import (
    ATTRIBUTES,
    COLUMN_NAMES,
    KEY_COLUMN,
    PROSE,
    SCAN,
    TIME_COLUMN,
    Batch,
    Bools,
    Int32,
    Int64,
    Quarantined,
)
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.found import Found, find
from pipeline.rewriting.listing import counted, listed, said_by
from pipeline.rewriting.name_values import NameValues
from recognizers.declaration import DeclaredRecognizer

#: How columns are called that are none of a table.
OTHER_COLUMNS = {KEY_COLUMN: "(key)", TIME_COLUMN: "(time)"}
FILE_NAMES = "(file name)"
#: Bytes of each format on which recognizers are timed, and the least of all on which it tells something.
TIMED_BYTES = 256 << 10
LEAST_TIMED = 64 << 10
ROUNDS = 3
#: When so many are counted apart, attributes are no longer: keys may be as many as records.
MOST_PLACES = 2_000
Place = tuple[str, str, str]


@dataclass
class Survey:
    """What was found.

    Attributes:
      records: format -> how many.
      bytes: decoded bytes of them.
      found: (entity, format, column) -> how many values stand there; a compound counts, and so does each of its parts,
        what two rules find counts once.
      quarantined: reason -> how many records a run would not read.
      unreadable: what could not be read, in whole or from some place on.
      examples: entity -> a few distinct values, where asked for.
      seconds: processor time of detection.
    """

    records: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    found: Counter[Place] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    unreadable: list[Unreadable] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


class Surveyor:
    """Looks through inputs, chunk by chunk; what it holds does not grow with them.

    Args:
      write: gets each finding as plain data, in order of the records; None where no one asks.
      show: whether findings carry their text, and how many examples are kept of each entity.
    """

    def __init__(
        self, inputs: Sequence[Input], scanner: Scanner, write: Callable[[dict[str, Any]], None] | None, show: int
    ) -> None:
        self.survey = Survey()
        self._inputs = {item.number: item for item in inputs}
        self._scanner = scanner
        self._known = BinaryValues(scanner.values), NameValues(scanner.values)
        self._write = write
        self._show = show
        self._read: Counter[int] = Counter()
        self._aside: dict[int, list[int]] = {}

    def look(self, on_progress: Callable[[Progress], None]) -> Survey:
        """Look through all inputs, their names included."""
        inputs = list(self._inputs.values())
        units = plan_units(inputs)
        sizes = [sum((r.end if r.end >= 0 else self._inputs[r.input].size) - r.start for r in u.ranges) for u in units]
        self._look_at_names(inputs)
        for unit, size in zip(units, sizes):
            done, begun = sum(sizes[: unit.number]), self.survey.bytes
            for _ in self._looks(inputs, unit):
                read = min(self.survey.bytes - begun, size)
                on_progress(self._progress(unit.number, len(units), done + read, sum(sizes)))
        on_progress(self._progress(len(units), len(units), sum(sizes), sum(sizes)))
        return self.survey

    def _looks(self, inputs: list[Input], unit: Unit) -> Iterator[None]:
        """Look at a unit, piece by piece."""
        if self._inputs[unit.ranges[0].input].is_capture:
            for packets in read_packets(inputs, unit):
                if isinstance(packets, Packets):
                    self._look_at_packets(packets)
                    yield
                else:
                    self._set_aside(packets)
        else:
            for chunk in read_chunks(inputs, unit, self._set_aside):
                self._look_at(chunk.batches)
                yield

    def _look_at_packets(self, packets: Packets) -> None:
        began = time.process_time()
        found = find(self._scanner, self._known, packets, dissect(packets), _keeps_nothing)
        self.survey.seconds += time.process_time() - began
        for number, count in zip(*np.unique(packets.input, return_counts=True), strict=True):
            self.survey.records[self._inputs[int(number)].format] += int(count)
        self.survey.bytes += len(packets.data)
        form = self._inputs[int(packets.spans[0, 2])].format
        for (entity, column), count in counted(found, self._scanner).items():
            self.survey.found[entity, form, column] += count
        if self._show:
            self._keep_examples(np.concatenate((found.values, found.findings.value)))
        if self._write is not None:
            for finding in self._findings_in_packets(found):
                self._write(finding)
        self._forget_if_full()

    def _findings_in_packets(self, found: Found) -> Iterator[dict[str, Any]]:
        """As ``_findings``: places are bytes of the file, records are packets. What stands in none is not listed."""
        packets, scanner = found.packets, self._scanner
        for each in listed(found):
            packet = int(found.dissection.row_packet[each.row])
            if packet < 0:
                continue
            shift = int(packets.offset[packet] - packets.block_start[packet])
            by_field = each.pattern < 0
            finding = {
                "input": self._inputs[int(packets.input[packet])].name,
                "record": int(packets.number[packet]),
                "start": each.start + shift,
                "end": each.end + shift,
                "entity": scanner.values.entity_name(each.value),
                "kind": each.part.name.lower(),
                "score": 1.0 if by_field else scanner.pattern_scores[each.pattern],
                "evidence": said_by(found, each.row) if by_field else scanner.pattern_names[each.pattern],
            }
            if self._show:
                text = scanner.values.text[each.value] or packets.data[each.start : each.end].tobytes()
                finding["text"] = text.decode("utf-8", "replace")
            yield finding

    def _forget_if_full(self) -> None:
        if self._scanner.is_full():
            self._scanner.forget()
            self._known = BinaryValues(self._scanner.values), NameValues(self._scanner.values)

    def _progress(self, units_done: int, units: int, bytes_done: int, size: int) -> Progress:
        return Progress(units_done, units, bytes_done, size, sum(self.survey.records.values()))

    def _set_aside(self, found: Quarantined | Unreadable) -> None:
        if isinstance(found, Unreadable):
            self.survey.unreadable.append(found)
        else:
            self.survey.quarantined[found.reason] += 1
            insort(self._aside.setdefault(found.input, []), found.offset)

    def _look_at_names(self, inputs: list[Input]) -> None:
        if inputs:
            batch = texts_batch([item.name.encode("utf-8", "surrogateescape") for item in inputs])
            findings = self._scanner.scan(batch)
            self._count(batch, findings, "", FILE_NAMES)

    def _look_at(self, batches: list[Batch]) -> None:
        began = time.process_time()
        found, _ = detect(self._scanner, batches, _keeps_nothing)
        self.survey.seconds += time.process_time() - began
        for batch, findings in zip(batches, found, strict=True):
            format_name = self._inputs[int(batch.record_input[0])].format if batch.records else ""
            self.survey.records[format_name] += batch.records
            self.survey.bytes += len(batch.data)
            self._count(batch, findings, format_name, None)
            times = int(((batch.field_entity == TIME_ENTITY) & (batch.field_end > batch.field_start)).sum())
            if times:
                self.survey.found["DATE_TIME", format_name, OTHER_COLUMNS[TIME_COLUMN]] += times
            if self._write is not None:
                for finding in self._findings(batch, findings):
                    self._write(finding)
            for number, count in zip(*np.unique(batch.record_input, return_counts=True), strict=True):
                self._read[int(number)] += int(count)
        self._forget_if_full()

    def _count(self, batch: Batch, findings: Findings, format_name: str, column: str | None) -> None:
        rows = _distinct(findings, self._scanner.values.columns()[0])
        entity = self._scanner.values.columns()[0][findings.value[rows]]
        field = findings.field[rows]
        places = np.stack((entity, batch.field_column[field], batch.field_key[field]))
        _, first, counts = np.unique(places, axis=1, return_index=True, return_counts=True)
        for row, count in zip(rows[first].tolist(), counts.tolist(), strict=True):
            name = self._scanner.values.entity_name(int(findings.value[row]))
            where = column or self._column(batch, int(findings.field[row]))
            self.survey.found[name, format_name, where] += count
        if self._show:
            self._keep_examples(findings.value)
            # One value stands for all times: what they say stands in the batch.
            times = rows[entity == TIME_ENTITY][: self._show]
            for start, end in zip(findings.start[times].tolist(), findings.end[times].tolist(), strict=True):
                self._keep_example("DATE_TIME", batch.data[start:end].tobytes())

    def _column(self, batch: Batch, field: int) -> str:
        """What a field's column is called; an attribute with its key where values are shown, since a key may be one."""
        column, key = int(batch.field_column[field]), int(batch.field_key[field])
        if column != ATTRIBUTES or key < 0 or not self._show or len(self.survey.found) >= MOST_PLACES:
            return OTHER_COLUMNS.get(column) or COLUMN_NAMES[column]
        return f"{COLUMN_NAMES[column]}.{batch.keys[key]}"

    def _keep_examples(self, numbers: Int32) -> None:
        values = self._scanner.values
        for number in np.unique(numbers).tolist():
            self._keep_example(values.entity_name(number), values.text[number])

    def _keep_example(self, entity: str, raw: bytes) -> None:
        kept = self.survey.examples.setdefault(entity, [])
        text = raw.decode("utf-8", "replace")
        if text and len(kept) < self._show and text not in kept:
            kept.append(text)

    def _findings(self, batch: Batch, findings: Findings) -> Iterator[dict[str, Any]]:
        """Findings of a batch as plain data: places are bytes of the (decompressed) input, records count from 1."""
        values, scanner = self._scanner.values, self._scanner
        records = batch.field_record[findings.field]
        before = self._records_before(batch)
        for row, record in enumerate(records.tolist()):
            shift = int(batch.record_offset[record]) - int(batch.record_start[record])
            number, start, end = int(findings.value[row]), int(findings.start[row]), int(findings.end[row])
            pattern = int(findings.pattern[row])
            finding = {
                "input": self._inputs[int(batch.record_input[record])].name,
                "record": int(before[record]) + 1,
                "start": start + shift,
                "end": end + shift,
                "entity": values.entity_name(number),
                "kind": Kind(int(findings.kind[row])).name.lower(),
                "score": scanner.pattern_scores[pattern],
                "evidence": scanner.pattern_names[pattern],
            }
            if self._show:
                finding["text"] = batch.data[start:end].tobytes().decode("utf-8", "replace")
            yield finding

    def _records_before(self, batch: Batch) -> np.ndarray:
        """int64 [r]: how many records of its input stand before each, those that no batch holds included."""
        before = np.zeros(batch.records, np.int64)
        for number in np.unique(batch.record_input).tolist():
            mine = np.flatnonzero(batch.record_input == number)
            aside = self._aside.get(number, [])
            skipped = [bisect_left(aside, offset) for offset in batch.record_offset[mine].tolist()] if aside else 0
            before[mine] = self._read[number] + np.arange(len(mine)) + skipped
        return before


def _distinct(findings: Findings, entity_of: np.ndarray) -> Int64:
    """int64 [k], one row of those that find the same entity in the same bytes."""
    spans = np.stack((findings.start, findings.end, entity_of[findings.value].astype(np.int64)))
    return np.sort(np.unique(spans, axis=1, return_index=True)[1])


def _keeps_nothing(numbers: Int32) -> Bools:
    return np.zeros(len(numbers), np.bool_)


def recognizer_seconds(
    inputs: Sequence[Input], recognizers: Sequence[DeclaredRecognizer], own: Sequence[OwnRecognizer] = ()
) -> dict[str, float]:
    """Processor seconds of each recognizer on a megabyte, on a sample: the beginning of one input of each format.

    Each is compiled alone and scans the sample by itself, its caches empty; what a scan without any recognizer takes
    is taken off. In a run all share one pass over the text, so that the sum is more than the whole: what the figures
    tell is which recognizer is dear. Prose is read like the rest, since the model that looks for names in it takes a
    thousand times as long. Empty where there is too little to time.
    """
    batches = [_without_prose(batch) for batch in _sample(inputs)]
    size = sum(len(batch.data) for batch in batches)
    if size < LEAST_TIMED:
        return {}
    scanners = {r.name: Scanner([r], keep=False) for r in recognizers}
    scanners |= {r.recognizer.name: Scanner([], own=[r], keep=False) for r in own}
    bare = Scanner([], keep=False)
    # In turns, so that other work on the machine meets all; the least counts, since it only ever slows one down.
    rounds = [[_scan_seconds(each, batches) for each in (bare, *scanners.values())] for _ in range(ROUNDS)]
    without, *alone = (min(taken) for taken in zip(*rounds, strict=True))
    return {name: max(taken - without, 0.0) * 1e6 / size for name, taken in zip(scanners, alone, strict=True)}


def _sample(inputs: Sequence[Input]) -> Iterator[Batch]:
    for item in {item.format: item for item in reversed(inputs)}.values():
        whole = Unit(0, (Range(item.number, 0, -1 if item.sequential else item.size),))
        batches = (found for found in read_unit(inputs, whole, TIMED_BYTES) if isinstance(found, Batch))
        first = next(batches, None)
        if first is not None:
            yield first


def _without_prose(batch: Batch) -> Batch:
    return replace(batch, field_entity=np.where(batch.field_entity == PROSE, SCAN, batch.field_entity).astype(np.int16))


def _scan_seconds(scanner: Scanner, batches: Sequence[Batch]) -> float:
    """Processor time of a scan with empty caches."""
    scanner.forget()
    began = time.process_time()
    for batch in batches:
        scanner.scan(batch)
    return time.process_time() - began
