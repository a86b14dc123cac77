"""Globex's antivirus console: syslog after RFC 5424 with structured data."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.demo.application import lan_address
from pipeline.demo.clients import GLOBEX, Person, spelt
from pipeline.demo.days import Day, sha256_of

#: 32473 is the enterprise number reserved for examples (RFC 5612).
SD_ID = "av@32473"
THREATS = ("Trojan.Dropper.Veles", "Ransom.Win32.Korvax", "Adware.Toolbar.Pim", "PUA.Miner.Opal", "Worm.VBS.Rill")
FILES = ("invoice-0309.exe", "setup_free.msi", "holiday.scr", "totals.xlsm", "reader-update.js")


def lines(day: Day, count: int) -> Iterator[str]:
    for _ in range(count):
        day.pass_time(90)
        person = day.pick(GLOBEX)
        story = day.pick((threat, threat, scan, update))
        severity, kind, data, text = story(day, person)
        priority = 16 * 8 + severity  # facility local0
        host = f"{person.host}.globex.example"
        yield f"<{priority}>1 {day.rfc5424()} {host} avguard {day.between(900, 4000)} {kind} {data} {text}"


def structured(**values: str) -> str:
    """An SD-ELEMENT; ``"``, ``\\`` and ``]`` are escaped (RFC 5424, section 6.3.3)."""
    written = []
    for name, value in values.items():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
        written.append(f'{name}="{escaped}"')
    return f"[{SD_ID} {' '.join(written)}]"


def threat(day: Day, person: Person) -> tuple[int, str, str, str]:
    name, file = day.pick(THREATS), day.pick(FILES)
    path = f"C:\\Users\\{person.account}\\Downloads\\{file}"
    data = structured(
        threat=name,
        sha256=sha256_of(f"{name} {file}"),
        path=path,
        user=f"GLOBEX\\{person.account}",
        mac=spelt(person.mac, "dash"),
    )
    text = f"{name} found in {path}, moved to C:\\ProgramData\\AvGuard\\Quarantine\\{{{day.uuid()}}}.qtn"
    return 4, "THREAT", data, text


def scan(day: Day, person: Person) -> tuple[int, str, str, str]:
    data = structured(ip=lan_address(person), user=f"GLOBEX\\{person.account}")
    return 6, "SCAN", data, f"scan of {person.host} finished: {day.between(20000, 90000)} files, 0 threats"


def update(day: Day, person: Person) -> tuple[int, str, str, str]:
    version = f"2026.03.09.{day.between(1, 20):02d}"
    return 6, "UPDATE", "-", f"definitions {version} from https://updates.example.com/av/{version}?client={day.uuid()}"
