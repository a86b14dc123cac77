"""Messages of protocols of local networks and of their servers."""

from __future__ import annotations

import struct

from tests.captures.wire import IPV4, IPV6, MAC, sized, string, wide


def element(kind: int, data: bytes) -> bytes:
    """An element of LLDP."""
    return struct.pack(">H", kind << 9 | len(data)) + data


LLDP = b"".join(
    (
        element(1, b"\4" + MAC),
        element(2, b"\5eth0/1"),
        element(3, b"\0\x78"),
        element(4, b"to alice-pc"),
        element(5, b"sw-paris-01"),
        element(6, b"Switch OS 1.2"),
        element(7, b"\0\4\0\4"),
        element(8, b"\5\1" + IPV4 + b"\2\0\0\0\1\0"),
        element(127, b"\0\x80\xc2\3\0\7" + string(b"staff")),
        element(127, b"\0\x12\xbb\x08SN4711"),
        element(127, b"\0\0\0\1unknown"),
        element(0, b""),
    )
)


def cdp_element(kind: int, data: bytes) -> bytes:
    return struct.pack(">HH", kind, len(data) + 4) + data


CDP = b"\2\xb4\x12\x34" + b"".join(
    (
        cdp_element(1, b"sw-paris-01.corp.example"),
        cdp_element(2, b"\0\0\0\2" + b"\1\1\xcc\0\4" + IPV4 + b"\2\x08\xaa\xaa\3\0\0\0\x86\xdd\0\x10" + IPV6),
        cdp_element(3, b"eth0/1"),
        cdp_element(4, b"\0\0\0\x28"),
        cdp_element(5, b"Switch OS 1.2"),
        cdp_element(6, b"Platform 9"),
        cdp_element(7, IPV4 + b"\x18"),
        cdp_element(0x0A, b"\0\7"),
        cdp_element(0x99, b"unknown"),
    )
)
BRIDGES = b"\0" + b"\x80\0" + MAC + b"\0\0\0\4" + b"\x80\0" + MAC + b"\x80\1" + bytes(8)
STP = b"\0\0\0\0" + BRIDGES
MSTP = b"\0\0\3\2" + BRIDGES + b"\0\0\x50\0" + b"staff".ljust(32, b"\0") + b"\0\1" + b"digest".ljust(16) + bytes(4)
MSTP += b"\x80\0" + MAC + b"\x14" + b"\1\x80\1" + MAC + bytes(7)
TFTP = b"\0\1sw-paris-01-confg\0octet\0blksize\0001400\0"


def ssh_packet(code: int, body: bytes = b"") -> bytes:
    """A packet that is not encrypted, filled up to a multiple of eight bytes."""
    padding = 4 + -(4 + 1 + 1 + len(body) + 4) % 8
    return struct.pack(">IBB", 2 + len(body) + padding, padding, code) + body + b"p" * padding


SSH = b"SSH-2.0-OpenSSH_9.6 alice\r\n"
SSH += ssh_packet(20, b"c" * 16 + 10 * sized(4, b"curve25519-sha256,none") + bytes(5))
SSH_HOST_KEY, SSH_SIGNATURE = (
    sized(4, sized(4, b"ecdsa-sha2-nistp256") + sized(4, content)) for content in (b"k" * 4, b"s" * 4)
)
SSH_REPLY = ssh_packet(31, SSH_HOST_KEY + sized(4, b"f" * 4) + SSH_SIGNATURE) + ssh_packet(21)
NTP_CONTROL = b"\x16\x82\0\1" + bytes(6) + b"\0\x10" + b"refid=192.0.2.17"
NTP = b"\x24\2\6\xe9" + bytes(8) + IPV4 + b"t" * 32
SYSLOG = b"<34>Nov  9 12:00:00 alice-pc su: failed for bob on 192.0.2.7\n"


def attribute(kind: int, data: bytes) -> bytes:
    return bytes([kind, len(data) + 2]) + data


RADIUS_ATTRIBUTES = {
    "user": attribute(1, b"alice"),
    "mail": attribute(1, b"alice@corp.example"),
    "password": attribute(2, b"p" * 16),
    "access server": attribute(4, IPV4),
    "identifier": attribute(32, b"nas-paris-01"),
    "station": attribute(31, b"00-00-5E-00-53-01"),
    "called": attribute(30, b"00-00-5E-00-53-01:Acme Guests"),
    "telephone": attribute(31, b"+15550100"),
    "prefix": attribute(97, b"\0\x40" + IPV6[:8]),
    "interface": attribute(96, IPV6[8:]),
    "cisco": attribute(26, b"\0\0\0\x09" + attribute(1, b"ip:addr=192.0.2.7")),
    "vendor": attribute(26, b"\0\0\1\x37unknown"),
    "message": attribute(79, b"\2\1\0\x0a\1alice"),
    "port": attribute(5, b"\0\0\0\7"),
    "group": attribute(81, b"\1staff"),
}


def radius_packet(*attributes: bytes) -> bytes:
    data = b"".join(attributes)
    return b"\1\7" + struct.pack(">H", 20 + len(data)) + b"a" * 16 + data


def smb2(command: int, body: bytes, flags: int = 0, status: int = 0) -> bytes:
    header = b"\xfeSMB\x40\0\0\0" + struct.pack("<IHHIIQIIQ", status, command, 1, flags, 0, 7, 0, 1, 9) + b"s" * 16
    return b"\0" + sized(3, header + body)


def ntlm_fields(*values: bytes, first: int) -> tuple[bytes, bytes]:
    """Lengths and offsets of some values, and the values."""
    fields = b""
    for value in values:
        fields += struct.pack("<HHI", len(value), len(value), first)
        first += len(value)
    return fields, b"".join(values)


def ntlm_login() -> bytes:
    secrets = [b"l" * 24, b"n" * 24]
    names = [wide(each) for each in ("CORP", "alice", "ALICE-PC")]
    fields, values = ntlm_fields(*secrets, *names, b"k" * 16, first=64)
    return b"NTLMSSP\0\3\0\0\0" + fields + struct.pack("<I", 1) + values


def ntlm_challenge() -> bytes:
    target = struct.pack("<HH", 2, 8) + wide("CORP") + struct.pack("<HH", 7, 8) + b"t" * 8 + bytes(4)
    fields, values = ntlm_fields(wide("CORP"), target, first=48)
    return b"NTLMSSP\0\2\0\0\0" + fields[:8] + struct.pack("<I", 1) + b"c" * 8 + bytes(8) + fields[8:] + values


SHARE, FILE = wide("\\\\srv-paris-01\\staff"), wide("plans\\alice.docx")
SMB = {
    "setup": smb2(1, b"\x19\0" + bytes(10) + struct.pack("<HH", 88, 99) + bytes(8) + b"gss" + ntlm_login()),
    "challenge": smb2(1, b"\x09\0\0\0\x48\0\x80\0" + ntlm_challenge(), 1),
    "tree": smb2(3, b"\x09\0\0\0" + struct.pack("<HH", 72, len(SHARE)) + SHARE),
    "create": smb2(5, b"\x39\0" + bytes(42) + struct.pack("<HH", 120, len(FILE)) + bytes(8) + FILE),
    "read": smb2(8, b"\x11\0\x50\0" + bytes(12) + b"content", 1),
    "error": smb2(14, b"\x09\0\0\0" + bytes(4) + b"!", 1, 0xC0000022),
    "error with data": smb2(14, b"\x09\0\0\0" + struct.pack("<I", 7) + b"content", 1, 0xC0000022),
}


def smb1(command: int, words: bytes, data: bytes, flags: int = 0) -> bytes:
    header = b"\xffSMB" + bytes([command]) + bytes(4) + bytes([flags]) + b"\0\x80\0\0" + b"s" * 8 + bytes(10)
    return b"\0" + sized(3, header + bytes([len(words) // 2]) + words + struct.pack("<H", len(data)) + data)


SMB1 = {
    "negotiate": smb1(0x72, b"", b"\2NT LM 0.12\0\2SMB 2.002\0"),
    "setup": smb1(0x73, bytes(24), ntlm_login()),
    "tree": smb1(0x75, bytes(6) + b"\1\0", b"p" + SHARE + b"\0\0" + b"?????\0"),
    "create": smb1(0xA2, bytes(48), b"\0" + FILE),
}
