"""A mapping of one's own is asked for what an export holds by every command that reads inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

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


@pytest.mark.parametrize("name", ["zendesk", "intercom"])
def test_each_turn_of_a_release_has_its_conversation_s_id(desk: Desk, name: str) -> None:
    corpus = Path(__file__).parents[1] / "formats" / "corpora" / f"{name}.log"
    desk.write(f"{name}.json", corpus.read_bytes().splitlines()[0] if name == "zendesk" else corpus.read_bytes())
    assert desk.redact("init", desk.workspace).code == 0
    where = ("--client", "acme", "--workspace", desk.workspace, "--out", desk.out)
    assert desk.redact("client", "add", "acme", "--workspace", desk.workspace).code == 0
    done = desk.redact("run", desk.logs, "--recipient", "v=vendor", *where)
    assert done.code == 0, done.all
    parts = sorted(desk.out.glob("v/**/dataset=transcripts/**/*.parquet"))
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    turns = [row for row in rows if row["message"]]
    assert len(turns) > 1 and len({row["conversation_id"] for row in turns}) == 1
    assert turns[0]["conversation_id"] is not None
