from __future__ import annotations

import pytest

from pipeline.captures.fields import Kind
from pipeline.captures.snmp import snmp
from recognizers.entities import ENTITY_ID
from tests.captures.claims import claims
from tests.captures.samples import BINDINGS, SNMP3, ber, binding, snmp_message
from tests.captures.wire import IPV4, MAC

VALUES = {
    "text": [(Kind.TEXT, b"alice-pc in room 7")],
    "ip address": [(Kind.IPV4, IPV4)],
    "mac": [(Kind.MAC, MAC)],
}
LEFT = {"octets": b"\xc0\xa8\x41\x42", "address in index": b"\x81\x40\0\2\7"}


@pytest.mark.parametrize("kind", [0xA0, 0xA2, 0xA4, 0xA7])
@pytest.mark.parametrize("name", BINDINGS)
def test_values_are_what_their_types_say(name: str, kind: int) -> None:
    found = claims(snmp, snmp_message(BINDINGS[name], kind=kind))
    own = [(row.kind, row.value) for row in found.rows if row.kind != Kind.NUMBER]
    assert own == [(Kind.SECRET, b"community"), *VALUES.get(name, [])]
    assert found.unclaimed == LEFT.get(name, b"")
    assert found.numbers == {"snmp_version": 1}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("2b06010201010500", "HOSTNAME"),
        ("2b060104010909170102010106" + "0107", "HOSTNAME"),
        ("2b060102012f010101010b" + "01", "SERIAL_NUMBER"),
    ],
)
def test_an_objects_name_tells_what_its_value_is(name: str, entity: str) -> None:
    found = claims(snmp, snmp_message(binding(ber(4, b"sw-paris-01"), name)))
    assert (Kind.TEXT, ENTITY_ID[entity]) in [(row.kind, row.aux) for row in found.rows]


def test_whom_to_call_is_masked() -> None:
    assert claims(snmp, snmp_message(binding(ber(4, b"Alice Hale"), "2b06010201010400"))).unclaimed == b"Alice Hale"


def test_version_3_has_engines_and_users() -> None:
    found = claims(snmp, SNMP3)
    own = [(row.kind, row.value) for row in found.rows if row.kind != Kind.NUMBER]
    assert own == [
        (Kind.MAC, MAC),
        (Kind.TEXT, b"alice"),
        (Kind.SECRET, b"d" * 12),
        (Kind.MAC, MAC),
        (Kind.TEXT, b"alice-pc in room 7"),
    ]
    assert found.unclaimed == b""


def test_what_is_encrypted_is_left() -> None:
    at = SNMP3.rindex(b"\x30", 0, SNMP3.rindex(MAC))
    found = claims(snmp, SNMP3[:at] + ber(4, b"encrypted".ljust(len(SNMP3) - at - 2)))
    assert found.unclaimed.startswith(b"\x04")


def test_tables_keep_their_columns_and_short_indexes() -> None:
    message = snmp_message(BINDINGS["address in index"])
    short = message.replace(bytes.fromhex("8140000207"), bytes.fromhex("0107010203"))
    assert claims(snmp, short).unclaimed == b""
    assert claims(snmp, message).unclaimed == bytes.fromhex("8140000207")
