"""New keys for a client, and the end of its keys: what must happen to its known values and its file with them."""

from __future__ import annotations

import shutil

from pipeline.errors import KeyProblem
from pipeline.policy.workspace import Workspace
from pipeline.surrogates.keystore import ClientKey


def rotate_client(workspace: Workspace, name: str) -> ClientKey:
    """A key of a new epoch for a client; its known values are sealed anew under it, as a further version.

    Safe to repeat: a rotation that was cut short is completed by the next one.

    Raises:
      ConfigurationError: no such client.
      KeyProblem: no key of the client opens its known values.
    """
    client_id = workspace.client(name).id
    version = workspace.known.latest(client_id)
    # Under which epoch the newest version was sealed is not written down: a rotation that was cut short left it behind.
    for epoch in reversed(workspace.keystore.epochs(client_id)):
        try:
            values = workspace.known.load(workspace.keystore.open_client(client_id, epoch, for_maps=False), version)
            break
        except KeyProblem:
            continue
    else:
        raise KeyProblem(f"client {name}: no key opens its known values, version {version}; restore the keystore")
    key = workspace.keystore.rotate(client_id)
    if values:
        workspace.known.write(key, version + 1, values)
    return key


def destroy_client(workspace: Workspace, name: str) -> None:
    """The end of a client's keys: no pseudonym of it can be turned back or continued, here, by anyone.

    Its sealed known values and vaults go, and its file moves to ``clients/destroyed/``, so that a later client of the
    same name is another one with another id and key.

    Raises:
      ConfigurationError: no such client.
    """
    client_id = workspace.client(name).id
    workspace.keystore.destroy(client_id)
    for kind in ("known", "vault"):
        shutil.rmtree(workspace.folder / kind / client_id, ignore_errors=True)
    gone = workspace.folder / "clients" / "destroyed"
    gone.mkdir(exist_ok=True)
    (workspace.folder / "clients" / f"{name}.yaml").rename(gone / f"{name}-{client_id}.yaml")
