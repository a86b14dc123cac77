"""What belongs together in the original belongs together in the release: one law a relation."""

from __future__ import annotations

import ipaddress
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.surrogates.addresses import ipv6_class
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.entities import NAMESPACES
from recognizers.registry import all_recognizers

KEY = ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32)
SPACE = SurrogateSpace(KEY, "cisco-1")
PERMUTED = SurrogateSpace(KEY, "cisco-1", keep_vendor_prefix=False)


def one(namespace: str, value: str, found: str | None = None, space: SurrogateSpace = SPACE) -> str:
    return space.pseudonyms(namespace, [value.encode()], [(found or value).encode()])[0].decode()


def back(namespace: str, written: str) -> str | None:
    (original,) = SPACE.originals(namespace, [written.encode()])
    return None if original is None else original.decode()


FOURS = st.ip_addresses(v=4).map(str)
SIXES = st.one_of(
    st.ip_addresses(v=6),
    st.integers(0, 2**64 - 1).map(lambda low: ipaddress.IPv6Address(0x20010DB8 << 96 | low)),
    st.integers(0, 2**24 - 1).map(lambda low: ipaddress.IPv6Address(0xFE80 << 112 | 0x02005E_FFFE << 24 | low)),
).map(str)
LABELS = st.from_regex(r"\A[a-z]{4,9}[0-9]{2}\Z")


@given(FOURS)
@settings(deadline=None)
def test_a_ptr_name_of_an_ipv4_address_is_the_ptr_name_of_its_pseudonym(address: str) -> None:
    pseudonym = ipaddress.IPv4Address(one("ip", address))
    name = ipaddress.IPv4Address(address).reverse_pointer
    assert one("label", name) == pseudonym.reverse_pointer
    assert one("label", name, name.upper() + ".") == pseudonym.reverse_pointer.upper() + "."
    assert back("label", pseudonym.reverse_pointer) == name


@given(SIXES)
@settings(deadline=None)
def test_a_ptr_name_of_an_ipv6_address_is_the_ptr_name_of_its_pseudonym(address: str) -> None:
    pseudonym = ipaddress.IPv6Address(one("ip", address))
    assert one("label", ipaddress.IPv6Address(address).reverse_pointer) == pseudonym.reverse_pointer
    assert back("label", pseudonym.reverse_pointer) == ipaddress.IPv6Address(address).reverse_pointer


@given(FOURS, st.integers(2, 3))
@settings(deadline=None)
def test_a_reverse_zone_holds_the_ptr_names_of_its_addresses(address: str, octets: int) -> None:
    name = ipaddress.IPv4Address(address).reverse_pointer.split(".")
    zone = ".".join(name[4 - octets :])
    assume(one("ip", address) != address)
    assert one("label", ".".join(name)).endswith("." + one("label", zone))
    assert back("label", one("label", zone)) == zone


@pytest.mark.parametrize("nibbles", [8, 12, 16])
def test_a_reverse_zone_of_ipv6_holds_the_ptr_names_of_its_addresses(nibbles: int) -> None:
    name = ipaddress.IPv6Address("2001:db8:1:2::77").reverse_pointer.split(".")
    zone = ".".join(name[32 - nibbles :])
    assert one("label", ".".join(name)).endswith("." + one("label", zone))
    assert back("label", one("label", zone)) == zone


def test_what_stands_before_a_reverse_zone_is_a_name_like_others() -> None:
    zone = one("label", "2.0.192.in-addr.arpa")
    assert one("label", "lb._dns-sd._udp.2.0.192.in-addr.arpa").endswith(f"._dns-sd._udp.{zone}")
    assert one("label", "db51.2.0.192.in-addr.arpa") == one("label", "db51") + "." + zone
    assert one("label", "10.in-addr.arpa") == "10.in-addr.arpa", "private, and every one has it"
    assert re.fullmatch(r"name-[a-z2-9]{12}", one("label", "0.0.0.1." * 5 + "ip6.arpa")), "finer than a /64, no address"
    assert "in-addr.arpa" in one("label", "acme.in-addr.arpa")


@given(FOURS, st.sampled_from(["{}", "ip-{}", "ec2-{}", "host-{}", "ip{}", "{}-static", "cpe-{}-dyn"]), LABELS)
@settings(deadline=None)
def test_a_name_made_of_an_address_is_made_of_its_pseudonym(address: str, form: str, domain: str) -> None:
    label, pseudonym = (form.format(text.replace(".", "-")) for text in (address, one("ip", address)))
    name = f"{label}.{domain}.example"
    assert one("label", label) == pseudonym
    assert one("label", name) == pseudonym + one("label", f"db51.{domain}.example")[len("host-db51") :]
    assert one("label", name, name.upper()) == one("label", name).upper()
    assert back("label", one("label", name)) == name


@pytest.mark.parametrize("label", ["acme-10-0-0-1", "10-0-0-256", "10-0-0-1-5", "ip-010-0-0-1", "1-2-3", "ip-a-b-c-d"])
def test_a_name_with_more_than_an_address_and_a_listed_word_is_a_name(label: str) -> None:
    assert one("label", label).startswith("host-") and len(one("label", label)) == len(label) + 5
    assert back("label", one("label", label)) == label


@given(st.lists(st.from_regex(r"\A[a-z0-9]-[a-z0-9]-[a-z0-9]-[a-z0-9]\Z"), min_size=60, max_size=90, unique=True))
@settings(max_examples=25, deadline=None)
def test_no_name_takes_the_pseudonym_of_one_made_of_an_address(labels: list[str]) -> None:
    labels += [f"host-{label}" for label in labels]
    encoded = [label.encode() for label in dict.fromkeys(labels)]
    done = SPACE.pseudonyms("label", encoded, encoded)
    assert len(set(done)) == len(encoded)
    assert SPACE.originals("label", done) == encoded


@given(st.one_of(FOURS, st.ip_addresses(v=6).map(str)), st.data())
@settings(max_examples=200, deadline=None)
def test_a_network_is_a_network_of_the_same_length_and_holds_its_addresses(address: str, data: st.DataObject) -> None:
    six = ":" in address
    # An IPv4 network shorter than /16 may hold whole classes of addresses; 6to4 has one behind its 16 bits.
    length = data.draw(st.integers(32 if address.startswith("2002:") else 16, 64 if six else 30))
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    pseudonym = ipaddress.ip_network(one("ip", str(network)))  # raises where bits below the prefix are set
    assert pseudonym.prefixlen == length
    assert back("ip", str(pseudonym)) == str(network)
    # A network that holds whole classes of addresses (64:ff9b:1::/48 in 64::/16) is not in one of them.
    assume(not str(network).startswith("2002:"))  # below
    ends = np.array([int(end) >> 64 for end in (network[0], ipaddress.ip_address(address))], np.uint64)
    assume(one("ip", address) != address and (not six or len(set(ipv6_class(ends).tolist())) == 1))
    assert ipaddress.ip_address(one("ip", address)) in pseudonym


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("2002:c000::/32", "2002:c000:201:1::5"),  # 192.0.0.0 is a netmask, and kept where it is an address
        ("2002:cb00:7100::/40", "2002:cb00:7107::1"),
        ("2002:cb00:7107::/48", "2002:cb00:7107:9::1"),
        ("2002:cb00:7107:1::/64", "2002:cb00:7107:1::9"),
    ],
)
def test_a_network_of_6to4_follows_its_ipv4_network(network: str, address: str) -> None:
    assert ipaddress.ip_address(one("ip", address)) in ipaddress.ip_network(one("ip", network))
    assert back("ip", one("ip", network)) == network


def test_networks_are_written_as_found() -> None:
    network = one("ip", "192.0.2.0/24")
    assert one("ip", "192.0.2.0/24", "192.0.2.0/255.255.255.0") == network.replace("/24", "/255.255.255.0")
    assert one("ip", "192.0.2.0/24", "192.0.2.0") == network.removesuffix("/24")
    assert one("ip", "192.0.2.0/24", "192.0.2.0/jane") == network
    assert one("ip", "2001:db8::/32", "2001:DB8::/32") == one("ip", "2001:db8::/32").upper()
    assert back("ip", network.replace("/24", "/255.255.255.0")) == "192.0.2.0/24"


def test_an_address_with_a_length_is_the_bare_address_with_it() -> None:
    for address, length in (
        ("192.0.2.77", 24),
        ("10.0.0.0", 32),
        ("10.0.0.0", 31),
        ("2001:db8::5", 64),
        ("2001:db8::", 128),
    ):
        assert one("ip", f"{address}/{length}") == f"{one('ip', address)}/{length}"
        assert back("ip", f"{one('ip', address)}/{length}") == f"{address}/{length}"


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "224.0.0.0/4",
        "::/0",
        "fe80::/64",
        "fd00::/8",
        "127.0.0.0/24",
    ],
)
def test_networks_that_are_classes_of_addresses_or_kept_stay(network: str) -> None:
    assert one("ip", network) == network


@given(st.integers(0, 2**48 - 1), st.sampled_from([SPACE, PERMUTED]))
@settings(deadline=None)
def test_a_mac_and_all_that_is_made_of_it_agree(number: int, space: SurrogateSpace) -> None:
    number &= ~(1 << 40)  # of one device
    mac = f"{number:012x}"
    done = int(one("mac", mac, space=space), 16)
    assume(done != number)

    def eui64(value: int) -> int:
        return (value >> 24 ^ 0x020000) << 40 | 0xFFFE << 24 | value & 0xFFFFFF

    def six(value: int) -> str:
        return str(ipaddress.IPv6Address(value))

    assert one("ip", six(0xFE80 << 112 | eui64(number)), space=space) == six(0xFE80 << 112 | eui64(done))
    assert one("mac", f"{number >> 24:06x}fffe{mac[6:]}", space=space) == f"{done >> 24:06x}fffe{done & 0xFFFFFF:06x}"
    group = 0xFF02 << 112 | 0x1FF << 24
    assert one("ip", six(group | number & 0xFFFFFF), space=space) == six(group | done & 0xFFFFFF)
    assert one("mac", f"3333ff{mac[6:]}", space=space) == f"3333ff{done & 0xFFFFFF:06x}"


@given(st.lists(LABELS, min_size=3, max_size=3, unique=True))
@settings(max_examples=40, deadline=None)
def test_hosts_of_one_domain_stay_siblings_and_below_it(labels: list[str]) -> None:
    a, b, domain = labels
    bare, one_side, other = (one("label", name) for name in (f"{domain}.com", f"{a}.{domain}.com", f"{b}.{domain}.com"))
    assert one_side.endswith("." + bare) and other.endswith("." + bare) and one_side != other
    assert one("label", f"{a}.eu.{domain}.com").endswith("." + bare)
    assert one("label", a) == one_side.split(".")[0]


def test_a_name_never_gets_longer_than_names_may_be() -> None:
    long = ".".join(["abcd"] * 40) + ".example"
    assert len(one("label", long)) <= 253
    assert len(one("label", ".".join(["abcd"] * 20) + ".example")) > 200


#: Texts in which the account jane and the hosts acme.example and db51.acme.example stand, each in its own way.
JANE = [
    "mail from <jane@acme.example> accepted",
    "Accepted password for jane from 192.0.2.1",
    r"user ACME\jane logged in",
    "open /home/jane/notes.txt",
    r"open C:\Users\jane\notes.txt",
    "GET https://jane:secret@db51.acme.example/x",
]
HOSTS = [
    "mail from <jane@acme.example> accepted",
    "GET https://acme.example/x",
    "subject=/CN=acme.example",
    "query: acme.example IN A",
]


def leaves_of(text: str) -> set[tuple[str, str]]:
    """(namespace, pseudonym) of every leaf of every finding, each with its own entity's canonical form."""
    recognizers = {recognizer.ENTITY: recognizer for recognizer in all_recognizers()}
    done = set()
    for recognizer in recognizers.values():
        for found in recognizer.analyze(text, [recognizer.ENTITY]):
            value = text[found.start : found.end].encode()
            for leaf in recognizer.leaves(value):
                part = value[leaf.start : leaf.end]
                if leaf.entity in recognizers:
                    canonical = recognizers[leaf.entity].canonical(part)
                    namespace = NAMESPACES[leaf.entity]
                    done.add((namespace, SPACE.pseudonyms(namespace, [canonical], [part])[0].decode()))
    return done


@pytest.mark.parametrize("text", JANE)
def test_an_account_agrees_wherever_it_stands(text: str) -> None:
    assert ("account", one("account", "jane")) in leaves_of(text)


@pytest.mark.parametrize("text", HOSTS)
def test_a_domain_agrees_wherever_it_stands(text: str) -> None:
    assert ("label", one("label", "acme.example")) in leaves_of(text)


def test_a_windows_domain_is_the_first_label_of_its_dns_name() -> None:
    assert ("label", one("label", "acme").upper()) in leaves_of(r"user ACME\jane logged in")
    assert one("label", "acme.example").split(".")[0] == one("label", "acme")


def test_accounts_of_a_windows_domain_stay_one_domains_and_well_known_ones_stay() -> None:
    domain = one("sid", "S-1-5-21-1085031214-1563985344-725345543")
    assert domain != "S-1-5-21-1085031214-1563985344-725345543"
    accounts = [one("sid", f"S-1-5-21-1085031214-1563985344-725345543-{rid}") for rid in (500, 513, 1000, 1107)]
    assert accounts[:2] == [f"{domain}-500", f"{domain}-513"]
    assert all(account.startswith(f"{domain}-") and int(account.rsplit("-", 1)[1]) >= 1000 for account in accounts[2:])


@pytest.mark.parametrize("length", [11, 12, 16, 32, 48, 56])
def test_short_link_local_networks_come_back_though_one_subnet_is_fixed(length: int) -> None:
    networks = {ipaddress.ip_network((0xFE80 + n << 112, length), strict=False) for n in range(64)}
    pseudonyms = {network: one("ip", str(network)) for network in networks}
    assert len(set(pseudonyms.values())) == len(networks)
    assert {network: back("ip", text) for network, text in pseudonyms.items()} == {n: str(n) for n in networks}
    assert one("ip", "fe80::/64") == "fe80::/64"


@given(st.integers(0, 2**48 - 1), st.sampled_from(("HewlettP", "Cisco-Li", "2wire")))
@settings(deadline=None)
def test_an_address_that_a_program_resolved_ends_as_it_does_in_full(number: int, maker: str) -> None:
    digits = f"{number & ~(1 << 40):012x}"
    assume(digits[:6] not in ("000000", "00005e"))  # of those some are kept
    octets = [digits[at : at + 2] for at in range(0, 12, 2)]
    resolved = f"{maker}_{':'.join(octets[3:])}"
    for space in (SPACE, PERMUTED):
        full = one("mac", digits, ":".join(octets), space)
        written = one("mac", digits[6:], resolved, space)
        assert written.removeprefix(f"{maker}_") == full[9:]
        assert written.startswith(maker) == (space is SPACE)
    assert back("mac", one("mac", digits[6:], resolved)) == digits[6:]


def in_memory(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """As a processor that keeps the last octet first prints the words of an address."""
    packed = address.packed
    return b"".join(packed[at : at + 4][::-1] for at in range(0, len(packed), 4)).hex().upper()


@given(
    st.one_of(
        st.ip_addresses(v=4, network="10.0.0.0/8"),
        st.ip_addresses(v=4, network="203.0.113.0/24"),
        st.ip_addresses(v=6, network="2001:db8::/32"),
        st.ip_addresses(v=6, network="::ffff:0:0/96").filter(lambda a: int(a) & 0xFFFFFFFF > 1 << 24),
    )
)
def test_an_address_in_proc_is_the_address_everywhere_else(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    (ip,) = (r for r in all_recognizers() if r.ENTITY == "IP_ADDRESS")

    def pseudonym(found: str) -> str:
        return one("ip", ip.canonical(found.encode()).decode(), found)

    stood_for = ipaddress.ip_address(pseudonym(str(address)))
    assert pseudonym(f"{in_memory(address)}:01BB") == f"{in_memory(stood_for)}:01BB"
    if isinstance(address, ipaddress.IPv4Address):
        assert pseudonym(f"\t{in_memory(address)}") == f"\t{in_memory(stood_for)}"
    elif "00000000" in (digits := address.packed.hex()) and digits[0] == "2":
        assert pseudonym(digits) == stood_for.packed.hex()
        assert pseudonym(digits.upper()) == stood_for.packed.hex().upper()
