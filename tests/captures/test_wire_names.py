"""Names in place: what a message says under its pseudonyms is what the names' pseudonyms say, without their tags."""

from __future__ import annotations

import ipaddress
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.fields import Kind
from pipeline.captures.wire_names import (
    WireNames,
    place_names,
    place_netbios_names,
    read_names,
    read_netbios_names,
)
from pipeline.records import Bytes, Int32
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace
from tests.captures.claims import wire_name
from tests.captures.samples import netbios

SPACE = SurrogateSpace(ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32), "cisco-1")


def rows_of(*spans: tuple[int, int], kind: Kind = Kind.NAME) -> Int32:
    return np.array([(start, end, kind, 0, -1) for start, end in spans], np.int32).reshape(-1, 5)


def laid(*names: bytes) -> tuple[Bytes, Int32]:
    """Names one after the other, and their rows."""
    ends = np.cumsum([len(name) for name in names]).tolist()
    return np.frombuffer(b"".join(names), np.uint8), rows_of(*zip([0, *ends], ends))


def pseudonyms(names: WireNames) -> list[bytes | None]:
    return list(SPACE.pseudonyms("label", [text.lower() for text in names.texts], names.texts))


def written(data: Bytes, rows: Int32, new: list[bytes | None] | None = None) -> bytes:
    names = read_names(data, rows)
    placed = place_names(data, rows, names, pseudonyms(names) if new is None else new)
    after = data.copy()
    at = 0
    for start, end in zip(placed.start.tolist(), placed.end.tolist()):
        after[start:end] = placed.flat[at : at + end - start]
        at += end - start
    assert at == len(placed.flat)
    return after.tobytes()


def one(name: str) -> str:
    """What becomes of a name."""
    after = written(*laid(wire_name(name)))
    return read_names(*laid(after)).texts[0].decode()


def pointer(at: int) -> bytes:
    return struct.pack(">H", 0xC000 | at)


@pytest.mark.parametrize(
    "name", ["db1.corp.example", "alice-pc", "a.b.c.example.co.uk", "x_y.host.example", "9.example"]
)
def test_a_name_has_the_labels_of_its_pseudonym_without_tags(name: str) -> None:
    tagged = SPACE.pseudonyms("label", [name.encode()], [name.encode()])[0].decode()
    assert one(name) == tagged.replace("host-", "")
    assert len(one(name)) == len(name)


def test_suffixes_and_service_labels_stay_and_each_labels_letter_case() -> None:
    first, second, suffix = one("www.ACME.example").split(".")
    assert (first, suffix) == ("www", "example")
    assert second == second.upper() != "ACME"
    assert one("WPAD.acme.example") == f"WPAD.{second.lower()}.example"


def reverse(address: bytes) -> str:
    return ipaddress.ip_address(address.decode()).reverse_pointer


def test_reverse_names_of_ipv6_follow_the_address_nibble_by_nibble() -> None:
    address = b"2001:db8:0:7:8:9:a:b"
    assert one(reverse(address)) == reverse(SPACE.pseudonyms("ip", [address], [address])[0]) != reverse(address)


def test_reverse_names_of_ipv4_are_masked() -> None:
    labels = one("107.13.2.192.in-addr.arpa").split(".")
    assert labels[-2:] == ["in-addr", "arpa"]
    assert set(labels[:-2]) <= {"xxx", "xx", "x", "192", "2", "13", "107"}
    assert "xxx" in labels


@pytest.mark.parametrize(
    "label", [b"xn--mnchen-3ya", "münchen".encode(), b"\xff\x00\xfe", b"Front. Desk", b"My Printer"]
)
def test_labels_without_a_core_are_masked_and_their_neighbours_are_not(label: bytes) -> None:
    data, rows = laid(bytes([len(label)]) + label + wire_name("_ipp._tcp.local"))
    after = written(data, rows)
    assert after == bytes([len(label)]) + b"x" * len(label) + wire_name("_ipp._tcp.local")


def test_names_that_must_go_are_masked_whole_and_kept_ones_stay() -> None:
    data, rows = laid(wire_name("alice.example"), wire_name("bob.EXAMPLE"))
    assert written(data, rows, [None, b"bob.EXAMPLE"]) == wire_name("xxxxx.xxxxxxx") + wire_name("bob.EXAMPLE")


def test_a_compressed_name_is_read_in_full_and_the_pointer_stays() -> None:
    data, rows = laid(wire_name("db.corp.example"), b"\x03web" + pointer(3), pointer(17), pointer(0))
    names = read_names(data, rows)
    assert names.texts == [b"db.corp.example", b"web.corp.example"]
    assert names.row_name.tolist() == [0, 1, 1, 0]
    after = np.frombuffer(written(data, rows), np.uint8)
    db, web = (b".".join(SPACE.pseudonyms("label", [text], [text])).replace(b"host-", b"") for text in names.texts)
    assert read_names(after, rows).texts == [db, web]
    assert after[17 + 4 : 17 + 6].tobytes() == pointer(3)


def test_a_place_that_two_names_want_differently_is_masked() -> None:
    data, rows = laid(wire_name("db.corp.example"), b"\x03web" + pointer(3))
    after = written(data, rows, [b"host-xy.host-abcd.example", b"host-uvw.host-efgh.example"])
    assert after == wire_name("xy.xxxx.example") + b"\x03uvw" + pointer(3)


def test_a_bare_pointer_has_a_say_only_where_its_name_must_go() -> None:
    data, rows = laid(wire_name("db.corp.example"), pointer(3))
    assert written(data, rows, [b"host-xy.host-abcd.example", b"host-efgh.host-wwwwwww"]) == (
        wire_name("xy.abcd.example") + pointer(3)
    )
    assert written(data, rows, [b"host-xy.host-abcd.example", None]) == wire_name("xy.xxxx.xxxxxxx") + pointer(3)


UNENDING = {
    "itself": pointer(0),
    "beyond": pointer(40),
    "cycle": b"\x03web" + pointer(0),
    "its own pointer": b"\x03web" + pointer(4),
    "ahead": b"\x03web" + pointer(9),
    "cut": b"\x09web\0",
    "no label": b"\x80web\0",
}


@pytest.mark.parametrize("name", UNENDING.values(), ids=UNENDING)
def test_names_that_do_not_end_are_no_names_and_their_labels_are_masked(name: bytes) -> None:
    data, rows = laid(name, wire_name("host.example"))
    names = read_names(data, rows)
    assert names.row_name.tolist() == [-1, 0]
    after = written(data, rows)
    assert b"web" not in after or name[0] == 0x80
    assert after[len(name) :] == wire_name(one("host.example"))


def test_a_pointer_into_bytes_of_another_field_changes_nothing_there() -> None:
    data = np.frombuffer(b"\x04corp\0" + b"\x02db" + pointer(0), np.uint8)
    after = written(data, rows_of((6, 11)))
    assert after[:6] == b"\x04corp\0"
    assert after[7:9] != b"db"


@given(st.binary(max_size=120), st.lists(st.integers(0, 120), max_size=8))
def test_only_labels_change_whatever_the_bytes(data: bytes, cuts: list[int]) -> None:
    places = sorted({min(cut, len(data)) for cut in cuts})
    rows = rows_of(*zip(places, places[1:]))
    names = read_names(np.frombuffer(data, np.uint8), rows)
    assert all(len(text.split(b".")) >= len(labels) for text, labels in zip(names.texts, names.labels))
    after = written(np.frombuffer(data, np.uint8), rows)
    assert len(after) == len(data)
    outside = np.ones(len(data), np.bool_)
    for start, end in rows[:, :2].tolist():
        at = start
        while at < end and data[at] < 64:
            assert after[at] == data[at]
            outside[at + 1 : min(at + 1 + data[at], end)] = False
            at += 1 + data[at]
    assert [a for a, o in zip(after, outside) if o] == [b for b, o in zip(data, outside) if o]


def placed_netbios(*names: bytes) -> tuple[list[bytes], bytes]:
    data, rows = laid(*names)
    read = read_netbios_names(data, rows)
    placed = place_netbios_names(data, rows, read, pseudonyms(read))
    after = data.copy()
    for start, end, new in zip(placed.start, placed.end, placed.flat.reshape(-1, 32)):
        after[start:end] = new
    return read.texts, after.tobytes()


def test_netbios_names_are_decoded_take_the_core_and_are_encoded_again() -> None:
    texts, after = placed_netbios(netbios(b"ALICE-PC"), netbios(b"ALICE-PC", 0), netbios(b"*".ljust(15, b"\0"), 0))
    assert sorted(texts) == [b"*", b"ALICE-PC"]
    core = SPACE.pseudonyms("label", [b"alice-pc"], [b"ALICE-PC"])[0].removeprefix(b"HOST-")
    assert after == netbios(core) + netbios(core, 0) + netbios(b"*".ljust(15, b"\0"), 0)


def test_netbios_names_without_a_core_are_masked() -> None:
    _, after = placed_netbios(netbios(b"ALICE'S PC"), netbios(b"\x01\x02__MSBROWSE__\x02", 1))
    assert after == netbios(b"XXXXXXXXXX") + netbios(b"\x01\x02__MSBROWSE__\x02", 1)


def test_no_names_are_no_replacements() -> None:
    data, rows = laid()
    assert written(data, rows) == b""
    names = read_netbios_names(data, rows)
    assert len(place_netbios_names(data, rows, names, []).start) == 0
