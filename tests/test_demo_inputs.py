"""The demo's inputs: the same bytes everywhere, nothing real, and the same people in several files."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from pathlib import Path

import pytest

from pipeline.demo import CLIENTS, write_inputs
from pipeline.demo.clients import ACME, GLOBEX
from pipeline.formats.registry import sniff

FORMATS = {
    "router.log": "syslog-rfc3164",
    "mail.log": "syslog-rfc3164",
    "access.log": "apache-combined",
    "billing.jsonl": "json-lines",
    "antivirus.log": "syslog-rfc5424",
}
RESERVED = [
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8",
        "192.168.0.0/16",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
    )
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_inputs(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def texts(written: dict[str, list[Path]]) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for paths in written.values() for path in paths}


def test_the_bytes_are_the_same_each_time(written: dict[str, list[Path]], tmp_path: Path) -> None:
    again = write_inputs(tmp_path)
    for client, paths in written.items():
        for first, second in zip(paths, again[client], strict=True):
            assert first.read_bytes() == second.read_bytes()
            assert first.stat().st_mtime == second.stat().st_mtime


def test_the_bytes_are_the_same_on_every_machine(written: dict[str, list[Path]]) -> None:
    digest = hashlib.sha256()
    for path in sorted(path for paths in written.values() for path in paths):
        digest.update(path.read_bytes())
    assert digest.hexdigest() == "3068821bc9d924f3e4006e2ca2693d861ac0366d1cb6a53ba714d250cf433f8a"


def test_some_thousands_of_lines_in_about_a_megabyte(texts: dict[str, str]) -> None:
    assert sum(text.count("\n") for text in texts.values()) == 5200
    assert sum(len(text) for text in texts.values()) < 1_300_000


def test_each_input_is_recognised_as_what_it_is(texts: dict[str, str]) -> None:
    assert {name: sniff(text.encode()[: 1 << 16]) for name, text in texts.items()} == FORMATS


def test_every_address_is_private_or_reserved_for_documentation(texts: dict[str, str]) -> None:
    for text in texts.values():
        for found in set(re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text)):
            if found.startswith(("2026.03.09", "133.0.0.0")):  # versions: of virus definitions, of a browser
                continue
            assert any(ipaddress.ip_address(found) in net for net in RESERVED), found


def test_every_name_of_a_host_ends_in_a_reserved_domain(texts: dict[str, str]) -> None:
    for text in texts.values():
        for found in set(re.findall(r"(?:@|https://)([\w.-]+\.[a-z]{2,})", text)):
            assert found.endswith((".example", ".example.com", ".example.net", ".example.org")) or found in (
                "example.com",
            ), found


def test_the_same_people_are_in_several_inputs(texts: dict[str, str]) -> None:
    for person in ACME:
        assert all(person.account in texts[name] for name in ("router.log", "mail.log", "access.log"))
    for person in GLOBEX:
        assert all(person.account in texts[name] for name in ("billing.jsonl", "antivirus.log"))


def test_one_mac_address_is_written_in_several_ways(texts: dict[str, str]) -> None:
    digits = ACME[0].mac.replace(":", "")
    spellings = set(re.findall("[:.-]?".join(digits), texts["router.log"] + texts["access.log"], re.IGNORECASE))
    assert len(spellings) >= 3


def test_json_lines_are_json(texts: dict[str, str]) -> None:
    for line in texts["billing.jsonl"].splitlines():
        assert isinstance(json.loads(line), dict)


def test_each_client_declares_what_its_inputs_hold(texts: dict[str, str]) -> None:
    everything = "".join(texts.values())
    for facts in CLIENTS.values():
        for value in (*facts["domains"], *facts["keywords"]):
            assert value in everything
