"""The name of a JSON object that bears what only machines have is a host's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.formats.test_sibling_keys import entities

HOST = ["HOSTNAME"]


@pytest.mark.parametrize(
    ("record", "declared"),
    [
        ({"name": "kvarn", "osPlatform": "Linux", "model": "X1"}, {"kvarn": HOST}),
        ({"displayName": "LAPTOP-KVARN", "operatingSystem": "Windows", "trustType": "joined"}, {"LAPTOP-KVARN": HOST}),
        ({"label": "lemon-4", "os": "Linux", "lastSeen": "today"}, {"lemon-4": HOST}),
        ({"name": "kvarn", "model": "X1"}, {}),
        ({"name": "settings", "osPlatform": "Linux", "model": "X1"}, {}),
        ({"name": "kvarn", "osPlatform": "Linux", "model": "X1", "severity": "low"}, {}),
        ({"name": 4, "osPlatform": "Linux", "model": "X1"}, {}),
    ],
)
def test_what_an_object_bears_tells_whose_its_name_is(record: dict[str, Any], declared: dict[str, list[str]]) -> None:
    other = b'{"thing": [{"name": "x"}]}\n'
    raw = json.dumps({"thing": [record]}).encode() + b"\n"
    assert entities("json-lines", raw) == declared
    assert entities("json-lines", other + raw + other) == declared


def test_what_other_records_bear_tells_nothing() -> None:
    split = b'{"name": "kvarn", "osPlatform": "Linux"}\n{"name": "kvarn", "model": "X1"}\n'
    assert entities("json-lines", split) == {}
    event = b'{"severity": "low", "name": "lemon"}\n'
    whole = b'{"name": "kvarn", "osPlatform": "Linux", "model": "X1"}\n'
    assert entities("json-lines", event + whole) == {"kvarn": HOST}
