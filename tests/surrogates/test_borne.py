"""A value that bears one of another entity is told from one that does not."""

from __future__ import annotations

import pytest

from pipeline.surrogates.borne import BEARERS, borne_by

MAC, IP = "MAC_ADDRESS", "IP_ADDRESS"
REVERSED = ".".join(reversed("20010db8000000000200 5eff fe00 53e7".replace(" ", ""))) + ".ip6.arpa"


@pytest.mark.parametrize(
    ("entity", "text", "borne"),
    [
        ("HOSTNAME", "219.113.0.203.in-addr.arpa", (IP,)),
        ("HOSTNAME", "113.0.203.in-addr.arpa.", (IP,)),
        ("HOSTNAME", REVERSED, (IP, MAC)),
        ("HOSTNAME", REVERSED.replace("e.f.f.f", "e.f.0.0"), (IP,)),
        ("HOSTNAME", "ip-203-0-113-219", (IP,)),
        ("HOSTNAME", "Kim-203-0-113-219.isp.example", (IP,)),
        ("HOSTNAME", "203.0.113.219.nip.example", (IP,)),
        ("HOSTNAME", "db1.example.com", ()),
        ("HOSTNAME", "release-10-2-300-1.example", ()),
        (IP, "2001:db8::200:5eff:fe00:53e7", (MAC,)),
        (IP, "fe80::200:5eff:fe00:53e7", (MAC,)),
        (IP, "ff02::1:ff00:53e7", (MAC,)),
        (IP, "2001:db8::1", ()),
        (IP, "2001:db8::/32", ()),
        (IP, "203.0.113.219", ()),
        ("UUID", "3f1c9a52-7be4-11ec-9a61-00005e0053e7", (MAC,)),
        ("UUID", "1ec7be43-f1c9-6a52-9a61-00005e0053e7", (MAC,)),
        ("UUID", "3f1c9a52-7be4-11ec-9a61-01005e0053e7", ()),
        ("UUID", "3f1c9a52-7be4-4d08-9a61-00005e0053e7", ()),
        ("USERNAME", "203.0.113.219", ()),
    ],
)
def test_what_a_value_bears(entity: str, text: str, borne: tuple[str, ...]) -> None:
    assert borne_by(entity, text.encode()) == borne
    assert set(borne) <= set(BEARERS.get(entity, ()))
