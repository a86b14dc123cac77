"""What may be done to a value, which actions make sense for which entity, and the rules for columns.

The tables here are the only place that says so: the model checks policies against them, the JSON Schema and the
plain-words account are made from them, and redaction reads the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from pipeline.records import COLUMNS
from recognizers.entities import ENTITIES


class Action(IntEnum):
    """What happens to a found value; a greater number is stricter, and where findings overlap the greatest wins."""

    KEEP = 0  # stays as it is
    GENERALISE = 1  # a coarser form of itself: a network, an hour, a major version
    SHIFT = 2  # a time, moved by one constant per client and recipient
    PSEUDONYMISE = 3  # a stand-in of the same type, the same everywhere; the key holder can turn it back
    MASK = 4  # asterisks, as many as there were bytes
    REDACT = 5  # the name of its type: <PERSON>
    REMOVE = 6  # nothing


#: Rules that a column may have beside an Action; they share its number line in a compiled policy.
COLUMN_SCAN = -1  # what is found in the column follows the entities' actions
COLUMN_DROP = -2  # the column is not released at all

ACTION_WORDS: Mapping[str, Action] = {action.name.lower(): action for action in Action}
COLUMN_WORDS: Mapping[str, int] = {"scan": COLUMN_SCAN, "drop": COLUMN_DROP, **ACTION_WORDS}
OTHER_COLUMNS: Mapping[str, int] = {"scan": COLUMN_SCAN, "mask": Action.MASK, "drop": COLUMN_DROP}

#: entity -> parameter of ``generalise`` -> what it leaves, in words that follow "reduced to".
GENERALISATIONS: Mapping[str, Mapping[str, str]] = {
    "IP_ADDRESS": {
        "/8": "its /8 network (IPv6: /16)",
        "/16": "its /16 network (IPv6: /32)",
        "/20": "its /20 network (IPv6: /40)",
        "/24": "its /24 network (IPv6: /48)",
    },
    "DATE_TIME": {"minute": "the minute", "hour": "the hour", "day": "the day", "month": "the month"},
    "FIRMWARE_VERSION": {"major": "its first number", "major.minor": "its first two numbers"},
    "OPERATING_SYSTEM": {"family": "the system's name without a version", "major": "name and first number"},
    "LOCATION": {"country": "its country", "continent": "its continent"},
    "POSTAL_CODE": {"area": "its first two digits (of a short one the first), or its first letters"},
    "FILE_PATH": {
        "top": "its first folder",
        "depth-2": "its first two folders",
        "depth-3": "its first three folders",
        "extension": "the file's extension",
    },
}

#: What is never released in clear under any policy: whoever holds it can act as the person or system it belongs to.
NEVER_KEPT = frozenset({"CREDENTIAL", "COOKIE"})


def _allowed(entity: str) -> tuple[Action, ...]:
    refused = {Action.SHIFT, Action.GENERALISE}
    if entity == "DATE_TIME":
        # A pseudonym of a time would be a wrong time that looks right; shift is the honest form.
        refused = {Action.PSEUDONYMISE}
    elif entity in GENERALISATIONS:
        refused = {Action.SHIFT}
    elif entity == "BINARY_CONTENT":
        # No stand-in has its form, and the vault would hold each picture.
        refused = {Action.PSEUDONYMISE, Action.GENERALISE, Action.SHIFT}
    if entity in NEVER_KEPT:
        refused = refused | {Action.KEEP}
    return tuple(action for action in Action if action not in refused)


#: entity -> the actions that a policy may name for it.
ALLOWED_ACTIONS: Mapping[str, tuple[Action, ...]] = {entity: _allowed(entity) for entity in ENTITIES}

#: The actions for what a user's own recognizers find under names of their own: nothing is known of its form.
OWN_ACTIONS: tuple[Action, ...] = (Action.KEEP, Action.PSEUDONYMISE, Action.MASK, Action.REDACT, Action.REMOVE)

#: column -> the entity that its values are; a column's action applies to findings of that entity in it.
COLUMN_ENTITY: Mapping[str, str] = {
    "host_name": "HOSTNAME",
    "source_ip": "IP_ADDRESS",
    "source_mac": "MAC_ADDRESS",
    "destination_ip": "IP_ADDRESS",
    "client_ip": "IP_ADDRESS",
    "server_ip": "IP_ADDRESS",
    "host_ip": "IP_ADDRESS",
    "host_mac": "MAC_ADDRESS",
    "user_name": "USERNAME",
    "user_email": "EMAIL_ADDRESS",
    "url_original": "URL",
    "url_full": "URL",
    "url_path": "URL",
    "http_request_referrer": "URL",
    "file_path": "FILE_PATH",
}

#: Columns that the formats fill with plain numbers only.
NUMBER_COLUMNS = frozenset(name for name, kind in COLUMNS.items() if kind == "int64")

ATTRIBUTE_PREFIX = "attributes."

_WHOLE_FIELD = ("scan", "drop", "mask", "redact", "remove")


def is_column(name: str) -> bool:
    """Whether a policy may name this column: one of COLUMNS, or ``attributes.<key>`` for one attribute."""
    return name in COLUMNS or (name.startswith(ATTRIBUTE_PREFIX) and len(name) > len(ATTRIBUTE_PREFIX))


def column_rules(column: str) -> tuple[str, ...]:
    """The rules that a policy may give a column.

    A column of one entity takes that entity's actions. A column of numbers may be kept. Any other text can hold
    anything, so that keeping it would pass by every rule about entities: it is scanned, replaced whole, or dropped.
    """
    entity = COLUMN_ENTITY.get(column)
    if entity is not None:
        return ("scan", "drop", *(action.name.lower() for action in ALLOWED_ACTIONS[entity]))
    if column in NUMBER_COLUMNS:
        return ("keep", *_WHOLE_FIELD)
    return _WHOLE_FIELD
