"""Who answers for which client and recipient: opened when first asked for, anew when the workspace says other."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from pipeline.errors import RedactError
from pipeline.plan import Plan, PlannedRecognizers, plan_for_parties
from pipeline.policy.opening import open_for_run
from pipeline.policy.workspace import Workspace
from pipeline.service.answering import Answerer

#: Held at once, each with a scanner and its caches (some 100 MB when they are full); the one not asked longest goes.
MOST_HELD = 8
#: Seconds after which a policy, key or known value that was changed in the workspace holds here, too.
FRESH_SECONDS = 5.0


class _Held:
    def __init__(self, answerer: Answerer, plan: Plan, datasets: tuple[str, ...], looked: float) -> None:
        self.answerer = answerer
        self.plan = plan
        self.datasets = datasets
        self.looked = looked


class Answerers:
    """The answerers of one workspace; for any number of threads.

    Args:
      recognizers: the user's own, as in a run.
    """

    def __init__(self, workspace: Workspace, recognizers: Sequence[PlannedRecognizers] = (), own: Sequence[str] = ()):
        self._workspace = workspace
        self._recognizers = tuple(recognizers)
        self._own = tuple(own)
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, client: str, recipient: str) -> Answerer:
        """The answerer for a client and a recipient, both of the workspace.

        Raises:
          ConfigurationError: there is no such client or recipient, or it may not get the client's data.
          KeyProblem: a key cannot be used.
        """
        with self._lock:
            held = self._held.get((client, recipient))
            now = time.monotonic()
            if held is None or now - held.looked > FRESH_SECONDS:
                held = self._looked(client, recipient, held, now)
            self._held[client, recipient] = held
            self._held.move_to_end((client, recipient))
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
            return held.answerer

    def warm(self, pairs: Iterable[tuple[str, str]], say: Callable[[str], None]) -> None:
        """Open the answerers of (client, recipient) pairs, as many as are held, and warm them.

        Args:
          say: told why one cannot be opened; who asks for it is told so again.
        """
        for client, recipient in list(dict.fromkeys(pairs))[:MOST_HELD]:
            try:
                self.of(client, recipient).warm()
            except RedactError as error:
                say(f"not warmed: {recipient} of {client}: {error}")

    def _looked(self, client: str, recipient: str, held: _Held | None, now: float) -> _Held:
        workspace = Workspace.open(self._workspace.folder)
        # By name: one with a profile would open a recipient, and an unknown client would be added.
        datasets = workspace.recipient(recipient).policy.datasets
        workspace.client(client)
        parties = open_for_run(workspace, client, [recipient], lambda text: None, self._own)
        plan = plan_for_parties(parties, [], [], "", str(workspace.folder.resolve()), self._recognizers)
        if held is not None and (held.plan, held.datasets) == (plan, datasets):
            held.looked = now
            return held
        return _Held(Answerer(plan, datasets), plan, datasets, now)
