"""Each corpus `<format>.log` holds exactly the records and fields that `<format>.json` says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.cli.mapping import own_mapping
from pipeline.formats import prose
from pipeline.formats.format import Context, records_of
from pipeline.formats.registry import FORMATS, sniff
from pipeline.records import COLUMN_NAMES, HARMLESS, KEY_COLUMN, NO_TIME, PROSE, SCAN, TIME_COLUMN, UNDIVIDED, Decoder
from recognizers.entities import ENTITIES

CORPORA = Path(__file__).parent / "corpora"
CONTEXT = Context(2026, 60, 11)
#: Of a format that only the user names.
MAPPING = {"mapped-json": own_mapping(CORPORA / "mapped-json.yaml")}


def described(name: str, raw: bytes) -> list[dict[str, Any]]:
    """Records as JSON: the time, and of each field its text, column, entity or decoder where not usual, and key."""
    data = np.frombuffer(bytearray(raw), np.uint8)
    context = replace(CONTEXT, header=FORMATS[name].header(raw), mapping=MAPPING.get(name, ""))
    starts, ends = records_of(FORMATS[name], data, context)
    found = FORMATS[name].parse(data, starts, ends, context)
    records = []
    for r, micros in enumerate(found.time.tolist()):
        fields = []
        for f in range(found.record_field[r], found.record_field[r + 1]):
            column, entity, key = (int(a[f]) for a in (found.field_column, found.field_entity, found.field_key))
            field: dict[str, Any] = {
                "text": raw[found.field_start[f] : found.field_end[f]].decode("utf-8", "backslashreplace"),
                "column": {KEY_COLUMN: "(key)", TIME_COLUMN: "(time)"}.get(column) or COLUMN_NAMES[column],
            }
            if entity != SCAN:
                field["entity"] = {HARMLESS: "(harmless)", PROSE: "(prose)"}.get(entity) or ENTITIES[entity % UNDIVIDED]
            if entity >= UNDIVIDED:
                field["undivided"] = True
            if found.field_decoder[f]:
                field["decoder"] = Decoder(int(found.field_decoder[f])).name
            if key >= 0:
                field["key"] = found.keys[key]
            fields.append(field)
        records.append({"time": None if micros == NO_TIME else str(np.datetime64(micros, "us")), "fields": fields})
    return records


@pytest.mark.parametrize("name", FORMATS)
def test_a_corpus_holds_the_records_and_fields_that_are_written_beside_it(name: str) -> None:
    raw = (CORPORA / f"{name}.log").read_bytes()
    assert described(name, raw) == json.loads((CORPORA / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in (*MAPPING, prose.NAME)])
def test_a_corpus_is_sniffed_as_its_own_format(name: str) -> None:
    """The first lines of each are sound; malformed ones follow."""
    lines = (CORPORA / f"{name}.log").read_bytes().splitlines(keepends=True)
    assert sniff(b"".join(lines[:7])) == name
