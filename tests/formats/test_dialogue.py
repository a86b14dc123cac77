"""Dialogues: told from lists of settings and logs, and taken apart turn by turn."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.formats.format import Context, records_of
from pipeline.formats.registry import FORMATS, sniff
from pipeline.formats.speakers import is_role, names_speaker
from pipeline.records import COLUMN_ID

#: Real material that is no part of the project; the test of it is passed over where it is not.
DATA = Path(os.environ.get("DEVELOPMENT_DATA", Path(__file__).parents[3] / "shared" / "data"))
DIALOGUES = DATA / "dialogues.jsonl"
FORM = FORMATS["dialogue"]


@pytest.mark.parametrize(
    "text",
    [
        "USER: I need help\nAGENT: What is it?\n",
        "Jane: Hello there, Bob\nBob: Hi and welcome\nJane: My order is late\nBob: Let me see\n",
        "[00:00:01] Jane Doe: Good morning\n[00:00:04] Bob Lee: Good morning Jane\n[00:00:09] Jane Doe: I call about\n"
        "[00:00:12] Bob Lee: Please go on\n",
        "[10:02] <jane> hi\n[10:02] <bob> hello\n[10:03] * zed has joined #x\n",
        "10:02:33 From Jane Doe to Everyone: is it up?\n10:02:41 From Bob Lee to Jane Doe (Direct Message):\n\tno\n",
        "Jane: First point\nBob: I agree to it\nAnn: So do I\nLee: So it is\n\n"
        "Jane: Second point\nBob: I do not agree\nJane: Tell me why\nLee: So it is not\n",
        "24/11/2026, 10:02 - Jane Doe: one moment\nplease\n24/11/2026, 10:03 - Bob: no problem\n"
        "24/11/2026, 10:05 - Jane Doe: here it is\n24/11/2026, 10:06 - Bob: thank you\n",
    ],
)
def test_a_conversation_is_told_by_who_speaks(text: str) -> None:
    assert sniff(text.encode()) == "dialogue"


@pytest.mark.parametrize(
    "text",
    [
        "Hostname: fw1\nModel: X 200\nUptime: 3 days\nVersion: 7.1\nUser: admin\n",
        "INFO: service was started\nERROR: disk is full\nINFO: service was stopped\nERROR: disk is full again\n",
        "10:02:33 kernel: link is up\n10:02:34 kernel: link is down\n10:02:35 sshd: session was opened\n" * 3,
        "Name: Jane Doe\nAddress: 12 Main Street\nPhone: 555 0100\nName: Bob Lee\nAddress: 3 High Street\nPhone: 5\n",
        "Dear Jane,\nplease note: we are closed.\nRegards: Bob\n",
        "Start: one of two\nEnd: two of two\nStart: one of two\nEnd: two of two\n",
        "<p>one</p>\n<p>two</p>\n<p>three</p>\n",
        "Package: left-pad\nStatus: install ok installed\nMaintainer: Packagers of Pads\nArchitecture: all\n\n"
        "Package: right-pad\nStatus: install ok installed\nMaintainer: Packagers of Pads\nArchitecture: any of them\n",
        "PASS: pads: left side\nFAIL: pads: right side\nPASS: pads: both sides\nFAIL: pads: no side at all\n",
    ],
)
def test_settings_logs_forms_and_letters_are_none(text: str) -> None:
    assert sniff(text.encode()) != "dialogue"


@pytest.mark.parametrize("label", [b"AGENT", b"Speaker 2", b"SPEAKER_00", b"end-user", b"Support Engineer", b"User1"])
def test_a_role_tells_nobody_apart(label: bytes) -> None:
    assert is_role(label)


@pytest.mark.parametrize("label", [b"Jane", b"Agent Smith", b"Jane Doe", b"Speaker 1234", b"Support-Jane", b"2", b""])
def test_what_is_more_than_a_role_is_none(label: bytes) -> None:
    assert not is_role(label)


@pytest.mark.parametrize(
    "label",
    ["Jane", "JANE DOE", "Doe, Jane", "Dr. Ann van Dyke", "José Núñez", "Jane Doe (Agent)", "Agent - Bob", "O'Neil",
     "Jane Doe [Example Ltd]", "jane@example.com", "李明"],
)  # fmt: skip
def test_a_label_is_a_speaker_where_it_is_written_as_a_name(label: str) -> None:
    assert names_speaker(label.encode())


@pytest.mark.parametrize(
    "label", ["Note", "Please note", "Order Number", "http", "error", "It was said", "Steps To Follow"]
)
def test_other_labels_are_none(label: str) -> None:
    assert not names_speaker(label.encode())


@pytest.mark.skipif(not DIALOGUES.exists(), reason="the dialogues are not here")
def test_each_line_of_a_service_dialogue_is_a_turn() -> None:
    for line in DIALOGUES.read_text("utf-8").splitlines():
        raw = json.loads(line)["text"].encode()
        assert sniff(raw) == "dialogue"
        data = np.frombuffer(bytearray(raw), np.uint8)
        starts, ends = records_of(FORM, data, Context(2026, 0))
        fields = FORM.parse(data, starts, ends, Context(2026, 0))
        said = [part for part in raw.splitlines() if part.startswith((b"USER:", b"SYSTEM:"))]
        roles = np.flatnonzero(fields.field_column == COLUMN_ID["speaker_role"])
        texts = np.flatnonzero(fields.field_column == COLUMN_ID["message"])
        assert [raw[fields.field_start[f] : fields.field_end[f]] for f in roles] == [s.split(b":")[0] for s in said]
        assert len(texts) == len(starts) == len(said)
