"""Protocols of local networks and of their servers: what names someone is claimed as what it is."""

from __future__ import annotations

import pytest

from pipeline.captures.cdp import cdp
from pipeline.captures.fields import MORE_FRAGMENTS, PAYLOAD_END, Kind
from pipeline.captures.lldp import lldp
from pipeline.captures.ntp import ntp
from pipeline.captures.radius import radius
from pipeline.captures.ssh import ssh
from pipeline.captures.stp import stp
from pipeline.captures.syslog import syslog
from pipeline.captures.tftp import tftp
from recognizers.entities import ENTITY_ID
from tests.captures.claims import Claims, claims, in_column, of_kind
from tests.captures.local_messages import (
    CDP,
    LLDP,
    MSTP,
    NTP,
    NTP_CONTROL,
    RADIUS_ATTRIBUTES,
    SSH,
    SSH_REPLY,
    STP,
    TFTP,
    radius_packet,
    ssh_packet,
)
from tests.captures.wire import IPV4, IPV6, MAC


def told(found: Claims) -> list[tuple[Kind, bytes, str | None]]:
    """What is no structure, with the entity of texts that are declared to be one."""
    names = {number: name for name, number in ENTITY_ID.items()}
    return [(row.kind, row.value, names.get(row.aux)) for row in found.rows if row.kind != Kind.NUMBER]


def test_lldp_tells_of_a_switch_its_ports_and_addresses() -> None:
    found = claims(lldp, LLDP)
    assert told(found) == [
        (Kind.MAC, MAC, None),
        (Kind.TEXT, b"eth0/1", None),
        (Kind.TEXT, b"to alice-pc", None),
        (Kind.TEXT, b"sw-paris-01", "HOSTNAME"),
        (Kind.TEXT, b"Switch OS 1.2", None),
        (Kind.IPV4, IPV4, None),
        (Kind.TEXT, b"staff", None),
        (Kind.TEXT, b"SN4711", "SERIAL_NUMBER"),
    ]
    assert in_column(found, "lldp_system_name") == [b"sw-paris-01"]
    assert found.unclaimed == b"\5unknown"[1:]


def test_cdp_tells_of_a_switch_and_its_sum_is_kept_in_step() -> None:
    found = claims(cdp, CDP)
    assert told(found) == [
        (Kind.CHECKSUM, b"\x12\x34", None),
        (Kind.TEXT, b"sw-paris-01.corp.example", "HOSTNAME"),
        (Kind.IPV4, IPV4, None),
        (Kind.IPV6, IPV6, None),
        (Kind.TEXT, b"eth0/1", None),
        (Kind.TEXT, b"Switch OS 1.2", None),
        (Kind.TEXT, b"Platform 9", None),
        (Kind.IPV4, IPV4, None),
    ]
    assert found.unclaimed == b"unknown"


@pytest.mark.parametrize("message", [STP, MSTP], ids=["one tree", "many"])
def test_spanning_trees_tell_of_bridges(message: bytes) -> None:
    found = claims(stp, message)
    assert of_kind(found, Kind.MAC) == [MAC] * (4 if message == MSTP else 2)
    texts = [each for each in told(found) if each[0] == Kind.TEXT]
    assert texts == [(Kind.TEXT, b"staff", "HOSTNAME")] * (message == MSTP)
    assert found.unclaimed.replace(b"\0", b"").strip() == (b"digest" if message == MSTP else b"")


def test_tftp_asks_for_a_file() -> None:
    found = claims(tftp, TFTP)
    assert in_column(found, "tftp_file_name") == [b"sw-paris-01-confg"]
    assert found.unclaimed == b""
    assert found.numbers == {"tftp_opcode": 1}


def test_an_option_of_tftp_that_is_not_known_is_left_with_its_value() -> None:
    assert claims(tftp, TFTP + b"owner\0alice\0").unclaimed == b"owner\0alice\0"
    assert claims(tftp, b"\0\6owner\0alice\0").unclaimed == b"owner\0alice\0"


def test_data_of_tftp_is_left() -> None:
    assert claims(tftp, b"\0\3\0\1content").unclaimed == b"content"


def test_ssh_tells_its_version_and_what_it_can_do() -> None:
    found = claims(ssh, SSH)
    assert in_column(found, "ssh_banner") == [b"SSH-2.0-OpenSSH_9.6 alice"]
    assert of_kind(found, Kind.SECRET) == [b"c" * 16]
    assert len(of_kind(found, Kind.TEXT)) == 11
    assert set(found.unclaimed) == set(b"p")


def test_the_form_of_an_exchange_of_keys_stays_and_the_keys_do_not() -> None:
    found = claims(ssh, SSH_REPLY)
    assert of_kind(found, Kind.TEXT) == [b"ecdsa-sha2-nistp256"] * 2
    assert set(found.unclaimed) == set(b"kfsp")
    assert found.unclaimed.count(b"p") < 4 + 8 + 4 + 8


@pytest.mark.parametrize("cut", range(40, len(SSH_REPLY) - 15, 7))
def test_that_encryption_begins_is_told_behind_the_rest_of_a_long_packet(cut: int) -> None:
    first, rest = claims(ssh, SSH_REPLY[:cut]), claims(ssh, SSH_REPLY[cut:])
    assert of_kind(first, Kind.NUMBER)[0] == SSH_REPLY[:6]
    assert of_kind(rest, Kind.NUMBER)[-1] == ssh_packet(21)[:6]


def test_what_ssh_encrypts_is_left() -> None:
    assert claims(ssh, bytes(range(200, 250))).rows == []


def test_ntp_tells_where_its_time_is_from_and_no_times() -> None:
    found = claims(ntp, NTP)
    assert told(found) == [(Kind.IPV4, IPV4, None)]
    assert found.unclaimed == b"t" * 32
    clock = claims(ntp, NTP[:1] + b"\1" + NTP[2:12] + b"GPS\0" + NTP[16:])
    assert told(clock) == [(Kind.TEXT, b"GPS", None)]


def test_a_server_of_ntp_tells_its_variables_where_they_are_whole() -> None:
    found = claims(ntp, NTP_CONTROL)
    assert told(found) == [(Kind.TEXT, b"refid=192.0.2.17", None)] and found.unclaimed == b""
    # More follows, or the packet is another's continuation.
    assert told(claims(ntp, NTP_CONTROL[:1] + b"\xa2" + NTP_CONTROL[2:])) == []
    assert told(claims(ntp, NTP_CONTROL[:9] + b"\x08" + NTP_CONTROL[10:])) == []
    private = claims(ntp, b"\x97\0\3\x1c\0\1\0\4item")
    assert told(private) == [] and private.unclaimed == b"item"


@pytest.mark.parametrize(
    "header", [b"<34>Nov  9 12:00:00 ", b"<34>1 2030-01-01T00:00:00Z "], ids=["RFC 3164", "RFC 5424"]
)
def test_syslog_is_a_text_with_a_host(header: bytes) -> None:
    found = claims(syslog, header + b"alice-pc su - failed for bob")
    assert told(found) == [
        (Kind.TEXT, header, None),
        (Kind.TEXT, b"alice-pc", "HOSTNAME"),
        (Kind.TEXT, b" su - failed for bob", None),
    ]


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        (b"<34>Nov  9 2026 12:00:00 ", b" : %ASA-6-302013: Built"),
        (b"<189>", b": Nov  9 12:00:00.123: %SYS-5-CONFIG_I: Configured"),
        (b"<189>100: ", b": *Nov  9 2026 12:00:00.123: %SYS-5-CONFIG_I: Configured"),
    ],
)
def test_a_host_stands_where_firewalls_and_routers_write_it(header: bytes, rest: bytes) -> None:
    found = told(claims(syslog, header + b"alice-pc" + rest))
    assert found == [(Kind.TEXT, header, None), (Kind.TEXT, b"alice-pc", "HOSTNAME"), (Kind.TEXT, rest, None)]


def test_of_a_datagram_that_is_not_there_in_full_no_text_is_read() -> None:
    message = b"<34>Nov  9 12:00:00 alice-pc su: failed for bob@corp.exam"
    assert claims(syslog, message, {MORE_FRAGMENTS: 1}).rows == []
    assert claims(syslog, message, {PAYLOAD_END: 1 << 20}).rows == []
    assert told(claims(ntp, NTP_CONTROL[:-1])) == []


@pytest.mark.parametrize(
    "message",
    [b"free text", b"<34>", b"<34>1 - - app", b"<189>7: Nov  9 12:00:00: up", b"<34>Nov  9 12:00:00 su: failed"],
)
def test_syslog_without_a_host_is_one_text(message: bytes) -> None:
    assert told(claims(syslog, message)) == [(Kind.TEXT, message, None)]
    assert claims(syslog, message + b"\1").rows == []


ATTRIBUTES = {
    "user": [(Kind.TEXT, b"alice", "USERNAME")],
    "mail": [(Kind.TEXT, b"alice@corp.example", "EMAIL_ADDRESS")],
    "password": [(Kind.SECRET, b"p" * 16, None)],
    "access server": [(Kind.IPV4, IPV4, None)],
    "identifier": [(Kind.TEXT, b"nas-paris-01", "HOSTNAME")],
    "station": [(Kind.TEXT, b"00-00-5E-00-53-01", "MAC_ADDRESS")],
    "called": [(Kind.TEXT, b"00-00-5E-00-53-01", "MAC_ADDRESS"), (Kind.TEXT, b"Acme Guests", "SSID")],
    "telephone": [(Kind.TEXT, b"+15550100", "PHONE_NUMBER")],
    "interface": [(Kind.INTERFACE_ID, IPV6[8:], None)],
    "cisco": [(Kind.TEXT, b"ip:addr=192.0.2.7", None)],
    "group": [(Kind.TEXT, b"staff", None)],
}
LEFT = {"prefix": IPV6[:8], "vendor": b"unknown", "message": b"\2\1\0\x0a\1alice"}


@pytest.mark.parametrize("name", RADIUS_ATTRIBUTES)
def test_attributes_of_radius_are_what_their_types_say(name: str) -> None:
    found = claims(radius, radius_packet(RADIUS_ATTRIBUTES[name]))
    assert told(found) == [(Kind.SECRET, b"a" * 16, None), *ATTRIBUTES.get(name, [])]
    assert found.unclaimed == LEFT.get(name, b"")
    assert found.numbers == {"radius_code": 1}
