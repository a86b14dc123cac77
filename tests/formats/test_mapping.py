"""Mappings of exports: those that ship are sound and documented, and what is wrong in the user's own is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from pipeline.cli.mapping import own_mapping
from pipeline.errors import ConfigurationError
from pipeline.formats.format import Context, records_of
from pipeline.formats.mapped_json import SHIPPED
from pipeline.formats.mapping import Mapping, Meanings, mapping_of, shipped
from pipeline.formats.registry import FORMATS
from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.records import Batch

EXPORT = b'{"room":"r1","turns":[{"who":"Jane Doe","said":"Hello"}]}\n'
MAPPING = "turns: turns[]\ntold_by: [room]\nturn: {speaker: who, text: said}\nconversation: {conversation: room}\n"


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_what_ships_is_named_after_its_files_and_says_where_the_export_is_described() -> None:
    folder = Path(__file__).parents[2] / "configs" / "transcripts"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(SHIPPED)
    for name in SHIPPED:
        mapping = shipped(name)
        assert mapping.source.startswith("https://") and len(mapping.told_by) >= 3
        assert mapping_of(own_mapping(folder / f"{name}.yaml")) == mapping


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("turns: a[]\nturn: {txet: b}", "own.yaml: turn.txet: unknown key; did you mean text?"),
        ("turns: a\nturn: {text: b}", "own.yaml: turns: not the path of an array"),
        ("turns: a[0]\nturn: {text: b}", "own.yaml: turns: not the path of an array"),
        ("turns: a[]\nturn:\n  text: b[0].c", "own.yaml: turn.text.0: not a path"),
        ("turns: a[]\nturn: {text: ['']}", "own.yaml: turn.text.0: not a path"),
        ("turns: a[]\nturn: {speaker: b}", "own.yaml: turn.text is missing"),
        ("turns: a[]\nturn: {text: b, speaker: b}", "own.yaml: turn: b stands under speaker and under text"),
        ("turn: {text: b}", "own.yaml: turns: is missing"),
        (
            "turns: a[]\nturn: {text: [a[], b]}",
            "own.yaml: line 2, column 16: expected ',' or ']', but got '['; put quotes around text that holds brackets",
        ),
        (f"turns: a[]\nturn: {{text: {'b' * 20_000}}}", "own.yaml: larger than 16 KiB"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_by_place_and_mend(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        own_mapping(written(tmp_path / "own.yaml", text))
    assert str(refused.value).startswith(told)


def test_a_mapping_reads_the_inputs_that_it_fits_and_no_others(tmp_path: Path) -> None:
    mapping = own_mapping(written(tmp_path / "own.yaml", MAPPING))
    written(tmp_path / "export.json", EXPORT)
    written(tmp_path / "app.log", b'{"a":1}\n{"a":2}\n')
    inputs, _ = find_inputs([str(tmp_path / "export.json"), str(tmp_path / "app.log")], out=None, mapping=mapping)
    assert [(item.name, item.format, item.mapping) for item in inputs] == [
        ("app.log", "json-lines", ""),
        ("export.json", "mapped-json", mapping),
    ]


def test_the_mapping_in_the_docs_is_sound_and_each_kind_is_explained(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "transcripts.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert mapping_of(own_mapping(written(tmp_path / "own.yaml", example))).steps == ("rooms", "", "messages", "")
    assert [kind for kind in Meanings.model_fields if f"`{kind}`" not in text] == []
    assert [name for name in SHIPPED if f"`{name}`" not in text] == []


def test_a_mapping_and_a_format_are_held_against_each_other(tmp_path: Path) -> None:
    path = str(written(tmp_path / "export.json", EXPORT))
    mapping = own_mapping(written(tmp_path / "own.yaml", MAPPING))
    with pytest.raises(ConfigurationError, match="does not go with --mapping"):
        find_inputs([path], out=None, format="text", mapping=mapping)
    with pytest.raises(ConfigurationError, match="give --mapping FILE"):
        find_inputs([path], out=None, format="mapped-json")
    [item], _ = find_inputs([path], out=None, format="mapped-json", mapping=mapping)
    assert item.mapping == mapping


@pytest.mark.parametrize(
    ("name", "export"),
    [
        ("slack", [{"client_msg_id": "1", "type": "m", "text": "", "ts": "1", "files": [{"name": "Jane_Doe.pdf"}]}]),
        ("zendesk", {"comments": [{"author_id": 1, "attachments": [{"file_name": "Jane_Doe.pdf"}]}]}),
        ("teams", {"value": [{"messageType": "m", "attachments": [{"name": "Jane_Doe.pdf"}]}]}),
        ("freshdesk", {"conversations": [{"incoming": True, "attachments": [{"name": "Jane_Doe.pdf"}]}]}),
        ("intercom", {"conversation_parts": {"conversation_parts": [{"attachments": [{"name": "Jane_Doe.pdf"}]}]}}),
        ("intercom", {"source": {"attachments": [{"name": "Jane_Doe.pdf"}]}, "conversation_parts": {}}),
    ],
)
def test_the_name_of_an_attachment_is_read_as_people_write(name: str, export: object) -> None:
    from tests.formats.test_corpora import described

    fields = [field for record in described(name, json.dumps(export).encode()) for field in record["fields"]]
    assert ("Jane_Doe.pdf", "(prose)") in [(field["text"], field.get("entity")) for field in fields]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_document_may_be_printed_in_any_way(name: str) -> None:
    """A record is a turn, whatever white space stands between the values."""
    from tests.formats.test_corpora import CORPORA, described

    raw = (CORPORA / f"{name}.log").read_bytes().removeprefix(b"\xef\xbb\xbf")
    document = json.loads(raw.splitlines()[0] if name == "zendesk" else raw)
    printed = [json.dumps(document, indent=indent).encode() for indent in (None, 0, 4)]
    assert described(name, printed[0]) == described(name, printed[1]) == described(name, printed[2])


def test_an_address_of_any_length_costs_no_more_than_its_length() -> None:
    from tests.formats.test_corpora import described

    [_, turn, _] = described("freshdesk", b'{"conversations":[{"from_email":"%b"}]}' % (b" " * 1_000_000))
    assert [(len(f["text"]), f.get("entity")) for f in turn["fields"]] == [(10, "(harmless)"), (1_000_000, "(prose)")]


def of_conversations(mapping: str, raw: bytes) -> list[str]:
    """Of each turn, the id that its conversation is known by before it."""
    data = np.frombuffer(bytearray(raw), np.uint8)
    context = Context(2026, 0, mapping=mapping)
    form = FORMATS["mapped-json"]
    starts, ends = records_of(form, data, context)
    found = form.parse(data, starts, ends, context)
    named = found.conversation[found.conversation >= 0]
    return [raw[found.field_start[f] : found.field_end[f]].decode() for f in named]


ROOMS = "rooms[].turns[]", "rooms[].id"


@pytest.mark.parametrize(
    ("turns", "conversation", "export", "ids"),
    [
        ("turns[]", "id", '{"id":7,"turns":[{"t":"a"},{"t":"b"}]}\n{"id":8,"turns":[{"t":"c"}]}', ["7", "7", "8"]),
        ("turns[]", "id", '{"id":7,"x":"}","turns":[{"t":"a"}]}\n{"turns":[{"t":"c"}]}\n{"id":9}\nno {"t":1}', ["7"]),
        ("turns[]", "id", '{"turns":[{"t":"a"}],"id":7}\n{"turns":[{"t":"c"}]}', []),
        ("turns[]", "id", '{"id":7,"turns":[{"t":"a"}]}\n{"id":8, x "turns":[{"t":"c"}]}', ["7"]),
        ("turns[]", "of.id", '{"of":{"id":"q","n":[]},"turns":[{"t":"a"}, {"t":"b"}]}', ["q", "q"]),
        (*ROOMS, '{"rooms":[{"id":1,"turns":[{"t":"a"}]},{"id":2,"turns":[{"t":"b"}]}]}', ["1", "2"]),
        (*ROOMS, '{"rooms":[{"turns":[{"t":"a"}],"id":1},{"turns":[{"t":"b"}],"id":2}]}', []),
        (*ROOMS, '{"rooms":[{"turns":[{"t":"a"}],"id":1},{"id":2,"turns":[{"t":"b"}]}]}', ["2"]),
        ("rooms[].turns[]", "id", '{"id":5,"rooms":[{"turns":[{"t":"a"}]}]}', ["5"]),
    ],
)
def test_a_turn_is_of_the_conversation_whose_id_stands_before_it_around_it(
    turns: str, conversation: str, export: str, ids: list[str]
) -> None:
    mapping = Mapping.model_validate(
        {"turns": turns, "turn": {"text": "t"}, "conversation": {"conversation": conversation}}
    )
    assert of_conversations(mapping.model_dump_json(), export.encode()) == ids


def test_a_batch_that_is_half_full_ends_with_a_conversation(tmp_path: Path) -> None:
    turns = [{"id": n, "audit_id": 1, "author_id": 1, "html_body": "", "body": "x" * n} for n in range(7)]
    lines = [json.dumps({"id": ticket, "comments": turns}) for ticket in range(50)]
    export = written(tmp_path / "tickets.json", "\n".join(lines))
    inputs, _ = find_inputs([str(export)], out=None)
    [unit] = plan_units(inputs)
    batches = [batch for batch in read_unit(inputs, unit, batch_bytes=4_000) if isinstance(batch, Batch)]
    assert len(batches) > 5 and max(len(batch.data) for batch in batches) <= 4_000
    ids = []
    for batch in batches:
        named = batch.conversation[batch.conversation >= 0]
        ids += [batch.data[batch.field_start[f] : batch.field_end[f]].tobytes() for f in named]
    assert ids == [b"%d" % ticket for ticket in range(50) for _ in turns]
