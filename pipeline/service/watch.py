"""A folder watched: what is new in it is released, tick by tick, each a small run of its own.

1. A look finds what is new, in whole records.
2. Its bytes are copied aside and seen on the disk, then the tick is claimed: plan and places in one transaction.
3. The plan is done and published as any run is, under an id that follows from it.
4. The tick is done: its bytes go.

Killed before the claim, nothing has happened; after it, the next start does the same plan from the same bytes to the
same names, and finds it published where the manifest was written already.
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ConfigurationError
from pipeline.inputs import Input, plan_units
from pipeline.inputs.finding import refuse_overlap, spelled
from pipeline.inputs.fingerprints import version_of
from pipeline.plan import Plan, PlannedRecognizers, plan_for_parties
from pipeline.policy.opening import open_for_run
from pipeline.policy.workspace import Workspace
from pipeline.release.layout import open_layout
from pipeline.release.manifest import RunInfo
from pipeline.release.publish import Outcome, clear_staging, publish, published
from pipeline.release.summary import sealed
from pipeline.service.claims import Claims, Place
from pipeline.service.following import Follower, Settings, Slice
from pipeline.service.stopping import Stop
from pipeline.unit import Engine

RUNNER = "watch"
#: Seconds after which a policy, key or known value that was changed in the workspace holds here, too.
FRESH_SECONDS = 5.0
Say = Callable[[str], None]


@dataclass(frozen=True)
class Watched:
    """What is watched, and for whom.

    Attributes:
      recipients: as ``redact run`` takes them; with a profile they are opened on first use.
      recognizers, own_entities: the user's own.
    """

    workspace: Workspace
    folder: str
    client: str
    recipients: tuple[str, ...]
    out: str
    recognizers: tuple[PlannedRecognizers, ...] = ()
    own_entities: tuple[str, ...] = ()

    @property
    def claims(self) -> Path:
        """Where its claims lie: the same watch of the same folder finds them again."""
        place = os.path.abspath(self.out) if "://" not in self.out else self.out
        names = sorted(text.partition("=")[0] for text in self.recipients)
        what = "\0".join((os.path.realpath(self.folder), place, self.client, *names))
        return (
            self.workspace.folder / "watch" / hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        )


class Watch:
    """Does ticks.

    Args:
      patience, format, year, zone: as of ``following.Settings``.
      say: told what is not taken, and what was refused.

    Raises:
      ConfigurationError: the folder is none, or it and the output or the workspace hold each other.
    """

    def __init__(
        self,
        watched: Watched,
        say: Say,
        *,
        patience: float = 10.0,
        format: str | None = None,
        year: int | None = None,
        zone: str | None = None,
    ) -> None:
        if not os.path.isdir(watched.folder):
            raise ConfigurationError(f"{watched.folder}: no folder there; name the one that logs are written to")
        refuse_overlap(watched.folder, "--out", watched.out)
        refuse_overlap(watched.folder, "--workspace", str(watched.workspace.folder))
        folder = Path(os.path.realpath(watched.folder))
        self._watched = watched
        self._say = say
        self._refreshed = -math.inf
        self._refresh()
        self._plan = self._planned([])
        self._engine: Engine | None = None
        self._engine_plan = self._plan
        self._claims = Claims(watched.claims)
        key = watched.workspace.keystore.workspace_key("watch")
        self._follower = Follower(Settings(folder, patience, key, format, year, zone))
        self._said: set[tuple[str, str]] = set()

    def tick(self) -> Outcome | None:
        """Finish the tick that an earlier process began, or else take what is new; None where there is nothing."""
        claimed = self._claims.open_tick()
        if claimed is None:
            claimed = self._claim()
        if claimed is None:
            return None
        number, text = claimed
        outcome = self._release(Plan.from_json(text))
        for refused in outcome.refused:
            self._say(
                f"tick {number} refused for {refused.recipient}: verification took out {refused.leaks:,} records, more "
                f"than {refused.limit:.2%}; what it read is still in the logs"
            )
        self._claims.done(number)
        return outcome

    def run(self, stop: Stop, every: float, between: Callable[[], None]) -> None:
        """Do ticks until told to stop.

        Args:
          every: seconds between two looks.
          between: called after each, done or not.
        """
        while not stop.is_set():
            began = time.monotonic()
            if self.tick() is None:
                stop.wait(max(0.0, every - (time.monotonic() - began)))
            between()

    def warm(self) -> None:
        """Open the engine before the first tick needs it."""
        self._turn_to(self._plan)

    # One tick.

    def _claim(self) -> tuple[int, str] | None:
        self._refresh()
        found = self._follower.look(self._claims.places(), self._datasets)
        for path, reason in [*((place.path, place.reason) for place in found.noted), *found.waiting.items()]:
            if reason and (path, reason) not in self._said:
                self._said.add((path, reason))
                self._say(f"not taken: {' '.join(spelled([path]).splitlines())}: {reason}")
        if found.noted or found.gone:
            self._claims.note(found.noted, found.gone)
        if not found.slices:
            return None
        number = self._claims.next_number()
        spool = self._claims.spool(number)
        inputs: list[Input] = []
        places: list[Place] = []
        for piece in _in_order(found.slices):
            item = self._spooled(piece, spool, number, len(inputs))
            if item is not None:
                inputs.append(item)
                places += piece.places
        if not inputs:
            return None
        _see_on_disk(spool)
        plan = self._planned(inputs)
        self._claims.claim(plan.run_id, plan.to_json(), places)
        return number, plan.to_json()

    def _spooled(self, piece: Slice, spool: Path, tick: int, place: int) -> Input | None:
        """A slice as an input of its own, whose bytes stay whatever becomes of the file; None for a whole file that is
        not, or no longer, the one that was looked at: the next look sees what it is."""
        path = spool / f"{place:05d}"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            if piece.data is not None:
                file.write(piece.data)
            elif not _copied(piece.item, file):
                file.truncate(0)
                return None
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        digest = hashlib.sha256(f"{tick} {piece.start} {size} {piece.item.name} ".encode())
        digest.update(piece.data if piece.data is not None else piece.item.fingerprint.encode())
        return replace(piece.item, number=place, uri=str(path), size=size, fingerprint=digest.hexdigest(), version="")

    def _refresh(self) -> None:
        """Look at the workspace, unless that was a moment ago."""
        if time.monotonic() - self._refreshed < FRESH_SECONDS:
            return
        w = self._watched
        workspace = Workspace.open(w.workspace.folder)
        self._parties = open_for_run(workspace, w.client, w.recipients, self._say, w.own_entities)
        policies = [workspace.recipient(recipient.name).policy for recipient in self._parties.recipients]
        self._datasets = frozenset.intersection(*(frozenset(policy.datasets) for policy in policies))
        self._refreshed = time.monotonic()

    def _planned(self, inputs: Sequence[Input]) -> Plan:
        """A plan of these inputs by the workspace as it was when it was last looked at."""
        w = self._watched
        folder = str(w.workspace.folder.resolve())
        return plan_for_parties(self._parties, inputs, plan_units(inputs), w.out, folder, w.recognizers)

    def _turn_to(self, plan: Plan) -> Engine:
        """The engine, turned to a plan; another one where policies, keys or known values are others."""
        before = self._engine_plan
        same = (before.client, before.recipients, before.recognizers) == (
            plan.client,
            plan.recipients,
            plan.recognizers,
        )
        if self._engine is None or not same:
            self._engine = Engine(plan)
        else:
            self._engine.turn_to(plan)
        self._engine_plan = plan
        return self._engine

    def _release(self, plan: Plan) -> Outcome:
        layout = open_layout(plan.out, plan.run_id, plan.client.id)
        before = published(plan, layout)
        if before is not None:
            clear_staging(layout)
            return before
        began = time.monotonic()
        engine = self._turn_to(plan)
        for unit in plan.units:
            if sealed(layout, unit.number) is None:
                engine.release(unit)
        seconds = round(time.monotonic() - began, 3)
        # Microseconds: ticks are put together in this order.
        return publish(plan, layout, RunInfo(datetime.now(UTC).isoformat(timespec="microseconds"), seconds, RUNNER, 1))


def _in_order(slices: Sequence[Slice]) -> list[Slice]:
    return sorted(slices, key=lambda piece: piece.item.name)


def _copied(item: Input, target: BinaryIO) -> bool:
    """Copy a whole file; whether it was, from beginning to end, as it was looked at."""
    try:
        with open(item.uri, "rb") as source:
            shutil.copyfileobj(source, target)
            return version_of(item.uri, source) == item.version and target.tell() == item.size
    except OSError:
        return False


def _see_on_disk(folder: Path) -> None:
    """The names in a folder survive a loss of power, where the system can be asked for that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
