"""Captures, mailboxes and folders of mails that are watched: each packet and each mail once, and every file opens."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv4Address
from mailbox import Maildir, MaildirMessage, mbox
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import pipeline.inputs.mailboxes as mailboxes
import pipeline.records as records_module
import pipeline.service.compaction as compaction
import pipeline.service.following as following
from pipeline.policy.workspace import Workspace
from pipeline.service.compaction import compact
from tests.captures.building import FIRST_SECOND, enhanced, interface, options, pcap_header, pcap_record, section

if TYPE_CHECKING:
    from conftest import Place

#: How often the process is killed; REDACT_KILLS=100 for the long test.
KILLS = int(os.environ.get("REDACT_KILLS", "3"))
HOST = "192.0.2.17"
#: docs/streaming.md says it of logs.
LIVE = """
WITH manifests AS (FROM read_json('{out}/cisco/client=*/dataset=logs/run=*/_manifest.json', union_by_name = true))
SELECT {what} FROM read_parquet('{out}/cisco/client=*/dataset={dataset}/run=*/**/*.parquet', hive_partitioning = true)
WHERE run IN (SELECT run FROM manifests)
  AND run NOT IN (SELECT unnest(CAST(supersedes AS VARCHAR[])) FROM manifests)
"""


def rows(place: Place, dataset: str, what: str) -> list[Any]:
    """What readers see, in order of the column."""
    if not list(place.out.glob(f"cisco/client=*/dataset={dataset}/run=*/**/*.parquet")):
        return []
    found = duckdb.sql(LIVE.format(out=place.out, dataset=dataset, what=what)).fetchall()
    return sorted(row[0] if len(row) == 1 else row for row in found)


def packet(number: int) -> bytes:
    """A UDP datagram from a port of its own."""
    text = f"<13>Mar  2 00:00:00 gw app: from {HOST} mark={number:05d}q".encode()
    udp = struct.pack(">HHHH", 20_000 + number, 514, 8 + len(text), 0) + text
    ends = IPv4Address(HOST).packed + IPv4Address("203.0.113.5").packed
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0) + ends
    return bytes.fromhex("00005e00530100005e0053020800") + head + udp


def pcap(numbers: range) -> bytes:
    return b"".join(pcap_record(packet(n), seconds=FIRST_SECOND + n) for n in numbers)


def pcapng(numbers: range, interfaces: int = 1) -> bytes:
    return b"".join(enhanced(packet(n), number=n % interfaces) for n in numbers)


def numbers(place: Place) -> list[tuple[int, int]]:
    """(place in the capture, mark) of each packet that readers see."""
    return rows(place, "packets", "packet_number, source_port - 20000")


def opened(place: Place) -> Counter[int]:
    """Marks of packets in the native files that are not superseded, as tshark reads them."""
    live = {run for (run,) in duckdb.sql(LIVE.format(out=place.out, dataset="packets", what="DISTINCT run")).fetchall()}
    marks: Counter[int] = Counter()
    for path in place.out.glob("cisco/client=*/_native/run=*/**/*.pcap*"):
        if any(f"run={run}" in path.parts for run in live):
            command = ["tshark", "-r", str(path), "-T", "fields", "-e", "udp.srcport"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            marks.update(int(port) - 20_000 for port in done.stdout.split())
            assert IPv4Address(HOST).packed not in path.read_bytes()
    return marks


def test_a_capture_that_is_dropped_or_grows_is_released_packet_by_packet(place: Place) -> None:
    watch = place.watch(patience=0.3)
    dropped = place.folder / "dropped.pcap"
    dropped.write_bytes(pcap_header() + pcap(range(5)))
    assert watch.tick() is not None, "at once"
    assert numbers(place) == [(n + 1, n) for n in range(5)]
    half = pcap(range(5, 8))
    with dropped.open("ab") as file:
        file.write(half[:-20])
    place.ticks(watch)
    assert len(numbers(place)) == 7
    place.ticks(watch, 0.6)
    assert place.said == [f"not taken: dropped.pcap: {following.UNFINISHED}"]
    with dropped.open("ab") as file:
        file.write(half[-20:] + pcap(range(8, 10)))
    place.ticks(place.watch())
    assert numbers(place) == [(n + 1, n) for n in range(10)], "another process goes on where this one was"
    assert len(set(rows(place, "packets", "row_id"))) == 10
    if shutil.which("tshark"):
        assert opened(place) == Counter(range(10))


def test_packets_of_a_later_section_keep_their_interfaces(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "FILE_BYTES", 1000)
    resolution = options([(9, b"\x09")])
    growing = place.folder / "a.pcapng"
    growing.write_bytes(section() + interface() + pcapng(range(20)))
    watch = place.watch()
    assert place.ticks(watch) > 2
    more = section(">") + interface(">") + interface(">", [(9, b"\x09")])
    more += b"".join(enhanced(packet(n), ">", number=1, ticks=(FIRST_SECOND + n) * 10**9) for n in range(20, 40))
    with growing.open("ab") as file:
        file.write(more)
    assert resolution and place.ticks(watch) > 2
    with growing.open("ab") as file:
        file.write(enhanced(packet(40), ">", number=1, ticks=(FIRST_SECOND + 40) * 10**9))
    place.ticks(place.watch())
    assert numbers(place) == [(n + 1, n) for n in range(41)]
    found = rows(place, "packets", "packet_number, interface, epoch(timestamp)::BIGINT")
    assert [each[1:] for each in found[20:]] == [(1, FIRST_SECOND + n) for n in range(20, 41)]
    assert any("joined" in line for line in compact(str(place.out), compaction.timedelta(0)))
    assert numbers(place) == [(n + 1, n) for n in range(41)]
    (joined,) = [path for path in place.out.glob("cisco/client=*/_native/run=*/logs/*") if "joined" in str(path)]
    assert joined.read_bytes().count(section()[:4]) == 2, "sections are two, as they were"
    if shutil.which("tshark"):
        assert opened(place) == Counter(range(41))


def test_a_ring_of_captures_loses_nothing(place: Place) -> None:
    watch = place.watch()
    for turn in range(4):
        path = place.folder / f"ring_{turn:05d}.pcap"
        for start in range(0, 10, 5):
            with path.open("ab") as file:
                file.write(b"" if start else pcap_header())
                file.write(pcap(range(10 * turn + start, 10 * turn + start + 5)))
            watch.tick()
        place.ticks(watch, 0.05)
        if turn >= 2:
            (place.folder / f"ring_{turn - 2:05d}.pcap").unlink()
    assert [mark for _, mark in sorted(numbers(place), key=lambda each: each[1])] == list(range(40))


def test_what_does_not_parse_in_a_capture_is_one_record_that_is_held_back(place: Place) -> None:
    path = place.folder / "a.pcapng"
    broken = pcapng(range(3, 4))[:-4] + bytes(4)
    path.write_bytes(section() + interface() + pcapng(range(3)) + broken + pcapng(range(4, 5)))
    watch = place.watch()
    place.ticks(watch)
    with path.open("ab") as file:
        file.write(pcapng(range(5, 6)))
    place.ticks(watch)
    assert numbers(place) == [(1, 0), (2, 1), (3, 2), (4, 5)], "behind it blocks may begin again"
    totals = [(m["records_in"], m["records_out"]) for m in records(place)]
    assert sorted(totals) == [(1, 0), (1, 1), (3, 3)]


def records(place: Place) -> list[dict[str, Any]]:
    found = duckdb.sql(f"SELECT records FROM '{place.out}/cisco/client=*/dataset=logs/run=*/_manifest.json'").fetchall()
    return [each for (each,) in found]


def test_captures_of_one_name_with_other_headers_stay_files_of_their_own_when_joined(place: Place) -> None:
    watch = place.watch()
    path = place.folder / "a.pcap"
    for header, marks in ((pcap_header(), range(3)), (pcap_header(magic=0xA1B23C4D), range(3, 6))):
        path.unlink(missing_ok=True)
        path.write_bytes(header + pcap(marks))
        place.ticks(watch)
    place.write("a.log", range(4))
    place.ticks(watch)
    (said,) = compact(str(place.out))
    assert re.search(r"joined \d releases, 10 records", said)
    compact(str(place.out), compaction.timedelta(0))
    natives = sorted(path.name for path in place.out.glob("cisco/client=*/_native/run=*/logs/*"))
    assert natives == ["a-2.pcap", "a.log", "a.pcap"]
    assert sorted(mark for _, mark in numbers(place)) == list(range(6))
    assert place.rows() == Counter(range(4))
    assert len(list(place.out.glob("cisco/client=*/dataset=*/run=*"))) == 2, "nothing is left of those before"


# What people wrote.


def mail(number: int) -> str:
    return (
        f"From: Jane Hale <jane@acme.example>\nTo: help@example.com\nSubject: printer {number}\n"
        f"Message-ID: <{number}@acme.example>\nDate: Mon, 9 Mar 2026 10:00:{number:02d} +0000\n\n"
        f"It does not print, says {HOST}. mark={number}q\n"
    )


def marks(place: Place) -> list[int]:
    return rows(place, "transcripts", "regexp_extract(message, 'mark=(\\d+)q', 1)::INT")


def test_a_mail_that_is_delivered_to_a_folder_of_mails_is_released_at_once(place: Place) -> None:
    box = Maildir(place.folder / "box", create=True)
    sent = box.add_folder("Sent")
    (place.folder / "box" / "uidlist").write_text("3 V1 N2\n1 :1.mail.example\n")
    watch = place.watch(patience=60)
    (place.folder / "box" / "tmp" / "5.half").write_text(mail(5)[:120])
    first = box.add(MaildirMessage(mail(1)))
    assert watch.tick() is not None
    assert marks(place) == [1]
    (place.folder / "box" / "new" / first).rename(place.folder / "box" / "cur" / f"{first}:2,S")
    sent.add(MaildirMessage(mail(2)))
    box.add(MaildirMessage(mail(3)))
    place.ticks(watch)
    assert marks(place) == [1, 2, 3]
    assert place.said == []
    texts = [path.read_text() for path in place.out.glob("cisco/client=*/_native/run=*/**/*") if path.is_file()]
    assert texts and not [text for text in texts if HOST in text or "Hale" in text]


def test_a_mailbox_that_grows_is_released_mail_by_mail(place: Place, tmp_path: Path) -> None:
    def add(*which: int) -> None:
        box = mbox(tmp_path / "box.mbox")
        for number in which:
            box.add("From a@example.com Mon Mar  9 10:00:00 2026\n" + mail(number))
        box.close()
        with (tmp_path / "box.mbox").open("rb") as whole, (place.folder / "box.mbox").open("ab") as grown:
            whole.seek(grown.tell())
            grown.write(whole.read())

    watch = place.watch(patience=0.6)
    add(1, 2, 3)
    place.ticks(watch)
    assert marks(place) == [1, 2], "the last one may not be there in full"
    place.ticks(watch, 1.0)
    assert marks(place) == [1, 2, 3]
    add(4, 5)
    place.ticks(place.watch(patience=0.3), 0.8)
    assert marks(place) == [1, 2, 3, 4, 5]
    assert sum(m["records_in"] for m in records(place)) == 5
    assert [m["quarantined"] for m in records(place) if m["quarantined"]] == []
    compact(str(place.out))
    compact(str(place.out), compaction.timedelta(0))
    assert marks(place) == [1, 2, 3, 4, 5]
    (joined,) = place.out.glob("cisco/client=*/_native/run=*/logs/box.mbox")
    assert len(mbox(joined, create=False)) == 5


@pytest.mark.parametrize("size", [6500, 9000, 12000])
def test_of_a_mail_that_is_too_long_to_be_read_nothing_passes_and_those_around_it_do(
    place: Place, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Its rest begins in the middle of an attachment: what is encoded there is not known to be."""
    for module in (mailboxes, following):
        monkeypatch.setattr(module, "LONGEST_MAIL", 4000)
    monkeypatch.setattr(following, "FILE_BYTES", 2000)
    monkeypatch.setattr(records_module, "LONGEST_RECORD", 2000)
    attached = base64.encodebytes(f"reached {HOST} for jane@acme.example, Jane Hale\n".encode() * 300)[:size].decode()
    begins = "From a@example.com Mon Mar  9 10:00:00 2026\n"
    path = place.folder / "box.mbox"
    watch = place.watch(patience=0.3)
    texts = [mail(1), f"Content-Transfer-Encoding: base64\n{mail(2)}{attached}", mail(3), mail(4)]
    for text in texts:
        with path.open("a") as file:
            file.write(f"{begins}{text}\n")
        place.ticks(watch, 0.5)
    assert marks(place) == [1, 3, 4]
    assert not [line for line in attached.splitlines() if line in place.natives()]
    told = records(place)
    assert sum(each["records_in"] for each in told) == 4
    assert sum(n or 0 for each in told for n in each["quarantined"].values()) == 1, "one mail, whatever its length"
    assert sum(each["records_out"] for each in told) == 3


def test_an_exported_chat_that_is_replaced_is_released_again_as_a_whole(place: Place) -> None:
    watch = place.watch(patience=0.2)
    path = place.folder / "chat.txt"
    people = "Jane Hale", "Omar Novak"
    said = [f"[09/03/2026, 10:00:{n:02d}] {people[n % 2]}: it says {HOST}, mark={n}q\n" for n in range(12)]
    for count in (6, 12):
        path.with_suffix(".part").write_text("".join(said[:count]))
        path.with_suffix(".part").replace(path)
        place.ticks(watch, 0.6)
    compact(str(place.out))
    compact(str(place.out), compaction.timedelta(0))
    texts = {path.name: path.read_text() for path in place.out.glob("cisco/client=*/_native/run=*/logs/*")}
    assert sorted((name, text.count("\n")) for name, text in texts.items()) == [("chat-2.txt", 12), ("chat.txt", 6)]
    assert not [text for text in texts.values() if HOST in text or "Hale" in text]


def test_a_json_document_is_released_once_it_is_still_and_again_as_a_whole(place: Place) -> None:
    watch = place.watch(patience=0.2)
    path = place.folder / "events.json"
    events = [{"host": HOST, "mark": n, "user": {"name": "zmarrow"}} for n in range(9)]
    for count in (4, 9):
        text = json.dumps({"value": events[:count]}, indent=2)
        path.write_text(text[:300])
        place.ticks(watch, 0.0)
        path.write_text(text)
        place.ticks(watch, 0.6)
    texts = [path.read_text() for path in place.out.glob("cisco/client=*/_native/run=*/logs/*")]
    assert sorted(len(json.loads(text)["value"]) for text in texts) == [4, 9]
    assert not [text for text in texts if HOST in text or "zmarrow" in text]


def test_what_not_every_recipient_may_get_waits_until_their_policies_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place_of: Callable[[Path, Workspace], Place]
) -> None:
    monkeypatch.setattr("pipeline.service.watch.FRESH_SECONDS", -1.0)
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.add_client("acme")
    workspace.add_recipient("cisco", "vendor", ["acme"])
    path = workspace.folder / "recipients" / "cisco.yaml"
    own = path.read_text()
    path.write_text(own + "datasets: [logs]\n")
    place = place_of(tmp_path, workspace)
    (place.folder / "a.pcap").write_bytes(pcap_header() + pcap(range(3)))
    (place.folder / "a.eml").write_text(mail(1))
    place.write("a.log", range(3))
    watch = place.watch(patience=0.0)
    place.ticks(watch)
    assert place.rows() == Counter(range(3)) and not numbers(place) and not marks(place)
    assert sorted(text.split(":")[1].strip() for text in place.said) == ["a.eml", "a.pcap"]
    path.write_text(own)
    place.ticks(watch)
    assert len(numbers(place)) == 3 and marks(place) == [1]


def test_a_mail_is_not_passed_over_since_its_inode_was_that_of_one_as_long(place: Place) -> None:
    watch = place.watch(patience=0.0)
    path = place.folder / "a.eml"
    for number in (1, 2):
        path.write_text(mail(number))
        place.ticks(watch)
    (place.folder / "core").write_bytes(b"\x7fELF" + bytes(len(place.line(1)) - 4))
    place.ticks(watch, 0.7)
    (place.folder / "core").write_text(place.line(1))
    place.ticks(watch)
    assert (marks(place), place.rows()) == ([1, 2], Counter([1]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which this system cannot")
def test_killed_at_any_point_it_loses_and_doubles_no_packet_and_no_mail(place: Place) -> None:
    steady = random.Random(7)
    capture, box = place.folder / "a.pcapng", place.folder / "box.mbox"
    capture.write_bytes(section() + interface())
    sent = [0, 0]

    def grow() -> None:
        more = pcapng(range(sent[0], sent[0] + steady.randrange(1, 5)))
        sent[0] += len(more) // len(pcapng(range(1)))
        with capture.open("ab", buffering=0) as file:
            cut = steady.randrange(len(more))
            file.write(more[:cut])
            time.sleep(steady.uniform(0, 0.1))
            file.write(more[cut:])
        with box.open("a") as file:
            file.write(f"From a@example.com Mon Mar  9 10:00:00 2026\n{mail(sent[1] % 60)}\n")
        sent[1] += 1

    grow()
    place.ticks(place.watch(patience=0.0))  # opens what the forked processes need
    for number in range(KILLS):
        steady.seed(number)
        pid = os.fork()
        if pid == 0:
            try:
                watch = place.watch(patience=0.5)
                while True:
                    watch.tick()
            finally:
                os._exit(1)
        until = time.monotonic() + steady.uniform(0.2, 2.5)
        while time.monotonic() < until:
            grow()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    place.ticks(place.watch(patience=0.3), 0.8)
    assert [n for n, _ in numbers(place)] == list(range(1, sent[0] + 1))
    assert [mark for _, mark in numbers(place)] == list(range(sent[0]))
    assert Counter(marks(place)) == Counter(n % 60 for n in range(sent[1]))
