"""How fast the service answers: python tests/benchmarks/service_latency.py [--seconds N] [--rate N]

``redact serve`` runs as a process of its own. Tickets of 2 kB, each with hosts, users and addresses of its own, are
posted at a steady rate over kept connections; then a batch of them is sent. Prints one JSON document. Times of the
clock are worth something on an idle machine alone; the processor's own (``cpu``) tell what one core could do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
MAIN = "import sys; from pipeline.cli.main import main; sys.exit(main())"
TICKET_BYTES = 2000


def redact(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-c", MAIN, *arguments, "--workspace", str(folder / "workspace")]


def ticket(number: int) -> str:
    """A mail with a piece of a log, of about TICKET_BYTES."""
    text = (
        f"Hello, since this morning gw-{number}.acme.example drops its tunnel to 203.0.113.{number % 250}. "
        f"User mhale{number} cannot log in; the last lines of the log are below.\n\n"
    )
    line = 0
    while len(text) < TICKET_BYTES:
        text += (
            f"Mar  9 10:{number % 60:02d}:{line % 60:02d} gw-{number % 97} sshd[{number}]: Accepted password for "
            f"user{(number * 7 + line) % 5000} from 192.0.2.{line * 3 % 250} port {20000 + line} ssh2\n"
        )
        line += 1
    return text


def story(number: int) -> str:
    """A mail that holds no log, of about TICKET_BYTES: each paragraph is shown to the model."""
    names = ("Jane", "Omar", "Priya", "Liam", "Sofia"), ("Hale", "Novak", "Quist", "Brandt", "Okafor")
    said = (
        "since the last update nobody at our branch can print, and {} asked whether {} had changed the driver again. "
    )
    text = ""
    while len(text) < TICKET_BYTES:
        one, other = (f"{names[0][(number + k) % 5]} {names[1][(number * 3 + k) % 5]}" for k in (0, len(text)))
        text += f"Hello, this is {one}, {len(text)} days into ticket {number}. " + said.format(other, one) * 2 + "\n\n"
    return text


async def steadily(address: str, token: str, rate: int, seconds: int, form: str | None) -> list[float]:
    """Seconds that each of some requests took, from when it was due."""
    took: list[float] = []
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=30) as client:

        async def ask(number: int, due: float) -> None:
            body = {"client": "acme", "recipient": "cisco", "text": (story if form == "prose" else ticket)(number)}
            body |= {"format": form} if form else {}
            response = await client.post("/v1/redact", json=body, headers={"authorization": f"Bearer {token}"})
            assert response.status_code == 200, response.status_code
            took.append(time.perf_counter() - due)

        async with asyncio.TaskGroup() as group:
            began = time.perf_counter()
            for number in range(rate * seconds):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(ask(number, due))
    return took


def in_batch(address: str, token: str, form: str | None, count: int) -> float:
    """Megabytes of texts a second through the batch endpoint."""
    texts = [ticket(number) for number in range(100_000, 100_000 + count)]
    body = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)
    query = {"client": "acme", "recipient": "cisco", **({"format": form} if form else {})}
    headers = {"authorization": f"Bearer {token}", "content-type": "application/x-ndjson"}
    began = time.perf_counter()
    with httpx.Client(base_url=address, timeout=300) as client:
        response = client.post("/v1/redact/batch", params=query, content=body, headers=headers)
    seconds = time.perf_counter() - began
    assert json.loads(response.text.splitlines()[-1])["texts"] == count
    return sum(map(len, texts)) / seconds / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--format", help="of the steady requests; prose asks the model, by default each is looked at")
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(redact(folder, "init", str(folder / "workspace"))[:-2], check=True, capture_output=True)
        subprocess.run(redact(folder, "client", "add", "acme"), check=True, capture_output=True)
        subprocess.run(
            redact(folder, "recipient", "add", "cisco", "--profile", "vendor", "--client", "acme"), check=True
        )
        add = redact(folder, "token", "add", "bench", "--client", "acme", "--recipient", "cisco")
        token = subprocess.run(add, check=True, capture_output=True, text=True).stdout.strip()
        began = time.perf_counter()
        server = subprocess.Popen(redact(folder, "serve", "--port", "0"), stderr=subprocess.PIPE, text=True)
        assert server.stderr is not None
        try:
            said = next(line for line in server.stderr if "Listening on" in line)
            address = said.split("Listening on ")[1].split()[0]
            # What it says is read, so that it never waits for room.
            drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
            process = psutil.Process(server.pid)
            listening = time.perf_counter() - began
            while httpx.get(f"{address}readyz").status_code != 200:
                time.sleep(0.05)
            ready, memory = time.perf_counter() - began, process.memory_info().rss

            def used() -> float:
                times = process.cpu_times()
                return float(times.user + times.system)

            before = used()
            took = asyncio.run(steadily(address, token, given.rate, given.seconds, given.format))
            first = took[0]
            took.sort()
            each = (used() - before) / len(took)
            before = used()
            by_clock = in_batch(address, token, "text", given.texts)
            batch_seconds = used() - before
            size = sum(len(ticket(number)) for number in range(100_000, 100_000 + given.texts)) / 1e6
            result = {
                "requests": len(took),
                "rate": given.rate,
                "listening_s": round(listening, 2),
                "ready_s": round(ready, 2),
                "ready_mb": memory >> 20,
                "first_ms": round(1000 * first, 2),
                "p50_ms": round(1000 * took[len(took) // 2], 2),
                "p99_ms": round(1000 * took[int(len(took) * 0.99)], 2),
                "max_ms": round(1000 * took[-1], 2),
                "memory_mb": process.memory_info().rss >> 20,
                "cpu_ms_per_request": round(1000 * each, 2),
                "load": os.getloadavg()[0],
                "batch_mb_per_s": round(by_clock, 2),
                "batch_mb_per_cpu_s": round(size / batch_seconds, 2),
                "batch_looked_at_mb_per_s": round(in_batch(address, token, None, given.texts), 2),
            }
            print(json.dumps(result, indent=1))
        finally:
            server.terminate()
            server.wait(30)
            drain.wait(30)


if __name__ == "__main__":
    main()
