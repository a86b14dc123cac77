"""Scanning of JSON's parts against the standard library's reading, and the numbering of keys against a dictionary."""

from __future__ import annotations

import json
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.json_fields import json_fields, number_end, string_end
from pipeline.kernels.key_paths import LAST_PLACE, child_of, new_nodes, room_for_node


def array(raw: bytes) -> np.ndarray:
    return np.frombuffer(bytearray(raw), np.uint8)


@given(st.text(st.sampled_from('ab"\\u0nrx\x01/\u00e9'), max_size=16))
def test_a_string_ends_at_its_first_free_quote_if_json_can_read_it(text: str) -> None:
    raw = text.encode()
    match = re.match(rb'(?:[^"\\]|\\.)*"', raw, re.DOTALL)
    expected = -1
    if match:
        try:
            json.loads(b'"' + match.group())
            expected = match.end() - 1
        except ValueError:
            pass
    end, escaped = string_end(array(raw), 0, len(raw))
    assert end == expected
    if end >= 0:
        assert escaped == (b"\\" in raw[:end])


@given(st.text(st.sampled_from("0123456789.eE+-"), max_size=24))
def test_a_number_is_what_the_grammar_says(text: str) -> None:
    match = re.match(r"-?(?:0|[1-9]\d*+)(?!\d)(?:\.\d++|(?!\.))(?:[eE][+-]?\d++|(?![eE]))", text)
    end, small = number_end(array(text.encode()), 0, len(text))
    assert end == (match.end() if match else -1)
    if match:
        assert small == bool(re.fullmatch(r"-?\d{1,18}", match.group()))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20), st.one_of(st.sampled_from([b"", b"a", b"b", b"ab", b"a\xff"]), st.integers(0, 400))
        ),
        max_size=600,
    ),
    st.integers(0, 2**62),
)
def test_children_are_numbered_once_by_parent_and_key(asked: list[tuple[int, bytes | int]], seed: int) -> None:
    raw = b"".join(key for _, key in asked if isinstance(key, bytes))
    data = array(raw)
    nodes, slots = new_nodes()
    count, at = 1, 0
    known: dict[tuple[int, bytes | int], int] = {}
    for parent, key in asked:
        parent %= count
        nodes, slots = room_for_node(nodes, slots, count)
        if isinstance(key, bytes):
            node, count = child_of(data, parent, at, at + len(key), seed, nodes, slots, count)
            at += len(key)
        else:
            node, count = child_of(data, parent, -1, key, seed, nodes, slots, count)
            key = min(key, LAST_PLACE)
        assert node == known.setdefault((parent, key), len(known) + 1)
    assert count == len(known) + 1


@given(
    st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(), max_size=30), max_size=30),
    st.integers(0, 2**62),
)
def test_results_do_not_depend_on_the_seed(documents: list[dict[str, int]], seed: int) -> None:
    lines = [json.dumps(document).encode() for document in documents]
    ends = np.cumsum([0, *map(len, lines)]).astype(np.int64)
    data = array(b"".join(lines))
    for one, other in zip(
        json_fields(data, ends[:-1], ends[1:], 0), json_fields(data, ends[:-1], ends[1:], seed), strict=True
    ):
        # The column of hashes differs.
        assert (
            np.array_equal(one[:, :3], other[:, :3])
            if one.ndim == 2 and one.dtype == np.int64
            else np.array_equal(one, other)
        )
