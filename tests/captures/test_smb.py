from __future__ import annotations

import pytest

from pipeline.captures.fields import Kind
from pipeline.captures.smb import smb
from recognizers.entities import ENTITY_ID
from tests.captures.claims import claims, in_column, of_kind
from tests.captures.local_messages import SMB, SMB1, ntlm_challenge, smb1, smb2
from tests.captures.samples import netbios
from tests.captures.wire import sized, wide

NAMES = {
    "setup": [("CORP", "HOSTNAME"), ("alice", "USERNAME"), ("ALICE-PC", "HOSTNAME")],
    "challenge": [("CORP", "HOSTNAME"), ("CORP", "HOSTNAME")],
    "tree": [("srv-paris-01", "HOSTNAME"), ("staff", "FILE_PATH")],
    "create": [("plans\\alice.docx", "FILE_PATH")],
    "read": [],
    "error": [],
    "error with data": [],
    "negotiate": [],
}
SECRETS = {"setup": [b"l" * 24, b"n" * 24, b"k" * 16], "challenge": [b"c" * 8]}


@pytest.mark.parametrize(("version", "name"), [(2, name) for name in SMB] + [(1, name) for name in SMB1])
def test_who_logs_in_and_what_is_opened_is_claimed(version: int, name: str) -> None:
    found = claims(smb, (SMB if version == 2 else SMB1)[name])
    texts = [(row.value, row.aux) for row in found.rows if row.kind == Kind.TEXT16]
    assert texts == [(wide(text), ENTITY_ID[entity]) for text, entity in NAMES[name]]
    assert len(in_column(found, "smb_names")) == len(texts)
    own = SECRETS.get(name, [b"p"] if (version, name) == (1, "tree") else [])
    assert of_kind(found, Kind.SECRET) == [b"s" * (16 if version == 2 else 8), *own]


def test_what_is_read_and_written_is_left() -> None:
    assert claims(smb, SMB["read"]).unclaimed == b"content"
    assert claims(smb, SMB["error"]).unclaimed == b""
    assert claims(smb, SMB["error with data"]).unclaimed == b"content"
    assert claims(smb, SMB["read"].replace(b"\x11\0\x50", b"\x13\0\x50")).unclaimed.endswith(b"content")
    assert claims(smb, SMB["challenge"]).unclaimed == b"t" * 8


def test_parameters_of_version_1_are_kept_as_far_as_a_command_has_them() -> None:
    opened = bytes(11) + b"times of a file, created" + b"changed." + bytes(25)
    found = claims(smb, smb1(0xA2, opened, b"", 0x80))
    assert found.unclaimed == b"times of a file, createdchanged."
    assert claims(smb, smb1(0x04, b"\7\0time", b"")).unclaimed == b"time"
    assert claims(smb, smb1(0x2E, bytes(20), b"")).unclaimed == b""
    for command in (0x2E, 0xD0):
        assert claims(smb, smb1(command, b"alice at barn7 and everyone".ljust(28), b"")).unclaimed.startswith(b"alice")


def test_messages_may_be_chained() -> None:
    one = smb2(3, b"\x10\0" + bytes(14), 1)[4:]
    first = bytearray(one)
    first[20] = len(one)
    found = claims(smb, b"\0" + sized(3, bytes(first) + one))
    assert of_kind(found, Kind.SECRET) == [b"s" * 16] * 2
    first[20] = 1
    assert of_kind(claims(smb, b"\0" + sized(3, bytes(first) + one)), Kind.SECRET) == [b"s" * 16]


def test_a_challenge_has_its_targets_names() -> None:
    assert b"NTLMSSP" in ntlm_challenge()
    assert of_kind(claims(smb, SMB["challenge"]), Kind.TEXT16) == [wide("CORP")] * 2


def test_a_session_is_asked_for_by_names() -> None:
    names = b"\x20" + netbios(b"SRV") + b"\0" + b"\x20" + netbios(b"ALICE-PC", 0) + b"\0"
    found = claims(smb, b"\x81" + sized(3, names))
    assert of_kind(found, Kind.NETBIOS) == [netbios(b"SRV"), netbios(b"ALICE-PC", 0)]
    assert found.unclaimed == b""
