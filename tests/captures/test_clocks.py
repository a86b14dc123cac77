"""Times in the frame of a capture: read as the specification says, moved in place."""

from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.clocks import Form, move_times, read_times
from pipeline.records import NO_TIME, Int64
from tests.captures.building import enhanced, framed, interface, pcap_file, section
from tests.captures.plain_walks import nanoseconds

SECOND = 10**9
ORDERS = st.sampled_from(["<", ">"])


def read(data: bytes, clock: tuple[int, int, int, int]) -> int:
    return int(read_times(*row(data), np.array([clock], np.int64))[0])


def row(data: bytes) -> tuple[np.ndarray, Int64, Int64]:
    return np.frombuffer(bytearray(data), np.uint8), np.array([0]), np.array([0])


def unit_of(resolution: int) -> Fraction:
    return Fraction(1, (2 if resolution & 128 else 10) ** (resolution & 127))


@given(ORDERS, st.integers(0, 2**64 - 1), st.integers(0, 255), st.integers(-(2**63), 2**63 - 1) | st.just(0))
def test_a_count_of_units_is_read_as_plain_fractions_read_it(
    order: str, ticks: int, resolution: int, offset: int
) -> None:
    data = struct.pack(order + "II", ticks >> 32, ticks & 0xFFFFFFFF)
    clock = (int(order == ">"), int(Form.COUNT), resolution, offset)
    assert read(data, clock) == nanoseconds(ticks, unit_of(resolution), offset)


@given(ORDERS, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.sampled_from([6, 9]))
def test_a_pair_is_read(order: str, seconds: int, fraction: int, digits: int) -> None:
    clock = (int(order == ">"), int(Form.PAIR), digits, 0)
    expected = seconds * SECOND + fraction * 10 ** (9 - digits)
    assert read(struct.pack(order + "II", seconds, fraction), clock) == expected


@given(
    ORDERS,
    st.integers(0, 4 * 10**9),
    st.integers(0, 10**6 - 1),
    st.sampled_from([0, 3, 6, 9, 12, 128, 138, 160, 161]),
    st.integers(-(10**7), 10**7),
    st.sampled_from([0, 0, 1, -3600, 10**6]),
)
def test_moved_by_whole_seconds_all_else_stays(
    order: str, seconds: int, micro: int, resolution: int, change: int, offset: int
) -> None:
    """Finer units than those of nanoseconds stay as they are, too; an offset goes into the time."""
    unit = unit_of(resolution)
    if offset and unit < Fraction(1, SECOND):
        return
    ticks = int((seconds + Fraction(micro, 10**6)) / unit)
    moved = ticks + (change + offset) / unit
    if not 0 <= moved < 2**64 or ticks >= 2**64:
        return
    data, at, aux = row(struct.pack(order + "II", ticks >> 32, ticks & 0xFFFFFFFF))
    clocks = np.array([[int(order == ">"), int(Form.COUNT), resolution, offset]], np.int64)
    move_times(data, at, aux, clocks, np.array([change * SECOND]))
    high, low = struct.unpack(order + "II", data.tobytes())
    assert high << 32 | low == moved


@given(ORDERS, st.integers(0, 2**32 - 1), st.integers(0, 10**6 - 1), st.integers(-(10**7), 10**7))
def test_a_pair_wraps_around_as_its_field_does(order: str, seconds: int, micro: int, change: int) -> None:
    data, at, aux = row(struct.pack(order + "II", seconds, micro))
    clocks = np.array([[int(order == ">"), int(Form.PAIR), 6, 0]], np.int64)
    move_times(data, at, aux, clocks, np.array([change * SECOND]))
    assert struct.unpack(order + "II", data.tobytes()) == ((seconds + change) % 2**32, micro)


@pytest.mark.parametrize("resolution", [6, 9, 12, 148, 161, 190])
def test_truncated_to_a_second_nothing_finer_is_left_but_parts_of_a_nanosecond(resolution: int) -> None:
    ticks = int(Fraction(1_234_567_891_234, 10**6) / unit_of(resolution)) % 2**64
    data, at, aux = row(struct.pack("<II", ticks >> 32, ticks & 0xFFFFFFFF))
    clocks = np.array([[0, int(Form.COUNT), resolution, 0]], np.int64)
    before = read_times(data, at, aux, clocks)
    move_times(data, at, aux, clocks, before // SECOND * SECOND - before)
    high, low = struct.unpack("<II", data.tobytes())
    assert abs((high << 32 | low) * unit_of(resolution) - int(before[0]) // SECOND) < Fraction(2, SECOND)


def test_an_offset_goes_into_the_times_when_they_are_moved() -> None:
    """What it says would otherwise tell when the capture was made, whatever the shift."""
    pairs = [(9, b"\x06"), (14, struct.pack(">q", 1_700_000_000))]
    file = section(">") + interface(">", pairs) + enhanced(b"abc", ">", ticks=5_000_007)
    packets = framed(file, "pcapng")
    assert packets.time.tolist() == [1_700_000_005_000_007_000]
    rows = packets.frame[packets.frame[:, 2] == 16].astype(np.int64)
    data = packets.data.copy()
    move_times(data, rows[:, 0], rows[:, 3], packets.clocks, np.full(len(rows), -3600 * SECOND))
    moved = framed(data.tobytes(), "pcapng")
    assert moved.time.tolist() == [1_700_000_005_000_007_000 - 3600 * SECOND]
    assert struct.pack(">q", 1_700_000_000) not in data.tobytes()


def test_times_of_every_packet_move_with_their_rows() -> None:
    packets = framed(pcap_file([b"abc", b"defg"], ">"), "pcap")
    rows = packets.frame[packets.frame[:, 2] == 16].astype(np.int64)
    assert read_times(packets.data, rows[:, 0], rows[:, 3], packets.clocks).tolist() == packets.time.tolist()


def test_an_offset_is_no_time() -> None:
    clocks = np.array([[0, 1, 6, 99]], np.int64)
    assert read_times(np.zeros(8, np.uint8), np.array([0]), np.array([~0]), clocks).tolist() == [NO_TIME]
