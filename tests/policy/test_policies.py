"""Policies: what is accepted, what is refused and in which words, and that what ships is whole."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.policy.actions import ALLOWED_ACTIONS, GENERALISATIONS, NEVER_KEPT, Action
from pipeline.policy.compiled import KEPT, CompiledPolicy, compile_policy
from pipeline.policy.explaining import explain
from pipeline.policy.model import Policy, load_profile, policy_schema, profile_names, read_policy
from pipeline.policy.reading import PolicyError, nearest, read_mapping
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.entities import ENTITIES, ENTITY_ID

FILES = Path(__file__).parent / "testfiles"
VALID = sorted((FILES / "valid").glob("*.yaml"))
MALFORMED = sorted((FILES / "malformed").glob("*.yaml"))
DEMO = sorted(
    (entry for entry in (resources.files("configs") / "demo" / "recipients").iterdir() if entry.name.endswith(".yaml")),
    key=lambda entry: entry.name,
)


def round_trip(policy: Policy) -> CompiledPolicy:
    compiled = compile_policy(policy)
    again = CompiledPolicy.from_json(json.loads(json.dumps(compiled.to_json())))
    assert again == compiled
    assert again.digest == compiled.digest
    return compiled


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_policy_loads_compiles_and_is_explained(path: Path) -> None:
    policy = read_policy(path.read_bytes(), path.name)
    round_trip(policy)
    assert len(explain(policy, path.stem)) > 6


def test_what_is_left_of_a_capture_is_explained() -> None:
    said = {
        name: "\n".join(explain(read_policy((FILES / "valid" / f"captures_{name}.yaml").read_bytes(), "x.yaml"), "x"))
        for name in ("headers_only", "payload_waived")
    }
    assert "Of captures headers alone are left" in said["headers_only"]
    assert "bytes that belong to no known protocol stay" in said["payload_waived"]


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_mistake_is_told_by_file_place_and_mend(path: Path) -> None:
    with pytest.raises(PolicyError) as raised:
        read_policy(path.read_bytes(), path.name)
    assert list(raised.value.problems) == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_that_ships_loads_compiles_and_is_explained(name: str) -> None:
    policy = load_profile(name)
    compiled = round_trip(policy)
    assert policy.about
    assert policy.id is None
    assert policy.clients == ()
    for entity in NEVER_KEPT:
        assert compiled.action_of(entity) >= Action.MASK
    assert "receives nothing itself" in explain(policy, name)[0]


@pytest.mark.parametrize("name", profile_names())
def test_only_the_client_itself_sees_its_people_in_clear(name: str) -> None:
    assert (compile_policy(load_profile(name)).action_of("PERSON") == Action.KEEP) == (name == "client")


def test_the_demos_three_recipients_load_and_differ() -> None:
    compiled = {entry.name: round_trip(read_policy(entry.read_bytes(), entry.name)) for entry in DEMO}
    assert len({policy.digest for policy in compiled.values()}) == len(compiled) == 3
    antivirus = compiled["quarantyne-av.yaml"]
    assert antivirus.action_of("FILE_HASH") == antivirus.action_of("MALWARE_NAME") == Action.KEEP
    analyst = compiled["insight-lab.yaml"]
    assert (analyst.action_of("IP_ADDRESS"), analyst.parameters["IP_ADDRESS"]) == (Action.GENERALISE, "/24")
    assert analyst.action_of("DATE_TIME") == Action.SHIFT


def test_an_entity_that_is_not_named_is_redacted() -> None:
    compiled = compile_policy(read_policy(b"purpose: law", "x.yaml"))
    assert set(compiled.actions) == {Action.REDACT}


def test_what_a_recipient_says_overrides_its_profile_entity_by_entity() -> None:
    policy = compile_policy(read_policy(b"extends: vendor\nentities: {USERNAME: mask}", "x.yaml"))
    vendor = compile_policy(load_profile("vendor"))
    assert policy.action_of("USERNAME") == Action.MASK
    assert [e for e in ENTITIES if policy.action_of(e) != vendor.action_of(e)] == ["USERNAME"]


def test_a_columns_extent_reaches_the_compiled_policy() -> None:
    path = FILES / "valid" / "column_generalised_alone.yaml"
    compiled = compile_policy(read_policy(path.read_bytes(), path.name))
    assert compiled.parameters == {"IP_ADDRESS": "/16"}
    assert compiled.columns["source_ip"] == Action.GENERALISE


def test_actions_stand_in_order_of_strictness() -> None:
    order = ["KEEP", "GENERALISE", "SHIFT", "PSEUDONYMISE", "MASK", "REDACT", "REMOVE"]
    assert [action.name for action in sorted(Action)] == order


@pytest.mark.parametrize("entity", ENTITIES)
def test_each_action_that_the_table_allows_is_accepted_and_no_other(entity: str) -> None:
    for action in Action:
        rule = action.name.lower()
        if action == Action.GENERALISE and entity in GENERALISATIONS:
            rule = f"{{action: generalise, to: {next(iter(GENERALISATIONS[entity]))}}}"
        text = f"purpose: law\nentities: {{{entity}: {rule}}}".encode()
        if action in ALLOWED_ACTIONS[entity]:
            assert read_policy(text, "x.yaml").action_of(entity) == action
        else:
            with pytest.raises(PolicyError, match=r"^x\.yaml: entities\."):
                read_policy(text, "x.yaml")


def test_the_digest_follows_meaning_and_not_order_or_spelling() -> None:
    one = read_policy(b"extends: vendor\nentities: {URL: mask, PERSON: remove}", "a.yaml")
    same = read_policy(b"entities:\n  PERSON: {action: remove}\n  URL: mask\nextends: vendor\n", "b.yaml")
    other = read_policy(b"extends: vendor\nentities: {URL: mask, PERSON: redact}", "c.yaml")
    assert compile_policy(one).digest == compile_policy(same).digest != compile_policy(other).digest


def test_a_compiled_policy_of_another_version_is_refused() -> None:
    data = compile_policy(load_profile("vendor")).to_json()
    del data["actions"]["PERSON"]
    with pytest.raises(ConfigurationError, match="another version"):
        CompiledPolicy.from_json(data)


def test_the_schema_knows_every_entity_with_the_actions_that_it_may_have() -> None:
    schema = policy_schema()
    entities = schema["properties"]["entities"]["properties"]
    assert set(entities) == set(ENTITY_ID)
    assert "keep" not in entities["CREDENTIAL"]["anyOf"][0]["enum"]
    assert "shift" in entities["DATE_TIME"]["anyOf"][0]["enum"]
    assert set(schema["properties"]) == set(Policy.model_fields)
    assert set(schema["$defs"]["KeptLists"]["properties"]) == {"shipped", *KEPT}
    json.dumps(schema)


def test_the_account_of_a_policy_says_who_what_why_how_long_and_what_it_does_not_protect() -> None:
    text = b"extends: vendor\nclients: [acme]\nretention: P1D\ncolumns: {message: drop, source_mac: keep}\n"
    text += b"waivers: {source_mac: the maker replaces devices by it}\n"
    text += b"entities: {IP_ADDRESS: {action: generalise, to: /24}}"
    lines = explain(read_policy(text, "x.yaml"), "cisco")
    whole = "\n".join(lines)
    assert [line.split(".")[0] for line in lines] == [str(n) for n in range(1, len(lines) + 1)]
    for said in (
        "cisco (kind: vendor) may receive logs, packets and transcripts of client acme, and of no other client",
        "bytes of no known protocol, and all that is encrypted, are overwritten",
        "IP ids, hop limits and TCP timestamps, which tell machines apart, stay",
        "purpose is maintenance and technical support",
        "for 1 day.",
        "IP addresses and networks to its /24 network (IPv6: /48)",
        "Column message is not released",
        "because: the maker replaces devices by it",
        "It does not protect against this",
    ):
        assert said in whole
    # Plain words: no name with an underscore.
    assert "_" not in whole.replace("source_mac", "")


def test_an_account_that_is_kept_may_tell_a_name_that_is_not_and_it_is_said() -> None:
    told = "e-mail addresses and account names a declared person's whole name is replaced"
    for person, said in (("redact", True), ("keep", False)):
        text = f"purpose: law\nentities: {{USERNAME: keep, EMAIL_ADDRESS: keep, PERSON: {person}}}"
        assert (told in "\n".join(explain(read_policy(text.encode(), "x.yaml"), "x"))) is said


def test_the_country_of_a_number_stays_only_where_the_policy_says_so() -> None:
    silent = read_policy(b"purpose: law\nentities: {IMSI: pseudonymise}", "x.yaml")
    said = read_policy(b"purpose: law\nentities: {IMSI: pseudonymise}\nkeep_country: true", "x.yaml")
    assert not compile_policy(silent).keep_country and compile_policy(said).keep_country
    assert CompiledPolicy.from_json(compile_policy(said).to_json()) == compile_policy(said)
    assert "SIM card is replaced too" in "\n".join(explain(silent, "x"))
    assert "SIM card stays" in "\n".join(explain(said, "x"))


def kept_of(text: str) -> Policy:
    return read_policy(b"extends: vendor\n" + text.encode(), "x.yaml")


def test_a_policy_extends_empties_and_reaches_what_is_kept() -> None:
    key = ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32)

    def pseudonym(policy: Policy, namespace: str, value: bytes) -> bytes:
        space = SurrogateSpace(key, "cisco-1", **compile_policy(policy).space_options)
        return space.pseudonyms(namespace, [value], [value])[0]

    silent, extended = kept_of(""), kept_of("kept: {addresses: [192.0.2.9], accounts: [Ansible], sids: [S-1-5-32-585]}")
    emptied, own = kept_of("kept: {shipped: false}"), kept_of("kept: {shipped: false, labels: [Printer]}")
    for namespace, value, keeping in (
        ("ip", b"127.0.0.1", (silent, extended)),
        ("ip", b"192.0.2.9", (extended,)),
        ("account", b"root", (silent, extended)),
        ("account", b"ansible", (extended,)),
        ("sid", b"s-1-5-18", (silent, extended)),
        ("sid", b"s-1-5-32-585", (extended,)),
        ("sid", b"s-1-5-21-1-2-3-500", ()),
        ("label", b"printer", (own,)),
        ("label", b"www", (silent, extended)),
    ):
        for policy in (silent, extended, emptied, own):
            assert (pseudonym(policy, namespace, value) == value) == (policy in keeping), (namespace, value)
    # Whatever is kept, all else has the same stand-in.
    assert len({pseudonym(policy, "ip", b"192.0.2.8") for policy in (silent, extended, emptied, own)}) == 1


def test_what_is_kept_is_merged_over_the_profile_key_by_key_and_has_one_spelling() -> None:
    compiled = compile_policy(kept_of("kept: {labels: [Printer, printer, nas]}"))
    assert compiled.kept == {"shipped": True, "addresses": [], "labels": ["nas", "printer"], "accounts": [], "sids": []}
    assert compiled == round_trip(kept_of("kept: {labels: [nas, PRINTER]}"))
    assert compiled.digest != compile_policy(kept_of("")).digest
    hash(tuple(sorted(compiled.space_options.items())))


def test_the_account_of_a_policy_says_what_stays_in_clear_where_values_get_a_stand_in() -> None:
    for text, said in (
        ("", ["alike everywhere and tell of no one"]),
        ("kept: {shipped: false}", ["none is exempt"]),
        (
            "kept: {addresses: [192.0.2.9], labels: [nas]}",
            ["alike everywhere", "stay in clear, too", "the addresses 192.0.2.9; the parts of host names nas."],
        ),
        ("kept: {shipped: false, accounts: [ansible]}", ["stay in clear, and nothing else,", "the accounts ansible."]),
    ):
        lines = [line for line in explain(kept_of(text), "x") if "Where values get a stand-in" in line]
        assert len(lines) == (2 if len(said) > 2 else 1)
        assert all(part in "\n".join(lines) for part in said)
        assert ("By chance" in "\n".join(explain(kept_of(text), "x"))) == (said != ["none is exempt"])
    # Where nothing gets a stand-in nothing is exempt.
    assert "Where values get" not in "\n".join(explain(read_policy(b"purpose: law", "x.yaml"), "x"))


@given(st.binary(max_size=60) | st.text(alphabet="a:{}[]-?&*!|>'\"#%@,\n\t 1", max_size=60).map(str.encode))
def test_no_text_makes_the_reader_fail_in_another_way(text: bytes) -> None:
    try:
        assert isinstance(read_mapping(text, "x.yaml"), dict)
    except PolicyError as error:
        assert str(error).startswith("x.yaml: ")


def test_a_deeply_nested_file_and_a_huge_one_are_refused() -> None:
    for text in (b"a: " + b"[" * 50_000, b"a: " + b"x" * (2 << 20)):
        with pytest.raises(PolicyError):
            read_mapping(text, "x.yaml")


@pytest.mark.parametrize("text", ["a: yes", "a: on", "a: 012", "a: 2026-03-09", "a: 0x1f", "a: 1_000", "a: 1:30"])
def test_text_that_yaml_once_took_for_something_else_stays_text(text: str) -> None:
    assert read_mapping(text.encode(), "x.yaml") == {"a": text.removeprefix("a: ")}


def test_the_nearest_word_is_found_whatever_its_case_and_hyphens() -> None:
    assert nearest("mac-address", ENTITIES) == "did you mean MAC_ADDRESS?"
    assert nearest("qqq", ["scan", "drop"]) == "one of scan, drop"


def test_the_account_says_what_becomes_of_a_kept_value_that_bears_one_that_is_not() -> None:
    kept = b"purpose: law\nentities: {HOSTNAME: keep, IP_ADDRESS: keep, MAC_ADDRESS: %s, UUID: redact}"
    said = "\n".join(explain(read_policy(kept % b"mask", "x.yaml"), "x"))
    assert "Of IP addresses and networks, those made of MAC addresses are treated as these are." in said
    assert "Of UUIDs" not in said
    assert "those made of" not in "\n".join(explain(read_policy(kept % b"keep", "x.yaml"), "x"))
