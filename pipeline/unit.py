"""One unit, from source bytes to staged and verified outputs of every recipient: detect once, release to many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.detection.known import all_literals, in_netblocks
from pipeline.detection.originals import Originals
from pipeline.detection.propagation import ELSEWHERE, detect, inside_words
from pipeline.detection.prose import ProseReader, engine_of
from pipeline.detection.scanner import Scanner
from pipeline.detection.unknown import UnknownWords
from pipeline.detection.values import Findings
from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.inputs import Input, Unit, Unreadable, read_chunks
from pipeline.inputs.participants import Participants, participants_of
from pipeline.issued import Issued
from pipeline.kernels.splice import splice_records
from pipeline.memory import give_back
from pipeline.own_recognizers import Source, load_recognizers
from pipeline.plan import Plan
from pipeline.policy.actions import COLUMN_DROP, Action
from pipeline.policy.compiled import CompiledPolicy
from pipeline.policy.known_values import exclusive_values
from pipeline.policy.workspace import Workspace
from pipeline.readback import native_differences, part_differences
from pipeline.records import COLUMN_ID, Batch, Bools, Edits, Quarantined
from pipeline.redaction import Redactor
from pipeline.release.columns import Columns, columns_of
from pipeline.release.layout import Layout, open_layout
from pipeline.release.native import NativeWriter, distinct_names, released_name
from pipeline.release.parquet import build_table
from pipeline.release.parts import PartWriter, part_days
from pipeline.release.quarantine import stage_quarantine
from pipeline.release.rows import rows_of
from pipeline.release.summary import (
    InputCounts,
    RecipientSummary,
    UnitSummary,
    Verification,
    seal,
)
from pipeline.release.vaults import stage_vault
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.vault import VaultKey
from pipeline.tally import Recipient, Tally, kept_by_all, residual, row_ids
from pipeline.verification import check_batch
from recognizers.declaration import DeclaredRecognizer
from recognizers.registry import all_recognizers

if TYPE_CHECKING:
    from pipeline.capture_unit import CaptureUnit

Aside = Callable[[Quarantined | Unreadable], None]


class UnitRunner:
    """Runs units of one plan for its recipients."""

    def __init__(
        self,
        layout: Layout,
        inputs: Sequence[Input],
        input_ids: Sequence[str],
        scanner: Scanner,
        recipients: Sequence[Recipient],
    ) -> None:
        self.layout = layout
        self.inputs = inputs
        self.input_ids = input_ids
        self.scanner = scanner
        self.recipients = recipients
        self._captures: CaptureUnit | None = None

    def release(self, unit: Unit) -> UnitSummary:
        """Stage, verify and seal one unit."""
        self.forget_if_full()
        tally = Tally.of(len(self.recipients))
        numbers = list(dict.fromkeys(place.input for place in unit.ranges))
        for recipient in self.recipients:
            recipient.issued.begin(unit.number)
        aside = lambda found: self._set_aside(found, tally)  # noqa: E731
        if self.inputs[numbers[0]].is_capture:
            chunks = self._capture_chunks(unit, numbers, tally, aside)
        else:
            chunks = self._log_chunks(unit, numbers, tally, aside)
        for _ in chunks:
            self.forget_if_full()
        summary = self._summary(unit, numbers, tally)
        seal(self.layout, summary)
        return summary

    def _log_chunks(self, unit: Unit, numbers: list[int], tally: Tally, aside: Aside) -> Iterator[None]:
        participants = Participants({})
        for number, chunk in enumerate(read_chunks(self.inputs, unit, aside)):
            if chunk.goes_on and number == 0 and self.inputs[numbers[0]].dataset == "transcripts":
                participants = participants_of(self.inputs, unit)
            beside = participants.beside(chunk.batches)
            self._release_chunk(_stem(unit, number), chunk.batches, beside, numbers, tally)
            yield

    def _capture_chunks(self, unit: Unit, numbers: list[int], tally: Tally, aside: Aside) -> Iterator[None]:
        from pipeline.capture_unit import CaptureUnit, packet_chunks  # with dissectors, which logs do without

        if self._captures is None:
            self._captures = CaptureUnit(self.layout, self.inputs, self.input_ids, self.scanner, self.recipients)
        for chunk, packets in enumerate(packet_chunks(self.inputs, unit, aside)):
            self._captures.release(_stem(unit, chunk), packets, numbers, tally)
            yield

    def forget_if_full(self) -> None:
        """Start the caches anew where they hold too much."""
        if not self.scanner.is_full():
            return
        for recipient in self.recipients:
            recipient.issued.forget()
        self.scanner.forget()
        for recipient in self.recipients:
            recipient.redactor.forget()
        if self._captures is not None:
            self._captures.forget()
        give_back()

    def _set_aside(self, found: Quarantined | Unreadable, tally: Tally) -> None:
        if isinstance(found, Unreadable):
            number = next(item.number for item in self.inputs if item.name == found.name)
            found = Quarantined(number, 0, 0, f"unreadable: {found.reason}")
        tally.quarantined.append(found)
        tally.records_in[found.input] += 1

    # One chunk.

    def decide(
        self, batches: list[Batch], tally: Tally, beside: Sequence[Batch] = ()
    ) -> tuple[list[Findings], list[list[Edits]], list[Bools]]:
        """(findings, edits by recipient, bool [r] records that pass) of each of some batches that are held together.

        Args:
          beside: what else tells of originals, and is not released with them.
        """
        kept_values = partial(kept_by_all, self.recipients)
        found, originals = detect(self.scanner, [*batches, *beside], kept_values, inside=False)
        del found[len(batches) :]
        edits = [self._edits(batch, findings) for batch, findings in zip(batches, found, strict=True)]
        keep = []
        for k, batch in enumerate(batches):
            leaked = self._leaked(batch, found[k], edits[k], originals)
            if leaked.any():
                again = inside_words(batch, found[k], self.scanner, originals, self.scanner.pattern(*ELSEWHERE))
                if len(again) > len(found[k]):
                    again = self.scanner.with_unknown(batch, again)
                    found[k], edits[k] = again, self._edits(batch, again)
                    leaked = self._leaked(batch, again, edits[k], originals)
            keep.append(self._keep(batch, found[k], leaked, tally))
        return found, edits, keep

    def issue(self, batches: list[Batch], edits: list[list[Edits]], keep: list[Bools]) -> None:
        """Count what stands in the records that are released as issued."""
        for batch, per_batch, kept in zip(batches, edits, keep, strict=True):
            for recipient, e in zip(self.recipients, per_batch, strict=True):
                recipient.issued.add(batch, e, kept)

    def _release_chunk(
        self, stem: str, batches: list[Batch], beside: Sequence[Batch], numbers: list[int], tally: Tally
    ) -> None:
        found, edits, keep = self.decide(batches, tally, beside)
        self.issue(batches, edits, keep)
        columns = [columns_of(*parts) for parts in zip(batches, keep, edits, strict=True)]
        for place, recipient in enumerate(self.recipients):
            own = [per_batch[place] for per_batch in edits]
            self._stage(stem, recipient, place, batches, own, keep, columns, numbers, tally)
        for batch, kept in zip(batches, keep, strict=True):
            tally.records_in.update(_by_input(batch, np.ones(batch.records, np.bool_)))
            tally.records_out.update(_by_input(batch, kept))
        for per_batch in edits:
            for place, e in enumerate(per_batch):
                tally.counts[place].update(e.counts)
        tally.residual += residual(self.scanner, found)

    def _edits(self, batch: Batch, findings: Findings) -> list[Edits]:
        return [recipient.redactor.edits(batch, findings) for recipient in self.recipients]

    def _leaked(self, batch: Batch, findings: Findings, edits: list[Edits], originals: Originals) -> Bools:
        """bool [r]: records that do not pass."""
        own = [(recipient.redactor, e) for recipient, e in zip(self.recipients, edits, strict=True)]
        return check_batch(batch, findings, own, originals, self.scanner)

    def _keep(self, batch: Batch, findings: Findings, leaked: Bools, tally: Tally) -> Bools:
        """bool [r]: records that pass; the others go to the quarantine."""
        foreign = np.zeros(batch.records, np.bool_)
        rows = np.flatnonzero(self.scanner.values.columns()[2][findings.value])
        foreign[batch.field_record[findings.field[rows]]] = True
        self.quarantine(batch, foreign, "foreign-client", tally)
        self.quarantine(batch, leaked & ~foreign, "leak", tally)
        return ~(leaked | foreign)

    @staticmethod
    def quarantine(batch: Batch, which: Bools, reason: str, tally: Tally) -> None:
        """Note records that are not released, and why."""
        for r in np.flatnonzero(which).tolist():
            length = int(batch.record_end[r] - batch.record_start[r])
            tally.quarantined.append(
                Quarantined(int(batch.record_input[r]), int(batch.record_offset[r]), length, reason)
            )
        if reason == "leak":
            tally.leaks += int(which.sum())

    def _stage(
        self,
        stem: str,
        recipient: Recipient,
        place: int,
        batches: list[Batch],
        edits: list[Edits],
        keep: list[Bools],
        columns: list[Columns],
        numbers: list[int],
        tally: Tally,
    ) -> None:
        """Write one recipient's outputs of a chunk, read them back, and hold them to the edits."""
        layout = self.layout
        names = [recipient.log_files[n] for n in numbers]
        local = np.zeros(len(self.inputs), np.int32)
        local[numbers] = np.arange(len(numbers))
        ids = [row_ids(recipient.row_key, b.record_input, b.record_offset, self.input_ids) for b in batches]
        rows = [
            rows_of(batch, e, c, own_ids, recipient.log_files, recipient.dropped)
            for batch, e, c, own_ids in zip(batches, edits, columns, ids, strict=True)
        ]
        days = part_days([e.time[c.rows] for e, c in zip(edits, columns, strict=True)])
        dataset = self.inputs[numbers[0]].dataset
        parts = PartWriter(layout.fs, layout.staged_parts(recipient.name, dataset), stem, dataset)
        with NativeWriter(layout.fs, layout.staged_native(recipient.name), stem, numbers, names) as native:
            for k, batch in enumerate(batches):
                spliced = splice_records(batch, edits[k], keep[k])
                native.write(local[batch.record_input[keep[k]]], spliced.data, spliced.offsets)
                parts.write(build_table(rows[k], spliced), days[k])
            segment, pieces = native.close()
        written = parts.close()
        staged = native_differences(layout, recipient.name, segment, batches, edits, keep)
        part_differences(layout, recipient.name, written, rows, days, staged)
        tally.parts[place].extend(written)
        tally.segments[place].append(segment)
        tally.native[place].extend(pieces)

    def _summary(self, unit: Unit, numbers: list[int], tally: Tally) -> UnitSummary:
        by_input: dict[int, Counter[str]] = {n: Counter() for n in numbers}
        for q in tally.quarantined:
            by_input[q.input][q.reason] += 1
        checked = sum(tally.records_out.values())
        place_of = {n: k for k, n in enumerate(numbers)}
        listed = [Quarantined(place_of[q.input], q.offset, q.length, q.reason) for q in tally.quarantined]
        staged = stage_quarantine(self.layout, unit.number, listed, [self.input_ids[n] for n in numbers])
        return UnitSummary(
            unit=unit.number,
            inputs=tuple(
                InputCounts(n, tally.records_in[n], tally.records_out[n], dict(sorted(by_input[n].items())))
                for n in numbers
            ),
            recipients=tuple(
                RecipientSummary(
                    recipient=recipient.name,
                    counts=tuple(sorted((e, a, n) for (e, a), n in tally.counts[k].items())),
                    parts=tuple(tally.parts[k]),
                    segments=tuple(tally.segments[k]),
                    native=tuple(tally.native[k]),
                    verification=Verification(checked, tally.leaks, tally.residual, tally.given_up[k]),
                    vault=stage_vault(self.layout, recipient.name, unit.number, recipient.issued.table()),
                )
                for k, recipient in enumerate(self.recipients)
            ),
            quarantine=staged,
        )


def _stem(unit: Unit, chunk: int) -> str:
    return f"{unit.number:05d}-{chunk:04d}"


def _by_input(batch: Batch, which: Bools) -> dict[int, int]:
    number, count = np.unique(batch.record_input[which], return_counts=True)
    return dict(zip(number.tolist(), count.tolist(), strict=True))


def _planned_recognizers(plan: Plan) -> tuple[Source, ...]:
    own = load_recognizers(planned.place for planned in plan.recognizers)
    for source, planned in zip(own, plan.recognizers, strict=True):
        if source.digest != planned.digest:
            raise ConfigurationError(
                f"{source.place}: not what the plan was made with; give driver and workers the same file"
            )
    return own


def recognizers_for(policies: Sequence[CompiledPolicy]) -> tuple[DeclaredRecognizer, ...]:
    """The recognizers that ship, less that of times where all keep them: times are new on every line."""
    keep_times = all(policy.action_of("DATE_TIME") == Action.KEEP for policy in policies)
    return tuple(each for each in all_recognizers() if not (keep_times and each.ENTITY == "DATE_TIME"))


class Engine:
    """Runs units of a plan: opens the workspace's keystore itself, so that no key travels.

    Attributes:
      runner: of the plan's units.

    Raises:
      KeyProblem: the client's key is not the one that the plan was made with.
      ConfigurationError: nor are the user's own recognizers.
    """

    def __init__(self, plan: Plan) -> None:
        workspace = Workspace.open(Path(plan.workspace))
        key = workspace.keystore.open_client(plan.client.id, plan.client.epoch)
        if (key.key_id, key.check_value) != (plan.client.key_id, plan.client.key_check):
            raise KeyProblem(
                f"{plan.workspace}: client key {key.key_id} is not the one of the plan; give workers the same keystore"
            )
        known = workspace.known.load(key, plan.client.known_version)
        others = [
            workspace.known.load(workspace.keystore.open_client(workspace.client(name).id, for_maps=False), version)
            for name, version in sorted(plan.client.others.items())
        ]
        foreign = exclusive_values(known, others)
        own = _planned_recognizers(plan)
        policies = [CompiledPolicy.from_json(planned.policy) for planned in plan.recipients]
        strict = any(policy.masks_unknown for policy in policies)
        scanner = Scanner(
            (*recognizers_for(policies), *(declared for source in own for declared in source.declared)),
            all_literals(known, foreign),
            in_netblocks(block for other in foreign for block in other.netblocks),
            [plain for source in own for plain in source.plain],
            unknown=UnknownWords(known.templates) if strict else None,
            prose=ProseReader(partial(engine_of, plan.prose)),
        )
        self._key = key
        self._redactors = [
            Redactor(policy, SurrogateSpace(key, planned.id, **policy.space_options), scanner)
            for planned, policy in zip(plan.recipients, policies)
        ]
        self.turn_to(plan)

    def turn_to(self, plan: Plan) -> None:
        """Go on with a plan that differs in what is read and where it goes alone; what was found stays known."""
        recipients = []
        for planned, redactor in zip(plan.recipients, self._redactors, strict=True):
            policy = redactor.policy
            inputs = [released_name(item.name, item.encoding) for item in plan.inputs]
            # Names that were made for another plan are not yet issued by this one.
            redactor.forget_names()
            issued = Issued(redactor, VaultKey(self._key, planned.id), policy.space_options, inputs)
            names = distinct_names(redactor.names(inputs))
            dropped = frozenset(
                COLUMN_ID[column]
                for column, rule in policy.columns.items()
                if rule == COLUMN_DROP and column in COLUMN_ID
            )
            row_key = self._key.derive("row-id", planned.id, length=16)
            comment = f"redacted: policy {planned.policy_digest}, key {self._key.key_id}".encode()
            recipients.append(Recipient(planned.name, redactor, issued, row_key, names, dropped, comment))
        layout = open_layout(plan.out, plan.run_id, plan.client.id)
        self.runner = UnitRunner(layout, plan.inputs, plan.input_ids, self._redactors[0].scanner, recipients)

    def release(self, unit: Unit) -> UnitSummary:
        """Stage, verify and seal one unit."""
        return self.runner.release(unit)
