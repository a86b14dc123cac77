"""The policy: one frozen model that is documentation, validation and types, and its compiled form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from pipeline.policy.actions import (
    ACTION_WORDS,
    ALLOWED_ACTIONS,
    ATTRIBUTE_PREFIX,
    COLUMN_ENTITY,
    GENERALISATIONS,
    NUMBER_COLUMNS,
    OWN_ACTIONS,
    Action,
    column_rules,
    is_column,
)
from pipeline.policy.captures import CaptureRules
from pipeline.policy.kept import KeptLists
from pipeline.policy.reading import PolicyError, nearest, no_empty_section, read_mapping, validated, wrong
from pipeline.records import COLUMNS
from recognizers.entities import ENTITIES

Purpose = Literal[
    "maintenance-and-technical-support",
    "support-consulting-and-design",
    "finance",
    "relationships",
    "improvement-and-analysis",
    "enforcement-of-terms",
    "security-and-continuity",
    "law",
]
Dataset = Literal["logs", "packets", "transcripts"]
OtherColumns = Literal["scan", "mask", "drop"]
Unknown = Literal["keep", "mask"]

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_OWN_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}\Z")
_RETENTION = re.compile(r"P([1-9][0-9]{0,4})D\Z")


def _entity(name: Any) -> str:
    if not isinstance(name, str) or name not in ENTITIES:
        raise wrong(f"unknown entity; {nearest(str(name), ENTITIES)}")
    return name


def _own_entity(name: Any) -> str:
    if not isinstance(name, str) or not _OWN_NAME.match(name):
        raise wrong("a name is 1 to 64 of A-Z, 0-9 and _, and starts with a letter")
    if name in ENTITIES:
        raise wrong("is an entity that redact knows; name it under entities")
    return name


def _own_action(word: Any) -> str:
    words = _words(OWN_ACTIONS)
    if word not in words:
        raise wrong(f"unknown action; {nearest(str(word), words)}")
    return str(word)


def _column(name: Any) -> str:
    if not isinstance(name, str) or not is_column(name):
        raise wrong(f"unknown column; {nearest(str(name), COLUMNS)} (one attribute is {ATTRIBUTE_PREFIX}<its key>)")
    return name


def _rule_mapping(value: Any) -> Any:
    if isinstance(value, dict) and "unknown" in value:
        return {"action": "scan", **value}
    return {"action": value} if isinstance(value, str) else value


def _party(name: Any) -> str:
    if not isinstance(name, str) or not NAME.match(name):
        raise wrong("a name is 1 to 63 of a-z, 0-9 and -, and starts with a letter or digit")
    return name


def _retention(value: Any) -> str:
    if not isinstance(value, str) or not _RETENTION.match(value):
        raise wrong("must be days in ISO 8601, such as P90D")
    return value


class Rule(BaseModel):
    """What happens to one entity, or in one column.

    Attributes:
      action: keep, generalise, shift, pseudonymise, mask, redact or remove; in a column also scan or drop.
      to: how far ``generalise`` goes, such as ``/24``, ``hour`` or ``major``.
      unknown: mask or keep, what happens in a column to words of which nothing says that they are harmless.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    to: str | None = None
    unknown: Unknown | None = None


def _rule_schema(words: tuple[str, ...], parameters: tuple[str, ...], unknown: bool = False) -> dict[str, Any]:
    plain = {"enum": [word for word in words if word != "generalise"]}
    if "generalise" not in words:
        mapping: dict[str, Any] = {"properties": {"action": plain}}
    else:
        mapping = {"properties": {"action": {"enum": list(words)}, "to": {"enum": list(parameters)}}}
    mapping |= {"type": "object", "required": ["action"], "additionalProperties": False}
    if unknown:
        mapping["properties"] |= {"unknown": {"enum": ["keep", "mask"]}}
        mapping["anyOf"] = [{"required": [name]} for name in (*mapping.pop("required"), "unknown")]
    return {"anyOf": [plain, mapping]}


def _words(actions: tuple[Action, ...]) -> tuple[str, ...]:
    return tuple(action.name.lower() for action in actions)


_ENTITIES_SCHEMA = {
    "type": "object",
    "description": "What happens to each entity; one that is not named is redacted.",
    "additionalProperties": False,
    "properties": {
        entity: _rule_schema(_words(ALLOWED_ACTIONS[entity]), tuple(GENERALISATIONS.get(entity, ())))
        for entity in ENTITIES
    },
}
_COLUMNS_SCHEMA = {
    "type": "object",
    "description": f"Rules for single columns, or for one attribute as {ATTRIBUTE_PREFIX}<key>.",
    "additionalProperties": False,
    "properties": {
        column: _rule_schema(
            column_rules(column),
            tuple(GENERALISATIONS.get(COLUMN_ENTITY.get(column, ""), ())),
            column not in NUMBER_COLUMNS,
        )
        for column in COLUMNS
    },
    "patternProperties": {
        rf"^{re.escape(ATTRIBUTE_PREFIX)}.+": _rule_schema(column_rules(f"{ATTRIBUTE_PREFIX}x"), (), True)
    },
}

_OWN_SCHEMA = {
    "type": "object",
    "description": "What happens to what your own recognizers find; an entity that is not named is redacted.",
    "additionalProperties": False,
    "patternProperties": {"^[A-Z][A-Z0-9_]{0,63}$": {"enum": list(_words(OWN_ACTIONS))}},
}

Party = Annotated[
    str, BeforeValidator(_party), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"})
]
RuleOrWord = Annotated[Rule, BeforeValidator(_rule_mapping)]


class Policy(BaseModel):
    """What one kind of recipient (a profile) or one party (a recipient) gets, and for what.

    Attributes:
      id: a recipient's own random id; its keys follow it. Absent in a profile.
      about: one sentence: for whom this is.
      extends: the profile that it starts from; what is said here overrides it, entity by entity, column by column.
      purpose: why data is shared; every release records it.
      entities: what happens to each entity; one that is not named is redacted.
      own_entities: what happens to entities that only recognizers of the user's own find; one not named is redacted.
      columns: rules for single columns; ``scan`` means that the entities' actions apply to what is found in it.
      other_columns: what happens to a column that is not named.
      unknown: what happens, in every column of text that does not say it itself, to words that no recognizer finds and
        no vocabulary holds: ``keep``, or ``mask`` (strict mode).
      keep_vendor_prefix: whether the maker's half of a MAC address stays.
      keep_country: whether the country of a pseudonymised telephone number, IMSI or SIM card stays.
      kept: what stays as it is where others of its kind get a stand-in.
      captures: what happens in traffic captures to bytes that are no value of an entity.
      datasets: what it may get.
      clients: whose data it may get. Absent in a profile.
      retention: how long the recipient may keep a release, in ISO 8601 days.
      max_quarantined: share of records that verification may take out before the release is refused.
      waivers: column -> why an entity may be kept in one column and replaced in another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", title="redact policy")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    about: str = ""
    extends: str | None = None
    purpose: Purpose
    entities: Annotated[
        dict[Annotated[str, BeforeValidator(_entity)], RuleOrWord], WithJsonSchema(_ENTITIES_SCHEMA)
    ] = Field(default_factory=dict)
    own_entities: Annotated[
        dict[Annotated[str, BeforeValidator(_own_entity)], Annotated[str, BeforeValidator(_own_action)]],
        WithJsonSchema(_OWN_SCHEMA),
    ] = Field(default_factory=dict)
    columns: Annotated[dict[Annotated[str, BeforeValidator(_column)], RuleOrWord], WithJsonSchema(_COLUMNS_SCHEMA)] = (
        Field(default_factory=dict)
    )
    other_columns: OtherColumns = "scan"
    unknown: Unknown = "keep"
    keep_vendor_prefix: bool = False
    keep_country: bool = False
    kept: KeptLists = Field(default_factory=KeptLists)
    captures: CaptureRules = Field(default_factory=CaptureRules)
    datasets: tuple[Dataset, ...] = ("logs",)
    clients: tuple[Party, ...] = ()
    retention: Annotated[
        str, BeforeValidator(_retention), WithJsonSchema({"type": "string", "pattern": "^P[1-9][0-9]{0,4}D$"})
    ] = "P90D"
    max_quarantined: Annotated[float, Field(ge=0, le=0.2)] = 0.01
    waivers: dict[Annotated[str, BeforeValidator(_column)], Annotated[str, Field(min_length=10)]] = Field(
        default_factory=dict
    )

    _no_empty_section = model_validator(mode="before")(no_empty_section)

    def action_of(self, entity: str) -> Action:
        """The action for an entity; redact where the policy does not name it."""
        rule = self.entities.get(entity)
        return Action.REDACT if rule is None else ACTION_WORDS[rule.action]

    @property
    def retention_days(self) -> int:
        return int(self.retention[1:-1])


def policy_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy file, for editors and other validators."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()}


def profile_names() -> tuple[str, ...]:
    """The profiles that ship."""
    folder = resources.files("configs") / "profiles"
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@cache
def load_profile(name: str) -> Policy:
    """A shipped profile.

    Raises:
      PolicyError: there is none of that name.
    """
    if name not in profile_names():
        raise PolicyError([f"profile {name}: unknown profile; {nearest(name, profile_names())}"])
    text = (resources.files("configs") / "profiles" / f"{name}.yaml").read_bytes()
    return read_policy(text, f"{name}.yaml")


def read_policy(text: bytes, name: str) -> Policy:
    """A policy file's text as a checked policy, merged over the profile that it extends.

    Args:
      text: YAML.
      name: what errors call the file.

    Raises:
      PolicyError: every mistake, each as file, key path and mend.
    """
    data = read_mapping(text, name)
    base: dict[str, Any] = {}
    extends = data.get("extends")
    if extends is not None:
        if not isinstance(extends, str) or extends not in profile_names():
            raise PolicyError([f"{name}: extends: unknown profile; {nearest(str(extends), profile_names())}"])
        base = load_profile(extends).model_dump(exclude_unset=True, exclude={"about"})
    policy = validated(Policy, {**base, **data, **_merged(base, data)}, name)
    problems = [*_rule_problems(policy, name), *(() if extends is None else _own_words(data, name))]
    problems = problems or list(_consistency_problems(policy, name))
    if problems:
        raise PolicyError(problems)
    return policy


def _merged(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that are merged key by key; one that is no mapping stays as it is, for the model to refuse."""
    merged = {}
    for section in ("entities", "own_entities", "columns", "waivers", "kept", "captures"):
        own = data.get(section)
        if own is None:
            own = {}
        merged[section] = {**base.get(section, {}), **own} if isinstance(own, dict) else own
    return merged


def _own_words(data: Mapping[str, Any], name: str) -> list[str]:
    if data.get("extends") == "client" and len(data.get("clients") or ()) > 1:
        return [f"{name}: clients: a recipient of profile client gets one client's data only; name one client"]
    return []


def _rule_problems(policy: Policy, name: str) -> list[str]:
    """Actions that make no sense for the entity or column they are given to."""
    problems = []
    for entity, rule in policy.entities.items():
        words = _words(ALLOWED_ACTIONS[entity])
        if rule.unknown is not None:
            problems.append(f"{name}: entities.{entity}.unknown: an entity is known; say it of a column, or at the top")
            continue
        problems += _one_rule(f"{name}: entities.{entity}", entity, rule, words, tuple(ACTION_WORDS))
    for column, rule in policy.columns.items():
        every = ("scan", "drop", *ACTION_WORDS)
        if rule.unknown is not None and (column in NUMBER_COLUMNS or ACTION_WORDS.get(rule.action, 0) >= Action.MASK):
            why = (
                "holds numbers only"
                if column in NUMBER_COLUMNS
                else f"is {_PAST[ACTION_WORDS[rule.action]]} as a whole"
            )
            problems.append(f"{name}: columns.{column}.unknown: the column {why}; remove it")
        problems += _one_rule(
            f"{name}: columns.{column}", COLUMN_ENTITY.get(column, ""), rule, column_rules(column), every
        )
    return problems


def _one_rule(place: str, entity: str, rule: Rule, words: tuple[str, ...], every: tuple[str, ...]) -> list[str]:
    if rule.action not in every:
        return [f"{place}: unknown action; {nearest(rule.action, words)}"]
    if rule.action not in words:
        return [f"{place}: {rule.action} is not possible here; use {', '.join(words)}"]
    parameters = tuple(GENERALISATIONS.get(entity, ()))
    if rule.action == "generalise" and rule.to not in parameters:
        return [f"{place}.to: {extent_problem(entity, rule.to)}, as {{action: generalise, to: {parameters[-1]}}}"]
    if rule.action != "generalise" and rule.to is not None:
        return [f"{place}.to: only generalise has an extent; remove it, or say action: generalise"]
    return []


def extent_problem(entity: str, to: str | None) -> str:
    """What is wrong with an extent that an entity does not have, and which ones it has."""
    leaves = GENERALISATIONS[entity]
    said = "must say how far" if to is None else "unknown extent"
    return f"{said}; one of {', '.join(f'{name} ({left})' for name, left in leaves.items())}"


def _consistency_problems(policy: Policy, name: str) -> list[str]:
    """An entity kept in one column and replaced in another: the clear value would stand beside its stand-in."""
    problems = []
    for column, rule in policy.columns.items():
        entity = COLUMN_ENTITY.get(column)
        if entity is None or rule.action in ("scan", "drop") or column in policy.waivers:
            continue
        elsewhere = policy.action_of(entity)
        here = ACTION_WORDS[rule.action]
        if (here == Action.KEEP) != (elsewhere == Action.KEEP):
            problems.append(
                f"{name}: columns.{column}: {entity} is {_PAST[here]} here and {_PAST[elsewhere]} elsewhere, so that "
                f"its stand-ins can be read off; make them agree, or say why under waivers.{column}"
            )
    problems += _extent_problems(policy, name)
    for column in policy.waivers:
        if column not in policy.columns:
            problems.append(f"{name}: waivers.{column}: no rule for that column to waive; remove it")
    return problems


def _extent_problems(policy: Policy, name: str) -> list[str]:
    """One entity generalised in two ways: two coarse forms of a value together tell more than either."""
    extents = {entity: rule.to for entity, rule in policy.entities.items() if rule.to is not None}
    problems = []
    for column, rule in policy.columns.items():
        if rule.to is not None and extents.setdefault(COLUMN_ENTITY[column], rule.to) != rule.to:
            first = extents[COLUMN_ENTITY[column]]
            problems.append(f"{name}: columns.{column}.to: {rule.to} here and {first} elsewhere; use {first} in both")
    return problems


_PAST: Mapping[Action, str] = {
    Action.KEEP: "kept",
    Action.GENERALISE: "generalised",
    Action.SHIFT: "shifted",
    Action.PSEUDONYMISE: "pseudonymised",
    Action.MASK: "masked",
    Action.REDACT: "redacted",
    Action.REMOVE: "removed",
}
