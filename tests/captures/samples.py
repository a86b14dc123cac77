"""Messages of each dissector, which the laws of all of them are tried on."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.captures.cdp import cdp
from pipeline.captures.certificates import certificate
from pipeline.captures.dhcp import dhcp
from pipeline.captures.dhcpv6 import dhcpv6
from pipeline.captures.dns import dns, dns_tcp
from pipeline.captures.lldp import lldp
from pipeline.captures.netbios import datagram, name_service
from pipeline.captures.ntp import ntp
from pipeline.captures.radius import radius
from pipeline.captures.smb import smb
from pipeline.captures.snmp import snmp
from pipeline.captures.ssh import ssh
from pipeline.captures.stp import stp
from pipeline.captures.syslog import syslog
from pipeline.captures.tftp import tftp
from pipeline.captures.tls import tls
from tests.captures.claims import Layer, wire_name
from tests.captures.local_messages import (
    CDP,
    LLDP,
    MSTP,
    NTP,
    NTP_CONTROL,
    RADIUS_ATTRIBUTES,
    SMB,
    SMB1,
    SSH,
    SSH_REPLY,
    STP,
    SYSLOG,
    TFTP,
    radius_packet,
)
from tests.captures.wire import IPV4, IPV6, MAC, option, option6, sized, string


class Sample(NamedTuple):
    layer: Layer
    message: bytes
    state: Mapping[int, int] = {}
    has_offsets: bool = False


def record(kind: int, data: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
    """A DNS record; its owner is the name that the message asks for."""
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def answer(*records: bytes, name: str = "www.host.example", kind: int = 1) -> bytes:
    header = struct.pack(">6H", 7, 0x8180, 1, len(records), 0, 0)
    return header + wire_name(name) + struct.pack(">HH", kind, 1) + b"".join(records)


RECORDS = {
    "A": (1, bytes([192, 0, 2, 7])),
    "AAAA": (28, bytes.fromhex("20010db8000000000000000000000007")),
    "CNAME": (5, b"\x03web\xc0\x10"),
    "SOA": (6, wire_name("ns.example") + wire_name("admin.example") + struct.pack(">5I", 1, 2, 3, 4, 5)),
    "MX": (15, struct.pack(">H", 10) + b"\x02mx\xc0\x10"),
    "SRV": (33, struct.pack(">3H", 1, 2, 389) + wire_name("dc.host.example")),
    "TXT": (16, string(b"owner=alice") + string(b"")),
    "RP": (17, wire_name("alice.example") + wire_name("text.example")),
    "PX": (26, b"\0\x0a" + wire_name("a.example") + wire_name("b.example")),
    "NAPTR": (
        35,
        struct.pack(">HH", 1, 2) + string(b"U") + string(b"E2U+sip") + string(b"!x!y!") + wire_name("s.example"),
    ),
    "RRSIG": (46, bytes(18) + wire_name("host.example") + b"signature"),
    "NSEC": (47, wire_name("next.example") + b"\0\1\x40"),
    "HTTPS": (
        65,
        struct.pack(">H", 1) + b"\0" + struct.pack(">HH", 1, 3) + string(b"h2") + struct.pack(">HH", 3, 2) + b"\1\xbb"
        + struct.pack(">HH", 4, 8) + bytes([192, 0, 2, 8, 192, 0, 2, 9]) + struct.pack(">HH", 6, 16) + bytes(15) + b"\1"
        + struct.pack(">HH", 5, 3) + b"ech" + struct.pack(">HH", 7, 4) + b"/dns",
    ),
    "OPT": (41, struct.pack(">HHHBB", 8, 7, 1, 24, 0) + bytes([192, 0, 2]) + struct.pack(">HHH", 15, 6, 18) + b"late"),
    "TSIG": (250, wire_name("hmac-sha256.example") + b"mac"),
    "CAA": (257, b"\0\5issue" + b"ca.example"),
    "URI": (256, bytes(4) + b"https://host.example/"),
    "WKS": (11, bytes([192, 0, 2, 7]) + b"\6\xff"),
    "L32": (105, b"\0\1" + bytes([192, 0, 2, 7])),
    "EUI48": (108, bytes.fromhex("00005e005301")),
    "EUI64": (109, bytes.fromhex("02005efffe005301")),
    "DNSKEY": (48, b"\1\1\3\5key"),
}  # fmt: skip
MESSAGE = answer(*(record(*each) for each in RECORDS.values()))
DHCP_OPTIONS = {
    "message type": option(53, b"\3"),
    "client": option(61, b"\1" + MAC),
    "client by identifier": option(61, b"\xffIAID" + b"\0\1\0\1TIME" + MAC),
    "host name": option(12, b"alice-pc"),
    "name on the wire": option(81, b"\5\0\0" + wire_name("alice-pc.corp.example")),
    "unqualified name": option(81, b"\5\0\0\x08alice-pc"),
    "name as text": option(81, b"\0\0\0alice-pc.corp.example"),
    "servers": option(6, IPV4 + IPV4),
    "requested": option(50, IPV4),
    "asked for": option(55, b"\1\3\6"),
    "class": option(60, b"MSFT 5.0"),
    "user classes": option(77, string(b"lab") + string(b"floor 2")),
    "relay": option(82, option(1, b"eth0/1") + option(2, b"\0\6" + MAC) + option(5, IPV4)),
    "search": option(119, wire_name("corp.example") + b"\3lab\xc0\0"),
    "routes": option(121, b"\x18" + IPV4[:3] + IPV4 + b"\x20" + IPV4 + IPV4),
    "sip": option(120, b"\1" + IPV4),
    "vendor's": option(43, b"unknown"),
}


def dhcp_message(*options: bytes, name: bytes = b"", file: bytes = b"") -> bytes:
    head = b"\1\1\6\0" + b"XID!" + bytes(4) + IPV4 + IPV4 + bytes(4) + IPV4 + MAC.ljust(16, b"\0")
    return head + name.ljust(64, b"\0") + file.ljust(128, b"\0") + b"\x63\x82\x53\x63" + b"".join(options) + b"\xff"


DHCPV6_OPTIONS = {
    "client": option6(1, b"\0\1\0\1TIME" + MAC),
    "server": option6(2, b"\0\3\0\1" + MAC),
    "by uuid": option6(1, b"\0\4" + bytes(range(16))),
    "address": option6(3, b"IAID" + bytes(8) + option6(5, IPV6 + bytes(8) + option6(13, b"\0\0fine"))),
    "prefix": option6(25, b"IAID" + bytes(8) + option6(26, bytes(9) + IPV6)),
    "asked for": option6(6, b"\0\x17"),
    "name": option6(39, b"\0" + wire_name("alice-pc.corp.example")),
    "unqualified": option6(39, b"\0\x08alice-pc"),
    "servers": option6(23, IPV6 + IPV6),
    "search": option6(24, wire_name("corp.example") + wire_name("lab.example")),
    "class": option6(16, b"\0\0\1\x37" + b"\0\x08MSFT 5.0"),
    "link": option6(79, b"\0\1" + MAC),
    "time": option6(56, option6(1, IPV6) + option6(3, wire_name("ntp.corp.example"))),
    "interface": option6(18, b"eth0/1"),
    "boot": option6(59, b"http://boot.example/x"),
}
SOLICIT = b"\1\1\2\3" + b"".join(DHCPV6_OPTIONS.values())
RELAYED = b"\x0c\0" + IPV6 + IPV6 + option6(9, b"\x0c\1" + IPV6 + IPV6 + option6(9, SOLICIT)) + option6(18, b"eth1")


HELLO_EXTENSIONS = {
    "server name": option6(0, sized(2, b"\0" + sized(2, b"www.corp.example"))),
    "protocols": option6(16, sized(2, string(b"h2") + string(b"http/1.1"))),
    "groups": option6(10, sized(2, b"\0\x1d\0\x17")),
    "key share": option6(51, sized(2, b"\0\x1d" + sized(2, b"public key"))),
    "ticket": option6(35, b"ticket"),
    "unknown": option6(0xFAFA, b"unknown"),
}


def handshake(kind: int, data: bytes) -> bytes:
    return b"\x16\3\3" + sized(2, bytes([kind]) + sized(3, data))


def hello(*extensions: bytes) -> bytes:
    suites = sized(2, b"\x13\1\x13\2")
    return handshake(1, b"\3\3" + b"r" * 32 + string(b"session") + suites + b"\1\0" + sized(2, b"".join(extensions)))


@lru_cache
def der() -> bytes:
    """A certificate; its subject and its alternative names are as TLS's tests say."""
    key = ec.derive_private_key(7, ec.SECP256R1())
    oid = x509.NameOID
    subject = ((oid.COUNTRY_NAME, "DE"), (oid.ORGANIZATION_NAME, "Acme"), (oid.COMMON_NAME, "www.corp.example"))
    subject += ((oid.EMAIL_ADDRESS, "alice@corp.example"), (oid.DOMAIN_COMPONENT, "corp"), (oid.USER_ID, "alice"))
    issuer = ((oid.COMMON_NAME, "Acme Root"), (oid.SERIAL_NUMBER, "4711"), (oid.TITLE, "unread"))
    day = datetime.datetime(2030, 1, 1)
    builder = x509.CertificateBuilder(
        x509.Name([x509.NameAttribute(*each) for each in issuer]),
        x509.Name([x509.NameAttribute(*each) for each in subject]),
        key.public_key(),
        4711,
        day,
        day,
    )
    names = [x509.DNSName("db.corp.example"), x509.IPAddress(ip_address(IPV4)), x509.IPAddress(ip_address(IPV6))]
    names += [x509.RFC822Name("bob@corp.example"), x509.UniformResourceIdentifier("ldap://db.corp.example")]
    points = [x509.UniformResourceIdentifier("http://crl.corp.example/x")]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
    builder = builder.add_extension(x509.BasicConstraints(True, 1), True)
    stamp = sized(2, b"\0" + b"L" * 40 + bytes(2) + b"\4\3" + sized(2, b"signature"))
    stamps = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"), b"\4\x3c" + sized(2, stamp))
    builder = builder.add_extension(stamps, False)
    builder = builder.add_extension(
        x509.CRLDistributionPoints([x509.DistributionPoint(points, None, None, None)]), False
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def netbios(name: bytes, last: int = 0x20) -> bytes:
    """First-level encoding (RFC 1001 section 14.1)."""
    whole = name.ljust(15) + bytes([last])
    return b"".join(bytes([0x41 + (byte >> 4), 0x41 + (byte & 15)]) for byte in whole)


def netbios_query(kind: int = 0x20) -> bytes:
    return (
        struct.pack(">6H", 7, 0x110, 1, 0, 0, 0) + b"\x20" + netbios(b"ALICE-PC") + b"\0" + struct.pack(">HH", kind, 1)
    )


def netbios_answer(kind: int, data: bytes) -> bytes:
    return struct.pack(">6H", 7, 0x8500, 0, 1, 0, 0) + record(kind, data, b"\x20" + netbios(b"ALICE-PC") + b"\0")


STATUS = b"\2" + b"ALICE-PC".ljust(15) + b"\0\4\0" + b"CORP".ljust(15) + b"\0\x84\0" + MAC + bytes(40)
DATAGRAM = b"\x11\x0a\0\7" + IPV4 + b"\0\x8a\0\x60\0\0" + b"\x20" + netbios(b"ALICE-PC") + b"\0"
DATAGRAM += b"\x20" + netbios(b"CORP", 0x1D) + b"\0" + b"mailslot"


def ber(tag: int, *contents: bytes) -> bytes:
    data = b"".join(contents)
    size = bytes([len(data)]) if len(data) < 128 else b"\x82" + struct.pack(">H", len(data))
    return bytes([tag]) + size + data


def binding(value: bytes, oid: str = "2b06010201010500") -> bytes:
    return ber(0x30, ber(6, bytes.fromhex(oid)), value)


BINDINGS = {
    "text": binding(ber(4, b"alice-pc in room 7")),
    "number": binding(ber(2, b"\7")),
    "counter": binding(ber(0x41, b"\0\xff\xff\xff\xff")),
    "none": binding(ber(5)),
    "ip address": binding(ber(0x40, IPV4)),
    "mac": binding(ber(4, MAC)),
    "octets": binding(ber(4, b"\xc0\xa8\x41\x42")),
    "object": binding(ber(6, bytes.fromhex("2b0601040109"))),
    "address in index": binding(ber(2, b"\7"), "2b0601020104140101" + "8140000207"),
}


def snmp_message(*bindings: bytes, kind: int = 0xA2) -> bytes:
    pdu = ber(kind, ber(2, b"\1"), ber(2, b"\0"), ber(2, b"\0"), ber(0x30, *bindings))
    return ber(0x30, ber(2, b"\1"), ber(4, b"community"), pdu)


ENGINE = b"\x80\0\0\x09\3" + MAC
SNMP3 = ber(
    0x30,
    ber(2, b"\3"),
    ber(0x30, ber(2, b"\7"), ber(2, b"\5\0"), ber(4, b"\4"), ber(2, b"\3")),
    ber(4, ber(0x30, ber(4, ENGINE), ber(2, b"\1"), ber(2, b"\2"), ber(4, b"alice"), ber(4, b"d" * 12), ber(4))),
    ber(0x30, ber(4, ENGINE), ber(4, b""), ber(0xA0, ber(2, b"\1"), ber(0x30, BINDINGS["text"]))),
)


SAMPLES: dict[str, Sample] = {
    "dns": Sample(dns, MESSAGE),
    "dns over tcp": Sample(dns_tcp, struct.pack(">H", len(MESSAGE)) + MESSAGE),
    "dhcp": Sample(dhcp, dhcp_message(*DHCP_OPTIONS.values(), name=b"boot.example", file=b"/boot/x")),
    "dhcp in all places": Sample(dhcp, dhcp_message(option(52, b"\3"), name=option(12, b"pc") + b"\xff", file=b"\xff")),
    "dhcpv6": Sample(dhcpv6, RELAYED),
    "tls": Sample(tls, hello(*HELLO_EXTENSIONS.values()) + b"\x14\3\3\0\1\1"),
    "tls certificate": Sample(tls, handshake(11, sized(3, sized(3, der())))),
    "certificate": Sample(certificate, der()),
    "netbios query": Sample(name_service, netbios_query()),
    "netbios status": Sample(name_service, netbios_answer(0x21, STATUS)),
    "netbios datagram": Sample(datagram, DATAGRAM),
    "snmp": Sample(snmp, snmp_message(*BINDINGS.values())),
    "snmp 3": Sample(snmp, SNMP3),
    "lldp": Sample(lldp, LLDP),
    "cdp": Sample(cdp, CDP),
    "stp": Sample(stp, STP),
    "mstp": Sample(stp, MSTP),
    "tftp": Sample(tftp, TFTP),
    "ssh": Sample(ssh, SSH),
    "ssh reply": Sample(ssh, SSH_REPLY),
    "ntp control": Sample(ntp, NTP_CONTROL),
    "ntp": Sample(ntp, NTP.replace(b"t", b"\0")),
    "syslog": Sample(syslog, SYSLOG),
    "radius": Sample(radius, radius_packet(*RADIUS_ATTRIBUTES.values())),
    "smb": Sample(smb, b"".join(SMB.values()), has_offsets=True),
    "smb 1": Sample(smb, b"".join(SMB1.values()), has_offsets=True),
}
