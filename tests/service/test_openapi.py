"""The service does what its OpenAPI document says, whatever is sent: requests made from the document itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

if TYPE_CHECKING:
    from conftest import Desk

load_all_checks()
OPERATIONS = ("redact", "redact_batch", "access", "health", "readiness", "metrics")


@schemathesis.serializer("application/x-ndjson")
def lines(context: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


def operation(desk: Desk, name: str) -> schemathesis.schemas.APIOperation:
    schema = schemathesis.openapi.from_asgi("/openapi.json", desk.app)
    found = {each.ok().definition.raw["operationId"]: each.ok() for each in schema.get_all_operations()}
    assert set(found) == set(OPERATIONS)
    return found[name]


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_it_answers_as_documented(desk: Desk, name: str, right: bool) -> None:
    mode = schemathesis.GenerationMode.POSITIVE if right else schemathesis.GenerationMode.NEGATIVE
    if not right and name not in ("redact", "redact_batch"):
        pytest.skip("takes nothing that could be wrong")

    @given(case=operation(desk, name).as_strategy(generation_mode=mode), mine=st.booleans())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def asked(case: schemathesis.Case, mine: bool) -> None:
        if mine and right and isinstance(case.body, dict):
            case.body |= {"client": "acme", "recipient": "cisco"}
        # Most texts are of a client that the token is not for, and some hold too many NULs to be read: it says so. And
        # a request without a token is not made by leaving out a header that is given here: test_http has that.
        case.call_and_validate(
            headers={**(case.headers or {}), "authorization": f"Bearer {desk.token}"},
            excluded_checks=[positive_data_acceptance, ignored_auth],
        )

    asked()
