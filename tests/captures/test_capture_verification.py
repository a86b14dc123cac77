"""The leak check of captures catches what rewriting could get wrong, and passes what it got right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.captures.fields import Kind
from pipeline.detection.scanner import Scanner
from pipeline.rewriting.rewriting import Rewritten
from tests.captures.given_fields import Piece
from tests.captures.test_rewriting import FOUR, HOST, MAC, NAME, PACKET, SIX, Case, vendor

#: Nothing of it belongs to anyone.
PLAIN = (Piece(b"\x01\x02\x03\x04\x05", Kind.NUMBER), Piece(b"GET", Kind.WORD), Piece(b"nothing of note", Kind.TEXT))
WAIVED = "captures: {payload: kept, waiver: the maker's own protocol}\n"
FORMS = (
    FOUR,
    SIX,
    MAC,
    b"c0000211",
    b"C0000211",
    b"00005E005301",
    b"at 192.0.2.17!",
    "plover7.mailbx.example".encode("utf-16-le"),
    "plover7.mailbx.example".encode("utf-16-be"),
    b"plover7.mailbx.example".hex().encode(),
    b"an alkor77 of note",
)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path, [vendor()], PLAIN, PACKET, PLAIN)


def with_data(case: Case, data: np.ndarray) -> Rewritten:
    return replace(case.rewritten[0], data=data)


def spans(case: Case) -> list[tuple[int, int]]:
    """What redaction changes of the second packet, and does change."""
    first = case.rewritten[0]
    return [
        (s, e)
        for s, e in zip(first.start.tolist(), first.end.tolist(), strict=True)
        if (first.data[s:e] != case.packets.data[s:e]).any()
    ]


def test_a_clean_rewriting_passes(case: Case) -> None:
    assert not case.remaining().packets.any()


def test_every_withheld_edit_is_caught(case: Case) -> None:
    assert len(spans(case)) > 10
    for start, end in spans(case):
        data = case.rewritten[0].data.copy()
        data[start:end] = case.packets.data[start:end]
        assert case.remaining(with_data(case, data)).packets.tolist() == [False, True, False], (start, end)


def test_a_withheld_edit_of_which_nothing_is_said_is_caught(case: Case) -> None:
    first = case.rewritten[0]
    for start, end in spans(case):
        data = first.data.copy()
        data[start:end] = case.packets.data[start:end]
        other = first.start != start
        without = replace(first, data=data, start=first.start[other], end=first.end[other])
        assert case.remaining(without).packets.tolist() == [False, True, False]


def test_every_shifted_edit_is_caught(case: Case) -> None:
    first = case.rewritten[0]
    for start, end in spans(case):
        data = first.data.copy()
        data[start:end] = case.packets.data[start:end]
        data[start + 1 : end + 1] = first.data[start:end]
        moved = replace(
            first,
            data=data,
            start=np.where(first.start == start, start + 1, first.start),
            end=np.where(first.end == end, end + 1, first.end),
        )
        assert case.remaining(with_data(case, data)).packets[1], (start, end)
        assert case.remaining(moved).packets[1], (start, end)


def test_a_byte_changed_in_what_stays_is_caught(case: Case) -> None:
    data = case.rewritten[0].data.copy()
    data[int(case.packets.start[0])] ^= 1
    assert case.remaining(with_data(case, data)).packets.tolist() == [True, False, False]


@pytest.mark.parametrize("kind", [Kind.MASKED, Kind.ENCRYPTED_LENGTH])
@pytest.mark.parametrize("form", FORMS)
def test_an_original_in_bytes_that_stay_is_caught_whatever_its_form(tmp_path: Path, form: bytes, kind: Kind) -> None:
    stray = (Piece(b"\x00\x01", Kind.NUMBER), Piece(b"\x02" + form + b"\x03\x04", kind))
    case = Case(tmp_path, [vendor(WAIVED)], PLAIN, PACKET, stray)
    assert case.remaining().packets.tolist() == [False, False, True]


@pytest.mark.parametrize("kind", [Kind.MASKED, Kind.ENCRYPTED_LENGTH])
@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_are_no_leak_where_they_are_overwritten(tmp_path: Path, form: bytes, kind: Kind) -> None:
    case = Case(tmp_path, [vendor()], PACKET, (Piece(b"\x02" + form + b"\x03\x04", kind),))
    assert not case.remaining().packets.any()


def test_a_protocols_word_that_is_a_name_is_caught(tmp_path: Path) -> None:
    case = Case(tmp_path, [vendor()], PACKET, (Piece(b"X-Plover7: ", Kind.WORD),))
    assert case.remaining().packets.tolist() == [False, True]


def test_a_number_may_hold_any_bytes_but_no_text(tmp_path: Path) -> None:
    counters = (Piece(FOUR + MAC + SIX, Kind.NUMBER), Piece(b"alkor77", Kind.NUMBER))
    case = Case(tmp_path, [vendor()], PACKET, counters[:1], counters)
    assert case.remaining().packets.tolist() == [False, False, True]


def test_one_recipients_hit_holds_the_packet_back_for_all(tmp_path: Path) -> None:
    case = Case(tmp_path, [vendor(), vendor(WAIVED)], PACKET, (Piece(FOUR, Kind.MASKED),))
    assert case.remaining().packets.tolist() == [False, True]


def test_a_value_of_another_client_holds_its_packet_back(tmp_path: Path) -> None:
    packets: Sequence[Sequence[Piece]] = (
        (Piece(FOUR, Kind.IPV4),),
        (Piece(NAME, Kind.NAME),),
        (Piece(b"plover7.mailbx.example", Kind.TEXT, HOST),),
        PLAIN,
    )
    case = Case(tmp_path, [vendor()], *packets)
    for text in (b"192.0.2.17", b"plover7.mailbx.example"):
        for number, known in enumerate(case.scanner.values.text):
            if known == text:
                case.scanner.values.foreign[number] = True
    case.scanner.values._seen = 0
    left = case.remaining()
    assert left.foreign.tolist() == left.packets.tolist() == [True, True, True, False]


def test_scanner_and_binary_values_agree_on_a_value(case: Case) -> None:
    assert isinstance(case.scanner, Scanner)
    texts = case.scanner.values.text
    assert texts.count(b"192.0.2.17") == 1
