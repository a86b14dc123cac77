"""Globex's billing application: JSON lines after the Elastic Common Schema, nested, with stack traces."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.demo.clients import GLOBEX, Person, spelt
from pipeline.demo.days import Day

Json = dict[str, object]


def lan_address(person: Person) -> str:
    """The address of a person's machine in Globex's network."""
    return f"192.168.40.{person.number}"


def lines(day: Day, count: int) -> Iterator[str]:
    for _ in range(count):
        day.pass_time(70)
        person = day.pick(GLOBEX)
        story = day.pick((request, request, request, failure, device, job))
        event = {"@timestamp": day.rfc5424(), **story(day, person)}
        yield json.dumps(event, ensure_ascii=day.chance(0.5), separators=(",", ":"))


def caller(day: Day, person: Person) -> Json:
    return {
        "client": {"ip": lan_address(person), "port": day.between(32768, 60999)},
        "user": {
            "name": person.account,
            "full_name": person.name,
            "email": f"{person.account}@globex.example",
        },
        "trace": {"id": day.hexadecimal(32)},
    }


def request(day: Day, person: Person) -> Json:
    invoice = day.between(10000, 99999)
    return {
        "log": {"level": "info", "logger": "billing.web"},
        "message": f"{person.account} opened invoice {invoice}",
        "http": {
            "request": {
                "method": "GET",
                "headers": {
                    "authorization": f"Bearer {day.hexadecimal(40)}",
                    "cookie": f"session={day.hexadecimal(32)}; theme=dark",
                    "x-forwarded-for": f"{lan_address(person)}, 198.51.100.{day.between(10, 20)}",
                },
            },
            "response": {"status_code": 200, "body": {"bytes": day.between(400, 20000)}},
        },
        "url": {"full": f"https://billing.globex.example/invoices/{invoice}?user={person.account}#top"},
        **caller(day, person),
    }


def failure(day: Day, person: Person) -> Json:
    invoice = day.between(10000, 99999)
    host = f"db-{day.between(1, 3)}.globex.example"
    return {
        "log": {"level": "error", "logger": "billing.store"},
        "message": f"cannot save invoice {invoice} for {person.account}@globex.example",
        "error": {
            "type": "StoreTimeout",
            "message": f"no answer from {host}:5432 (198.51.100.{day.between(10, 20)}) in 5000 ms",
            "stack_trace": "\n".join(
                (
                    f"StoreTimeout: no answer from {host}:5432 in 5000 ms",
                    f"    at save (/home/{person.account}/billing/store.js:{day.between(10, 400)}:12)",
                    f"    at session.run (user={person.account}, password={day.hexadecimal(10)})",
                    "    at main (/opt/billing/main.js:77:3)",
                )
            ),
        },
        **caller(day, person),
    }


def device(day: Day, person: Person) -> Json:
    return {
        "log": {"level": "info", "logger": "billing.devices"},
        "message": f"terminal enrolled at Northgate-Plant by {person.name}",
        "device": {
            "id": day.uuid(),
            "imei": with_check_digit(f"00101700{person.number:06d}"),
            "serial_number": f"GX{person.number:02d}-{day.digits(6)}",
            "mac": spelt(person.mac, day.pick(("colon", "dash", "dotted", "bare"))),
            "addresses": [lan_address(person), f"2001:db8:b0:40::{person.number:x}", person.link_local],
        },
        **caller(day, person),
    }


def job(day: Day, person: Person) -> Json:
    return {
        "log": {"level": "debug", "logger": "billing.jobs"},
        "message": "nightly totals of Operation Tidewater done",
        "host": {"name": f"{person.host}.globex.example", "ip": [lan_address(person)]},
        "process": {"pid": day.between(300, 32000), "name": "totals"},
        "totals": {"rows": day.between(100, 90000), "amount": day.between(1000, 99999) / 100, "partial": None},
    }


def with_check_digit(digits: str) -> str:
    """An IMEI: fourteen digits and their Luhn digit (3GPP TS 23.003, annex B)."""
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"
