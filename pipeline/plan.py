"""The plan: made once by the driver and read by every worker, on every runner. It holds no key.

A frozen value with a JSON round trip, so that a worker anywhere sees what the driver saw, and the same run again is
known by its id.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.inputs import Input, Unit
from pipeline.policy.opening import RunParties

#: Packages whose version can change a released byte.
SOFTWARE = (
    "redact-pipeline",
    "numpy",
    "pyarrow",
    "hyperscan",
    "numba",
    "isal",
    "cryptography",
    "presidio-analyzer",
    "publicsuffixlist",
    "regex",
    "onnxruntime",
    "tokenizers",
    "spacy",
    "phonenumbers",
)


@dataclass(frozen=True)
class PlannedClient:
    """Whose logs they are, and by which key they are pseudonymised.

    Attributes:
      name: the name in the workspace; never released.
      id: opaque, stands in every path.
      key_id, key_check, epoch: of the client's key; a worker that opens another key refuses the plan.
      known_version: version of the client's known values.
      others: other client's name -> version of its known values, which must not stand in this client's release.
    """

    name: str
    id: str
    key_id: str
    key_check: str
    epoch: int
    known_version: int
    others: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedRecipient:
    """Who gets a release, and by which rules.

    Attributes:
      policy: the compiled policy as plain JSON data.
      policy_digest: of the policy.
      max_quarantined: share of records that verification may take out before the release is refused.
    """

    name: str
    id: str
    purpose: str
    policy: Mapping[str, Any]
    policy_digest: str
    max_quarantined: float


@dataclass(frozen=True)
class PlannedRecognizers:
    """A file or module of the user's own recognizers; a worker that finds another content there refuses the plan.

    Attributes:
      place: absolute path or dotted name.
      digest: SHA-256 of its content.
    """

    place: str
    digest: str


@dataclass(frozen=True)
class Plan:
    """All that decides a run's output.

    Attributes:
      run_id: keyed digest of everything that matters here; where output and workspace lie does not.
      inputs, units: what is read, and how it is cut.
      input_ids: keyed digest of each input's name and fingerprint: what manifests call it.
      out: output folder or URI.
      workspace: folder from which each worker opens its own keystore.
      scheme: version of the pseudonym maps.
      software: package -> version.
      recognizers: the user's own.
      prose: the spaCy pipeline that finds names in prose, by name or folder; empty for the one that ships.
    """

    run_id: str
    inputs: tuple[Input, ...]
    units: tuple[Unit, ...]
    input_ids: tuple[str, ...]
    client: PlannedClient
    recipients: tuple[PlannedRecipient, ...]
    out: str
    workspace: str
    scheme: int
    software: Mapping[str, str]
    recognizers: tuple[PlannedRecognizers, ...] = ()
    prose: str = ""

    def to_json(self) -> str:
        raw = {**asdict(self), "units": [unit.to_json() for unit in self.units]}
        return json.dumps(raw, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        raw = json.loads(text)
        return cls(
            run_id=raw["run_id"],
            inputs=tuple(Input.from_json(item) for item in raw["inputs"]),
            units=tuple(Unit.from_json(item) for item in raw["units"]),
            input_ids=tuple(raw["input_ids"]),
            client=PlannedClient(**raw["client"]),
            recipients=tuple(PlannedRecipient(**item) for item in raw["recipients"]),
            out=raw["out"],
            workspace=raw["workspace"],
            scheme=raw["scheme"],
            software=raw["software"],
            recognizers=tuple(PlannedRecognizers(**item) for item in raw["recognizers"]),
            prose=raw["prose"],
        )

    @property
    def input_bytes(self) -> int:
        return sum(planned.size for planned in self.inputs)


def plan_for_parties(
    parties: RunParties,
    inputs: Sequence[Input],
    units: Sequence[Unit],
    out: str,
    workspace: str,
    recognizers: Sequence[PlannedRecognizers] = (),
    prose: str = "",
) -> Plan:
    """The plan of a run: what is read, for whom, by which rules and keys."""
    key = parties.key
    client = PlannedClient(
        parties.client.name,
        parties.client.id,
        key.key_id,
        key.check_value,
        key.epoch,
        parties.known_version,
        parties.others,
    )
    recipients = [
        PlannedRecipient(
            recipient.name,
            recipient.id,
            recipient.policy.purpose,
            recipient.policy.to_json(),
            recipient.policy.digest,
            recipient.policy.max_quarantined,
        )
        for recipient in parties.recipients
    ]
    ids = parties.keystore.workspace_key("plan")
    return make_plan(inputs, units, client, recipients, out, workspace, key.scheme, ids, recognizers, prose)


def make_plan(
    inputs: Sequence[Input],
    units: Sequence[Unit],
    client: PlannedClient,
    recipients: Sequence[PlannedRecipient],
    out: str,
    workspace: str,
    scheme: int,
    key: bytes,
    recognizers: Sequence[PlannedRecognizers] = (),
    prose: str = "",
) -> Plan:
    """A plan with its ids.

    Args:
      key: 32 bytes of the workspace, for nothing but ids (``Keystore.workspace_key("plan")``).
    """
    ids = tuple(
        hmac.digest(key, b"input\0" + json.dumps([planned.name, planned.fingerprint]).encode(), "sha256")[:16].hex()
        for planned in inputs
    )
    plan = Plan(
        run_id="",
        inputs=tuple(inputs),
        units=tuple(units),
        input_ids=ids,
        client=client,
        recipients=tuple(recipients),
        out=out,
        workspace=workspace,
        scheme=scheme,
        software=software_versions(),
        recognizers=tuple(recognizers),
        prose=prose,
    )
    return replace(plan, run_id=_run_id(plan, key))


def _run_id(plan: Plan, key: bytes) -> str:
    matters = asdict(plan)
    for elsewhere in ("run_id", "out", "workspace"):
        del matters[elsewhere]
    for planned in matters["inputs"]:
        # Where a file lies does not matter: its relative name, fingerprint and reading do.
        del planned["uri"], planned["version"]
    for planned in matters["recognizers"]:
        del planned["place"]
    return hmac.digest(key, b"run\0" + json.dumps(matters, sort_keys=True).encode(), hashlib.sha256)[:12].hex()


def software_versions() -> dict[str, str]:
    """Versions of the packages that decide a byte; those that run from a source tree are ``source``."""
    versions = {}
    for name in SOFTWARE:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "source"
    return versions
