"""Dissection agrees with Scapy's reading of the shared captures: measured data that are no part of the tree."""

from __future__ import annotations

import logging
import struct
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.captures.checksums import adjust
from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.dissection import dissect
from pipeline.captures.fields import COLUMN, END, START
from pipeline.captures.jobs import DEEPEST
from pipeline.captures.layers import LINK_LAYERS
from tests.captures.frames import packets_of

logging.getLogger("scapy").setLevel(logging.CRITICAL)
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "captures"
FILES = sorted(path for path in FOLDER.glob("*/*") if path.is_file())
#: Scapy takes its time; the first packets of each file show its layers.
OF_EACH = 2
SOURCES = [TEXT_ID[name] for name in ("source_ip", "tunnel_source_ip", "icmp_source_ip")]
DESTINATIONS = [TEXT_ID[name] for name in ("destination_ip", "tunnel_destination_ip", "icmp_destination_ip")]

pytestmark = pytest.mark.skipif(not FILES, reason="the shared captures are not on this machine")


def first_packets(path: Path) -> list[tuple[bytes, int]]:
    """Bytes and link type of the first packets of a file, as far as Scapy can read it."""
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapNgReader, RawPcapReader

    found: list[tuple[bytes, int]] = []
    try:
        with RawPcapReader(str(path)) as reader:
            for data, about in islice(reader, OF_EACH):
                link_type = about.linktype if isinstance(reader, RawPcapNgReader) else reader.linktype
                found.append((bytes(data), link_type))
    except (Scapy_Exception, EOFError, ValueError, KeyError):
        pass
    return found


@pytest.fixture(scope="module")
def packets() -> list[tuple[bytes, int]]:
    return [each for path in FILES for each in first_packets(path)]


def layers_of(data: bytes, link_type: int) -> list[Any]:
    """Scapy's layers; none where it fails, as it does on some frames that are cut short."""
    from scapy.config import conf

    try:
        layer = conf.l2types.num2layer[link_type](data)
    except (struct.error, IndexError, TypeError, ValueError):
        return []
    found = []
    while layer:
        found.append(layer)
        layer = layer.payload
    return found


def test_addresses_and_ports_are_those_that_scapy_finds(packets: list[tuple[bytes, int]]) -> None:
    import scapy.all as scapy

    both = [each for each in packets if each[1] in LINK_LAYERS and each[1] in scapy.conf.l2types.num2layer]
    read = packets_of([data for data, _ in both], [link_type for _, link_type in both])
    dissection = dissect(read)
    compared = 0
    for packet, (data, link_type) in enumerate(both):
        found = layers_of(data, link_type)
        headers = [layer for layer in found if isinstance(layer, scapy.IP | scapy.IPv6)]
        # A header of another version, or shorter than one can be, is none here.
        wrong = any(
            each.version != (4 if isinstance(each, scapy.IP) else 6)
            or (isinstance(each, scapy.IP) and (each.ihl < 5 or each.len and each.len < 4 * each.ihl))
            for each in headers
        )
        if wrong or not headers or len(found) > DEEPEST // 2:
            continue
        rows = dissection.rows[dissection.row_packet == packet]
        for columns, said in (
            (SOURCES, [each.src for each in headers]),
            (DESTINATIONS, [each.dst for each in headers]),
        ):
            spans = rows[np.isin(rows[:, COLUMN], columns)][:, [START, END]].tolist()
            addresses = [ip_address(read.data[start:end].tobytes()) for start, end in spans]
            assert addresses[: len(said)] == [ip_address(each) for each in said]
        if type(found[-1]) in (scapy.TCP, scapy.UDP) and len(addresses) == len(headers):
            ports = dissection.numbers[packet, [NUMBER_ID["source_port"], NUMBER_ID["destination_port"]]].tolist()
            assert ports == [found[-1].sport, found[-1].dport]
        compared += 1
    assert compared > 1900


def test_all_is_covered_and_nothing_changes_where_nothing_is_overwritten(
    packets: list[tuple[bytes, int]],
) -> None:
    read = packets_of([data for data, _ in packets], [link_type for _, link_type in packets])
    dissection = dissect(read)
    rows = dissection.rows
    assert rows[0, START] == 0 and rows[-1, END] == len(read.data) and np.all(rows[1:, START] == rows[:-1, END])
    after = read.data.copy()
    assert adjust(read.data, after, dissection.sums) == 0
    assert np.array_equal(after, read.data)
