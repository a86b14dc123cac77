"""What a run released, turned back, is what went in: every entity that the recognizers know, every format.

Where it is not, byte for byte, the pseudonym did not carry the spelling: the original comes back in its canonical one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from recognizers.registry import all_recognizers

if TYPE_CHECKING:
    from conftest import Released

Turned = Callable[..., tuple[int, bytes, str]]
#: As found -> as it comes back.
CANONICAL = {
    # One name in two spellings: of a token's originals the first in order is written.
    "xn--bcher-kva.example": "bücher.example",
    "Roe Jane/192": "ROE Jane/192",
    # Blanks behind a longer pseudonym were taken to keep its column.
    "eve9     pts/0": "eve9 pts/0",
    "192.000.002.007": "192.0.2.7",
    "2001:db8:0:0:8:800:200c:417a": "2001:db8::8:800:200c:417a",
    "fe80::1%eth0": "fe80::1",
    # A pseudonym holds no blank: digits in groups come back without.
    "4111 1111 1111 1111": "4111111111111111",
    "+49 30 901820": "+4930901820",
    "+1 (201) 555-0123": "+12015550123",
    "+555 123456": "+555123456",
    # What fills an octet is no digit of a card; a network's length has one spelling.
    "8949020000012345671F": "8949020000012345671",
    "198.51.100.0/255.255.255.128": "198.51.100.0/25",
    "<Tarek>": "<tarek>",
    "iPhone-KQ77": "iphone-kq77",
    "Ninas-MacBook-Air": "ninas-macbook-air",
    # A value behind escapes takes the pseudonym that it has in clear, written in clear.
    "20%2e40.example.com": "20.40.example.com",
    # Resolved in part, an address comes back in the notation of all others.
    "02:00:5e_00:53:0f": "02:00:5e:00:53:0f",
    "IPv6mcast_ff:00:53:0f": "33:33:ff:00:53:0f",
    # Under a key that others than people stand behind it is an account's or a host's name, too.
    "Owner:    Marta": "Owner:    marta",
    "Name: Marta's": "Name: marta's",
    # A host's pseudonym is a link even where its original was none.
    "mail[.]example[.]com": "mail.example.com",
    "mail(dot)example.com": "mail.example.com",
}


def canonical(source: bytes) -> bytes:
    for found, back in CANONICAL.items():
        source = source.replace(found.encode(), back.encode())
    return source


def test_every_entity_comes_back_from_plain_text(released: Released, turned_back: Turned) -> None:
    code, text, said = turned_back(released.native("corpora.log"))
    assert code == 0, said
    assert text.splitlines() == canonical(released.released_source("corpora.log")).splitlines()
    assert len(text.splitlines()) >= len(released.sources["corpora.log"].splitlines()) - 1


def test_the_corpora_hold_every_entity_that_is_recognized(released: Released) -> None:
    (path,) = [
        p
        for p in released.folder.glob("out/cisco/client=*/dataset=logs/run=*/_manifest.json")
        if b"IMEI" in p.read_bytes() and b"COOKIE" in p.read_bytes()
    ]
    counts = json.loads(path.read_bytes())["counts"]
    compound = {"EMAIL_ADDRESS", "URL", "DISTINGUISHED_NAME"}
    by_pattern = {recognizer.ENTITY for recognizer in all_recognizers() if recognizer.PATTERNS}
    assert by_pattern - compound - set(counts) == set()


def test_syslog_comes_back_byte_for_byte(released: Released, turned_back: Turned) -> None:
    code, text, said = turned_back(released.native("syslog.log"))
    assert (code, text) == (0, released.sources["syslog.log"]), said


def test_json_comes_back_as_the_same_values_keys_and_numbers_included(released: Released, turned_back: Turned) -> None:
    code, text, said = turned_back(released.native("nested.jsonl"))
    assert code == 0, said
    back = [json.loads(line) for line in text.splitlines()]
    source = [json.loads(line) for line in released.sources["nested.jsonl"].splitlines()]
    source[0]["user"]["id"] = back[0]["user"]["id"] = str(back[0]["user"]["id"])
    assert back == source


def test_a_vendors_prose_mail_and_urls_come_back(released: Released, turned_back: Turned) -> None:
    line = released.native("syslog.log").splitlines()
    host, user = line[0].split()[3], line[0].split()[8]
    address, mac, name = line[1].split()[7], line[1].split()[9], line[1].split()[10].strip(b"()")
    mail, serial = line[2].split()[5].strip(b"<>"), line[2].split(b"serial=")[1].split()[0]
    answer = b"\n".join(
        (
            b"Dear customer, on " + host.upper() + b", " + user.title() + b" logged in; see " + host + b".",
            b"Open https://"
            + name
            + b":8443/users/"
            + user
            + b"?ip="
            + address
            + b"&m="
            + mac.replace(b":", b"%3A")[:2],
            b"> quoted: "
            + mac.upper().replace(b":", b"-")
            + b" / "
            + mac.replace(b":", b"")[:12]
            + b" / "
            + mac[:2]
            + mac[3:5]
            + b"."
            + mac[6:8]
            + mac[9:11]
            + b"."
            + mac[12:14]
            + mac[15:17],
            b"mailto:" + mail + b", replace unit " + serial.lower() + b" (S/N:" + serial + b").",
            b'{"msg":"from\\n' + user + b" at\\t" + address + b'","u":"\\u003c' + mail + b'\\u003e"}',
        )
    )
    code, text, said = turned_back(answer)
    assert code == 0, said
    assert text.decode().splitlines() == [
        "Dear customer, on GW-01, mhale logged in; see gw-01.",
        "Open https://zq7-vaultbox.acme.example:8443/users/mhale?ip=203.0.113.219&m=00",
        "> quoted: 00-00-5E-00-53-E7 / 00005e0053e7 / 0000.5e00.53e7",
        "mailto:qorvath.w@mail.acme.example, replace unit foc2219zqxw (S/N:FOC2219ZQXW).",
        r'{"msg":"from\nmhale at\t203.0.113.219","u":"\u003cqorvath.w@mail.acme.example\u003e"}',
    ]


def test_what_was_not_issued_stays_and_is_listed(turned_back: Turned) -> None:
    answer = b"see host-abc9d, user-zzz and 9.8.7.6; the user-agent, host-based, 127.0.0.1\n"
    code, text, said = turned_back(answer)
    assert (code, text) == (0, answer)
    assert "not ours: 3, left as they are: host-abc9d user-zzz 9.8.7.6" in said
    document = json.loads(turned_back(answer, "--json")[1])
    assert document["not_ours"] == ["host-abc9d", "user-zzz", "9.8.7.6"]
    assert document["text"] == answer.decode()
    assert document["restored"] == {}


def test_another_recipients_pseudonyms_are_not_ours(released: Released, turned_back: Turned) -> None:
    assert released.run("syslog.log", recipient="stats") == 0
    theirs = released.native("syslog.log", "stats")
    code, text, _ = turned_back(theirs)
    assert (code, text) == (0, theirs)
    assert turned_back(theirs, recipient="stats")[1] == released.sources["syslog.log"]
