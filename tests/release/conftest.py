"""Runs staged without an engine: batches read as they are, no edits, so that what is tested is the release alone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.kernels.splice import splice_records
from pipeline.plan import Plan, PlannedClient, PlannedRecipient, make_plan
from pipeline.records import Batch, Bools, Edits, Quarantined
from pipeline.release.columns import columns_of
from pipeline.release.layout import Layout, open_layout
from pipeline.release.native import NativeWriter, distinct_names, released_name
from pipeline.release.parquet import build_table
from pipeline.release.parts import PartWriter, part_days
from pipeline.release.quarantine import stage_quarantine
from pipeline.release.rows import rows_of
from pipeline.release.summary import InputCounts, RecipientSummary, UnitSummary, Verification, seal

NOW = 1_767_000_000


def edits_of(batch: Batch, changes: Mapping[int, bytes] | None = None) -> Edits:
    """Edits that replace whole fields, by place of the field."""
    changes = changes or {}
    which = np.array(sorted(changes), np.int64)
    texts = [changes[f] for f in which.tolist()]
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64) if texts else np.zeros(0, np.int64)
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64) if texts else np.zeros(0, np.int64)
    return Edits(
        start=batch.field_start[which],
        end=batch.field_end[which],
        text_start=starts,
        text_end=ends,
        arena=np.frombuffer(b"".join(texts) or b"\x00", np.uint8),
        field_edit=np.searchsorted(which, np.arange(batch.fields + 1)).astype(np.int64),
        keys=batch.keys,
        time=batch.time,
    )


@dataclass(frozen=True)
class Run:
    """A plan and its places, and the staging of its units."""

    plan: Plan
    layout: Layout

    def stage_all(self, leaked: Callable[[Batch], Bools] | None = None) -> None:
        for unit in self.plan.units:
            self.stage(unit.number, leaked)

    def stage(self, number: int, leaked: Callable[[Batch], Bools] | None = None) -> UnitSummary:
        unit = next(unit for unit in self.plan.units if unit.number == number)
        found = list(read_unit(self.plan.inputs, unit, 1 << 16))
        batches = [item for item in found if isinstance(item, Batch)]
        out = [item for item in found if isinstance(item, Quarantined)]
        bad = [leaked(batch) if leaked else np.zeros(batch.records, np.bool_) for batch in batches]
        names = distinct_names(released_name(item.name) for item in self.plan.inputs)
        numbers = sorted({place.input for place in unit.ranges})
        stem = f"{number:05d}-0000"
        recipients = []
        for recipient in self.plan.recipients:
            days = part_days([batch.time[~b] for batch, b in zip(batches, bad)])
            parts = PartWriter(self.layout.fs, self.layout.staged_parts(recipient.name), stem)
            folder = self.layout.staged_native(recipient.name)
            with NativeWriter(self.layout.fs, folder, stem, numbers, [names[n] for n in numbers]) as native:
                for batch, b, own in zip(batches, bad, days):
                    edits = edits_of(batch)
                    ids = np.zeros((batch.records, 16), np.uint8)
                    ids[:, :8] = batch.record_offset.view(np.uint8).reshape(-1, 8)
                    spliced = splice_records(batch, edits, ~b)
                    rows = rows_of(batch, edits, columns_of(batch, ~b, [edits]), ids, names)
                    parts.write(build_table(rows, spliced), own)
                    local = np.searchsorted(numbers, batch.record_input[~b]).astype(np.int32)
                    native.write(local, spliced.data, spliced.offsets)
                segment, pieces = native.close()
            checked = sum(batch.records for batch in batches)
            leaks = sum(int(b.sum()) for b in bad)
            recipients.append(
                RecipientSummary(
                    recipient.name, (("IP_ADDRESS", "pseudonymise", 3),), parts.close(), (segment,), pieces,
                    Verification(checked, leaks, 1),
                )
            )  # fmt: skip
        for batch, b in zip(batches, bad):
            out.extend(
                Quarantined(int(batch.record_input[r]), int(batch.record_offset[r]), 1, "leak")
                for r in np.flatnonzero(b)
            )
        counts = []
        for n in numbers:
            reasons = Counter(item.reason for item in out if item.input == n)
            kept = sum(int((batch.record_input[~b] == n).sum()) for batch, b in zip(batches, bad))
            counts.append(InputCounts(n, kept + sum(reasons.values()), kept, dict(reasons)))
        size = stage_quarantine(self.layout, number, out, self.plan.input_ids)
        summary = UnitSummary(number, tuple(counts), tuple(recipients), size)
        seal(self.layout, summary)
        return summary


LINES = {
    "router.log": "".join(
        f"<13>Mar  {1 + i % 9} 10:00:{i % 60:02d} gw{i % 3} sshd[{i}]: try {i}\n" for i in range(400)
    ),
    "web/access.log": "".join(
        f'192.0.2.{i % 250} - - [0{1 + i % 5}/Mar/2026:10:00:00 +0000] "GET /p/{i} HTTP/1.1" 200 {i}\n'
        for i in range(500)
    ),
    "empty.log": "",
}


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """make_run(out, texts, recipients, max_quarantined, unit_bytes) -> Run."""

    def make(
        out: str | Path = "out",
        texts: Mapping[str, str] = LINES,
        recipients: tuple[str, ...] = ("cisco", "analyst"),
        max_quarantined: float = 0.01,
        unit_bytes: int = 8 << 10,
    ) -> Run:
        for name, text in texts.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (NOW, NOW))
        inputs, unreadable = find_inputs([str(tmp_path / "in")], out=str(tmp_path / out), year=2026)
        assert not unreadable
        plan = make_plan(
            inputs,
            plan_units(inputs, unit_bytes),
            PlannedClient("acme", "c0ffee", "key1", "check1", 1, 1),
            [PlannedRecipient(name, f"id-{name}", "maintenance", {}, "p1", max_quarantined) for name in recipients],
            str(tmp_path / out),
            str(tmp_path / "workspace"),
            1,
            b"k" * 32,
        )
        return Run(plan, open_layout(plan.out, plan.run_id, plan.client.id))

    return make


@pytest.fixture(name="edits_of", scope="session")
def edits_of_fixture() -> Callable[..., Edits]:
    """edits_of(batch, {field: text}) -> Edits."""
    return edits_of
