"""Where records start in JSON: the same for every window, and where a plain reading finds elements."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.json_elements import MOST_AROUND, Elements

WAYS: list[tuple[str, ...]] = [(), ("",), ("turns", ""), ("", "turns", ""), ("a", "turns", ""), ("a", "", "turns", "")]
KEYS = st.sampled_from(["a", "turns", "turn", "b", 'q"', "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('ab"\\[]{},:é'), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def cut(raw: bytes, way: tuple[str, ...], window: int) -> list[bytes]:
    """The records of a text that is shown window by window."""
    frame = Elements(way)
    data = np.frombuffer(raw, np.uint8)
    starts: list[int] = []
    scanned = 0
    for used in [*range(window, len(raw), window), len(raw)]:
        found, scanned = frame(data[:used], used, scanned, used == len(raw))
        starts += found.tolist()
    edges = [0, *starts, len(raw)]
    return [raw[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def elements(value: Any, way: tuple[str, ...]) -> list[Any]:
    """What stands at the end of the way, in order."""
    if not way:
        return [value]
    if way[0]:
        return elements(value[way[0]], way[1:]) if isinstance(value, dict) and way[0] in value else []
    return [e for inner in value for e in elements(inner, way[1:])] if isinstance(value, list) else []


@pytest.mark.parametrize("way", WAYS)
@given(st.lists(VALUES.filter(lambda v: isinstance(v, dict | list)), max_size=3), st.sampled_from([None, 1]))
def test_each_element_is_a_record_with_the_mark_before_it(way: tuple[str, ...], values: list[Any], indent: Any) -> None:
    raw = "\n".join(json.dumps(v, ensure_ascii=False, indent=indent) for v in values).encode()
    records = [record.strip() for record in cut(raw, way, 1 << 20)]
    wanted = [e for value in values for e in elements(value, way)]
    if not way:
        assert [json.loads(r) for r in records if r] == wanted
    else:
        found = []
        for record in records:
            try:
                found.append(json.loads(record[1:]) if record[:1] in (b"[", b",") else None)
            except ValueError:
                found.append(None)
        assert [e for e in wanted if e is not None] == [e for e in found if e is not None]


@pytest.mark.parametrize("way", WAYS)
@given(
    st.lists(
        st.sampled_from(['{"turns":[', '{"a":', '{"a":[', "[", "]", "}", ",", "1", '"x"', '"\\"', "\n", " ", '"', "é"])
    ),
    st.integers(1, 7),
)
def test_records_are_the_same_for_every_window(way: tuple[str, ...], pieces: list[str], window: int) -> None:
    raw = "".join(pieces).encode()
    assert cut(raw, way, window) == cut(raw, way, 1 << 20)
    assert b"".join(cut(raw, way, window)) == raw
    assert all(cut(raw, way, window)) or not raw


def test_a_string_that_is_not_closed_ends_with_its_line() -> None:
    raw = b'{"turns":["a\n{"turns":["b"]}\n'
    assert cut(raw, ("turns", ""), 1 << 20)[2:] == [b'{"turns":', b'["b"', b"]}\n"]


def test_a_second_list_that_is_as_long_as_a_file_is_no_record_of_that_length() -> None:
    others = ", ".join('{"name": "x", "tags": ["a", "b"]}' for _ in range(20_000))
    raw = f'{{"other": [{others}], "turns": [1, 2], "another": [{others}]}}'.encode()
    records = cut(raw, ("turns", ""), 1 << 20)
    assert b"".join(records) == raw
    assert max(map(len, records)) < MOST_AROUND + 100
    assert len(records) < 2 * len(others) // MOST_AROUND + 8
    assert records == cut(raw, ("turns", ""), 777_777)
    assert [record for record in records if len(record) < 9][:2] == [b"[1", b", 2"]


def test_an_element_of_any_length_is_one_record() -> None:
    raw = f'{{"turns": [1, {{"rows": [{", ".join(["5"] * 4_000_000)}]}}, 2]}}'.encode()
    assert [len(record) for record in cut(raw, ("turns", ""), 1 << 20)[2:]] == [len(raw) - 17, 3, 2]
