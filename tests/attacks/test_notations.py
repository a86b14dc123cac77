"""One value in several notations: one pseudonym inside a release, and none in common between two."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Release

STAMP = "2026-03-09T10:00:00Z gw1 app[7]: "


def mac(text: str) -> str:
    """Its low 24 bits, which all forms have."""
    return re.sub("[^0-9a-f]", "", text.lower())[-6:]


def ipv4(text: str) -> str:
    return ".".join(re.split("[.-]", text)[:4])


def backward(text: str) -> str:
    return ".".join(reversed(text.split(".")))


def whole(text: str) -> str:
    return ipaddress.ip_address(text).exploded


def name(text: str) -> str:
    return text.lower()


#: identity -> (line, what to read off the released line, how to bring it to one form)
SPELLINGS: dict[str, list[tuple[str, str, Callable[[str], str]]]] = {
    "device": [
        ("STA 00:00:5e:00:53:17 associated", r"STA ([0-9a-f:]{17})", mac),
        ("STA 00-00-5E-00-53-17 associated", r"STA ([0-9A-F-]{17})", mac),
        ("STA 0000.5e00.5317 associated", r"STA ([0-9a-f.]{14})", mac),
        ("neighbour fe80::200:5eff:fe00:5317 seen", r"neighbour (\S+)", lambda t: mac(whole(t))),
        ("joined ff02::1:ff00:5317 now", r"joined (\S+)", lambda t: mac(whole(t))),
    ],
    "address": [
        ("peer 198.51.100.23 closed", r"peer (\S+) ", ipv4),
        ("peer ::ffff:198.51.100.23 closed", r"::ffff:(\S+) ", ipv4),
        ("query: 23.100.51.198.in-addr.arpa IN PTR", r"query: (\S+)\.in-addr", backward),
        ("connect from ip-198-51-100-23.isp.example", r"from ip-(\S+?)\.", ipv4),
        ("X-Forwarded-For: 198.51.100.23, 10.0.0.9", r"For: ([\d.]+),", ipv4),
    ],
    "address, IPv6": [
        ("peer 2001:db8:ac:7::a1b2 closed", r"peer (\S+) ", whole),
        ("peer 2001:0DB8:00AC:0007:0000:0000:0000:A1B2 closed", r"peer (\S+) ", whole),
    ],
    "account": [
        ("sshd: Accepted password for wqhale from 10.0.0.9 port 5 ssh2", r"for (\S+) from", name),
        ("mail to wqhale@mail.example sent", r"to (\S+?)@", name),
        ("open /home/wqhale/notes failed", r"/home/(\S+?)/", name),
        (r"open C:\Users\wqhale\notes failed", r"Users\\(\S+?)\\", name),
        ("sshd: Accepted password for WQHALE from 10.0.0.9 port 5 ssh2", r"for (\S+) from", name),
    ],
    "host": [
        ("resolved zq7.acme.example in 3 ms", r"resolved (\S+) ", name),
        ("resolved ZQ7.ACME.EXAMPLE in 3 ms", r"resolved (\S+) ", name),
        ("GET https://zq7.acme.example/ 200", r"https://(\S+?)/", name),
    ],
}  # fmt: skip


def test_notations_join_inside_a_release_and_not_across(release: Release) -> None:
    lines = [(identity, *spelling) for identity, spellings in SPELLINGS.items() for spelling in spellings]
    text = "".join(f"{STAMP}{line}\n" for _, line, _, _ in lines)
    spaces = release("notations.log", text, {"cisco": "vendor", "juniper": "vendor", "helpers": "support"})
    spaces["of globex"] = release("notations.log", text, {"cisco": "vendor"}, client="globex")["cisco"]
    seen: dict[str, dict[str, set[str]]] = {}
    for who, released in spaces.items():
        for (identity, _, pattern, form), line in zip(lines, released):
            found = re.search(pattern, line)
            assert found, f"{identity}: no longer of its form"
            seen.setdefault(identity, {}).setdefault(who, set()).add(form(found[1]))
    for identity, by_space in seen.items():
        assert all(len(forms) == 1 for forms in by_space.values()), identity
        assert len(set.union(*by_space.values())) == len(spaces), identity
        original = {
            form(m[1]) for _, line, p, form in (at for at in lines if at[0] == identity) if (m := re.search(p, line))
        }
        assert not original & set.union(*by_space.values())
