"""Of a name or an id in JSON the type beside it tells what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.formats.test_sibling_keys import entities

HOST, USER = ["HOSTNAME"], ["USERNAME"]


@pytest.mark.parametrize(
    ("record", "declared"),
    [
        ({"type": "Controller", "name": "ctl-kvarn3"}, {"ctl-kvarn3": HOST}),
        ({"name": "ctl-kvarn3", "at": 3, "kind": "controllers"}, {"ctl-kvarn3": HOST}),
        ({"targetType": "DEVICE", "targetName": "Rum Fjord"}, {"Rum Fjord": HOST}),
        ({"entity": "Host", "entityLabel": "kvarn"}, {"kvarn": HOST}),
        ({"resourceType": "Example.Compute/virtualMachines", "resourceName": "kvarn"}, {"kvarn": HOST}),
        ({"type": "sensor", "id": "7c3f1a90e2b4"}, {"7c3f1a90e2b4": ["DEVICE_ID"]}),
        ({"type": "user", "value": "lindq"}, {"lindq": USER}),
        ({"type": "User", "display_name": "Tuva Lindqvist"}, {"Tuva Lindqvist": ["PERSON"]}),
        (
            {"sourceType": "user", "sourceName": "lindq", "targetType": "host", "targetName": "kvarn"},
            {"lindq": USER, "kvarn": HOST},
        ),
        ({"type": "user", "name": "password_changed"}, {}),
        ({"type": "device", "name": "settings"}, {}),
        ({"type": "alert", "name": "kvarn"}, {}),
        ({"type": "user", "id": "7c3f1a90e2b4"}, {}),
        ({"type": "sensor", "inner": {"name": "kvarn7"}}, {}),
    ],
)
def test_a_type_tells_what_the_name_beside_it_is(record: dict[str, Any], declared: dict[str, list[str]]) -> None:
    other = b'{"type": "alert", "name": "x"}\n'
    raw = json.dumps({"event": [record]}).encode() + b"\n"
    assert entities("json-lines", raw) == declared
    assert entities("json-lines", other + raw + other) == declared
