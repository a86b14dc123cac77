"""What a recipient gets of a packet: every byte at its place, one value one pseudonym, as in logs."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.captures.dissection import headers_only
from pipeline.captures.fields import END, KIND, START, Kind
from pipeline.captures.packets import Packets
from pipeline.detection.scanner import Scanner
from pipeline.policy.actions import Action
from pipeline.policy.captures import CompiledCaptures
from pipeline.policy.compiled import CompiledPolicy, compile_policy
from pipeline.policy.model import load_profile, read_policy
from pipeline.redaction import Redactor
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.found import Found, find
from pipeline.rewriting.name_values import NameValues
from pipeline.rewriting.remains import Remaining, remaining
from pipeline.rewriting.rewriting import Rewriter, Rewritten
from pipeline.rewriting.text_fields import fitted_text
from pipeline.surrogates.keystore import ClientKey, Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.entities import ENTITIES, ENTITY_ID
from recognizers.registry import all_recognizers
from tests.captures.given_fields import Piece, claimed

HOST = ENTITY_ID["HOSTNAME"]
MAC = bytes.fromhex("00005e005301")
FOUR = ipaddress.IPv4Address("192.0.2.17").packed
SIX = ipaddress.IPv6Address("2001:db8:5:7::1a17").packed
NAME = b"\x07plover7\x06mailbx\x07example\x00"
TCP_STAMP = b"\x08\x0a\x00\x00\x00\x01"
PACKET = (
    Piece(MAC, Kind.MAC, column="source_mac"),
    Piece(b"\x08\x00", Kind.NUMBER),
    Piece(FOUR, Kind.IPV4, column="source_ip"),
    Piece(SIX, Kind.IPV6, column="destination_ip"),
    Piece(SIX[8:], Kind.INTERFACE_ID),
    Piece(TCP_STAMP, Kind.FINGERPRINT),
    Piece(NAME, Kind.NAME, column="dns_question_name"),
    Piece(b"Host: ", Kind.WORD),
    Piece(b"plover7.mailbx.example", Kind.TEXT, HOST, "http_host"),
    Piece(b"\r\n", Kind.NUMBER),
    Piece(b"user=alkor77 from 192.0.2.17", Kind.TEXT, column="text"),
    Piece("plover7".encode("utf-16-le"), Kind.TEXT16, HOST, "smb_names"),
    Piece(b"secret", Kind.SECRET),
    Piece(b"\x01\x02\x03unknown", Kind.MASKED),
    Piece(b"\x9a\x07\x11\xc3", Kind.ENCRYPTED_LENGTH),
)


class Case:
    """Some packets, a client's key, and the recipients of a policy each."""

    def __init__(self, folder: Path, policies: Sequence[CompiledPolicy], *packets: Sequence[Piece]) -> None:
        self.packets, self.dissection = claimed(*packets)
        self.scanner = Scanner(all_recognizers())
        self.binary = BinaryValues(self.scanner.values)
        key = new_key(folder)
        self.rewriters = [
            Rewriter(
                Redactor(policy, SurrogateSpace(key, f"party {k}", **policy.space_options), self.scanner), self.binary
            )
            for k, policy in enumerate(policies)
        ]
        self.found: Found = find(
            self.scanner, (self.binary, NameValues(self.scanner.values)), self.packets, self.dissection, self._kept
        )
        self.rewritten: list[Rewritten] = [rewriter.rewrite(self.found) for rewriter in self.rewriters]

    def _kept(self, numbers: np.ndarray) -> np.ndarray:
        kept = np.ones(len(numbers), np.bool_)
        for rewriter in self.rewriters:
            kept &= rewriter.redactor.keeps(numbers)
        return kept

    def remaining(self, *rewritten: Rewritten) -> Remaining:
        return remaining(self.found, list(zip(self.rewriters, rewritten or self.rewritten, strict=True)), self.scanner)

    def pseudonym(self, namespace: str, text: bytes) -> bytes:
        return self.rewriters[0].redactor.space.pseudonyms(namespace, [text], [text])[0]


def new_key(folder: Path) -> ClientKey:
    folder.mkdir(exist_ok=True)
    return Keystore.create(folder / "keys", RootKey.create(folder / "root.key")).new_client("acme")


def vendor(more: str = "") -> CompiledPolicy:
    return compile_policy(read_policy(f"extends: vendor\npurpose: law\n{more}".encode(), "case.yaml"))


def keeping_all() -> CompiledPolicy:
    """No file can say this of credentials."""
    policy = compile_policy(load_profile("client"))
    captures = CompiledCaptures(payload_kept=True, fingerprints_kept=True, waiver="a test of what is left alone")
    return replace(policy, actions=tuple(int(Action.KEEP) for _ in ENTITIES), captures=captures)


def pieces(packets: Packets, data: np.ndarray, packet: Sequence[Piece], number: int = 0) -> list[bytes]:
    """The bytes of a packet's fields in rewritten data."""
    at, found = int(packets.start[number]), []
    for piece in packet:
        found.append(data[at : at + len(piece.data)].tobytes())
        at += len(piece.data)
    return found


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path, [vendor()], PACKET)


def test_an_address_takes_the_pseudonym_that_it_has_in_logs(case: Case) -> None:
    mac, _, four, six, low, *_ = pieces(case.packets, case.rewritten[0].data, PACKET)
    assert mac.hex(":").encode() == case.pseudonym("mac", b"00:00:5e:00:53:01")
    assert str(ipaddress.IPv4Address(four)).encode() == case.pseudonym("ip", b"192.0.2.17")
    assert str(ipaddress.IPv6Address(six)).encode() == case.pseudonym("ip", b"2001:db8:5:7::1a17")
    assert low == six[8:]


def test_a_name_takes_its_cores_on_the_wire_in_a_header_and_in_utf_16(case: Case) -> None:
    out = pieces(case.packets, case.rewritten[0].data, PACKET)
    first, second, suffix = case.pseudonym("label", b"plover7.mailbx.example").replace(b"host-", b"").split(b".")
    assert suffix == b"example"
    assert out[6] == b"\x07" + first + b"\x06" + second + b"\x07example\x00"
    assert out[8] == b".".join((first, second, suffix))
    assert out[11].decode("utf-16-le").encode() == first


def test_text_that_fits_stands_and_what_does_not_is_overwritten(case: Case) -> None:
    text = pieces(case.packets, case.rewritten[0].data, PACKET)[10]
    account, address = case.pseudonym("account", b"alkor77"), case.pseudonym("ip", b"192.0.2.17")
    assert text == b"user=" + account.removeprefix(b"user-") + b" from " + fitted_text(address, 10)


def test_what_is_unknown_or_secret_is_overwritten_and_structure_stays(case: Case) -> None:
    out = pieces(case.packets, case.rewritten[0].data, PACKET)
    assert out[12:] == [bytes(6), bytes(10), b"xxxx"]
    assert (out[1], out[5], out[7], out[9]) == (b"\x08\x00", TCP_STAMP, b"Host: ", b"\r\n")
    assert len(case.rewritten[0].data) == len(case.packets.data)


def test_what_was_rewritten_passes(case: Case) -> None:
    left = case.remaining()
    assert not left.packets.any()
    assert not len(left.frame)


def test_a_policy_that_keeps_all_changes_no_byte(tmp_path: Path) -> None:
    case = Case(tmp_path, [keeping_all()], PACKET)
    assert np.array_equal(case.rewritten[0].data, case.packets.data)
    assert not case.remaining().packets.any()


def test_counts_name_entities_and_actions_as_logs_do(case: Case) -> None:
    counts = case.rewritten[0].counts
    assert counts["MAC_ADDRESS", "pseudonymise"] == 1
    assert counts["IP_ADDRESS", "pseudonymise"] == 4
    # The name in the header is found by its form and by what the header says, the account by its key and its words.
    assert counts["HOSTNAME", "pseudonymise"] == 4
    assert counts["USERNAME", "pseudonymise"] == 2


@pytest.mark.parametrize("action", ["mask", "redact", "remove"])
def test_what_a_policy_takes_away_is_zeros_or_letters_of_no_meaning(tmp_path: Path, action: str) -> None:
    rules = "".join(f"  {name}: {action}\n" for name in ("IP_ADDRESS", "MAC_ADDRESS", "HOSTNAME", "USERNAME"))
    case = Case(tmp_path, [vendor(f"entities:\n{rules}")], PACKET)
    out = pieces(case.packets, case.rewritten[0].data, PACKET)
    assert out[0] + out[2] + out[3] + out[4] == bytes(6 + 4 + 16 + 8)
    assert out[6] == b"\x07xxxxxxx\x06xxxxxx\x07xxxxxxx\x00"
    assert set(out[8]) <= set(b"x*")
    assert out[10].startswith(b"user=")
    assert b"alkor77" not in out[10]
    assert not case.remaining().packets.any()


def test_packets_without_a_text_pass(tmp_path: Path) -> None:
    packet = (Piece(MAC, Kind.MAC, column="source_mac"), Piece(FOUR, Kind.IPV4, column="source_ip"))
    case = Case(tmp_path, [vendor()], packet)
    assert pieces(case.packets, case.rewritten[0].data, packet)[1] != FOUR
    assert not case.remaining().packets.any()


def test_of_headers_only_what_follows_them_is_as_if_no_one_understood_it(tmp_path: Path) -> None:
    packets, dissection = claimed(PACKET)
    dissection = replace(dissection, payload=packets.start + 12)
    plain = headers_only(dissection)
    kinds = plain.kind[plain.row_packet == 0].tolist()
    assert kinds == [Kind.MAC, Kind.NUMBER, Kind.IPV4, *[Kind.MASKED] * 12]
    # An edge within a row divides it.
    plain = headers_only(replace(dissection, payload=packets.start + 7))
    assert plain.rows[plain.row_packet == 0][:, [START, KIND]].tolist()[:3] == [
        [packets.start[0], Kind.MAC],
        [packets.start[0] + 6, Kind.NUMBER],
        [packets.start[0] + 7, Kind.MASKED],
    ]
    assert np.array_equal(plain.rows[1:, START], plain.rows[:-1, END])


def test_a_network_of_an_address_keeps_its_prefix(tmp_path: Path) -> None:
    case = Case(tmp_path, [vendor("entities:\n  IP_ADDRESS: {action: generalise, to: /24}\n")], PACKET)
    _, _, four, six, *_ = pieces(case.packets, case.rewritten[0].data, PACKET)
    assert four == FOUR[:3] + b"\0"
    assert six == SIX[:6] + bytes(10)
    assert not case.remaining().packets.any()


def test_fingerprints_go_where_the_policy_says_so_and_payload_stays_with_a_waiver(tmp_path: Path) -> None:
    rules = "captures: {payload: kept, fingerprints: masked, waiver: the maker's own protocol}\n"
    case = Case(tmp_path, [vendor(rules)], PACKET)
    out = pieces(case.packets, case.rewritten[0].data, PACKET)
    assert (out[5], out[13]) == (bytes(6), b"\x01\x02\x03unknown")
    assert not case.remaining().packets.any()


@pytest.mark.parametrize(
    "text", [b"[192.0.2.17]", b"[192.0.2.17", b"[2001:db8:5:7::1a17]:8080", b"[IPv6:2001:db8:5:7::1a17]", b"[plover7]"]
)
def test_what_brackets_hold_in_the_place_of_a_host_is_replaced_and_passes(tmp_path: Path, text: bytes) -> None:
    packet = (Piece(text, Kind.TEXT, HOST, "mail_command"),)
    case = Case(tmp_path, [vendor()], packet)
    (out,) = pieces(case.packets, case.rewritten[0].data, packet)
    inside = text.partition(b"]")[0].removeprefix(b"[")
    assert len(out) == len(text) and inside not in out
    assert not case.remaining().packets.any()


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.WORD])
@pytest.mark.parametrize("form", [b"a to", b"6120746f", b"6120746F"])
def test_a_text_that_holds_an_address_of_the_packets_in_binary_or_hex_is_overwritten(
    tmp_path: Path, kind: Kind, form: bytes
) -> None:
    four = Piece(b"a to", Kind.IPV4, column="source_ip")
    text = Piece(b"go from " + form + b" b", kind, column="http_body" if kind == Kind.TEXT else "")
    packet, other = (four, Piece(b"\0", Kind.NUMBER), text), (Piece(b"go from b to c", kind),)
    case = Case(tmp_path, [vendor()], packet, other)
    assert pieces(case.packets, case.rewritten[0].data, packet)[2] == bytes(len(text.data))
    assert pieces(case.packets, case.rewritten[0].data, other, 1) == [b"go from b to c"]
    assert not case.remaining().packets.any()


def test_two_recipients_share_no_pseudonym(tmp_path: Path) -> None:
    case = Case(tmp_path, [vendor(), vendor()], PACKET)
    one, other = (pieces(case.packets, w.data, PACKET) for w in case.rewritten)
    assert [k for k in (0, 2, 3, 4, 6, 8, 10, 11) if one[k] == other[k]] == []
    assert not case.remaining().packets.any()
