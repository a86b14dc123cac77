"""Numbers of addresses against a dictionary."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels import address_rows
from pipeline.kernels.address_rows import WIDEST, AddressTable

WIDTH = np.array([0, 4, 6, 8, 16, 8], np.int64)
ROWS = st.tuples(st.integers(0, 5), st.integers(0, 24), st.integers(0, 17))


@given(st.binary(min_size=8, max_size=40), st.lists(st.lists(ROWS, max_size=30), max_size=3))
def test_numbers_are_those_of_a_dictionary(text: bytes, batches: list[list[tuple[int, int, int]]]) -> None:
    table = AddressTable(WIDTH)
    known: dict[tuple[int, bytes], int] = {}
    data = np.frombuffer(text, np.uint8)
    for batch in batches:
        rows = [(kind, at, at + size) for kind, at, size in batch if at + size <= len(text)]
        expected = [
            known.setdefault((kind, text[at:end]), len(known)) if WIDTH[kind] == end - at and WIDTH[kind] else -1
            for kind, at, end in rows
        ]
        given_rows = np.array([(at, end, kind, -1, -1) for kind, at, end in rows], np.int32).reshape(-1, 5)
        assert table.intern(data, given_rows).tolist() == expected
    assert [(kind, raw.tobytes()) for kind, raw in zip(table.kind.tolist(), table.raw, strict=True)] == [
        (kind, own.ljust(WIDEST, b"\0")) for kind, own in known
    ]


def test_a_table_grows() -> None:
    table = AddressTable(WIDTH)
    count = len(table._words) * 5
    data = np.arange(count, dtype="<u4").view(np.uint8)
    at = np.arange(count) * 4
    rows = np.stack((at, at + 4, np.full(count, 1), np.full(count, -1), np.full(count, -1)), axis=1).astype(np.int32)
    twice = table.intern(data, np.concatenate((rows, rows[::-1])))
    assert np.array_equal(twice, np.concatenate((np.arange(count), np.arange(count)[::-1])))
    assert len(table._slots) > 2 * table.count > 2 * address_rows.WIDEST
