"""Operators one by one: what they make of a value, and what they say of a mistake in their parameters."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import InvalidParamError, OperatorConfig, RecognizerResult

from pipeline.errors import KeyProblem
from pipeline.operators import OPERATORS, PARTIES, Generalise, KeepAlone, MaskBytes, Pseudonymise, Shift, open_space
from pipeline.policy.actions import ALLOWED_ACTIONS, GENERALISATIONS, NEVER_KEPT, Action
from pipeline.policy.workspace import Workspace
from recognizers.entities import ENTITIES


@pytest.fixture
def parties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.delenv("REDACT_ROOT_KEY", raising=False)
    workspace = Workspace.create(tmp_path / "workspace")
    for client in ("acme", "globex"):
        workspace.add_client(client)
    workspace.add_recipient("cisco", "vendor", ["acme"])
    return dict(zip(PARTIES, (str(workspace.folder), "acme", "cisco")))


def done(operator: type, entity: str, text: str, **parameters: Any) -> str:
    one = operator()
    given = {**parameters, "entity_type": entity}
    one.validate(params=given)
    result = one.operate(text=text, params=given)
    assert isinstance(result, str)
    return result


def refused(operator: type, entity: str, **parameters: Any) -> str:
    with pytest.raises(InvalidParamError) as raised:
        done(operator, entity, "a-secret-value", **parameters)
    assert "a-secret-value" not in raised.value.err_msg
    return str(raised.value.err_msg)


def test_each_operator_has_a_name_that_presidio_has_not() -> None:
    engine = AnonymizerEngine()
    stock = set(engine.get_anonymizers())
    for operator in OPERATORS:
        engine.add_anonymizer(operator)
    assert set(engine.get_anonymizers()) - stock == {"pseudonymise", "shift", "generalise", "mask_bytes", "keep_alone"}


@pytest.mark.parametrize("missing", PARTIES)
def test_a_missing_party_is_named(parties: dict[str, str], missing: str) -> None:
    said = refused(Pseudonymise, "IP_ADDRESS", **{name: value for name, value in parties.items() if name != missing})
    assert said == f"pseudonymise: {missing}: is missing; add it"


def test_a_misspelt_parameter_a_foreign_client_and_a_key_are_refused_with_their_mend(parties: dict[str, str]) -> None:
    assert "clientt: unknown parameter; did you mean client?" in refused(
        Pseudonymise, "IP_ADDRESS", **parties, clientt="x"
    )
    assert "key: unknown parameter" in refused(Pseudonymise, "IP_ADDRESS", **parties, key="hunter2hunter2")
    assert "hunter2" not in refused(Pseudonymise, "IP_ADDRESS", **parties, key="hunter2hunter2")
    assert "did you mean acme?" in refused(Pseudonymise, "IP_ADDRESS", **{**parties, "client": "acmee"})
    assert "not opened for client globex" in refused(Pseudonymise, "IP_ADDRESS", **{**parties, "client": "globex"})
    assert "cisco=vendor" not in refused(Pseudonymise, "IP_ADDRESS", **{**parties, "recipient": "juniper"})
    assert "no workspace here" in refused(Shift, "DATE_TIME", **{**parties, "workspace": "/nowhere"})
    assert refused(MaskBytes, "PERSON", to="/24") == "mask_bytes: to: unknown parameter; remove it"
    assert refused(MaskBytes, "") == "mask_bytes: entity_type: is missing; the engine adds it"


def test_without_the_root_key_nothing_is_replaced(parties: dict[str, str]) -> None:
    Workspace.open(Path(parties["workspace"])).root_key.unlink()
    engine = AnonymizerEngine()
    engine.add_anonymizer(Pseudonymise)
    with pytest.raises(KeyProblem):
        engine.anonymize(
            "192.0.2.1",
            [RecognizerResult("IP_ADDRESS", 0, 9, 1.0)],
            {"IP_ADDRESS": OperatorConfig("pseudonymise", parties)},
        )


def test_no_key_and_no_value_is_logged_and_an_open_space_is_not_pickled(
    parties: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    engine = AnonymizerEngine()
    with caplog.at_level(logging.DEBUG):
        for operator in OPERATORS:
            engine.add_anonymizer(operator)
        config = OperatorConfig("pseudonymise", parties)
        text = engine.anonymize("192.0.2.1", [RecognizerResult("IP_ADDRESS", 0, 9, 1.0)], {"IP_ADDRESS": config}).text
    assert "192.0.2.1" not in caplog.text
    assert text != "192.0.2.1"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(open_space(Path(parties["workspace"]), "acme", "cisco"))


def test_what_a_policy_may_not_name_an_operator_does_not_do(parties: dict[str, str]) -> None:
    assert "use keep, generalise, shift" in refused(Pseudonymise, "DATE_TIME", **parties)
    assert "only DATE_TIME can be shifted" in refused(Shift, "PERSON", **parties)
    assert "must be a number of four digits" in refused(Shift, "DATE_TIME", **parties, year="26")
    assert "has no coarser form" in refused(Generalise, "PERSON", to="/24")
    for entity in NEVER_KEPT:
        assert "never kept" in refused(KeepAlone, entity)
        assert "never kept" in refused(KeepAlone, "URL", along=[entity])


@pytest.mark.parametrize("entity", GENERALISATIONS)
def test_an_extent_that_is_missing_or_unknown_lists_what_there_is(entity: str) -> None:
    for parameters, said in (
        ({}, "must say how far"),
        ({"to": "/25"}, "unknown extent"),
        ({"to": []}, "unknown extent"),
    ):
        problem = refused(Generalise, entity, **parameters)
        assert said in problem
        assert all(f"{name} (" in problem for name in GENERALISATIONS[entity])


@pytest.mark.parametrize(
    ("entity", "to", "value", "coarse"),
    [
        ("IP_ADDRESS", "/24", "192.0.2.77", "192.0.2.0/24"),
        ("IP_ADDRESS", "/24", "2001:db8:1:2::77", "2001:db8:1::/48"),
        ("FIRMWARE_VERSION", "major", "15.2(4)M7", "15"),
        ("DATE_TIME", "hour", "2026-03-09T10:17:03Z", "2026-03-09T10:00:00Z"),
        ("DATE_TIME", "hour", "yesterday", "<DATE_TIME>"),
        ("FILE_PATH", "depth-2", "/var/log/acme/x.log", "/var/log/"),
        ("FILE_PATH", "top", "x.log", "<FILE_PATH>"),
    ],
)
def test_a_value_is_made_coarser_or_named_by_its_type(entity: str, to: str, value: str, coarse: str) -> None:
    assert done(Generalise, entity, value, to=to) == coarse


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_that_may_have_one_gets_a_stand_in(parties: dict[str, str], entity: str) -> None:
    if Action.PSEUDONYMISE in ALLOWED_ACTIONS[entity]:
        made = done(Pseudonymise, entity, "Kestrel4471", **parties)
        assert "kestrel4471" not in made.lower()
        assert made == done(Pseudonymise, entity, "Kestrel4471", **parties)


def test_an_entity_that_is_not_ours_gets_a_token_of_its_own(parties: dict[str, str]) -> None:
    made = {done(Pseudonymise, entity, "078-05-1120", **parties) for entity in ("US_SSN", "NRP", "Ausweis Nr. 1", "1")}
    assert len(made) == 4
    assert {text.split("-")[0] for text in made} == {"usssn", "nrp", "ausweisnr", "value"}


def test_a_time_that_names_no_year_is_shifted_in_the_year_given(parties: dict[str, str]) -> None:
    space = open_space(Path(parties["workspace"]), "acme", "cisco")
    for year in (2026, 2028):
        made = done(Shift, "DATE_TIME", "Feb 27 10:00:00", **parties, year=year)
        whole = done(Shift, "DATE_TIME", f"{year}-02-27T10:00:00", **parties)
        assert made[-8:] == whole[-8:]
        assert int(made[4:6]) == int(whole[8:10])
    assert done(Shift, "DATE_TIME", "next week", **parties) == "<DATE_TIME>"
    assert abs(space.shift()) >= 86_400_000_000


@pytest.mark.parametrize(
    ("entity", "along", "value", "left"),
    [
        ("URL", (), "https://www.acme.example/a?lang=en", "https://<HOSTNAME>/a?lang=en"),
        ("URL", ("HOSTNAME",), "https://www.acme.example/a?lang=en", "https://www.acme.example/a?lang=en"),
        ("URL", ("HOSTNAME",), "https://bob:pw@www.acme.example/", "https://<USERNAME>:<CREDENTIAL>/"),
        ("URL", ("HOSTNAME",), "https://x.example/?m=bob%40acme.example", "https://x.example/?m=<EMAIL_ADDRESS>"),
        ("URL", ("HOSTNAME",), "https://x.example/?ip=192.0.2.1", "https://x.example/?ip=<IP_ADDRESS>"),
        ("EMAIL_ADDRESS", ("USERNAME",), "bob@acme.example", "bob@<HOSTNAME>"),
        ("MALWARE_NAME", (), "Trojan.Agent", "Trojan.Agent"),
        ("US_SSN", (), "078-05-1120", "078-05-1120"),
    ],
)
def test_what_is_found_in_a_kept_value_goes(entity: str, along: tuple[str, ...], value: str, left: str) -> None:
    assert done(KeepAlone, entity, value, along=along) == left


@given(st.text(max_size=40))
def test_any_text_is_masked_byte_by_byte_and_kept_or_named(text: str) -> None:
    assert done(MaskBytes, "PERSON", text) == "*" * len(text.encode("utf-8", "surrogatepass"))
    kept = done(KeepAlone, "PERSON", text)
    assert kept == text or "<" in kept


def test_mistakes_in_what_may_stay_are_told() -> None:
    assert "must be a list" in refused(KeepAlone, "URL", along="HOSTNAME")
    assert "did you mean HOSTNAME?" in refused(KeepAlone, "URL", along=["HOST_NAME"])
