"""Acme's web server: an access log in the combined format (https://httpd.apache.org/docs/current/logs.html)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.demo.clients import ACME, Person
from pipeline.demo.days import Day
from pipeline.demo.router import SCANNERS, lan_address

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36",
    "curl/8.5.0",
)
SITE = "https://intranet.acme.example"


def lines(day: Day, count: int) -> Iterator[str]:
    for _ in range(count):
        day.pass_time(40)
        yield scan(day) if day.chance(0.15) else visit(day, day.pick(ACME))


def visit(day: Day, person: Person) -> str:
    from_home = day.chance(0.25)
    ip = f"2001:db8:ac:20::{person.number:x}" if from_home else lan_address(person)
    method, path = day.pick(
        (
            ("GET", "/"),
            ("GET", "/static/site.css"),
            ("GET", f"/people/{person.account}"),
            ("GET", f"/search?q=printer&mail={person.account}%40acme.example"),
            ("POST", "/session"),
            ("GET", f"/files/{person.account}/report-{day.between(1, 40)}.pdf?token={day.hexadecimal(24)}"),
            ("GET", f"/assets/host?name={person.host}.acme.example&mac={person.mac.replace(':', '%3A')}"),
        )
    )
    account = person.account if day.chance(0.7) else "-"
    referrer = f"{SITE}/people/{person.account}" if day.chance(0.4) else f"{SITE}/"
    return row(day, ip, account, f"{method} {path} HTTP/1.1", day.pick((200, 200, 200, 304, 302)), referrer)


def scan(day: Day) -> str:
    path = day.pick(("/wp-login.php", "/.env", "/admin/config.php", "/cgi-bin/status"))
    return row(day, day.pick(SCANNERS), "-", f"GET {path} HTTP/1.0", 404, "-")


def row(day: Day, ip: str, account: str, request: str, status: int, referrer: str) -> str:
    return (
        f'{ip} - {account} [{day.common()}] "{request}" {status} {day.between(120, 48000)} '
        f'"{referrer}" "{day.pick(AGENTS)}"'
    )
