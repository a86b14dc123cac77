"""Every namespace that a key inverts, and those of tokens: issued, written by a vendor, turned back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.governance.reidentification import Vault, turn_back
from pipeline.release.vaults import vault_table
from pipeline.surrogates.keystore import ClientKey, Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import INVERTIBLE, SurrogateSpace
from pipeline.surrogates.vault import VaultKey

#: namespace -> (canonical, as found).
VALUES: dict[str, list[tuple[bytes, bytes]]] = {
    "ip": [
        (b"192.0.2.7", b"192.0.2.7"),
        (b"10.1.2.3", b"10.1.2.3"),
        (b"2001:db8::7", b"2001:db8::7"),
        (b"fe80::200:5eff:fe00:5301", b"FE80::200:5EFF:FE00:5301"),
        (b"198.51.100.0/24", b"198.51.100.0/24"),
        (b"::ffff:192.0.2.9", b"::ffff:192.0.2.9"),
    ],
    "mac": [
        (b"00005e005301", b"00:00:5E:00:53:01"),
        (b"00005e005302", b"0000.5e00.5302"),
        (b"00005e005303", b"00005e005303"),
    ],
    "uuid": [(b"2b5f0d2e1c474a0e9c5d3f0a1b2c3d4e", b"2b5f0d2e-1c47-4a0e-9c5d-3f0a1b2c3d4e")],
    "label": [
        (b"db1.acme.example", b"db1.acme.example"),
        (b"gw-7", b"GW-7"),
        (b"www.acme.co.uk", b"www.acme.co.uk"),
        (b"7.2.0.192.in-addr.arpa", b"7.2.0.192.in-addr.arpa"),
        (b"220-135-151-1.isp.example", b"220-135-151-1.isp.example"),
        (b"ip-10-0-0-1", b"ip-10-0-0-1"),
        (b"xn--bcher-kva.example", b"b\xc3\xbccher.example"),
    ],
    "account": [
        (b"mhale", b"mhale"),
        (b"svc_backup-2", b"SVC_BACKUP-2"),
        (b"marion.hale+x", b"marion.hale+x"),
        (b"h\xc3\xa4nsel", b"h\xc3\xa4nsel"),
    ],
    "imei": [(b"490154203237518", b"490154203237518"), (b"49015420323751", b"49-015420-323751")],
    "card": [(b"4111111111111111", b"4111-1111-1111-1111")],
    "serial": [(b"FOC2219ZQXW", b"FOC2219ZQXW"), (b"AB12-CD34", b"ab12-cd34"), (b"4930217715", b"4930217715")],
    "hash": [
        (b"d41d8cd98f00b204e9800998ecf8427e", b"d41d8cd98f00b204e9800998ecf8427e"),
        (b"da39a3ee5e6b4b0d3255bfef95601890afd80709", b"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"),
    ],
    "sid": [
        (b"S-1-5-21-1085031214-1563985344-725345543-1107", b"S-1-5-21-1085031214-1563985344-725345543-1107"),
        (b"S-1-5-21-1085031214-1563985344-725345543-500", b"s-1-5-21-1085031214-1563985344-725345543-500"),
        (b"S-1-12-1-1234567890-1112131415-1617181920", b"S-1-12-1-1234567890-1112131415-1617181920"),
    ],
    "imsi": [(b"262011234567890", b"262011234567890")],
    "iccid": [(b"8949020000012345678", b"8949020000012345678")],
    "phone": [(b"+493012345678", b"+493012345678"), (b"+493012345679", b"+49-30-12345679")],
    "person": [(b"marion hale", b"Marion Hale")],
    "token": [(b"mixed up", b"Mixed Up")],
}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> ClientKey:
    folder: Path = tmp_path_factory.mktemp("keys")
    return Keystore.create(folder / "keystore", RootKey(bytes(32))).new_client("acme")


def issued(key: ClientKey, namespace: str, values: list[tuple[bytes, bytes]]) -> tuple[list[bytes], Vault]:
    """Pseudonyms as a release has them, and the vault of it."""
    pseudonyms = SurrogateSpace(key, "r").pseudonyms(namespace, [c for c, _ in values], [f for _, f in values])
    rows = [row for p, (_, found) in zip(pseudonyms, values) for row in VaultKey(key, "r").rows(namespace, p, found)]
    table = vault_table(
        b"".join(digest for digest, _ in rows),
        {k: sealed for k, (_, sealed) in enumerate(rows) if sealed is not None},
        {},
    )
    return pseudonyms, Vault(key, "r", [(table, {})])


def test_every_namespace_that_is_inverted_is_here() -> None:
    assert INVERTIBLE - set(VALUES) == set()


@pytest.mark.parametrize("namespace", VALUES)
def test_what_was_issued_comes_back_as_it_was_found(key: ClientKey, namespace: str) -> None:
    values = VALUES[namespace]
    pseudonyms, vault = issued(key, namespace, values)
    done = turn_back(b"".join(b"see " + p + b", then\n" for p in pseudonyms), [vault])
    assert done.text.splitlines() == [b"see " + found + b", then" for _, found in values]
    assert done.foreign == ()


@pytest.mark.parametrize("namespace", VALUES)
def test_what_was_issued_comes_back_in_any_letter_case(key: ClientKey, namespace: str) -> None:
    values = VALUES[namespace]
    pseudonyms, vault = issued(key, namespace, values)
    for change in (bytes.upper, bytes.lower):
        done = turn_back(b"".join(b"see " + change(p) + b", then\n" for p in pseudonyms), [vault])
        assert done.text.lower().splitlines() == [b"see " + found.lower() + b", then" for _, found in values]


NAMES = st.lists(
    st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,18}[a-z0-9])?", fullmatch=True), min_size=1, max_size=6, unique=True
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["label", "account"]),
    NAMES,
    st.sampled_from([b" ", b"\n", b"; ", b"/", b"=", b"\\n", b'","', b"%20"]),
)
def test_any_name_that_was_issued_comes_back_beside_any_other(
    key: ClientKey, namespace: str, names: list[str], between: bytes
) -> None:
    values = [(name.encode(), name.encode()) for name in names]
    pseudonyms, vault = issued(key, namespace, values)
    assert turn_back(between.join(pseudonyms), [vault]).text == between.join(found for _, found in values)
