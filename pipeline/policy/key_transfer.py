"""Keys of clients out of a workspace and into another, with what makes them usable there: each client's name and id."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.policy.workspace import Workspace, checked_id, checked_name
from pipeline.surrogates.transfer import TravellingKey


def travelling_keys(workspace: Workspace, names: Sequence[str]) -> list[TravellingKey]:
    """Every key of some clients, older epochs included.

    Raises:
      ConfigurationError: no such client.
      KeyProblem: a key does not open.
    """
    store = workspace.keystore
    keys = []
    for name in names:
        client = workspace.client(name)
        for epoch in store.epochs(client.id):
            key = store.open_client(client.id, epoch, for_maps=False)
            keys.append(TravellingKey(key, name, client.created, store.created(client.id, epoch)))
    return keys


def import_keys(workspace: Workspace, keys: Sequence[TravellingKey]) -> int:
    """Take keys in, and the clients that are not there yet, unless one must not be: then none.

    Returns how many keys were taken; one that is here already stays as it is, so that an import that was cut short can
    be done again.

    Raises:
      ConfigurationError: a client of the same name is another one here, or the same one has another name.
      KeyProblem: another key stands in one's place, or one was destroyed here.
    """
    here = {name: workspace.client(name).id for name in workspace.client_names()}
    names_of = {client_id: name for name, client_id in here.items()}
    for travelling in keys:
        client_id, name = travelling.key.client_id, checked_name(travelling.name)
        if not checked_id(client_id):
            raise KeyProblem(f"client {name}: id: no id of a client of a workspace; export again")
        if here.get(name, client_id) != client_id:
            raise ConfigurationError(
                f"client {name}: another client has that name here; nothing was imported: import into another workspace"
            )
        if names_of.get(client_id, name) != name:
            raise ConfigurationError(
                f"client {name}: is called {names_of[client_id]} here; nothing was imported: name it alike in both"
            )
    taken = workspace.keystore.adopt([(travelling.key, travelling.created) for travelling in keys])
    for name, travelling in {travelling.name: travelling for travelling in keys}.items():
        if name not in here:
            workspace.write_client(name, travelling.key.client_id, travelling.since)
    return taken
