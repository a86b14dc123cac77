"""Checksums after packets were overwritten: good stays good, bad as bad as it was, and none stays none."""

from __future__ import annotations

import logging
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.checksums import adjust
from pipeline.captures.dissection import dissect
from pipeline.captures.fields import Kind, SumRule
from pipeline.captures.packets import Packets
from pipeline.records import Bools, Bytes, Int64
from tests.captures.frames import packets_of
from tests.captures.samples_of_layers import (
    ALICE4,
    ALICE6,
    BOB4,
    BOB6,
    SAMPLES,
    castagnoli,
    ether,
    icmp,
    ipv4,
    ipv6,
    ones_sum,
    over_ip4,
    over_ip6,
    pseudo,
    sctp,
    tcp,
    udp,
)

logging.getLogger("scapy").setLevel(logging.ERROR)

REPLACED = (Kind.IPV4, Kind.IPV6, Kind.MASKED)
CHECKSUMS = (Kind.CHECKSUM, Kind.CRC32C)


def overwritten(
    packets: Packets, mask: bytes, kinds: tuple[Kind, ...] = (), whole: Bools | None = None
) -> tuple[Bytes, Int64, int]:
    """Packets with ``mask`` all over what is no checksum (or is of some kinds), checksums brought into step."""
    dissection = dissect(packets)
    after = packets.data.copy()
    pattern = np.resize(np.frombuffer(mask, np.uint8), len(after))
    for start, end, kind, _, _ in dissection.rows.tolist():
        if kind in kinds if kinds else kind not in CHECKSUMS:
            after[start:end] ^= pattern[start:end]
    given_up = adjust(packets.data, after, dissection.sums, whole)
    return after, dissection.sums, given_up


def state(data: bytes, row: list[int]) -> int:
    """How far one checksum is from what it ought to be, plainly: of ones'-complement sums what is to be a multiple."""
    at, start, end, source, destination, size, rule, _ = row
    if rule == SumRule.CRC32C:
        covered = data[start:at] + bytes(4) + data[at + 4 : end] + bytes(destination)
        return castagnoli(covered) ^ int.from_bytes(data[at : at + 4], "little")
    addresses = data[source : source + size] + data[destination : destination + size]
    if rule == SumRule.PSEUDO:
        return (int.from_bytes(data[at : at + 2], "big") - ones_sum(addresses)) % 0xFFFF
    return ones_sum(data[start:end], ones_sum(addresses)) % 0xFFFF


ALONE = [name for name, (_, frame) in SAMPLES.items() if "fragment" not in name]


@given(st.sampled_from(ALONE), st.binary(min_size=1, max_size=40), st.data())
def test_every_sum_is_as_far_off_as_it_was(name: str, mask: bytes, data: st.DataObject) -> None:
    link_type, frame = SAMPLES[name]
    packets = packets_of([frame], link_type)
    for start, end, kind, _, _ in dissect(packets).rows.tolist():
        if kind in CHECKSUMS and data.draw(st.booleans()):
            packets.data[start:end] = np.frombuffer(
                data.draw(st.binary(min_size=end - start, max_size=end - start)), np.uint8
            )
    after, sums, given_up = overwritten(packets, mask)
    assert given_up == 0
    for row in sums.tolist():
        if row[6] == SumRule.CRC32C and not packets.data[row[0] : row[0] + 4].any():
            continue
        if row[6] == SumRule.ZERO_IS_NONE and not packets.data[row[0] : row[0] + 2].any():
            assert not after[row[0] : row[0] + 2].any()
        else:
            pieces = [other for other in sums.tolist() if other[0] == row[0]]
            was = sum(state(packets.data.tobytes(), piece) for piece in pieces)
            assert (sum(state(after.tobytes(), piece) for piece in pieces) - was) % 0xFFFF == 0


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_happens_where_nothing_was_overwritten(name: str) -> None:
    link_type, frame = SAMPLES[name]
    for changed in (frame, frame[:-3]):
        after, _, given_up = overwritten(packets_of([changed], link_type), b"\0")
        assert after.tobytes() == changed and given_up == 0


OF_SCAPY = [
    "tcp", "tcp over ipv6", "udp, padded", "vlan tags", "snap", "icmp error", "icmp echo", "icmpv6 error",
    "solicitation", "sctp", "gre, ethernet", "ipip", "6in4", "vxlan", "mpls", "pppoe", "ipv4 options",
]  # fmt: skip


@pytest.mark.parametrize("name", OF_SCAPY)
def test_sums_are_those_that_scapy_computes_anew(name: str) -> None:
    from scapy.all import IP, Ether, bind_layers
    from scapy.contrib.mpls import MPLS

    bind_layers(Ether, MPLS, type=0x8847)
    bind_layers(MPLS, IP)
    link_type, frame = SAMPLES[name]
    read = Ether if link_type == 1 else IP
    after, _, _ = overwritten(packets_of([frame], link_type), b"a mask", (Kind.IPV4, Kind.IPV6, Kind.MAC, Kind.MASKED))
    assert after.tobytes() != frame
    packet = read(after.tobytes())
    layer = packet
    while layer:
        for field in ("chksum", "cksum"):
            if field in layer.fields:
                del layer.fields[field]
        layer = layer.payload
    assert bytes(packet) == after.tobytes()


def test_zero_that_says_none_stays_zero() -> None:
    datagram = pack("!HHHH", 9, 9, 15, 0) + b"content"
    after, _, _ = overwritten(packets_of([over_ip4(datagram, 17)]), b"mask", REPLACED)
    assert after[40:42].tobytes() == b"\0\0"


def test_a_sum_of_zero_is_written_otherwise() -> None:
    frame = over_ip4(udp(b"ab"), 17)
    packets = packets_of([frame])
    dissection = dissect(packets)
    after = packets.data.copy()
    # The content takes up what is missing to a sum of 0xffff, of which the complement is zero.
    missing = int.from_bytes(frame[40:42], "big")
    content = ones_sum(frame[42:44] + pack("!H", missing))
    after[42:44] = np.frombuffer(pack("!H", content), np.uint8)
    adjust(packets.data, after, dissection.sums)
    assert after[40:42].tobytes() == b"\xff\xff"
    assert ones_sum(after[34:44].tobytes(), ones_sum(pseudo(bytes(10), 17))) == 0xFFFF


def test_a_message_that_is_nothing_but_zeros_has_the_sum_that_it_would_be_given() -> None:
    frame = over_ip4(icmp(0, 0, bytes(4) + b"some content"), 1)
    packets = packets_of([frame])
    after = packets.data.copy()
    after[42:] = 0
    adjust(packets.data, after, dissect(packets).sums)
    assert after[34:].tobytes() == icmp(0, 0, bytes(16))


@pytest.mark.parametrize("size", [0, 7, 1400])
def test_what_is_left_to_the_network_card_follows_the_addresses_alone(size: int) -> None:
    for segment, protocol, source, target, over in (
        (tcp(b"c" * size), 6, ALICE4, BOB4, over_ip4),
        (udp(b"c" * size), 17, ALICE4, BOB4, over_ip4),
        (tcp(b"c" * size, b"", ALICE6, BOB6), 6, ALICE6, BOB6, over_ip6),
    ):
        place = 16 if protocol == 6 else 6
        partial = pack("!H", ones_sum(pseudo(segment, protocol, source, target)))
        frame = over(segment[:place] + partial + segment[place + 2 :], protocol)
        packets = packets_of([frame])
        after, sums, _ = overwritten(packets, b"mask", REPLACED)
        assert sums[-1, 6] == SumRule.PSEUDO
        header = 14 + (20 if over is over_ip4 else 40)
        addresses = after[header - 2 * len(source) : header].tobytes()
        at = header + place
        expected = ones_sum(pseudo(segment, protocol, addresses[: len(source)], addresses[len(source) :]))
        assert int.from_bytes(after[at : at + 2].tobytes(), "big") == expected
        # Cut short, it is still known for what it is.
        cut = dissect(packets_of([frame[: header + 20]], 1, [len(frame)]))
        assert size < 20 or cut.sums[-1, 6] == SumRule.PSEUDO


@given(st.integers(0, 60), st.binary(min_size=1, max_size=9))
def test_what_is_not_captured_counts_as_unchanged(kept: int, mask: bytes) -> None:
    for frame in (over_ip4(tcp(b"some content, of odd length"), 6), over_ip4(sctp(b"\0\3\0\x1b" + bytes(24)), 132)):
        cut = frame[: 54 + kept]
        after, sums, _ = overwritten(packets_of([cut], 1, [len(frame)]), mask, REPLACED)
        whole = after.tobytes() + frame[54 + kept :]
        row = sums[-1].tolist()
        row[2] = len(frame)
        if row[6] == SumRule.CRC32C:
            row[4] = 0
        assert state(whole, row) == state(frame, row)


def in_fragments(datagram: bytes, protocol: int, sizes: list[int], version: int = 4) -> list[bytes]:
    frames, at = [], 0
    for size in [*sizes, len(datagram)]:
        content, more = datagram[at : at + size], at + size < len(datagram)
        if version == 4:
            frames.append(ether(ipv4(content, protocol, fragment=at // 8 | (0x2000 if more else 0))))
        else:
            header = pack("!BBHI", protocol, 0, at | more, 0x12345678)
            frames.append(ether(ipv6(content, 44, header), 0x86DD))
        at += size
    return [frame for frame in frames if len(frame) > 62 or version == 4]


MANY = {
    "udp": (udp(b"datagram " * 55), 17, 4),
    "udp over ipv6": (udp(b"datagram " * 55, 9, ALICE6, BOB6), 17, 6),
    "tcp": (tcp(b"segment " * 55 + b"!"), 6, 4),
    "sctp": (sctp(b"\0\3\1\xbc" + b"datachunk" * 49 + bytes(3)), 132, 4),
}


def whole(data: bytes, frames: list[bytes], header: int) -> bytes:
    """What fragments of one size of header carry, put together."""
    at, content = 0, b""
    for frame in frames:
        content += data[at + header : at + len(frame)]
        at += len(frame)
    return content


@pytest.mark.parametrize("name", MANY)
@given(st.permutations(range(4)), st.binary(min_size=1, max_size=9))
def test_the_first_fragment_takes_the_changes_of_all(name: str, order: list[int], mask: bytes) -> None:
    datagram, protocol, version = MANY[name]
    frames = in_fragments(datagram, protocol, [64, 104, 200], version)
    packets = packets_of([frames[place] for place in order])
    after, _, given_up = overwritten(packets, mask, REPLACED)
    assert given_up == 0
    ordered = [
        after[packets.start[order.index(place)] : packets.end[order.index(place)]].tobytes() for place in range(4)
    ]
    header = 34 if version == 4 else 62
    content = whole(b"".join(ordered), frames, header)
    source = ordered[0][26:30] if version == 4 else ordered[0][22:38]
    target = ordered[0][30:34] if version == 4 else ordered[0][38:54]
    if protocol == 132:
        assert castagnoli(content[:8] + bytes(4) + content[12:]) == int.from_bytes(content[8:12], "little")
    else:
        assert ones_sum(content, ones_sum(pseudo(content, protocol, source, target))) == 0xFFFF


@pytest.mark.parametrize("before", [b"", b"\0"], ids=["even", "odd"])
def test_a_packet_in_a_tunnel_takes_the_changes_of_all_fragments_that_carry_it(before: bytes) -> None:
    inner = ipv4(tcp(b"some content of a tunnel" * 9), 6)
    # A header of L2TP, and one of PPP whose protocol takes a byte or two.
    frames = in_fragments(udp(b"\0\2\0\1\0\1" + before + b"\x21" + inner, 1701), 17, [72, 80])
    packets = packets_of(frames)
    after, _, given_up = overwritten(packets, b"any mask", REPLACED)
    assert given_up == 0
    content = whole(after.tobytes(), frames, 34)
    assert ones_sum(content, ones_sum(pseudo(content, 17, after[26:30].tobytes(), after[30:34].tobytes()))) == 0xFFFF
    carried = content[15 + len(before) :]
    segment = carried[20:]
    assert len(carried) == len(inner) and segment != inner[20:]
    assert ones_sum(segment, ones_sum(pseudo(segment, 6, carried[12:16], carried[16:20]))) == 0xFFFF


@pytest.mark.parametrize("name", MANY)
def test_a_datagram_of_which_a_fragment_is_missing_is_given_up(name: str) -> None:
    datagram, protocol, version = MANY[name]
    frames = in_fragments(datagram, protocol, [64, 104, 200], version)
    del frames[2]
    packets = packets_of(frames)
    after, sums, given_up = overwritten(packets, b"mask", REPLACED)
    assert given_up == 1
    at = next(
        row[0] for row in sums.tolist() if row[6] in (SumRule.FRAGMENT, SumRule.FRAGMENT_PLAIN, SumRule.FRAGMENT_CRC32C)
    )
    assert not after[at : at + (4 if protocol == 132 else 2)].any()
    untouched, _, given_up = overwritten(packets, b"\0")
    assert given_up == 0 and untouched.tobytes() == packets.data.tobytes()
    # Where the capture is known to its end, what is missing was not captured, and is not waited for.
    after, _, given_up = overwritten(packets, b"mask", REPLACED, whole=np.ones(len(packets), np.bool_))
    assert given_up == 0 and after[at : at + 4].any()


def test_of_fragments_that_come_twice_the_nearest_count() -> None:
    one = in_fragments(udp(b"some other datagram"), 17, [16])
    two = in_fragments(udp(b"one more datagram.."), 17, [16])
    packets = packets_of([one[0], one[0], one[1], two[0], two[1], two[1]])
    after, _, given_up = overwritten(packets, b"a mask", REPLACED)
    assert given_up == 0
    for first, second in ((0, 2), (1, 2), (3, 4)):
        head = after[packets.start[first] : packets.end[first]].tobytes()
        content = head[34:] + after[packets.start[second] : packets.end[second]].tobytes()[34:]
        assert ones_sum(content, ones_sum(pseudo(content, 17, head[26:30], head[30:34]))) == 0xFFFF


def test_fragments_without_end_are_given_up_in_bounded_time() -> None:
    first = ether(ipv4(udp(b"12345678"), 17, fragment=0x2000))
    loops = [ether(ipv4(b"fragment", 17, fragment=0x2000 | place)) for place in range(2, 300)]
    _, _, given_up = overwritten(packets_of([first] * 3000 + loops * 4), b"mask", REPLACED)
    assert given_up == 3000


def test_a_jumbogram_is_covered_whole() -> None:
    content = bytes(range(256)) * 300
    datagram = pack("!HHHH", 9, 9, 0, 0) + content
    total = ones_sum(datagram, ones_sum(ALICE6 + BOB6 + pack("!II", len(datagram), 17)))
    datagram = datagram[:6] + pack("!H", 0xFFFF ^ total) + content
    options = b"\x11\0\xc2\4" + pack("!I", 8 + len(datagram))
    frame = pack("!IHBB", 6 << 28, 0, 0, 64) + ALICE6 + BOB6 + options + datagram
    packets = packets_of([frame], 229)
    after, sums, _ = overwritten(packets, b"mask", (Kind.IPV6, Kind.MASKED))
    assert sums[-1, 2] - sums[-1, 1] == len(datagram)
    changed = after.tobytes()
    assert ones_sum(changed[48:], ones_sum(changed[8:40] + pack("!II", len(datagram), 17))) == 0xFFFF
