"""Tables within texts: what stands below a heading is what it says, wherever reading begins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats import tables, text
from pipeline.formats.format import Context, records_of
from pipeline.formats.tables import Records, Tables
from pipeline.records import TRUST_BITS
from recognizers.entities import ENTITIES
from tests.formats.printed_tables import HOST, NO_TABLES, TABLES, USER

CONTEXT = Context(2026, 0)


def cells_in(*batches: str) -> list[tuple[str, str]]:
    """(entity, text) of the cells in batches of one input that follow each other."""
    looking, at, found = Tables(), 0, []
    for batch in batches:
        data = np.frombuffer(bytearray(batch.encode()), np.uint8)
        start, end = records_of(text.FORMAT, data, CONTEXT)
        fields = text.FORMAT.parse(data, start, end, CONTEXT)
        cells = looking.cells(data, Records(start, end, start + at, np.zeros(len(start), np.int32)), fields)
        spans = zip(cells.start.tolist(), cells.end.tolist(), cells.meaning.tolist(), strict=True)
        found += [(ENTITIES[m >> TRUST_BITS], data[a:b].tobytes().decode()) for a, b, m in spans]
        at += len(data)
    return found


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_what_the_heading_says(name: str) -> None:
    printed, expected = TABLES[name]
    assert cells_in(printed) == expected


@pytest.mark.parametrize("printed", NO_TABLES)
def test_what_only_looks_like_a_heading_declares_nothing(printed: str) -> None:
    assert cells_in(printed) == []


@st.composite
def printed_tables(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A table of random columns, each set to the left or the right, and the cells of its hosts and accounts."""
    telling = {"HOST": HOST, "NODE": HOST, "USER": USER, "OWNER": USER}
    names = draw(
        st.lists(st.sampled_from([*telling, "STATE", "AGE", "SIZE", "COUNT"]), min_size=3, max_size=7, unique=True)
    )
    names = [*(["STATE"] if "STATE" not in names else []), *names]
    count = draw(st.integers(1, 5))
    rows = [[draw(st.from_regex(r"[a-z]{2,9}[0-9]", fullmatch=True)) for _ in names] for _ in range(count)]
    style = draw(st.sampled_from(["gaps", "rule", "bars"]))
    right = [draw(st.booleans()) for _ in names]
    width = [max(map(len, column)) for column in zip(names, *rows)]
    expected = [(telling[name], cell) for row in rows for name, cell in zip(names, row) if name in telling]

    def line(cells: list[str]) -> list[str]:
        return [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, width, right)]

    if style == "bars":
        lines = ["| " + " | ".join(line(row)) + " |" for row in (names, *rows)]
        lines.insert(1, "|-" + "-|-".join("-" * w for w in width) + "-|")
    else:
        gap = " " * draw(st.integers(2, 5))
        lines = [gap.join(line(row)).rstrip() for row in (names, *rows)]
        if style == "rule":
            lines.insert(1, gap.join(line(["-" * len(name) for name in names])).rstrip())
    return "".join(f"{each}\n" for each in lines), expected if set(names) & set(telling) else []


@given(printed_tables())
def test_every_cell_of_a_table_that_is_set_in_columns_is_found(printed: tuple[str, list[tuple[str, str]]]) -> None:
    assert cells_in(printed[0]) == printed[1]


@given(st.lists(st.sampled_from([*(t for t, _ in TABLES.values()), *NO_TABLES]), max_size=5), st.data())
def test_cells_are_the_same_wherever_batches_end(printed: list[str], data: st.DataObject) -> None:
    whole = "".join(printed)
    raw = np.frombuffer(bytearray(whole.encode()), np.uint8)
    starts, _ = records_of(text.FORMAT, raw, CONTEXT)
    cuts = sorted(data.draw(st.sets(st.sampled_from(starts.tolist()), max_size=6))) if len(starts) else []
    edges = [0, *(cut for cut in cuts if cut), len(raw)]
    pieces = [raw[a:b].tobytes().decode() for a, b in zip(edges, edges[1:]) if a < b]
    assert cells_in(*pieces) == (cells_in(whole) if whole else [])


def test_a_row_too_far_behind_its_heading_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "REACH", 40)
    assert cells_in("NODE    STATE\n" + "kiln7   up\n" * 9) == [(HOST, "kiln7")] * 3


def test_a_table_ends_where_its_input_does() -> None:
    printed = [b"NODE    STATE\n", b"kiln7   up\n"]
    data = np.frombuffer(bytearray(b"".join(printed)), np.uint8)
    start, end = np.array([0, 14]), np.array([14, 25])
    fields = text.FORMAT.parse(data, start, end, CONTEXT)
    assert len(Tables().cells(data, Records(start, end, start, np.array([0, 0], np.int32)), fields).start) == 1
    assert not len(Tables().cells(data, Records(start, end, start * 0, np.array([0, 1], np.int32)), fields).start)
    assert not len(Tables().cells(data, Records(start, end, start + [0, 9], np.zeros(2, np.int32)), fields).start)


@pytest.mark.parametrize(
    "printed",
    [
        "HOST  USER\n" * 50_000,
        "".join(f"HOST  USER{n}\n--------  -----\n" for n in range(2_000)),
        "HOST " * 100_000,
        "HOST  " * 100_000 + "\n" + "kiln  " * 100_000,
        "NODE    STATE\nkiln7   " + "up " * 100_000,
        "|" * 100_000 + "\n" + "-" * 100_000 + "\n" + "|" * 100_000,
        "-" * 500_000,
        "| a | Host |\n|---|---|\n" + "| | |" * 100_000,
        "\n" * 100_000,
        "HOST  USER",
        "-",
    ],
)
def test_hostile_lines_are_read_and_declare_nothing_amiss(printed: str) -> None:
    assert len(cells_in(printed)) <= 1


@given(st.text(st.sampled_from("ABhost |-+=\t\n>*:é1"), max_size=200))
def test_cells_of_any_text_are_in_order_and_within_their_lines(printed: str) -> None:
    raw = bytearray(b"HOST  USER\n" + printed.encode())
    data = np.frombuffer(raw, np.uint8)
    start, end = records_of(text.FORMAT, data, CONTEXT)
    fields = text.FORMAT.parse(data, start, end, CONTEXT)
    cells = Tables().cells(data, Records(start, end, start, np.zeros(len(start), np.int32)), fields)
    at = 0
    for a, b in zip(cells.start.tolist(), cells.end.tolist()):
        assert at <= a < b and b"\n" not in raw[a:b]
        at = b
