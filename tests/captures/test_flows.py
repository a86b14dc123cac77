"""The view of flows that docs/captures.md shows, as it stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.release.packets import packets_schema

PAGE = Path(__file__).parents[2] / "docs" / "captures.md"
BEGUN = datetime(2026, 11, 24, 10, tzinfo=UTC)
SYN, ACK, FIN, PUSH = 2, 16, 1, 8
REQUIRED = {
    "row_id": bytes(16),
    "capture_file": "a.pcap",
    "packet_number": 1,
    "captured_length": 60,
    "interface": 0,
    "link_type": 1,
}


def flows(folder: Path, packets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the view over a file of dataset ``packets``."""
    (view,) = re.findall(r"```sql\n(CREATE VIEW flows.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    table = pa.Table.from_pylist([{**REQUIRED, **packet} for packet in packets], schema=packets_schema())
    pq.write_table(table, folder / "packets.parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE VIEW packets AS SELECT * FROM read_parquet('{folder}/*.parquet')")
        connection.execute(view)
        return connection.sql("SELECT * FROM flows ORDER BY started").to_arrow_table().to_pylist()


def segment(second: int, out: bool, sequence: int, payload: int, flags: int) -> dict[str, Any]:
    ends = [("192.0.2.1", 40000), ("198.51.100.2", 443)]
    (source_ip, source_port), (destination_ip, destination_port) = ends if out else ends[::-1]
    return {
        "timestamp": BEGUN + timedelta(seconds=second), "community_id": "1:a", "wire_length": 54 + payload,
        "ip_protocol": 6, "source_ip": source_ip, "source_port": source_port, "destination_ip": destination_ip,
        "destination_port": destination_port, "tcp_sequence": sequence, "transport_payload_bytes": payload,
        "tcp_flags": flags,
    }  # fmt: skip


def test_a_flow_has_both_directions_and_counts_what_was_sent_again(tmp_path: Path) -> None:
    packets = [
        segment(0, True, 100, 0, SYN),
        segment(1, False, 500, 0, SYN | ACK),
        segment(2, True, 101, 0, ACK),
        segment(3, True, 101, 10, ACK | PUSH),
        segment(4, True, 101, 10, ACK | PUSH),
        segment(5, False, 101, 10, ACK),  # the same numbers, the other direction
        segment(6, False, 111, 0, ACK),
        segment(7, False, 111, 0, ACK),  # no data: acknowledged twice
        segment(8, True, 111, 0, FIN | ACK),
        segment(9, True, 111, 0, FIN | ACK),
    ]
    assert flows(tmp_path, packets[::-1]) == [
        {
            "community_id": "1:a", "started": BEGUN, "ended": BEGUN + timedelta(seconds=9), "ip_protocol": 6,
            "source_ip": "192.0.2.1", "source_port": 40000, "destination_ip": "198.51.100.2", "destination_port": 443,
            "packets": 10, "bytes": 10 * 54 + 30, "payload_bytes": 30, "tcp_flags": SYN | ACK | FIN | PUSH,
            "retransmissions": 2,
        }
    ]  # fmt: skip


def test_datagrams_are_never_sent_again_and_packets_without_an_id_are_in_no_flow(tmp_path: Path) -> None:
    datagram = {
        "timestamp": BEGUN, "community_id": "1:b", "wire_length": 60, "ip_protocol": 17, "transport_payload_bytes": 18
    }  # fmt: skip
    found = flows(tmp_path, [datagram, datagram, {**datagram, "community_id": None}])
    assert [(f["community_id"], f["packets"], f["retransmissions"], f["tcp_flags"]) for f in found] == [
        ("1:b", 2, 0, None)
    ]
