"""Who takes part in a run: its client and recipients, opened on first use, every rule checked before a byte is read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import ConfigurationError
from pipeline.policy.compiled import CompiledPolicy, compile_policy
from pipeline.policy.known_values import exclusive_values, refuse_too_many
from pipeline.policy.model import load_profile, profile_names
from pipeline.policy.reading import nearest
from pipeline.policy.workspace import Client, Workspace, checked_name
from pipeline.surrogates.keystore import ClientKey, Keystore


@dataclass(frozen=True)
class RunRecipient:
    """A recipient of a run with its policy compiled."""

    name: str
    id: str
    policy: CompiledPolicy


@dataclass(frozen=True)
class RunParties:
    """Client and recipients of a run.

    Attributes:
      key: the client's key of the present epoch.
      known_version: of the client's known values.
      others: other client's name -> version of its known values, for what must not be released as this client's.
    """

    client: Client
    key: ClientKey
    keystore: Keystore
    known_version: int
    others: Mapping[str, int]
    recipients: tuple[RunRecipient, ...]


def open_for_run(
    workspace: Workspace,
    client: str,
    recipients: Sequence[str],
    say: Callable[[str], None],
    own_entities: Collection[str] = (),
) -> RunParties:
    """The parties of a run.

    Args:
      recipients: names; ``cisco=vendor`` opens recipient cisco by profile vendor, for this client, on first use.
      say: told what was opened.
      own_entities: what recognizers of the user's own find in this run.

    Raises:
      ConfigurationError: a name is unknown, a recipient is named twice, or may not get this client's data; or more
        values are declared than a run looks for.
      KeyProblem: the root key or the client's key cannot be used.
    """
    names = [text.partition("=")[0] for text in recipients]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"--recipient {name}: named twice; name it once")
    keystore = workspace.keystore
    _check_before_opening(workspace, client, recipients, own_entities)
    if client not in workspace.client_names():
        workspace.add_client(client)
        say(f"Opened client {client}, with a key of its own. Declare what identifies it with 'redact client known'.")
    own = workspace.client(client)
    opened = []
    for text in recipients:
        name, _, profile = text.partition("=")
        if name not in workspace.recipient_names():
            workspace.add_recipient(name, profile, [client])
            say(f"Opened recipient {name} by profile {profile}, for client {client}.")
        recipient = workspace.recipient(name)
        workspace.check_recipient(recipient, client)
        opened.append(RunRecipient(name, recipient.id, compile_policy(recipient.policy)))
    others = {n: workspace.known.latest(workspace.client(n).id) for n in workspace.client_names() if n != client}
    own_values = workspace.known_values(client)
    foreign = exclusive_values(
        own_values, [workspace.known_values(name) for name, version in others.items() if version]
    )
    refuse_too_many(len(own_values) + sum(map(len, foreign)))
    return RunParties(
        client=own,
        key=keystore.open_client(own.id),
        keystore=keystore,
        known_version=workspace.known.latest(own.id),
        others={n: v for n, v in others.items() if v},
        recipients=tuple(opened),
    )


def _check_before_opening(
    workspace: Workspace, client: str, recipients: Sequence[str], own_entities: Collection[str]
) -> None:
    """Every rule that can be checked before anything is made, so that a refused run leaves nothing behind."""
    checked_name(client)
    if client not in workspace.client_names():
        if all("=" not in text for text in recipients):
            workspace.client(client)
        alike = difflib.get_close_matches(client, workspace.client_names(), n=1, cutoff=0.75)
        if alike:
            raise ConfigurationError(
                f"client {client}: not in this workspace; did you mean {alike[0]}? If it is another one, add it first: "
                f"redact client add {client}"
            )
    for text in recipients:
        name, equals, profile = text.partition("=")
        if equals:
            load_profile(profile)
        if equals and name not in workspace.recipient_names():
            if checked_name(name) in profile_names():
                raise ConfigurationError(f"--recipient {text}: {name} is the name of a profile; give the party's name")
            continue
        recipient = workspace.recipient(name)
        if equals and recipient.policy.extends != profile:
            kind = recipient.policy.extends or "no profile"
            raise ConfigurationError(
                f"--recipient {text}: {name} extends {kind}; say --recipient {name}, or edit recipients/{name}.yaml"
            )
        workspace.check_recipient(recipient, client)
        for entity in recipient.policy.own_entities:
            if entity not in own_entities:
                raise ConfigurationError(
                    f"{name}.yaml: own_entities.{entity}: no recognizer of this run finds it (give --recognizers FILE, "
                    f"or list the file under recognizers: in redact.yaml); {nearest(entity, own_entities)}"
                )
