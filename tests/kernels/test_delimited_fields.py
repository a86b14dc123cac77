"""Cells are those that the standard library's reader finds."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.format import split_records
from pipeline.kernels.delimited_fields import delimited_fields
from pipeline.kernels.json_fields import INTEGER

CELLS = st.text(st.sampled_from("ab07,;|\t\"' é-"), max_size=8)


def cells_of(raw: bytes, delimiter: str, columns: int) -> tuple[list[list[str | None]], list[int]]:
    """Texts by column of each row, None where no field is; and what each row was taken for."""
    data = np.frombuffer(raw, np.uint8)
    starts, ends = split_records(data, 0)
    rows, record_field, shaped = delimited_fields(
        data, starts, ends, np.uint8(ord(delimiter)), columns, -1, np.zeros(0, np.uint8), False
    )
    read: list[list[str | None]] = []
    for r in range(len(starts)):
        row: list[str | None] = [None] * columns
        for start, end, _, _, kind, column in rows[record_field[r] : record_field[r + 1]].tolist():
            row[column] = raw[start:end].decode()
            text = raw[start:end]
            whole = text.isdigit() and (text == b"0" or text[:1] != b"0")
            assert (kind == INTEGER) == (whole and shaped[r] == 1)
        read.append(row)
    return read, shaped.tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_of_the_standard_library(delimiter: str, rows: list[list[str]], ending: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    read, shaped = cells_of(text.getvalue().encode(), delimiter, 3)
    assert shaped == [1] * len(rows)
    assert read == [[cell.replace('"', '""') or None for cell in row] for row in rows]


@given(st.lists(st.text("ab0 .'", max_size=6), min_size=3, max_size=3))
def test_bare_cells_stand_without_the_blanks_around_them(row: list[str]) -> None:
    read, shaped = cells_of((",".join(row) + "\n").encode(), ",", 3)
    assert shaped == [1] and read == [[cell.strip(" ") or None for cell in row]]


@pytest.mark.parametrize("row", ["a,b", "a,b,c,d", 'a,b,"c', 'a,"b"x,c', 'a,"b,c', ""])
def test_what_is_no_row_of_as_many_cells_is_one_text(row: str) -> None:
    data = np.frombuffer((row + "\n").encode(), np.uint8)
    starts, ends = split_records(data, 0)
    rows, _, shaped = delimited_fields(data, starts, ends, np.uint8(44), 3, -1, np.zeros(0, np.uint8), False)
    assert shaped.tolist() == [2 if not row else 0]
    assert rows[:, :2].tolist() == ([[0, len(row)]] if row else [])
