"""An event of JSON tells the same on one line, printed over many, and in a list of others."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.service.gathering import batches_of, inputs_of
from pipeline.tally import Tally
from recognizers.registry import all_recognizers
from tests.detection.vendor_cases import vendor_cases

Found = set[tuple[str, bytes]]


def events() -> list[dict[str, Any]]:
    found = []
    for case in vendor_cases():
        try:
            event = json.loads(case["text"])
        except ValueError:
            continue
        if isinstance(event, dict):
            found.append(event)
    return found


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(all_recognizers())


def found_in(scanner: Scanner, text: str) -> tuple[str, Found]:
    """The format of a text, and (entity, text) of each finding."""
    raw = text.encode()
    items = inputs_of([raw], None, [0])
    batches = list(batches_of([raw], items, Tally.of(1)))
    findings, _ = detect(scanner, batches, lambda values: np.zeros(len(values), np.bool_))
    return items[0].format, {
        (scanner.values.entity_name(value), batch.data[start:end].tobytes())
        for batch, each in zip(batches, findings, strict=True)
        for start, end, value in zip(each.start.tolist(), each.end.tolist(), each.value.tolist(), strict=True)
    }


def test_each_event_tells_the_same_however_it_is_printed(scanner: Scanner) -> None:
    assert len(events()) > 150
    for event in events():
        one_line = found_in(scanner, json.dumps(event) + "\n")[1]
        form, printed = found_in(scanner, json.dumps(event, indent=2))
        assert (form, printed) == ("json", one_line)


@pytest.mark.parametrize("listed", [lambda rows: rows, lambda rows: {"total": 9, "rows": rows}], ids=["array", "list"])
def test_events_in_a_list_tell_what_they_tell_on_lines_of_their_own(scanner: Scanner, listed: Any) -> None:
    each = events()
    for first in range(0, len(each), 20):
        rows = each[first : first + 20]
        lines = found_in(scanner, "".join(json.dumps(row) + "\n" for row in rows))
        form, found = found_in(scanner, json.dumps(listed(rows), indent=2))
        assert (lines[0], form) == ("json-lines", "json")
        assert found == lines[1]
