"""Coarser forms of values, and none of what is not understood."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.surrogates.coarsening import coarsened


@pytest.mark.parametrize(
    ("entity", "parameter", "text", "coarse"),
    [
        ("IP_ADDRESS", "/24", "192.0.2.77", "192.0.2.0/24"),
        ("IP_ADDRESS", "/16", "192.0.2.77", "192.0.0.0/16"),
        ("IP_ADDRESS", "/24", "2001:DB8:1:2::77", "2001:db8:1::/48"),
        ("IP_ADDRESS", "/20", "2001:db8:1:2::77", "2001:db8::/40"),
        ("IP_ADDRESS", "/24", "[fe80::1%eth0]", "fe80::/48"),
        ("IP_ADDRESS", "/24", "::ffff:192.0.2.77", "::ffff:192.0.2.0/120"),
        ("IP_ADDRESS", "/24", "192.0.2.128/25", "192.0.2.0/24"),
        ("IP_ADDRESS", "/24", "192.0.0.0/16", "192.0.0.0/16"),
        ("FIRMWARE_VERSION", "major", "15.2(4)M7", "15"),
        ("FIRMWARE_VERSION", "major.minor", "15.2.4", "15.2"),
        ("OPERATING_SYSTEM", "major", "Windows 10.0.19045", "Windows 10"),
        ("OPERATING_SYSTEM", "family", "Ubuntu 22.04", "Ubuntu"),
        ("LOCATION", "country", "Berlin", "Germany"),
        ("LOCATION", "country", "são paulo", "Brazil"),
        ("LOCATION", "country", "München", "Germany"),
        ("LOCATION", "country", "Munich, Germany", "Germany"),
        ("LOCATION", "country", "de", "DE"),
        ("LOCATION", "country", "USA", "USA"),
        ("LOCATION", "country", "United States of America", "United States"),
        ("LOCATION", "country", "US-CA", "United States"),
        ("LOCATION", "country", "Kleinkleckersdorf, Germany", "Germany"),
        ("LOCATION", "continent", "Nairobi", "Africa"),
        ("POSTAL_CODE", "area", "90210-1234", "90"),
        ("POSTAL_CODE", "area", "D-10115", "10"),
        ("POSTAL_CODE", "area", "8001", "8"),
        ("POSTAL_CODE", "area", "SW1A 1AA", "SW"),
        ("POSTAL_CODE", "area", "k1a 0b1", "K"),
        ("POSTAL_CODE", "area", "1012 AB", "1"),
        ("FILE_PATH", "top", "/var/log/acme/x.log", "/var/"),
        ("FILE_PATH", "depth-2", "/var/log/acme/x.log", "/var/log/"),
        ("FILE_PATH", "depth-3", "/var/log/acme/x.log", "/var/log/acme/"),
        ("FILE_PATH", "depth-3", "/var/x.log", "/var/"),
        ("FILE_PATH", "depth-3", "/var/log/", "/var/log/"),
        ("FILE_PATH", "depth-3", "/home/jane/x.log", "/home/"),
        ("FILE_PATH", "depth-2", r"C:\Users\jane\x.log", "C:\\Users\\"),
        ("FILE_PATH", "top", "C:\\Windows\\x.dll", "C:\\"),
        ("FILE_PATH", "extension", "/home/jane/x.log", "file.log"),
    ],
)
def test_a_value_has_one_coarser_form(entity: str, parameter: str, text: str, coarse: str) -> None:
    assert coarsened(entity, parameter, text.encode()) == coarse.encode()


@pytest.mark.parametrize(
    ("entity", "parameter", "text"),
    [
        ("IP_ADDRESS", "/24", "192.0.2.777"),
        ("IP_ADDRESS", "/24", "jürgen"),
        ("IP_ADDRESS", "/24", "192.0.2.1/99"),
        ("FIRMWARE_VERSION", "major", "latest"),
        ("FILE_PATH", "top", r"\\fs01\share\x"),
        ("FILE_PATH", "depth-2", "//fs01/share/x"),
        ("FILE_PATH", "top", "/"),
        ("FILE_PATH", "extension", "/etc/passwd"),
        ("FILE_PATH", "top", "/jane"),
        ("FILE_PATH", "top", "jane.txt"),
        ("LOCATION", "country", "Kleinkleckersdorf"),
        ("LOCATION", "country", "San José"),
        ("LOCATION", "country", "Georgia"),
        ("LOCATION", "country", "Paris, Texas"),
        ("LOCATION", "country", "Berlin, Kleinkleckersdorf"),
        ("LOCATION", "continent", "the moon"),
        ("LOCATION", "country", ""),
        ("POSTAL_CODE", "area", "12"),
        ("POSTAL_CODE", "area", "none"),
        ("PERSON", "", "Jane Doe"),
    ],
)
def test_what_is_not_understood_has_none(entity: str, parameter: str, text: str) -> None:
    assert coarsened(entity, parameter, text.encode()) is None


@given(st.ip_addresses(), st.sampled_from(["/8", "/16", "/20", "/24"]))
def test_a_network_holds_its_address_and_is_coarse_enough(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, parameter: str
) -> None:
    text = coarsened("IP_ADDRESS", parameter, str(address).encode())
    assert text is not None
    network = ipaddress.ip_network(text.decode())
    assert address in network
    if address.version == 4:
        assert network.prefixlen == int(parameter[1:])
    else:
        assert network.prefixlen <= 48 or (address.ipv4_mapped and network.prefixlen == 96 + int(parameter[1:]))
