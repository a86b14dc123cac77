"""pcap files: every variant, and what is left of broken ones."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.captures.building import FIRST_SECOND, framed, pcap_file, pcap_header, pcap_record
from tests.captures.framing_laws import assert_read_as_plainly, compiled, unclaimed

ORDERS = st.sampled_from(["<", ">"])
NUMBERS = st.integers(0, 2**32 - 1)
VARIANTS = st.sampled_from([0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34])
VERSIONS = st.sampled_from([(2, 4), (2, 4), (2, 3), (2, 2), (543, 0), (2, 5), (1, 0), (3, 0)])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    order, magic, version = draw(ORDERS), draw(VARIANTS), draw(VERSIONS)
    file = pcap_header(order, magic=magic, version=version, link=draw(st.integers(0, 2**32 - 1)))
    for packet, seconds, fraction, wire in draw(
        st.lists(st.tuples(st.binary(max_size=40), NUMBERS, NUMBERS, st.integers(0, 60) | NUMBERS), max_size=8)
    ):
        more = bytes(8) if magic == 0xA1B2CD34 else b""
        lengths = (len(packet), wire)
        if version[1] < 3 or version == (543, 0):
            lengths = (wire, len(packet))
        file += struct.pack(order + "IIII", seconds, fraction, *lengths) + more + packet
    return file


@given(files())
def test_files_of_every_variant_are_read_as_plainly(file: bytes) -> None:
    assert_read_as_plainly(file, "pcap")


@given(files(), st.data())
def test_damaged_files_are_read_as_plainly_up_to_the_damage(file: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(file)))
    broken = bytearray(file[:cut])
    for _ in range(data.draw(st.integers(0, 3))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.sampled_from([0, 1, 0x7F, 0x80, 0xFF]))
    assert_read_as_plainly(bytes(broken), "pcap")


@given(st.binary(max_size=200))
def test_random_bytes_are_read_as_plainly(data: bytes) -> None:
    assert_read_as_plainly(data, "pcap")
    assert_read_as_plainly(pcap_header() + data, "pcap")


def test_a_file_that_ends_at_any_byte_keeps_what_is_whole() -> None:
    file = pcap_file([b"a" * 5, b"", b"b" * 9])
    for cut in range(len(file)):
        assert_read_as_plainly(file[:cut], "pcap")


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x10000, 6])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_length_beyond_the_file_ends_it(order: str, length: int) -> None:
    first = pcap_file([b"abc"], order)
    file = first + struct.pack(order + "IIII", FIRST_SECOND, 0, length, length) + b"12345"
    packets, ended = compiled(file, "pcap")
    assert (len(packets), ended) == (1, (len(first), "truncated"))


def test_time_and_structure_are_claimed_and_nothing_else() -> None:
    file = pcap_header() + pcap_record(b"abc", fraction=250_000, wire=60)
    packets = framed(file, "pcap")
    assert packets.frame.tolist() == [[0, 24, 1, -1, -1], [24, 32, 16, 0, -1], [32, 40, 1, -1, -1]]
    assert packets.time.tolist() == [FIRST_SECOND * 10**9 + 250_000_000]
    assert (packets.wire_length.tolist(), packets.spans.tolist()) == ([60], [[0, 43, 0, 0]])
    assert unclaimed(packets) == b""


def test_what_tells_of_checksums_at_the_end_of_frames_is_no_part_of_the_link_type() -> None:
    assert framed(pcap_header(link=1 | 4 << 28 | 1 << 26) + pcap_record(b"abc"), "pcap").link_type.tolist() == [1]
