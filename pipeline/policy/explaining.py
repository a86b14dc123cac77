"""A policy in numbered plain words, that the person who answers for it can sign."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.policy.actions import COLUMN_ENTITY, GENERALISATIONS, Action
from pipeline.policy.model import Policy, Rule
from recognizers.entities import ENTITIES

_SENTENCE: Mapping[Action, str] = {
    Action.KEEP: "stays in clear",
    Action.SHIFT: "is moved by one constant amount of time, the same for all of this recipient's data of one client",
    Action.PSEUDONYMISE: (
        "is replaced by a stand-in of the same type, the same everywhere for this recipient and client, and another for "
        "every other recipient; the holder of the key can turn it back"
    ),
    Action.MASK: "is replaced by asterisks of the same length",
    Action.REDACT: "is replaced by the name of its type",
    Action.REMOVE: "is taken out",
}
_OTHER = {
    "scan": "What stands in any other column stays, save what is found in it.",
    "mask": "Any column that has no name of its own is replaced by asterisks.",
    "drop": "Any column that has no name of its own is taken out.",
}


def explain(policy: Policy, name: str) -> list[str]:
    """Numbered sentences on what a recipient of this policy gets."""
    lines = [f"{name} gets data for one purpose: {policy.purpose.replace('-', ' ')}."]
    if policy.about:
        lines[0] += f" {policy.about}"
    if policy.clients:
        lines.append(f"It may get data of: {', '.join(policy.clients)}. Others are refused before anything is read.")
    for action in sorted(Action, reverse=True):
        if action == Action.GENERALISE:
            lines += [
                f"{entity} is reduced to {GENERALISATIONS[entity][rule.to or '']}."
                for entity, rule in sorted(policy.entities.items())
                if rule.action == "generalise"
            ]
            continue
        entities = [e for e in ENTITIES if policy.action_of(e) == action]
        if entities:
            lines.append(f"{', '.join(entities)}: each {_SENTENCE[action]}.")
    lines += [_column(column, rule, policy) for column, rule in sorted(policy.columns.items())]
    lines.append(_OTHER[policy.other_columns])
    vendor = "stays" if policy.keep_vendor_prefix else "is replaced, too"
    lines.append(f"In a MAC address the maker's half {vendor}.")
    lines.append(f"It may keep a release for {policy.retention_days} days.")
    lines.append(
        f"If verification has to take out more than {policy.max_quarantined:.1%} of the records, nothing is released."
    )
    lines.append(
        "What is left can still say something: how often and when things happen, how long names are, and what a sentence "
        "means. Recipients who put their releases together can align them by time and text."
    )
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _column(column: str, rule: Rule, policy: Policy) -> str:
    why = f" (why: {policy.waivers[column]})" if column in policy.waivers else ""
    if rule.action == "scan":
        return f"In column {column} the rules above apply to what is found in it."
    if rule.action == "drop":
        return f"Column {column} is taken out whole."
    if rule.action == "generalise":
        entity = COLUMN_ENTITY[column]
        return f"In column {column} {entity} is reduced to {GENERALISATIONS[entity][rule.to or '']}{why}."
    action = Action[rule.action.upper()]
    return f"In column {column} the value {_SENTENCE[action]}{why}."
