"""Packets of one unit, from bytes of captures to staged and verified outputs of every recipient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from pipeline.captures.dissection import dissect, headers_only
from pipeline.captures.fields import END, KIND, START, Kind
from pipeline.captures.native import native_bytes
from pipeline.captures.packets import Packets
from pipeline.detection.scanner import Scanner
from pipeline.errors import RedactError
from pipeline.inputs import Input, Unit, Unreadable
from pipeline.inputs.captures import read_packets
from pipeline.policy.actions import Action
from pipeline.readback import run_differences, table_differences
from pipeline.records import NO_TIME, Bools, Int64, Quarantined
from pipeline.release.layout import PACKETS, Layout
from pipeline.release.native import NativeWriter
from pipeline.release.parts import PartWriter, part_days
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.found import Found, find
from pipeline.rewriting.name_values import NameValues
from pipeline.rewriting.packet_table import packet_table
from pipeline.rewriting.remains import remaining
from pipeline.rewriting.rewriting import Rewriter, Rewritten
from pipeline.tally import Recipient, Tally, kept_by_all, residual, row_ids

#: Bytes of captures that are held together: what is done once for each distinct value of a piece is much of the work.
PIECE_BYTES = 8 << 20


def packet_chunks(
    inputs: Sequence[Input], unit: Unit, aside: Callable[[Quarantined | Unreadable], None]
) -> Iterator[Packets]:
    """The packets of a unit; the only chunk may be empty, so that each unit has one.

    Args:
      aside: told of what cannot be among them.
    """
    none = True
    for found in read_packets(inputs, unit, PIECE_BYTES):
        if isinstance(found, Packets):
            yield found
            none = False
        else:
            aside(found)
    if none:
        yield NO_PACKETS


class CaptureUnit:
    """Releases chunks of packets for a run's recipients."""

    def __init__(
        self,
        layout: Layout,
        inputs: Sequence[Input],
        input_ids: Sequence[str],
        scanner: Scanner,
        recipients: Sequence[Recipient],
    ) -> None:
        self.layout = layout
        self.inputs, self.input_ids = inputs, input_ids
        self.scanner = scanner
        self.recipients = recipients
        self.forget()

    def forget(self) -> None:
        """Start anew, together with the scanner's values."""
        self.known = BinaryValues(self.scanner.values), NameValues(self.scanner.values)
        self.rewriters = [Rewriter(recipient.redactor, self.known[0]) for recipient in self.recipients]

    def release(self, stem: str, packets: Packets, numbers: list[int], tally: Tally) -> None:
        """Rewrite packets, prove them, and stage what passes.

        Raises:
          RedactError: what holds packets together (not a text in it) did not pass.
        """
        of_level = self._found(packets)
        rewritten = [rewriter.rewrite(of_level[rewriter.headers_only]) for rewriter in self.rewriters]
        pairs = list(zip(self.rewriters, rewritten, strict=True))
        left = [
            (found, remaining(found, [pair for pair in pairs if pair[0].headers_only == level], self.scanner))
            for level, found in of_level.items()
        ]
        for each in rewritten:
            for found, own in left:
                _blank(found, own.frame, each)
        held = np.logical_or.reduce([own.packets for _, own in left])
        foreign = np.logical_or.reduce([own.foreign for _, own in left])
        keep = ~held
        self._quarantine(packets, foreign, "foreign-client", tally)
        self._quarantine(packets, held & ~foreign, "leak", tally)
        for place, recipient in enumerate(self.recipients):
            found = of_level[self.rewriters[place].headers_only]
            self._issue(found, rewritten[place], recipient, self.rewriters[place], keep)
            self._stage(stem, found, rewritten[place], place, keep, numbers, tally)
            tally.counts[place].update(rewritten[place].counts)
            tally.given_up[place] += rewritten[place].unfixed
        tally.leaks += int((held & ~foreign).sum())
        most = of_level[min(of_level)]
        tally.residual += residual(self.scanner, [most.findings], most.values)
        tally.records_in.update(_by_input(packets, np.ones(len(packets), np.bool_)))
        tally.records_out.update(_by_input(packets, keep))

    def _found(self, packets: Packets) -> dict[bool, Found]:
        """What is found for recipients of whole packets (False), and for those of headers only (True)."""
        whole = dissect(packets)
        return {
            level: find(
                self.scanner, self.known, packets, headers_only(whole) if level else whole,
                partial(kept_by_all, self.recipients),
            )
            for level in sorted({rewriter.headers_only for rewriter in self.rewriters})
        }  # fmt: skip

    @staticmethod
    def _quarantine(packets: Packets, which: Bools, reason: str, tally: Tally) -> None:
        for p in np.flatnonzero(which).tolist():
            length = int(packets.block_end[p] - packets.block_start[p])
            tally.quarantined.append(Quarantined(int(packets.input[p]), int(packets.offset[p]), length, reason))

    @staticmethod
    def _issue(found: Found, rewritten: Rewritten, recipient: Recipient, rewriter: Rewriter, keep: Bools) -> None:
        """Note the pseudonyms that stand in what is kept, and in the frame."""
        kept = np.append(keep, True)
        recipient.issued.add(found.texts.batch, rewritten.edits, kept[found.texts.packet])
        issued = kept[found.dissection.row_packet] & (rewritten.action == Action.PSEUDONYMISE)
        addresses = found.number[issued & (found.number >= 0)]
        recipient.issued.add_values(rewriter.values.value[addresses].astype(np.int64))
        for names in found.names:
            value = names.row_value[issued[names.row]]
            recipient.issued.add_values(value[value >= 0].astype(np.int64))

    def _stage(
        self,
        stem: str,
        found: Found,
        rewritten: Rewritten,
        place: int,
        keep: Bools,
        numbers: list[int],
        tally: Tally,
    ) -> None:
        """Write one recipient's outputs, read them back, and hold them to what was proven."""
        layout, packets = self.layout, found.packets
        recipient, rewriter = self.recipients[place], self.rewriters[place]
        comment = b"" if rewriter.keeps_all else recipient.comment
        runs = native_bytes(packets, rewritten.data, keep, comment, secrets=rewriter.keeps_secrets)
        names = [recipient.log_files[n] for n in numbers]
        with NativeWriter(layout.fs, layout.staged_native(recipient.name), stem, numbers, names) as native:
            for run in runs:
                native.write_run(numbers.index(run.input), run.data, run.packets)
            segment, pieces = native.close()
        run_differences(layout, recipient.name, segment, [run.data for run in runs])
        ids = row_ids(recipient.row_key, packets.input, packets.offset, self.input_ids)
        table = packet_table(found, rewriter, rewritten, keep, ids, recipient.log_files)
        (days,) = part_days([_microseconds(rewritten.time[keep])])
        parts = PartWriter(layout.fs, layout.staged_parts(recipient.name, PACKETS), stem, PACKETS)
        parts.write(table, days)
        written = parts.close()
        table_differences(layout, recipient.name, PACKETS, written, table, days)
        tally.parts[place].extend(written)
        tally.segments[place].append(segment)
        tally.native[place].extend(pieces)


def _blank(found: Found, frame: Int64, rewritten: Rewritten) -> None:
    """Overwrite texts of the frame that did not pass, for whomever: unlike packets, it cannot be left out."""
    rows = found.dissection.rows
    for row in frame.tolist():
        if rows[row, KIND] in (Kind.NUMBER, Kind.TIME, Kind.CHECKSUM):
            raise RedactError(
                "a capture's own structure does not pass the check; nothing of this unit is released. Leave the file "
                "out, and report it with its type: this is a defect"
            )
        rewritten.data[rows[row, START] : rows[row, END]] = 0


def _by_input(packets: Packets, which: Bools) -> dict[int, int]:
    count = np.bincount(packets.input[which])
    number = np.flatnonzero(count)
    return dict(zip(number.tolist(), count[number].tolist(), strict=True))


def _microseconds(time: Int64) -> Int64:
    return np.where(time == NO_TIME, NO_TIME, time // 1000)


def _none(kind: type, *shape: int) -> np.ndarray:
    return np.zeros((0, *shape), kind)


#: Of a unit of which nothing can be read.
NO_PACKETS = Packets(
    data=_none(np.uint8),
    start=_none(np.int64),
    end=_none(np.int64),
    block_start=_none(np.int64),
    block_end=_none(np.int64),
    offset=_none(np.int64),
    input=_none(np.int32),
    wire_length=_none(np.int64),
    time=_none(np.int64),
    link_type=_none(np.int32),
    interface=_none(np.int32),
    frame=_none(np.int32, 5),
    removed=_none(np.int64, 2),
    sections=_none(np.int64, 2),
)
