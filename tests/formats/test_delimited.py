"""Rows under a header, and rows whose cells go over several lines."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.delimited import Rows, columns_of
from pipeline.formats.format import Context
from pipeline.formats.registry import sniff

HEADER = "number,user,description"
CELLS = st.text(st.sampled_from('ab ,;"\n\r'), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6), st.data())
def test_rows_are_those_of_a_reader_of_csv_in_whatever_pieces_they_come(
    rows: list[list[str]], data: st.DataObject
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])), quoting=csv.QUOTE_ALL).writerows(rows)
    raw = np.frombuffer(out.getvalue().encode(), np.uint8)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw)), max_size=5)) | {len(raw)})
    framing = Rows(Context(2026, 0, header=HEADER))
    starts, scanned = [0], 0
    for used in cuts:
        found, scanned = framing(raw[:used], used, scanned, used == len(raw))
        starts += found.tolist()
    records = [raw[start:end].tobytes() for start, end in zip(starts, [*starts[1:], len(raw)])]
    assert [next(csv.reader(io.StringIO(record.decode(), newline=""))) for record in records] == rows


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ("1,ann,one\n2,bob,two\n", "csv"),
        ('1,ann,"one\nand a half"\n2,bob,two\n', "csv-multiline"),
        ('1,ann,"one\r\n\r\nand a half"\r\n', "csv-multiline"),
        ('1,ann,"one\n2,bob\n', "text"),
        ("\n" * 20_000, "text"),
        ('1,ann,"one\nand a half"\n' + "bob\n" * 3, "text"),
    ],
)
def test_only_where_cells_go_over_lines_are_rows_not_lines(rows: str, name: str) -> None:
    assert sniff(f"{HEADER}\n{rows}".encode()) == name


COUNTED = 'acct,dcontext,lastapp,billsec,dstchannel\n7,inside,Dial,12,"trunk, 1"\n8,inside,Dial,0,\n'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (COUNTED, "csv"),
        (COUNTED.replace("\n8,", "\n8,9,"), "text"),  # a row of another number of cells
        (COUNTED.replace("12", "twelve"), "text"),  # numbers in one column only
        (COUNTED.replace("dcontext", "7"), "text"),  # what is no name
        ("well, yes, and no\nso, be, it\n", "text"),
    ],
)
def test_names_that_nobody_knows_are_a_header_over_rows_of_numbers(text: str, name: str) -> None:
    assert sniff(text.encode()) == name


PREFACE = "Activity Log\n\nEvent ID  Meaning\n10\tA new address was leased.\n\n"
ROWS = "ID,Date,Time,IP Address,Host Name,MAC Address\n10,11/14/26,10:11:12,192.0.2.3,zqtam,02005E100001\n" * 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PREFACE + ROWS, "csv"),
        (PREFACE + ROWS.replace("IP Address", "192.0.2.9"), "text"),
        (
            "#Version: 15\n#Fields: date-time,client-ip,client-hostname\n2026-11-14T10:11:12Z,192.0.2.3,a b\n",
            "w3c-extended",
        ),
    ],
)
def test_a_header_stands_below_a_preface_and_with_commas_behind_its_mark(text: str, name: str) -> None:
    assert sniff(text.encode()) == name


def test_cells_of_exchange_stand_between_commas() -> None:
    header = "#Fields: date-time,client-ip,client-hostname"
    assert columns_of(header) == (",", ("date-time", "client-ip", "client-hostname"), -1)
    assert columns_of("#Fields: date time c-ip")[1] == ("date time", "time", "c-ip")
