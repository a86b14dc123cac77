"""Where the entries of a document start, whatever the windows in which it is read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.json_entries import entry_starts, new_state

TRICKY = ["entries", '"entries":[', "a,b]}", "\\", '\\"entries', "é", ""]
VALUES = st.recursive(
    st.one_of(st.none(), st.integers(0, 9), st.sampled_from(TRICKY)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*TRICKY, "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
DOCUMENTS = st.builds(
    lambda version, pages, entries: {"log": {"version": version, "pages": pages, "entries": entries}},
    VALUES,
    VALUES,
    st.lists(VALUES, max_size=5),
)


def starts_of(raw: bytes, windows: list[int] | None = None) -> list[int]:
    data, state, at, found = np.frombuffer(raw, np.uint8), new_state(), 0, []
    for end in [*sorted(windows or []), len(raw)]:
        found += entry_starts(data, end, at, state).tolist()
        at = end
    return found


def plainly(document: dict[str, Any], separators: tuple[str, str]) -> list[int]:
    """Starts by writing the document piece by piece."""
    entries = document["log"]["entries"]
    empty = json.dumps({"log": {**document["log"], "entries": []}}, separators=separators)
    text, starts = empty[: -len("]}}")], []
    for k, entry in enumerate(entries):
        starts.append(len(text.encode()))
        text += (separators[0] if k else "") + json.dumps(entry, separators=separators)
    return [*starts, len(text.encode())]


@given(DOCUMENTS, st.sampled_from([(",", ":"), (", ", " : "), (" \n,\n ", ":\n")]), st.lists(st.integers(0, 400)))
def test_records_are_the_head_each_entry_and_the_rest(
    document: dict[str, Any], separators: tuple[str, str], windows: list[int]
) -> None:
    raw = json.dumps(document, separators=separators).encode()
    starts = starts_of(raw)
    pieces = [raw[a:b] for a, b in zip([0, *starts], [*starts, len(raw)], strict=True)]
    assert [json.loads(piece.lstrip(b" \n,")) for piece in pieces[1:-1]] == document["log"]["entries"]
    if separators == (",", ":"):
        assert starts == plainly(document, separators)
    assert starts_of(raw, [w for w in windows if w <= len(raw)]) == starts


@given(DOCUMENTS, st.sets(st.integers(1, 4)))
def test_a_document_without_some_entries_is_one_still(document: dict[str, Any], gone: set[int]) -> None:
    raw = json.dumps(document).encode()
    starts = starts_of(raw)
    pieces = [raw[a:b] for a, b in zip([0, *starts], [*starts, len(raw)], strict=True)]
    entries = len(document["log"]["entries"])
    kept = [piece for k, piece in enumerate(pieces) if not (k - 1 in gone and k - 1 < entries)]
    left = json.loads(b"".join(kept))
    assert left["log"]["entries"] == [e for k, e in enumerate(document["log"]["entries"]) if k not in gone]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[1, 2, 3]", b'{"entries": [1, 2]}', b'{"log": {"entries": {"a": [1, 2]}}}',
     b'{"log": ["entries", [1, 2]]}', b'{"a": {"b": {"entries": [1, 2]}}}', b']]]],"entries":[{},{}]'],
)  # fmt: skip
def test_only_the_array_of_entries_is_cut(raw: bytes) -> None:
    assert starts_of(raw) == []


@given(st.binary(max_size=60))
def test_any_bytes_are_cut_somewhere_in_order(raw: bytes) -> None:
    starts = starts_of(raw)
    assert starts == sorted(set(starts))
    assert all(0 < at < len(raw) for at in starts)
