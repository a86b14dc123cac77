"""What a key says beside another one, in rows under a header and in JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from pipeline.formats.format import Context, split_records
from pipeline.formats.registry import FORMATS
from recognizers.entities import ENTITIES


def entities(form: str, raw: bytes, header: str = "") -> dict[str, list[str]]:
    """Text -> entities declared of it."""
    data = np.frombuffer(bytearray(raw), np.uint8)
    fields = FORMATS[form].parse(data, *split_records(data, FORMATS[form].continues), Context(2026, 0, header=header))
    found: dict[str, list[str]] = {}
    for start, end, entity in zip(fields.field_start, fields.field_end, fields.field_entity.tolist(), strict=True):
        if entity >= 0 and ENTITIES[entity] != "DATE_TIME":
            found.setdefault(raw[start:end].decode(), []).append(ENTITIES[entity])
    return found


@pytest.mark.parametrize(
    ("record", "declared"),
    [
        ({"query": "barn7", "qtype_name": "A"}, {"barn7": ["HOSTNAME"]}),
        ({"qtype_name": "A", "query": "barn7"}, {"barn7": ["HOSTNAME"]}),
        ({"client": "alice/EXAMPLE.COM", "request_type": "AS"}, {"alice/EXAMPLE.COM": ["USERNAME"]}),
        ({"cookie": "alice", "client_dig_product_id": "1"}, {"alice": ["USERNAME"]}),
        ({"query": "select barn7"}, {}),
        ({"client": "alice", "cookie": "a=b"}, {}),
    ],
)
def test_a_key_is_told_by_another_of_its_record(record: dict[str, Any], declared: dict[str, list[str]]) -> None:
    raw = json.dumps(record).encode() + b"\n"
    other = b'{"query": "select x", "client": "y", "cookie": "z"}\n'
    assert entities("json-lines", raw) == declared
    assert entities("json-lines", other + raw + other) == declared
    header = "\t".join(("#fields", "ts", *record))
    assert entities("zeek", "\t".join(("1764000000.1", *record.values())).encode(), header) == declared
