"""A policy as plain numbers: what redaction reads, what a plan carries, what a release's digest names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigurationError
from pipeline.policy.actions import ACTION_WORDS, COLUMN_ENTITY, COLUMN_WORDS, OTHER_COLUMNS, Action
from pipeline.policy.captures import CompiledCaptures
from recognizers.entities import ENTITIES, ENTITY_ID

if TYPE_CHECKING:
    from pipeline.policy.model import Policy

#: The lists of what is kept.
KEPT = ("addresses", "labels", "accounts", "sids")
_RULE_NAMES: Mapping[int, str] = {number: word for word, number in COLUMN_WORDS.items()}


@dataclass(frozen=True)
class CompiledPolicy:
    """One recipient's policy, immutable and free of files.

    Attributes:
      actions: an Action for each entity id of recognizers.entities.ENTITIES.
      own_actions: entity -> an Action, for entities that only recognizers of the user's own find.
      parameters: entity -> how far it is generalised, for the entities whose action (or whose column's) is GENERALISE.
      columns: column, or ``attributes.<key>`` -> an Action, COLUMN_SCAN or COLUMN_DROP.
      other_columns: COLUMN_SCAN, Action.MASK or COLUMN_DROP, for columns that are not named.
      unknown: whether unknown words are masked, in columns that say nothing of them; JSON keys are such.
      unknown_columns: column, or ``attributes.<key>`` -> whether they are masked in it.
      keep_vendor_prefix: whether the maker's half of a MAC address stays.
      keep_country: whether the country of a pseudonymised telephone number, IMSI or SIM card stays.
      kept: ``shipped``, whether the lists that ship hold, and what is listed besides; spelled alike and sorted.
      captures: what happens in traffic captures to bytes that are no value of an entity.
      max_quarantined: share of records, 0 to 0.2.
      purpose: the slug of why data is shared.
      retention_days: how long the recipient may keep a release.
      profile: the profile that it extends, or empty.
    """

    actions: tuple[int, ...]
    own_actions: Mapping[str, int]
    parameters: Mapping[str, str]
    columns: Mapping[str, int]
    other_columns: int
    unknown: bool
    unknown_columns: Mapping[str, bool]
    keep_vendor_prefix: bool
    keep_country: bool
    kept: Mapping[str, Any]
    captures: CompiledCaptures
    max_quarantined: float
    purpose: str
    retention_days: int
    profile: str

    @property
    def space_options(self) -> dict[str, Any]:
        """What of the policy decides how pseudonyms are made, as arguments of a SurrogateSpace.

        Plain JSON data, each a single value: a vault holds it with what was issued, so that it is turned back as it
        was made.
        """
        kept = json.dumps(dict(self.kept), sort_keys=True)
        return {"keep_vendor_prefix": self.keep_vendor_prefix, "keep_country": self.keep_country, "kept": kept}

    @property
    def masks_unknown(self) -> bool:
        """Whether unknown words are masked anywhere."""
        return self.unknown or any(self.unknown_columns.values())

    def action_of(self, entity: str) -> Action:
        """The action for an entity, by name; redact where nothing is said of it."""
        number = ENTITY_ID.get(entity)
        return Action(self.own_actions.get(entity, Action.REDACT) if number is None else self.actions[number])

    def to_json(self) -> dict[str, Any]:
        """Plain data by names, so that a reader of another version cannot mistake one entity for another."""
        return {
            "actions": {entity: Action(self.actions[number]).name.lower() for entity, number in ENTITY_ID.items()},
            "own_actions": {entity: Action(action).name.lower() for entity, action in self.own_actions.items()},
            "parameters": dict(self.parameters),
            "columns": {column: _RULE_NAMES[rule] for column, rule in self.columns.items()},
            "other_columns": _RULE_NAMES[self.other_columns],
            "unknown": self.unknown,
            "unknown_columns": dict(self.unknown_columns),
            "keep_vendor_prefix": self.keep_vendor_prefix,
            "keep_country": self.keep_country,
            "kept": dict(self.kept),
            "captures": self.captures.to_json(),
            "max_quarantined": self.max_quarantined,
            "purpose": self.purpose,
            "retention_days": self.retention_days,
            "profile": self.profile,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CompiledPolicy:
        """What ``to_json`` wrote.

        Raises:
          ConfigurationError: it was written by a version that knows other entities or rules.
        """
        try:
            if set(data["actions"]) != set(ENTITIES):
                raise KeyError("actions")
            return cls(
                actions=tuple(int(ACTION_WORDS[data["actions"][entity]]) for entity in ENTITIES),
                own_actions={entity: int(ACTION_WORDS[word]) for entity, word in data["own_actions"].items()},
                parameters=dict(data["parameters"]),
                columns={column: int(COLUMN_WORDS[rule]) for column, rule in data["columns"].items()},
                other_columns=int(OTHER_COLUMNS[data["other_columns"]]),
                unknown=bool(data["unknown"]),
                unknown_columns={column: bool(masked) for column, masked in data["unknown_columns"].items()},
                keep_vendor_prefix=bool(data["keep_vendor_prefix"]),
                keep_country=bool(data["keep_country"]),
                kept={"shipped": bool(data["kept"]["shipped"])} | {name: _listed(data["kept"][name]) for name in KEPT},
                captures=CompiledCaptures.from_json(data["captures"]),
                max_quarantined=float(data["max_quarantined"]),
                purpose=str(data["purpose"]),
                retention_days=int(data["retention_days"]),
                profile=str(data["profile"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ConfigurationError(
                "compiled policy: written by another version of redact; install the same version on driver and workers"
            ) from None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (sorted keys, no spaces), in hex."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _listed(lines: Iterable[str]) -> list[str]:
    return sorted({line.lower() for line in lines})


def compile_policy(policy: Policy) -> CompiledPolicy:
    """A checked policy as numbers. Waivers, clients and datasets are checks made before a run and are not in it."""
    actions = tuple(int(policy.action_of(entity)) for entity in ENTITIES)
    extents = {entity: rule.to for entity, rule in policy.entities.items() if rule.to is not None}
    # The model has one extent for an entity, wherever it is named.
    extents |= {COLUMN_ENTITY[column]: rule.to for column, rule in policy.columns.items() if rule.to is not None}
    return CompiledPolicy(
        actions=actions,
        own_actions={entity: int(ACTION_WORDS[word]) for entity, word in sorted(policy.own_entities.items())},
        parameters=dict(sorted(extents.items())),
        columns={column: int(COLUMN_WORDS[rule.action]) for column, rule in sorted(policy.columns.items())},
        other_columns=int(OTHER_COLUMNS[policy.other_columns]),
        unknown=policy.unknown == "mask",
        unknown_columns={c: rule.unknown == "mask" for c, rule in sorted(policy.columns.items()) if rule.unknown},
        keep_vendor_prefix=policy.keep_vendor_prefix,
        keep_country=policy.keep_country,
        kept={"shipped": policy.kept.shipped} | {name: _listed(getattr(policy.kept, name)) for name in KEPT},
        captures=CompiledCaptures.of(policy.captures),
        max_quarantined=policy.max_quarantined,
        purpose=policy.purpose,
        retention_days=policy.retention_days,
        profile=policy.extends or "",
    )
