"""What a run came to, for a person at a glance and for a program as one JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.cli.progress import size_text
from pipeline.cli.unread import unread
from pipeline.inputs import Unreadable
from pipeline.release.publish import Outcome, Release

#: What was done, in the past tense.
DONE: Mapping[str, str] = {
    "keep": "kept",
    "generalise": "generalised",
    "shift": "shifted",
    "pseudonymise": "pseudonymised",
    "mask": "masked",
    "redact": "redacted",
    "remove": "removed",
}


def as_json(outcome: Outcome, unreadable: Sequence[Unreadable]) -> dict[str, Any]:
    """One document with all that the text says."""
    return {
        "run": outcome.run_id,
        "already_published": outcome.already,
        "records": {
            "in": outcome.totals.records_in,
            "out": outcome.totals.records_out,
            "quarantined": dict(outcome.totals.quarantined),
        },
        "unreadable": [{"name": item.name, "reason": item.reason} for item in unreadable],
        "quarantine": outcome.quarantine or None,
        "recipients": [_release_json(release) for release in outcome.releases],
    }


def _release_json(release: Release) -> dict[str, Any]:
    if release.manifest is None:
        return {"name": release.recipient, "refused": True, "leaks": release.leaks, "limit": release.limit}
    return {
        "name": release.recipient,
        "refused": False,
        "counts": release.manifest["counts"],
        "verification": release.manifest["verification"],
        "parquet": release.folder,
        "native": release.native,
        "archive": release.archive,
        "archive_sha256": release.manifest["archive"]["sha256"],
    }


def as_text(outcomes: Sequence[Outcome], unreadable: Sequence[Unreadable], clients: Sequence[str] = ()) -> list[str]:
    """Lines for a person: records, entities by action and recipient, verification, and where the files are.

    Args:
      clients: whose each outcome is, where there are several.
    """
    lines = [_records(outcomes)]
    lines += [f"Not read: {line}" for line in unread(unreadable)]
    released = [release for outcome in outcomes for release in outcome.releases if release.manifest]
    names = list(dict.fromkeys(release.recipient for release in released))
    if released:
        lines += ["", *_entities(released, names), "", *_verified(released, names), ""]
    for outcome in outcomes:
        if outcome.quarantine:
            lines.append(f"Quarantined records are listed, without their text, in {outcome.quarantine}")
    for release in (release for outcome in outcomes for release in outcome.refused):
        lines.append(f"Refused for {release.recipient}: {refusal(release)}")
    lines += _archives(outcomes, clients)
    return lines


def _archives(outcomes: Sequence[Outcome], clients: Sequence[str]) -> list[str]:
    rows = []
    for place, outcome in enumerate(outcomes):
        whose = f" ({clients[place]}'s logs)" if clients else ""
        for release in outcome.releases:
            if release.manifest is not None:
                size = size_text(release.manifest["archive"]["bytes"])
                rows.append((f"Send this to {release.recipient}{whose}:", f"{release.archive} ({size})"))
    wide = max((len(head) for head, _ in rows), default=0)
    return [f"{head.ljust(wide)}  {rest}" for head, rest in rows]


def refusal(release: Release) -> str:
    return f"verification took out {release.leaks:,} records, more than {release.limit:.2%}; nothing is published"


def _records(outcomes: Sequence[Outcome]) -> str:
    reasons: dict[str, int] = {}
    for outcome in outcomes:
        for reason, count in outcome.totals.quarantined.items():
            reasons[reason] = reasons.get(reason, 0) + count
    why = f" ({', '.join(f'{reason} {count:,}' for reason, count in sorted(reasons.items()))})" if reasons else ""
    read = sum(outcome.totals.records_in for outcome in outcomes)
    out = sum(outcome.totals.records_out for outcome in outcomes)
    return f"Records   in {read:,}   out {out:,}   quarantined {sum(reasons.values()):,}{why}"


def _entities(releases: Iterable[Release], names: Sequence[str]) -> list[str]:
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for release in releases:
        for entity, actions in (release.manifest or {})["counts"].items():
            cell = counts.setdefault(entity, {}).setdefault(release.recipient, {})
            for action, count in actions.items():
                cell[action] = cell.get(action, 0) + count
    rows = [["Found", *names]]
    for entity in sorted(counts):
        rows.append([entity, *(_cell(counts[entity].get(name, {})) for name in names)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["   ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]


def _cell(actions: Mapping[str, int]) -> str:
    return " + ".join(f"{count:,} {DONE.get(action, action)}" for action, count in sorted(actions.items())) or "-"


def _verified(releases: Sequence[Release], names: Sequence[str]) -> list[str]:
    lines = []
    wide = max(len(name) for name in names)
    for name in names:
        found = [(release.manifest or {})["verification"] for release in releases if release.recipient == name]
        checked, leaks, risk = (
            sum(item[key] for item in found) for key in ("records_checked", "leaks", "residual_risk")
        )
        said = "no original left" if not leaks else f"{leaks:,} records held an original and were taken out"
        rest = f"; {risk:,} values too short to search for" if risk else ""
        lines.append(f"Verified  {name.ljust(wide)}   {checked:,} records read back: {said}{rest}")
    return lines
