"""Packets of DNS, HTTP, TLS and bulk TCP as templates, and many of each made of them at once.

A template is one packet with holes: places at which addresses, ports, names and numbers of that size are written. Of
n packets all holes and checksums are written as columns of one matrix.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
#: A hole stands in a template as one of these texts.
NAME, ALIAS, PERSON, COOKIE = b"nnnnnnnn", b"aaaaaaaa", b"pppppp", b"c" * 16
ETHERNET, UDP, TCP = 14, 17, 6
_TCP_HEADER = 32


@dataclass(frozen=True)
class Template:
    """One packet with holes.

    Attributes:
      packet: from its Ethernet header on.
      version: of IP, 4 or 6.
      protocol: UDP or TCP.
      to_server: whether the client sends it.
      holes: what is filled -> where it stands.
    """

    packet: bytes
    version: int
    protocol: int
    to_server: bool
    holes: dict[bytes, tuple[int, ...]]

    @property
    def transport(self) -> int:
        return ETHERNET + (20 if self.version == 4 else 40)


def template(version: int, protocol: int, port: int, to_server: bool, payload: bytes, flags: int = 0x18) -> Template:
    size = len(payload) + (_TCP_HEADER if protocol == TCP else 8)
    ports = (0, port) if to_server else (port, 0)
    if protocol == TCP:
        # Timestamps are the one option, as most hosts send it.
        head = struct.pack(">HHIIBBHHH", *ports, 0, 0, 0x80, flags, 502, 0, 0) + b"\x01\x01\x08\x0a" + bytes(8)
    else:
        head = struct.pack(">HHHH", *ports, size, 0)
    if version == 4:
        network = struct.pack(">BBHHHBBH8x", 0x45, 0, 20 + size, 0, 0x4000, 64, protocol, 0)
    else:
        network = struct.pack(">IHBB32x", 6 << 28, size, protocol, 64)
    packet = bytes(12) + (b"\x08\x00" if version == 4 else b"\x86\xdd") + network + head + payload
    holes = {text: tuple(_places(packet, text)) for text in (NAME, ALIAS, PERSON, COOKIE)}
    return Template(packet, version, protocol, to_server, holes)


def _places(packet: bytes, text: bytes) -> list[int]:
    found, at = [], packet.find(text)
    while at >= 0:
        found.append(at)
        at = packet.find(text, at + len(text))
    return found


def dns(version: int) -> tuple[Template, Template]:
    """A question and its answer: an alias, and the address behind it, which is that of the server."""
    asked = (1).to_bytes(2, "big") if version == 4 else (28).to_bytes(2, "big")
    name = b"\x08" + NAME + b"\x04corp\x07example\x03com\x00"
    question = name + asked + b"\x00\x01"
    length = 4 if version == 4 else 16
    alias = b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x0e\x10\x00\x0b\x08" + ALIAS + b"\xc0\x15"
    address = (
        b"\xc0" + bytes([12 + len(question) + 12]) + asked + b"\x00\x01\x00\x00\x0e\x10" + length.to_bytes(2, "big")
    )
    answer = struct.pack(">HHHHHH", 7, 0x8180, 1, 2, 0, 0) + question + alias + address + bytes(length)
    return (
        template(version, UDP, 53, True, struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question),
        template(version, UDP, 53, False, answer),
    )


def http(version: int) -> tuple[Template, ...]:
    host = b"Host: " + NAME + b".corp.example.com\r\n"
    agent = b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\nAccept: */*\r\n"
    cookie = b"Cookie: session=" + COOKIE + b"\r\n"
    get = b"GET /people/" + PERSON + b"/profile HTTP/1.1\r\n" + host + agent + cookie + b"\r\n"
    form = b"user=" + PERSON + b"&mail=" + PERSON + b"%40example.com&note=please+call"
    length = str(len(form)).encode()
    post = b"POST /orders HTTP/1.1\r\n" + host + agent + b"Content-Type: application/x-www-form-urlencoded\r\n"
    post += b"Content-Length: " + length + b"\r\n" + cookie + b"\r\n" + form
    page = b"<html><body><h1>Orders of " + PERSON + b"</h1><p>sent to " + PERSON + b"@example.com by " + NAME
    page += b".corp.example.com</p>" + b"<p>nothing else is said in here</p>" * 12 + b"</body></html>"
    found = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nSet-Cookie: session=" + COOKIE
    found += b"; HttpOnly\r\nContent-Length: " + str(len(page)).encode() + b"\r\n\r\n" + page
    return tuple(template(version, TCP, 80, up, text) for up, text in ((True, get), (True, post), (False, found)))


def tls(version: int) -> tuple[Template, ...]:
    server_name = NAME + b".corp.example.com"
    name = struct.pack(">BH", 0, len(server_name)) + server_name
    extensions = struct.pack(">HHH", 0, len(name) + 2, len(name)) + name
    extensions += (
        b"\x00\x0a\x00\x04\x00\x02\x00\x1d"
        + b"\x00\x10\x00\x0e\x00\x0c\x02h2\x08http/1.1"
        + b"\x00\x2b\x00\x03\x02\x03\x04"
    )
    key = b"\x00\x1d\x00\x20" + COOKIE * 2
    share = b"\x00\x33\x00\x26\x00\x24" + key
    chosen = b"\x00\x2b\x00\x02\x03\x04\x00\x33\x00\x24" + key
    ciphers = b"\x13\x01\x13\x02\x13\x03\xc0\x2b\xc0\x2f\xcc\xa9\xc0\x2c\xc0\x30"
    hello = b"\x03\x03" + COOKIE * 2 + b"\x20" + COOKIE * 2 + struct.pack(">H", len(ciphers)) + ciphers + b"\x01\x00"
    hello += struct.pack(">H", len(extensions) + len(share)) + extensions + share
    answer = b"\x03\x03" + COOKIE * 2 + b"\x20" + COOKIE * 2 + b"\x13\x01\x00"
    answer += struct.pack(">H", len(chosen)) + chosen
    data = b"\x17\x03\x03" + struct.pack(">H", 1200) + bytes(np.random.default_rng(3).bytes(1200))
    return (
        template(version, TCP, 443, True, _handshake(1, hello)),
        template(version, TCP, 443, False, _handshake(2, answer)),
        template(version, TCP, 443, False, data),
        template(version, TCP, 443, True, data[:200].replace(struct.pack(">H", 1200), struct.pack(">H", 195), 1)),
    )


def _handshake(kind: int, body: bytes) -> bytes:
    message = bytes([kind]) + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def bulk(version: int) -> tuple[Template, ...]:
    """Two full segments for each acknowledgement."""
    body = np.random.default_rng(4).bytes(1448 if version == 4 else 1428)
    sent = template(version, TCP, 8443, False, body, 0x10)
    return sent, sent, template(version, TCP, 8443, True, b"", 0x10)


def fill(made: Template, rows: Bytes, clients: Bytes, servers: Bytes, numbers: npt.NDArray[np.int64]) -> None:
    """Write addresses, ports, numbers and checksums into copies of a template; its names are written before.

    Args:
      rows: uint8 [n, len(made.packet)].
      clients, servers: uint8 [n, 6 + 4 or 16], MAC and IP address of either side.
      numbers: int64 [n], of which port, sequence number and the like are made.
    """
    source, destination = (clients, servers) if made.to_server else (servers, clients)
    at, length = made.transport, 4 if made.version == 4 else 16
    rows[:, 0:6], rows[:, 6:12] = destination[:, :6], source[:, :6]
    rows[:, at - 2 * length : at - length], rows[:, at - length : at] = source[:, 6:], destination[:, 6:]
    port = at if made.to_server else at + 2
    _put(rows, port, numbers % 20000 + 40000, 2)
    if made.version == 4:
        _put(rows, ETHERNET + 4, numbers, 2)
        _put(rows, ETHERNET + 10, _sum(rows[:, ETHERNET:at]), 2)
    if made.protocol == TCP:
        _put(rows, at + 4, numbers * 1448, 4)
        _put(rows, at + 8, numbers * 1000, 4)
        _put(rows, at + 24, numbers * 3, 4)
        _put(rows, at + 28, numbers * 5, 4)
    else:
        _put(rows, at + 8, numbers, 2)
        if not made.to_server:
            rows[:, -length:] = servers[:, 6:]
    pseudo = np.zeros((len(rows), 4), np.uint8)
    _put(pseudo, 0, np.full(len(rows), rows.shape[1] - at), 2)
    pseudo[:, 3] = made.protocol
    place = at + (16 if made.protocol == TCP else 6)
    total = _sum(rows[:, at - 2 * length :], pseudo)
    # A UDP sum of zero would say that there is none (RFC 768).
    _put(rows, place, np.where(total == 0, 0xFFFF, total) if made.protocol == UDP else total, 2)


def _put(rows: Bytes, at: int, values: npt.NDArray[np.int64], size: int) -> None:
    for place in range(size):
        rows[:, at + place] = values >> 8 * (size - 1 - place) & 255


def _sum(*parts: Bytes) -> npt.NDArray[np.int64]:
    """Ones' complement sums of 16-bit words (RFC 1071), in which the checksum itself is still zero."""
    total = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        total += part[:, 0::2].sum(axis=1, dtype=np.int64) * 256 + part[:, 1::2].sum(axis=1, dtype=np.int64)
    for _ in range(3):
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
