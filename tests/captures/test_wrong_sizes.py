"""Structure has the size that its standard gives it: an element that claims to be longer is not understood."""

from __future__ import annotations

from struct import pack

import pytest

from tests.captures.frames import masked
from tests.captures.local_messages import cdp_element
from tests.captures.samples_of_layers import (
    ALICE,
    SNAP,
    chunk,
    ether,
    icmpv6,
    ipv4,
    ipv6,
    over_ip4,
    over_ip6,
    parameter,
    ppp,
    sctp,
    tcp,
)

#: Neither a text's column nor an address tells that this is somebody.
WHO = b"alice at barn7"
LONG = bytes([2 + len(WHO)]) + WHO


def beacon(elements: bytes) -> bytes:
    return b"\x80\0\0\0" + b"\xff" * 6 + ALICE + ALICE + b"\0\0" + bytes(8) + b"\x64\0\1\0" + elements


ELEMENTS: dict[str, tuple[int, bytes]] = {
    **{f"tcp option {k}": (1, over_ip4(tcp(b"", bytes([k]) + LONG), 6)) for k in (2, 3, 4, 5)},
    "router alert": (1, ether(ipv4(b"", 59, b"\x94" + LONG))),
    **{
        f"ipv6 option {k}": (1, ether(ipv6(b"", 0, bytes([59, 1, k, len(WHO) - 2]) + WHO[2:]), 0x86DD))
        for k in (5, 0xC2)
    },
    "neighbours' MTU": (1, over_ip6(icmpv6(134, 0, bytes(12) + b"\5\2" + WHO), 58)),
    **{f"link option {k}": (9, ppp(0xC021, 1, bytes([k]) + LONG)) for k in (1, 2, 3, 4, 5, 7, 8)},
    "compression": (9, ppp(0x8021, 1, b"\2" + LONG)),
    **{f"wlan element {k}": (105, beacon(bytes([k, 37]) + b"?" * 9 + WHO + WHO)) for k in (1, 3, 5, 45, 50, 61, 127)},
    **{f"pim option {k}": (1, over_ip4(b"\x20\0\0\0" + pack("!HH", k, len(WHO)) + WHO, 103)) for k in (1, 19, 20)},
    **{
        f"sctp parameter {k}": (1, over_ip4(sctp(chunk(1, bytes(16) + parameter(k, WHO))), 132))
        for k in (9, 12, 0x8008, 0xC006)
    },
    **{
        f"cdp element {k}": (1, ether(SNAP[:3] + b"\0\0\x0c\x20\0" + b"\2\xb4\0\0" + cdp_element(k, WHO), 40))
        for k in (4, 0x0A, 0x12)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_of_another_size_than_its_own_is_masked(name: str) -> None:
    link, frame = ELEMENTS[name]
    shown = WHO[2:] if name.startswith("ipv6") else WHO
    assert shown in frame
    assert shown in masked(frame, link)


def test_elements_of_their_own_size_stay() -> None:
    options = b"\2\4\5\xb4\3\3\7\4\2\5\x0a" + bytes(8) + b"\1"
    assert masked(over_ip4(tcp(b"", options), 6)) == b""
    assert masked(ether(ipv4(b"", 59, b"\x94\4\0\0"))) == b""
    assert masked(ppp(0xC021, 1, b"\1\4\5\xdc\2\6" + bytes(4) + b"\3\5\xc2\x23\5"), 9) == b""
    assert masked(beacon(b"\1\1\x82\3\1\6"), 105) == b""


def test_a_radios_header_is_no_longer_than_what_it_says_it_holds() -> None:
    frame = beacon(b"\0\6kq-net")
    whole = pack("<BBHI", 0, 0, 9, 2) + b"\0" + frame
    assert masked(whole, 127) == b""
    lying = pack("<BBHI", 0, 0, len(whole), 2) + whole[8:]
    assert b"kq-net" in masked(lying, 127)
    assert WHO in masked(pack("<BBHI", 0, 0, 8 + 2 * len(WHO), 2) + WHO + WHO + frame, 127)


def test_a_services_name_that_is_no_text_is_masked() -> None:
    tags = b"\1\1\0\6" + ALICE + b"\1\1\0\4kqnt"
    assert masked(ether(pack("!BBHH", 0x11, 7, 0, len(tags)) + tags, 0x8863)) == ALICE


@pytest.mark.parametrize("kind", [3, 7, 12])
def test_a_chunk_of_counters_is_no_longer_than_its_counters(kind: int) -> None:
    assert WHO in masked(over_ip4(sctp(chunk(kind, bytes(12) + WHO)), 132))
    assert masked(over_ip4(sctp(chunk(3, bytes(8) + pack("!HH", 1, 0) + bytes(4))), 132)) == b""
