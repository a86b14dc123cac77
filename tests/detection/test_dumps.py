"""Dumps of bytes in hexadecimal are read over their lines, in whatever layout a program prints them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.detection.test_encoded import IDENTIFIERS, Desk, desk, entities_in

__all__ = ["desk"]


def xxd(content: bytes, before: str = "") -> str:
    rows = [content[at : at + 16] for at in range(0, len(content), 16)]
    shown = [re.sub("[^ -~]", ".", row.decode("latin-1")) for row in rows]
    return "\n".join(
        f"{before}{16 * n:08x}: {row.hex(' ', 2):<39}  {text}" for n, (row, text) in enumerate(zip(rows, shown))
    )


def hexdump(content: bytes) -> str:
    rows = [content[at : at + 16] for at in range(0, len(content), 16)]
    shown = [re.sub("[^ -~]", ".", row.decode("latin-1")) for row in rows]
    return "\n".join(
        f"{16 * n:08x}  {row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}  |{text}|"
        for n, (row, text) in enumerate(zip(rows, shown))
    )


def tcpdump(content: bytes) -> str:
    return "10:00:00 packet\n" + re.sub("(?m)^0000(?=....: )", "\t0x", xxd(content)).replace(": ", ":  ")


def rows_of(form: str, content: bytes, group: int = 1, joint: str = " ") -> str:
    rows = [content[at : at + 16] for at in range(0, len(content), 16)]
    return "\n".join(
        form.format(16 * n, row.hex(joint, group), re.sub("[^ -~]", ".", row.decode("latin-1")))
        for n, row in enumerate(rows)
    )


def wireshark(content: bytes) -> str:
    return rows_of("{:04x}  {:<47}  {}", content)


def openssl(content: bytes) -> str:
    return re.sub("(?m)^(.{30}) ", r"\1-", rows_of("{:04x} - {:<47}   {}", content))


def od(content: bytes) -> str:
    return rows_of("{:07o} {}", content)


def powershell(content: bytes) -> str:
    return rows_of("{:08X}   {:<47}  {}", content).upper()


def kernel(content: bytes) -> str:
    return rows_of("{:08x}: {:<47}  {}", content)


def cisco(content: bytes) -> str:
    return rows_of("{:08X}: {:<35}  {}", content, -4)


def fortinet(content: bytes) -> str:
    return rows_of("0x{:04x} \t {:<39}\t{}", content, -2)


def netty(content: bytes) -> str:
    return rows_of("|{:08x}| {:<47} |{}|", content)


@pytest.mark.parametrize(
    "dump", [xxd, hexdump, tcpdump, wireshark, openssl, od, powershell, kernel, cisco, fortinet, netty]
)
def test_a_dump_of_bytes_is_read_over_its_lines(desk: Desk, dump: Callable[[bytes], str]) -> None:
    for identifier, text in IDENTIFIERS.items():
        for content in (text.encode(), text.encode("utf-16-le")):
            shown = dump(b"\x00\x01\x02\xff" + content + b"\x00" * 5)
            released = desk.released("dump.log", f"memory at 7:\n{shown}\nend of it\n")
            digits = re.sub("[^0-9a-f]", "", re.sub(r"(?m)  \S*$|^\S+", "", released))
            assert content.hex()[8:-8] not in digits and identifier not in released, (identifier, released)
            assert released.endswith("\nend of it\n")


def test_addresses_of_a_packet_are_read_in_its_header() -> None:
    header = bytes.fromhex("4500002800004000400600 00".replace(" ", "")) + b"\x00"
    packet = header + bytes([203, 0, 113, 219, 198, 51, 100, 7]) + bytes(20)
    assert entities_in(tcpdump(packet)) == {"IP_ADDRESS"}
    assert entities_in(xxd(bytes(range(256)) * 2)) == set()
