"""Names that dissectors find in the shared captures are those that tshark finds: measured data, no part of the tree."""

from __future__ import annotations

import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.dissection import Dissection, dissect
from pipeline.captures.fields import Kind
from pipeline.captures.packets import Packets
from pipeline.captures.wire_names import read_names
from tests.captures.frames import packets_of
from tests.captures.measured import FOLDER, needs_measured

#: column -> tshark's field.
FIELDS = {
    "dns_question_name": "dns.qry.name",
    "dhcp_host_name": "dhcp.option.hostname",
    "tls_server_name": "tls.handshake.extensions_server_name",
    "ssh_banner": "ssh.protocol",
    "tftp_file_name": "tftp.source_file",
    "radius_user_name": "radius.User_Name",
    "lldp_system_name": "lldp.tlv.system.name",
    "cdp_device_id": "cdp.deviceid",
}
FILES = [
    f"{name}.pcap"
    for name in (
        "dns_udp", "dns_tcp", "dnssec", "dns_mdns", "dns53", "dns-https", "dhcp_dhcp", "ssh", "tftp", "RADIUS",
        "LLDP_and_CDP", "3560_CDP",
    )
]  # fmt: skip
#: Packets of each file.
MOST = 100

pytestmark = [
    needs_measured,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not on this machine"),
]


def first_packets(path: Path) -> Packets:
    from scapy.utils import RawPcapReader

    with RawPcapReader(str(path)) as reader:
        return packets_of([bytes(data) for data, _ in islice(reader, MOST)], reader.linktype)


def own_names(packets: Packets, dissection: Dissection, column: str) -> list[set[str]]:
    """The texts of a column, packet by packet, in lower case."""
    found: list[set[str]] = [set() for _ in range(len(packets))]
    rows = dissection.rows
    is_name = rows[:, 2] == Kind.NAME
    names = read_names(packets.data, rows[is_name])
    texts = dict(zip(rows[is_name, 0].tolist(), (names.texts[number] for number in names.row_name.tolist())))
    for (start, end, kind, _, own), packet in zip(rows.tolist(), dissection.row_packet.tolist()):
        if own == TEXT_ID[column]:
            text = texts[start] if kind == Kind.NAME else packets.data[start:end].tobytes()
            found[packet].add(text.decode().lower())
    return found


def test_names_are_those_that_tshark_finds() -> None:
    compared = 0
    for path in sorted(path for path in FOLDER.glob("*/*") if path.name in FILES):
        packets = first_packets(path)
        dissection = dissect(packets)
        fields = [part for field in FIELDS.values() for part in ("-e", field)]
        command = ["tshark", "-n", "-r", str(path), "-c", str(MOST), "-T", "fields", "-E", "aggregator=|", *fields]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
        for place, column in enumerate(FIELDS):
            own = own_names(packets, dissection, column)
            for number in range(len(packets)):
                cell = said[number].split("\t")[place].lower()
                theirs = {name for name in cell.split("|") if name not in ("", "<root>")}
                assert theirs <= own[number], f"{path.name}, packet {number + 1}: {column}"
                compared += len(theirs)
    assert compared > 60
