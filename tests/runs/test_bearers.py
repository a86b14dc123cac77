"""A value that a policy keeps does not carry out one that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

LINES = (
    "Mar  9 10:00:00 gw1 app: lookup of 219.113.0.203.in-addr.arpa and ip-203-0-113-219.isp.example done",
    "Mar  9 10:00:01 gw1 app: neighbour 2001:db8::200:5eff:fe00:53e7 is up, 2001:db8::7 is not",
    "Mar  9 10:00:02 gw1 app: request 3f1c9a52-7be4-11ec-9a61-00005e0053e7 after 3f1c9a52-7be4-4d08-9a61-c0ffee5ca1ab",
)
KEPT = "{HOSTNAME: keep, IP_ADDRESS: keep, UUID: keep, DEVICE_ID: keep, MAC_ADDRESS: keep"


@pytest.mark.parametrize("action", ["redact", "mask", "pseudonymise", "remove"])
@pytest.mark.parametrize(
    ("entity", "gone", "left"),
    [
        ("IP_ADDRESS", ("219.113.0.203", "203-0-113-219", "5eff:fe00:53e7"), ("00005e0053e7", "gw1")),
        ("MAC_ADDRESS", ("5eff:fe00:53e7", "00005e0053e7"), ("203-0-113-219", "2001:db8::7", "c0ffee5ca1ab")),
    ],
)
def test_what_is_replaced_is_in_nothing_that_is_kept(
    desk: Desk, action: str, entity: str, gone: tuple[str, ...], left: tuple[str, ...]
) -> None:
    desk.redact("init", desk.workspace)
    desk.redact("client", "add", "acme", "--workspace", desk.workspace)
    desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", "--workspace", desk.workspace)
    policy = desk.workspace / "recipients" / "cisco.yaml"
    kept = KEPT.replace(f"{entity}: keep", f"{entity}: {action}") + "}"
    policy.write_text(policy.read_text() + f"entities: {kept}\n")
    said = desk.redact(
        "run", desk.write("a.log", "\n".join(LINES) + "\n"), "--client", "acme", "--recipient", "cisco",
        "--out", desk.out, "--workspace", desk.workspace, "--workers", "1",
    )  # fmt: skip
    assert said.code == 0, said.all
    out = desk.native().decode()
    assert [text for text in gone if text in out] == []
    assert [text for text in left if text not in out] == []


def test_a_url_that_a_column_keeps_carries_no_password(desk: Desk) -> None:
    """A column's rule is about its entity; passwords and cookies are never released in clear under any policy."""
    desk.redact("init", desk.workspace)
    desk.redact("client", "add", "acme", "--workspace", desk.workspace)
    desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", "--workspace", desk.workspace)
    policy = desk.workspace / "recipients" / "cisco.yaml"
    rules = (
        "columns: {url_full: keep, http_request_referrer: pseudonymise}\nwaivers: {url_full: the vendor opens them}\n"
    )
    policy.write_text(policy.read_text() + rules)
    url = "https://bob:Secr3tpw9@db:8080/x?password=hunter22x"
    record = f'{{"url": {{"full": "{url}"}}, "http": {{"request": {{"referrer": "{url}"}}}}}}\n'
    said = desk.run(desk.write("a.jsonl", record), options=("--recipient", "lab=analytics"))
    assert said.code == 0, said.all
    kept, made = (line.rpartition('"')[2] for line in desk.native().decode().split('"}')[:2])
    assert kept == "https://bob:<CREDENTIAL>@db:8080/x?password=<CREDENTIAL>"
    assert made.startswith("https://user-") and made.count("<CREDENTIAL>") == 2
