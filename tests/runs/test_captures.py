"""A capture, the syslog and the Zeek log beside it in one run: one host, one pseudonym, and no original anywhere."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import tarfile
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.captures.building import FIRST_SECOND, pcap_file, pcapng_file
from tests.captures.plain_walks import pcap_packets

if TYPE_CHECKING:
    from conftest import Desk

PAGE = Path(__file__).parents[2] / "docs" / "captures.md"
RECIPIENTS = ("cisco", "lab")
#: (host, address, MAC).
HOSTS = (
    ("plover7.mailbx.example", "192.0.2.17", "00:00:5e:00:53:17"),
    ("heron9.mailbx.example", "198.51.100.9", "00:00:5e:00:53:09"),
)
SYSLOG = "".join(
    f"Mar  2 00:00:0{k} {name.split('.')[0]} sshd[2{k}]: Accepted password for alkor77 from {address} port 50022 ssh2\n"
    for k, (name, address, _) in enumerate(HOSTS)
)
ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\n"
) + "".join(
    f"{FIRST_SECOND + k}.000000\tC{k}abcdefghijkl\t{HOSTS[k][1]}\t4000{k}\t203.0.113.53\t53\tudp\t{HOSTS[1 - k][0]}\n"
    for k in (0, 1)
)
RESOLVER = ("203.0.113.53", "00:00:5e:00:53:53")


def summed(data: bytes) -> int:
    total = sum(struct.unpack(f">{len(data) // 2}H", data if len(data) % 2 == 0 else data + b"\0"))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def packet(source: tuple[str, str], destination: tuple[str, str], protocol: int, segment: bytes) -> bytes:
    """Ethernet and IPv4 around a TCP or UDP segment, whose checksum is filled in."""
    ends = IPv4Address(source[0]).packed + IPv4Address(destination[0]).packed
    at = 6 if protocol == 17 else 16
    padded = ends + struct.pack(">HH", protocol, len(segment)) + segment + bytes(len(segment) % 2)
    segment = segment[:at] + struct.pack(">H", 0xFFFF ^ summed(padded)) + segment[at + 2 :]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 7, 0, 64, protocol, 0) + ends
    head = head[:10] + struct.pack(">H", 0xFFFF ^ summed(head)) + head[12:]
    macs = b"".join(bytes.fromhex(mac.replace(":", "")) for _, mac in (destination, source))
    return macs + b"\x08\x00" + head + segment


def udp(source: int, destination: int, data: bytes) -> bytes:
    return struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data


def tcp(source: int, destination: int, data: bytes) -> bytes:
    return struct.pack(">HHIIBBHHH", source, destination, 1, 1, 0x50, 0x18, 1024, 0, 0) + data


def question(name: str, answer: str = "") -> bytes:
    wire = b"".join(bytes((len(label),)) + label.encode() for label in name.split(".")) + b"\0"
    head = struct.pack(">HHHHHH", 7, 0x8180 if answer else 0x0100, 1, bool(answer), 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + IPv4Address(answer).packed if answer else b""
    return head + wire + struct.pack(">HH", 1, 1) + record


def packets() -> list[bytes]:
    first, second = ((address, mac) for _, address, mac in HOSTS)
    return [
        packet(first, RESOLVER, 17, udp(40000, 53, question(HOSTS[1][0]))),
        packet(RESOLVER, first, 17, udp(53, 40000, question(HOSTS[1][0], HOSTS[1][1]))),
        packet(
            first,
            second,
            6,
            tcp(40001, 80, f"GET /a HTTP/1.1\r\nHost: {HOSTS[1][0]}\r\nCookie: sid=k3k9s8d7f6\r\n\r\n".encode()),
        ),
        packet(second, first, 6, tcp(80, 40001, b"\x16\xff\x00unknown alkor77 192.0.2.17")),
    ]


@pytest.fixture
def released(desk: Desk) -> Desk:
    inputs = [
        desk.write("site.pcap", pcap_file(packets())),
        desk.write("site.pcapng", pcapng_file(packets())),
        desk.write("messages.log", SYSLOG),
        desk.write("dns.log", ZEEK),
    ]
    said = desk.run(*inputs, options=("--recipient", "lab=analytics", "--json", "--year", "2026"))
    assert said.code == 0, said.all
    assert json.loads(said.out)["records"]["in"] == 4 + 4 + 2 + 9
    return desk


def everything(desk: Desk, recipient: str) -> bytes:
    """All bytes that a recipient gets, Parquet as text, the archive's members, too."""
    found = []
    for path in sorted((desk.out / recipient).rglob("*")):
        if path.suffix == ".parquet":
            found.append(str(duckdb.sql(f"SELECT * FROM '{path}'").fetchall()).encode())
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as tar:
                for member in tar.getmembers():
                    file = tar.extractfile(member)
                    assert file is not None
                    data = file.read()
                    is_table = member.name.endswith(".parquet")
                    found.append(member.name.encode() + (b"" if is_table else data))
        elif path.is_file():
            found.append(path.read_bytes())
    return b"\n".join(found)


def originals() -> list[bytes]:
    forms = []
    for name, address, mac in HOSTS:
        raw, octets = IPv4Address(address).packed, bytes.fromhex(mac.replace(":", ""))
        forms += [raw, raw.hex().encode(), octets, octets.hex().encode(), mac.encode(), address.encode()]
        labels = name.split(".")
        forms += [label.encode() for label in labels[:2]] + [label.encode("utf-16-le") for label in labels[:2]]
    return [*forms, b"alkor77", b"k3k9s8d7f6"]


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_one_host_has_one_pseudonym_in_capture_syslog_and_zeek(released: Desk, recipient: str) -> None:
    client = f"{released.out}/{recipient}/client=*"
    (query,) = re.findall(r"```sql\n(SELECT DISTINCT [^`]*)```", PAGE.read_text())
    rows = duckdb.sql(query.replace("RELEASE", client)).fetchall()
    assert len(rows) == 1
    assert rows[0][0] in rows[0][-1]
    hosts = duckdb.sql(
        f"SELECT DISTINCT unnest([source_ip, destination_ip]) FROM '{client}/dataset=packets/**/*.parquet'"
    ).fetchall()
    assert len(hosts) == 3


def test_two_recipients_share_no_pseudonym(released: Desk) -> None:
    seen = []
    for recipient in RECIPIENTS:
        rows = duckdb.sql(
            f"""SELECT DISTINCT
                unnest([source_ip, destination_ip, source_mac, http_host, dns_question_name, community_id])
            FROM '{released.out}/{recipient}/client=*/dataset=packets/**/*.parquet'"""
        ).fetchall()
        seen.append({text for (text,) in rows if text is not None})
    assert len(seen[0]) == 9
    assert not seen[0] & seen[1]


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_no_original_stands_anywhere_in_any_form(released: Desk, recipient: str) -> None:
    out = everything(released, recipient)
    assert [form for form in originals() if form in out] == []


def test_packets_keep_number_order_lengths_and_good_checksums(released: Desk) -> None:
    (native,) = released.out.glob("cisco/client=*/_native/run=*/site.pcap")
    source, out = pcap_file(packets()), native.read_bytes()
    assert len(out) == len(source)
    at = 24
    for before in packets():
        seconds, fraction, captured, wire = struct.unpack("<IIII", out[at : at + 16])
        assert (captured, wire) == (len(before), len(before))
        assert (seconds, fraction) == struct.unpack("<II", source[at : at + 8])
        head = out[at + 16 + 14 : at + 16 + 34]
        segment = out[at + 16 + 34 : at + 16 + captured]
        assert summed(head) == 0xFFFF
        pseudo = head[12:20] + struct.pack(">HH", head[9], len(segment))
        assert summed(pseudo + segment + bytes(len(segment) % 2)) == 0xFFFF
        at += 16 + captured


def test_a_pcapng_names_policy_and_key_in_a_comment(released: Desk) -> None:
    (native,) = released.out.glob("cisco/client=*/_native/run=*/site.pcapng")
    (place,) = released.out.glob("cisco/client=*/dataset=logs/run=*/_manifest.json")
    manifest = json.loads(place.read_bytes())
    comment = f"redacted: policy {manifest['policy']}, key {manifest['key']['id']}".encode()
    assert comment in native.read_bytes()
    assert manifest["datasets"] == ["logs", "packets"]
    assert manifest["captures"] == {
        "fingerprints_kept": True,
        "headers_only": False,
        "payload_kept": False,
        "waiver": "",
    }
    assert {file["dataset"] for file in manifest["files"]} == {"logs", "packets"}
    assert sum(file["rows"] for file in manifest["files"] if file["dataset"] == "packets") == 8


def test_what_is_issued_in_a_capture_is_turned_back(released: Desk) -> None:
    (table,) = released.out.glob("cisco/client=*/dataset=packets/**/*.parquet")
    (address, mac, name) = (
        duckdb.sql(f"SELECT source_ip, source_mac, dns_question_name FROM '{table}' WHERE source_port = 40000")
        .limit(1)
        .fetchall()[0]
    )
    said = released.redact(
        "reidentify", "-", "--client", "acme", "--recipient", "cisco", "--workspace", released.workspace,
        "--reason", "T-1", stdin=f"{address} {mac} {name}\n".encode(),
    )  # fmt: skip
    assert said.code == 0, said.all
    assert said.out.split() == [HOSTS[0][1], HOSTS[0][2], HOSTS[1][0]]


def test_the_archive_opens_and_has_the_packets_apart(released: Desk) -> None:
    (archive,) = released.out.glob("cisco/client=*/_archive/*.tar.gz")
    with tarfile.open(archive) as tar:
        names = [member.name.split("/", 1)[1] for member in tar.getmembers()]
        assert {"site.pcap", "site.pcapng", "messages.log", "dns.log"} <= set(names)
        (table,) = (member for member in tar.getmembers() if "/packets/date=" in member.name)
        file = tar.extractfile(table)
        assert file is not None
        assert file.read(4) == b"PAR1"


def test_the_same_run_again_does_nothing_and_in_a_new_folder_makes_the_same_bytes(released: Desk) -> None:
    inputs = sorted(released.logs.iterdir())
    options = ("--recipient", "lab=analytics", "--year", "2026")
    again = released.run(*inputs, options=options)
    assert again.code == 0, again.all
    assert "Nothing to do" in again.out
    first = files(released.out)
    released.out = released.folder / "elsewhere"
    assert released.run(*inputs, options=options).code == 0
    assert files(released.out) == first


def files(out: Path) -> dict[str, bytes]:
    """All that is published but for manifests, which say when."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "_manifest.json"
    }


def test_of_headers_only_all_that_transports_carry_is_zeros_beside_a_recipient_of_more(desk: Desk) -> None:
    capture = desk.write("site.pcap", pcap_file(packets()))
    assert desk.run(capture, options=("--recipient", "plain=vendor")).code == 0
    policy = desk.workspace / "recipients" / "plain.yaml"
    policy.write_text(policy.read_text() + "captures: {payload: headers_only, fingerprints: kept}\n")
    shutil.rmtree(desk.out)
    said = desk.run(capture, options=("--recipient", "plain"))
    assert said.code == 0, said.all
    assert not any(part in everything(desk, "plain") for part in originals())
    (whole,), (plain,) = (list((desk.out / name).rglob("site*.pcap")) for name in ("cisco", "plain"))
    assert b"GET /a HTTP/1.1" in whole.read_bytes()
    file = plain.read_bytes()
    out = [file[start:end] for _, _, start, end, *_ in pcap_packets(file)]
    for before, after in zip(packets(), out, strict=True):
        head = 42 if before[23] == 17 else 54
        assert len(after) == len(before) and not any(after[head:])
        ends = after[26:34] + struct.pack(">HH", before[23], len(before) - 34)
        assert summed(ends + after[34:] + bytes(len(after) % 2)) == 0xFFFF
    columns = (
        "count(*), count(source_port), count(dns_question_name), count(dns_id), count(http_host), count(url_original)"
    )
    parts = f"read_parquet('{desk.out}/plain/client=*/dataset=packets/**/*.parquet')"
    assert duckdb.sql(f"SELECT {columns} FROM {parts}").fetchall() == [(4, 4, 0, 0, 0, 0)]


def test_checksums_that_were_given_up_are_counted(desk: Desk) -> None:
    first = packet(*((address, mac) for _, address, mac in HOSTS), 17, udp(9, 9, b"content of a datagram"))
    head = first[:20] + b"\x20\0" + first[22:]
    capture = pcap_file([head] * 40)
    assert desk.run(desk.write("site.pcap", capture)).code == 0
    manifest = json.loads(next(desk.out.rglob("_manifest.json")).read_text())
    # More first fragments of one datagram than are followed (fragments.MOST_FIRST).
    assert manifest["verification"]["checksums_given_up"] == 8


def test_a_recipient_whose_policy_names_no_packets_gets_none(desk: Desk) -> None:
    capture = desk.write("site.pcap", pcap_file(packets()))
    said = desk.run(capture, options=("--recipient", "shop=distributor"))
    assert said.code == 2
    assert "shop.yaml: datasets: does not name packets" in said.err


def test_a_capture_alone_and_one_that_breaks_off(desk: Desk) -> None:
    whole = pcap_file(packets())
    said = desk.run(desk.write("site.pcap", whole[:-5]), options=("--json",))
    assert said.code == 4
    outcome = json.loads(said.out)
    assert (outcome["records"]["in"], outcome["records"]["out"]) == (4, 3)
    assert outcome["records"]["quarantined"] == {"truncated": 1}
    (native,) = desk.out.glob("cisco/client=*/_native/run=*/site.pcap")
    assert len(native.read_bytes()) == len(whole) - 16 - len(packets()[-1])
    assert io.BytesIO(native.read_bytes()).read(4) == whole[:4]


def test_a_look_before_a_run_counts_what_stands_in_packets_and_why_lists_it(desk: Desk) -> None:
    capture = desk.write("site.pcapng", pcapng_file(packets()))
    found = desk.folder / "found.jsonl"
    said = desk.redact("scan", capture, "--json", "--findings", found)
    assert said.code == 0, said.all
    survey = json.loads(said.out)
    assert survey["records"] == {"pcapng": 4}
    counts = {(each["entity"], each["column"]): each["count"] for each in survey["found"]}
    assert counts["MAC_ADDRESS", "source_mac"] == counts["IP_ADDRESS", "destination_ip"] == 4
    assert counts["HOSTNAME", "dns_question_name"] == 2
    lines = [json.loads(line) for line in found.read_text().splitlines()]
    data = capture.read_bytes()
    macs = [data[line["start"] : line["end"]] for line in lines if line["evidence"] == "MAC field"]
    assert len(macs) == 8
    assert {mac[:5] for mac in macs} == {bytes.fromhex("00005e0053")}
    said = desk.redact("why", f"{capture}:3")
    assert said.code == 0, said.all
    assert "MAC field" in said.out
    assert HOSTS[1][0] in said.out
    assert desk.redact("why", f"{capture}:9").code == 2
