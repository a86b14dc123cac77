"""Runs with a user's own recognizers: what they find does not leave, on any worker, and a failure ends the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Desk

BADGES = """
recognizers:
  - name: Badges
    supported_entity: BADGE
    patterns: [{name: badge, regex: '\\bB-\\d{4}\\b', score: 0.6}]
  - name: Animals
    supported_entity: ANIMAL
    deny_list: [kingfisher]
"""
LOG = (
    "Mar  9 10:00:00 gw1 app[7]: door opened for B-1234 by kingfisher\n"
    "Mar  9 10:00:01 gw1 app[7]: door closed for B-1234\n"
)


@pytest.fixture
def badges(desk: Desk) -> Desk:
    desk.write("a.log", LOG)
    (desk.folder / "badges.yaml").write_text(BADGES)
    return desk


def with_policy(desk: Desk, **own_entities: str) -> None:
    """The recipient cisco with these actions."""
    desk.redact("init", desk.workspace)
    desk.redact("client", "add", "acme", "--workspace", desk.workspace)
    desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", "--workspace", desk.workspace)
    path = desk.workspace / "recipients" / "cisco.yaml"
    path.write_text(path.read_text() + yaml.safe_dump({"own_entities": own_entities}))


def test_what_no_policy_names_is_redacted_and_each_other_follows_its_action(badges: Desk) -> None:
    with_policy(badges, BADGE="pseudonymise")
    said = badges.run("logs/a.log", options=("--recognizers", "badges.yaml"))
    assert said.code == 0, said.all
    assert "badges.yaml: 2 recognizers (ANIMAL, BADGE) will be shown texts one by one" in said.err
    native = badges.native()
    assert b"B-1234" not in native and b"kingfisher" not in native
    assert native.count(b"<ANIMAL>") == 1
    stand_ins = {word for word in native.split() if word.startswith(b"keyword-")}
    assert len(stand_ins) == 1, "one badge, one stand-in"
    assert "ANIMAL" in said.out and "1 redacted" in said.out
    back = badges.redact(
        *("reidentify", "--recipient", "cisco", "--client", "acme", "--reason", "T1", "--workspace", badges.workspace),
        stdin=stand_ins.pop(),
    )
    assert back.out == "B-1234", back.all
    again = badges.run("logs/a.log", options=("--recognizers", "badges.yaml"))
    assert "Nothing to do" in again.out
    (badges.folder / "badges.yaml").write_text(BADGES.replace("0.6", "0.7"))
    other = badges.run("logs/a.log", options=("--recognizers", "badges.yaml"))
    assert "Nothing to do" not in other.out, "another content is another run"


def test_a_policy_that_names_what_nothing_finds_is_refused_before_a_byte_is_read(badges: Desk) -> None:
    with_policy(badges, BADGES="keep")
    said = badges.run("logs/a.log", options=("--recognizers", "badges.yaml"))
    assert said.code == 2
    assert "cisco.yaml: own_entities.BADGES: no recognizer of this run finds it" in said.err
    assert "did you mean BADGE?" in said.err
    assert not badges.out.exists()


def test_recognizers_of_the_workspace_take_part_in_every_run_and_on_every_worker(badges: Desk) -> None:
    with_policy(badges, BADGE="mask")
    (badges.workspace / "badges.yaml").write_text(BADGES)
    marker = badges.workspace / "redact.yaml"
    marker.write_text(marker.read_text() + "recognizers: [badges.yaml]\n")
    said = badges.run("logs/a.log", options=("--workers", "2"))
    assert said.code == 0, said.all
    assert badges.native().count(b"******") == 2 and b"B-1234" not in badges.native()


def test_a_timeout_ends_the_run_with_nothing_published(badges: Desk) -> None:
    slow = (
        "recognizers: [{name: Slow, supported_entity: SLOW, patterns: [{name: s, regex: '(?:a|aa)+(?!.)', score: 1}]}]"
    )
    (badges.folder / "slow.yaml").write_text(slow.replace("score: 1", "score: 1.0"))
    badges.write("long.log", "x " + "a" * 80 + "b\n")
    said = badges.run("logs/long.log", options=("--recognizers", "slow.yaml"))
    assert said.code == 2
    assert "slow.yaml: Slow.s: took more than 2 s for one text" in said.err
    assert not badges.archives() and "aaaa" not in said.all


def test_a_module_with_a_mistake_is_named_with_its_line(badges: Desk) -> None:
    (badges.folder / "mine.py").write_text("import presidio_analyzer\n\nnothing.here\n")
    said = badges.run("logs/a.log", options=("--recognizers", "mine.py"))
    assert said.code == 2 and "mine.py: line 3: NameError" in said.err


FICKLE = """
from presidio_analyzer import EntityRecognizer, RecognizerResult

class Fickle(EntityRecognizer):
    '''Finds a word only once the badge before it is gone.'''
    def __init__(self):
        super().__init__(supported_entities=["ANIMAL"])
    def load(self):
        pass
    def analyze(self, text, entities, nlp_artifacts=None):
        start = text.find("kingfisher")
        return [] if start < 0 or "B-1234" in text else [RecognizerResult("ANIMAL", start, start + 10, 0.9)]
"""


def test_what_a_second_look_finds_is_held_back(badges: Desk) -> None:
    (badges.folder / "fickle.py").write_text(FICKLE)
    patterns = BADGES[: BADGES.index("  - name: Animals")]
    (badges.folder / "badges.yaml").write_text(patterns)
    said = badges.run("logs/a.log", options=("--recognizers", "fickle.py", "--recognizers", "badges.yaml", "--json"))
    assert said.code == 4, said.all
    assert json.loads(said.out)["records"]["quarantined"] == {"leak": 1}
    assert b"kingfisher" not in badges.native()


def test_a_scan_and_an_inquiry_show_what_they_find(badges: Desk) -> None:
    said = badges.redact("scan", "logs/a.log", "--recognizers", "badges.yaml", "--json", "--quiet")
    counts = {row["entity"]: row["count"] for row in json.loads(said.out)["found"]}
    assert (counts["BADGE"], counts["ANIMAL"]) == (2, 1)
    assert "B-1234" in badges.redact("why", "logs/a.log:1", "--recognizers", "badges.yaml").out
