"""pcapng files: sections, interfaces, every block, options; and what is left of broken ones."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures import walk
from pipeline.captures.framing import Framer, join
from recognizers.entities import ENTITY_ID
from tests.captures.building import (
    FIRST_SECOND,
    block,
    enhanced,
    framed,
    interface,
    old_packet,
    options,
    packets_of,
    pcapng_file,
    section,
    simple,
)
from tests.captures.framing_laws import (
    assert_read_as_plainly,
    assert_rows_are_sound,
    compiled,
    kinds_of,
    listed,
    unclaimed,
)

ORDERS = pytest.mark.parametrize("order", ["<", ">"])
HOST, SYSTEM, ZONE = (ENTITY_ID[name] for name in ("HOSTNAME", "OPERATING_SYSTEM", "TIME_ZONE"))
MAC = bytes.fromhex("00005e005301")
IPV4 = bytes([192, 0, 2, 1])
IPV6 = bytes.fromhex("20010db8000000000000000000000001")
PAIRS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 14, 2988]), st.binary(max_size=18)), max_size=3
)


@st.composite
def sections(draw: st.DrawFn) -> bytes:
    order = draw(st.sampled_from(["<", ">"]))
    file = section(order, draw(PAIRS))
    for _ in range(draw(st.integers(0, 2))):
        clock = draw(
            st.lists(st.sampled_from([(9, b"\x09"), (9, b"\x8a"), (9, b"\x0c"), (14, b"\x01" * 8)]), max_size=2)
        )
        file += interface(order, clock + draw(PAIRS), snap=draw(st.sampled_from([0, 4, 65535])))
    for kind in draw(st.lists(st.integers(0, 11), max_size=6)):
        body, pairs = draw(st.binary(max_size=40)), draw(PAIRS)
        if kind == 2:
            file += old_packet(body, order, pairs)
        elif kind == 3:
            file += simple(body, order, wire=draw(st.integers(0, 60)))
        elif kind == 6:
            file += enhanced(body, order, pairs, number=draw(st.integers(0, 1)), ticks=draw(st.integers(0, 2**64 - 1)))
        elif kind == 0:
            file += block(draw(st.sampled_from([0xBAD, 0x40000BAD, 77])), bytes(4) + body, order)
        elif kind > 6 or kind in (4, 5):
            file += block(kind, body + options(pairs, order), order)
    return file


FILES = st.lists(sections(), min_size=1, max_size=3).map(b"".join)


@given(FILES)
def test_files_of_all_blocks_are_read_as_plainly(file: bytes) -> None:
    assert_read_as_plainly(file, "pcapng")


@given(FILES, st.data())
def test_damaged_files_are_read_as_plainly_up_to_the_damage(file: bytes, data: st.DataObject) -> None:
    broken = bytearray(file[: data.draw(st.integers(0, len(file)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.sampled_from([0, 1, 4, 0x80, 0xFF]))
    assert_read_as_plainly(bytes(broken), "pcapng")


@given(st.binary(max_size=100), st.sampled_from([1, 2, 3, 4, 5, 6, 9, 10, 0xBAD]), st.sampled_from("<>"))
def test_random_bodies_are_read_as_plainly(body: bytes, kind: int, order: str) -> None:
    before = section(order) + interface(order)
    assert_read_as_plainly(before + block(kind, body, order) + enhanced(b"abc", order), "pcapng")
    assert_read_as_plainly(before + body, "pcapng")


def test_a_file_that_ends_at_any_byte_keeps_what_is_whole() -> None:
    file = pcapng_file([b"abc", b"defgh"]) + section(">") + interface(">") + simple(b"12345", ">")
    for cut in range(len(file)):
        assert_read_as_plainly(file[:cut], "pcapng")


@pytest.mark.parametrize("size", [0, 4, 8, 11, 13, 28, 31, 33, 0x7FFFFFFC, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF])
@ORDERS
def test_a_block_of_a_hostile_length_ends_the_file(order: str, size: int) -> None:
    sound = pcapng_file([b"abc"], order)
    packets, (at, reason) = compiled(sound + struct.pack(order + "II", 6, size) + bytes(24), "pcapng")
    assert (len(packets), at) == (1, len(sound))
    assert reason == ("truncated" if size >= 32 and size % 4 == 0 else "undecodable")


@pytest.mark.parametrize("spoil", [lambda b: b[:-4] + b"\0\0\0\7", lambda b: b[:20] + b"\0\1\0\0" + b[24:]])
def test_lengths_that_do_not_agree_end_the_file(spoil: Callable[[bytes], bytes]) -> None:
    sound = pcapng_file([b"abc"], ">")
    packets, ended = compiled(sound + spoil(enhanced(b"abc", ">")) + enhanced(b"abc", ">"), "pcapng")
    assert (len(packets), ended) == (1, (len(sound), "undecodable"))


def test_each_section_has_its_own_byte_order_and_interfaces() -> None:
    fine = [(9, b"\x09")]
    file = (
        section("<") + interface("<", link=1) + interface("<", fine, link=101) + enhanced(b"a", "<", number=1, ticks=5)
        + section(">") + interface(">", link=113) + enhanced(b"b", ">", ticks=5) + simple(b"c", ">")
    )  # fmt: skip
    packets = framed(file, "pcapng")
    assert packets.link_type.tolist() == [101, 113, 113]
    assert packets.interface.tolist() == [1, 0, 0]
    assert packets.time.tolist()[:2] == [5, 5000]
    assert packets.clocks.tolist() == [[0, 1, 6, 0], [0, 1, 9, 0], [1, 1, 6, 0]]


@ORDERS
def test_options_of_sections_and_interfaces_are_told(order: str) -> None:
    speed, filter = struct.pack(order + "Q", 10**9), b"\x00host 192.0.2.9"
    header = section(
        order, [(1, b"made\nby hand"), (2, b"a machine"), (3, b"Linux 6"), (4, b"dumpcap"), (77, b"unknown")]
    )
    file = header + interface(order, [
        (2, b"eth0"), (3, b"uplink"), (4, IPV4 + b"\xff\xff\xff\x00"), (5, IPV6 + b"\x40"), (6, MAC),
        (7, b"\x02\x00\x5e\x10\0\0\0\1"), (8, speed), (11, filter), (11, b"\x01" + bytes(8)), (12, b"OS 9"),
        (15, b"card"), (16, b"Europe/Rome"),
    ])  # fmt: skip
    packets = framed(file, "pcapng")
    text = ("TEXT", -1)
    assert kinds_of(packets, file) == {
        b"made": text, b"by hand": text, b"a machine": text, b"Linux 6": ("TEXT", SYSTEM), b"dumpcap": text,
        b"eth0": text, IPV4: ("IPV4", -1), IPV6: ("IPV6", -1), MAC: ("MAC", -1),
        b"\x02\x00\x5e\x10\0\0\0\1": ("EUI64", -1), filter[1:]: text, b"OS 9": ("TEXT", SYSTEM), b"card": text,
        b"Europe/Rome": ("TEXT", ZONE),
    }  # fmt: skip
    # The option that nobody knows, the description, and the filter of compiled code.
    assert unclaimed(packets) == b"unknown" + b"uplink" + b"\x01" + bytes(8)
    assert packets.sections.tolist() == [[0, len(header)]]


def test_an_address_in_the_place_of_a_mask_is_masked() -> None:
    packets = framed(section() + interface(pairs=[(4, IPV4 + bytes([198, 51, 100, 7]))]), "pcapng")
    assert unclaimed(packets) == bytes([198, 51, 100, 7])


@ORDERS
@pytest.mark.parametrize("make", [enhanced, old_packet])
def test_a_packets_comment_is_text_and_its_hash_is_masked(order: str, make: Callable[..., bytes]) -> None:
    pairs = [(1, b"seen twice"), (2, bytes(4)), (3, b"\x02hash")]
    file = section(order) + interface(order) + make(b"abc", order, pairs)
    packets = framed(file, "pcapng")
    assert kinds_of(packets, file)[b"seen twice"] == ("TEXT", -1)
    assert unclaimed(packets) == b"\x02hash"
    assert packets.time.tolist() == [FIRST_SECOND * 10**9]


@ORDERS
def test_resolved_names_are_host_names_beside_their_addresses(order: str) -> None:
    def record(kind: int, value: bytes) -> bytes:
        return struct.pack(order + "HH", kind, len(value)) + value + bytes(-len(value) % 4)

    server = [(2, b"ns.example.com"), (3, bytes([192, 0, 2, 53])), (4, IPV6[:-1] + b"\x35")]
    body = record(1, IPV4 + b"a.example.com\0b.example.com\0") + record(2, IPV6 + b"six.example.com\0")
    body += record(3, MAC + b"switch\0") + record(9, b"what is this") + bytes(4) + options(server, order)
    file = section(order) + interface(order) + block(4, body, order)
    packets = framed(file, "pcapng")
    name = ("TEXT", HOST)
    assert kinds_of(packets, file) == {
        IPV4: ("IPV4", -1), b"a.example.com": name, b"b.example.com": name, IPV6: ("IPV6", -1),
        b"six.example.com": name, MAC: ("MAC", -1), b"switch": name, b"ns.example.com": name,
        bytes([192, 0, 2, 53]): ("IPV4", -1), IPV6[:-1] + b"\x35": ("IPV6", -1),
    }  # fmt: skip
    assert unclaimed(packets) == b"what is this"


@ORDERS
def test_statistics_have_times_by_the_interfaces_clock(order: str) -> None:
    body = struct.pack(order + "III", 0, 1, 2)
    pairs = [(2, struct.pack(order + "II", 3, 4)), (4, struct.pack(order + "Q", 77))]
    file = section(order) + interface(order) + block(5, body + options(pairs, order), order)
    packets = framed(file, "pcapng")
    rows = packets.frame[packets.frame[:, 2] == 16]
    assert [file[a:b] for a, b in rows[:, :2].tolist()] == [body[4:], struct.pack(order + "II", 3, 4)]
    assert unclaimed(packets) == b""
    foreign = framed(section(order) + interface(order) + block(5, b"\1" * 4 + body[4:], order), "pcapng")
    assert unclaimed(foreign) == body[4:]


def test_secrets_are_marked_and_their_bytes_are_in_no_row() -> None:
    secrets = block(10, struct.pack("<II", 0x544C534B, 11) + b"CLIENT_RAND")
    file = section() + interface() + secrets + enhanced(b"abc")
    packets = framed(file, "pcapng")
    at = file.index(secrets)
    assert packets.removed.tolist() == [[at, at + len(secrets)]]
    assert b"CLIENT_RAND" in unclaimed(packets)


def test_a_custom_block_keeps_its_enterprise_and_unknown_blocks_nothing() -> None:
    file = section() + block(0xBAD, struct.pack("<I", 32473) + b"anything") + block(0x999, b"more")
    assert unclaimed(framed(file, "pcapng")) == b"anythingmore"


def test_a_journals_entries_are_lines_of_text() -> None:
    body = b"__CURSOR=s=1\n_HOSTNAME=gw1\nMESSAGE\n" + struct.pack("<Q", 9) + b"two\nlines" + b"\n_PID=7\n\nMESSAGE=x\n"
    file = section() + block(9, body)
    packets = framed(file, "pcapng")
    assert [*kinds_of(packets, file)] == [
        b"__CURSOR=s=1", b"_HOSTNAME=gw1", b"MESSAGE", b"two", b"lines", b"_PID=7", b"MESSAGE=x",
    ]  # fmt: skip
    assert unclaimed(packets) == b""


def test_bytes_that_are_no_text_and_padding_that_is_not_zero_are_masked() -> None:
    odd = enhanced(b"abc")
    odd = odd[:31] + b"!" + odd[32:]
    packets = framed(section(pairs=[(1, b"a\x01b")]) + interface() + odd, "pcapng")
    assert unclaimed(packets) == b"a\x01b!"


def test_where_room_is_used_up_the_piece_ends_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "ROW_ROOM", 20)
    monkeypatch.setattr(walk, "PACKET_ROOM", 3)
    monkeypatch.setattr(walk, "MARK_ROOM", 2)
    file = section(">") + pcapng_file([bytes([n]) * n for n in range(9)]) + section()
    framer = Framer("pcapng", 0)
    pieces = []
    while framer.at < len(file):
        packets, status, _ = framer.frame(np.frombuffer(file, np.uint8)[framer.at :], len(file))
        assert status == (walk.LIMIT if framer.at == len(file) else walk.FULL)
        pieces.append(packets)
    monkeypatch.undo()
    assert len(pieces) > 3
    joined, whole = join(pieces), framed(file, "pcapng")
    assert joined.data.tobytes() == file
    assert listed(joined)[0][4:] == listed(whole)[0][4:]
    assert [p.tobytes() for p in (joined.start, joined.end, joined.offset, joined.time, joined.link_type)] == [
        p.tobytes() for p in (whole.start, whole.end, whole.offset, whole.time, whole.link_type)
    ]
    assert joined.frame[:, :3].tolist() == whole.frame[:, :3].tolist()
    assert_rows_are_sound(joined)


def test_a_block_of_more_rows_than_there_is_room_for_is_masked_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "ROW_ROOM", 30)
    file = section() + block(9, b"a=b\n" * 100) + section()
    framer = Framer("pcapng", 0)
    first, status, _ = framer.frame(np.frombuffer(file, np.uint8), len(file))
    assert status == walk.FULL
    second, status, _ = framer.frame(np.frombuffer(file, np.uint8)[framer.at :], len(file))
    assert len(second.data) >= 400
    assert b"a=b" in unclaimed(second)
    assert_rows_are_sound(second)


def test_joined_pieces_keep_times_and_places() -> None:
    fine = section(">") + interface(">", [(9, b"\x09")]) + enhanced(b"xyz", ">", ticks=5)
    joined = join([packets_of([b"abc"]), framed(fine, "pcapng", 1)])
    assert joined.input.tolist() == [0, 1]
    assert joined.spans.tolist() == [[0, 43, 0, 0], [43, 43 + len(fine), 1, 0]]
    assert [joined.data[a:b].tobytes() for a, b in zip(joined.start, joined.end)] == [b"abc", b"xyz"]
    assert_rows_are_sound(joined)
