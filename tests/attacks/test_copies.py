"""Copies of an identifier in another form: other notations, encodings, names made of it, in real releases."""

from __future__ import annotations

import base64
import html
import ipaddress
import json
import quopri
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from conftest import Release, Stated

#: The process number tells the copy, in a release too.
STAMP = "2026-03-09T10:00:00Z gw1 app[%d]: "
HEX, BASE64 = re.compile(r"(?:[0-9a-fA-F]{2}){4,}"), re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


class Person:
    """What identifies one imaginary person; each copy has its own, so that nothing found elsewhere helps."""

    def __init__(self, number: int) -> None:
        letters = "".join(chr(97 + (number * 7 + k * k * 5) % 26) for k in range(4))
        self.user = f"qv{letters}{number:02d}"
        self.mail = f"{self.user}@mail.example"
        self.ip = f"203.0.113.{number + 20}"
        self.mac = f"00:00:5e:00:53:{number + 20:02x}"
        self.v6 = f"2001:db8:ac:{number + 20:x}::7"

    @property
    def octets(self) -> bytes:
        return ipaddress.IPv4Address(self.ip).packed

    @property
    def low(self) -> str:
        return self.mac[-2:]


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


#: copy -> the line that holds it. Each names one of the person's identifiers, in this form only.
COPIES: dict[str, Callable[[Person], str]] = {
    "EUI-64 in a global address": lambda p: f"neighbour 2001:db8:5:1:200:5eff:fe00:53{p.low} reachable",
    "EUI-64 in a link-local address": lambda p: f"neighbour fe80::200:5eff:fe00:53{p.low}%eth0 reachable",
    "solicited-node group": lambda p: f"joined ff02::1:ff00:53{p.low} on eth0",
    "MAC of that group": lambda p: f"sent to 33:33:ff:00:53:{p.low} on eth0",
    "MAC without separators": lambda p: f"station {p.mac.replace(':', '').upper()} associated",
    "MAC in a DHCP client id": lambda p: f"dhcpd: client-id 01:{p.mac} offered",
    "MAC in an interface name": lambda p: f"renamed to enx{p.mac.replace(':', '')}",
    "MAC in a UUID": lambda p: f"device 5f2b1c00-1b2c-11f1-8000-{p.mac.replace(':', '')} ready",
    "PTR name, IPv4": lambda p: f"query: {'.'.join(reversed(p.ip.split('.')))}.in-addr.arpa IN PTR",
    "PTR name, IPv6": lambda p: f"query: {ipaddress.ip_address(p.v6).reverse_pointer} IN PTR",
    "host name made of an address": lambda p: f"connect from ip-{p.ip.replace('.', '-')}.isp.example",
    "such a name with another word": lambda p: f"connect from kunde-{p.ip.replace('.', '-')}.isp.example",
    "X-Forwarded-For": lambda p: f"X-Forwarded-For: {p.ip}, 10.9.8.7",
    "Forwarded": lambda p: f'Forwarded: for="[{p.v6}]:4711";proto=https',
    "IPv4-mapped address": lambda p: f"peer ::ffff:{p.ip} closed",
    "IPv4-mapped address in hexadecimal": lambda p: f"peer ::ffff:{p.octets[:2].hex()}:{p.octets[2:].hex()} closed",
    "defanged address": lambda p: f"blocked {p.ip.replace('.', '[.]')} by list",
    "address as a decimal number": lambda p: f"blocked {int.from_bytes(p.octets, 'big')} by list",
    "address as a hexadecimal number": lambda p: f"blocked 0x{p.octets.hex()} by list",
    "address in /proc/net/tcp": lambda p: f"0: {p.octets[::-1].hex().upper()}:0016 00000000:0000 0A",
    "percent-encoded address": lambda p: f"GET /go?to={p.ip.replace('.', '%2E')} 200",
    "percent-encoded mail address": lambda p: f"GET /go?mail={p.mail.replace('@', '%40')} 200",
    "mail address twice percent-encoded": lambda p: f"GET /go?mail={p.mail.replace('@', '%2540')} 200",
    "mail address with a JSON escape": lambda p: f'body {{\\"mail\\":\\"{p.mail.replace("@", chr(92) + "u0040")}\\"}}',
    "mail address with an HTML entity": lambda p: f"<td>{p.mail.replace('@', '&#64;')}</td>",
    "mail address in quoted-printable": lambda p: f"X-To: {p.mail.replace('@', '=40')}",
    "mail address in a bounce address": lambda p: f"from=<bounce+{p.mail.replace('@', '=')}@lists.example>",
    "Basic authorization": lambda p: f"Authorization: Basic {encoded(p.user + ':pw')}",
    "JSON web token": lambda p: f"token eyJhbGciOiJub25lIn0.{encoded(json.dumps({'sub': p.mail})).rstrip('=')}.c2ln",
    "base64 of a mail address in a query": lambda p: f"GET /go?u={encoded(p.mail)} 200",
    "base64 of a mail address in text": lambda p: f"payload {encoded(p.mail)} stored",
    "base64 of a command line in UTF-16": lambda p: (
        f"powershell -enc {base64.b64encode(f'net user {p.user}'.encode('utf-16-le')).decode()}"
    ),
    "hexadecimal of an account": lambda p: f"auditd: acct={p.user.encode().hex().upper()} res=ok",
    "home folder": lambda p: f"open /home/{p.user}/notes.txt failed",
    "home folder flattened into a name": lambda p: f"open /var/cache/-home-{p.user}-notes failed",
    "account in a unit's name": lambda p: f"started session-{p.user}.scope",
    "Message-ID with a host": lambda p: f"message-id=<20260309.77@{p.user}.mail.example>",
}


def views(text: str) -> Iterator[str]:
    """A text, and what an attacker decodes of it, down to the second layer."""
    for one in {text, unquote(text), unquote(unquote(text)), html.unescape(text)}:
        yield one
        yield one.replace("[.]", ".")
        yield re.sub(r"\\+u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), one)
        yield quopri.decodestring(one.encode("ascii", "ignore")).decode("utf-8", "ignore")
        for run in BASE64.findall(one):
            for part in run.split("."):
                plain = part.rstrip("=").translate(str.maketrans("-_", "+/"))
                decoded = base64.b64decode(plain + "=" * (-len(plain) % 4) if len(plain) % 4 != 1 else "")
                yield decoded.decode("utf-8", "ignore")
                yield decoded.decode("utf-16-le", "ignore")
        for run in HEX.findall(one):
            yield bytes.fromhex(run).decode("utf-8", "ignore")


def shows(text: str, person: Person) -> bool:
    """Whether any identifier of the person is in a text or what can be decoded of it."""
    dashed, backward = person.ip.replace(".", "-"), ".".join(reversed(person.ip.split(".")))
    packed = person.octets.hex()
    marks = {
        person.user, person.ip, dashed, backward + ".in-addr", f"{int(packed, 16)}", packed,
        person.octets[::-1].hex(), f"{packed[:4]}:{packed[4:]}", f"00:53:{person.low}", f"005e0053{person.low}",
        f"00:53{person.low}", f":ff00:53{person.low}", f"fe00:53{person.low}", person.v6,
        ipaddress.ip_address(person.v6).reverse_pointer,
    }  # fmt: skip
    return any(mark in view.lower() for view in views(text) for mark in marks)


def fates(release: Release, **how: object) -> dict[str, list[str]]:
    """The copies that are replaced, held back with their record, and left, in a vendor's release."""
    people = {copy: Person(number) for number, copy in enumerate(COPIES)}
    lines = {copy: STAMP % number + make(people[copy]) for number, (copy, make) in enumerate(COPIES.items())}
    # The attacker's eye is good enough: every copy is one.
    assert [copy for copy, line in lines.items() if not shows(line, people[copy])] == []
    if "client" in how:
        how["keywords"] = [person.user for person in people.values()]
    text = "".join(f"{line}\n" for line in lines.values())
    released = release("copies.log", text, {"cisco": "vendor"}, **how)["cisco"]
    by_number = {int(found[1]): line for line in released if (found := re.search(r"app\[(\d+)\]", line))}
    assert len(by_number) == len(released)
    done: dict[str, list[str]] = {"replaced": [], "held back": [], "left": []}
    for number, copy in enumerate(COPIES):
        line = by_number.get(number)
        done["held back" if line is None else "left" if shows(line, people[copy]) else "replaced"].append(copy)
    return done


@pytest.fixture(scope="module")
def undeclared(release: Release) -> dict[str, list[str]]:
    """Run before a client declares these accounts: in this one's logs they would be another client's from then on."""
    return fates(release)


def test_copies_of_an_identifier_in_a_vendors_release(undeclared: dict[str, list[str]], stated: Stated) -> None:
    stated(
        {
            "copies that are replaced": "; ".join(undeclared["replaced"]),
            "copies whose record is held back": "; ".join(undeclared["held back"]) or "none",
            "copies that get through": "; ".join(undeclared["left"]),
        }
    )


def test_copies_of_a_declared_identifier(release: Release, undeclared: dict[str, list[str]], stated: Stated) -> None:
    """The same lines, of a client that declares the accounts as keywords."""
    found = fates(release, client="hooli")
    assert set(found["left"]) <= set(undeclared["left"])
    saved = [copy for copy in undeclared["left"] if copy not in found["left"]]
    stated({"copies that get through unless the account is declared": "; ".join(saved)})
