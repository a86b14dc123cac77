"""Log lines to measure with: three formats, values that repeat as in real logs, the same bytes for the same size.

About 175 bytes and 3.5 identifiers a line. Values are drawn by Zipf's law (the value of rank k stands 1/k as often as
the first) from 35,000 distinct ones, shared by all formats. Times are unique enough and only move on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice, repeat
from pathlib import Path
from typing import BinaryIO

import numpy as np

KINDS = ("syslog", "access", "json")
#: Distinct values by kind; 35,000 in all.
DISTINCT = {"account": 6000, "host": 6000, "ip": 16000, "mac": 3000, "hex": 4000}
LINES_A_BLOCK = 20_000
FIRST = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
SYLLABLES = ("ba", "co", "di", "fe", "gu", "ha", "jo", "ki", "lu", "me", "no", "pa", "ri", "su", "ta", "vo", "we", "zi")
Values = dict[str, list[str]]


def distinct_values() -> Values:
    """The values that lines are filled with: private and documentation addresses, names of syllables."""

    def word(number: int) -> str:
        parts = []
        for _ in range(3):
            number, place = divmod(number, len(SYLLABLES))
            parts.append(SYLLABLES[place])
        return "".join(parts) + (str(number) if number else "")

    def ip(number: int) -> str:
        if number % 8 == 0:
            return f"{('192.0.2', '198.51.100', '203.0.113')[number // 8 % 3]}.{number // 24 % 256}"
        return f"10.{number >> 8 & 255}.{number & 255}.{number * 7 % 250 + 1}"

    spread = np.random.default_rng(7)
    return {
        "account": [word(n) for n in range(DISTINCT["account"])],
        "host": [f"{word(n)}-{n % 97}.{('corp', 'dmz', 'lab')[n % 3]}.example.com" for n in range(DISTINCT["host"])],
        "ip": [ip(n) for n in range(DISTINCT["ip"])],
        # Locally administered: no maker's address.
        "mac": [f"02:00:5e:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}" for n in range(DISTINCT["mac"])],
        "hex": [spread.bytes(16).hex() for _ in range(DISTINCT["hex"])],
    }


def syslog_lines(pick: Callable[[str], Iterator[str]], seconds: list[int], rng: np.random.Generator) -> list[str]:
    """RFC 3164 lines of sshd, sudo, a firewall, DHCP and a mail server."""
    templates = (
        "sshd[{n}]: Accepted publickey for {account} from {ip} port {n} ssh2: RSA SHA256:{hex}",
        "sshd[{n}]: pam_unix(sshd:session): session opened for user {account} by (uid=0), from client {ip}, "
        "terminal ssh, lease renewed for {mac}",
        "kernel: [FW-ACCEPT] IN=eth0 OUT=eth1 SRC={ip} DST={ip} LEN={n} TOS=0x00 PREC=0x00 TTL=63 ID={n} PROTO=TCP "
        "SPT={n} DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0",
        "dhcpd[{n}]: DHCPACK on {ip} to {mac} ({host}) via eth1: lease of 43200 seconds, next server {ip}",
        "postfix/smtp[{n}]: 4F{n}A: to=<{account}@example.com>, relay={host}[{ip}]:25, delay=0.81, dsn=2.0.0, "
        "status=sent",
        "sudo: {account} : TTY=pts/0 ; PWD=/home/{account}/work ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx",
        "systemd[1]: Started session {n} of user {account}: slice and scope made, limits applied, 0 units failed, "
        "no work left in the queue",
    )
    chosen = rng.choice(len(templates), len(seconds), p=(0.16, 0.14, 0.22, 0.18, 0.14, 0.08, 0.08)).tolist()
    compiled = [compile_template(t) for t in templates]
    hosts = pick("host")
    lines = []
    for second, which in zip(seconds, chosen):
        text, names = compiled[which]
        host = next(hosts).partition(".")[0]
        lines.append(f"{rfc3164(second)} {host} {text % tuple(next(pick(name)) for name in names)}")
    return lines


def access_lines(pick: Callable[[str], Iterator[str]], seconds: list[int], rng: np.random.Generator) -> list[str]:
    """Lines in the combined format."""
    templates = (
        "GET /people/%s/profile HTTP/1.1",
        "GET /static/app.css?by=%s HTTP/1.1",
        "POST /api/v2/orders?user=%s HTTP/1.1",
    )
    agents = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", "Mozilla/5.0 (Windows NT 10.0) Chrome/133.0", "curl/8.5")
    which, agent = rng.integers(0, 3, len(seconds)).tolist(), rng.integers(0, 3, len(seconds)).tolist()
    return [
        f'{ip} - {account} [{common(second)}] "{templates[w] % account}" {200 if w else 304} {number} '
        f'"https://{host}/start" "{agents[a]}"'
        for ip, account, host, number, second, w, a in zip(
            pick("ip"), pick("account"), pick("host"), pick("n"), seconds, which, agent
        )
    ]


def json_lines(pick: Callable[[str], Iterator[str]], seconds: list[int], rng: np.random.Generator) -> list[str]:
    """Lines of an application, nested after the Elastic Common Schema."""
    return [
        f'{{"@timestamp":"{iso(second)}","log":{{"level":"info"}},"message":"order {number} of {account} stored",'
        f'"client":{{"ip":"{ip}"}},"user":{{"name":"{account}"}},"host":{{"name":"{host}"}}}}'
        for ip, account, host, number, second in zip(pick("ip"), pick("account"), pick("host"), pick("n"), seconds)
    ]


MAKERS = {"syslog": syslog_lines, "access": access_lines, "json": json_lines}


def compile_template(template: str) -> tuple[str, list[str]]:
    """``{name}`` holes as a ``%`` format and the names in order."""
    names, text = [], template.replace("%", "%%")
    while "{" in text:
        before, _, rest = text.partition("{")
        name, _, after = rest.partition("}")
        names.append(name)
        text = f"{before}%s{after}"
    return text, names


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


@lru_cache
def rfc3164(second: int) -> str:
    when = moment(second)
    return f"{when:%b} {when.day:2d} {when:%H:%M:%S}"


@lru_cache
def common(second: int) -> str:
    return f"{moment(second):%d/%b/%Y:%H:%M:%S +0000}"


@lru_cache
def iso(second: int) -> str:
    return f"{moment(second):%Y-%m-%dT%H:%M:%S}.000Z"


def block(kind: str, number: int, values: Values) -> bytes:
    """Block ``number`` of LINES_A_BLOCK lines of one kind; a pure function of its arguments."""
    rng = np.random.default_rng((KINDS.index(kind), number))
    streams: dict[str, Iterator[str]] = {}

    def pick(name: str) -> Iterator[str]:
        if name not in streams:
            streams[name] = drawn(name, values, rng)
        return streams[name]

    # A block lasts 100 seconds; a second's text is made once.
    seconds = (FIRST + number * 100 + np.sort(rng.integers(0, 100, LINES_A_BLOCK))).tolist()
    return ("\n".join(MAKERS[kind](pick, seconds, rng)) + "\n").encode("ascii")


def drawn(name: str, values: Values, rng: np.random.Generator) -> Iterator[str]:
    """An endless stream of values of one kind by Zipf's law, or of plain numbers for ``n``."""
    if name == "n":
        for _ in repeat(None):
            yield from map(str, rng.integers(1000, 65000, LINES_A_BLOCK).tolist())
    pool = values[name]
    weight = 1.0 / np.arange(1, len(pool) + 1)
    edges = np.cumsum(weight / weight.sum())
    for _ in repeat(None):
        ranks = np.minimum(np.searchsorted(edges, rng.random(LINES_A_BLOCK)), len(pool) - 1)
        yield from map(pool.__getitem__, ranks.tolist())


def blocks(kind: str) -> Iterator[bytes]:
    """Endless blocks of one kind; ``mix`` is two of syslog, one of access, one of JSON, each block of one format."""
    values = distinct_values()
    turns = ("syslog", "access", "syslog", "json") if kind == "mix" else (kind,)
    number = 0
    while True:
        yield block(turns[number % len(turns)], number, values)
        number += 1


def write_kind(kind: str, size: int, to: BinaryIO) -> int:
    """Writes whole lines of one kind until ``size`` bytes are reached; returns the bytes written."""
    written = 0
    for made in blocks(kind):
        cut = made if written + len(made) <= size else made[: made.rfind(b"\n", 0, size - written) + 1]
        to.write(cut)
        written += len(cut)
        if cut is not made:
            return written
    return written


def write_inputs(folder: Path, kind: str, size: int) -> list[Path]:
    """One file a format (a file has one format): the mix is 50 % syslog, 25 % access, 25 % JSON lines, by bytes."""
    shares = {"syslog": 0.5, "access": 0.25, "json": 0.25} if kind == "mix" else {kind: 1.0}
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for each, share in shares.items():
        path = folder / f"{each}.log"
        with path.open("wb") as file:
            write_kind(each, int(size * share), file)
        paths.append(path)
    return paths


def first_lines(path: Path, count: int) -> list[str]:
    with path.open(encoding="ascii") as file:
        return [line.rstrip("\n") for line in islice(file, count)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=(*KINDS, "mix"))
    parser.add_argument("megabytes", type=int)
    arguments = parser.parse_args()
    write_kind(arguments.kind, arguments.megabytes * 1_000_000, sys.stdout.buffer)
