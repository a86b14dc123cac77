"""A mail address has the stand-ins of its account and its domain wherever it stands, and whatever stands elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

BARE = "mail to hanna.k@acme.example done\n"
IN_URLS = (
    "GET https://x.example/?m=hanna.k@acme.example&n=hanna.k%40acme.example ok\n"
    "open https://acme.example/users/hanna.k/x?user=hanna.k ok\n"
)


def test_a_mail_address_in_a_url_is_the_bare_one(desk: Desk) -> None:
    assert desk.run(desk.write("a.log", BARE + IN_URLS)).code == 0
    lines = desk.native().decode().splitlines()
    address = re.fullmatch(r"mail to (user-[\w.]+)@(host-[\w.]+) done", lines[0])
    assert address
    account, domain = address.groups()
    assert lines[1].endswith(f"?m={account}@{domain}&n={account}%40{domain} ok")
    assert lines[2] == f"open https://{domain}/users/{account}/x?user={account} ok"
