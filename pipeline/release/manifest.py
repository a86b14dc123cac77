"""The manifest: what a release is, for whom, and by which rules. Written last, it is what makes the release one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.errors import RedactError
from pipeline.plan import Plan, PlannedRecipient
from pipeline.release.layout import PACKETS
from pipeline.release.summary import (
    InputCounts,
    PartFile,
    RecipientSummary,
    UnitSummary,
    Verification,
    summed_counts,
)

FORMAT = "redact-manifest"
VERSION = 1
#: What of a manifest stays out of the archive's copy: where the rows came from, and what differs from run to run.
INSIDE = ("inputs", "run_info", "archive")


@dataclass(frozen=True)
class NativeFile:
    """A native file of a release: its released name, format, records, bytes, digest."""

    path: str
    format: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class RunInfo:
    """What may differ between two runs of one plan.

    Attributes:
      created: UTC time in RFC 3339.
      seconds: how long the run took.
      runner: Beam's name for it.
      workers: how many.
    """

    created: str
    seconds: float
    runner: str
    workers: int


@dataclass(frozen=True)
class Totals:
    """Records of a run: ``quarantined`` by reason."""

    records_in: int
    records_out: int
    quarantined: Mapping[str, int] = field(default_factory=dict)

    @property
    def quarantined_records(self) -> int:
        return sum(self.quarantined.values())


def input_totals(plan: Plan, summaries: Sequence[UnitSummary]) -> dict[int, Totals]:
    """Records per input, summed over units.

    Raises:
      RedactError: a unit is missing or doubled, or the records of an input do not add up: nothing may be published.
    """
    if sorted(summary.unit for summary in summaries) != sorted(unit.number for unit in plan.units):
        raise RedactError("the run's units and their seals do not match; delete the run's _staging folder, run again")
    totals = {planned.number: Totals(0, 0) for planned in plan.inputs}
    for summary in summaries:
        for counts in summary.inputs:
            if counts.input not in totals:
                raise RedactError(f"unit {summary.unit}: counts an input that is not in the plan; nothing is published")
            totals[counts.input] = _added(totals[counts.input], counts)
    for number, total in totals.items():
        if total.records_in != total.records_out + total.quarantined_records:
            raise RedactError(
                f"input {number}: {total.records_in} records in, {total.records_out} out and "
                f"{total.quarantined_records} quarantined: they do not add up, so nothing is published"
            )
    return totals


def _added(total: Totals, counts: InputCounts) -> Totals:
    reasons = Counter(total.quarantined) + Counter(counts.quarantined)
    return Totals(total.records_in + counts.records_in, total.records_out + counts.records_out, dict(reasons))


def run_totals(inputs: Mapping[int, Totals]) -> Totals:
    reasons: Counter[str] = Counter()
    for total in inputs.values():
        reasons.update(total.quarantined)
    return Totals(
        sum(total.records_in for total in inputs.values()),
        sum(total.records_out for total in inputs.values()),
        dict(sorted(reasons.items())),
    )


def nested_counts(summaries: Sequence[RecipientSummary]) -> dict[str, dict[str, int]]:
    """Entity -> action -> findings, sorted."""
    nested: dict[str, dict[str, int]] = {}
    for (entity, action), count in sorted(summed_counts(summaries).items()):
        nested.setdefault(entity, {})[action] = count
    return nested


def summed_verification(summaries: Sequence[RecipientSummary]) -> Verification:
    return sum((summary.verification for summary in summaries), Verification())


def make_manifest(
    plan: Plan,
    recipient: PlannedRecipient,
    inputs: Mapping[int, Totals],
    summaries: Sequence[RecipientSummary],
    native: Sequence[NativeFile],
) -> dict[str, Any]:
    """A release's manifest, but for ``archive`` and ``run_info``. It holds no name and no text of an input."""
    parts: list[PartFile] = [part for summary in summaries for part in summary.parts]
    total = run_totals(inputs)
    kinds = {planned.dataset for planned in plan.inputs}
    datasets = sorted(kinds)
    captures = {"captures": dict(recipient.policy["captures"])} if PACKETS in kinds else {}
    return {
        "format": FORMAT,
        "version": VERSION,
        "run": plan.run_id,
        "datasets": datasets,
        **made_by(plan, recipient),
        "records": asdict(total),
        "counts": nested_counts(summaries),
        "verification": asdict(summed_verification(summaries)),
        "files": [part.listed() for part in sorted(parts, key=lambda part: (part.dataset, part.path))],
        "native": [asdict(file) for file in sorted(native, key=lambda file: file.path)],
        "inputs": [
            {"id": planned_id, **asdict(inputs[planned.number])}
            for planned, planned_id in zip(plan.inputs, plan.input_ids)
        ],
        "supersedes": [],
        **captures,
    }


def made_by(plan: Plan, recipient: PlannedRecipient) -> dict[str, Any]:
    """For whom and by which rules, keys and software something is made."""
    return {
        "client": plan.client.id,
        "recipient": {"name": recipient.name, "id": recipient.id},
        "purpose": recipient.purpose,
        "policy": recipient.policy_digest,
        "key": {"id": plan.client.key_id, "check": plan.client.key_check, "epoch": plan.client.epoch},
        "known_values_version": plan.client.known_version,
        "scheme": plan.scheme,
        "software": dict(plan.software),
    }


def archived(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The copy of a manifest that stands in the archive."""
    return {key: value for key, value in manifest.items() if key not in INSIDE}


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode()
