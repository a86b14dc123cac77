"""A mapping of one's own is asked for what an export holds by every command that reads inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

MAPPING = """\
turns: talk[]
told_by: [talk]
turn:
  speaker: by.label
  speaker_id: by.tag
  text: words
"""
EXPORT = {
    "talk": [
        {"by": {"label": "Zephyrine Calloway", "tag": "zcalloway"}, "words": "it fails again"},
        {"by": {"label": "Marek Ostrander", "tag": "mostrander"}, "words": "we look at it, Zephyrine"},
    ]
}


def test_why_and_learn_read_an_export_as_a_run_does(desk: Desk) -> None:
    mapping = desk.write("talk.yaml", MAPPING)
    export = desk.write("talk.json", json.dumps(EXPORT))
    where = ("--workspace", desk.workspace)
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", *where).code == 0
    said = desk.redact("why", f"{export}:1", "--mapping", mapping).out
    assert "format mapped-json" in said
    assert "PERSON.declared-by-format" in said and "USERNAME.declared-by-format" in said
    assert "format mapped-json" not in desk.redact("why", f"{export}:1").out
    learned = desk.redact("learn", export, "--client", "acme", "--mapping", mapping, "--json", *where).out
    assert {item["text"] for item in json.loads(learned)["found"]} == {"zcalloway", "mostrander"}
    alone = desk.redact("learn", export, "--client", "acme", "--json", *where).out
    assert json.loads(alone)["found"] == []
