"""Names of files: hosts after which programs name the archive of a machine's logs."""

from __future__ import annotations

import pytest

from pipeline.detection.names import scan_names
from pipeline.detection.scanner import Scanner
from recognizers.registry import all_recognizers


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(all_recognizers())


def hosts_in(scanner: Scanner, *names: str) -> list[set[str]]:
    batch, found = scan_names(scanner, [name.encode() for name in names])
    hosts: list[set[str]] = [set() for _ in names]
    for field, start, end, value in zip(found.field, found.start, found.end, found.value, strict=True):
        assert batch.field_start[field] <= start < end <= batch.field_end[field]
        if scanner.values.entity_name(int(value)) == "HOSTNAME":
            hosts[field].add(batch.data[start:end].tobytes().decode())
    return hosts


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("case/sosreport-zq7vault-01234567-2026-11-24-abcdefg.tar.xz/etc/hosts", "zq7vault"),
        ("sosreport-zq7vault-2026-11-24-abcdefg/sos_commands/x", "zq7vault"),
        ("sosreport-zq7vault.4711-20261124100000-ab12", "zq7vault"),
        ("scc_zq7vault_261124_1003.txz", "zq7vault"),
        ("nts_zq7vault_261124_1003/messages.txt", "zq7vault"),
        ("DiagLogs-DESKTOP-7KQ2L-20261124.zip/a.log", "DESKTOP-7KQ2L"),
        ("esx-zq7vault-2026-11-24--10.03-4711.tgz/var/log/vmkernel.log", "zq7vault"),
    ],
)
def test_a_machine_is_found_in_the_name_of_its_archive(scanner: Scanner, name: str, host: str) -> None:
    assert host in hosts_in(scanner, "var/log/messages", name)[1]


@pytest.mark.parametrize("name", ["sosreport.txt", "esx/a.log", "var/log/vc.log", "sosreport-20261124.log", "nts_"])
def test_what_names_no_machine_stays(scanner: Scanner, name: str) -> None:
    assert hosts_in(scanner, name) == [set()]
